"""The Learning curve panel: training and validation loss against the number of rows trained on."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.core.style import style
from explorer.core.trainable import what_trains
from explorer.widgets.panel import INSET
from explorer.widgets.stylesheet import theme_of

from ._learnparts import Header, Offer
from .base import Dock, Frame, View

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment
    from explorer.core.learncurve import LearningCurve

    from ._learnplot import LearningPlot

NO_MODEL = tr("Choose a model and data in the Model panel to see whether more rows would help.")
NO_RUN = tr("Add an optimizer to see whether more rows would help.")
NO_ROWS = tr(
    "Rows must be held out to be judged by: give the validation share in the Model panel a value "
    "above 0."
)
EARLIER = tr("of earlier settings")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a curve is of: all that its training depends on, and the run's name and style."""

    what: object
    label: str
    look: int


class LearningCurveView(View):
    """A plot and what it shows in a sentence; made only when a person asks for it."""

    libraries = ("explorer.core.learncurve", "pyqtgraph")
    needs = ("explorer.views._learnplot",)
    asks_all = True

    # An experiment and the index of a run whose curve is wanted; it goes to `show_curve`.
    curve_wanted = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(120)
        self.setAccessibleName(tr("Learning curve"))
        self.plot: LearningPlot | None = None
        self.curve: LearningCurve | None = None
        self._frame: Frame | None = None
        self._asked: _Asked | None = None  # while it is computed
        self._of: _Asked | None = None  # what is shown
        self._why = ""
        self.head, self.offer = Header(), Offer()
        for button in (self.head.button, self.offer.button):
            button.clicked.connect(self._ask)
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setAccessibleName(tr("What the curve shows"))
        self.words.setContentsMargins(4, 2, INSET, 2)
        self.words.setWordWrap(True)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(8, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.words)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.offer, 1)
        outer.addWidget(self._body, 1)
        self._arrange()

    def header(self) -> QWidget:
        """What the lines mean, and the button that makes them anew."""
        return self.head

    def build(self) -> None:
        """Make the plot."""
        from ._learnplot import LearningPlot

        self.plot = LearningPlot(theme_of(self))
        self.plot.setAccessibleName(tr("Loss against rows"))
        self._column.insertWidget(0, self.plot, 1)
        self._draw()

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Follow what is chosen: whether there can be a curve, and whether it is still the one."""
        before, self._frame = self._frame, new
        if before is None or before.theme is not new.theme:
            self.offer.hint.setStyleSheet(f"color: {theme_of(self).muted}")
            if self.plot is not None:
                self.plot.set_theme(new.theme)
        if before is None or _choice(before) != _choice(new):
            self._arrange()

    def rest(self) -> None:
        """Let go of the frame."""
        self._frame = None

    def show_curve(self, made: LearningCurve | str | None) -> None:
        """Show a curve that was asked for, or say why there is none; None if it was given up."""
        asked, self._asked = self._asked, None
        if isinstance(made, str):
            self._why = made
            self.said.emit(made)
        elif made is not None:
            self.curve, self._of = made, asked
            self._draw()
        self._arrange()

    def _ask(self) -> None:
        chosen = self._chosen()
        if self._frame is not None and chosen is not None and self._asked is None:
            self._asked, self._why = chosen, ""
            self._arrange()
            self.curve_wanted.emit(self._frame.experiment, self._frame.selected)

    def _chosen(self) -> _Asked | None:
        """What a curve would be of; None where there can be none."""
        if self._frame is None or self._frame.study is None:
            return None
        experiment, at = self._frame.experiment, self._frame.selected
        what = what_trains(experiment, at)
        if what is None or not what[0].validation:
            return None
        run, plan = experiment.runs[at], self._frame.plan
        known = plan is not None and len(plan.runs) == len(experiment.runs)
        label = plan.runs[at].label if plan is not None and known else run.label
        return _Asked(what, label or run.optimizer, run.style)

    def _draw(self) -> None:
        if self.plot is None or self.curve is None or self._of is None:
            return
        self.plot.show_curve(self.curve, style(self._of.look))
        self._say()

    def _say(self) -> None:
        """Write below the plot whose curve it is, and what it shows."""
        if self.plot is None or self.curve is None:
            return
        from explorer.core.learncurve import sentence

        said, muted = sentence(self.curve), theme_of(self).muted
        word, colon, rest = said.partition(":")
        self.words.setText(
            f"<span style='color:{muted}'>{escape(self.mark())}.</span> "
            f"<span style='font-weight:600'>{escape(word + colon)}</span>{escape(rest)}"
        )
        self.words.setAccessibleDescription(f"{self.mark()}. {said}")
        self.plot.setAccessibleDescription(said)

    def mark(self) -> str:
        """Whose curve is shown, and whether of other settings than it has now."""
        label = self._of.label if self._of is not None else ""
        return f"{label}, {EARLIER}" if self.is_earlier() else label

    def _arrange(self) -> None:
        """Show a curve that there is, else what to do."""
        experiment = self._frame.experiment if self._frame is not None else None
        chosen, busy = self._chosen(), self._asked is not None
        shown = self.curve is not None and not _missing(experiment)
        self._body.setVisible(shown)
        self.offer.setVisible(not shown)
        self.head.show_parts(shown)
        self.offer.button.setVisible(chosen is not None)
        for button in (self.head.button, self.offer.button):
            button.follow(possible=chosen is not None, busy=busy)
        self.offer.hint.setText(self._hint(chosen))
        if shown and self._of is not None:
            self._follow_look(chosen)
            self._say()
        self.setAccessibleDescription(self.describe())

    def _follow_look(self, chosen: _Asked | None) -> None:
        """Take the run's present name and colour, if it is the run that the curve is of."""
        assert self._of is not None
        if chosen is not None and chosen.what == self._of.what and chosen != self._of:
            self._of = chosen
            self._draw()

    def is_earlier(self) -> bool:
        """Whether the curve is of other settings than the chosen run has now."""
        chosen = self._chosen()
        return self._of is not None and (chosen is None or chosen.what != self._of.what)

    def _hint(self, chosen: _Asked | None) -> str:
        if missing := _missing(self._frame.experiment if self._frame is not None else None):
            return missing
        if self._asked is not None:
            return tr(
                "{run} is being trained on growing parts of the rows. The status bar shows how far "
                "it is.",
                run=self._asked.label,
            )
        if self._why or chosen is None:
            return self._why
        return tr(
            "Would more rows help, or another model? To see it, {run} is trained anew up to 22 "
            "times.",
            run=chosen.label,
        )

    def describe(self) -> str:
        """The curve in words, or what to do to get one."""
        if self.curve is None or self._body.isHidden() or self._of is None:
            return self.offer.hint.text()
        from explorer.core.learncurve import listed, sentence

        head = tr("Loss against rows") + f", {self.mark()}"
        return "\n".join([head, sentence(self.curve), *listed(self.curve)])


def _choice(frame: Frame) -> tuple[object, ...]:
    """What of a frame says which curve there can be, and how it looks."""
    parts = frame.experiment, frame.plan, frame.theme, frame.study is None
    return frame.selected, *map(id, parts)


def _missing(experiment: Experiment | None) -> str:
    """What an experiment lacks for a learning curve, in a sentence; empty where nothing."""
    if experiment is None or experiment.learning is None:
        return NO_MODEL
    if not experiment.runs:
        return NO_RUN
    return "" if experiment.learning.validation else NO_ROWS


SPEC = Dock(
    key="learning_curve",
    title=tr("Learning curve"),
    area="bottom",
    order=1,
    make=LearningCurveView,
    tab="curves",
    trains=True,
    stays=True,
    summary=tr("Loss on training and validation rows against the number of rows trained on"),
)
