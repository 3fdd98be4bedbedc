"""One map: the painted contours under trajectories, with a start that can be dragged.

A widget of its own rather than a pyqtgraph plot: it is the first picture that a person waits for,
and pyqtgraph takes longer to load than all else that it needs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import ENGLISH, spoken, tr
from explorer.core.numbers import number
from explorer.core.request import Viewport, fit

from . import ground, ink, overlay
from .fonts import px
from .stylesheet import colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.figure import MapImage, MapPlot
    from explorer.core.stroke import Draw

    from .theme import Theme

GRIP = 18.0  # px around the start in which a press takes hold of it
CLICK = 4.0  # px a press may move and still be a click
LEFT, BOTTOM = 40, 26  # px for the numbers beside and below
ZOOM = 1.15  # how much one notch of the wheel magnifies
WAITING = tr("Drawing the landscape…")
Interval = tuple[float, float]


class MapPane(QWidget):
    """A map with one or all trajectories. Coordinates in signals are the map's own."""

    start_moved = Signal(float, float, bool)  # x, y, still dragging
    hovered = Signal(object)  # (x, y) or None
    framed = Signal(object)  # Viewport
    zoomed = Signal(object)  # bounds a person chose
    looked = Signal(object)  # bounds while a hand moves them, for panes that show the same
    line_drawn = Signal(object, bool)  # two points or None, still dragging
    painted = Signal()

    def __init__(self, theme: Theme, draw: Draw) -> None:
        super().__init__()
        self.theme, self._draw = theme, draw
        self.labels = True
        self.scale_factor = 1.0
        self._plot: MapPlot | None = None
        self._waiting = ""
        self._image: MapImage | None = None
        self._pixels = QImage()
        self._rows: NDArray[np.uint32] | None = None
        self._bounds: tuple[Interval, ...] | None = None
        self._shown: tuple[Interval, Interval] = ((0.0, 1.0), (0.0, 1.0))
        self._kept: tuple[tuple[object, ...], QPixmap] | None = None
        self._cross: Interval | None = None
        self._dragging = False
        self._pressed: QPointF | None = None
        self._panned: QPointF | None = None
        self._line_from: QPointF | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is painted under it
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 90)
        self._settle = QTimer(self, singleShot=True, interval=150)
        self._settle.timeout.connect(self._say_zoomed)
        self._frame_timer = QTimer(self, singleShot=True, interval=0)
        self._frame_timer.timeout.connect(self._say_framed)

    @property
    def flat(self) -> bool:
        """Whether the landscape has one dimension, so that its curve is shown."""
        return self._plot is not None and not self._plot.field.y.size

    # -- what is shown

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def show_map(self, plot: MapPlot, image: MapImage | None) -> None:
        """Draw a map; `image` is its contours, None of one dimension or while they are made."""
        was_flat, field, self._plot = self.flat, self._plot and self._plot.field, plot
        if field is not plot.field:
            self._kept = None
        if plot.bounds != self._bounds or was_flat != self.flat:
            self._bounds = plot.bounds
            self._fit()
        if image is not self._image:
            self._image, self._kept = image, None
            if image is not None:
                # Qt's first row is the top one; its image has no memory of its own
                self._rows = np.ascontiguousarray(image.rgb[::-1])
                height, width = self._rows.shape
                form = QImage.Format.Format_RGB32
                self._pixels = QImage(self._rows.data, width, height, 4 * width, form)
        self.update()

    def show_cross(self, at: Interval | None) -> None:
        """Draw a crosshair, as another pane's pointer asks."""
        if at != self._cross:
            self._cross = at
            self.update()

    def reset(self) -> None:
        """Show the bounds again that were given last."""
        self._fit()

    # -- places

    def area(self) -> QRectF:
        """The picture's part of the widget, in its pixels."""
        left, bottom = px(self, LEFT), px(self, BOTTOM)
        return QRectF(left, 2, max(self.width() - left - 2, 1), max(self.height() - bottom - 2, 1))

    def shown(self) -> tuple[Interval, Interval]:
        """What is seen, edge to edge."""
        return self._shown

    def _frame(self) -> ink.Frame:
        area, ((x0, x1), (y0, y1)) = self.area(), self._shown
        ax, ay = area.width() / (x1 - x0), -area.height() / (y1 - y0)
        bx, by = area.left() - ax * x0, area.bottom() - ay * y0
        halo = self.theme.panel if self.flat else ink.HALO
        return ink.Frame(ax, bx, ay, by, area, halo, self.flat, not self.theme.dark)

    def to_pixel(self, x: float, y: float) -> QPointF:
        """Where a point of the map is in the widget."""
        return self._frame().point(x, y)

    def to_map(self, at: QPointF) -> Interval:
        """The point of the map at a place in the widget."""
        frame = self._frame()
        return (at.x() - frame.bx) / frame.ax, (at.y() - frame.by) / frame.ay

    def _size(self) -> tuple[int, int]:
        """The picture's size in the screen's pixels."""
        area, ratio = self.area(), self.devicePixelRatioF()
        return max(round(area.width() * ratio), 2), max(round(area.height() * ratio), 2)

    def viewport_now(self) -> Viewport:
        """What is shown, edge to edge, and its size; before there is a plot, the size alone."""
        shown = self._shown if self._plot is not None else None
        return Viewport(shown, *self._size(), self.devicePixelRatioF())

    def _fit(self) -> None:
        """Show the bounds, and more of one axis where the widget has another shape."""
        if self._bounds is None:
            return
        bounds = self._bounds if self.flat else fit(self._bounds, *self._size())
        self._look((bounds[0], bounds[1]))

    def _look(self, shown: tuple[Interval, Interval]) -> None:
        if shown != self._shown:
            self._shown = shown
            self.update()
        self._frame_timer.start()

    def follow(self, shown: tuple[Interval, Interval]) -> None:
        """Show what another pane shows, as long as a hand moves that."""
        if not self.flat:
            self._look(shown)

    def _say_framed(self) -> None:
        if self._plot is None or (not self.flat and self.isVisible()):
            self.framed.emit(self.viewport_now())

    def _say_zoomed(self) -> None:
        if not self.flat:
            self._bounds = self._shown
            self.zoomed.emit(self._shown)

    # -- painting

    def set_waiting(self, why: str) -> None:
        """Say why there is no picture, or that it is on its way where `why` is empty."""
        if why != self._waiting:
            self._waiting = why
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw picture, overlay, crosshair and numbers."""
        painter = QPainter(self)
        if self._plot is None:
            painter.fillRect(self.rect(), colour(self.theme.panel))
            painter.setPen(colour(self.theme.muted))
            centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), centre, self._waiting or WAITING)
            painter.end()
            return
        painter.drawPixmap(0, 0, self._ground(self._plot))
        self.paint_overlay(painter)
        painter.end()
        self.painted.emit()

    def _ground(self, plot: MapPlot) -> QPixmap:
        """What stays while trajectories change, kept until one of the things it is made of does."""
        ratio, scale = self.devicePixelRatioF(), self.scale_factor
        lines = [outline.points.tobytes() for outline in plot.outlines]
        made_of = (
            self._shown,
            self.size(),
            ratio,
            self.theme,
            scale,
            self.font(),
            plot.marks,
            lines,
            [laid for laid in plot.overlays if laid.under],
        )
        if self._kept is None or self._kept[0] != made_of:
            pixmap = QPixmap(self.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(colour(self.theme.panel))
            painter = QPainter(pixmap)
            painter.setFont(self.font())
            frame = self._frame()
            if self.flat:
                ground.paint_curve(painter, plot.field, frame, self.theme, scale)
            elif self._image is not None:
                exact = self._image.bounds == self._shown
                ground.paint_image(painter, self._pixels, self._image.bounds, frame, exact)
            overlay.paint_ground(painter, plot, frame, self.theme, scale)
            names = self._plot.axes if self._plot else ("x", "y")
            ground.paint_numbers(painter, self, frame, self._shown, self.theme, names)
            painter.end()
            self._kept = made_of, pixmap
        return self._kept[1]

    def paint_overlay(self, painter: QPainter) -> None:
        """Paint what changes: trajectories, start, heads, labels, crosshair."""
        assert self._plot is not None
        frame, font = self._frame(), QFont(self.font())
        overlay.paint_runs(
            painter,
            self._plot,
            frame,
            self.theme,
            font,
            self._draw,
            self.scale_factor,
            self.labels,
        )
        if self._cross is None:
            return
        at, r = frame.point(*self._cross), frame.rect
        tint = self.theme.muted if self.flat else ink.WHITE
        painter.setPen(ink.pen(tint, 1, 0.75, (2, 3)))
        painter.drawLine(QPointF(at.x(), r.top()), QPointF(at.x(), r.bottom()))
        painter.drawLine(QPointF(r.left(), at.y()), QPointF(r.right(), at.y()))

    # -- the hand

    def _near_start(self, at: QPointF) -> bool:
        assert self._plot is not None
        gap = at - self.to_pixel(*self._plot.start)
        # all of the ring, where it is drawn large
        return math.hypot(gap.x(), gap.y()) <= max(GRIP, 9.5 * self.scale_factor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the start, or of the map."""
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton or self._plot is None:
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if shift and not self.flat and self.area().contains(at):
            self._line_from = at
            self.hovered.emit(None)
        elif self._near_start(at):
            self._dragging = True
            self.hovered.emit(None)  # the start itself says where the hand is
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.area().contains(at):
            self._pressed = self._panned = at

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the start, pan, or tell what is under the pointer."""
        at = event.position()
        if self._dragging:
            self.start_moved.emit(*self.to_map(at), True)
        elif self._line_from is not None:
            self._say_line(at, True)
        elif self._panned is not None:
            if self._pressed is not None:
                moved = at - self._pressed
                if math.hypot(moved.x(), moved.y()) <= CLICK:
                    return
                self._pressed = None
            self._pan(at)
        elif self._plot is not None:
            inside = self.area().contains(at)
            self.hovered.emit(self.to_map(at) if inside else None)
            near = Qt.CursorShape.OpenHandCursor
            away = Qt.CursorShape.CrossCursor if inside else Qt.CursorShape.ArrowCursor
            self.setCursor(near if self._near_start(at) else away)

    def _say_line(self, at: QPointF, drawing: bool) -> None:
        """Tell of the line drawn so far; a press that did not move takes a line away."""
        assert self._line_from is not None
        gap = at - self._line_from
        long = math.hypot(gap.x(), gap.y()) > CLICK
        ends = self.to_map(self._line_from), self.to_map(at)
        if long or not drawing:
            self.line_drawn.emit(ends if long else None, drawing)

    def _pan(self, at: QPointF) -> None:
        assert self._panned is not None
        (ax, ay), (bx, by) = self.to_map(self._panned), self.to_map(at)
        (x0, x1), (y0, y1) = self._shown
        dx, dy = ax - bx, ay - by
        self._panned = at
        if not self.flat:
            self._look(((x0 + dx, x1 + dx), (y0 + dy, y1 + dy)))
            self.looked.emit(self._shown)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a click that did not move puts the start there."""
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._dragging:
            self._dragging = False
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.start_moved.emit(*self.to_map(at), False)
        elif self._line_from is not None:
            self._say_line(at, False)
            self._line_from = None
        elif self._pressed is not None:
            self.start_moved.emit(*self.to_map(at), False)
        elif self._panned is not None:
            self._say_zoomed()
        self._pressed = self._panned = None

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self.hovered.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        if self._plot is None or self.flat:
            return
        factor = ZOOM ** (-event.angleDelta().y() / 120)
        x, y = self.to_map(event.position())
        (x0, x1), (y0, y1) = self._shown
        wide, high = (x1 - x0) * factor, (y1 - y0) * factor
        # a map narrower than its numbers' own precision shows nothing
        if min(wide, high) > 1e-9 * max(abs(x), abs(y), 1e-3) and max(wide, high) < 1e9:
            left, low = x - (x - x0) * factor, y - (y - y0) * factor
            self._look(((left, left + wide), (low, low + high)))
            self.looked.emit(self._shown)
            self._settle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the same bounds in another size."""
        super().resizeEvent(event)
        self._fit()
        self._frame_timer.start()

    def describe(self) -> str:
        """The picture in words."""
        if self._plot is None:
            return tr("No map yet.")
        start = ", ".join(number(v) for v in self._plot.start)
        lines = [tr("Start at {place}.", place=start)]
        for path in self._plot.paths:
            if len(path.points):
                place = ", ".join(number(v) for v in path.points[-1].tolist())
                loss = number(float(path.losses[-1]))
                said = tr(
                    "{name} is at {place} with loss {loss}.",
                    name=path.label,
                    place=place,
                    loss=loss,
                )
                lines.append(f"{said} {path.note}".strip())
        if (shading := self._plot.shading) is not None:
            ends = shading.low
            if shading.low != shading.high:
                ends = tr("{low} to {high}", low=shading.low, high=shading.high)
            # in English it loses its capital inside a sentence, in German it does not
            what = shading.name.lower() if spoken() == ENGLISH else shading.name
            lines.append(tr("Paths are coloured by {what}: {ends}.", what=what, ends=ends))
        if self._plot.overlays:  # what is laid over it is told in its notes
            lines += [f"{note}." for note in self._plot.notes]
        return " ".join(lines)
