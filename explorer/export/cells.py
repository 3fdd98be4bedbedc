"""Draws a map over many runs: its cells, hatches, basin numbers, axes and legend."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.language import tr
from explorer.core.levels import ticks
from explorer.core.mapfigure import picture
from explorer.core.mapping import place
from explorer.core.numbers import number, power

from . import maps
from .extras import DARK, WHITE
from .page import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.core.figure import CellKind, CellPlot
    from explorer.core.mapping import Axis

    from .page import Page

# Around the cells and between them and the legend, in ems.
_LEFT, _BELOW, _ABOVE, _GAP = 3.6, 1.9, 1.4, 2.0
_COLUMN = 13.5
_BAR = 15.0
# A viewer smooths an image of few pixels, so that a drawing's has at least so many.
_PIXELS = 1500
# Borders between basins are drawn unless so large a share of all neighbours differ: then there is
# no border but dust.
_DUST = 0.08
# A drawing's texts stay text, and the machine that shows it may have a wider font only.
_SLACK = 1.16
_SIGNS = {
    "minimum": tr("lowest minimum"),
    "local": tr("other minimum"),
    "saddle": tr("saddle point"),
}


def draw(page: Page, body: Box, plot: CellPlot, *, vector: bool) -> None:
    """Draw the map into the body of a page, its legend beside it."""
    em = page.em
    width = min(_column(page, plot, _SLACK if vector else 1.0), 0.45 * body.width)
    room = body.width - width - (_LEFT + _GAP) * em
    height = body.height - (_ABOVE + _BELOW) * em
    # a strip would show nothing: then the scales differ
    aspect = min(max(plot.aspect, 0.5), 2.5)
    wide = min(room, height * aspect)
    high = wide / aspect
    left = body.left + (body.width - wide - width - (_LEFT + _GAP) * em) / 2 + _LEFT * em
    box = Box(left, body.top + _ABOVE * em, left + wide, body.top + _ABOVE * em + high)
    _cells(page, box, plot, vector=vector)
    _scales(page, box, plot)
    beside = box.right + _GAP * em
    _legend(page, Box(beside, box.top, beside + width, box.bottom), plot)


def _column(page: Page, plot: CellPlot, slack: float) -> float:
    """How wide the legend must be for its lines, type that is wider than ours by `slack`."""
    lines = [page.width_of(kind.label) + page.width_of(kind.share) for kind in _told(plot)]
    signs = [page.width_of(words) - 1.5 * page.em for words in _SIGNS.values()]
    return max(_COLUMN * page.em, slack * max([*lines, *signs]) + 3.6 * page.em)


def _told(plot: CellPlot) -> list[CellKind]:
    """The kinds that have a line in the legend."""
    return [kind for kind in plot.kinds if kind.sign or kind.hatch]


def _cells(page: Page, box: Box, plot: CellPlot, *, vector: bool) -> None:
    """The image, what is hatched, borders, and the signs on it."""
    rgb = picture(plot)
    ny, nx = plot.cells.shape
    if vector:
        grown = max(1, math.ceil(_PIXELS / max(nx, ny)))
        rgb = np.repeat(np.repeat(rgb, grown, axis=0), grown, axis=1)
    axes = page.axes(box)
    half_x, half_y = 0.5 / (nx - 1), 0.5 / (ny - 1)
    axes.imshow(
        rgb, extent=(-half_x, 1 + half_x, -half_y, 1 + half_y), origin="lower", aspect="auto",
        interpolation="none", zorder=1,
    )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
    for k, kind in enumerate(plot.kinds):
        if kind.hatch:
            mask = plot.cells == k
            _hatch(page, kind, list(_runs(mask, box)), box, mask)
    _borders(page, box, plot)
    frame = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom),
             (box.left, box.bottom), (box.left, box.top)]  # fmt: skip
    page.sheet.plot(
        [x for x, _ in frame], [y for _, y in frame], color=page.palette.border,
        linewidth=0.8 * page.dot, zorder=3,
    )  # fmt: skip
    for mark in plot.marks:
        if (at := _pixel(plot, box, mark.x, mark.y)) is not None:
            sign, radius = maps.SIGNS[mark.kind]
            page.mark(page.sheet, *at, sign, radius, face=WHITE, edge=DARK, edge_width=1.2, order=4)
    for kind in plot.kinds:
        if kind.sign and kind.point is not None:
            at = _pixel(plot, box, *kind.point)
            if at is not None:
                _sign(page, *at, kind.sign)


def _pixel(plot: CellPlot, box: Box, x: float, y: float) -> tuple[float, float] | None:
    """Where a point is on the page, None where it is not in the box."""
    u, v = place(plot.axes[0], x), place(plot.axes[1], y)
    if not (0 <= u <= 1 and 0 <= v <= 1):
        return None
    return box.left + u * box.width, box.bottom - v * box.height


def _sign(page: Page, x: float, y: float, words: str) -> None:
    """A number in a white disc."""
    radius = 7.2 if len(words) < 2 else 9.0
    page.mark(page.sheet, x, y, "circle", radius, face=WHITE, edge=DARK, edge_width=1.1, order=5)
    page.write(x, y, words, colour=DARK, size=0.8, bold=True, across="center", order=6)


def _edges(count: int, low: float, high: float) -> NDArray[np.float64]:
    """The ends of cells on the page (count + 1,), the first and the last cut in half."""
    return low + (high - low) * np.clip((np.arange(count + 1) - 0.5) / (count - 1), 0, 1)


def _runs(mask: NDArray[np.bool_], box: Box) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom of rectangles that cover the cells of a mask, row by row."""
    ny, nx = mask.shape
    xs, ys = _edges(nx, box.left, box.right), _edges(ny, box.bottom, box.top)
    padded = np.zeros((ny, nx + 2), np.int8)
    padded[:, 1:-1] = mask
    change = np.diff(padded, axis=1)
    for row in range(ny):
        starts, ends = np.flatnonzero(change[row] == 1), np.flatnonzero(change[row] == -1)
        for a, b in zip(starts.tolist(), ends.tolist(), strict=True):
            yield float(xs[a]), float(ys[row + 1]), float(xs[b]), float(ys[row])


