"""Words for a lecture hall: the keys in a row, and a sentence on the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from explorer.core.language import tr

from . import fonts
from .stage import LEFT, Part
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does now; `on` while that is in effect."""

    key: str
    words: str
    on: bool = False


class Hints(Part):
    """The keys in one row, the last at its right end; those that find no room are left out."""

    _hints: tuple[Hint, ...] = ()

    def show_hints(self, hints: tuple[Hint, ...]) -> None:
        """Show other keys."""
        if hints != self._hints:
            self._hints = hints
            keys = ", ".join(f"{h.key} {h.words}" for h in hints)
            self.setAccessibleName(tr("Keys: {keys}", keys=keys))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write keys bold and what they do beside them."""
        if not self._hints:
            return
        painter = QPainter(self)
        for hint, x in self.places():
            self._write(painter, hint, x)
        painter.end()

    def places(self) -> list[tuple[Hint, float]]:
        """The keys that find room, and where each begins."""
        *first, last = self._hints
        gap, end, x = self.measure.length(44), self.width() - self._width(last), 0.0
        found = [(last, end)]
        for hint in first:
            wide = self._width(hint)
            if x + wide + gap > end:
                break
            found.append((hint, x))
            x += wide + gap
        return found

    def _fonts(self) -> tuple[QFont, QFont]:
        return self.measure.font(26, fonts.SEMIBOLD), self.measure.font(26)

    def _width(self, hint: Hint) -> float:
        bold, plain = (QFontMetricsF(font) for font in self._fonts())
        return bold.horizontalAdvance(f"{hint.key} ") + plain.horizontalAdvance(hint.words)

    def _write(self, painter: QPainter, hint: Hint, x: float) -> None:
        theme = theme_of(self)
        inks = (theme.accent, theme.accent) if hint.on else (theme.text, theme.muted)
        texts = (f"{hint.key} ", hint.words)
        for text, font, ink in zip(texts, self._fonts(), inks, strict=True):
            painter.setFont(font)
            painter.setPen(colour(ink))
            painter.drawText(QRectF(x, 0, self.width(), self.height()), LEFT, text)
            x += QFontMetricsF(font).horizontalAdvance(text)


class Words(Part):
    """A sentence on the picture, dark on light; nothing is there while there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, over: QRectF) -> None:
        """Say it at the upper edge of a place, in its middle."""
        self.text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        metrics, m = QFontMetricsF(self.measure.font(32, fonts.SEMIBOLD)), self.measure
        wide = min(metrics.horizontalAdvance(text) + 2 * m.length(28), over.width())
        high = metrics.height() + 2 * m.length(12)
        place = QRectF(over.center().x() - wide / 2, over.top() + m.length(20), wide, high)
        self.setGeometry(place.toAlignedRect())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write it on a pill."""
        theme, m = theme_of(self), self.measure
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(theme.text))
        painter.drawRoundedRect(QRectF(self.rect()), m.length(10), m.length(10))
        font = m.font(32, fonts.SEMIBOLD)
        painter.setFont(font)
        painter.setPen(colour(theme.panel))
        room = self.width() - 2 * m.length(20)
        text = QFontMetricsF(font).elidedText(self.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
