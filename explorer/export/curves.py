"""Draws curves: a quantity of every run against the step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.language import tr, trc, trn
from explorer.core.levels import ticks
from explorer.core.numbers import number, power

from .page import Box, dashes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from explorer.core.figure import CurvePlot, Series

    from .page import Page

NAMES = {
    "loss": tr("loss"),
    "parts": tr("data loss and penalty"),
    "gradient_norm": tr("gradient norm ‖∇‖"),
    "learning_rate": tr("learning rate η"),
}
# Width in logical pixels, dash and opacity of what accompanies a run's own curve.
_LOOKS: dict[str, tuple[float, Any, float]] = {
    "validation": (1.5, "solid", 0.55),
    "penalty": (1.2, (0, (1.2, 2.4)), 1.0),
    "theory": (1.2, (0, (5.0, 4.0)), 1.0),
}
_GREY: dict[str, tuple[float, Any, float]] = {"train": (2.0, (0, (3.0, 2.0)), 1.0), **_LOOKS}
_SHAPES = {
    "max_steps": "s",
    "early_stopping": "s",
    "diverged": "X",
    "left_data": "X",
    "running": "",
}
# A logarithmic axis shows at least this many decades, centred on the data.
_LEAST_DECADES = 1.0


def draw(page: Page, box: Box, plot: CurvePlot) -> None:
    """Draw the curves so that their axes fill the box; the name stands above, numbers outside."""
    em, palette = page.em, page.palette
    axes = page.axes(box)
    low, high = _range(plot)
    words = NAMES[plot.quantity]
    words = tr("{name}, log", name=words) if plot.log else words
    page.write(box.left, box.top - 1.1 * em, words, colour=palette.muted)
    if plot.omitted:
        n = plot.omitted
        if plot.log:
            many = trn("{n} value not above 0 left out", "{n} values not above 0 left out", n)
        else:
            many = trn("{n} value beyond 1e300 not shown", "{n} values beyond 1e300 not shown", n)
        # beside the name, or where that leaves no room inside the axes
        beside = page.width_of(words) + page.width_of(many, 0.8) + em < box.width
        row = box.top + (-1.1 if beside else 0.6) * em
        page.write(box.right, row, many, colour=palette.muted, size=0.8, across="right")
    else:
        _key(page, box, plot)
    _scales(page, axes, box, plot, low, high)
    axes.axvline(plot.at, color=palette.accent, linewidth=1.5 * page.dot, zorder=2)
    for series in plot.series:
        _series(page, axes, series, plot.log, low, high)
    axes.set(xlim=(0, plot.length), ylim=(low, high))


def _key(page: Page, box: Box, plot: CurvePlot) -> None:
    """Say above the axes, from the right, what lines and signs mean where there are several."""
    em, palette = page.em, page.palette
    size, y = 0.8, box.top - 1.1 * em
    parts = {series.part for series in plot.series} - {"theory"}
    found: list[tuple[str, str]] = []
    if len(parts) > 1:
        train = tr("data loss") if plot.quantity == "parts" else trc("curve", "train")
        others = (("validation", tr("validation")), ("penalty", tr("penalty")))
        found.append(("train", train))
        found += [(part, words) for part, words in others if part in parts]
    if any(series.best for series in plot.series):
        found.append(("o", trc("curve", "best")))
    if any(series.end == "early_stopping" for series in plot.series):
        found.append(("s", tr("early stop")))
    if plot.theory:
        found.append(("theory", plot.theory))
    x = box.right
    room = box.left + page.width_of(tr("{name}, log", name=NAMES[plot.quantity])) + em
    for kind, words in reversed(found):
        sample = 1.7 * em if kind in _GREY else 0.7 * em
        left = x - page.width_of(words, size) - 0.4 * em - sample
        if left < room:
            break
        page.write(x, y, words, colour=palette.muted, size=size, across="right")
        if kind in _GREY:
            width, dash, opacity = _GREY[kind]
            page.sheet.plot(
                [left, left + sample], [y, y], color=palette.muted, alpha=opacity,
                linewidth=width * page.dot, linestyle=dash, dash_capstyle="butt",
            )  # fmt: skip
        else:
            page.mark(page.sheet, left + sample / 2, y, kind, 4.0, face=palette.muted)
        x = left - em


def _range(plot: CurvePlot) -> tuple[float, float]:
    """The axis's ends, in decades where it is logarithmic."""
    values = [s.y for s in plot.series if len(s.y)]
    if plot.span:
        low, high = plot.span
    elif values:
        low, high = min(float(y.min()) for y in values), max(float(y.max()) for y in values)
    else:
        low, high = 1.0, 1.0
    if plot.log:
        low, high = math.log10(low), math.log10(high)
        lack = max(_LEAST_DECADES - (high - low), 0.0)
        low, high = low - lack / 2, high + lack / 2
    room = 0.05 * (high - low) or 0.5 * max(abs(high), 1.0)
    return low - room, high + room


