"""The model dock: a model and data to train in place of a landscape, and how it is trained."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.core import trainable
from explorer.core.catalog import catalog
from explorer.core.data import is_file
from explorer.core.datahead import head
from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.widgets import datasettings, learningsettings
from explorer.widgets.fold import Fold
from explorer.widgets.fonts import px
from explorer.widgets.panel import INSET, scrolled

from ._gradientcheck import GradientCheck
from ._modelrows import RowStack, action_buttons, column, fields, sentence, surface_row
from .base import Dock, Frame, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent

    from explorer.core.experiment import Experiment, Learning
    from explorer.core.spec import Value
    from explorer.widgets.entries import Entry

    from ._modelrows import Row

# As in the landscape's panel, give or take the longest label.
_WIDE = 280
_LABELS, _LABELS_NARROW = 82, 68
OFF = tr(
    "Choose Model on data to fit a model to a table: the map then shows the loss over the model's "
    "own parameters, and optimizers train it in mini-batches."
)
KINDS = tr("Tables (*.csv *.csv.gz *.tsv *.txt *.parquet *.pq);;All files (*)")


class ModelPanel(View):
    """What is trained: data, model, training and plane, in rows; and what can be done with it."""

    # A person wants to know whether the gradient is right; the answer goes to `show_check`.
    check_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._experiment: Experiment | None = None
        self._selected = 0
        self._kept: Learning | None = None  # to go back to
        self.surface = surface_row()
        self.surface.changed.connect(lambda value, _held: self._turn(on=value == "model"))
        self.hint, self._about_data, self._about_model = (sentence(text) for text in (OFF, "", ""))
        self.stacks = {name: RowStack() for name in ("data", "table", "model", "settings")}
        self.folds: dict[str, Fold] = {}
        for group in learningsettings.GROUPS:
            stack = self.stacks[group.title] = RowStack()
            fold = self.folds[group.title] = Fold(group.title, partial(_given, stack))
            stack.setParent(fold)
            stack.hide()
        self._training, self._early, self._plane = self.folds.values()
        for stack in self.stacks.values():
            stack.edited.connect(self._put)
            stack.rebuilt.connect(self._order)
        self.compare, self.starts, self.renew, self.verify = self._actions = action_buttons()
        self.compare.clicked.connect(self._compare)
        self.starts.clicked.connect(self._compare_starts)
        self.renew.clicked.connect(self._renew)
        self.verify.clicked.connect(self.check_wanted)
        self.check = GradientCheck()
        self._lay_out()
        self._training.set_open(True)

    def _lay_out(self) -> None:
        self._page, self._body = QWidget(), QWidget()
        body = column(self._body)
        data, table, model, rest = (self.stacks[n] for n in ("data", "table", "model", "settings"))
        for part in (data, self._about_data, table):
            body.addWidget(part)
        body.addSpacing(8)
        for part in (model, self._about_model, rest):
            body.addWidget(part)
        for fold in self.folds.values():
            body.addWidget(fold)
            fold.heading.clicked.connect(
                lambda _on, fold=fold: QTimer.singleShot(0, partial(self._reveal, fold))
            )
        for action in self._actions:
            body.addSpacing(8)
            body.addWidget(action)
        body.addSpacing(4)
        body.addWidget(self.check)
        form = column(self._page)
        form.setContentsMargins(INSET - 1, 0, INSET - 1, 8)
        form.addWidget(self.surface)
        form.addWidget(self.hint)
        form.addWidget(self._body)
        form.addStretch(1)
        self._area = scrolled(self._page)
        column(self).addWidget(self._area)
        self._body.hide()

    def prepare(self) -> None:
        """Read the catalogue's models and what its data sets are like."""
        super().prepare()
        _ = catalog().models
        for key in catalog().datasets:
            head(key)

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Follow the experiment; nothing else is shown here."""
        self._selected = new.selected
        if old is None or old.experiment is not new.experiment:
            self._show(new.experiment)

    def _show(self, experiment: Experiment) -> None:
        before, self._experiment = self._experiment, experiment
        learning = experiment.learning
        self.surface.set_value("model" if learning else "landscape")
        if before is None or before.learning != learning or before.seed != experiment.seed:
            self.check.show_errors("")
        said = "" if learning else OFF
        if learning is not None:
            try:
                self._show_learning(learning, experiment)
                self._kept = learning
            except InputError as error:
                # a session may ask for what there is not
                said = str(error)
        self.hint.setText(said)
        self.hint.setVisible(bool(said))
        self._body.setVisible(not said)
        self._order()

    def _show_learning(self, learning: Learning, experiment: Experiment) -> None:
        spec = None if is_file(learning.data) else catalog().dataset(learning.data)
        self._about_data.setText(spec.summary if spec else tr("A file of your own."))
        words = (catalog().model(learning.model).summary, learningsettings.size_words(learning))
        self._about_model.setText(" ".join(filter(None, words)))
        shown = {
            "data": [datasettings.data_entry(learning)],
            "table": datasettings.data_entries(learning),
            "model": [learningsettings.model_entry(learning)],
            "settings": learningsettings.model_entries(learning),
        }
        for group in learningsettings.GROUPS:
            shown[group.title] = group.entries(learning)
            self.folds[group.title].heading.set_note(group.note(learning))
        for name, entries in shown.items():
            self.stacks[name].show_entries(entries, experiment)
        self._early.setVisible(learning.validation > 0)
        # of two parameters there is one plane only
        self._plane.setVisible(trainable.size_of(learning) != 2)
        self.compare.setEnabled(bool(experiment.runs))
        self.starts.setEnabled(bool(experiment.runs and trainable.starts_of(learning)))

    def describe(self) -> str:
        """Name the model and its data."""
        if self._experiment is None or self._experiment.learning is None:
            return tr("No model: the landscape is a test function")
        learning = self._experiment.learning
        file = is_file(learning.data)
        data = Path(learning.data).name if file else catalog().dataset(learning.data).title
        words = tr("{model} on {data}", model=catalog().model(learning.model).title, data=data)
        size = learningsettings.size_words(learning)
        checked = self.check.words() if self.check.isVisibleTo(self) else ""
        return ". ".join(part.rstrip(".") for part in (words, size, checked) if part)

    def rows(self) -> dict[str, Row]:
        """The rows there are, by the name of what they set."""
        return {row.hyper.name: row for stack in self.stacks.values() for row in stack.rows}

    def show_check(self, errors: Mapping[str, float] | str) -> None:
        """Show what a check of the gradient found: an error for each block, or a sentence."""
        self.check.show_errors(errors)
        QTimer.singleShot(0, self.check, self._reveal_check)

    def _emit(self, changed: Experiment, what: str, key: str) -> None:
        if changed != self._experiment:
            # what is edited next, before the next frame comes, builds on this
            self._show(changed)
            self.edited.emit(changed, what, key)
        elif self._experiment is not None:
            self._show(self._experiment)

    def _turn(self, *, on: bool) -> None:
        if self._experiment is None:
            return
        if on:
            changed = trainable.turned_on(self._experiment, self._kept)
        else:
            changed = trainable.turned_off(self._experiment)
        what = tr("Train a model on data") if on else tr("Show the test function")
        self._emit(changed, what, f"learning:{'on' if on else 'off'}")

    def _put(self, entry: Entry, value: Value) -> None:
        if self._experiment is None or self._experiment.learning is None:
            return
        setting = entry.setting
        if setting.key == "learning:data" and value == datasettings.OPEN:
            self._open()
            return
        changed = setting.put(self._experiment, value)
        what, key = setting.words(value), setting.key
        if entry.options:
            # one choice after the other are as many entries
            text = next((t for k, t, _ in entry.options if k == value), str(value))
            what = tr("Choose {name} {value}", name=setting.hyper.name, value=text)
            key = f"{key}:{value}"
        self._emit(changed, what, key)

    def _open(self) -> None:
        """Ask for a file; without one all stays as it is."""
        if self._experiment is None or self._experiment.learning is None:
            return
        data = self._experiment.learning.data
        folder = str(Path(data).parent) if is_file(data) else ""
        name, _ = QFileDialog.getOpenFileName(self, tr("Open a table"), folder, KINDS)
        if name:
            changed = trainable.with_data(self._experiment, name)
            what = tr("Choose data {file}", file=Path(name).name)
            self._emit(changed, what, f"learning:data:{name}")
        row = self.stacks["data"].rows[0]
        row.set_value(self._experiment.learning.data)

    def _compare(self) -> None:
        if self._experiment is not None and self._experiment.runs:
            changed = trainable.in_batches(self._experiment, self._selected)
            self._emit(changed, tr("Compare batch sizes"), "learning:batches")

    def _compare_starts(self) -> None:
        if self._experiment is not None and self._experiment.runs:
            changed = trainable.in_starts(self._experiment, self._selected)
            self._emit(changed, tr("Compare starts"), "learning:starts")

    def _renew(self) -> None:
        if self._experiment is not None and self._experiment.learning is not None:
            changed = trainable.anew(self._experiment)
            self._emit(changed, tr("New start"), f"learning:start:{changed.seed}")

    def _reveal(self, fold: Fold) -> None:
        """Scroll until what was just opened shows, its heading first of all."""
        bar, room = self._area.verticalScrollBar(), self._area.viewport().height()
        top = fold.mapTo(self._page, fold.rect().topLeft()).y()
        if fold.is_open() and top + fold.height() > bar.value() + room:
            bar.setValue(min(top, top + fold.height() - room))

    def _reveal_check(self) -> None:
        self._area.ensureWidgetVisible(self.check, 0, px(self, 8))

    def _order(self) -> None:
        """Let the Tab key go from above to below, through rows that came later too."""
        chain: list[QWidget] = fields(self.surface)
        for name in ("data", "table", "model", "settings"):
            chain += [field for row in self.stacks[name].rows for field in fields(row)]
        for name, fold in self.folds.items():
            chain.append(fold.heading)
            chain += [field for row in self.stacks[name].rows for field in fields(row)]
        chain += self._actions
        for first, second in pairwise(chain):
            if first.window() is second.window():
                QWidget.setTabOrder(first, second)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= px(self, _WIDE)
        columns = (_LABELS if wide else _LABELS_NARROW), not wide
        self.surface.set_columns(*columns)
        for stack in self.stacks.values():
            stack.set_columns(*columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows' columns to the width."""
        super().resizeEvent(event)
        self._arrange()


def _given(stack: RowStack) -> QWidget:
    """What is below a heading: it is there already."""
    return stack


SPEC = Dock(
    key="model",
    title=tr("Model"),
    area="left",
    # Among equals the key decides: below the landscape, above the optimizers.
    order=1,
    make=ModelPanel,
    tab="landscape",
    summary=tr(
        "Train a model on data in place of a test function: choose both, and how it is done."
    ),
)
