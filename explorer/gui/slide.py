"""What a lecture hall sees, laid out on a whole screen: map, counter, losses, curve, keys."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtWidgets import QWidget

from explorer.core.defaults import name_of
from explorer.core.language import tr
from explorer.core.request import fit
from explorer.views.contour import ContourView
from explorer.views.curves import Curves
from explorer.widgets import fonts
from explorer.widgets.hints import Hints, Words
from explorer.widgets.line import Line
from explorer.widgets.pointing import Sheet
from explorer.widgets.stage import Measure, Progress, Scores, StepCounter
from explorer.widgets.stylesheet import colour, palette
from explorer.widgets.theme import PROJECTOR

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.core.figure import Row
    from explorer.core.request import Viewport
    from explorer.core.stroke import Draw
    from explorer.views.base import Frame

# Lengths are px of a screen of this size.
SIZE = (1920, 1080)
MARGIN, COLUMN, GAP, PLOT = 48, 528, 56, 170
PATHS, THINNEST = 1.95, 1.2  # how much thicker paths are than in the window, and at least
LARGER = (0.85, 1.0, 1.2, 1.4, 1.65)
USUAL = 1


class Slide(QWidget):
    """One picture in the projector's theme. `hidden`: paths, curves and losses are not told.

    ahead: whether curves are shown past the cursor. arranged: one map for all runs or one each.
    """

    def __init__(self, parent: QWidget, draw: Draw) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setPalette(palette(PROJECTOR))
        self.setAutoFillBackground(True)
        self.hidden, self.ahead = False, True
        self.arranged: Literal["overlay", "side"] = "overlay"
        self.larger = USUAL
        self._shown: tuple[Frame, Frame] | None = None
        self._rows = 0
        self.measure = Measure()
        self.title, self.epoch, self.curve_title = (Line(cut=True) for _ in range(3))
        for line in (self.title, self.epoch, self.curve_title):
            line.setParent(self)
        self.counter, self.scores = StepCounter(self), Scores(self)
        self.progress, self.hints = Progress(self), Hints(self)
        self.map, self.curves = ContourView(), Curves()
        for view in (self.map, self.curves):
            view.setParent(self)
            header, inside = view.header(), view.layout()
            assert header is not None
            assert inside is not None
            header.setParent(self)
            header.hide()
            inside.setContentsMargins(0, 0, 0, 0)
        self.words, self.sheet = Words(self), Sheet(self)
        self.map.reads, self.map.draw = False, draw
        self._place()
        self.map.build()

    def build_curves(self) -> None:
        """Make the plot, once what it needs is loaded."""
        self.curves.build()
        self._dress()
        self._shown = None

    # -- what it shows

    def show_frame(self, frame: Frame, length: int) -> None:
        """Draw a frame, of runs of `length` steps."""
        view = replace(frame.experiment.view, layout=self.arranged)
        shown = replace(
            frame,
            experiment=replace(frame.experiment, view=view),
            theme=PROJECTOR,
            scale=max(PATHS * self.measure.unit, THINNEST),
        )
        bare = shown
        if self.hidden:
            view = replace(view, layout="overlay")  # of no runs there is no map each
            bare = replace(shown, traces=(), experiment=replace(frame.experiment, view=view))
        old, self._shown = self._shown, (bare, shown)
        self.map.show_frame(old and old[0], bare)
        if len(self.map.findChildren(QWidget)) != self._panes:
            self._dress()
        self.curves.show_frame(old and old[1], shown)
        self.curves.reveal("nothing" if self.hidden else "all" if self.ahead else "cursor")
        rows = self._scores(frame)
        if len(rows) != self._rows:
            self._rows = len(rows)
            self._place()
        self.scores.show_rows(rows, self.hidden)
        self.counter.show_step(frame.step, length)
        self.progress.show_share(frame.step / length if length else 0.0)
        self.title.setText(name_of(frame.experiment))
        self._show_epoch(frame)

    def _scores(self, frame: Frame) -> tuple[Row, ...]:
        """The runs by their loss, or where that is hidden, in their own order."""
        if frame.plan is None:
            return ()
        from explorer.core.compose import legend

        rows = legend(frame.plan, frame.traces, frame.step)
        if self.hidden:
            return tuple(replace(row, note="") for row in rows)
        return tuple(sorted(rows, key=lambda row: (math.isnan(row.loss), row.loss)))

    def _show_epoch(self, frame: Frame) -> None:
        """Say the epoch where there are any, and what the curves are."""
        plan = frame.plan
        every = plan.validation.epoch if plan is not None else 1
        if plan is not None and plan.runs and frame.study is not None:
            every = plan.runs[min(frame.selected, len(plan.runs) - 1)].epoch
        text = tr("Epoch {epoch:.1f}", epoch=frame.step / every) if every > 1 else ""
        if text != self.epoch.text():
            self.epoch.setText(text)
            self._place_title()
        of = tr("Training loss") if every > 1 else tr("Loss")
        log = self.curves.scale.value() == "log"
        scale = tr("log scale") if log else tr("linear scale")
        self.curve_title.setText(f"{of}, {scale}")

    def say(self, words: str) -> None:
        """Say something on the picture, or nothing."""
        self.words.say(words, QRectF(self.map.geometry()))

    def describe(self) -> str:
        """The picture in words."""
        told = self.map.describe()
        return f"{self.counter.accessibleName()}. {told} {self.scores.accessibleName()}."

    # -- where it is

    def _place(self) -> None:
        """Lay all out for the size there is."""
        wide, high = self.width(), self.height()
        unit = min(wide / SIZE[0], high / SIZE[1])
        m = self.measure = Measure(unit, LARGER[self.larger])
        for part in (self.counter, self.scores, self.progress, self.hints, self.words):
            part.set_measure(m)
        self.sheet.unit = unit
        self._dress()
        self.title.setFont(m.font(40, fonts.SEMIBOLD))
        for said in (self.epoch, self.curve_title):
            said.setFont(m.font(26))
            said.set_ink(colour(PROJECTOR.muted))
        margin, row = m.length(MARGIN), 1.35 * m.text(26)
        column = min(m.length(COLUMN) * max(m.larger, 1.0), 0.42 * wide)
        right, keys = wide - margin - column, high - m.length(14) - row
        groove = keys - m.length(30)
        top = m.length(20) + 1.3 * m.text(40) + m.length(16)
        bottom = groove - m.length(14)
        self.hints.setGeometry(_rect(margin, keys, wide - 2 * margin, row))
        self.progress.setGeometry(_rect(margin, groove, wide - 2 * margin, m.length(24)))
        self.map.setGeometry(_rect(margin, top, right - m.length(GAP) - margin, bottom - top))
        tall = 0.92 * m.text(128)
        self.counter.setGeometry(_rect(right, top, column, tall))
        self._place_below(QRectF(right, top + tall, column, bottom - top - tall))
        self.sheet.setGeometry(self.rect())
        self._place_title()

    def _dress(self) -> None:
        """Give every part the theme and the views their type: a style sheet hands down neither."""
        inside = [part for view in (self.map, self.curves) for part in view.findChildren(QWidget)]
        self._panes = len(self.map.findChildren(QWidget))
        font, tints = self.measure.font(26), palette(PROJECTOR)
        for part in self.findChildren(QWidget):
            part.setPalette(tints)
        for part in (self.map, self.curves, *inside):
            part.setFont(font)

    def _place_below(self, room: QRectF) -> None:
        """Share the column under the counter between losses and curves; losses come first."""
        m, row = self.measure, 1.35 * self.measure.text(26)
        room.adjust(0, m.length(16), 0, 0)
        head, least = m.length(24) + row, m.length(PLOT)
        need = self.scores.height_for(self._rows)
        if need + head + least > room.height():
            need = self.scores.height_for(self._rows, tight=True)
        fits = need + head + least <= room.height()
        need = min(need, room.height())
        self.scores.setGeometry(_rect(room.x(), room.y(), room.width(), need))
        top = room.y() + need + head
        self.curve_title.setGeometry(_rect(room.x(), top - row, room.width(), row))
        self.curves.setGeometry(_rect(room.x(), top, room.width(), max(room.bottom() - top, 1)))
        self.curve_title.setVisible(fits)
        self.curves.setVisible(fits)

    def _place_title(self) -> None:
        m = self.measure
        edge, high = self.width() - m.length(MARGIN), 1.3 * m.text(40)
        beside = self.epoch.fontMetrics().horizontalAdvance(self.epoch.text()) + 1
        self.epoch.setGeometry(_rect(edge - beside, m.length(20), beside, high))
        wide = edge - beside - m.length(MARGIN + 24)
        self.title.setGeometry(_rect(m.length(MARGIN), m.length(20), wide, high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the screen."""
        super().resizeEvent(event)
        self._place()

    def viewport(self, other: Viewport | None) -> Viewport | None:
        """What the engine is to paint: the map here, and what else `other` shows of it."""
        own = self.map.viewport()
        if own is None or other is None or own.bounds is None or other.bounds is None:
            return own
        pairs = list(zip(own.bounds, other.bounds, strict=True))
        both = tuple((min(a, c), max(b, d)) for (a, b), (c, d) in pairs)
        if both == own.bounds:
            return own
        (x0, x1), _ = own.bounds
        scale = own.width / (x1 - x0)
        wide, high = (max(round(scale * (b - a)), 2) for a, b in both)
        return replace(own, bounds=fit(both, wide, high), width=wide, height=high)


def _rect(x: float, y: float, wide: float, high: float) -> QRect:
    return QRectF(x, y, wide, high).toRect()
