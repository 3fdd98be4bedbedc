"""A heading that opens and closes what is below it, which is made when first opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.language import ENGLISH, spoken, tr

from . import icons
from .fonts import MEDIUM, px, variant
from .stylesheet import colour, theme_of
from .toolbutton import paint_ring

if TYPE_CHECKING:
    from collections.abc import Callable


class FoldHeading(QAbstractButton):
    """The heading: an arrow, a title, and on the right what is set below, in a word."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setCheckable(True)
        self._note = ""
        self.setAccessibleName(title)
        # in English a title loses its capital inside a sentence, in German it does not
        inside = title.lower() if spoken() == ENGLISH else title
        self.setToolTip(tr("Show or hide {title}", title=inside))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_note(self, note: str) -> None:
        """Write a word at the right."""
        if note != self._note:
            self._note = note
            self.setAccessibleDescription(note)
            self.update()

    def sizeHint(self) -> QSize:
        """As high as other controls."""
        return QSize(px(self, 120), px(self, 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw arrow, title and note."""
        theme = theme_of(self)
        ink = theme.text if self.underMouse() else theme.muted
        glyph, high = px(self, icons.GLYPH), self.height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        image = icons.pixmap(arrow, ink, glyph, self.devicePixelRatioF())
        painter.drawPixmap(0, (high - glyph) // 2, image)
        painter.setPen(colour(theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        left = glyph + px(self, 4)
        words = QRect(left, 0, self.width() - left, high)
        plain, strong = self.font(), variant(self.font(), MEDIUM)
        room = words.width() - QFontMetrics(strong).horizontalAdvance(self.text()) - px(self, 8)
        note = QFontMetrics(plain).elidedText(self._note, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignRight, note)
        painter.setPen(colour(ink))
        painter.setFont(strong)
        painter.drawText(words, middle | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()), theme.accent, px(self, 6))
        painter.end()


class Fold(QWidget):
    """A heading over rows that `make` makes when they are first shown."""

    opened = Signal(bool)

    def __init__(
        self, title: str, make: Callable[[], QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self.content: QWidget | None = None
        self.heading = FoldHeading(title, self)
        self.heading.toggled.connect(self._toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)

    def is_open(self) -> bool:
        """Whether what is below shows."""
        return self.heading.isChecked()

    def set_open(self, shown: bool) -> None:
        """Show or hide what is below."""
        self.heading.setChecked(shown)

    def reset(self) -> None:
        """Drop what is below; it is made anew when next shown."""
        if self.content is not None:
            self.content.hide()
            self.content.deleteLater()
            self.content = None
        if self.is_open():
            self._toggle(shown=True)

    def _toggle(self, shown: bool) -> None:
        if shown and self.content is None:
            self.content = self._make()
            layout = self.layout()
            if layout is not None:
                layout.addWidget(self.content)
        if self.content is not None:
            self.content.setVisible(shown)
        self.opened.emit(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self.heading.updateGeometry()
        super().changeEvent(event)
