"""A field to search with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit

from . import icons
from .fonts import px
from .stylesheet import theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent


class SearchField(QLineEdit):
    """A field with a lens: Esc empties it, and `left` says that the arrow down was pressed."""

    left = Signal()

    def __init__(self, name: str, placeholder: str, tip: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setPlaceholderText(placeholder)
        self._leave_room()

    def _leave_room(self) -> None:
        self.setTextMargins(px(self, icons.GLYPH + 4), 0, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._leave_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and its lens."""
        super().paintEvent(event)
        glyph = px(self, icons.GLYPH)
        lens = icons.pixmap("search", theme_of(self).muted, glyph, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap(px(self, 9), (self.height() - glyph) // 2, lens)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty the field with Esc, leave it downwards."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)
