"""Lays a figure out on a page and draws it, for every file format alike."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from explorer.core.figure import CellPlot, CurvePlot, MapPlot
from explorer.core.language import tr
from explorer.core.numbers import number

from . import cells, curves
from .page import Box, Page
from .panes import BELOW, LEFT, Panes
from .text import type_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.core.figure import Figure, Row

    from .format import Request

_SMALL = 0.72
# Where a person says how large type is to be, the caption has at least so many points.
_LEAST = 6.0
_SAFE = 0.87
_COLUMN = (17.0, 27.0)
# The least width of curves below the pictures, and their height with name and numbers.
_GRAPH, _GRAPH_HEIGHT = 22.0, 13.0


@contextmanager
def drawn(figure: Figure, request: Request, *, vector: bool = False) -> Iterator[Any]:
    """The figure drawn as a matplotlib Figure, to be saved inside the context."""
    with type_settings():
        page = Page(request, vector=vector)
        lay_out(page, figure, vector=vector)
        yield page.figure


def lay_out(page: Page, figure: Figure, *, vector: bool) -> None:
    """Draw the figure on an empty page."""
    em = page.em
    margin = 1.2 * em
    inner = Box(margin, margin, page.size[0] - margin, page.size[1] - margin)
    # a drawing's texts stay text, and the machine that shows it may have a wider font only
    safe = inner.width * (_SAFE if vector else 1.0)
    small = _SMALL
    if page.request.text_size is not None:
        small = min(max(_SMALL, _LEAST / page.points), 1.0)
    foot = page.lines_of(figure.caption, safe, small)
    pitch = 1.4 * small
    head = page.lines_of(figure.title, safe, 1.1)
    for i, line in enumerate(head):
        page.write(inner.left, inner.top + (0.55 + 1.4 * i) * em, line, size=1.1, bold=True)
    for i, line in enumerate(reversed(foot)):
        y = inner.bottom - (0.35 + pitch * i) * em
        page.write(inner.left, y, line, colour=page.palette.muted, size=small)
    body = Box(
        inner.left,
        inner.top + (1.4 * len(head) + 0.6) * em,
        inner.right,
        inner.bottom - (pitch * len(foot) + 0.6) * em,
    )
    if isinstance(figure.plots[0], CellPlot):
        cells.draw(page, body, figure.plots[0], vector=vector)
        return
    pictures = [p for p in figure.plots if not isinstance(p, CurvePlot | CellPlot)]
    graphs = [p for p in figure.plots if isinstance(p, CurvePlot)]
    titled = any(isinstance(p, MapPlot) and p.title for p in pictures)
    # panes of their own name their run in their heads
    rows = () if titled else figure.legend
    if not pictures:
        _graphs_alone(page, body, graphs, rows)
        return
    panes = Panes(page, pictures, figure.legend)
    if not rows and not graphs:
        panes.draw(body._replace(top=body.top + _spare(body, panes)), vector=vector)
        return
    width = min(max(0.3 * body.width, _COLUMN[0] * em), _COLUMN[1] * em)
    beside = body._replace(right=body.right - width - 2 * em)
    above = body._replace(bottom=body.bottom - _strip_height(page, body, rows, graphs) - em)
    # whichever leaves the pictures more room
    if panes.area(beside) >= panes.area(above):
        used = panes.fit(beside)
        shift = max((body.width - used.width - 2 * em - width) / 2, 0.0)
        left, top = body.left + shift, body.top
        spare = _spare(beside, panes) if graphs else 0.0
        panes.draw(Box(left, top + spare, left + used.width, body.bottom), vector=vector)
        start = left + used.width + 2 * em
        column = Box(
            start, top, start + width, max(top + used.height, min(top + 30 * em, body.bottom))
        )
        below = _legend(page, column, rows)
        _graphs(page, column._replace(top=below), graphs)
        return
    panes.draw(above, vector=vector)
    _strip(page, body._replace(top=panes.fit(above).bottom + em), rows, graphs)


def _spare(box: Box, panes: Panes) -> float:
    """How far down the pictures stand in a box that is higher than they need."""
    return 0.4 * max(box.height - panes.fit(box).height, 0.0)


def _split(page: Page, width: float, rows: tuple[Row, ...], graphs: list[CurvePlot]) -> bool:
    """Whether the legend and the curves below the pictures stand beside one another."""
    return bool(rows and graphs) and width >= (_COLUMN[0] + _GRAPH * len(graphs)) * page.em


def _strip_height(page: Page, body: Box, rows: tuple[Row, ...], graphs: list[CurvePlot]) -> float:
    """How high legend and curves stand below the pictures."""
    em = page.em
    width = min(body.width, _COLUMN[1] * em)
    legend = _legend_height(page, rows, width)
    if _split(page, body.width, rows, graphs):
        return max(legend, _GRAPH_HEIGHT * em, 0.3 * body.height)
    across = max(1, int(body.width / (_GRAPH * em)))
    return legend + -(-len(graphs) // across) * _GRAPH_HEIGHT * em


def _strip(page: Page, box: Box, rows: tuple[Row, ...], graphs: list[CurvePlot]) -> None:
    """Legend and curves below the pictures: beside one another where the page is wide enough."""
    em = page.em
    width = min(box.width, _COLUMN[1] * em)
    if _split(page, box.width, rows, graphs):
        width = min(max(0.3 * box.width, _COLUMN[0] * em), width)
        _legend(page, box._replace(right=box.left + width), rows)
        box = box._replace(left=box.left + width + 2 * em)
    else:
        box = box._replace(top=_legend(page, box._replace(right=box.left + width), rows))
    across = max(1, min(len(graphs), int(box.width / (_GRAPH * em))))
    each = (box.width + 2 * em) / across
    for i in range(across):
        left = box.left + i * each
        _graphs(page, box._replace(left=left, right=left + each - 2 * em), graphs[i::across])


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
        bottom = min(box.top + (i + 1) * height - BELOW * em, top + box.width / 1.1)
        curves.draw(page, Box(box.left + LEFT * em, top, box.right, bottom), graph)


def _graphs_alone(page: Page, body: Box, graphs: list[CurvePlot], rows: tuple[Row, ...]) -> None:
    """The first curve large, the others beside it below the legend."""
    em = page.em
    width = min(max(0.3 * body.width, _COLUMN[0] * em), 0.45 * body.width)
    large = Box(body.left, body.top, body.right - width - 2 * em, body.bottom)
    _graphs(page, large, graphs[:1])
    column = Box(body.right - width, body.top, body.right, body.bottom)
    below = _legend(page, column, rows)
    _graphs(page, column._replace(top=below), graphs[1:])
