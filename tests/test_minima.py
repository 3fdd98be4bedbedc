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
            flat = landscape.key == "monkey_saddle"
            assert not values.any() if flat else values[0] < 0 < values[-1]
        else:
            assert values[0] >= 0
    assert all(p.kind == "saddle" for p in saddles)
    if minima:
        floor = min(p.value for p in minima)
        for point in minima:
            assert (point.kind == "global") == (point.value <= floor + 1e-9)


@every_setting
def test_no_lower_point_is_found(landscape: Landscape, given: dict) -> None:
    parameters, minima, _ = known(landscape, given)
    if not minima:
        pytest.skip("falls without end")
    f, _ = loss_and_gradient(landscape, parameters, random_points(landscape, 3000))
    assert f.min() >= min(p.value for p in minima)


def descend(landscape: Landscape, parameters: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Newton's method from many starts (D, N) at once: the non-degenerate points it settles in."""
    for _ in range(40):
        g = slope(landscape, parameters, x).T
        c = curvature(landscape, parameters, x).transpose(2, 0, 1)
        usable = np.abs(np.linalg.det(c)) > 1e-9
        x, g, c = x[:, usable], g[usable], c[usable]
        move = np.linalg.solve(c, g[..., None])[..., 0].T
        x = x - np.clip(move, -0.3, 0.3)
        near = (np.abs(x) < 20).all(axis=0)
        x, move = x[:, near], move[:, near]
    settled = np.abs(move).max(axis=0, initial=0) < 1e-9
    return x[:, settled]


@every_setting
def test_a_search_finds_the_known_minima_and_saddles_only(
    landscape: Landscape, given: dict
) -> None:
    if landscape.key == "ackley":
        pytest.skip("its many local minima are not listed")
    parameters, minima, saddles = known(landscape, given)
    low, high = corners(landscape)
    count = 24 if landscape.dimension == 2 else 400
    axes = [np.linspace(a, b, count) for a, b in zip(low, high, strict=True)]
    starts = np.array([m.ravel() for m in np.meshgrid(*axes)]) + 0.0123
    found = descend(landscape, parameters, starts)
    found = found[:, within(landscape, found.T)]
    values = np.linalg.eigvalsh(curvature(landscape, parameters, found).transpose(2, 0, 1))
    sorts = [(minima, values[:, 0] > 0)]
    if landscape.dimension == 2 and landscape.key != "rastrigin":
        sorts.append((saddles, (values[:, 0] < 0) & (values[:, -1] > 0)))
    for points, chosen in sorts:
        listed = np.array([p.x for p in points]).reshape(-1, landscape.dimension)
        for x in found.T[chosen]:
            assert np.abs(listed - x).max(axis=1, initial=0).min(initial=np.inf) < 1e-6, x
        # And the other way about: the search is wide enough to find all that are listed.
        if landscape.key not in ("monkey_saddle", "rastrigin"):
            inside = within(landscape, listed)
            for x in listed[inside]:
                c = curvature(landscape, parameters, x[:, None])[..., 0]
                if abs(np.linalg.det(c)) > 1e-6:
                    assert np.abs(found.T - x).max(axis=1).min() < 1e-6, x


# Jamil & Yang 2013 and the tables of later surveys: point, loss, how many digits they print.
PUBLISHED = {
    "ackley": [((0, 0), 0, 12)],
    "beale": [((3, 0.5), 0, 12)],
    "bowl": [((0, 0), 0, 12)],
    "himmelblau": [
        ((3, 2), 0, 7),
        ((-2.8051181, 3.1313125), 0, 7),
        ((-3.7793103, -3.283186), 0, 7),
        ((3.5844283, -1.8481265), 0, 7),
    ],
    "rastrigin": [
        ((0, 0), 0, 12),
        ((0.994959, 0), 0.994959, 6),
        ((0.994959, -0.994959), 1.989918, 6),
    ],
    "rosenbrock": [((1, 1), 0, 12)],
    "styblinski_tang": [((-2.903534, -2.903534), -78.3323314, 6)],
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
    ("styblinski_tang", (-2.903534, -2.903534), 34.583, 34.583),
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
    assert len(land["two_wells"].minima(0.3)) == 2
    assert len(land["two_wells"].minima(2.0)) == 1
    assert [p.kind for p in land["two_wells"].minima(0.0)] == ["global", "global"]
    assert [p.kind for p in land["two_wells"].minima(0.3)] == ["global", "local"]
    assert [p.kind for p in land["two_wells"].minima(-0.3)] == ["local", "global"]


@every_landscape
def test_parameters_may_be_anything_the_sliders_reach(landscape: Landscape) -> None:
    spans = [p.span for p in landscape.parameters]
    for pick in range(2 ** len(spans)):
        given = [span[pick >> k & 1] for k, span in enumerate(spans)]
        points = (*landscape.minima(*given), *landscape.saddles(*given))
        assert points
        assert np.isfinite([(*p.x, p.value) for p in points]).all()
