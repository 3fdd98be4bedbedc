"""Files of the window: open, save, recent, autosave, and opening what was exported."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox

from explorer import surfaces
from explorer.core.defaults import name_of
from explorer.core.errors import InputError
from explorer.core.experiment import Learning
from explorer.core.files import replace_file, stem
from explorer.core.language import tr
from explorer.core.session import SUFFIX, Session, dumps
from explorer.core.sessionfile import PICTURES, read

from . import autosave
from .chores import Chores
from .following import Following
from .offer import Offer
from .open_surface import OpenSurface

if TYPE_CHECKING:
    from concurrent.futures import Future

    from explorer.core.experiment import Experiment

    from .window import Window

# Files that are data for a model rather than experiments.
TABLES = (".csv", ".parquet", ".pq")
# What other programs call their surfaces; a table or a picture may be one too.
SURFACES = (".h5", ".hdf5", ".vtp", ".npz", ".npy", ".json", ".asc", ".txt", ".csv", ".png")
RECORDED = ".lle-trace"
# Files that hold something else than a session's text, and are not overwritten by one.
OTHERS = {*PICTURES, *SURFACES, *TABLES, RECORDED} - {".json", ".txt"}
log = logging.getLogger(__name__)
RECENT = 8
PAUSE = 800  # milliseconds without a change before the work is kept
SELDOM = 10_000  # between two times while a file that grows is followed


def dropped(event: Any) -> Path | None:
    """The one file that is dragged, if it is one."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


