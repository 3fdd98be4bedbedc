"""Brings a window to life in small pieces, none of which holds it up.

First comes an empty window, painted before anything of ours but its own controls is loaded; then
the map and the engine that fills it; then, when the first trajectories are on the screen, all the
other panels. Libraries are loaded on the loader's thread; what uses Qt is imported one module an
event, and widgets are made one an event.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QIcon

from explorer.core.paths import resource
from explorer.widgets import fonts
from explorer.widgets.theme import DARK, LIGHT, THEMES, Theme

from .steps import SOON, importing, in_steps, knowing_qt
from .taste import Taste
from .window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from explorer.core.session import Session
    from explorer.views.base import Dock
    from explorer.widgets.panel import DockPanel

    from .actions import Actions
    from .documents import Documents
    from .loader import Loader
    from .preferences import Preferences
    from .store import Store

FIRST = "contour"  # the view that comes before all others
# What the map's surroundings need; the map itself brings its own list.
BEGINNING = (
    "explorer.core.defaults",
    "explorer.core.request",
    "explorer.gui.arrange",
    "explorer.gui.store",
    "explorer.gui.transport",
    "explorer.gui.worker",
    f"explorer.views.{FIRST}",
)
NARROW = 1400  # below it there is no room for map and surface beside each other
PATIENCE = 1500  # milliseconds in which a start that compiles nothing shows its first picture
PAINTED = 20  # milliseconds in which the empty map is painted
PAINT = 40  # milliseconds in which the first picture is painted, before anything else is loaded
# What the loader calls its other tasks, among the keys of views.
START, ENGINE, PANELS, LIBRARIES = "+start", "+engine", "+panels", "+libraries of "


def system_theme() -> Theme:
    """The theme that the system asks for; light where it does not say."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


