"""What the data panel draws of a trained model: rows, fitted line, boundary, metrics at a step.

Rows that are trained on or watched are drawn, those kept for a test are not. Each part of a split
is in random order, so the first rows of it are a fixed sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from . import metrics
from .boundary import certainty, crossings, guess, margins, zero_line
from .language import tr
from .study import parameters_at, predictions

if TYPE_CHECKING:
    from .study import Study

Array = NDArray[np.float64]
Interval = tuple[float, float]
Kind = Literal["line", "strip", "map", "components", "agreement"]
# So many rows at most are drawn, and so many of each part judged, however long the table is.
DRAWN = 2_000
JUDGED = 20_000
LISTED = 200
# Points along each axis of the picture at which a model is asked for its outputs.
FINE, COARSE = 60, 30


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What stays while the cursor moves: n drawn rows, training rows first.

    kind "line": x against y of a regression with one feature; "strip": x against the class; "map":
    two features and the classes; "components": the first two principal components of more;
    "agreement": true against predicted values of a regression with more. points (n, 2) are in the
    units of the picture, the second column of "agreement" being the cursor's; classes (n,) are the
    true ones, empty for a regression; `total` rows could be drawn.
    """

    kind: Kind
    names: tuple[str, str]
    points: Array
    classes: NDArray[np.int64]
    watched: NDArray[np.bool_]
    bounds: tuple[Interval, Interval]
    total: int


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What a run's model makes of a scene at a step.

    points (n, 2); wrong (n,), whether a row is taken for another class than its own; curve (k, 2),
    the fitted line or the probability of the second of two classes; guessed (h, w) and sure (h, w)
    in [0, 1], class and certainty on a grid from edge to edge of the bounds, the lowest row first;
    boundary (m, 2, 2), pieces of the line between classes. What a scene has not is empty.
    """

    points: Array
    wrong: NDArray[np.bool_]
    curve: Array
    guessed: NDArray[np.int64]
    sure: Array
    boundary: Array


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Outputs (m, O) for the training and the validation rows, their metrics and confusion.

    At most JUDGED rows of each; a part without rows has no metrics. confusion (C, C) is empty for a
    regression.
    """

    outputs: tuple[Array, Array]
    metrics: tuple[dict[str, float], dict[str, float]]
    confusion: tuple[NDArray[np.int64], NDArray[np.int64]]


def judge(study: Study, run: int, step: int) -> Judgement:
    """Ask the model for all rows, or very many, and judge what it says."""
    plan, fitted, task = study.plans[run], study.fitted, study.data.task
    trace = study.traces[run]
    theta, running = parameters_at(trace, min(step, trace.last_finite))
    outputs, found, tables = [], [], []
    for X, y in ((plan.X, plan.y), (plan.X_watched, plan.y_watched)):
        rows, right = X[:JUDGED], y[:JUDGED, 0]
        with np.errstate(all="ignore"):
            given = fitted.model.predict(theta, rows, fitted.numbers, fitted.whole, running)
            made = np.asarray(given, dtype=float)
            sound = bool(np.isfinite(made).all())
            values = metrics.of_outputs(task, right, made, fitted.classes) if len(rows) else {}
        outputs.append(made)
        found.append(values if sound else dict.fromkeys(values, float("nan")))
        table = np.zeros((0, 0), np.int64)
        if task != "regression":
            table = metrics.confusion(right.astype(np.int64), guess(made), fitted.classes)
        tables.append(table)
    return Judgement((outputs[0], outputs[1]), (found[0], found[1]), (tables[0], tables[1]))


def drawn(study: Study) -> tuple[int, int]:
    """How many training and validation rows are drawn: all, or DRAWN in proportion."""
    train, watched = (len(X) for X in (study.plans[0].X, study.plans[0].X_watched))
    total = train + watched
    if total <= DRAWN:
        return train, watched
    few = round(DRAWN * train / total)
    return few, DRAWN - few


def scene(study: Study, run: int) -> Scene:
    """Choose what is drawn of the data, and from where to where.

    `run` matters for "agreement" alone: its first and last predictions are inside the bounds, so
    that the axes stand still while the cursor moves.
    """
    data, plan = study.data, study.plans[0]
    train, watched = drawn(study)
    rows = np.concatenate([plan.split.train[:train], plan.split.validation[:watched]])
    held = np.arange(len(rows)) >= train
    features, total = data.X.shape[1], len(plan.X) + len(plan.X_watched)
    if data.task == "regression":
        right, none = data.y[rows].astype(float), np.zeros(0, np.int64)
        if features == 1:
            points = np.column_stack([data.X[rows, 0], right])
            names = data.names[0], data.target
            return Scene("line", names, points, none, held, _around(*points.T), total)
        points = np.column_stack([right, right])
        target = data.target
        names = tr("true {target}", target=target), tr("predicted {target}", target=target)
        bounds = _span(right), _reached(study, run, right)
        return Scene("agreement", names, points, none, held, bounds, total)
    classes = data.y[rows].astype(np.int64)
    if features == 1:
        points = np.column_stack([data.X[rows, 0], classes.astype(float)])
        bounds = _span(points[:, 0]), (-0.3, len(data.classes) - 0.7)
        names = data.names[0], data.target
        return Scene("strip", names, points, classes, held, bounds, total)
    if features == 2:
        points = np.asarray(data.X[rows], dtype=float)
        names = data.names[0], data.names[1]
        return Scene("map", names, points, classes, held, _around(*points.T), total)
    axes, middle, shares = components(plan.X[:JUDGED])
    scaled = np.concatenate([plan.X[:train], plan.X_watched[:watched]])
    points = (scaled - middle) @ axes.T
    first, second = (f"PC {i + 1} ({100 * share:.0f} %)" for i, share in enumerate(shares))
    bounds = _around(*points.T)
    return Scene("components", (first, second), points, classes, held, bounds, total)


