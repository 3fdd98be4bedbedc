"""What must not happen while the window is used: it is noted here, with what was done before."""

from __future__ import annotations

import collections
import logging
import os
import sys
import threading
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QtMsgType, qInstallMessageHandler

if TYPE_CHECKING:
    from types import FrameType

PATIENCE = 2.0  # seconds within which the window answers
LAST = 20  # what was done, kept for the report of a fault
LOUD = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg)


def _queued(stat: Path) -> float:
    """Seconds that a thread was ready to run and had no processor; 0 where nobody counts."""
    try:
        return int(stat.read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


class _Errors(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.ERROR)
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        self._watch.fault(f"logged as {record.levelname}: {text}")


class Watch(QObject):
    """Notes faults from where Python and Qt report them, and how long the window was silent."""

    def __init__(self, diary: Path | None = None) -> None:
        """Keep a `diary` of what is done, for the case that the process ends amid it."""
        super().__init__()
        self._diary = diary
        self.faults: list[str] = []
        self.done: collections.deque[str] = collections.deque(maxlen=LAST)
        self.longest = (0.0, "")  # seconds without an answer, and what was done then
        self._stat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._thread = threading.get_ident()
        self._last, self._waited, self._stack = time.monotonic(), _queued(self._stat), ""
        self._over = threading.Event()
        self._kept: tuple[Any, ...] = ()
        self._beats = QTimer(self, interval=20)
        self._beats.timeout.connect(self._beat)

    def fault(self, what: str) -> None:
        """Note a fault."""
        self.faults.append(what)

    def doing(self, what: str) -> None:
        """Note what is done now."""
        self.done.append(what)
        self._write(f"\n{what}")

    def more(self, words: str) -> None:
        """Say more of what is done now."""
        if self.done:
            self.done[-1] += f" {words}"
            self._write(f" {words}")

    def _write(self, text: str) -> None:
        if self._diary is not None:
            with self._diary.open("a", encoding="utf-8") as file:
                file.write(text)

    def start(self) -> None:
        """Begin; whoever listened before is given back its place by `stop`."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
        self._kept = (*before, _Errors(self), qInstallMessageHandler(self._said))
        sys.excepthook = self._raised
        threading.excepthook = lambda given: self._raised(
            given.exc_type, given.exc_value, given.exc_traceback
        )
        sys.unraisablehook = self._unraisable
        warnings.showwarning = self._warned
        logging.getLogger().addHandler(self._kept[4])
        self.forget()
        self._beats.start()
        threading.Thread(target=self._look, name="watch", daemon=True).start()

    def stop(self) -> None:
        """End, and leave everything as it was."""
        self._over.set()
        self._beats.stop()
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._kept[:3]
        warnings.showwarning = self._kept[3]
        logging.getLogger().removeHandler(self._kept[4])
        qInstallMessageHandler(self._kept[5])

    # -- what is reported

    def _raised(self, kind: Any, error: Any, where: Any) -> None:
        self.fault("exception:\n" + "".join(traceback.format_exception(kind, error, where)))

    def _unraisable(self, given: Any) -> None:
        lines = traceback.format_exception(given.exc_type, given.exc_value, given.exc_traceback)
        self.fault(f"unraisable exception in {given.object!r}:\n" + "".join(lines))

    def _warned(self, message: Any, category: Any, file: str, line: int, *_: Any) -> None:
        if "First-class function type" not in str(message):
            stack = "".join(traceback.format_stack(limit=8)[:-1])
            self.fault(f"warning: {category.__name__}: {message} ({file}:{line})\n{stack}")

    def _said(self, kind: QtMsgType, _context: Any, text: str) -> None:
        if kind in LOUD:
            self.fault(f"Qt: {text}\n{''.join(traceback.format_stack(limit=12)[:-1])}")

    # -- how soon the window answers

    def forget(self) -> None:
        """Count from now: what was done just now is no person's doing."""
        self._last, self._waited, self._stack = time.monotonic(), _queued(self._stat), ""

    def _beat(self) -> None:
        own = self._silent()
        if own > self.longest[0]:
            self.longest = own, self.done[-1] if self.done else ""
        if own > PATIENCE:
            self.fault(f"no answer for {own:.1f} s; it was doing:\n{self._stack}")
        self.forget()

    def _silent(self) -> float:
        """Seconds since the last beat, without those spent waiting for a processor."""
        gap = time.monotonic() - self._last
        return gap if gap < 0.1 else gap - (_queued(self._stat) - self._waited)

    def _look(self) -> None:
        """See what the window's thread is at when it has been silent for long."""
        while not self._over.wait(0.1):
            if not self._stack and time.monotonic() - self._last > 0.8 * PATIENCE:
                frame: FrameType | None = sys._current_frames().get(self._thread)
                self._stack = "".join(traceback.format_stack(frame, limit=14))


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
