"""The real window, driven by mouse and keys: every path from a person's hand to the picture."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox

import explorer
from explorer.core import defaults
from explorer.core.session import Session, dumps
from explorer.core.sessionfile import read
from explorer.gui import autosave
from explorer.gui.export_dialog import ExportDialog
from explorer.gui.launch import Launch
from explorer.widgets.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.gui.window import Window
    from explorer.widgets.mappane import MapPane

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    """A window that has drawn its first trajectories."""
    made = Launch(qapp, None, None, "light")
    yield open_window(made, qtbot)
    close(made)


def open_window(made: Launch, qtbot: QtBot) -> Launch:
    made.window.resize(1500, 950)
    with qtbot.waitSignal(made.complete, timeout=60_000):
        made.window.show()
    qtbot.waitUntil(lambda: bool(panes(made.window)), timeout=60_000)
    qtbot.waitUntil(lambda: made.window.frame.image is not None, timeout=60_000)
    shown = {key for key in made.window.views if made.window.arrangement.is_open(key)}
    qtbot.waitUntil(lambda: made.window._built >= shown, timeout=60_000)
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow, timeout=5000)
    return made


def close(made: Launch) -> None:
    made.window.close()
    made.finish()
    made.window.deleteLater()
    QApplication.processEvents()
    # pytest holds the fixture's value a little longer than the test for leftovers may wait
    made.__dict__.clear()


def panes(window: Window) -> list[MapPane]:
    return window.views["contour"]._panes  # type: ignore[attr-defined]


def pixel(pane: MapPane, x: float, y: float) -> QPoint:
    """Where a point of the map is in the pane's own pixels."""
    return pane.to_pixel(x, y).toPoint()


def per_pixel(pane: MapPane) -> float:
    """How far apart two pixels are on the map."""
    (x0, x1), _ = pane.shown()
    return (x1 - x0) / pane.area().width()


def settled(window: Window, qtbot: QtBot) -> None:
    """Wait until the frame shows the experiment of the store, worked out."""
    qtbot.waitUntil(
        lambda: (
            window.result is not None
            and window.result.request.experiment == window.store.experiment
            and window.frame.traces is window.result.traces
            and not window._others.isActive()
        ),
        timeout=30_000,
    )


def mouse(widget: Any, kind: QEvent.Type, at: QPoint, held: bool) -> None:
    """Send one mouse event to a pane, as the window system would."""
    target = widget
    buttons = LEFT if held else Qt.MouseButton.NoButton
    button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, QPointF(at), QPointF(target.mapToGlobal(at)), button, buttons,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(target, event)


def drag(pane: MapPane, start: QPoint, stop: QPoint, steps: int = 5) -> None:
    """Drag as a hand does, at a hundred moves a second."""
    mouse(pane, QEvent.Type.MouseButtonPress, start, True)
    for i in range(1, steps + 1):
        between = QPointF(start) + (QPointF(stop) - QPointF(start)) * (i / steps)
        QTest.qWait(12)
        mouse(pane, QEvent.Type.MouseMove, between.toPoint(), True)
    QTest.qWait(12)
    mouse(pane, QEvent.Type.MouseButtonRelease, stop, False)


def test_the_first_picture_is_what_the_interface_computes(launch: Launch) -> None:
    frame = launch.window.frame
    experiment = frame.experiment
    assert experiment.runs == defaults.experiment().runs
    for run, trace in zip(experiment.runs, frame.traces, strict=True):
        alone = explorer.run("himmelblau", run.optimizer, lr=run.lr, gradient_norm=1e-6)
        assert np.array_equal(trace.points, alone.points)
    assert frame.step == max(trace.stop_step for trace in frame.traces)


