"""Comma-separated values, a row a point: x, y, and every layer; missing values are empty cells."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.language import tr

from ._writer import SurfaceWriter, unlike, without_paths

if TYPE_CHECKING:
    from explorer.core.grid import Grid


def content(grid: Grid) -> tuple[bytes, tuple[str, ...]]:
    """The file; numbers carry all their digits. A line has no y."""
    names = unlike(("z", *(_column(layer.name) for layer in grid.layers[1:])), ("x", "y"))
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n")
    heads = ("x", "y") if grid.dimension > 1 else ("x",)
    out.writerow([*heads, *names])
    for row in range(max(grid.y.size, 1)):
        layers = [layer.z[row].tolist() for layer in grid.layers]
        up = (float(grid.y[row]),) if grid.dimension > 1 else ()
        for x, *values in zip(grid.x.tolist(), *layers, strict=True):
            cells = ["" if np.isnan(value) else repr(value) for value in values]
            out.writerow([repr(number) for number in chain((x,), up)] + cells)
    return text.getvalue().encode(), without_paths(grid)


def _column(name: str) -> str:
    """A name that is one cell of the first row, and no number."""
    plain = "".join("_" if c in ',;\t"\n\r#' else c for c in name)
    return f"_{plain}" if plain.lower() in ("x", "y", "z") or not plain[:1].isalpha() else plain


SPEC = SurfaceWriter("csv", tr("Comma-separated values"), ".csv", content)
