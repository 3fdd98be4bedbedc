"""Pictures and data from the window: on the clipboard, by preset, and the same as what is shown."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pictures import found_map
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from test_window import close, open_window, panes, settled

from explorer import export
from explorer.core import colormap, embed, levels
from explorer.core.request import fit
from explorer.core.session import loads
from explorer.core.table import names
from explorer.gui import copying
from explorer.gui.export_dialog import ExportDialog
from explorer.gui.launch import Launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtCore import QMimeData
    from pytestqt.qtbot import QtBot

    from explorer.gui.window import Window


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = open_window(Launch(qapp, None, None, "light"), qtbot)
    settled(made.window, qtbot)
    yield made
    close(made)


def copied(launch: Launch, name: str, kind: str, qtbot: QtBot) -> QMimeData:
    """What a command of the Edit menu leaves on the clipboard."""
    clipboard = QApplication.clipboard()
    clipboard.clear()
    launch.actions.actions[name].trigger()
    qtbot.waitUntil(lambda: clipboard.mimeData().hasFormat(kind), timeout=60_000)
    return clipboard.mimeData()


def test_the_picture_is_copied_as_the_window_shows_it(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    assert launch.actions.actions["Copy Picture"] in window.menus["Edit"].actions()
    data = copied(launch, "Copy Picture", "image/png", qtbot)
    png = bytes(data.data("image/png").data())
    held = embed.session_in(png)
    assert held is not None
    assert loads(held).experiment == window.store.experiment
    with Image.open(io.BytesIO(png)) as opened:
        picture = np.asarray(opened.convert("RGBA"))
    assert picture.shape == (1080, 1920, 4)
    image = QImage(data.imageData()).convertToFormat(QImage.Format.Format_RGBA8888)
    assert np.array_equal(np.asarray(image.constBits()).reshape(1080, 1920, 4), picture)
    assert "1920 × 1080" in window.status._message.text()


def test_what_is_copied_is_what_is_shown(launch: Launch) -> None:
    frame = launch.window.frame
    expected: Any
    for seen, layout, expected in (
        ("2d", "overlay", ("contour",)),
        ("2d", "side", ("side-by-side",)),
        ("3d", "side", ("surface",)),
        ("both", "overlay", ("contour", "surface")),
    ):
        view = replace(frame.experiment.view, panes=seen, layout=layout)  # type: ignore[arg-type]
        given = replace(frame, experiment=replace(frame.experiment, view=view))
        assert copying.shown(given) == expected
        drawn = copying.figure(given, expected)
        assert len(drawn.plots) == (4 if expected == ("side-by-side",) else len(expected))
        assert drawn.caption


def test_the_data_are_copied_for_spreadsheets(launch: Launch, qtbot: QtBot) -> None:
    frame = launch.window.frame
    data = copied(launch, "Copy Data", "text/csv", qtbot)
    rows = list(csv.reader(io.StringIO(data.text()), delimiter="\t"))
    assert rows == list(csv.reader(io.StringIO(bytes(data.data("text/csv").data()).decode())))
    assert "," not in data.text()
    head, *body = rows
    assert head[:5] == ["run", "step", "x", "y", "loss"]
    assert frame.plan is not None
    for name, trace in zip(names(frame.plan), frame.traces, strict=True):
        own = np.array([[float(v) for v in row[2:5]] for row in body if row[0] == name])
        # every digit: what is pasted is what was computed
        assert np.array_equal(own, np.column_stack([trace.points, trace.loss]))
    assert f"{len(body)} rows" in launch.window.status._message.text()


def test_too_much_for_a_clipboard_is_said(
    launch: Launch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "MOST_NUMBERS", 1000)
    QApplication.clipboard().setText("kept")
    launch.actions.actions["Copy Data"].trigger()
    status = launch.window.status._message
    qtbot.waitUntil(lambda: "1000" in status.text(), timeout=20_000)
    assert "Copy Command Line" in status.text()
    assert QApplication.clipboard().text() == "kept"


def chosen(dialog: ExportDialog, key: str) -> None:
    combo = dialog._preset.combo
    combo.set_value(key)
    combo.activated.emit(combo.currentIndex())


def test_a_preset_fills_the_dialog_until_a_hand_changes_it(launch: Launch, qtbot: QtBot) -> None:
    dialog = ExportDialog(launch.window, launch.documents)
    dialog.show()
    assert dialog._preset.combo.value() == "custom"
    for key, preset in export.PRESETS.items():
        chosen(dialog, key)
        wish = dialog.wish()
        views = len(wish.contents)
        assert (wish.size, wish.dpi) == (preset.pixels(views), preset.dpi)
        assert (wish.text_size, wish.palette) == (preset.text_size, preset.palette)
        assert dialog._preset.about.isVisible()
    chosen(dialog, "paper-column")
    before = dialog.wish().size
    dialog._contents["curves"].setChecked(True)
    width, height = dialog.wish().size
    assert (width, height > before[1]) == (before[0], True)
    assert dialog._preset.combo.value() == "paper-column"
    dialog._dpi._take(300.0)
    assert dialog._preset.combo.value() == "custom"
    assert dialog.wish().size == (width, height)
    assert dialog.wish().dpi == 300
    chosen(dialog, "poster")
    dialog._palette.set_value("dark")
    dialog._palette.changed.emit("dark")
    assert dialog._preset.combo.value() == "custom"
    dialog.reject()
    qtbot.waitUntil(lambda: not launch.window.findChildren(ExportDialog), timeout=30_000)


def test_the_dialog_leaves_the_paper_out(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(launch.window, launch.documents)
    dialog.show()
    dialog._width._take(400)
    dialog._height._take(300)
    for on in (True, False):
        dialog._transparent.setChecked(on)
        path = tmp_path / f"{on}.png"
        dialog._path.setText(str(path))
        with qtbot.waitSignal(dialog.written, timeout=60_000) as wrote:
            dialog._write()
        assert wrote.args[1] == ""
        with Image.open(path) as picture:
            assert picture.convert("RGBA").getpixel((0, 0))[3] == (0 if on else 255)
        if on:
            dialog = ExportDialog(launch.window, launch.documents)
            dialog.show()
    qtbot.waitUntil(lambda: not launch.window.findChildren(ExportDialog), timeout=30_000)


def bare(window: Window, qtbot: QtBot, **changes: Any) -> None:
    """Hide all runs, so that nothing but the map is to be seen."""
    experiment = window.store.experiment
    runs = tuple(replace(run, visible=False) for run in experiment.runs)
    view = replace(experiment.view, panes="2d", layout="overlay", **changes)
    window.store.edit(replace(experiment, runs=runs, view=view), "Bare")
    settled(window, qtbot)
    qtbot.wait(400)  # the picture passes into the next


def test_a_file_shows_what_the_window_shows(launch: Launch, qtbot: QtBot, tmp_path: Path) -> None:
    for spread, bounds in (("log", None), ("linear", None), ("log", ((-3.0, 3.5), (-2.0, 4.5)))):
        compare(launch.window, qtbot, tmp_path / "map.png", bounds, spread)


def compare(window: Window, qtbot: QtBot, path: Path, bounds: Any, spread: str) -> None:
    """Hold the pixels of an exported map against those of the window at the same points."""
    bare(window, qtbot, bounds=bounds, levels=spread, colormap="viridis")
    frame, (pane,) = window.frame, panes(window)
    assert frame.plan is not None
    assert frame.levels is not None
    drawn = copying.figure(frame, ("contour",)).plots[0]
    # extents: the file's are the experiment's, the window's the same in its own shape
    assert drawn.bounds == frame.plan.bounds
    area = pane.area()
    np.testing.assert_allclose(pane.shown(), fit(drawn.bounds, area.width(), area.height()))
    # levels: the very same
    assert drawn.levels is frame.levels
    assert window.result is not None
    assert window.result.image is not None
    assert np.array_equal(window.result.image.levels.values, drawn.levels.values)
    # colours, at the same points
    export.write(copying.figure(frame, ("contour",)), path)
    with Image.open(path) as opened:
        picture = np.asarray(opened.convert("RGB")).astype(int)
    left, top, right, bottom = found_map(picture)
    shot = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    assert shot.devicePixelRatio() == 1
    (x0, x1), (y0, y1) = drawn.bounds
    signs = [(m.x, m.y) for m in drawn.marks] + [drawn.start]
    field, tints = drawn.field, colormap.colours("viridis", len(drawn.levels.values))
    i, j = (np.random.default_rng(3).integers(4, 156, (4000, 2))).T
    checked = flipped = 0
    for x, y, z in zip(field.x[i], field.y[j], field.z[j, i], strict=True):
        place = float(levels.band(drawn.levels, np.array([z]))[0])
        crowded = min(np.hypot(x - a, y - b) for a, b in signs) < 0.09 * (x1 - x0)
        if not 0.35 < place % 1 < 0.65 or crowded:
            continue
        at = pane.to_pixel(x, y).toPoint()
        if not area.adjusted(3, 3, -3, -60).contains(at):
            continue
        colour = shot.pixelColor(at)
        seen = np.array([colour.red(), colour.green(), colour.blue()])
        column = int(left + (x - x0) / (x1 - x0) * (right - left))
        row = int(bottom - (y - y0) / (y1 - y0) * (bottom - top))
        assert np.abs(picture[row, column] - seen).max() <= 2, (x, y)
        assert np.abs(tints[int(place)] - seen).max() <= 2
        checked += 1
        mirrored = picture[top + bottom - 1 - row, column]
        flipped += bool(np.abs(mirrored - seen).max() > 2)
    assert checked > 150
    # a picture upside down would be told
    assert flipped > 10


def test_copying_does_not_hold_the_window_up(launch: Launch, qtbot: QtBot) -> None:
    # the work is on another thread: starting it returns before anything is drawn
    window = launch.window
    beats: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start(1)
    clipboard = QApplication.clipboard()
    clipboard.clear()
    launch.actions.actions["Copy Picture"].trigger()
    assert window.status._message.text() == "Drawing the picture…"
    assert not clipboard.mimeData().hasImage()
    qtbot.waitUntil(lambda: clipboard.mimeData().hasImage(), timeout=60_000)
    timer.stop()
    # the event loop went on meanwhile
    assert len(beats) > 5
