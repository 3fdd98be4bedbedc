"""A window that follows a training's trace file while it grows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QSettings

import explorer
from explorer import cli, surfaces
from explorer.core import defaults, recorded
from explorer.core.sessionfile import read
from explorer.core.traceformat import BEGIN
from explorer.engine.answer import run_once
from explorer.gui import documents as documents_module
from explorer.gui.documents import Documents
from explorer.gui.store import Store
from explorer.gui.window import Window
from explorer.widgets.settings import on_landscape
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.core.grid import Recorded


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
    return tmp_path / "net.lle-trace"


def begun(file: Path, size: int = 2) -> Any:
    return explorer.watch(np.zeros(size), file)


def go(run: Any, *places: float) -> None:
    """Take steps at (v, 2v), of loss v squared."""
    for v in places:
        run.step(np.array([v, 2 * v]), v * v, lr=0.1)


def path_of(window: Window) -> Recorded | None:
    runs = window.store.experiment.runs
    keys = [run.optimizer for run in runs if recorded.is_recorded(run.optimizer)]
    assert len(keys) <= 1
    return recorded.unpack(keys[0]) if keys else None


def length(window: Window) -> int:
    path = path_of(window)
    return len(path.points) if path else 0


def test_traces_are_known_by_their_beginning(file: Path) -> None:
    assert BEGIN == surfaces.TRACE
    begun(file).close()
    assert surfaces.is_trace(file)
    assert not surfaces.is_trace(file.with_name("none"))


def test_a_file_that_grows_is_followed(documents: Documents, file: Path, qtbot: QtBot) -> None:
    window, store = documents.window, documents.window.store
    run = begun(file)
    go(run, 3.0, 2.0)
    assert documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 2)
    assert store.done == ("Follow net.lle-trace",)
    assert documents.recent() == [file]
    assert len(store.experiment.runs) == 5
    for v in (1.5, 1.0, 0.5):
        go(run, v)
        qtbot.waitUntil(lambda v=v: path_of(window).points[-1, 0] == v)  # type: ignore[misc, union-attr]
    path = path_of(window)
    assert path is not None
    np.testing.assert_array_equal(path.points, np.outer([3, 2, 1.5, 1, 0.5], [1, 2]))
    np.testing.assert_array_equal(path.losses, np.square([3, 2, 1.5, 1, 0.5]))
    assert window.status._followed.text() == "following net.lle-trace, step 4"
    # what came by itself is not to be undone; the engine has it
    assert store.done == ("Follow net.lle-trace",)
    _, traces = run_once(store.experiment)
    assert traces[4].stop_step == 4
    np.testing.assert_array_equal(traces[4].points, path.points)
    run.close()
    qtbot.waitUntil(lambda: "ended" in window.status._followed.text())
    # a session has it as it stands
    saved = file.with_suffix(".lle")
    documents.save_path(saved)
    assert read(saved).experiment == store.experiment


def test_edits_go_on_and_undo_brings_back_no_old_path(
    documents: Documents, file: Path, qtbot: QtBot
) -> None:
    window, store = documents.window, documents.window.store
    run = begun(file)
    go(run, 3.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 1)
    store.edit(replace(store.experiment, steps=40), "Change steps")
    go(run, 2.0)
    qtbot.waitUntil(lambda: length(window) == 2)
    store.undo()
    assert (store.experiment.steps, length(window)) == (500, 1)
    qtbot.waitUntil(lambda: length(window) == 2)
    store.redo()
    qtbot.waitUntil(lambda: length(window) == 2)
    assert store.experiment.steps == 40
    # a hidden or renamed run stays so
    runs = store.experiment.runs
    shy = replace(runs[-1], visible=False, label="net")
    store.edit(replace(store.experiment, runs=(*runs[:-1], shy)), "Hide net")
    go(run, 1.0)
    qtbot.waitUntil(lambda: length(window) == 3)
    assert not store.experiment.runs[-1].visible
    assert store.experiment.runs[-1].label == "net"
    run.close()


def test_a_card_that_is_removed_ends_it(documents: Documents, file: Path, qtbot: QtBot) -> None:
    window, store = documents.window, documents.window.store
    run = begun(file)
    go(run, 3.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 1)
    store.edit(replace(store.experiment, runs=store.experiment.runs[:-1]), "Remove net")
    qtbot.waitUntil(lambda: not documents.following.name)
    assert window.status._message.text() == "net.lle-trace is not followed any more"
    assert window.status._followed.text() == ""
    documents.following.stop()
    assert window.status._message.text() == "No file is followed"
    run.close()


def test_what_stops_leaves_the_path(documents: Documents, file: Path, qtbot: QtBot) -> None:
    window = documents.window
    run = begun(file)
    go(run, 3.0, 2.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 2)
    documents.following.stop()
    go(run, 1.0)
    assert not documents.following._timer.isActive()
    assert length(window) == 2
    run.close()


def test_a_deleted_and_a_new_file_are_told_apart(
    documents: Documents, file: Path, qtbot: QtBot
) -> None:
    window = documents.window
    run = begun(file)
    go(run, 3.0, 2.0, 1.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 3)
    run.close()
    file.unlink()
    gone = "net.lle-trace: there is no such file any more"
    qtbot.waitUntil(lambda: window.status._message.text() == gone)
    assert length(window) == 3
    run = begun(file)
    go(run, 9.0)
    qtbot.waitUntil(lambda: length(window) == 1)
    path = path_of(window)
    assert path is not None
    np.testing.assert_array_equal(path.points, [[9, 18]])
    assert len(window.store.done) == 1
    run.close()


def test_a_surface_opened_beside_it_keeps_it(
    documents: Documents, file: Path, qtbot: QtBot
) -> None:
    window = documents.window
    run = begun(file)
    go(run, 3.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 1)
    moved = on_landscape(window.store.experiment, "booth")
    assert len(moved.runs) == 4
    kept = documents.following.kept(moved)
    assert [recorded.is_recorded(r.optimizer) for r in kept.runs] == [False] * 4 + [True]
    flat = on_landscape(window.store.experiment, "parabola")
    assert len(flat.start) == 1
    assert documents.following.kept(flat) is flat
    run.close()


@pytest.mark.parametrize("size", [1, 3])
def test_a_file_of_another_dimension_is_refused_in_one_line(
    documents: Documents, file: Path, qtbot: QtBot, size: int
) -> None:
    window = documents.window
    with begun(file, size) as run:
        run.step(np.ones(size), 1.0)
    before = window.store.experiment
    documents.open_path(file)
    qtbot.waitUntil(lambda: not documents.following.name)
    words = {1: "net.lle-trace has 1 coordinate(s) a point: Himmelblau has 2", 3: "it has 3 param"}
    assert words[size] in window.status._message.text()
    assert window.store.experiment == before


def test_the_command_line_refuses_what_is_on_no_plane(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with begun(file, 3) as run:
        run.step(np.ones(3), 1.0)
    assert cli.main([str(file)]) == 2
    assert "it has 3 parameters: a plane through them is needed" in capsys.readouterr().err


def test_work_is_kept_now_and_then_while_a_file_grows(
    documents: Documents, file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = documents.window
    monkeypatch.setattr(documents_module, "SELDOM", 60_000)
    run = begun(file)
    go(run, 3.0)
    documents.open_path(file)
    qtbot.waitUntil(lambda: length(window) == 1)
    documents._pause.stop()  # as after the work was kept
    for n, v in enumerate((2.0, 1.0)):
        go(run, v)
        qtbot.waitUntil(lambda n=n: length(window) == 2 + n)  # type: ignore[misc]
        assert documents._pause.interval() == 60_000  # the first of them set it, the next let it be
    assert documents._pause.remainingTime() > 50_000
    window.store.edit(replace(window.store.experiment, steps=40), "Change steps")
    assert documents._pause.interval() == documents_module.PAUSE
    run.close()
