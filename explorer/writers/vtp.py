"""VTK PolyData in text (`.vtp`), laid out as h52vtp of tomgoldstein/loss-landscape does.

Points x y z with x fastest, a quad a cell, the mean of its corners as its value. Points that are
missing get the lowest value, are in no quad, and are 0 in an array `valid`, which is there only
then. Grids need not be square: a quad (i, i+1, i+1+nx, i+nx) takes its row's own length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr

from ._writer import SurfaceWriter, unlike, without_paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from explorer.core.grid import Grid

_EMPTY = (
    '<DataArray type="Int64" Name="connectivity" format="ascii"></DataArray>'
    '<DataArray type="Int64" Name="offsets" format="ascii"></DataArray>'
)
_LARGEST = float(np.finfo(np.float32).max)


def content(grid: Grid) -> tuple[bytes, tuple[str, ...]]:
    """The file; numbers are those of float32. InputError where a coordinate would be lost."""
    if grid.dimension == 1:
        raise InputError(tr(".vtp holds planes only: write a line as .csv, .npz or .h5"))
    x, y = (axis.astype(np.float32) for axis in (grid.x, grid.y))
    if not all((np.diff(axis) > 0).all() and np.isfinite(axis).all() for axis in (x, y)):
        raise InputError(
            tr(".vtp holds numbers of 7 digits, with which neighbours of x or y are the same: "
               "write .csv, .npz or .h5")
        )  # fmt: skip
    notes = [tr("numbers have 7 digits (float32)"), *without_paths(grid)]
    if x.size != y.size:
        notes.append(tr("x and y differ in number: ParaView reads it, the original tool makes "
                        "square ones only"))  # fmt: skip
    missing = np.isnan(grid.layers[0].z)
    for layer in grid.layers[1:]:
        missing = missing | np.isnan(layer.z)
    if missing.all():
        raise InputError(tr(".vtp holds one set of missing points, with which nothing is left: "
                            "write .csv, .npz or .h5"))  # fmt: skip
    if len(grid.layers) > 1 and (missing != np.isnan(grid.layers[0].z)).any():
        notes.append(tr("points that any layer misses are missing in all"))
    values = []
    for layer in grid.layers:
        z = np.clip(layer.z, -_LARGEST, _LARGEST)
        values.append(np.where(missing, z[~missing].min(), z).astype(np.float32))
    text = "".join(_document(x, y, values, _names(grid), missing))
    return text.encode(), tuple(notes)


def _names(grid: Grid) -> tuple[str, ...]:
    """`zvalue` and the names of the other layers."""
    # no XML holds control characters, however they are written
    names = ("".join(c if c.isprintable() else "_" for c in each.name) for each in grid.layers[1:])
    return unlike(("zvalue", *names), ("valid",))


def _document(
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    values: list[NDArray[np.float32]],
    names: tuple[str, ...],
    missing: NDArray[np.bool_],
) -> Iterable[str]:
    nx, ny = x.size, y.size
    corner = (np.arange(nx - 1)[None] + nx * np.arange(ny - 1)[:, None]).ravel()
    whole = ~(missing[:-1, :-1] | missing[:-1, 1:] | missing[1:, 1:] | missing[1:, :-1])
    corner = corner[whole.ravel()]
    quads = np.column_stack([corner, corner + 1, corner + 1 + nx, corner + nx])
    flat = values[0].ravel()
    # the mean of float32 numbers near their end would be beyond it
    means = (flat[quads].astype(np.float64).mean(axis=1) if corner.size else np.empty(0)).astype(
        np.float32
    )
    yield '<?xml version="1.0"?>\n'
    yield '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">\n'
    yield "<PolyData>\n"
    yield f'<Piece NumberOfPoints="{nx * ny}" NumberOfVerts="0" NumberOfLines="0" '
    yield f'NumberOfStrips="0" NumberOfPolys="{corner.size}">\n'
    yield '<PointData Scalars="zvalue">\n'
    for name, z in zip(names, values, strict=True):
        yield from _array("Float32", name, z.ravel())
    if missing.any():
        yield from _array("UInt8", "valid", (~missing).ravel().astype(np.uint8))
    yield '</PointData>\n<CellData Scalars="averaged zvalue">\n'
    yield from _array("Float32", "averaged zvalue", means)
    yield "</CellData>\n<Points>\n"
    across, up = np.meshgrid(x, y)
    points = np.column_stack([across.ravel(), up.ravel(), flat])
    yield from _array("Float32", "Points", points.ravel(), components=3)
    yield "</Points>\n"
    for kind in ("Verts", "Lines", "Strips"):
        yield f"<{kind}>{_EMPTY}</{kind}>\n"
    yield "<Polys>\n"
    yield from _array("Int64", "connectivity", quads.ravel())
    yield from _array("Int64", "offsets", 4 * np.arange(1, corner.size + 1))
    yield "</Polys>\n</Piece>\n</PolyData>\n</VTKFile>\n"


def _array(kind: str, name: str, values: NDArray[np.generic], components: int = 1) -> Iterable[str]:
    yield f"<DataArray type={quoteattr(kind)} Name={quoteattr(name)} "
    yield f'NumberOfComponents="{components}" format="ascii">\n'
    for start in range(0, values.size, 12):
        yield " ".join(map(str, values[start : start + 12]))
        yield "\n"
    yield "</DataArray>\n"


SPEC = SurfaceWriter("vtp", tr("VTK PolyData surface (VTP)"), ".vtp", content)
