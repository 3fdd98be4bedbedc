"""The contour view: the landscape from above, the start to drag, and every trajectory on it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.core.experiment import started_at
from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.views.base import Dock, Frame, View, same_picture
from explorer.widgets.fonts import px
from explorer.widgets.panel import scrolled

from ._mapheads import PaneHead, ReadOut

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.core.figure import MapPlot, Shading
    from explorer.core.request import Viewport
    from explorer.core.stroke import Draw
    from explorer.widgets.colourbar import ColourBar
    from explorer.widgets.mappane import MapPane
    from explorer.widgets.shades import ShadeStrip


# Of panes side by side, px: what the colour bar and the margins take, and the smallest one.
BESIDE, NARROWEST, LOWEST = 110, 150, 130
# What is said where the start is not to be dragged.
_FIXED = tr(
    "Of more than two parameters the start is drawn by seed: choose another seed to move it"
)


class ContourView(View):
    """Shows the map, in one pane or one for each run, with linked views and pointers."""

    live = True
    libraries = ("explorer.core.compose", "explorer.core.lookup")
    needs = ("explorer.widgets.mappane", "explorer.widgets.colourbar")

    draw: Draw | None = None  # makes pixels of trajectories; the window sets it
    reads = True  # whether it tells what is under the pointer

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Contour"))
        self._readout = ReadOut()
        self._frame: Frame | None = None
        self._panes: list[MapPane] = []
        self._heads: list[PaneHead] = []
        self._bar: ColourBar | None = None
        self._arranged = 0, False
        self._columns = 1
        self._area: QScrollArea | None = None  # around panes that are side by side
        self._side: QGridLayout
        self._strip: ShadeStrip | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 8)
        self._row.setSpacing(10)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._row.addLayout(self._grid, 1)
        self._beside: QVBoxLayout | None = None

    def header(self) -> QWidget:
        """The values under the pointer."""
        return self._readout

    def build(self) -> None:
        """Make the bar, and room for it before there is anything on it."""
        from explorer.widgets.colourbar import ColourBar

        self._bar = ColourBar()
        self._column = QVBoxLayout()
        self._column.addWidget(self._bar)
        self._row.addLayout(self._column)
        self._measure()

    def _measure(self) -> None:
        """End the bar where the map ends."""
        self._column.setContentsMargins(0, px(self, 4), 0, px(self, 22))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._bar is not None:
            self._measure()

    def _arrange(self, count: int, theme: Any, heads: bool) -> None:
        """Have `count` panes in a grid as square as can be, each with a head where asked."""
        from explorer.widgets.mappane import MapPane

        assert self.draw is not None
        self._arranged = count, heads
        grid = self._many() if heads else self._grid
        if self._area is not None and self._beside is not None:
            self._area.setVisible(heads)
            self._row.setStretchFactor(self._beside, int(heads))
            self._row.setStretchFactor(self._grid, int(not heads))
        while len(self._panes) > count:
            for widget in (self._panes.pop(), self._heads.pop()):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self._panes) < count:
            pane = MapPane(theme, self.draw)
            pane.start_moved.connect(self._move_start)
            pane.hovered.connect(self._hover)
            pane.framed.connect(self._say_frame)
            pane.zoomed.connect(self._zoom)
            pane.looked.connect(self._follow)
            pane.line_drawn.connect(self._draw_line)
            pane.painted.connect(self.drawn)
            pane.setAccessibleName(tr("Map"))
            self._panes.append(pane)
            self._heads.append(PaneHead())
        columns = self._columns = self._fitting(count)
        for i, (pane, head) in enumerate(zip(self._panes, self._heads, strict=True)):
            at = (i // columns * 2, i % columns)
            grid.addWidget(head, *at)
            grid.addWidget(pane, at[0] + 1, at[1])
            grid.setRowStretch(at[0] + 1, 1)
            grid.setColumnStretch(at[1], 1)
            head.setVisible(heads)
            pane.labels = not heads
            pane.setMinimumHeight(px(self, LOWEST) if heads else 90)
            pane.show()
        for row in range(2 * -(-count // columns), grid.rowCount()):
            grid.setRowStretch(row, 0)
        for extra in range(columns, grid.columnCount()):
            grid.setColumnStretch(extra, 0)

    def _fitting(self, count: int) -> int:
        """How many panes stand beside each other: as square as can be, and none too narrow."""
        wide = self.width() > self.height()
        shape = 1.0 if wide else self.width() / max(self.height(), 1)
        room = (self.width() - px(self, BESIDE)) // px(self, NARROWEST)
        return max(1, min(round(math.sqrt(count * shape) + 0.49 * wide), room))

    def _many(self) -> QGridLayout:
        """The grid of panes that are side by side, which scrolls where they are too many."""
        if self._area is None:
            page = QWidget()
            grid = QGridLayout(page)
            grid.setContentsMargins(0, 0, 8, 0)
            grid.setSpacing(8)
            self._area = scrolled(page)
            self._beside = QVBoxLayout()
            self._row.insertLayout(0, self._beside)
            self._beside.addWidget(self._area, 1)
            self._side = grid
        return self._side

    def _show_strip(self, shading: Shading | None) -> None:
        """Say above panes that are side by side how paths are coloured, if by a quantity."""
        if self._strip is None and shading is not None and self._beside is not None:
            from explorer.widgets.shades import ShadeStrip

            self._strip = ShadeStrip()
            self._beside.insertWidget(0, self._strip)
        if self._strip is not None:
            self._strip.show_shading(shading)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have as many panes beside each other as fit."""
        super().resizeEvent(event)
        count, heads = self._arranged
        if heads and self._frame is not None and self._fitting(count) != self._columns:
            self._arrange(count, self._frame.theme, heads)

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Draw the map; the pixels change only with the landscape or what is shown of it."""
        self._frame = new
        if self._bar is None:
            return
        if new.plan is None or new.field is None or new.levels is None:
            if not self._panes:  # one that says how large it is, so that the first picture fits
                self._arrange(1, new.theme, heads=False)
            for pane in self._panes:
                pane.set_waiting(new.refused)
            return
        if old is not None and same_picture(old, new):
            return
        from explorer.core import compose

        view = new.experiment.view
        side = view.layout == "side"
        make = compose.side_plots if side else _whole
        parts = new.plan, new.field, new.levels, new.traces
        plots = make(*parts, new.step, view, None, new.regular, new.overlays, new.selected)
        if old is None or self._arranged != (len(plots), side):
            self._arrange(len(plots), new.theme, side)
        self._show_strip(plots[0].shading if side and plots else None)
        flat = new.plan.landscape.dimension == 1
        self._readout.set_names(flat, new.plan.landscape.axes)
        self._name(tr("Curve") if flat else tr("Contour"))
        self._bar.setVisible(not flat)
        self._bar.set_levels(new.levels, view.colormap)
        styles = [run.style for run in new.plan.runs if run.visible]
        for i, (pane, plot) in enumerate(zip(self._panes, plots, strict=True)):
            if old is None or old.theme is not new.theme:
                pane.set_theme(new.theme)
            pane.scale_factor = new.scale
            pane.show_map(replace(plot, shading=None) if side and plot.shading else plot, new.image)
            if side:
                self._heads[i].show_run(plot, styles[i], new)
        self.setAccessibleDescription(self.describe())

    def _name(self, title: str) -> None:
        """Take a name: of one dimension the map is a curve."""
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.titled.emit(title)

    def viewport(self) -> Viewport | None:
        """What the first pane shows of a map, None while there is none."""
        return self._panes[0].viewport_now() if self._panes and not self._panes[0].flat else None

    def reset_view(self) -> None:
        """Show the landscape's own part of the plane again."""
        if self._frame is not None:
            view = replace(self._frame.experiment.view, bounds=None)
            self.edited.emit(replace(self._frame.experiment, view=view), tr("Reset view"), "view")
            for pane in self._panes:
                pane.reset()

    def _move_start(self, x: float, y: float, dragging: bool) -> None:
        if self._frame is None or self._frame.plan is None or not self._frame.takes_start:
            return
        flat = self._frame.plan.landscape.dimension == 1
        start = (float(x),) if flat else (float(x), float(y))
        key = "start" if dragging else "start:end"
        study = self._frame.study
        if study is not None and study.plane.kind != "whole":
            if dragging:
                self.said.emit(_FIXED)
            return
        self.edited.emit(started_at(self._frame.experiment, start), tr("Move start"), key)

    def _hover(self, at: tuple[float, float] | None) -> None:
        from explorer.core.probe import probe

        if not self.reads:
            return
        for pane in self._panes:
            pane.show_cross(at)
        if at is None or self._frame is None or self._frame.plan is None:
            self._readout.set_values(())
            return
        plan, study = self._frame.plan, self._frame.study
        place = at[: plan.landscape.dimension]
        if study is not None and not study.quick:
            self._readout.set_values(self._between(at))
            return
        found = probe(plan.landscape, plan.parameters, place, plan.penalty)
        flat = len(place) == 1
        slope = float(found.gradient[0] if flat else (found.gradient**2).sum() ** 0.5)
        values = (found.value, slope, float(found.eigenvalues[-1]))
        places = (f"{v:.3f}".replace("-", "\u2212") for v in place)
        self._readout.set_values((*places, *(number(v) for v in values)))

    def _between(self, at: tuple[float, float]) -> tuple[str, ...]:
        """Place and loss from the samples, where a look at the loss itself takes too long."""
        import numpy as np

        from explorer.core.lookup import at_points

        assert self._frame is not None
        assert self._frame.field is not None
        loss = float(at_points(self._frame.field, np.array([at]))[0])
        places = (f"{v:.3f}".replace("-", "\u2212") for v in at)
        return (*places, f"≈ {number(loss)}", "–", "–")

    def _say_frame(self, viewport: Any) -> None:
        if self.sender() is self._panes[0]:
            self.framed.emit(viewport)

    def _follow(self, shown: Any) -> None:
        """Axes are linked: what a hand moves in one pane moves in all."""
        for pane in self._panes:
            if pane is not self.sender():
                pane.follow(shown)

    def _zoom(self, bounds: tuple[tuple[float, float], ...]) -> None:
        if self._frame is not None:
            view = replace(self._frame.experiment.view, bounds=bounds)
            self.edited.emit(replace(self._frame.experiment, view=view), tr("Zoom"), "view")

    def _draw_line(self, line: tuple[tuple[float, float], ...] | None, drawing: bool) -> None:
        """Look along a line, or along the step again where it was taken away."""
        if self._frame is None:
            return
        given = self._frame.experiment
        view = replace(given.view, section="line" if line else "step", line=line)
        self.edited.emit(replace(given, view=view), tr("Draw line"), "view")
        if line and not drawing:
            self.wanted.emit("section")

    def rest(self) -> None:
        """Let go of the frame."""
        self._frame = None

    def describe(self) -> str:
        """The picture in words: where every trajectory is."""
        if self._frame is None or self._frame.plan is None or not self._panes:
            return tr("The map is being drawn.")
        title = self._frame.plan.landscape.title
        return f"{title}. " + " ".join(pane.describe() for pane in self._panes)


def _whole(*args: Any) -> tuple[MapPlot, ...]:
    from explorer.core import compose

    return (compose.map_plot(*args),)


SPEC = Dock(
    "contour",
    tr("Contour"),
    "center",
    0,
    ContourView,
    tr("The landscape from above: drag the start, zoom with the wheel, pan by dragging"),
)
