"""A row of joined buttons of which exactly one is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from .fonts import px
from .stylesheet import colour, theme_of
from .toolbutton import paint_fill, paint_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 28


class Segmented(QWidget):
    """Choose one of `options`, each (key, text) or (key, text, tooltip).

    `changed` carries the key that a person chose; `set_value` is silent. Arrow keys move the
    choice.
    """

    changed = Signal(str)

    def __init__(
        self, name: str, options: Sequence[tuple[str, ...]], value: str = "", tip: str = ""
    ) -> None:
        super().__init__()
        self._name = name
        self._keys = [option[0] for option in options]
        self._texts = [option[1] for option in options]
        self._tips = [(*option, "", "")[2] for option in options]
        self._at = self._keys.index(value) if value else 0
        self._hovered = -1
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._announce()

    def value(self) -> str:
        """The key of the option that is on."""
        return self._keys[self._at]

    def set_value(self, key: str) -> None:
        """Turn an option on without emitting `changed`."""
        at = self._keys.index(key)
        if at != self._at:
            self._at = at
            self._announce()
            self.update()

    def set_options(self, options: Sequence[tuple[str, ...]]) -> None:
        """Offer other options, silently; the one that is on stays on, else the first is."""
        value = self.value()
        self._keys = [option[0] for option in options]
        self._texts = [option[1] for option in options]
        self._tips = [(*option, "", "")[2] for option in options]
        self._at = self._keys.index(value) if value in self._keys else 0
        self._hovered = -1
        self._announce()
        self.updateGeometry()
        self.update()

    def _announce(self) -> None:
        self.setAccessibleName(f"{self._name}: {self._texts[self._at]}")

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self._keys) and at != self._at:
            self.set_value(self._keys[at])
            self.changed.emit(self._keys[at])

    def _widths(self) -> list[int]:
        metrics, pad = QFontMetricsF(self.font()), px(self, 10)
        return [round(metrics.horizontalAdvance(text)) + 2 * pad for text in self._texts]

    def rects(self) -> list[QRectF]:
        """Where each option is, in the widget's coordinates."""
        left, found = 0, []
        for width in self._widths():
            found.append(QRectF(left, 0, width, self.height()))
            left += width
        return found

    def _find(self, place: QPoint) -> int:
        hits = [i for i, rect in enumerate(self.rects()) if rect.contains(place.toPointF())]
        return hits[0] if hits else -1

    def sizeHint(self) -> QSize:
        """As wide as all options, each with its own width."""
        return QSize(sum(self._widths()), px(self, HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame, the fills under it and the texts."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        whole, radius = QRectF(self.rect()), px(self, 6)
        paint_fill(painter, whole.adjusted(0.5, 0.5, -0.5, -0.5), theme.control, radius)
        rects = self.rects()
        for i, (rect, text) in enumerate(zip(rects, self._texts, strict=True)):
            on = i == self._at
            if on or i == self._hovered:
                painter.save()
                painter.setClipRect(rect)
                paint_fill(
                    painter,
                    whole.adjusted(0.5, 0.5, -0.5, -0.5),
                    theme.chosen if on else theme.hover,
                    radius,
                )
                painter.restore()
            painter.setPen(colour(theme.accent if on else theme.text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QPen(colour(theme.button_border), 1))
        for rect in rects[1:]:
            x = round(rect.left()) + 0.5
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
        paint_ring(painter, whole, theme.button_border, radius, 1)
        if self.hasFocus():
            paint_ring(painter, whole, theme.accent, radius)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the choice with the arrow keys, Home and End."""
        key = Qt.Key
        moves = {
            key.Key_Left: self._at - 1,
            key.Key_Up: self._at - 1,
            key.Key_Right: self._at + 1,
            key.Key_Down: self._at + 1,
            key.Key_Home: 0,
            key.Key_End: len(self._keys) - 1,
        }
        if event.key() in moves:
            self._choose(moves[key(event.key())])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the option under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._find(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the option under the pointer."""
        self._hover(self._find(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, at: int) -> None:
        if at != self._hovered:
            self._hovered = at
            self.update()

    def event(self, event: QEvent) -> bool:
        """Show the tooltip of the option under the pointer."""
        if event.type() == QEvent.Type.ToolTip:
            at = self._find(event.pos())  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), self._tips[at] or self.toolTip(), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)
