"""What a script that opens a window tells of it: first paint, repaints, gaps, memory.

Imports nothing but Qt, so that it costs the windows compared alike.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

BEGUN = float(os.environ.get("BENCHMARK_BEGUN", "0"))


def wish() -> dict[str, Any]:
    """What the benchmark asked for."""
    return dict(json.loads(os.environ["BENCHMARK_WISH"]))


def tell(**found: Any) -> None:
    """Write the report."""
    Path(os.environ["BENCHMARK_REPORT"]).write_text(json.dumps(found), encoding="utf-8")


def since_start() -> float:
    """Milliseconds since this process was asked for, by the clock of the one that asked."""
    return (time.monotonic() - BEGUN) * 1e3


def _queued(path: Path) -> int:
    return int(path.read_text(encoding="ascii").split()[1])


class Heartbeat(QObject):
    """Beats every millisecond; keeps how long the event loop let it wait.

    Of each gap it also keeps how much of it this thread was ready to run but had no processor,
    which on a busy machine says nothing about us. With a file to write to, stacks of all threads
    are dumped there whenever a gap passes `limit`.
    """

    def __init__(self, limit: float = 50.0) -> None:
        super().__init__()
        self.gaps: list[tuple[float, float, float]] = []  # when, gap, of it queued: ms
        self._stat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = None
        if name := os.environ.get("BENCHMARK_STACKS"):
            self._file = open(name, "a", encoding="utf-8")  # noqa: SIM115
        self._limit = limit / 1e3
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._last, self._queued = time.perf_counter(), _queued(self._stat)
        self._timer.start()
        self.pauses: list[float] = []  # of garbage collection, ms
        self._collecting = 0.0
        gc.callbacks.append(self._collect)

    def _collect(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._collecting = time.perf_counter()
        else:
            self.pauses.append((time.perf_counter() - self._collecting) * 1e3)

    def _beat(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1e3
        if gap > 5.0:
            queued = _queued(self._stat)
            self.gaps.append((since_start(), gap, (queued - self._queued) / 1e6))
        if self._file is not None:
            if gap > self._limit * 1e3:
                print(f"-- the gap above: {gap:.1f} ms at {since_start():.0f} ms", file=self._file)
                self._file.flush()
            faulthandler.dump_traceback_later(self._limit * 0.8, file=self._file)
        self._queued = _queued(self._stat)
        self._last = time.perf_counter()

    def worst(self) -> tuple[float, float]:
        """The longest gap in ms, and the longest without time spent waiting for a processor."""
        if not self.gaps:
            return 0.0, 0.0
        return max(g for _, g, _ in self.gaps), max(g - q for _, g, q in self.gaps)

    def forget(self) -> None:
        """Start counting afresh."""
        self.gaps.clear()
        self.pauses.clear()
        self._last, self._queued = time.perf_counter(), _queued(self._stat)


class FirstPaint(QObject):
    """Calls back with the milliseconds since the start, right after a widget's first paint."""

    def __init__(self, widget: QWidget, done: Callable[[float], None]) -> None:
        super().__init__(widget)
        self._done, self._seen = done, False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._seen:
            self._seen = True
            QTimer.singleShot(0, lambda: self._done(since_start()))
        return False


class Repaints(QObject):
    """Times each repaint of a window: all its widgets, and their way to the screen."""

    def __init__(self, window: QWidget, done: Callable[[float, float], None]) -> None:
        super().__init__(window)
        self._window, self._done, self._inside = window, done, False
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or self._inside:
            return False
        self._inside = True
        begun = time.perf_counter()
        watched.event(event)
        ended = time.perf_counter()
        self._inside = False
        self._done(begun, ended)
        return True


def in_window(prepare: Callable[[QApplication, Any], None], arguments: list[str]) -> None:
    """Start the program as its command does.

    `prepare(app, launch)` is called where it would begin to answer events, after the window was
    asked to show.
    """
    import sys

    from PySide6.QtWidgets import QApplication

    # `exec` is all that the program calls between showing its window and ending
    plain = QApplication.exec

    def run(*_: Any) -> int:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        # a local name of the function that is just about to hand over to Qt
        prepare(app, sys._getframe(1).f_locals["launch"])
        return plain()

    QApplication.exec = run  # type: ignore[method-assign]
    from explorer.cli import main

    main(arguments)


def memory() -> dict[str, float]:
    """Resident, proportional and private memory of this process in MB."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    sizes = {w[0]: int(w[1]) / 1024 for line in text.splitlines()[1:] if (w := line.split())}
    private = sizes["Private_Clean:"] + sizes["Private_Dirty:"]
    return {"rss": sizes["Rss:"], "pss": sizes["Pss:"], "private": private}
