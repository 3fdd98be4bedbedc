"""A line of text whose width is steady, so that a number in it does not move what is beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .fonts import px

SPARE = 32  # px a shorter text leaves empty before the line gives them back


def cut_name(metrics: QFontMetrics, name: str, width: int) -> str:
    """A run's name, cut so that what tells it from others, at its end, is kept: 'Mom… 0.0035'."""
    if metrics.horizontalAdvance(name) <= width:
        return name
    head, _, tail = name.partition(" ")
    for kept in range(len(head) - 1, 0, -1) if tail else ():
        made = f"{head[:kept]}… {tail}"
        if metrics.horizontalAdvance(made) <= width:
            return made
    way = Qt.TextElideMode.ElideMiddle if tail else Qt.TextElideMode.ElideRight
    return metrics.elidedText(name, way, width)


class Line(QWidget):
    """One line of plain text, for what changes many times a second.

    A label asks the whole window to be laid out anew with every text; this one does when the text
    no longer fits, or leaves much of it empty. `cut`: with an ellipsis, where there is no room, in
    a way that a `name` of a run can still be told by.
    """

    def __init__(
        self, text: str = "", *, inset: int = 0, cut: bool = False, name: bool = False
    ) -> None:
        super().__init__()
        self._cut = cut
        self._name = name
        self._text, self._room, self._inset = "", "", inset
        self._ink: QColor | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def text(self) -> str:
        """What it says."""
        return self._text

    def setText(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self._measure()
            self.update()

    def clear(self) -> None:
        """Say nothing."""
        self.setText("")

    def set_ink(self, colour: QColor) -> None:
        """Write in a colour of its own."""
        if colour != self._ink:
            self._ink = colour
            self.update()

    def _advance(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)

    def _measure(self) -> None:
        need, have = self._advance(self._text), self._advance(self._room)
        if not need <= have <= need + px(self, SPARE) or (have and not need):
            self._room = self._text
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the text was when there was last much more or less of it."""
        wide = self._advance(self._room)
        # one more, as the advance is rounded
        return QSize(wide + 1 + px(self, self._inset) if wide else 0, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """The whole text, unless it may be cut."""
        return QSize(0, self.sizeHint().height()) if self._cut else self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write it."""
        painter = QPainter(self)
        place = self.rect().adjusted(px(self, self._inset), 0, 0, 0)
        cut, metrics = Qt.TextElideMode.ElideRight, painter.fontMetrics()
        text = metrics.elidedText(self._text, cut, place.width())
        if self._name:
            text = cut_name(metrics, self._text, place.width())
        painter.setPen(self._ink or self.palette().color(self.foregroundRole()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
