"""Loads libraries away from the window's thread, which stays free.

Only what does not use Qt: PySide6 makes its classes when they are first asked for, and two threads
that do so at a time end the process now and then.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    Task = Callable[[], None]
log = logging.getLogger(__name__)


class Loader(QObject):
    """Takes things to do one after another; says when each is done."""

    loaded = Signal(str)  # the request's key
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._queue: queue.SimpleQueue[tuple[str, Task] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="loader", daemon=True)
        self._thread.start()

    def load(self, key: str, task: Task) -> None:
        """Call `task` in the loader's thread, then emit `loaded` with the key in the window's."""
        self._queue.put((key, task))

    def close(self) -> None:
        """End the thread after what is under way, and wait for it."""
        self._queue.put(None)
        self._thread.join(10)

    def _loop(self) -> None:
        while (item := self._queue.get()) is not None:
            key, task = item
            try:
                task()
            except Exception as error:  # the thread must outlive it, and the window say it
                log.exception("a view cannot be loaded")
                words = tr("the {key} panel cannot be loaded: {error}", key=key, error=error)
                self.failed.emit(words)
                continue
            self.loaded.emit(key)
