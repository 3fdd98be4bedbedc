"""A surface from a file as a landscape, written as `grid:` and all of its samples as text.

An experiment stays one frozen value that way: undo, sessions, exported pictures and autosave carry
the surface with them. The text is long, so it is never put into words: `Landscape.named` is.

Like a formula it comes in two makes: `landscape` can be run on and looked at; `derived` has its
minima too, which are searched for. NumPy is not imported before a surface is there.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from .language import tr
from .spec import Landscape

if TYPE_CHECKING:
    from .spec import Point

PREFIX = "grid:"


def is_sampled(key: str) -> bool:
    """Whether the name of a landscape is a sampled surface."""
    return key.startswith(PREFIX)


@lru_cache(maxsize=16)
def landscape(key: str) -> Landscape:
    """The landscape of a sampled surface; InputError, one line, where its text is damaged."""
    from . import hermite, sheets

    grid = sheets.unpack(key)
    sheet = sheets.sheet(grid)
    flat = grid.dimension == 1
    size = f"{grid.x.size}" if flat else f"{grid.x.size}×{grid.y.size}"
    missing = sheets.missing(grid)
    how = tr("cubic Hermite") if flat else tr("bicubic Hermite")
    words = tr("{size} samples, interpolated in between ({how}).", size=size, how=how)
    if missing:
        words += " " + tr("{share:.2g} % of them are missing.", share=100 * missing)
    axes = (grid.x, grid.y) if grid.y.size else (grid.x,)
    start = sheets.start(grid)
    return Landscape(
        key=key,
        title=grid.title,
        gradient=hermite.line_gradient if flat else hermite.gradient,
        hessian=hermite.line_hessian if flat else hermite.hessian,
        bounds=tuple((float(a[0]), float(a[-1])) for a in axes),
        start=start,
        teaches=words,
        source=tr("a file"),
        formula=tr("{how} interpolation of {size} samples", how=how, size=size),
        rates=sheets.rates(grid, sheet, start),
        levels="equal",
        axes=grid.axes,
        sheet=sheet,
        name="sampled_line" if flat else "sampled_plane",
    )


@lru_cache(maxsize=16)
def derived(key: str) -> Landscape:
    """The same with the minima of what is interpolated, and a logarithm where the lowest is one."""
    from . import sheets

    light = landscape(key)
    found = sheets.bottoms(light)
    lowest = any(p.kind == "global" for p in found)

    def minima(*_: float) -> tuple[Point, ...]:
        return found

    return replace(light, minima=minima, levels="log" if lowest else "equal")
