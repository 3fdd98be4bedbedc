"""Presenting, driven by the keys and the mouse of a person at the front of a lecture hall."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from shiboken6 import isValid
from test_window import close, drag, mouse, open_window, pixel, settled

from explorer.core import defaults
from explorer.core.figure import Row
from explorer.core.style import style
from explorer.gui import presenting_keys
from explorer.gui.launch import Launch
from explorer.gui.presenter import SETTING, choose_screen
from explorer.widgets import pointing
from explorer.widgets.hints import Hint, Hints
from explorer.widgets.stage import LEAST, Measure, Scores, StepCounter
from explorer.widgets.stylesheet import palette, theme_of
from explorer.widgets.theme import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.gui.present import Presentation
    from explorer.widgets.mappane import MapPane

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
RIGHT_BUTTON = Qt.MouseButton.RightButton


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    """A window that has drawn its first trajectories."""
    made = Launch(qapp, None, None, "light")
    yield open_window(made, qtbot)
    close(made)


@pytest.fixture
def picture(launch: Launch, qtbot: QtBot) -> Iterator[Presentation]:
    """A presentation that has drawn its map and its curves."""
    made = present(launch, qtbot)
    yield made
    made.close()
    QApplication.sendPostedEvents(made, QEvent.Type.DeferredDelete)
    # as in `close`; the slots are in the same dictionary, so nothing may call them any more
    assert not isValid(made)
    made.__dict__.clear()


def present(launch: Launch, qtbot: QtBot) -> Presentation:
    qtbot.keyClick(launch.window, KEY.Key_F5)
    made = launch.actions.presenter.picture
    assert made is not None
    qtbot.waitUntil(lambda: made.isVisible() and made.isActiveWindow(), timeout=5000)
    qtbot.waitUntil(lambda: made.curves._plot is not None, timeout=30_000)
    qtbot.waitUntil(lambda: exact(made), timeout=30_000)
    return made


def exact(picture: Presentation) -> bool:
    """Whether what the engine painted is what the map shows."""
    image = picture.owner.frame.image
    return image is not None and np.allclose(image.bounds, pane(picture).shown())


def pane(picture: Presentation) -> MapPane:
    return picture.map._panes[0]


def paths(picture: Presentation) -> list[str]:
    plot = pane(picture)._plot
    assert plot is not None
    return [path.label for path in plot.paths]


def told(picture: Presentation) -> dict[str, str]:
    return {hint.key: hint.words for hint in picture.hints._hints}


def at_place(picture: Presentation, x: float, y: float) -> QPoint:
    """Where a point of the map is on the sheet."""
    return pane(picture).mapTo(picture, pixel(pane(picture), x, y))


def test_it_fills_the_screen_in_the_projectors_theme(picture: Presentation) -> None:
    assert picture.isFullScreen()
    assert picture.geometry() == picture.screen().geometry()
    assert theme_of(picture.owner).name == "light"
    parts = [part for part in picture.findChildren(QWidget) if part.isVisible()]
    assert len(parts) > 10
    assert {theme_of(part).name for part in parts} == {"projector"}
    assert picture.grab().toImage().pixelColor(4, 4) == QColor(PROJECTOR.panel)


def test_keys_play_and_step(picture: Presentation, qtbot: QtBot) -> None:
    player, window = picture.player, picture.owner
    for key, modifier, step in (
        (KEY.Key_Home, None, 0),
        (KEY.Key_Right, None, 1),
        (KEY.Key_Right, SHIFT, 11),
        (KEY.Key_Left, None, 10),
        (KEY.Key_End, None, player.length),
        (KEY.Key_Left, SHIFT, player.length - 10),
        (KEY.Key_PageUp, None, 0),
    ):
        qtbot.keyClick(picture, key, modifier or Qt.KeyboardModifier.NoModifier)
        assert window.frame.step == step
        assert picture.counter.accessibleName() == f"Step {step} of {player.length}"
    qtbot.keyClick(picture, KEY.Key_PageDown)
    assert player.is_playing
    assert told(picture)["Space"] == "pause"
    qtbot.waitUntil(lambda: window.frame.step > 5, timeout=5000)
    qtbot.keyClick(picture, KEY.Key_Space)
    assert not player.is_playing
    assert told(picture)["Space"] == "play"


def test_losses_are_sorted_at_every_step(picture: Presentation, qtbot: QtBot) -> None:
    orders = set()
    for step in (0, 1, 20, 60, picture.player.length):
        picture.step(step - picture.player.step)
        losses = [row.loss for row in picture.scores._rows]
        assert losses == sorted(losses)
        frame = picture.owner.frame
        assert frame.plan is not None
        for run, trace in zip(frame.plan.runs, frame.traces, strict=True):
            (row,) = (row for row in picture.scores._rows if row.label == run.label)
            assert row.loss == trace.loss[min(step, trace.stop_step)]
        orders.add(tuple(row.label for row in picture.scores._rows))
    assert len(orders) > 1


def test_paths_hide_until_it_plays(picture: Presentation, qtbot: QtBot) -> None:
    window = picture.owner
    picture.step(40 - picture.player.step)
    assert paths(picture) == ["GD", "Momentum", "RMSProp", "Adam"]
    qtbot.keyClick(picture, KEY.Key_H)
    assert paths(picture) == []
    assert picture.words.isVisible()
    assert picture.words.text == "Hidden: guess first"
    assert [row.label for row in picture.scores._rows] == ["GD", "Momentum", "RMSProp", "Adam"]
    assert picture.scores.hidden
    assert picture.scores.accessibleName().count("?") == 4
    assert coloured(picture.curves) == set()
    assert not any(row.note for row in picture.scores._rows)
    assert "Momentum is at" not in picture.accessibleDescription()
    qtbot.keyClick(picture, KEY.Key_Space)
    qtbot.waitUntil(lambda: window.frame.step > 50, timeout=5000)
    qtbot.keyClick(picture, KEY.Key_Space)
    assert paths(picture) == ["GD", "Momentum", "RMSProp", "Adam"]
    assert not picture.words.isVisible()
    # the curves grow with the cursor, and are whole again once it was at the end
    plot = picture.curves._plot
    assert plot is not None
    assert plot.lines.until == window.frame.step
    qtbot.keyClick(picture, KEY.Key_End)
    assert plot.lines.until is None
    qtbot.keyClick(picture, KEY.Key_H)
    qtbot.keyClick(picture, KEY.Key_H)
    assert paths(picture) == ["GD", "Momentum", "RMSProp", "Adam"]


def coloured(widget: QWidget) -> set[int]:
    """The runs whose colour is somewhere on a widget."""
    image = widget.grab().toImage().convertToFormat(image_format())
    found = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    return {i for i in range(4) if (found == int(style(i).ink[1:], 16)).any()}


def image_format() -> Any:
    from PySide6.QtGui import QImage

    return QImage.Format.Format_RGB32


def test_curves_end_at_the_cursor_after_hiding(picture: Presentation, qtbot: QtBot) -> None:
    assert coloured(picture.curves) == {0, 1, 2, 3}
    qtbot.keyClick(picture, KEY.Key_H)
    picture.step(-picture.player.step)
    qtbot.keyClick(picture, KEY.Key_H)
    assert coloured(picture.curves) == set()
    qtbot.keyClick(picture, KEY.Key_Right, SHIFT)
    qtbot.keyClick(picture, KEY.Key_Right, SHIFT)
    early = coloured(picture.curves)
    assert early
    qtbot.keyClick(picture, KEY.Key_End)
    assert coloured(picture.curves) == {0, 1, 2, 3}


def test_two_buttons_of_a_clicker_are_enough(picture: Presentation, qtbot: QtBot) -> None:
    qtbot.keyClick(picture, KEY.Key_PageUp)
    assert picture.player.step == 0
    assert not picture.hidden
    qtbot.keyClick(picture, KEY.Key_PageUp)
    assert picture.hidden
    qtbot.keyClick(picture, KEY.Key_PageDown)
    assert picture.player.is_playing
    assert not picture.hidden
    qtbot.keyClick(picture, KEY.Key_PageDown)
    assert not picture.player.is_playing


def test_a_frozen_picture_stays_while_the_experiment_goes_on(
    picture: Presentation, qtbot: QtBot
) -> None:
    window = picture.owner
    picture.step(30 - picture.player.step)
    qtbot.keyClick(picture, KEY.Key_Z)
    assert picture.words.text.startswith("Frozen")
    before = pane(picture).grab().toImage()
    qtbot.keyClick(picture, KEY.Key_End)
    window.store.edit(replace(window.store.experiment, start=(1.0, 1.0)), "Move start")
    settled(window, qtbot)
    assert window.frame.step == picture.player.length
    assert picture.counter.accessibleName().startswith("Step 30 ")
    assert pane(picture).grab().toImage() == before
    # nobody drags what does not follow
    sheet = picture.sheet
    drag(sheet, at_place(picture, -4.6, 0.4), at_place(picture, 0.0, 0.0))  # type: ignore[arg-type]
    assert window.store.experiment.start == (1.0, 1.0)
    qtbot.keyClick(picture, KEY.Key_Z)
    assert picture.counter.accessibleName().startswith(f"Step {picture.player.length} ")
    assert pane(picture)._plot.start == (1.0, 1.0)  # type: ignore[union-attr]
    assert not picture.words.isVisible()


def test_drawings_stay_until_they_are_wiped(picture: Presentation, qtbot: QtBot) -> None:
    sheet, start = picture.sheet, picture.owner.store.experiment.start
    assert not sheet.isVisible()  # nothing lies over a plain picture
    qtbot.keyClick(picture, KEY.Key_A)
    line = at_place(picture, -4.6, 0.4), at_place(picture, 2.0, 1.0)
    drag(sheet, *line)  # type: ignore[arg-type]
    assert picture.owner.store.experiment.start == start
    assert len(sheet.strokes) == 1
    image = picture.grab().toImage()
    middle = (line[0] + line[1]) / 2
    assert image.pixelColor(middle) == QColor(pointing.INK)
    across = QPoint(0, round((pointing.PEN + pointing.EDGE) * sheet.unit / 2))
    assert image.pixelColor(middle + across) == QColor(pointing.HALO)
    qtbot.keyClick(picture, KEY.Key_A)
    assert sheet.isVisible()
    assert told(picture)["X"] == "wipe"
    drag(pane(picture), pixel(pane(picture), *start), pixel(pane(picture), 1.0, 2.0))
    assert np.allclose(picture.owner.store.experiment.start, (1, 2), atol=0.1)
    qtbot.keyClick(picture, KEY.Key_X)
    assert not sheet.isVisible()
    assert "X" not in told(picture)
    qtbot.keyClick(picture, KEY.Key_A)
    drag(sheet, *line)  # type: ignore[arg-type]
    qtbot.mouseClick(sheet, RIGHT_BUTTON, pos=line[0])
    assert not sheet.strokes


def test_the_sheet_lets_the_mouse_through_unless_a_tool_is_up(
    picture: Presentation, qtbot: QtBot
) -> None:
    """As the window system sees it: which widget is under the pointer."""
    at = at_place(picture, 1.0, 1.0)
    assert picture.childAt(at) is pane(picture)
    for key, below in ((KEY.Key_A, False), (KEY.Key_A, True), (KEY.Key_P, False),
                       (KEY.Key_P, True), (KEY.Key_Z, False), (KEY.Key_Z, True)):  # fmt: skip
        qtbot.keyClick(picture, key)
        assert (picture.childAt(at) is pane(picture)) == below


def test_the_laser_follows_the_pointer_and_still_drags(picture: Presentation, qtbot: QtBot) -> None:
    sheet, window = picture.sheet, picture.owner
    qtbot.keyClick(picture, KEY.Key_P)
    assert sheet.cursor().shape() == Qt.CursorShape.BlankCursor
    at = at_place(picture, 4.0, -3.0)
    mouse(sheet, QEvent.Type.MouseMove, at, False)
    assert picture.grab().toImage().pixelColor(at) == QColor(pointing.LASER)
    start = window.store.experiment.start
    drag(sheet, at_place(picture, *start), at_place(picture, 1.0, -1.0))  # type: ignore[arg-type]
    assert np.allclose(window.store.experiment.start, (1, -1), atol=0.1)
    qtbot.keyClick(picture, KEY.Key_P)
    assert not sheet.isVisible()


def test_dragging_the_start_is_live(picture: Presentation, qtbot: QtBot) -> None:
    window, here = picture.owner, pane(picture)
    before = window.store.experiment
    seen = []
    window.applied.connect(lambda frame: seen.append(frame.experiment.start))
    drag(here, pixel(here, *before.start), pixel(here, 2.0, 3.0))
    settled(window, qtbot)
    assert len(set(seen)) >= 3
    assert np.allclose(window.store.experiment.start, (2, 3), atol=0.1)
    assert here._plot.start == window.store.experiment.start  # type: ignore[union-attr]
    qtbot.keyClick(picture, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(window, qtbot)
    assert window.store.experiment.start == before.start
    qtbot.keyClick(picture, KEY.Key_2)
    settled(window, qtbot)
    assert paths(picture) == ["GD", "RMSProp", "Adam"]


def test_side_by_side_is_the_pictures_own(picture: Presentation, qtbot: QtBot) -> None:
    store = picture.owner.store
    qtbot.keyClick(picture, KEY.Key_S)
    qtbot.waitUntil(lambda: len(picture.map._panes) == 4, timeout=5000)
    assert {theme_of(part).name for part in picture.map.findChildren(QWidget)} == {"projector"}
    least = min(QFontMetricsF(part.font()).height() for part in picture.map._heads)
    assert all(head.height() >= least for head in picture.map._heads)
    here = pane(picture)
    settled(picture.owner, qtbot)
    qtbot.wait(300)  # the four find their places
    drag(here, pixel(here, *store.experiment.start), pixel(here, 1.0, 1.0))
    assert np.allclose(store.experiment.start, (1, 1), atol=0.2)
    assert store.experiment.view.layout == "overlay"
    qtbot.keyClick(picture, KEY.Key_H)
    assert len(picture.map._panes) == 1
    qtbot.keyClick(picture, KEY.Key_H)
    qtbot.keyClick(picture, KEY.Key_S)
    assert len(picture.map._panes) == 1


def test_leaving_leaves_the_window_as_it_was(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    docks = {key: dock.geometry() for key, dock in window.arrangement.docks.items()}
    main = window.views["contour"]._panes[0]  # type: ignore[attr-defined]
    before = (window.geometry(), bytes(window.saveState().data()), window.theme, docks,
              window.store.experiment, QApplication.overrideCursor(), main.shown(),
              window.frame.step)  # fmt: skip
    picture = present(launch, qtbot)
    for key in (KEY.Key_P, KEY.Key_A, KEY.Key_S, KEY.Key_S, KEY.Key_Plus, KEY.Key_H, KEY.Key_Z):
        qtbot.keyClick(picture, key)
    qtbot.keyClick(picture, KEY.Key_Z)
    here = pane(picture)
    drag(here, pixel(here, 3.0, 3.0), pixel(here, 4.0, 3.0), 12)
    assert picture.sheet.tool == "pen"
    qtbot.keyClick(picture, KEY.Key_A)
    drag(here, pixel(here, 3.0, 3.0), pixel(here, 4.0, 3.0), 12)
    assert window.store.experiment.view.bounds is not None
    qtbot.keyClick(picture, KEY.Key_Escape)
    assert launch.actions.presenter.picture is None
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    settled(window, qtbot)
    docks = {key: dock.geometry() for key, dock in window.arrangement.docks.items()}
    after = (window.geometry(), bytes(window.saveState().data()), window.theme, docks,
             window.store.experiment, QApplication.overrideCursor(), main.shown(),
             window.frame.step)  # fmt: skip
    assert after == before
    qtbot.waitUntil(lambda: np.allclose(window.frame.image.bounds, main.shown()), timeout=5000)  # type: ignore[union-attr]
    keys = ("contour", "curves", "inspector", "standings")
    qtbot.waitUntil(lambda: all(window._shown[key] is window.frame for key in keys))
    # and it can be done again
    again = present(launch, qtbot)
    qtbot.keyClick(again, KEY.Key_F5)
    assert launch.actions.presenter.picture is None


def test_the_window_rests_while_it_is_covered(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    window.setGeometry(window.screen().geometry().adjusted(10, 30, -10, -10))
    QTest.qWait(50)
    picture = present(launch, qtbot)
    qtbot.waitUntil(lambda: window.covered, timeout=5000)
    picture.step(-5)
    assert window._shown["contour"] is not window.frame
    window.activateWindow()
    qtbot.waitUntil(lambda: not window.covered, timeout=5000)
    assert window._shown["contour"] is window.frame
    picture.activateWindow()
    qtbot.waitUntil(lambda: window.covered, timeout=5000)
    picture.close()
    assert not window.covered
    assert window._shown["contour"] is window.frame


def test_panels_follow_whoever_was_to_be_next(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    qtbot.waitUntil(lambda: not window._others.isActive(), timeout=5000)
    window.arrangement.docks["standings"].close()
    window._turns = ["standings"]
    window.apply(step=3)
    keys = ("contour", "curves", "inspector")
    qtbot.waitUntil(lambda: all(window._shown[key] is window.frame for key in keys))


def test_what_is_painted_covers_both_maps(launch: Launch, qtbot: QtBot) -> None:
    """With a second screen the window is seen too, and its map has another shape."""
    window = launch.window
    picture = present(launch, qtbot)
    own = picture.map.viewport()
    assert own is not None
    assert own.bounds is not None
    (x0, x1), (y0, y1) = own.bounds
    other = replace(own, bounds=((x0 - 2, x1), (y0 + 1, y1 + 1)), width=300, height=200)
    both = picture.viewport(other)
    assert both is not None
    assert both.bounds is not None
    for (low, high), (a, b), (c, d) in zip(both.bounds, own.bounds, other.bounds, strict=True):  # type: ignore[arg-type]
        assert low <= min(a, c) + 0.01
        assert high >= max(b, d) - 0.01
    # as fine as on the large screen
    fine = own.width / (x1 - x0)
    assert abs(both.width / (both.bounds[0][1] - both.bounds[0][0]) - fine) < 0.01 * fine
    assert picture.viewport(replace(own, width=30, height=20)) == own
    assert picture.viewport(None) == own
    assert window.store.experiment.view.bounds is None


def test_any_key_ends_a_black_screen(picture: Presentation, qtbot: QtBot) -> None:
    step = picture.player.step
    qtbot.keyClick(picture, KEY.Key_Period)
    image = picture.grab().toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2) == QColor("black")
    qtbot.keyClick(picture, KEY.Key_Left)
    assert picture.player.step == step
    assert not picture.sheet.isVisible()


def test_numbers_grow_and_shrink(picture: Presentation, qtbot: QtBot) -> None:
    def high() -> float:
        return picture.measure.text(128)

    usual = high()
    qtbot.keyClick(picture, KEY.Key_Plus)
    assert high() > 1.15 * usual
    for _ in range(9):
        qtbot.keyClick(picture, KEY.Key_Plus)
    picture.grab()
    assert picture.scores.geometry().right() <= picture.width()
    assert picture.map.width() > 0.4 * picture.width()
    for _ in range(20):
        qtbot.keyClick(picture, KEY.Key_Minus)
    assert high() < usual
    picture.grab()


def test_another_landscape_and_a_curve_of_one_dimension(
    picture: Presentation, qtbot: QtBot
) -> None:
    window = picture.owner
    for key in ("parabola", "beale"):
        window.store.edit(defaults.experiment(key), "Choose")
        settled(window, qtbot)
        assert picture.title.text() == defaults.name_of(window.store.experiment)
        assert pane(picture).flat == (key == "parabola")
        picture.grab()


def test_the_epoch_is_said_where_there_are_epochs(picture: Presentation, qtbot: QtBot) -> None:
    window = picture.owner
    assert picture.epoch.text() == ""
    given = window.store.experiment
    validation = replace(given.validation, epoch=10)
    window.store.edit(replace(given, validation=validation), "Epochs")
    settled(window, qtbot)
    picture.step(96 - picture.player.step)
    assert picture.epoch.text() == "Epoch 9.6"
    assert picture.epoch.geometry().right() <= picture.width()


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("larger", [0.85, 1.0, 1.65])
def test_no_type_is_below_18_points(size: tuple[int, int], larger: float) -> None:
    m = Measure(min(size[0] / 1920, size[1] / 1080), larger)
    for nominal in (24, 26, 32, 34, 40, 128):
        assert m.text(nominal) >= LEAST
    assert m.font(26).pointSizeF() * 96 / 72 >= LEAST - 0.01 or m.font(26).pixelSize() >= LEAST


def test_parts_neither_overlap_nor_leave_the_screen(picture: Presentation, qtbot: QtBot) -> None:
    picture.showNormal()
    for size in ((1280, 720), (1024, 768), (1920, 1080), (3840, 2160)):
        picture.resize(*size)
        qtbot.waitUntil(lambda size=size: picture.size().toTuple() == size, timeout=5000)
        names = ("title", "counter", "map", "scores", "curve_title", "curves", "progress", "hints")
        parts = [(name, getattr(picture, name)) for name in names]
        shown = [(name, part.geometry()) for name, part in parts if part.isVisible()]
        for i, (name, place) in enumerate(shown):
            assert picture.rect().contains(place), name
            for other, there in shown[i + 1 :]:
                assert not place.adjusted(1, 1, -1, -1).intersects(there), (name, other)
        assert picture.curves.isVisible()
        assert picture.scores.height() >= picture.scores.height_for(4, tight=True) - 1
        for line in (picture.title, picture.curve_title):
            assert line.height() >= QFontMetricsF(line.font()).height() - 1
        widest = sum(picture.hints._width(hint) for hint in picture.hints._hints)
        assert widest < picture.hints.width()
        picture.grab()


def test_many_runs_are_counted_where_they_find_no_room(qtbot: QtBot) -> None:
    page = made(qtbot)
    scores = Scores(page)
    rows = [Row(style(i), f"Run {i}", float(i)) for i in range(30)]
    scores.resize(528, 500)
    scores.show_rows(rows, hidden=False)
    scores.grab()
    shown, high = scores.fitting()
    assert 0 < len(shown) < 29
    assert scores.head_height() + (len(shown) + 1) * high <= 500
    assert scores.head_height() + (len(shown) + 2) * high > 499
    scores.show_rows(rows[:4], hidden=False)
    shown, roomy = scores.fitting()
    assert len(shown) == 4
    assert roomy > high


def test_a_long_count_is_written_smaller(qtbot: QtBot) -> None:
    page = made(qtbot)
    counter = StepCounter(page)
    counter.resize(528, 118)
    ends = []
    for step, length in ((96, 500), (1_234_567, 2_000_000)):
        counter.show_step(step, length)
        image = counter.grab().toImage().convertToFormat(image_format())
        grid = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
        inked = np.flatnonzero(((grid & 0xFF) < 0x80).any(axis=0))
        ends.append(inked[-1])
    assert ends[1] < 528
    assert ends[1] > ends[0]


def made(qtbot: QtBot) -> QWidget:
    """A white page for parts."""
    page = QWidget()
    page.setPalette(palette(PROJECTOR))
    qtbot.addWidget(page)
    return page


def test_hints_without_room_are_left_out(qtbot: QtBot) -> None:
    page = made(qtbot)
    hints = Hints(page)
    hints.setPalette(palette(PROJECTOR))
    hints.resize(460, 36)
    hints.show_hints(tuple(Hint(key, "something") for key in "ABCDE"))
    hints.grab()
    places = hints.places()
    assert [hint.key for hint, _ in places] == ["E", "A"]
    hints.resize(3000, 36)
    assert len(hints.places()) == 5
    ends = sorted((x, x + hints._width(hint)) for hint, x in hints.places())
    assert all(end < start for (_, end), (start, _) in pairwise(ends))
    assert ends[-1][1] <= 3001


def test_a_diverged_run_says_so(qtbot: QtBot) -> None:
    page = made(qtbot)
    scores = Scores(page)
    scores.resize(528, 100)
    scores.show_rows([Row(style(0), "GD", float("inf"), "diverges at step 12")], hidden=False)
    assert scores.accessibleName() == "Losses: GD ∞ diverges at step 12"
    red = scores.grab().toImage().convertToFormat(image_format())
    grid = np.frombuffer(red.constBits(), np.uint32) & 0xFFFFFF
    light = int("A80000", 16), int("C4321F", 16)
    assert any((grid == tone).any() for tone in light)


def test_the_screen_is_the_one_chosen_else_another() -> None:
    one, two, three = (SimpleNamespace(name=lambda n=n: n) for n in ("A", "B", "C"))
    assert choose_screen([one], one, "") is one
    assert choose_screen([one, two, three], one, "") is two
    assert choose_screen([one, two, three], two, "") is one
    assert choose_screen([one, two, three], one, "C") is three
    assert choose_screen([one, two], one, "A") is one
    assert choose_screen([one], one, "gone") is one


TWO_SCREENS = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMenu
from explorer.gui.launch import Launch

app = QApplication(sys.argv)
launch = Launch(app, None, None, "light")
window = launch.window
window.move(100, 100)

def tell():
    presenter = launch.actions.presenter
    menu = QMenu()
    presenter.fill(menu)
    presenter.start()
    picture, own = presenter.picture, window.screen().name()
    picture.grab()
    told = [own, picture.screen().name(), picture.geometry().getRect(), picture.isFullScreen()]
    presenter.leave()
    print(json.dumps([*told, [action.text() for action in menu.actions()], window.isVisible()]))
    window.close()

launch.complete.connect(lambda: QTimer.singleShot(0, tell))
window.show()
status = app.exec()
launch.finish()
sys.exit(status)
"""


