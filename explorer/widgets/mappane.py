"""One map: the painted contours under trajectories, with a start that can be dragged.

Imports pyqtgraph, so a view imports this module in `build`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent, QWheelEvent

from explorer.core.numbers import number
from explorer.core.request import Viewport

from . import overlay
from .plot import Plot, cosmetic_pen
from .stylesheet import colour

if TYPE_CHECKING:
    from explorer.core.figure import MapImage, MapPlot

    from .theme import Theme

GRIP = 18.0  # px around the start in which a press takes hold of it
CLICK = 4.0  # px a press may move and still be a click


class _Picture(pg.GraphicsObject):
    """The painted contours, in the map's coordinates."""

    def __init__(self) -> None:
        super().__init__()
        self._image: MapImage | None = None
        self._pixels = QImage()

    def set_image(self, image: MapImage | None) -> None:
        if image is self._image:
            return
        self.prepareGeometryChange()
        self._image = image
        if image is not None:
            # Qt's first row is the top one; the copy owns its pixels
            rows = np.ascontiguousarray(image.rgb[::-1])
            height, width = rows.shape
            form = QImage.Format.Format_RGB32
            self._pixels = QImage(rows.data, width, height, 4 * width, form).copy()
        self.update()

    def boundingRect(self) -> QRectF:
        if self._image is None:
            return QRectF()
        (x0, x1), (y0, y1) = self._image.bounds
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self.boundingRect()
        # the map's y runs upwards, an image's rows downwards
        painter.translate(0, 2 * box.top() + box.height())
        painter.scale(1, -1)
        painter.drawImage(box, self._pixels)


