"""The Inspector: the numbers it shows are those of the run, and it says what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import diverging, four, frame, moved, run
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont

from explorer.core.numbers import number
from explorer.views._stateplots import envelope
from explorer.views.inspector import SPEC, Inspector
from explorer.widgets.richtext import layout, runs

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.views.base import Frame


def shown(qtbot: QtBot, given: Frame, height: int = 640) -> Inspector:
    view = SPEC.make()
    assert isinstance(view, Inspector)
    qtbot.addWidget(view)
    view.resize(310, height)
    view.build()
    view.show()
    qtbot.waitExposed(view)
    view.show_frame(None, given)
    view.grab()
    return view


def values(view: Inspector) -> dict[str, tuple[str, ...]]:
    return {row.text: row.values for row in view.table.rows()}


def test_the_last_line_is_the_point_at_the_cursor(qtbot: QtBot) -> None:
    given = four()
    for selected, trace in enumerate(given.traces):
        view = shown(qtbot, moved(given, selected=selected))
        rows = values(view)
        wanted = tuple(number(v) for v in trace.points[given.step])
        assert rows["<i>θ</i> ← <i>θ</i> − <i>Δ</i>"] == wanted
        length = np.linalg.norm(trace.points[given.step] - trace.points[given.step - 1])
        assert rows["Effective step ‖<i>Δ</i>‖"] == (number(length),)
        assert view.when.text() == "step 20"


def test_it_follows_the_cursor(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    view.show_frame(given, moved(given, step=41))
    rows = values(view)
    wanted = tuple(number(v) for v in given.traces[0].points[41])
    assert rows["<i>θ</i> ← <i>θ</i> − <i>Δ</i>"] == wanted
    assert "step 41" in view.describe()


def test_before_the_first_step_it_shows_the_one_to_come(qtbot: QtBot) -> None:
    given = moved(four(), step=0, selected=3)
    view = shown(qtbot, given)
    assert view.when.text() == "step 1 is next"
    wanted = tuple(number(v) for v in given.traces[3].points[1])
    assert values(view)["<i>θ</i> ← <i>θ</i> − <i>Δ</i>"] == wanted
    # the curvature is that of the start: Himmelblau's second derivatives there
    x, y = -4.6, 0.4
    a, d = 12 * x * x + 4 * y - 42, 12 * y * y + 4 * x - 26
    top = (a + d) / 2 + np.hypot((a - d) / 2, 4 * (x + y))
    assert view.curvature.table.rows()[0].values == (number(top),)


def test_a_run_that_stopped_at_once_is_explained_all_the_same(qtbot: QtBot) -> None:
    given = frame("himmelblau", (3.0, 2.0), run("adam", 0.1), steps=4, step=3)
    (trace,) = given.traces
    still = replace(
        trace, points=trace.points[:1], loss=trace.loss[:1], gradient_norm=trace.gradient_norm[:1],
        learning_rate=trace.learning_rate[:0], stop_reason="gradient_norm", stop_step=0,
        states={name: state[:1] for name, state in trace.states.items()},
    )  # fmt: skip
    view = shown(qtbot, moved(given, traces=(still,)))
    assert view.when.text() == "step 1 of 3"


def test_only_memory_in_use_is_plotted(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, moved(given, selected=3))
    assert [c.symbol for c in view.states._curves] == ["<i>m</i>", "<i>v</i>"]
    np.testing.assert_array_equal(view.states._curves[0].values, given.traces[3].states["m"])
    view.show_frame(moved(given, selected=3), moved(given, selected=0))
    assert not view.states.isVisibleTo(view)


def test_a_diverged_run_says_so(qtbot: QtBot) -> None:
    given = diverging()
    trace = given.traces[0]
    view = shown(qtbot, given)
    last = trace.stop_step - 1
    assert view.when.text() == f"step {last} of 40"
    assert view.notice.isVisibleTo(view)
    assert view.notice.title.text() == f"Diverged at step {trace.stop_step}"
    words = view.notice.words.text()
    assert f"Step {last} is the last finite point." in words
    assert "limit of 2, so steps grow" in words
    assert view.where.text() == "Curvature at the start"
    assert view.curvature.bar.word() == "Unstable"
    rows = view.lengths.rows()
    assert rows[-1].values == ("∞", "∞")
    assert rows[0].values[1] == number(trace.loss[int(rows[0].text)])
    # before it leaves there is nothing to warn of
    view.show_frame(given, moved(given, step=2))
    assert not view.notice.isVisibleTo(view)
    assert not view.lengths.isVisibleTo(view)


def test_the_rate_is_held_against_its_limit(qtbot: QtBot) -> None:
    view = shown(qtbot, moved(four(), selected=3))
    edge = view.curvature.bar._edge
    assert edge.limit == pytest.approx(38)
    assert view.curvature.bar.word() == "Stable"
    assert view.curvature.bar._limit() == "limit (2+2β<sub>1</sub>)/(1−β<sub>1</sub>) = 38"
    assert 0 < edge.value < 38


def test_one_dimension_has_one_column(qtbot: QtBot) -> None:
    given = frame("parabola", (5.0,), run("sgd", 0.1), run("adam", 0.1))
    view = shown(qtbot, moved(given, selected=1))
    for line, row in zip(view._shown.taken.lines, view.table.rows(), strict=False):
        assert len(row.values) == 1, line
    assert view.curvature.table.rows()[0].values == ("2",)


def test_picking_a_run_selects_it(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    menu = view.picker.menu()
    assert [action.text() for action in menu.actions()] == ["GD", "Momentum", "RMSProp", "Adam"]
    with qtbot.waitSignal(view.selected) as heard:
        menu.actions()[2].trigger()
    assert heard.args == [2]


def test_it_scrolls_and_never_clips(qtbot: QtBot) -> None:
    view = shown(qtbot, diverging(), height=300)
    view.resize(280, 300)
    view.grab()
    assert view.body.height() >= view.lengths.geometry().bottom()
    assert view.body.width() <= 280
    assert view.table.geometry().right() <= view.body.width()


def test_a_formula_too_wide_gets_its_numbers_on_the_next_line(qtbot: QtBot) -> None:
    given = frame("himmelblau", (-4.0, 0.5), run("rmsprop", 0.01, centered="on"), steps=5, step=3)
    view = shown(qtbot, given)
    wide = [row for row in view.table.rows() if view.table._apart(row)]
    narrow = view.table.sizeHint().height()
    view.table.resize(600, narrow)
    assert not any(view.table._apart(row) for row in view.table.rows())
    assert narrow - view.table.sizeHint().height() == 24 * len(wide)


def test_no_runs_is_said(qtbot: QtBot) -> None:
    given = four()
    bare = replace(given.plan, runs=())
    view = shown(qtbot, moved(given, plan=bare, traces=()))
    assert view.empty.isVisibleTo(view)
    assert not view.body.isVisibleTo(view)


def test_missing_traces_keep_the_last_picture(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    before = view.table.rows()
    view.show_frame(given, moved(given, traces=()))
    assert view.table.rows() == before


def test_rich_text_is_taken_apart() -> None:
    assert runs("<i>m</i> &lt; β<sub>1</sub>") == [
        ("m", frozenset({"i"})),
        (" < β", frozenset()),
        ("1", frozenset({"sub"})),
    ]
    with pytest.raises(ValueError, match="left open"):
        runs("<i>m")
    with pytest.raises(ValueError, match="closes nothing"):
        runs("m</i>")


def test_rich_text_lowers_and_raises(qapp: object) -> None:
    letter, low, high = layout("β<sub>1</sub><sup>t</sup>", QFont()).pieces
    assert high.y < letter.y == 0 < low.y
    assert letter.x < low.x < high.x
    assert low.font.pointSizeF() < letter.font.pointSizeF()


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=400), st.integers(2, 60))
def test_an_envelope_keeps_the_extremes(curve: list[float], width: int) -> None:
    array = np.array(curve)
    kept = envelope(array, width)
    assert len(kept) <= 2 * width
    found = [v for _, v in kept]
    assert (min(found), max(found)) == (array.min(), array.max())
    assert all(array[int(t)] == v for t, v in kept)


def test_the_condition_number_is_that_of_the_hessian(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, moved(given, selected=0, step=5))
    x, y = given.traces[0].points[5]
    hessian = [[12 * x * x + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 12 * y * y + 4 * x - 26]]
    rows = {row.text: row.values for row in view.curvature.table.rows()}
    assert rows["Condition κ"] == (number(float(np.linalg.cond(hessian))),)
