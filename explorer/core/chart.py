"""What lies on a map: trajectories, stationary points, and the lines that a penalty draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from . import caption, clip
from .extras import extras
from .figure import Array, Bounds, EndKind, Field, Mark, Outline, Path
from .language import tr
from .probe import NO_PENALTY, losses
from .style import style
from .trace import LOST

if TYPE_CHECKING:
    from .plan import Plan, RunPlan
    from .regular import Regular
    from .spec import Point
    from .trace import Trace

# A one-dimensional picture leaves this share of the losses' range free above and below.
_HEADROOM = 0.06
# And this much more below where notes stand there, which would hide the curve's lowest part.
_FOOT = 0.16
# Corners of a curve of equal penalty, a multiple of four: a diamond's must be among them.
_CORNERS = 128


def shown(plan: Plan, field: Field, bounds: Bounds | None, *, noted: bool = False) -> Bounds:
    """The part of the plane that is shown; of one dimension the second interval is of losses.

    noted: whether more than the plan's own notes stand on it, for which there is to be room.
    """
    given = tuple((float(a), float(b)) for a, b in bounds or plan.bounds)[:2]
    if plan.landscape.dimension > 1 or len(given) > 1:
        return given
    finite = field.z[np.isfinite(field.z)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = _HEADROOM * (high - low) or 1.0
    foot = _FOOT * (high - low) if noted or caption.notes(plan) else 0.0
    return (*given, (low - room - foot, high + room))


def start(plan: Plan, field: Field) -> tuple[float, float]:
    """Where the runs start, on the map."""
    x = float(plan.start[0])
    if plan.landscape.dimension > 1:
        return x, float(plan.start[1])
    return x, float(np.interp(x, field.x, field.z[0]))


def marks(plan: Plan, regular: Regular | None) -> tuple[Mark, ...]:
    """The stationary points; with a penalty those of the data loss are hollow."""
    hollow = plan.penalty != NO_PENALTY
    found = [_mark(plan, p, hollow=hollow) for p in (*plan.minima, *plan.saddles)]
    if regular is not None:
        found += [_mark(plan, p, hollow=False) for p in regular.minima]
    return tuple(found)


def _mark(plan: Plan, point: Point, *, hollow: bool) -> Mark:
    kinds: dict[str, Literal["minimum", "local", "saddle"]]
    kinds = {"global": "minimum", "local": "local", "saddle": "saddle"}
    height = point.value
    if plan.landscape.dimension > 1:
        height = point.x[1]
    elif hollow:
        # on the curve that is shown, which is that of the loss with its penalty
        at = np.array([point.x])
        height = float(losses(plan.landscape, plan.parameters, at, plan.penalty)[0])
    return Mark(point.x[0], height, kinds[point.kind], hollow)


def outlines(plan: Plan, regular: Regular | None) -> tuple[Outline, ...]:
    """The curve of equal penalty through the lowest minimum, and the ways of the minima."""
    if regular is None or plan.landscape.dimension != 2:
        return ()
    found = []
    if regular.minima:
        curve = equal_penalty(plan.penalty.l1, plan.penalty.l2, regular.minima[0].x)
        found.append(Outline("penalty", curve))
    found += [Outline("beyond", way) for way in regular.beyond]
    found += [Outline("shift", way) for way in regular.shifts]
    # a minimum that is at zero already goes nowhere
    return tuple(o for o in found if len(o.points) > 1 and np.ptp(o.points, axis=0).max() > 0)


def equal_penalty(l1: float, l2: float, through: tuple[float, ...]) -> Array:
    """The curve l1·(|x| + |y|) + l2·(x² + y²) = c through a point, closed (n, 2).

    A diamond for L1, a circle for L2, in between for both.
    """
    x, y = (abs(v) for v in through)
    value = l1 * (x + y) + l2 * (x * x + y * y)
    angle = 2 * np.pi * np.arange(_CORNERS + 1) / _CORNERS
    across, up = np.cos(angle), np.sin(angle)
    slope = l1 * (np.abs(across) + np.abs(up))
    # the positive root of l2·r² + slope·r = value, in the form that does not cancel
    whole = slope + np.sqrt(slope * slope + 4 * l2 * value)
    radius = 2 * value / whole
    made: Array = np.column_stack([radius * across, radius * up])
    return made


def path(plan: Plan, run: RunPlan, trace: Trace, step: int, bounds: Bounds) -> Path:
    """A run up to the cursor `step`, with what its memory shows there."""
    rows = max(min(step, trace.last_finite), 0) + 1
    values = trace.losses_to(rows, run.epoch)
    if plan.landscape.dimension == 1:
        points = np.column_stack([trace.points[:rows, 0], values])
    else:
        points = trace.points[:rows, :2]
    good = np.isfinite(points).all(axis=1)
    if not good.all():
        rows = int(np.argmin(good))
        points, values = points[:rows], values[:rows]
    end: EndKind = "running" if step < trace.stop_step else trace.stop_reason
    return Path(
        points=points,
        losses=values,
        style=style(run.style),
        label=run.label,
        end=end,
        note=note(points, bounds, end, trace),
        extras=extras(plan, run, trace, rows - 1, bounds) if rows else (),
        best=_best(plan, trace, rows, run.epoch),
        forks=tuple(step for step in run.forks if step < rows),
    )


def _best(plan: Plan, trace: Trace, rows: int, every: int) -> int | None:
    """The row of the lowest validation loss among the first `rows`, at the end of an epoch."""
    if not trace.validation_loss.size or not rows:
        return None
    every = every or plan.validation.epoch
    watched = trace.validation_loss[:rows:every]
    watched = np.where(np.isnan(watched), np.inf, watched)
    return int(watched.argmin()) * every


def note(points: Array, bounds: Bounds, end: EndKind, trace: Trace) -> str:
    """What the picture does not show of a path: 'leaves the picture at step 3'."""
    notes = []
    out = np.flatnonzero(~clip.inside(points, bounds))
    if len(out):
        last = int(out[-1])
        if last == len(points) - 1:
            # the first step of the last stretch outside
            breaks = np.flatnonzero(np.diff(out) > 1)
            first = int(out[breaks[-1] + 1]) if len(breaks) else int(out[0])
            if first:
                notes.append(tr("leaves the picture at step {step}", step=first))
            else:
                notes.append(tr("starts outside the picture"))
        else:
            first = int(out[0])
            if first == last:
                notes.append(tr("is outside the picture at step {step}", step=first))
            else:
                words = tr(
                    "is outside the picture between steps {first} and {last}",
                    first=first,
                    last=last,
                )
                notes.append(words)
    if end in LOST:
        notes.append(lost(trace))
    return ", ".join(notes)


def lost(trace: Trace) -> str:
    """What became of a run whose end cannot be drawn."""
    step = trace.stop_step
    if trace.stop_reason == "left_data":
        if step == 0:
            return tr("starts where the surface has no data")
        return tr("leaves the data at step {step}", step=step)
    return tr("diverges at step {step}", step=step)
