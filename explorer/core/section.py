"""A cut through a landscape: along which line the loss is looked at, and what is marked on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from .caption import point as words_of
from .language import tr
from .numbers import number
from .overlays import quadratic_at
from .quadratic import along
from .recorded import sentence
from .stability import rate_at

if TYPE_CHECKING:
    from .experiment import View
    from .figure import Bounds
    from .plan import Plan, RunPlan
    from .quadratic import Quadratic
    from .trace import Trace

Array = NDArray[np.float64]
SAMPLES = 301


@dataclass(frozen=True, slots=True)
class Place:
    """A point that is marked on a cut: how far along it, its loss, and what it is."""

    at: float
    loss: float
    name: str
    kind: Literal["now", "lands"]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A line origin + s·way, s from low to high: origin (D,), way (D,) of length 1.

    The axis shows s + shift and is called `axis`. model is the quadratic that fits at the origin,
    None where it is not known or not on the line. said: in words what is looked along.
    """

    origin: Array
    way: Array
    low: float
    high: float
    axis: str
    said: str
    shift: float = 0.0
    places: tuple[Place, ...] = ()
    model: Quadratic | None = None

    @property
    def distances(self) -> Array:
        """Where it is sampled, s (SAMPLES,)."""
        return np.linspace(self.low, self.high, SAMPLES)

    @property
    def points(self) -> Array:
        """The points there (SAMPLES, D)."""
        made: Array = self.origin + self.distances[:, None] * self.way
        return made

    def parabola(self) -> Array:
        """The quadratic model's losses along it (SAMPLES,); nan without one."""
        if self.model is None:
            return np.full(SAMPLES, math.nan)
        return along(self.model, self.way, self.distances)


def cut(
    plan: Plan,
    run: RunPlan | None,
    trace: Trace | None,
    step: int,
    view: View,
    bounds: Bounds,
    exact: bool = True,
) -> Cut | str:
    """The line that a view asks for, about a run with the cursor at `step`; or why there is none.

    bounds is what the map shows. Without `exact` there is no quadratic model: a look at the
    curvature would take too long.
    """
    if view.section == "line":
        return _drawn(plan, view)
    if run is None or trace is None:
        return tr("Add an optimizer to look along its steps.")
    row = max(min(step, trace.last_finite), 0)
    here = np.array(trace.points[row], float)
    if not np.isfinite(here).all():
        return tr("{run} is nowhere finite.", run=run.label)
    now = Place(0.0, float(trace.loss[row]), tr("step {row}", row=row), "now")
    model = quadratic_at(plan, here) if exact else None
    if exact and model is not None:
        now = Place(0.0, model.value, now.name, "now")
    if view.section in ("x", "y"):
        return _axis(plan, run, here, now, model, view.section, bounds)
    if view.section == "gradient":
        if run.recorded is not None:
            return f"{sentence(run.label)}."
        if model is None:
            return tr("The gradient is not known here.") if exact else _SLOW
        with np.errstate(over="ignore"):
            move = -rate_at(run, trace, row) * model.gradient
        words = tr("a gradient step lands")
        said = tr("Loss against the gradient, from {run}'s point", run=run.label)
    else:
        following = trace.points[row + 1] if row + 1 < len(trace.points) else None
        if following is not None and np.isfinite(following).all():
            with np.errstate(over="ignore"):
                move, words = following - here, tr("step {row} lands", row=row + 1)
            said = tr("Loss along step {row} of {run}", row=row + 1, run=run.label)
        elif row:
            with np.errstate(over="ignore"):
                move, words = here - trace.points[row - 1], ""
            said = tr("Loss along step {row} of {run}, its last", row=row, run=run.label)
        else:
            return tr("{run} takes no step.", run=run.label)
    length = math.hypot(*move)  # which, unlike a sum of squares, holds whatever a coordinate can
    if not length > 0:
        return tr("{run} does not move here: there is no direction to look along.", run=run.label)
    if refusal := _extreme(length):
        return refusal
    reach = _round_up(2 * length)
    places: tuple[Place, ...] = (now,)
    if words:
        places = (now, Place(length, math.nan, words, "lands"))
    return Cut(here, move / length, -reach, reach, tr("distance"), said, 0.0, places, model)


# A picture's two scales are multiplied with each other, which for wider ones leaves all floats.
SHORTEST, LONGEST = 1e-150, 1e150  # of a line
SMALLEST, LARGEST = 1e-100, 1e100  # of losses


def _extreme(length: float) -> str:
    """Why a line of that length cannot be drawn, if it cannot."""
    if SHORTEST <= length <= LONGEST:
        return ""
    return tr(
        "The line is {length:.3g} long: from {least:g} to {most:g} can be drawn.",
        length=length, least=SHORTEST, most=LONGEST,
    )  # fmt: skip


_SLOW = tr("The gradient of this model takes too long to be looked at: choose the step or an axis.")


def _drawn(plan: Plan, view: View) -> Cut | str:
    """The line that was drawn on the map."""
    if plan.landscape.dimension == 1:
        return tr("A line is drawn on a map of two dimensions: choose the step or x.")
    if view.line is None:
        return tr("Hold Shift and drag on the map to draw a line.")
    start, end = (np.array(given, float) for given in view.line)
    length = math.hypot(*(end - start))
    if not length > 0:
        return tr("The line has no length: hold Shift and drag on the map to draw another.")
    if refusal := _extreme(length):
        return refusal
    said = tr("Loss from {start} to {end}", start=words_of(start), end=words_of(end))
    return Cut(start, (end - start) / length, 0.0, length, tr("distance"), said)


def _axis(
    plan: Plan,
    run: RunPlan,
    here: Array,
    now: Place,
    model: Quadratic | None,
    name: str,
    bounds: Bounds,
) -> Cut | str:
    """Parallel to an axis, as far as the map shows."""
    axis = ("x", "y").index(name)
    if axis >= plan.landscape.dimension:
        return tr("There is no y here: choose the step or x.")
    way = np.zeros(plan.landscape.dimension)
    way[axis] = 1.0
    low, high = (v - float(here[axis]) for v in bounds[axis])
    low, high = min(low, 0.0), max(high, 0.0)
    if refusal := _extreme(high - low):
        return refusal
    names = plan.landscape.axes
    said = tr("Loss along {axis} through {run}'s point", axis=names[axis], run=run.label)
    if plan.landscape.dimension == 2:
        said += f", {names[1 - axis]} = {number(float(here[1 - axis]))}"
    return Cut(here, way, low, high, names[axis], said, float(here[axis]), (now,), model)


def _round_up(value: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below, so that axes seldom change."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next((m * unit for m in (1.0, 2.0, 5.0) if m * unit >= value), 10.0 * unit)
