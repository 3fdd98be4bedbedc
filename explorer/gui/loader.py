"""Imports what views and the engine need away from the window's thread, which stays free."""

from __future__ import annotations

import importlib
import logging
import queue
import threading

from PySide6.QtCore import QObject, Signal

log = logging.getLogger(__name__)


class Loader(QObject):
    """Takes names of modules; says when all of a request are imported."""

    loaded = Signal(str)  # the request's key
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._queue: queue.SimpleQueue[tuple[str, tuple[str, ...]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="loader", daemon=True)
        self._thread.start()

    def load(self, key: str, modules: tuple[str, ...]) -> None:
        """Import modules, then emit `loaded` with the key in the window's thread."""
        self._queue.put((key, modules))

    def close(self) -> None:
        """End the thread after what is under way, and wait for it."""
        self._queue.put(None)
        self._thread.join(10)

    def _loop(self) -> None:
        while (item := self._queue.get()) is not None:
            key, modules = item
            try:
                for name in modules:
                    importlib.import_module(name)
            except Exception as error:  # the thread must outlive it, and the window say it
                log.exception("a view cannot be loaded")
                self.failed.emit(f"the {key} panel cannot be loaded: {error}")
                continue
            self.loaded.emit(key)
