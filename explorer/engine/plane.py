"""The plane through a model's parameters that a map shows, and a model's loss on it.

The loss is that of all training rows, penalties included.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core import planes
from explorer.core.errors import InputError, unknown
from explorer.core.experiment import PLANES, Learning
from explorer.core.language import tr, trc
from explorer.core.spec import Point
from explorer.core.study import Plane

from . import training

if TYPE_CHECKING:
    from explorer.core.trace import Trace
    from explorer.core.training import Fitted, TrainPlan

Array = NDArray[np.float64]
Bounds = tuple[tuple[float, float], ...]
# Rows of trajectories that the main directions are found from.
MOST_ROWS = 1000
# Points farther than this have no square, and so no directions.
FAR = 1e100


def _rows(trace: Trace, most: int) -> Array:
    """Points (n, D) of a trace, at most `most` of them, the first and last included.

    Those of a run on its way to infinity that are too far to be squared are left out.
    """
    points = trace.points
    if len(points) > most:
        points = points[np.linspace(0, len(points) - 1, most).round().astype(int)]
    return np.asarray(points[(np.abs(points) < FAR).all(axis=1)])


def find(
    learning: Learning,
    plans: tuple[TrainPlan, ...],
    traces: tuple[Trace, ...],
    labels: tuple[str, ...],
    seed: int,
) -> Plane:
    """The plane that the map shows; raises InputError where there is none of the kind.

    labels: what each run is called.
    """
    fitted, first = plans[0].fitted, plans[0]
    if learning.plane not in PLANES:
        raise unknown(tr("plane"), learning.plane, PLANES)
    if not (np.isfinite(learning.span) and learning.span > 0):
        raise InputError(tr("span={span:g}: must be a finite number above 0", span=learning.span))
    if fitted.size == 1:
        name = fitted.model.key
        raise InputError(tr("{model} has one parameter here: a plane needs two", model=name))
    if fitted.size == 2:
        names = _parameter_names(fitted)
        return Plane("whole", np.zeros(2), np.eye(2), np.zeros(0), (names[0], names[1]))
    share = MOST_ROWS // max(len(traces), 1)
    points = np.concatenate([_rows(t, share) for t in traces] or [first.start[None]])
    kind = "pca" if learning.plane == "auto" else learning.plane
    if kind == "pca" and len(points) > 2:
        axes, shares = planes.principal(points)
        texts = tuple(f"PC {i + 1} ({100 * v:.0f} %)" for i, v in enumerate(shares))
        return Plane("pca", points.mean(axis=0), axes, shares, (texts[0], texts[1]))
    end = _rows(traces[0], share)[-1] if traces and len(_rows(traces[0], share)) else first.start
    if kind == "hessian":
        axes, values = planes.curved(
            lambda at: training.loss_and_gradient(fitted, first.X, first.y, at)[1], end, seed
        )
        texts = tuple(tr("direction of curvature {value:.3g}", value=v) for v in values)
        return Plane("hessian", end, axes, values, (texts[0], texts[1]))
    if kind == "weights":
        return _of_weights(learning.weights, fitted, end)
    made = np.random.default_rng(seed).normal(size=(2, fitted.size))
    if kind == "ends":
        return _through_ends(traces, labels, end, made[1])
    axes = np.array([planes.filter_normalised(d, end, fitted.blocks) for d in made])
    across = (tr("random direction 1"), tr("random direction 2"))
    return Plane("random", end, axes, np.zeros(0), across)


def _of_weights(chosen: tuple[int, int], fitted: Fitted, end: Array) -> Plane:
    """The plane of two parameters, all others as at the end of a run."""
    one, two = chosen
    if one == two or not all(0 <= k < fitted.size for k in chosen):
        raise InputError(
            tr(
                "weights={one},{two}: must be two different whole numbers from 0 to {high}",
                one=one,
                two=two,
                high=fitted.size - 1,
            )
        )
    names = _parameter_names(fitted)
    axes = np.zeros((2, fitted.size))
    axes[0, one] = axes[1, two] = 1.0
    origin = np.where(axes.any(axis=0), 0.0, end)
    return Plane("weights", origin, axes, np.zeros(0), (names[one], names[two]))


def _through_ends(
    traces: tuple[Trace, ...], labels: tuple[str, ...], end: Array, drawn: Array
) -> Plane:
    """The plane on which the ends of two or three runs are at (0, 0), (1, 0) and (0, 1)."""
    if len(traces) < 2:
        if traces:
            raise InputError(tr("plane=ends: needs two runs, there is 1"))
        raise InputError(tr("plane=ends: needs two runs, there are none"))
    found = [_rows(trace, 2) for trace in traces[:3]]
    ways = [rows[-1] - end if len(rows) else np.zeros_like(end) for rows in found[1:]]
    names = [
        trc("direction", "{start} to {end}", start=labels[0], end=label) for label in labels[1:3]
    ]
    length = float(np.linalg.norm(ways[0]))
    if not length > 0:
        raise InputError(tr("plane=ends: the first two runs end at the same point"))
    if len(ways) == 2:
        rest = ways[1] - (ways[1] @ ways[0]) / length**2 * ways[0]
        if np.linalg.norm(rest) > 1e-9 * length:
            return Plane("ends", end, np.array(ways), np.zeros(0), (names[0], names[1]))
    across = drawn - (drawn @ ways[0]) / length**2 * ways[0]
    across *= length / np.linalg.norm(across)
    axes = np.array([ways[0], across])
    return Plane("ends", end, axes, np.zeros(0), (names[0], tr("a random direction across")))


def _parameter_names(fitted: Fitted) -> list[str]:
    made: list[str] = []
    for block in fitted.blocks:
        made += (
            [block.name] if block.size == 1 else [f"{block.name} [{i}]" for i in range(block.size)]
        )
    return made


def minima(plan: TrainPlan, plane: Plane) -> tuple[Point, ...]:
    """The lowest point of a whole plane, by formula or by search; none where that failed."""
    if plane.kind != "whole":
        return ()
    fitted = plan.fitted
    if fitted.model.exact is not None:
        at = np.asarray(fitted.model.exact(plan.X, plan.y[:, 0], fitted.chosen))
    else:
        at = training.minimiser(plan)
    value, slope = training.loss_and_gradient(fitted, plan.X, plan.y, at)
    found = np.isfinite(value) and _is_lowest(fitted, plan, at, value, slope)
    return (Point((float(at[0]), float(at[1])), value),) if found else ()


def _is_lowest(fitted: Fitted, plan: TrainPlan, at: Array, value: float, slope: Array) -> bool:
    """Whether a point of a convex loss is its minimum: flat, or where L1 has its edge."""
    if float(np.abs(slope).max()) < 1e-6 * max(abs(value), 1.0):
        return True
    step = 1e-4 * max(float(np.abs(at).max()), 1.0)
    around = at + step * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]], float)
    return bool(np.all(training.losses(fitted, plan.X, plan.y, around) >= value))


def bounds(
    plane: Plane,
    learning: Learning,
    plan: TrainPlan,
    paths: list[Array],
    lowest: tuple[Point, ...],
) -> Bounds:
    """A square that holds the trajectories; of a whole plane one that a dragged start leaves be."""
    if plane.kind in ("random", "hessian"):
        middle, half = np.zeros(2), learning.span
    elif plane.kind == "whole" and lowest:
        middle = np.array(lowest[0].x)
        half = 1.4 * float(np.abs(plan.fitted.first(plan.seed) - middle).max())
    else:
        points = np.concatenate(
            [p[np.isfinite(p).all(axis=1)] for p in paths] or [np.zeros((1, 2))]
        )
        low, high = points.min(axis=0), points.max(axis=0)
        middle, half = (low + high) / 2, 0.6 * float((high - low).max()) * learning.span
    half = half if half > 1e-9 else 1.0
    return tuple((float(m - half), float(m + half)) for m in middle)


def project(trace: Trace, plane: Plane) -> tuple[Array, Array]:
    """Where a trace's rows are on the plane, and how far off."""
    if plane.kind == "whole":
        return trace.points, np.zeros(len(trace.points))
    finite = np.asarray(np.isfinite(trace.points).all(axis=1))
    places, off = np.full((finite.size, 2), np.nan), np.full(finite.size, np.nan)
    places[finite], off[finite] = planes.project(
        trace.points[finite], plane.origin, plane.directions
    )
    return places, off


