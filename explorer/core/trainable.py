"""Changes of an experiment that trains a model, none of which leaves what cannot be trained."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from .catalog import catalog, inner
from .data import TASKS, is_file
from .datahead import Head, head
from .defaults import DEFAULT_OPTIMIZERS, rate_for, rate_for_model
from .errors import InputError
from .experiment import MAX_STEPS, Experiment, Learning, Run, with_setting
from .language import tr
from .recorded import is_recorded
from .spec import settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .spec import Model, Value

LAST_SEED = 2**31 - 1
# The first model to try for each task.
FIRST = {
    "regression": "linear_regression",
    "binary": "logistic_regression",
    "multiclass": "softmax_regression",
}
# More rows than any data have: a batch of all.
FULL = 10**6
# The setting of a model that says how its weights begin.
BEGINS = "init"
BATCHES = (
    (1, tr("batch {size}", size=1)),
    (32, tr("batch {size}", size=32)),
    (FULL, tr("full batch")),
)
# A change of any of these shows another surface, so that the part that was looked at means nothing.
_SURFACE = ("model", "data", "features", "scale", "plane", "span", "weights")
_PARAMETERS = ("model", "data", "features")
# How little of the table is trained on at least.
_MOST_HELD = 0.5


def task_of(learning: Learning) -> str:
    """What is predicted: as asked for, else as the data look; empty where nobody knows."""
    usual = (*head_of(learning).tasks, "")[0]
    return str(dict(learning.data_hyper).get("task", usual))


def head_of(learning: Learning) -> Head:
    """What the data are like."""
    return head(learning.data, learning.data_hyper)


def models_for(task: str) -> dict[str, Model]:
    """The models that fit a task, the one to try first in front; all where it is not known."""
    every = catalog().models.items()
    found = {key: spec for key, spec in every if not task or task in spec.tasks}
    return dict(sorted(found.items(), key=lambda pair: pair[0] != FIRST.get(task)))


def size_of(learning: Learning, given: Mapping[str, Value] | None = None) -> int:
    """How many parameters the model has, 0 where the data do not tell; `given` for its settings."""
    known, model = head_of(learning), catalog().model(learning.model)
    features = len(learning.features or known.names)
    classes = known.classes if task_of(learning) != "regression" else 0
    if is_file(learning.data) or not features:
        return 0
    chosen = settle(model.hyper, dict(learning.model_hyper) if given is None else given, model.key)
    return sum(block.size for block in model.blocks(features, classes, chosen))


def check_size(learning: Learning) -> None:
    """Raise InputError where the model would have more parameters than can be trained."""
    from .training import MOST_PARAMETERS

    if (size := size_of(learning)) > MOST_PARAMETERS:
        raise InputError(
            tr(
                "Would be {size:,} parameters: at most {most:,} are trained.",
                size=size,
                most=MOST_PARAMETERS,
            )
        )


def _shape(learning: Learning) -> tuple[object, ...]:
    """What the number of parameters depends on, whether or not it is known."""
    model = catalog().model(learning.model)
    chosen = settle(model.hyper, dict(learning.model_hyper), model.key)
    nominal = sum(block.size for block in model.blocks(2, 3, chosen))
    file = learning.data_hyper if is_file(learning.data) else ()
    return size_of(learning), nominal, file


def possible(learning: Learning, runs: tuple[Run, ...] = ()) -> Learning:
    """The nearest that can be trained, as far as the data are known before they are read."""
    given = dict(learning.data_hyper)
    made, known = learning, head_of(learning)
    if known.rows and known.rows < known.classes:
        # one row of each class at least
        hyper = with_setting(learning.data_hyper, "samples", float(known.classes))
        made, known = replace(made, data_hyper=hyper), replace(known, rows=known.classes)
    if known.tasks and "task" in given and given["task"] not in known.tasks:
        kept = tuple(pair for pair in made.data_hyper if pair[0] != "task")
        made = replace(made, data_hyper=kept)
    fits = models_for(task_of(made))
    if made.model not in fits:
        made = replace(made, model=next(iter(fits)), model_hyper=())
    if known.names and not set(made.features) <= set(known.names):
        made = replace(made, features=())
    try:
        check_size(made)
    except InputError:
        made = replace(made, model_hyper=())
    share = min(max(made.validation, 0.0), _MOST_HELD)
    if share and known.rows and int(share * known.rows + 0.5) < 1:
        share = math.ceil(50 / known.rows) / 100
    if not share:
        # without validation there is nothing for early stopping to watch
        made = replace(made, patience=0, restore_best=False)
    return replace(made, validation=share, epochs=_epochs(made, known.rows, runs))


def _epochs(learning: Learning, rows: int, runs: tuple[Run, ...]) -> int:
    """As many epochs as asked for, or as many as can be kept in mind."""
    from .training import MOST_ROWS

    if not rows:
        return learning.epochs
    batches = [min(run.batch or learning.batch, rows) for run in runs] or [learning.batch]
    per_epoch = math.ceil(rows / min(batches))
    most = min(MOST_ROWS // (rows + min(max(batches), rows)) - 1, MAX_STEPS // per_epoch)
    return max(1, min(learning.epochs, most))


def changed(experiment: Experiment, **fields: object) -> Experiment:
    """The experiment with fields of its learning replaced, and made possible.

    The start is drawn anew where it would not fit, and all is shown where another surface comes.
    """
    old = experiment.learning or Learning()
    new = possible(replace(old, **fields), experiment.runs)  # type: ignore[arg-type]

    def differ(names: tuple[str, ...]) -> bool:
        return any(getattr(old, name) != getattr(new, name) for name in names)

    resized = new.start != () or differ(("model_hyper", "data_hyper"))
    resized = resized and _shape(old) != _shape(new)
    if resized or differ(_PARAMETERS):
        new = replace(new, start=())
    made = replace(experiment, learning=new, runs=_beginning(experiment.runs, new.model))
    return _unzoomed(made) if resized or differ(_SURFACE) else made


def _beginning(runs: tuple[Run, ...], model: str) -> tuple[Run, ...]:
    """The runs without what only another model can be told of where they begin."""
    known = {hyper.name for hyper in catalog().model(model).hyper}
    return tuple(
        replace(run, begin=tuple(pair for pair in run.begin if pair[0] in known)) for run in runs
    )


def _unzoomed(experiment: Experiment) -> Experiment:
    return replace(experiment, view=replace(experiment.view, bounds=None, line=None))


def with_data(experiment: Experiment, data: str) -> Experiment:
    """Train on other data, with settings of their own."""
    made = changed(experiment, data=data, data_hyper=(), features=())
    if made.learning is None or task_of(made.learning):
        return made
    # of these data nobody knows what is predicted: a model that takes all
    every = [key for key, spec in catalog().models.items() if len(spec.tasks) == len(TASKS)]
    return made if made.learning.model in every else with_model(made, every[0])


def with_model(experiment: Experiment, model: str) -> Experiment:
    """Train another model, with settings of its own."""
    return changed(experiment, model=model, model_hyper=())


def rate_of(run: Run) -> float:
    """A sensible learning rate of a run's optimizer for a model on standardised data."""
    return rate_for_model(inner(catalog().optimizer(run.optimizer), dict(run.hyper)))


