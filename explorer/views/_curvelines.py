"""Draws many long curves on a plot fast: thinned to the screen's columns, dashes cut by hand.

Qt strokes a wide, dashed, smoothed line of 2,000 points in up to 50 ms; the same line cut into
short straight pieces is drawn in one. The result is kept as a picture, so that a moving cursor
costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from explorer.widgets.markers import paint_end
from explorer.widgets.stylesheet import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.core.figure import EndKind

Array = NDArray[np.float64]


# How much of its own colour a pale curve has.
PALE = 0.55


def mixed(ink: str, ground: str, share: float) -> QColor:
    """A colour mixed with the ground: where pieces overlap it stays even, as opacity would not."""
    over, under = colour(ink), colour(ground)

    def between(a: int, b: int) -> int:
        return round(share * a + (1 - share) * b)

    return QColor(
        between(over.red(), under.red()),
        between(over.green(), under.green()),
        between(over.blue(), under.blue()),
    )


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """A curve as the axes show it: x ascending and y (n,), logarithms taken where they are.

    dash in pen widths. end: the sign at its last point, "running" for none. weight: how wide it is
    against the others. pale: mixed with the ground. best: where a disc marks the best epoch. over:
    drawn on top of the others.
    """

    x: Array
    y: Array
    ink: str
    dash: tuple[float, ...]
    end: EndKind
    weight: float = 1.0
    pale: bool = False
    best: tuple[float, float] | None = None
    over: bool = False


def thinned(x: Array, y: Array, left: float, scale: float, columns: int) -> tuple[Array, Array]:
    """A curve reduced to its least and greatest value in each column of the screen.

    A column is 1/scale wide and the first starts at x = left. Within a column the two stand at its
    first and last x, in the order in which the curve goes. Short curves are left as they are.
    """
    if len(x) <= columns:
        return x, y
    column = np.floor((x - left) * scale)
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    ends = np.append(starts[1:], len(x)) - 1
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    rising = y[ends] >= y[starts]
    both_x = np.column_stack([x[starts], x[ends]]).ravel()
    both_y = np.column_stack([np.where(rising, low, high), np.where(rising, high, low)]).ravel()
    keep = np.column_stack([np.ones(len(starts), dtype=bool), ends > starts]).ravel()
    return both_x[keep], both_y[keep]


def pieces(x: Array, y: Array, dash: Sequence[float], width: float) -> Array:
    """The straight pieces (m, 4) of a line through points in px that a dashed pen would draw.

    dash is in pen widths; a line more than six times longer than wide has longer ones. Pieces are
    to be drawn with square caps, so dashes are a width shorter.
    """
    if len(x) < 2:
        return np.empty((0, 4))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    if not dash:
        return np.column_stack([x[:-1], y[:-1], x[1:], y[1:]])
    # where a curve only goes up and down, longer dashes are as good to see and fewer to draw
    across = float(x[-1] - x[0])
    longer = max(1.0, float(along[-1]) / (6 * across)) if across > 0 else 1.0
    lengths = np.array(dash, dtype=float) * width * longer
    # the caps lengthen what is drawn by a width: take it off and give it to the gap behind
    lengths[0::2] = np.maximum(lengths[0::2] - width, 0.1)
    lengths[1::2] += width
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    period = edges[-1]
    repeats = np.arange(int(along[-1] / period) + 1)[:, None] * period
    cuts = (repeats + edges[None, :-1]).ravel()
    at = np.sort(np.concatenate([along, cuts[cuts < along[-1]]]))
    middle = (at[1:] + at[:-1]) / 2 % period
    drawn = np.searchsorted(edges, middle, side="right") % 2 == 1
    drawn &= np.diff(at) > 0
    px, py = np.interp(at, along, x), np.interp(at, along, y)
    found: Array = np.column_stack([px[:-1], py[:-1], px[1:], py[1:]])[drawn]
    return found


class CurveLines(pg.GraphicsObject):
    """All curves of a plot as one item, kept as a picture until something but the cursor moves."""

    def __init__(self, ratio: float, ground: str) -> None:
        super().__init__()
        self.curves: tuple[Curve, ...] = ()
        self.width = 2.0
        self.until: float | None = None  # the curves' place past which nothing is shown
        self._ratio, self._ground = ratio, ground
        self._picture: QPixmap | None = None
        self._made_for: tuple[object, ...] = ()

    def show_curves(self, curves: tuple[Curve, ...], width: float = 2.0) -> None:
        """Draw other curves, `width` logical px wide."""
        self.curves, self.width = curves, width
        self.renew()

    def hold_back(self, until: float | None) -> None:
        """Show the curves up to a place only, or whole."""
        if until != self.until:
            self.until = until
            self.update()

    def dress(self, ratio: float, ground: str) -> None:
        """Take the screen's pixel ratio and the colour behind the plot."""
        self._ratio, self._ground = ratio, ground
        self.renew()

    def renew(self) -> None:
        """Draw anew at the next opportunity."""
        self._picture = None
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view."""
        view = self.getViewBox()
        return QRectF() if view is None else view.viewRect()

    def viewRangeChanged(self) -> None:
        """The view shows another part."""
        self.renew()

    def viewTransformChanged(self) -> None:
        """The view has another size."""
        self.renew()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the kept picture, or make it first."""
        view = self.getViewBox()
        rect = view.mapRectToScene(view.boundingRect())
        low, high = view.viewRange()
        made_for = (rect.width(), rect.height(), *low, *high)
        if self._picture is None or made_for != self._made_for:
            self._made_for = made_for
            self._picture = self._draw(rect.width(), rect.height(), low, high)
        painter.save()
        # from data units back to the scene's, which are logical pixels
        painter.setTransform(self.sceneTransform().inverted()[0], combine=True)
        if self.until is not None:
            share = min(max((self.until - low[0]) / (low[1] - low[0]), 0.0), 1.0)
            painter.setClipRect(QRectF(rect.topLeft(), QSizeF(share * rect.width(), rect.height())))
        painter.drawPixmap(rect.topLeft(), self._picture)
        painter.restore()

    def _draw(
        self, width: float, height: float, across: Sequence[float], along: Sequence[float]
    ) -> QPixmap:
        ratio = self._ratio
        picture = QPixmap(max(round(width * ratio), 1), max(round(height * ratio), 1))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, (bottom, top) = across[0], along
        by_x, by_y = width / (across[1] - left), height / (top - bottom)
        # what accompanies a curve lies below it
        for curve in sorted(self.curves, key=lambda curve: (curve.over, curve.weight)):
            # columns two device pixels wide: a line is no thinner
            columns = max(round(width * ratio / 2), 1)
            x, y = thinned(curve.x, curve.y, left, by_x * ratio / 2, columns)
            # far outside, Qt's numbers would overflow: a line may leave by as much as its height
            px = (x - left) * by_x
            with np.errstate(over="ignore"):
                py = np.clip((top - y) * by_y, -height, 2 * height)
            self._draw_line(painter, px, py, curve)
        for curve in self.curves:
            if curve.end != "running" and len(curve.x):
                with np.errstate(over="ignore"):
                    at = self._end((curve.x - left) * by_x, (top - curve.y) * by_y, height)
                paint_end(painter, curve.end, at, curve.ink, self._ground, 4.5 * self.width)
            if curve.best is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(curve.ink))
                where = QPointF((curve.best[0] - left) * by_x, (top - curve.best[1]) * by_y)
                radius = 2.25 * self.width
                painter.drawEllipse(where, radius, radius)
        painter.end()
        return picture

    def _draw_line(self, painter: QPainter, x: Array, y: Array, curve: Curve) -> None:
        width = self.width * curve.weight
        ink = mixed(curve.ink, self._ground, PALE) if curve.pale else colour(curve.ink)
        pen = QPen(ink, width)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        cut = pieces(x, y, curve.dash, width)
        if len(cut):
            lines = pg.Qt.internals.PrimitiveArray(QLineF, 4)
            lines.resize(len(cut))
            lines.ndarray()[:] = cut
            painter.drawLines(*lines.drawargs())

    @staticmethod
    def _end(x: Array, y: Array, height: float) -> QPointF:
        """Where the sign of an end stands: at the last point, or where the curve leaves the top."""
        above = np.flatnonzero(y < 0)
        if not len(above) or y[-1] >= 0:
            return QPointF(float(x[-1]), float(min(y[-1], height)))
        first = int(above[0])
        if first == 0:
            return QPointF(float(x[0]), 6.0)
        share = y[first - 1] / (y[first - 1] - y[first]) if np.isfinite(y[first]) else 0.0
        return QPointF(float(x[first - 1] + share * (x[first] - x[first - 1])), 6.0)
