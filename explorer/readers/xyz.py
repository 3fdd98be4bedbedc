"""Values with their coordinates: text with columns x, y, z, or NPZ with arrays of these names.

An NPZ may have a `path` as well, (T, 2) or on a line (T, 1), with its `path_loss` (T,): that is how
`explorer.slice` writes a training that was recorded.

Rows may be in any order. A grid that is not whole is taken where at least half of it is there; the
rest is missing. Points that are scattered are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.grid import MOST, Recorded
from explorer.core.language import tr, trn

from ._assembly import assembled, plain
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

    Array = NDArray[np.float64]

# Coordinates that differ by less than this share of their span are the same one.
_ALIKE = 1e-9
# What `explorer.slice` writes besides x, y and z.
_SLICE = {"theta", "directions", "solutions", "off", "explained"}


def recognise(source: Source) -> int:
    """Whether there are columns or arrays x and y (or x alone) and others, or three columns."""
    if source.is_archive:
        return SURELY if {"x", "z"} <= set(_lower(source.archive.arrays)) else NO
    if not source.is_text or source.head.lstrip()[:1] in (b"<", b"{", b"["):
        return NO
    rows = source.rows
    if rows.names:
        return SURELY if _columns(rows.names) else NO
    if rows.values.shape[1] != 3 or len(rows.values) < 4:
        return NO
    x, y = (np.unique(column).size for column in rows.values[:, :2].T)
    return SURELY if x > 1 and y > 1 and x * y == len(rows.values) else NO


def read(source: Source, _options: Mapping[str, Value]) -> Grid:
    """The surface; every column besides x and y a layer."""
    if source.is_archive or source.is_array:
        return _named(source)
    rows = source.rows
    if not rows.names and rows.values.shape[1] in (2, 3):
        names: tuple[str, ...] = ("x", "y", "z") if rows.values.shape[1] == 3 else ("x", "z")
    else:
        names = rows.names
    if not _columns(names):
        shown = ", ".join(names)[:80] or str(rows.values.shape[1])
        words = tr("its columns are {columns}: must be x, y and others, or x and others",
                   columns=shown)  # fmt: skip
        raise source.refuse(words)
    table = dict(zip(_lower(names), rows.values.T, strict=True))
    return _regular(source, table)


def _columns(names: tuple[str, ...]) -> bool:
    """Whether columns of these names are a surface's or a line's."""
    found = _lower(names)
    return "x" in found and len(set(found)) == len(found) and len(found) > 1 + ("y" in found)


def _lower(names: Any) -> list[str]:
    """The names, x, y and z in small letters."""
    return [name.lower() if name.lower() in ("x", "y", "z") else name for name in names]


def _named(source: Source) -> Grid:
    """The grid of arrays x, y and z by name: axes and a matrix, matrices, or columns."""
    arrays = source.archive.arrays
    named = dict(zip(_lower(arrays), arrays.values(), strict=True))
    if not {"x", "z"} <= set(named):
        raise source.refuse(tr("it has no arrays x, y and z"))
    x, z = named.pop("x"), named["z"]
    y = named.pop("y", np.empty(0))
    more = {"paths": _paths(named, y.size > 0)}
    named = _pictured(named)
    if x.ndim == y.ndim == 1 and y.size and z.shape == (y.size, x.size):
        return _layered(source, x, y, named, [], **more)
    if x.ndim == y.ndim == z.ndim == 2 and x.shape == y.shape == z.shape and z.size:
        if (x == x[:1]).all() and (y == y[:, :1]).all():
            return _layered(source, x[0], y[:, 0], named, [], **more)
        if (x == x[:, :1]).all() and (y == y[:1]).all():
            turned = {name: array.T for name, array in named.items()}
            note = tr("x varies along the first index")
            return _layered(source, x[:, 0], y[0], turned, [note], **more)
        raise source.refuse(tr("X must vary along one index alone and Y along the other"))
    if x.ndim == 1 and not y.size and z.shape in (x.shape, (1, x.size)):
        return _layered(source, x, y, named, [], **more)
    if x.ndim == y.ndim == z.ndim == 1 and x.shape == y.shape == z.shape:
        return _regular(source, {"x": x, "y": y, "z": z}, **more)
    shapes = ", ".join("×".join(map(str, each.shape)) or "1" for each in (x, y, z))
    if z.ndim == 2 and z.shape == (x.size, y.size):
        words = tr("z has a row for each x: store z.T, rows are y ({shapes})", shapes=shapes)
    else:
        words = tr("x, y and z have the shapes {shapes}: must be nx, ny and ny×nx, or all alike",
                   shapes=shapes)  # fmt: skip
    raise source.refuse(words)


def _paths(named: dict[str, Any], plane: bool) -> tuple[Recorded, ...]:
    """The path among the arrays, taken out of them; none where it is no path on this surface."""
    points, losses = named.get("path"), named.get("path_loss")
    if points is None or points.ndim != 2 or points.shape[1] != 1 + plane or not len(points):
        return ()
    if points.dtype.kind not in "fiu":
        return ()
    del named["path"]
    known = losses is not None and losses.shape == (len(points),) and losses.dtype.kind in "fiu"
    kept = named.pop("path_loss").astype(np.float64) if known else np.empty(0)
    return (Recorded(tr("training"), points.astype(np.float64), kept),)


def _pictured(named: dict[str, Any]) -> dict[str, Any]:
    """The arrays without those that are no picture, where `explorer.slice` wrote them."""
    ours = set(named) >= _SLICE
    return {name: each for name, each in named.items() if not (ours and name in _SLICE)}


def _layered(
    source: Source, x: Any, y: Any, named: dict[str, Any], notes: list[str], **more: Any
) -> Grid:
    """The grid with z first and every other array of its shape."""
    cells = max(y.size, 1), x.size
    layers = {}
    for name in sorted(named, key=lambda n: n != "z"):
        fits = named[name].shape == cells or (not y.size and named[name].shape == x.shape)
        if fits:
            layers[name] = named[name].reshape(cells)
        else:
            notes.append(tr("{name} has the shape {shape} and was left out", name=plain(name),
                            shape="×".join(map(str, named[name].shape)) or "1"))  # fmt: skip
    return assembled(source, x, y, layers, notes=notes, **more)


def _regular(source: Source, table: Mapping[str, Array], **more: Any) -> Grid:
    """The grid of points in any order, each with its values."""
    places = [np.asarray(table[name]) for name in ("x", "y") if name in table]
    if any(place.dtype.kind not in "fiub" for place in places):
        raise source.refuse(tr("x and y must be real numbers"))
    if any(not np.isfinite(place).all() for place in places):
        raise source.refuse(tr("x and y must be finite in every row"))
    axes, index = zip(*(_axis(np.asarray(place, np.float64)) for place in places), strict=True)
    x, y = axes[0], axes[1] if len(axes) > 1 else np.empty(0)
    rows, cells = places[0].size, x.size * max(y.size, 1)
    if cells > 2 * rows or cells > MOST:
        words = tr(
            "its points are in no regular grid: {rows} rows have {x} different x and {y} different "
            "y, for which a grid needs {cells}",
            rows=rows, x=x.size, y=y.size, cells=cells,
        )  # fmt: skip
        raise source.refuse(words)
    at = index[0] + (x.size * index[1] if len(index) > 1 else 0)
    counts = np.bincount(at, minlength=cells)
    if (counts > 1).any():
        place = int(np.argmax(counts > 1))
        words = tr("two rows are of x = {x:.6g}, y = {y:.6g}: must be one for each point",
                   x=x[place % x.size], y=y[place // x.size] if y.size else 0.0)  # fmt: skip
        raise source.refuse(words)
    layers = {}
    for name, values in table.items():
        if name in ("x", "y"):
            continue
        if values.dtype.kind not in "fiub":
            raise source.refuse(tr("{name} must be real numbers", name=plain(name)))
        z = np.full(cells, np.nan)
        z[at] = values
        layers[name] = z.reshape(max(y.size, 1), x.size)
    absent = cells - rows
    notes = [trn("{n} point is not in the file and is missing", "{n} points are not in the file "
                 "and are missing", absent)] if absent else []  # fmt: skip
    return assembled(source, x, y, layers, notes=notes, **more)


def _axis(values: Array) -> tuple[Array, Any]:
    """The different values, rising, and which of them each one is."""
    order = np.argsort(values, kind="stable")
    placed = values[order]
    with np.errstate(over="ignore"):
        apart = np.diff(placed) > _ALIKE * (placed[-1] - placed[0]) if placed.size else placed
    first = np.concatenate([[True], apart]).astype(bool)[: placed.size]
    index = np.empty(values.size, np.intp)
    index[order] = np.cumsum(first) - 1
    return placed[first], index


SPEC = SurfaceReader(
    "xyz",
    tr("Columns or arrays x, y, z (CSV, TSV, text, NPZ)"),
    (".csv", ".tsv", ".txt", ".dat", ".xyz", ".npz"),
    recognise,
    read,
)
