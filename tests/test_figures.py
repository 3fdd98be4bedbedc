"""Figures at every size: refined surfaces, layouts, presets, transparent paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pictures import figure, wordy
from PIL import Image

from explorer import export
from explorer.cli import main
from explorer.core.errors import InputError
from explorer.engine.raster import renderer
from explorer.export import canvas, finer, surfaces

if TYPE_CHECKING:
    from pathlib import Path

COMPOSED = [
    ("contour", "curves"),
    ("contour", "surface"),
    ("contour", "surface", "curves"),
    ("side-by-side", "surface"),
    ("contour", "surface", "side-by-side", "curves"),
]


def samples(places: Any, other: Any) -> Any:
    return np.sin(2 * places) * np.cos(other) + 0.3 * places * other


def test_refining_keeps_the_samples_and_nears_the_surface() -> None:
    x, y = np.linspace(-2, 2, 41), np.linspace(-1, 3, 31)
    z = samples(*np.meshgrid(x, y))
    for count in (2, 3, 5):
        made = finer.refined(z, count)
        np.testing.assert_allclose(made[::count, ::count], z, atol=1e-14)
        fx, fy = finer.between(x, count), finer.between(y, count)
        exact = samples(*np.meshgrid(fx, fy))
        linear = np.array([np.interp(fx, x, row) for row in z])
        linear = np.array([np.interp(fy, y, column) for column in linear.T]).T
        assert np.abs(made - exact).max() < 0.25 * np.abs(linear - exact).max()
        assert np.abs(made - exact)[count:-count, count:-count].max() < 3e-4


def test_a_parabola_is_refined_exactly() -> None:
    x = np.linspace(-1, 2, 7)
    z = x**2 - 3 * x[:4, None] + 1
    fx = finer.between(x, 4)
    np.testing.assert_allclose(finer.refined(z, 4), fx**2 - 3 * fx[:13, None] + 1, atol=1e-12)


def test_nothing_is_made_up_where_samples_are_missing_or_uneven() -> None:
    z = np.ones((5, 5))
    z[2, 3] = np.nan
    assert finer.refined(z, 3) is z
    assert finer.even(np.linspace(0, 1, 9))
    assert not finer.even(np.array([0.0, 1.0, 3.0]))
    assert finer.parts(161, 700) == 1
    assert finer.parts(161, 7000) == 8


def test_what_is_see_through_looks_the_same_on_both_papers() -> None:
    ink = np.random.default_rng(0).integers(0, 256, (40, 30, 3))
    share = np.random.default_rng(1).integers(0, 256, (40, 30, 1)) / 255
    share[:5], share[5:10] = 0, 1

    def over(paper: int) -> np.ndarray:
        mixed = np.rint(share * ink + (1 - share) * paper).astype(np.uint8)
        return np.concatenate([mixed, np.full((40, 30, 1), 255, np.uint8)], axis=2)

    made = surfaces.see_through(over(0), over(255)).astype(float)
    alpha = made[..., 3:] / 255
    np.testing.assert_allclose(alpha, share, atol=0.006)
    assert (alpha[:5] == 0).all()
    assert (made[5:10, :, :3] == ink[5:10]).all()
    for paper in (0, 120, 255):
        shown = alpha * made[..., :3] + (1 - alpha) * paper
        np.testing.assert_allclose(shown, over(paper)[..., :3], atol=2.1)


def grey(_: Any, width: int, height: int, **how: Any) -> np.ndarray:
    """Stands in for a surface where only texts are looked at."""
    return np.full((height, width, 4), 128, np.uint8)


@pytest.mark.parametrize("preset", [None, *export.PRESETS])
def test_composed_pages_keep_their_texts_apart_and_inside(preset: Any) -> None:
    colours, render = export.palette("dark"), grey
    for kind in COMPOSED:
        request = export.Request(palette=colours, render=render)
        if preset is not None:
            chosen = export.preset(preset)
            # a tenth of the pixels at a tenth of the resolution: the same page
            size = tuple(round(side / 10) for side in chosen.pixels(len(kind)))
            request = export.Request(size, chosen.dpi / 10, colours, chosen.text_size, render)
        with canvas.drawn(wordy(kind) if preset is None else figure(kind), request) as page:
            page.canvas.draw()
            texts = [(t.get_text(), t.get_window_extent()) for t in page.axes[0].texts]
        words = [text for text, _ in texts]
        assert any(text.startswith("Lopsided bowl") for text in words)
        assert "Loss Landscape Explorer" in " ".join(words)
        assert "log" in words  # the colour bar's
        slack = 1 + 0.05 * request.points * request.dpi / 72
        for i, (one, a) in enumerate(texts):
            assert a.x0 >= -slack, (kind, one)
            assert a.y0 >= -slack, (kind, one)
            assert a.x1 <= request.size[0] + slack, (kind, one)
            assert a.y1 <= request.size[1] + slack, (kind, one)
            for other, b in texts[:i]:
                across = min(a.x1, b.x1) - max(a.x0, b.x0)
                along = min(a.y1, b.y1) - max(a.y0, b.y0)
                apart = across <= slack or along <= 0.4 * min(a.height, b.height) + slack
                assert apart, (kind, one, other)


@pytest.mark.parametrize("key", export.PRESETS)
def test_type_of_a_preset_can_be_read_in_print(key: str) -> None:
    preset = export.preset(key)
    wide = preset.size[0] / preset.dpi * 2.54
    assert preset.text_size >= 7
    assert preset.dpi >= 300 or wide > 30  # what is read from afar needs less
    assert preset.palette in export.PALETTES
    request = export.Request(
        preset.size, preset.dpi, export.palette(preset.palette), preset.text_size
    )
    with canvas.drawn(figure("contour"), request) as page:
        sizes = [text.get_size() for axes in page.axes for text in axes.texts]
    assert min(sizes) >= 6 - 1e-9
    if key == "paper-column":
        assert wide == pytest.approx(8.5, abs=0.01)
    if key == "slide":
        assert preset.size == (1920, 1080)


def test_a_surface_is_the_same_picture_at_every_size(tmp_path: Path) -> None:
    seen = []
    for factor in (1, 4):
        path = tmp_path / f"{factor}.png"
        render = renderer("#FFFFFF", "#5A6371")
        export.write(
            figure("surface"), path, size=(300 * factor, 225 * factor), dpi=60 * factor,
            render=render, text_size=8,
        )  # fmt: skip
        with Image.open(path) as picture:
            assert picture.size == (300 * factor, 225 * factor)
            pixels = np.asarray(picture.convert("RGB"), float)
        shape = (225, factor, 300, factor, 3)
        seen.append(pixels.reshape(shape).mean(axis=(1, 3)))
    # lines as wide, balls as large, colours the same
    off = np.abs(seen[0] - seen[1]).max(axis=2)
    assert off.mean() < 3
    assert np.quantile(off, 0.97) < 40


def test_the_command_takes_presets_and_compositions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "figure.png"
    base = ["export", "--landscape", "bowl", "--optimizer", "sgd:lr=0.1", "--steps", "5"]
    base += ["--out", str(path)]

    def made(*options: str) -> tuple[tuple[int, int], float]:
        assert main([*base, *options]) == 0
        with Image.open(path) as picture:
            return picture.size, round(picture.info["dpi"][0], 1)

    column = export.preset("paper-column")
    assert made("--preset", "paper-column") == (column.size, 600)
    taller = made("--preset", "paper-column", "--view", "contour+curves")
    assert taller == (column.pixels(2), 600)
    # what is given by hand wins
    hand = made("--preset", "paper-column", "--size", "400x300", "--dpi", "96", "--theme", "dark")
    assert hand == ((400, 300), 96)
    with Image.open(path) as picture:
        dark = export.palette("dark").paper
        assert picture.convert("RGB").getpixel((0, 0)) == tuple(
            int(dark[i : i + 2], 16) for i in (1, 3, 5)
        )
    assert made("--size", "400x300", "--transparent", "--view", "surface+curves")[0] == (400, 300)
    with Image.open(path) as picture:
        alpha = np.asarray(picture)[..., 3]
    assert alpha[0, 0] == 0
    assert 0.05 < (alpha == 255).mean() < 0.5
    capsys.readouterr()
    for wrong, said in (
        (["--preset", "leaflet"], "slide, paper-column"),
        (["--view", "contour+map"], "contour+map"),
        (["--view", "contour+contour"], "contour+contour"),
        (["--view", ""], "contour, surface"),
    ):
        assert main([*base, *wrong]) == 2
        assert said in capsys.readouterr().err
    with pytest.raises(InputError, match="poster"):
        export.preset("banner")
