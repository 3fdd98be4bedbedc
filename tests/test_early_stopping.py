"""Early stopping: a plain loop as Keras writes it decides the same, and what is seen of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import moved
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from reference import loss_and_gradient

from explorer.core import caption, graphs
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Noise, Penalty, Run, Validation
from explorer.core.numbers import number
from explorer.core.plan import resolve
from explorer.engine.runner import best_step, run_all, stop_early
from explorer.views import curves, standings
from explorer.views._curvekey import KeyList
from explorer.views.base import Frame
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SHIFT = (0.12, -0.1)


def keras(losses: list[float], patience: int, min_delta: float) -> int | None:
    """The epoch after which keras.callbacks.EarlyStopping (Keras 3) ends training, if any."""
    best, wait = math.inf, 0
    for epoch, current in enumerate(losses):
        wait += 1
        if current < best - min_delta:
            best, wait = current, 0
            continue
        if wait >= patience and epoch > 0:
            return epoch
    return None


LOSSES = st.lists(
    st.floats(-5, 5) | st.sampled_from([math.nan, math.inf, 1e300]), min_size=1, max_size=60
)


@given(LOSSES, st.integers(1, 8), st.integers(1, 7), st.sampled_from([0.0, 0.3, 2.0]))
def test_it_is_the_loop_of_keras(
    losses: list[float], patience: int, epoch: int, min_delta: float
) -> None:
    rule = Validation(SHIFT, epoch, patience, min_delta)
    last = len(losses) - 1
    stopped = stop_early(rule, np.array(losses), last, "max_steps")
    at = keras(losses[::epoch], patience, min_delta)
    wanted = (last, "max_steps") if at is None else (at * epoch, "early_stopping")
    assert stopped == wanted


@given(LOSSES, st.integers(1, 7))
def test_the_best_step_is_the_first_lowest_at_an_epochs_end(
    losses: list[float], epoch: int
) -> None:
    found = best_step(Validation(SHIFT, epoch), np.array(losses))
    assert found % epoch == 0
    seen = [math.inf if math.isnan(v) else v for v in losses[::epoch]]
    assert found == epoch * seen.index(min(seen))


def test_without_patience_nothing_is_stopped() -> None:
    worse = np.arange(50.0)
    assert stop_early(Validation(SHIFT), worse, 49, "max_steps") == (49, "max_steps")


def test_early_stopping_needs_a_surface_to_watch() -> None:
    asked = Experiment("bowl", (1, 1), (Run("sgd", 0.1),), validation=Validation(patience=3))
    with pytest.raises(InputError, match="validation surface"):
        resolve(asked)


def asked(*, restore: bool = False, epoch: int = 10, patience: int = 5, **changes: object) -> Frame:
    """Four optimizers on Himmelblau's function, judged by the function a little aside."""
    rates = (("sgd", 0.004), ("momentum", 0.0035), ("rmsprop", 0.04), ("adam", 0.08))
    experiment = Experiment(
        "himmelblau",
        (-4.6, 0.4),
        tuple(Run(key, lr, style=i) for i, (key, lr) in enumerate(rates)),
        validation=Validation(SHIFT, epoch, patience, 0.0, restore),
        noise=Noise(8.0, 4),
        seed=3,
        **changes,  # type: ignore[arg-type]
    )
    plan = resolve(experiment)
    return Frame(experiment, LIGHT, plan=plan, traces=run_all(plan))


def test_a_run_ends_at_the_end_of_an_epoch_with_its_best_behind_it() -> None:
    frame = asked()
    assert frame.plan is not None
    for trace in frame.traces:
        assert trace.stop_reason == "early_stopping"
        assert trace.stop_step % 10 == 0
        assert trace.stop_step - trace.best_step >= 50
        assert len(trace.points) == len(trace.validation_loss) == trace.stop_step + 1
        aside = trace.points - np.array(SHIFT)
        twin, _ = loss_and_gradient(frame.plan.landscape, frame.plan.parameters, aside.T)
        np.testing.assert_allclose(trace.validation_loss, twin, rtol=1e-12)
        assert trace.validation_loss[trace.best_step] == twin[::10].min()
        assert keras(twin[::10].tolist(), 5, 0.0) == trace.stop_step // 10


