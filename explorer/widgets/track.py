"""The slider itself, drawn to measure, and how mouse, keys and wheel drive it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from .fonts import px
from .stylesheet import colour, theme_of
from .toolbutton import paint_fill

GROOVE = 4
THUMB = 14


class Slider(QSlider):
    """A horizontal slider: a click goes there, a drag follows.

    Arrow keys, Page keys and the wheel (only while focused) do not move it: they ask by `stepped`
    for so many steps of the number it stands for, which its owner knows.
    """

    stepped = Signal(int)

    def __init__(self, name: str, maximum: int = 1000, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, maximum)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as the controls beside it."""
        return QSize(px(self, 100), px(self, 28))

    def minimumSizeHint(self) -> QSize:
        """Still wide enough to be dragged."""
        return QSize(px(self, 40), px(self, 28))

    def _ends(self) -> tuple[float, float]:
        """Where the thumb's centre is at the first and the last position.

        The focus ring needs 3 pixels around the thumb.
        """
        edge = px(self, THUMB) / 2 + 3
        return edge, max(edge + 1, self.width() - edge)

    def _place(self) -> float:
        left, right = self._ends()
        span = self.maximum() - self.minimum()
        return left + (right - left) * ((self.sliderPosition() - self.minimum()) / (span or 1))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, filled part, thumb and, when focused, the ring around the thumb."""
        theme = theme_of(self)
        left, right = self._ends()
        middle, at = self.height() / 2, self._place()
        half, thumb = px(self, GROOVE) / 2, px(self, THUMB) / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        # the groove ends where the thumb's centre can go, give or take its own round end
        paint_fill(
            painter,
            QRectF(left - half, middle - half, right - left + 2 * half, 2 * half),
            theme.groove,
            half,
        )
        paint_fill(
            painter,
            QRectF(left - half, middle - half, at - left + half, 2 * half),
            theme.filled,
            half,
        )
        hovered = self.underMouse() and self.isEnabled()
        painter.setPen(QPen(colour(theme.text if hovered else theme.filled), 1))
        painter.setBrush(colour(theme.thumb))
        painter.drawEllipse(QPointF(at, middle), thumb - 0.5, thumb - 0.5)
        if self.hasFocus():
            painter.setPen(QPen(colour(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, middle), thumb + 1.5, thumb + 1.5)
        painter.end()

    def _follow(self, x: float) -> None:
        left, right = self._ends()
        share = min(max((x - left) / (right - left), 0.0), 1.0)
        self.setSliderPosition(self.minimum() + round(share * (self.maximum() - self.minimum())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the pointer, unless it is on the thumb already, and follow it from now on."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        if abs(event.position().x() - self._place()) > px(self, THUMB) / 2:
            self._follow(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._follow(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for steps; Home and End go to the ends."""
        key = Qt.Key
        moves = {
            key.Key_Left: -1,
            key.Key_Down: -1,
            key.Key_Right: 1,
            key.Key_Up: 1,
            key.Key_PageDown: -10,
            key.Key_PageUp: 10,
        }
        if event.key() in moves:
            self.stepped.emit(moves[key(event.key())])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while focused; otherwise leave the wheel to the page."""
        if self.hasFocus() and event.angleDelta().y():
            self.stepped.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()
