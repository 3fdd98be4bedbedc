"""Starts a presentation on a screen, lets the window behind rest, and puts all back afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup, QGuiApplication

from explorer.core.experiment import place_of
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QAction, QScreen
    from PySide6.QtWidgets import QMenu

    from explorer.core.experiment import Experiment

    from .present import Presentation
    from .window import Window

SETTING = "present/screen"


def choose_screen(screens: Sequence[Any], own: Any, name: str) -> Any:
    """The screen called `name` if it is there, else one that is not the window's own, else that."""
    named = [screen for screen in screens if screen.name() == name]
    others = [screen for screen in screens if screen is not own]
    return next(iter([*named, *others, own]))


class Presenter(QObject):
    """At most one presentation at a time. `shared` actions work in it by their keys too."""

    def __init__(self, window: Window, settings: QSettings, shared: Sequence[QAction]) -> None:
        super().__init__(window)
        self.window, self.settings, self.shared = window, settings, shared
        self.picture: Presentation | None = None
        self._before: Experiment | None = None
        window.closing.connect(self.leave)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenRemoved.connect(self._lose)

    def fill(self, menu: QMenu) -> None:
        """Offer the screens there are, in a menu that is about to be shown."""
        menu.clear()
        group = QActionGroup(menu)
        chosen = str(self.settings.value(SETTING, ""))
        screens = QGuiApplication.screens()
        known = chosen if any(screen.name() == chosen for screen in screens) else ""
        for name, text in (("", tr("The other screen")), *((s.name(), _words(s)) for s in screens)):
            action = group.addAction(text)
            action.setCheckable(True)
            action.setChecked(name == known)
            action.triggered.connect(lambda *_, n=name: self.settings.setValue(SETTING, n))
            menu.addAction(action)

    def start(self) -> None:
        """Present on the screen chosen."""
        from .present import Presentation

        if self.picture is not None:
            self.picture.activateWindow()
            return
        window, screens = self.window, QGuiApplication.screens()
        screen = choose_screen(screens, window.screen(), str(self.settings.value(SETTING, "")))
        self._before = window.store.experiment
        picture = self.picture = Presentation(window)
        picture.addActions(list(self.shared))
        picture.left.connect(self._restore)
        picture.fronted.connect(self._let_rest)
        contour: Any = window.views["contour"]
        contour.framed.disconnect(window.look_at)
        contour.framed.connect(self._paint)
        picture.map.framed.connect(self._paint)
        picture.setScreen(screen)
        picture.setGeometry(screen.geometry())
        picture.showFullScreen()
        picture.activateWindow()
        picture.setFocus()

    def leave(self) -> None:
        """End the presentation, if there is one."""
        if self.picture is not None:
            self.picture.close()

    def _lose(self, screen: QScreen) -> None:
        if self.picture is not None and self.picture.screen() is screen:
            self.leave()

    def _let_rest(self) -> None:
        """Draw the window only where it can be seen."""
        picture, window = self.picture, self.window
        covered = picture is not None and picture.isActiveWindow() and self._is_over()
        if covered != window.covered:
            window.covered = covered
            if not covered:
                window.apply()
            self._paint()

    def _is_over(self) -> bool:
        """Whether the picture lies over all of the window."""
        floating = any(dock.isFloating() for dock in self.window.arrangement.docks.values())
        picture = self.picture
        over = picture is not None and picture.geometry().contains(self.window.geometry())
        return over and not floating

    def _paint(self, *_: object) -> None:
        """Have the engine paint what the picture shows, and the window where it is seen."""
        if self.picture is not None:
            contour: Any = self.window.views["contour"]
            asked = self.picture.viewport(None if self.window.covered else contour.viewport())
            if asked is not None:
                self.window.look_at(asked)

    def _restore(self) -> None:
        """Have the window show what it showed: how the map was framed, and all panels."""
        picture, self.picture = self.picture, None
        if picture is None:
            return
        window, store = self.window, self.window.store
        contour: Any = window.views["contour"]
        contour.framed.disconnect(self._paint)
        contour.framed.connect(window.look_at)
        picture.deleteLater()
        before, now = self._before, store.experiment
        if before is not None and place_of(before) == place_of(now):
            store.look(replace(now.view, bounds=before.view.bounds))
        window.covered = False
        window.apply()
        if (asked := contour.viewport()) is not None:
            window.look_at(asked)
        window.activateWindow()


def _words(screen: QScreen) -> str:
    size = screen.size()
    return f"{screen.name() or tr('Screen')}, {size.width()} × {size.height()}"
