"""Surfaces from files in the window: dropped, opened, asked about, and shown in the gallery."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMessageBox

from explorer import surfaces
from explorer.core import defaults
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.grid import Grid, Layer
from explorer.core.sheets import pack
from explorer.core.spec import Hyper
from explorer.gui.documents import Documents
from explorer.gui.open_surface import SurfaceDialog
from explorer.gui.store import Store
from explorer.gui.window import Window
from explorer.views.base import Frame
from explorer.views.gallery import SPEC, Gallery
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def made(*names: str, notes: tuple[str, ...] = ("Rows were turned.",)) -> Grid:
    x = np.linspace(-2.0, 2.0, 21)
    across, up = np.meshgrid(x, x)
    z = np.where(across**2 + (up - 1) ** 2 < 0.3, np.nan, across**2 + 3 * up**2)
    layers = tuple(Layer(name, (i + 1) * z) for i, name in enumerate(names))
    return Grid("Net <b>", x, x, layers, notes=notes)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made_window = Window(LIGHT)
    made_window.furnish(Store(defaults.experiment()))
    yield made_window
    made_window.close()
    made_window.deleteLater()


@pytest.fixture
def documents(window: Window, tmp_path: Path) -> Documents:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    return Documents(window, settings)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "surface.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    return path


def test_a_dropped_surface_is_read_on_a_thread_and_shown(
    documents: Documents, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_on = []

    def read(path: Path, **options: object) -> Grid:
        read_on.append(threading.current_thread())
        return made("loss")

    monkeypatch.setattr(surfaces, "read", read)
    monkeypatch.setattr(surfaces, "options", lambda path: ())
    window = documents.window
    before = window.store.experiment
    assert documents.open_path(file)
    qtbot.waitUntil(lambda: window.store.experiment.landscape == pack(made("loss")))
    assert read_on != [threading.main_thread()]
    assert window.windowTitle() == "Net <b>[*]"
    assert window.store.undo_name == "Open surface.h5"
    assert documents.path is None  # what is saved does not take its place
    assert documents.recent() == [file]
    assert window.status._message.text() == "Opened surface.h5. Rows were turned."
    window.store.undo()
    assert window.store.experiment.landscape == before.landscape


def test_what_is_no_surface_is_said_and_changes_nothing(
    documents: Documents, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(path: Path, **options: object) -> Grid:
        raise InputError("cannot read it: a reason")

    said: list[str] = []
    monkeypatch.setattr(surfaces, "read", read)
    monkeypatch.setattr(QMessageBox, "warning", lambda *given: said.append(given[2]))
    before = documents.window.store.experiment
    documents.open_path(file)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["cannot read it: a reason"]
    assert documents.window.store.experiment is before


def test_layers_and_options_are_asked_for(
    documents: Documents, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = made("train", "test")
    asked: list[dict[str, object]] = []

    def read(path: Path, **options: object) -> Grid:
        asked.append(options)
        return grid

    known = Hyper("serpentine", "off", choices=("off", "on")), Hyper("step", 1.0)
    monkeypatch.setattr(surfaces, "read", read)
    monkeypatch.setattr(surfaces, "options", lambda path: known)

    def choose() -> None:
        dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, SurfaceDialog))
        dialog.layers.setCurrentText("test")
        field = dialog.fields["serpentine"]
        assert isinstance(field, QComboBox)
        field.setCurrentText("on")
        assert isinstance(dialog.fields["step"], QLineEdit)
        dialog.accept()

    timer = QTimer(documents)
    timer.timeout.connect(lambda: (timer.stop(), choose()) if dialogs() else None)
    timer.start(10)
    documents.open_path(file)
    store = documents.window.store
    qtbot.waitUntil(lambda: store.experiment.landscape == pack(grid, "test"))
    assert asked == [{}, {"serpentine": "on"}]


def dialogs() -> list[SurfaceDialog]:
    found = QApplication.topLevelWidgets()
    return [w for w in found if isinstance(w, SurfaceDialog) and w.isVisible()]


def test_the_dialog_tells_what_is_in_the_file(qtbot: QtBot) -> None:
    dialog = SurfaceDialog(None, made("a", "b"), ())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "21×21, x from −2 to 2, y from −2 to 2" in words
    assert "Rows were turned." in words
    assert (dialog.layer(), dialog.chosen()) == ("a", {})


def test_the_gallery_has_a_card_of_it(qtbot: QtBot) -> None:
    view = SPEC.make()
    assert isinstance(view, Gallery)
    qtbot.addWidget(view)
    count = view.cards.count()
    key = pack(made("loss"))
    frame = Frame(defaults.experiment(), LIGHT)
    view.show_frame(None, frame)
    view.build()
    there = Frame(defaults.experiment(key), LIGHT)
    view.show_frame(frame, there)
    assert view.cards.count() == count + 1
    assert view.cards.shown()[-1] == "grid:1"
    spec = catalog().landscape(key)
    assert (view._title.text(), view._teaches.text()) == (spec.title, spec.teaches)
    # back and again: the card stays one, and chooses the whole surface
    view.show_frame(there, frame)
    with qtbot.waitSignal(view.edited) as caught:
        view.cards.chosen.emit("grid:1")
    experiment, name, folded = caught.args
    assert experiment.landscape == key
    assert (name, folded) == ("Choose Net <b>", "landscape:grid:1")
    view.show_frame(frame, there)
    assert view.cards.count() == count + 1
    view.release()


def test_a_thumbnail_leaves_out_what_is_missing(qapp: QApplication) -> None:
    from explorer.widgets.thumbnail import paint, sample

    spec = catalog().landscape(pack(made("loss")))
    *_, losses = sample(spec)
    assert losses is not None
    assert np.isnan(losses).any()
    image = paint(spec, losses)
    clear = [image.pixelColor(88, y).alpha() for y in range(image.height())]
    assert set(clear) == {0, 255}
    middle = clear.index(0), len(clear) - clear[::-1].index(0)
    assert middle[0] < 0.25 * len(clear) < middle[1] < 0.45 * len(clear)
