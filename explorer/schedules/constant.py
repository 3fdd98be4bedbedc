"""The same rate at every step."""

from typing import Any

from explorer.core.spec import Schedule


def rates(lr: float, steps: int) -> Any:
    """Give lr at each of the steps (steps,)."""
    import numpy as np

    return np.full(steps, float(lr))


SPEC = Schedule(
    key="constant",
    title="Constant",
    rates=rates,
    summary="The same rate at every step.",
    source="Robbins & Monro 1951 ask for less: a constant rate does not settle under noise",
)
