"""A small card by the pointer: the values of all curves at one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.widgets.chips import marker_path
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.style import Style

LINE, PAD = 20, 8


@dataclass(frozen=True, slots=True)
class Value:
    """A run's value in words, with its colour and marker."""

    look: Style
    ink: str
    label: str
    text: str


class Readout(QWidget):
    """Shows a title and a line a run; never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = ""
        self._values: tuple[Value, ...] = ()
        self.hide()

    def show_values(self, title: str, values: tuple[Value, ...], at: QPoint) -> None:
        """Show values beside the point `at` of the parent, on the side where there is room."""
        self._title, self._values = title, values
        size = self.sizeHint()
        room = self._frame.rect()
        gap = px(self, 14)
        x = at.x() + gap
        if x + size.width() > room.right():
            x = at.x() - gap - size.width()
        y = min(max(at.y() - size.height() // 2, 0), max(room.height() - size.height(), 0))
        self.setGeometry(max(x, 0), y, size.width(), size.height())
        self.show()
        self.update()

    def text(self) -> str:
        """What is shown, as text."""
        return "; ".join([self._title, *(f"{v.label} {v.text}" for v in self._values)])

    def _fonts(self) -> QFontMetricsF:
        return QFontMetricsF(self.font())

    def sizeHint(self) -> QSize:
        """As wide as its widest line."""
        metrics, strong = self._fonts(), QFontMetricsF(variant(self.font(), SEMIBOLD))
        inner = [
            metrics.horizontalAdvance(v.label) + metrics.horizontalAdvance(v.text) + px(self, 36)
            for v in self._values
        ]
        wide = max([strong.horizontalAdvance(self._title), *inner])
        high = px(self, LINE) * (1 + len(self._values))
        return QSize(round(wide) + 2 * px(self, PAD), high + px(self, PAD))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        theme, pad, line = theme_of(self), px(self, PAD), px(self, LINE)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = QColor(theme.panel)
        fill.setAlphaF(0.94)
        painter.setPen(QPen(colour(theme.border), 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        row = QRectF(pad, pad / 2, self.width() - 2 * pad, line)
        painter.setPen(colour(theme.text))
        painter.setFont(variant(self.font(), SEMIBOLD))
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, self._title)
        painter.setFont(self.font())
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for value in self._values:
            row.translate(0, line)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(value.ink))
            middle = QPointF(row.left() + px(self, 6), row.center().y())
            painter.drawPath(marker_path(value.look.marker, middle, px(self, 4)))
            painter.setPen(colour(theme.text))
            words = row.adjusted(px(self, 18), 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, value.label)
            painter.drawText(row, right, value.text)
        painter.end()
