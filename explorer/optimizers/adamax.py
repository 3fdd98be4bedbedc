"""AdaMax: Adam with the largest recent slope in place of the root mean square."""

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of u ← max(β₂·u, |g| + eps), x ← x - lr·m̂ / u, as torch.optim.Adamax."""
    m, u = s[0], s[1]
    beta1, beta2, eps, weight_decay = h[0], h[1], h[2], h[3]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    c1 = 1 - beta1**t
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            u[i, j] = max(beta2 * u[i, j], abs(g[i, j]) + eps)
            m_hat = m[i, j] / c1
            delta = lr * m_hat / u[i, j]
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 - β₁), as for Adam, with P = u."""
    beta1 = hyper["beta1"]
    return Stability(
        (2 + 2 * beta1) / (1 - beta1),
        "(2+2β<sub>1</sub>)/(1−β<sub>1</sub>)" if beta1 else "",
        tuple(float(u) for u in state["u"]),
        hyper["weight_decay"],
    )


SPEC = Optimizer(
    key="adamax",
    title="AdaMax",
    label="AdaMax",
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
            help="How slowly the largest slope fades: over about 1/(1 - β₂) steps.",
        ),
        Hyper(
            "eps",
            1e-8,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the size of every slope; keeps the denominator from being zero.",
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
        State("m", "mean of g", symbol="m"),
        State("u", "largest |g|, slowly forgotten", symbol="u"),
    ),
    cycles="beta1",
    summary="Divides by the largest slope it remembers, so that no step is longer than about lr.",
    source="Kingma & Ba 2015, section 7.1; as torch.optim.Adamax (PyTorch 2.13)",
)
