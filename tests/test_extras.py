"""What optimizers' memories show on a map: checked against the equations of what they should be."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import extras, fade
from explorer.core.experiment import Experiment, Penalty, Run, Stopping, Validation
from explorer.core.plan import Memory, Plan, RunPlan, resolve
from explorer.core.probe import probe
from explorer.core.spec import Landscape, Optimizer, State
from explorer.core.trace import StopReason, Trace

if TYPE_CHECKING:
    from explorer.core.figure import Extra

BOUNDS = ((-4.0, 4.0), (-3.0, 3.0))
HEAD = np.array([0.5, -1.0])


def nothing(*_: object) -> None:
    """A kernel that is never run."""


def square(problem: Any, x: Any, f: Any, g: Any) -> None:
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 2
        g[0, j] = 2 * x[0, j]


def two(problem: Any, x: Any, c: Any) -> None:
    c[0, 0] = 2.0


PLANE = Landscape("plane", "Plane", nothing, nothing, BOUNDS, (0.0, 0.0), "", "", "")
LINE = Landscape("line", "Line", square, two, BOUNDS[:1], (2.0,), "", "", "")


def made(land: Landscape, *states: State, penalty: Penalty | None = None) -> tuple[Plan, RunPlan]:
    walk = Optimizer("walk", "Walk", nothing, 0.1, state=states)
    rows = sum(s.count(land.dimension) for s in states)
    memory = Memory(np.zeros((rows, land.dimension)), np.zeros(rows, np.int64))
    run = RunPlan(walk, np.zeros(0), np.full(2, 0.1), memory, "Walk", 0, visible=True)
    plan = Plan(
        land, np.zeros(0), np.array(land.start), (run,), 2, 0, 0.0, Stopping(), (), (),
        land.bounds, penalty=penalty or Penalty(),
    )  # fmt: skip
    return plan, run


def drawn(state: State, values: Any, land: Landscape = PLANE) -> tuple[Extra, ...]:
    """What is drawn of one part of a memory after the second step."""
    plan, run = made(land, state)
    points = np.array([[9.0, 9.0], [1.0, 1.0], HEAD])[:, : land.dimension]
    values = np.stack([np.zeros_like(values), np.zeros_like(values), values])
    trace = Trace(
        points, points[:, 0] ** 2, np.ones(3), np.full(2, 0.1),
        MappingProxyType({state.name: values}), "max_steps", 2,
    )  # fmt: skip
    return extras.extras(plan, run, trace, 2, land.bounds)


@given(st.floats(0.1, 3), st.floats(0.1, 3), st.floats(-0.99, 0.99))
def test_an_ellipse_is_where_the_gaussian_has_one_value(a: float, b: float, r: float) -> None:
    covariance = np.array([[a * a, r * a * b], [r * a * b, b * b]])
    one, double = drawn(State("c", "shape", rows="dimension", draw="ellipse"), covariance)
    for extra, sigmas in ((one, 1), (double, 2)):
        away = extra.points - HEAD
        distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away)
        assert distance == pytest.approx(sigmas**2, rel=1e-6)
        assert np.array_equal(extra.points[0], extra.points[-1]) or np.allclose(
            extra.points[0], extra.points[-1]
        )
        # all the way round
        turned = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
        assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi)


def test_what_is_no_covariance_is_not_drawn() -> None:
    state = State("c", "shape", rows="dimension", draw="ellipse")
    for matrix in ([[1.0, 0.0], [0.0, -1.0]], [[np.nan, 0.0], [0.0, 1.0]], [[0.0, 0.0]] * 2):
        assert drawn(state, np.array(matrix)) == ()


def test_a_circle_has_its_radius_about_the_head() -> None:
    (extra,) = drawn(State("radius", "radius of trust", draw="circle"), np.array([1.5, 77.0]))
    assert np.hypot(*(extra.points - HEAD).T) == pytest.approx(1.5)
    assert (extra.kind, extra.name) == ("circle", "radius of trust")
    assert drawn(State("radius", "", draw="circle"), np.array([0.0, 0.0])) == ()


def test_a_point_is_joined_to_the_head() -> None:
    (extra,) = drawn(State("slow", "slow weights", draw="point"), np.array([2.0, 2.5]))
    assert extra.points.tolist() == [[2.0, 2.5], HEAD.tolist()]
    assert drawn(State("slow", "", draw="point"), np.array([np.inf, 0.0])) == ()


def test_a_population_is_drawn_without_what_is_not_finite() -> None:
    many = np.array([[0.0, 1.0], [np.nan, 0.0], [50.0, 60.0]])
    (extra,) = drawn(State("q", "members", rows=3, draw="points"), many)
    # what is outside the picture is not moved into it
    assert extra.points.tolist() == [[0.0, 1.0], [50.0, 60.0]]


@pytest.mark.parametrize("stored", [2, 3])
def test_a_simplex_has_its_corners_the_head_being_one_where_it_lacks(stored: int) -> None:
    corners = np.array([[1.0, 0.0], [2.0, 1.0], HEAD])
    state = State("corners", "corners", rows=stored, draw="simplex")
    (extra,) = drawn(state, corners[:stored])
    assert extra.points.tolist() == [*corners.tolist(), corners[0].tolist()]


def test_nothing_is_drawn_of_a_memory_before_the_first_step() -> None:
    state = State("slow", "slow weights", draw="point")
    plan, run = made(PLANE, state)
    trace = Trace(
        np.zeros((2, 2)), np.zeros(2), np.zeros(2), np.zeros(1),
        MappingProxyType({"slow": np.ones((2, 2))}), "max_steps", 1,
    )  # fmt: skip
    assert extras.extras(plan, run, trace, 0, BOUNDS) == ()
    assert len(extras.extras(plan, run, trace, 1, BOUNDS)) == 1


def test_in_one_dimension_points_lie_on_the_curve_and_the_tangent_touches_it() -> None:
    found = drawn(State("q", "members", rows=2, draw="points"), np.array([[3.0], [-1.0]]), LINE)
    by = {extra.kind: extra.points for extra in found}
    assert by["points"].tolist() == [[3.0, 9.0], [-1.0, 1.0]]
    assert by["steps"].tolist() == [[9.0, 81.0], [1.0, 1.0], [0.5, 0.25]]
    (x0, y0), (x1, y1) = by["tangent"]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(1.0)
    assert (x0 + x1) / 2 == pytest.approx(0.5)
    assert (y0 + y1) / 2 == pytest.approx(0.25)


def test_a_probe_has_the_penalty_in_it() -> None:
    penalty = Penalty(l1=3.0, l2=0.5)
    found = probe(LINE, (), (-2.0,), penalty)
    assert found.value == 4 + 3 * 2 + 0.5 * 4
    assert found.gradient.tolist() == [-4 - 3 - 2]
    assert found.hessian.tolist() == [[3.0]]
    assert probe(LINE, (), (0.0,), penalty).gradient.tolist() == [0.0]


def test_every_optimizer_that_has_something_to_draw_draws_it() -> None:
    """From its own SPEC, whichever it is: no optimizer is known here by name."""
    from frames import trace_of

    from explorer.core.catalog import catalog

    checked = 0
    for key, spec in catalog().optimizers.items():
        kinds = {state.draw for state in spec.state} - {""}
        plain = not spec.wraps and not any(state.fill for state in spec.state)
        if not kinds or not plain:
            continue
        plan = resolve(Experiment("himmelblau", (-1.0, 1.0), (Run(key, spec.lr),), steps=3))
        (run,) = plan.runs
        trace = trace_of(plan, run)
        found = extras.extras(plan, run, trace, trace.last_finite, plan.bounds)
        assert {extra.kind for extra in found} == kinds, key
        assert all(np.isfinite(extra.points).all() for extra in found)
        checked += 1
    assert checked


def test_a_path_fades_in_thirds_of_its_way() -> None:
    line = np.column_stack([np.linspace(-4, 4, 9), np.zeros(9)])
    found = fade.parts(line, BOUNDS)
    assert [strength for _, strength in found] == [0.7, 0.85, 1.0]
    ends = [part[[0, -1], 0].tolist() for part, _ in found]
    assert np.array(ends).ravel() == pytest.approx([-4, -4 / 3, -4 / 3, 4 / 3, 4 / 3, 4])
    # every point is in it, in order
    assert np.concatenate([part for part, _ in found]).shape == (9 + 4, 2)
    short = line[3:5]
    assert fade.parts(short, BOUNDS)[0][1] == 1.0


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=2, max_size=12))
def test_fading_neither_adds_nor_loses_any_of_a_path(points: list[tuple[float, float]]) -> None:
    from explorer.core import clip

    line = np.array(points)
    whole = sum(np.hypot(*np.diff(p, axis=0).T).sum() for p in clip.pieces(line, BOUNDS))
    parts = sum(np.hypot(*np.diff(p, axis=0).T).sum() for p, _ in fade.parts(line, BOUNDS))
    assert parts == pytest.approx(whole, abs=1e-9)


def test_a_faded_colour_is_between_the_two() -> None:
    assert fade.mixed("#000000", "#FF8040", 1.0) == "#FF8040"
    assert fade.mixed("#000000", "#FF8040", 0.5) == "#804020"


def test_the_best_validation_loss_so_far_is_marked_at_an_epoch_s_end() -> None:
    from explorer.core import chart

    plan, run = made(PLANE)
    plan = replace(plan, validation=Validation(shift=(0.1, 0.1), epoch=2))
    points = np.column_stack([np.linspace(0, 3, 7), np.zeros(7)])
    trace = Trace(
        points, np.ones(7), np.ones(7), np.full(6, 0.1), MappingProxyType({}), "early_stopping", 6,
        validation_loss=np.array([9.0, 1.0, 5.0, 0.0, 4.0, 3.0, 8.0]), best_step=4,
    )  # fmt: skip
    best = [chart.path(plan, run, trace, step, BOUNDS).best for step in range(7)]
    assert best == [0, 0, 2, 2, 4, 4, 4]
    assert best[-1] == trace.best_step
    assert (
        chart.path(plan, run, replace(trace, validation_loss=np.zeros(0)), 6, BOUNDS).best is None
    )


def test_every_end_has_a_sign_of_its_own_on_the_surface() -> None:
    from explorer.core import solids
    from explorer.core.figure import Ball, Scene
    from explorer.core.scene import ENDS

    assert set(ENDS) == set(get_args(StopReason))
    line = np.linspace(-1, 1, 3)
    flat = np.zeros((3, 3))
    scene = Scene(line, line, flat, flat, 1, "viridis", (), (), "", 0.0, 50.0)
    drawn = []
    for marker in ("circle", *set(ENDS.values())):
        parts = solids.head_solids(scene, Ball((0, 0, 0), "#FF0000", 0.1, marker))
        drawn.append(tuple((len(p.mesh.faces), p.colour) for p in parts))
        assert any(p.colour == (1.0, 0.0, 0.0) for p in parts)
        for part in parts:
            assert np.abs(part.mesh.vertices).max() <= 0.16
    assert len(set(drawn)) == 5
