"""The real window with a model on data: chosen, dragged, compared, checked, saved and opened."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from test_window import close, drag, open_window, panes, per_pixel, pixel, settled

import explorer
from explorer.core.experiment import Learning, View
from explorer.core.sessionfile import read
from explorer.gui.launch import Launch
from explorer.views.contour import _FIXED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from explorer.views.data import DataView
    from explorer.views.model import ModelPanel

KEY = Qt.Key


@pytest.fixture
def launch(qtbot: QtBot, qapp: QApplication) -> Iterator[Launch]:
    """A window in which a line is fitted."""
    made = open_window(Launch(qapp, None, None, "light"), qtbot)
    panel = model_panel(made)
    panel.surface.combo.setCurrentIndex(panel.surface.combo.findData("model"))
    panel.surface.combo.activated.emit(panel.surface.combo.currentIndex())
    settled(made.window, qtbot)
    yield made
    close(made)


def model_panel(launch: Launch) -> ModelPanel:
    return launch.window.views["model"]  # type: ignore[return-value]


def learning(launch: Launch) -> Learning:
    found = launch.window.store.experiment.learning
    assert found is not None
    return found


def ask(launch: Launch, qtbot: QtBot, **changes: Any) -> None:
    """Have a training with other settings."""
    store = launch.window.store
    store.edit(replace(store.experiment, learning=replace(learning(launch), **changes)), "Change")
    settled(launch.window, qtbot)


def test_a_model_takes_the_place_of_the_landscape(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    assert window.windowTitle().startswith("Linear regression on line")
    frame = window.frame
    assert frame.study is not None
    data, model = explorer.data("line"), explorer.model("linear_regression")
    for run, trace in zip(frame.experiment.runs, frame.traces, strict=True):
        alone = explorer.train(model, data, run.optimizer, lr=run.lr, epochs=20)
        assert np.array_equal(trace.points, alone.points)
    (star,) = [mark for mark in panes(window)[0]._plot.marks if mark.kind == "minimum"]
    assert (star.x, star.y) == frame.plan.minima[0].x  # type: ignore[union-attr]
    data_dock, inspector = (window.arrangement.docks[key] for key in ("data", "inspector"))
    qtbot.waitUntil(lambda: not data_dock.visibleRegion().isEmpty(), timeout=5000)
    window.store.undo()
    settled(window, qtbot)
    assert window.frame.study is None
    qtbot.waitUntil(lambda: not inspector.visibleRegion().isEmpty(), timeout=5000)
    assert window.windowTitle().startswith("Himmelblau")


def test_the_start_of_two_parameters_is_dragged(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    (pane,) = panes(window)
    drag(pane, pixel(pane, 0.0, 0.0), pixel(pane, 0.4, 0.5))
    settled(window, qtbot)
    start = learning(launch).start
    assert np.allclose(start, (0.4, 0.5), atol=2 * per_pixel(pane))
    for trace in window.frame.traces:
        assert tuple(trace.points[0]) == start
    window.store.undo()
    assert learning(launch).start == ()


def test_of_more_parameters_the_start_is_drawn_by_seed(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    ask(launch, qtbot, model="mlp", data="moons", epochs=3)
    (pane,) = panes(window)
    plan = window.frame.plan
    assert plan is not None
    before = window.store.experiment
    with qtbot.waitSignal(window.views["contour"].said, timeout=5000) as said:
        drag(pane, pixel(pane, *plan.start), pixel(pane, *plan.start) * 0.9)
    assert window.store.experiment.learning == before.learning
    assert said.args == [_FIXED]
    seed = before.seed
    QTest.keyClick(window, KEY.Key_R)
    settled(window, qtbot)
    assert window.store.experiment.seed != seed


def test_a_key_shows_the_loss_of_one_batch(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    whole = window.frame.field
    QTest.keyClick(window, KEY.Key_B)
    qtbot.waitUntil(lambda: window.frame.plan.noted != (), timeout=30_000)  # type: ignore[union-attr]
    first = window.frame.field
    assert first is not None
    assert whole is not None
    assert not np.array_equal(first.z, whole.z)
    QTest.keyClick(window, KEY.Key_Home)
    qtbot.waitUntil(lambda: "step 1's" in window.frame.plan.noted[0], timeout=30_000)  # type: ignore[union-attr]
    QTest.keyClick(window, KEY.Key_B)
    qtbot.waitUntil(lambda: not window.frame.plan.noted, timeout=30_000)  # type: ignore[union-attr]


def test_batch_sizes_are_compared_side_by_side(launch: Launch, qtbot: QtBot) -> None:
    window, panel = launch.window, model_panel(launch)
    QTest.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    settled(window, qtbot)
    assert [run.label for run in window.store.experiment.runs] == [
        "batch 1",
        "batch 32",
        "full batch",
    ]
    qtbot.waitUntil(lambda: len(panes(window)) == 3, timeout=10_000)
    assert [t.stop_step for t in window.frame.traces] == [20 * 160, 20 * 5, 20]


def test_the_gradient_is_checked_by_block(launch: Launch, qtbot: QtBot) -> None:
    panel = model_panel(launch)
    QTest.mouseClick(panel.verify, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "weight" in panel.check.words(), timeout=30_000)
    assert "bias" in panel.check.words()


def test_a_slider_moves_the_minimum(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    free = window.frame.plan.minima[0].x  # type: ignore[union-attr]
    ask(launch, qtbot, model="ridge", model_hyper=(("l2", 1.0),))
    held = window.frame.plan.minima[0].x  # type: ignore[union-attr]
    # of one standardised feature: (1 + l2) w = w without a penalty
    assert held[0] == pytest.approx(free[0] / 2)


def test_a_table_of_ones_own_is_opened_and_kept(
    launch: Launch, qtbot: QtBot, tmp_path: Path
) -> None:
    window = launch.window
    x = np.linspace(0, 10, 40)
    table = tmp_path / "rents.csv"
    rows = "\n".join(f"{a},{3 * a + 5 + (-1) ** i}" for i, a in enumerate(x))
    table.write_text("size,rent\n" + rows, encoding="utf-8")
    assert launch.documents.open_path(table)
    settled(window, qtbot)
    assert window.windowTitle().startswith("Linear regression on rents")
    assert window.frame.study is not None
    assert window.frame.study.data.names == ("size",)
    assert window.frame.study.data.target == "rent"
    kept = tmp_path / "rents.lle"
    assert launch.documents.save_path(kept)
    assert read(kept).experiment.learning == learning(launch)
    # what is wrong with a table is said, and the window goes on
    table.write_text("size,rent\n1,\n2,3\n4,5\n", encoding="utf-8")
    store = window.store
    with qtbot.waitSignal(window.worker.refused, timeout=10_000) as said:
        store.edit(replace(store.experiment, seed=3), "Change seed")
    assert "rent" in said.args[1]
    assert "\n" not in said.args[1]


def test_the_data_panel_follows_the_cursor(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    view: DataView = window.views["data"]  # type: ignore[assignment]
    ask(launch, qtbot, model="logistic_regression", data="moons")
    qtbot.waitUntil(lambda: "ccuracy" in view.describe(), timeout=10_000)
    late = view.describe()
    QTest.keyClick(window, KEY.Key_Home)
    qtbot.waitUntil(lambda: view.describe() != late, timeout=10_000)


def test_a_key_goes_to_a_model_and_back(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    QTest.keyClick(window, KEY.Key_M)
    settled(window, qtbot)
    assert window.frame.study is None
    QTest.keyClick(window, KEY.Key_M)
    settled(window, qtbot)
    assert window.frame.study is not None


def test_surface_and_side_by_side_show_a_model(launch: Launch, qtbot: QtBot) -> None:
    window = launch.window
    window.look(panes="both", layout="side")
    qtbot.waitUntil(lambda: len(panes(window)) == 4, timeout=10_000)
    surface = window.views["surface"]
    qtbot.waitUntil(lambda: "Linear regression" in surface.describe(), timeout=20_000)
    window.store.look(View())


def test_nothing_holds_a_training_that_is_gone(launch: Launch, qtbot: QtBot) -> None:
    """Neither panels that are closed nor a cache: each would hold its rows, batches and points."""
    from explorer.core.study import Study
    from explorer.core.training import TrainPlan

    def alive(kind: type) -> list[Any]:
        gc.collect()
        return [found for found in gc.get_objects() if type(found) is kind]

    window = launch.window
    others = {id(study) for study in alive(Study) if study is not window.frame.study}
    plans = {id(plan) for plan in alive(TrainPlan)}
    for epochs, key in enumerate(window.views, 11):
        window.arrangement.bring(key)
        ask(launch, qtbot, epochs=epochs)
        qtbot.waitUntil(lambda key=key: window._shown[key] is window.frame)
    for key in ("data", "inspector", "curves", "section", "standings"):
        window.arrangement.docks[key].close()
    ask(launch, qtbot, epochs=31)
    qtbot.waitUntil(lambda: not window._others.isActive())

    # the engine's thread lets go a little later
    qtbot.waitUntil(
        lambda: not {id(found) for found in alive(Study)} - others - {id(window.frame.study)}
    )
    runs = len(window.frame.experiment.runs)
    qtbot.waitUntil(lambda: len({id(found) for found in alive(TrainPlan)} - plans) <= runs)
    for key in ("data", "inspector"):
        window.arrangement.bring(key)
        qtbot.waitUntil(lambda key=key: window._shown[key] is window.frame)
    inspector: Any = window.views["inspector"]
    assert inspector._shown.trace is window.frame.traces[window.frame.selected]
