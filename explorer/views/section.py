"""The Cross-section: the loss along a line through the landscape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.language import tr, trc
from explorer.core.numbers import number
from explorer.widgets.line import Line
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import colour, theme_of

from .base import Dock, Frame, View, same_picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from explorer.core.figure import Array
    from explorer.core.plan import Plan
    from explorer.core.section import Cut

    from ._sectionplot import SectionPlot

_ALONG = (
    ("step", tr("Step"), tr("Along the chosen run's next step, through its point at the cursor")),
    ("gradient", "∇", tr("Against the gradient at the chosen run's point")),
    ("x", "x", tr("Along the first axis through the chosen run's point, as far as the map shows")),
    ("y", "y", tr("Along the second axis through the chosen run's point, as far as the map shows")),
    (
        "line",
        trc("of a section", "Line"),
        tr("Along a line on the map: hold Shift and drag there to draw it"),
    ),
)
_SCALES = (
    ("log", tr("Log"), tr("Logarithmic axis: equal factors are equally far apart")),
    ("linear", tr("Linear"), tr("Linear axis: equal differences are equally far apart")),
)
# Up to so many parameters times rows the loss itself is looked at, else the map's samples.
_QUICK = 20_000


class Section(View):
    """One plot; above it what it is taken along and on which scale, below the title in words."""

    libraries = ("explorer.core.section", "explorer.core.lookup", "pyqtgraph")
    needs = ("explorer.views._sectionplot",)
    asks_all = True

    # losses (n,) of a plan at points (n, D), at once; the window sets it
    sampler: Callable[[Plan, Array], Array] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(120)
        self.setAccessibleName(tr("Cross-section"))
        self._frame: Frame | None = None
        self._plot: SectionPlot | None = None
        self._cut: Cut | None = None
        self._losses: Array | None = None
        self._stale = False
        self.along = Segmented(tr("Along"), _ALONG)
        self.scale = Segmented(tr("Scale"), _SCALES, "linear")
        self.along.changed.connect(self._choose)
        self.scale.changed.connect(lambda _key: self._draw())
        self._header = QWidget()
        self.words = Line(inset=8, cut=True)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.along)
        row.addWidget(self.words, 1)
        row.addWidget(self.scale)
        self._header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.empty, 1)

    def header(self) -> QWidget:
        """What is looked along, and on which scale."""
        return self._header

    def build(self) -> None:
        """Make the plot."""
        from ._sectionplot import SectionPlot

        self._plot = SectionPlot(theme_of(self))
        self._plot.hide()  # empty axes say nothing
        self.layout().addWidget(self._plot)  # type: ignore[union-attr]

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Draw the cut if it may be another."""
        before, self._frame = self._frame, new
        self.along.set_value(new.experiment.view.section)
        if self._plot is None or new.plan is None or new.field is None:
            return
        if before is None or before.theme is not new.theme or old is None:
            self._plot.set_theme(new.theme)
            self.words.set_ink(colour(new.theme.muted))
            self.empty.setStyleSheet(f"color: {new.theme.muted}")
        elif same_picture(old, new):
            return
        self._draw_if_seen()

    def rest(self) -> None:
        """Let go of the frame."""
        self._frame = None

    def _draw_if_seen(self) -> None:
        """Draw now, or where another tab is in front, when this one is painted."""
        self._stale = self.visibleRegion().isEmpty()
        if not self._stale:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Catch up with what happened behind another tab."""
        super().paintEvent(event)
        if self._stale:
            self._stale = False
            QTimer.singleShot(0, self, self._draw)

    def _choose(self, key: str) -> None:
        if self._frame is not None:
            given = self._frame.experiment
            view = replace(given.view, section=key)  # type: ignore[arg-type]
            self.edited.emit(replace(given, view=view), tr("Cross-section"), "view")

    def _draw(self) -> None:
        frame = self._frame
        if self._plot is None or frame is None or frame.plan is None or frame.field is None:
            return
        from explorer.core.section import cut
        from explorer.core.style import style

        plan, at = frame.plan, frame.selected
        there = at < min(len(plan.runs), len(frame.traces))
        run, trace = (plan.runs[at], frame.traces[at]) if there else (None, None)
        bounds = frame.image.bounds if frame.image is not None else plan.bounds
        made = cut(plan, run, trace, frame.step, frame.experiment.view, bounds, self._exact())
        if isinstance(made, str):
            self._cut = None
            self.empty.setText(made)
            self.words.setText("")
        else:
            self._cut, self._losses = made, self._look(made.points)
            log = self.scale.value() == "log"
            look = style(run.style if run is not None else 0)
            self._plot.show_cut(made, self._losses, look, log, self._notes(made, log))
            self.words.setText(made.said)
            self.words.setToolTip(made.said)
        self.empty.setVisible(self._cut is None)
        self._plot.setVisible(self._cut is not None)
        self.setAccessibleDescription(self.describe())

    def _exact(self) -> bool:
        """Whether the loss itself can be looked at some hundred times in no noticeable time."""
        assert self._frame is not None
        study = self._frame.study
        if study is None:
            return True
        cost = len(study.plans[0].X) * study.fitted.size
        return cost <= _QUICK and not self._frame.experiment.view.one_batch

    def _look(self, points: Array) -> Array:
        """The losses (n,) at points (n, D)."""
        from explorer.core.lookup import at_points
        from explorer.core.probe import losses

        frame = self._frame
        assert frame is not None
        assert frame.plan is not None
        assert frame.field is not None
        if frame.study is not None and not self._exact():
            return at_points(frame.field, points)
        if frame.study is None and self.sampler is not None:
            return self.sampler(frame.plan, points)
        return losses(frame.plan.landscape, frame.plan.parameters, points, frame.plan.penalty)

    def _notes(self, made: Cut, log: bool) -> str:
        """What is to be said on the plot itself."""
        import numpy as np

        from explorer.core.section import LARGEST

        assert self._losses is not None
        notes = [tr("dashed: quadratic model")] * (made.model is not None)
        if not self._exact():
            notes.append(tr("loss between the map's samples"))
        left = int((self._losses <= 0).sum()) if log else 0
        if left:
            of = len(self._losses)
            notes.append(
                tr("{left} of {all} losses are not above 0 and not shown", left=left, all=of)
            )
        huge = 0 if log else int((np.abs(self._losses) > LARGEST).sum())
        if huge:
            notes.append(
                tr("{count} losses are beyond {most:g} and not shown", count=huge, most=LARGEST)
            )
        return ", ".join(notes)

    def describe(self) -> str:
        """The line, and the losses at its ends and at what is marked."""
        if self._cut is None or self._losses is None:
            return self.empty.text()
        made, losses = self._cut, self._losses
        first, last = number(float(losses[0])), number(float(losses[-1]))
        words = tr(
            "Cross-section. {said}: {first} to {last}", said=made.said, first=first, last=last
        )
        places = (
            tr("{name} at {place}", name=place.name, place=number(place.at + made.shift))
            for place in made.places
        )
        return ", ".join([words, *places])


SPEC = Dock(
    key="section",
    title=tr("Cross-section"),
    area="bottom",
    order=2,
    make=Section,
    tab="curves",
    stays=True,
    summary=tr("Loss along a step, the gradient, an axis, or a line drawn on the map with Shift"),
)
