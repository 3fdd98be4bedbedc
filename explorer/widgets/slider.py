"""One setting: its name, a slider and a number field, or a choice; and why a number is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr

from . import icons, scales
from .checkbox import CheckBox
from .combo import Combo
from .fonts import px
from .numberbox import NARROW, WIDE, NumberBox
from .stylesheet import colour, theme_of
from .track import Slider

if TYPE_CHECKING:
    from explorer.core.spec import Hyper, Value

HEIGHT = 32
_GAP = 8
_EDGE = 10  # from a slider's edge to its groove
_SWITCH = {"off", "on"}


def title(hyper: Hyper) -> str:
    """What a setting is called beside its control: its symbol, or its name in plain words."""
    return hyper.symbol or hyper.name.replace("_", " ")


def explain(hyper: Hyper) -> str:
    """A setting's tooltip: its name, what it does, and what is allowed."""
    parts = (hyper.name, hyper.help, tr("Allowed: {allowed}.", allowed=hyper.allowed()))
    return "\n".join(part for part in parts if part)


class ParameterRow(QWidget):
    """A row 32 pixels high to set `hyper`, which grows by a sentence where a number is refused.

    `changed` carries (value, dragging): a number or the chosen name, and whether the slider is
    still held. `set_value` is silent, and leaves what a person holds or types alone.
    """

    changed = Signal(object, bool)

    def __init__(
        self,
        hyper: Hyper,
        value: Value,
        *,
        label: str = "",
        muted: bool = False,
        label_width: int = 44,
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.hyper = hyper
        self._label = label or title(hyper)
        self._muted = muted
        self._columns = (label_width, narrow)
        self._reason = ""
        self._value = value
        self.setToolTip(explain(hyper))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.slider: Slider | None = None
        self.box: NumberBox | None = None
        self.choice: Combo | CheckBox | None = None
        if hyper.choices:
            self.choice = self._make_choice(str(value))
        else:
            self._make_number(float(value))

    def _make_choice(self, value: str) -> Combo | CheckBox:
        if set(self.hyper.choices) == _SWITCH:
            switch = CheckBox(parent=self)
            switch.setAccessibleName(self.hyper.name)
            switch.setChecked(value == "on")
            switch.clicked.connect(lambda on: self._take("on" if on else "off", dragging=False))
            return switch
        options = [(key, key.replace("_", " ")) for key in self.hyper.choices]
        combo = Combo(self.hyper.name, options, value, explain(self.hyper), self)
        combo.changed.connect(lambda key: self._take(key, dragging=False))
        return combo

    def _make_number(self, value: float) -> None:
        # the label is painted by this row, and the slider reaches a little under it
        slider = Slider(self.hyper.name, scales.steps(self.hyper), self)
        slider.setValue(scales.position(self.hyper, value))
        slider.valueChanged.connect(self._slide)
        slider.sliderReleased.connect(self._let_go)
        slider.stepped.connect(self._step)
        box = NumberBox(self.hyper, value, self.hyper.name, self)
        box.setToolTip(self.toolTip())
        box.changed.connect(self._type)
        box.refused.connect(self._refuse)
        box.cleared.connect(lambda: self._refuse(""))
        self.slider, self.box = slider, box

    def value(self) -> Value:
        """The last good value."""
        return self._value

    def is_dragging(self) -> bool:
        """Whether a person holds the slider."""
        return self.slider is not None and self.slider.isSliderDown()

    def set_value(self, value: Value) -> None:
        """Show another value without emitting `changed`."""
        if value == self._value or self.is_dragging():
            return
        self._value = value
        self._show()

    def label(self) -> str:
        """What is written beside the control."""
        return self._label

    def set_label(self, label: str) -> None:
        """Write something else beside the control."""
        if label != self._label:
            self._label = label
            self.update()

    def set_columns(self, label_width: int, narrow: bool) -> None:
        """Set the width of the label's column, and whether the field is the narrow one."""
        if (label_width, narrow) != self._columns:
            self._columns = (label_width, narrow)
            self._place()
            self.update()

    def _show(self) -> None:
        if isinstance(self.choice, Combo):
            self.choice.set_value(str(self._value))
        elif self.choice is not None:
            self.choice.setChecked(self._value == "on")
        if self.slider is not None and self.box is not None:
            blocked = self.slider.blockSignals(True)
            self.slider.setValue(scales.position(self.hyper, float(self._value)))
            self.slider.blockSignals(blocked)
            self.slider.update()
            self.box.set_value(float(self._value))

    def _take(self, value: Value, *, dragging: bool) -> None:
        if value != self._value:
            self._value = value
            if self.box is not None:
                self.box.set_value(float(value))
            self.changed.emit(value, dragging)

    def _slide(self, at: int) -> None:
        self._take(scales.value(self.hyper, at), dragging=self.is_dragging())

    def _let_go(self) -> None:
        self._show()
        self.changed.emit(self._value, False)

    def _step(self, count: int) -> None:
        self._take(scales.stepped(self.hyper, float(self._value), count), dragging=False)
        self._show()

    def _type(self, value: float) -> None:
        self._take(value, dragging=False)
        self._show()

    def _refuse(self, reason: str) -> None:
        self._reason = reason
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        """One row, and the refusal below it if there is one."""
        return QSize(px(self, 208), px(self, HEIGHT) + self._words().height())

    def minimumSizeHint(self) -> QSize:
        """As narrow as the smallest dock."""
        return QSize(px(self, 120), self.sizeHint().height())

    def _words(self) -> QRect:
        """Where the refusal is written."""
        if not self._reason:
            return QRect()
        left = px(self, icons.GLYPH + 6)
        space = QRect(left, px(self, HEIGHT), max(60, self.width() - left), 1000)
        flags = Qt.TextFlag.TextWordWrap
        return (
            QFontMetrics(self.font()).boundingRect(space, flags, self._reason).adjusted(0, 0, 0, 4)
        )

    def _place(self) -> None:
        """Put the controls where they belong for this width."""
        label_width, narrow = self._columns
        high, row, left = px(self, 28), px(self, HEIGHT), px(self, label_width)
        top = (row - high) // 2
        if self.slider is not None and self.box is not None:
            wide = px(self, NARROW if narrow else WIDE)
            self.box.setFixedWidth(wide)
            self.box.setGeometry(self.width() - wide, top, wide, high)
            edge, gap = px(self, _EDGE), px(self, _GAP)
            room = self.width() - wide - gap - left
            self.slider.setGeometry(left - edge, top, room + 2 * edge, high)
            self.box.raise_()
        elif isinstance(self.choice, Combo):
            self.choice.setGeometry(left, top, self.width() - left, high)
        elif self.choice is not None:
            wide = self.choice.sizeHint().width()
            self.choice.setGeometry(self.width() - wide, top, wide, high)
        self.setFixedHeight(row + self._words().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the controls."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self._place()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the label and the refusal."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setPen(colour(theme.muted if self._muted else theme.text))
        room = self.width() if isinstance(self.choice, CheckBox) else px(self, self._columns[0])
        width = room - px(self, 4)
        text = self.fontMetrics().elidedText(self._label, Qt.TextElideMode.ElideRight, width)
        where = QRect(0, 0, width, px(self, HEIGHT))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self._reason:
            glyph, words = px(self, icons.GLYPH), self._words()
            sign = icons.pixmap("triangle-alert", theme.danger, glyph, self.devicePixelRatioF())
            painter.drawPixmap(0, words.top() + 1, sign)
            painter.setPen(colour(theme.danger))
            painter.drawText(words, Qt.TextFlag.TextWordWrap, self._reason)
        painter.end()