def _trains(run: Run) -> bool:
    """Whether an optimizer can train a model: it needs no second derivatives, and takes steps."""
    if is_recorded(run.optimizer):
        return False
    spec = inner(catalog().optimizer(run.optimizer), dict(run.hyper))
    return not {"hessian", "gauss_newton"} & {state.fill for state in spec.state}


def turned_on(experiment: Experiment, learning: Learning | None = None) -> Experiment:
    """Train a model in place of the landscape, with optimizers that can, at rates that suit it."""
    runs = tuple(run for run in experiment.runs if _trains(run))
    if experiment.runs and not runs:
        runs = tuple(Run(key, 0.0, style=i) for i, key in enumerate(DEFAULT_OPTIMIZERS))
    new = possible(learning or Learning(), runs)
    runs = tuple(replace(run, lr=rate_of(run), forks=()) for run in _beginning(runs, new.model))
    seed = min(experiment.seed, LAST_SEED)
    return _unzoomed(replace(experiment, runs=runs, seed=seed, learning=new))


def turned_off(experiment: Experiment) -> Experiment:
    """Back to the landscape, at rates that suit it."""
    key = experiment.landscape
    runs = tuple(replace(run, lr=rate_for(key, run.optimizer), forks=()) for run in experiment.runs)
    return _unzoomed(replace(experiment, runs=runs, learning=None))


def in_batches(experiment: Experiment, at: int) -> Experiment:
    """The run at an index three times, side by side: with single rows, batches of 32, all rows."""
    return _side_by_side(experiment, at, [(label, {"batch": size}) for size, label in BATCHES])


def starts_of(learning: Learning) -> tuple[str, ...]:
    """The ways in which the model's weights can begin, none where there is no choice."""
    hypers = catalog().model(learning.model).hyper
    return next((hyper.choices for hyper in hypers if hyper.name == BEGINS), ())


def in_starts(experiment: Experiment, at: int) -> Experiment:
    """The run at an index once for each way in which the weights can begin, side by side."""
    assert experiment.learning is not None
    kinds = starts_of(experiment.learning)
    return _side_by_side(experiment, at, [(kind, {"begin": ((BEGINS, kind),)}) for kind in kinds])


def _side_by_side(
    experiment: Experiment, at: int, variants: list[tuple[str, dict[str, object]]]
) -> Experiment:
    """Variants of one run in place of all runs: for each its label, and the fields it changes."""
    from .style import STYLES

    run = experiment.runs[at if at < len(experiment.runs) else 0]
    runs = tuple(
        replace(run, label=label, style=(run.style + i) % len(STYLES), visible=True, **fields)  # type: ignore[arg-type]
        for i, (label, fields) in enumerate(variants)
    )
    return changed(replace(experiment, runs=runs, view=replace(experiment.view, layout="side")))


def what_trains(experiment: Experiment, at: int) -> tuple[Learning, int, Run] | None:
    """All that the training of the run at an index depends on; None where there is no such."""
    learning = experiment.learning
    if learning is None or at >= len(experiment.runs):
        return None
    run = replace(experiment.runs[at], style=0, visible=True, label="")
    return replace(learning, plane="auto", span=1.0, weights=(0, 1)), experiment.seed, run


def anew(experiment: Experiment) -> Experiment:
    """Another seed: other rows held out, other batches, and weights that begin elsewhere."""
    seed = (experiment.seed + 1) % (LAST_SEED + 1)
    return changed(replace(experiment, seed=seed), start=())
