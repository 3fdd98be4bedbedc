"""Langevin dynamics: gradient descent with heat."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·g + √(2·lr·temperature)·ξ, ξ standard normal.

    At small rates its points have the density exp(-f/temperature).
    """
    xi = s[0]
    temperature = h[0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            delta = lr * g[i, j] - sqrt(2 * lr * temperature) * xi[i, j]
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λ below 2, as for gradient descent: the heat adds no feedback."""
    return Stability(2.0)


SPEC = Optimizer(
    key="sgld",
    title="Langevin dynamics",
    label="SGLD",
    step=step,
    stability=stability,
    lr=1e-3,
    hyper=(
        Hyper(
            "temperature",
            1.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-4, 100.0),
            symbol="T",
            help="How strong the heat is: the variance at a minimum is about T over the curvature.",
        ),
    ),
    state=(State("xi", "this step's heat", symbol="ξ", fill="normal", hidden=True),),
    summary="Samples the landscape: it visits a place as often as its height and the heat allow.",
    source="Welling & Teh 2011",
)
