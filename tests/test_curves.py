"""The Curves panel: what it draws, how it is thinned and dashed, and the cursor in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import diverging, four, frame, moved, run
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from explorer.core.numbers import number
from explorer.views.curves import SPEC, Curves
from explorer.widgets.theme import DARK, LIGHT
from explorer.widgets.ticks import linear_labels, linear_ticks, log_ticks, nice_step

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.views.base import Frame


def shown(qtbot: QtBot, given: Frame) -> Curves:
    view = SPEC.make()
    assert isinstance(view, Curves)
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.resize(900, 220)
    view.build()
    view.show()
    qtbot.waitExposed(view)
    view.show_frame(None, given)
    view.grab()
    return view


def test_every_visible_run_is_drawn_whole(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    curves = [c for c in view._plot.lines.curves if not c.over]  # without the line of theory
    assert [c.ink for c in curves] == ["#2E92CF", "#C48700", "#C672A0", "#D55E00"]
    for curve, trace in zip(curves, given.traces, strict=True):
        np.testing.assert_array_equal(curve.y, np.log10(trace.loss))
    assert view._plot.left.log


def test_while_playing_only_the_cursor_moves(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    picture = view._plot.lines._picture
    assert picture is not None
    view.show_frame(given, moved(given, step=33))
    view.grab()
    assert view._plot.cursor_line.value() == 33
    assert view._plot.lines._picture is picture
    assert "cursor at step 33" in view.describe()


def test_a_press_and_a_drag_move_the_cursor(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    plot = view._plot
    box = plot.getViewBox().sceneBoundingRect()
    middle = plot.mapFromScene(box.center())
    heard: list[int] = []
    view.moved.connect(heard.append)
    qtbot.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(plot.viewport(), QPoint(round(box.right()) - 1, middle.y()))
    qtbot.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton)
    assert heard[0] == 30
    assert heard[-1] == 60


def test_the_pointer_reads_values(qtbot: QtBot) -> None:
    given = four()
    view = shown(qtbot, given)
    plot = view._plot
    plot._hover(plot.mapFromScene(plot.getViewBox().sceneBoundingRect().center()))
    assert plot.readout.isVisibleTo(view)
    losses = [number(trace.loss[30]) for trace in given.traces]
    names = ["GD", "Momentum", "RMSProp", "Adam"]
    wanted = [f"{name} {loss}" for name, loss in zip(names, losses, strict=True)]
    assert plot.readout.text() == "; ".join(["Step 30", *wanted])
    plot._hover(QPoint(1, 1))
    assert not plot.readout.isVisibleTo(view)


def test_what_a_logarithmic_axis_leaves_out_is_said(qtbot: QtBot) -> None:
    # from the minimum itself
    given = frame("himmelblau", (3.0, 2.0), run("sgd", 0.001), run("adam", 0.001), steps=3)
    view = shown(qtbot, given)
    view.scale.set_value("linear")
    view._choose_scale("log")
    count = sum(int((trace.loss <= 0).sum()) for trace in given.traces)
    assert count > 1
    assert view.key.text() == f"{count} values ≤ 0 not shown on a log axis"
    view.toggle_log()
    assert view.key.text() == ""


def test_a_scale_once_chosen_stays_chosen_for_its_quantity(qtbot: QtBot) -> None:
    view = shown(qtbot, four())
    assert view.scale.value() == "log"
    view.toggle_log()
    view.quantity.set_value("learning_rate")
    view.quantity.changed.emit("learning_rate")
    assert view.scale.value() == "log"
    view.toggle_log()
    assert [c.y[0] for c in view._plot.lines.curves] == [0.004, 0.0035, 0.04, 0.08]
    view.quantity.set_value("loss")
    view.quantity.changed.emit("loss")
    assert view.scale.value() == "linear"


def test_a_diverging_curve_does_not_squash_the_others(qtbot: QtBot) -> None:
    given = diverging()
    view = shown(qtbot, given)
    low, high = view._plot.getViewBox().viewRange()[1]
    tame = np.log10(given.traces[1].loss)
    assert low <= tame.min()
    assert tame.max() <= high < 6
    first = view._plot.lines.curves[0]
    assert first.end == "diverged"
    assert "diverged" in view.describe()
    # its sign stands inside the plot, where the curve leaves it
    at = view._plot.lines._end(np.array([0.0, 10.0, 20.0]), np.array([50.0, 30.0, -70.0]), 100)
    assert (at.x(), at.y()) == (13.0, 6.0)


def test_another_theme_redraws_in_its_colours(qtbot: QtBot) -> None:
    from explorer.widgets.stylesheet import palette

    given = four()
    view = shown(qtbot, given)
    view.setPalette(palette(DARK))
    view.show_frame(given, moved(given, theme=DARK))
    assert [c.ink for c in view._plot.lines.curves][:2] == ["#56B4E9", "#E69F00"]
    assert view._plot.backgroundBrush().color().name().upper() == DARK.panel
    assert LIGHT.panel != DARK.panel


@given(st.integers(1, 3000), st.integers(1, 60), st.integers(0, 2**31))
def test_thinning_keeps_span_and_extremes(n: int, columns: int, seed: int) -> None:
    from explorer.views._curvelines import thinned

    rng = np.random.default_rng(seed)
    x, y = np.arange(n, dtype=float), rng.normal(size=n).cumsum()
    scale = columns / n
    few_x, few_y = thinned(x, y, 0.0, scale, columns)
    assert len(few_x) <= max(columns, 2 * (columns + 1))
    assert (few_x[0], few_x[-1]) == (x[0], x[-1])
    assert (np.diff(few_x) > 0).all() or n == 1
    for column in np.unique(np.floor(x * scale)):
        every, kept = y[np.floor(x * scale) == column], few_y[np.floor(few_x * scale) == column]
        assert (every.min(), every.max()) == (kept.min(), kept.max())


@given(st.integers(2, 200), st.integers(0, 2**31))
def test_dashes_are_as_long_as_a_pen_would_make_them(n: int, seed: int) -> None:
    from explorer.views._curvelines import pieces

    rng = np.random.default_rng(seed)
    x = np.linspace(0, 900, n)
    y = rng.uniform(0, 900 / n, n)
    length = np.hypot(np.diff(x), np.diff(y)).sum()
    whole = pieces(x, y, (), 2.0)
    assert np.hypot(*(whole[:, 2:] - whole[:, :2]).T).sum() == pytest.approx(length)
    dash, width = (3.6, 1.6), 2.0
    cut = pieces(x, y, dash, width)
    drawn = np.hypot(*(cut[:, 2:] - cut[:, :2]).T).sum()
    # each dash loses a width, which its square caps put back
    assert drawn == pytest.approx(length * (3.6 - 1) / 5.2, abs=2 * 5.2 * width)


def test_a_dash_starts_where_the_curve_does_and_gaps_follow() -> None:
    from explorer.views._curvelines import pieces

    cut = pieces(np.array([0.0, 100.0]), np.array([5.0, 5.0]), (3.0, 2.0), 2.0)
    np.testing.assert_allclose(cut[:3, 0], [0, 10, 20])
    np.testing.assert_allclose(cut[:3, 2], [4, 14, 24])


@pytest.mark.parametrize(
    ("span", "count", "wanted"), [(10, 5, 2), (1, 5, 0.2), (7, 4, 2), (500, 5, 100), (0, 5, 1)]
)
def test_steps_are_round(span: float, count: float, wanted: float) -> None:
    assert nice_step(span, count) == pytest.approx(wanted)


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12), st.integers(2, 12))
def test_ticks_are_inside_and_told_apart(low: float, span: float, count: int) -> None:
    ticks = linear_ticks(low, low + span, count)
    slack = 1e-6 * span + 1e-9 * abs(low)
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)
    assert len(ticks) <= count + 2
    if span > 1e-5 * abs(low):
        assert len(set(linear_labels(ticks))) == len(ticks)


def test_labels_are_written_alike() -> None:
    assert linear_labels([-0.5, 0.0, 0.5]) == ["−0.5", "0", "0.5"]
    assert linear_labels([0.0, 2e-5, 4e-5]) == ["0", "2×10⁻⁵", "4×10⁻⁵"]
    assert linear_labels([0.0, 250.0, 500.0]) == ["0", "250", "500"]


def test_logarithmic_ticks() -> None:
    assert log_ticks(-4, 3, 8)[1] == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"]
    assert log_ticks(-4, 2, 3.5)[1] == ["10⁻⁴", "10⁻²", "10⁰", "10²"]
    assert log_ticks(-0.1, 1.1, 5)[1] == ["1", "2", "5", "10"]
    at, text = log_ticks(math.log10(101), math.log10(108), 4)
    assert text == ["102", "104", "106", "108"]
    np.testing.assert_allclose(10 ** np.array(at), [102, 104, 106, 108])
