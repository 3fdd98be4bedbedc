"""What the window shows when nothing else was asked for."""

from __future__ import annotations

from pathlib import PurePath

from .catalog import catalog
from .experiment import Experiment, Run, Stopping, View

DEFAULT_LANDSCAPE = "himmelblau"
# Rates for models whose data are scaled, where an optimizer's own default is not meant for one.
MODEL_RATES = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "heavy_ball": 0.02}
DEFAULT_OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")


def rate_for(landscape: str, optimizer: str) -> float:
    """A sensible learning rate of an optimizer on a landscape, else the optimizer's own default."""
    found = catalog()
    spec = found.optimizer(optimizer)
    if spec.wraps:
        return rate_for(landscape, spec.inner)
    return found.landscape(landscape).rates.get(optimizer, spec.lr)


def rate_in(experiment: Experiment, optimizer: str) -> float:
    """A sensible learning rate in an experiment: on its landscape, or for training a model.

    Losses of models on scaled data are about as steep everywhere; gradient descent without memory
    wants larger steps than its default of PyTorch's, and momentum a tenth of its.
    """
    if experiment.learning is None:
        return rate_for(experiment.landscape, optimizer)
    spec = catalog().optimizer(optimizer)
    key = spec.inner if spec.wraps else optimizer
    return MODEL_RATES.get(key, catalog().optimizer(key).lr)


def name_of(experiment: Experiment) -> str:
    """What an experiment is about: its landscape's title, or a model and its data."""
    given = experiment.learning
    if given is None:
        return catalog().landscape(experiment.landscape).title
    return f"{catalog().model(given.model).title} on {PurePath(given.data).stem}"


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
