"""Paints what lies on a map: stationary points, trajectories, start, heads and their labels.

All sizes are logical pixels; the map's coordinates are taken to pixels once, so that lines keep
their width whatever the zoom and only points that differ on the screen are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from explorer.core import clip
from explorer.core.labels import place as label_places

from .chips import marker_path, run_colour
from .stylesheet import colour

if TYPE_CHECKING:
    from explorer.core.figure import MapPlot, Mark, Path

    from .theme import Theme

Array = NDArray[np.float64]
HALO = "#101216"
# A point nearer than this to the one drawn before it makes no difference to the line.
_APART = 0.4


@dataclass(frozen=True, slots=True)
class Frame:
    """How a map's coordinates become pixels: (x, y) -> (ax·x + bx, ay·y + by), inside `rect`."""

    ax: float
    bx: float
    ay: float
    by: float
    rect: QRectF

    def point(self, x: float, y: float) -> QPointF:
        """One point in pixels."""
        return QPointF(self.ax * x + self.bx, self.ay * y + self.by)

    def array(self, points: Array) -> Array:
        """Points (n, 2) in pixels."""
        return points * (self.ax, self.ay) + (self.bx, self.by)

    def bounds(self, margin: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """The part of the map that is shown, with a margin in pixels around it."""
        r = self.rect.adjusted(-margin, -margin, margin, margin)
        xs = sorted(((r.left() - self.bx) / self.ax, (r.right() - self.bx) / self.ax))
        ys = sorted(((r.top() - self.by) / self.ay, (r.bottom() - self.by) / self.ay))
        return (xs[0], xs[1]), (ys[0], ys[1])


def thin(pixels: Array) -> Array:
    """Drop points that lie on the same pixel as the one before; ends stay. (n, 2) -> (m, 2)."""
    if len(pixels) < 3:
        return pixels
    cell = np.round(pixels / _APART)
    keep = np.ones(len(pixels), dtype=bool)
    keep[1:-1] = (cell[1:-1] != cell[:-2]).any(axis=1)
    return pixels[keep]


def _pen(ink: str, width: float, alpha: float = 1.0, dash: tuple[float, ...] = ()) -> QPen:
    made = QColor(ink)
    made.setAlphaF(alpha)
    pen = QPen(made, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dash else Qt.PenCapStyle.RoundCap)
    if dash:
        pen.setDashPattern(list(dash))
    return pen


def paint_path(painter: QPainter, path: Path, frame: Frame, scale: float = 1.0) -> None:
    """Draw a trajectory: a dark halo, the colour at half strength, the colour dashed on top."""
    ink = path.style.colour
    for piece in clip.pieces(path.points, frame.bounds(8 * scale)):
        pixels = thin(frame.array(piece))
        line = QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])
        painter.setPen(_pen(HALO, 5.5 * scale, 0.82))
        painter.drawPolyline(line)
        if path.style.dash:
            painter.setPen(_pen(ink, 2.5 * scale, 0.5))
            painter.drawPolyline(line)
        painter.setPen(_pen(ink, 2.5 * scale, 1.0, path.style.dash))
        painter.drawPolyline(line)
        _dots(painter, pixels, ink, scale)


def _dots(painter: QPainter, pixels: Array, ink: str, scale: float) -> None:
    """A dot a step where steps are far enough apart on the screen to be told apart."""
    gaps = np.hypot(*np.diff(pixels, axis=0).T)
    if not len(gaps) or np.median(gaps) < 12 * scale:
        return
    painter.setPen(_pen(HALO, scale))
    painter.setBrush(QColor(ink))
    for x, y in pixels[1:-1].tolist():
        painter.drawEllipse(QPointF(x, y), 3 * scale, 3 * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_mark(painter: QPainter, mark: Mark, frame: Frame, scale: float = 1.0) -> None:
    """Draw a minimum as a star, a local one as a dot, a saddle as a cross; all white, edged."""
    at = frame.point(mark.x, mark.y)
    if not frame.rect.contains(at):
        return
    if mark.kind != "saddle":
        painter.setPen(_pen(HALO, 1.2 * scale))
        painter.setBrush(QColor("#FFFFFF"))
        if mark.kind == "local":
            painter.drawEllipse(at, 2.6 * scale, 2.6 * scale)
        else:
            painter.drawPath(marker_path("star", at, 7.5 / 1.4 * scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    reach = 3.6 * scale
    for ink, width in ((HALO, 4.0), ("#FFFFFF", 1.8)):
        painter.setPen(_pen(ink, width * scale))
        painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach))
        painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach))


