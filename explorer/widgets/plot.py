"""The set-up all plots share: themed axes, quiet ticks, one grid, and pens in logical pixels.

Imports pyqtgraph, so a view imports this module in `build`, never before the first paint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from .ticks import linear_labels, linear_ticks, log_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .theme import Theme

_BETWEEN = 5.0  # px between an axis and its numbers


def cosmetic_pen(
    colour: str,
    width: float,
    ratio: float = 1.0,
    dash: Sequence[float] = (),
    alpha: float = 1.0,
) -> QPen:
    """A pen `width` logical px wide whatever the zoom.

    Cosmetic pens are measured in device pixels, hence `ratio`, the screen's device pixel ratio.
    `dash` is in pen widths, on and off in turn.
    """
    ink = QColor(colour)
    ink.setAlphaF(alpha)
    pen = QPen(ink, width * ratio)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dash:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dash))
    return pen


class Axis(pg.AxisItem):
    """An axis with round numbers, real superscripts on a log scale, and its name at its end.

    log: what it shows is log10 of the quantity. grid: lines through the plot in place of short
    ticks. unit: follows the last number, as in "500 step". title: an italic letter at the end.
    numbers: (place, text) of the only ones there are to be, in place of round ones.
    """

    def __init__(self, orientation: str, *, grid: bool) -> None:
        super().__init__(orientation)
        self.lines = grid
        self.log = False
        self.whole = False
        self.unit = ""
        self.title = ""
        self.numbers: tuple[tuple[float, str], ...] = ()
        self.setStyle(tickLength=-4)
        self.enableAutoSIPrefix(False)
        self.setGrid(255 if grid else False)

    def configure(
        self,
        *,
        log: bool | None = None,
        whole: bool | None = None,
        unit: str | None = None,
        title: str | None = None,
        numbers: tuple[tuple[float, str], ...] | None = None,
    ) -> None:
        """Change what is given and repaint only if something did."""
        given = {"log": log, "whole": whole, "unit": unit, "title": title, "numbers": numbers}
        new = {name: value for name, value in given.items() if value is not None}
        if any(getattr(self, name) != value for name, value in new.items()):
            for name, value in new.items():
                setattr(self, name, value)
            self.picture = None
            self.update()

    def _ticks(self, length: float, metrics: QFontMetricsF) -> tuple[list[float], list[str]]:
        if self.numbers:
            return [at for at, _ in self.numbers], [text for _, text in self.numbers]
        low, high = sorted(self.range)
        line = metrics.height()
        if self.orientation == "left":
            gap = line * ((1.35 if self.log else 2.2) if self.lines else 2.6)
        else:
            gap = line * (6.5 if self.lines else 3.4)
        count = max(length / gap, 2.0)
        if self.log:
            return log_ticks(low, high, count)
        values = linear_ticks(low, high, count, whole=self.whole)
        return values, linear_labels(values)

    def boundingRect(self) -> QRectF:
        """The axis with its numbers, half of which may stand out at its ends, and its lines."""
        out = 16.0 if self.orientation == "left" else 60.0
        box = self.mapRectFromParent(self.geometry())
        view = self.linkedView()
        if view is not None:
            box = box.united(view.mapRectToItem(self, view.boundingRect()))
        whole: QRectF = box.adjusted(-out, -out, out, out)
        return whole

    def generateDrawSpecs(self, p: QPainter) -> Any:
        """Lines and texts of the axis (pyqtgraph calls this and then drawPicture)."""
        font = self.style["tickFont"] or QFont()
        p.setFont(font)
        metrics = QFontMetricsF(font)
        box = self.mapRectFromParent(self.geometry())
        view = self.linkedView()
        plot = view.mapRectToItem(self, view.boundingRect()) if view is not None else box
        vertical = self.orientation == "left"
        length = plot.height() if vertical else plot.width()
        low, high = self.range
        if length <= 0 or high == low or not math.isfinite(high - low):
            return None
        values, texts = self._ticks(length, metrics)
        scale = (-1 if vertical else 1) * length / (high - low)
        origin = plot.bottom() if vertical else plot.left()
        at = [origin + (v - low) * scale for v in values]
        edge = (
            (plot.topLeft(), plot.bottomLeft())
            if vertical
            else (plot.bottomLeft(), plot.bottomRight())
        )
        lines = [(self.tickPen(), *self._tick(plot, where, vertical)) for where in at]
        place = self._beside if vertical else self._below
        return (self.pen(), *edge), lines, place(plot, at, texts, metrics)

    def _tick(self, plot: QRectF, at: float, vertical: bool) -> tuple[QPointF, QPointF]:
        if vertical:
            end = plot.right() if self.lines else plot.left() - 4
            return QPointF(plot.left(), at), QPointF(end, at)
        end = plot.top() if self.lines else plot.bottom() + 4
        return QPointF(at, plot.bottom()), QPointF(at, end)

    def _beside(
        self, plot: QRectF, at: list[float], texts: list[str], metrics: QFontMetricsF
    ) -> list[Any]:
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        right, high = (
            plot.left() - _BETWEEN - (0 if self.lines else 4),
            metrics.height(),
        )
        top = plot.top() + (high if self.title else -high)
        specs = [
            (QRectF(right - 200, y - high / 2, 200, high), flags, text)
            for y, text in zip(at, texts, strict=True)
            if y - high / 2 >= top - 1
        ]
        if self.title:
            specs.append((QRectF(right - 200, plot.top() - 2, 200, high), flags, self.title))
        return specs

    def _below(
        self, plot: QRectF, at: list[float], texts: list[str], metrics: QFontMetricsF
    ) -> list[Any]:
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        top, high = (
            plot.bottom() + _BETWEEN - (2 if self.lines else -2),
            metrics.height(),
        )
        specs: list[Any] = []
        end = plot.right()
        if self.title:
            wide = metrics.horizontalAdvance(self.title) + 4
            specs.append((QRectF(end - wide, top, wide, high), flags, self.title))
            end -= wide + 4
        if self.unit and texts:
            texts = [*texts[:-1], f"{texts[-1]} {self.unit}"]
        for index in reversed(range(len(texts))):  # from the right, so that the unit has its room
            wide = metrics.horizontalAdvance(texts[index])
            left = at[index] - wide / 2
            if index == len(texts) - 1 and not self.title:
                left = min(left, plot.right() - wide)
            if left + wide <= end + (0 if self.title else 1):
                specs.append((QRectF(left, top, wide, high), flags, texts[index]))
                end = left - 8
        return specs

    def drawPicture(
        self,
        p: QPainter,
        axisSpec: Any,
        tickSpecs: Any,
        textSpecs: Any,
    ) -> None:
        """Paint what generateDrawSpecs laid out; the title is italic."""
        p.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for pen, start, stop in (*tickSpecs, axisSpec):
            p.setPen(pen)
            p.drawLine(start, stop)
        font = QFont(self.style["tickFont"] or QFont())
        p.setPen(self.textPen())
        for rect, flags, text in textSpecs:
            font.setItalic(bool(text) and text == self.title)
            p.setFont(font)
            p.drawText(rect, int(flags), text)


class Plot(pg.PlotWidget):
    """A plot on a panel: no frame, no menu, no buttons; axes left and below.

    grid: lines through the plot at the ticks. mouse: whether wheel and drag move the view.
    `restyle` is emitted when the theme or the screen's pixel ratio changed and pens must be made
    anew; make them with `pen`.
    """

    restyle = Signal()

    def __init__(self, theme: Theme, *, grid: bool = True, mouse: bool = False) -> None:
        axes = {side: Axis(side, grid=grid) for side in ("left", "bottom")}
        super().__init__(axisItems=axes, background=theme.panel, enableMenu=False)
        self.left: Axis = axes["left"]
        self.bottom: Axis = axes["bottom"]
        self.theme = theme
        if grid:
            for axis in axes.values():
                axis.setZValue(-1000)  # behind the curves
        item = self.getPlotItem()
        item.hideButtons()
        item.layout.setContentsMargins(0, 0, 0, 0)
        item.getViewBox().setDefaultPadding(0.0)
        item.getViewBox().setBorder(None)
        self.setMouseEnabled(mouse, mouse)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.set_theme(theme)

    @property
    def ratio(self) -> float:
        """Device pixels in a logical pixel, where the plot is shown."""
        return float(self.devicePixelRatioF())

    def pen(
        self, colour: str, width: float, dash: Sequence[float] = (), alpha: float = 1.0
    ) -> QPen:
        """A cosmetic pen `width` logical pixels wide on this plot's screen."""
        return cosmetic_pen(colour, width, self.ratio, dash, alpha)

    def set_margins(self, left: int = 52, bottom: int = 26) -> None:
        """The room for the numbers, in px: fixed, so that nothing jumps as they change."""
        self.left.setWidth(left)
        self.bottom.setHeight(bottom)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme, and the widget's font for the numbers."""
        self.theme = theme
        self.setBackground(theme.panel)
        font = QFont(self.font())
        for axis in (self.left, self.bottom):
            line = theme.grid if axis.lines else theme.muted
            axis.setTickFont(font)
            axis.setTextPen(theme.muted)
            spine = cosmetic_pen(theme.border, 1, self.ratio, alpha=1.0 if axis.lines else 0.0)
            axis.setPen(spine)
            axis.setTickPen(cosmetic_pen(line, 1, self.ratio))
        self.restyle.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "theme"):
            self.set_theme(self.theme)

    def event(self, event: QEvent) -> bool:
        """Follow the window to a screen of another pixel ratio."""
        done = bool(super().event(event))
        if event.type() == QEvent.Type.DevicePixelRatioChange and hasattr(self, "theme"):
            self.set_theme(self.theme)
        return done
