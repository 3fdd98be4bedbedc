"""A sentence that says what went wrong, with its sign; nothing where nothing did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from . import icons
from .fonts import px
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

HEIGHT = 28


class Notice(QWidget):
    """One line in the danger colour, hidden while it has no text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The sentence shown, or nothing."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show a sentence, or nothing."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.setVisible(bool(text))
            self.update()

    def sizeHint(self) -> QSize:
        """One control high."""
        return QSize(px(self, 120), px(self, HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw sign and sentence."""
        theme = theme_of(self)
        glyph = px(self, icons.GLYPH)
        painter = QPainter(self)
        sign = icons.pixmap("triangle-alert", theme.danger, glyph, self.devicePixelRatioF())
        painter.drawPixmap(0, (self.height() - glyph) // 2, sign)
        painter.setPen(colour(theme.danger))
        left = glyph + px(self, 6)
        place = QRect(left, 0, self.width() - left, self.height())
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
