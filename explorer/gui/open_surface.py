"""Opens a surface that another program sampled; asks only where there is a choice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from explorer import surfaces
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.language import tr, trc
from explorer.core.numbers import number
from explorer.widgets.combo import Combo
from explorer.widgets.fonts import px
from explorer.widgets.settings import on_landscape

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from explorer.core.grid import Grid
    from explorer.core.spec import Hyper

    from .chores import Chores
    from .documents import Documents

LAYER = 60  # characters of a layer's name that are shown


def extent(grid: Grid) -> str:
    """How many samples there are and from where to where: '41×41, x from −1 to 1, ...'."""
    axes = [axis for axis in (grid.x, grid.y) if axis.size]
    size = "×".join(str(axis.size) for axis in axes)
    ranges = [
        tr("{axis} from {low} to {high}", axis=name[:LAYER], low=number(float(axis[0])),
           high=number(float(axis[-1])))
        for name, axis in zip(grid.axes, axes, strict=False)
    ]  # fmt: skip
    return ", ".join([size, *ranges])


class SurfaceDialog(QDialog):
    """What is in a file, and which part of it is wanted."""

    def __init__(self, parent: QWidget, grid: Grid, options: tuple[Hyper, ...]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open Surface"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        title = QLabel(grid.title[:LAYER])
        title.setTextFormat(Qt.TextFormat.PlainText)
        form.addRow(trc("the sampled landscape", "Surface"), title)
        form.addRow(tr("Samples"), QLabel(extent(grid)))
        layers = [(layer.name, layer.name[:LAYER]) for layer in grid.layers]
        self.layers = Combo(tr("Layer"), layers)
        if len(grid.layers) > 1:
            form.addRow(tr("Layer"), self.layers)
        self.fields: dict[str, Combo | QLineEdit] = {}
        for option in options:
            field = self.fields[option.name] = _field(option)
            field.setToolTip(option.help)
            field.setAccessibleName(option.name)
            form.addRow(option.name, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addLayout(form)
        if grid.notes:
            notes = QLabel("\n".join(grid.notes))
            notes.setTextFormat(Qt.TextFormat.PlainText)
            notes.setWordWrap(True)
            column.addWidget(notes)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        for button in self.buttons.buttons():
            button.setIcon(QIcon())  # as in all other dialogs
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column.addWidget(self.buttons)
        self.setMinimumWidth(px(self, 560))

    def layer(self) -> str:
        """The layer that is wanted."""
        return str(self.layers.currentData())

    def chosen(self) -> dict[str, str]:
        """The options as they are set."""
        return {
            name: field.currentText() if isinstance(field, Combo) else field.text()
            for name, field in self.fields.items()
        }


def _field(option: Hyper) -> Combo | QLineEdit:
    if option.choices:
        choices = [(choice, choice) for choice in option.choices]
        return Combo(option.name, choices, str(option.default))
    field = QLineEdit(str(option.default))
    field.setPlaceholderText(option.help.rstrip("."))  # what is asked for, where nothing is
    return field


class OpenSurface(QObject):
    """Reads away from the window's thread, asks if need be, and shows what was read."""

    def __init__(self, documents: Documents, chores: Chores) -> None:
        super().__init__(documents)
        self.documents, self._chores = documents, chores
        self.window = documents.window

    def open_path(self, path: Path) -> bool:
        """Begin to read a file; what is wrong with it is said later, and nothing changes."""
        self.window.status.say(tr("Reading {name}…", name=path.name))
        self._chores.do(
            lambda: (surfaces.read(path), surfaces.options(path)), partial(self._read, path)
        )
        return True

    def _refused(self, error: InputError) -> None:
        self.window.status.say("")
        QMessageBox.warning(self.window, tr("Open"), str(error))

    def _read(self, path: Path, future: Future[tuple[Grid, tuple[Hyper, ...]]]) -> None:
        try:
            grid, options = future.result()
        except InputError as error:
            self._refused(error)
            return
        layer, given = "", {}
        if len(grid.layers) > 1 or options:
            dialog = SurfaceDialog(self.window, grid, options)
            taken = dialog.exec() == QDialog.DialogCode.Accepted
            layer, given = dialog.layer(), dialog.chosen()
            dialog.deleteLater()
            if not taken:
                self.window.status.say("")
                return
        usual = {option.name: str(option.default) for option in options}
        changed: dict[str, Any] = {n: v for n, v in given.items() if v != usual[n]}

        def made() -> tuple[Grid, str]:
            whole = surfaces.read(path, **changed) if changed else grid
            key = surfaces.pack(whole, layer)
            catalog().derived(key)  # so that nobody waits for it on the window's thread
            return whole, key

        self._chores.do(made, partial(self._show, path))

    def _show(self, path: Path, future: Future[tuple[Grid, str]]) -> None:
        try:
            grid, key = future.result()
        except InputError as error:
            self._refused(error)
            return
        store = self.window.store
        moved = on_landscape(store.experiment, key)
        moved, left = surfaces.with_paths(self.documents.following.kept(moved), grid)
        store.edit(moved, tr("Open {name}", name=path.name))
        self.documents.came_from(path)
        self.documents.remember(path)
        self.documents.name()
        said = (tr("Opened {name}", name=path.name), *grid.notes, *left)
        self.window.status.say(". ".join(words.rstrip(".") for words in said) + ".")