def paint_start(painter: QPainter, at: QPointF, scale: float = 1.0) -> None:
    """Draw the start: a white ring over a dark one, and a dot."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(HALO, 5 * scale))
    painter.drawEllipse(at, 8 * scale, 8 * scale)
    painter.setPen(_pen("#FFFFFF", 2.5 * scale))
    painter.drawEllipse(at, 8 * scale, 8 * scale)
    painter.setPen(_pen(HALO, 1 * scale))
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawEllipse(at, 2.5 * scale, 2.5 * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_head(painter: QPainter, path: Path, at: QPointF, scale: float = 1.0) -> None:
    """Draw where a run is: a ball with its marker; at its end a sign that says why it ended.

    All steps taken: a square. A stopping rule: a disc with a tick. Diverged: a cross.
    """
    ink = QColor(path.style.colour)
    painter.setBrush(ink)
    painter.setPen(_pen(HALO, 1.5 * scale))
    if path.end == "max_steps":
        side = 6.0 * scale
        painter.drawRect(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side))
        painter.setBrush(QColor(HALO))
        painter.drawRect(QRectF(at.x() - side / 2.6, at.y() - side / 2.6, side / 1.3, side / 1.3))
    elif path.end == "diverged":
        reach = 6.0 * scale
        for line, width in ((HALO, 6.0), (path.style.colour, 3.0)):
            painter.setPen(_pen(line, width * scale))
            painter.drawLine(at + QPointF(-reach, -reach), at + QPointF(reach, reach))
            painter.drawLine(at + QPointF(-reach, reach), at + QPointF(reach, -reach))
    else:
        painter.drawEllipse(at, 8 * scale, 8 * scale)
        if path.end == "running":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#FFFFFF"))
            painter.drawPath(marker_path(path.style.marker, at, 3.2 * scale))
        else:
            painter.setPen(_pen(HALO, 2 * scale))
            tick = ((-3.6, 0.2), (-1.0, 3.0), (3.8, -3.0))
            painter.drawPolyline(QPolygonF([at + QPointF(x, y) * scale for x, y in tick]))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def head(path: Path, frame: Frame) -> QPointF | None:
    """Where a path's last drawn point is, or None where that is outside the picture."""
    if not len(path.points):
        return None
    x, y = path.points[-1].tolist()
    # far away points would overflow Qt's integers
    (x0, x1), (y0, y1) = frame.bounds(0)
    return frame.point(x, y) if x0 <= x <= x1 and y0 <= y <= y1 else None


def anchor(path: Path, frame: Frame) -> QPointF | None:
    """Where a path's label belongs: its head, or where the path leaves the picture."""
    if (at := head(path, frame)) is not None:
        return at
    pieces = clip.pieces(path.points, frame.bounds(0))
    return frame.point(*pieces[-1][-1].tolist()) if pieces else None


def label(path: Path, frame: Frame) -> str:
    """A path's name, and where its head is outside, what became of it."""
    if head(path, frame) is not None:
        return path.label
    return f"{path.label} {path.note.replace(' the picture', '')}".strip()


def paint_labels(
    painter: QPainter, plot: MapPlot, frame: Frame, theme: Theme, font: QFont, scale: float = 1.0
) -> None:
    """Draw short names at the heads, moved apart where they would collide, with a line to each."""
    shown = [(p, at) for p in plot.paths if (at := anchor(p, frame)) is not None]
    metrics = QFontMetricsF(font)
    pad, swatch = 6 * scale, 16 * scale
    high = metrics.height() + 4 * scale
    texts = [label(p, frame) for p, _ in shown]
    sizes = [(metrics.horizontalAdvance(text) + swatch + 2 * pad, high) for text in texts]
    r = frame.rect
    middles = label_places(
        [(at.x(), at.y()) for _, at in shown],
        sizes,
        (r.left() + 2, r.top() + 2, r.right() - 2, r.bottom() - 2),
        14 * scale,
    )
    boxes = [
        QRectF(x - wide / 2, y - high / 2, wide, high)
        for (x, y), (wide, _) in zip(middles, sizes, strict=True)
    ]
    for (_, at), box in zip(shown, boxes, strict=True):
        near = QPointF(
            min(max(at.x(), box.left() + 6), box.right() - 6),
            min(max(at.y(), box.top() + 4), box.bottom() - 4),
        )
        for ink, width in ((HALO, 3.0), ("#FFFFFF", 1.2)):
            painter.setPen(_pen(ink, width * scale))
            painter.drawLine(at, near)
    for (path, at), box, words in zip(shown, boxes, texts, strict=True):
        if head(path, frame) is not None:
            paint_head(painter, path, at, scale)
        fill = QColor(theme.panel)
        fill.setAlphaF(0.94)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 3 * scale, 3 * scale)
        painter.setBrush(colour(run_colour(path.style, theme)))
        middle = QPointF(box.left() + pad + 5 * scale, box.center().y())
        painter.drawPath(marker_path(path.style.marker, middle, 4.5 * scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colour(theme.text))
        painter.setFont(font)
        text = box.adjusted(pad + swatch, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)


def paint_map(
    painter: QPainter,
    plot: MapPlot,
    frame: Frame,
    theme: Theme,
    font: QFont,
    scale: float = 1.0,
    labels: bool = True,
) -> None:
    """Draw all that lies on a map, clipped to it."""
    painter.save()
    painter.setClipRect(frame.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for mark in plot.marks:
        paint_mark(painter, mark, frame, scale)
    for path in plot.paths:
        paint_path(painter, path, frame, scale)
    paint_start(painter, frame.point(*plot.start), scale)
    if labels:
        paint_labels(painter, plot, frame, theme, font, scale)
    else:
        for path in plot.paths:
            if (at := head(path, frame)) is not None:
                paint_head(painter, path, at, scale)
    painter.restore()
