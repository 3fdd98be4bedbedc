"""The plot of the Learning curve panel. Imports pyqtgraph: made in `build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPolygonF
from PySide6.QtWidgets import QGraphicsPolygonItem

from explorer.core.language import tr
from explorer.core.learncurve import LearningCurve, mean, spread
from explorer.core.numbers import number
from explorer.widgets.chips import run_colour
from explorer.widgets.fonts import px, scale
from explorer.widgets.plot import Plot
from explorer.widgets.stylesheet import colour

from ._readout import Readout, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from explorer.core.style import Style
    from explorer.widgets.theme import Theme

    Array = NDArray[np.float64]

LEFT, BOTTOM, TOP, RIGHT = 60, 26, 8, 16
# From so many times the lowest validation loss on, a linear axis would hide how the curve ends.
STEEP = 20.0
# A logarithmic axis goes on below the losses by this factor, not to those of a few rows that are
# fitted exactly.
BELOW = 10.0
# Each part's name, width, dash, size of its dots and strength of its band.
PARTS = (
    (tr("training"), 1.25, (3.0, 2.0), 5.0, 0.12),
    (tr("validation"), 2.0, (), 7.0, 0.2),
)


class LearningPlot(Plot):
    """Mean losses as lines with a dot for each size, over bands from the lowest to the highest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shown: tuple[LearningCurve, Style] | None = None
        self.x: Array = np.zeros(0)
        self.log = False
        self.bands = [QGraphicsPolygonItem() for _ in PARTS]
        self.lines = [pg.PlotCurveItem(antialias=True) for _ in PARTS]
        self.dots = [pg.ScatterPlotItem(antialias=True) for _ in PARTS]
        for item in (*self.bands, *self.lines, *self.dots):
            self.addItem(item, ignoreBounds=True)
        self.hover_line = pg.InfiniteLine(angle=90, movable=False)
        self.hover_line.hide()
        self.addItem(self.hover_line, ignoreBounds=True)
        self.readout = Readout(self.viewport())
        self.left.configure(title=tr("loss"))
        self.bottom.configure(unit=tr("rows"))
        self.getPlotItem().layout.setContentsMargins(0, TOP, RIGHT, 0)
        self.setMouseTracking(True)
        self.restyle.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.set_margins(px(self, LEFT), px(self, BOTTOM))
        self.hover_line.setPen(self.pen(self.theme.muted, 1.0, (2.0, 3.0)))
        if self._shown is not None:
            self.show_curve(*self._shown)

    def show_curve(self, curve: LearningCurve, look: Style) -> None:
        """Draw a curve in the colour of its run."""
        self._shown = curve, look
        self._hide_readout()
        rows = curve.rows.astype(float)
        across = len(rows) > 1 and bool(rows[-1] >= 10 * rows[0])
        self.x = np.log10(rows) if across else rows
        room = 0.03 * (self.x[-1] - self.x[0]) or 1.0
        self.setXRange(self.x[0] - room, self.x[-1] + room, padding=0)
        numbers = tuple(zip(self.x.tolist(), (f"{n:,}" for n in rows.astype(int)), strict=True))
        self.bottom.configure(numbers=numbers)
        low, high = self._scale(curve)
        self.left.configure(log=self.log)
        self.setYRange(low, high, padding=0)
        ink = run_colour(look, self.theme)
        for i, values in enumerate((curve.train, curve.validation)):
            self._draw(i, values, ink, low)

    def _scale(self, curve: LearningCurve) -> tuple[float, float]:
        """The losses that are shown, as the axis has them; decides whether it is logarithmic."""
        self.log = False
        train, watched = (v[np.isfinite(v)] for v in (mean(curve.train), mean(curve.validation)))
        means = np.concatenate([train, watched])
        if not (len(train) and len(watched)):
            return 0.0, 1.0
        tops = [spread(values)[1] for values in (curve.train, curve.validation)]
        # a single part that went far up must not squash all the rest
        top = min(float(np.nanmax(tops)), 2 * float(means.max()))
        least = min(float(train[-1]), float(watched.min()))
        self.log = bool(least > 0 and top > STEEP * watched.min())
        if self.log:
            return float(np.log10(least / BELOW)), float(np.log10(top) + 0.1)
        low = min(0.0, float(means.min()))
        return low - 0.03 * (top - low), top + 0.08 * (top - low or 1.0)

    def _seen(self, values: Array, low: float) -> Array:
        """Values as the axis has them; what it cannot show lies below it."""
        if not self.log:
            return values
        return np.log10(np.maximum(values, 10 ** (low - 1)))

    def _draw(self, i: int, values: Array, ink: str, low: float) -> None:
        _, width, dash, size, strength = PARTS[i]
        big = scale(self)
        middle, (least, most) = mean(values), spread(values)
        good = np.isfinite(middle)
        x, y = self.x[good], self._seen(middle[good], low)
        self.lines[i].setPen(self.pen(ink, width * big, dash))
        self.lines[i].setData(x, y)
        fill = self.theme.panel if dash else ink
        pen = self.pen(ink, 1.25 * big)
        self.dots[i].setData(x, y, size=size * big, pen=pen, brush=colour(fill))
        under, over = self._seen(least[good], low), self._seen(most[good], low)
        edge = [*zip(x, over, strict=True), *reversed(list(zip(x, under, strict=True)))]
        self.bands[i].setPolygon(QPolygonF([QPointF(a, b) for a, b in edge]))
        shade = QColor(ink)
        shade.setAlphaF(strength)
        self.bands[i].setBrush(shade)
        self.bands[i].setPen(Qt.PenStyle.NoPen)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the losses of the size nearest to the pointer."""
        self._hover(event.position().toPoint())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whatever scrolls."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the read-out."""
        self._hide_readout()
        super().leaveEvent(event)

    def _hide_readout(self) -> None:
        self.readout.hide()
        self.hover_line.hide()

    def _hover(self, at: QPoint) -> None:
        where = self.mapToScene(at)
        if self._shown is None or not self.getViewBox().sceneBoundingRect().contains(where):
            self._hide_readout()
            return
        curve, look = self._shown
        nearest = int(np.abs(self.x - self.getViewBox().mapSceneToView(where).x()).argmin())
        self.hover_line.setValue(self.x[nearest])
        self.hover_line.show()
        ink = run_colour(look, self.theme)
        lines = tuple(
            Value(look, ink, part, losses(values, nearest))
            for (part, *_), values in zip(PARTS, (curve.train, curve.validation), strict=True)
        )
        self.readout.show_values(tr("{rows:,} rows", rows=int(curve.rows[nearest])), lines, at)


def losses(values: Array, i: int) -> str:
    """The mean loss of one size, and the lowest and highest where they differ."""
    low, high = (float(end[i]) for end in spread(values))
    text = number(float(mean(values)[i]))
    if not low < high:
        return text
    return tr("{mean}  ({low} to {high})", mean=text, low=number(low), high=number(high))
