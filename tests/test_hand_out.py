"""Handing an experiment out: nothing of it is lost, and what is drawn is the code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import segno
import zxingcpp
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from test_window import close, open_window, settled

from explorer.core import defaults
from explorer.core.experiment import Learning, Noise, Run, View, settings
from explorer.core.handout import MOST, shortest
from explorer.core.session import Session, dumps, loads
from explorer.gui import hand_out
from explorer.gui.hand_out import HandOut
from explorer.gui.launch import Launch
from explorer.widgets.qrcode import QUIET, QrCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

PLAIN = defaults.experiment()
FULL = replace(
    PLAIN,
    start=(1.25, -2.5),
    runs=(
        Run("adam", 0.3, settings({"beta1": 0.8}), style=5, label="mine", visible=False),
        Run("momentum", 0.01, settings({"momentum": 0.5})),
    ),
    parameters=settings({"a": 12.0}),
    steps=77,
    seed=9,
    noise=Noise(0.5, 4),
    view=View(layout="side", bounds=((-1.0, 1.0), (0.0, 2.5))),
)


@pytest.mark.parametrize("experiment", [PLAIN, FULL, defaults.experiment("parabola")])
@pytest.mark.parametrize("step", [None, 17])
def test_nothing_is_lost_and_much_is_left_out(experiment: Any, step: int | None) -> None:
    session = Session(experiment, step)
    text = shortest(session)
    assert loads(text) == session
    assert len(text.encode()) < len(dumps(session)) / 2
    assert len(text.encode()) <= MOST
    # whatever is still there is needed: none of the start's or the runs' values could go
    if experiment is FULL:
        for word in ("1.25", "0.8", "mine", "77", "12.0", "side"):
            assert word in text


def test_what_is_drawn_is_the_code(qtbot: QtBot) -> None:
    matrix = tuple(segno.make(shortest(Session(PLAIN)), error="m", micro=False).matrix)
    code = QrCode(matrix)
    qtbot.addWidget(code)
    code.resize(500, 460)
    image = code.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    grid = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    left, top, side = code.place()
    assert side >= 5
    assert side == int(side)  # sharp edges
    middles = np.arange(-QUIET, len(matrix) + QUIET)
    xs = (left + (middles + 0.5) * side).astype(int)
    ys = (top + (middles + 0.5) * side).astype(int)
    seen = grid[np.ix_(ys, xs)]
    want = np.full_like(seen, 0xFFFFFF)
    want[QUIET:-QUIET, QUIET:-QUIET][np.array([list(row) for row in matrix]) > 0] = 0
    assert np.array_equal(seen, want)


def test_what_does_not_fit_or_travel_is_said() -> None:
    long = Session(
        replace(PLAIN, runs=tuple(Run("adam", 0.1 + i, label=f"run {i}") for i in range(60)))
    )
    (said,) = hand_out.notes(long, shortest(long))
    assert "hand it out as a file" in said
    assert f"{len(shortest(long).encode())} bytes" in said
    own = Session(replace(PLAIN, learning=Learning(data="somewhere/class.csv")))
    assert hand_out.notes(own, shortest(own))[1].startswith("Its data are in class.csv")
    shipped = Session(replace(PLAIN, learning=Learning()))
    assert len(hand_out.notes(shipped, shortest(shipped))) == 1


def read(image: QImage) -> list[str]:
    """What a reader of codes finds in a picture."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), -1)
    return [found.text for found in zxingcpp.read_barcodes(rows[:, : grey.width()].copy())]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_reader_of_codes_reads_the_experiment_off_the_dialog(
    theme: str, qtbot: QtBot, qapp: QApplication
) -> None:
    launch = open_window(Launch(qapp, None, None, theme), qtbot)
    try:
        launch.window.store.edit(FULL, "Prepare")
        settled(launch.window, qtbot)
        dialog = HandOut(launch.window, launch.documents)
        dialog.show()
        qtbot.waitExposed(dialog)
        picture = dialog.grab().toImage()
        (text,) = read(picture)
        assert loads(text).experiment == FULL
        # as a camera at the back of the room has it: few pixels, and dim
        far = picture.scaledToWidth(picture.width() * 2 // 3)
        assert read(far) == [text]
        dialog.close()
        dialog.deleteLater()
    finally:
        close(launch)


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    """A window that has drawn its first trajectories."""
    made = Launch(qapp, None, None, "light")
    yield open_window(made, qtbot)
    close(made)


def test_what_one_window_hands_out_another_opens(
    launch: Launch, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = launch.window
    window.store.edit(FULL, "Prepare")
    settled(window, qtbot)
    window.player.go(12)
    dialog = HandOut(window, launch.documents)
    dialog.show()
    assert dialog.code is not None
    assert dialog.code.isVisible()
    copy = next(b for b in dialog.findChildren(hand_out.QDialogButtonBox)[0].buttons()
                if b.text() == "Copy Text")  # fmt: skip
    copy.click()
    dialog.close()
    dialog.deleteLater()
    launch.documents.new(defaults.experiment("beale"))
    settled(window, qtbot)
    launch.actions.actions["Paste Experiment"].trigger()
    settled(window, qtbot)
    assert window.store.experiment == FULL
    assert window.frame.step == 12
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: said.append(args[2]))
    QApplication.clipboard().setText("a shopping list")
    launch.actions.actions["Paste Experiment"].trigger()
    assert window.store.experiment == FULL
    assert said[0].startswith("the clipboard: damaged")
