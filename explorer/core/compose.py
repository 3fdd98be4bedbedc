"""Makes the display list: what a picture shows, from a plan, its field and its traces.

Pure functions; whoever draws, on screen or in a file, draws what these return and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from . import caption, chart, shading
from . import scene as relief
from .errors import InputError, unknown
from .figure import Bounds, CurvePlot, Field, Figure, Levels, MapPlot, Overlay, Path, Row, Scene
from .graphs import curve_plot, log_fits, quantities
from .language import tr
from .overlays import lay
from .probe import NO_PENALTY
from .style import style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .experiment import View
    from .overlays import Sampled
    from .plan import Plan, RunPlan
    from .regular import Regular
    from .trace import Trace

Kind = Literal["contour", "surface", "curves", "side-by-side"]
KINDS: tuple[Kind, ...] = ("contour", "surface", "curves", "side-by-side")


def map_plot(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
    bounds: Bounds | None = None,
    regular: Regular | None = None,
    overlays: Sampled | None = None,
    selected: int = 0,
) -> MapPlot:
    """The map with the trajectories of all visible runs up to the cursor `step`.

    `bounds` is the part shown, the plan's own where None. Of one dimension the second interval of
    the result's bounds spans the losses. Traces may be fewer than runs while the engine works.
    `regular` is what the plan's penalty does to the minima, see core/regular.py, None while that
    is not known. overlays: what was sampled to be laid over it, about the run `selected`.
    """
    shown = chart.shown(plan, field, bounds, noted=overlays is not None)
    paths = tuple(chart.path(plan, r, t, step, shown) for r, t in _visible(plan, traces))
    scale = None
    if view.path_colour != "optimizer":
        shades, scale = shading.shaded(plan, traces, view.path_colour, paths)
        stepped = view.path_colour == "rate"
        paths = tuple(
            replace(path, shades=s, stepped=stepped) for path, s in zip(paths, shades, strict=True)
        )
    laid, said = _laid(plan, traces, step, view, shown, overlays, selected)
    return MapPlot(
        field=field,
        levels=levels,
        colormap=view.colormap,
        bounds=shown,
        marks=chart.marks(plan, regular),
        start=chart.start(plan, field),
        paths=paths,
        outlines=chart.outlines(plan, regular),
        notes=(*_notes(plan), *said),
        axes=plan.landscape.axes,
        shading=scale,
        overlays=laid,
    )


def side_plots(
    plan: Plan,
    field: Field,
    levels: Levels,
    traces: Sequence[Trace],
    step: int,
    view: View,
    bounds: Bounds | None = None,
    regular: Regular | None = None,
    overlays: Sampled | None = None,
    selected: int = 0,
) -> tuple[MapPlot, ...]:
    """The same map once for every visible run, each with its own trajectory and title.

    What is to be said of all stands on the first; what is laid over each is about its own run,
    whichever is `selected`.
    """
    whole = map_plot(plan, field, levels, traces, step, view, bounds, regular, overlays, -1)
    of_all = overlays.said if overlays is not None and view.field != "off" else ()
    made: list[MapPlot] = []
    for index, run in enumerate(plan.runs[: len(traces)]):
        if run.visible:
            laid, said = _laid(plan, traces, step, view, whole.bounds, overlays, index)
            notes = (*_notes(plan), *said)
            if made:
                notes = tuple(words for words in said if words not in of_all)
            path = whole.paths[len(made)]
            made.append(
                replace(
                    whole,
                    paths=(path,),
                    title=caption.rate(run),
                    notes=notes,
                    shading=None if made else whole.shading,
                    overlays=laid,
                )
            )
    return tuple(made)


def _laid(
    plan: Plan,
    traces: Sequence[Trace],
    step: int,
    view: View,
    bounds: Bounds,
    sampled: Sampled | None,
    index: int,
) -> tuple[tuple[Overlay, ...], tuple[str, ...]]:
    """What lies over the map about a run, and what is to be said of it."""
    if sampled is None and (view.section != "line" or view.line is None):
        return (), ()
    there = 0 <= index < min(len(plan.runs), len(traces))
    run, trace = (plan.runs[index], traces[index]) if there else (None, None)
    return lay(plan, run, trace, step, view, bounds, sampled)


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
    plot = map_plot(plan, field, levels, traces, step, view, _edges(field, plan))
    made = relief.scene(field, levels, plot.paths, plan.start, plan, view)
    notes = tuple(f"{p.label} {p.note}" for p in plot.paths if p.note)
    return replace(made, notes=notes, shading=plot.shading)


def legend(
    plan: Plan, traces: Sequence[Trace], step: int, paths: Iterable[Path] = ()
) -> tuple[Row, ...]:
    """A row for every visible run: its loss at the cursor, and what the picture cannot show."""
    notes = {(p.label, p.style): p.note for p in paths}
    rows = []
    for run, trace in _visible(plan, traces):
        drawn = style(run.style)
        loss = trace.loss_at(step, run.epoch)
        note = notes.get((run.label, drawn), "")
        if trace.lost and step >= trace.stop_step:
            note = note or chart.lost(trace)
            if not np.isfinite(loss) and trace.stop_reason == "diverged":
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
    regular: Regular | None = None,
    overlays: Sampled | None = None,
    selected: int | None = None,
) -> Figure:
    """A whole picture of one kind, or of several side by side, with a caption of all settings.

    Curves have the line of theory of the run `selected`, where there is one.
    """
    kinds: tuple[str, ...] = (kind,) if isinstance(kind, str) else tuple(kind)
    if not kinds:
        raise InputError(tr("nothing to draw: choose from {kinds}", kinds=", ".join(KINDS)))
    plots: list[MapPlot | CurvePlot | Scene] = []
    over = None, regular, overlays, selected or 0
    whole = map_plot(plan, field, levels, traces, step, view, *over)
    for each in kinds:
        if each == "contour":
            plots.append(whole)
        elif each == "side-by-side":
            plots += side_plots(plan, field, levels, traces, step, view, *over)
        elif each == "surface":
            plots.append(scene(plan, field, levels, traces, step, view))
        elif each == "curves":
            every = plan.validation.epoch
            plots += [
                curve_plot(traces, plan, q, step, log_fits(plan, traces, q), every, selected)
                for q in (quantities(plan) if kinds == ("curves",) else ("loss",))
            ]
        else:
            raise unknown(tr("kind of picture"), each, KINDS)
    only_curves = kinds == ("curves",)
    # a curve over one dimension has no colours to explain either
    plain = only_curves or plan.landscape.dimension == 1
    return Figure(
        plots=tuple(plots),
        legend=legend(plan, traces, step, () if only_curves else whole.paths),
        title=caption.title(plan, step),
        caption=caption.caption(plan, None if plain else levels, traces, view.colormap),
    )


def _visible(plan: Plan, traces: Sequence[Trace]) -> list[tuple[RunPlan, Trace]]:
    return [(r, t) for r, t in zip(plan.runs, traces, strict=False) if r.visible]


def _edges(field: Field, plan: Plan) -> Bounds:
    if plan.landscape.dimension == 1:
        return ((float(field.x[0]), float(field.x[-1])),)
    return (float(field.x[0]), float(field.x[-1])), (float(field.y[0]), float(field.y[-1]))


def _notes(plan: Plan) -> tuple[str, ...]:
    """What changes the loss and the gradients that a map shows, and how its signs are meant."""
    notes = caption.notes(plan)
    if plan.penalty == NO_PENALTY or not plan.minima:
        return notes
    return (*notes, tr("Hollow stars: minima of the data loss, without the penalty"))
