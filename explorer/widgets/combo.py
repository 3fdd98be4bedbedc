"""A drop-down list whose arrow has the theme's colour, and which leaves the wheel to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from . import icons
from .fonts import px
from .stylesheet import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Combo(QComboBox):
    """Choose one of `options`, each (key, text). `changed` carries the key a person chose."""

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        value: str = "",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by turning the wheel over it
        for key, text in options:
            self.addItem(text, key)
        if value:
            self.set_value(value)
        self.activated.connect(lambda _at: self.changed.emit(self.value()))

    def value(self) -> str:
        """The key of the chosen option."""
        return str(self.currentData())

    def set_value(self, key: str) -> None:
        """Choose without emitting `changed`."""
        at = self.findData(key)
        if at != self.currentIndex():
            self.setCurrentIndex(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as Qt does, then the arrow."""
        super().paintEvent(event)
        theme = theme_of(self)
        glyph = px(self, icons.GLYPH)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        ink = theme.text if self.underMouse() else theme.muted
        image = icons.pixmap("chevron-down", ink, glyph, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - glyph - px(self, 6), (self.height() - glyph) // 2, image)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the choice only while focused."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
