"""One climb and one long fall, with momentum going the other way."""

from typing import Any

from explorer.core.spec import Hyper, Schedule


def _anneal(
    steps: int, total_steps: float, pct_start: float, strategy: float, levels: tuple[float, ...]
) -> Any:
    """Go from level to level, the turns where torch's OneCycleLR has them (steps,).

    Three levels make two phases; four make three, the first two of equal length. Past the last
    step the last level is kept.
    """
    import numpy as np

    total = total_steps or steps
    turns = [pct_start * total - 1]
    if len(levels) == 4:
        turns += [2 * pct_start * total - 2]
    turns += [total - 1]
    t = np.minimum(np.arange(steps, dtype=float), max(total - 1, 0))
    made = np.empty(steps)
    todo = np.ones(steps, dtype=bool)
    begin = 0.0
    for i, end in enumerate(turns):
        last = i == len(turns) - 1
        now = todo & ((t <= end) | last)
        share = (t[now] - begin) / (end - begin) if end != begin else np.ones(now.sum())
        a, b = levels[i], levels[i + 1]
        made[now] = (
            b + (a - b) / 2 * (1 + np.cos(np.pi * share)) if not strategy else (a + (b - a) * share)
        )
        todo &= ~now
        begin = end
    return made


def rates(
    lr: float,
    steps: int,
    *,
    total_steps: float,
    pct_start: float,
    anneal_strategy: float,
    div_factor: float,
    final_div_factor: float,
    three_phase: float,
    cycle_momentum: float,
    base_momentum: float,
    max_momentum: float,
) -> Any:
    """Give the rates (steps,) as torch's OneCycleLR with max_lr = lr.

    The rate climbs from lr/div_factor to lr and falls to lr/div_factor/final_div_factor, in three
    phases by way of lr/div_factor. total_steps of 0 stands for all the steps.
    """
    first = lr / div_factor
    last = first / final_div_factor
    levels = (first, lr, first, last) if three_phase else (first, lr, last)
    return _anneal(steps, total_steps, pct_start, anneal_strategy, levels)


def cycle(
    steps: int,
    *,
    total_steps: float,
    pct_start: float,
    anneal_strategy: float,
    div_factor: float,
    final_div_factor: float,
    three_phase: float,
    cycle_momentum: float,
    base_momentum: float,
    max_momentum: float,
) -> Any:
    """Give the momentum (steps,), lowest where the rate is highest, or None."""
    if not cycle_momentum:
        return None
    levels = (max_momentum, base_momentum, max_momentum) + (max_momentum,) * bool(three_phase)
    return _anneal(steps, total_steps, pct_start, anneal_strategy, levels)


def _momentum(name: str, default: float, help: str) -> Hyper:
    return Hyper(name, default, low=0.0, high=1.0, high_open=True, slider=(0.0, 0.99), help=help)


SPEC = Schedule(
    key="one_cycle",
    title="One cycle",
    rates=rates,
    hyper=(
        Hyper(
            "total_steps",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1.0, 10000.0),
            integer=True,
            help="Steps of the cycle; 0 for all of them. Past it the last rate is kept.",
        ),
        Hyper(
            "pct_start",
            0.3,
            low=0.0,
            high=1.0,
            help="The share of the steps spent climbing.",
        ),
        Hyper(
            "anneal_strategy",
            "cos",
            choices=("cos", "linear"),
            help="Whether it climbs and falls along a cosine or straight.",
        ),
        Hyper(
            "div_factor",
            25.0,
            low=1.0,
            scale="log",
            slider=(1.0, 1000.0),
            help="The first rate is lr divided by this.",
        ),
        Hyper(
            "final_div_factor",
            1e4,
            low=1.0,
            scale="log",
            slider=(1.0, 1e6),
            help="The last rate is the first divided by this.",
        ),
        Hyper(
            "three_phase",
            "off",
            choices=("off", "on"),
            help="Whether the fall is as long as the climb, with a last phase down to the end.",
        ),
        Hyper(
            "cycle_momentum",
            "on",
            choices=("off", "on"),
            help="Whether momentum (of Adam and its kin, beta1) falls as the rate climbs.",
        ),
        _momentum("base_momentum", 0.85, "The momentum while the rate is highest."),
        _momentum("max_momentum", 0.95, "The momentum at the start and at the end."),
    ),
    summary="Climbs to lr and falls far below the first rate, momentum the other way about.",
    source="Smith & Topin 2019, Super-Convergence; as torch.optim.lr_scheduler.OneCycleLR "
    "(PyTorch 2.13)",
    cycle=cycle,
)
