"""The known minima and saddles against published tables and a search of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from reference import curvature, loss_and_gradient, numbers
from terrain import corners, every_landscape, every_setting, known, random_points, slope, within

from explorer.core.catalog import catalog

if TYPE_CHECKING:
    from explorer.core.spec import Landscape


@every_setting
def test_known_points_are_stationary_and_of_their_kind(landscape: Landscape, given: dict) -> None:
    parameters, minima, saddles = known(landscape, given)
    assert minima or saddles
    for point in (*minima, *saddles):
        x = np.array(point.x)[:, None]
        f, g = loss_and_gradient(landscape, parameters, x)
        values = np.linalg.eigvalsh(curvature(landscape, parameters, x)[..., 0])
        size = max(1.0, np.abs(values).max())
        assert np.abs(g).max() <= 1e-12 * size
        assert point.value == pytest.approx(f[0], rel=1e-12, abs=1e-12)
        if point.kind == "saddle":
            assert values[0] < 0 < values[-1] or (
                not values.any() and both_ways(landscape, parameters, x)
            )
        else:
            assert values[0] >= -1e-12 * size
    assert all(p.kind == "saddle" for p in saddles)
    assert all(p.kind in ("global", "local") for p in minima)
    if any(p.kind == "global" for p in minima):
        floor = min(p.value for p in minima)
        for point in minima:
            assert (point.kind == "global") == (point.value <= floor + 1e-9)


def both_ways(landscape: Landscape, parameters: np.ndarray, x: np.ndarray) -> bool:
    """Whether the loss both rises and falls from x (D, 1), where there is no curvature."""
    turns = np.random.default_rng(5).normal(size=(landscape.dimension, 40))
    around = x + 0.01 * turns / np.linalg.norm(turns, axis=0)
    change = loss_and_gradient(landscape, parameters, around)[0]
    change -= loss_and_gradient(landscape, parameters, x)[0]
    return bool(change.min() < 0 < change.max())


def rim(landscape: Landscape) -> np.ndarray:
    """Points all along the edge of the landscape's bounds (D, N)."""
    low, high = corners(landscape)
    if landscape.dimension == 1:
        return np.array([[*low, *high]])
    share = np.linspace(0, 1, 400)
    edges = [(share, 0 * share), (share, 0 * share + 1), (0 * share, share), (0 * share + 1, share)]
    return np.concatenate([low[:, None] + (high - low)[:, None] * np.array(e) for e in edges], 1)


@every_setting
def test_no_lower_point_is_found(landscape: Landscape, given: dict) -> None:
    parameters, minima, _ = known(landscape, given)
    if not minima:
        pytest.skip("falls without end")
    points = np.concatenate([random_points(landscape, 3000), rim(landscape)], axis=1)
    f, _ = loss_and_gradient(landscape, parameters, points)
    floor = min(p.value for p in minima)
    if any(p.kind == "global" for p in minima):
        assert f.min() >= floor
    else:
        # All are called local: then there must be something lower in view.
        assert f.min() < floor


