"""A model, its data and how it is trained, resolved into arrays: every name and value checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .catalog import catalog, inner
from .data import Data, Scaling, Split, check, scaling, split, targets
from .errors import InputError
from .experiment import MAX_STEPS, Run
from .language import tr, trc
from .plan import RunPlan, resolve_run, whole
from .recorded import sentence
from .spec import Block, Choices, Landscape, Model, refused, settle

if TYPE_CHECKING:
    from collections.abc import Mapping

Array = NDArray[np.float64]
# Up to so many numbers a trace keeps every step, beyond that one row an epoch.
KEPT = 5_000_000
MOST_PARAMETERS = 1_000_000
MOST_ROWS = 200_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model with its settings on data of a shape: how its parameters are laid out.

    numbers (P,) and whole (C,) are what its kernel reads.
    """

    model: Model
    chosen: Choices
    features: int
    classes: int
    blocks: tuple[Block, ...]
    numbers: tuple[float, ...]
    whole: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many parameters it has."""
        return sum(block.size for block in self.blocks)

    @property
    def running(self) -> Array:
        """The first values of its running statistics (Q,)."""
        made = self.model.running(self.whole) if self.model.running else ()
        return np.array(made, dtype=float)

    def parts(self) -> list[tuple[Block, slice]]:
        """Each block and where it is in the vector of parameters."""
        made, at = [], 0
        for block in self.blocks:
            made.append((block, slice(at, at + block.size)))
            at += block.size
        return made

    def first(self, seed: int) -> Array:
        """A first point (D,), drawn by seed."""
        draw = np.random.default_rng(seed)
        return np.asarray(self.model.first(draw, self.blocks, self.chosen), dtype=float)


def choose(key: str, given: Mapping[str, object]) -> tuple[Model, Choices]:
    """A model by name with its settings checked."""
    model = catalog().model(key)
    return model, settle(model.hyper, given, tr("model {key}", key=key))


def fit_to(model: Model, chosen: Choices, data: Data) -> Fitted:
    """The model on this data; raises InputError where it is for another task."""
    check(data)
    if data.task not in model.tasks:
        fit = [key for key, spec in catalog().models.items() if data.task in spec.tasks]
        raise InputError(
            tr(
                "{model} is for {tasks} data, {data} is {task}: choose from {names}",
                model=model.key,
                tasks=tr(" or ").join(model.tasks),
                data=data.source or trc("data", "this"),
                task=data.task,
                names=", ".join(fit),
            )
        )
    features, classes = data.X.shape[1], len(data.classes)
    blocks = model.blocks(features, classes, chosen)
    size = sum(block.size for block in blocks)
    if size > MOST_PARAMETERS:
        raise InputError(
            tr(
                "{model} would have {size} parameters: at most {most}",
                model=model.key,
                size=size,
                most=MOST_PARAMETERS,
            )
        )
    numbers, own = model.numbers(chosen), model.whole(features, classes, chosen)
    return Fitted(model, chosen, features, classes, blocks, numbers, own)


def as_landscape(fitted: Fitted, start: Array) -> Landscape:
    """What an optimizer needs to know of a model: how many parameters, and where it starts."""

    def no_hessian(*_: object) -> None:
        raise NotImplementedError

    around = tuple((float(v) - 1.0, float(v) + 1.0) for v in start)
    return Landscape(
        key=fitted.model.key,
        title=fitted.model.title,
        gradient=fitted.model.gradient,
        hessian=no_hessian,
        bounds=around,
        start=tuple(start.tolist()),
        teaches="",
        source="",
        formula="",
    )


@dataclass(frozen=True, slots=True, eq=False)
class TrainPlan:
    """All that a training needs: scaled data, batches, a start (D,) and the optimizer.

    `split` names the rows of `data` that are trained on, watched and kept for a test; X (m, F) and
    y (m, 1) are those trained on, X_watched and y_watched the others, scaled alike. A step takes
    `batch` rows, an epoch `per_epoch` steps. order ((T + 1) * B,) gives the rows of each step's
    batch, -1 where an epoch's last is smaller.
    """

    fitted: Fitted
    data: Data
    split: Split
    scaling: Scaling
    X: Array
    y: Array
    X_watched: Array
    y_watched: Array
    start: Array
    run: RunPlan
    batch: int
    per_epoch: int
    epochs: int
    order: NDArray[np.int64]
    seed: int
    patience: int
    min_delta: float
    restore_best: bool

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return self.epochs * self.per_epoch


def batches(
    rows: int, batch: int, epochs: int, *, drop_last: bool, seed: int
) -> tuple[int, NDArray[np.int64]]:
    """Steps an epoch, and the rows of each step: shuffled epochs, and the first batch of one more.

    The same for every optimizer; -1 fills up a smaller last batch. One batch of all rows is not
    shuffled.
    """
    per_epoch = rows // batch if drop_last else -(-rows // batch)
    if per_epoch == 0:
        raise InputError(
            tr(
                "batch_size={batch}: drop_last leaves no batch of {rows} rows",
                batch=batch,
                rows=rows,
            )
        )
    made = np.full((epochs + 1, per_epoch * batch), -1, dtype=np.int64)
    for epoch in range(epochs + 1):
        order = np.arange(rows)
        if batch < rows:
            np.random.default_rng([seed, epoch]).shuffle(order)
        taken = order[: per_epoch * batch]
        made[epoch, : taken.size] = taken
    return per_epoch, made.ravel()[: (epochs * per_epoch + 1) * batch]


def resolve(
    model: Model,
    chosen: Choices,
    data: Data,
    run: Run,
    *,
    batch_size: int = 32,
    epochs: int = 50,
    validation: float = 0.2,
    test: float = 0.0,
    patience: int | None = None,
    min_delta: float = 0.0,
    restore_best: bool = True,
    scale: str = "standard",
    drop_last: bool = False,
    seed: int = 0,
    start: Array | None = None,
    parts: Split | None = None,
) -> TrainPlan:
    """Check everything and turn it into arrays, or raise InputError with the first thing wrong.

    Rows are shared out by seed, or as `parts` says.
    """
    fitted = fit_to(model, chosen, data)
    parts = parts or split(data, validation=validation, test=test, seed=seed)
    rows_in = data.X[parts.train]
    fit = scaling(rows_in, scale)
    X, X_watched = fit.apply(rows_in), fit.apply(data.X[parts.validation])
    y = targets(data)
    epochs = whole("epochs", epochs, 1, MAX_STEPS)
    rows = len(rows_in)
    batch = min(whole("batch_size", batch_size, 1, MAX_STEPS), rows)
    # as many row numbers are kept as all epochs have
    if (epochs + 1) * (rows + batch) > MOST_ROWS:
        raise InputError(
            tr(
                "epochs={epochs}: {rows} rows each are more than {all:,} in all; "
                "at most {most} epochs are taken",
                epochs=epochs,
                rows=rows,
                all=MOST_ROWS,
                most=MOST_ROWS // (rows + batch) - 1,
            )
        )
    per_epoch, order = batches(rows, batch, epochs, drop_last=drop_last, seed=seed)
    steps = epochs * per_epoch
    waits = 0 if patience is None else whole("patience", patience, 1, MAX_STEPS)
    if waits and not len(X_watched):
        raise InputError(
            tr("patience watches the validation rows: give validation a share above 0")
        )
    if not (min_delta >= 0 and math.isfinite(min_delta)):
        raise refused("min_delta", f"{min_delta:g}", tr("a finite number at least 0"))
    first = fitted.first(seed) if start is None else np.asarray(start, dtype=float).ravel()
    if first.shape != (fitted.size,) or not np.isfinite(first).all():
        raise InputError(
            tr(
                "start has {given} numbers: {model} on {features} features needs {size}, "
                "all finite",
                given=first.size,
                model=model.key,
                features=fitted.features,
                size=fitted.size,
            )
        )
    asked = inner(catalog().optimizer(run.optimizer), dict(run.hyper))
    if asked.recorded is not None:
        raise InputError(sentence(run.label or asked.title))
    if {"hessian", "gauss_newton"} & {state.fill for state in asked.state}:
        raise InputError(
            tr(
                "{optimizer} needs second derivatives, which models do not give",
                optimizer=run.optimizer,
            )
        )
    made = resolve_run(run, steps, as_landscape(fitted, first), first, keep=False)
    return TrainPlan(
        fitted=fitted,
        data=data,
        split=parts,
        scaling=fit,
        X=np.ascontiguousarray(X),
        y=np.ascontiguousarray(y[parts.train]),
        X_watched=np.ascontiguousarray(X_watched),
        y_watched=np.ascontiguousarray(y[parts.validation]),
        start=first,
        run=made,
        batch=batch,
        per_epoch=per_epoch,
        epochs=epochs,
        order=order,
        seed=whole("seed", seed, 0, 2**31 - 1),
        patience=waits,
        min_delta=float(min_delta),
        restore_best=restore_best,
    )
