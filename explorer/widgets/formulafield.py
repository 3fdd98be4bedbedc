"""A field for a formula of one's own: set in type as it is typed, or marked where it is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.expression import Expression, parse
from explorer.core.language import tr
from explorer.core.tokens import ExpressionError

from . import richtext
from .fonts import px
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

EXAMPLE = "(1-x)^2 + b*(y-x^2)^2"
_LINE, _MOST = 24, 3  # the height of a line of the formula, and how many are shown
_TERMS = re.compile(r"(?= [+−] )")
_TAGS = ("i", "sub", "sup")


class _Edit(QLineEdit):
    """The line that is typed into; `emptied` says that Esc was pressed."""

    emptied = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up what was typed with Esc."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.emptied.emit()
        else:
            super().keyPressEvent(event)

    def place(self, character: int) -> float:
        """The middle of a character, from the left edge of the field."""
        # where the cursor is drawn tells how far the text is scrolled
        metrics, text = QFontMetricsF(self.font()), self.text()
        cursor = self.cursorRect().center().x()
        before = metrics.horizontalAdvance(text[: self.cursorPosition()])
        width = metrics.horizontalAdvance(text[character : character + 1])
        return cursor - before + metrics.horizontalAdvance(text[:character]) + width / 2


def broken(text: str) -> list[str]:
    """Rich text cut before every sign between terms that no tag is open around."""
    pieces = [""]
    for part in _TERMS.split(text):
        whole = all(pieces[-1].count(f"<{tag}>") == pieces[-1].count(f"</{tag}>") for tag in _TAGS)
        if whole and part.startswith((" + ", " − ")):
            pieces.append(part.lstrip())
        else:
            pieces[-1] += part
    return pieces


class _Below(QWidget):
    """Under the field: the formula in type, or a caret and what is wrong."""

    def __init__(self, edit: _Edit) -> None:
        super().__init__()
        self._edit = edit
        self.formula = ""
        self.fault: ExpressionError | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_reading(self, formula: str, fault: ExpressionError | None) -> None:
        """Show a formula in rich text, or a fault, or nothing."""
        self.formula, self.fault = formula, fault
        self.setToolTip(str(fault or ""))
        self.setVisible(bool(formula or fault))
        self.fit()

    def fit(self) -> None:
        """Be as high as what there is to show is at this width."""
        self.setFixedHeight(self._height())
        self.update()

    def lines(self) -> list[str]:
        """The formula in as many lines as it takes, or there is room for."""
        lines = [""]
        for piece in broken(self.formula):
            longer = f"{lines[-1]} {piece}".lstrip()
            fits = richtext.layout(longer, self.font()).width <= self.width()
            lines = [*lines[:-1], longer] if fits or not lines[-1] else [*lines, piece]
        return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], f"{lines[_MOST - 1]} …"]

    def _height(self) -> int:
        if self.fault is None:
            return px(self, _LINE) * len(self.lines())
        return self._words().height() + px(self, 8)

    def _words(self) -> QRect:
        room = QRect(0, 0, max(self.width(), 1), 1000)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        return self.fontMetrics().boundingRect(room, flags, self.fault.what if self.fault else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw whichever there is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.fault is not None:
            self._paint_fault(painter, self.fault)
        else:
            high, ink = px(self, _LINE), colour(theme_of(self).text)
            for row, line in enumerate(self.lines()):
                start = QPointF(0, richtext.baseline(row * high, high, self.font()))
                richtext.paint(painter, start, richtext.layout(line, self.font()), ink)
        painter.end()

    def _paint_fault(self, painter: QPainter, fault: ExpressionError) -> None:
        half, ink = px(self, 4), colour(theme_of(self).danger)
        x = min(max(self._edit.place(fault.at), half), self.width() - half)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        corners = [QPointF(x, 0), QPointF(x - half, half), QPointF(x + half, half)]
        painter.drawPolygon(QPolygonF(corners))
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(0, px(self, 6), 0, 0), flags, fault.what)


class FormulaField(QWidget):
    """Takes a formula in x and y; `entered` carries its plain text when Enter is pressed.

    typeset turns a formula that was read into rich text. Esc brings the formula in use back.
    """

    entered = Signal(str)

    def __init__(self, typeset: Callable[[Expression], str]) -> None:
        super().__init__()
        self._typeset = typeset
        self._shown = ""  # the formula in use
        self._label = QLabel(tr("Your own: f(x, y) ="))
        self.edit = _Edit()
        self.edit.setPlaceholderText(EXAMPLE)
        self.edit.setAccessibleName(tr("Your own formula"))
        self.edit.setToolTip(
            tr(
                "A formula in x, or in x and y; every other name becomes a parameter. "
                "Enter draws it, Esc brings back the last."
            )
        )
        self._label.setBuddy(self.edit)
        self._below = _Below(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self._label, self.edit, self._below):
            column.addWidget(widget)
        self._below.hide()
        self.edit.textChanged.connect(self._read)
        # the caret follows when a long text is scrolled by the cursor
        self.edit.cursorPositionChanged.connect(lambda *_: self._below.update())
        self.edit.returnPressed.connect(self._enter)
        self.edit.emptied.connect(lambda: self.edit.setText(self._shown))

    @property
    def fault(self) -> ExpressionError | None:
        """What is wrong with the text, if anything is."""
        return self._below.fault

    @property
    def formula(self) -> str:
        """The rich text that is shown."""
        return self._below.formula

    def show_formula(self, text: str) -> None:
        """Show the formula in use, or none; what means the same is left as it was typed."""
        self._shown = text
        if not (text and self.fault is None and self._plain() == text):
            self.edit.setText(text)

    def _plain(self) -> str:
        text = self.edit.text().strip()
        return parse(text).text if text else ""

    def _read(self) -> None:
        text, formula, fault = self.edit.text(), "", None
        if text.strip():
            try:
                formula = self._typeset(parse(text))
            except ExpressionError as error:
                fault = error
        self._below.show_reading(formula, fault)
        self.edit.setAccessibleDescription(str(fault or ""))

    def _enter(self) -> None:
        if self.fault is not None:
            self.edit.setCursorPosition(min(self.fault.at, len(self.edit.text())))
        elif text := self._plain():
            self.entered.emit(text)
