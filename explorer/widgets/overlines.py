"""Paints what is laid over a map: the gradient's field, a hatched region, the local model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from explorer.core import clip

from .extras import arrow_head, paint_line
from .ink import HALO, WHITE, Array, Frame, draw_lines, pen, polygon, straighten, thin
from .stylesheet import colour

if TYPE_CHECKING:
    from explorer.core.figure import MapPlot, Overlay

    from .theme import Theme

# Widths in logical pixels and strengths of lines and of the halos around them.
LINE, EDGE = 1.3, 3.2
STRENGTHS = {"arrows": 0.95, "stream": 0.9, "hatch": 0.5, "border": 0.95}
HALOS = {"arrows": 0.5, "stream": 0.45, "hatch": 0.28, "border": 0.6}
# Arrow heads: of the field, of a step. A step's line is so wide.
HEAD, STEP_HEAD, STEP = 6.0, 9.0, 2.0
MODEL_DASH, SECTION_DASH = (6.0, 3.0), (2.0, 2.0)


def paint(painter: QPainter, laid: Overlay, frame: Frame, scale: float = 1.0) -> None:
    """Draw what lies under the trajectories."""
    if not len(laid.points):
        return
    tint, strength, halo = _ink(frame), STRENGTHS[laid.kind], HALOS[laid.kind]
    if laid.kind == "stream":
        _stream(painter, laid.points, frame, scale)
        return
    pixels = frame.array(laid.points.reshape(-1, 2)).reshape(-1, 2, 2)
    r = frame.rect.adjusted(-40, -40, 40, 40)
    seen = (pixels.min(axis=1) <= (r.right(), r.bottom())).all(axis=1)
    seen &= (pixels.max(axis=1) >= (r.left(), r.top())).all(axis=1)
    pixels = pixels[seen]
    lines = [QLineF(*ends) for ends in pixels.reshape(-1, 4).tolist()]
    wide = 1.0 if laid.kind == "hatch" else LINE
    for ink, width, alpha in ((frame.halo, EDGE, halo), (tint, wide, strength)):
        drawn = pen(ink, width * scale, alpha)
        drawn.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(drawn)
        painter.drawLines(lines)
    if laid.kind == "arrows":
        for start, end in pixels:
            _head(painter, start, end, tint, frame.halo, HEAD * scale)


def _ink(frame: Frame) -> str:
    """White on a map; on a panel, of one dimension, a colour that is seen there."""
    if not frame.flat:
        return WHITE
    return "#3D4653" if frame.light else "#C6CDD8"


def _stream(painter: QPainter, points: Array, frame: Frame, scale: float) -> None:
    for piece in clip.pieces(points, frame.bounds(8 * scale)):
        pens = [
            pen(frame.halo, EDGE * scale, HALOS["stream"]),
            pen(WHITE, LINE * scale, STRENGTHS["stream"]),
        ]
        draw_lines(painter, straighten(thin(frame.array(piece))), pens)
    # which way is downhill: a head in the middle
    middle = len(points) // 2
    ends = frame.array(points[middle - 1 : middle + 1])
    if frame.rect.contains(QPointF(*ends[1].tolist())):
        _head(painter, ends[0], ends[1], WHITE, frame.halo, 1.2 * HEAD * scale)


def _head(painter: QPainter, start: Array, end: Array, ink: str, edge: str, length: float) -> None:
    """An arrow's head with a thin edge, its tip at the end; none of an arrow without a length."""
    way = float(np.hypot(*(end - start)))
    if not way > 0:
        return
    painter.setPen(pen(edge, 0.8, 0.6))
    painter.setBrush(QColor(ink))
    painter.drawPolygon(polygon(arrow_head(start, end, length)))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_over(painter: QPainter, plot: MapPlot, frame: Frame, scale: float = 1.0) -> None:
    """Draw what lies over the trajectories: the line of a cross-section, the local model."""
    for laid in plot.overlays:
        if laid.under:
            continue
        ink = frame.colour(laid.style) if laid.style is not None else _ink(frame)
        if laid.kind == "model":
            paint_line(painter, laid.points, frame, ink, 1.4 * scale, 1.0, MODEL_DASH)
        elif laid.kind == "section":
            _section(painter, laid.points, frame, scale)
        else:
            _step(painter, laid, frame, ink if laid.kind == "gradient" else _ink(frame), scale)