def test_stopping_changes_nothing_before_it() -> None:
    frame = asked()
    assert frame.plan is not None
    whole = replace(frame.plan, validation=Validation(SHIFT, 10))
    for trace, longer in zip(frame.traces, run_all(whole), strict=True):
        assert longer.stop_reason == "max_steps"
        np.testing.assert_array_equal(trace.points, longer.points[: trace.stop_step + 1])


def test_stopping_early_is_shrinking_by_curvature() -> None:
    # gradient descent from zero: 1 - (1 - lr h)^k of the way after k steps (Goodfellow et al. 7.8)
    lr, k = 0.01, 40
    plan = resolve(
        Experiment(
            "ravine", (5.0, 3.0), (Run("sgd", lr),), (("condition", 10.0),), steps=k
        )
    )  # fmt: skip
    curvature = np.array([1.0, 10.0])
    (trace,) = run_all(plan)
    np.testing.assert_allclose(trace.points[-1], (1 - lr * curvature) ** k * [5.0, 3.0], rtol=1e-10)


# --- what is seen of it ---------------------------------------------------------------------


def test_the_curves_carry_best_and_stop_on_the_validation_loss() -> None:
    frame = asked()
    assert frame.plan is not None
    plot = graphs.curve_plot(frame.traces, frame.plan, "loss", 90, True, 10)
    assert [s.part for s in plot.series] == ["train", "validation"] * 4
    assert (plot.unit, plot.at) == ("epoch", 9.0)
    for trace, train, twin in zip(frame.traces, plot.series[::2], plot.series[1::2], strict=True):
        epochs = np.arange(trace.stop_step // 10 + 1)
        np.testing.assert_array_equal(twin.x, epochs)
        np.testing.assert_array_equal(twin.y, trace.validation_loss[::10])
        np.testing.assert_array_equal(train.y, trace.loss[::10])
        assert (train.end, twin.end) == ("running", "early_stopping")
        assert twin.best == (trace.best_step / 10, trace.validation_loss[trace.best_step])
        assert train.best is None
    longest = max(trace.stop_step for trace in frame.traces)
    assert longest / 10 < plot.length <= longest / 10 * 1.05


def test_the_last_row_is_drawn_even_inside_an_epoch() -> None:
    frame = asked(epoch=7, patience=0, steps=30)
    assert frame.plan is not None
    plot = graphs.curve_plot(frame.traces, frame.plan, "loss", 0, True, 7)
    assert plot.series[0].x.tolist() == [0, 1, 2, 3, 4, 30 / 7]
    assert plot.length == 30 / 7


def test_the_parts_of_a_loss_are_drawn_apart() -> None:
    frame = asked(penalty=Penalty(0.0, 0.5))
    assert frame.plan is not None
    assert "parts" in graphs.quantities(frame.plan)
    plot = graphs.curve_plot(frame.traces, frame.plan, "parts", 0, False)
    for trace, data, added in zip(frame.traces, plot.series[::2], plot.series[1::2], strict=True):
        assert (data.part, added.part) == ("train", "penalty")
        np.testing.assert_allclose(data.y + added.y, trace.loss, rtol=1e-12)
        np.testing.assert_allclose(added.y, 0.5 * (trace.points**2).sum(axis=1), rtol=1e-12)
    without = asked()
    assert without.plan is not None
    assert "parts" not in graphs.quantities(without.plan)


def panel(qtbot: QtBot, frame: Frame, width: int = 943) -> curves.Curves:
    view = curves.SPEC.make()
    assert isinstance(view, curves.Curves)
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.resize(width, 220)
    header = view.header()
    header.resize(width - 24 - 60, 32)
    view.build()
    view.show()
    header.show()
    view.show_frame(None, frame)
    view.grab()
    return view


def test_the_panel_says_what_its_lines_and_signs_mean(qtbot: QtBot) -> None:
    view = panel(qtbot, asked())
    words = [item.word for item in view.key.items]
    assert words == ["train", "validation", "best", "early stop"]
    assert view.key.fits()
    assert not view.more.isVisibleTo(view.header())
    drawn = view._plot.lines.curves
    assert [c.pale for c in drawn] == [False, True] * 4
    assert {c.weight for c in drawn if c.pale} == {0.75}
    assert all(c.best is not None and c.end == "early_stopping" for c in drawn if c.pale)
    assert "GD, validation" in view.describe()
    assert "early stop" in view.describe()


def test_where_the_legend_has_no_room_a_button_lists_it(qtbot: QtBot) -> None:
    view = panel(qtbot, asked(), 704)
    view.header().resize(640, 32)
    view.header().grab()
    assert not view.key.fits()
    assert view.more.isVisibleTo(view.header())
    menu = view.legend_menu()
    listed = menu.findChild(KeyList)
    assert [item.word for item in listed.items] == ["train", "validation", "best", "early stop"]
    assert not listed.grab().isNull()
    menu.deleteLater()
    view.header().resize(1100, 32)
    view.header().grab()
    assert not view.more.isVisibleTo(view.header())


def test_step_and_epoch_change_the_axis_and_not_the_cursor(qtbot: QtBot) -> None:
    frame = moved(asked(), step=95)
    view = panel(qtbot, frame)
    assert view.unit.isVisibleTo(view.header())
    assert view.unit.value() == "epoch"
    assert view._plot.bottom.unit == "epoch"
    assert view._plot.cursor_line.value() == 9.5
    heard: list[int] = []
    view.moved.connect(heard.append)
    plot = view._plot
    place = plot.mapFromScene(
        plot.getViewBox().mapViewToScene(plot.getViewBox().viewRect().center())
    )
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton)
    assert heard[0] == pytest.approx(5 * view._drawn.length, abs=2)
    view.unit.changed.emit("step")
    view.unit.set_value("step")
    view._choose_unit("step")
    assert view._plot.bottom.unit == "step"
    assert view._plot.cursor_line.value() == 95
    assert len(view._drawn.series[0].x) == frame.traces[0].stop_step + 1
    assert "Step" in view.unit.accessibleName()


