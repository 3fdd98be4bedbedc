"""SAM: descends by the slope found a little uphill, and so avoids sharp minima."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·∇f(p), where p = x + rho·g/‖g‖ is the point uphill."""
    ascent = s[0]
    rho = h[0]
    for j in range(x.shape[1]):
        size = 0.0
        for i in range(x.shape[0]):
            size += g[i, j] ** 2
        norm = sqrt(size)
        for i in range(x.shape[0]):
            # as its authors' code has it: the small number only keeps 0/0 away
            ascent[i, j] = x[i, j] + rho * g[i, j] / (norm + 1e-12)
    grad(problem, ascent, f, g)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            delta = lr * g[i, j]
            x[i, j] -= delta


SPEC = Optimizer(
    key="sam",
    title="Sharpness-aware minimisation",
    label="SAM",
    step=step,
    lr=1e-3,
    hyper=(
        Hyper(
            "rho",
            0.05,
            low=0.0,
            scale="log_zero",
            slider=(1e-3, 2.0),
            symbol="ρ",
            help="How far uphill the gradient is taken.",
        ),
    ),
    state=(State("ascent", "the point uphill", symbol="p", draw="point"),),
    summary="Asks for the slope at the worst point nearby: flat minima suit it, sharp ones do not.",
    source="Foret et al. 2021, around gradient descent",
)
