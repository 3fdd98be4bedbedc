"""A warning in a panel: its sign, one line, and a sentence or two below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.widgets import icons
from explorer.widgets.fonts import MEDIUM, px, variant
from explorer.widgets.stylesheet import theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Notice(QWidget):
    """Hidden until it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.RichText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.words)
        self.hide()

    def say(self, title: str, words: str) -> None:
        """Show a line, and words as rich text."""
        theme = theme_of(self)
        self.title.setText(title)
        self.title.setFont(variant(self.font(), MEDIUM))
        self.title.setFixedHeight(px(self, 24))
        self.title.setIndent(px(self, 24))
        self.title.setStyleSheet(f"color: {theme.danger}")
        self.words.setText(f"<p style='line-height: 124%'>{words}</p>")
        self.words.setStyleSheet(f"color: {theme.muted}")
        self.setAccessibleName(title)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign in front of the line."""
        size, ink = px(self, icons.GLYPH), theme_of(self).danger
        image = icons.pixmap("triangle-alert", ink, size, self.devicePixelRatioF())
        place = self.title.geometry()
        painter = QPainter(self)
        painter.drawPixmap(place.left(), place.top() + (place.height() - size) // 2, image)
        painter.end()
