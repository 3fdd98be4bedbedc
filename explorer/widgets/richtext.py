"""Short formulas on one line: italic letters, real sub- and superscripts, drawn fast.

The subset of HTML is i, b, sub and sup, with the entities &lt; &gt; and &amp;. Layouts are kept,
so that a table of formulas can be repainted in every frame.
"""

from __future__ import annotations

import html as markup
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAccessible, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

_TAG = re.compile(r"<(/?)(i|b|sub|sup)>")
_SMALL, _RAISE, _LOWER = 0.8, 0.34, 0.26  # of the font's size
_SLANT = 0.16  # the slope of the typeface's italics


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one font, at an offset from the start of the baseline.

    slant: to be sheared, where the typeface has no italics of this weight.
    """

    text: str
    font: QFont
    x: float
    y: float
    slant: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A line ready to be drawn, and how wide it is."""

    pieces: tuple[Piece, ...]
    width: float


def runs(text: str) -> list[tuple[str, frozenset[str]]]:
    """The line's pieces with the tags around each. Raises ValueError for a tag left open."""
    found: list[tuple[str, frozenset[str]]] = []
    open_tags: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        if tag.start() > at:
            found.append((markup.unescape(text[at : tag.start()]), frozenset(open_tags)))
        at = tag.end()
        if not tag[1]:
            open_tags.append(tag[2])
        elif open_tags and open_tags[-1] == tag[2]:
            open_tags.pop()
        else:
            raise ValueError(f"{text!r}: {tag[0]} closes nothing")
    if open_tags:
        raise ValueError(f"{text!r}: {open_tags[-1]} is left open")
    if at < len(text):
        found.append((markup.unescape(text[at:]), frozenset()))
    return found


_fonts: dict[str, QFont] = {}


def layout(text: str, font: QFont) -> Layout:
    """Lay out a line in a font."""
    key = font.key()
    if key not in _fonts:
        _fonts[key] = QFont(font)
    return _layout(text, key)


@lru_cache(maxsize=4096)
def _layout(text: str, key: str) -> Layout:
    base = _fonts[key]
    size = QFontMetricsF(base).ascent()
    pieces: list[Piece] = []
    x = 0.0
    for words, tags in runs(text):
        font = QFont(base)
        if "b" in tags:
            font.setWeight(QFont.Weight.DemiBold)
        slant = "i" in tags and font.weight() > QFont.Weight.Normal
        font.setItalic("i" in tags and not slant)
        y = 0.0
        if tags & {"sub", "sup"}:
            font.setPointSizeF(base.pointSizeF() * _SMALL)
            y = size * (_LOWER if "sub" in tags else -_RAISE)
        pieces.append(Piece(words, font, x, y, slant))
        x += QFontMetricsF(font).horizontalAdvance(words)
    return Layout(tuple(pieces), x)


def paint(painter: QPainter, start: QPointF, line: Layout, ink: QColor) -> None:
    """Draw a line with its baseline starting at `start`."""
    painter.setPen(ink)
    for piece in line.pieces:
        painter.setFont(piece.font)
        at = QPointF(start.x() + piece.x, start.y() + piece.y)
        if piece.slant:
            painter.save()
            painter.translate(at)
            painter.shear(-_SLANT, 0)
            painter.drawText(QPointF(0, 0), piece.text)
            painter.restore()
        else:
            painter.drawText(at, piece.text)


def baseline(top: float, height: float, font: QFont) -> float:
    """Where the baseline runs so that a line stands in the middle of a row."""
    metrics = QFontMetricsF(font)
    return top + (height + metrics.capHeight()) / 2


class RichLabel(QWidget):
    """One line of rich text; `tone` names a colour of the theme."""

    def __init__(
        self,
        text: str = "",
        tone: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        super().__init__()
        self._text, self._tone, self._align = text, tone, align
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The line as given."""
        return self._text

    def set_text(self, text: str, tone: str = "") -> None:
        """Show another line, in another tone where one is given."""
        if text != self._text or (tone and tone != self._tone):
            before = self.sizeHint()
            self._text, self._tone = text, tone or self._tone
            if self.sizeHint() != before:  # a new layout costs more than the text
                self.updateGeometry()
            if QAccessible.isActive():
                self.setAccessibleName(_TAG.sub("", text))
            self.update()

    def sizeHint(self) -> QSize:
        """The line's own width, 1.5 times the height of its letters."""
        high = QFontMetricsF(self.font()).height()
        return QSize(round(layout(self._text, self.font()).width + 1), round(high * 1.25))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line."""
        line = layout(self._text, self.font())
        x = self.width() - line.width if self._align == Qt.AlignmentFlag.AlignRight else 0.0
        painter = QPainter(self)
        ink = colour(getattr(theme_of(self), self._tone))
        paint(painter, QPointF(x, baseline(0, self.height(), self.font())), line, ink)
        painter.end()
