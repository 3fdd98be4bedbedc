"""NovoGrad: the slope divided by its own length, then momentum."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of m ← β₁·m + g/(√v + eps) + λ·x, x ← x - lr·m, as optax.novograd.

    v is the running mean of ‖g‖², one number for all coordinates, and starts at the first one.
    """
    m, v = s[0], s[1]
    beta1, beta2, eps, eps_root, weight_decay = h[0], h[1], h[2], h[3], h[4]
    for j in range(x.shape[1]):
        size = 0.0
        for i in range(x.shape[0]):
            size += g[i, j] ** 2
        for i in range(x.shape[0]):
            if t == 1:
                v[i, j] = size
            else:
                v[i, j] = beta2 * v[i, j] + (1 - beta2) * size
            u = g[i, j] / (sqrt(v[i, j] + eps_root) + eps) + weight_decay * x[i, j]
            m[i, j] = beta1 * m[i, j] + u
            delta = lr * m[i, j]
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H + λ·I) below 2 + 2β₁, heavy ball's limit, with P = √v + eps for all."""
    beta1 = hyper["beta1"]
    scale = tuple(sqrt(v + hyper["eps_root"]) + hyper["eps"] for v in state["v"])
    return Stability(
        2 + 2 * beta1,
        "2+2β<sub>1</sub>" if beta1 else "",
        scale,
        hyper["weight_decay"] * scale[0],
    )


SPEC = Optimizer(
    key="novograd",
    title="NovoGrad",
    label="NovoGrad",
    step=step,
    stability=stability,
    lr=1e-2,
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
            help="How much of the momentum is kept from one step to the next.",
        ),
        Hyper(
            "beta2",
            0.25,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β₂",
            help="How slowly the mean of ‖g‖² forgets; about 1/(1 - β₂) steps are remembered.",
        ),
        Hyper(
            "eps",
            1e-6,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
        ),
        Hyper(
            "eps_root",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-16, 1e-2),
            symbol="ε̃",
            help="Added under the root.",
        ),
        Hyper(
            "weight_decay",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Adds λ times the parameters to the scaled slope, before it joins the momentum.",
        ),
    ),
    state=(
        State("m", "momentum of scaled slopes", symbol="m"),
        State("v", "mean of ‖g‖²", symbol="v"),
    ),
    summary="Scales the whole slope by its length, so that steep and flat places feel alike.",
    source="Ginsburg et al. 2019; as optax.novograd (optax 0.2.8)",
)
