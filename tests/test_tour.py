"""The tour: once, where it is wanted, beside what it points at, and out of the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core import defaults
from explorer.core.session import Session
from explorer.gui import preferences
from explorer.gui.launch import Launch
from explorer.gui.tour import STEPS, Tour
from explorer.widgets import fonts
from tests.test_window import close, drag, open_window, panes, pixel, settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Folders of this test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("EXPLORER_NO_TOUR", raising=False)
    return tmp_path


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = Launch(qapp, None, None, "")
    yield open_window(made, qtbot)
    close(made)
    qapp.setFont(fonts.font())


def tour_of(launch: Launch) -> Tour | None:
    found = [tour for tour in launch.window.findChildren(Tour) if tour.isVisible()]
    return found[0] if found else None


def part(launch: Launch, key: str) -> QRect:
    """Where a part of the window is."""
    window = launch.window
    parts: dict[str, QWidget] = {**window.arrangement.docks, **window.arrangement.panels}
    widget = {"transport": window.transport, "menu": window.menuBar(), **parts}[key]
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def test_a_first_start_shows_it_and_the_next_does_not(launch: Launch, qtbot: QtBot) -> None:
    launch.welcome()
    tour = tour_of(launch)
    assert tour is not None
    assert launch.taste.now.toured
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert tour_of(launch) is None
    launch.welcome()
    assert tour_of(launch) is None
    launch.taste.close()
    assert preferences.load().preferences.toured


def test_it_stays_away_from_one_who_is_at_work(launch: Launch) -> None:
    launch.window.toggle_run(0)
    launch.welcome()
    assert tour_of(launch) is None
    assert not launch.taste.now.toured  # another time, then


def test_it_stays_away_where_it_is_unwanted(
    launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_NO_TOUR", "1")
    launch.welcome()
    assert tour_of(launch) is None
    monkeypatch.delenv("EXPLORER_NO_TOUR")
    launch._session = Session(defaults.experiment())
    launch.welcome()
    assert tour_of(launch) is None
    launch._session = None
    launch.welcome()
    assert tour_of(launch) is not None


START = """
import sys
from PySide6.QtCore import QTimer
from explorer.gui import app, launch
from explorer.cli import main
shown = []
class Launch(launch.Launch):
    def __init__(self, *given):
        super().__init__(*given)
        self.idle.connect(lambda: QTimer.singleShot(300, self.window.close))
    def welcome(self):
        super().welcome()
        from explorer.gui.tour import Tour
        shown.append(any(t.isVisible() for t in self.window.findChildren(Tour)))
launch.Launch = Launch
main(sys.argv[1:])
print("tour" if any(shown) else "no tour")
"""


@pytest.mark.parametrize(
    ("arguments", "stored", "unwanted", "said"),
    [
        ([], {}, "", "tour"),
        ([], {"toured": True}, "", "no tour"),
        ([], {}, "1", "no tour"),
        (["--theme", "light"], {}, "", "no tour"),
    ],
)
def test_a_real_start(
    arguments: list[str], stored: dict[str, bool], unwanted: str, said: str, home: Path
) -> None:
    preferences.place().parent.mkdir(parents=True)
    preferences.place().write_text(json.dumps(stored), encoding="utf-8")
    environment = {**os.environ, "EXPLORER_NO_TOUR": unwanted}
    done = subprocess.run(
        [sys.executable, "-c", START, *arguments],
        env=environment, capture_output=True, text=True, timeout=180, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[-2] == said, done.stderr


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize("size", [(1280, 700), (1700, 1000)])
def test_every_step_points_at_its_part_and_can_be_read(
    launch: Launch, qtbot: QtBot, size: tuple[int, int], percent: int
) -> None:
    window = launch.window
    window.showNormal()
    window.resize(*size)
    launch.taste.prefer(text=percent)
    qtbot.wait(300)
    launch.actions.actions["Tour"].trigger()
    for number, step in enumerate(STEPS):
        tour = tour_of(launch)
        assert tour is not None
        qtbot.wait(50)
        assert tour.step == number
        card = tour.card
        assert window.rect().contains(card.geometry())
        assert card.title.text() == step.title
        assert card.words.height() >= card.words.heightForWidth(card.words.width())
        for label in (card.title, card.count):
            assert label.width() >= label.sizeHint().width()
        for button in (card.skip, card.back, card.next):
            assert button.width() >= button.minimumSizeHint().width()
            assert card.rect().contains(button.geometry())
        assert tour._hole.contains(part(launch, step.at[0]).intersected(window.rect()))
        # what is pointed at can be used, but for what the card covers
        ring = fonts.px(tour, 2)
        free = QRegion(tour._hole.adjusted(ring, ring, -ring, -ring)) - QRegion(card.geometry())
        used = QRegion(part(launch, step.at[0])) & free
        area = sum(one.width() * one.height() for one in used)
        whole = part(launch, step.at[0])
        assert area > 0.75 * whole.width() * whole.height()
        assert tour.mask().intersected(used).isEmpty()
        # above all else: nothing that was brought to the front lies over the veil
        veiled = 0
        for key, dock in window.arrangement.docks.items():
            at = part(launch, key).center()
            bare = not tour._hole.contains(at) and not card.geometry().contains(at)
            if dock.isVisible() and window.rect().contains(at) and bare:
                assert window.childAt(at) is tour, key
                veiled += 1
        assert veiled or percent == 200  # there the hole and the card may take it all
        assert window.childAt(card.geometry().center()) in {card, *card.findChildren(QWidget)}
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert tour_of(launch) is None


def test_buttons_and_keys_lead_on_and_back(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    step = window.player.step
    launch.actions.actions["Tour"].trigger()
    tour = tour_of(launch)
    assert tour is not None
    assert not tour.card.back.isEnabled()
    qtbot.mouseClick(tour.card.next, LEFT)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert tour.step == 2
    qtbot.mouseClick(tour.card.back, LEFT)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert tour.step == 0
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert tour.step == 0
    assert window.player.step == step  # the window's own arrow keys rest
    for _ in STEPS[1:]:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert tour.card.next.text() == "Done"
    qtbot.mouseClick(tour.card.next, LEFT)
    assert tour_of(launch) is None
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert window.player.step == step - 1  # and work again


def test_skip_ends_it(launch: Launch, qtbot: QtBot) -> None:
    launch.actions.actions["Tour"].trigger()
    tour = tour_of(launch)
    assert tour is not None
    qtbot.mouseClick(tour.card.skip, LEFT)
    assert tour_of(launch) is None
    assert launch.taste.now.toured


def test_the_start_can_be_dragged_while_it_is_pointed_at(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    launch.actions.actions["Tour"].trigger()
    (pane,) = panes(window)
    before = window.store.experiment.start
    at = pane.mapTo(window, pixel(pane, *before))
    assert window.childAt(at) is pane  # the veil has a hole there
    drag(pane, pixel(pane, *before), pixel(pane, 1.0, 1.0))
    settled(window, qtbot)
    assert window.store.experiment.start != before
    tour = tour_of(launch)
    assert tour is not None
    qtbot.keyClick(window, Qt.Key.Key_Escape)  # wherever the focus is
    assert tour_of(launch) is None


def test_closing_the_window_ends_it(qtbot: QtBot, qapp: QApplication) -> None:
    made = Launch(qapp, None, None, "")
    open_window(made, qtbot)
    made.actions.actions["Tour"].trigger()
    close(made)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert preferences.load().preferences.toured