def test_the_picture_is_on_the_second_screen_and_the_window_stays(tmp_path: Path) -> None:
    def screen(name: str, x: int, width: int, height: int) -> dict[str, object]:
        dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        return {"name": name, "x": x, "y": 0, "width": width, "height": height, **dots}

    screens = tmp_path / "screens.json"
    both = [screen("desk", 0, 1280, 800), screen("wall", 1280, 1920, 1080)]
    screens.write_text(json.dumps({"screens": both}))
    around = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
              "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", TWO_SCREENS], env=around, timeout=120,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    own, other, place, full, offered, visible = json.loads(done.stdout.splitlines()[-1])
    assert (own, other, full, visible) == ("desk", "wall", True, True)
    assert place == [1280, 0, 1920, 1080]
    assert [text.split(",")[0] for text in offered[1:]] == ["desk", "wall"]


def test_the_menu_offers_screens_and_remembers(launch: Launch) -> None:
    menu = QMenu()
    presenter = launch.actions.presenter
    presenter.fill(menu)
    first, second = menu.actions()[:2]
    assert first.text() == "The other screen"
    assert first.isChecked()
    second.trigger()
    name = launch.window.screen().name()
    assert QSettings("loss-landscape-explorer", "explorer").value(SETTING) == name
    presenter.fill(menu)
    assert menu.actions()[1].isChecked()
    menu.actions()[0].trigger()
    menu.deleteLater()


def test_the_button_presents_and_closing_the_window_ends_it(launch: Launch, qtbot: QtBot) -> None:
    button = launch.window.transport.present
    assert button.text() == "Present"
    launch.window.resize(1280, 800)
    qtbot.waitUntil(lambda: button.text() == "", timeout=2000)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert launch.actions.presenter.picture is not None
    launch.window.closing.emit()
    assert launch.actions.presenter.picture is None


def test_every_key_is_in_the_sheet_once() -> None:
    names = [press.name for press in presenting_keys.PRESSES]
    assert len(names) == len(set(names))
    taken = [(key, press.shift) for press in presenting_keys.PRESSES for key in press.keys]
    assert len(taken) == len(set(taken))


def test_the_projectors_theme_can_be_chosen(launch: Launch, qtbot: QtBot) -> None:
    launch.choose_theme("projector")
    qtbot.wait(50)
    picture = launch.window.grab().toImage()
    assert picture.pixelColor(2, picture.height() // 2) == QColor(PROJECTOR.window)
    launch.choose_theme("light")
