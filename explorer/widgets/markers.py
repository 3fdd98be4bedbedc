"""How a run ended, as a small sign: stopped, converged, diverged. Never told by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from explorer.core.language import tr, trc

from .stylesheet import colour

if TYPE_CHECKING:
    from explorer.core.figure import EndKind

WORDS = {
    "max_steps": trc("end of a run", "stopped"),
    "gradient_norm": tr("converged"),
    "loss_change": tr("converged"),
    "early_stopping": tr("early stop"),
    "diverged": tr("diverged"),
    "left_data": tr("left the data"),
}


def paint_end(
    painter: QPainter, end: EndKind, centre: QPointF, ink: str, ground: str, size: float = 9.0
) -> None:
    """Draw the sign of an end, `size` px wide, on a ground of the colour `ground`.

    A square with a core where the steps ran out, a full one where early stopping ended the run, a
    disc with a tick where it converged, a cross where it diverged, nothing while it goes on.
    """
    half = size / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink))
    if end in {"max_steps", "early_stopping"}:
        painter.drawRect(QRectF(centre.x() - half, centre.y() - half, size, size))
        if end == "max_steps":
            core = size / 3
            painter.setBrush(colour(ground))
            painter.drawRect(QRectF(centre.x() - core / 2, centre.y() - core / 2, core, core))
    elif end in {"gradient_norm", "loss_change"}:
        painter.drawEllipse(centre, half * 1.2, half * 1.2)
        _stroke(painter, ground, size / 6)
        tick = [(-0.55, 0.05), (-0.12, 0.48), (0.62, -0.42)]
        corners = [QPointF(centre.x() + a * half, centre.y() + b * half) for a, b in tick]
        painter.drawPolyline(QPolygonF(corners))
    elif end in {"diverged", "left_data"}:
        _stroke(painter, ink, size / 4.5)
        for way in (-1, 1):
            reach = QPointF(half * 0.9, way * half * 0.9)
            painter.drawLine(centre - reach, centre + reach)
    painter.restore()


def _stroke(painter: QPainter, ink: str, width: float) -> None:
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(colour(ink), width, Qt.PenStyle.SolidLine, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)
