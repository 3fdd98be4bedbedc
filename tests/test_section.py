"""The cross-section: its values are the landscape's, and the panel shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import frame, run

from explorer.core.experiment import Penalty, View
from explorer.core.figure import Field
from explorer.core.overlays import quadratic_at
from explorer.core.probe import probe
from explorer.core.quadratic import Quadratic, along
from explorer.core.section import SAMPLES, Cut, cut
from explorer.engine import overlays
from explorer.views.section import Section

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.views.base import Frame

BOUNDS = ((-2.0, 2.0), (-1.0, 3.0))


def made(given: Frame, step: int = 5, **view: Any) -> Cut:
    found = tried(given, step, **view)
    assert isinstance(found, Cut)
    return found


def tried(given: Frame, step: int = 5, **view: Any) -> Cut | str:
    assert given.plan is not None
    (trace,) = given.traces
    return cut(given.plan, given.plan.runs[0], trace, step, View(**view), BOUNDS)


@pytest.fixture
def valley() -> Frame:
    return frame("rosenbrock", (-1.2, 1.5), run("momentum", 0.0005, style=2))


def test_the_default_is_along_the_step(valley: Frame) -> None:
    found = made(valley)
    points = valley.traces[0].points
    length = float(np.linalg.norm(points[6] - points[5]))
    assert np.allclose(found.origin + length * found.way, points[6])
    now, lands = found.places
    assert (now.kind, now.at) == ("now", 0.0)
    assert now.loss == pytest.approx(valley.traces[0].loss[5])
    assert lands.kind == "lands"
    assert lands.at == pytest.approx(length)
    assert -found.low == found.high >= 2 * length
    assert found.high <= 5.001 * length


def test_at_the_end_it_is_along_the_last_step(valley: Frame) -> None:
    points = valley.traces[0].points
    last = len(points) - 1
    found = made(valley, last)
    move = points[last] - points[last - 1]
    assert np.allclose(found.way, move / np.linalg.norm(move))
    assert [place.kind for place in found.places] == ["now"]


def test_along_the_gradient_a_step_lands_at_its_length(valley: Frame) -> None:
    found = made(valley, section="gradient")
    here = valley.traces[0].points[5]
    assert valley.plan is not None
    slope = probe(valley.plan.landscape, valley.plan.parameters, here).gradient
    assert np.allclose(found.way, -slope / np.linalg.norm(slope))
    assert found.places[1].at == pytest.approx(0.0005 * np.linalg.norm(slope))


@pytest.mark.parametrize(("name", "axis"), [("x", 0), ("y", 1)])
def test_along_an_axis_it_reaches_as_far_as_the_map(valley: Frame, name: str, axis: int) -> None:
    found = made(valley, section=name)
    points = found.points
    assert np.allclose(points[[0, -1], axis], BOUNDS[axis])
    assert np.ptp(points[:, 1 - axis]) == 0
    assert np.allclose(found.distances + found.shift, points[:, axis])
    assert found.axis == name


def test_a_drawn_line_is_measured_in_the_maps_units(valley: Frame) -> None:
    found = made(valley, section="line", line=((-1.0, 0.0), (2.0, 4.0)))
    assert (found.low, found.high) == (0.0, 5.0)
    assert np.allclose(found.points[[0, -1]], [(-1.0, 0.0), (2.0, 4.0)])
    assert found.places == ()
    assert found.model is None


@pytest.mark.parametrize("section", ["step", "gradient", "x", "y"])
@pytest.mark.parametrize("penalty", [Penalty(), Penalty(l1=0.5, l2=0.25)])
def test_values_are_the_landscapes(valley: Frame, section: str, penalty: Penalty) -> None:
    plan = replace(valley.plan, penalty=penalty)  # type: ignore[type-var]
    found = made(replace(valley, plan=plan), section=section)
    values = overlays.losses(plan, found.points)  # type: ignore[arg-type]
    assert values.shape == (SAMPLES,)
    x, y = found.points.T
    by_hand = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    by_hand += penalty.l1 * (abs(x) + abs(y)) + penalty.l2 * (x**2 + y**2)
    assert np.allclose(values, by_hand, rtol=1e-12, atol=1e-12)


def test_the_parabola_fits_at_the_point(valley: Frame) -> None:
    found = made(valley)
    assert valley.plan is not None
    model = quadratic_at(valley.plan, found.origin)
    assert model is not None
    assert np.allclose(found.parabola(), model.at(found.points))
    middle = SAMPLES // 2
    values = overlays.losses(valley.plan, found.points)
    assert found.parabola()[middle] == pytest.approx(values[middle])
    # the differences of value and parabola are of third order
    gap = np.abs(values - found.parabola())
    near, far = gap[middle + 10], gap[middle + 20]
    assert 6 < far / near < 10


def test_on_a_quadratic_the_parabola_is_the_loss() -> None:
    given = frame("ravine", (1.0, 0.5), run("sgd", 0.01))
    found = made(given)
    assert given.plan is not None
    assert np.allclose(found.parabola(), overlays.losses(given.plan, found.points))


def test_a_parabola_beyond_all_floats_is_infinite() -> None:
    steep = Quadratic(np.zeros(2), 1.0, np.array([1e200, 0.0]), np.diag([1e250, 1.0]))
    far = np.array([-1e200, 0.0, 1e200])
    values = along(steep, np.array([1.0, 0.0]), far)
    assert values[1] == 1.0
    assert not np.isfinite(values[[0, 2]]).any()
    assert not np.isfinite(steep.at(np.column_stack([far, far]))[[0, 2]]).any()


def test_where_there_is_nothing_to_look_along_it_is_said(valley: Frame) -> None:
    assert tried(valley, section="line") == "Hold Shift and drag on the map to draw a line."
    flat = frame("parabola", (5.0,), run("sgd", 0.1))
    assert "There is no y" in str(tried(flat, section="y"))
    assert "two dimensions" in str(tried(flat, section="line", line=((0.0, 0.0), (1.0, 1.0))))
    still = frame("bowl", (0.0, 0.0), run("sgd", 0.1))
    assert "does not move here" in str(tried(still))
    assert isinstance(tried(flat), Cut)
    assert isinstance(tried(flat, section="x"), Cut)


def test_a_diverged_run_is_looked_at_where_it_was_last_finite() -> None:
    given = frame("rosenbrock", (-1.2, 1.5), run("sgd", 0.1))
    trace = given.traces[0]
    assert trace.stop_reason == "diverged"
    found = made(given, trace.stop_step)
    assert np.isfinite(found.points).all()


@pytest.mark.parametrize(
    ("far", "drawn"),
    [(1e149, True), (1e200, False), (1.7e308, False), (1e-149, True), (1e-200, False)],
)
def test_a_step_as_long_as_a_float_can_be_is_measured(far: float, drawn: bool) -> None:
    given = frame("rosenbrock", (-1.2, 1.5), run("sgd", 0.1))
    points = np.array([[-far, far], [far, far]])
    trace = replace(given.traces[0], points=points, loss=np.ones(2), stop_step=1)
    found = tried(replace(given, traces=(trace,)), 0)
    if drawn:
        assert isinstance(found, Cut)
        assert found.places[1].at == pytest.approx(2 * far)
        assert np.isfinite(found.points).all()
    else:
        assert "can be drawn" in str(found)


# -- the panel


def shown(qtbot: QtBot, given: Frame, step: int = 5, **view: Any) -> Section:
    panel = Section()
    qtbot.addWidget(panel)
    panel.sampler = overlays.losses
    panel.build()
    panel.resize(700, 260)
    assert given.plan is not None
    field = Field(np.linspace(-2, 2, 5), np.linspace(-1, 3, 5), np.zeros((5, 5)))
    experiment = replace(given.experiment, view=View(**view))
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_frame(None, replace(given, experiment=experiment, field=field, step=step))
    qtbot.waitUntil(lambda: not panel._stale, timeout=5000)
    return panel


def test_the_panel_shows_the_curve(valley: Frame, qtbot: QtBot) -> None:
    panel = shown(qtbot, valley)
    found = made(valley)
    assert panel._plot is not None
    x, y = panel._plot.curve.getData()
    assert valley.plan is not None
    assert np.allclose(x, found.distances)
    assert np.allclose(y, overlays.losses(valley.plan, found.points))
    assert len(panel._plot.spots.getData()[0]) == 2
    assert panel._plot.note.toPlainText() == "dashed: quadratic model"
    assert panel.words.text() == "Loss along step 6 of Momentum"
    panel._header.deleteLater()


def test_a_logarithmic_axis_says_what_it_leaves_out(qtbot: QtBot) -> None:
    given = frame("saddle", (0.5, 0.6), run("sgd", 0.05))
    panel = shown(qtbot, given, section="y")
    assert panel._plot is not None
    assert "not shown" not in panel._plot.note.toPlainText()
    panel.scale._choose(0)
    assert "losses are not above 0 and not shown" in panel._plot.note.toPlainText()
    _, y = panel._plot.curve.getData()
    assert 0 < np.isnan(y).sum() < SAMPLES
    panel._header.deleteLater()


@pytest.mark.parametrize("far", [1e149, 1e-149])
@pytest.mark.parametrize("log", [False, True])
def test_extreme_lines_and_losses_have_a_scale(far: float, log: bool, qtbot: QtBot) -> None:
    given = frame("rosenbrock", (-1.2, 1.5), run("sgd", 0.1))
    points = np.array([[-far, far], [far, far]])
    trace = replace(given.traces[0], points=points, loss=np.ones(2), stop_step=1)
    panel = shown(qtbot, replace(given, traces=(trace,)), step=0)
    panel.scale.set_value("log" if log else "linear")
    panel._draw()
    ranges = [panel._plot.left.range, panel._plot.bottom.range]
    assert np.isfinite(ranges).all()
    # on a line of this length nearly all of Rosenbrock's losses are beyond what is drawn
    if far > 1 and not log:
        assert "losses are beyond 1e+100 and not shown" in panel._plot.note.toPlainText()
    panel._header.deleteLater()


def test_choosing_what_is_looked_along_changes_the_view_only(valley: Frame, qtbot: QtBot) -> None:
    panel = shown(qtbot, valley)
    with qtbot.waitSignal(panel.edited) as caught:
        panel.along._choose(2)
    new, _, _ = caught.args
    assert new.view.section == "x"
    assert replace(new, view=View()) == replace(valley.experiment, view=View())
    panel._header.deleteLater()


def test_without_a_line_the_panel_says_how_to_draw_one(valley: Frame, qtbot: QtBot) -> None:
    panel = shown(qtbot, valley, section="line")
    assert panel.describe() == "Hold Shift and drag on the map to draw a line."
    assert panel.empty.isVisible()
    panel._header.deleteLater()
