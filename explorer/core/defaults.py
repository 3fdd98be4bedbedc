"""What the window shows when nothing else was asked for."""

from __future__ import annotations

from .catalog import catalog
from .experiment import Experiment, Run, Stopping, View

DEFAULT_LANDSCAPE = "himmelblau"
DEFAULT_OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")


def rate_for(landscape: str, optimizer: str) -> float:
    """A sensible learning rate of an optimizer on a landscape, else the optimizer's own default."""
    found = catalog()
    spec = found.optimizer(optimizer)
    if spec.wraps:
        return rate_for(landscape, spec.inner)
    return found.landscape(landscape).rates.get(optimizer, spec.lr)


def experiment(landscape: str = DEFAULT_LANDSCAPE, *, both: bool = True) -> Experiment:
    """Four optimizers from the landscape's own start, at rates that suit it.

    Seen as map and surface, or where there is no room for `both`, as map.
    """
    spec = catalog().landscape(landscape)
    return Experiment(
        landscape=landscape,
        start=spec.start,
        runs=tuple(
            Run(key, rate_for(landscape, key), style=i) for i, key in enumerate(DEFAULT_OPTIMIZERS)
        ),
        stopping=Stopping(gradient_norm=1e-6),
        view=View(panes="both" if both else "2d"),
    )
