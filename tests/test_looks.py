"""What `python -m tests.looks` measures: contrast, room and overlaps, seen where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from looks import contrast, fit
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from test_window import close, open_window

from explorer.gui.export_dialog import ExportDialog
from explorer.gui.launch import Launch
from explorer.widgets.formulafield import FormulaField
from explorer.widgets.stylesheet import palette, stylesheet
from explorer.widgets.theme import LIGHT, THEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    made = open_window(Launch(qapp, None, None, "light"), qtbot)
    yield made
    made.choose_theme("light")
    close(made)


def seen(qtbot: QtBot, *widgets: QWidget) -> QWidget:
    """A window with some widgets one above the other."""
    top = QWidget()
    qtbot.addWidget(top)
    column = QVBoxLayout(top)
    for widget in widgets:
        column.addWidget(widget)
    top.resize(300, 200)
    with qtbot.waitExposed(top):
        top.show()
    return top


def too_faint(top: QWidget) -> list[str]:
    return [words for words, _ in contrast.faint(top, top.grab().toImage()) if words]


def test_contrast_is_that_of_the_guidelines() -> None:
    # the examples of WebAIM's checker: #777777 on white is 4.48, #767676 4.54
    colours = np.array([[0x77] * 3, [0x76] * 3, [0, 0, 0]], float)
    found = contrast.ratio(colours, np.full(3, 255.0))
    assert np.allclose(found, [4.48, 4.54, 21.0], atol=0.005)


def test_the_pen_is_found_among_smoothed_pixels(qtbot: QtBot) -> None:
    pale, plain = QLabel("Too pale to be read"), QLabel("Dark enough to be read")
    pale.setStyleSheet("background: #ffffff; color: #8a8a8a")
    plain.setStyleSheet("background: #ffffff; color: #707070")
    found = too_faint(seen(qtbot, pale, plain))
    assert len(found) == 1
    assert found[0].startswith("3.5 < 4.5: #8a8a8a on #ffffff")


def test_what_is_disabled_or_large_needs_less(qtbot: QtBot) -> None:
    off, large = QLabel("Disabled"), QLabel("Large")
    for label in (off, large):
        label.setStyleSheet("background: #ffffff; color: #8a8a8a; font-size: 18pt")
    off.setStyleSheet("background: #ffffff; color: #dddddd")
    off.setEnabled(False)
    assert too_faint(seen(qtbot, off, large)) == []


def test_a_text_without_room_is_found(qtbot: QtBot) -> None:
    cut, told, free = QLabel("far too long " * 5), QLabel("far too long " * 5), QLabel("short")
    for label in (cut, told):
        label.setFixedWidth(80)
    told.setToolTip("far too long")
    button = QPushButton("a button's long words")
    button.setFixedWidth(40)
    field = QLineEdit("far too long for a field")
    field.setFixedWidth(60)
    found = list(fit.clipped(seen(qtbot, cut, told, free, button, field)))
    assert [words.split()[1] for words in found] == ["label", "button", "field"]


def test_widgets_in_each_others_way_are_found(qtbot: QtBot) -> None:
    top = seen(qtbot, QLabel("below"))
    assert list(fit.overlaps(top)) == []
    over = QLabel("above", top)
    over.move(QPoint(20, 90))
    over.show()
    qtbot.wait(20)
    (found,) = fit.overlaps(top)
    assert found.startswith("QLabel")


@pytest.mark.parametrize("name", THEMES)
def test_an_example_in_an_empty_field_can_be_read(name: str, qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setPalette(palette(THEMES[name]))
    app.setStyleSheet(stylesheet(THEMES[name]))
    try:
        assert too_faint(seen(qtbot, FormulaField(lambda text: text))) == []
    finally:
        app.setPalette(palette(LIGHT))
        app.setStyleSheet(stylesheet(LIGHT))


def test_the_window_can_be_read_in_every_theme(launch: Launch, qtbot: QtBot) -> None:
    for name in THEMES:
        launch.choose_theme(name)
        qtbot.waitUntil(lambda: not launch.window._others.isActive(), timeout=9000)
        qtbot.wait(100)
        assert too_faint(launch.window) == []
        assert list(fit.clipped(launch.window)) == []
        assert list(fit.overlaps(launch.window)) == []


def test_no_words_of_the_export_dialog_are_greyed_out(launch: Launch, qtbot: QtBot) -> None:
    dialog = ExportDialog(launch.window, launch.documents)
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.show()
    qtbot.wait(50)
    assert [label.text() for label in dialog.findChildren(QLabel) if not label.isEnabled()] == []
    assert too_faint(dialog) == []
    dialog.reject()
    qtbot.waitUntil(lambda: not launch.window.findChildren(ExportDialog), timeout=20_000)
