"""What a presenter points with: a pen to draw on the picture, a laser dot, and a blackened screen.

A sheet over the whole picture. It is only there while something is to be seen on it or the mouse
is its own, so that a picture without it costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core.language import tr

from .stylesheet import colour

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

INK, HALO, LASER, WHITE = "#E6007E", "#FFFFFF", "#E4002B", "#FFFFFF"
# In px of a screen of 1920 by 1080: the pen, its halo on each side, the laser's dot and its glow.
PEN, EDGE, DOT, GLOW = 6.0, 4.0, 9.0, 18.0


class Sheet(QWidget):
    """Lies over the picture. tool: "" (the mouse goes through), "pen", "laser" or "shield".

    With the laser, presses still reach what lies below, so that a start can be dragged with it;
    a shield keeps the mouse from a picture that does not follow.
    """

    changed = Signal()  # another tool, or something drawn where there was nothing, or wiped

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.tool = ""
        self.unit = 1.0
        self.black = False
        self.strokes: list[QPolygonF] = []
        self.dot: QPointF | None = None
        self._drawing = False
        self._below: QWidget | None = None  # what holds the mouse under the laser
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Drawings on the picture"))
        self._refresh()

    def take(self, tool: str) -> None:
        """Take up another tool, or none; what was drawn stays."""
        self.tool, self._drawing, self._below = tool, False, None
        here = QPointF(self.mapFromGlobal(QCursor.pos()))
        self.dot = here if tool == "laser" else None
        self._refresh()

    def blacken(self, black: bool) -> None:
        """Turn the whole picture black, or show it again."""
        self.black = black
        self._refresh()

    def clear(self) -> None:
        """Wipe off what was drawn."""
        self.strokes, self._drawing = [], False
        self._refresh()

    def _refresh(self) -> None:
        passes = not self.tool and not self.black
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, passes)
        shapes = {"pen": Qt.CursorShape.CrossCursor, "laser": Qt.CursorShape.BlankCursor}
        dark = Qt.CursorShape.BlankCursor
        self.setCursor(dark if self.black else shapes.get(self.tool, Qt.CursorShape.ArrowCursor))
        self.setVisible(bool(self.tool or self.black or self.strokes))
        self.raise_()
        self.update()
        self.changed.emit()

    # -- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a line, or wipe all with the right button."""
        if self.tool == "laser":
            self._pass_on(event)
        elif self.tool == "pen" and event.button() == Qt.MouseButton.RightButton:
            self.clear()
        elif self.tool == "pen" and event.button() == Qt.MouseButton.LeftButton:
            self._drawing = True
            self.strokes.append(QPolygonF([event.position()]))
            self.update()
            if len(self.strokes) == 1:
                self.changed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, or take the dot along."""
        if self.tool == "laser":
            self.dot = event.position()
            self.update()
            self._pass_on(event)
        elif self._drawing:
            self.strokes[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the line."""
        self._drawing = False
        if self.tool == "laser":
            self._pass_on(event)

    def _pass_on(self, event: QMouseEvent) -> None:
        """Give a press, and what follows it, to the widget under the laser."""
        if event.type() == QEvent.Type.MouseButtonPress and self._below is None:
            through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
            self.setAttribute(through)
            self._below = self._over.childAt(event.position().toPoint())
            self.setAttribute(through, False)
        below = self._below
        if below is None:
            return
        local = QPointF(below.mapFrom(self._over, QPoint(0, 0))) + event.position()
        given = event.type(), local, event.globalPosition(), event.button(), event.buttons()
        QApplication.sendEvent(below, QMouseEvent(*given, event.modifiers()))
        if not event.buttons():
            self._below = None

    # -- the picture

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw lines, then the dot; or blacken all."""
        painter = QPainter(self)
        if self.black:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for ink, width in ((HALO, PEN + 2 * EDGE), (INK, PEN)):
            pen = QPen(colour(ink), width * self.unit)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for stroke in self.strokes:
                if stroke.size() == 1:
                    painter.drawPoint(stroke.first())
                else:
                    painter.drawPolyline(stroke)
        if self.dot is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            glow = QColor(LASER)
            glow.setAlphaF(0.3)
            discs = ((glow, GLOW), (QColor(WHITE), DOT + 2.5), (QColor(LASER), DOT))
            for fill, radius in discs:
                painter.setBrush(fill)
                painter.drawEllipse(self.dot, radius * self.unit, radius * self.unit)
        painter.end()
