"""The optimizers dock: a card for each run."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from explorer.core import lineup
from explorer.core.catalog import catalog
from explorer.core.defaults import rate_in
from explorer.core.errors import InputError
from explorer.core.experiment import MAX_RUNS, Experiment, Run
from explorer.core.language import tr
from explorer.core.naming import names
from explorer.core.recorded import PREFIX, is_recorded
from explorer.core.style import unused
from explorer.widgets.panel import INSET, scrolled
from explorer.widgets.runcard import RunCard
from explorer.widgets.toolbutton import SMALL, ToolButton

from ._cardmenu import card_menu
from .base import Dock, Frame, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.lineup import Change
    from explorer.core.spec import Optimizer


# The parts of the menu that adds an optimizer, and what belongs to each.
FAMILIES: tuple[tuple[str, Callable[[Optimizer], bool]], ...] = (
    (tr("First order"), lambda spec: spec.family == "first order" and not spec.wraps),
    (tr("Second order"), lambda spec: spec.family == "second order" and not spec.wraps),
    (tr("Without gradients"), lambda spec: spec.family == "gradient-free" and not spec.wraps),
    (tr("Wrappers"), lambda spec: spec.wraps),
)


def why_not(experiment: Experiment, spec: Optimizer) -> str:
    """Why an optimizer cannot be added, if it cannot."""
    if len(experiment.runs) >= MAX_RUNS:
        return tr("At most {most} runs fit", most=MAX_RUNS)
    squares = any(state.fill == "gauss_newton" for state in spec.state)
    bent = squares or any(state.fill == "hessian" for state in spec.state)
    if bent and experiment.learning is not None:
        return tr("It needs second derivatives, which models do not give")
    if squares:
        landscape = catalog().landscape(experiment.landscape)
        if landscape.gauss_newton is None:
            title = landscape.title
            return tr("It needs a sum of squares, which {landscape} is not", landscape=title)
    return ""


def added(experiment: Experiment, key: str) -> Experiment:
    """The experiment with one more run, told from the others by its looks."""
    runs = experiment.runs
    look = unused(other.style for other in runs)
    return replace(experiment, runs=(*runs, Run(key, rate_in(experiment, key), style=look)))


def _kind(run: Run) -> str:
    """What a card is made for: an optimizer, or any recorded path, as one that grows stays one."""
    return PREFIX if is_recorded(run.optimizer) else run.optimizer


class Optimizers(View):
    """Cards for the runs, the chosen one with its hyperparameters and schedule."""

    # a run's index and the target it is to be copied for as code, "" for the command line
    code_wanted = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self._selected = self._step = 0
        self._lasts: list[int] = []
        self._open = {"hyper": True, "schedule": False}
        self.cards: list[RunCard] = []
        self._add = ToolButton("plus", tr("Add an optimizer"), size=SMALL)
        self._add.clicked.connect(lambda: self._pop_add(self._add))
        self._empty: QWidget | None = None
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._area = scrolled(page)
        column.addWidget(self._area)

    def header(self) -> QWidget:
        """The button that adds an optimizer."""
        return self._add

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Bring the cards up to date, each in its place."""
        same_runs = (
            old is not None
            and old.experiment.runs is new.experiment.runs
            and old.experiment.validation.epoch == new.experiment.validation.epoch
        )
        self._experiment, self._step = new.experiment, new.step
        if not (same_runs and old is not None and old.selected == new.selected):
            self._selected = new.selected
            self._show_runs(new.experiment.runs)
        if old is None or old.plan is not new.plan or old.traces is not new.traces:
            self._show_rates(new)
        if old is None or old.traces is not new.traces or not same_runs:
            self._show_ends(new)
            self._lasts = [trace.stop_step for trace in new.traces]

    def describe(self) -> str:
        """Name the runs with their learning rates."""
        return "; ".join(
            tr("{run}, recorded by another program", run=card.head.name())
            if is_recorded(card.run.optimizer)
            else tr("{run}, learning rate {rate:g}", run=card.head.name(), rate=card.run.lr)
            for card in self.cards
        )

    def _show_runs(self, runs: tuple[Run, ...]) -> None:
        if [_kind(card.run) for card in self.cards] != [_kind(run) for run in runs]:
            self._make_cards(runs)
        called = names(runs)
        epoch = self._experiment.validation.epoch if self._experiment else 1
        for i, (card, run) in enumerate(zip(self.cards, runs, strict=True)):
            alone, chosen = lineup.is_alone(runs, i), i == self._selected
            card.show_run(run, alone=alone, chosen=chosen, epoch=epoch, name=called[i])
            self._show_folds(i, card)

    def _show_folds(self, at: int, card: RunCard) -> None:
        card.show_folds(
            at == self._selected,
            hyper_open=self._open["hyper"],
            schedule_open=self._open["schedule"],
        )

    def _show_rates(self, frame: Frame) -> None:
        """Show the schedules: the rates that were applied, where they react to the loss."""
        runs = frame.plan.runs if frame.plan else ()
        for i, (card, run) in enumerate(zip(self.cards, runs, strict=False)):
            rates = run.rates[:0] if run.recorded is not None else run.rates
            if run.plateau.size and i < len(frame.traces):
                used = frame.traces[i].learning_rate[: rates.size]
                rates = rates.copy()
                rates[: used.size] = used
                rates[used.size :] = used[-1] if used.size else rates[0]
            card.head.set_rates(rates)

    def _show_ends(self, frame: Frame) -> None:
        """Say which runs diverged, once the traces are those of the runs."""
        for i, card in enumerate(self.cards):
            trace = frame.traces[i] if i < len(frame.traces) else None
            said = trace.stop_sentence() if trace is not None and trace.lost else ""
            card.show_end(said[:1].upper() + said[1:])

    def _make_cards(self, runs: tuple[Run, ...]) -> None:
        """Make the cards that are missing and drop those that are too many."""
        kept = 0
        while kept < min(len(self.cards), len(runs)) and (
            _kind(self.cards[kept].run) == _kind(runs[kept])
        ):
            kept += 1
        for card in self.cards[kept:]:
            card.hide()
            card.deleteLater()
        self.cards = self.cards[:kept]
        for at in range(kept, len(runs)):
            self.cards.append(self._make_card(at, runs[at]))
            self._column.insertWidget(at, self.cards[at])
        if not runs and self._empty is None:
            self._empty = self._make_empty()
            self._column.insertWidget(0, self._empty)
        if self._empty is not None:
            self._empty.setVisible(not runs)

    def _make_card(self, at: int, run: Run) -> RunCard:
        card = RunCard(run)
        card.edited.connect(lambda run, what, key: self._replace(at, run, what, key))
        card.chosen.connect(lambda: self.selected.emit(at))
        card.folded.connect(self._fold)
        card.head.solo.clicked.connect(lambda: self._take(lineup.solo(self._runs(), at)))
        card.head.menu.clicked.connect(lambda: self._pop_menu(at))
        return card

    def _make_empty(self) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        words = QLabel(tr("No optimizer runs yet."))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton(tr("Add an optimizer"))
        button.clicked.connect(lambda: self._pop_add(button))
        column.addWidget(words)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return place

    def _fold(self, key: str, shown: bool) -> None:
        """What is open on one card is open on the next one chosen."""
        self._open[key] = shown

    def _emit(self, runs: tuple[Run, ...], what: str, key: str) -> None:
        if self._experiment is not None:
            self._experiment = replace(self._experiment, runs=runs)
            if len(runs) != len(self.cards):
                self._show_runs(runs)  # a card of a run that is gone is no more to be clicked
            self.edited.emit(self._experiment, what, key)

    def _runs(self) -> tuple[Run, ...]:
        return self._experiment.runs if self._experiment else ()

    def _replace(self, at: int, run: Run, what: str, key: str) -> None:
        runs = self._runs()
        self._emit((*runs[:at], run, *runs[at + 1 :]), what, f"run:{at}:{key}")

    def _take(self, change: Change) -> None:
        """Hand on a change of the runs, and who is chosen then."""
        chosen = change.chosen(self._runs(), self._selected)
        self._emit(change.runs, change.words, "")
        if chosen != self._selected:
            self.selected.emit(chosen)

    def _fork(self, at: int) -> None:
        """Fork a run at the cursor, or say why it cannot be."""
        last = self._lasts[at] if at < len(self._lasts) else None
        try:
            self._take(lineup.fork(self._runs(), at, self._step, last))
        except InputError as error:
            self.said.emit(str(error))

    def _pop_menu(self, at: int) -> None:
        menu = self.card_menu(at)
        button = self.cards[at].head.menu
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def card_menu(self, at: int) -> QMenu:
        """The menu of the run at an index."""
        fork, reset = partial(self._fork, at), partial(self._reset, at)
        rename = self.cards[at].head.edit_name
        copy = partial(self.code_wanted.emit, at)
        return card_menu(self, self._runs(), at, self._take, fork, rename, reset, copy)

    def _reset(self, at: int) -> None:
        if self._experiment is not None and not is_recorded(self._runs()[at].optimizer):
            change = lineup.reset(self._experiment, at)
            self._emit(change.runs, change.words, f"run:{at}:reset")

    def _pop_add(self, button: QWidget) -> None:
        self.add_menu().popup(button.mapToGlobal(QPoint(0, button.height())))

    def add_menu(self) -> QMenu:
        """The menu of all optimizers by what they need, each of which can be added."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found = sorted(catalog().optimizers.items(), key=lambda pair: pair[1].title.casefold())
        for title, belongs in FAMILIES:
            members = [(key, spec) for key, spec in found if belongs(spec)]
            if not members:
                continue
            group = menu.addMenu(title)
            group.setToolTipsVisible(True)
            for key, spec in members:
                action = group.addAction(spec.title)
                action.triggered.connect(partial(self._append, key))
                why = self._why_not(spec)
                action.setToolTip(why or spec.summary)
                action.setEnabled(not why)
        return menu

    def _why_not(self, spec: Optimizer) -> str:
        return why_not(self._experiment, spec) if self._experiment else ""

    def _append(self, key: str, _checked: bool = False) -> None:
        if self._experiment is None:
            return
        made = added(self._experiment, key).runs
        self._emit(made, tr("Add {name}", name=names(made)[-1]), f"add:{len(made) - 1}")
        self.selected.emit(len(made) - 1)


SPEC = Dock(
    key="optimizers",
    title=tr("Optimizers"),
    area="left",
    order=1,
    make=Optimizers,
    summary=tr("Add optimizers, and set their learning rates, hyperparameters and schedules."),
)
