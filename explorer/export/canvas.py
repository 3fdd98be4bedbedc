"""Lays a figure out on a page and draws it, for every file format alike."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from explorer.core.figure import CurvePlot, MapPlot, Scene
from explorer.core.language import tr
from explorer.core.numbers import number

from . import curves, maps, surfaces
from .page import Box, Page
from .text import type_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.core.figure import Figure, Levels, Row

    from .format import Request

_SMALL = 0.72
_SAFE = 0.87
# Around a map, in ems: tick labels left and below, the pane's head, air to the right.
_LEFT, _BELOW, _HEAD, _AIR = 2.8, 1.7, 2.0, 0.8
_BAR = 5.6
_COLUMN = (17.0, 27.0)
_SCENE_ASPECT = 1.15
_CURVE_ASPECT = 1.7


@contextmanager
def drawn(figure: Figure, request: Request, *, vector: bool = False) -> Iterator[Any]:
    """The figure drawn as a matplotlib Figure, to be saved inside the context."""
    with type_settings():
        page = Page(request)
        lay_out(page, figure, vector=vector)
        yield page.figure


def lay_out(page: Page, figure: Figure, *, vector: bool) -> None:
    """Draw the figure on an empty page."""
    em = page.em
    margin = 1.2 * em
    inner = Box(margin, margin, page.size[0] - margin, page.size[1] - margin)
    # a drawing's texts stay text, and the machine that shows it may have a wider font only
    safe = inner.width * (_SAFE if vector else 1.0)
    foot = page.lines_of(figure.caption, safe, _SMALL)
    head = page.lines_of(figure.title, safe, 1.1)
    for i, line in enumerate(head):
        page.write(inner.left, inner.top + (0.55 + 1.4 * i) * em, line, size=1.1, bold=True)
    for i, line in enumerate(reversed(foot)):
        y = inner.bottom - (0.35 + 1.0 * i) * em
        page.write(inner.left, y, line, colour=page.palette.muted, size=_SMALL)
    body = Box(
        inner.left,
        inner.top + (1.4 * len(head) + 0.6) * em,
        inner.right,
        inner.bottom - (1.0 * len(foot) + 0.6) * em,
    )
    pictures = [p for p in figure.plots if not isinstance(p, CurvePlot)]
    graphs = [p for p in figure.plots if isinstance(p, CurvePlot)]
    titled = any(isinstance(p, MapPlot) and p.title for p in pictures)
    # panes of their own name their run in their heads
    rows = () if titled else figure.legend
    if not pictures:
        _graphs_alone(page, body, graphs, rows)
        return
    panes = _Panes(page, pictures, figure.legend)
    if not rows and not graphs:
        panes.draw(body, vector=vector)
        return
    if body.width >= 1.1 * body.height:
        width = min(max(0.3 * body.width, _COLUMN[0] * em), _COLUMN[1] * em)
        used = panes.fit(body._replace(right=body.right - width - 2 * em))
        shift = max((body.width - used.width - 2 * em - width) / 2, 0.0)
        left, top = body.left + shift, body.top
        panes.draw(Box(left, top, left + used.width, body.bottom), vector=vector)
        beside = left + used.width + 2 * em
        column = Box(
            beside, top, beside + width, max(top + used.height, min(top + 30 * em, body.bottom))
        )
        below = _legend(page, column, rows)
        _graphs(page, column._replace(top=below), graphs)
        return
    tall = _legend_height(page, rows, body.width) + len(graphs) * 11 * em
    upper = body._replace(bottom=body.bottom - tall - em)
    panes.draw(upper, vector=vector)
    below = _legend(page, body._replace(top=panes.fit(upper).bottom + em), rows)
    _graphs(page, body._replace(top=below), graphs)


class _Panes:
    """Maps and surfaces in a grid, with one colour bar for all."""

    def __init__(self, page: Page, plots: list[MapPlot | Scene], legend: tuple[Row, ...]) -> None:
        self.page, self.plots, self.legend = page, plots, legend
        self.titled = any(isinstance(p, MapPlot) and p.title for p in plots)
        self.levels: Levels | None = None
        first = next((p for p in plots if isinstance(p, MapPlot)), plots[0])
        self.colormap = first.colormap
        self.aspect = _SCENE_ASPECT
        self.locked = isinstance(first, MapPlot)
        if isinstance(first, MapPlot):
            (x0, x1), (y0, y1) = first.bounds[:2]
            flat = first.field.z.shape[0] < 2
            self.aspect = _CURVE_ASPECT if flat else (x1 - x0) / (y1 - y0)
        if not (isinstance(first, MapPlot) and first.field.z.shape[0] < 2):
            self.levels = first.levels

    def _sizes(self, box: Box, columns: int) -> tuple[float, float]:
        """The largest axes of the right aspect for so many columns."""
        em = self.page.em
        rows = -(-len(self.plots) // columns)
        bar = _BAR * em if self.levels is not None else 0.0
        head = _HEAD if self.titled else 0.3
        width = (box.width - bar) / columns - (_LEFT + _AIR) * em
        height = box.height / rows - (_BELOW + head) * em
        width = min(width, height * self.aspect)
        return width, width / self.aspect

    def _best(self, box: Box) -> int:
        return max(range(1, len(self.plots) + 1), key=lambda n: (self._sizes(box, n)[0], -n))

    def fit(self, box: Box) -> Box:
        """The part of the box that the panes will fill, from its top left."""
        columns = self._best(box)
        width, height = self._sizes(box, columns)
        em = self.page.em
        rows = -(-len(self.plots) // columns)
        bar = _BAR * em if self.levels is not None else 0.0
        head = _HEAD if self.titled else 0.3
        return Box(
            box.left,
            box.top,
            box.left + columns * (width + (_LEFT + _AIR) * em) + bar,
            box.top + rows * (height + (_BELOW + head) * em),
        )

    def draw(self, box: Box, *, vector: bool) -> None:
        """Draw all panes, centred across the box, from its top."""
        page, em = self.page, self.page.em
        columns = self._best(box)
        width, height = self._sizes(box, columns)
        used = self.fit(box)
        head = (_HEAD if self.titled else 0.3) * em
        shift = (box.width - used.width) / 2
        for i, plot in enumerate(self.plots):
            row, column = divmod(i, columns)
            left = box.left + shift + column * (width + (_LEFT + _AIR) * em) + _LEFT * em
            top = box.top + row * (height + _BELOW * em + head) + head
            cell = Box(left, top, left + width, top + height)
            if isinstance(plot, Scene):
                surfaces.draw(page, cell, plot, vector=vector)
                continue
            maps.draw(page, cell, plot)
            if plot.title:
                self._head(cell, plot)
        if self.levels is not None:
            right = box.left + shift + used.width
            maps.bar(
                page,
                Box(right - (_BAR - 0.2) * em, used.top + head, right, used.bottom - _BELOW * em),
                self.levels,
                self.colormap,
            )

    def _head(self, cell: Box, plot: MapPlot) -> None:
        """A pane's head: sample, name, rate; to the right its loss, or what went wrong."""
        page, em = self.page, self.page.em
        path, y = plot.paths[0], cell.top - 0.9 * em
        page.sample(cell.left, cell.left + 2.6 * em, y, path.style)
        page.write(cell.left + 3.1 * em, y, path.label, bold=True)
        after = cell.left + 3.7 * em + page.width_of(path.label, bold=True)
        loss = next(r.loss for r in self.legend if r.label == path.label and r.style == path.style)
        words, colour = tr("loss {loss}", loss=number(loss)), page.palette.text
        if path.note:
            words, colour = path.note, page.palette.danger
        # what went wrong may need the room of the rate, which the caption has too
        room, rate = cell.right - after, page.width_of(plot.title) + 0.8 * em
        size = next((s for s in (1.0, 0.85, 0.72) if rate + page.width_of(words, s) < room), 0.0)
        if size:
            page.write(after, y, plot.title, colour=page.palette.muted)
        page.write(cell.right, y, words, colour=colour, size=size or 0.72, across="right")


