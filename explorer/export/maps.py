"""Draws a map: filled bands, iso-lines, trajectories and what marks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from explorer.core import clip, fade
from explorer.core.colormap import colours
from explorer.core.language import tr
from explorer.core.levels import band, ticks
from explorer.core.numbers import number

from . import extras, finer, heads, overlines, shades
from .extras import DARK, WHITE
from .page import Box, dashes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from explorer.core.figure import Array, Bounds, Levels, MapPlot, Path

    from .page import Page

# The iso-lines of this share of the levels, from the top, are dark: there the map is light.
_TOP_SHARE = 0.28
# Into how many parts the cells of the samples are cut at most: in drawings every corner counts.
_MOST = 3
# How stationary points are marked: matplotlib's name of the sign, and its radius in pixels.
SIGNS = {"minimum": ("*", 7.5), "local": ("o", 2.6), "saddle": ("X", 4.2)}


def draw(page: Page, box: Box, plot: MapPlot) -> None:
    """Draw the map so that its axes fill the box; ticks stand outside, to the left and below."""
    (x0, x1), (y0, y1) = plot.bounds[:2]
    axes = page.axes(box)
    flat = plot.field.z.shape[0] < 2
    if flat:
        _curve(page, axes, box, plot)
    else:
        shown = plot.field, plot.levels, plot.colormap
        size = max(box.width, box.height)
        page.still(axes, shown, lambda real: _bands(page, real, plot, size))
    for line in plot.outlines:
        extras.outline(page, axes, line, plot.bounds)
    for laid in plot.overlays:
        overlines.draw(page, axes, laid, plot, box)
    for path in plot.paths:
        _trajectory(page, axes, path, plot.bounds, flat=flat)
        for extra in path.extras:
            extras.extra(page, axes, extra, path, plot, box)
        extras.best(page, axes, path, plot)
        shades.forks(page, axes, path, plot)
    for mark in plot.marks:
        if x0 <= mark.x <= x1 and y0 <= mark.y <= y1:
            sign, radius = SIGNS[mark.kind]
            edges = [(DARK, 1.2)]
            if mark.hollow:
                edges = [(DARK, 3.2), (WHITE, 1.3)]
                if flat:
                    edges = [(page.palette.paper, 3.2), (page.palette.text, 1.3)]
            for tint, wide in edges:
                page.mark(
                    axes, mark.x, mark.y, sign, radius, face="none" if mark.hollow else WHITE,
                    edge=tint, edge_width=wide, order=2.5,
                )  # fmt: skip
    heads.start(page, axes, plot)
    foot = extras.notes(page, box, plot.notes)
    taken = shades.legend(page, box, plot.shading) if plot.shading is not None else ()
    labels = heads.heads(page, axes, box, plot, foot, taken)
    overlines.names(page, box, plot, foot, [*labels, *(Box(*each) for each in taken)])
    axes.set(xlim=(x0, x1), ylim=(y0, y1))
    scales(page, box, plot.bounds, (plot.axes[0], tr("loss") if flat else plot.axes[1]))


def scales(
    page: Page, box: Box, bounds: tuple[tuple[float, float], ...], names: tuple[str, str]
) -> None:
    """The numbers of both axes, and their names at the ends."""
    (x0, x1), (y0, y1) = bounds[:2]
    em, muted = page.em, page.palette.muted
    stub, gap = 0.3 * em, 0.5 * em
    row = box.bottom + gap + 0.55 * em
    across, name = names
    slant = len(across) == 1
    page.write(box.right, row, across, colour=muted, slant=slant, across="right")
    for v in ticks(x0, x1, _wanted(page, box.width, 4.5)):
        x = box.left + (v - x0) / (x1 - x0) * box.width
        if x + page.width_of(number(float(v))) / 2 < box.right - 1.1 * em:
            _stub(page, (x, x), (box.bottom, box.bottom + stub))
            page.write(x, row, number(float(v)), colour=muted, across="center")
    column = box.left - gap
    slant = len(name) == 1
    if len(name) > 4:  # too long for the margin: above the picture's corner
        page.write(box.left, box.top - 0.7 * em, name, colour=muted, across="left")
    else:
        page.write(column, box.top + 0.4 * em, name, colour=muted, slant=slant, across="right")
    for v in ticks(y0, y1, _wanted(page, box.height, 3.2)):
        y = box.bottom - (v - y0) / (y1 - y0) * box.height
        if y > box.top + 1.7 * em:
            _stub(page, (box.left - stub, box.left), (y, y))
            page.write(column, y, number(float(v)), colour=muted, across="right")


def _wanted(page: Page, length: float, each: float) -> int:
    """How many numbers fit an axis so long (pixels), each with so many ems to itself."""
    return max(2, min(7, int(length / (each * page.em))))


def bar(page: Page, box: Box, levels: Levels, colormap: str) -> None:
    """The colour bar: a block of equal height a band, the scale's name above, losses beside it."""
    em, tints = page.em, colours(colormap, len(levels.values)) / 255
    head, _, way = levels.name.partition(", ")
    lines = page.lines_of(head, box.width) + ([way.partition(" (")[0]] if way else [])
    for i, line in enumerate(lines):
        tint = page.palette.text if i < len(lines) - 1 or not way else page.palette.muted
        page.write(box.left, box.top + (0.55 + 1.25 * i) * em, line, colour=tint, size=0.92)
    top = box.top + (0.7 + 1.25 * len(lines)) * em
    width = 0.9 * em
    axes = page.axes(Box(box.left, top, box.left + width, box.bottom))
    edges = np.arange(len(tints) + 1)
    # every block reaches to the top, so that no seam shows between two
    for low, tint in zip(edges[:-1], tints, strict=True):
        axes.axhspan(low, edges[-1], facecolor=tint, edgecolor="none", linewidth=0)
    axes.set(xlim=(0, 1), ylim=(0, edges[-1]))
    places = band(levels, np.array([loss for loss, _ in levels.ticks]))
    last = np.inf  # where the last number was written: they must not touch
    for place, (_, words) in zip(places, levels.ticks, strict=True):
        y = box.bottom - place / edges[-1] * (box.bottom - top)
        _stub(page, (box.left + width, box.left + width + 0.3 * em), (y, y))
        if last - y < em:
            continue
        last = y
        page.write(box.left + width + 0.5 * em, y, words, colour=page.palette.muted)


