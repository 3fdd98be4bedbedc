"""A rate that drops by a factor at chosen steps."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(
    lr: float,
    steps: int,
    *,
    milestone1: float,
    milestone2: float,
    milestone3: float,
    milestone4: float,
    gamma: float,
) -> Any:
    """Give lr·gamma^n for t = 0, 1, ... (steps,), n milestones being at most t, as MultiStepLR.

    A milestone of 0 is not used; one that is there twice counts twice.
    """
    import numpy as np

    marks = [m for m in (milestone1, milestone2, milestone3, milestone4) if m > 0]
    passed = np.searchsorted(np.sort(marks), np.arange(steps), side="right")
    return lr * gamma**passed


def _milestone(number: int, default: float) -> Hyper:
    return Hyper(
        f"milestone{number}",
        default,
        low=0.0,
        scale="log_zero",
        slider=(1.0, 10000.0),
        integer=True,
        help="A step at which the rate drops; 0 for none.",
    )


SPEC = Schedule(
    key="multistep",
    title="Multi-step decay",
    rates=rates,
    hyper=(
        _milestone(1, 150.0),
        _milestone(2, 300.0),
        _milestone(3, 0.0),
        _milestone(4, 0.0),
        Hyper(
            "gamma",
            0.1,
            low=0.0,
            high=1.0,
            slider=(0.01, 1.0),
            symbol="γ",
            help="What the rate is multiplied by at each milestone.",
        ),
    ),
    summary="Drops by γ at up to four chosen steps, when the loss is seen to have levelled off.",
    source="As torch.optim.lr_scheduler.MultiStepLR (PyTorch 2.13)",
)