def _scales(page: Page, axes: Axes, box: Box, plot: CurvePlot, low: float, high: float) -> None:
    em, palette = page.em, page.palette
    wanted = max(2, min(7, int(box.height / (2.4 * em))))
    if plot.log:
        decades = np.arange(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
        every = max(1, math.ceil(len(decades) / wanted))
        marks = [(float(d), power(int(d))) for d in decades if d % every == 0]
        if len(marks) < 2:
            # less than two whole powers in view
            marks = [
                (math.log10(n * 10.0**d), number(n * 10.0**d))
                for d in range(math.floor(low), math.ceil(high) + 1)
                for n in (1, 2, 5)
                if low <= math.log10(n * 10.0**d) <= high
            ]
    else:
        marks = [(float(v), number(float(v))) for v in ticks(low, high, wanted)]
    for v, words in marks:
        axes.axhline(v, color=palette.grid, linewidth=page.dot, zorder=1)
        y = box.bottom - (v - low) / (high - low) * box.height
        page.write(box.left - 0.5 * em, y, words, colour=palette.muted, across="right")
    row = box.bottom + 0.95 * em
    unit = tr("step") if plot.unit == "step" else tr("epoch")
    page.write(box.right, row, unit, colour=palette.muted, across="right")
    limit = box.right - page.width_of(unit) - 0.5 * em
    for v in ticks(0, plot.length, max(2, min(8, int(box.width / (5 * em))))):
        if v != int(v):
            continue
        axes.axvline(v, color=palette.grid, linewidth=page.dot, zorder=1)
        x = box.left + v / plot.length * box.width
        if x + page.width_of(number(float(v))) / 2 < limit:
            page.write(x, row, number(float(v)), colour=palette.muted, across="center")


def _series(page: Page, axes: Axes, series: Series, log: bool, low: float, high: float) -> None:
    """One curve, and at its last value what ended it."""
    if not len(series.y):
        return
    x = series.x
    y = np.log10(series.y) if log else series.y
    # far outside, where drawing would lose its precision, a value is as good as just outside
    seen = np.clip(y, low - 3 * (high - low), high + 3 * (high - low))
    colour = page.palette.text if series.part == "theory" else page.ink(series.style)
    width, dash, opacity = _LOOKS.get(series.part, (2.0, dashes(series.style), 1.0))
    axes.plot(
        x, seen, color=colour, linewidth=width * page.dot, linestyle=dash, alpha=opacity,
        dash_capstyle="butt", solid_joinstyle="round", dash_joinstyle="round",
        zorder={"train": 3, "theory": 3.2}.get(series.part, 2.8),
    )  # fmt: skip
    if series.best is not None:
        at, best = series.best
        page.mark(axes, at, math.log10(best) if log else best, "o", 4.5, face=colour, order=5)
    if series.end != "running" and not low <= y[-1] <= high:
        # it left the picture: the cross stands where it crosses the edge for the last time
        away = np.flatnonzero((y >= low) & (y <= high))
        if len(away):
            i = int(away[-1])
            edge = high if y[i + 1] > high else low
            share = (edge - y[i]) / (seen[i + 1] - y[i])
            page.mark(axes, x[i] + share * (x[i + 1] - x[i]), edge, "X", 5.5, face=colour, order=5)
        return
    shape = _SHAPES.get(series.end, "o")
    if shape:
        page.mark(axes, x[-1], y[-1], shape, 4.5, face=colour, order=5)
