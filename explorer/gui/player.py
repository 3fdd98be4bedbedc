"""The cursor: a step that plays, scrubs and steps over finished traces, both ways."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

TICK = 16  # milliseconds, one frame
BASE = 60.0  # steps a second at speed 1
SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Player(QObject):
    """Holds the cursor's step, from 0 to `length`. The engine has no part in it."""

    moved = Signal(int)
    playing = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.length = 0
        self.speed = 1.0
        self._at = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)

    @property
    def step(self) -> int:
        """Where the cursor is."""
        return int(self._at)

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def set_length(self, length: int) -> None:
        """Take the length of new traces; a cursor at the end stays at the end."""
        at_end = self.step >= self.length and not self.is_playing
        self.length = length
        self.go(length if at_end else min(self.step, length))

    def place(self, step: int) -> None:
        """Put the cursor where a file has it, before the traces are there that it belongs to."""
        # one less than all there is: a cursor at the end would follow the end
        self.length = max(self.length, step + 1)
        self.go(step)

    def go(self, step: int) -> None:
        """Move the cursor, within what there is."""
        step = min(max(step, 0), self.length)
        changed = step != self.step
        self._at = float(step)
        if changed:
            self.moved.emit(step)

    def toggle(self) -> None:
        """Play, from the start when at the end; or pause."""
        if self.is_playing:
            self.pause()
            return
        if self.step >= self.length:
            self.go(0)
        self._last = time.perf_counter()
        self._timer.start()
        self.playing.emit(True)

    def pause(self) -> None:
        """Stop where it is."""
        if self.is_playing:
            self._timer.stop()
            self.playing.emit(False)

    def _tick(self) -> None:
        now = time.perf_counter()
        before = self.step
        self._at = min(self._at + (now - self._last) * BASE * self.speed, float(self.length))
        self._last = now
        if self.step != before:
            self.moved.emit(self.step)
        if self.step >= self.length:
            self.pause()
