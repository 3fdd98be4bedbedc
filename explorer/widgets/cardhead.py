"""The first line of a run's card: its sign and name, its schedule, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from explorer.core.language import tr
from explorer.core.style import style

from . import chips, sparkline
from .fonts import REGULAR, SEMIBOLD, px, variant
from .line import cut_name
from .stylesheet import colour, theme_of
from .toolbutton import SMALL, ToolButton, paint_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float64
    from numpy.typing import NDArray
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent

HEIGHT = 28
# Narrower than this, the sign shrinks and the schedule's curve is left out.
_WIDE = 250
_SHORT_SIGN = 26


class _NameField(QLineEdit):
    """The name while it is edited: Enter or going elsewhere takes it, Esc leaves it as it was."""

    ended = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End with Enter or Esc."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.ended.emit(event.key() != Qt.Key.Key_Escape)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End, but not for the field's own menu."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.ended.emit(True)


class CardHead(QWidget):
    """Sign, name, schedule and three buttons. A click elsewhere, Enter or Space is `pressed`."""

    pressed = Signal()
    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._style = 0
        self._chosen = False
        self._visible = True
        self._rates: tuple[float, ...] = (1.0,)
        self._field: _NameField | None = None
        self.eye = ToolButton("eye", tr("Hide"), size=SMALL, parent=self)
        self.solo = ToolButton("circle-dot", tr("Show only this"), size=SMALL, parent=self)
        self.menu = ToolButton("ellipsis", tr("More"), size=SMALL, parent=self)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_run(self, name: str, index: int, *, visible: bool, alone: bool, chosen: bool) -> None:
        """Show a run's name and style, and whether it is drawn, alone drawn and chosen."""
        now = (name, index, visible, chosen)
        if now != (self._name, self._style, self._visible, self._chosen):
            self._name, self._style, self._visible, self._chosen = now
            self.setAccessibleName(name)
            self.setToolTip(tr("{name}: click to choose it for the inspector", name=name))
            self.eye.set_icon("eye" if visible else "eye-off")
            self.eye.describe(
                tr("Hide {name}", name=name) if visible else tr("Show {name}", name=name)
            )
            self.menu.describe(
                tr("More for {name}", name=name),
                tr("Duplicate, fork, rename, recolour, move, reset, remove"),
            )
            self.update()
        self.solo.set_on(alone)
        self.solo.describe(
            tr("Show all runs again") if alone else tr("Show only {name}", name=name)
        )

    def set_rates(self, rates: Sequence[float] | NDArray[float64]) -> None:
        """Show the learning rate of every step; nothing where none is known."""
        every = max(1, len(rates) // (2 * sparkline.WIDTH))
        thinned = tuple(float(rate) for rate in rates[::every])
        if thinned != self._rates:
            self._rates = thinned
            self.update()

    def name(self) -> str:
        """The name shown."""
        return self._name

    def is_wide(self) -> bool:
        """Whether there is room for everything."""
        return self.width() >= px(self, _WIDE)

    def edit_name(self) -> None:
        """Let a person type another name in place; Enter takes it, Esc leaves it."""
        self._end_edit(False)
        field = _NameField(self._name, self)
        field.setAccessibleName(tr("Name of {name}", name=self._name))
        field.setGeometry(self._name_place().adjusted(-px(self, 9), 0, 0, 0))
        field.ended.connect(self._end_edit)
        self._field = field
        field.show()
        field.setFocus()
        field.selectAll()

    def _end_edit(self, take: bool) -> None:
        field, self._field = self._field, None
        if field is None:
            return
        text = field.text().strip()
        if field.hasFocus():
            self.setFocus()
        field.hide()
        field.deleteLater()
        if take and text != self._name:
            self.renamed.emit(text)

    def _sign(self) -> QRectF:
        wide = px(self, chips.WIDTH if self.is_wide() else _SHORT_SIGN)
        high = px(self, chips.HEIGHT)
        return QRectF(0, (self.height() - high) / 2, wide, high)

    def _name_place(self) -> QRect:
        left = round(self._sign().right()) + px(self, 9)
        right = self.eye.x() - px(self, 4)
        if self.is_wide() and self._rates:
            right -= px(self, sparkline.WIDTH + 8)
        return QRect(left, 0, right - left, self.height())

    def sizeHint(self) -> QSize:
        """One control high."""
        return QSize(px(self, 208), px(self, HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the smallest dock."""
        return QSize(px(self, 150), px(self, HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons at the right; their glyphs, not their boxes, end where fields do."""
        super().resizeEvent(event)
        side = px(self, SMALL)
        left = self.width() - 3 * side + px(self, 4)
        for i, button in enumerate((self.eye, self.solo, self.menu)):
            button.setGeometry(left + i * side, (self.height() - side) // 2, side, side)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw sign, name and schedule."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self._visible else 0.45)
        under = theme.chosen if self._chosen else theme.panel
        chips.paint_chip(painter, self._sign(), style(self._style), theme, under)
        place = self._name_place()
        if self.is_wide() and self._rates:
            size = (px(self, sparkline.WIDTH), px(self, sparkline.HEIGHT))
            left, top = self.eye.x() - px(self, 8) - size[0], (self.height() - size[1]) / 2
            sparkline.paint_sparkline(painter, QRectF(left, top, *size), self._rates, theme)
        painter.setOpacity(1.0)
        painter.setPen(colour(theme.text if self._visible else theme.muted))
        painter.setFont(variant(self.font(), SEMIBOLD if self._chosen else REGULAR))
        text = cut_name(painter.fontMetrics(), self._name, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring = QRectF(place).adjusted(-px(self, 4), 2, 0, -2)
            paint_ring(painter, ring, theme.accent, px(self, 6))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this run."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Rename this run."""
        self.edit_name()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter or Space, rename with F2."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        elif event.key() == Qt.Key.Key_F2:
            self.edit_name()
        else:
            super().keyPressEvent(event)
