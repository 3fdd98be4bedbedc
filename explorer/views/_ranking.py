"""Who is where at the cursor: the runs as rows of a sortable table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from explorer.core.caption import result_step
from explorer.core.language import tr, trc, trn
from explorer.core.numbers import number, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from explorer.core.figure import EndKind
    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

COLUMNS = (
    tr("Optimizer"), tr("Loss"), "‖∇‖", tr("Steps"), tr("Path length"), trc("of a run", "End"),
)  # fmt: skip
NORM, WAY = 2, 4
# The same where they are drawn: these columns have little room.
HEADS = (*COLUMNS[:3], trc("narrow column", "Steps"), trc("narrow column", "Length"), COLUMNS[5])
_SHARE = 1e-3  # of the way from the start to the lowest minimum
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """A run at the cursor. steps: when it came within the tolerance, None where it never did.

    way is how long its path is so far, None where that is not asked for or not known. end is
    "running" before the run's last step, and `reason` says in words why it ended.
    """

    run: int
    label: str
    style: int
    visible: bool
    loss: float
    norm: float
    steps: int | None
    way: float | None
    end: EndKind
    reason: str

    def texts(self) -> tuple[str, ...]:
        """What each column says."""
        steps = "–" if self.steps is None else str(self.steps)
        way = "–" if self.way is None else number(self.way)
        return self.label, number(self.loss), number(self.norm), steps, way, self.reason

    def tight(self) -> tuple[str, ...]:
        """The same with a digit less, where a column has no room."""
        label, _, _, steps, way, reason = self.texts()
        way = way if self.way is None else short(self.way)
        return label, short(self.loss), short(self.norm), steps, way, reason

    def words(self) -> str:
        """The row as a sentence."""
        label, loss, norm, steps, way, reason = self.texts()
        said = tr(
            "{label}: loss {loss}, gradient {norm}, steps to tolerance {steps}",
            label=label,
            loss=loss,
            norm=norm,
            steps=steps,
        )
        if self.way is not None:
            said += tr(", path length {way}", way=way)
        return f"{said}, {reason}" if reason else said

    def rank(self, column: int) -> tuple[bool, Any]:
        """What a column sorts by; what is missing or has diverged goes last, but among names."""
        name, numbers = self.label.lower(), (self.loss, self.norm, self.steps, self.way)
        value: Any = (name, *numbers, self.end)[column]
        missing = value is None or (isinstance(value, float) and not math.isfinite(value))
        last = missing or (column > 0 and self.end in {"diverged", "left_data"})
        return last, 0 if last else value


@dataclass(frozen=True, slots=True)
class Target:
    """The loss that counts as having arrived, and the sentence that says so."""

    loss: float
    words: str


def target(plan: Plan, start_loss: float) -> Target:
    """Within a thousandth, rounded to a power of ten, of the way from the start to the minimum."""
    floor = plan.floor
    if floor is None or not math.isfinite(start_loss):
        return Target(-math.inf, tr("No minimum is known here: steps to it are not counted."))
    gap = start_loss - floor
    within = 10.0 ** round(math.log10(_SHARE * gap)) if gap > 0 else _SHARE
    # a floor known to rounding only, such as 1e-30, is the same as none
    if abs(floor) < 1e-9 * within:
        return Target(within, tr("Steps to loss below {loss}.", loss=number(within)))
    words = tr(
        "Steps to within {within} of the lowest loss, {lowest}.",
        within=number(within),
        lowest=number(floor),
    )
    return Target(floor + within, words)


def steps_to(trace: Trace, loss: float, epoch: int = 0) -> int | None:
    """The first step at which a run's loss is below `loss`, None where it never is.

    Of a training, whose epochs have so many steps, the loss is that of all rows, once an epoch.
    """
    whole = trace.epoch_loss if epoch and trace.epoch_loss.size else trace.loss
    below = (whole < loss).nonzero()[0]
    return int(below[0]) * (epoch if whole is not trace.loss else 1) if below.size else None


def way_of(trace: Trace) -> NDArray[np.float64] | None:
    """How long a run's path is at each of its points (T+1,), on the map where that is a plane.

    None where not all of its points are kept.
    """
    import numpy as np

    if len(trace.points) <= trace.stop_step:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        moved = np.hypot.reduce(np.diff(trace.points, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(moved)])


def _not_improved(plan: Plan) -> str:
    return trn(
        "validation did not improve for {n} epoch",
        "validation did not improve for {n} epochs",
        plan.validation.patience,
    )


def reason(plan: Plan, trace: Trace) -> str:
    """Why a run ended, and which step is its result where that is not its last."""
    words = trace.stop_sentence()
    if trace.stop_reason == "early_stopping":
        why, step = _not_improved(plan), trace.stop_step
        words = tr("{why}, ended at step {step}", why=why, step=step)
    kept = result_step(plan, trace)
    if kept == trace.stop_step:
        return words
    return tr("{words}, result of step {step}", words=words, step=kept)


def early_words(plan: Plan, traces: Sequence[Trace]) -> list[str]:
    """Sentences on what early stopping did, where it did something."""
    found = []
    if any(trace.stop_reason == "early_stopping" for trace in traces):
        found.append(tr("Stopped: {why}.", why=_not_improved(plan)))
    if any(result_step(plan, trace) != trace.stop_step for trace in traces):
        found.append(tr("At its end a run shows its best epoch."))
    return found


class Ranking(QAbstractTableModel):
    """The rows in the chosen order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.column = 1
        self.ascending = True
        self._entries: list[Entry] = []
        self._target = Target(-math.inf, "")
        self._known: tuple[Plan | None, Sequence[Trace]] = (None, ())
        self._step = 0
        self._steps: list[int | None] = []
        self._ways: list[NDArray[np.float64] | None] = []
        self._measuring = False
        self._words: tuple[str, ...] = ()

    def entry(self, row: int) -> Entry:
        """The run in a row."""
        return self._entries[row]

    def row_of(self, run: int) -> int:
        """The row of a run, -1 where there is none."""
        return next((i for i, e in enumerate(self._entries) if e.run == run), -1)

    def note(self) -> str:
        """What the column of steps counts, and what early stopping did."""
        return " ".join(self._words)

    def sentences(self) -> tuple[str, ...]:
        """The sentences of the note, the most telling first."""
        return self._words

    def forget(self) -> None:
        """Let go of plan and traces; rows and what they say stay."""
        self._known = None, ()
        self._ways = []

    def measure(self, wanted: bool) -> None:
        """Whether to measure paths, which takes time where they are long."""
        if wanted != self._measuring:
            self._measuring = wanted
            plan, traces = self._known
            if plan is not None:
                self._known = None, ()
                self.show_runs(plan, traces, self._step)

    def show_runs(self, plan: Plan, traces: Sequence[Trace], step: int) -> None:
        """Take the runs as they stand at a step; runs without a trace yet are left out."""
        if self._known[0] is not plan or self._known[1] is not traces:
            start = traces[0].loss_at(0, plan.runs[0].epoch) if traces else math.nan
            self._target = target(plan, start)
            self._steps = [
                steps_to(trace, self._target.loss, run.epoch)
                for run, trace in zip(plan.runs, traces, strict=False)
            ]
            self._words = (*early_words(plan, traces), self._target.words)
            self._known = plan, traces
            self._ways = [way_of(trace) for trace in traces] if self._measuring else []
        self._step = step
        made = [self._entry(plan, traces, i, step) for i in range(min(len(plan.runs), len(traces)))]
        self._put(made)

    def _entry(self, plan: Plan, traces: Sequence[Trace], i: int, step: int) -> Entry:
        run, trace = plan.runs[i], traces[i]
        ended = step >= trace.stop_step
        row = result_step(plan, trace) if ended else step
        loss, norm = trace.loss_at(row, run.epoch), float(trace.gradient_norm[row])
        if ended and trace.lost:
            # off the data of a sampled surface nothing is known
            far = math.nan if trace.stop_reason == "left_data" else math.inf
            loss = loss if math.isfinite(loss) else far
            norm = norm if math.isfinite(norm) else far
        return Entry(
            run=i,
            label=run.label,
            style=run.style,
            visible=run.visible,
            loss=loss,
            norm=norm,
            steps=self._steps[i],
            way=self._way(i, row),
            end=trace.stop_reason if ended else "running",
            reason=reason(plan, trace) if ended else "",
        )

    def _way(self, run: int, row: int) -> float | None:
        ways = self._ways[run] if self._ways else None
        return None if ways is None else float(ways[row])

    def _put(self, entries: list[Entry]) -> None:
        # sorted twice: a stable sort keeps the order of the runs among equals
        ordered = sorted(entries, key=lambda e: e.rank(self.column), reverse=not self.ascending)
        ordered.sort(key=lambda e: e.rank(self.column)[0])
        if ordered == self._entries:
            return
        same = [e.run for e in ordered] == [e.run for e in self._entries]
        if same:
            self._entries = ordered
            last = self.index(len(ordered) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self._entries = ordered
            self.endResetModel()

    def sort_by(self, column: int) -> None:
        """Sort by a column, or turn its order round where it is sorted by it already."""
        self.ascending = not self.ascending if column == self.column else True
        self.column = column
        # runs that are equal stand in their own order, whatever they were sorted by before
        self._put(sorted(self._entries, key=lambda entry: entry.run))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def order(self) -> str:
        """What it is sorted by, in words."""
        column = COLUMNS[self.column]
        if self.column in (0, len(COLUMNS) - 1):
            if self.ascending:
                return tr("Sorted by {column}, A first", column=column)
            return tr("Sorted by {column}, Z first", column=column)
        if self.ascending:
            return tr("Sorted by {column}, lowest first", column=column)
        return tr("Sorted by {column}, highest first", column=column)

    def rowCount(self, parent: _Index | None = None) -> int:
        """One row a run."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index | None = None) -> int:
        """All columns, shown or not."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles, for those who do not see them drawn."""
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return COLUMNS[section] if shown else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, and tooltips that say more than there is room for."""
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.texts()[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            exact = {1: tr("loss {loss!r}", loss=entry.loss), 2: f"‖∇‖ {entry.norm!r}"}
            return exact.get(index.column(), entry.reason or entry.words())
        return None
