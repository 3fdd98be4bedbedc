"""A surface that another program sampled: its grid, its layers, and paths drawn over it.

Readers make one of a file; a landscape, a picture or another file is made of it. What is missing
is NaN and stays so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .errors import InputError
from .language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# So many cells keep a file that lies about its size from taking all memory.
MOST = 4_000_000


@dataclass(frozen=True, slots=True)
class Layer:
    """One quantity on the grid: z (ny, nx) = value at (x[i], y[j]), NaN where it is missing.

    On a line (no y) z is (1, nx).
    """

    name: str
    z: Array


@dataclass(frozen=True, slots=True)
class Recorded:
    """A path that another program took: points (T, D) in the grid's coordinates, in order.

    losses (T,) are its own where it recorded them, else empty.
    """

    name: str
    points: Array
    losses: Array


@dataclass(frozen=True, slots=True)
class Grid:
    """Samples on a grid: x (nx,) and y (ny,), finite and rising; y is empty on a line.

    The first layer is the one that is looked at. `notes` are sentences on what was assumed, undone
    or left out when it was read; `axes` name the coordinates.
    """

    title: str
    x: Array
    y: Array
    layers: tuple[Layer, ...]
    paths: tuple[Recorded, ...] = ()
    notes: tuple[str, ...] = ()
    axes: tuple[str, str] = ("x", "y")

    @property
    def dimension(self) -> int:
        """1 for a line, 2 for a plane."""
        return 2 if self.y.size else 1

    def layer(self, name: str = "") -> Layer:
        """The layer of a name, the first where it is empty; InputError with those there are."""
        for layer in self.layers:
            if name in ("", layer.name):
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise InputError(tr("layer={name}: must be one of {names}", name=name, names=names))


def checked(file: str, grid: Grid) -> Grid:
    """Return the grid, or raise InputError naming the file and what is wrong with it."""

    def refuse(what: str) -> InputError:
        return InputError(f"{file}: {what}")

    for name, axis in zip(grid.axes, (grid.x, grid.y), strict=True):
        if name == grid.axes[1] and not axis.size:
            continue
        if axis.ndim != 1 or axis.size < 2:
            raise refuse(tr("{name}: must be two or more numbers in a row", name=name))
        if not np.isfinite(axis).all() or not (np.diff(axis) > 0).all():
            raise refuse(tr("{name}: must be finite and rise from one to the next", name=name))
    shape = max(grid.y.size, 1), grid.x.size
    if shape[0] * shape[1] > MOST:
        raise refuse(
            tr("{rows}×{columns} cells: at most {most} are taken", rows=shape[0],
               columns=shape[1], most=MOST)
        )  # fmt: skip
    if not grid.layers:
        raise refuse(tr("it holds no surface"))
    for layer in grid.layers:
        if layer.z.shape != shape:
            raise refuse(
                tr("layer {name!r} has the shape {shape}: must be {rows}×{columns}",
                   name=layer.name[:40], shape="×".join(map(str, layer.z.shape)),
                   rows=shape[0], columns=shape[1])
            )  # fmt: skip
        if np.isinf(layer.z).any():
            raise refuse(
                tr("layer {name!r} holds infinite values: must be finite, or nan where missing",
                   name=layer.name[:40])
            )  # fmt: skip
    if not np.isfinite(grid.layers[0].z).any():
        raise refuse(tr("layer {name!r} has no value at all", name=grid.layers[0].name[:40]))
    for path in grid.paths:
        if path.points.ndim != 2 or path.points.shape[1] != grid.dimension:
            raise refuse(
                tr("path {name!r} must have {dimension} coordinates a point",
                   name=path.name[:40], dimension=grid.dimension)
            )  # fmt: skip
        if path.losses.shape not in ((0,), (len(path.points),)):
            raise refuse(tr("path {name!r} must have one loss a point", name=path.name[:40]))
    return grid
