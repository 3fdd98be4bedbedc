"""Learning curves: a model trained anew on growing random parts of the training rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.diagnosis import baseline
from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.learncurve import LearningCurve
from explorer.core.plan import whole

from . import study, training
from .runner import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from explorer.core.data import Data, Split
    from explorer.core.experiment import Experiment, Run
    from explorer.core.training import TrainPlan

    # A run resolved for rows that are shared out in a way, or as they were asked to be.
    PlanFor = Callable[[Run, Split | None], TrainPlan]

SIZES, REPEATS, MOST = 8, 3, 100
NO_ROWS = tr("Hold out rows: a learning curve needs a validation share above 0.")


def learning_curve(
    experiment: Experiment,
    run_index: int,
    tell: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> LearningCurve | str | None:
    """The learning curve of one run of an experiment, or one line why there is none.

    None where it was cancelled. `tell` is told of rows trained on and rows in all.
    """
    learning = experiment.learning
    if learning is None or run_index >= len(experiment.runs):
        return tr("A learning curve needs a model, data and an optimizer.")
    try:
        seed = whole("seed", experiment.seed, 0, 2**31 - 1)
        data = study.read(learning, seed)

        def plan_for(run: Run, parts: Split | None) -> TrainPlan:
            return study.train_plan(data, learning, run, seed, parts)

        return on_parts(plan_for, experiment.runs[run_index], SIZES, REPEATS, tell, cancelled)
    except InputError as error:
        return str(error)
    except Cancelled:
        return None


def on_parts(
    plan_for: PlanFor,
    run: Run,
    sizes: int = SIZES,
    repeats: int = REPEATS,
    tell: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> LearningCurve:
    """Train on `repeats` parts of each of about `sizes` sizes, and once on all rows.

    Sizes grow by equal factors from a row of each class, two at least. The parts of one repeat
    grow: each holds the one before it. Validation rows, seed, epochs and early stopping stay, and
    scaling is fitted to each part. Raises Cancelled, and InputError for what cannot be trained.
    """
    whole("sizes", sizes, 1, MOST)
    whole("repeats", repeats, 1, MOST)
    full = plan_for(run, None)
    if not len(full.X_watched):
        raise InputError(NO_ROWS)
    rows = spaced(full, sizes)
    total = int(rows[:-1].sum()) * repeats + int(rows[-1])
    train, validation = np.empty((2, len(rows), repeats))
    done = 0

    def losses(plan: TrainPlan) -> tuple[float, float]:
        nonlocal done
        if cancelled():
            raise Cancelled
        count, before = len(plan.X), done
        trace = training.train(
            plan, lambda steps, of: tell(before + count * steps // of, total), cancelled
        )
        done += count
        # early stopping may end a training before its last step
        tell(done, total)
        if trace.stop_reason == "diverged":
            return np.nan, np.nan
        best = plan.restore_best and plan.patience
        epoch = trace.best_epoch if best else trace.stop_epoch
        return float(trace.epoch_loss[epoch]), float(trace.validation_loss[epoch])

    for k in range(repeats):
        order = shuffled(full.data, full.split.train, full.seed, k)
        for i, n in enumerate(rows[:-1].tolist()):
            plan = _on_part(plan_for, run, full, order[:n])
            train[i, k], validation[i, k] = losses(plan)
    train[-1], validation[-1] = losses(full)
    return LearningCurve(rows, train, validation, baseline(full))


def spaced(plan: TrainPlan, sizes: int) -> NDArray[np.int64]:
    """Numbers of rows (n,), n ≤ sizes, that grow by about equal factors; the last is all rows."""
    most = len(plan.X)
    classes = 0 if plan.data.task == "regression" else len(np.unique(plan.y))
    least = min(max(2, classes), most)
    made = np.geomspace(least, most, sizes).round() if sizes > 1 else np.array([most])
    return np.array(sorted(set(made.astype(np.int64).tolist())), dtype=np.int64)


def shuffled(data: Data, rows: NDArray[np.int64], seed: int, repeat: int) -> NDArray[np.int64]:
    """Rows in random order, but that of each class one comes first: every part has all classes."""
    order = np.random.default_rng([seed, repeat]).permutation(rows)
    if data.task == "regression":
        return order
    first = np.sort(np.unique(data.y[order], return_index=True)[1])
    return np.concatenate([order[first], np.delete(order, first)])


def _on_part(plan_for: PlanFor, run: Run, full: TrainPlan, rows: NDArray[np.int64]) -> TrainPlan:
    """The plan for some of the training rows; what the schedule did once an epoch it does still."""
    parts = replace(full.split, train=rows)
    made = plan_for(run, parts)
    paced = run
    if run.rate.every == full.per_epoch > 1:
        paced = replace(run, rate=replace(run.rate, every=made.per_epoch))
    if run.forks:  # in the same epoch
        share = made.per_epoch / full.per_epoch
        steps = [max(round(fork.step * share), 1) for fork in run.forks]
        forks = [replace(f, step=at) for f, at in zip(run.forks, steps, strict=True)]
        paced = replace(paced, forks=tuple({f.step: f for f in forks}.values()))
    return made if paced is run else plan_for(paced, parts)
