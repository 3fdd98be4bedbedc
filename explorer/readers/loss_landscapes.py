"""Matrices of marcellodebernardi/loss-landscapes: `.npy` or CSV, first index along direction one.

The tool walks rows to and fro, and stores in even ones the value of one cell further along
direction two: D[i][j] is of step j + 1 for even i, of j for odd i. `serpentine=on` moves even
rows by that cell, so that their first and the odd rows' last cells are missing. The matrix alone
does not tell where it is from, so this reader is only used where it is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core.language import tr
from explorer.core.spec import Hyper

from ._assembly import EXTENT, assembled, extent
from ._source import NO, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Value


def recognise(_source: Source) -> int:
    """Never: it looks like any other matrix."""
    return NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """The surface; x counts steps along direction one, y along direction two."""
    if source.is_array or source.is_archive:
        given = source.archive.arrays.get("")
    else:
        given = source.rows.values
    if given is None or given.ndim != 2 or min(given.shape) < 2:
        raise source.refuse(tr("it must be one matrix of two rows and columns or more"))
    stored = np.asarray(given)
    x, y = (extent(options[n], n, count) for n, count in zip("xy", stored.shape, strict=True))
    if options["serpentine"] == "off":
        notes = [tr("even rows are shifted by one cell along y, as the tool stores them; "
                    "serpentine=on undoes it")]  # fmt: skip
        return assembled(source, x, y, {"loss": stored.T}, notes=notes)
    if stored.dtype.kind not in "fiub":
        raise source.refuse(tr("it must be one matrix of two rows and columns or more"))
    steps = stored.shape[1]
    moved = np.full((stored.shape[0], steps + 1), np.nan)
    moved[0::2, 1:] = stored[0::2]
    moved[1::2, :-1] = stored[1::2]
    y = np.append(y, y[-1] + (y[-1] - y[0]) / (steps - 1))
    notes = [
        tr("the shift of even rows was undone: they begin one cell later, and cells at both ends "
           "of y are missing"),
        tr("of random_plane the model is at ({x:g}, {y:g})", x=x[stored.shape[0] // 2],
           y=y[steps // 2]),
    ]  # fmt: skip
    return assembled(source, x, y, {"loss": moved.T}, notes=notes)


SPEC = SurfaceReader(
    "loss_landscapes",
    tr("loss-landscapes matrix (NPY, CSV)"),
    (".npy", ".csv"),
    recognise,
    read,
    (
        *EXTENT,
        Hyper("serpentine", "off", choices=("off", "on"),
              help=tr("Whether the shift of even rows is undone.")),
    ),
)  # fmt: skip
