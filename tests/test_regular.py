"""Regularisation paths, against the closed forms of ridge and lasso."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.core import chart
from explorer.core.catalog import catalog
from explorer.core.experiment import Experiment, Penalty, Stopping
from explorer.core.plan import Plan, resolve
from explorer.core.probe import losses
from explorer.core.regular import regular
from explorer.core.spec import Landscape, Point

TARGET = np.array([2.0, -1.0])
HESSIAN = np.array([[4.0, 1.0], [1.0, 1.0]])


def bowl(problem: Any, x: Any, f: Any, g: Any) -> None:
    """(x - target)² / 2 in each coordinate."""
    for j in range(x.shape[1]):
        f[j] = ((x[0, j] - 2) ** 2 + (x[1, j] + 1) ** 2) / 2
        g[0, j] = x[0, j] - 2
        g[1, j] = x[1, j] + 1


def identity(problem: Any, x: Any, c: Any) -> None:
    c[:] = np.eye(2)[:, :, None]


def tilted(problem: Any, x: Any, f: Any, g: Any) -> None:
    away = x - TARGET[:, None]
    f[:] = np.einsum("in,ij,jn->n", away, HESSIAN, away) / 2
    g[:] = HESSIAN @ away


def tilted_hessian(problem: Any, x: Any, c: Any) -> None:
    c[:] = HESSIAN[:, :, None]


def plan(gradient: Any, hessian: Any, penalty: Penalty) -> Plan:
    bounds = ((-4.0, 4.0), (-4.0, 4.0))
    land = Landscape("bowl", "Bowl", gradient, hessian, bounds, (3.0, 3.0), "", "", "")
    return Plan(
        land, np.zeros(0), np.array(land.start), (), 1, 0, 0.0, Stopping(),
        (Point((2.0, -1.0), 0.0),), (), bounds, penalty=penalty,
    )  # fmt: skip


@pytest.mark.parametrize("weight", [0.3, 0.9, 1.0, 1.5, 2.0, 5.0])
def test_l1_on_a_round_bowl_is_the_soft_threshold(weight: float) -> None:
    found = regular(plan(bowl, identity, Penalty(l1=weight)))
    assert found is not None
    expected = np.sign(TARGET) * np.maximum(np.abs(TARGET) - weight, 0)
    assert found.minima[0].x == pytest.approx(expected, abs=1e-12)
    assert found.minima[0].kind == "global"
    (way,) = found.shifts
    assert way[0].tolist() == TARGET.tolist()
    assert way[-1] == pytest.approx(expected, abs=1e-12)
    # the whole way is that of the soft threshold: first diagonal, then along the axis
    both = np.vstack([way, *found.beyond])
    free = np.abs(both[:, 1]) > 0
    assert both[free, 0] - 2 == pytest.approx(-(both[free, 1] + 1), abs=1e-12)
    assert (both[:, 0] >= 0).all()
    assert (both[:, 1] <= 0).all()


@pytest.mark.parametrize("weight", [1e-3, 0.5, 4.0, 300.0])
@pytest.mark.parametrize("kernels", [(bowl, identity), (tilted, tilted_hessian)])
def test_l2_is_ridge(kernels: Any, weight: float) -> None:
    found = regular(plan(*kernels, Penalty(l2=weight)))
    assert found is not None
    h = np.eye(2) if kernels[0] is bowl else HESSIAN
    expected = np.linalg.solve(h + 2 * weight * np.eye(2), h @ TARGET)
    assert found.minima[0].x == pytest.approx(expected, rel=1e-9)
    # every point of the way is the ridge solution of some weight
    for x in np.vstack([found.shifts[0][1:], *found.beyond]):
        pull = h @ (TARGET - x)
        weights = pull / (2 * x)
        assert weights[0] == pytest.approx(weights[1], rel=1e-6)


def test_an_elastic_net_satisfies_its_condition_of_a_minimum() -> None:
    penalty = Penalty(l1=0.8, l2=0.3)
    found = regular(plan(tilted, tilted_hessian, penalty))
    assert found is not None
    x = np.array(found.minima[0].x)
    slope = HESSIAN @ (x - TARGET) + 2 * penalty.l2 * x
    for s, v in zip(slope, x, strict=True):
        if v:
            assert s == pytest.approx(-penalty.l1 * np.sign(v), abs=1e-9)
        else:
            assert abs(s) <= penalty.l1


@pytest.mark.parametrize("penalty", [Penalty(l1=2.0), Penalty(l2=0.5), Penalty(1.0, 0.2)])
@pytest.mark.parametrize("key", sorted(catalog().landscapes))
def test_no_point_around_is_lower_than_a_minimum_found(key: str, penalty: Penalty) -> None:
    land = catalog().landscapes[key]
    made = resolve(Experiment(key, land.start, (), penalty=penalty))
    found = regular(made)
    assert found is not None
    size = max(high - low for low, high in land.bounds)
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.column_stack([np.cos(turns), np.sin(turns)])[:, : land.dimension]
    for minimum in found.minima:
        around = np.array(minimum.x) + 1e-4 * size * ring
        values = losses(land, made.parameters, around, penalty)
        assert minimum.value <= values.min() + 1e-9 * max(1, abs(minimum.value))
    values_there = [m.value for m in found.minima]
    assert values_there == sorted(values_there)


def test_nothing_is_found_where_there_is_no_penalty() -> None:
    assert regular(plan(bowl, identity, Penalty())) is None


def test_a_minimum_that_disappears_ends_its_way() -> None:
    """A strong penalty leaves of Himmelblau's four minima only what is near zero."""
    land = catalog().landscapes["himmelblau"]
    made = resolve(Experiment("himmelblau", land.start, (), penalty=Penalty(l1=50.0)))
    found = regular(made)
    assert found is not None
    assert len(found.shifts) == 4
    assert found.beyond == ()
    assert found.minima[0].x == (0.0, 0.0)
    diagonal = np.hypot(12, 12)
    for way in found.shifts:
        assert np.hypot(*np.diff(way, axis=0).T).max() <= 0.03 * diagonal


@pytest.mark.parametrize(("l1", "l2"), [(1.0, 0.0), (0.0, 1.0), (0.7, 0.4)])
def test_a_curve_of_equal_penalty_has_one_penalty(l1: float, l2: float) -> None:
    curve = chart.equal_penalty(l1, l2, (1.5, -0.5))
    x, y = np.abs(curve).T
    whole = l1 * 2 + l2 * 2.5
    assert l1 * (x + y) + l2 * (x * x + y * y) == pytest.approx(whole)
    if l2 == 0:
        # a diamond with its corners
        assert pytest.approx(curve[0]) == [2.0, 0.0]
        assert (np.abs(curve - [0.0, 2.0]).sum(axis=1) < 1e-9).any()
    if l1 == 0:
        assert np.hypot(x, y) == pytest.approx(np.sqrt(2.5))


def test_stars_of_the_data_loss_are_hollow_and_the_map_s_own_is_full() -> None:
    made = plan(bowl, identity, Penalty(l1=0.5))
    marks = chart.marks(made, regular(made))
    assert [(m.x, m.y, m.hollow) for m in marks] == [(2.0, -1.0, True), (1.5, -0.5, False)]
    kinds = [o.kind for o in chart.outlines(made, regular(made))]
    assert kinds == ["penalty", "beyond", "shift"]
    plain = plan(bowl, identity, Penalty())
    assert [m.hollow for m in chart.marks(plain, None)] == [False]
    assert chart.outlines(plain, None) == ()
