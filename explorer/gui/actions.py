"""Everything a person can do by menu or key: one table, which the sheet of shortcuts shows too."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from explorer.core import defaults
from explorer.core.experiment import started_at
from explorer.widgets.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from .documents import Documents
    from .taste import Taste
    from .window import Window


LEVELS = (
    ("auto", "Automatic"),
    ("log", "Logarithmic"),
    ("linear", "Linear"),
    ("equal", "Equalised"),
)


def theme_names() -> tuple[tuple[str, str], ...]:
    """The themes there are, by key, and how they are called."""
    return (("system", "Follow the System"), *((key, key.capitalize()) for key in THEMES))


def colormaps() -> tuple[tuple[str, str], ...]:
    """The colour maps there are, asked for only when needed: they need numpy."""
    from explorer.core.colormap import NAMES

    return tuple((name, name.capitalize()) for name in NAMES)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: its menu ('' for none), words, keys and what it does."""

    menu: str
    text: str
    key: str
    do: Callable[[], object]
    tip: str = ""


class Actions:
    """Makes the menus and keeps what they say up to date."""

    def __init__(
        self,
        window: Window,
        documents: Documents,
        themes: Callable[[str], None],
        taste: Taste,
    ) -> None:
        self.window, self.documents, self.taste = window, documents, taste
        self.commands: list[Command] = []
        self.actions: dict[str, QAction] = {}
        self.menus = window.menus
        self._file()
        self._edit()
        self._view(themes)
        self._run()
        self._help()
        window.store.history.connect(self.refresh)
        self.refresh()

    def add(
        self, menu: str, text: str, key: str, do: Callable[[], object], tip: str = ""
    ) -> QAction:
        """One more command, in a menu or by key alone."""
        action = QAction(text, self.window)
        if key:
            action.setShortcuts([QKeySequence(k) for k in key.split(" or ")])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(tip)
        action.triggered.connect(lambda *_: do())
        (self.menus[menu] if menu else self.window).addAction(action)
        self.commands.append(Command(menu, text, key, do, tip))
        self.actions[text] = action
        return action

    def _file(self) -> None:
        documents, window = self.documents, self.window
        self.add("File", "New", "Ctrl+N",
                 lambda: documents.new(self.taste.seen(defaults.experiment())),
                 "Start with the default experiment")  # fmt: skip
        self.add("File", "Open…", "Ctrl+O", documents.ask_open, "Open an experiment or a picture")
        self._recent = QMenu("Open Recent", window)
        self._recent.aboutToShow.connect(self._fill_recent)
        self.menus["File"].addMenu(self._recent)
        self.menus["File"].addSeparator()
        self.add("File", "Save", "Ctrl+S", documents.save)
        self.add("File", "Save As…", "Ctrl+Shift+S", documents.ask_save)
        self.add("File", "Export Picture…", "Ctrl+E", self._export, "Write PNG, SVG or PDF")
        self.menus["File"].addSeparator()
        self.add("File", "Quit", "Ctrl+Q", window.close)

    def _edit(self) -> None:
        store = self.window.store
        self.undo = self.add("Edit", "Undo", "Ctrl+Z", store.undo)
        self.redo = self.add("Edit", "Redo", "Ctrl+Shift+Z or Ctrl+Y", store.redo)
        self.add("Edit", "History…", "Ctrl+H", self._history, "Go back several changes at once")
        self.menus["Edit"].addSeparator()
        self.add("Edit", "Settings…", "Ctrl+,", self._settings,
                 "Theme, colours, size of text, motion, autosave")  # fmt: skip

    def _view(self, themes: Callable[[str], None]) -> None:
        window = self.window
        self.add("View", "Side by Side or Overlay", "S", self._toggle_layout)
        self.add("View", "2D, 3D or Both", "D", self._next_panes)
        self._choices("Levels", "levels", lambda: LEVELS)
        self.add("View", "Logarithmic or Linear Levels", "L", self._toggle_levels)
        self.add("View", "Contours of One Batch or of All Rows", "B", self._toggle_batch,
                 "Of a model: the loss that the next step's batch shows the optimizer")  # fmt: skip
        self._choices("Colour Map", "colormap", colormaps)
        self.add(
            "View", "Reset View", "0", self._reset_view, "Show the landscape's usual part again"
        )
        self.menus["View"].addSeparator()
        panels = self.menus["View"].addMenu("Panels")
        for dock in window.arrangement.docks.values():
            panels.addAction(dock.toggleViewAction())
        panels.addSeparator()
        for dock in window.arrangement.docks.values():
            text = f"Float or Dock {dock.windowTitle()}"
            action = panels.addAction(text)
            action.triggered.connect(lambda *_, d=dock: d.setFloating(not d.isFloating()))
        self.add("View", "Reset Layout", "", window.arrangement.reset, "Put every panel back")
        theme = self.menus["View"].addMenu("Theme")
        for name, text in theme_names():
            action = theme.addAction(text)
            action.triggered.connect(lambda *_, n=name: themes(n))
        for text, key, by in (
            ("Larger Text", "Ctrl++ or Ctrl+=", 1),
            ("Smaller Text", "Ctrl+-", -1),
            ("Normal Text", "Ctrl+0", 0),
        ):
            self.add("View", text, key, partial(self.taste.resize_text, by))

    def _choices(
        self, title: str, field: str, options: Callable[[], tuple[tuple[str, str], ...]]
    ) -> None:
        """A menu of values for a field of the view, made when it is first opened."""
        menu = self.menus["View"].addMenu(title)
        group = QActionGroup(menu)

        def fill() -> None:
            for key, text in () if group.actions() else options():
                action = menu.addAction(text)
                action.setCheckable(True)
                action.setData(key)
                group.addAction(action)
                action.triggered.connect(partial(self._set_field, field, key))
            now = getattr(self.window.store.experiment.view, field)
            for action in group.actions():
                action.setChecked(action.data() == now)

        menu.aboutToShow.connect(fill)

    def _set_field(self, field: str, key: str, *_: object) -> None:
        self.window.look(**{field: key})

    def _run(self) -> None:
        player, window = self.window.player, self.window
        self.add("Run", "Play or Pause", "Space", player.toggle)
        for text, key, by in (
            ("One Step On", "Right", 1),
            ("One Step Back", "Left", -1),
            ("Ten Steps On", "Shift+Right", 10),
            ("Ten Steps Back", "Shift+Left", -10),
        ):
            self.add("Run", text, key, partial(self._step, by))
        self.add("Run", "To the Start", "Home", lambda: player.go(0))
        self.add("Run", "To the End", "End", lambda: player.go(player.length))
        self.menus["Run"].addSeparator()
        self.add("Run", "Random Start", "R", self._random_start, "A start drawn anywhere in view")
        self.add("Run", "Model on Data or Test Function", "M", self._turn_learning,
                 "Train a model on data, or go back to the test function")  # fmt: skip
        for number in range(1, 10):
            toggle = partial(window.toggle_run, number - 1)
            self.add("", f"Show or Hide Run {number}", str(number), toggle)

    def _help(self) -> None:
        self.add("Help", "Command Palette…", "Ctrl+K", self._find,
                 "Find anything there is to do by a few letters")  # fmt: skip
        self.add("Help", "Keyboard Shortcuts", "? or F1", self._sheet)
        self.add("Help", "Tour", "", self.show_tour, "What is where, in five steps")
        self.add("Help", "Describe the Picture", "", self._describe, "What is shown, in words")
        self.add("Help", "About", "", self._about)

    def refresh(self) -> None:
        """Say what undo and redo would do."""
        store = self.window.store
        for action, word, name in (
            (self.undo, "Undo", store.undo_name),
            (self.redo, "Redo", store.redo_name),
        ):
            action.setEnabled(bool(name))
            action.setText(f"{word} {name}".strip())

    # -- what commands do

    def _step(self, by: int) -> None:
        self.window.player.pause()
        self.window.player.go(self.window.player.step + by)

    def _toggle_layout(self) -> None:
        side = self.window.store.experiment.view.layout == "side"
        self.window.look(layout="overlay" if side else "side")

    def _next_panes(self) -> None:
        order = ("2d", "3d", "both")
        now = self.window.store.experiment.view.panes
        self.window.look(panes=order[(order.index(now) + 1) % 3])

    def _toggle_levels(self) -> None:
        shown = self.window.frame.levels
        log = shown is not None and shown.kind == "log"
        self.window.look(levels="linear" if log else "log")

    def _toggle_batch(self) -> None:
        window = self.window
        if window.store.experiment.learning is None:
            window.status.say("Batches are for models on data: choose one in the Model panel")
            return
        window.look(one_batch=not window.store.experiment.view.one_batch)

    def _reset_view(self) -> None:
        self.window.look(bounds=None)
        for view in self.window.views.values():
            if hasattr(view, "reset_view"):
                view.reset_view()

    def _random_start(self) -> None:
        store = self.window.store
        plan = self.window.frame.plan
        if plan is not None:
            start = tuple(round(random.uniform(a, b), 4) for a, b in plan.bounds)
            study = self.window.frame.study
            if study is not None and study.plane.kind != "whole":
                new = replace(store.experiment, seed=random.randrange(100_000))
            else:
                new = started_at(store.experiment, start)
            store.edit(new, "Random start")

    def _turn_learning(self) -> None:
        from explorer.core import trainable

        window = self.window
        given = window.store.experiment
        if given.learning is None:
            window.store.edit(trainable.turned_on(given), "Train a model on data")
            window.arrangement.docks["model"].raise_()
        else:
            window.store.edit(trainable.turned_off(given), "Show the test function")

    def _export(self) -> None:
        from .export_dialog import ExportDialog

        if self.window.result is not None:
            ExportDialog(self.window, self.documents).exec()

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self.documents.recent():
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda *_, p=path: self.documents.open_path(p))
        if self._recent.isEmpty():
            self._recent.addAction("Nothing opened yet").setEnabled(False)

    def _sheet(self) -> None:
        from .shortcuts import show_shortcuts

        show_shortcuts(self.window, self.commands)

    def _find(self) -> None:
        from .finding import open_palette

        open_palette(self)

    def _history(self) -> None:
        from .finding import open_history

        open_history(self)

    def _settings(self) -> None:
        from .settings_dialog import SettingsDialog

        dialog = SettingsDialog(self.window, self.taste)
        dialog.exec()
        dialog.deleteLater()

    def show_tour(self) -> None:
        """Show what is where; never again unasked."""
        from .tour import Tour

        self.taste.prefer(toured=True)
        Tour(self.window).start()

    def _describe(self) -> None:
        from .sheets import show_description

        words = [view.describe() for view in self.window.views.values() if view.isVisible()]
        show_description(self.window, "\n\n".join(filter(None, words)))

    def _about(self) -> None:
        from .sheets import show_about

        show_about(self.window)
