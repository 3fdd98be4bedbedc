"""A rate that falls as one over time."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, k: float) -> Any:
    """Give lr/(1 + k·t) for t = 0, 1, ... (steps,)."""
    import numpy as np

    return lr / (1 + k * np.arange(steps))


SPEC = Schedule(
    key="inverse_time",
    title="Inverse time decay",
    rates=rates,
    hyper=(
        Hyper(
            "k",
            0.01,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 10.0),
            help="How fast the rate falls: it is halved after 1/k steps.",
        ),
    ),
    summary="Falls as 1/t: slowly enough to get anywhere, fast enough to average out the noise.",
    source="Robbins & Monro 1951: the rates add up to infinity, their squares do not",
)