class Launch(QObject):
    """Owns what a window needs beside itself: settings, files, menus, and the loading."""

    started = Signal()  # the first paint is done, and loading begins
    complete = Signal()  # all panels are there
    idle = Signal()  # and all that they show is loaded, the engine too

    def __init__(
        self, app: QApplication, session: Session | None, path: Path | None, theme: str
    ) -> None:
        super().__init__()
        self.app = app
        app.setApplicationName("loss-landscape-explorer")
        app.setApplicationDisplayName("Loss Landscape Explorer")
        app.setDesktopFileName("org.losslandscape.Explorer")
        self.settings = QSettings("loss-landscape-explorer", "explorer")
        self.taste = Taste()
        self.taste.changed.connect(self._prefer)
        self.theme_name = theme or self.taste.now.theme
        self.theme = self._apply_theme(self.theme_name)
        self.documents: Documents
        self.actions: Actions
        self._session, self._path = session, path
        self._started = self._over = False
        self._waiting: set[str] = set()
        self._late: list[str] = []
        self._settled: set[str] = set()
        self._docks: list[Dock] = []
        self.loader: Loader
        self.window = Window(self.theme)
        self.setParent(self.window)
        self.taste.setParent(self.window)
        self.taste.said.connect(self.window.status.say)
        self._move()
        self._find_place()
        self.window.installEventFilter(self)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _find_place(self) -> None:
        window = self.window
        screen = QGuiApplication.primaryScreen().availableGeometry()
        window.setMinimumSize(900, 560)
        window.resize(min(1600, screen.width()), min(1000, screen.height()))
        geometry = self.settings.value("window/geometry")
        known = isinstance(geometry, QByteArray) and window.restoreGeometry(geometry)
        if not known and screen.width() <= 1920:
            window.setWindowState(Qt.WindowState.WindowMaximized)

    # -- theme

    def _apply_theme(self, name: str) -> Theme:
        theme = THEMES.get(name) or system_theme()
        self.taste.dress(self.app, theme)
        return theme

    def choose_theme(self, name: str) -> None:
        """Change the theme and remember it."""
        self.taste.prefer(theme=name)
        if self.theme_name != name:  # the command line asked for another
            self.theme_name = name
            self._change_theme()

    def _prefer(self, old: Preferences, new: Preferences) -> None:
        """Apply what is preferred from now on."""
        if new.theme != old.theme:
            self.theme_name = new.theme
        if (new.theme, new.text) != (old.theme, old.text):
            self._change_theme()
        self._move()
        if new.text != old.text and hasattr(self.window, "arrangement"):
            # once all parts know their new sizes
            QTimer.singleShot(SOON, self.window, self.window.arrangement.fit_text)
        if new.colormap != old.colormap:
            self.window.look(colormap=new.colormap)
        if hasattr(self, "documents"):
            self.documents.keep_unasked(new.autosave, new.wait)

    def _move(self) -> None:
        """Move, or not, as preferred: pictures, docks, and Qt's own lists and tips."""
        self.window.motion = self.taste.now.motion
        self.window.setAnimated(self.window.has_motion())
        self.taste.move()

    def _change_theme(self) -> None:
        # a copy, so that every view takes it for another one and measures its texts anew
        self.theme = replace(self._apply_theme(self.theme_name))
        self._show_theme()

    def _system_changed(self, *_: Any) -> None:
        if self.theme_name == "system":
            self._change_theme()

    def _show_theme(self) -> None:
        self.window.theme = self.theme
        if hasattr(self.window, "frame"):
            self.window.apply(theme=self.theme)

    # -- loading, after the first paint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the window's first paint."""
        if event.type() == QEvent.Type.Paint and not self._started:
            self._started = True
            QTimer.singleShot(SOON, self._start)
        return False

    def _start(self) -> None:
        from .loader import Loader

        self.loader = Loader()
        self.loader.setParent(self.window)
        self.loader.loaded.connect(self._loaded)
        self.loader.failed.connect(self._failed)
        self.started.emit()
        self._in_steps(BEGINNING, START)

    def _in_steps(self, modules: Iterable[str], key: str) -> None:
        """Import what uses Qt; then go on as the loader does when it has loaded something."""

        def done() -> None:
            self.loader.loaded.emit(key)

        in_steps(self.window, importing(modules), done, self.window.status.failed)

    def _loaded(self, key: str) -> None:
        if self._over:
            return  # the window was closed while this was on its way
        if key == START:
            self._show_map()
        elif key == ENGINE:
            once, worker = Qt.ConnectionType.SingleShotConnection, self.window.worker
            worker.ready.connect(self._go_on_soon, once)
            worker.failed.connect(self._go_on, once)
            for over in (worker.ready, worker.refused, worker.failed):
                over.connect(lambda *_: self._settle("engine"))
            worker.start()
            # a first start compiles for seconds: the panels need not wait for that
            QTimer.singleShot(PATIENCE, self._go_on)
        elif key == PANELS:
            self._find_panels()
        elif key.startswith(LIBRARIES):
            view = key.removeprefix(LIBRARIES)
            self._in_steps(self.window.views[view].needs, view)
        else:
            self.window.build(key)
            if self._late and key == self._late[-1]:
                self._settle("panels")

    def _failed(self, why: str) -> None:
        self.window.status.failed(why)
        self._settle("panels")  # there is nothing more to wait for

    def _settle(self, part: str) -> None:
        """Say once that everything is loaded: when both parts are."""
        if part not in self._settled:
            self._settled.add(part)
            if len(self._settled) == 2:
                QTimer.singleShot(SOON, self.idle.emit)

    def _show_map(self) -> None:
        from explorer.core import defaults

        from .store import Store

        session, room = self._session, self.window.width() / fonts.scale(self.window)
        fresh = self.taste.seen(defaults.experiment(both=room >= NARROW))
        experiment = session.experiment if session else fresh
        QTimer.singleShot(SOON, self.window, lambda: self._furnish(Store(experiment)))

    def _furnish(self, store: Store) -> None:
        window = self.window
        window.furnish(store)
        window.arrangement.leave_room()
        window.wanted.connect(self._load)
        QTimer.singleShot(SOON, window, self._fill_map)

    def _fill_map(self) -> None:
        from explorer.views.contour import SPEC

        window, session = self.window, self._session
        window.add(SPEC)
        window.apply()
        if session and session.step is not None:
            window.player.place(session.step)
        # loading numba takes turns with whatever else is done, so the map comes before it
        QTimer.singleShot(PAINTED, window, lambda: self.loader.load(ENGINE, window.worker.prepare))

    def _go_on_soon(self, *_: Any) -> None:
        QTimer.singleShot(PAINT, self._go_on)

    def _go_on(self, *_: Any) -> None:
        """Load the rest, once: the first trajectories are there, or will never be."""
        if PANELS in self._waiting:
            return
        self._waiting.add(PANELS)
        if self.window.result is None:
            self.window.status.compiling()
        import pkgutil

        import explorer.views

        found = pkgutil.iter_modules(explorer.views.__path__)
        names = [f"explorer.views.{module.name}" for module in found if module.name[0] != "_"]
        self._in_steps((*names, "explorer.gui.documents", "explorer.gui.actions"), PANELS)

    def _find_panels(self) -> None:
        from explorer.core.catalog import entries

        views = entries("explorer.views").values()
        self._docks = sorted((d for d in views if d.key != FIRST), key=lambda d: d.order)
        QTimer.singleShot(SOON, self._next_panel)

    def _next_panel(self) -> None:
        """Make one panel an event, so that the window answers in between."""
        if self._docks:
            self.window.add(self._docks.pop(0))
            QTimer.singleShot(SOON, self._next_panel)
        else:
            QTimer.singleShot(SOON, self._place_panels)

    def _place_panels(self) -> None:
        arrangement = self.window.arrangement
        unseen = list(arrangement.docks.values())
        for dock in unseen:
            # what is in it, as it may be a window of its own (see CONTRIBUTING, traps)
            dock.widget().setUpdatesEnabled(False)
        arrangement.place(self.settings)
        for dock in unseen:
            if not dock.isFloating():
                dock.setUpdatesEnabled(False)
        QTimer.singleShot(SOON, lambda: self._open_panel(unseen))

    def _open_panel(self, unseen: list[DockPanel]) -> None:
        """Paint one panel an event, empty as it is."""
        while unseen:
            dock = unseen.pop()
            dock.setUpdatesEnabled(True)
            dock.widget().setUpdatesEnabled(True)
            if dock.isVisible():
                QTimer.singleShot(SOON, lambda: self._open_panel(unseen))
                return
        QTimer.singleShot(SOON, self._show_panel)

    def _show_panel(self) -> None:
        """Draw one panel an event."""
        following = self._show_panel if self.window.show_next() else self._finish_panels
        QTimer.singleShot(SOON, following)

    def _finish_panels(self) -> None:
        from .actions import Actions
        from .documents import Documents

        window = self.window
        self.documents = Documents(window, self.settings, self._path)
        self.documents.keep_unasked(self.taste.now.autosave, self.taste.now.wait)
        self.actions = Actions(window, self.documents, self.choose_theme, self.taste)
        if self.taste.wrong:
            window.status.say(self.taste.wrong)
        window.setWindowIcon(QIcon(str(resource("app", "org.losslandscape.Explorer.svg"))))
        window.starting = False
        window.apply()
        self.documents.offer()
        in_steps(window, knowing_qt(), self._prepare_late, window.status.failed)
        self.complete.emit()

    def welcome(self) -> None:
        """Show the tour, the first time only: not to one who is at work, nor where it is unwanted.

        EXPLORER_NO_TOUR in the environment keeps it away, from whatever drives a window.
        """
        from .offer import Offer

        offered = self.window.findChild(Offer) is not None
        busy = offered or bool(self.window.store.undo_name) or not self.window.isVisible()
        unwanted = bool(os.environ.get("EXPLORER_NO_TOUR"))
        if not (self.taste.now.toured or busy or unwanted or self._session or self._path):
            self.actions.show_tour()

    def _prepare_late(self) -> None:
        for key in self._late:
            self._prepare(key)
        if not self._late:
            self._settle("panels")

    def _load(self, key: str) -> None:
        if key in self._waiting:
            return
        self._waiting.add(key)
        # loading pyqtgraph holds up whatever else is done: it waits until the panels are there
        if self.window.starting and self.window.views[key].asks_all:
            self._late.append(key)
        else:
            self._prepare(key)

    def _prepare(self, key: str) -> None:
        self.loader.load(LIBRARIES + key, self.window.views[key].prepare)

    def finish(self) -> None:
        """Remember the layout and end the threads."""
        self._over = True
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._system_changed)
        self.window.removeEventFilter(self)
        if hasattr(self, "actions"):
            self.window.arrangement.save(self.settings)
        self.taste.close()
        if hasattr(self, "loader"):
            self.loader.close()
