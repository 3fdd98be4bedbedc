"""Contour levels, the continuous band coordinate, heights and colour maps."""

import math
from itertools import pairwise

import matplotlib
import numpy as np
import pytest

from explorer.core import colormap
from explorer.core.errors import InputError
from explorer.core.experiment import View
from explorer.core.levels import Kind, band, choose, height, kind, ticks

KINDS: tuple[Kind, ...] = ("log", "linear", "equal")


def himmelblau(n: int = 120) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-5.5, 5.5, n), np.linspace(-6.9, 6.7, n))
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def count_below(values: np.ndarray, z: np.ndarray) -> np.ndarray:
    """How many levels are at or below each loss, by comparing every pair."""
    return (values[:, None] <= z.ravel()).sum(axis=0).reshape(z.shape)


@pytest.mark.parametrize("spread", KINDS)
@pytest.mark.parametrize(("scale", "floor"), [(1.0, 0.0), (1e-9, 0.0), (1e12, 0.0), (3.0, -78.25)])
def test_band_counts_the_levels_below(spread: Kind, scale: float, floor: float) -> None:
    z = himmelblau() * scale + floor
    levels = choose(z, spread, floor)
    assert 12 <= len(levels.values) <= 30
    assert (np.diff(levels.values) > 0).all()
    found = band(levels, z)
    assert np.array_equal(np.floor(found), count_below(levels.values, z))
    assert (found != np.round(found)).sum() > 0.99 * z.size
    at = band(levels, levels.values)
    assert np.array_equal(at[:-1], np.arange(1, len(at)))
    order = np.argsort(z.ravel())
    assert (np.diff(found.ravel()[order]) >= 0).all()


def test_log_levels_divide_decades_evenly() -> None:
    levels = choose(himmelblau(), "log", 0.0)
    steps = np.diff(np.log10(levels.values))
    assert np.ptp(steps) < 1e-12
    assert (1 / steps[0]) == pytest.approx(round(1 / steps[0]))
    decades = [v for v, _ in levels.ticks]
    assert {1.0, 10.0, 100.0, 1000.0} <= set(decades)
    # a decade is a level to the last bit
    assert set(decades) <= set(levels.values)
    assert [t for _, t in levels.ticks] == ["1", "10", "100", "1000"]
    assert levels.name == "loss, log"


def test_band_is_straight_in_the_logarithm() -> None:
    levels = choose(himmelblau(), "log", 0.0)
    a, b = levels.values[4:6]
    assert band(levels, np.array([math.sqrt(a * b)]))[0] == pytest.approx(5.5)
    linear = choose(himmelblau(), "linear", 0.0)
    a, b = linear.values[4:6]
    assert band(linear, np.array([(a + b) / 2]))[0] == pytest.approx(5.5)


def test_log_names_the_floor() -> None:
    z = himmelblau() - 78.332
    assert choose(z, "log", -78.332).name == "loss + 78.33, log"
    unknown = choose(z, "log", None)
    assert unknown.floor == z.min()
    assert "lowest in view" in unknown.name


def test_linear_levels_are_round() -> None:
    levels = choose(himmelblau(), "linear", None)
    step = np.diff(levels.values)
    assert np.ptp(step) < 1e-9
    assert f"{step[0]:e}"[0] in "125"
    assert np.round(levels.values / step[0]) * step[0] == pytest.approx(levels.values)


def test_equal_levels_share_the_picture() -> None:
    z = himmelblau()
    levels = choose(z, "equal", None)
    share = np.bincount(np.floor(band(levels, z)).astype(int).ravel()) / z.size
    assert share.max() - share.min() < 0.002


@pytest.mark.parametrize("spread", KINDS)
def test_constant_and_broken_fields(spread: Kind) -> None:
    flat = choose(np.full((5, 5), 3.0), spread, None)
    assert "3 everywhere" in flat.name
    inside = band(flat, np.full((5, 5), 3.0))
    assert (inside > 0).all()
    assert (inside < 1).all()
    assert np.isfinite(height(flat, np.full((5, 5), 3.0))[0]).all()
    z = himmelblau()
    z[0, 0], z[1, 1], z[2, 2] = np.nan, np.inf, -np.inf
    levels = choose(z, spread, 0.0)
    assert np.isfinite(levels.values).all()
    found = band(levels, z)
    assert math.isnan(found[0, 0])
    assert math.floor(found[1, 1]) == len(levels.values)
    assert math.floor(found[2, 2]) == 0
    lifted, _ = height(levels, z)
    assert np.isnan(lifted[[0, 1, 2], [0, 1, 2]]).all()
    assert np.isfinite(lifted).sum() == z.size - 3
    nothing = choose(np.full((3, 3), np.nan), spread, None)
    assert np.isnan(band(nothing, np.full((3, 3), np.nan))).all()


def test_a_plain_with_a_hole_has_no_line_all_over_it() -> None:
    z = np.zeros((50, 50))
    z[20:23, 20:23] = -1.0
    levels = choose(z, "equal", -1.0)
    assert band(levels, z)[0, 0] % 1 != 0
    assert band(choose(-z, "linear", 0.0), -z)[0, 0] % 1 != 0


def test_height_is_the_transform_it_says() -> None:
    z = himmelblau()
    levels = choose(z, "log", 0.0)
    lifted, sentence = height(levels, z)
    inside = sentence.removeprefix("height log₁₀(").removesuffix(")")
    lift, rest = inside.split(" + ")
    assert rest == "loss"
    assert lifted == pytest.approx(np.log10(float(lift) + z))
    assert height(choose(z, "linear", 0.0), z)[1] == "height loss"


def test_auto_is_the_landscapes_own() -> None:
    class Own:
        levels = "linear"

    assert kind(View(), Own()) == "linear"  # type: ignore[arg-type]
    assert kind(View(levels="equal"), Own()) == "equal"  # type: ignore[arg-type]


@pytest.mark.parametrize(("low", "high"), [(-6, 6), (0, 1), (-0.003, 0.0021), (1e6, 3e6)])
def test_ticks_are_round_and_inside(low: float, high: float) -> None:
    found = ticks(low, high, 5).tolist()
    assert 3 <= len(found) <= 9
    assert low <= found[0]
    assert found[-1] <= high
    assert len({f"{b - a:.6g}" for a, b in pairwise(found)}) == 1


@pytest.mark.parametrize("name", ["viridis", "cividis"])
def test_tables_are_the_published_ones(name: str) -> None:
    published = np.rint(np.array(matplotlib.colormaps[name].colors) * 255)
    assert np.array_equal(colormap.lut(name), published)


def test_grey_rises_evenly_in_lightness() -> None:
    table = colormap.lut("grey")
    assert (table[:, 0] == table[:, 1]).all()
    assert (table[:, 0] == table[:, 2]).all()
    value = table[:, 0] / 255
    luminance = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    lightness = 116 * np.cbrt(luminance) - 16
    assert lightness == pytest.approx(np.linspace(15, 95, 256), abs=0.4)


def test_band_colours_reach_both_ends() -> None:
    assert set(colormap.NAMES) == {"viridis", "cividis", "grey"}
    for name in colormap.NAMES:
        found = colormap.colours(name, 20)
        assert len(found) == 21
        assert (found[[0, -1]] == colormap.lut(name)[[0, -1]]).all()
    with pytest.raises(InputError, match="viridis"):
        colormap.lut("virids")
