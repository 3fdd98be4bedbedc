"""Yogi: Adam whose scale changes by no more than the new slope allows."""

from math import copysign, sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·m̂ / (√v̂ + eps), as optax.yogi.

    v moves towards g² by (1 - β₂)·g², up or down, so it cannot fall fast. Both means start at
    1e-6, and are corrected as if they had started at zero.
    """
    m, v = s[0], s[1]
    beta1, beta2, eps = h[0], h[1], h[2]
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            gap = v[i, j] - g[i, j] ** 2
            d = copysign(1.0, gap) if gap != 0 else 0.0
            v[i, j] = v[i, j] - (1 - beta2) * d * g[i, j] ** 2
            m_hat = m[i, j] / c1
            v_hat = v[i, j] / c2
            delta = lr * m_hat / (sqrt(v_hat) + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 - β₁), as for Adam, with P = √v̂ + eps."""
    beta1, c2 = hyper["beta1"], 1 - hyper["beta2"] ** t
    return Stability(
        (2 + 2 * beta1) / (1 - beta1),
        "(2+2β<sub>1</sub>)/(1−β<sub>1</sub>)" if beta1 else "",
        tuple(sqrt(v / c2) + hyper["eps"] for v in state["v"]),
    )


SPEC = Optimizer(
    key="yogi",
    title="Yogi",
    label="Yogi",
    step=step,
    separable=True,
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
            help="How little v may change: by 1 - β₂ of the new g² in a step.",
        ),
        Hyper(
            "eps",
            1e-3,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m", initial=1e-6),
        State("v", "size of g², slowly adjusted", symbol="v", initial=1e-6),
    ),
    summary="Adam that forgets large slopes slowly, and so cannot leap ahead after them.",
    source="Zaheer et al. 2018; as optax.yogi (optax 0.2.8)",
)
