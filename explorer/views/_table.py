"""A table of formulas and numbers that is repainted in every frame of an animation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.widgets.fonts import MEDIUM, SEMIBOLD, px, variant
from explorer.widgets.richtext import baseline, layout, paint
from explorer.widgets.stylesheet import colour, theme_of

ROW = 24
_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table: rich text on the left, then a text for each column, from the right.

    Fewer values than columns stand in the last ones. tight: the same in fewer letters, for where
    a column has no room. tone: a colour of the theme.
    """

    text: str
    values: tuple[str, ...] = ()
    tight: tuple[str, ...] = ()
    strong: bool = False
    tone: str = "text"
    value_tone: str = "text"


class NumberTable(QWidget):
    """Rows of 24 px: rich text left, numbers right-aligned in columns of fixed width.

    Where a formula is too wide for its numbers they stand on a line of their own below it.
    """

    def __init__(self, name: str, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._widths = widths
        self._head: tuple[str, ...] = ()
        self._rows: tuple[TableRow, ...] = ()
        self._lines = 0
        self._make_fonts()

    def rows(self) -> tuple[TableRow, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, head: tuple[str, ...], rows: tuple[TableRow, ...]) -> None:
        """Show rows below a head: the first column's title and those of the numbers."""
        if (head, rows) != (self._head, self._rows):
            self._head, self._rows = head, rows
            self._measure()
            self.update()

    def as_text(self) -> str:
        """The rows as plain text, one a line."""
        shown = ([_TAG.sub("", row.text), *row.values] for row in self._rows)
        return "\n".join("  ".join(parts) for parts in shown)

    def _make_fonts(self) -> None:
        base = self.font()
        self._plain, self._strong = QFont(base), variant(base, SEMIBOLD)
        self._medium = variant(base, MEDIUM)
        self._metrics = QFontMetricsF(self._medium)

    def _edges(self, count: int) -> list[float]:
        """The right edges of the last `count` columns."""
        edges, right = [], float(self.width())
        for width in self._widths[::-1]:
            edges.append(right)
            right -= px(self, width)
        return edges[:count][::-1]

    def _apart(self, row: TableRow) -> bool:
        """Whether the numbers need a line of their own."""
        if not row.values:
            return False
        wide = layout(row.text, self._strong if row.strong else self._plain).width
        number = self._metrics.horizontalAdvance(row.values[0])
        return wide + px(self, 6) + number > self._edges(len(row.values))[0]

    def _measure(self) -> None:
        lines = len(self._rows) + bool(self._head) + sum(map(self._apart, self._rows))
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        if event.type() == QEvent.Type.FontChange:
            self._make_fonts()
            self._measure()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(px(self, 120 + sum(self._widths)), self._lines * px(self, ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers may move to lines of their own, or back."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all rows."""
        theme, high = theme_of(self), px(self, ROW)
        painter = QPainter(self)
        top = 0.0
        if self._head:
            font = variant(self.font(), MEDIUM)
            y, ink = baseline(top, high, font), colour(theme.muted)
            paint(painter, QPointF(0, y), layout(self._head[0], font), ink)
            titles = [layout(title, font) for title in self._head[1:]]
            for right, title in zip(self._edges(len(titles)), titles, strict=True):
                paint(painter, QPointF(right - title.width, y), title, ink)
            top += high
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in self._rows:
            font = self._strong if row.strong else self._plain
            line, ink = layout(row.text, font), colour(getattr(theme, row.tone))
            paint(painter, QPointF(0, baseline(top, high, font)), line, ink)
            if self._apart(row):
                top += high
            painter.setFont(self._medium if row.strong else self._plain)
            painter.setPen(colour(getattr(theme, row.value_tone)))
            room = [px(self, w - 2) for w in self._widths[-len(row.values) :]]
            for i, edge in enumerate(self._edges(len(row.values))):
                text = row.values[i]
                if row.tight and self._metrics.horizontalAdvance(text) > room[i]:
                    text = row.tight[i]
                painter.drawText(QRectF(edge - self.width(), top, self.width(), high), right, text)
            top += high
        painter.end()
