"""Short work with files, away from the window's thread: a disk that is busy takes its time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


class Chores(QObject):
    """Does one thing after another; what is made of it, or went wrong, comes back as a Future."""

    _over = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="files")
        # later, even where the task was over before anyone could be told on its thread
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def do(self, task: Callable[[], Any], done: Callable[[Future[Any]], None]) -> None:
        """Call `task` on the thread, then `done` with its Future on the window's."""
        self._pool.submit(task).add_done_callback(lambda future: self._over.emit(done, future))

    def _tell(self, done: Callable[[Future[Any]], None], future: Future[Any]) -> None:
        done(future)

    def close(self) -> None:
        """Wait for what is under way; take nothing more."""
        self._pool.shutdown()
