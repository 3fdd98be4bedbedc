"""How a run is recognised beside its name: its colour, dash and marker in one small sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr
from explorer.core.style import Style, style

from .fonts import px
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from .theme import Theme

WIDTH = 36
HEIGHT = 16
# A marker of radius 1: corners, the angle of the first (degrees from the top), the inner radius
# of a star, and the radius that makes all look equally large.
_SHAPES = {
    "square": (4, 45.0, 1.0, 1.25),
    "triangle": (3, 0.0, 1.0, 1.25),
    "diamond": (4, 0.0, 1.0, 1.3),
    "pentagon": (5, 0.0, 1.0, 1.15),
    "star": (5, 0.0, 0.45, 1.4),
    "triangle-down": (3, 180.0, 1.0, 1.25),
    "hexagon": (6, 30.0, 1.0, 1.1),
}

_NAMES = {
    "circle": tr("circle marker"),
    "square": tr("square marker"),
    "triangle": tr("triangle marker"),
    "diamond": tr("diamond marker"),
    "pentagon": tr("pentagon marker"),
    "star": tr("star marker"),
    "triangle-down": tr("triangle-down marker"),
    "hexagon": tr("hexagon marker"),
}


def marker_path(marker: str, centre: QPointF, radius: float) -> QPainterPath:
    """The outline of a marker, as large to the eye as a circle of that radius."""
    path = QPainterPath()
    if marker == "circle":
        path.addEllipse(centre, radius, radius)
        return path
    corners, first, inner, size = _SHAPES[marker]
    radii = [1.0, inner] if inner < 1 else [1.0]
    count = corners * len(radii)
    points = []
    for i in range(count):
        angle = math.radians(first + 360 * i / count)
        reach = radius * size * radii[i % len(radii)]
        points.append(centre + QPointF(reach * math.sin(angle), -reach * math.cos(angle)))
    # a triangle's middle is not the middle of its height
    shift = {"triangle": 0.2, "triangle-down": -0.2}.get(marker, 0.0) * radius
    path.addPolygon(QPolygonF(points).translated(0, shift))
    path.closeSubpath()
    return path


def run_colour(look: Style, theme: Theme) -> str:
    """A run's colour on a panel of the theme: at 3:1 or more against it."""
    return look.colour if theme.dark else look.ink


def paint_chip(painter: QPainter, rect: QRectF, look: Style, theme: Theme, under: str) -> None:
    """Draw a run's sign into `rect`, on a ground of the colour `under`."""
    ink = colour(run_colour(look, theme))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    weight = 2.5 * rect.height() / HEIGHT
    pen = QPen(ink, weight, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    if look.dash:
        pen.setDashPattern(look.dash)
    painter.setPen(pen)
    middle = rect.center()
    painter.drawLine(QPointF(rect.left(), middle.y()), QPointF(rect.right(), middle.y()))
    shape = marker_path(look.marker, middle, 3.5 * weight / 2.5)
    painter.setPen(QPen(colour(under), 3.0 * weight / 2.5))
    painter.drawPath(shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawPath(shape)
    painter.restore()


class Chip(QWidget):
    """A run's sign as a widget."""

    def __init__(self, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style(index)
        self.setAccessibleName(_NAMES[self._style.marker])
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_style(self, index: int) -> None:
        """Show another run's sign."""
        if style(index) != self._style:
            self._style = style(index)
            self.setAccessibleName(_NAMES[self._style.marker])
            self.update()

    def sizeHint(self) -> QSize:
        """36 by 16."""
        return QSize(px(self, WIDTH), px(self, HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sign."""
        theme = theme_of(self)
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self._style, theme, theme.panel)
        painter.end()
