"""A rate that drops by a factor every so many steps."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, step_size: float, gamma: float) -> Any:
    """Give lr·gamma^⌊t/step_size⌋ for t = 0, 1, ... (steps,), as torch's StepLR."""
    import numpy as np

    return lr * gamma ** (np.arange(steps) // step_size)


SPEC = Schedule(
    key="step",
    title="Step decay",
    rates=rates,
    hyper=(
        Hyper(
            "step_size",
            100.0,
            low=1.0,
            scale="log",
            slider=(1.0, 10000.0),
            integer=True,
            help="How many steps lie between two drops.",
        ),
        Hyper(
            "gamma",
            0.1,
            low=0.0,
            high=1.0,
            slider=(0.01, 1.0),
            symbol="γ",
            help="What the rate is multiplied by at each drop.",
        ),
    ),
    summary="Large steps first, then smaller ones: the rate drops by γ every step_size steps.",
    source="As torch.optim.lr_scheduler.StepLR (PyTorch 2.13)",
)
