"""Copies a run as code, or all runs as a command line, and says so in the status bar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from explorer.core import commandline
from explorer.core.catalog import entries
from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.naming import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .actions import Actions
    from .window import Window


def add_copies(actions: Actions) -> None:
    """Put the submenu that copies the chosen run as code, and the command line, in Run."""
    window = actions.window
    submenu = actions.menus["Run"].addMenu(tr("Copy Code"))
    submenu.setToolTipsVisible(True)

    def fill() -> None:
        submenu.clear()
        for key, target in entries("explorer.handover").items():
            action = submenu.addAction(target.title)
            action.setStatusTip(
                tr("Copy a program that repeats the chosen run in {target}", target=target.title)
            )
            action.triggered.connect(lambda *_, k=key: copy_chosen(window, k))

    # late: the targets are read when first asked for, not before the first paint
    submenu.aboutToShow.connect(fill)
    tip = tr("Copy the command that gives the same runs in a terminal")
    actions.add("Run", tr("Copy Command Line"), "", partial(copy, window, 0, ""), tip)


def palette_entries(window: Window) -> Iterator[tuple[str, Callable[[], None]]]:
    """What the command palette calls these copies, and what each does."""
    for key, target in entries("explorer.handover").items():
        words = tr("Copy Code: {target}", target=target.title)
        yield words, partial(copy_chosen, window, key)


def copy_chosen(window: Window, key: str) -> None:
    """Copy the chosen run's code for a target."""
    copy(window, window.frame.selected, key)


def copy(window: Window, at: int, key: str) -> None:
    """Put the code of the run at an index for a target on the clipboard; for "", the command line.

    What cannot be written down is said in the status bar instead, and the clipboard left alone.
    """
    experiment = window.store.experiment
    try:
        if not key:
            QApplication.clipboard().setText(commandline.line(experiment))
            window.status.say(tr("Command line copied"))
            return
        if experiment.learning is not None:
            raise InputError(tr("no code for a model that is trained: it is for test functions"))
        from explorer.core.plan import resolve

        target = entries("explorer.handover")[key]
        QApplication.clipboard().setText(target.code(resolve(experiment), at))
    except InputError as error:
        window.status.say(str(error))
        return
    name = names(experiment.runs)[at]
    window.status.say(tr("{run} copied as code: {target}", run=name, target=target.title))
