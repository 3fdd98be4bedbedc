"""Paints what a map's trajectories lie on: contours or curve, and the numbers at the edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from explorer.core.language import tr

from .fonts import px
from .ink import polygon
from .stylesheet import colour
from .ticks import linear_labels, linear_ticks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from explorer.core.figure import Field

    from .ink import Frame
    from .theme import Theme

Shown = tuple[tuple[float, float], tuple[float, float]]


def paint_image(
    painter: QPainter,
    pixels: QImage,
    bounds: tuple[tuple[float, float], ...],
    frame: Frame,
    exact: bool,
) -> None:
    """Draw the contours, which cover `bounds`; pixel by pixel where these are what is shown."""
    (x0, x1), (y0, y1) = bounds
    target = frame.rect if exact else QRectF(frame.point(x0, y1), frame.point(x1, y0))
    painter.save()
    painter.setClipRect(frame.rect)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
    painter.drawImage(target, pixels)
    painter.restore()


def paint_curve(painter: QPainter, field: Field, frame: Frame, theme: Theme, scale: float) -> None:
    """Draw the loss of one dimension as a curve."""
    pixels = frame.array(np.column_stack([field.x, field.z[0]]))
    good = pixels[np.isfinite(pixels).all(axis=1)]
    painter.save()
    painter.setClipRect(frame.rect)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(theme.text), 1.5 * scale))
    painter.drawPolyline(polygon(good))
    painter.restore()


def paint_numbers(
    painter: QPainter,
    widget: QWidget,
    frame: Frame,
    shown: Shown,
    theme: Theme,
    names: tuple[str, str] = ("x", "y"),
) -> None:
    """Ticks and numbers left and below, and the axes' names at their ends."""
    r, metrics = frame.rect, QFontMetricsF(widget.font())
    line, mark = metrics.height(), px(widget, 4)
    painter.setFont(widget.font())
    painter.setPen(colour(theme.muted))
    (x0, x1), (y0, y1) = shown
    xs = linear_ticks(x0, x1, max(r.width() / (line * 3.4), 2))
    ys = linear_ticks(y0, y1, max(r.height() / (line * 2.6), 2))
    across, up = names
    right, top = r.right() - metrics.horizontalAdvance(across) - 8, r.top() + line
    centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for value, text in zip(xs, linear_labels(xs), strict=True):
        x = frame.point(value, 0).x()
        painter.drawLine(QPointF(x, r.bottom()), QPointF(x, r.bottom() + mark))
        half = metrics.horizontalAdvance(text) / 2
        if x + half < right:
            box = QRectF(x - half - 2, r.bottom() + mark + 1, 2 * half + 4, line)
            painter.drawText(box, centre, text)
    for value, text in zip(ys, linear_labels(ys), strict=True):
        y = frame.point(0, value).y()
        painter.drawLine(QPointF(r.left() - mark, y), QPointF(r.left(), y))
        if y - line / 2 > top:
            box = QRectF(0, y - line / 2, r.left() - mark - 3, line)
            painter.drawText(box, beside, text)
    italic = QFont(widget.font())
    italic.setItalic(not frame.flat and len(up) == 1)
    painter.setFont(italic)
    name = tr("loss") if frame.flat else up
    if len(name) > 4:
        _paint_inside(painter, frame, name, theme)  # too long for the margin
    else:
        painter.drawText(QRectF(0, r.top() - 2, r.left() - mark - 3, line), beside, name)
    italic.setItalic(len(across) == 1)
    painter.setFont(italic)
    painter.drawText(QRectF(right, r.bottom() + mark + 1, r.right() - right, line), beside, across)


def _paint_inside(painter: QPainter, frame: Frame, name: str, theme: Theme) -> None:
    """Write the name of the axis that goes up on a label in the picture's corner."""
    metrics = QFontMetricsF(painter.font())
    box = QRectF(
        frame.rect.left() + 6,
        frame.rect.top() + 6,
        metrics.horizontalAdvance(name) + 12,
        metrics.height() + 4,
    )
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(theme.panel))
    painter.drawRoundedRect(box, 4, 4)
    painter.restore()
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
