"""The Transformer's rate: a straight climb, then a fall as one over the root of time."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, d: float, warmup_steps: float) -> Any:
    """Give lr·d^-½·min(t^-½, t·warmup_steps^-3/2) for t = 1, 2, ... (steps,).

    With d = 0 the factor is √warmup_steps, so that the highest rate is lr.
    """
    import numpy as np

    t = np.arange(1, steps + 1)
    size = d**-0.5 if d else warmup_steps**0.5
    return lr * size * np.minimum(t**-0.5, t * warmup_steps**-1.5)


SPEC = Schedule(
    key="inverse_sqrt",
    title="Inverse square root",
    rates=rates,
    hyper=(
        Hyper(
            "d",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1.0, 4096.0),
            integer=True,
            help="The model's width, whose root divides the rate; 0 to make lr the highest rate.",
        ),
        Hyper(
            "warmup_steps",
            50.0,
            low=1.0,
            scale="log",
            slider=(1.0, 10000.0),
            integer=True,
            help="Steps of the climb; the rate is highest at its end.",
        ),
    ),
    summary="Climbs straight, then falls as 1/√t: the schedule of the first Transformers (Noam).",
    source="Vaswani et al. 2017, Attention Is All You Need, section 5.3",
)