def _legend_height(page: Page, rows: tuple[Row, ...], width: float) -> float:
    notes = sum(len(page.lines_of(r.note, width - 3.4 * page.em, 0.8)) for r in rows)
    return (1.6 * (len(rows) + 1) + 1.1 * notes) * page.em if rows else 0.0


def _legend(page: Page, box: Box, rows: tuple[Row, ...]) -> float:
    """The table of runs from the top of the box; returns where it ends."""
    em, y = page.em, box.top + 0.8 * page.em
    if not rows:
        return box.top
    page.write(box.left, y, tr("Optimizer"), colour=page.palette.muted)
    page.write(box.right, y, tr("loss"), colour=page.palette.muted, across="right")
    for row in rows:
        y += 1.6 * em
        page.sample(box.left, box.left + 2.6 * em, y, row.style)
        page.write(box.left + 3.4 * em, y, row.label)
        page.write(box.right, y, number(row.loss), across="right")
        for line in page.lines_of(row.note, box.width - 3.4 * em, 0.8):
            y += 1.1 * em
            page.write(box.left + 3.4 * em, y, line, colour=page.palette.danger, size=0.8)
    return y + 0.8 * em


def _graphs(page: Page, box: Box, graphs: list[CurvePlot]) -> None:
    """Curves below one another, each with its name above and its steps below."""
    em = page.em
    for i, graph in enumerate(graphs):
        height = box.height / len(graphs)
        top = box.top + i * height + 2.2 * em
        bottom = min(box.top + (i + 1) * height - _BELOW * em, top + box.width / 1.1)
        curves.draw(page, Box(box.left + _LEFT * em, top, box.right, bottom), graph)


def _graphs_alone(page: Page, body: Box, graphs: list[CurvePlot], rows: tuple[Row, ...]) -> None:
    """The first curve large, the others beside it below the legend."""
    em = page.em
    width = min(max(0.3 * body.width, _COLUMN[0] * em), 0.45 * body.width)
    large = Box(body.left, body.top, body.right - width - 2 * em, body.bottom)
    _graphs(page, large, graphs[:1])
    column = Box(body.right - width, body.top, body.right, body.bottom)
    below = _legend(page, column, rows)
    _graphs(page, column._replace(top=below), graphs[1:])
