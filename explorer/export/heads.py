"""Draws where trajectories begin and end on a map, and the names at their heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core import clip, labels

from .extras import DARK, WHITE
from .page import HALF_CAPITAL, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from explorer.core.figure import MapPlot, Path

    from .page import Page

# The largest share of a map that names may cover.
_COVERED = 0.15


def start(page: Page, axes: Axes, plot: MapPlot) -> None:
    """A white ring over a dark one, with a dot."""
    x, y = plot.start
    if not clip.inside(np.array([[x, y]]), plot.bounds)[0]:
        return
    for tint, wide in ((DARK, 5.0), (WHITE, 2.5)):
        page.mark(axes, x, y, "o", 8, face="none", edge=tint, edge_width=wide, order=6.5)
    page.mark(axes, x, y, "o", 2.5, face=WHITE, edge=DARK, edge_width=1, order=6.5)


def end(page: Page, axes: Axes, path: Path, *, flat: bool) -> None:
    """The head: a ball while it runs; at the end a sign that says why.

    All steps taken: a square with a dark core. Stopped early: a full square. Converged: a disc
    with a tick. Diverged: a cross.
    """
    x, y = path.points[-1]
    colour = page.ink(path.style) if flat else path.style.colour
    if path.end in {"diverged", "left_data"}:
        page.mark(axes, x, y, "X", 8, face=colour, edge=DARK, edge_width=1.5, order=7)
    elif path.end in {"max_steps", "early_stopping"}:
        page.mark(axes, x, y, "s", 6.6, face=colour, edge=DARK, edge_width=1.5, order=7)
        if path.end == "max_steps":
            page.mark(axes, x, y, "s", 3, face=DARK, order=7)
    elif path.end == "running":
        page.mark(axes, x, y, "o", 8, face=colour, edge=DARK, edge_width=1.5, order=7)
        page.mark(axes, x, y, path.style.marker, 3.6, face=WHITE, order=7)
    else:
        page.mark(axes, x, y, "o", 8, face=colour, edge=DARK, edge_width=1.5, order=7)
        tick = [(-0.45, 0.05), (-0.1, -0.35), (0.5, 0.4)]
        axes.plot(
            [x], [y], linestyle="none", marker=tick, markersize=9 * page.dot, fillstyle="none",
            markeredgecolor=DARK, markeredgewidth=2 * page.dot, zorder=7,
        )  # fmt: skip


def heads(
    page: Page,
    axes: Axes,
    box: Box,
    plot: MapPlot,
    foot: float,
    taken: Sequence[tuple[float, float, float, float]] = (),
) -> list[Box]:
    """The heads inside the picture with a label each.

    Labels keep off the lowest `foot` pixels and what is `taken`, in pixels of the page. Returns
    where the labels are.
    """
    (x0, x1), (y0, y1) = plot.bounds[:2]
    flat = plot.field.z.shape[0] < 2
    shown = [p for p in plot.paths if len(p.points) and clip.inside(p.points[-1:], plot.bounds)[0]]
    for path in shown:
        end(page, axes, path, flat=flat)
    if plot.title:
        return []
    em = page.em
    ends = [
        (
            box.left + (p.points[-1, 0] - x0) / (x1 - x0) * box.width,
            box.top + (p.points[-1, 1] - y0) / (y1 - y0) * box.height,
        )
        for p in shown
    ]
    sizes = [(page.width_of(p.label) + 2.1 * em, 1.55 * em) for p in shown]
    if sum(wide * high for wide, high in sizes) > _COVERED * box.width * box.height:
        return []  # they would hide the paths, which the legend names too
    inset = 0.4 * em
    room = (box.left + inset, box.top + inset + foot, box.right - inset, box.bottom - inset)
    flip = box.top + box.bottom
    free = [(left, flip - low, right, flip - high) for left, high, right, low in taken]
    spots = labels.place(ends, sizes, room, 1.4 * em, free)
    for path, head, size, spot in zip(shown, ends, sizes, spots, strict=True):
        # the label's own sense of up is the plot's, the page's runs down
        _label(page, path, (head[0], flip - head[1]), size, (spot[0], flip - spot[1]))
    middles = [(x, flip - y) for x, y in spots]
    return [
        Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        for (x, y), (wide, high) in zip(middles, sizes, strict=True)
    ]


def _label(
    page: Page,
    path: Path,
    head: tuple[float, float],
    size: tuple[float, float],
    spot: tuple[float, float],
) -> None:
    from matplotlib.patches import FancyBboxPatch

    em, sheet = page.em, page.sheet
    left, low = spot[0] - size[0] / 2, spot[1] - size[1] / 2
    reach = (min(max(head[0], left), left + size[0]), min(max(head[1], low), low + size[1]))
    length = float(np.hypot(reach[0] - head[0], reach[1] - head[1]))
    # the leader leaves the ball's edge
    rim = 8 * page.dot * page.request.dpi / 72
    if length > rim:
        away = [h + (r - h) * rim / length for h, r in zip(head, reach, strict=True)]
        for tint, wide in ((DARK, 3.0), (WHITE, 1.2)):
            sheet.plot(
                [away[0], reach[0]], [away[1], reach[1]], color=tint, linewidth=wide * page.dot,
                solid_capstyle="butt", zorder=7.9,
            )  # fmt: skip
    sheet.add_patch(
        FancyBboxPatch(
            (left, low), *size, boxstyle=f"round,pad=0,rounding_size={0.22 * em}",
            facecolor=page.palette.paper, edgecolor="none", alpha=0.94, zorder=8,
        )
    )  # fmt: skip
    middle = low + size[1] / 2
    page.mark(
        sheet, left + 0.75 * em, middle, path.style.marker, 4, face=page.ink(path.style), order=9
    )
    sheet.text(
        left + 1.4 * em, middle + HALF_CAPITAL * em, path.label, color=page.palette.text,
        size=page.points, va="baseline", zorder=9, parse_math=False,
    )  # fmt: skip
