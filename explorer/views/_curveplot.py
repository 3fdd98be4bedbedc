"""The plot of the Curves panel: curves, cursor and read-out. Imports pyqtgraph: made in `build`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, Qt, Signal

from explorer.core.language import tr, trc
from explorer.core.numbers import number
from explorer.widgets.chips import run_colour
from explorer.widgets.fonts import px, scale
from explorer.widgets.plot import Plot
from explorer.widgets.ticks import nice_step

from ._curvelines import Curve, CurveLines
from ._readout import Readout, Value

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from explorer.core.figure import CurvePlot, Series
    from explorer.core.style import Style
    from explorer.widgets.theme import Theme

LEFT, BOTTOM, TOP, RIGHT = 44, 26, 8, 24
# The weight and dash of curves that accompany a run's own.
_LOOKS: dict[str, tuple[float, tuple[float, ...]]] = {
    "validation": (0.75, ()),
    "penalty": (0.6, (1.2, 2.4)),
    "theory": (0.6, (5.0, 4.0)),
}
# What the two numbers of a run are, in the read-out.
_PAIRS = {
    "loss": tr(": train  ·  validation"),
    "parts": tr(": data loss  ·  penalty"),
}
_UNITS = {"step": trc("axis", "step"), "epoch": trc("axis", "epoch")}


class CurvesPlot(Plot):
    """Curves of all runs against the step; a press or drag puts the cursor there (`moved`)."""

    moved = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._drawn: CurvePlot | None = None
        self._pressed = False
        self.shown = "all"
        self.lines = CurveLines(self.ratio, theme.panel)
        self.cursor_line = pg.InfiniteLine(angle=90, movable=False)
        self.cursor_line.setZValue(20)
        self.hover_line = pg.InfiniteLine(angle=90, movable=False)
        self.hover_line.hide()
        for item in (self.lines, self.hover_line, self.cursor_line):
            self.addItem(item, ignoreBounds=True)
        self.readout = Readout(self.viewport())
        self.bottom.configure(whole=True, unit=_UNITS["step"])
        self.set_margins(LEFT, BOTTOM)
        self.setMouseTracking(True)
        self.restyle.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.set_margins(px(self, LEFT), px(self, BOTTOM))
        self.getPlotItem().layout.setContentsMargins(0, px(self, TOP), RIGHT, 0)
        self.cursor_line.setPen(self.pen(self.theme.accent, 1.5 * scale(self)))
        self.hover_line.setPen(self.pen(self.theme.muted, 1.0, (2.0, 3.0)))
        self.lines.dress(self.ratio, self.theme.panel)
        self.show_plot(self._drawn, anew=True)

    def show_cursor(self, step: int) -> None:
        """Move the cursor and nothing else."""
        every = self._drawn.every if self._drawn is not None else 1
        self.cursor_line.setValue(step / every)
        self.lines.hold_back({"cursor": step / every, "nothing": 0.0}.get(self.shown))

    def show_plot(self, plot: CurvePlot | None, *, anew: bool = False) -> None:
        """Draw other curves."""
        if plot is None or (plot is self._drawn and not anew):
            return
        self._drawn = plot
        self.left.configure(log=plot.log)
        self.bottom.configure(unit=_UNITS[plot.unit])
        curves = tuple(self._curve(series, plot) for series in plot.series)
        self.setXRange(0, plot.length or 1, padding=0)
        self.setYRange(*self._range(plot, curves), padding=0)
        self.lines.show_curves(curves, 2.0 * scale(self))
        self.show_cursor(plot.cursor)

    def _curve(self, series: Series, plot: CurvePlot) -> Curve:
        def seen(y: Any) -> Any:
            return np.log10(y) if plot.log else y

        weight, dash = _LOOKS.get(series.part, (1.0, series.style.dash))
        return Curve(
            x=series.x,
            y=seen(series.y),
            # the run's own colour would not be seen on its own curve
            ink=self.theme.text
            if series.part == "theory"
            else run_colour(series.style, self.theme),
            dash=dash,
            end=series.end if series.early else "running",
            weight=weight,
            pale=series.part == "validation",
            best=(series.best[0], float(seen(series.best[1]))) if series.best else None,
            over=series.part == "theory",
        )

    def _range(self, plot: CurvePlot, curves: tuple[Curve, ...]) -> tuple[float, float]:
        """The values shown: all, or the display list's own span where a run diverges past it."""
        if plot.span is not None:
            low, high = (math.log10(v) for v in plot.span) if plot.log else plot.span
        else:
            ends = [(float(c.y.min()), float(c.y.max())) for c in curves if len(c.y)]
            low = min((a for a, _ in ends), default=0.0)
            high = max((b for _, b in ends), default=1.0)
        if plot.log and high - low >= 1.5:
            return math.floor(low + 0.02), math.ceil(high - 0.02)
        if high <= low:
            room = abs(high) * 0.5 or 1.0
            return low - room, high + room
        step, room = nice_step(high - low, 5), 0.04 * (high - low)
        return math.floor(low / step) * step - room, math.ceil(high / step) * step + room

    def _place_at(self, x: float) -> float:
        """Where on the axis a pixel is, within it."""
        view = self.getViewBox()
        length = self._drawn.length if self._drawn else 0.0
        where = float(view.mapSceneToView(self.mapToScene(QPoint(round(x), 0))).x())
        return min(max(where, 0.0), length)

    def _step_at(self, x: float) -> int:
        return round(self._place_at(x) * (self._drawn.every if self._drawn else 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor where the plot is pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self._drawn is not None:
            self._pressed = True
            self._hide_readout()
            self.moved.emit(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the cursor, or show the values under the pointer."""
        if self._pressed:
            self.moved.emit(self._step_at(event.position().x()))
        else:
            self._hover(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the cursor."""
        self._pressed = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whatever scrolls."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the read-out."""
        self._hide_readout()
        super().leaveEvent(event)

    def _hide_readout(self) -> None:
        self.readout.hide()
        self.hover_line.hide()

    def _hover(self, at: QPoint) -> None:
        plot = self._drawn
        inside = self.getViewBox().sceneBoundingRect().contains(self.mapToScene(at))
        if plot is None or not inside:
            self._hide_readout()
            return
        place = round(self._place_at(at.x()))
        values: dict[tuple[Style, str], list[str]] = {}
        for series in plot.series:
            if series.part == "theory":
                continue
            index = int(np.searchsorted(series.x, place))
            hidden = self.lines.until is not None and place > self.lines.until
            if index < len(series.x) and series.x[index] == place and not hidden:
                told = values.setdefault((series.style, series.label), [])
                told.append(number(float(series.y[index])))
        self.hover_line.setValue(place)
        self.hover_line.show()
        title = (
            tr("Epoch {epoch}", epoch=place)
            if plot.unit == "epoch"
            else tr("Step {step}", step=place)
        )
        if any(len(told) > 1 for told in values.values()):
            title += _PAIRS[plot.quantity]
        lines = tuple(
            Value(look, run_colour(look, self.theme), label, "  ·  ".join(told))
            for (look, label), told in values.items()
        )
        self.readout.show_values(title, lines, at)
