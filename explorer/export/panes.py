"""Lays maps and surfaces out in a grid, with one colour bar for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.figure import MapPlot, Scene
from explorer.core.language import tr
from explorer.core.numbers import number

from . import maps, surfaces
from .page import Box

if TYPE_CHECKING:
    from explorer.core.figure import Levels, Row

    from .page import Page

# Around a map, in ems: tick labels left and below, the pane's head, air to the right.
LEFT, BELOW, _HEAD, _AIR = 2.8, 1.7, 2.0, 0.8
_BAR = 5.6
_SCENE_ASPECT = 1.15
_CURVE_ASPECT = 1.7


class Panes:
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

    def _sizes(self, box: Box, columns: int, head: float) -> tuple[float, float]:
        """The largest axes of the right aspect for so many columns, below heads so high (ems)."""
        em = self.page.em
        rows = -(-len(self.plots) // columns)
        width = (box.width - self._bar) / columns - (LEFT + _AIR) * em
        height = box.height / rows - (BELOW + head) * em
        width = min(width, height * self.aspect)
        return width, width / self.aspect

    def _best(self, box: Box) -> tuple[int, float, float, float]:
        """Columns, width and height of the axes (pixels), and the heads' height (ems)."""
        head = _HEAD if self.titled else 0.3

        def best(head: float) -> tuple[int, float, float, float]:
            columns = max(
                range(1, len(self.plots) + 1),
                key=lambda n: (self._sizes(box, n, head)[0], -n),
            )
            return columns, *self._sizes(box, columns, head), head

        found = best(head)
        if self.titled and any(
            isinstance(p, MapPlot) and p.title and not self._fits(p, found[1]) for p in self.plots
        ):
            return best(_HEAD + 1.2)
        return found

    @property
    def _bar(self) -> float:
        return _BAR * self.page.em if self.levels is not None else 0.0

    def area(self, box: Box) -> float:
        """How much of the box the pictures themselves would take, nothing where they do not fit."""
        _, width, height, _ = self._best(box)
        return max(width, 0.0) * max(height, 0.0)

    def fit(self, box: Box) -> Box:
        """The part of the box that the panes will fill, from its top left."""
        columns, width, height, head = self._best(box)
        em = self.page.em
        rows = -(-len(self.plots) // columns)
        return Box(
            box.left,
            box.top,
            box.left + columns * (width + (LEFT + _AIR) * em) + self._bar,
            box.top + rows * (height + (BELOW + head) * em),
        )

    def draw(self, box: Box, *, vector: bool) -> None:
        """Draw all panes, centred across the box, from its top."""
        page, em = self.page, self.page.em
        columns, width, height, high = self._best(box)
        used = self.fit(box)
        head = high * em
        shift = (box.width - used.width) / 2
        for i, plot in enumerate(self.plots):
            row, column = divmod(i, columns)
            left = box.left + shift + column * (width + (LEFT + _AIR) * em) + LEFT * em
            top = box.top + row * (height + BELOW * em + head) + head
            cell = Box(left, top, left + width, top + height)
            if isinstance(plot, Scene):
                surfaces.draw(page, cell, plot, vector=vector)
                continue
            maps.draw(page, cell, plot)
            if plot.title:
                self._head(cell, plot, deep=high > _HEAD)
        if self.levels is not None:
            right = box.left + shift + used.width
            maps.bar(
                page,
                Box(right - (_BAR - 0.2) * em, used.top + head, right, used.bottom - BELOW * em),
                self.levels,
                self.colormap,
            )

    def _words(self, plot: MapPlot) -> tuple[str, str]:
        """A pane's loss, or what went wrong, and its colour."""
        path = plot.paths[0]
        if path.note:
            return path.note, self.page.palette.danger
        loss = next(r.loss for r in self.legend if r.label == path.label and r.style == path.style)
        return tr("loss {loss}", loss=number(loss)), self.page.palette.text

    def _fits(self, plot: MapPlot, width: float) -> bool:
        """Whether a pane's head fits one line."""
        page = self.page
        name = page.width_of(plot.paths[0].label, bold=True)
        return name + page.width_of(self._words(plot)[0], 0.72) + 3.9 * page.em <= width

    def _head(self, cell: Box, plot: MapPlot, *, deep: bool) -> None:
        """A pane's head: sample, name, rate; then its loss or what went wrong."""
        page, em = self.page, self.page.em
        path, y = plot.paths[0], cell.top - (2.1 if deep else 0.9) * em
        page.sample(cell.left, cell.left + 2.6 * em, y, path.style)
        page.write(cell.left + 3.1 * em, y, path.label, bold=True)
        after = cell.left + 3.7 * em + page.width_of(path.label, bold=True)
        words, colour = self._words(plot)
        rate = page.width_of(plot.title) + 0.8 * em
        if deep:
            if rate < cell.right - after:
                page.write(after, y, plot.title, colour=page.palette.muted)
            size = next((s for s in (1.0, 0.85) if page.width_of(words, s) < cell.width), 0.72)
            page.write(cell.left, cell.top - 0.8 * em, words, colour=colour, size=size)
            return
        # what went wrong may need the room of the rate, which the caption has too
        room = cell.right - after
        size = next((s for s in (1.0, 0.85, 0.72) if rate + page.width_of(words, s) < room), 0.0)
        if size:
            page.write(after, y, plot.title, colour=page.palette.muted)
        page.write(cell.right, y, words, colour=colour, size=size or 0.72, across="right")