def test_without_epochs_there_is_nothing_to_choose(qtbot: QtBot) -> None:
    view = panel(qtbot, asked(epoch=1))
    assert not view.unit.isVisibleTo(view.header())
    assert view._plot.bottom.unit == "step"


def test_the_pointer_reads_both_losses(qtbot: QtBot) -> None:
    frame = asked()
    view = panel(qtbot, frame)
    plot = view._plot
    box = plot.getViewBox()
    at = plot.mapFromScene(box.mapViewToScene(box.viewRect().center()))
    at.setX(plot.mapFromScene(box.mapViewToScene(box.viewRect().topLeft())).x() + 1)
    plot._hover(at)
    both = f"{number(frame.traces[0].loss[0])}  ·  {number(frame.traces[0].validation_loss[0])}"
    assert plot.readout.text().startswith(f"Epoch 0: train  ·  validation; GD {both}")


def test_the_quantities_follow_the_penalty(qtbot: QtBot) -> None:
    view = panel(qtbot, asked(penalty=Penalty(0.0, 0.5)))
    assert view.quantity._keys == ["loss", "parts", "gradient_norm", "learning_rate"]
    view.quantity.set_value("parts")
    view.quantity.changed.emit("parts")
    assert [item.word for item in view.key.items] == ["data loss", "penalty"]
    view.show_frame(view._frame, asked())
    assert view.quantity._keys == ["loss", "gradient_norm", "learning_rate"]
    assert view.quantity.value() == "loss"


def table(qtbot: QtBot, frame: Frame) -> standings.Standings:
    view = standings.SPEC.make()
    assert isinstance(view, standings.Standings)
    qtbot.addWidget(view)
    view.resize(320, 400)
    view.show()
    view.show_frame(None, frame)
    return view


