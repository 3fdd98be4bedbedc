"""The contour view: the landscape from above, the start to drag, and every trajectory on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from explorer.core.experiment import started_at
from explorer.core.numbers import number
from explorer.views.base import Dock, Frame, View, same_picture

from ._mapheads import PaneHead, ReadOut

if TYPE_CHECKING:
    from explorer.core.figure import MapPlot
    from explorer.core.stroke import Draw
    from explorer.widgets.colourbar import ColourBar
    from explorer.widgets.mappane import MapPane


# What is said where the start is not to be dragged.
_FIXED = "Of more than two parameters the start is drawn by seed: choose another seed to move it"


class ContourView(View):
    """Shows the map, in one pane or one for each run, with linked views and pointers."""

    live = True
    libraries = ("explorer.core.compose", "explorer.core.lookup")
    needs = ("explorer.widgets.mappane", "explorer.widgets.colourbar")

    draw: Draw | None = None  # makes pixels of trajectories; the window sets it

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Contour")
        self._readout = ReadOut()
        self._frame: Frame | None = None
        self._panes: list[MapPane] = []
        self._heads: list[PaneHead] = []
        self._bar: ColourBar | None = None
        self._arranged = 0, False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 8)
        self._row.setSpacing(10)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._row.addLayout(self._grid, 1)

    def header(self) -> QWidget:
        """The values under the pointer."""
        return self._readout

    def build(self) -> None:
        """Make the bar, and room for it before there is anything on it."""
        from explorer.widgets.colourbar import ColourBar

        self._bar = ColourBar()
        column = QVBoxLayout()
        column.setContentsMargins(0, 4, 0, 22)
        column.addWidget(self._bar)
        self._row.addLayout(column)

    def _arrange(self, count: int, theme: Any, heads: bool) -> None:
        """Have `count` panes in a grid as square as can be, each with a head where asked."""
        from explorer.widgets.mappane import MapPane

        assert self.draw is not None
        self._arranged = count, heads
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
            pane.line_drawn.connect(self._draw_line)
            pane.painted.connect(self.drawn)
            pane.setAccessibleName("Map")
            self._panes.append(pane)
            self._heads.append(PaneHead())
        columns = max(1, round(count**0.5 + 0.49)) if self.width() > self.height() else 1
        for i, (pane, head) in enumerate(zip(self._panes, self._heads, strict=True)):
            at = (i // columns * 2, i % columns)
            self._grid.addWidget(head, *at)
            self._grid.addWidget(pane, at[0] + 1, at[1])
            self._grid.setRowStretch(at[0] + 1, 1)
            self._grid.setColumnStretch(at[1], 1)
            head.setVisible(heads)
            pane.labels = not heads
            pane.show()
        for row in range(2 * -(-count // columns), self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for extra in range(columns, self._grid.columnCount()):
            self._grid.setColumnStretch(extra, 0)

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
        flat = new.plan.landscape.dimension == 1
        self._readout.set_names(flat, new.plan.landscape.axes)
        self._name("Curve" if flat else "Contour")
        self._bar.setVisible(not flat)
        self._bar.set_levels(new.levels, view.colormap)
        styles = [run.style for run in new.plan.runs if run.visible]
        for i, (pane, plot) in enumerate(zip(self._panes, plots, strict=True)):
            if old is None or old.theme is not new.theme:
                pane.set_theme(new.theme)
            pane.scale_factor = new.scale
            pane.show_map(plot, new.image)
            if side:
                self._heads[i].show_run(plot, styles[i], new)
        self.setAccessibleDescription(self.describe())

    def _name(self, title: str) -> None:
        """Take a name: of one dimension the map is a curve."""
        if title != self.accessibleName():
            self.setAccessibleName(title)
            self.titled.emit(title)

    def reset_view(self) -> None:
        """Show the landscape's own part of the plane again."""
        if self._frame is not None:
            view = replace(self._frame.experiment.view, bounds=None)
            self.edited.emit(replace(self._frame.experiment, view=view), "Reset view", "view")
            for pane in self._panes:
                pane.reset()

    def _move_start(self, x: float, y: float, dragging: bool) -> None:
        if self._frame is None or self._frame.plan is None:
            return
        flat = self._frame.plan.landscape.dimension == 1
        start = (float(x),) if flat else (float(x), float(y))
        key = "start" if dragging else "start:end"
        study = self._frame.study
        if study is not None and study.plane.kind != "whole":
            if dragging:
                self.said.emit(_FIXED)
            return
        self.edited.emit(started_at(self._frame.experiment, start), "Move start", key)

    def _hover(self, at: tuple[float, float] | None) -> None:
        from explorer.core.probe import probe

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

    def _zoom(self, bounds: tuple[tuple[float, float], ...]) -> None:
        if self._frame is not None:
            view = replace(self._frame.experiment.view, bounds=bounds)
            self.edited.emit(replace(self._frame.experiment, view=view), "Zoom", "view")

    def _draw_line(self, line: tuple[tuple[float, float], ...] | None, drawing: bool) -> None:
        """Look along a line, or along the step again where it was taken away."""
        if self._frame is None:
            return
        given = self._frame.experiment
        view = replace(given.view, section="line" if line else "step", line=line)
        self.edited.emit(replace(given, view=view), "Draw line", "view")
        if line and not drawing:
            self.wanted.emit("section")

    def describe(self) -> str:
        """The picture in words: where every trajectory is."""
        if self._frame is None or self._frame.plan is None or not self._panes:
            return "The map is being drawn."
        title = self._frame.plan.landscape.title
        return f"{title}. " + " ".join(pane.describe() for pane in self._panes)


def _whole(*args: Any) -> tuple[MapPlot, ...]:
    from explorer.core import compose

    return (compose.map_plot(*args),)


SPEC = Dock(
    "contour",
    "Contour",
    "center",
    0,
    ContourView,
    "The landscape from above: drag the start, zoom with the wheel, pan by dragging",
)
