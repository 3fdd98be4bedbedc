"""Heights as ESRI ASCII grids (`.asc`): a head of names and numbers, then rows from north to south.

`xllcorner` is the edge of the first cell, `xllcenter` its middle; values are of the middles.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import MOST
from explorer.core.language import tr, trn

from ._assembly import assembled, plain
from ._rows import lines
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

_HEADS = {
    *("ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter"),
    *("cellsize", "dx", "dy", "nodata_value"),
}


def recognise(source: Source) -> int:
    """Whether it begins with the number of columns or rows."""
    start = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:6].lower()
    return SURELY if start.startswith((b"ncols", b"nrows")) and source.is_text else NO


def read(source: Source, _options: Mapping[str, Value]) -> Grid:
    """The heights; x to the east, y to the north, in the file's own unit."""
    heads: dict[str, float] = {}
    numbers = array("d")
    for place, line in lines(source):
        cells = line.split()
        name = cells[0].lower()
        if not numbers and name in _HEADS:
            if len(cells) != 2 or name in heads:
                raise source.refuse(tr("line {line}: {name} must be there once, with one number",
                                       line=place, name=name))  # fmt: skip
            heads[name] = _number(source, place, cells[1])
            continue
        if not numbers:
            columns, rows = (_count(source, heads, key) for key in ("ncols", "nrows"))
        try:
            if "_" in line:
                raise ValueError(line)
            numbers.extend(map(float, cells))
        except ValueError:
            for cell in cells:
                _number(source, place, cell)
        if len(numbers) > columns * rows:
            break
    if not numbers:
        raise source.refuse(tr("it holds no rows of numbers"))
    if len(numbers) != columns * rows:
        words = tr("it has {found} values, {rows}×{columns} are {expected}",
                   found=len(numbers) if len(numbers) < columns * rows else tr("too many"),
                   rows=rows, columns=columns, expected=columns * rows)  # fmt: skip
        raise source.refuse(words)
    z = np.array(numbers).reshape(rows, columns)
    notes = [tr("the first row is the highest y (north)")]
    if "nodata_value" in heads:
        empty = z == heads["nodata_value"]
        z = np.where(empty, math.nan, z)
        if count := int(empty.sum()):
            notes.append(trn("{n} cell has no data and is missing", "{n} cells have no data and "
                             "are missing", count))  # fmt: skip
    x = _axis(source, heads, "x", columns)
    y = _axis(source, heads, "y", rows)
    if rows == 1:
        y = np.empty(0)
    return assembled(source, x, y, {"height": z[::-1]}, notes=notes)


def _number(source: Source, place: int, cell: str) -> float:
    try:
        return float(cell.replace("_", "?"))
    except ValueError:
        words = tr("line {line}: {value!r} is no number", line=place, value=plain(cell, 40))
        raise source.refuse(words) from None


def _count(source: Source, heads: Mapping[str, float], name: str) -> int:
    value = heads.get(name, math.nan)
    if not (value.is_integer() and 1 <= value <= MOST):
        words = tr("{name}={value:g}: must be a whole number from 1 to {most}", name=name,
                   value=value, most=MOST)  # fmt: skip
        raise source.refuse(words)
    if heads.get("ncols", 1) * heads.get("nrows", 1) > MOST:
        rows, columns = (f"{heads[key]:g}" for key in ("nrows", "ncols"))
        words = tr("{rows}×{columns} cells: at most {most} are taken", rows=rows,
                   columns=columns, most=MOST)  # fmt: skip
        raise source.refuse(words)
    return int(value)


def _axis(source: Source, heads: Mapping[str, float], name: str, count: int) -> np.ndarray:
    """The middles of cells (count,), from the lower left one."""
    step = heads.get(f"d{name}", heads.get("cellsize", math.nan))
    if not (math.isfinite(step) and step > 0):
        raise source.refuse(tr("cellsize, or dx and dy, must be numbers above 0"))
    corner, middle = heads.get(f"{name}llcorner"), heads.get(f"{name}llcenter")
    if (corner is None) == (middle is None):
        words = tr("{a} or {b} must be there, one of both", a=f"{name}llcorner",
                   b=f"{name}llcenter")  # fmt: skip
        raise source.refuse(words)
    first = middle if corner is None else corner + step / 2
    return np.float64(first) + step * np.arange(count)


SPEC = SurfaceReader("esri_ascii", tr("ESRI ASCII grid"), (".asc", ".grd"), recognise, read)
