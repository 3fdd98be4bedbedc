"""The command palette, the history and the sheet of keys, by keys and mouse in the real window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core.catalog import catalog
from explorer.gui import finding
from explorer.gui.fuzzy import ABOUT, APART, BEGINNING, INITIALS, INSIDE, WORD, Match, match
from explorer.gui.palette import Entry, Palette, found
from explorer.gui.shortcuts import Shortcuts, groups
from tests.test_window import close, open_window, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from explorer.gui.launch import Launch

CONTROL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    from explorer.gui.launch import Launch

    made = Launch(qapp, None, None, "light")
    made.settings.remove(finding.RECENT)
    yield open_window(made, qtbot)
    close(made)


# -- matching


@pytest.mark.parametrize(
    ("query", "name", "rank"),
    [
        ("", "Open", BEGINNING),
        ("op", "Open", BEGINNING),
        ("OPEN", "Open", BEGINNING),
        ("go to ros", "Go to Rosenbrock", BEGINNING),
        ("ros", "Go to Rosenbrock", WORD),
        ("to ros", "Go to Rosenbrock", WORD),
        ("sbs", "Side by Side or Overlay", INITIALS),
        ("goros", "Go to Rosenbrock", INITIALS),
        ("sisi", "Side by Side or Overlay", INITIALS),
        ("brock", "Go to Rosenbrock", INSIDE),
        ("rsbk", "Go to Rosenbrock", APART),
        ("xyz", "Go to Rosenbrock", None),
        ("kcor", "Go to Rosenbrock", None),
        ("banana valley", "Go to Rosenbrock", ABOUT),
    ],
)
def test_the_rank_of_a_match(query: str, name: str, rank: int | None) -> None:
    hit = match(query, name, "a valley bent like a banana")
    assert (hit.rank if hit else None) == rank
    letters = "".join(query.casefold().split())
    if hit and rank not in (ABOUT, None) and query:
        # the marks spell the query, in order, at most with its spaces between
        marked = "".join(name[i] for i in hit.marks).casefold()
        assert "".join(marked.split()) == letters
        assert list(hit.marks) == sorted(set(hit.marks))


@given(st.text("abc d", max_size=6), st.text("abcd ", max_size=14))
def test_letters_in_order_are_found_and_nothing_else_is(query: str, name: str) -> None:
    letters = "".join(query.split())
    rest = iter(name)
    in_order = all(letter in rest for letter in letters)
    hit = match(query, name)
    if hit is not None:
        assert in_order
        if hit.rank in (INITIALS, APART):
            assert "".join(name[i] for i in hit.marks) == letters
    elif in_order:
        # only letters that are far apart are left out, and short names have no room for that
        assert len(name) > 5 * len(letters)


@given(st.text("ab", min_size=1, max_size=4), st.text("ab", min_size=1, max_size=9))
def test_letters_apart_are_as_close_as_they_can_be(query: str, name: str) -> None:
    from itertools import combinations

    from explorer.gui.fuzzy import _apart

    spans = [
        at[-1] - at[0]
        for at in combinations(range(len(name)), len(query))
        if "".join(name[i] for i in at) == query
    ]
    places = _apart(query, name)
    assert (places is None) == (not spans)
    if places is not None:
        assert "".join(name[i] for i in places) == query
        assert places[-1] - places[0] == min(spans)


def names(entries: list[Entry], query: str, last: tuple[str, ...] = ()) -> list[str]:
    return [entry.name for entry, _ in found(entries, query, last)]


def test_beginnings_come_before_words_before_letters() -> None:
    listed = ("Mass", "Add Adam", "Adam", "A Drag At Maps", "Add AdamW", "Roadamp", "Agda m")
    entries = [Entry(name, print) for name in listed]
    assert names(entries, "adam") == [
        "Adam", "Add Adam", "Add AdamW", "A Drag At Maps", "Roadamp", "Agda m",
    ]  # fmt: skip


def test_the_last_used_comes_first_of_its_rank() -> None:
    entries = [Entry(name, print) for name in ("Add Adam", "Add Adan", "Undo", "Redo", "Go to Ada")]
    assert names(entries, "") == ["Add Adam", "Add Adan", "Undo", "Redo", "Go to Ada"]
    assert names(entries, "", ("Redo", "Add Adan"))[:3] == ["Redo", "Add Adan", "Add Adam"]
    assert names(entries, "ada", ("Add Adan",)) == ["Add Adan", "Go to Ada", "Add Adam"]
    assert names(entries, "add", ("Go to Ada",))[:2] == ["Add Adam", "Add Adan"]


def test_a_match_is_ordered_by_rank() -> None:
    assert Match(BEGINNING, 9) < Match(WORD, 0) < Match(INITIALS, 0) < Match(APART, 0)


# -- in the window


def palette(launch: Launch, qtbot: QtBot) -> Palette:
    """Open it by its key."""
    qtbot.keyClick(launch.window, Qt.Key.Key_K, CONTROL)
    box = launch.window.findChild(Palette)
    assert isinstance(box, Palette)
    assert box.isVisible()
    assert box.field.hasFocus()
    return box


def test_a_landscape_by_a_few_letters(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    box = palette(launch, qtbot)
    qtbot.keyClicks(box.field, "rosen")
    entry = box.current()
    assert entry is not None
    assert entry.name == "Go to Rosenbrock"
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert not box.isVisible()
    qtbot.waitUntil(lambda: window.store.experiment.landscape == "rosenbrock", timeout=5000)
    assert window.store.undo_name == "Choose Rosenbrock"
    settled(window, qtbot)
    # what was used last is first
    box = palette(launch, qtbot)
    assert box.rows.rows[0][0].name == "Go to Rosenbrock"
    assert box.rows.rows[0][0].why_not  # it is shown already
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    qtbot.keyClick(box.field, Qt.Key.Key_Escape)
    assert not box.isVisible()


def test_an_optimizer_by_mouse(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    before = window.store.experiment.runs
    box = palette(launch, qtbot)
    qtbot.keyClicks(box.field, "add nadam")
    where = box.list.visualRect(box.rows.index(0, 0)).center()
    qtbot.mouseClick(box.list.viewport(), LEFT, pos=where)
    qtbot.waitUntil(lambda: len(window.store.experiment.runs) == len(before) + 1, timeout=5000)
    assert window.store.experiment.runs[-1].optimizer == "nadam"
    assert window.store.undo_name == "Add NAdam"
    assert window.frame.selected == len(before)


def test_everything_there_is_is_listed(launch: Launch, qtbot: QtBot) -> None:
    box = palette(launch, qtbot)
    listed = {entry.name for entry, _ in box.rows.rows}
    for command in launch.actions.commands:
        if not command.text.startswith("Show or Hide Run"):
            assert any(name.startswith(command.text.rstrip("…")) for name in listed), command.text
    assert {f"Add {spec.title}" for spec in catalog().optimizers.values()} <= listed
    assert {f"Go to {spec.title}" for spec in catalog().landscapes.values()} <= listed
    assert {"Hide GD", "Hide Momentum", "Theme: Dark", "Text Size: 200 %", "Speed: 4×"} <= listed
    assert "Colour Map: Cividis" in listed
    keys = {entry.name: entry.keys for entry, _ in box.rows.rows}
    assert keys["Export Picture"] == "Ctrl+E"
    assert len(listed) == len(box.rows.rows)  # no name stands twice
    box.close_box()


def test_arrows_move_and_wrap_around(launch: Launch, qtbot: QtBot) -> None:
    box = palette(launch, qtbot)
    last = box.rows.rowCount() - 1
    for key, row in (
        (Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1), (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, last), (Qt.Key.Key_Down, 0), (Qt.Key.Key_PageUp, 0),
    ):  # fmt: skip
        qtbot.keyClick(box.field, key)
        assert box.list.currentIndex().row() == row
    qtbot.keyClick(box.field, Qt.Key.Key_PageDown)
    assert 5 <= box.list.currentIndex().row() <= 12
    assert box.field.accessibleDescription() == box.current().name  # type: ignore[union-attr]
    qtbot.keyClicks(box.field, "qqqqzz")
    assert box.current() is None
    assert box.field.accessibleDescription() == "Nothing found"
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    box.close_box()


def test_letters_go_to_the_box_and_not_to_the_window(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    before, step = window.store.experiment, window.player.step
    box = palette(launch, qtbot)
    # each of these is a command of the window
    for key in "sdlbrm0 1?":
        qtbot.keyClicks(QApplication.focusWidget(), key)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert box.field.text() == "sdlbrm0 1?"
    assert window.store.experiment == before
    assert window.player.step == step
    assert not window.player.is_playing
    qtbot.keyClick(box.field, Qt.Key.Key_K, CONTROL)  # the same key closes it
    assert not box.isVisible()


@pytest.mark.parametrize("way", ["Escape", "Tab", "click", "key"])
def test_it_closes_and_gives_the_focus_back(launch: Launch, qtbot: QtBot, way: str) -> None:
    window = launch.window
    timeline = window.transport.timeline
    timeline.setFocus()
    box = palette(launch, qtbot)
    qtbot.keyClicks(box.field, "abc")
    if way == "click":
        qtbot.mouseClick(window.status, LEFT)
    elif way == "key":
        qtbot.keyClick(box.field, Qt.Key.Key_K, CONTROL)
    else:
        qtbot.keyClick(box.field, getattr(Qt.Key, f"Key_{way}"))
    assert not box.isVisible()
    assert timeline.hasFocus()
    assert box.rows.rowCount() == 0
    again = palette(launch, qtbot)
    assert again is box
    assert again.field.text() == ""
    again.close_box()


def test_it_works_from_a_field_of_numbers(launch: Launch, qtbot: QtBot) -> None:
    optimizers = launch.window.views["optimizers"]
    box = optimizers.cards[0].rate.box  # type: ignore[attr-defined]
    box.setFocus()
    text = box.text()
    qtbot.keyClick(box, Qt.Key.Key_K, CONTROL)
    found = launch.window.findChild(Palette)
    assert found is not None
    assert found.isVisible()
    assert box.text() == text
    found.close_box()
    assert box.hasFocus()


def test_it_stays_inside_the_window(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    box = palette(launch, qtbot)
    for size in ((1500, 950), (900, 560)):
        window.resize(*size)
        qtbot.wait(50)
        assert window.rect().contains(box.geometry())
        assert abs(box.geometry().center().x() - window.rect().center().x()) <= 1
    box.close_box()


def test_it_opens_within_a_frame(launch: Launch, qtbot: QtBot) -> None:
    palette(launch, qtbot).close_box()  # made and loaded
    spent = []
    for _ in range(5):
        begun = time.thread_time()  # others may be at work too
        finding.open_palette(launch.actions)
        box = launch.window.findChild(Palette)
        assert box is not None
        assert box.grab().width() == box.width() * box.devicePixelRatioF()
        spent.append(time.thread_time() - begun)
        box.close_box()
    assert min(spent) < 1 / 60


def test_nothing_of_it_is_loaded_before_it_is_asked_for() -> None:
    import subprocess
    import sys

    code = (
        "import sys, explorer.gui.app, explorer.gui.launch, explorer.gui.actions\n"
        "late = ('palette', 'finding', 'fuzzy', 'settings_dialog', 'shortcuts', 'tour')\n"
        "early = [name for name in late if f'explorer.gui.{name}' in sys.modules]\n"
        "assert not early, early"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# -- the history


def test_the_history_goes_back_and_on_over_many(launch: Launch, qtbot: QtBot) -> None:
    window, store = launch.window, launch.window.store
    first = store.experiment
    for index in (0, 1, 2):
        window.toggle_run(index)
    last = store.experiment
    shown: list[object] = []
    store.changed.connect(lambda _old, new: shown.append(new))
    qtbot.keyClick(window, Qt.Key.Key_H, CONTROL)
    box = window.findChild(Palette)
    assert box is not None
    assert [entry.name for entry, _ in box.rows.rows] == [
        "Undo Hide RMSProp", "Undo Hide Momentum", "Undo Hide GD",
    ]  # fmt: skip
    qtbot.keyClicks(box.field, "gd")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: store.experiment == first, timeout=5000)
    assert shown == [first]  # shown once
    assert launch.actions.undo.text() == "Undo"
    assert launch.actions.redo.text() == "Redo Hide GD"
    qtbot.keyClick(window, Qt.Key.Key_H, CONTROL)
    assert [entry.name for entry, _ in box.rows.rows] == [
        "Redo to Hide RMSProp", "Redo to Hide Momentum", "Redo to Hide GD",
    ]  # fmt: skip
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: store.experiment == last, timeout=5000)
    store.undo_many(1)
    assert store.experiment.runs[2].visible
    assert not store.experiment.runs[1].visible


def test_without_changes_the_history_says_so(launch: Launch, qtbot: QtBot) -> None:
    qtbot.keyClick(launch.window, Qt.Key.Key_H, CONTROL)
    box = launch.window.findChild(Palette)
    assert box is not None
    assert box.field.placeholderText() == "Nothing was changed yet"
    box.close_box()


# -- the sheet of keys


def test_the_sheet_lists_every_key_and_finds_it(launch: Launch, qtbot: QtBot) -> None:
    commands = launch.actions.commands
    listed = {keys for _, rows in groups(commands) for keys, _ in rows}
    for command in commands:
        if command.key and not command.text.startswith("Show or Hide Run"):
            assert command.key in listed
    sheets: list[QWidget | None] = []

    def look() -> None:
        sheet = QApplication.activeModalWidget()
        sheets.append(sheet)
        try:
            check(sheet)
        finally:
            if sheet is not None:
                sheet.close()

    def check(sheet: QWidget | None) -> None:
        if isinstance(sheet, Shortcuts):
            qtbot.keyClicks(sheet.search, "export")
            lines = [(text, said, caps) for _, _, rows in sheet.parts for text, said, caps in rows]
            seen = [said.text() for _, said, _ in lines if said.isVisible()]
            assert seen == ["Export Picture", "Export Animation"]
            sheet.search.clear()
            assert all(said.isVisible() and caps.isVisible() for _, said, caps in lines)
            for _, said, _ in lines:
                assert said.width() >= said.sizeHint().width(), said.text()
            sheet.search.setText("zzzz")
            assert sheet._nothing.isVisible()

    QTimer.singleShot(600, look)
    qtbot.keyClick(launch.window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(sheets), timeout=5000)
    assert isinstance(sheets[0], Shortcuts)
