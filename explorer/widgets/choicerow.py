"""A row that chooses among names: from a drop-down list, or by buttons where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetricsF

from .combo import Combo
from .fieldrow import CONTROL, FieldRow
from .fonts import px
from .segmented import Segmented
from .slider import HEIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionComboBox, QWidget

    from explorer.core.spec import Hyper

Options = tuple[tuple[str, str, str], ...]  # key, text, tooltip
_PAD = 5  # on both sides of a button's text, where space is short
_AROUND = 40  # what a list needs beside its text


class _Joined(Segmented):
    """Joined buttons that share the width they are given."""

    def needed(self) -> int:
        """The width below which texts would touch."""
        metrics = QFontMetricsF(self.font())
        texts = sum(metrics.horizontalAdvance(text) for text in self._texts)
        return round(texts) + 2 * px(self, _PAD) * len(self._texts)

    def _widths(self) -> list[int]:
        metrics = QFontMetricsF(self.font())
        texts = [metrics.horizontalAdvance(text) for text in self._texts]
        spare = (self.width() - sum(texts)) / len(texts)
        ends = [round(sum(texts[: i + 1]) + spare * (i + 1)) for i in range(len(texts))]
        return [end - start for start, end in zip([0, *ends], ends, strict=False)]


class _List(Combo):
    """A drop-down list that says by dots that the name goes on."""

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Shorten the text to what fits in front of the arrow."""
        super().initStyleOption(option)
        room = self.width() - px(self, _AROUND)
        shown = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, shown, room)

    def needed(self) -> int:
        """The width at which the chosen name can be read."""
        # a little more, as widths of texts are rounded
        return self.fontMetrics().horizontalAdvance(self.currentText()) + px(self, _AROUND + 3)

    def widest(self) -> int:
        """The width at which every name can be read."""
        metrics = self.fontMetrics()
        texts = (self.itemText(i) for i in range(self.count()))
        return max(map(metrics.horizontalAdvance, texts), default=0) + px(self, _AROUND)


class ChoiceRow(FieldRow):
    """Choose one of `options`: in a drop-down list, or `joined` buttons where there is room.

    A `free` row gives the label's column up where the choice needs it: whole for buttons, which say
    by themselves what they are, and all but the label itself for a list.
    """

    def __init__(
        self,
        hyper: Hyper,
        value: str,
        label: str,
        options: Options,
        *,
        joined: bool = False,
        free: bool = False,
    ) -> None:
        # what may be chosen is seen
        super().__init__(hyper, value, label, f"{hyper.name}\n{hyper.help}")
        self._options: Options = ()
        self._free = free
        self.combo = _List(hyper.name, (), tip=self.toolTip(), parent=self)
        self.combo.changed.connect(self._take)
        self.buttons: _Joined | None = None
        if joined:
            self.buttons = _Joined(hyper.name, options, value, self.toolTip())
            self.buttons.setParent(self)
            self.buttons.changed.connect(self._take)
        self.set_options(options)

    def options(self) -> Options:
        """What can be chosen."""
        return self._options

    def set_options(self, options: Options) -> None:
        """Offer other options, silently."""
        if options == self._options:
            return
        self._options = options
        self.combo.clear()
        for at, (key, text, tip) in enumerate(options):
            self.combo.addItem(text, key)
            self.combo.setItemData(at, tip or None, Qt.ItemDataRole.ToolTipRole)
        # what drops down may be wider than the panel
        self.combo.view().setMinimumWidth(min(self.combo.widest(), px(self, 320)))
        if self.buttons is not None:
            self.buttons.set_options(options)
        self._show()

    def fields(self) -> list[QWidget]:
        """The list or the buttons, whichever shows."""
        return (
            [self.combo] if self.buttons is None or self.combo.isVisibleTo(self) else [self.buttons]
        )

    def _show(self) -> None:
        self.combo.set_value(str(self._value))
        chosen = next((o for o in self._options if o[0] == self._value), ("", "", ""))
        self.combo.setToolTip("\n".join(filter(None, (self.toolTip(), chosen[2]))))
        if self.buttons is not None and chosen[0]:
            self.buttons.set_value(str(self._value))
        # a long name may need the label's room
        self._place()
        self.update()

    def _left(self) -> int:
        left = super()._left()
        if not self._free:
            return left
        if self.buttons is not None and self.buttons.needed() <= self.width():
            return left if self.buttons.needed() <= self.width() - left else 0
        least = self.fontMetrics().horizontalAdvance(self._label) + px(self, 10)
        return max(min(left, self.width() - self.combo.needed()), min(least, left))

    def _place(self) -> None:
        high, row, left = px(self, CONTROL), px(self, HEIGHT), self._left()
        where = QRect(left, (row - high) // 2, self.width() - left, high)
        self.combo.setGeometry(where)
        if self.buttons is not None:
            fits = self.buttons.needed() <= where.width()
            self.buttons.setGeometry(where)
            self.buttons.setVisible(fits)
            self.combo.setVisible(not fits)
        self.setFixedHeight(row)
