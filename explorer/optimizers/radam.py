"""RAdam: Adam that waits until its scaling can be trusted."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of Adam, scaled by how far its v can be trusted, as torch.optim.RAdam.

    ρ is about the number of slopes that v is a mean of. Up to 5 of them the step is lr·m̂ alone;
    with more it is Adam's times r, which rises to 1. (The paper's threshold is 4.)
    """
    m, v = s[0], s[1]
    beta1, beta2, eps, weight_decay, decoupled_weight_decay = h[0], h[1], h[2], h[3], h[4]
    if weight_decay and decoupled_weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                x[i, j] *= 1 - lr * weight_decay
    if weight_decay and not decoupled_weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    rho_max = 2 / (1 - beta2) - 1
    rho = rho_max - 2 * t * beta2**t / c2
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * g[i, j] ** 2
    if rho > 5:
        r = sqrt((rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho))
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                m_hat = m[i, j] / c1
                delta = lr * r * m_hat * sqrt(c2) / (sqrt(v[i, j]) + eps)
                x[i, j] -= delta
    else:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                m_hat = m[i, j] / c1
                delta = lr * m_hat
                x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 - β₁), where P = (√v + eps) / (r·√(1 - β₂ᵗ)).

    P is the identity while ρ is 5 or less. Decoupled decay is left out.
    """
    beta1, beta2 = hyper["beta1"], hyper["beta2"]
    c2, end = 1 - beta2**t, 2 / (1 - beta2) - 1
    rho = end - 2 * t * beta2**t / c2
    scale: tuple[float, ...] = ()
    if rho > 5:
        r = sqrt((rho - 4) * (rho - 2) * end / ((end - 4) * (end - 2) * rho))
        scale = tuple((sqrt(v) + hyper["eps"]) / (r * sqrt(c2)) for v in state["v"])
    return Stability(
        (2 + 2 * beta1) / (1 - beta1),
        "(2+2β<sub>1</sub>)/(1−β<sub>1</sub>)" if beta1 else "",
        scale,
        0.0 if hyper["decoupled_weight_decay"] else hyper["weight_decay"],
    )


SPEC = Optimizer(
    key="radam",
    title="RAdam",
    label="RAdam",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-3,
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
            "decoupled_weight_decay",
            "off",
            choices=("off", "on"),
            help="Shrinks the parameters by lr·λ instead of adding λ times them to the gradient.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m"),
        State("v", "mean of g²", symbol="v"),
    ),
    cycles="beta1",
    summary="Adam with a warm-up of its own: first plain momentum, then ever more of the scaling.",
    source="Liu et al. 2020; as torch.optim.RAdam (PyTorch 2.13)",
)
