"""A field for one number, which refuses in place what is not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.numbers import number, parse

from .fonts import px
from .scales import stepped

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

    from explorer.core.spec import Hyper

WIDE = 80
NARROW = 64


def plain(value: float) -> str:
    """A number in full precision, as it is edited."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e16 else repr(value)


def still(hyper: Hyper, value: str) -> str:
    """What is said of a refusal: what is allowed, and the value that stays."""
    return tr("Use {allowed}. Still {value}.", allowed=hyper.allowed(), value=value)


class NumberBox(QLineEdit):
    """Shows a number to four digits, and in full while it is edited.

    `changed` carries a number that a person committed (Enter, Tab, arrow keys, wheel); what is not
    allowed stays in the field, marked, and `refused` says why; `cleared` says that it was put
    right. Esc brings the last good value back.
    """

    changed = Signal(float)
    refused = Signal(str)
    cleared = Signal()

    def __init__(
        self, hyper: Hyper, value: float, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(number(value), parent)
        self._hyper = hyper
        self._value = float(value)
        self._refused = False
        self._entered = False
        name = name or hyper.name
        self.setAccessibleName(name)
        self.setToolTip(f"{name}: {hyper.allowed()}")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFixedWidth(px(self, WIDE))
        self.returnPressed.connect(self._enter)

    def value(self) -> float:
        """The last good value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another value without emitting `changed`; text being edited is left alone."""
        if value == self._value:
            return
        self._value = float(value)
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def is_refused(self) -> bool:
        """Whether the field holds text that was refused."""
        return self._refused

    def _show(self) -> None:
        self._mark("")
        self.setText(plain(self._value) if self.hasFocus() else number(self._value))
        if self.hasFocus():
            self.selectAll()

    def _mark(self, reason: str) -> None:
        """Mark the field as refused for `reason`, or as good where there is none."""
        was, self._refused = self._refused, bool(reason)
        if was != self._refused:
            self.setProperty("refused", self._refused)
            self.style().unpolish(self)
            self.style().polish(self)
        if reason:
            self.setAccessibleDescription(reason)
            self.refused.emit(reason)
        elif was:
            self.setAccessibleDescription("")
            self.cleared.emit()

    def _commit(self) -> bool:
        """Take the text over if it was changed and is allowed. Returns whether it is good."""
        if not self.isModified():
            return not self._refused
        try:
            given = float(self._hyper.check(parse(self.text())))
        except InputError:
            self._mark(still(self._hyper, number(self._value)))
            return False
        self._take(given)
        return True

    def _take(self, given: float) -> None:
        old, self._value = self._value, given
        self._show()
        if given != old:
            self.changed.emit(given)

    def _enter(self) -> None:
        if self._commit():
            self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the number in full, all of it selected."""
        super().focusInEvent(event)
        if not self._refused:
            self.setText(plain(self._value))
        self.selectAll()
        self._entered = event.reason() == Qt.FocusReason.MouseFocusReason

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit, and show the number as it is shown everywhere."""
        super().focusOutEvent(event)
        if self._commit():
            self.setText(number(self._value))
            self.deselect()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep all selected on the click that brought the focus."""
        super().mouseReleaseEvent(event)
        if self._entered and not self.hasSelectedText():
            self.selectAll()
        self._entered = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down step, Esc restores, the rest edits."""
        key = Qt.Key
        moves = {key.Key_Up: 1, key.Key_Down: -1, key.Key_PageUp: 10, key.Key_PageDown: -10}
        if event.key() in moves:
            self._step(moves[key(event.key())])
        elif event.key() == key.Key_Escape and (self.isModified() or self._refused):
            self._show()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while focused; otherwise leave the wheel to the page."""
        if self.hasFocus() and event.angleDelta().y():
            self._step(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def _step(self, count: int) -> None:
        if self._commit():
            self._take(stepped(self._hyper, self._value, count))