def fit(study: Study, shown: Scene, run: int, step: int, judged: Judgement, cells: int) -> Fit:
    """What a run's model makes of the scene at a step, on a grid of `cells` points a side."""
    train, watched = drawn(study)
    outputs = np.concatenate([judged.outputs[0][:train], judged.outputs[1][:watched]])
    points, wrong = shown.points, np.zeros(len(outputs), dtype=bool)
    line, boundary = np.zeros((0, 2)), np.zeros((0, 2, 2))
    guessed, sure = np.zeros((0, 0), np.int64), np.zeros((0, 0))
    if shown.classes.size:
        wrong = (guess(outputs) != shown.classes) | ~np.isfinite(outputs).all(axis=1)
    if shown.kind == "agreement":
        points = np.column_stack([shown.points[:, 0], outputs[:, 0]])
    elif shown.kind == "line":
        line = curve(study, shown, run, step, 2 * cells)
    elif shown.kind in ("map", "strip"):
        (x0, x1), (y0, y1) = shown.bounds
        xs = np.linspace(x0, x1, cells if shown.kind == "map" else 4 * cells)
        ys = np.linspace(y0, y1, cells)
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        asked = grid if shown.kind == "map" else xs[:, None]
        made = _ask(study, run, step, asked)
        soft = study.fitted.model.key != "linear_svm"  # whose outputs are no log-odds
        high = cells if shown.kind == "map" else 1
        guessed = guess(made).reshape(high, -1)
        sure = certainty(made).reshape(high, -1) if soft else np.ones(guessed.shape)
        leads = margins(made)
        if shown.kind == "strip":
            between = [crossings(xs, margin) for margin in leads]
            places = np.sort(np.concatenate(between))
            ends = np.array([y0, y1])
            boundary = np.stack(
                [np.repeat(places[:, None], 2, axis=1), np.tile(ends, (len(places), 1))], axis=-1
            )
            if len(study.data.classes) == 2 and soft:
                lead = made[:, 0] if made.shape[1] == 1 else made[:, 1] - made[:, 0]
                line = np.column_stack([xs, 0.5 + 0.5 * np.tanh(lead / 2)])
        else:
            lines = [zero_line(xs, ys, margin.reshape(high, -1)) for margin in leads]
            boundary = np.concatenate(lines)
    return Fit(points, wrong, line, guessed, sure, boundary)


def curve(study: Study, shown: Scene, run: int, step: int, count: int) -> Array:
    """The fitted line (count, 2) of a run from edge to edge of a "line" scene."""
    xs = np.linspace(*shown.bounds[0], count)
    return np.column_stack([xs, _ask(study, run, step, xs[:, None])[:, 0]])


def listed(study: Study, run: int, step: int) -> Array:
    """The predictions (m,) of a regression for the first rows of the table, at most LISTED."""
    return _ask(study, run, step, study.data.X[:LISTED])[:, 0]


def components(X: Array) -> tuple[Array, Array, tuple[float, float]]:
    """The first two principal directions (2, F) of rows X (m, F), F ≥ 2, their mean and shares.

    The largest entry of a direction is positive, so that the picture is not mirrored by chance.
    """
    middle = X.mean(axis=0)
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(X - middle, rowvar=False, bias=True)))
    axes = vectors[:, :-3:-1].T
    peaks = axes[np.arange(2), np.abs(axes).argmax(axis=1)]
    total = float(values.sum())
    shares = values[:-3:-1] / total if total > 0 else np.zeros(2)
    return axes * np.where(peaks < 0, -1.0, 1.0)[:, None], middle, (shares[0], shares[1])


def outside(shown: Scene, made: Fit) -> int:
    """How many rows are beyond the bounds, as predictions of a run that goes astray are."""
    low, high = np.array(shown.bounds).T
    with np.errstate(invalid="ignore"):
        inside = ((made.points >= low) & (made.points <= high)).all(axis=1)
    return int(len(inside) - np.count_nonzero(inside))


def _ask(study: Study, run: int, step: int, X: Array) -> Array:
    """Outputs for rows as the table has them; of a diverged run at most its last finite row."""
    with np.errstate(all="ignore"):
        made = predictions(study, run, min(step, study.traces[run].last_finite), X)
    return np.asarray(made, dtype=float)


def _span(values: Array) -> Interval:
    """From the lowest to the highest value, and a little more."""
    low, high = float(values.min()), float(values.max())
    edge = 0.06 * (high - low) or max(abs(low), 1.0)
    return low - edge, high + edge


def _around(xs: Array, ys: Array) -> tuple[Interval, Interval]:
    return _span(xs), _span(ys)


def _reached(study: Study, run: int, right: Array) -> Interval:
    """What predictions reach: the true values, and the first and last ones unless far off."""
    spread = float(np.ptp(right)) or 1.0
    low, high = float(right.min()), float(right.max())
    for step in (0, study.traces[run].last_finite):
        made = _ask(study, run, step, study.data.X[:LISTED])[:, 0]
        near = made[np.abs(made - right.mean()) <= 2 * spread]
        if near.size:
            low, high = min(low, float(near.min())), max(high, float(near.max()))
    return _span(np.array([low, high]))
