"""A curve the size of a word, without axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from .fonts import px
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .theme import Theme

WIDTH = 40
HEIGHT = 16


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], theme: Theme) -> None:
    """Draw values as one curve from zero up to their largest, over a pale fill."""
    top = max((float(v) for v in values), default=0.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    base = rect.bottom() - 0.5
    high = rect.height() - 3
    across = rect.width() / max(len(values) - 1, 1)
    shares = [float(v) / top if top > 0 else 0.0 for v in values]
    if len(shares) == 1:
        shares *= 2
        across = rect.width()
    points = [
        QPointF(rect.left() + i * across, base - high * share) for i, share in enumerate(shares)
    ]
    if points:
        line = QPainterPath(points[0])
        for point in points[1:]:
            line.lineTo(point)
        area = QPainterPath(line)
        area.lineTo(rect.right(), base)
        area.lineTo(rect.left(), base)
        fill = QColor(colour(theme.groove))
        fill.setAlphaF(0.45)
        painter.fillPath(area, fill)
        painter.strokePath(line, QPen(colour(theme.muted), 1.5))
    painter.setPen(QPen(colour(theme.groove), 1))
    painter.drawLine(QPointF(rect.left(), base), QPointF(rect.right(), base))
    painter.restore()


class Sparkline(QWidget):
    """A curve of `values`, any sequence of numbers; `name` says what it shows."""

    def __init__(
        self, name: str, values: Sequence[float] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._values = tuple(values)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[float]) -> None:
        """Show other values; more than there are pixels are thinned out."""
        every = max(1, len(values) // (2 * WIDTH))
        self._values = tuple(float(v) for v in values[::every])
        self.update()

    def sizeHint(self) -> QSize:
        """40 by 16."""
        return QSize(px(self, WIDTH), px(self, HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the curve."""
        painter = QPainter(self)
        paint_sparkline(painter, QRectF(self.rect()), self._values, theme_of(self))
        painter.end()