def descend(landscape: Landscape, parameters: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Newton's method from many starts (D, N) at once: the non-degenerate points it settles in."""
    low, high = corners(landscape)
    size = (high - low).max()
    for _ in range(40):
        g = slope(landscape, parameters, x).T
        c = curvature(landscape, parameters, x).transpose(2, 0, 1)
        usable = np.abs(np.linalg.det(c)) > 1e-9
        x, g, c = x[:, usable], g[usable], c[usable]
        move = np.linalg.solve(c, g[..., None])[..., 0].T
        x = x - np.clip(move, -0.03 * size, 0.03 * size)
        near = within(landscape, x.T, 0.1)
        x, move = x[:, near], move[:, near]
        if np.abs(move).max(initial=0) < 1e-12 * size:
            break
    return x[:, np.abs(move).max(axis=0, initial=0) < 1e-9 * size]


# Where the unlisted ones are more than this they are left out on purpose: a picture with so many
# marks shows nothing else.
MANY = 10


def strangers(found: np.ndarray, listed: np.ndarray) -> list[np.ndarray]:
    """The different points of found (N, D) that are none of those listed (M, D)."""
    left: list[np.ndarray] = []
    for x in np.unique(found.round(7), axis=0):
        if all(np.abs(x - y).max() >= 1e-6 for y in (*listed, *left)):
            left.append(x)
        if len(left) > MANY:
            break
    return left


@every_setting
def test_a_search_finds_the_known_minima_and_saddles_only(
    landscape: Landscape, given: dict
) -> None:
    parameters, minima, saddles = known(landscape, given)
    low, high = corners(landscape)
    count = 24 if landscape.dimension == 2 else 400
    axes = [np.linspace(a, b, count) for a, b in zip(low, high, strict=True)]
    starts = np.array([m.ravel() for m in np.meshgrid(*axes)]) + 0.00123 * (high - low)[:, None]
    found = descend(landscape, parameters, starts)
    found = found[:, within(landscape, found.T)]
    values = np.linalg.eigvalsh(curvature(landscape, parameters, found).transpose(2, 0, 1))
    sorts = [(minima, values[:, 0] > 1e-6)]
    if landscape.dimension == 2:
        sorts.append((saddles, (values[:, 0] < -1e-6) & (values[:, -1] > 1e-6)))
    for points, chosen in sorts:
        listed = np.array([p.x for p in points]).reshape(-1, landscape.dimension)
        new = strangers(found.T[chosen], listed)
        assert not new or len(new) > MANY, new


@every_setting
def test_newtons_method_goes_back_to_every_known_point(landscape: Landscape, given: dict) -> None:
    """From a ten-thousandth of the view away, wherever the Hessian has an inverse."""
    parameters, minima, saddles = known(landscape, given)
    low, high = corners(landscape)
    listed = np.array([p.x for p in (*minima, *saddles)]).reshape(-1, landscape.dimension)
    listed = listed[within(landscape, listed)]
    c = curvature(landscape, parameters, listed.T).transpose(2, 0, 1)
    listed = listed[np.abs(np.linalg.det(c)) > 1e-6]
    back = descend(landscape, parameters, listed.T + 1e-4 * (high - low)[:, None])
    assert back.shape == listed.T.shape
    assert np.abs(back - listed.T).max(initial=0) < 1e-6


# Jamil & Yang 2013 and the tables of later surveys: point, loss, how many digits they print.
PUBLISHED = {
    "ackley": [((0, 0), 0, 12)],
    "beale": [((3, 0.5), 0, 12)],
    "bohachevsky": [((0, 0), 0, 12)],
    "booth": [((1, 3), 0, 12)],
    "bowl": [((0, 0), 0, 12)],
    "branin": [
        ((-3.1415927, 12.275), 0.397887358, 7),
        ((3.1415927, 2.275), 0.397887358, 7),
        ((9.424778, 2.475), 0.397887358, 6),
    ],
    "bukin6": [((-10, 1), 0, 12)],
    "dixon_price": [((1, 0.70710678), 0, 8), ((1, -0.70710678), 0, 8)],
    "drop_wave": [((0, 0), -1, 12)],
    "easom": [((3.1415927, 3.1415927), -1, 7)],
    "freudenstein_roth": [
        ((5, 4), 0, 12),
        ((11.41277900, -0.89680525), 48.98425368, 7),
    ],
    "goldstein_price": [
        ((0, -1), 3, 12),
        ((1.2, 0.8), 840, 12),
        ((1.8, 0.2), 84, 12),
        ((-0.6, -0.4), 30, 12),
    ],
    "griewank": [((0, 0), 0, 12)],
    "himmelblau": [
        ((3, 2), 0, 7),
        ((-2.8051181, 3.1313125), 0, 7),
        ((-3.7793103, -3.283186), 0, 7),
        ((3.5844283, -1.8481265), 0, 7),
    ],
    "levy": [((1, 1), 0, 12)],
    "matyas": [((0, 0), 0, 12)],
    "mccormick": [((-0.54719755, -1.5471976), -1.91322295, 7)],
    "michalewicz": [((2.20290552, 1.57079633), -1.8013034101, 8)],
    "rastrigin": [
        ((0, 0), 0, 12),
        ((0.994959, 0), 0.994959, 6),
        ((0.994959, -0.994959), 1.989918, 6),
    ],
    "rosenbrock": [((1, 1), 0, 12)],
    "schwefel": [((420.968746, 420.968746), 0, 6)],
    "six_hump_camel": [
        ((0.08984, -0.71266), -1.03162845, 5),
        ((-0.08984, 0.71266), -1.03162845, 5),
        ((1.70361, -0.79608), -0.21546382, 5),
        ((-1.70361, 0.79608), -0.21546382, 5),
        ((1.60710, 0.56865), 2.10425031, 5),
        ((-1.60710, -0.56865), 2.10425031, 5),
    ],
    "styblinski_tang": [((-2.903534, -2.903534), -78.3323314, 6)],
    "three_hump_camel": [((0, 0), 0, 12)],
    "two_gaussians": [
        ((-0.93630063, 0), -2.06309025, 8),
        ((0.90531790, 0), -1.09273200, 7),
    ],
    "wilson": [((0.6, 0.2), 0, 12), ((0.5, 0.5), 0, 12)],
    "zakharov": [((0, 0), 0, 12)],
}
SADDLES = {
    "beale": [((0, 1), 14.203125, 9), ((0.100538, -2.644514), 9.864512, 6)],
    "himmelblau": [
        ((-3.073026, -0.081353), 104.015163, 6),
        ((-0.127961, -1.953715), 178.337239, 6),
        ((0.086678, 2.884255), 67.719150, 6),
        ((3.385154, 0.073852), 13.311926, 6),
    ],
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_published_minima(key: str) -> None:
    _, minima, saddles = known(catalog().landscape(key), {})
    for mine, table in ((minima, PUBLISHED[key]), (saddles, SADDLES.get(key, []))):
        for x, value, digits in table:
            close = [p for p in mine if np.abs(np.subtract(p.x, x)).max() <= 0.51 * 10**-digits]
            assert len(close) == 1, x
            assert close[0].value == pytest.approx(value, abs=0.51 * 10**-digits)
    assert len(saddles) == len(SADDLES.get(key, saddles))


# Least and greatest curvature at the minimum, published to five digits.
CURVATURES = [
    ("bowl", (0, 0), 2, 2),
    ("rosenbrock", (1, 1), 0.39936, 1001.6),
    ("rastrigin", (0, 0), 396.78, 396.78),
    ("himmelblau", (3, 2), 25.716, 82.284),
    ("himmelblau", (-2.8051181, 3.1313125), 64.84, 80.55),
    ("himmelblau", (-3.7793103, -3.283186), 70.714, 133.79),
    ("himmelblau", (3.5844283, -1.8481265), 28.691, 105.42),
    ("beale", (3, 0.5), 0.30146, 48.98),
    ("booth", (1, 3), 2, 18),
    ("matyas", (0, 0), 0.04, 1),
    ("styblinski_tang", (-2.903534, -2.903534), 34.583, 34.583),
    ("three_hump_camel", (0, 0), 1.5858, 4.4142),
    ("six_hump_camel", (0.089842013, -0.7126564), 7.6823, 16.493),
    ("goldstein_price", (0, -1), 402.83, 965.17),
    ("mccormick", (-0.54719755, -1.5471976), 1.7321, 4),
    ("branin", (-3.1415927, 12.275), 0.8615, 22.292),
    ("branin", (3.1415927, 2.275), 1.7323, 11.086),
    ("branin", (9.424778, 2.475), 1.695, 11.33),
    ("levy", (1, 1), 2, 179.65),
    ("easom", (3.1415927, 3.1415927), 3, 3),
    ("griewank", (0, 0), 0.5005, 1.0005),
    ("dixon_price", (1, 0.70710678), 1.7663, 36.234),
    ("dixon_price", (1, -0.70710678), 1.7663, 36.234),
    ("zakharov", (0, 0), 2, 4.5),
    ("bohachevsky", (0, 0), 28.648, 67.165),
    ("two_gaussians", (-0.93630063, 0), 30.205, 31.397),
    ("two_gaussians", (0.9053179, 0), 19.409, 21.123),
]


@pytest.mark.parametrize(("key", "x", "least", "greatest"), CURVATURES)
def test_published_curvature(key: str, x: tuple, least: float, greatest: float) -> None:
    landscape = catalog().landscape(key)
    c = curvature(landscape, numbers(landscape.parameters), np.array(x)[:, None])
    np.testing.assert_allclose(np.linalg.eigvalsh(c[..., 0]), (least, greatest), rtol=5e-5)


def test_counts_of_minima() -> None:
    land = catalog().landscapes
    assert len(land["rastrigin"].minima(10.0)) == 121
    assert len(land["rastrigin"].minima(0.02)) == 1
    assert len(land["himmelblau"].minima(11.0, 7.0)) == 4
    assert {p.kind for p in land["himmelblau"].minima(11.0, 7.0)} == {"global"}
    assert len(land["styblinski_tang"].minima()) == 4
    assert len(land["goldstein_price"].minima()) == 4
    assert len(land["schwefel"].minima()) == 49
    assert len(land["two_gaussians"].minima(2.0, 3.0)) == 2
    assert len(land["two_gaussians"].minima(0.0, 0.0)) == 1
    assert len(land["double_well"].minima(0.3)) == 2
    assert len(land["double_well"].minima(2.0)) == 1
    assert [p.kind for p in land["double_well"].minima(0.3)] == ["global", "local"]
    assert len(land["wilson"].minima(2.0, 2.0, 1.0)) == 1
    assert len(land["two_wells"].minima(0.3)) == 2
    assert len(land["two_wells"].minima(2.0)) == 1
    assert [p.kind for p in land["two_wells"].minima(0.0)] == ["global", "global"]
    assert [p.kind for p in land["two_wells"].minima(0.3)] == ["global", "local"]
    assert [p.kind for p in land["two_wells"].minima(-0.3)] == ["local", "global"]


# As the tables print them, where the kernel writes it otherwise.
EXPRESSIONS = {
    "goldstein_price": lambda x, y: (
        (1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2))
        * (30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2))
    ),
    "six_hump_camel": lambda x, y: (
        (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2
    ),
    "eggholder": lambda x, y: (
        -(y + 47) * np.sin(np.sqrt(abs(x / 2 + (y + 47)))) - x * np.sin(np.sqrt(abs(x - (y + 47))))
    ),
    "michalewicz": lambda x, y: (
        -np.sin(x) * np.sin(x**2 / np.pi) ** 20 - np.sin(y) * np.sin(2 * y**2 / np.pi) ** 20
    ),
    "branin": lambda x, y: (
        (y - 5.1 / (4 * np.pi**2) * x**2 + 5 / np.pi * x - 6) ** 2
        + 10 * (1 - 1 / (8 * np.pi)) * np.cos(x)
        + 10
    ),
    "drop_wave": lambda x, y: -(1 + np.cos(12 * np.sqrt(x**2 + y**2))) / (0.5 * (x**2 + y**2) + 2),
    "bukin6": lambda x, y: 100 * np.sqrt(abs(y - 0.01 * x**2)) + 0.01 * abs(x + 10),
    "bohachevsky": lambda x, y: (
        x**2 + 2 * y**2 - 0.3 * np.cos(3 * np.pi * x) - 0.4 * np.cos(4 * np.pi * y) + 0.7
    ),
}


@pytest.mark.parametrize("key", EXPRESSIONS)
def test_losses_are_the_published_expressions(key: str) -> None:
    landscape = catalog().landscape(key)
    x = random_points(landscape, 200)
    f, _ = loss_and_gradient(landscape, numbers(landscape.parameters), x)
    np.testing.assert_allclose(f, EXPRESSIONS[key](*x), rtol=1e-10, atol=1e-12)


def test_the_eggholders_lowest_point_is_on_the_edge() -> None:
    landscape = catalog().landscape("eggholder")
    f, g = loss_and_gradient(landscape, (), [[512.0], [404.2319]])
    assert f[0] == pytest.approx(-959.640662711, abs=1e-7)
    assert abs(g[1, 0]) < 1e-3
    assert g[0, 0] < -0.1
    assert {p.kind for p in landscape.minima()} == {"local"}


def test_sharp_and_flat_are_as_sharp_as_they_say() -> None:
    landscape = catalog().landscape("sharp_and_flat")
    c = curvature(landscape, (35.0,), [[-1.0, 1.0], [0.0, 0.0]])
    np.testing.assert_allclose(c[..., 0], 2 * np.eye(2), atol=1e-12)
    np.testing.assert_allclose(c[..., 1], 70 * np.eye(2), atol=1e-12)


def test_the_edge_of_stabilitys_floor_is_sharpest_far_out() -> None:
    """On xy = 1 the greatest curvature is x² + y², 2 at the flattest points."""
    x = np.array([0.25, 0.5, 1.0, 3.0])
    c = curvature(catalog().landscape("edge_of_stability"), (), np.array([x, 1 / x]))
    greatest = np.linalg.eigvalsh(c.transpose(2, 0, 1))[:, 1]
    np.testing.assert_allclose(greatest, x**2 + 1 / x**2, rtol=1e-12)


@every_landscape
def test_parameters_may_be_anything_the_sliders_reach(landscape: Landscape) -> None:
    spans = [p.span for p in landscape.parameters]
    for pick in range(2 ** len(spans)):
        given = [span[pick >> k & 1] for k, span in enumerate(spans)]
        points = (*landscape.minima(*given), *landscape.saddles(*given))
        assert points
        assert np.isfinite([(*p.x, p.value) for p in points]).all()
