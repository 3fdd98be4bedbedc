"""A NumPy archive of x (nx,), y (ny,) and z (ny, nx), further layers by their names."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.language import tr

from ._writer import SurfaceWriter, unlike, without_paths

if TYPE_CHECKING:
    from explorer.core.grid import Grid


def content(grid: Grid) -> tuple[bytes, tuple[str, ...]]:
    """The file; missing values are nan. A line has no y."""
    names = unlike(("z", *(_member(layer.name) for layer in grid.layers[1:])), ("x", "y", "file"))
    arrays = {"x": grid.x} | ({"y": grid.y} if grid.dimension > 1 else {})
    arrays |= {name: layer.z for name, layer in zip(names, grid.layers, strict=True)}
    held = io.BytesIO()
    np.savez_compressed(held, **arrays)  # type: ignore[arg-type]
    return held.getvalue(), without_paths(grid)


def _member(name: str) -> str:
    """A name that is one of a file inside the archive too."""
    plain = "".join("_" if c in "/\\:" else c for c in name)
    return f"{plain}_" if plain.lower() in ("x", "y", "z") else plain


SPEC = SurfaceWriter("npz", tr("NumPy archive"), ".npz", content)
