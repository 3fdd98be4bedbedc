"""Lookahead: fast weights run ahead, slow ones follow."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """After every sync_period-th inner step slow weights and x meet, as in optax.lookahead.

    The path is that of the fast weights. The inner optimizer keeps its memory when they meet.
    """
    slow = s[0]
    sync_period, slow_step_size = h[0], h[1]
    if t % sync_period == 0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                slow[i, j] = slow[i, j] + slow_step_size * (x[i, j] - slow[i, j])
                x[i, j] = slow[i, j]


SPEC = Optimizer(
    key="lookahead",
    title="Lookahead",
    label="Lookahead",
    step=step,
    lr=1e-3,
    hyper=(
        Hyper(
            "sync_period",
            6,
            low=1,
            integer=True,
            slider=(1, 50),
            symbol="k",
            help="Steps from one meeting of both weights to the next.",
        ),
        Hyper(
            "slow_step_size",
            0.5,
            low=0.0,
            high=1.0,
            symbol="α",
            help="How far the slow weights go towards the fast ones when they meet.",
        ),
    ),
    state=(State("slow", "the slow weights", symbol="φ", initial="start", draw="point"),),
    wraps=True,
    inner="sgd",
    summary="Any optimizer on a leash: every few steps it is called back towards where it was.",
    source="Zhang et al. 2019; as optax.lookahead (optax 0.2.8)",
)
