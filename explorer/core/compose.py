"""Makes the display list: what a picture shows, from a plan, its field and its traces.

Pure functions; whoever draws, on screen or in a file, draws what these return and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from . import caption, clip
from . import scene as relief
from .errors import InputError, unknown
from .figure import (
    Array,
    CurvePlot,
    EndKind,
    Field,
    Figure,
    Levels,
    MapPlot,
    Mark,
    Path,
    Row,
    Scene,
    Series,
)
from .style import style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .experiment import View
    from .plan import Plan, RunPlan
    from .trace import Trace

Quantity = Literal["loss", "gradient_norm", "learning_rate"]
QUANTITIES: tuple[Quantity, ...] = ("loss", "gradient_norm", "learning_rate")
Kind = Literal["contour", "surface", "curves", "side-by-side"]
KINDS: tuple[Kind, ...] = ("contour", "surface", "curves", "side-by-side")
Bounds = tuple[tuple[float, float], ...]

# A one-dimensional picture leaves this share of the losses' range free above and below.
_HEADROOM = 0.06


def map_plot(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
    bounds: Bounds | None = None,
) -> MapPlot:
    """The map with the trajectories of all visible runs up to the cursor `step`.

    `bounds` is the part shown, the plan's own where None. Of one dimension the second interval of
    the result's bounds spans the losses. Traces may be fewer than runs while the engine works.
    """
    shown = _shown(plan, field, bounds)
    return MapPlot(
        field=field,
        levels=levels,
        colormap=view.colormap,
        bounds=shown,
        marks=_marks(plan),
        start=_start(plan, field),
        paths=tuple(_path(plan, r, t, step, shown) for r, t in _visible(plan, traces)),
    )


def side_plots(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
    bounds: Bounds | None = None,
) -> tuple[MapPlot, ...]:
    """The same map once for every visible run, each with its own trajectory and title."""
    whole = map_plot(plan, field, levels, traces, step, view, bounds)
    runs = [run for run, _ in _visible(plan, traces)]
    return tuple(
        replace(whole, paths=(path,), title=caption.rate(run))
        for run, path in zip(runs, whole.paths, strict=True)
    )


def curve_plot(
    traces: Sequence[Trace], plan: Plan, quantity: Quantity, step: int, log: bool
) -> CurvePlot:
    """A quantity of every visible run against the step, whole, with the cursor at `step`.

    On a logarithmic axis values that are zero or negative cannot be drawn: they are left out and
    counted. Values that are not finite end a curve. The rate of step t stands at t = 1, 2, ...
    """
    if quantity not in QUANTITIES:
        raise unknown("quantity", quantity, QUANTITIES)
    series, omitted = [], 0
    for run, trace in _visible(plan, traces):
        y = getattr(trace, quantity)
        x = np.arange(len(y), dtype=float) + (quantity == "learning_rate")
        good = np.isfinite(y)
        if log:
            omitted += int(np.count_nonzero(good & (y <= 0)))
            good &= y > 0
        if not good.all():
            x, y = x[good], y[good]
        series.append(Series(x, y, style(run.style), run.label, trace.stop_reason))
    made = tuple(series)
    return CurvePlot(quantity, made, log, step, plan.steps, omitted, _span(made, log))


def scene(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
) -> Scene:
    """The surface over the field with the trajectories of all visible runs up to `step` on it.

    What lies outside the field is left out and said in `notes`. InputError in one dimension.
    """
    paths = map_plot(plan, field, levels, traces, step, view, _edges(field, plan)).paths
    made = relief.scene(field, levels, paths, plan.start, plan, view)
    return replace(made, notes=tuple(f"{p.label} {p.note}" for p in paths if p.note))


def legend(
    plan: Plan, traces: Sequence[Trace], step: int, paths: Iterable[Path] = ()
) -> tuple[Row, ...]:
    """A row for every visible run: its loss at the cursor, and what the picture cannot show."""
    notes = {(p.label, p.style): p.note for p in paths}
    rows = []
    for run, trace in _visible(plan, traces):
        drawn = style(run.style)
        loss = float(trace.loss[min(step, trace.stop_step)])
        note = notes.get((run.label, drawn), "")
        if trace.stop_reason == "diverged" and step >= trace.stop_step:
            note = note or f"diverges at step {trace.stop_step}"
            if not np.isfinite(loss):
                loss = float("inf")
        rows.append(Row(drawn, run.label, loss, note))
    return tuple(rows)


def figure(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
    kind: Kind | Sequence[Kind],
) -> Figure:
    """A whole picture of one kind, or of several side by side, with a caption of all settings."""
    kinds: tuple[str, ...] = (kind,) if isinstance(kind, str) else tuple(kind)
    if not kinds:
        raise InputError(f"nothing to draw: choose from {', '.join(KINDS)}")
    plots: list[MapPlot | CurvePlot | Scene] = []
    whole = map_plot(plan, field, levels, traces, step, view)
    for each in kinds:
        if each == "contour":
            plots.append(whole)
        elif each == "side-by-side":
            plots += side_plots(plan, field, levels, traces, step, view)
        elif each == "surface":
            plots.append(scene(plan, field, levels, traces, step, view))
        elif each == "curves":
            plots += [
                curve_plot(traces, plan, q, step, log_fits(plan, traces, q))
                for q in (QUANTITIES if kinds == ("curves",) else QUANTITIES[:1])
            ]
        else:
            raise unknown("kind of picture", each, KINDS)
    only_curves = kinds == ("curves",)
    # a curve over one dimension has no colours to explain either
    plain = only_curves or plan.landscape.dimension == 1
    return Figure(
        plots=tuple(plots),
        legend=legend(plan, traces, step, () if only_curves else whole.paths),
        title=caption.title(plan, step),
        caption=caption.caption(plan, None if plain else levels, traces, view.colormap),
    )


def log_fits(plan: Plan, traces: Sequence[Trace], quantity: Quantity) -> bool:
    """Whether a logarithmic axis suits: nearly all values are above zero, over a decade or more."""
    values = [getattr(t, quantity) for r, t in _visible(plan, traces)]
    joined = np.concatenate(values) if values else np.zeros(0)
    finite = joined[np.isfinite(joined)]
    above = finite[finite > 0]
    if len(above) < 0.95 * len(finite) or not len(above):
        return False
    return bool(np.log10(above.max()) - np.log10(above.min()) >= 1)


def _visible(plan: Plan, traces: Sequence[Trace]) -> list[tuple[RunPlan, Trace]]:
    return [(r, t) for r, t in zip(plan.runs, traces, strict=False) if r.visible]


def _edges(field: Field, plan: Plan) -> Bounds:
    if plan.landscape.dimension == 1:
        return ((float(field.x[0]), float(field.x[-1])),)
    return (float(field.x[0]), float(field.x[-1])), (float(field.y[0]), float(field.y[-1]))


def _shown(plan: Plan, field: Field, bounds: Bounds | None) -> Bounds:
    shown = tuple((float(a), float(b)) for a, b in bounds or plan.bounds)[:2]
    if plan.landscape.dimension > 1 or len(shown) > 1:
        return shown
    finite = field.z[np.isfinite(field.z)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = _HEADROOM * (high - low) or 1.0
    return (*shown, (low - room, high + room))


def _marks(plan: Plan) -> tuple[Mark, ...]:
    flat = plan.landscape.dimension == 1
    kinds: dict[str, Literal["minimum", "local", "saddle"]]
    kinds = {"global": "minimum", "local": "local", "saddle": "saddle"}
    return tuple(
        Mark(p.x[0], p.value if flat else p.x[1], kinds[p.kind])
        for p in (*plan.minima, *plan.saddles)
    )


def _start(plan: Plan, field: Field) -> tuple[float, float]:
    x = float(plan.start[0])
    if plan.landscape.dimension > 1:
        return x, float(plan.start[1])
    return x, float(np.interp(x, field.x, field.z[0]))


def _path(plan: Plan, run: RunPlan, trace: Trace, step: int, bounds: Bounds) -> Path:
    rows = max(min(step, trace.last_finite), 0) + 1
    losses = trace.loss[:rows]
    if plan.landscape.dimension == 1:
        points = np.column_stack([trace.points[:rows, 0], losses])
    else:
        points = trace.points[:rows, :2]
    good = np.isfinite(points).all(axis=1)
    if not good.all():
        rows = int(np.argmin(good))
        points, losses = points[:rows], losses[:rows]
    end: EndKind = "running" if step < trace.stop_step else trace.stop_reason
    return Path(points, losses, style(run.style), run.label, end, _note(points, bounds, end, trace))


def _note(points: Array, bounds: Bounds, end: EndKind, trace: Trace) -> str:
    """What the picture does not show of a path: 'leaves the picture at step 3'."""
    notes = []
    out = np.flatnonzero(~clip.inside(points, bounds))
    if len(out):
        last = int(out[-1])
        if last == len(points) - 1:
            # the first step of the last stretch outside
            breaks = np.flatnonzero(np.diff(out) > 1)
            first = int(out[breaks[-1] + 1]) if len(breaks) else int(out[0])
            where = f"leaves the picture at step {first}" if first else "starts outside the picture"
            notes.append(where)
        else:
            first = int(out[0])
            span = f"at step {first}" if first == last else f"between steps {first} and {last}"
            notes.append(f"is outside the picture {span}")
    if end == "diverged":
        notes.append(f"diverges at step {trace.stop_step}")
    return ", ".join(notes)


def _span(series: Sequence[Series], log: bool) -> tuple[float, float] | None:
    """The values an axis should show, where a run that diverges would squash all the others.

    None where nothing diverges: all values are shown.
    """
    tame = [s.y for s in series if s.end != "diverged" and len(s.y)]
    tame += [s.y[:1] for s in series if len(s.y)]
    wild = [s.y for s in series if s.end == "diverged" and len(s.y)]
    if not tame or not wild:
        return None
    low, high = min(float(y.min()) for y in tame), max(float(y.max()) for y in tame)
    limit = 100 * high if log else high + 0.5 * max(high - low, abs(high))
    if max(float(y.max()) for y in wild) <= limit and min(float(y.min()) for y in wild) >= low:
        return None
    return low, limit
