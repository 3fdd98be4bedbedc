"""A rate that drops when the loss has stopped falling."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(
    lr: float,
    steps: int,
    *,
    factor: float,
    patience: float,
    threshold: float,
    threshold_mode: float,
    cooldown: float,
    min_lr: float,
    eps: float,
) -> Any:
    """Give lr at each of the steps (steps,): the drops are known only as the run goes."""
    import numpy as np

    return np.full(steps, float(lr))


def plateau(
    *,
    factor: float,
    patience: float,
    threshold: float,
    threshold_mode: float,
    cooldown: float,
    min_lr: float,
    eps: float,
) -> tuple[float, ...]:
    """Give the rule: factor, patience, threshold, absolute, cooldown, min_lr, eps."""
    return factor, patience, threshold, threshold_mode, cooldown, min_lr, eps


def _count(name: str, default: float, help: str) -> Hyper:
    return Hyper(
        name,
        default,
        low=0.0,
        scale="log_zero",
        slider=(1.0, 1000.0),
        integer=True,
        help=help,
    )


SPEC = Schedule(
    key="reduce_on_plateau",
    title="Reduce on plateau",
    rates=rates,
    hyper=(
        Hyper(
            "factor",
            0.1,
            low=0.0,
            high=1.0,
            high_open=True,
            slider=(0.01, 0.99),
            help="What the rate is multiplied by at each drop.",
        ),
        _count("patience", 10.0, "How many checks without a better loss are borne."),
        Hyper(
            "threshold",
            1e-4,
            low=0.0,
            scale="log_zero",
            slider=(1e-8, 1.0),
            help="How much lower a loss must be to count as better.",
        ),
        Hyper(
            "threshold_mode",
            "rel",
            choices=("rel", "abs"),
            help="Whether the threshold is a share of the best loss or a difference from it.",
        ),
        _count("cooldown", 0.0, "Looks after a drop that do not count."),
        Hyper(
            "min_lr",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-8, 1.0),
            help="The rate never drops below it.",
        ),
        Hyper(
            "eps",
            1e-8,
            low=0.0,
            scale="log_zero",
            slider=(1e-12, 1e-2),
            help="A drop smaller than this is not made.",
        ),
    ),
    summary="Watches the loss, and drops the rate once it has not fallen for a while.",
    source="As torch.optim.lr_scheduler.ReduceLROnPlateau, mode min (PyTorch 2.13)",
    plateau=plateau,
)
