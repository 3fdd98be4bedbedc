"""The window's export of films: what its dialog says, writes and gives up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from test_window import close, open_window, settled

from explorer.core import defaults
from explorer.core.sessionfile import read
from explorer.gui.animation_dialog import AnimationDialog
from explorer.gui.launch import Launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    """A window that has drawn its first trajectories."""
    made = Launch(qapp, None, None, "light")
    yield open_window(made, qtbot)
    made.documents.settings.remove("files/recent")
    close(made)


def opened(launch: Launch, qtbot: QtBot, suffix: str, duration: float) -> AnimationDialog:
    """The dialog with its first preview, set to a small film."""
    dialog = AnimationDialog(launch.window, launch.documents)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.show()
    dialog._kind.set_value(suffix)
    dialog._set_kind(suffix)
    for box, value in (
        (dialog._width, 161), (dialog._height, 90), (dialog._rate, 5), (dialog._duration, duration)
    ):  # fmt: skip
        box.set_value(value)
        box.changed.emit(value)
    return dialog


def test_the_dialog_writes_a_film_that_reopens(
    launch: Launch, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = launch.window
    shown, length = window.frame.experiment, window.player.length
    dialog = opened(launch, qtbot, ".gif", 1)
    assert dialog._measure.text().startswith("10 pictures, 2 s, about ")
    assert dialog._said.text() == ""
    assert dialog._transparent.isHidden()  # a film has its paper
    assert [dialog._preset.combo.itemData(i) for i in range(2)] == ["custom", "slide"]
    assert dialog._preset.combo.count() == 2
    path = tmp_path / "film.gif"
    dialog._path.setText(str(path))
    done: list[int] = []
    dialog.progressed.connect(done.append)
    said: list[tuple[str, str]] = []
    dialog.written.connect(lambda *words: said.append(words))
    with qtbot.waitSignal(dialog.drawn, timeout=60_000):
        dialog._write()
        assert not dialog._form.isEnabled()
        assert dialog._bar.isVisible()
    assert said == [(str(path), "")]
    # every picture is told of, the ones that are held at once
    assert done[:2] == [0, 1]
    assert done[-1] == 10
    assert done == sorted(done)
    session = read(path)
    assert session.experiment == shown
    assert session.step == length
    # what is opened is what was written
    window.store.open(defaults.experiment("booth"))
    settled(window, qtbot)
    assert launch.documents.open_path(path)
    settled(window, qtbot)
    assert window.frame.experiment == shown
    assert window.frame.step == length

    # cancelled: the dialog stays, and so does the old file
    old = path.read_bytes()
    dialog = opened(launch, qtbot, ".gif", 100)
    dialog._path.setText(str(path))
    dialog.progressed.connect(lambda count: dialog._stop() if count else None)
    with qtbot.waitSignal(dialog.written, timeout=60_000):
        dialog._write()
    assert dialog._notice.text() == "Cancelled: nothing was written"
    assert dialog.isVisible()
    assert dialog._form.isEnabled()
    assert not dialog._bar.isVisible()
    assert [file.name for file in tmp_path.iterdir()] == ["film.gif"]
    assert path.read_bytes() == old

    # a size that has to be another is said, and so is what is not installed
    dialog._kind.set_value(".mp4")
    dialog._set_kind(".mp4")
    assert dialog._said.text().endswith(": 160 × 90 is drawn")
    assert dialog._export.isEnabled()
    monkeypatch.setitem(sys.modules, "av", None)
    dialog._changed()
    assert "pip install 'loss-landscape-explorer[video]'" in dialog._said.text()
    assert not dialog._export.isEnabled()
    dialog._kind.set_value("")
    dialog._set_kind("")
    assert dialog._said.text() == ""
    assert dialog._export.isEnabled()
    with qtbot.waitSignal(dialog.drawn, timeout=60_000):
        dialog.reject()
    other = AnimationDialog(window, launch.documents)
    assert other._kind.value() == ".gif"
    assert other._kind.count() == 5
    with qtbot.waitSignal(other.drawn, timeout=60_000):
        other.reject()
