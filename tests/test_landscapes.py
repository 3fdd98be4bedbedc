"""Every landscape's gradient and Hessian against difference quotients, and its entry."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser
from reference import curvature, loss_and_gradient, numbers, unpacked
from terrain import corners, every_landscape, every_setting, known, random_points, slope

from explorer.core.catalog import catalog

if TYPE_CHECKING:
    from explorer.core.spec import Landscape


def quotients(function, x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """A derivative along one axis (…, N) and how far it may be off.

    Two central differences, at steps h and h/2, give Richardson's value (4·fine - coarse)/3. It is
    better than the fine one alone by about as much as the two differ, so a sixteenth of that is a
    generous share for what the step leaves; the rest is rounding, some ulps of the function / h.
    """
    step = 1e-3 * (1 + np.abs(x[axis]))

    def central(h: np.ndarray) -> np.ndarray:
        above, below = x.copy(), x.copy()
        above[axis] += h
        below[axis] -= h
        return (function(above) - function(below)) / (above[axis] - below[axis])

    coarse, fine = central(step), central(step / 2)
    size = np.abs(function(x)) + np.abs(x[axis] * fine) + 1
    rounding = 64 * np.finfo(float).eps * size / step
    return (4 * fine - coarse) / 3, np.abs(fine - coarse) / 16 + rounding


@every_setting
def test_gradient_is_the_losses_difference_quotient(landscape: Landscape, given: dict) -> None:
    parameters = numbers(landscape.parameters, **given)
    x = random_points(landscape, 60)
    g = slope(landscape, parameters, x)
    for axis in range(landscape.dimension):
        expected, error = quotients(
            lambda q: loss_and_gradient(landscape, parameters, q)[0], x, axis
        )
        assert (np.abs(g[axis] - expected) <= error).all()
        # The check means something: the error allowed is small beside what is checked.
        assert np.median(error) < 1e-4 * np.median(np.abs(g[axis]))


@every_setting
def test_hessian_is_the_gradients_difference_quotient(landscape: Landscape, given: dict) -> None:
    parameters = numbers(landscape.parameters, **given)
    x = random_points(landscape, 60)
    c = curvature(landscape, parameters, x)
    np.testing.assert_array_equal(c, c.transpose(1, 0, 2))
    for axis in range(landscape.dimension):
        expected, error = quotients(lambda q: slope(landscape, parameters, q), x, axis)
        assert (np.abs(c[axis] - expected) <= error).all()
        assert np.median(error) < 1e-3 * np.median(np.abs(c[axis, axis]))


def test_ravine_has_the_condition_number_it_says() -> None:
    landscape = catalog().landscape("ravine")
    c = curvature(landscape, (50.0, 33.0), [[1.0], [2.0]])[..., 0]
    values, vectors = np.linalg.eigh(c)
    np.testing.assert_allclose(values, (1, 50), rtol=1e-12)
    floor = math.degrees(math.atan2(vectors[1, 0], vectors[0, 0])) % 180
    assert floor == pytest.approx(33)


def test_ackley_is_defined_at_its_tip() -> None:
    landscape = catalog().landscape("ackley")
    parameters = numbers(landscape.parameters)
    f, g = loss_and_gradient(landscape, parameters, [[0.0], [0.0]])
    assert f[0] == pytest.approx(0, abs=1e-14)
    assert not g.any()
    assert not curvature(landscape, parameters, [[0.0], [0.0]]).any()
    angles = np.linspace(0, 2 * np.pi, 8)
    f, g = loss_and_gradient(
        landscape, parameters, 1e-6 * np.array([np.cos(angles), np.sin(angles)])
    )
    assert (f > 0).all()
    # The tip is a cone of slope a·b/√2.
    np.testing.assert_allclose(np.hypot(*g), 4 / math.sqrt(2), rtol=1e-4)


@every_landscape
def test_five_points_at_once_are_five_points(landscape: Landscape) -> None:
    parameters = numbers(landscape.parameters)
    x = random_points(landscape, 5)
    f, g = loss_and_gradient(landscape, parameters, x)
    c = curvature(landscape, parameters, x)
    for j in range(5):
        one = x[:, j : j + 1]
        f1, g1 = loss_and_gradient(landscape, parameters, one)
        np.testing.assert_array_equal((f1[0], *g1[:, 0]), (f[j], *g[:, j]))
        np.testing.assert_array_equal(curvature(landscape, parameters, one)[..., 0], c[..., j])


@every_landscape
def test_kernels_unpack_by_the_names_of_the_spec(landscape: Landscape) -> None:
    names = dict(enumerate(p.name for p in landscape.parameters))
    assert unpacked(landscape.gradient, "problem[0]") == names
    assert unpacked(landscape.hessian, "problem[0]").items() <= names.items()
    for known_points in (landscape.minima, landscape.saddles):
        if known_points.__name__ != "_nowhere":
            assert list(inspect.signature(known_points).parameters) == list(names.values())


@every_landscape
def test_entry_is_complete(landscape: Landscape) -> None:
    module = inspect.getmodule(landscape.gradient)
    assert module is not None
    assert module.__name__ == f"explorer.landscapes.{landscape.key}"
    assert landscape.title
    assert landscape.teaches.endswith(".")
    assert any(c.isdigit() for c in landscape.source)
    assert len(landscape.bounds) == landscape.dimension
    assert set(landscape.rates) == set(catalog().optimizers)
    for (low, high), x in zip(landscape.bounds, landscape.start, strict=True):
        assert low < x < high
    for parameter in landscape.parameters:
        assert parameter.help.endswith(".")
        assert parameter.check(parameter.default) == parameter.default
        low, high = parameter.span
        assert parameter.check(low) <= parameter.default <= parameter.check(high)
    _, minima, saddles = known(landscape, {})
    low, high = corners(landscape)
    for point in (*minima, *saddles):
        assert (low < point.x).all()
        assert (point.x < high).all()
    assert (landscape.levels == "linear") == (not minima)
    MathTextParser("path").parse(f"${landscape.formula}$")
