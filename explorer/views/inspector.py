"""The Inspector: one step of one run taken apart, line by line, with its numbers.

The formula is read from the optimizer's own source and the numbers come from taking the step
again, so the panel cannot say anything else than what the engine does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.core.recorded import sentence
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.panel import INSET, scrolled
from explorer.widgets.richtext import RichLabel
from explorer.widgets.stylesheet import theme_of

from ._curvature import Curvature
from ._notice import Notice
from ._runpicker import RunPicker
from ._stateplots import StatePlots
from ._table import NumberTable
from .base import Dock, Frame, View, same_picture

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.core.plan import Plan

    from ._explained import Explained

AXES = ("<i>x</i>", "<i>y</i>")
_EMPTY = tr("Add an optimizer to see here how it takes its steps.")
_MANY = tr(
    "A step of so many parameters does not fit two columns. The Data panel shows what was learnt."
)
# Short names for the columns of a model of two parameters.
_NAMES = {"weight": "<i>w</i>", "bias": "<i>b</i>"}
_LOW_WINDOW, _LOW_PLOT, _PLOT = 800, 56, 84


class Inspector(View):
    """Shows the step that led to the cursor's row of the chosen run."""

    libraries = ("explorer.explain.formula", "explorer.explain.noise", "explorer.explain.step")
    needs = ("explorer.views._explained",)
    _built = False

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(280)
        self.setAccessibleName(tr("Inspector"))
        self._shown: Explained | None = None
        self._parts()
        self._place()
        self.picker.picked.connect(self.selected)

    def prepare(self) -> None:
        """Read the usual experiment's kernels too, one of which is soon to be explained."""
        super().prepare()
        import numpy as np

        from explorer.core import defaults
        from explorer.core.catalog import catalog
        from explorer.explain.step import explain_step

        usual = defaults.experiment()
        landscape = catalog().landscape(usual.landscape)
        for run in reversed(usual.runs):
            spec = catalog().optimizer(run.optimizer)
            hyper = {h.name: h.number(h.default) for h in spec.hyper}
            state = np.zeros((sum(s.count(2) for s in spec.state), 2))
            parameters = [h.number(h.default) for h in landscape.parameters]
            explain_step(spec, landscape, parameters, usual.start, state, hyper, run.lr, 1)

    def _parts(self) -> None:
        self.picker = RunPicker()
        self.when = RichLabel(tone="muted")
        self.table = NumberTable(tr("Update rule"), (76, 82))
        self.notice = Notice()
        self.states = StatePlots()
        self.where = QLabel(tr("Curvature here"))
        self.curvature = Curvature()
        self.lengths_title = QLabel(tr("Step length so far"))
        self.lengths = NumberTable(tr("Step length so far"), (84, 82))
        self.empty = QLabel(_EMPTY)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.hide()

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.picker)
        head.addStretch(1)
        head.addWidget(self.when)
        self.body = QWidget()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(INSET, 0, INSET, INSET)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table)
        column.addWidget(self.notice)
        column.addWidget(self.states)
        column.addSpacing(8)
        column.addWidget(self.where)
        column.addWidget(self.curvature)
        column.addSpacing(8)
        column.addWidget(self.lengths_title)
        column.addWidget(self.lengths)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(self.body)
        outer.addWidget(self._area)
        outer.addWidget(self.empty, 1)
        self.empty.setContentsMargins(INSET, 0, INSET, 0)
        self.body.hide()  # its headings would stand alone until there is a step

    def build(self) -> None:
        """Explain from now on: what that needs is loaded."""
        self._built = True

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Explain the step at the cursor; what belongs together but is not there yet is kept."""
        if old is None or old.theme is not new.theme:
            self._dress()
        if old is not None and same_picture(old, new):
            return
        plan = new.plan
        if plan is not None:
            # of many parameters a table of two columns would say little
            many = new.study is not None and (
                new.study.plane.kind != "whole" or not new.study.quick
            )
            words = "" if plan.runs else _EMPTY
            words = _MANY if many and plan.runs else words or _recorded(plan, new.selected)
            self.empty.setText(words)
            self.empty.setVisible(bool(words))
            self._area.setVisible(not words)
            self.body.setVisible(not words and self._built)
            if words:
                self._shown = None
                return
        if plan is None or new.selected >= min(len(plan.runs), len(new.traces)):
            return
        if not self._built:
            return
        from ._explained import Explained

        run, trace, before = plan.runs[new.selected], new.traces[new.selected], self._shown
        self.picker.show_runs([(r.label, r.style) for r in plan.runs], new.selected)
        same = before is not None and before.plan is plan and before.trace is trace
        if same and before is not None and before.run is run and before.step == new.step:
            return
        self._shown = shown = Explained(plan, run, trace, new.step)
        self.when.set_text(shown.when())
        axes = AXES[: plan.landscape.dimension]
        if new.study is not None:
            axes = tuple(_NAMES.get(name, name) for name in new.study.plane.names)
        self.table.show_rows((tr("Update rule"), *axes), shown.rows())
        self._show_surroundings(shown)
        if before is None or before.trace is not trace or before.run is not run:
            curves = shown.state_curves()
            self.states.show_curves(curves, axes)
            self.states.setVisible(bool(curves))
        self.states.show_cursor(shown.row)

    def _dress(self) -> None:
        theme = theme_of(self)
        strong = variant(self.font(), SEMIBOLD)
        self.where.setFont(strong)
        self.lengths_title.setFont(strong)
        for title in (self.where, self.lengths_title):
            title.setFixedHeight(px(self, 24))
        self.empty.setStyleSheet(f"color: {theme.muted}")

    def _show_surroundings(self, shown: Explained) -> None:
        seen, limit = shown.curvature()
        self.curvature.show_probe(seen, limit)
        diverged = shown.diverged
        self.where.setText(tr("Curvature at the start") if diverged else tr("Curvature here"))
        for part in (self.notice, self.lengths_title, self.lengths):
            part.setVisible(diverged)
        if diverged:
            ended = shown.trace.stop_sentence()
            self.notice.say(ended[:1].upper() + ended[1:], shown.reason(limit))
            self.lengths.show_rows(
                (tr("Step"), tr("Length"), tr("Loss after")), shown.length_rows()
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lower the plots in small windows."""
        super().resizeEvent(event)
        low = self.window().height() < px(self, _LOW_WINDOW)
        self.states.set_plot_height(_LOW_PLOT if low else _PLOT)

    def rest(self) -> None:
        """Let go of the frame and of the step explained."""
        self._shown = None

    def describe(self) -> str:
        """The update rule with its numbers, as text."""
        head = f"{self.picker.accessibleName()}, {self.when.text()}"
        return f"{head}\n{self.table.as_text()}\n{self.curvature.table.as_text()}"


def _recorded(plan: Plan, at: int) -> str:
    """Why there is nothing to explain about a path that another program took; else nothing."""
    if at >= len(plan.runs) or plan.runs[at].recorded is None:
        return ""
    return f"{sentence(plan.runs[at].label)}."


SPEC = Dock(
    key="inspector",
    title=tr("Inspector"),
    area="right",
    order=0,
    make=Inspector,
    summary=tr("One step line by line, with its numbers, the memory and the curvature"),
)