class _Overlay(pg.GraphicsObject):
    """What lies on the map, painted in pixels over the whole view box."""

    def __init__(self, pane: MapPane) -> None:
        super().__init__()
        self._pane = pane
        self.setZValue(10)

    def boundingRect(self) -> QRectF:
        return QRectF(self._pane.box.rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        self._pane.paint_overlay(painter)


class MapPane(Plot):
    """A map with one or all trajectories. Coordinates in signals are the map's own."""

    start_moved = Signal(float, float, bool)  # x, y, still dragging
    hovered = Signal(object)  # (x, y) or None
    framed = Signal(object)  # Viewport
    zoomed = Signal(object)  # bounds a person chose

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, grid=False, mouse=True)
        self.box = self.getViewBox()
        self._plot: MapPlot | None = None
        self._flat = False
        self._dragging = False
        self._pressed: QPointF | None = None
        self._cross: tuple[float, float] | None = None
        self._bounds: tuple[tuple[float, float], ...] | None = None
        self.labels = True
        self.scale_factor = 1.0
        self._picture = _Picture()
        self.box.addItem(self._picture)
        self._curve = pg.PlotCurveItem()
        self.box.addItem(self._curve)
        self._overlay = _Overlay(self)
        self._overlay.setParentItem(self.box)
        self.set_margins(40, 26)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bottom.configure(title="x")
        self.left.configure(title="y")
        self._settle = QTimer(self, singleShot=True, interval=150)
        self._settle.timeout.connect(self._say_zoomed)
        self._frame_timer = QTimer(self, singleShot=True, interval=0)
        self._frame_timer.timeout.connect(self._say_framed)
        self.box.sigRangeChanged.connect(self._ranged)
        self.box.sigRangeChangedManually.connect(lambda *_: self._settle.start())

    def show_map(self, plot: MapPlot, image: MapImage | None) -> None:
        """Draw a map; `image` is its contours, None of one dimension or while they are made."""
        flat = not plot.field.y.size
        if flat != self._flat:
            self._flat = flat
            self.box.setAspectLocked(not flat)
            self.left.configure(title="loss" if flat else "y")
        elif self._plot is None:
            self.box.setAspectLocked(not flat)
        old, self._plot = self._plot, plot
        if plot.bounds != self._bounds:
            self._bounds = plot.bounds
            self._frame_bounds()
        self._picture.set_image(None if flat else image)
        if flat and (old is None or old.field is not plot.field):
            pen = cosmetic_pen(self.theme.text, 1.5 * self.scale_factor, self.ratio)
            self._curve.setData(plot.field.x, plot.field.z[0], pen=pen)
        self._curve.setVisible(flat)
        self._overlay.update()

    def show_cross(self, at: tuple[float, float] | None) -> None:
        """Draw a crosshair, as another pane's pointer asks."""
        if at != self._cross:
            self._cross = at
            self._overlay.update()

    def reset(self) -> None:
        """Show the bounds again that were given last."""
        self._frame_bounds()

    def viewport_now(self) -> Viewport | None:
        """What is shown, edge to edge; None before it has a size."""
        rect = self.box.rect()
        if rect.width() < 2 or rect.height() < 2:
            return None
        (x0, x1), (y0, y1) = self.box.viewRange()
        ratio = self.ratio
        wide, high = round(rect.width() * ratio), round(rect.height() * ratio)
        return Viewport(((x0, x1), (y0, y1)), wide, high, ratio)

    def _frame_bounds(self) -> None:
        if self._bounds is None or self.box.rect().width() < 2:
            return
        (x0, x1), (y0, y1) = self._bounds
        self.box.setRange(xRange=(x0, x1), yRange=(y0, y1), padding=0, disableAutoRange=True)

    def _ranged(self) -> None:
        self._overlay.update()
        self._frame_timer.start()

    def _say_framed(self) -> None:
        if not self._flat and (viewport := self.viewport_now()) is not None and self.isVisible():
            self.framed.emit(viewport)

    def _say_zoomed(self) -> None:
        if not self._flat:
            (x0, x1), (y0, y1) = self.box.viewRange()
            self._bounds = (float(x0), float(x1)), (float(y0), float(y1))
            self.zoomed.emit(self._bounds)

    def _frame(self) -> overlay.Frame:
        at = self.box.childGroup.transform()
        return overlay.Frame(at.m11(), at.dx(), at.m22(), at.dy(), self.box.rect())

    def paint_overlay(self, painter: QPainter) -> None:
        """Paint what lies on the map; called by its graphics item."""
        if self._plot is None:
            return
        frame = self._frame()
        font = QFont(self.font())
        overlay.paint_map(
            painter, self._plot, frame, self.theme, font, self.scale_factor, self.labels
        )
        if self._cross is not None:
            at = frame.point(*self._cross)
            pen = overlay._pen("#FFFFFF" if not self._flat else self.theme.muted, 1, 0.75, (2, 3))
            painter.setPen(pen)
            painter.drawLine(
                QPointF(at.x(), frame.rect.top()), QPointF(at.x(), frame.rect.bottom())
            )
            painter.drawLine(
                QPointF(frame.rect.left(), at.y()), QPointF(frame.rect.right(), at.y())
            )
        painter.setPen(colour(self.theme.border))

    def _at(self, event: QMouseEvent) -> tuple[QPointF, tuple[float, float]]:
        """The pointer in the view box's pixels, and in the map's coordinates."""
        pixel = self.box.mapFromScene(self.mapToScene(event.position().toPoint()))
        place = self.box.mapToView(pixel)
        return pixel, (place.x(), place.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the start, or begin what pyqtgraph does with a drag: pan."""
        if event.button() == Qt.MouseButton.LeftButton and self._plot is not None:
            pixel, _ = self._at(event)
            start = self._frame().point(*self._plot.start)
            if math.hypot(pixel.x() - start.x(), pixel.y() - start.y()) <= GRIP:
                self._dragging = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                event.accept()
                return
            if self.box.rect().contains(pixel):
                self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the start, pan, or tell what is under the pointer."""
        pixel, place = self._at(event)
        if self._dragging:
            self.start_moved.emit(*place, True)
            event.accept()
            return
        if self._pressed is not None:
            moved = event.position() - self._pressed
            if math.hypot(moved.x(), moved.y()) > CLICK:
                self._pressed = None
        if not event.buttons():
            inside = self.box.rect().contains(pixel)
            self.hovered.emit(place if inside else None)
            if inside and self._plot is not None:
                start = self._frame().point(*self._plot.start)
                near = math.hypot(pixel.x() - start.x(), pixel.y() - start.y()) <= GRIP
                shape = Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.CrossCursor
                self.setCursor(shape)
            else:
                self.unsetCursor()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the start go; a click elsewhere puts it there."""
        _, place = self._at(event)
        if self._dragging:
            self._dragging = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.start_moved.emit(*place, False)
            event.accept()
            return
        super().mouseReleaseEvent(event)
        if self._pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = None
            self.start_moved.emit(*place, False)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.hovered.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        if self._plot is not None:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave keys to the window: pyqtgraph's own would change what is shown."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the same bounds in another size."""
        super().resizeEvent(event)
        if hasattr(self, "_bounds"):
            self._frame_bounds()
            self._frame_timer.start()

    def describe(self) -> str:
        """The picture in words."""
        if self._plot is None:
            return "No map yet."
        lines = [f"Start at {', '.join(number(v) for v in self._plot.start)}."]
        for path in self._plot.paths:
            if len(path.points):
                place = ", ".join(number(v) for v in path.points[-1].tolist())
                loss = number(float(path.losses[-1]))
                lines.append(f"{path.label} is at {place} with loss {loss}. {path.note}".strip())
        return " ".join(lines)
