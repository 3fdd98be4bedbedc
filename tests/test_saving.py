"""Files that are written: whole or not at all, and never over what is something else."""

from __future__ import annotations

import errno
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QMessageBox

import explorer
from explorer import animation, export
from explorer.cli import main
from explorer.core import defaults, tablefile
from explorer.core.errors import InputError
from explorer.core.session import Session, dumps
from explorer.core.sessionfile import read
from explorer.core.traceformat import Header
from explorer.core.tracewriter import TraceWriter
from explorer.gui import autosave, preferences
from explorer.gui.documents import Documents
from explorer.gui.store import Store
from explorer.gui.window import Window
from explorer.widgets.theme import LIGHT
from explorer.writers import writers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

RUN = ("--landscape", "bowl", "--optimizer", "adam:lr=0.1", "--steps", "12")
SMALL = ("--size", "320x240", "--text-size", "3")
COMMANDS = {
    **{f"runs{kind}": ("run", *RUN, "--out") for kind in tablefile.formats()},
    **{f"map{kind}": ("map", *RUN, "--size", "6x5", "--out") for kind in tablefile.formats()},
    "program.py": ("run", *RUN, "--code", "python", "--out"),
    "epochs.csv": ("train", "--model", "linear_regression", "--data", "line", "--optimizer",
                   "sgd:lr=0.01", "--epochs", "3", "--out"),
    "map.png": ("map", *RUN, "--size", "6x5", "--pixels", "200x160", "--out"),
    **{f"figure{kind}": ("export", *RUN, *SMALL, "--out") for kind in export.formats()},
    **{f"film{kind}": ("animate", *RUN, *SMALL, "--fps", "5", "--duration", "0.6", "--out")
       for kind in animation.formats() if kind},
    **{f"surface{kind}": ("convert", "--landscape", "bowl", "--size", "9x7")
       for kind in writers()},
}  # fmt: skip
# What is written by packages that are not always there.
EXTRAS = {".parquet": "pyarrow", ".h5": "h5py", ".mp4": "av", ".webm": "av"}


class Full(io.BytesIO):
    """A file on a disk that has room for so many bytes more."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        if self.tell() + size > self.room:
            raise OSError(errno.ENOSPC, "no space")
        return super().write(data)


def fails_half_way(path: Path, write: Callable[[], object], monkeypatch: Any) -> None:
    """Write once, then again over something old with half the room: that stays."""
    write()
    room = path.stat().st_size // 2
    path.write_bytes(b"old")
    real = Path.open

    def narrow(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        stream = real(self, mode, *rest, **more)
        if mode != "xb":
            return stream
        stream.close()  # the file is there, as a part of what was to be written
        return Full(room)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", narrow)
        with pytest.raises(InputError) as caught:
            write()
    assert path.read_bytes() == b"old"
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    assert str(caught.value) == f"cannot write {path}: the disk is full"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_leaves_the_old_file_of_every_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if path.suffix in EXTRAS:
        pytest.importorskip(EXTRAS[path.suffix])

    def write() -> None:
        capsys.readouterr()
        status = main([*COMMANDS[name], str(path)])
        if status:
            assert status == 2
            raise InputError(capsys.readouterr().err.removeprefix("loss-explorer: ").rstrip("\n"))

    fails_half_way(path, write, monkeypatch)


def test_a_full_disk_leaves_the_old_file_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plane = explorer.slice(lambda p: float((p**2).sum()), np.ones(3), resolution=5)
    header = Header("a1", (("x", (2,)),), "all", 1, 2)
    for name, write in (
        ("plane.npz", plane.save),
        ("plane.csv", plane.save),
        ("plane.vtp", plane.save),
        ("run.lle-trace", lambda path: TraceWriter(path, header).close(0)),
    ):
        folder = tmp_path / name
        folder.mkdir()
        fails_half_way(folder / name, lambda: write(folder / name), monkeypatch)  # noqa: B023


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window(LIGHT)
    made.furnish(Store(defaults.experiment("beale")))
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_a_full_disk_leaves_the_old_file_of_the_window(
    window: Window, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    documents = Documents(window, settings)
    documents.keep_unasked(on=False, wait=0)

    def save() -> None:
        said: list[str] = []
        monkeypatch.setattr(QMessageBox, "warning", lambda *words: said.append(words[2]))
        if not documents.save_path(folder / "work.lle"):
            raise InputError(*said)

    fails_half_way(folder / "work.lle", save, monkeypatch)
    (folder / "work.lle").unlink()
    monkeypatch.setattr(autosave, "_own", lambda: folder / "kept.lle")
    fails_half_way(folder / "kept.lle", lambda: autosave.save(documents.session()), monkeypatch)
    (folder / "kept.lle").unlink()
    monkeypatch.setattr(preferences, "place", lambda: folder / "taste.json")
    stored = preferences.Stored(replace(preferences.Preferences(), theme="dark"))
    fails_half_way(folder / "taste.json", lambda: preferences.save(stored), monkeypatch)


@pytest.mark.parametrize("kind", [".png", ".svg", ".pdf", ".mp4", ".gif", ".h5", ".npz", ".csv"])
def test_save_never_takes_the_place_of_what_is_no_session(
    window: Window, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked: list[str] = []
    picture, session = tmp_path / f"figure{kind}", tmp_path / "figure.lle"
    picture.write_bytes(b"a picture")

    def answer(*arguments: Any) -> tuple[str, str]:
        asked.append(arguments[2])
        return str(picture), ""  # as one who insists on the picture's own name

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    documents = Documents(window, settings, picture)  # as the command line opens it
    assert documents.save()
    assert asked == [str(session)]
    assert picture.read_bytes() == b"a picture"
    assert read(session).experiment.landscape == "beale"
    assert documents.save()  # to the session now, unasked
    assert len(asked) == 1

    documents.show(Session(defaults.experiment("booth")), picture)  # as one that is dropped
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    assert not documents.save()
    assert read(session).experiment.landscape == "beale"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    assert documents.save()
    assert read(session).experiment.landscape == "booth"
    assert picture.read_bytes() == b"a picture"


def test_save_goes_back_to_the_session_that_was_opened(
    window: Window, settings: QSettings, tmp_path: Path
) -> None:
    path = tmp_path / "work.LLE"
    path.write_text(dumps(Session(defaults.experiment("booth"))))
    documents = Documents(window, settings, path)
    assert documents.save()
    assert read(path).experiment.landscape == "beale"
