"""The plot of the Cross-section panel. Imports pyqtgraph: made in `build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.core.section import LARGEST, SMALLEST
from explorer.widgets.chips import run_colour
from explorer.widgets.fonts import px, scale
from explorer.widgets.plot import Plot
from explorer.widgets.stylesheet import colour

from ._readout import Readout, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from explorer.core.section import Cut
    from explorer.core.style import Style
    from explorer.widgets.theme import Theme

    Array = NDArray[np.float64]

LEFT, BOTTOM, TOP, RIGHT = 60, 26, 14, 24
# A parabola is cut where it is further than this many heights of the curve away from it.
FAR = 0.35


class SectionPlot(Plot):
    """The loss along a line, the quadratic model dashed, and marks on the curve."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shown: tuple[Cut, Array, Style, bool, str] | None = None
        self.curve = pg.PlotCurveItem(antialias=True, connect="finite")
        self.parabola = pg.PlotCurveItem(antialias=True, connect="finite")
        self.spots = pg.ScatterPlotItem(antialias=True)
        self.spots.setZValue(10)
        for item in (self.curve, self.parabola, self.spots):
            self.addItem(item, ignoreBounds=True)
        self.names: list[pg.TextItem] = []
        self.note = pg.TextItem(anchor=(1.0, 0.0))
        self.addItem(self.note, ignoreBounds=True)
        self.hover_line = pg.InfiniteLine(angle=90, movable=False)
        self.hover_line.hide()
        self.addItem(self.hover_line, ignoreBounds=True)
        self.readout = Readout(self.viewport())
        self.set_margins(px(self, LEFT), px(self, BOTTOM))
        self.getPlotItem().layout.setContentsMargins(0, TOP, RIGHT, 0)
        self.setMouseTracking(True)
        self.restyle.connect(self._dress)

    def _dress(self) -> None:
        if self._shown is not None:
            self.show_cut(*self._shown)

    def show_cut(self, cut: Cut, losses: Array, look: Style, log: bool, note: str = "") -> None:
        """Draw losses along a cut, on a logarithmic axis those above 0; a note stands above it."""
        self._shown = cut, losses, look, log, note
        self._hide_readout()
        self.hover_line.setPen(self.pen(self.theme.muted, 1.0, (2.0, 3.0)))
        big, ink = scale(self), run_colour(look, self.theme)
        at = cut.distances + cut.shift
        heights = self._seen(losses)
        good = heights[np.isfinite(heights)]
        low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 1.0)
        room = 0.08 * (high - low) if high - low > SMALLEST else 1.0
        self.setXRange(at[0], at[-1], padding=0)
        self.setYRange(low - room, high + room, padding=0)
        self.left.configure(log=log)
        self.bottom.configure(title=cut.axis)
        self.curve.setPen(self.pen(self.theme.text, 1.8 * big))
        self.curve.setData(at, heights)
        model = self._seen(cut.parabola())
        reach = FAR * (high - low) + room
        model = np.where((model < low - reach) | (model > high + reach), np.nan, model)
        self.parabola.setPen(self.pen(ink, 1.6 * big, (4.0, 2.5)))
        self.parabola.setData(at, model)
        self._mark(cut, losses, ink, (low - room, high + room))
        self.note.setColor(self.theme.muted)
        self.note.setFont(self.font())
        self.note.setText(note)
        # at the end at which the curves are lower, as far as the note reaches; below them where
        # they rise at both
        wide = self.note.boundingRect().width() / max(self.getViewBox().width(), 1.0)
        reach = max(round(min(wide, 0.5) * len(at)), 1)
        both = np.fmax(heights, model)
        left, right = (np.nanmax(part, initial=low) for part in (both[:reach], both[-reach:]))
        side = 0 if left < right else 1
        below = min(left, right) > high - 4 * room
        self.note.setAnchor((float(side), float(below)))
        self.note.setPos(at[-side], low - room if below else high + room)

    def _seen(self, losses: Array) -> Array:
        """Losses as the axis has them; nan where it cannot show them."""
        assert self._shown is not None
        if not self._shown[3]:
            return np.where(np.abs(losses) <= LARGEST, losses, np.nan)
        with np.errstate(all="ignore"):
            return np.where(losses > 0, np.log10(losses), np.nan)

    def _mark(self, cut: Cut, losses: Array, ink: str, span: tuple[float, float]) -> None:
        """A ball at the present point, a ring where a step lands, and their names."""
        big = scale(self)
        self.spots.clear()
        for item in self.names:
            self.removeItem(item)
        self.names = []
        for place in cut.places:
            # where a step lands is on the curve
            loss = place.loss if np.isfinite(place.loss) else _between(cut, losses, place.at)
            height = float(self._seen(np.array([loss]))[0])
            if not np.isfinite(height):
                continue
            now = place.kind == "now"
            edge = self.theme.text if now else ink
            self.spots.addPoints(
                x=[place.at + cut.shift], y=[height], size=(11 if now else 12) * big,
                symbol="o", pen=self.pen(edge, (1.2 if now else 2.4) * big),
                brush=colour(ink if now else self.theme.panel),
            )  # fmt: skip
            upper = height > (span[0] + span[1]) / 2
            name = pg.TextItem(
                place.name, color=self.theme.text, anchor=(0.5, -0.35 if upper else 1.35)
            )
            name.setFont(self.font())
            name.setPos(place.at + cut.shift, height)
            name.setZValue(11)
            self.addItem(name, ignoreBounds=True)
            self.names.append(name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the loss under the pointer."""
        at = event.position().toPoint()
        where = self.mapToScene(at)
        if self._shown is None or not self.getViewBox().sceneBoundingRect().contains(where):
            self._hide_readout()
            return
        cut, losses, look, _, _ = self._shown
        x = float(self.getViewBox().mapSceneToView(where).x()) - cut.shift
        nearest = int(np.abs(cut.distances - x).argmin())
        ink = run_colour(look, self.theme)
        place = float(cut.distances[nearest])
        self.hover_line.setValue(place + cut.shift)
        self.hover_line.show()
        values = [Value(look, self.theme.text, tr("loss"), number(float(losses[nearest])))]
        if cut.model is not None:
            value = float(cut.parabola()[nearest])
            values.append(Value(look, ink, tr("quadratic model"), number(value)))
        self.readout.show_values(f"{cut.axis} {number(place + cut.shift)}", tuple(values), at)

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


def _between(cut: Cut, losses: Array, at: float) -> float:
    """The loss at a distance, between the samples."""
    return float(np.interp(at, cut.distances, losses))
