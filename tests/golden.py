"""Stored pictures of every view, and how a new drawing is compared with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pictures import figure
from PIL import Image

from explorer import export
from explorer.core.figure import Field, MapPlot, Scene
from explorer.engine.raster import renderer

if TYPE_CHECKING:
    from explorer.core.figure import Figure

FOLDER = Path(__file__).with_name("data") / "golden"
SIZE = (480, 300)
# Name: what is drawn, on which palette, in which size.
PICTURES: dict[str, tuple[Any, str, tuple[int, int]]] = {
    "contour": ("contour", "light", SIZE),
    "contour-dark": ("contour", "dark", (360, 240)),
    "surface": ("surface", "light", SIZE),
    "surface-projector": ("surface", "projector", (300, 300)),
    "curves": ("curves", "light", SIZE),
    "side-by-side": ("side-by-side", "light", (420, 280)),
    "contour-curves": (("contour", "curves"), "light", (330, 440)),
    "contour-surface-curves": (("contour", "surface", "curves"), "dark", (540, 360)),
}
# Pixels are compared as means of blocks so large, in which another rasteriser's edges vanish.
_BLOCK = 5
# How far apart the blocks may be, of 255: on average, and the hundredth that differ most.
MEAN, WORST = 2.5, 25.0


def draw(name: str, path: Path, figure_of: Any = figure) -> None:
    """Draw one of PICTURES into a file."""
    kind, palette, size = PICTURES[name]
    chosen = export.palette(palette)
    render = renderer(chosen.paper, chosen.muted)
    export.write(figure_of(kind), path, size=size, dpi=72, palette=chosen, render=render)


def blocks(path: Path) -> np.ndarray:
    """A picture as the mean colours (h, w, 3) of its blocks."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"), float)
    high, wide = (side // _BLOCK for side in pixels.shape[:2])
    cut = pixels[: high * _BLOCK, : wide * _BLOCK]
    return cut.reshape(high, _BLOCK, wide, _BLOCK, 3).mean(axis=(1, 3))


def apart(one: Path, other: Path) -> tuple[float, float]:
    """How far two pictures are apart: the mean of all blocks, and the worst hundredth."""
    first, second = blocks(one), blocks(other)
    if first.shape != second.shape:
        return float("inf"), float("inf")
    off = np.abs(first - second).max(axis=2)
    return float(off.mean()), float(np.quantile(off, 0.99))


def alike(one: Path, other: Path) -> bool:
    """Whether two pictures show the same."""
    mean, worst = apart(one, other)
    return mean <= MEAN and worst <= WORST


def recoloured(drawn: Figure, colormap: str) -> Figure:
    """The figure in another colour map."""
    plots = tuple(
        replace(p, colormap=colormap) if isinstance(p, (MapPlot, Scene)) else p for p in drawn.plots
    )
    return replace(drawn, plots=plots)


def flipped(drawn: Figure, axis: int) -> Figure:
    """The figure with its surface mirrored, and all else where it was."""

    def mirrored(plot: Any) -> Any:
        if isinstance(plot, MapPlot):
            field = plot.field
            return replace(plot, field=Field(field.x, field.y, np.flip(field.z, 1 - axis)))
        if isinstance(plot, Scene):
            return replace(plot, z=np.flip(plot.z, 1 - axis), band=np.flip(plot.band, 1 - axis))
        return replace(plot, series=plot.series[::-1])

    return replace(drawn, plots=tuple(mirrored(p) for p in drawn.plots))


def main() -> None:
    """Draw all pictures anew: look at each before it is kept."""
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        path = FOLDER / f"{name}.png"
        draw(name, path)
        with Image.open(path) as picture:
            plain = picture.convert("RGB")
        plain.save(path, optimize=True)  # without what is said in it
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
