"""The contour view: the landscape from above, the start to drag, and every trajectory on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.core.numbers import number
from explorer.views.base import Dock, Frame, View
from explorer.widgets.fonts import px
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.figure import MapPlot
    from explorer.widgets.colourbar import ColourBar
    from explorer.widgets.mappane import MapPane


class ReadOut(QWidget):
    """What is under the pointer, in columns of fixed width so that nothing jumps."""

    COLUMNS = (("x", 50), ("y", 50), ("loss", 52), ("‖∇‖", 56), ("λ₁", 62))

    def __init__(self) -> None:
        super().__init__()
        self._values: tuple[str, ...] = ()
        self.setToolTip("Under the pointer: place, loss, length of the gradient, largest curvature")
        self.setAccessibleName("Values under the pointer")

    def sizeHint(self) -> QSize:
        """All columns beside each other."""
        metrics = QFontMetricsF(self.font())
        names = sum(metrics.horizontalAdvance(name) for name, _ in self.COLUMNS)
        return QSize(round(names) + sum(px(self, w + 16) for _, w in self.COLUMNS), px(self, 20))

    def set_values(self, values: tuple[str, ...]) -> None:
        """Show texts for the columns, or nothing."""
        if values != self._values:
            self._values = values
            self.setAccessibleDescription(
                ", ".join(f"{n} {v}" for (n, _), v in zip(self.COLUMNS, values, strict=False))
            )
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names muted and values beside them."""
        if not self._values:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        plain, italic = QFont(self.font()), QFont(self.font())
        italic.setItalic(True)
        right = float(self.width())
        for (name, wide), value in reversed(list(zip(self.COLUMNS, self._values, strict=False))):
            metrics = QFontMetricsF(plain)
            box = QRectF(right - px(self, wide), 0, px(self, wide), self.height())
            painter.setFont(plain)
            painter.setPen(colour(theme.text))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(box, flags, value)
            advance = metrics.horizontalAdvance(name) + 2
            text = max(metrics.horizontalAdvance(value), px(self, wide) - px(self, 8))
            painter.setFont(italic if len(name) == 1 else plain)
            painter.setPen(colour(theme.muted))
            at = QRectF(right - text - advance - px(self, 4), 0, advance, self.height())
            painter.drawText(at, flags, name)
            right = at.left() - px(self, 8)
        painter.end()


class PaneHead(QWidget):
    """Above a pane that shows one run: its sign, name and rate, and its loss or what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        from explorer.widgets.chips import Chip

        row = QHBoxLayout(self)
        row.setContentsMargins(40, 0, 2, 0)
        row.setSpacing(8)
        self.chip = Chip(0)
        self.name, self.rate, self.state = QLabel(), QLabel(), QLabel()
        self.rate.setTextFormat(Qt.TextFormat.PlainText)
        for widget in (self.chip, self.name, self.rate):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.state)
        self.setFixedHeight(px(self, 28))

    def show_run(self, plot: MapPlot, style: int, frame: Frame) -> None:
        """Fill in one run's row."""
        (path,) = plot.paths
        theme = frame.theme
        self.chip.set_style(style)
        self.name.setText(path.label)
        self.rate.setText(plot.title)
        self.rate.setStyleSheet(f"color: {theme.muted}")
        wrong = path.end == "diverged" or "picture" in path.note
        loss = f"loss {number(float(path.losses[-1]))}" if len(path.losses) else ""
        self.state.setText(f"✕ {path.note}" if wrong else loss)
        self.state.setStyleSheet(f"color: {theme.danger if wrong else theme.text}")


class ContourView(View):
    """Shows the map, in one pane or one for each run, with linked views and pointers."""

    needs = ("explorer.widgets.mappane", "explorer.widgets.colourbar", "explorer.core.compose")

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Contour")
        self._readout = ReadOut()
        self._frame: Frame | None = None
        self._panes: list[MapPane] = []
        self._heads: list[PaneHead] = []
        self._bar: ColourBar | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 8)
        self._row.setSpacing(10)
        self._waiting = QLabel("Drawing the landscape…")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting.setEnabled(False)
        self._row.addWidget(self._waiting)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)

    def header(self) -> QWidget:
        """The values under the pointer."""
        return self._readout

    def build(self) -> None:
        """Make the first pane and the bar."""
        from explorer.widgets.colourbar import ColourBar

        self._waiting.hide()
        self._row.addLayout(self._grid, 1)
        self._bar = ColourBar()
        column = QVBoxLayout()
        column.setContentsMargins(0, 4, 0, 22)
        column.addWidget(self._bar)
        self._row.addLayout(column)

    def _arrange(self, count: int, theme: Any, heads: bool) -> None:
        """Have `count` panes in a grid as square as can be, each with a head where asked."""
        from explorer.widgets.mappane import MapPane

        while len(self._panes) > count:
            for widget in (self._panes.pop(), self._heads.pop()):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self._panes) < count:
            pane = MapPane(theme)
            pane.start_moved.connect(self._move_start)
            pane.hovered.connect(self._hover)
            pane.framed.connect(self._say_frame)
            pane.zoomed.connect(self._zoom)
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
        from explorer.core import compose

        self._frame = new
        if new.plan is None or new.field is None or new.levels is None or self._bar is None:
            return
        view = new.experiment.view
        side = view.layout == "side"
        make = compose.side_plots if side else _whole
        plots = make(new.plan, new.field, new.levels, new.traces, new.step, view)
        if (
            len(plots) != len(self._panes)
            or old is None
            or old.experiment.view.layout != view.layout
        ):
            self._arrange(len(plots), new.theme, side)
        self._bar.setVisible(new.plan.landscape.dimension == 2)
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
        self.edited.emit(replace(self._frame.experiment, start=start), "Move start", key)

    def _hover(self, at: tuple[float, float] | None) -> None:
        from explorer.core.probe import probe

        for pane in self._panes:
            pane.show_cross(at)
        if at is None or self._frame is None or self._frame.plan is None:
            self._readout.set_values(())
            return
        plan = self._frame.plan
        found = probe(plan.landscape, plan.parameters, at[: plan.landscape.dimension])
        length = float((found.gradient**2).sum() ** 0.5)
        values = [at[0], at[1], found.value, length, float(found.eigenvalues[-1])]
        places = [f"{v:.3f}".replace("-", "\u2212") for v in values[:2]]
        if plan.landscape.dimension == 1:
            places[1] = "\u2013"
        self._readout.set_values((*places, *(number(v) for v in values[2:])))

    def _say_frame(self, viewport: Any) -> None:
        if self.sender() is self._panes[0]:
            self.framed.emit(viewport)

    def _zoom(self, bounds: tuple[tuple[float, float], ...]) -> None:
        if self._frame is not None:
            view = replace(self._frame.experiment.view, bounds=bounds)
            self.edited.emit(replace(self._frame.experiment, view=view), "Zoom", "view")

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
