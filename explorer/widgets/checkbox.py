"""A check box drawn in the theme's colours."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from . import icons
from .fonts import px
from .stylesheet import colour, theme_of
from .toolbutton import paint_fill, paint_ring

BOX = 16


class CheckBox(QCheckBox):
    """A check box: accent with a tick where on, an empty frame where off."""

    def sizeHint(self) -> QSize:
        """The box, its text and room for the focus ring."""
        words = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        gap = px(self, 8) if self.text() else 0
        return QSize(round(px(self, BOX) + 6 + gap + words + 1), px(self, 28))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:
        """The text belongs to the box."""
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, its tick, its text and, when focused, the ring."""
        theme = theme_of(self)
        side = px(self, BOX)
        box = QRectF(3, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        if self.isChecked():
            paint_fill(painter, box, theme.accent, 4)
            ratio = self.devicePixelRatioF()
            tick = icons.pixmap("check", theme.on_accent, side - 4, ratio)
            painter.drawPixmap(box.topLeft() + QPoint(2, 2).toPointF(), tick)
        else:
            paint_fill(painter, box, theme.hover if self.underMouse() else theme.control, 4)
            paint_ring(painter, box, theme.input_border, 4, 1)
        if self.text():
            painter.setPen(colour(theme.text))
            words = QRectF(box.right() + px(self, 8), 0, self.width(), self.height())
            painter.drawText(
                words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
            )
        if self.hasFocus():
            paint_ring(painter, box.adjusted(-3, -3, 3, 3), theme.accent, 7)
        painter.end()
