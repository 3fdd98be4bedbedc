"""Polyak's heavy ball, in its first form."""

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x_(t+1) = x_t - lr·g + momentum·(x_t - x_(t-1)).

    The last move is kept, not a sum of gradients: a changed rate acts on new gradients alone. At a
    constant rate the path is that of PyTorch's momentum.
    """
    d = s[0]
    momentum = h[0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            d[i, j] = momentum * d[i, j] - lr * g[i, j]
            x[i, j] += d[i, j]


def stability(hyper, state, t):
    """lr·λ below 2 + 2β (Polyak 1964), never for β ≥ 1."""
    beta = hyper["momentum"]
    return Stability(2 + 2 * beta if beta < 1 else 0.0, "2+2β" if 0 < beta < 1 else "")


SPEC = Optimizer(
    key="heavy_ball",
    title="Heavy ball",
    label="HeavyBall",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-3,
    hyper=(
        Hyper(
            "momentum",
            0.9,
            low=0.0,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β",
            help="How much of the last move is repeated.",
        ),
    ),
    state=(State("d", "the last move", symbol="d"),),
    cycles="momentum",
    summary="A ball with mass: each move repeats part of the last, and the slope bends it.",
    source="Polyak 1964",
)
