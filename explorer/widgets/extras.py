"""Paints what accompanies trajectories: optimizers' memories, penalties, arrows, and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPolygonF

from explorer.core import clip

from .ink import WHITE, Array, Frame, dots, draw_lines, pen, polygon, straighten, thin
from .stylesheet import colour

if TYPE_CHECKING:
    from explorer.core.figure import Extra, Outline, Path

    from .theme import Theme

# Widths in logical pixels: a thin line, the halo around it, the ring and the dots of points.
LINE, EDGE = 1.2, 3.0
RING, DOT = 5.0, 2.2
_HALO_STRENGTH = 0.55
# How strong a penalty's lines are, and their dashes in widths of the pen.
STRENGTHS = {"penalty": 0.95, "shift": 0.95, "beyond": 0.55}
DASHES: dict[str, tuple[float, ...]] = {"penalty": (5.0, 3.0), "shift": (), "beyond": (1.5, 2.5)}
# Arrows: the head's length, and strength of the oldest and the newest.
ARROW = 7.0
FADED = 0.2
BETWEEN = " · "  # two notes


def paint_line(
    painter: QPainter,
    points: Array,
    frame: Frame,
    ink: str,
    scale: float,
    strength: float = 1.0,
    dash: tuple[float, ...] = (),
) -> None:
    """Draw a thin line (n, 2) in the map's coordinates with a halo, cut at the picture's edge."""
    for piece in clip.pieces(points, frame.bounds(8 * scale)):
        pens = [
            pen(frame.halo, EDGE * scale, _HALO_STRENGTH * strength),
            pen(ink, LINE * scale, strength, dash),
        ]
        draw_lines(painter, straighten(thin(frame.array(piece))), pens)


def paint_outline(painter: QPainter, outline: Outline, frame: Frame, scale: float = 1.0) -> None:
    """Draw a line of the penalty: the curve of equal penalty dashed, the way of a minimum plain."""
    kind = outline.kind
    paint_line(painter, outline.points, frame, WHITE, scale, STRENGTHS[kind], DASHES[kind])


def paint_extra(
    painter: QPainter, extra: Extra, path: Path, frame: Frame, scale: float = 1.0
) -> None:
    """Draw what a run's memory shows, in the run's colour."""
    ink = frame.colour(path.style)
    if extra.kind == "points":
        inside = extra.points[clip.inside(extra.points, frame.bounds(8 * scale))]
        dots(painter, frame.array(inside), ink, frame.halo, DOT * scale)
    elif extra.kind == "steps":
        _arrows(painter, extra.points, frame, ink, scale)
    else:
        paint_line(painter, extra.points, frame, ink, scale)
        if extra.kind == "point" and clip.inside(extra.points[:1], frame.bounds(8 * scale))[0]:
            at = frame.point(*extra.points[0].tolist())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for tint, width in ((frame.halo, 3.5), (ink, 1.8)):
                painter.setPen(pen(tint, width * scale))
                painter.drawEllipse(at, RING * scale, RING * scale)


def _arrows(painter: QPainter, points: Array, frame: Frame, ink: str, scale: float) -> None:
    """Arrows between successive points, the older the fainter."""
    count = len(points) - 1
    for i in range(count):
        strength = 1 - (1 - FADED) * (count - 1 - i) / count
        for piece in clip.pieces(points[i : i + 2], frame.bounds(0)):
            start, end = frame.array(piece)
            length = float(np.hypot(*(end - start)))
            # shorter ones would be all head
            if length < 2 * scale:
                continue
            painter.setPen(pen(ink, LINE * scale, strength))
            painter.drawLine(QPointF(*start.tolist()), QPointF(*end.tolist()))
            # a cut arrow has its head outside
            if np.array_equal(piece[-1], points[i + 1]):
                painter.setPen(Qt.PenStyle.NoPen)
                tint = QColor(ink)
                tint.setAlphaF(strength)
                painter.setBrush(tint)
                painter.drawPolygon(polygon(arrow_head(start, end, min(ARROW * scale, length))))
                painter.setBrush(Qt.BrushStyle.NoBrush)


def arrow_head(start: Array, end: Array, length: float) -> Array:
    """The corners (3, 2) of the head of an arrow from start to end, its tip at the end."""
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([-along[1], along[0]])
    base = end - length * along
    made: Array = np.stack([end, base + 0.38 * length * across, base - 0.38 * length * across])
    return made


def paint_best(painter: QPainter, path: Path, frame: Frame, scale: float = 1.0) -> None:
    """Draw the point of the lowest validation loss: a dot in the run's colour with a white edge."""
    if path.best is None or path.best >= len(path.points):
        return
    here = path.points[path.best : path.best + 1]
    if clip.inside(here, frame.bounds(0))[0]:
        painter.setPen(pen(WHITE, 1.5 * scale))
        painter.setBrush(QColor(frame.colour(path.style)))
        at = frame.point(*here[0].tolist())
        painter.drawEllipse(at, 4.5 * scale, 4.5 * scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def note_lines(notes: tuple[str, ...], metrics: QFontMetricsF, width: float) -> list[str]:
    """The notes joined and broken into lines of a width."""
    lines = [""]
    for word in BETWEEN.join(notes).split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def paint_notes(
    painter: QPainter, notes: tuple[str, ...], rect: QRectF, theme: Theme, font: QFont
) -> float:
    """Write the notes, muted, at the lower edge; returns how high they stand."""
    if not notes:
        return 0.0
    metrics = QFontMetricsF(font)
    lines = note_lines(notes, metrics, rect.width() - 16)
    wide = max(metrics.horizontalAdvance(line) for line in lines)
    high = len(lines) * metrics.height() + 4
    box = QRectF(rect.left(), rect.bottom() - high, wide + 16, high)
    fill = QColor(theme.panel)
    fill.setAlphaF(0.86)
    painter.fillRect(box, fill)
    painter.setPen(colour(theme.muted))
    painter.setFont(font)
    for i, line in enumerate(lines):
        row = QRectF(box.left() + 8, box.top() + 2 + i * metrics.height(), wide + 8, high)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, line)
    return high


def tick(at: QPointF, scale: float) -> QPolygonF:
    """The tick on the head of a run that converged."""
    corners = ((-3.6, 0.2), (-1.0, 3.0), (3.8, -3.0))
    return QPolygonF([at + QPointF(x, y) * scale for x, y in corners])