def test_dragging_the_start_moves_every_trajectory(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    before = window.store.experiment
    mouse(pane, QEvent.Type.MouseMove, pixel(pane, 1.0, 1.0), False)
    assert pane._cross is not None
    drag(pane, pixel(pane, *before.start), pixel(pane, 2.0, 3.0))
    assert pane._cross is None  # no crosshair is left where the hand was before
    settled(window, qtbot)
    x, y = window.store.experiment.start
    assert abs(x - 2) <= 2 * per_pixel(pane)
    assert abs(y - 3) <= 2 * per_pixel(pane)
    for trace in window.frame.traces:
        assert tuple(trace.points[0]) == (x, y)
    window.store.undo()
    assert window.store.experiment.start == before.start
    assert window.store.undo_name == ""


def test_a_click_puts_the_start_and_a_drag_elsewhere_pans(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    at = pixel(pane, 1.0, -1.0)
    mouse(pane, QEvent.Type.MouseButtonPress, at, True)
    mouse(pane, QEvent.Type.MouseButtonRelease, at, False)
    start = window.store.experiment.start
    assert np.allclose(start, (1, -1), atol=3 * per_pixel(pane))
    bounds = window.frame.plan.bounds  # type: ignore[union-attr]
    drag(pane, pixel(pane, 3.0, 3.0), pixel(pane, 4.5, 3.0), 12)
    qtbot.waitUntil(lambda: window.store.experiment.view.bounds is not None, timeout=5000)
    assert window.store.experiment.start == start
    shown = window.store.experiment.view.bounds
    assert shown is not None
    assert shown[0][0] < bounds[0][0] - 0.5


def test_the_wheel_zooms_at_the_pointer_and_a_key_resets(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    wide = pane.shown()
    at = pixel(pane, 3.0, 2.0)
    event = QWheelEvent(
        QPointF(at), QPointF(pane.mapToGlobal(at)), QPoint(0, 120), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(pane, event)
    near = pane.shown()
    assert near[0][1] - near[0][0] < wide[0][1] - wide[0][0]
    assert np.allclose(pane.to_map(QPointF(at))[0], 3.0, atol=0.05)
    qtbot.waitUntil(lambda: window.store.experiment.view.bounds is not None, timeout=5000)
    settled(window, qtbot)
    qtbot.waitUntil(
        lambda: np.allclose(window.frame.image.bounds, pane.shown()),  # type: ignore[union-attr]
        timeout=9000,
    )
    qtbot.keyClick(window, Qt.Key.Key_0)
    settled(window, qtbot)
    assert window.store.experiment.view.bounds is None
    assert np.allclose(pane.shown(), wide, rtol=1e-6)


def test_hovering_reads_out_the_landscape(launch: Launch) -> None:
    window = launch.window
    (pane,) = panes(window)
    mouse(pane, QEvent.Type.MouseMove, pixel(pane, 3.0, 2.0), False)
    values = window.views["contour"]._readout._values  # type: ignore[attr-defined]
    assert abs(float(values[0].replace("−", "-")) - 3) < 0.02
    assert float(values[2]) < 1.0  # (3, 2) is a minimum
    mouse(pane, QEvent.Type.MouseMove, QPoint(2, 2), False)
    assert window.views["contour"]._readout._values == ()  # type: ignore[attr-defined]


def test_keys_play_step_and_go_to_the_ends(launch: Launch, qtbot: QtBot) -> None:
    window, player = launch.window, launch.window.player
    end = player.length
    qtbot.keyClick(window, Qt.Key.Key_Home)
    assert window.frame.step == 0
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.frame.step == 11
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert window.frame.step == 10
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert player.is_playing
    qtbot.waitUntil(lambda: window.frame.step > 15, timeout=5000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not player.is_playing
    qtbot.keyClick(window, Qt.Key.Key_End)
    assert window.frame.step == end


def test_playing_stops_at_the_end_and_starts_again(launch: Launch, qtbot: QtBot) -> None:
    player = launch.window.player
    player.speed = 1000.0
    with qtbot.waitSignal(player.playing, check_params_cb=lambda on: not on, timeout=5000):
        launch.window.transport.play.click()
    assert player.step == player.length
    player.speed = 0.01
    launch.window.transport.play.click()
    assert player.step < player.length
    player.pause()


def test_scrubbing_the_timeline_moves_every_view(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    line = window.transport.timeline
    qtbot.mouseClick(line, LEFT, pos=QPoint(line.width() // 2, line.height() // 2))
    middle = window.frame.step
    assert abs(middle - window.player.length / 2) <= 2
    assert f"step {middle} of" in line.accessibleDescription()
    keys = ("contour", "curves", "inspector", "standings")
    qtbot.waitUntil(lambda: all(window._shown[key] is window.frame for key in keys))


def test_side_by_side_has_a_pane_for_each_visible_run(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: len(panes(window)) == 4, timeout=5000)
    settled(window, qtbot)
    labels = [pane._plot.paths[0].label for pane in panes(window)]  # type: ignore[union-attr]
    assert labels == ["GD", "Momentum", "RMSProp", "Adam"]
    mouse(panes(window)[0], QEvent.Type.MouseMove, pixel(panes(window)[0], 1.0, 1.0), False)
    crosses = [pane._cross for pane in panes(window)]
    assert None not in crosses
    assert len(set(crosses)) == 1
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: len(panes(window)) == 3, timeout=5000)
    qtbot.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: len(panes(window)) == 1, timeout=5000)


def test_keys_do_not_act_while_something_is_typed(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    window.activateWindow()
    field = window.views["landscape"].findChild(QLineEdit)
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field, timeout=5000)
    qtbot.keyClicks(field, "sd 1")
    assert field.text() == "sd 1"
    assert window.store.experiment.view.layout == "overlay"
    assert window.store.experiment.runs[0].visible
    assert not window.player.is_playing


def test_undo_and_redo_by_key(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    before = window.store.experiment
    qtbot.keyClick(window, Qt.Key.Key_R)
    moved = window.store.experiment.start
    assert moved != before.start
    assert launch.actions.undo.text() == "Undo Random start"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.store.experiment.start == before.start
    qtbot.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert window.store.experiment.start == moved


def test_another_landscape_is_painted(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    for key in ("rosenbrock", "parabola", "wavy_quartic", "ackley"):
        window.store.edit(defaults.experiment(key), "Choose")
        settled(window, qtbot)
        frame = window.frame
        assert frame.plan is not None
        assert frame.plan.landscape.key == key
        assert (frame.image is None) == (frame.plan.landscape.dimension == 1)


def test_levels_and_colours_follow_the_view(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    qtbot.keyClick(window, Qt.Key.Key_L)
    settled(window, qtbot)
    assert window.frame.levels.kind == "linear"  # type: ignore[union-attr]
    old = window.frame.image
    window.look(colormap="cividis")
    settled(window, qtbot)
    assert window.frame.image is not old
    assert window.frame.image.colormap == "cividis"  # type: ignore[union-attr]


def test_the_painted_colours_are_those_of_the_levels(launch: Launch) -> None:
    """Independent of the kernel that paints: a pixel's loss by hand, its band by search."""
    from explorer.core.colormap import lut

    image, table = launch.window.frame.image, lut("viridis")
    assert image is not None
    (x0, x1), (y0, y1) = image.bounds
    rows, columns = image.rgb.shape
    values = image.levels.values
    rng = np.random.default_rng(1)
    right = 0
    for r, c in zip(rng.integers(0, rows, 300), rng.integers(0, columns, 300), strict=True):
        x = x0 + (c + 0.5) * (x1 - x0) / columns
        y = y0 + (r + 0.5) * (y1 - y0) / rows
        loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
        band = int(np.searchsorted(values, loss, side="right"))
        want = table[round(band / len(values) * 255)].astype(int)
        got = int(image.rgb[r, c])
        right += np.array_equal([got >> 16 & 255, got >> 8 & 255, got & 255], want)
    # a level's line, drawn over the bands, covers some of the pixels
    assert right > 200


def test_save_open_and_recent(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    window, documents = launch.window, launch.documents
    window.store.edit(replace(window.store.experiment, start=(1.0, 2.0)), "Move start")
    settled(window, qtbot)
    window.player.go(17)
    path = tmp_path / "work.lle"
    assert documents.save_path(path)
    assert read(path) == Session(window.store.experiment, 17)
    assert not window.store.dirty
    saved = window.store.experiment
    documents.new(defaults.experiment("beale"))
    settled(window, qtbot)
    assert documents.open_path(path)
    settled(window, qtbot)
    assert window.store.experiment == saved
    assert window.frame.step == 17
    assert documents.recent()[0] == path
    window.store.undo()
    assert window.store.experiment.landscape == "beale"


def test_a_damaged_file_changes_nothing(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: said.append(args[2]))
    path = tmp_path / "broken.lle"
    path.write_text('{"format": "loss-landscape-explorer", "schema": 99}')
    before = launch.window.store.experiment
    assert not launch.documents.open_path(path)
    assert launch.window.store.experiment == before
    assert "newer version" in said[0]
    assert not launch.documents.save_path(tmp_path / "no" / "folder.lle")
    assert "folder does not exist" in said[1]


def test_a_dropped_file_is_opened(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "work.lle"
    path.write_text(dumps(Session(defaults.experiment("beale"))))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    rest = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *rest)
    launch.documents.eventFilter(launch.window, enter)
    assert enter.isAccepted()
    launch.documents.eventFilter(launch.window, QDropEvent(QPointF(50, 50), *rest))
    assert launch.window.store.experiment.landscape == "beale"


def test_the_work_is_kept_and_offered(
    launch: Launch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = launch.window
    window.store.edit(replace(window.store.experiment, start=(0.5, 0.25)), "Move start")
    own = autosave._own()
    qtbot.waitUntil(
        lambda: own.exists() and read(own).experiment.start == (0.5, 0.25), timeout=5000
    )
    # as the next window finds it: the process that wrote it is no more
    monkeypatch.setattr(autosave, "_alive", lambda pid: False)
    found = autosave.last()
    assert found is not None
    assert found[1].experiment.start == (0.5, 0.25)
    window.store.undo()
    with qtbot.waitSignal(launch.documents.offered, timeout=1000):
        launch.documents.offer()


def test_export_dialog_previews_and_writes(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(launch.window, launch.documents)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.previewed, timeout=60_000) as shown:
        dialog.show()
    assert shown.args[2] == ""
    for suffix in (".svg", ".pdf", ".png"):
        dialog._kind.set_value(suffix)
        dialog._set_kind(suffix)
        path = tmp_path / f"figure{suffix}"
        dialog._path.setText(str(path))
        with qtbot.waitSignal(dialog.written, timeout=60_000) as wrote:
            dialog._write()
        assert wrote.args == [str(path), ""]
        assert read(path).experiment == launch.window.frame.experiment
        if suffix != ".png":
            dialog = ExportDialog(launch.window, launch.documents)
            qtbot.addWidget(dialog)
            dialog.show()


def test_export_dialog_says_why_it_cannot_write(launch: Launch, qtbot: QtBot) -> None:
    dialog = ExportDialog(launch.window, launch.documents)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._path.setText("/no/such/folder/figure.png")
    with qtbot.waitSignal(dialog.written, timeout=60_000):
        dialog._write()
    assert "folder does not exist" in dialog._notice.text()
    for box in dialog._contents.values():
        box.setChecked(False)
    assert not dialog._export.isEnabled()
    dialog.reject()


def test_leaving_the_export_dialog_waits_for_nothing(
    launch: Launch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.gui import export_dialog

    drawn = threading.Event()
    monkeypatch.setattr(export_dialog, "draw", lambda *_: drawn.wait(20))
    dialog = ExportDialog(launch.window, launch.documents)
    dialog.show()
    gone: list[object] = []
    dialog.destroyed.connect(lambda *_: gone.append(dialog))
    begun = time.monotonic()
    dialog.reject()
    assert time.monotonic() - begun < 1
    qtbot.wait(50)
    assert not gone  # what draws still has it
    drawn.set()
    qtbot.waitUntil(lambda: bool(gone), timeout=5000)


@pytest.mark.parametrize("text", ["Keyboard Shortcuts", "Describe the Picture", "About"])
def test_a_sheet_that_was_closed_is_gone(launch: Launch, qtbot: QtBot, text: str) -> None:
    shown: list[str] = []

    def leave() -> None:
        dialog = QApplication.activeModalWidget()
        shown.append(dialog.windowTitle())
        dialog.close()

    QTimer.singleShot(200, leave)
    launch.actions.actions[text].trigger()
    assert shown
    qtbot.waitUntil(lambda: not launch.window.findChildren(QDialog), timeout=5000)


def test_themes_change_everything_that_is_shown(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    launch.choose_theme("dark")
    qtbot.wait(50)
    picture = window.grab().toImage()
    assert picture.pixelColor(2, picture.height() // 2).name().upper() == "#15171C"
    launch.choose_theme("light")
    qtbot.wait(50)
    picture = window.grab().toImage()
    assert picture.pixelColor(2, picture.height() // 2).name().upper() == "#F6F7F9"


@pytest.mark.parametrize("name", ["dark", "projector", "light"])
def test_icons_on_buttons_are_of_the_theme(launch: Launch, qtbot: QtBot, name: str) -> None:
    launch.choose_theme("dark" if name == "light" else "light")
    qtbot.wait(50)
    launch.choose_theme(name)
    qtbot.wait(50)
    transport, theme = launch.window.transport, THEMES[name]
    for button, ink in ((transport.play, theme.on_accent), (transport.present, theme.text)):
        icon = button.icon().pixmap(button.iconSize()).toImage()
        inks = {
            icon.pixelColor(x, y).name()
            for x in range(icon.width())
            for y in range(icon.height())
            if icon.pixelColor(x, y).alpha() > 250
        }
        assert inks == {ink.lower()}


def test_panels_close_and_come_back(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    dock = window.arrangement.docks["curves"]
    dock.close()
    window.player.go(3)
    assert window._shown["curves"] is not window.frame
    dock.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: window._shown["curves"] is window.frame, timeout=5000)
    dock.setFloating(True)
    qtbot.wait(50)
    window.arrangement.reset()
    assert not dock.isFloating()
    assert dock.isVisible()


def test_every_view_tells_its_picture_in_words(launch: Launch) -> None:
    for key, view in launch.window.views.items():
        if key in ("contour", "curves", "inspector", "standings"):
            assert len(view.describe()) > 40, key


def test_a_long_run_can_be_cancelled(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    before = window.frame.traces
    told: list[tuple[int, int]] = []
    window.worker.progress.connect(lambda done, total: told.append((done, total)))
    runs = tuple(replace(run, lr=1e-9) for run in window.store.experiment.runs)
    window.store.edit(replace(window.store.experiment, runs=runs, steps=5_000_000), "Long")
    qtbot.waitUntil(lambda: bool(told), timeout=30_000)
    window.worker.cancel()
    qtbot.waitUntil(lambda: told[-1] == (1, 1), timeout=30_000)
    assert window.frame.traces is before
    window.store.undo()
    settled(window, qtbot)


def test_a_session_opens_at_its_step(qtbot: QtBot, qapp: QApplication) -> None:
    made = Launch(qapp, Session(defaults.experiment("beale"), 7), None, "light")
    open_window(made, qtbot)
    settled(made.window, qtbot)
    step = made.window.frame.step
    close(made)
    assert step == 7


def test_the_next_start_puts_panels_back(qtbot: QtBot, qapp: QApplication) -> None:
    first = open_window(Launch(qapp, None, None, "light"), qtbot)
    first.window.arrangement.docks["standings"].close()
    close(first)
    second = open_window(Launch(qapp, None, None, "light"), qtbot)
    shown = second.window.arrangement.docks["standings"].isVisible()
    second.window.arrangement.reset()
    close(second)
    assert not shown


def test_a_long_message_takes_no_room_from_what_is_beside_it(qtbot: Any) -> None:
    from explorer.gui.status import Status

    status = Status()
    qtbot.addWidget(status)
    status.resize(600, 30)
    status.show()
    status.say("long " * 100)
    status.saved("Autosaved")
    for _ in range(3):
        QApplication.processEvents()
    assert status._engine.width() >= status._engine.sizeHint().width()
    assert status._lamp.x() >= 0
    assert status._saved.geometry().right() < 600
    assert status._message.width() > 100
    status.grab()
    assert status._message.toolTip().startswith("long long")


def test_importing_qt_leaves_the_sources_of_other_modules_unread() -> None:
    script = (
        "from explorer.gui.app import import_qt; import linecache; import_qt();"
        "from PySide6.QtWidgets import QLabel; import decimal, zipfile;"
        "assert not any('zipfile' in name for name in linecache.cache);"
        "names = {}; exec('from PySide6.QtGui import *', names);"
        "assert {'QImage', 'QPainter'} <= names.keys()"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_no_key_does_two_things(launch: Launch) -> None:
    keys: dict[str, list[str]] = {}
    for action in launch.window.findChildren(QAction):
        for key in action.shortcuts():
            keys.setdefault(key.toString(), []).append(action.text())
    assert len(keys) > 40
    assert {key: texts for key, texts in keys.items() if len(texts) > 1} == {}
