"""Pictures in files, read back with other programs' eyes: pixels, XML, and the bytes of a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pictures import BOUNDS, FIELD, LAND, LEVELS, bare, bowl, field, figure, found_map, pixels
from PIL import Image

from explorer import export
from explorer.core import colormap, compose, levels
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("colours", colormap.NAMES)
def test_pixels_have_the_colour_of_the_loss_there(tmp_path: Path, colours: str) -> None:
    path = tmp_path / "map.png"
    export.write(bare(FIELD, LEVELS, colours), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    assert (right - left) / (bottom - top) == pytest.approx(5 / 4, rel=0.005)
    table = colormap.lut(colours).astype(int)
    dots = np.random.default_rng(1).uniform((-2.9, -0.9), (1.9, 2.9), (4000, 2))
    wrong_side, checked = 0, 0
    for x, y in dots.tolist():
        place = levels.band(LEVELS, np.array([bowl(x, y)]))[0] % 1
        near_mark = min(np.hypot(x - 1.5, y + 0.5), np.hypot(x + 1, y - 2)) < 0.4
        if not 0.4 < place < 0.6 or near_mark:
            continue
        below = sum(v <= bowl(x, y) for v in LEVELS.values)
        tint = table[round(below / len(LEVELS.values) * 255)]
        column = round(left + (x + 3) / 5 * (right - left) - 0.5)
        row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
        assert np.abs(picture[row, column] - tint).max() <= 1
        flipped = top + bottom - 1 - row
        wrong_side += bool(np.abs(picture[flipped, column] - tint).max() > 4)
        checked += 1
    assert checked > 300
    # upside down, most would differ: the test can tell
    assert wrong_side > 0.6 * checked


@pytest.mark.parametrize("axis", [0, 1])
def test_bands_end_where_the_level_is(tmp_path: Path, axis: int) -> None:
    grid = field(lambda x, y: (x, y)[axis] + 0 * x)
    scale = levels.choose(grid.z, "linear", None)
    path = tmp_path / "slope.png"
    export.write(bare(grid, scale), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    across, up = picture[top + 30, left:right], picture[top:bottom, left + 30][::-1]
    line = up if axis else across
    low, high = BOUNDS[axis]
    tints = colormap.colours("viridis", len(scale.values)).astype(int)
    exact = np.abs(line[:, None] - tints[None]).max(axis=2) <= 1
    for band, level in enumerate(scale.values.tolist()):
        # the iso-line itself tints a pixel or two between the bands
        before = np.flatnonzero(exact[:, band]).max()
        after = np.flatnonzero(exact[:, band + 1]).min()
        assert 0 < after - before <= 4
        crossing = (level - low) / (high - low) * len(line)
        assert (before + after + 1) / 2 == pytest.approx(crossing, abs=1.1)


def test_the_colour_bar_has_bands_of_equal_height(tmp_path: Path) -> None:
    path = tmp_path / "bar.png"
    export.write(bare(FIELD, LEVELS), path)
    picture = pixels(path)
    _, _, right, bottom = found_map(picture)
    tints = colormap.colours("viridis", len(LEVELS.values)).astype(int)
    beside = picture[:bottom, right + 5 :]
    match = (np.abs(beside[:, :, None] - tints[None, None]).max(axis=3) <= 1).any(axis=2)
    column = int(match.sum(axis=0).argmax())
    strip = beside[match[:, column], column][::-1]
    kinds = np.abs(strip[:, None] - tints[None]).sum(axis=2).argmin(axis=1)
    heights = np.bincount(kinds, minlength=len(tints))
    assert np.ptp(heights) <= 2
    assert (np.diff(kinds) >= 0).all()


def test_runs_are_drawn_in_their_colours_and_places(tmp_path: Path) -> None:
    path = tmp_path / "runs.png"
    export.write(figure("contour", count=1, step=3), path)
    picture = pixels(path)
    left, top, right, bottom = found_map(picture)
    blue = np.array([0x56, 0xB4, 0xE9])
    for part in (0.3, 0.7):
        x, y = np.array(LAND.start) + part * (np.array([-1, 2]) - LAND.start)
        column = round(left + (x + 3) / 5 * (right - left) - 0.5)
        row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
        # the older, the nearer to the dark around it
        dark = np.array([0x10, 0x12, 0x16])
        strength = {0.3: 0.85, 0.7: 1.0}[part]
        tint = dark + strength * (blue - dark)
        assert np.abs(picture[row, column] - tint).max() <= 2
    # past the head there is no line
    x, y = np.array(LAND.start) + 0.9 * (np.array([-1, 2]) - LAND.start)
    column = round(left + (x + 3) / 5 * (right - left) - 0.5)
    row = round(bottom - (y + 1) / 4 * (bottom - top) - 0.5)
    assert np.abs(picture[row, column] - blue).max() > 20


@pytest.mark.parametrize(
    ("size", "dpi"),
    [((1920, 1080), 144), ((1920, 1080), 97.3), ((500, 701), 300), ((999, 333), 72)],
)
def test_png_has_exactly_the_size_asked_for(
    tmp_path: Path, size: tuple[int, int], dpi: float
) -> None:
    path = tmp_path / "size.png"
    export.write(figure(), path, size=size, dpi=dpi)
    with Image.open(path) as picture:
        assert picture.size == size


@pytest.mark.parametrize("kind", [*compose.KINDS[::2], "side-by-side"])
@pytest.mark.parametrize("palette", export.PALETTES)
def test_every_kind_and_palette_draws(tmp_path: Path, kind: Any, palette: str) -> None:
    path = tmp_path / "kind.png"
    chosen = export.palette(palette)
    export.write(figure(kind), path, size=(900, 600), palette=chosen)
    picture = pixels(path)
    paper = [int(chosen.paper[i : i + 2], 16) for i in (1, 3, 5)]
    assert picture[0, 0].tolist() == paper
    assert 0.05 < (picture != paper).any(axis=2).mean() < 0.95


def test_a_surface_is_drawn_by_the_renderer_it_is_given(tmp_path: Path) -> None:
    asked = []

    def render(scene: Any, width: int, height: int, **how: Any) -> np.ndarray:
        asked.append((width, height, scene.bands, sorted(how)))
        picture = np.full((height, width, 4), 255, np.uint8)
        # red above, green below
        picture[: height // 2] = (255, 0, 0, 255)
        picture[height // 2 :] = (0, 255, 0, 255)
        return picture

    path = tmp_path / "surface.png"
    export.write(figure("surface"), path, render=render)
    width, height, bands, how = asked[0]
    assert bands == len(LEVELS.values)
    assert how == ["background", "ink", "lut", "scale"]
    picture = pixels(path)
    red = (picture == (255, 0, 0)).all(axis=2)
    green = (picture == (0, 255, 0)).all(axis=2)
    # to the pixel, but for the texts on it
    assert red.sum() + green.sum() == pytest.approx(width * height, rel=0.02)
    assert np.flatnonzero(red.any(axis=1)).max() < np.flatnonzero(green.any(axis=1)).min()
    with pytest.raises(InputError, match="renderer"):
        export.write(figure("surface"), tmp_path / "none.png")