def kernels(plan: TrainPlan, plane: Plane, stats: Array | None) -> tuple[Any, Any]:
    """The loss on the plane as kernels: gradient(problem, x, f, g), hessian(problem, x, c).

    Plain functions without closures, as whoever looks at one point calls kernels.
    """

    def look(x: Array, f: Array, g: Array) -> None:
        for j in range(x.shape[1]):
            theta = plane.origin + x[:, j] @ plane.directions
            f[j], slope = training.loss_and_gradient(plan.fitted, plan.X, plan.y, theta, stats)
            g[:, j] = plane.directions @ slope

    def bend(x: Array, c: Array) -> None:
        size = np.abs(x).max() if np.isfinite(x).all() else 1.0
        step = 1e-5 * max(float(size), 1.0)
        for axis in range(2):
            ends = []
            for sign in (1.0, -1.0):
                moved, f, g = x.copy(), np.empty(x.shape[1]), np.empty_like(x)
                moved[axis] += sign * step
                look(moved, f, g)
                ends.append(g)
            c[axis] = (ends[0] - ends[1]) / (2 * step)
        c[0, 1] = c[1, 0] = (c[0, 1] + c[1, 0]) / 2

    def gradient(_problem: Any, x: Array, f: Array, g: Array) -> None:
        LOOK(x, f, g)  # type: ignore[name-defined]  # noqa: F821

    def hessian(_problem: Any, x: Array, c: Array) -> None:
        BEND(x, c)  # type: ignore[name-defined]  # noqa: F821

    given = {"LOOK": look, "BEND": bend}
    return FunctionType(gradient.__code__, given), FunctionType(hessian.__code__, given)
