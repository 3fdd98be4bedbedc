"""Makes the display list of a map over many runs: its cells, its legend and its caption."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from . import caption, levels
from .colormap import colours
from .figure import CellKind, CellPlot, Figure, Levels, Mark, Shading
from .language import tr
from .mapping import LOST, NOWHERE, Axis, Sensitivity
from .maps import AnyMap, BasinMap, SensitivityMap, stationary
from .numbers import number
from .style import STYLES

if TYPE_CHECKING:
    from .plan import Plan

Array = NDArray[np.float64]
Shown = Literal["basins", "loss", "steps"]
# What became of a run that ended in no minimum, and of one that diverged: greys that no minimum
# and no loss has, each with a hatch of its own.
NONE_COLOUR, NONE_INK = "#C3C8D0", "#6C7583"
LOST_COLOUR, LOST_INK = "#343944", "#AEB6C3"
# Minima that the legend tells one by one; those of smaller basins are said to be there.
TOLD = 12
# How much of its colour a cell keeps whose run was the slowest.
_DARKEST = 0.45
_LAPS = ((0.0, 0.0), (0.5, 1.0), (0.42, 0.0))  # how far a colour's later uses go to white or black


def figure(
    made: AnyMap, plan: Plan, colormap: str, shown: Shown | str, *, shade: bool = False
) -> Figure:
    """The picture of a map: which minimum a run ends in, its final loss, or its steps to arrive.

    shade darkens basins by the steps that runs took to arrive. The map must be of two dimensions.
    """
    if shown == "basins" and isinstance(made, BasinMap):
        plot = _basins(made, plan, colormap, shade=shade)
    else:
        plot = _valued(made, plan, colormap, shown)
    return Figure((plot,), (), title(made, plan, shown), told(made, plan, plot))


def title(made: AnyMap, plan: Plan, shown: str) -> str:
    """What the map shows, in one line."""
    run = plan.runs[0]
    values = {"landscape": plan.landscape.title, "optimizer": run.label}
    if isinstance(made, SensitivityMap):
        values |= {"x": made.asked.x.name, "y": made.asked.y.name}
        if shown == "steps":
            return tr("{landscape}: steps until {optimizer} arrives, by {x} and {y}", **values)
        return tr("{landscape}: the loss {optimizer} ends at, by {x} and {y}", **values)
    if shown == "steps":
        return tr("{landscape}: steps until {optimizer} arrives from each start", **values)
    if shown == "loss":
        return tr("{landscape}: the loss {optimizer} ends at from each start", **values)
    return tr("{landscape}: where {optimizer} ends from each start", **values)


def _tint(use: int) -> str:
    """The colour of a basin, by its number among those there are."""
    share, goal = _LAPS[use // len(STYLES) % len(_LAPS)]
    rgb = [int(STYLES[use % len(STYLES)].colour[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = [round(v + share * (255 * goal - v)) for v in rgb]
    return "#" + "".join(f"{v:02X}" for v in mixed)


def _share(count: int, total: int) -> str:
    percent = 100 * count / total
    if 0 < percent < 0.1:
        return tr("< 0.1 %")
    return tr("{percent:.1f} %", percent=percent)


def _lost(count: int, total: int, plan: Plan) -> CellKind:
    # a sampled surface has an end, and no run comes back from beyond it
    label = tr("diverged") if plan.landscape.sheet is None else tr("left the data")
    return CellKind(label, LOST_COLOUR, _share(count, total), "lines", LOST_INK)


def _elsewhere(label: str, count: int, total: int) -> CellKind:
    return CellKind(label, NONE_COLOUR, _share(count, total), "dots", NONE_INK)


def _start_axes(made: BasinMap) -> tuple[Axis, Axis]:
    (x0, x1), (y0, y1) = made.asked.bounds
    return Axis("start_x", x0, x1), Axis("start_y", y0, y1)


def _basins(made: BasinMap, plan: Plan, colormap: str, *, shade: bool) -> CellPlot:
    total = made.minimum.size
    counts = np.bincount(made.minimum[made.minimum >= 0], minlength=len(made.values))
    there = [int(k) for k in np.flatnonzero(counts)]
    largest = sorted(there, key=lambda k: (-counts[k], made.values[k], k))
    numbered = set(largest[:TOLD])
    known = stationary(plan)
    kinds: list[CellKind] = []
    cells = np.full(made.minimum.shape, NOWHERE)
    for use, k in enumerate(there):
        point = known[k]
        words = tr("saddle") if point.kind == "saddle" else ""
        label = f"{caption.point(point.x)}"
        cells[made.minimum == k] = len(kinds)
        kinds.append(
            CellKind(
                label,
                _tint(use),
                _share(int(counts[k]), total),
                sign=str(k) if k in numbered else "",
                point=(point.x[0], point.x[1]),
                note=words or tr("loss {loss}", loss=number(point.value)),
            )
        )
    for code, label in ((NOWHERE, tr("in none of them")), (LOST, "")):
        count = int((made.minimum == code).sum())
        if count:
            cells[made.minimum == code] = len(kinds)
            lost = code == LOST
            kinds.append(_lost(count, total, plan) if lost else _elsewhere(label, count, total))
    left = [k for k in there if k not in numbered]
    others = ""
    if left:
        count = int(counts[left].sum())
        others = tr("{count} further minima, {share} together",
                    count=len(left), share=_share(count, total))  # fmt: skip
    shades, shading = _shades(made.steps) if shade else (np.zeros((0, 0)), None)
    (x0, x1), (y0, y1) = made.asked.bounds
    return CellPlot(
        axes=_start_axes(made),
        names=plan.landscape.axes,
        cells=cells,
        kinds=tuple(kinds),
        values=np.full(cells.shape, np.nan),
        levels=None,
        colormap=colormap,
        shades=shades,
        heading=tr("ends in minimum"),
        aspect=(x1 - x0) / (y1 - y0),
        shading=shading,
        marks=tuple(
            Mark(p.x[0], p.x[1], "saddle" if p.kind == "saddle" else "local")
            for k, p in enumerate(known)
            if k not in numbered
        ),
        others=others,
    )


def _shades(steps: Array) -> tuple[Array, Shading | None]:
    """How dark each cell is, by the logarithm of the steps; those that never arrive are darkest.

    A twentieth at either end does not stretch the scale.
    """
    there = np.sort(steps[np.isfinite(steps)])
    if not there.size:
        return np.zeros((0, 0)), None
    low, high = (float(there[round(share * (there.size - 1))]) for share in (0.05, 0.95))
    reach = max(np.log1p(high) - np.log1p(low), 1e-9)
    made = np.clip((np.log1p(steps) - np.log1p(low)) / reach, 0, 1)
    ends = f"≤ {low:.0f}", f"≥ {high:.0f}"
    return np.nan_to_num(made, nan=1.0), Shading(tr("steps to arrive"), *ends)


def _valued(made: AnyMap, plan: Plan, colormap: str, shown: str) -> CellPlot:
    """A map coloured by the loss or by the steps."""
    total, lost = made.loss.size, made.diverged
    values = made.steps if shown == "steps" else made.loss
    blank = ~np.isfinite(values) & ~lost
    values = np.where(lost | blank, np.nan, values)
    kinds: list[CellKind] = []
    cells = np.full(values.shape, NOWHERE)
    if blank.any():
        cells[blank] = len(kinds)
        kinds.append(_elsewhere(tr("not arrived"), int(blank.sum()), total))
    if lost.any():
        cells[lost] = len(kinds)
        kinds.append(_lost(int(lost.sum()), total, plan))
    scale: Levels | None = None
    heading = ""
    if np.isfinite(values).any():
        scale = _step_levels(values) if shown == "steps" else _loss_levels(values, plan)
    marks: tuple[Mark, ...] = ()
    if isinstance(made, BasinMap):
        (x0, x1), (y0, y1) = made.asked.bounds
        axes, names, aspect = _start_axes(made), plan.landscape.axes, (x1 - x0) / (y1 - y0)
        lowest = min((p.value for p in plan.minima), default=np.inf)
        marks = tuple(
            Mark(p.x[0], p.x[1], "minimum" if p.value <= lowest + 1e-12 else "local")
            for p in plan.minima
        )
    else:
        axes, aspect = (made.asked.x, made.asked.y), 1.2
        names = made.asked.x.name, made.asked.y.name
    return CellPlot(
        axes=axes,
        names=names,
        cells=cells,
        kinds=tuple(kinds),
        values=values,
        levels=scale,
        colormap=colormap,
        shades=np.zeros((0, 0)),
        heading=heading,
        aspect=aspect,
        marks=marks,
    )


def _loss_levels(values: Array, plan: Plan) -> Levels:
    """Levels of final losses: by decades above the lowest known where they span several."""
    found = values[np.isfinite(values)]
    floor = plan.floor
    above = found - (found.min() if floor is None else floor)
    positive = above[above > 0]
    wide = positive.size > 0 and positive.max() > 30 * max(float(np.median(positive)), 1e-300)
    kind: levels.Kind = "log" if wide or plan.landscape.levels == "log" else "linear"
    return levels.choose(values, kind, floor)


def _step_levels(values: Array) -> Levels:
    found = values[np.isfinite(values)]
    low, high = float(found.min()), float(found.max())
    wide = high > 12 * max(low, 1.0)
    made = levels.choose(np.maximum(values, 0.5) if wide else values, "log" if wide else "linear",
                         0.0)  # fmt: skip
    if made.kind == "log":
        marks = made.ticks
        if len(marks) < 3:
            fine = [n * 10**e for e in range(8) for n in (1, 2, 5)]
            marks = tuple((float(n), f"{n}") for n in fine if low <= n <= high)
        return replace(made, name=tr("steps, log"), ticks=marks)
    if low == high:
        return replace(made, name=tr("{steps:.0f} steps everywhere", steps=low))
    return replace(made, name=tr("steps, linear"))


def told(made: AnyMap, plan: Plan, plot: CellPlot) -> str:
    """All settings of the map and of its runs."""
    run = plan.runs[0]
    first = caption.title(plan, None)
    asked = made.asked
    if isinstance(asked, Sensitivity):
        parts = [first]
    else:
        parts = [plan.landscape.title, *caption.parameters(plan)]
    parts += [tr("at most {steps} steps", steps=plan.steps), tr("seed {seed}", seed=plan.seed)]
    parts += [*caption.penalties(plan), caption.noise(plan), *caption.clipping(plan)]
    parts += caption.stopping(plan)
    sentences = [", ".join(parts) + "."]
    if plan.landscape.title.endswith("…"):
        sentences.append(f"f = {plan.landscape.formula}.")
    held = caption.settings(run)
    if isinstance(asked, Sensitivity):
        held = _held(run.label, held, asked, plan)
    sentences.append(f"{run.label}: {', '.join(held)}.")
    nx, ny = asked.size
    if isinstance(asked, Sensitivity):
        sentences.append(
            tr("{nx} × {ny} runs: {x} from {x0} to {x1}, {y} from {y0} to {y1}.", nx=nx, ny=ny,
               x=_spread(asked.x), x0=number(asked.x.low), x1=number(asked.x.high),
               y=_spread(asked.y), y0=number(asked.y.low), y1=number(asked.y.high))
        )  # fmt: skip
        goal = tr("the lowest known")
    else:
        (x0, x1), (y0, y1) = asked.bounds
        sentences.append(
            tr("{nx} × {ny} starts, {x0} to {x1} across and {y0} to {y1} up; a run ends in the "
               "point nearest to it, if within {within}.", nx=nx, ny=ny, x0=number(x0),
               x1=number(x1), y0=number(y0), y1=number(y1), within=number(asked.within))
        )  # fmt: skip
        goal = tr("that point's")
    sentences.append(
        tr("It has arrived when its loss is not above {goal} by more than {tolerance}.",
           goal=goal, tolerance=number(asked.tolerance))
    )  # fmt: skip
    if plot.levels is not None:
        words = tr("Colours: {levels}, {colormap}.", levels=plot.levels.name,
                   colormap=plot.colormap)  # fmt: skip
        sentences.append(words)
    sentences.append(f"Loss Landscape Explorer {made.version}.")
    return " ".join(sentences)


def _spread(axis: Axis) -> str:
    """The name of an axis, and how its values are spread where that is not evenly."""
    if axis.scale == "log":
        return tr("{name} (log)", name=axis.name)
    if axis.scale == "one_minus":
        return tr("{name} (log of 1 − {name})", name=axis.name)
    return axis.name


def _held(label: str, parts: list[str], asked: Sensitivity, plan: Plan) -> list[str]:
    """What a run's settings are besides those of the axes."""
    moved = {asked.x.name, asked.y.name}
    run = plan.runs[0]
    symbols = {
        h.symbol or h.name
        for spec in (run.optimizer, run.outer)
        if spec is not None
        for h in spec.hyper
        if h.name in moved
    }
    kept = [part for part in parts if part.partition(" = ")[0] not in symbols]
    if "lr" in moved:
        kept = [part for part in kept if not part.startswith("η ")]
    return kept or [tr("no other settings")]


def picture(plot: CellPlot) -> NDArray[np.uint8]:
    """The colours of all cells (ny, nx, 3), without hatches."""
    made = np.zeros((*plot.cells.shape, 3), np.uint8)
    if plot.levels is not None:
        table = colours(plot.colormap, len(plot.levels.values))
        place = levels.band(plot.levels, plot.values)
        at = np.nan_to_num(np.floor(place), nan=0.0).astype(np.int64)
        made[:] = table[np.clip(at, 0, len(table) - 1)]
    for k, kind in enumerate(plot.kinds):
        tint = [int(kind.colour[i : i + 2], 16) for i in (1, 3, 5)]
        made[plot.cells == k] = tint
    if plot.shades.size:
        # what diverged or ended nowhere has no speed
        plain = np.array([bool(k.hatch) for k in plot.kinds])[plot.cells]
        keep = np.where(plain, 1.0, 1 - (1 - _DARKEST) * plot.shades)
        made = np.rint(made * keep[..., None]).astype(np.uint8)
    return made