def _section(painter: QPainter, points: Array, frame: Frame, scale: float) -> None:
    """The line that a cross-section is taken along, from a round end to an arrow."""
    paint_line(painter, points, frame, _ink(frame), 1.4 * scale, 1.0, SECTION_DASH)
    start, end = frame.array(points)
    painter.setPen(pen(frame.halo, 1.2 * scale))
    painter.setBrush(QColor(_ink(frame)))
    (x0, x1), (y0, y1) = frame.bounds(8)
    if x0 <= points[0, 0] <= x1 and y0 <= points[0, 1] <= y1:
        painter.drawEllipse(QPointF(*start.tolist()), 3.5 * scale, 3.5 * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if x0 <= points[1, 0] <= x1 and y0 <= points[1, 1] <= y1:
        _head(painter, start, end, _ink(frame), frame.halo, STEP_HEAD * scale)


def _step(painter: QPainter, laid: Overlay, frame: Frame, ink: str, scale: float) -> None:
    """A step as an arrow, cut at the picture's edge."""
    for piece in clip.pieces(laid.points, frame.bounds(8 * scale)):
        ends = frame.array(piece)
        pens = [pen(HALO, (STEP + 2.4) * scale, 0.8), pen(ink, STEP * scale)]
        draw_lines(painter, ends, pens)
        if np.array_equal(piece[-1], laid.points[-1]):
            length = float(np.hypot(*(ends[-1] - ends[0])))
            _head(painter, ends[0], ends[-1], ink, HALO, min(STEP_HEAD * scale, max(length, 3.0)))


def paint_names(
    painter: QPainter,
    plot: MapPlot,
    frame: Frame,
    theme: Theme,
    font: QFont,
    scale: float,
    taken: tuple[float, list[QRectF]],
) -> None:
    """Write the names of steps beside their tips, or where they leave the picture.

    They keep off the lowest taken[0] pixels, the boxes taken[1], and each other.
    """
    foot, boxes = taken
    room = frame.rect.adjusted(2, 2, -2, -2 - foot)
    for laid in plot.overlays:
        if laid.under or not laid.name:
            continue
        pieces = clip.pieces(laid.points, frame.bounds(0))
        if pieces:
            at = QPointF(*frame.array(pieces[-1][-1:])[0].tolist())
            _name(painter, laid.name, at, room, theme, font, scale, boxes)


def _name(
    painter: QPainter,
    words: str,
    at: QPointF,
    room: QRectF,
    theme: Theme,
    font: QFont,
    scale: float,
    boxes: list[QRectF],
) -> None:
    """Words beside a point, as near as there is room for them; none where there is not."""
    metrics = QFontMetricsF(font)
    wide, high = metrics.horizontalAdvance(words) + 10 * scale, metrics.height() + 2 * scale
    for gap in (14 * scale, 30 * scale, 52 * scale):
        for left, top in (
            (gap, gap), (-wide - gap, gap), (gap, -high - gap), (-wide - gap, -high - gap),
            (-wide / 2, gap), (-wide / 2, -high - gap),
        ):  # fmt: skip
            box = QRectF(at.x() + left, at.y() + top, wide, high)
            if room.contains(box) and not any(box.intersects(other) for other in boxes):
                boxes.append(box)
                fill = QColor(theme.panel)
                fill.setAlphaF(0.86)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRoundedRect(box, 3 * scale, 3 * scale)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(colour(theme.text))
                painter.setFont(font)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
                return
