"""A short piece of the soak, and that it would notice what it watches for."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication, QMessageBox
from soak.deeds import DEEDS
from soak.drive import Soak
from soak.hand import Hand
from soak.watch import PATIENCE, Watch
from test_window import close, open_window

from explorer.gui.launch import Launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = open_window(Launch(qapp, None, None, "light"), qtbot)
    usual = made.taste.now
    yield made
    # what was chosen by chance would be there in the tests that follow
    made.taste.prefer(**{field.name: getattr(usual, field.name) for field in fields(usual)})
    made.choose_theme("light")
    made.documents.settings.remove("files/recent")
    close(made)


def test_forty_things_done_by_chance_break_nothing(
    launch: Launch, qtbot: QtBot, tmp_path: Path
) -> None:
    soak = Soak(launch, 13, 40, tmp_path, read_memory=False)
    with qtbot.waitSignal(soak.finished, timeout=120_000):
        soak.start()
    assert not soak.watch.faults, soak.report()
    assert soak.number == 40
    assert len({line.split()[1] for line in soak.watch.done}) > 5  # of many kinds


def raised() -> None:
    QTimer.singleShot(0, lambda: 1 / 0)  # type: ignore[arg-type, return-value]


def raised_on_a_thread() -> None:
    def work() -> None:
        raise ValueError("on a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def logged() -> None:
    try:
        raise ValueError("logged")
    except ValueError:
        logging.getLogger("explorer").exception("it failed")


def unraisable() -> None:
    class Bad:
        def __del__(self) -> None:
            raise ValueError("unraisable")

    Bad()


FAULTS = {
    "division by zero": raised,
    "on a thread": raised_on_a_thread,
    "logged": logged,
    "unraisable": unraisable,
    "a warning of Qt": lambda: qWarning("a warning of Qt"),
    "a warning of Python": lambda: warnings.warn("a warning of Python", stacklevel=1),
    "no answer": lambda: QTimer.singleShot(0, lambda: time.sleep(PATIENCE + 0.2)),
}


@pytest.mark.parametrize("said", FAULTS)
def test_the_watch_notices(said: str, qtbot: QtBot, qapp: QApplication) -> None:
    watch = Watch()
    watch.start()
    try:
        qtbot.wait(60)
        assert not watch.faults
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            # what was put in the way of Python's own words is kept by `catch_warnings`
            warnings.showwarning = watch._warned
            FAULTS[said]()
            qtbot.wait(100)
        qtbot.waitUntil(lambda: bool(watch.faults), timeout=9000)
    finally:
        watch.stop()
    assert said in watch.faults[0]


def test_a_lost_session_is_noticed(
    launch: Launch, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = launch.window.store
    store.edit(replace(store.experiment, start=(1.0, 2.0)), "Move start")
    hand = Hand(launch, Watch(), tmp_path)
    hand.begin("1")
    for name in ("save_and_open", "undo_all"):
        deed: Callable[..., Iterator[int]] = next(d for d in DEEDS if d.__name__ == name)
        for pause in deed(hand):
            qtbot.wait(pause)
        assert not hand.watch.faults
    assert store.undo_name
    monkeypatch.setattr(store, "redo", lambda: None)
    for pause in deed(hand):
        qtbot.wait(pause)
    assert "undone and done again" in hand.watch.faults[0]


def test_a_complaint_of_the_window_is_noticed(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    hand = Hand(launch, Watch(), tmp_path)
    hand.start()
    QMessageBox.warning(launch.window, "Open", "it is broken")
    hand.stop()
    qtbot.wait(100)
    assert "it is broken" in hand.watch.faults[0]