def _hatch(
    page: Page,
    kind: CellKind,
    parts: list[tuple[float, float, float, float]],
    box: Box,
    mask: NDArray[np.bool_],
) -> None:
    """Lines or dots over rectangles (left, top, right, bottom), the cells of a mask of the box."""
    from matplotlib.collections import LineCollection
    from matplotlib.path import Path

    em = page.em
    outline: list[tuple[float, float]] = []
    codes: list[Any] = []
    for left, top, right, bottom in parts:
        outline += [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    if not outline:
        return
    drawn: Any
    if kind.hatch == "lines":
        step, tall = 0.62 * em, box.height
        count = math.ceil((box.width + tall) / step)
        lefts = [box.left - tall + i * step for i in range(count + 1)]
        lines = [[(x, box.bottom), (x + tall, box.top)] for x in lefts]
        drawn = LineCollection(lines, colors=kind.ink, linewidths=page.dot, zorder=2)
        page.sheet.add_collection(drawn, autolim=False)
    else:
        xs, ys = _dots(box, 0.55 * em, mask)
        (drawn,) = page.sheet.plot(
            xs, ys, linestyle="none", marker="o", markersize=1.9 * page.dot,
            markerfacecolor=kind.ink, markeredgecolor="none", zorder=2,
        )  # fmt: skip
    drawn.set_clip_path(Path(outline, codes), page.sheet.transData)


def _dots(
    box: Box, step: float, mask: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points in rows, each shifted against the next, on the cells of a mask (ny, nx) of the box."""
    rows, columns = math.ceil(box.height / step), math.ceil(box.width / step)
    row, column = np.mgrid[0:rows, 0:columns]
    xs = box.left + (column + 0.25 + 0.5 * (row % 2)) * step
    ys = box.top + (row + 0.5) * step
    ny, nx = mask.shape
    i = np.rint((xs - box.left) / box.width * (nx - 1)).astype(int)
    j = np.rint((box.bottom - ys) / box.height * (ny - 1)).astype(int)
    inside = (xs < box.right) & (ys < box.bottom)
    inside &= mask[np.clip(j, 0, ny - 1), np.clip(i, 0, nx - 1)]
    return xs[inside], ys[inside]


def _borders(page: Page, box: Box, plot: CellPlot) -> None:
    """Thin dark lines where basins meet."""
    from matplotlib.collections import LineCollection

    cells = plot.cells
    upright, level = cells[:, 1:] != cells[:, :-1], cells[1:] != cells[:-1]
    if upright.sum() + level.sum() > _DUST * (upright.size + level.size):
        return
    ny, nx = cells.shape
    xs, ys = _edges(nx, box.left, box.right), _edges(ny, box.bottom, box.top)
    lines = [
        [(float(xs[i + 1]), float(ys[j])), (float(xs[i + 1]), float(ys[j + 1]))]
        for j, i in np.argwhere(upright).tolist()
    ]
    lines += [
        [(float(xs[i]), float(ys[j + 1])), (float(xs[i + 1]), float(ys[j + 1]))]
        for j, i in np.argwhere(level).tolist()
    ]
    page.sheet.add_collection(
        LineCollection(lines, colors=DARK, alpha=0.55, linewidths=0.7 * page.dot,
                       capstyle="butt", zorder=2.5),
        autolim=False,
    )  # fmt: skip


def _marks(axis: Axis, wanted: int) -> list[tuple[float, str]]:
    """The numbers of an axis and how they are written."""
    low, high = axis.low, axis.high
    if axis.scale == "linear":
        return [(float(v), number(float(v))) for v in ticks(low, high, wanted)]
    if axis.scale == "log":
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        every = max(1, -(-(last - first + 1) // wanted))
        found = [(10.0**e, e) for e in range(first, last + 1) if (e - last) % every == 0]
        if len(found) > 2:
            return [(v, number(v) if -3 < e < 4 else power(e)) for v, e in found]
        fine = [n * 10.0**e for e in range(first - 1, last + 1) for n in (1, 2, 5)]
        return [(v, number(v)) for v in fine if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
    nines = [1 - 10.0**-e for e in range(1, 9)]
    halves = [1 - 0.5 * 10.0**-e for e in range(9)]
    found_values = [0.0, *nines, *halves]
    inside = sorted(v for v in found_values if low - 1e-12 <= v <= high + 1e-12)
    if len(inside) > wanted:
        inside = [v for v in (0.0, *nines) if low - 1e-12 <= v <= high + 1e-12]
    return [(v, f"{v:.9g}") for v in inside]


def _scales(page: Page, box: Box, plot: CellPlot) -> None:
    """The numbers of both axes, and their names at the ends."""
    em, muted = page.em, page.palette.muted
    stub, gap = 0.3 * em, 0.5 * em
    across, up = plot.names
    row = box.bottom + gap + 0.55 * em
    room = page.width_of(across) + 1.0 * em
    page.write(box.right, row, across, colour=page.palette.text, slant=len(across) == 1,
               across="right")  # fmt: skip
    ends = -math.inf
    for value, words in _marks(plot.axes[0], max(2, min(7, int(box.width / (4.5 * em))))):
        x = box.left + place(plot.axes[0], value) * box.width
        half = page.width_of(words) / 2
        if x + half < box.right - room and x - half > ends:
            _stub(page, (x, x), (box.bottom, box.bottom + stub))
            page.write(x, row, words, colour=muted, across="center")
            ends = x + half + 0.6 * em
    if len(up) > 4:
        page.write(box.left, box.top - 0.75 * em, up, across="left")
    else:
        page.write(box.left - gap, box.top + 0.4 * em, up, slant=len(up) == 1, across="right")
    top = box.top + (1.7 if len(up) <= 4 else 0.0) * em
    ends = math.inf
    for value, words in _marks(plot.axes[1], max(2, min(7, int(box.height / (3.2 * em))))):
        y = box.bottom - place(plot.axes[1], value) * box.height
        if y >= top - 0.01 and y + 0.5 * em < ends:
            _stub(page, (box.left - stub, box.left), (y, y))
            page.write(box.left - gap, y, words, colour=muted, across="right")
            ends = y - 0.5 * em


def _stub(page: Page, x: tuple[float, float], y: tuple[float, float]) -> None:
    page.sheet.plot(x, y, color=page.palette.border, linewidth=0.8 * page.dot)


def _legend(page: Page, box: Box, plot: CellPlot) -> None:
    """The colour bar where there are values, then a line a kind, then what darkens cells."""
    em, y = page.em, box.top
    if plot.levels is not None:
        told_below = len(plot.kinds) + len(_signs(plot, box))
        below = 1.6 * em * told_below + (1.2 * em if told_below else 0)
        end = min(box.bottom - below, y + max(_BAR * em, 0.62 * box.height))
        maps.bar(page, box._replace(bottom=end), plot.levels, plot.colormap)
        y = end + 1.2 * em
    y += 0.55 * em
    if plot.heading:
        page.write(box.left, y, plot.heading, colour=page.palette.muted)
        y += 1.7 * em
    told = _told(plot)
    notes = len(told) <= 8
    for kind in told:
        _sample(page, Box(box.left, y - 0.6 * em, box.left + 1.9 * em, y + 0.6 * em), kind)
        page.write(box.left + 2.5 * em, y, kind.label)
        page.write(box.right, y, kind.share, across="right")
        if kind.note and notes:
            y += 1.15 * em
            page.write(box.left + 2.5 * em, y, kind.note, colour=page.palette.muted, size=0.8)
        y += 1.65 * em
    for name in _signs(plot, box):
        sign, radius = maps.SIGNS[name]
        page.mark(page.sheet, box.left + 0.95 * em, y, sign, radius, face=WHITE, edge=DARK,
                  edge_width=1.2)  # fmt: skip
        page.write(box.left + 2.5 * em, y, _SIGNS[name])
        y += 1.65 * em
    if plot.others:
        for line in page.lines_of(plot.others, box.width, 0.8):
            page.write(box.left, y, line, colour=page.palette.muted, size=0.8)
            y += 1.1 * em
    if plot.shading is not None:
        _shades(page, box._replace(top=y + 0.6 * em), plot)


def _signs(plot: CellPlot, box: Box) -> list[str]:
    """The kinds of marks that are on the picture, in the order in which they are explained."""
    shown = {mark.kind for mark in plot.marks if _pixel(plot, box, mark.x, mark.y) is not None}
    return [name for name in _SIGNS if name in shown]


def _sample(page: Page, box: Box, kind: CellKind) -> None:
    """A patch of a kind's colour, with its hatch or its number."""
    from matplotlib.patches import Rectangle

    page.sheet.add_patch(
        Rectangle((box.left, box.top), box.width, box.height, facecolor=kind.colour,
                  edgecolor=page.palette.border, linewidth=0.6 * page.dot, zorder=1.5)
    )  # fmt: skip
    if kind.hatch:
        _hatch(page, kind, [(*box,)], box, np.ones((1, 1), bool))
    if kind.sign:
        middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        _sign(page, *middle, kind.sign)


def _shades(page: Page, box: Box, plot: CellPlot) -> None:
    """What cells are darkened by: a bar from the fastest to the slowest."""
    from matplotlib.patches import Rectangle

    assert plot.shading is not None
    em, muted = page.em, page.palette.muted
    page.write(box.left, box.top + 0.5 * em, plot.shading.name, colour=muted)
    top, steps = box.top + 1.3 * em, 32
    base = np.array([0xB8, 0xC4, 0xD6])
    width = box.width / steps
    for i in range(steps):
        shade = base * (1 - 0.55 * i / (steps - 1))
        page.sheet.add_patch(
            Rectangle((box.left + i * width, top), box.right - box.left - i * width, 0.9 * em,
                      facecolor=tuple(shade / 255), edgecolor="none", zorder=1.5)
        )  # fmt: skip
    page.write(box.left, top + 1.7 * em, plot.shading.low, colour=muted, size=0.85)
    page.write(box.right, top + 1.7 * em, plot.shading.high, colour=muted, size=0.85,
               across="right")  # fmt: skip
