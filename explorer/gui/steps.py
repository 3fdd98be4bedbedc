"""Long work on the window's thread, a little an event, so that the window answers in between."""

from __future__ import annotations

import importlib
import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)
SLICE = 0.004  # seconds an event may take before the next piece waits for another
# Milliseconds until the next piece. Not 0: such events are all handled in one turn of the loop,
# those that are added meanwhile too, and neither a mouse nor a repaint comes in between.
SOON = 1
QT = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg")


def in_steps(
    owner: QObject, work: Iterator[None], done: Callable[[], None], failed: Callable[[str], None]
) -> None:
    """Go through `work` over as many events as it takes, then call `done`; ends with its owner.

    Where it raises, `failed` is called with what is wrong.
    """

    def go() -> None:
        until = time.perf_counter() + SLICE
        try:
            for _ in work:
                if time.perf_counter() >= until:
                    QTimer.singleShot(SOON, owner, go)
                    return
        except Exception as error:  # a part of the window is missing then: say so, and go on
            log.exception("a part of the window cannot be loaded")
            failed(tr("a part of the window cannot be loaded: {error}", error=error))
            return
        done()

    QTimer.singleShot(SOON, owner, go)


def paint_later(widget: QWidget) -> None:
    """Have a widget that was just changed painted with an event of its own."""
    widget.setUpdatesEnabled(False)
    QTimer.singleShot(SOON, widget, lambda: widget.setUpdatesEnabled(True))


def importing(modules: Iterable[str]) -> Iterator[None]:
    """Import modules, one a piece."""
    for name in modules:
        importlib.import_module(name)
        yield


def knowing_qt() -> Iterator[None]:
    """Ask for every class of Qt, one a piece.

    PySide6 makes them when they are first asked for. pyqtgraph asks for all of them when it is
    imported; if that is on another thread while this one needs a new class too, the program ends.
    """
    for module in map(importlib.import_module, QT):
        for name in dir(module):
            getattr(module, name)
            yield
