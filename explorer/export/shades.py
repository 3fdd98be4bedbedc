"""Draws paths coloured by a quantity, their scale, and where runs were forked, into files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from explorer.core import clip
from explorer.core.shading import colour_at, ramp

from .extras import DARK, WHITE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from explorer.core.figure import Bounds, MapPlot, Path, Shading

    from .page import Box, Page

# Between two points whose shades are further apart than this a line is drawn in pieces.
_STEP = 1 / 24


def trajectory(
    page: Page, axes: Axes, path: Path, bounds: Bounds, halo: str, *, flat: bool
) -> None:
    """A dark halo and the colours over it; of one dimension thin lines, with a dot a step."""
    from matplotlib.collections import LineCollection

    tints = ramp() / 255
    wide = (1.2 if flat else 3.0) * page.dot
    for piece in clip.pieces(np.column_stack([path.points, path.shades]), bounds):
        if not flat:
            axes.plot(
                *piece[:, :2].T, color=halo, linewidth=6.5 * page.dot, solid_joinstyle="round",
                solid_capstyle="butt", zorder=3,
            )  # fmt: skip
        lines, shades = _segments(piece, stepped=path.stepped)
        colours = tints[np.rint(np.clip(shades, 0, 1) * 255).astype(int)]
        drawn = LineCollection(
            list(lines), colors=cast("Any", colours), linewidths=wide,
            capstyle="round", zorder=3,
        )  # fmt: skip
        axes.add_collection(drawn, autolim=False)
    if flat:
        kept = clip.inside(path.points, bounds)
        dots = tints[np.rint(np.clip(path.shades[kept], 0, 1) * 255).astype(int)]
        size = (5 * page.dot) ** 2
        x, y = path.points[kept].T
        axes.scatter(x, y, s=size, c=dots, edgecolors=DARK, linewidths=page.dot, zorder=3.5)


def _segments(piece: Any, *, stepped: bool) -> tuple[Any, Any]:
    """Straight lines (m, 2, 2) through points (n, 3), and the shade (m,) of each."""
    start, end = piece[:-1], piece[1:]
    if stepped:
        return np.stack([start[:, :2], end[:, :2]], axis=1), end[:, 2]
    parts = np.maximum(np.ceil(np.abs(end[:, 2] - start[:, 2]) / _STEP), 1).astype(int)
    which = np.repeat(np.arange(len(parts)), parts)
    first = np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts)
    low, high = first / parts[which], (first + 1) / parts[which]
    way = (end - start)[which]
    begin, stop = start[which] + low[:, None] * way, start[which] + high[:, None] * way
    return np.stack([begin[:, :2], stop[:, :2]], axis=1), (begin[:, 2] + stop[:, 2]) / 2


def legend(page: Page, box: Box, shading: Shading) -> tuple[tuple[float, float, float, float], ...]:
    """The scale in the upper left corner: quantity, colours, range. Returns its place."""
    from matplotlib.patches import Rectangle

    em = page.em
    ends = page.width_of(f"{shading.low}    {shading.high}")
    inner = max(9 * em, ends, page.width_of(shading.name))
    left, top = box.left + 0.5 * em, box.top + 0.5 * em
    wide, high = inner + em, 4.1 * em
    page.sheet.add_patch(
        Rectangle(
            (left, top), wide, high, facecolor=page.palette.paper, edgecolor="none", alpha=0.94,
            zorder=7.6,
        )
    )  # fmt: skip
    x, y = left + 0.5 * em, top + 0.9 * em
    page.write(x, y, shading.name, order=8)
    blocks = 64
    same = shading.low == shading.high
    for k in range(blocks):
        # each block reaches to the end, so that no seam shows between two
        at = x + inner * k / blocks
        tint = colour_at(0.5 if same else k / (blocks - 1))
        page.sheet.add_patch(
            Rectangle(
                (at, top + 1.7 * em), x + inner - at, 0.6 * em, facecolor=tint, edgecolor="none",
                linewidth=0, zorder=7.7,
            )
        )  # fmt: skip
    row = top + 3.2 * em
    page.write(x, row, shading.low, colour=page.palette.muted, order=8)
    if not same:
        page.write(x + inner, row, shading.high, colour=page.palette.muted, across="right", order=8)
    return ((left, top, left + wide, top + high),)


def forks(page: Page, axes: Axes, path: Path, plot: MapPlot) -> None:
    """A small ring where a run parts from the one that it was forked off."""
    flat = plot.field.z.shape[0] < 2
    for row in path.forks:
        x, y = path.points[row].tolist()
        if clip.inside(np.array([[x, y]]), plot.bounds)[0]:
            colour = page.ink(path.style) if flat else path.style.colour
            for tint, wide in ((DARK, 4.5), (WHITE, 3.0), (colour, 1.5)):
                page.mark(axes, x, y, "o", 5, face="none", edge=tint, edge_width=wide, order=4.4)