def _stub(page: Page, x: tuple[float, float], y: tuple[float, float]) -> None:
    page.sheet.plot(x, y, color=page.palette.border, linewidth=0.8 * page.dot)


def _finer(plot: MapPlot, bands: Array, size: float) -> tuple[Array, Array, Array]:
    """The samples' places and bands, more of them where the map is large: no line has corners."""
    x, y = plot.field.x, plot.field.y
    count = finer.parts(max(bands.shape), size, _MOST)
    if count == 1 or not (finer.even(x) and finer.even(y)):
        return x, y, bands
    made = finer.refined(bands, count)
    if made.shape == bands.shape:
        return x, y, bands
    return finer.between(x, count), finer.between(y, count), made


def _bands(page: Page, axes: Axes, plot: MapPlot, size: float) -> None:
    """Fill 'all', then 'above the first level', 'above the second', ...: no seam can show.

    The lines run where the band coordinate is whole, so they are straight in the scale shown.
    """
    from contourpy import FillType, LineType, contour_generator
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.path import Path as Outline

    x, y, where = _finer(plot, band(plot.levels, plot.field.z), size)
    where = np.ma.masked_invalid(where)
    count = len(plot.levels.values)
    tints = colours(plot.colormap, count) / 255
    maker = contour_generator(
        x, y, where,
        fill_type=FillType.OuterOffset, line_type=LineType.Separate,
    )  # fmt: skip
    for low, tint in enumerate(tints):
        above = maker.filled(low if low else -1.0, np.inf)
        points, offsets = cast("tuple[list[Any], list[Any]]", above)
        outlines = []
        for outer, starts in zip(points, offsets, strict=True):
            codes = np.full(len(outer), Outline.LINETO, dtype=Outline.code_type)
            codes[starts[:-1]] = Outline.MOVETO
            codes[starts[1:] - 1] = Outline.CLOSEPOLY
            outlines.append(Outline(outer, codes))
        axes.add_collection(
            PathCollection(outlines, facecolor=tint, edgecolor="none", zorder=1), autolim=False
        )
    for level in range(1, count + 1):
        top = level > (1 - _TOP_SHARE) * count
        lines = LineCollection(
            cast("list[Any]", maker.lines(level)),
            colors=DARK if top else WHITE,
            alpha=0.16 if top else 0.2,
            linewidths=0.8 * page.dot,
            zorder=2,
        )
        axes.add_collection(lines, autolim=False)


def _curve(page: Page, axes: Axes, box: Box, plot: MapPlot) -> None:
    """The loss of one dimension, as a curve."""
    (x0, x1), (y0, y1) = plot.bounds[:2]
    for v in ticks(y0, y1, _wanted(page, box.height, 3.2)):
        axes.axhline(v, color=page.palette.grid, linewidth=page.dot, zorder=1)
    for v in ticks(x0, x1, _wanted(page, box.width, 4.5)):
        axes.axvline(v, color=page.palette.grid, linewidth=page.dot, zorder=1)
    axes.plot(
        plot.field.x, plot.field.z[0], color=page.palette.muted, linewidth=2 * page.dot, zorder=2
    )


def _trajectory(page: Page, axes: Axes, path: Path, bounds: Bounds, *, flat: bool) -> None:
    """Three pens: a dark halo, the colour half mixed with it, and the colour in its dash.

    Older parts are mixed with the halo.
    """
    colour = page.ink(path.style) if flat else path.style.colour
    halo = page.palette.paper if flat else DARK
    if path.shades.size:
        shades.trajectory(page, axes, path, bounds, halo, flat=flat)
        return
    if flat:
        within = path.points[clip.inside(path.points, bounds)]
        axes.plot(
            *within.T, linestyle="none", marker="o", markersize=5 * page.dot, color=colour,
            markeredgecolor="none", zorder=3.5,
        )  # fmt: skip
    for piece, strength in fade.parts(path.points, bounds):
        tint = fade.mixed(halo, colour, strength)
        # jumps along a curve: thin, and no halo on plain paper
        pens: list[tuple[str, float, float, Any]] = [(tint, 0.4, 1.2, "solid")]
        if not flat:
            half = fade.mixed(halo, tint, 0.5)
            pens = [(halo, 1, 5.5, "solid"), (half, 1, 2.5, "solid")]
            pens.append((tint, 1, 2.5, dashes(path.style)))
        for ink, alpha, wide, dash in pens:
            axes.plot(
                *piece.T, color=ink, alpha=alpha, linewidth=wide * page.dot, linestyle=dash,
                solid_joinstyle="round", dash_joinstyle="round", solid_capstyle="butt",
                dash_capstyle="butt", zorder=3,
            )  # fmt: skip
