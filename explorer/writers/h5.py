"""The layout of tomgoldstein/loss-landscape: `.h5`, through h5py (an extra).

As there, an array is declared (nx, ny) and filled row by row of z (ny, nx); what is missing is −1,
in `min_eig` +1.
"""

from __future__ import annotations

import importlib
import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr, trn

from ._writer import SurfaceWriter, unlike, without_paths

if TYPE_CHECKING:
    from explorer.core.grid import Grid

_LOSS = "train_loss"
_TAKEN = ("dir_file", "xcoordinates", "ycoordinates")


def content(grid: Grid) -> tuple[bytes, tuple[str, ...]]:
    """The file; the first layer is train_loss unless a layer has that name."""
    try:
        h5py: Any = importlib.import_module("h5py")
    except ImportError:
        raise InputError(
            tr("HDF5 needs h5py: pip install 'loss-landscape-explorer[hdf5]'; .npz, .csv and .vtp "
               "work without")
        ) from None  # fmt: skip
    notes = [*without_paths(grid)]
    # a stroke in a name would make a group of it
    names = [layer.name.replace("/", "_").strip(".") or "layer" for layer in grid.layers]
    if _LOSS not in names:
        names[0] = _LOSS
    if grid.dimension > 1 and grid.x.size != grid.y.size:
        notes.append(tr("x and y differ in number: the original tool's own plots fail for that"))
    held = io.BytesIO()
    with h5py.File(held, "w", libver=("earliest", "v108")) as file:
        file["dir_file"] = ""
        file["xcoordinates"] = grid.x
        if grid.dimension > 1:
            file["ycoordinates"] = grid.y
        for name, layer in zip(unlike(tuple(names), _TAKEN), grid.layers, strict=True):
            mark = 1.0 if name == "min_eig" else -1.0
            z = layer.z
            if count := int((z == mark).sum()):
                # as near as a number can be, so that it is not taken for missing
                z = np.where(z == mark, math.nextafter(mark, 0.0), z)
                notes.append(
                    trn("{name}: {n} value of {mark:g}, which means missing in this layout, was "
                        "moved by 1e-16", "{name}: {n} values of {mark:g}, which means missing in "
                        "this layout, were moved by 1e-16", count, name=name, mark=mark)
                )  # fmt: skip
            filled = np.where(np.isnan(z), mark, z)
            shape = (grid.x.size, grid.y.size) if grid.dimension > 1 else (grid.x.size,)
            file[name] = filled.ravel().reshape(shape)
    return held.getvalue(), tuple(notes)


SPEC = SurfaceWriter("h5", tr("tomgoldstein/loss-landscape surface (HDF5)"), ".h5", content)
