"""A run's card: what it is called, how it learns, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.catalog import catalog, hypers
from explorer.core.experiment import Run, settings, with_setting
from explorer.core.language import tr, trc
from explorer.core.naming import own_name
from explorer.core.numbers import number
from explorer.core.recorded import is_recorded, sentence
from explorer.core.spec import Hyper

from .cardhead import CardHead
from .fold import Fold
from .fonts import px
from .line import Line
from .notice import Notice
from .panel import INSET
from .schedulerows import ScheduleRows, schedule_note
from .slider import ParameterRow
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QMouseEvent, QPaintEvent, QResizeEvent

    from explorer.core.spec import Value

LEARNING_RATE = Hyper(
    tr("learning rate"),
    1e-3,
    low=0.0,
    scale="log",
    slider=(1e-6, 10.0),
    symbol="lr η",
    help=tr("How far a step goes: what multiplies the direction the optimizer takes."),
)
_WIDE = 270


def fork_words(run: Run) -> str:
    """How a run began that was forked off another: 'η 0.08 up to step 137'."""
    return ", ".join(
        tr("η {lr} up to step {step}", lr=number(fork.lr), step=fork.step) for fork in run.forks
    )


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
        self._name = own_name(run)
        self._epoch = 1
        self._hyper_rows: list[ParameterRow] = []
        self._schedule_rows: ScheduleRows | None = None
        self.head = CardHead()
        self.head.pressed.connect(self.chosen)
        self.head.renamed.connect(self._rename)
        self.head.eye.clicked.connect(self._toggle)
        self.rate = ParameterRow(LEARNING_RATE, run.lr, muted=True)
        self.rate.changed.connect(
            lambda value, _held: self._edit(
                replace(self.run, lr=float(value)), tr("learning rate"), "lr"
            )
        )
        self.before: Line | None = None
        self.notice = Notice()
        self._hyper: Fold | None = None
        self._schedule: Fold | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET - 1, 4, INSET - 1, 4)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.rate)
        column.addWidget(self.notice)
        self._recorded = is_recorded(run.optimizer)
        if self._recorded:
            self.rate.hide()
            self.origin = Line(cut=True)
            self.origin.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self.origin.setFixedHeight(px(self, 20))
            self.origin.setText(tr("recorded by another program"))
            column.insertWidget(1, self.origin)
        self._layout = column

    def _edit(self, run: Run, what: str, key: str) -> None:
        if run != self.run:
            # what is edited next, before the next frame comes, builds on this
            self.run = run
            done = tr("Change {what} of {name}", what=what, name=self._name)
            self.edited.emit(run, done, key)

    def _put_lr(self, value: float) -> None:
        self._edit(replace(self.run, lr=value), tr("learning rate"), "lr")

    def _rename(self, name: str) -> None:
        own = own_name(replace(self.run, label=""))
        self._edit(
            replace(self.run, label="" if name == own else name),
            trc("what is changed", "name"),
            "name",
        )

    def _toggle(self) -> None:
        shown = not self.run.visible
        self.run = replace(self.run, visible=shown)
        name = self._name
        done = tr("Show {name}", name=name) if shown else tr("Hide {name}", name=name)
        self.edited.emit(self.run, done, "visible")

    def show_run(
        self, run: Run, *, alone: bool, chosen: bool, epoch: int = 1, name: str = ""
    ) -> None:
        """Show a run of the same optimizer under a name, where an epoch has so many steps."""
        self.run, self._epoch, self._name = run, epoch, name or own_name(run)
        self._show_forks()
        self.head.show_run(self._name, run.style, visible=run.visible, alone=alone, chosen=chosen)
        self.rate.set_value(run.lr)
        self._show_hyper()
        if self._recorded:
            self.origin.setToolTip(sentence(self._name))
        if self._schedule is not None:
            self._schedule.heading.set_note(schedule_note(run.rate))
        if self._schedule_rows is not None:
            self._schedule_rows.show_rate(run.rate, epoch)
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def _show_forks(self) -> None:
        """Say by which rates it began, where it was forked off another run."""
        words = fork_words(self.run)
        if self.before is None and words:
            self.before = Line(cut=True)
            self.before.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self.before.setFixedHeight(px(self, 20))
            self._layout.insertWidget(2, self.before)
        if self.before is not None:
            self.before.setText(words)
            tip = tr("Forked off another run: {words}, then as above", words=words)
            self.before.setToolTip(tip)
            self.before.setVisible(bool(words))

    def show_end(self, words: str) -> None:
        """Say what went wrong with the run, if anything."""
        self.notice.set_text(words)

    def show_folds(self, shown: bool, *, hyper_open: bool, schedule_open: bool) -> None:
        """Show the headings of the folds on the chosen card, and hide them on others."""
        if shown and self._schedule is None and not self._recorded:
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
        if self._hypers():
            self._hyper = self._add_fold(tr("Hyperparameters"), self._make_hyper, "hyper")
        self._schedule = self._add_fold(tr("Schedule"), self._make_schedule, "schedule")
        self._schedule.heading.set_note(schedule_note(self.run.rate))

    def _add_fold(self, title: str, make: Callable[[], QWidget], key: str) -> Fold:
        fold = Fold(title, make, self)
        fold.opened.connect(lambda shown: self.folded.emit(key, shown))
        self._layout.addWidget(fold)
        return fold

    def _hypers(self) -> tuple[Hyper, ...]:
        """Every setting: of a wrapper, those of the optimizer it wraps as well."""
        return hypers(catalog().optimizer(self.run.optimizer), dict(self.run.hyper))

    def _make_hyper(self) -> QWidget:
        self._hyper_rows = []
        for hyper in self._hypers():
            value = dict(self.run.hyper).get(hyper.name, hyper.default)
            self._hyper_rows.append(self._make_row(hyper, value, self._put_hyper(hyper)))
        return _stack(self._hyper_rows)

    def _show_hyper(self) -> None:
        """Show the values, in new rows where another optimizer is wrapped now."""
        if not self._hyper_rows or self._hyper is None:
            return
        if [row.hyper for row in self._hyper_rows] != list(self._hypers()):
            self._hyper_rows = []
            self._hyper.reset()
        for row in self._hyper_rows:
            row.set_value(dict(self.run.hyper).get(row.hyper.name, row.hyper.default))

    def _put_hyper(self, hyper: Hyper) -> Callable[[Value], None]:
        def put(value: Value) -> None:
            values = dict(with_setting(self.run.hyper, hyper.name, value))
            # what only the optimizer wrapped before had is gone with it
            known = {h.name for h in hypers(catalog().optimizer(self.run.optimizer), values)}
            kept = settings({name: v for name, v in values.items() if name in known})
            self._edit(replace(self.run, hyper=kept), hyper.symbol or hyper.name, hyper.name)

        return put

    def _make_row(self, hyper: Hyper, value: Value, put: Callable[[Value], None]) -> ParameterRow:
        row = ParameterRow(hyper, value)
        row.set_columns(*self._columns(row))
        row.changed.connect(lambda given, _held: put(given))
        return row

    def _make_schedule(self) -> QWidget:
        rows = ScheduleRows(self.run.rate, self._epoch)
        rows.edited.connect(
            lambda rate, what, key: self._edit(replace(self.run, rate=rate), what, key)
        )
        rows.rebuilt.connect(self._arrange)
        self._schedule_rows = rows
        self._arrange()
        return rows

    def _columns(self, row: ParameterRow) -> tuple[int, bool]:
        """The width of a row's label, and whether its field is narrow."""
        wide = self.width() >= px(self, _WIDE)
        short, long = (44, 92) if wide else (24, 76)
        needed = self.fontMetrics().horizontalAdvance(row.label()) + px(self, 4)
        return (short if needed <= px(self, short) else long), not wide

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows' columns to the width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.rate.set_label("lr η" if self.width() >= px(self, _WIDE) else "η")
        more = self._schedule_rows.rows() if self._schedule_rows is not None else []
        for row in (self.rate, *self._hyper_rows, *more):
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
