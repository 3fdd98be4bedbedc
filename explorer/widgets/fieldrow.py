"""Rows for what is no number: what they have in common, and the one for words that are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from explorer.core.errors import InputError
from explorer.core.language import tr

from . import icons
from .fonts import px
from .numberbox import still
from .slider import HEIGHT, explain
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.spec import Hyper, Value

CONTROL = 28


class FieldRow(QWidget):
    """A label and a control in the columns of a `ParameterRow`, with the same signals and ways."""

    changed = Signal(object, bool)

    def __init__(self, hyper: Hyper, value: Value, label: str, tip: str = "") -> None:
        super().__init__()
        self.hyper = hyper
        self._label = label
        self._value = value
        self._columns = (44, False)
        self._reason = ""
        self.setToolTip(tip or explain(hyper))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> Value:
        """The last good value."""
        return self._value

    def label(self) -> str:
        """What is written beside the control."""
        return self._label

    def set_value(self, value: Value) -> None:
        """Show another value without emitting `changed`."""
        if value != self._value:
            self._value = value
            self._show()

    def set_columns(self, label_width: int, narrow: bool) -> None:
        """Set the width of the label's column, and whether rows are narrow."""
        if (label_width, narrow) != self._columns:
            self._columns = (label_width, narrow)
            self._place()
            self.update()

    def fields(self) -> list[QWidget]:
        """The controls that can be reached by the Tab key."""
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    def _place(self) -> None:
        raise NotImplementedError

    def _left(self) -> int:
        """Where the control begins."""
        return px(self, self._columns[0])

    def _take(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self._show()
            self.changed.emit(value, False)

    def _words(self) -> QRect:
        """Where the refusal is written."""
        if not self._reason:
            return QRect()
        left = px(self, icons.GLYPH + 6)
        space = QRect(left, px(self, HEIGHT), max(60, self.width() - left), 1000)
        flags = Qt.TextFlag.TextWordWrap
        return QFontMetrics(self.font()).boundingRect(space, flags, self._reason)

    def sizeHint(self) -> QSize:
        """One row, and the refusal below it if there is one."""
        below = self._words().height()
        return QSize(px(self, 208), px(self, HEIGHT) + below + 4 * bool(below))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the smallest dock."""
        return QSize(px(self, 120), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the control."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self._place()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the label and the refusal."""
        theme, left = theme_of(self), self._left()
        painter = QPainter(self)
        painter.setPen(colour(theme.text))
        width = left - px(self, 4)
        if width > 0:
            text = self.fontMetrics().elidedText(self._label, Qt.TextElideMode.ElideRight, width)
            where = QRect(0, 0, width, px(self, HEIGHT))
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(where, middle, text)
        if self._reason:
            glyph, words = px(self, icons.GLYPH), self._words()
            sign = icons.pixmap("triangle-alert", theme.danger, glyph, self.devicePixelRatioF())
            painter.drawPixmap(0, words.top() + 1, sign)
            painter.setPen(colour(theme.danger))
            painter.drawText(words, Qt.TextFlag.TextWordWrap, self._reason)
        painter.end()


class WordRow(FieldRow):
    """A field for a short text, which `check` puts in order or refuses with an InputError."""

    def __init__(
        self, hyper: Hyper, value: str, label: str, check: Callable[[str], str] | None = None
    ) -> None:
        super().__init__(hyper, value, label)
        self._check = check or (lambda text: str(hyper.check(text)))
        self.edit = QLineEdit(value, self)
        self.edit.setAccessibleName(hyper.name)
        self.edit.setToolTip(self.toolTip())
        self.edit.editingFinished.connect(self._commit)

    def set_check(self, check: Callable[[str], str]) -> None:
        """Check what is typed in another way."""
        self._check = check

    def fields(self) -> list[QWidget]:
        """The field."""
        return [self.edit]

    def is_refused(self) -> bool:
        """Whether the field holds text that was refused."""
        return bool(self._reason)

    def _show(self) -> None:
        if not (self.edit.hasFocus() and self.edit.isModified()):
            self._mark("")
            self.edit.setText(str(self._value))

    def _commit(self) -> None:
        """Take over what was typed, if it is allowed."""
        if not self.edit.isModified():
            return
        text = self.edit.text().strip().replace(" ", "")
        try:
            self.hyper.check(text)
        except InputError:
            self._mark(still(self.hyper, str(self._value)))
            return
        try:
            given = self._check(text)
        except InputError as error:
            self._mark(tr("{why} Still {value}.", why=error, value=self._value))
            return
        self._mark("")
        self.edit.setText(given)
        self._take(given)

    def _mark(self, reason: str) -> None:
        """Mark the field as refused for `reason`, or as good where there is none."""
        if reason == self._reason:
            return
        self._reason = reason
        self.edit.setProperty("refused", bool(reason))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)
        self.edit.setAccessibleDescription(reason)
        self._place()
        self.update()

    def _place(self) -> None:
        high, row, left = px(self, CONTROL), px(self, HEIGHT), self._left()
        self.edit.setGeometry(left, (row - high) // 2, self.width() - left, high)
        self.setFixedHeight(self.sizeHint().height())
