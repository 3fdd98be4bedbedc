"""Overlays and the cross-section in the real window, by keys and mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_window import close, drag, open_window, panes, per_pixel, pixel, settled

from explorer.core.experiment import with_run
from explorer.core.probe import probe
from explorer.core.session import Session, dumps, loads
from explorer.gui.launch import Launch
from explorer.widgets.settings import on_landscape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from explorer.gui.window import Window
    from explorer.widgets.mappane import MapPane

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = Launch(qapp, None, None, "light")
    yield open_window(made, qtbot)
    close(made)


def press(window: Window, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window, key, held)


def kinds(window: Window) -> set[str]:
    (pane,) = panes(window)
    assert pane._plot is not None
    return {laid.kind for laid in pane._plot.overlays}


def notes(window: Window) -> str:
    (pane,) = panes(window)
    assert pane._plot is not None
    return " · ".join(pane._plot.notes)


def has(qtbot: QtBot, window: Window, wanted: set[str]) -> None:
    qtbot.waitUntil(lambda: kinds(window) == wanted, timeout=60_000)


def shifted(pane: MapPane, start: QPoint, stop: QPoint, held: bool = True) -> None:
    """Drag with Shift held, as a hand does."""

    def send(kind: QEvent.Type, at: QPoint, buttons: Any) -> None:
        button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        place = QPointF(pane.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), place, button, buttons, SHIFT)
        QApplication.sendEvent(pane, event)
        QTest.qWait(12)

    send(QEvent.Type.MouseButtonPress, start, LEFT)
    for part in (0.25, 0.5, 1.0):
        way = QPointF(start) + (QPointF(stop) - QPointF(start)) * part
        send(QEvent.Type.MouseMove, way.toPoint(), LEFT)
    if held:
        send(QEvent.Type.MouseButtonRelease, stop, Qt.MouseButton.NoButton)


def test_keys_lay_things_over_the_map_and_take_them_away(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    before = window.store.undo_name
    assert kinds(window) == set()
    press(window, Qt.Key.Key_G)
    has(qtbot, window, {"arrows"})
    assert "Arrows: −∇" in notes(window)
    assert "Arrows: −∇" in window.views["contour"].describe()
    press(window, Qt.Key.Key_G, SHIFT)
    has(qtbot, window, {"stream"})
    press(window, Qt.Key.Key_G, SHIFT)
    has(qtbot, window, set())
    press(window, Qt.Key.Key_Q)
    press(window, Qt.Key.Key_Home)
    has(qtbot, window, {"model", "gradient", "newton"})
    press(window, Qt.Key.Key_Q)
    has(qtbot, window, set())
    assert window.result is not None
    settled(window, qtbot)
    assert window.frame.overlays is None
    # how a picture is looked at is nothing to undo
    assert window.store.undo_name == before


def test_the_menu_ticks_what_is_on(launch: Launch, qtbot: QtBot) -> None:
    window, actions = launch.window, launch.actions.actions
    menu = window.menus["View"]

    def ticked() -> set[str]:
        menu.popup(window.mapToGlobal(QPoint(0, 0)))
        qtbot.waitUntil(menu.isVisible)
        menu.close()
        return {name for name, action in actions.items() if action.isChecked()}

    assert ticked() == set()
    press(window, Qt.Key.Key_G)
    press(window, Qt.Key.Key_U)
    press(window, Qt.Key.Key_V, SHIFT)
    on = {"Gradient Arrows", "Where the Rate Is Unstable", "Contours Below the Surface"}
    assert ticked() == on
    press(window, Qt.Key.Key_G, SHIFT)
    assert ticked() == on - {"Gradient Arrows"} | {"Streamlines"}
    menu.popup(window.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(menu.isVisible)
    place = menu.actionGeometry(actions["Streamlines"]).center()
    qtbot.mouseClick(menu, LEFT, pos=place)
    assert window.store.experiment.view.field == "off"
    assert "Streamlines" not in ticked()


def test_the_region_follows_the_rate_and_the_chosen_run(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    press(window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: "Adam's η = 0.08 is unstable" in notes(window), timeout=60_000)
    window._select(0)
    qtbot.waitUntil(lambda: "GD's η" in notes(window), timeout=60_000)
    shares = []
    for rate in (0.01, 0.03):
        window.store.edit(with_run(window.store.experiment, 0, lr=rate), "Rate", "rate")
        qtbot.waitUntil(lambda rate=rate: f"η = {rate} is" in notes(window), timeout=60_000)
        (pane,) = panes(window)
        assert pane._plot is not None
        (line,) = (laid for laid in pane._plot.overlays if laid.kind == "border")
        ends = line.points.reshape(-1, 2)[::29]
        plan = window.frame.plan
        assert plan is not None
        largest = [probe(plan.landscape, plan.parameters, p).eigenvalues[-1] for p in ends]
        assert np.allclose(rate * np.array(largest), 2.0, rtol=0.02)
        (hatch,) = (laid for laid in pane._plot.overlays if laid.kind == "hatch")
        shares.append(np.linalg.norm(hatch.points[:, 1] - hatch.points[:, 0], axis=1).sum())
    assert shares[1] > 1.1 * shares[0]


def test_a_drag_of_the_start_leaves_what_lies_under_it(launch: Launch, qtbot: QtBot) -> None:
    """The field is neither sampled nor painted anew."""
    window = launch.window
    (pane,) = panes(window)
    press(window, Qt.Key.Key_G)
    has(qtbot, window, {"arrows"})
    settled(window, qtbot)
    qtbot.waitUntil(lambda: pane._kept is not None, timeout=5000)
    QTest.qWait(300)
    assert pane._kept is not None
    kept = pane._kept[1]
    drag(pane, pixel(pane, *window.store.experiment.start), pixel(pane, 2.0, 3.0))
    settled(window, qtbot)
    assert pane._kept[1] is kept


def test_a_line_is_drawn_with_shift_and_looked_along(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    start = window.store.experiment.start
    section: Any = window.views["section"]
    assert section.visibleRegion().isEmpty()
    assert section._cut is None  # behind another tab it costs nothing
    # over the start too: with Shift it is not taken hold of
    shifted(pane, pixel(pane, *start), pixel(pane, 3.0, 2.0))
    assert window.store.experiment.start == start
    line = window.store.experiment.view.line
    assert line is not None
    assert np.allclose(line, [start, (3.0, 2.0)], atol=2 * per_pixel(pane))
    has(qtbot, window, {"section"})
    qtbot.waitUntil(lambda: section._cut is not None, timeout=60_000)
    qtbot.waitUntil(lambda: section._cut.places == (), timeout=60_000)
    assert not section.visibleRegion().isEmpty()
    assert section.along.value() == "line"
    points, plan = section._cut.points, window.frame.plan
    assert plan is not None
    by_hand = [probe(plan.landscape, plan.parameters, p).value for p in points[::50]]
    assert np.allclose(section._losses[::50], by_hand)
    assert section._cut.high == pytest.approx(np.linalg.norm(np.subtract(*line)))
    again = loads(dumps(Session(window.store.experiment)))
    assert again.experiment.view == window.store.experiment.view
    # a press that does not move takes the line away
    shifted(pane, pixel(pane, 0.0, 0.0), pixel(pane, 0.0, 0.0))
    assert window.store.experiment.view.line is None
    has(qtbot, window, set())
    qtbot.waitUntil(lambda: section.along.value() == "step", timeout=5000)


def test_the_section_follows_the_cursor(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    section: Any = window.views["section"]
    press(window, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: section._cut is not None, timeout=60_000)
    press(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: "along step 1 of Adam" in section.words.text(), timeout=5000)
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "along step 2 of Adam" in section.words.text(), timeout=5000)
    trace = window.frame.traces[3]
    assert np.allclose(section._cut.origin, trace.points[1])
    assert section._cut.places[0].loss == pytest.approx(trace.loss[1])


def test_every_overlay_is_in_the_sheet_of_shortcuts(launch: Launch) -> None:
    keys = {command.text: command.key for command in launch.actions.commands}
    assert keys["Gradient Arrows"] == "G"
    assert keys["Streamlines"] == "Shift+G"
    assert {"Where the Rate Is Unstable", "Local Quadratic Model", "Cross-section"} <= set(keys)


def test_a_line_belongs_to_the_landscape_it_was_drawn_on(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    shifted(pane, pixel(pane, -1.0, -1.0), pixel(pane, 3.0, 2.0))
    assert window.store.experiment.view.line is not None
    window.store.edit(on_landscape(window.store.experiment, "ravine"), "Landscape")
    settled(window, qtbot)
    assert window.store.experiment.view.line is None
    has(qtbot, window, set())
