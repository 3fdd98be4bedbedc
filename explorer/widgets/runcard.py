"""A run's card: what it is called, how it learns, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.catalog import catalog
from explorer.core.experiment import MAX_STEPS, Rate, Run, with_setting
from explorer.core.spec import Hyper

from .cardhead import CardHead
from .combo import Combo
from .fold import Fold
from .fonts import px
from .notice import Notice
from .panel import INSET
from .slider import ParameterRow
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent

    from explorer.core.spec import Value

LEARNING_RATE = Hyper(
    "learning rate",
    1e-3,
    low=0.0,
    scale="log",
    slider=(1e-6, 10.0),
    symbol="lr η",
    help="How far a step goes: what multiplies the direction the optimizer takes.",
)
WARMUP = Hyper(
    "warm-up",
    0,
    low=0,
    high=MAX_STEPS,
    scale="log_zero",
    slider=(1, 1000),
    integer=True,
    help="Over so many first steps the rate climbs from zero to lr; then the schedule begins.",
)
_WIDE = 270


def run_name(run: Run) -> str:
    """What a run is called: its own label, or its optimizer's."""
    spec = catalog().optimizer(run.optimizer)
    return run.label or spec.label or spec.title


class RunCard(QWidget):
    """`edited` carries (new run, what was done, key for undo); `chosen` that it was clicked.

    The two folds are made when the card is first chosen and they are open.
    """

    edited = Signal(object, str, str)
    chosen = Signal()
    folded = Signal(str, bool)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self._chosen = False
        self._rate_rows: list[tuple[str, ParameterRow]] = []
        self._hyper_rows: list[ParameterRow] = []
        self._schedule_choice: Combo | None = None
        self._rows_of = run.rate.key
        self.head = CardHead()
        self.head.pressed.connect(self.chosen)
        self.head.renamed.connect(self._rename)
        self.head.eye.clicked.connect(self._toggle)
        self.rate = ParameterRow(LEARNING_RATE, run.lr, muted=True)
        self.rate.changed.connect(
            lambda value, _held: self._edit(
                replace(self.run, lr=float(value)), "learning rate", "lr"
            )
        )
        self.notice = Notice()
        self._hyper: Fold | None = None
        self._schedule: Fold | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET - 1, 4, INSET - 1, 4)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.rate)
        column.addWidget(self.notice)
        self._layout = column

    def _edit(self, run: Run, what: str, key: str) -> None:
        if run != self.run:
            # what is edited next, before the next frame comes, builds on this
            self.run = run
            self.edited.emit(run, f"Change {what} of {run_name(run)}", key)

    def _put_lr(self, value: float) -> None:
        self._edit(replace(self.run, lr=value), "learning rate", "lr")

    def _rename(self, name: str) -> None:
        own = run_name(replace(self.run, label=""))
        self._edit(replace(self.run, label="" if name == own else name), "name", "name")

    def _toggle(self) -> None:
        shown = not self.run.visible
        self.run = replace(self.run, visible=shown)
        verb = "Show" if shown else "Hide"
        self.edited.emit(self.run, f"{verb} {run_name(self.run)}", "visible")

    def show_run(self, run: Run, *, alone: bool, chosen: bool) -> None:
        """Show a run of the same optimizer."""
        self.run = run
        self.head.show_run(
            run_name(run), run.style, visible=run.visible, alone=alone, chosen=chosen
        )
        self.rate.set_value(run.lr)
        for row in self._hyper_rows:
            row.set_value(dict(run.hyper).get(row.hyper.name, row.hyper.default))
        if self._schedule is not None:
            self._schedule.heading.set_note(self._schedule_note())
            if run.rate.key != self._rows_of:
                self._drop_schedule()
            self._show_schedule()
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def show_end(self, words: str) -> None:
        """Say what went wrong with the run, if anything."""
        self.notice.set_text(words)

    def show_folds(self, shown: bool, *, hyper_open: bool, schedule_open: bool) -> None:
        """Show the headings of the folds on the chosen card, and hide them on others."""
        if shown and self._schedule is None:
            self._make_folds()
        if self._hyper is not None:
            self._hyper.setVisible(shown)
            if shown:
                self._hyper.set_open(hyper_open)
        if self._schedule is not None:
            self._schedule.setVisible(shown)
            if shown:
                self._schedule.set_open(schedule_open)

    def _make_folds(self) -> None:
        if catalog().optimizer(self.run.optimizer).hyper:
            self._hyper = self._add_fold("Hyperparameters", self._make_hyper, "hyper")
        self._schedule = self._add_fold("Schedule", self._make_schedule, "schedule")
        self._schedule.heading.set_note(self._schedule_note())

    def _add_fold(self, title: str, make: Callable[[], QWidget], key: str) -> Fold:
        fold = Fold(title, make, self)
        fold.opened.connect(lambda shown: self.folded.emit(key, shown))
        self._layout.addWidget(fold)
        return fold

    def _make_hyper(self) -> QWidget:
        self._hyper_rows = []
        for hyper in catalog().optimizer(self.run.optimizer).hyper:
            value = dict(self.run.hyper).get(hyper.name, hyper.default)
            self._hyper_rows.append(self._make_row(hyper, value, self._put_hyper(hyper)))
        return _stack(self._hyper_rows)

    def _put_hyper(self, hyper: Hyper) -> Callable[[Value], None]:
        def put(value: Value) -> None:
            values = with_setting(self.run.hyper, hyper.name, value)
            self._edit(replace(self.run, hyper=values), hyper.symbol or hyper.name, hyper.name)

        return put

    def _make_row(self, hyper: Hyper, value: Value, put: Callable[[Value], None]) -> ParameterRow:
        row = ParameterRow(hyper, value)
        row.set_columns(*self._columns(row))
        row.changed.connect(lambda given, _held: put(given))
        return row

    def _schedule_note(self) -> str:
        rate = self.run.rate
        name = catalog().schedule(rate.key).title.lower()
        return f"{name}, warm-up" if rate.warmup else name

    def _make_schedule(self) -> QWidget:
        rate = self.run.rate
        self._rows_of = rate.key
        found = catalog().schedules
        options = [(key, spec.title) for key, spec in found.items()]
        choice = Combo("Schedule", options, rate.key, "How the learning rate changes with the step")
        choice.changed.connect(
            lambda key: self._edit(
                replace(self.run, rate=Rate(key, (), self.run.rate.warmup)), "schedule", "schedule"
            )
        )
        self._schedule_choice = choice
        self._rate_rows = []
        for hyper in found[rate.key].hyper:
            value = dict(rate.hyper).get(hyper.name, hyper.default)
            row = self._make_row(hyper, value, self._put_rate(hyper))
            self._rate_rows.append((hyper.name, row))
        self._rate_rows.append(("", self._make_row(WARMUP, rate.warmup, self._put_warmup)))
        return _stack([choice, *(row for _, row in self._rate_rows)])

    def _put_rate(self, hyper: Hyper) -> Callable[[Value], None]:
        def put(value: Value) -> None:
            rate = self.run.rate
            rate = replace(rate, hyper=with_setting(rate.hyper, hyper.name, value))
            self._edit(replace(self.run, rate=rate), f"schedule {hyper.name}", f"rate:{hyper.name}")

        return put

    def _put_warmup(self, value: Value) -> None:
        rate = replace(self.run.rate, warmup=int(value))
        self._edit(replace(self.run, rate=rate), "warm-up", "warmup")

    def _drop_schedule(self) -> None:
        self._rate_rows, self._schedule_choice = [], None
        self._rows_of = self.run.rate.key
        if self._schedule is not None:
            self._schedule.reset()

    def _show_schedule(self) -> None:
        rate = self.run.rate
        if self._schedule_choice is not None:
            self._schedule_choice.set_value(rate.key)
        for name, row in self._rate_rows:
            row.set_value(dict(rate.hyper).get(name, row.hyper.default) if name else rate.warmup)

    def _columns(self, row: ParameterRow) -> tuple[int, bool]:
        """The width of a row's label, and whether its field is narrow."""
        long = len(row.label()) > 5
        if self.width() >= px(self, _WIDE):
            return (92 if long else 44), False
        return (76 if long else 24), True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows' columns to the width."""
        super().resizeEvent(event)
        self.rate.set_label("lr η" if self.width() >= px(self, _WIDE) else "η")
        for row in (self.rate, *self._hyper_rows, *(row for _, row in self._rate_rows)):
            row.set_columns(*self._columns(row))

    def changeEvent(self, event: QEvent) -> None:
        """Repaint where theme or size changed."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this run."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the chosen card."""
        if self._chosen:
            painter = QPainter(self)
            painter.fillRect(self.rect(), colour(theme_of(self).chosen))
            painter.end()


def _stack(widgets: Sequence[QWidget]) -> QWidget:
    """Rows below each other."""
    stack = QWidget()
    column = QVBoxLayout(stack)
    column.setContentsMargins(0, 0, 0, 4)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return stack
