"""Puts a window together and brings it to life in small pieces, none of which holds it up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QWidget

from explorer.core import defaults
from explorer.core.catalog import catalog
from explorer.core.paths import resource
from explorer.widgets import fonts
from explorer.widgets.stylesheet import palette, stylesheet
from explorer.widgets.theme import DARK, LIGHT, THEMES, Theme

from .actions import Actions
from .arrange import NARROW
from .documents import Documents
from .loader import Loader
from .store import Store
from .window import ENGINE, Window

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment
    from explorer.core.session import Session



def system_theme() -> Theme:
    """The theme that the system asks for; light where it does not say."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def default_for(width: int) -> Experiment:
    """The default experiment; of map and surface only the map where there is no room for both."""
    made = defaults.experiment()
    panes: Literal["2d", "both"] = "2d" if width < NARROW else "both"
    return replace(made, view=replace(made.view, panes=panes))


class Launch(QObject):
    """Owns what a window needs beside itself: settings, files, menus, and the loading."""

    def __init__(
        self, app: QApplication, session: Session | None, path: Path | None, theme: str
    ) -> None:
        super().__init__()
        self.app = app
        app.setApplicationName("loss-landscape-explorer")
        app.setApplicationDisplayName("Loss Landscape Explorer")
        app.setDesktopFileName("org.losslandscape.Explorer")
        app.setStyle("Fusion")
        app.setFont(fonts.font())
        self.settings = QSettings("loss-landscape-explorer", "explorer")
        self.theme_name = theme or str(self.settings.value("theme", "system"))
        self.theme = self._apply_theme(self.theme_name)
        screen = QGuiApplication.primaryScreen().availableGeometry()
        experiment = session.experiment if session else default_for(screen.width())
        self.window = Window(Store(experiment), self.theme)
        self.window.setWindowIcon(QIcon(str(resource("app", "org.losslandscape.Explorer.svg"))))
        self.documents = Documents(self.window, self.settings)
        self.documents.path = path
        self.documents.renamed.connect(self._title)
        self.documents.offered.connect(self._offer)
        self.window.store.history.connect(self._title)
        self.actions = Actions(self.window, self.documents, self.choose_theme)
        self._session = session
        self._started = False
        self._waiting: list[str] = []
        self.loader = Loader()
        self.loader.setParent(self.window)
        # each arrives as an event of its own, so that the window answers between two views
        self.loader.loaded.connect(self.window.loaded)
        self.loader.failed.connect(self.window.status.failed)
        self._place()
        self._title()
        self.window.setAcceptDrops(True)
        self.window.installEventFilter(self)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _place(self) -> None:
        window = self.window
        screen = QGuiApplication.primaryScreen().availableGeometry()
        window.setMinimumSize(900, 560)
        window.resize(min(1600, screen.width()), min(1000, screen.height()))
        if not window.arrangement.restore(self.settings):
            window.arrangement.reset()
            if screen.width() <= 1920:
                window.setWindowState(Qt.WindowState.WindowMaximized)
            QTimer.singleShot(0, window.arrangement.reset)

    # -- theme

    def _apply_theme(self, name: str) -> Theme:
        theme = THEMES.get(name) or system_theme()
        self.app.setPalette(palette(theme))
        self.app.setStyleSheet(stylesheet(theme))
        return theme

    def choose_theme(self, name: str) -> None:
        """Change the theme and remember it."""
        self.settings.setValue("theme", name)
        self.theme_name = name
        self.theme = self._apply_theme(name)
        self.window.apply(theme=self.theme)

    def _system_changed(self, *_: Any) -> None:
        if self.theme_name == "system":
            self.theme = self._apply_theme("system")
            self.window.apply(theme=self.theme)

    # -- loading, after the first paint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the window's first paint; take dropped files."""
        kind = event.type()
        if kind == QEvent.Type.Paint and not self._started:
            self._started = True
            QTimer.singleShot(0, self._start)
        elif kind == QEvent.Type.DragEnter and self._dropped(event) is not None:
            event.accept()
            return True
        elif kind == QEvent.Type.Drop and (path := self._dropped(event)) is not None:
            event.accept()
            self.documents.open_path(path)
            return True
        return False

    @staticmethod
    def _dropped(event: Any) -> Path | None:
        urls = event.mimeData().urls()
        return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None

    def _start(self) -> None:
        window = self.window
        window._submit(coarse=False)
        window.wanted.connect(self._load)
        # the map first, then the engine that fills it: the first picture needs no more than these
        self._load("contour")
        self.loader.load(ENGINE, window.worker.needs)
        for key in window.views:
            if window.arrangement.is_open(key):
                self._load(key)
        if self._session and self._session.step is not None:
            window.player.length = self._session.step
            window.player.go(self._session.step)
        QTimer.singleShot(1500, self.documents.offer)

    def _load(self, key: str) -> None:
        if key not in self._waiting:
            self._waiting.append(key)
            self.loader.load(key, self.window.views[key].needs)

    # -- the title and the offer

    def _title(self) -> None:
        path = self.documents.path
        landscape = self.window.store.experiment.landscape
        name = path.name if path else catalog().landscape(landscape).title
        self.window.setWindowTitle(f"{name}[*]")
        self.window.setWindowModified(bool(path) and self.window.store.dirty)

    def _offer(self, session: Session, words: str) -> None:
        bar = QWidget()
        bar.setObjectName("offer")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 12, 8)
        row.addWidget(QLabel(words))
        take, leave = QPushButton("Open it"), QPushButton("Dismiss")
        row.addWidget(take)
        row.addWidget(leave)
        row.addStretch(1)
        self.window.column.insertWidget(0, bar)

        def close() -> None:
            from . import autosave

            autosave.forget()
            bar.hide()
            bar.deleteLater()

        def opened() -> None:
            self.documents.show(session, None)
            close()

        take.clicked.connect(opened)
        leave.clicked.connect(close)

    def finish(self) -> None:
        """Remember the layout and end the threads."""
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._system_changed)
        self.window.removeEventFilter(self)
        self.window.arrangement.save(self.settings)
        self.loader.close()
