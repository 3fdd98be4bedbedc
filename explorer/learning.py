"""The Python interface to models on data: the same code that the command line uses.

data = explorer.data("moons", samples=500, noise=0.2)
model = explorer.model("mlp", hidden=(16, 16), activation="tanh")
trace = explorer.train(model, data, "adam", lr=0.01, epochs=50, patience=5)
curve = explorer.learning_curve(model, data, "adam", lr=0.01, epochs=50)
plane = explorer.slice(model, trace.trained_on, trace)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .core import parse, planes
from .core import training as training_of
from .core.catalog import catalog
from .core.data import Data, is_file, targets
from .core.errors import InputError, unknown
from .core.language import tr
from .core.trace import Trace
from .engine import training
from .engine.learning_curve import REPEATS, SIZES, on_parts

if TYPE_CHECKING:
    from .core.data import Split
    from .core.experiment import Run
    from .core.learncurve import LearningCurve
    from .core.spec import Choices
    from .core.spec import Model as Spec
    from .core.training import Fitted, TrainPlan

Array = NDArray[np.float64]
DIRECTIONS = ("random", "pca", "hessian")
# Keywords of `train` that say how rows are shared out and trained on.
_HOW = {"batch_size", "epochs", "validation", "test", "patience", "min_delta", "restore_best"}
_HOW |= {"drop_last", "seed"}


def data(source: str | Path, /, *, seed: int = 0, **settings: Any) -> Data:
    """A data set of the catalogue by name, or a CSV or Parquet file.

    Settings are those of the data set (`list data` names them), or for a file: target, features,
    missing, text, constant and task. Raises InputError, one line, for what cannot be taken.
    """
    text = str(source)
    if isinstance(source, Path) or is_file(text):
        from .core.datafile import read_table

        return read_table(source, **settings)
    spec = catalog().dataset(text)
    given = parse.checked(spec.hyper, settings, tr("data set {key}", key=text))
    return spec.make(seed=seed, **given)


@dataclass(frozen=True, slots=True)
class Model:
    """A model with its settings. Parameters theta (D,) are ordered as in torch."""

    spec: Spec
    chosen: Choices

    def fitted(self, data: Data) -> Fitted:
        """How it is laid out on this data."""
        return training_of.fit_to(self.spec, self.chosen, data)

    def size(self, data: Data) -> int:
        """How many parameters it has on this data."""
        return self.fitted(data).size

    def start(self, data: Data, seed: int = 0) -> Array:
        """A first point (D,), as `train` would draw it."""
        return self.fitted(data).first(seed)

    def loss(self, theta: ArrayLike, data: Data) -> float:
        """The mean loss over all rows, penalties included, without dropout."""
        return self._both(theta, data)[0]

    def gradient(self, theta: ArrayLike, data: Data) -> Array:
        """The gradient (D,) of `loss`."""
        return self._both(theta, data)[1]

    def _both(self, theta: ArrayLike, data: Data) -> tuple[float, Array]:
        fitted = self.fitted(data)
        return training.loss_and_gradient(fitted, data.X, targets(data), _point(theta, fitted))

    def predict(self, theta: ArrayLike, X: ArrayLike, statistics: ArrayLike | None = None) -> Array:
        """Outputs (M, O) at rows X (M, F), before a sigmoid or softmax.

        statistics (Q,): the running statistics of batch norm, `trace.statistics`.
        """
        point, rows = np.asarray(theta, dtype=float).ravel(), np.asarray(X, dtype=float)
        if rows.ndim != 2:
            raise InputError(tr("X has shape {shape}: must be (rows, features)", shape=rows.shape))
        features = rows.shape[1]
        for classes in (2, *range(3, 1001)):
            parts = self.spec.blocks(features, classes, self.chosen)
            if sum(part.size for part in parts) == point.size:
                break
        else:
            raise InputError(
                tr(
                    "theta has {size} numbers, which {model} on {features} features has for no "
                    "number of classes",
                    size=point.size,
                    model=self.spec.key,
                    features=features,
                )
            )
        whole = self.spec.whole(features, classes, self.chosen)
        first = self.spec.running(whole) if self.spec.running else ()
        stats = np.array(first if statistics is None else statistics, dtype=float)
        made = self.spec.predict(point, rows, self.spec.numbers(self.chosen), whole, stats)
        return np.asarray(made)

    def check(self, data: Data, theta: ArrayLike | None = None, seed: int = 0) -> dict[str, float]:
        """The gradient against central differences: the largest relative error by block.

        theta: (D,), a first point drawn by seed where None.
        """
        fitted = self.fitted(data)
        point = fitted.first(seed) if theta is None else _point(theta, fitted)
        found = training.gradient_errors(fitted, data.X, targets(data), point, seed=seed)
        return {name: error for name, (error, _) in found.items()}


def _point(theta: ArrayLike, fitted: Fitted) -> Array:
    point = np.asarray(theta, dtype=float).ravel()
    if point.size != fitted.size:
        raise InputError(
            tr(
                "theta has {size} numbers: {model} on {features} features has {wanted}",
                size=point.size,
                model=fitted.model.key,
                features=fitted.features,
                wanted=fitted.size,
            )
        )
    return point


def model(key: str, /, **settings: Any) -> Model:
    """A model by name, its settings by keyword; raises InputError for what it cannot take."""
    spec = catalog().model(key)
    return Model(
        *training_of.choose(key, parse.checked(spec.hyper, settings, tr("model {key}", key=key)))
    )


def train(
    model: Model,
    data: Data,
    optimizer: str,
    *,
    batch_size: int = 32,
    epochs: int = 50,
    validation: float = 0.2,
    test: float = 0.0,
    patience: int | None = None,
    min_delta: float = 0.0,
    restore_best: bool = True,
    standardize: bool = True,
    scale: str = "",
    drop_last: bool = False,
    seed: int = 0,
    start: ArrayLike | None = None,
    lr: float | None = None,
    schedule: str = "constant",
    warmup: int = 0,
    every: int = 1,
    **hyper: Any,
) -> Trace:
    """Train a model by mini-batches and return its trace.

    Rows are split by seed, validation and test being shares of them, and scaled by what the
    training rows are like: standardised, or as `scale` says ("standard", "minmax", "none"). Each
    epoch is shuffled anew, the same for every optimizer. Training ends after `patience` epochs
    without a validation loss lower by more than min_delta; `parameters` are then those of the best
    epoch, unless restore_best is off. start: (D,), drawn by seed where None. lr, schedule, warmup,
    every and hyper: as in `run`; every=steps of an epoch moves a schedule once an epoch.

    Of the trace, loss (T+1,) is each step's batch's; epoch_loss, validation_loss and metrics
    (E+1,) are of all rows at the end of each epoch, the start first; `trained_on` are the training
    rows as they were scaled. Raises InputError naming whatever cannot be taken.
    """
    run = parse.run(optimizer, hyper, lr, parse.rate(schedule, warmup, every))
    plan = training_of.resolve(
        model.spec,
        model.chosen,
        data,
        run,
        batch_size=batch_size,
        epochs=epochs,
        validation=validation,
        test=test,
        patience=patience,
        min_delta=min_delta,
        restore_best=restore_best,
        scale=scale or ("standard" if standardize else "none"),
        drop_last=drop_last,
        seed=seed,
        start=None if start is None else np.asarray(start, dtype=float),
    )
    inner = replace(data, X=plan.X, y=data.y[plan.split.train])
    return replace(training.train(plan), trained_on=inner)


def learning_curve(
    model: Model,
    data: Data,
    optimizer: str,
    *,
    sizes: int = SIZES,
    repeats: int = REPEATS,
    **given: Any,
) -> LearningCurve:
    """The losses after training on growing random parts of the training rows.

    Each of about `sizes` sizes is trained `repeats` times, on other parts, and all rows once; the
    validation rows stay the same. All else is as in `train`, which takes the same keywords; of its
    epochs counts the last, or with patience and restore_best the best.
    """
    how = {name: given.pop(name) for name in _HOW if name in given}
    usual = "standard" if given.pop("standardize", True) else "none"
    scale, start = given.pop("scale", "") or usual, given.pop("start", None)
    first = None if start is None else np.asarray(start, dtype=float)
    rate = given.pop("schedule", "constant"), given.pop("warmup", 0), given.pop("every", 1)
    asked = parse.run(optimizer, given, rate=parse.rate(*rate))

    def plan_for(run: Run, parts: Split | None) -> TrainPlan:
        return training_of.resolve(
            model.spec, model.chosen, data, run, scale=scale, start=first, parts=parts, **how
        )

    return on_parts(plan_for, asked, sizes, repeats)


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Losses z (nb, na) at theta + a·d1 + b·d2, directions (2, D) = d1, d2.

    Of a trace, path (n, 2) is where its points are on the plane and off (n,) how far from it;
    explained (2,) the share of their variance along each direction ("pca"), or the curvatures
    ("hessian"), else empty.
    """

    a: Array
    b: Array
    z: Array
    theta: Array
    directions: Array
    path: Array
    off: Array
    explained: Array


