"""Rows for the settings of a training, made anew only where others are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.core import trainable
from explorer.core.experiment import with_setting
from explorer.core.language import tr, trc
from explorer.widgets import learningsettings
from explorer.widgets.choicerow import ChoiceRow
from explorer.widgets.fieldrow import WordRow
from explorer.widgets.slider import ParameterRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from explorer.core.experiment import Experiment
    from explorer.widgets.entries import Entry

Row = ParameterRow | ChoiceRow | WordRow

_ACTIONS = (
    (
        tr("Compare batch sizes"),
        tr(
            "Train the chosen optimizer three times, side by side: with single rows, with batches "
            "of 32, and with all rows at once. The other runs go."
        ),
    ),
    (
        tr("Compare starts"),
        tr(
            "Train the chosen optimizer from each kind of first weights that the model has, side "
            "by side. The other runs go."
        ),
    ),
    (
        tr("New start"),
        tr("Take the next seed: other rows held out, other batches, other first weights"),
    ),
    (tr("Check gradient"), tr("Compare the gradient by formula with differences of the loss")),
)


def make_row(entry: Entry, experiment: Experiment) -> Row:
    """The row that sets an entry."""
    hyper, value = entry.setting.hyper, entry.setting.read(experiment)
    if entry.options:
        joined, free = entry.joined, entry.free
        return ChoiceRow(hyper, str(value), entry.label, entry.options, joined=joined, free=free)
    if hyper.widths:
        return WordRow(hyper, str(value), entry.label)
    return ParameterRow(hyper, value, label=entry.label)


def surface_row() -> ChoiceRow:
    """The row that says whose loss is shown: that of a test function or of a model."""
    hyper, options = learningsettings.SURFACE, learningsettings.SURFACES
    return ChoiceRow(
        hyper, "landscape", trc("whose loss is shown", "Surface"), options, joined=True, free=True
    )


def fields(row: Row) -> list[QWidget]:
    """The controls of a row that can be reached by the Tab key."""
    if isinstance(row, ParameterRow):
        return [part for part in (row.slider, row.box, row.choice) if part is not None]
    return list(row.fields())


class RowStack(QWidget):
    """Rows below each other. `edited` carries (entry, value), `rebuilt` says that rows are new."""

    edited = Signal(object, object)
    rebuilt = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []
        self._columns = (44, False)
        self.rows: list[Row] = []
        self._column = column(self)

    def entries(self) -> list[Entry]:
        """What the rows set, in their order."""
        return self._entries

    def show_entries(self, entries: Sequence[Entry], experiment: Experiment) -> None:
        """Show these entries as they are set in an experiment."""
        old, self._entries = self._entries, list(entries)
        made = False
        for at, entry in enumerate(entries):
            if at >= len(old) or not _alike(old[at], entry):
                self._put(at, entry, experiment)
                made = True
            row = self.rows[at]
            if isinstance(row, ChoiceRow):
                row.set_options(entry.options)
            if isinstance(row, WordRow):
                row.set_check(_checked(entry, experiment))
            row.set_value(entry.setting.read(experiment))
            row.setVisible(entry.setting.applies(experiment))
        for row in self.rows[len(entries) :]:
            row.hide()
            row.deleteLater()
            made = True
        self.rows = self.rows[: len(entries)]
        if made:
            self.rebuilt.emit()

    def set_columns(self, label_width: int, narrow: bool) -> None:
        """Set the columns of every row."""
        self._columns = (label_width, narrow)
        for row in self.rows:
            row.set_columns(label_width, narrow)

    def _put(self, at: int, entry: Entry, experiment: Experiment) -> None:
        row = make_row(entry, experiment)
        row.set_columns(*self._columns)
        row.changed.connect(lambda value, _held: self._edit(row, value))
        if at < len(self.rows):
            gone = self.rows[at]
            self._column.replaceWidget(gone, row)
            gone.hide()
            gone.deleteLater()
            self.rows[at] = row
        else:
            self.rows.append(row)
            self._column.addWidget(row)

    def _edit(self, row: Row, value: object) -> None:
        # a row that was replaced may still say something when it loses the focus
        if row in self.rows:
            self.edited.emit(self._entries[self.rows.index(row)], value)


def _alike(old: Entry, new: Entry) -> bool:
    """Whether one row serves for both: what may be chosen can be changed, all else cannot."""
    same = old.setting.hyper == new.setting.hyper and old.setting.key == new.setting.key
    return same and old.label == new.label and bool(old.options) == bool(new.options)


def _checked(entry: Entry, experiment: Experiment) -> Callable[[str], str]:
    """A check of what is typed: allowed, and no model that is too large."""
    hyper, learning = entry.setting.hyper, experiment.learning

    def check(text: str) -> str:
        given = str(hyper.check(text))
        if learning is not None:
            settings = with_setting(learning.model_hyper, hyper.name, given)
            trainable.check_size(replace(learning, model_hyper=settings))
        return given

    return check


def column(owner: QWidget) -> QVBoxLayout:
    """A column without gaps that fills its owner."""
    made = QVBoxLayout(owner)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made


def sentence(text: str) -> QLabel:
    """Muted words that go over as many lines as they need."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    label.setContentsMargins(0, 2, 0, 4)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def action_buttons() -> tuple[QPushButton, ...]:
    """The panel's buttons, from above to below."""
    return tuple(button(*given) for given in _ACTIONS)


def button(text: str, tip: str) -> QPushButton:
    """A button with its explanation."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAccessibleName(text)
    # a narrow panel must not become wider than it is
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return made
