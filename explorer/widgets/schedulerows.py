"""The rows that set a run's learning-rate schedule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.core.catalog import catalog
from explorer.core.experiment import MAX_STEPS, Rate, with_setting
from explorer.core.language import ENGLISH, spoken, tr
from explorer.core.spec import Hyper

from .combo import Combo
from .slider import ParameterRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.spec import Value

WARMUP = Hyper(
    tr("warm-up"),
    0,
    low=0,
    high=MAX_STEPS,
    scale="log_zero",
    slider=(1, 1000),
    integer=True,
    help=tr(
        "Over so many first steps the rate climbs from zero to lr; then the schedule begins. "
        "In epochs where the schedule moves once an epoch."
    ),
)
STEP = tr("every step")


def schedule_note(rate: Rate) -> str:
    """A schedule in a few words."""
    name = catalog().schedule(rate.key).title
    if spoken() == ENGLISH:  # other languages may write nouns large
        name = name.lower()
    return tr("{name}, warm-up", name=name) if rate.warmup else name


def pace(every: int, epoch: int) -> str:
    """How often a schedule moves, in words."""
    if every == 1:
        return STEP
    return tr("every epoch") if every == epoch else tr("every {n} steps", n=every)


class ScheduleRows(QWidget):
    """The schedule, its settings, its warm-up, and how often it moves where epochs are longer.

    `edited` carries (new rate, what was changed, key for undo); `rebuilt` that rows are new.
    """

    edited = Signal(object, str, str)
    rebuilt = Signal()

    def __init__(self, rate: Rate, epoch: int) -> None:
        super().__init__()
        self._rate, self._epoch = rate, epoch
        options = [(key, spec.title) for key, spec in catalog().schedules.items()]
        tip = tr("How the learning rate changes with the step")
        self.choice = Combo(tr("Schedule"), options, rate.key, tip)
        self.choice.changed.connect(self._choose)
        self._settings: list[ParameterRow] = []
        self._warmup: ParameterRow | None = None
        self._pace: ParameterRow | None = None
        self._made_for: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)
        self._column.addWidget(self.choice)
        self.show_rate(rate, epoch)

    def rows(self) -> list[ParameterRow]:
        """Every row below the choice of the schedule."""
        others = [row for row in (self._warmup, self._pace) if row is not None]
        return [*self._settings, *others]

    def show_rate(self, rate: Rate, epoch: int) -> None:
        """Show a rate where an epoch has so many steps."""
        self._rate, self._epoch = rate, epoch
        self.choice.set_value(rate.key)
        given = dict(rate.hyper)
        paces = self._paces()
        if (rate.key, paces) != self._made_for:
            self._made_for = (rate.key, paces)
            self._make(paces)
        for row in self._settings:
            row.set_value(given.get(row.hyper.name, row.hyper.default))
        if self._warmup is not None:
            self._warmup.set_value(rate.warmup)
        if self._pace is not None:
            self._pace.set_value(pace(rate.every, epoch))

    def _paces(self) -> tuple[str, ...]:
        """What can be chosen for how often it moves, nothing where there is no choice."""
        counts = sorted({1, self._epoch, self._rate.every})
        return tuple(pace(n, self._epoch) for n in counts) if len(counts) > 1 else ()

    def _make(self, paces: tuple[str, ...]) -> None:
        for row in self.rows():
            row.hide()
            row.deleteLater()
        given, rate = dict(self._rate.hyper), self._rate
        self._settings = [
            self._add(hyper, given.get(hyper.name, hyper.default), self._put(hyper))
            for hyper in catalog().schedule(rate.key).hyper
        ]
        self._warmup = self._add(WARMUP, rate.warmup, self._put_warmup)
        self._pace = None
        if paces:
            hyper = Hyper(
                tr("schedule moves"),
                STEP,
                choices=paces,
                symbol=tr("Moves"),
                help=tr(
                    "Whether the schedule, warm-up included, moves on with every step or epoch."
                ),
            )
            self._pace = self._add(hyper, pace(rate.every, self._epoch), self._put_pace)
        self.rebuilt.emit()

    def _add(self, hyper: Hyper, value: Value, put: Callable[[Value], None]) -> ParameterRow:
        row = ParameterRow(hyper, value)
        row.changed.connect(lambda given, _held: put(given))
        self._column.addWidget(row)
        return row

    def _edit(self, rate: Rate, what: str, key: str) -> None:
        self._rate = rate
        self.edited.emit(rate, what, key)

    def _choose(self, key: str) -> None:
        rate = replace(self._rate, key=key, hyper=())
        self._edit(rate, tr("schedule"), "schedule")
        self.show_rate(rate, self._epoch)

    def _put(self, hyper: Hyper) -> Callable[[Value], None]:
        def put(value: Value) -> None:
            values = with_setting(self._rate.hyper, hyper.name, value)
            rate = replace(self._rate, hyper=values)
            self._edit(rate, tr("schedule {name}", name=hyper.name), f"rate:{hyper.name}")

        return put

    def _put_warmup(self, value: Value) -> None:
        self._edit(replace(self._rate, warmup=int(value)), tr("warm-up"), "warmup")

    def _put_pace(self, value: Value) -> None:
        counts = {pace(n, self._epoch): n for n in (1, self._epoch, self._rate.every)}
        every = counts[str(value)]
        self._edit(replace(self._rate, every=every), tr("pace of the schedule"), "every")
