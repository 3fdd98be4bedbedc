"""A rate that climbs and falls again and again between two bounds."""

from typing import Any

from explorer.core.spec import Hyper, Scale, Schedule


def _heights(
    steps: int, step_size_up: float, step_size_down: float, mode: float, gamma: float
) -> Any:
    """Give how far up between the bounds each step is, scaled by the mode (steps,)."""
    import numpy as np

    t = np.arange(steps)
    length = step_size_up + (step_size_down or step_size_up)
    cycle = np.floor(1 + t / length)
    x = 1 + t / length - cycle
    peak = step_size_up / length
    height = np.where(x <= peak, x / peak, (x - 1) / (peak - 1))
    return height * (1.0, 0.5 ** (cycle - 1), gamma**t)[int(mode)]


def rates(
    lr: float,
    steps: int,
    *,
    base_fraction: float,
    step_size_up: float,
    step_size_down: float,
    mode: float,
    gamma: float,
    cycle_momentum: float,
    base_momentum: float,
    max_momentum: float,
) -> Any:
    """Give the rate between base_fraction·lr and lr (steps,), as torch's CyclicLR.

    lr is torch's max_lr, and its base_lr is base_fraction·lr, so that one number moves both.
    """
    base = base_fraction * lr
    return base + (lr - base) * _heights(steps, step_size_up, step_size_down, mode, gamma)


def cycle(
    steps: int,
    *,
    base_fraction: float,
    step_size_up: float,
    step_size_down: float,
    mode: float,
    gamma: float,
    cycle_momentum: float,
    base_momentum: float,
    max_momentum: float,
) -> Any:
    """Give a momentum that falls as the rate climbs (steps,), or None."""
    if not cycle_momentum:
        return None
    height = _heights(steps, step_size_up, step_size_down, mode, gamma)
    return max_momentum - (max_momentum - base_momentum) * height


def _momentum(name: str, default: float, help: str) -> Hyper:
    return Hyper(name, default, low=0.0, high=1.0, high_open=True, slider=(0.0, 0.99), help=help)


def _size(name: str, default: float, low: float, help: str) -> Hyper:
    scale: Scale = "log" if low else "log_zero"
    return Hyper(
        name, default, low=low, scale=scale, slider=(1.0, 10000.0), integer=True, help=help
    )


SPEC = Schedule(
    key="cyclic",
    title="Cyclic",
    rates=rates,
    hyper=(
        Hyper(
            "base_fraction",
            0.1,
            low=0.0,
            high=1.0,
            help="The lower bound of the rate as a fraction of lr, which is the upper one.",
        ),
        _size("step_size_up", 50.0, 1.0, "Steps from the lower bound to the upper one."),
        _size("step_size_down", 0.0, 0.0, "Steps back down; 0 for as many as up."),
        Hyper(
            "mode",
            "triangular",
            choices=("triangular", "triangular2", "exp_range"),
            help="Equal triangles, each half as high as the last, or shrinking by gamma a step.",
        ),
        Hyper(
            "gamma",
            0.995,
            low=0.0,
            high=1.0,
            low_open=True,
            scale="one_minus",
            slider=(0.9, 0.9999),
            symbol="γ",
            help="In the mode exp_range, what the height is multiplied by at every step.",
        ),
        Hyper(
            "cycle_momentum",
            "off",
            choices=("off", "on"),
            help="Whether momentum (of Adam and its kin, beta1) falls as the rate climbs.",
        ),
        _momentum("base_momentum", 0.8, "The momentum while the rate is highest."),
        _momentum("max_momentum", 0.9, "The momentum while the rate is lowest."),
    ),
    summary="Climbs and falls again and again: the long steps leave wells, the short ones settle.",
    source="Smith 2017, Cyclical Learning Rates; as torch.optim.lr_scheduler.CyclicLR "
    "(PyTorch 2.13)",
    cycle=cycle,
)