def test_the_standings_say_why_runs_stopped(qtbot: QtBot) -> None:
    frame = moved(asked(), step=500)
    view = table(qtbot, frame)
    assert "Stopped: validation did not improve for 5 epochs." in view.note.text()
    entry = view.ranking.entry(view.ranking.row_of(0))
    assert entry.end == "early_stopping"
    end = frame.traces[0].stop_step
    assert entry.reason == f"validation did not improve for 5 epochs, ended at step {end}"
    assert entry.loss == frame.traces[0].loss[-1]


def test_restored_runs_show_their_best_epoch_at_the_end_and_say_so(qtbot: QtBot) -> None:
    frame = moved(asked(restore=True), step=500)
    view = table(qtbot, frame)
    assert "At its end a run shows its best epoch." in view.note.text()
    assert frame.plan is not None
    for i, trace in enumerate(frame.traces):
        entry = view.ranking.entry(view.ranking.row_of(i))
        assert entry.loss == trace.loss[trace.best_step]
        assert entry.reason.endswith(f"result of step {trace.best_step}")
    # before its end a run is where it is
    first = frame.traces[0]
    view.show_frame(frame, moved(frame, step=first.stop_step - 1))
    entry = view.ranking.entry(view.ranking.row_of(0))
    assert entry.loss == first.loss[first.stop_step - 1]
    said = caption.caption(frame.plan, None, frame.traces, "viridis")
    assert f"result of step {first.best_step}, the best epoch's" in said


def test_a_low_panel_keeps_the_most_telling_sentence(qtbot: QtBot) -> None:
    view = table(qtbot, moved(asked(), step=500))
    full = view.note.text()
    view.resize(320, 5 * 28 + 60)
    view.grab()
    assert view.note.text().startswith("Stopped: validation did not improve")
    assert len(view.note.text()) <= len(full)
    assert view.table.toolTip() == view.ranking.note()


def test_a_file_shows_the_same_curves_and_explains_them() -> None:
    from explorer import export
    from explorer.core.figure import Figure, Row
    from explorer.core.style import style
    from explorer.export import canvas

    frame = asked()
    assert frame.plan is not None
    plot = graphs.curve_plot(frame.traces, frame.plan, "loss", 95, True, 10)
    rows = tuple(Row(style(i), str(i), 1.0) for i in range(4))
    whole = Figure((plot,), rows, "title", "caption")
    with canvas.drawn(whole, export.Request()) as picture:
        words = {text.get_text() for axes in picture.axes for text in axes.texts}
        assert {"train", "validation", "best", "early stop", "epoch"} <= words
        inner = max(picture.axes[1:], key=lambda axes: len(axes.lines))
        pale = [line for line in inner.lines if line.get_alpha() == 0.55]
        assert len(pale) == 4
        for line, series in zip(pale, plot.series[1::2], strict=True):
            np.testing.assert_array_equal(line.get_xdata(), series.x)
            np.testing.assert_allclose(line.get_ydata(), np.log10(series.y), rtol=1e-12)
        signs = [line.get_marker() for line in inner.lines if line.get_marker() in ("o", "s")]
        assert sorted(signs) == ["o"] * 4 + ["s"] * 4
        (cursor,) = (line for line in inner.lines if list(line.get_xdata()) == [9.5, 9.5])
        assert cursor is not None


def test_the_inspector_says_that_a_run_was_stopped() -> None:
    from explorer.views._explained import Explained

    frame = asked()
    assert frame.plan is not None
    trace = frame.traces[0]
    ended = Explained(frame.plan, frame.plan.runs[0], trace, trace.stop_step)
    assert ended.when() == f"step {trace.stop_step}, early stop"
    before = Explained(frame.plan, frame.plan.runs[0], trace, trace.stop_step - 1)
    assert before.when() == f"step {trace.stop_step - 1}"


def test_the_timeline_marks_where_runs_stopped(qtbot: QtBot) -> None:
    from explorer.gui.player import Player
    from explorer.gui.transport import Transport

    frame = asked()
    bar = Transport(Player())
    qtbot.addWidget(bar)
    bar.show_frame(frame)
    wanted = tuple((trace.stop_step, i) for i, trace in enumerate(frame.traces))
    assert bar.timeline._ends == wanted
