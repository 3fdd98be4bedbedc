"""Every landscape's gradient and Hessian against difference quotients, and its entry."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser
from reference import curvature, loss_and_gradient, numbers, run_plain, source, unpacked
from terrain import LANDSCAPES, corners, every_landscape, every_setting, known, random_points, slope

from explorer.core.catalog import catalog
from explorer.core.defaults import DEFAULT_OPTIMIZERS

if TYPE_CHECKING:
    from explorer.core.spec import Landscape


def quotients(
    function, x: np.ndarray, axis: int, share: float = 1e-3
) -> tuple[np.ndarray, np.ndarray]:
    """A derivative along one axis (…, N) and how far it may be off.

    Two central differences, at steps h and h/2, give Richardson's value (4·fine - coarse)/3. It is
    better than the fine one alone by about as much as the two differ, so a sixteenth of that is a
    generous share for what the step leaves; the rest is rounding, some ulps of the function / h.
    """
    step = share * (1 + np.abs(x[axis]))

    def central(h: np.ndarray) -> np.ndarray:
        above, below = x.copy(), x.copy()
        above[axis] += h
        below[axis] -= h
        return (function(above) - function(below)) / (above[axis] - below[axis])

    coarse, fine = central(step), central(step / 2)
    size = np.abs(function(x)) + np.abs(x[axis] * fine) + 1
    rounding = 64 * np.finfo(float).eps * size / step
    return (4 * fine - coarse) / 3, np.abs(fine - coarse) / 16 + rounding


def agreeing(function, x: np.ndarray, axis: int, claimed: np.ndarray) -> np.ndarray:
    """Check claimed derivatives (…, N) and give how far off they might still be.

    Where a kink lies within the step no quotient means anything; a shorter step is tried there.
    """
    expected, error = quotients(function, x, axis)
    off = ~(np.abs(claimed - expected) <= error).reshape(-1, x.shape[1]).all(axis=0)
    if off.any():
        expected, closer = quotients(function, x[:, off], axis, 1e-5)
        assert (np.abs(claimed[..., off] - expected) <= closer).all()
    return error


@every_setting
def test_gradient_is_the_losses_difference_quotient(landscape: Landscape, given: dict) -> None:
    parameters = numbers(landscape.parameters, **given)
    x = random_points(landscape, 60)
    g = slope(landscape, parameters, x)
    for axis in range(landscape.dimension):
        error = agreeing(lambda q: loss_and_gradient(landscape, parameters, q)[0], x, axis, g[axis])
        # The check means something: the error allowed is small beside what is checked.
        assert np.median(error) < 1e-4 * np.abs(g).mean()


@every_setting
def test_hessian_is_the_gradients_difference_quotient(landscape: Landscape, given: dict) -> None:
    parameters = numbers(landscape.parameters, **given)
    x = random_points(landscape, 60)
    c = curvature(landscape, parameters, x)
    np.testing.assert_array_equal(c, c.transpose(1, 0, 2))
    for axis in range(landscape.dimension):
        error = agreeing(lambda q: slope(landscape, parameters, q), x, axis, c[axis])
        assert np.median(error) < 1e-3 * np.abs(c).mean()


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


SQUARES = [s for s in LANDSCAPES if s.gauss_newton is not None]
# What is squared and summed, by landscape, at the defaults.
RESIDUALS = {
    "beale": lambda x, y: [c - x + x * y**k for c, k in ((1.5, 1), (2.25, 2), (2.625, 3))],
    "booth": lambda x, y: [x + 2 * y - 7, 2 * x + y - 5],
    "bowl": lambda x, y: [x, y],
    "dixon_price": lambda x, y: [x - 1, math.sqrt(2) * (2 * y**2 - x)],
    "edge_of_stability": lambda x, y: [(x * y - 1) / math.sqrt(2)],
    "freudenstein_roth": lambda x, y: [
        -13 + x + ((5 - y) * y - 2) * y,
        -29 + x + ((y + 1) * y - 14) * y,
    ],
    "himmelblau": lambda x, y: [x**2 + y - 11, x + y**2 - 7],
    "matyas": lambda x, y: [(x + y) / 10, (x - y) / 2],
    "parabola": lambda x: [x],
    "ravine": lambda x, y: [x / math.sqrt(2), math.sqrt(15) * y],
    "rosenbrock": lambda x, y: [1 - x, 10 * (y - x**2)],
    "wilson": lambda x, y: [(3 * x + y - 2) / math.sqrt(2)],
    "zakharov": lambda x, y: [x, y, x / 2 + y, (x / 2 + y) ** 2],
}


def gauss_newton(landscape: Landscape, parameters: object, x: np.ndarray) -> np.ndarray:
    """2JᵀJ at the points x (D, N), one matrix a row (N, D, D)."""
    c = np.full((len(x), *x.shape), np.nan)
    assert landscape.gauss_newton is not None
    landscape.gauss_newton(source(parameters), x, c)
    return c.transpose(2, 0, 1)


@pytest.mark.parametrize("landscape", SQUARES, ids=lambda s: s.key)
def test_gauss_newton_is_a_hessian_without_the_residuals(landscape: Landscape) -> None:
    """Never bending downward anywhere, and the Hessian itself wherever the loss is 0."""
    parameters, minima, _ = known(landscape, {})
    x = random_points(landscape, 100)
    c = gauss_newton(landscape, parameters, x)
    np.testing.assert_array_equal(c, c.transpose(0, 2, 1))
    values = np.linalg.eigvalsh(c)
    assert (values[:, 0] >= -1e-12 * values[:, -1]).all()
    perfect = np.array([p.x for p in minima if p.value == 0]).T
    assert perfect.size
    np.testing.assert_allclose(
        gauss_newton(landscape, parameters, perfect),
        curvature(landscape, parameters, perfect).transpose(2, 0, 1),
        rtol=1e-9,
        atol=1e-9 * np.abs(values).max(),
    )


@pytest.mark.parametrize("key", RESIDUALS)
def test_gauss_newton_is_made_of_the_residuals_slopes(key: str) -> None:
    """J by complex steps, which are exact: the imaginary part over the step."""
    landscape = catalog().landscape(key)
    parameters = numbers(landscape.parameters)
    x = random_points(landscape, 50)
    columns = []
    for i in range(landscape.dimension):
        moved = x.astype(complex)
        moved[i] += 1e-30j
        columns.append(np.array(RESIDUALS[key](*moved)).imag / 1e-30)
    jacobian = np.array(columns).transpose(2, 1, 0)
    f, _ = loss_and_gradient(landscape, parameters, x)
    squares = (np.array(RESIDUALS[key](*x)) ** 2).sum(axis=0)
    np.testing.assert_allclose(f, squares, rtol=1e-11, atol=1e-11)
    wanted = 2 * jacobian.transpose(0, 2, 1) @ jacobian
    ours = gauss_newton(landscape, parameters, x)
    np.testing.assert_allclose(ours, wanted, rtol=1e-11, atol=1e-10)


def test_bukins_valley_has_the_conventions_it_states() -> None:
    landscape = catalog().landscape("bukin6")
    valley = np.array([[-10.0, -5.0, -15.0], [1.0, 0.25, 2.25]])
    _, g = loss_and_gradient(landscape, (), valley)
    np.testing.assert_array_equal(g, [[0, 0.01, -0.01], [0, 0, 0]])
    assert not curvature(landscape, (), valley).any()


def test_lessards_kinks_take_the_curvature_to_the_right() -> None:
    landscape = catalog().landscape("lessard")
    kinks = [[1 - 1e-9, 1.0, 2.0, 2 + 1e-9]]
    np.testing.assert_array_equal(curvature(landscape, (), kinks)[0, 0], [25, 1, 25, 25])
    f, g = loss_and_gradient(landscape, (), kinks)
    np.testing.assert_allclose(f, [12.5, 12.5, 38, 38], atol=1e-6)
    np.testing.assert_allclose(g[0], [25, 25, 26, 26], atol=1e-6)


def test_roots_of_nothing_are_taken_as_level() -> None:
    """Schwefel's and the egg holder's moduli have their kinks inside a root."""
    schwefel, holder = catalog().landscape("schwefel"), catalog().landscape("eggholder")
    f, g = loss_and_gradient(schwefel, (), [[0.0], [0.0]])
    assert f[0] == pytest.approx(2 * 418.9829, abs=1e-4)
    assert not g.any()
    assert not curvature(schwefel, (), [[0.0], [0.0]]).any()
    f, g = loss_and_gradient(holder, (), [[0.0], [-47.0]])
    assert f[0] == 0
    assert not g.any()


def walk(key: str, optimizer: str, start: tuple[float, ...], lr: float, steps: int, **given: float):
    """Points (steps + 1, D) of an optimizer on a landscape at its defaults."""
    landscape, spec = catalog().landscape(key), catalog().optimizer(optimizer)
    hyper, parameters = numbers(spec.hyper, **given), numbers(landscape.parameters)
    return run_plain(spec, landscape, parameters, start, np.full(steps, lr), hyper)[0]


@pytest.mark.parametrize("start", [3.1, 3.3, 3.45])
def test_heavy_ball_goes_round_on_lessards_quadratic(start: float) -> None:
    """At the rates that are the best for curvatures from 1 to 25."""
    tail = walk("lessard", "momentum", (start,), 1 / 9, 900, momentum=4 / 9)[-3:, 0]
    np.testing.assert_allclose(sorted(tail), (-1.8024, 0.6465, 2.1159), atol=5e-5)


@pytest.mark.parametrize("start", [3.0, 3.6])
def test_heavy_ball_settles_from_beside_that_cycle(start: float) -> None:
    assert abs(walk("lessard", "momentum", (start,), 1 / 9, 900, momentum=4 / 9)[-1, 0]) < 1e-12


@pytest.mark.parametrize(
    ("optimizer", "lr", "end"),
    [
        ("sgd", 0.05, (0.6, 0.2)),
        ("momentum", 0.005, (0.6, 0.2)),
        ("adagrad", 0.3, (0.5, 0.5)),
        ("rmsprop", 0.003, (0.5, 0.5)),
        ("adam", 0.03, (0.5, 0.5)),
    ],
)
def test_methods_end_at_different_solutions(
    optimizer: str, lr: float, end: tuple[float, ...]
) -> None:
    points = walk("wilson", optimizer, (0.0, 0.0), lr, 1500)
    np.testing.assert_allclose(points[-1], end, atol=2e-3)


def test_long_steps_flatten_the_valley() -> None:
    """From sharpness 16 gradient descent at 0.15 cannot stay: it ends below 2/0.15."""
    points = walk("edge_of_stability", "sgd", (4.0, 0.3), 0.15, 500)
    x, y = points[-1]
    assert x * y == pytest.approx(1, abs=1e-9)
    assert x * x + y * y < 2 / 0.15 < 16
    x, y = walk("edge_of_stability", "sgd", (4.0, 0.3), 0.05, 500)[-1]
    assert x * x + y * y > 2 / 0.15


def test_the_rate_chooses_between_sharp_and_flat() -> None:
    short = walk("sharp_and_flat", "sgd", (1.3, 1.2), 0.02, 500)[-1]
    long = walk("sharp_and_flat", "sgd", (1.3, 1.2), 0.2, 500)[-1]
    np.testing.assert_allclose((short, long), ((1, 0), (-1, 0)), atol=1e-6)


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
    assert set(DEFAULT_OPTIMIZERS) <= set(landscape.rates)
    assert all(rate > 0 for rate in landscape.rates.values())
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
