"""Pens in logical pixels, and how a map's coordinates become pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from explorer.core.style import Style

Array = NDArray[np.float64]
HALO = "#101216"
WHITE = "#FFFFFF"
# A point nearer than this to the one drawn before it makes no difference to the line.
_APART = 0.4
# Nor does one so near to the line between its neighbours.
_BESIDE = 0.15
# A line of more points than this has no dots at its corners.
_MANY = 160


@dataclass(frozen=True, slots=True)
class Frame:
    """How a map's coordinates become pixels: (x, y) -> (ax·x + bx, ay·y + by), inside `rect`.

    halo is drawn around lines and signs, so that they are seen on any map. Of one dimension
    (`flat`) there is no map but a panel under them, on a light one (`light`) in the darker colours.
    """

    ax: float
    bx: float
    ay: float
    by: float
    rect: QRectF
    halo: str = HALO
    flat: bool = False
    light: bool = False

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

    def colour(self, style: Style) -> str:
        """A run's colour here."""
        return style.ink if self.flat and self.light else style.colour


def pen(ink: str, width: float, alpha: float = 1.0, dash: tuple[float, ...] = ()) -> QPen:
    """A pen; `dash` is in pen widths. Its ends are round, or flat where it is dashed."""
    made = QColor(ink)
    made.setAlphaF(alpha)
    drawn = QPen(made, width)
    # round joins take more than half of a repaint; at this many points nobody sees them
    drawn.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    drawn.setCapStyle(Qt.PenCapStyle.FlatCap if dash else Qt.PenCapStyle.RoundCap)
    if dash:
        drawn.setDashPattern(list(dash))
    return drawn


def apart(pixels: Array) -> NDArray[np.bool_]:
    """Which of points (n, 2) lie on another pixel than the one before, and both ends (n,)."""
    cell = np.round(pixels / _APART)
    keep = np.ones(len(pixels), dtype=bool)
    keep[1:-1] = (cell[1:-1] != cell[:-2]).any(axis=1)
    return keep


def thin(pixels: Array) -> Array:
    """Drop points that lie on the same pixel as the one before; ends stay. (n, 2) -> (m, 2)."""
    return pixels if len(pixels) < 3 else pixels[apart(pixels)]


def straighten(pixels: Array) -> Array:
    """Drop points on the straight line between their neighbours; ends stay. (n, 2) -> (m, 2).

    Every other point is looked at, over and over: a smooth curve is left with a few dozen, and as
    the gaps double the error of all rounds is hardly more than that of the last.
    """
    while len(pixels) > _MANY // 4:
        before, here, after = pixels[:-2:2], pixels[1:-1:2], pixels[2::2]
        chord, way = after - before, here - before
        length = np.hypot(*chord.T)
        off = np.abs(chord[:, 0] * way[:, 1] - chord[:, 1] * way[:, 0])
        along = np.einsum("ij,ij->i", chord, way)
        # a turn back on the same line is a turn
        drop = (off <= _BESIDE * length) & (along >= 0) & (np.hypot(*way.T) <= length)
        if drop.sum() * 8 < len(drop):
            break
        keep = np.ones(len(pixels), dtype=bool)
        keep[1 : 1 + 2 * len(drop) : 2] = ~drop
        pixels = pixels[keep]
    return pixels


def draw_lines(painter: QPainter, pixels: Array, pens: list[QPen]) -> None:
    """Draw the line through points (n, 2) with one pen after another.

    Piece by piece: Qt takes some ten times as long for a wide line as one shape. The corners of an
    opaque one are rounded with dots, or where there are very many, by pieces that overlap.
    """
    corners = polygon(pixels[1:-1]) if len(pixels) <= _MANY else None
    whole = _pieces(np.repeat(pixels, 2, axis=0)[1:-1])
    for each in pens:
        pattern = [length * each.widthF() for length in each.dashPattern()]
        solid = not pattern and each.color().alpha() == 255
        over = solid and corners is None
        # Qt would begin the dashes anew in every piece
        each.setStyle(Qt.PenStyle.SolidLine)
        each.setCapStyle(Qt.PenCapStyle.SquareCap if over else Qt.PenCapStyle.FlatCap)
        painter.setPen(each)
        painter.drawLines(_pieces(dashed(pixels, pattern)) if pattern else whole)
        if solid and corners is not None:
            each.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(each)
            painter.drawPoints(corners)


def _pieces(ends: Array) -> list[QPointF]:
    """Lines (2 m, 2) as Qt takes them, of very many each only once: some runs go to and fro."""
    if len(ends) > 2 * _MANY:
        cells = np.round(ends / _APART).reshape(-1, 2, 2) @ (1.0, 1e7)
        cells.sort(axis=1)
        _, first = np.unique(cells @ (1.0, 0.7310585), return_index=True)
        ends = ends.reshape(-1, 2, 2)[first].reshape(-1, 2)
    return [QPointF(x, y) for x, y in ends.tolist()]


def dashed(pixels: Array, pattern: list[float]) -> Array:
    """The dashes along the line through points (n, 2): two ends each (2 m, 2).

    pattern: lengths on and off in turn, in pixels. A dash round a corner is two.
    """
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(pixels, axis=0).T))])
    ends = np.cumsum(pattern)
    starts = ends[-1] * np.arange(int(way[-1] / ends[-1]) + 1)
    edges = (starts[:, None] + ends).ravel()
    cuts = np.sort(np.concatenate([way, edges[edges < way[-1]]]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    on = np.searchsorted(ends, middle % ends[-1], side="right") % 2 == 0
    at = np.column_stack([np.interp(cuts, way, column) for column in pixels.T])
    made: Array = np.stack([at[:-1][on], at[1:][on]], axis=1).reshape(-1, 2)
    return made


def polygon(pixels: Array) -> QPolygonF:
    """Points (n, 2) as Qt wants them."""
    return QPolygonF([QPointF(x, y) for x, y in pixels.tolist()])


def dots(painter: QPainter, pixels: Array, ink: str, edge: str, radius: float) -> None:
    """Discs of a radius in pixels with an edge of one, all in two strokes."""
    spots = polygon(pixels)
    for tint, reach in ((edge, radius + 1), (ink, radius)):
        painter.setPen(pen(tint, 2 * reach))
        painter.drawPoints(spots)
