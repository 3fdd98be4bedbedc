"""What the window shows when nothing else was asked for."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from .catalog import catalog
from .experiment import Experiment, Run, Stopping, View
from .language import tr

if TYPE_CHECKING:
    from .spec import Optimizer

DEFAULT_LANDSCAPE = "himmelblau"
# Rates for models whose data are scaled, where an optimizer's own default is not meant for one.
MODEL_RATES = {
    **dict.fromkeys(("sgd", "asgd", "sam"), 0.1),
    **dict.fromkeys(("momentum", "nesterov", "heavy_ball"), 0.02),
}
SLOW = 0.002
DEFAULT_OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam")


def rate_for(landscape: str, optimizer: str) -> float:
    """A sensible learning rate of an optimizer on a landscape, else the optimizer's own default."""
    found = catalog()
    spec = found.optimizer(optimizer)
    if spec.wraps:
        return rate_for(landscape, spec.inner)
    return found.landscape(landscape).rates.get(optimizer, spec.lr)


def rate_in(experiment: Experiment, optimizer: str) -> float:
    """A sensible learning rate in an experiment: on its landscape, or for training a model."""
    if experiment.learning is None:
        return rate_for(experiment.landscape, optimizer)
    spec = catalog().optimizer(optimizer)
    return rate_for_model(catalog().optimizer(spec.inner) if spec.wraps else spec)


def rate_for_model(spec: Optimizer) -> float:
    """A sensible learning rate of an optimizer for a model on standardised data.

    Defaults of a thousandth are meant for networks that are trained for days.
    """
    return MODEL_RATES.get(spec.key, 10 * spec.lr if spec.lr <= SLOW else spec.lr)


def name_of(experiment: Experiment) -> str:
    """What an experiment is about: its landscape's title, or a model and its data."""
    given = experiment.learning
    if given is None:
        return catalog().landscape(experiment.landscape).title
    model = catalog().model(given.model).title
    return tr("{model} on {data}", model=model, data=PurePath(given.data).stem)


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
