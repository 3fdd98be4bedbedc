"""Lion: the sign of a momentum, found by a search over programs."""

from math import copysign

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·(sign(c) + weight_decay·x), as optax.lion.

    c mixes the new slope with the momentum m, which itself forgets more slowly.
    """
    m = s[0]
    beta1, beta2, weight_decay = h[0], h[1], h[2]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            c = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            m[i, j] = beta2 * m[i, j] + (1 - beta2) * g[i, j]
            d = copysign(1.0, c) if c != 0 else 0.0
            delta = lr * (d + weight_decay * x[i, j])
            x[i, j] -= delta


SPEC = Optimizer(
    key="lion",
    title="Lion",
    label="Lion",
    step=step,
    separable=True,
    lr=1e-4,
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
            help="How much of the direction is momentum; the rest is the new slope.",
        ),
        Hyper(
            "beta2",
            0.99,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.9999),
            symbol="β₂",
            help="How slowly the momentum forgets; about 1/(1 - β₂) steps are remembered.",
        ),
        Hyper(
            "weight_decay",
            1e-3,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Shrinks the parameters by lr·λ in every step, apart from the gradient.",
        ),
    ),
    state=(State("m", "momentum: mean of g", symbol="m"),),
    summary="Every coordinate moves by lr: only the sign of its momentum counts.",
    source="Chen et al. 2023; as optax.lion (optax 0.2.8)",
)
