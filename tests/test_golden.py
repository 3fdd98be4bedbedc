"""Every view against its stored picture: a wrong colour map or a flipped axis is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import golden
import numpy as np
import pytest
from pictures import figure
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from explorer.core.figure import Figure

COLOURED = [name for name, (kind, _, _) in golden.PICTURES.items() if kind != "curves"]


@pytest.mark.parametrize("name", golden.PICTURES)
def test_a_view_looks_as_it_did(tmp_path: Path, name: str) -> None:
    path = tmp_path / "now.png"
    golden.draw(name, path)
    stored = golden.FOLDER / f"{name}.png"
    assert golden.alike(path, stored), golden.apart(path, stored)


def changed(name: str, path: Path, how: Callable[[Figure], Figure]) -> bool:
    """Whether a picture that is drawn in another way passes for the stored one."""
    golden.draw(name, path, lambda kind: how(figure(kind)))
    return golden.alike(path, golden.FOLDER / f"{name}.png")


@pytest.mark.parametrize("name", COLOURED)
def test_a_wrong_picture_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / "wrong.png"
    assert not changed(name, path, lambda drawn: golden.recoloured(drawn, "cividis"))
    assert not changed(name, path, lambda drawn: golden.flipped(drawn, 0))
    assert not changed(name, path, lambda drawn: golden.flipped(drawn, 1))
    assert changed(name, path, lambda drawn: drawn)


def test_curves_in_each_others_colours_are_told(tmp_path: Path) -> None:
    def swapped(drawn: Figure) -> Figure:
        from dataclasses import replace

        plots: list[Any] = []
        for plot in drawn.plots:
            series = plot.series  # type: ignore[union-attr]
            styles = [s.style for s in series][::-1]
            recast = tuple(replace(s, style=t) for s, t in zip(series, styles, strict=True))
            plots.append(replace(plot, series=recast))
        return replace(drawn, plots=tuple(plots))

    assert not changed("curves", tmp_path / "wrong.png", swapped)


@pytest.mark.parametrize("name", golden.PICTURES)
def test_what_another_rasteriser_may_do_passes(tmp_path: Path, name: str) -> None:
    stored, path = golden.FOLDER / f"{name}.png", tmp_path / "other.png"
    with Image.open(stored) as picture:
        plain = picture.convert("RGB")
    # other rounding, softer edges, and all half a pixel further on
    pixels = np.asarray(plain, float)
    noise = np.random.default_rng(0).integers(-2, 3, pixels.shape)
    soft = plain.filter(ImageFilter.GaussianBlur(0.5))
    half = Image.blend(
        soft, soft.transform(soft.size, Image.Transform.AFFINE, (1, 0, 1, 0, 1, 0)), 0.4
    )
    Image.fromarray(np.clip(np.asarray(half, float) + noise, 0, 255).astype(np.uint8)).save(path)
    assert golden.alike(path, stored), golden.apart(path, stored)


def test_the_stored_pictures_are_few_and_small() -> None:
    stored = sorted(path.stem for path in golden.FOLDER.glob("*.png"))
    assert stored == sorted(golden.PICTURES)
    assert sum(path.stat().st_size for path in golden.FOLDER.glob("*.png")) < 400_000
