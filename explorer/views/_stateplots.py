"""Small plots of an optimizer's memory over its steps, side by side, with the cursor in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.richtext import baseline, layout, paint
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

TOP, HEAD, FOOT, GAP = 8, 24, 24, 16
_DASH = (2.4, 2.0)


@dataclass(frozen=True, eq=False, slots=True)
class StateCurve:
    """One array of the memory: its symbol in rich text, what it is, values (T+1, D) finite."""

    symbol: str
    meaning: str
    values: NDArray[np.float64]


def envelope(values: NDArray[np.float64], width: int) -> list[tuple[float, float]]:
    """(position in steps, value) of a curve (n,), thinned to its extremes in `width` columns."""
    n = len(values)
    if n <= 2 * width:
        return [(float(i), float(v)) for i, v in enumerate(values)]
    found = []
    for column in range(width):
        first, last = column * n // width, (column + 1) * n // width
        part = values[first:last]
        ends = sorted({int(part.argmin()), int(part.argmax())})
        found += [(float(first + i), float(part[i])) for i in ends]
    return found


class StatePlots(QWidget):
    """The memory over steps 0 to T: x solid, y dashed, a line at the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("The optimizer's memory over the steps"))
        self._curves: tuple[StateCurve, ...] = ()
        self._names: Sequence[str] = ()
        self._cursor = 0
        self._plot = 84
        self._picture: QPixmap | None = None

    def show_curves(self, curves: tuple[StateCurve, ...], names: Sequence[str]) -> None:
        """Show other curves; `names` are those of the coordinates, in rich text."""
        self._curves, self._names = curves, names
        self.setToolTip("\n".join(f"{_bare(c.symbol)}: {c.meaning}" for c in curves))
        self._renew()

    def show_cursor(self, step: int) -> None:
        """Move the cursor."""
        if step != self._cursor:
            self._cursor = step
            self.update()

    def set_plot_height(self, height: int) -> None:
        """How high each plot is: 84, or 56 in small windows."""
        if height != self._plot:
            self._plot = height
            self._renew()

    def _renew(self) -> None:
        self._picture = None
        self.updateGeometry()
        self.update()

    def _rows(self) -> int:
        return math.ceil(len(self._curves) / 2)

    def sizeHint(self) -> QSize:
        """Two plots a row, and the row that names the lines."""
        row = px(self, HEAD) + px(self, self._plot) + px(self, 4)
        return QSize(px(self, 256), px(self, TOP) + self._rows() * row + px(self, FOOT))

    def _rects(self) -> list[QRectF]:
        """Where each plot is."""
        columns = min(2, max(len(self._curves), 1))
        gap, head, high = px(self, GAP), px(self, HEAD), px(self, self._plot)
        wide = (self.width() - gap * (columns - 1)) / columns
        return [
            QRectF(
                (i % 2) * (wide + gap),
                px(self, TOP) + (i // 2) * (head + high + px(self, 4)) + head,
                wide,
                high,
            )
            for i in range(len(self._curves))
        ]

    def _steps(self) -> int:
        return max((len(c.values) - 1 for c in self._curves), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew at the new size."""
        super().resizeEvent(event)
        self._picture = None

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in another theme or font."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._renew()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the kept picture and the cursor on it."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._picture)
            self._draw(inner)
            inner.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.setPen(QPen(colour(theme_of(self).accent), 1.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect in self._rects():
            share = min(self._cursor / max(self._steps(), 1), 1.0)
            x = rect.left() + share * (rect.width() - 1.5) + 0.75
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = theme_of(self)
        strong = variant(self.font(), SEMIBOLD)
        head = px(self, HEAD)
        for curve, rect in zip(self._curves, self._rects(), strict=True):
            y = baseline(rect.top() - head, head, strong)
            symbol = layout(curve.symbol, strong)
            paint(painter, QPointF(rect.left(), y), symbol, colour(theme.text))
            room = rect.width() - symbol.width - px(self, 8)
            metrics = QFontMetricsF(self.font())
            text = metrics.elidedText(curve.meaning, Qt.TextElideMode.ElideRight, room)
            meaning = layout(_quoted(text), self.font())
            start = QPointF(rect.right() - meaning.width, y)
            paint(painter, start, meaning, colour(theme.muted))
            self._draw_curve(painter, curve, rect)
        if self._curves:
            self._draw_foot(painter)

    def _draw_curve(self, painter: QPainter, curve: StateCurve, rect: QRectF) -> None:
        theme = theme_of(self)
        low, high = float(curve.values.min()), float(curve.values.max())
        span = (high - low) or max(abs(high), 1.0)
        inner = rect.adjusted(0, 2, 0, -2)

        def level(value: float) -> float:
            return inner.bottom() - (value - low) / span * inner.height()

        if low <= 0 <= high:
            painter.setPen(QPen(colour(theme.button_border), 1))
            painter.drawLine(QPointF(rect.left(), level(0)), QPointF(rect.right(), level(0)))
        across = rect.width() / max(self._steps(), 1)
        for i in range(curve.values.shape[1] - 1, -1, -1):
            pen = QPen(colour(theme.text), 1.25)
            pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if i:
                pen.setDashPattern(_DASH)
            painter.setPen(pen)
            # two extremes to two pixels: more makes no difference that can be seen
            points = envelope(curve.values[:, i], max(int(rect.width()) // 2, 2))
            corners = [QPointF(rect.left() + t * across, level(v)) for t, v in points]
            painter.drawPolyline(QPolygonF(corners))

    def _draw_foot(self, painter: QPainter) -> None:
        theme, high = theme_of(self), px(self, FOOT)
        top = self.height() - high
        y, x = baseline(top, high, self.font()), 0.0
        for i, name in enumerate(self._names):
            pen = QPen(colour(theme.text), 1.5)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if i:
                pen.setDashPattern(_DASH)
            painter.setPen(pen)
            wide = px(self, 20)
            painter.drawLine(QPointF(x, top + high / 2), QPointF(x + wide, top + high / 2))
            line = layout(name, self.font())
            paint(painter, QPointF(x + wide + px(self, 6), y), line, colour(theme.muted))
            x += wide + line.width + px(self, 16)
        line = layout(tr("steps 0–{last}", last=self._steps()), self.font())
        paint(painter, QPointF(self.width() - line.width, y), line, colour(theme.muted))


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _bare(text: str) -> str:
    return text.replace("<i>", "").replace("</i>", "").replace("<sub>", "").replace("</sub>", "")
