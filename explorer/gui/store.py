"""Keeps the experiment and its history: the one place where the user's wish lives.

Values are frozen, so undo is a list of them. A drag is one entry: edits that carry the same key,
without another in between and within a moment of each other, are folded into one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.experiment import place_of
from explorer.core.language import tr

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment, View

DEPTH = 500
MOMENT = 1.0  # seconds: a pause longer than this ends a gesture


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be undone: what it was called, and the experiment before it."""

    name: str
    before: Experiment


class Store(QObject):
    """The experiment, its undo and redo lists, and whether it was saved since it last changed."""

    changed = Signal(object, object)  # old, new
    history = Signal()

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.experiment = experiment
        self._undo: list[Entry] = []
        self._redo: list[Entry] = []
        self._key = ""
        self._time = 0.0
        self.in_gesture = False  # whether the last edit went on with the one before
        self._saved = experiment

    def edit(self, new: Experiment, name: str, key: str = "") -> None:
        """Take a changed experiment; `name` is what undo calls it, `key` folds a gesture."""
        if new == self.experiment:
            return
        now = time.monotonic()
        folded = key and key == self._key and now - self._time < MOMENT and self._undo
        if not folded:
            self._undo = [*self._undo[-DEPTH:], Entry(name, self.experiment)]
        self._key, self._time = key, now
        self.in_gesture = bool(folded)
        self._redo.clear()
        self._set(new)

    def look(self, view: View) -> None:
        """Change how the picture is framed: kept in files, but nothing to undo."""
        if view != self.experiment.view:
            self.in_gesture = False
            self._set(replace(self.experiment, view=view))

    def amend(self, new: Experiment) -> None:
        """Take what came by itself, as of a file that grows: kept in files, but nothing to undo."""
        if new != self.experiment:
            self.in_gesture = False
            self._set(new)

    def open(self, experiment: Experiment) -> None:
        """Start afresh with another experiment; the present one can be undone back to."""
        self.edit(experiment, tr("Open"))
        self._saved = self.experiment

    @property
    def undo_name(self) -> str:
        """What undo would take back, or nothing."""
        return self._undo[-1].name if self._undo else ""

    @property
    def redo_name(self) -> str:
        """What redo would bring back, or nothing."""
        return self._redo[-1].name if self._redo else ""

    def undo(self) -> None:
        """Take back the last edit; does nothing when there is none."""
        self._swap(self._undo, self._redo)

    def redo(self) -> None:
        """Bring back what was taken back last; does nothing when there is none."""
        self._swap(self._redo, self._undo)

    @property
    def done(self) -> tuple[str, ...]:
        """What undo would take back, the latest first."""
        return tuple(entry.name for entry in reversed(self._undo))

    @property
    def undone(self) -> tuple[str, ...]:
        """What redo would bring back, the next first."""
        return tuple(entry.name for entry in reversed(self._redo))

    def undo_many(self, count: int) -> None:
        """Take back that many edits; bring back as many where it is below 0. Shown once."""
        self.blockSignals(True)
        before = self.experiment
        for _ in range(abs(count)):
            (self.undo if count > 0 else self.redo)()
        self.blockSignals(False)
        if self.experiment != before:
            self.changed.emit(before, self.experiment)
        self.history.emit()

    def _swap(self, take: list[Entry], give: list[Entry]) -> None:
        if not take:
            return
        entry = take.pop()
        self.in_gesture = False
        give.append(Entry(entry.name, self.experiment))
        self._key = ""
        # how the picture is framed is not part of what is undone, unless the landscape changes
        same = place_of(entry.before) == place_of(self.experiment)
        self._set(replace(entry.before, view=self.experiment.view) if same else entry.before)

    @property
    def dirty(self) -> bool:
        """Whether it changed since it was last saved."""
        return self.experiment != self._saved

    def mark_saved(self) -> None:
        """Remember that the present experiment is on disk."""
        self._saved = self.experiment
        self.history.emit()

    def _set(self, new: Experiment) -> None:
        old, self.experiment = self.experiment, new
        self.changed.emit(old, new)
        self.history.emit()
