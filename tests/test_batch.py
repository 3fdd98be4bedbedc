"""Many points at once: the same ends as single runs, the same pictures as the plain sampler."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

import explorer
from explorer.core.catalog import catalog
from explorer.core.experiment import Run, settings
from explorer.core.plan import parameter_array, resolve_run
from explorer.engine import batch, fields

Array = NDArray[np.float64]


def ends(
    landscape: str, optimizer: str, starts: Array, steps: int, lr: float, **hyper: object
) -> tuple[Array, Array]:
    spec = catalog().landscape(landscape)
    run = resolve_run(Run(optimizer, lr, settings(hyper)), steps, spec)  # type: ignore[arg-type]
    made = batch.ends(spec, parameter_array(spec, {}), run.optimizer, run.hyper, run.rates, starts)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("optimizer", "hyper"),
    [("sgd", {}), ("momentum", {}), ("adam", {}), ("adam", {"amsgrad": "on"}), ("rmsprop", {})],
)
def test_ends_are_those_of_single_runs(optimizer: str, hyper: dict[str, object]) -> None:
    starts = np.random.default_rng(3).uniform(-4, 4, (70, 2))
    points, losses = ends("himmelblau", optimizer, starts, 60, 0.003, **hyper)
    for i in (0, 17, 63, 64, 69):
        trace = explorer.run("himmelblau", optimizer, start=starts[i], steps=60, lr=0.003, **hyper)
        np.testing.assert_allclose(points[i], trace.points[-1], rtol=1e-9)
        assert math.isclose(losses[i], trace.loss[-1], rel_tol=1e-8)


def test_one_dimension_and_few_starts() -> None:
    points, losses = ends("parabola", "sgd", np.array([[5.0], [-2.0]]), 10, 0.1)
    np.testing.assert_allclose(points[:, 0], np.array([5.0, -2.0]) * 0.8**10, rtol=1e-12)
    np.testing.assert_allclose(losses, points[:, 0] ** 2, rtol=1e-12)


def test_a_map_can_be_cancelled() -> None:
    spec = catalog().landscape("bowl")
    run = resolve_run(Run("sgd", 0.1), 10, spec)
    starts = np.zeros((10, 2))
    parameters = parameter_array(spec, {})
    given = (spec, parameters, run.optimizer, run.hyper, run.rates, starts)
    assert batch.ends(*given, lambda: True) is None


@pytest.mark.parametrize("landscape", ["ackley", "himmelblau", "rastrigin"])
def test_pictures_of_many_points_are_the_plain_ones(landscape: str) -> None:
    spec = catalog().landscape(landscape)
    parameters = parameter_array(spec, {})
    x, y = np.linspace(-5, 4, 33), np.linspace(-3, 5, 21)
    plain = fields.grid(spec, parameters, ((-5, 4), (-3, 5)), (33, 21))
    assert plain is not None
    quick = batch.sample(spec, parameters, x, y)
    scale = np.abs(plain.z).max()
    np.testing.assert_allclose(quick, plain.z, atol=1e-14 * scale)


def test_vector_mathematics_against_the_c_library() -> None:
    from explorer.engine import vecmath

    rng = np.random.default_rng(0)
    for name, x, absolute, relative in (
        ("exp", rng.uniform(-700, 700, 2_000), 0.0, 4e-16),
        ("tanh", rng.uniform(-25, 25, 2_000), 0.0, 8e-16),
        ("tanh", rng.normal(size=2_000) * 10.0 ** rng.uniform(-300, 0, 2_000), 0.0, 8e-16),
        ("cos", rng.uniform(-100, 100, 2_000), 2e-14, 0.0),
        ("sin", rng.uniform(-100, 100, 2_000), 2e-14, 0.0),
        ("cos", rng.uniform(-4, 4, 2_000), 8e-16, 0.0),
    ):
        function = getattr(vecmath, name)
        got = np.array([function(v) for v in x])
        want = np.array([getattr(math, name)(v) for v in x])
        np.testing.assert_allclose(got, want, rtol=relative, atol=absolute)


def test_holes_stay_holes() -> None:
    from explorer.engine import vecmath

    for name in ("exp", "tanh", "cos", "sin"):
        assert math.isnan(getattr(vecmath, name)(math.nan))
    assert vecmath.exp(-1e9) < 1e-300
