"""NAdam: Adam with Nesterov's look ahead."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of Adam with the next step's momentum, as torch.optim.NAdam.

    The share μ of momentum rises from β₁/2 to β₁ as `momentum_decay` says; `product` keeps the
    product of all μ so far, which corrects the bias of both means.
    """
    m, v, product = s[0], s[1], s[2]
    beta1, beta2, eps, weight_decay = h[0], h[1], h[2], h[3]
    momentum_decay, decoupled_weight_decay = h[4], h[5]
    if weight_decay and decoupled_weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                x[i, j] *= 1 - lr * weight_decay
    if weight_decay and not decoupled_weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    c2 = 1 - beta2**t
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            product[i, j] = mu * product[i, j]
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * g[i, j] ** 2
            g_hat = (1 - mu) * g[i, j] / (1 - product[i, j])
            m_hat = mu_next * m[i, j] / (1 - mu_next * product[i, j])
            v_hat = v[i, j] / c2
            delta = lr * (g_hat + m_hat) / (sqrt(v_hat) + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 + β₁ - 2μβ₁), where P = √v̂ + eps.

    That is where an eigenvalue of the averaged Nesterov step with a fixed P passes -1; with μ = β₁
    it is Nesterov's (2 + 2β) / (1 + 2β), divided by 1 - β. Decoupled decay is left out.
    """
    beta1, c2 = hyper["beta1"], 1 - hyper["beta2"] ** t
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * hyper["momentum_decay"]))
    return Stability(
        (2 + 2 * beta1) / (1 + beta1 - 2 * mu * beta1),
        "(2+2β<sub>1</sub>)/(1+β<sub>1</sub>−2μβ<sub>1</sub>)" if beta1 else "",
        tuple(sqrt(v / c2) + hyper["eps"] for v in state["v"]),
        0.0 if hyper["decoupled_weight_decay"] else hyper["weight_decay"],
    )


SPEC = Optimizer(
    key="nadam",
    title="NAdam",
    label="NAdam",
    step=step,
    separable=True,
    stability=stability,
    lr=2e-3,
    hyper=(
        Hyper(
            "beta1",
            0.9,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β₁",
            help="How slowly the mean of g forgets; about 1/(1 - β₁) steps are remembered.",
        ),
        Hyper(
            "beta2",
            0.999,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.9999),
            symbol="β₂",
            help="How slowly the mean of g² forgets; about 1/(1 - β₂) steps are remembered.",
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
            "momentum_decay",
            4e-3,
            low=0.0,
            scale="log_zero",
            slider=(1e-4, 1.0),
            symbol="ψ",
            help="How fast the share of momentum rises from β₁/2 to β₁.",
        ),
        Hyper(
            "decoupled_weight_decay",
            "off",
            choices=("off", "on"),
            help="Shrinks the parameters by lr·λ instead of adding λ times them to the gradient.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m"),
        State("v", "mean of g²", symbol="v"),
        State("product", "product of all μ so far", symbol="Πμ", initial=1.0),
    ),
    cycles="beta1",
    summary="Adam that already counts this slope where it would only count from the next step on.",
    source="Dozat 2016; as torch.optim.NAdam (PyTorch 2.13)",
)
