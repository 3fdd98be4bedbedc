"""Draws what is laid over a map: the gradient's field, a hatched region, the local model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core import clip

from .extras import DARK, WHITE
from .page import Box

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from explorer.core.figure import Array, MapPlot, Overlay

    from .page import Page

# As on screen: widths in logical pixels, strengths of lines and of the halos around them.
LINE, EDGE, STEP = 1.3, 3.2, 2.0
STRENGTHS = {"arrows": 0.95, "stream": 0.9, "hatch": 0.5, "border": 0.95}
HALOS = {"arrows": 0.5, "stream": 0.45, "hatch": 0.28, "border": 0.6}
HEAD, STEP_HEAD = 6.0, 9.0
MODEL_DASH, SECTION_DASH = (6.0, 3.0), (2.0, 2.0)


def draw(page: Page, axes: Axes, laid: Overlay, plot: MapPlot, box: Box) -> None:
    """One thing that is laid over the map, cut at the picture's edge."""
    if not len(laid.points):
        return
    flat = plot.field.z.shape[0] < 2
    halo, ink = (page.palette.paper, page.palette.text) if flat else (DARK, WHITE)
    if laid.kind in {"arrows", "hatch", "border"}:
        _apart(page, axes, laid, plot, box, ink, halo)
        return
    if laid.style is not None and laid.kind in {"model", "gradient"}:
        ink = page.ink(laid.style) if flat else laid.style.colour
    if laid.kind in {"gradient", "newton"}:
        halo = DARK
    wide = {"model": 1.7, "section": 1.7, "stream": LINE}.get(laid.kind, STEP)
    gaps = {"model": MODEL_DASH, "section": SECTION_DASH}.get(laid.kind)
    order = 2.2 if laid.under else 4.6
    for piece in clip.pieces(laid.points, plot.bounds):
        pens: tuple[tuple[str, float, float, Any], ...] = (
            (halo, wide + 2.2, 0.55, "solid"),
            (ink, wide, 1.0, (0, gaps) if gaps else "solid"),
        )
        for tint, width, alpha, dash in pens:
            axes.plot(
                *piece.T, color=tint, alpha=alpha, linewidth=width * page.dot, linestyle=dash,
                solid_capstyle="butt", dash_capstyle="butt", zorder=order,
            )  # fmt: skip
    _tip(page, axes, laid, plot, box, ink, halo)


def _tip(
    page: Page, axes: Axes, laid: Overlay, plot: MapPlot, box: Box, ink: str, halo: str
) -> None:
    """The head of a stream, of a step or of a cross-section's line."""
    if laid.kind == "model":
        return
    at = len(laid.points) // 2 if laid.kind == "stream" else len(laid.points) - 1
    ends = laid.points[at - 1 : at + 1][None]
    if not clip.inside(ends[0, 1:], plot.bounds)[0]:
        return
    size = 1.2 * HEAD if laid.kind == "stream" else STEP_HEAD
    order = 2.3 if laid.under else 4.7
    _heads(page, axes, ends, plot, box, ink, halo, size, order)


def names(page: Page, box: Box, plot: MapPlot, foot: float, taken: list[Box]) -> None:
    """The names of steps beside their tips, or where they leave the picture.

    They keep off the lowest `foot` pixels, the boxes taken, and each other.
    """
    (x0, x1), (y0, y1) = plot.bounds[:2]
    em, dot = page.em, page.dot * page.request.dpi / 72
    room = Box(box.left + 2, box.top + 2, box.right - 2, box.bottom - 2 - foot)
    for laid in plot.overlays:
        pieces = clip.pieces(laid.points, plot.bounds) if laid.name and not laid.under else []
        if not pieces:
            continue
        x = box.left + (pieces[-1][-1, 0] - x0) / (x1 - x0) * box.width
        y = box.bottom - (pieces[-1][-1, 1] - y0) / (y1 - y0) * box.height
        wide, high = page.width_of(laid.name, 0.9) + 0.8 * em, 1.4 * em
        found = (
            Box(x + left, y + top, x + left + wide, y + top + high)
            for gap in (14 * dot, 30 * dot, 52 * dot)
            for left in (gap, -wide - gap)
            for top in (gap, -high - gap)
        )
        for place in found:
            if _free(place, room, taken):
                _name(page, laid.name, place)
                taken.append(place)
                break


def _free(place: Box, room: Box, taken: list[Box]) -> bool:
    """Whether a box is inside the room and on no other."""
    inside = place.left >= room.left and place.right <= room.right
    inside &= place.top >= room.top and place.bottom <= room.bottom
    return inside and not any(
        place.left < other.right
        and other.left < place.right
        and place.top < other.bottom
        and other.top < place.bottom
        for other in taken
    )


def _name(page: Page, words: str, place: Box) -> None:
    from matplotlib.patches import Rectangle

    page.sheet.add_patch(
        Rectangle(
            (place.left, place.top), place.width, place.height, facecolor=page.palette.paper,
            edgecolor="none", alpha=0.86, zorder=8,
        )
    )  # fmt: skip
    middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
    page.write(*middle, words, size=0.9, across="center", order=9)


def _apart(
    page: Page, axes: Axes, laid: Overlay, plot: MapPlot, box: Box, ink: str, halo: str
) -> None:
    """Many lines apart from each other; arrows have heads."""
    from matplotlib.collections import LineCollection

    (x0, x1), (y0, y1) = plot.bounds[:2]
    low, high = laid.points.min(axis=1), laid.points.max(axis=1)
    points = laid.points[((high >= (x0, y0)) & (low <= (x1, y1))).all(axis=1)]
    wide = 1.0 if laid.kind == "hatch" else LINE
    for tint, width, alpha in (
        (halo, EDGE, HALOS[laid.kind]),
        (ink, wide, STRENGTHS[laid.kind]),
    ):
        made = LineCollection(
            list(points), colors=tint, alpha=alpha,
            linewidths=width * page.dot, capstyle="butt", zorder=2.2,
        )  # fmt: skip
        axes.add_collection(made, autolim=False)
    if laid.kind == "arrows":
        _heads(page, axes, points, plot, box, ink, halo, HEAD, 2.3)


def _heads(
    page: Page, axes: Axes, ends: Array, plot: MapPlot, box: Box, ink: str, halo: str,
    size: float, order: float,
) -> None:  # fmt: skip
    """The heads of arrows (n, 2, 2), their tips at the ends, of a size in logical pixels."""
    from matplotlib.collections import PolyCollection

    (x0, x1), (y0, y1) = plot.bounds[:2]
    unit = np.array([box.width / (x1 - x0), box.height / (y1 - y0)])
    way = (ends[:, 1] - ends[:, 0]) * unit
    length = np.linalg.norm(way, axis=1, keepdims=True)
    keep = length[:, 0] > 0
    along = way[keep] / length[keep]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    head = np.minimum(size * page.dot * page.request.dpi / 72, 0.5 * length[keep])[:, None]
    corners = np.stack([0 * along, 0.38 * across - along, -0.38 * across - along], axis=1)
    made = PolyCollection(
        list(ends[keep, 1][:, None] + head * corners / unit),
        facecolors=ink, edgecolors=halo, linewidths=0.6 * page.dot, zorder=order,
    )  # fmt: skip
    axes.add_collection(made, autolim=False)
