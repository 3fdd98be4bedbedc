"""Follows a training's trace file while it grows: its path is a run that gets longer by itself.

Whether there is anything new is asked of the file's size and time, in microseconds; what is new is
read and packed on a thread. Nothing of it is put among what can be undone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.core import recorded
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import MAX_RUNS
from explorer.core.language import tr

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from explorer.core.experiment import Experiment
    from explorer.core.tracefile import Follower
    from explorer.core.traceformat import Records

    from .chores import Chores
    from .window import Window

POLL = 250  # milliseconds between two looks at the file
_SHARE = 10  # reading and packing take at most one part in so many of the time
_AT_ONCE = 64  # pieces of some megabytes read before the picture follows


@dataclass(slots=True)
class _File:
    """A file that is followed, and what was read of it."""

    path: Path
    follower: Follower
    held: list[Records] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Came:
    """What a look at a file brought: the path's key, empty without a step, and its last step."""

    key: str
    dimension: int
    step: int
    restarted: bool
    ended: bool
    trouble: str
    seconds: float


def _read(file: _File) -> _Came:
    """Read what is new; InputError, one line, where it is no path on a plane."""
    from explorer.core.tracefile import Recording, joined

    begun, restarted, trouble = time.monotonic(), False, ""
    for _ in range(_AT_ONCE):
        news = file.follower.poll()
        restarted = restarted or news.restarted
        trouble = news.trouble
        if news.restarted:
            file.held.clear()
        if news.records is None:
            break
        file.held.append(news.records)
        if not news.records.steps.size:
            break
    key, dimension, step, ended = "", 0, 0, False
    if file.held:
        assert file.follower.header is not None
        file.held[:] = [joined(file.held)]
        records = file.held[0]
        ended = records.ended
        path = Recording(str(file.path), file.follower.header, records, ()).recorded()
        dimension = path.points.shape[1]
        if len(path.points):
            key, step = recorded.pack(path), int(records.steps[-1])
            catalog().optimizer(key)  # so that nobody waits for it on the window's thread
    trouble = trouble.replace(str(file.path), file.path.name)
    took = time.monotonic() - begun
    return _Came(key, dimension, step, restarted, ended, trouble, took)


class Following(QObject):
    """Keeps one run as long as the file it is read from."""

    def __init__(self, window: Window, chores: Chores) -> None:
        super().__init__(window)
        self.window, self._chores = window, chores
        self.by_itself = False  # whether the experiment is being changed by it just now
        self._file: _File | None = None
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._look)
        self._forget()
        window.closing.connect(self._leave)

    def _forget(self) -> None:
        self._key, self._trouble = "", ""
        # undo and cards may bring back the path as it was a while ago: it is known again by these
        self._issued: set[int] = set()
        self._sign: object = None
        self._working, self._due = False, 0.0

    @property
    def name(self) -> str:
        """The file that is followed, empty where there is none."""
        return self._file.path.name if self._file else ""

    def begin(self, path: Path) -> bool:
        """Follow a file from now on, in place of another; what is wrong with it is said."""
        from explorer.core.tracefile import Follower

        experiment = self.window.store.experiment
        if experiment.learning is not None:
            self.window.status.say(
                tr("{name} is drawn on a landscape: leave the model first", name=path.name)
            )
            return False
        self._leave()
        self._forget()
        self._file = _File(path, Follower(path))
        self._timer.start()
        self._look()
        return True

    def stop(self) -> None:
        """Follow no longer; the path stays as it is."""
        if self._file is None:
            self.window.status.say(tr("No file is followed"))
            return
        self._end(tr("{name} is not followed any more", name=self.name))

    def kept(self, experiment: Experiment) -> Experiment:
        """An experiment on a surface that was opened beside the file, with its path."""
        if self._file is None or not self._key:
            return experiment
        path = catalog().optimizer(self._key).recorded
        fits = path.points.shape[1] == len(experiment.start)
        at = self._at(self.window.store.experiment)
        if at is None or not fits or len(experiment.runs) >= MAX_RUNS:
            return experiment
        run = self.window.store.experiment.runs[at]
        return replace(experiment, runs=(*experiment.runs, run))

    def _leave(self) -> None:
        """Let go of the file."""
        self._timer.stop()
        self._file = None

    def _end(self, words: str) -> None:
        self._leave()
        self.window.status.followed("")
        self.window.status.say(words)

    def _at(self, experiment: Experiment) -> int | None:
        """Which run it is."""
        keys = [run.optimizer for run in experiment.runs]
        return next((i for i, key in enumerate(keys) if hash(key) in self._issued), None)

    def _look(self) -> None:
        """Ask whether there is anything new, which is little work where there is nothing."""
        file = self._file
        if file is None or self._working:
            return
        if self._key:
            if self._at(self.window.store.experiment) is None:
                self._end(tr("{name} is not followed any more", name=self.name))
                return
            self._bring()
        try:
            found = file.path.stat()
            sign: object = found.st_ino, found.st_size, found.st_mtime_ns
        except OSError:
            sign = "none"
        if sign == self._sign and not file.follower.more:
            return
        if time.monotonic() < self._due:
            return
        self._sign, self._working = sign, True
        self._chores.do(partial(_read, file), partial(self._came, file))

    def _came(self, file: _File, future: Future[_Came]) -> None:
        if file is not self._file:
            return
        self._working = False
        try:
            came = future.result()
        except InputError as error:
            self._end(str(error).replace(str(file.path), file.path.name))
            return
        self._due = time.monotonic() + _SHARE * came.seconds
        if came.dimension and not self._fits(came.dimension):
            return
        if came.trouble and came.trouble != self._trouble:
            self.window.status.say(came.trouble)
        elif came.restarted:
            self.window.status.say(tr("{name} began anew", name=self.name))
        self._trouble = came.trouble
        self._tell(came)
        if came.key and came.key != self._key:
            first, self._key = not self._key, came.key
            self._issued.add(hash(came.key))
            if first:
                self._add()
            else:
                self._bring()

    def _fits(self, dimension: int) -> bool:
        """Whether the path can be drawn here; if not, that is said and the file left."""
        shown = catalog().landscape(self.window.store.experiment.landscape)
        if dimension == shown.dimension:
            return True
        self._end(
            tr("{name} has {dimension} coordinate(s) a point: {landscape} has {needed}",
               name=self.name, dimension=dimension, landscape=shown.title,
               needed=shown.dimension)
        )  # fmt: skip
        return False

    def _tell(self, came: _Came) -> None:
        told = {"name": self.name, "step": came.step}
        if not came.key:
            words = tr("following {name}, no step so far", name=self.name)
        elif came.ended:
            words = tr("{name} ended at step {step}", **told)
        else:
            words = tr("following {name}, step {step}", **told)
        self.window.status.followed(words)

    def _add(self) -> None:
        """Put the path in as a run, which can be undone like any other."""
        store = self.window.store
        path = catalog().optimizer(self._key).recorded
        runs, said = recorded.joined(store.experiment.runs, [path])
        if said:
            self._end(said[0])
            return
        store.edit(replace(store.experiment, runs=runs), tr("Follow {name}", name=self.name))

    def _bring(self) -> None:
        """Bring the run up to date."""
        store = self.window.store
        runs, at = store.experiment.runs, self._at(store.experiment)
        if at is None or runs[at].optimizer == self._key:
            return
        grown = replace(runs[at], optimizer=self._key)
        self.by_itself = True
        store.amend(replace(store.experiment, runs=(*runs[:at], grown, *runs[at + 1 :])))
        self.by_itself = False
