"""A rate that falls along half a cosine wave."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, eta_min: float, T_max: float) -> Any:
    """Give eta_min + (lr - eta_min)·(1 + cos(π·t/T))/2 for t = 0, 1, ... (steps,).

    T is T_max, or all the steps where T_max is 0. As in torch's CosineAnnealingLR the wave goes
    on past T_max: the rate climbs back to lr at 2·T_max, and so on.
    """
    import numpy as np

    wave = np.cos(np.pi * np.arange(steps) / (T_max or steps or 1))
    return eta_min + (lr - eta_min) * (1 + wave) / 2


SPEC = Schedule(
    key="cosine",
    title="Cosine",
    rates=rates,
    hyper=(
        Hyper(
            "eta_min",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-6, 1.0),
            help="The rate at the bottom of the wave.",
        ),
        Hyper(
            "T_max",
            0.0,
            low=0.0,
            integer=True,
            slider=(0.0, 1000.0),
            help="Steps from top to bottom; 0 for all of them. Past it the rate climbs again.",
        ),
    ),
    summary="Falls slowly, then fast, then slowly again: half a cosine from lr to eta_min.",
    source="Loshchilov & Hutter 2017 (SGDR); as torch.optim.lr_scheduler.CosineAnnealingLR "
    "(PyTorch 2.13)",
)
