"""Adadelta: steps as long as its recent steps, scaled by the recent slopes."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·√(u + eps) / √(v + eps)·g, as torch.optim.Adadelta.

    v is the running mean of g², u that of the squared steps before they are multiplied by lr.
    """
    v, u = s[0], s[1]
    rho, eps, weight_decay = h[0], h[1], h[2]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            v[i, j] = rho * v[i, j] + (1 - rho) * g[i, j] ** 2
            d = g[i, j] * sqrt(u[i, j] + eps) / sqrt(v[i, j] + eps)
            u[i, j] = rho * u[i, j] + (1 - rho) * d**2
            delta = lr * d
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below 2, where P = √(v + eps) / √(u + eps)."""
    eps = hyper["eps"]
    scale = (sqrt((v + eps) / (u + eps)) for v, u in zip(state["v"], state["u"], strict=True))
    return Stability(2.0, scale=tuple(scale), shift=hyper["weight_decay"])


SPEC = Optimizer(
    key="adadelta",
    title="Adadelta",
    label="Adadelta",
    step=step,
    separable=True,
    stability=stability,
    lr=1.0,
    hyper=(
        Hyper(
            "rho",
            0.9,
            low=0.0,
            high=1.0,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="ρ",
            help="How slowly both means forget; about 1/(1 - ρ) steps are remembered.",
        ),
        Hyper(
            "eps",
            1e-6,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added under both roots; it also sets how long the first steps are.",
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
    ),
    state=(
        State("v", "mean of g²", symbol="v"),
        State("u", "mean of the squared steps", symbol="u"),
    ),
    summary="Needs no rate to begin with: the steps so far say how long the next may be.",
    source="Zeiler 2012; as torch.optim.Adadelta (PyTorch 2.13)",
)