class Documents(QObject):
    """Knows which file the experiment came from, and keeps it from being lost."""

    offered = Signal(object)  # Session

    def __init__(self, window: Window, settings: QSettings, path: Path | None = None) -> None:
        super().__init__(window)
        self.window = window
        self.settings = settings
        self.path: Path | None = None  # what Save writes without asking
        self._origin: Path | None = None  # what was opened
        self.came_from(path)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._keep)
        self._unasked, self._wait, self._last = True, 0.0, 0.0
        self._chores = Chores(self)
        self.surfaces = OpenSurface(self, self._chores)
        self.following = Following(window, self._chores)
        window.store.changed.connect(lambda *_: self._keep_later())
        window.closing.connect(self._keep_last)
        window.store.history.connect(self.name)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        if path is not None and surfaces.is_trace(path):
            self.following.begin(path)
        self.name()

    def session(self) -> Session:
        """What a file of the present moment holds."""
        return Session(self.window.store.experiment, self.window.player.step)

    def name(self) -> None:
        """Put the file, or where there is none the landscape, into the window's title."""
        window = self.window
        experiment = window.store.experiment
        title = self.path.name if self.path else name_of(experiment)
        window.setWindowTitle(f"{title}[*]")
        window.setWindowModified(bool(self.path) and window.store.dirty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a file that is dropped on the window."""
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            path = dropped(event)
            if path is not None:
                event.accept()
                if event.type() == QEvent.Type.Drop:
                    self.open_path(path)
                return True
        return False

    # -- kept unasked

    def keep_unasked(self, on: bool, wait: float) -> None:
        """Keep the work unasked, or not: once in `wait` seconds at most."""
        changed = (on, wait) != (self._unasked, self._wait)
        self._unasked, self._wait = on, wait
        if changed and on:
            self._pause.start(PAUSE)
        elif changed:
            self._chores.do(
                autosave.discard, lambda _: self.window.status.saved(tr("Not autosaved"))
            )

    def _keep_later(self) -> None:
        """Keep the work once it rests; of what comes by itself, which need not rest, seldom."""
        if not self.following.by_itself:
            self._pause.start(PAUSE)
        elif not self._pause.isActive():
            self._pause.start(SELDOM)

    def _keep(self) -> None:
        """Write the experiment where the next start finds it."""
        if not self._unasked:
            return
        early = self._last + self._wait - time.monotonic()
        if early > 0:
            self._pause.start(round(early * 1000) + 1)
            return
        self._last = time.monotonic()
        session = self.session()
        self._chores.do(lambda: autosave.save(session), self._kept)

    def _kept(self, saved: Future[None]) -> None:
        try:
            saved.result()
        except InputError as error:
            self.window.status.saved("")
            self.window.status.say(tr("Not autosaved: {error}", error=error))
        else:
            self.window.status.saved(tr("Autosaved"))

    def _keep_last(self) -> None:
        """Write it once more before the window goes; there is nobody left to tell of a failure."""
        self._pause.stop()
        self._chores.close()
        if not self._unasked:
            return
        try:
            autosave.save(self.session())
        except InputError as error:
            log.warning("not autosaved: %s", error)

    def offer(self) -> None:
        """Offer what the last window left behind, unless it is what is shown anyway."""
        shown = self.window.store.experiment
        self._chores.do(lambda: autosave.left_by_another(shown), self._offer)

    def _offer(self, looked: Future[Session | None]) -> None:
        session = looked.result()
        if session is None:
            return
        words = tr("The last window's experiment was kept.")
        bar = Offer(words, tr("Open it"), lambda: self._take(session), autosave.forget)
        self.window.column.insertWidget(0, bar)
        self.offered.emit(session)

    def _take(self, session: Session) -> None:
        self.show(session, None)
        autosave.forget()

    # -- opened and saved

    def show(self, session: Session, path: Path | None) -> None:
        """Show a session that was read; what had to be left out is said."""
        self.window.store.open(session.experiment)
        if session.step is not None:
            self.window.player.place(session.step)
        self.came_from(path)
        if session.messages:
            self.window.status.say("; ".join(session.messages))
        self.name()

    def came_from(self, path: Path | None) -> None:
        """Save there from now on, unless it is a picture or a film, whose place nothing takes."""
        self._origin = path
        self.path = path if path is not None and path.suffix.lower() == SUFFIX else None

    def open_path(self, path: Path) -> bool:
        """Open a file; what is wrong with it is said and nothing changes."""
        if path.suffix.lower() in TABLES:
            shown = self.window.store.experiment
            learning = replace(shown.learning or Learning(), data=str(path), data_hyper=())
            changed = replace(shown, learning=replace(learning, features=(), start=()))
            self.window.store.edit(changed, tr("Open {name}", name=path.name))
            return True
        if surfaces.is_trace(path):
            self.remember(path)
            return self.following.begin(path)
        if not surfaces.is_session(path):
            return self.surfaces.open_path(path)
        try:
            session = read(path)
        except InputError as error:
            QMessageBox.warning(self.window, tr("Open"), str(error))
            return False
        self.show(session, path)
        self.remember(path)
        return True

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        tables = " ".join(f"*{suffix}" for suffix in TABLES)
        samples = " ".join(f"*{suffix}" for suffix in SURFACES)
        kinds = ";;".join(
            (
                tr("Experiments") + f" ({' '.join(f'*{s}' for s in (SUFFIX, *PICTURES))})",
                surface := tr("Surfaces") + f" ({samples})",
                tr("Tables") + f" ({tables})",
                tr("Recorded Trainings") + f" (*{RECORDED})",
                tr("All files") + " (*)",
            )
        )
        name, kind = QFileDialog.getOpenFileName(self.window, tr("Open"), self._folder(), kinds)
        if name and kind == surface:
            self.surfaces.open_path(Path(name))
        elif name:
            self.open_path(Path(name))

    def save(self) -> bool:
        """Save to the file it came from, or ask for one."""
        return self.save_path(self.path) if self.path else self.ask_save()

    def ask_save(self) -> bool:
        """Ask for a name, beside the picture that was opened if there is one, and save."""
        origin, named = self._origin, stem(name_of(self.window.store.experiment))
        beside = origin.with_suffix(SUFFIX) if origin else Path(self._folder()) / (named + SUFFIX)
        name = str(beside.absolute())
        kinds = tr("Experiments") + f" (*{SUFFIX})"
        name, _ = QFileDialog.getSaveFileName(self.window, tr("Save experiment"), name, kinds)
        if not name:
            return False
        path = Path(name)
        if path.suffix.lower() in OTHERS:  # a picture is no place for a session's text
            path = path.with_suffix(SUFFIX)
        elif not path.suffix:
            path = path.with_name(path.name + SUFFIX)
        return self.save_path(path) if str(path) == name or self._replaces(path) else False

    def _replaces(self, path: Path) -> bool:
        """Whether a file of a name that was completed here may be written."""
        if not path.exists():
            return True
        words = tr("{name} exists already. Replace it?", name=path.name)
        asked = QMessageBox.question(self.window, tr("Save"), words)
        return asked == QMessageBox.StandardButton.Yes

    def save_path(self, path: Path) -> bool:
        """Save under a name; the old file stays as it was when that fails."""
        try:
            text = dumps(self.session()).encode()
            replace_file(path, lambda stream: stream.write(text))
        except InputError as error:
            QMessageBox.warning(self.window, tr("Save"), str(error))
            return False
        self.path = self._origin = path
        self.window.store.mark_saved()
        self.window.status.say(tr("Saved {name}", name=path.name))
        self.remember(path)
        self.name()
        return True

    def new(self, experiment: Experiment) -> None:
        """Start with the default experiment, seen as the present one is."""
        old = self.window.store.experiment.view
        view = replace(experiment.view, layout=old.layout, panes=old.panes)
        self.show(Session(replace(experiment, view=view)), None)

    # -- recent files

    def recent(self) -> list[Path]:
        """Files opened or saved lately that are still there, the newest first."""
        stored = self.settings.value("files/recent", [])
        # a list of one comes back from a settings file as a string
        names = [stored] if isinstance(stored, str) else stored
        names = names if isinstance(names, list) else []
        return [path for path in map(Path, names) if path.exists()]

    def remember(self, path: Path) -> None:
        """Put a file in front of those opened lately."""
        path = path.resolve()
        names = [str(p) for p in [path, *(p for p in self.recent() if p != path)]]
        self.settings.setValue("files/recent", names[:RECENT])

    def _folder(self) -> str:
        found = self.recent()
        return str(found[0].parent if found else Path.home())
