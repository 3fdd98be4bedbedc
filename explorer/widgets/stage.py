"""The parts of a picture for a lecture hall: a huge counter, the losses and the progress.

Lengths are those of a screen of 1920 by 1080 and grow and shrink with the screen; type never gets
smaller than 18 points, so that it is read from the last row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from explorer.core.language import tr
from explorer.core.numbers import short

from . import fonts
from .chips import paint_chip
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont, QMouseEvent, QPaintEvent

    from explorer.core.figure import Row

LEAST = 24.0  # px: 18 points
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
UNKNOWN = "?"  # in place of a loss that is to be guessed


@dataclass(frozen=True, slots=True)
class Measure:
    """How large a picture is drawn: `unit` against 1920 by 1080, its type `larger` than usual."""

    unit: float = 1.0
    larger: float = 1.0

    def length(self, px: float) -> float:
        """A length of the design on this screen."""
        return px * self.unit

    def text(self, px: float) -> float:
        """How high type is on this screen: never below 18 points."""
        return max(LEAST, px * self.unit * self.larger)

    def font(self, px: float, weight: QFont.Weight = fonts.REGULAR) -> QFont:
        """The typeface at a size of the design."""
        return fonts.font(self.text(px) / (fonts.BODY * 96 / 72), weight)


class Part(QWidget):
    """A part of the picture; whoever lays it out tells how large all is drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.measure = Measure()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set_measure(self, measure: Measure) -> None:
        """Draw larger or smaller."""
        self.measure = measure
        self.update()


class StepCounter(Part):
    """The step, as large as can be, and of how many."""

    _step, _length = 0, 0

    def show_step(self, step: int, length: int) -> None:
        """Show another step."""
        if (step, length) != (self._step, self._length):
            self._step, self._length = step, length
            self.setAccessibleName(tr("Step {step} of {length}", step=step, length=length))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write word, number and length on one line; a long number smaller, so that all fits."""
        theme, m = theme_of(self), self.measure
        painter = QPainter(self)
        word, gap = m.font(34, fonts.MEDIUM), m.length(20)
        small = QFontMetricsF(word)
        before, after = tr("Step"), tr("of {length}", length=self._length)
        beside = small.horizontalAdvance(before) + small.horizontalAdvance(after) + 2 * gap
        huge = m.font(128, fonts.SEMIBOLD)
        # the room of the longest number, so that nothing moves while digits are added
        need = QFontMetricsF(huge).horizontalAdvance("8" * len(str(self._length)))
        huge.setPointSizeF(huge.pointSizeF() * min(1.0, (self.width() - beside) / max(need, 1)))
        base = self.height() - m.length(10)
        x = 0.0
        for text, font, ink in (
            (before, word, theme.text),
            (str(self._step), huge, theme.text),
            (after, word, theme.muted),
        ):
            painter.setFont(font)
            painter.setPen(colour(ink))
            painter.drawText(round(x), round(base), text)
            x += QFontMetricsF(font).horizontalAdvance(text) + gap
        painter.end()


class Scores(Part):
    """The legend with the losses at the cursor; with `hidden` ones there is nothing to compare."""

    hidden = False
    _rows: tuple[Row, ...] = ()

    def show_rows(self, rows: Sequence[Row], hidden: bool) -> None:
        """Show other rows, in the order given."""
        if (tuple(rows), hidden) != (self._rows, self.hidden):
            self._rows, self.hidden = tuple(rows), hidden
            said = [f"{r.label} {UNKNOWN if hidden else short(r.loss)} {r.note}" for r in rows]
            losses = ", ".join(text.strip() for text in said)
            self.setAccessibleName(tr("Losses: {losses}", losses=losses))
            self.update()

    def row_height(self, tight: bool = False) -> float:
        """How high a row is, or at least."""
        least = 1.3 * self.measure.text(32)
        return least if tight else max(least, self.measure.length(64))

    def head_height(self) -> float:
        """How high the row above the rows is."""
        return 1.35 * self.measure.text(26)

    def height_for(self, count: int, tight: bool = False) -> float:
        """How high so many rows are."""
        return self.head_height() + count * self.row_height(tight)

    def fitting(self) -> tuple[tuple[Row, ...], float]:
        """The rows there is room for, besides one that counts the others; and how high they are."""
        tight = self.height_for(len(self._rows)) > self.height() + 1
        high = self.row_height(tight)
        room = max(int((self.height() - self.head_height() + 1) // high), 0)
        return self._rows if len(self._rows) <= room else self._rows[: max(room - 1, 0)], high

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a row for each run: sign, name, what is to be said of it, and loss."""
        theme, m = theme_of(self), self.measure
        painter = QPainter(self)
        top, wide = self.head_height(), float(self.width())
        painter.setFont(m.font(26))
        painter.setPen(colour(theme.muted))
        head = QRectF(0, 0, wide, top)
        painter.drawText(head, LEFT, tr("Optimizer"))
        painter.drawText(head, RIGHT, tr("Loss now"))
        shown, high = self.fitting()
        for row in shown:
            self._paint_row(painter, row, QRectF(0, top, wide, high))
            top += high
        if len(shown) < len(self._rows):
            painter.setFont(m.font(26))
            painter.setPen(colour(theme.muted))
            left = tr("and {n} more", n=len(self._rows) - len(shown))
            painter.drawText(QRectF(0, top, wide, high), LEFT, left)
        painter.end()

    def _paint_row(self, painter: QPainter, row: Row, box: QRectF) -> None:
        theme, m = theme_of(self), self.measure
        tall, chip = m.text(32) * 0.75, m.text(32) * 2.2
        middle = box.center().y() - tall / 2
        paint_chip(painter, QRectF(0, middle, chip, tall), row.style, theme, theme.panel)
        loss = UNKNOWN if self.hidden else short(row.loss)
        painter.setFont(m.font(32, fonts.MEDIUM))
        painter.setPen(colour(theme.text))
        painter.drawText(box, RIGHT, loss)
        room = QFontMetricsF(painter.font()).horizontalAdvance(loss) + m.length(16)
        rest = box.adjusted(chip + m.length(20), 0, -room, 0)
        bold = m.font(32, fonts.SEMIBOLD)
        metrics = QFontMetricsF(bold)
        name = metrics.elidedText(row.label, Qt.TextElideMode.ElideRight, rest.width())
        painter.setFont(bold)
        painter.drawText(rest, LEFT, name)
        rest.adjust(metrics.horizontalAdvance(name) + m.length(16), 0, 0, 0)
        plain = m.font(24)
        if row.note and not self.hidden and rest.width() > 4 * m.text(24):
            painter.setFont(plain)
            painter.setPen(colour(theme.danger))
            cut = Qt.TextElideMode.ElideRight
            note = QFontMetricsF(plain).elidedText(row.note, cut, rest.width())
            painter.drawText(rest, LEFT, note)


class Progress(Part):
    """How far the cursor is, as a line; a press or drag moves it (`moved`: 0 to 1)."""

    moved = Signal(float)
    _share = 0.0

    def show_share(self, share: float) -> None:
        """Show another place."""
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove and its filled part."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        thick = max(self.measure.length(8), 4.0)
        line = QRectF(0, (self.height() - thick) / 2, self.width(), thick)
        for ink, share in ((theme.groove, 1.0), (theme.accent, self._share)):
            painter.setBrush(colour(ink))
            line.setWidth(self.width() * share)
            painter.drawRoundedRect(line, thick / 2, thick / 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the pointer is."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(min(max(event.position().x() / max(self.width(), 1), 0.0), 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while the button is down."""
        self.mousePressEvent(event)
