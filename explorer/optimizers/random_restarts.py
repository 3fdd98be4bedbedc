"""Random restarts: begins anew elsewhere when a descent has run out."""

from math import inf

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """After the inner step: jump to a random point of the box when nothing improved for long.

    A descent that has not lowered its own best loss by more than `tolerance` for `stall` steps
    is over. `best` keeps the best point of all descents, the start among them. The inner optimizer
    keeps its memory over a jump. One more evaluation of the loss is made in every step.
    """
    best, best_loss, lowest, waited = s[0], s[1], s[2], s[3]
    box_low, box_high, uniform = s[4], s[5], s[6]
    stall, tolerance = h[0], h[1]
    if t == 1:
        grad(problem, best, f, g)
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                best_loss[i, j] = f[j]
                lowest[i, j] = f[j]
    grad(problem, x, f, g)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            best[i, j] = x[i, j] if f[j] < best_loss[i, j] else best[i, j]
            best_loss[i, j] = min(best_loss[i, j], f[j])
            waited[i, j] = 0.0 if f[j] < lowest[i, j] - tolerance else waited[i, j] + 1
            lowest[i, j] = f[j] if waited[i, j] == 0 else lowest[i, j]
            if waited[i, j] >= stall:
                x[i, j] = box_low[i, j] + uniform[i, j] * (box_high[i, j] - box_low[i, j])
                lowest[i, j] = inf
            waited[i, j] = 0.0 if waited[i, j] >= stall else waited[i, j]


SPEC = Optimizer(
    key="random_restarts",
    title="Random restarts",
    label="Restarts",
    step=step,
    lr=1e-3,
    hyper=(
        Hyper(
            "stall",
            50,
            low=1,
            integer=True,
            slider=(1, 500),
            symbol="k",
            help="Steps without an improvement after which a descent is over.",
        ),
        Hyper(
            "tolerance",
            1e-6,
            low=0.0,
            scale="log_zero",
            slider=(1e-12, 1.0),
            symbol="τ",
            help="A smaller fall of the loss does not count as an improvement.",
        ),
    ),
    state=(
        State("best", "the best point so far", symbol="θ*", initial="start", draw="point"),
        State("best_loss", "the loss there", symbol="f*"),
        State("lowest", "best loss of this descent", symbol="fₘᵢₙ"),
        State("waited", "steps without improvement", symbol="w"),
        State("box_low", "the box's lower ends", symbol="a", initial="low", hidden=True),
        State("box_high", "the box's upper ends", symbol="b", initial="high", hidden=True),
        State("uniform", "random numbers", symbol="u", fill="uniform", hidden=True),
    ),
    wraps=True,
    inner="sgd",
    summary="Many descents from random places, one after the other; the best point found is kept.",
    source="Multi-start local search; Rinnooy Kan & Timmer 1987",
)
