"""A rate that shrinks by the same factor at every step."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, gamma: float) -> Any:
    """Give lr·gamma^t for t = 0, 1, ... (steps,), as torch's ExponentialLR."""
    import numpy as np

    return lr * gamma ** np.arange(steps)


SPEC = Schedule(
    key="exponential",
    title="Exponential decay",
    rates=rates,
    hyper=(
        Hyper(
            "gamma",
            0.99,
            low=0.0,
            high=1.0,
            low_open=True,
            scale="one_minus",
            slider=(0.5, 0.9999),
            symbol="γ",
            help="What the rate is multiplied by at every step: e to the minus λ.",
        ),
    ),
    summary="Shrinks by γ at every step; the sum of all rates stays below lr/(1 - γ).",
    source="As torch.optim.lr_scheduler.ExponentialLR (PyTorch 2.13)",
)
