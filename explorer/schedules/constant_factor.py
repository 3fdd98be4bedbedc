"""A fraction of the rate at first, then all of it."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, factor: float, total_iters: float) -> Any:
    """Give lr·factor for the first total_iters steps, then lr (steps,), as torch's ConstantLR."""
    import numpy as np

    return lr * np.where(np.arange(steps) < total_iters, factor, 1.0)


SPEC = Schedule(
    key="constant_factor",
    title="Constant factor",
    rates=rates,
    hyper=(
        Hyper(
            "factor",
            1 / 3,
            low=0.0,
            high=1.0,
            low_open=True,
            slider=(0.01, 1.0),
            help="The fraction of lr at first.",
        ),
        Hyper(
            "total_iters",
            5.0,
            low=0.0,
            scale="log_zero",
            slider=(1.0, 10000.0),
            integer=True,
            help="For how many steps.",
        ),
    ),
    summary="A fraction of the rate for a few steps, then all of it: a warm-up of one stair.",
    source="As torch.optim.lr_scheduler.ConstantLR (PyTorch 2.13); Goyal et al. 2017 compare it",
)
