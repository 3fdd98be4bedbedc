"""Draws what accompanies trajectories on a map: memories, penalties, arrows, best points, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core import clip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from explorer.core.figure import Array, Bounds, Extra, MapPlot, Outline, Path

    from .page import Box, Page

DARK = "#101216"
WHITE = "#FFFFFF"
# Widths in logical pixels, strengths and dashes (in widths of the line) as on screen.
LINE, EDGE = 1.2, 3.0
RING, DOT = 5.0, 2.2
_HALO_STRENGTH = 0.55
STRENGTHS = {"penalty": 0.95, "shift": 0.95, "beyond": 0.55}
DASHES: dict[str, tuple[float, ...]] = {"penalty": (5.0, 3.0), "shift": (), "beyond": (1.5, 2.5)}
ARROW = 7.0
FADED = 0.2
_NOTE = 0.85


def line(
    page: Page,
    axes: Axes,
    points: Array,
    bounds: Bounds,
    colour: str,
    halo: str,
    strength: float = 1.0,
    dash: tuple[float, ...] = (),
    order: float = 4.0,
) -> None:
    """A thin line (n, 2) with a halo, cut at the picture's edge."""
    for piece in clip.pieces(points, bounds):
        for tint, wide, alpha, gaps in (
            (halo, EDGE, _HALO_STRENGTH * strength, ()),
            (colour, LINE, strength, dash),
        ):
            axes.plot(
                *piece.T, color=tint, alpha=alpha, linewidth=wide * page.dot,
                linestyle=(0, gaps) if gaps else "solid", solid_joinstyle="round",
                solid_capstyle="butt", dash_capstyle="butt", zorder=order,
            )  # fmt: skip


def outline(page: Page, axes: Axes, drawn: Outline, bounds: Bounds) -> None:
    """A line of the penalty."""
    kind = drawn.kind
    line(page, axes, drawn.points, bounds, WHITE, DARK, STRENGTHS[kind], DASHES[kind], 2.3)


def extra(page: Page, axes: Axes, drawn: Extra, path: Path, plot: MapPlot, box: Box) -> None:
    """What a run's memory shows, in the run's colour."""
    flat = plot.field.z.shape[0] < 2
    colour, halo = (page.ink(path.style), page.palette.paper) if flat else (path.style.colour, DARK)
    if drawn.kind == "points":
        inside = drawn.points[clip.inside(drawn.points, plot.bounds)]
        for tint, radius in ((halo, DOT + 1), (colour, DOT)):
            axes.plot(
                *inside.T, linestyle="none", marker="o", markersize=2 * radius * page.dot,
                markerfacecolor=tint, markeredgecolor="none", zorder=4,
            )  # fmt: skip
    elif drawn.kind == "steps":
        _arrows(page, axes, drawn.points, plot.bounds, colour, box)
    else:
        line(page, axes, drawn.points, plot.bounds, colour, halo)
        if drawn.kind == "point" and clip.inside(drawn.points[:1], plot.bounds)[0]:
            x, y = drawn.points[0]
            for tint, wide in ((halo, 3.5), (colour, 1.8)):
                page.mark(axes, x, y, "o", RING, face="none", edge=tint, edge_width=wide, order=4)


def _arrows(page: Page, axes: Axes, points: Array, bounds: Bounds, colour: str, box: Box) -> None:
    """Arrows between successive points, the older the fainter."""
    (x0, x1), (y0, y1) = bounds[:2]
    # pixels of the page in a unit of either axis
    unit = np.array([box.width / (x1 - x0), box.height / (y1 - y0)])
    pixel = page.dot * page.request.dpi / 72
    count = len(points) - 1
    for i in range(count):
        strength = 1 - (1 - FADED) * (count - 1 - i) / count
        for piece in clip.pieces(points[i : i + 2], bounds):
            way = (piece[-1] - piece[0]) * unit
            length = float(np.hypot(*way))
            if length < 2 * pixel:
                continue
            axes.plot(
                *piece.T, color=colour, alpha=strength, linewidth=LINE * page.dot,
                solid_capstyle="butt", zorder=4,
            )  # fmt: skip
            if np.array_equal(piece[-1], points[i + 1]):
                along = way / length
                across = np.array([-along[1], along[0]])
                head = min(ARROW * pixel, length)
                corners = head * np.stack(
                    [0 * along, 0.38 * across - along, -0.38 * across - along]
                )
                axes.fill(
                    *(piece[-1] + corners / unit).T, facecolor=colour, alpha=strength,
                    edgecolor="none", zorder=4,
                )  # fmt: skip


def best(page: Page, axes: Axes, path: Path, plot: MapPlot) -> None:
    """The point of the lowest validation loss: a dot with a white edge."""
    if path.best is None or path.best >= len(path.points):
        return
    flat = plot.field.z.shape[0] < 2
    x, y = path.points[path.best].tolist()
    if clip.inside(np.array([[x, y]]), plot.bounds)[0]:
        colour = page.ink(path.style) if flat else path.style.colour
        page.mark(axes, x, y, "o", 4.5, face=colour, edge=WHITE, edge_width=1.5, order=4.5)


def notes(page: Page, box: Box, words: tuple[str, ...]) -> float:
    """The notes, muted, at the picture's lower edge; returns how high they stand."""
    from matplotlib.patches import Rectangle

    if not words:
        return 0.0
    em = page.em
    lines = page.lines_of(" · ".join(words), box.width - em, _NOTE)
    wide = max(page.width_of(piece, _NOTE) for piece in lines) + em
    high = (1.15 * len(lines) + 0.2) * em * _NOTE
    page.sheet.add_patch(
        Rectangle(
            (box.left, box.bottom - high), wide, high, facecolor=page.palette.paper,
            edgecolor="none", alpha=0.86, zorder=7.5,
        )
    )  # fmt: skip
    for i, piece in enumerate(reversed(lines)):
        y = box.bottom - (0.65 + 1.15 * i) * em * _NOTE
        page.write(box.left + 0.5 * em, y, piece, colour=page.palette.muted, size=_NOTE, order=7.6)
    return high
