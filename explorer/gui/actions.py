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
from explorer.core.language import tr
from explorer.widgets.theme import THEMES

from .copying import add_copies
from .run_commands import PATH_COLOURS, add_run_commands, add_view_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.experiment import View

    from .documents import Documents
    from .taste import Taste
    from .window import Window


LEVELS = (
    ("auto", tr("Automatic")),
    ("log", tr("Logarithmic")),
    ("linear", tr("Linear")),
    ("equal", tr("Equalised")),
)
_THEMES = {"light": tr("Light"), "dark": tr("Dark"), "projector": tr("Projector")}
# What shows or hides a run: the beginning of its name.
RUNS = "Show or Hide Run "


def theme_names() -> tuple[tuple[str, str], ...]:
    """The themes there are, by key, and how they are called."""
    return (("system", tr("Follow the System")), *((key, _THEMES[key]) for key in THEMES))


def colormaps() -> tuple[tuple[str, str], ...]:
    """The colour maps there are, asked for only when needed: they need numpy."""
    from explorer.core.colormap import NAMES

    called = {"grey": tr("Grey")}  # the others have names of their own
    return tuple((name, called.get(name, name.capitalize())) for name in NAMES)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: its menu ('' for none), words, keys and what it does.

    `name` is what the program finds it by, where it does: the same in every language, as `menu` is.
    """

    menu: str
    text: str
    key: str
    do: Callable[[], object]
    tip: str = ""
    name: str = ""


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
        # commands that turn something of the view on and off, and whether it is on
        self._turned: list[tuple[QAction, Callable[[View], bool]]] = []
        self.menus = window.menus
        self._file()
        self._edit()
        self._view(themes)
        self._run()
        self._present()
        self._help()
        window.store.history.connect(self.refresh)
        self.refresh()

    def add(
        self,
        menu: str,
        text: str,
        key: str,
        do: Callable[[], object],
        tip: str = "",
        name: str = "",
    ) -> QAction:
        """One more command, in a menu or by key alone; `name` is the English one, if not `text`."""
        action = QAction(text, self.window)
        if key:
            action.setShortcuts([QKeySequence(k) for k in key.split(" or ")])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setStatusTip(tip)
        action.triggered.connect(lambda *_: do())
        (self.menus[menu] if menu else self.window).addAction(action)
        self.commands.append(Command(menu, text, key, do, tip, name or text))
        self.actions[name or text] = action
        return action

    def _file(self) -> None:
        documents, window = self.documents, self.window
        self.add("File", tr("New"), "Ctrl+N",
                 lambda: documents.new(self.taste.seen(defaults.experiment())),
                 tr("Start with the default experiment"))  # fmt: skip
        self.add("File", tr("Open…"), "Ctrl+O", documents.ask_open,
                 tr("Open an experiment, a picture or film of one, data, or a surface (HDF5, NPZ, "
                    "VTP, CSV)"))  # fmt: skip
        self._recent = QMenu(tr("Open Recent"), window)
        self._recent.aboutToShow.connect(self._fill_recent)
        self.menus["File"].addMenu(self._recent)
        self.add("File", tr("Stop Following"), "", documents.following.stop,
                 tr("Leave the path of a training that is recorded as it is now"))  # fmt: skip
        self.menus["File"].addSeparator()
        self.add("File", tr("Save"), "Ctrl+S", documents.save)
        self.add("File", tr("Save As…"), "Ctrl+Shift+S", documents.ask_save)
        self.add("File", tr("Export Picture…"), "Ctrl+E", self._export,
                 tr("Write PNG, SVG or PDF: for slides, papers and posters, or transparent")
                 )  # fmt: skip
        self.add("File", tr("Export Animation…"), "Ctrl+Shift+E", self._animate,
                 tr("Write a film: MP4, WebM, GIF, APNG, or PNG pictures"))  # fmt: skip
        self.add("File", tr("Hand Out…"), "", self._hand_out,
                 tr("Give the experiment to a class: a code for telephones, and a file")
                 )  # fmt: skip
        self.add("File", tr("Paste Experiment"), "Ctrl+Shift+V", self._paste,
                 tr("Open the experiment that is on the clipboard as text"))  # fmt: skip
        self.menus["File"].addSeparator()
        self.add("File", tr("Quit"), "Ctrl+Q", window.close, name="Quit")

    def _edit(self) -> None:
        store = self.window.store
        self.undo = self.add("Edit", tr("Undo"), "Ctrl+Z", store.undo)
        self.redo = self.add("Edit", tr("Redo"), "Ctrl+Shift+Z or Ctrl+Y", store.redo)
        self.add("Edit", tr("History…"), "Ctrl+H", self._history,
                 tr("Go back several changes at once"))  # fmt: skip
        self.menus["Edit"].addSeparator()
        add_copies(self)
        self.menus["Edit"].addSeparator()
        self.add("Edit", tr("Settings…"), "Ctrl+,", self._settings,
                 tr("Theme, colours, size of text, motion, autosave"))  # fmt: skip

    def _view(self, themes: Callable[[str], None]) -> None:
        window = self.window
        self.menus["View"].aboutToShow.connect(self._tick)
        self.add("View", tr("Side by Side or Overlay"), "S", self._toggle_layout)
        self.add("View", tr("2D, 3D or Both"), "D", self._next_panes)
        self._choices(tr("Levels"), "levels", lambda: LEVELS)
        self.add("View", tr("Logarithmic or Linear Levels"), "L", self._toggle_levels)
        self.add("View", tr("Contours of One Batch or of All Rows"), "B", self._toggle_batch,
                 tr("Of a model: the loss that the next step's batch shows the optimizer")
                 )  # fmt: skip
        self._switch(tr("Contours Below the Surface"), "Shift+V", "below",
                     tr("Draw the surface's contours on the floor under it too"))  # fmt: skip
        self._switch(tr("Camera With the Ball"), "V", "follow",
                     tr("Keep the selected run's ball in the middle of the surface"))  # fmt: skip
        self._overlays()
        self._choices(tr("Colour Map"), "colormap", colormaps)
        self._choices(tr("Colour Paths By"), "path_colour", lambda: PATH_COLOURS)
        add_view_commands(self)
        self.add("View", tr("Reset View"), "0", self._reset_view,
                 tr("Show the landscape's usual part again"), "Reset View")  # fmt: skip
        self.menus["View"].addSeparator()
        panels = self.menus["View"].addMenu(tr("Panels"))
        for dock in window.arrangement.docks.values():
            panels.addAction(dock.toggleViewAction())
        panels.addSeparator()
        for dock in window.arrangement.docks.values():
            text = tr("Float or Dock {panel}", panel=dock.windowTitle())
            action = panels.addAction(text)
            action.triggered.connect(lambda *_, d=dock: d.setFloating(not d.isFloating()))
        self.add("View", tr("Reset Layout"), "", window.arrangement.reset,
                 tr("Put every panel back"), "Reset Layout")  # fmt: skip
        theme = self.menus["View"].addMenu(tr("Theme"))
        for name, text in theme_names():
            action = theme.addAction(text)
            action.triggered.connect(lambda *_, n=name: themes(n))
            self._turned.append((action, partial(self._wears, name)))
        for text, key, by in (
            (tr("Larger Text"), "Ctrl++ or Ctrl+=", 1),
            (tr("Smaller Text"), "Ctrl+-", -1),
            (tr("Normal Text"), "Ctrl+0", 0),
        ):
            self.add("View", text, key, partial(self.taste.resize_text, by))

    def _overlays(self) -> None:
        """What may be laid over the map."""
        self._switch(tr("Gradient Arrows"), "G", "field",
                     tr("Arrows of the negative gradient over the map"), "arrows")  # fmt: skip
        self._switch(tr("Streamlines"), "Shift+G", "field",
                     tr("Lines that run downhill over the map"), "streamlines")  # fmt: skip
        self._switch(tr("Where the Rate Is Unstable"), "U", "unstable",
                     tr("Hatch where the chosen run's rate is past its limit"))  # fmt: skip
        self._switch(tr("Local Quadratic Model"), "Q", "quadratic",
                     tr("A level line of the quadratic that fits at the chosen run's point, with "
                        "its gradient step and Newton step"))  # fmt: skip
        self.add("View", tr("Cross-section"), "X", lambda: self.window.arrangement.bring("section"),
                 tr("Loss along a line; hold Shift and drag on the map to draw one"))  # fmt: skip

    def _switch(self, text: str, key: str, field: str, tip: str, value: object = True) -> None:
        """A command that gives a field of the view a value, or takes it away; ticked while on."""
        action = self.add("View", text, key, partial(self._turn, field, value), tip)
        self._turned.append((action, lambda view: getattr(view, field) == value))

    def _wears(self, theme: str, _view: View) -> bool:
        return self.taste.now.theme == theme

    def _tick(self) -> None:
        """Tick what is on."""
        view = self.window.store.experiment.view
        for action, on in self._turned:
            action.setCheckable(True)
            action.setChecked(on(view))

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
        self.add("Run", tr("Play or Pause"), "Space", player.toggle)
        for text, key, by in (
            (tr("One Step On"), "Right", 1),
            (tr("One Step Back"), "Left", -1),
            (tr("Ten Steps On"), "Shift+Right", 10),
            (tr("Ten Steps Back"), "Shift+Left", -10),
        ):
            self.add("Run", text, key, partial(self._step, by))
        self.add("Run", tr("To the Start"), "Home", lambda: player.go(0))
        self.add("Run", tr("To the End"), "End", lambda: player.go(player.length))
        self.menus["Run"].addSeparator()
        self.add("Run", tr("Random Start"), "R", self._random_start,
                 tr("A start drawn anywhere in view"), "Random Start")  # fmt: skip
        self.add("Run", tr("Model on Data or Test Function"), "M", self._turn_learning,
                 tr("Train a model on data, or go back to the test function"))  # fmt: skip
        add_run_commands(self)
        for number in range(1, 10):
            text = tr("Show or Hide Run {number}", number=number)
            toggle = partial(window.toggle_run, number - 1)
            self.add("", text, str(number), toggle, name=f"{RUNS}{number}")

    def _present(self) -> None:
        from .presenter import Presenter

        wanted = (RUNS, "Random Start", "Reset View")
        shared = [action for name, action in self.actions.items() if name.startswith(wanted)]
        shared += [self.undo, self.redo]
        self.presenter = Presenter(self.window, self.documents.settings, shared)
        self.menus["Run"].addSeparator()
        self.add("Run", tr("Present"), "F5", self.presenter.start,
                 tr("Show the experiment on a whole screen, large, for a lecture hall")
                 )  # fmt: skip
        screens = self.menus["Run"].addMenu(tr("Present On"))
        screens.aboutToShow.connect(lambda: self.presenter.fill(screens))
        self.window.transport.present.clicked.connect(self.presenter.start)

    def _help(self) -> None:
        self.add("Help", tr("Command Palette…"), "Ctrl+K", self._find,
                 tr("Find anything there is to do by a few letters"))  # fmt: skip
        self.add("Help", tr("Keyboard Shortcuts"), "? or F1", self._sheet)
        self.add("Help", tr("Tour"), "", self.show_tour, tr("What is where, in five steps"))
        self.add("Help", tr("Describe the Picture"), "", self._describe,
                 tr("What is shown, in words"))  # fmt: skip
        self.add("Help", tr("About"), "", self._about)

    def refresh(self) -> None:
        """Say what undo and redo would do."""
        store = self.window.store
        undo, redo = store.undo_name, store.redo_name
        self.undo.setText(tr("Undo {name}", name=undo) if undo else tr("Undo"))
        self.redo.setText(tr("Redo {name}", name=redo) if redo else tr("Redo"))
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))

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

    def _turn(self, field: str, value: object = True) -> None:
        """Give a field of the view a value, or take it away again."""
        now = getattr(self.window.store.experiment.view, field)
        off = False if value is True else "off"
        self.window.look(**{field: off if now == value else value})

    def _toggle_batch(self) -> None:
        window = self.window
        if window.store.experiment.learning is None:
            window.status.say(tr("Batches are for models on data: choose one in the Model panel"))
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
        if plan is not None and self.window.frame.takes_start:
            start = tuple(round(random.uniform(a, b), 4) for a, b in plan.bounds)
            study = self.window.frame.study
            if study is not None and study.plane.kind != "whole":
                new = replace(store.experiment, seed=random.randrange(100_000))
            else:
                new = started_at(store.experiment, start)
            store.edit(new, tr("Random start"))

    def _turn_learning(self) -> None:
        from explorer.core import trainable

        window = self.window
        given = window.store.experiment
        if given.learning is None:
            window.store.edit(trainable.turned_on(given), tr("Train a model on data"))
            window.arrangement.docks["model"].raise_()
        else:
            window.store.edit(trainable.turned_off(given), tr("Show the test function"))

    def _export(self) -> None:
        from .export_dialog import ExportDialog

        if self.window.result is not None:
            ExportDialog(self.window, self.documents).exec()

    def _animate(self) -> None:
        from .animation_dialog import AnimationDialog

        # it deletes itself when what it draws is done
        if self.window.result is not None:
            AnimationDialog(self.window, self.documents).exec()

    def _hand_out(self) -> None:
        from .hand_out import HandOut

        dialog = HandOut(self.window, self.documents)
        dialog.exec()
        dialog.deleteLater()

    def _paste(self) -> None:
        from .hand_out import paste

        paste(self.window, self.documents)

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self.documents.recent():
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda *_, p=path: self.documents.open_path(p))
        if self._recent.isEmpty():
            self._recent.addAction(tr("Nothing opened yet")).setEnabled(False)

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
