"""How the surface is turned, moved and zoomed, whoever draws it, and what is painted over it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent

from .stylesheet import colour

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.core.figure import Scene

    from .theme import Theme

# Degrees a pixel of dragging, and a press of a key, turn the surface.
_DRAG, _PRESS = 0.4, 5.0
_STEP = 1.15
_ZOOMS = 0.4, 12.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the camera is: the last fields of a Scene."""

    azimuth: float
    elevation: float
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)

    def turned(self, right: float, down: float) -> Pose:
        """With the surface turned by degrees, as if pulled right and down; never upside down."""
        azimuth = (self.azimuth - right + 180) % 360 - 180
        elevation = min(90.0, max(0.0, self.elevation + down))
        return replace(self, azimuth=round(azimuth, 3), elevation=round(elevation, 3))

    def moved(self, right: float, up: float) -> Pose:
        """With the picture moved, in halves of its smaller side."""
        return replace(self, pan=(self.pan[0] + right, self.pan[1] + up))

    def zoomed(self, factor: float, at: tuple[float, float] = (0.0, 0.0)) -> Pose:
        """Magnified, with what is seen at `at` (units and origin as pan's) kept in place."""
        zoom = min(_ZOOMS[1], max(_ZOOMS[0], self.zoom * factor))
        factor = zoom / self.zoom
        x, y = (a + factor * (p - a) for a, p in zip(at, self.pan, strict=True))
        return replace(self, zoom=zoom, pan=(x, y))


def posed(scene: Scene, pose: Pose) -> Scene:
    """The scene as that camera sees it."""
    return replace(
        scene,
        azimuth=pose.azimuth,
        elevation=pose.elevation,
        zoom=pose.zoom,
        pan=pose.pan,
    )


class Orbit(QObject):
    """Turns what the mouse and the keys do on a canvas into poses.

    Drag turns; drag with another button or Shift moves; the wheel and + and − zoom; arrows turn;
    0 and a double click reset. `changed` carries the new pose while it goes on, `settled` the one
    that is meant to stay, `reset` asks for the first.
    """

    changed = Signal(object)
    settled = Signal(object)
    reset = Signal()

    def __init__(self, canvas: QWidget, pose: Pose) -> None:
        super().__init__(canvas)
        self.pose = pose
        self.dragging = False
        self._canvas = canvas
        self._last = QPointF()
        # by Tab only: after a drag with the mouse the arrows still step through the run
        canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        canvas.installEventFilter(self)

    def eventFilter(self, _canvas: QObject, event: QEvent) -> bool:
        """Take the events that turn, move and zoom; leave all others."""
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            self._wheel(event)
            return True
        if isinstance(event, QKeyEvent) and event.type() in {
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        }:
            return self._key(event)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonDblClick:
            self.dragging = False
            self.reset.emit()
        elif kind == QEvent.Type.MouseButtonPress:
            self.dragging = True
            self._last = event.position()
        elif kind == QEvent.Type.MouseMove and self.dragging:
            move = event.position() - self._last
            self._last = event.position()
            self._drag(event, move)
        elif kind == QEvent.Type.MouseButtonRelease and self.dragging:
            if not event.buttons():
                self.dragging = False
                self.settled.emit(self.pose)
        else:
            return False
        event.accept()
        return True

    def _drag(self, event: QMouseEvent, move: QPointF) -> None:
        turn = event.buttons() == Qt.MouseButton.LeftButton
        if turn and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._go(self.pose.turned(_DRAG * move.x(), _DRAG * move.y()))
        else:
            half = min(self._canvas.width(), self._canvas.height()) / 2
            self._go(self.pose.moved(move.x() / half, -move.y() / half))

    def _wheel(self, event: QWheelEvent) -> None:
        width, height = self._canvas.width(), self._canvas.height()
        half = min(width, height) / 2
        spot = event.position()
        at = (spot.x() - width / 2) / half, (height / 2 - spot.y()) / half
        notches = event.angleDelta().y() / 120
        if notches:
            self._go(self.pose.zoomed(_STEP**notches, at), final=True)
        event.accept()

    def _key(self, event: QKeyEvent) -> bool:
        command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.modifiers() & command:
            return False
        pose = None
        if event.key() in _ARROWS:
            right, down = _ARROWS[Qt.Key(event.key())]
            pose = self.pose.turned(_PRESS * right, _PRESS * down)
        elif event.text() in {"+", "="}:
            pose = self.pose.zoomed(_STEP)
        elif event.text() in {"-", "−"}:
            pose = self.pose.zoomed(1 / _STEP)
        elif event.text() != "0":
            return False
        event.accept()
        if event.type() == QEvent.Type.ShortcutOverride:
            # accepted here, the key comes to the canvas and not to the window's shortcut
            return True
        if pose is None:
            self.reset.emit()
        else:
            self._go(pose, final=True)
        return True

    def _go(self, pose: Pose, *, final: bool = False) -> None:
        if pose != self.pose:
            self.pose = pose
            self.changed.emit(pose)
            if final and not self.dragging:
                self.settled.emit(pose)


def paint_over(painter: QPainter, canvas: QWidget, scene: Scene, theme: Theme) -> None:
    """The numbers and names around the floor, notes below, and the ring when it has the keys."""
    from explorer.core import camera

    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(colour(theme.muted))
    upright, slanted = QFont(canvas.font()), QFont(canvas.font())
    slanted.setItalic(True)
    for x, y, text in camera.project(scene, canvas.width(), canvas.height()):
        name = any(letter.isalpha() for letter in text)
        painter.setFont(slanted if name else upright)
        box = QRectF(x - 60, y - 20, 120, 40)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
    painter.setFont(upright)
    line = QFontMetricsF(upright).height()
    for row, note in enumerate(reversed(scene.notes)):
        painter.drawText(QPointF(12, canvas.height() - 12 - row * line), note)
    if canvas.hasFocus():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(canvas.rect()).adjusted(1, 1, -1, -1), 6, 6)