def slice(
    model: Model,
    data: Data,
    theta: ArrayLike | Trace,
    directions: str | tuple[ArrayLike, ArrayLike] = "random",
    normalization: str = "filter",
    span: float = 1.0,
    resolution: int = 101,
    seed: int = 0,
) -> Slice:
    """The loss on a plane through the parameters theta (D,), or those of a training's trace.

    directions: "random", drawn by seed; "pca", the principal components of the trace's points;
    "hessian", those of largest curvature; or two of your own (D,). normalization "filter" makes
    each filter of random or own directions as long as theta's (Li et al. 2018), "none" leaves them.
    The plane reaches from -span to span; with "pca" it is `span` times as wide as the path.
    """
    fitted = model.fitted(data)
    trace = theta if isinstance(theta, Trace) else None
    point = _point(trace.parameters if trace else theta, fitted)  # type: ignore[arg-type]
    stats = trace.statistics if trace is not None and trace.statistics.size else None
    if normalization not in ("filter", "none"):
        raise unknown(tr("normalization"), normalization, ("filter", "none"))
    if not (np.isfinite(span) and span > 0):
        raise InputError(tr("span={span:g}: must be a finite number above 0", span=span))
    if not 2 <= resolution <= 2001:
        words = tr("resolution={size}: must be a whole number from 2 to 2001", size=resolution)
        raise InputError(words)
    y = targets(data)
    explained = np.zeros(0)
    if isinstance(directions, str):
        if directions == "pca":
            if trace is None:
                raise InputError(tr("directions=pca: needs a trace of `train` as theta"))
            made, explained = planes.principal(trace.points)
        elif directions == "hessian":
            made, explained = planes.curved(
                lambda at: training.loss_and_gradient(fitted, data.X, y, at, stats)[1], point, seed
            )
        elif directions == "random":
            made = np.random.default_rng(seed).normal(size=(2, fitted.size))
        else:
            raise unknown(tr("directions"), directions, DIRECTIONS)
    else:
        made = np.array([_point(d, fitted) for d in directions])
    if normalization == "filter" and directions not in ("pca", "hessian"):
        made = np.array([planes.filter_normalised(d, point, fitted.blocks) for d in made])
    path, off = np.zeros((0, 2)), np.zeros(0)
    if trace is not None:
        path, off = planes.project(trace.points, point, made)
    places = planes.places(path if directions == "pca" else None, span, resolution)
    z = training.sliced(fitted, data.X, y, point, made[0], made[1], places, stats)
    return Slice(places[0], places[1], z, point, made, path, off, explained)
