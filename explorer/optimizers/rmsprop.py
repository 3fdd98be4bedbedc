"""RMSProp: every coordinate is scaled by the recent size of its slope."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of v ← α·v + (1 - α)·g², x ← x - lr·g / (√v + eps), as torch.optim.RMSprop.

    `centered` takes the squared mean of g off v; `momentum` gathers the scaled gradients in b.
    Where rounding makes a centred v negative (a constant slope for a long time) it counts as 0.
    """
    v, mean, b = s[0], s[1], s[2]
    alpha, eps, weight_decay, momentum, centered = h[0], h[1], h[2], h[3], h[4]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            v[i, j] = alpha * v[i, j] + (1 - alpha) * g[i, j] ** 2
            if centered:
                mean[i, j] = alpha * mean[i, j] + (1 - alpha) * g[i, j]
                r = sqrt(max(v[i, j] - mean[i, j] ** 2, 0.0))
            else:
                r = sqrt(v[i, j])
            if momentum:
                b[i, j] = momentum * b[i, j] + g[i, j] / (r + eps)
                delta = lr * b[i, j]
            else:
                delta = lr * g[i, j] / (r + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below 2, 2 + 2β with momentum, where P = √v + eps (Cohen et al. 2022)."""
    beta = hyper["momentum"]
    spread = [
        max(v - m * m, 0.0) if hyper["centered"] else v
        for v, m in zip(state["v"], state["mean"], strict=True)
    ]
    return Stability(
        0.0 if beta >= 1 else 2 + 2 * beta,
        "2+2β" if 0 < beta < 1 else "",
        tuple(sqrt(v) + hyper["eps"] for v in spread),
        hyper["weight_decay"],
    )


SPEC = Optimizer(
    key="rmsprop",
    title="RMSProp",
    label="RMSProp",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-2,
    hyper=(
        Hyper(
            "alpha",
            0.99,
            low=0.0,
            high=1.0,
            scale="one_minus",
            slider=(0.0, 0.9999),
            symbol="α",
            help="How slowly the mean of g² forgets; about 1/(1 - α) steps are remembered.",
        ),
        Hyper(
            "eps",
            1e-8,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
        ),
        Hyper(
            "weight_decay",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Adds λ times the parameters to the gradient: an L2 penalty of weight λ/2.",
        ),
        Hyper(
            "momentum",
            0.0,
            low=0.0,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β",
            help="Gathers the scaled gradients in a buffer that keeps this share of itself.",
        ),
        Hyper(
            "centered",
            "off",
            choices=("off", "on"),
            help="Scales by the variance of g instead of the mean of g².",
        ),
    ),
    state=(
        State("v", "mean of g²", symbol="v"),
        State("mean", "mean of g", symbol="ḡ", only="centered"),
        State("b", "momentum buffer of scaled gradients", symbol="b", only="momentum"),
    ),
    cycles="momentum",
    summary="Divides by a running root mean square of the slope, so steep and flat move alike.",
    source="Tieleman & Hinton 2012; Graves 2013; as torch.optim.RMSprop (PyTorch 2.13)",
)
