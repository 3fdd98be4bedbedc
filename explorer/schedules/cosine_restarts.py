"""Cosine after cosine: the rate falls, jumps back to the top and falls again."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def rates(lr: float, steps: int, *, T_0: float, T_mult: float, eta_min: float) -> Any:
    """Give eta_min + (lr - eta_min)·(1 + cos(π·τ/T))/2 (steps,), as CosineAnnealingWarmRestarts.

    τ counts the steps since the last restart and T is that cycle's length: T_0 at first, and
    T_mult times as many from one cycle to the next.
    """
    import numpy as np

    share = np.empty(steps)
    start, length = 0, int(T_0)
    while start < steps:
        part = share[start : start + length]
        part[:] = np.arange(part.size) / length
        start, length = start + length, length * int(T_mult)
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * share)) / 2


SPEC = Schedule(
    key="cosine_restarts",
    title="Cosine with restarts",
    rates=rates,
    hyper=(
        Hyper(
            "T_0",
            100.0,
            low=1.0,
            scale="log",
            slider=(1.0, 10000.0),
            integer=True,
            help="Steps until the first restart.",
        ),
        Hyper(
            "T_mult",
            1.0,
            low=1.0,
            high=100.0,
            slider=(1.0, 4.0),
            integer=True,
            help="How many times as long each cycle is as the one before.",
        ),
        Hyper(
            "eta_min",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-6, 1.0),
            help="The rate that each fall ends at.",
        ),
    ),
    summary="Falls along a cosine and jumps back up: each restart may leave one well for the next.",
    source="Loshchilov & Hutter 2017 (SGDR); as "
    "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts (PyTorch 2.13)",
)
