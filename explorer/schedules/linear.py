"""A rate that goes straight from one fraction of lr to another."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(
    lr: float, steps: int, *, start_factor: float, end_factor: float, total_iters: float
) -> Any:
    """Give lr times what goes straight from start_factor to end_factor in T steps (steps,).

    T is total_iters, or all the steps where that is 0; from step T on the rate stays. As torch's
    LinearLR, whose defaults (1/3, 1, 5) are a short warm-up; here they are a fall to zero.
    """
    import numpy as np

    share = np.minimum(np.arange(steps) / (total_iters or steps or 1), 1.0)
    return lr * (start_factor + (end_factor - start_factor) * share)


SPEC = Schedule(
    key="linear",
    title="Linear",
    rates=rates,
    hyper=(
        Hyper(
            "start_factor",
            1.0,
            low=0.0,
            high=1.0,
            low_open=True,
            slider=(0.01, 1.0),
            help="The first rate as a fraction of lr.",
        ),
        Hyper(
            "end_factor",
            0.0,
            low=0.0,
            high=1.0,
            help="The last rate as a fraction of lr.",
        ),
        Hyper(
            "total_iters",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1.0, 10000.0),
            integer=True,
            help="Steps from the one to the other; 0 for all of them.",
        ),
    ),
    summary="Goes straight from one fraction of lr to another: as it stands, down to zero.",
    source="As torch.optim.lr_scheduler.LinearLR (PyTorch 2.13)",
)
