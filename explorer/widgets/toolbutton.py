"""A button that is an icon: quiet at rest, filled under the pointer, ringed when focused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from . import icons
from .fonts import px
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from .theme import Theme

SMALL = 24
NORMAL = 28


def paint_fill(painter: QPainter, rect: QRectF, fill: str, radius: float) -> None:
    """Fill a rounded rectangle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(fill))
    painter.drawRoundedRect(rect, radius, radius)


def paint_ring(painter: QPainter, rect: QRectF, line: str, radius: float, width: float = 2) -> None:
    """Draw a rounded outline that lies wholly inside `rect`."""
    half = width / 2
    painter.setPen(QPen(colour(line), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half)


class ToolButton(QAbstractButton):
    """An icon button of `size` logical pixels (28 in rows of controls, 24 in titles and cards).

    `name` is what it does, for screen readers and as the tooltip unless `tip` says more.
    """

    def __init__(
        self,
        icon: str,
        name: str,
        tip: str = "",
        *,
        size: int = NORMAL,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._size = size
        self._on = False
        self.setCheckable(checkable)
        self.setAccessibleName(name)
        self.setToolTip(tip or name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def icon_name(self) -> str:
        """The icon shown."""
        return self._icon

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        if icon != self._icon:
            self._icon = icon
            self.update()

    def describe(self, name: str, tip: str = "") -> None:
        """Say anew what the button does."""
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setToolTip(tip or name)

    def set_on(self, on: bool) -> None:
        """Show the button as on or off, where its owner and not a click decides that."""
        if on != self._on:
            self._on = on
            self.update()

    def sizeHint(self) -> QSize:
        """Square."""
        side = px(self, self._size)
        return QSize(side, side)

    def _colours(self, theme: Theme) -> tuple[str, str]:
        """The fill ('' for none) and the glyph's colour in the present state."""
        hovered = self.underMouse() and self.isEnabled()
        if self.isChecked() or self._on:
            return theme.chosen, theme.accent
        if self.isDown():
            return theme.chosen, theme.text
        return (theme.hover, theme.text) if hovered else ("", theme.muted)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the fill, the glyph and, when focused, the ring."""
        theme = theme_of(self)
        fill, ink = self._colours(theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, radius = QRectF(self.rect()), px(self, 6)
        if fill:
            paint_fill(painter, rect, fill, radius)
        glyph = px(self, icons.GLYPH)
        image = icons.pixmap(self._icon, ink, glyph, self.devicePixelRatioF())
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        painter.drawPixmap((self.width() - glyph) // 2, (self.height() - glyph) // 2, image)
        if self.hasFocus():
            paint_ring(painter, rect, theme.accent, radius)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)
