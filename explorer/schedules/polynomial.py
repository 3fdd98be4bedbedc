"""A rate that falls to zero as a power of the time that is left."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, total_iters: float, power: float) -> Any:
    """Give lr·(1 - t/T)^power for t = 0, 1, ... up to T and 0 from there on (steps,).

    T is total_iters, or all the steps where that is 0. As torch's PolynomialLR.
    """
    import numpy as np

    left = 1 - np.arange(steps) / (total_iters or steps or 1)
    return lr * np.maximum(left, 0.0) ** power


SPEC = Schedule(
    key="polynomial",
    title="Polynomial decay",
    rates=rates,
    hyper=(
        Hyper(
            "total_iters",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1.0, 10000.0),
            integer=True,
            help="Steps until the rate is zero; 0 for all of them.",
        ),
        Hyper(
            "power",
            1.0,
            low=0.0,
            low_open=True,
            slider=(0.5, 4.0),
            help="1 falls straight; more falls fast at first and creeps at the end.",
        ),
    ),
    summary="Falls to zero as a power of the time that is left.",
    source="As torch.optim.lr_scheduler.PolynomialLR (PyTorch 2.13)",
)
