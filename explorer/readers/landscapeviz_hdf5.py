"""Surfaces of landscapeviz: `meshfile.hdf5` with `space` (n,) and metrics (n, n), z by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import Recorded
from explorer.core.language import tr
from explorer.core.spec import Hyper

from ._assembly import assembled, plain
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Value


def recognise(source: Source) -> int:
    """Whether there is a `space`, or the steps of a training."""
    if not source.is_hdf5:
        return NO
    found = {*source.tree.arrays, *source.tree.others}
    return SURELY if "space" in found or {"weights", "X", "Y"} <= found else NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """Every metric a layer, and the path of a training where its file is given."""
    tree = source.tree
    space = tree.arrays.get("space")
    if space is None:
        if {"X", "Y"} <= set(tree.arrays):
            raise source.refuse(tr("it is a path without a surface: open meshfile.hdf5 with "
                                   "trajectory=this file"))  # fmt: skip
        raise source.refuse(tr("it has no {name}", name="space"))
    notes, layers = [], {}
    for name, array in tree.arrays.items():
        if name == "space":
            continue
        if array.size == 1 and name.startswith("original_"):
            metric = name.removeprefix("original_")
            notes.append(tr("the model itself has {metric} = {value:.6g}", metric=plain(metric),
                            value=float(array.ravel()[0])))  # fmt: skip
        elif space.ndim == 1 and array.shape == (space.size, space.size):
            layers[name] = array
        else:
            notes.append(tr("{name} has the shape {shape} and was left out", name=plain(name),
                            shape="×".join(map(str, array.shape))))  # fmt: skip
    paths: tuple[Recorded, ...] = ()
    if given := str(options["trajectory"]):
        other = Source(given)
        found = [other.tree.arrays.get(name, np.empty((0, 0))) for name in ("X", "Y")]
        if any(axis.ndim != 1 or not axis.size or axis.size != found[0].size for axis in found):
            raise other.refuse(tr("it has no X and Y, as many of both: it is no path"))
        paths = (Recorded(other.stem, np.column_stack(found), np.empty(0)),)
    return assembled(source, space, space, layers, paths=paths, notes=notes)


SPEC = SurfaceReader(
    "landscapeviz_hdf5",
    tr("landscapeviz mesh (HDF5)"),
    (".hdf5", ".h5"),
    recognise,
    read,
    (
        Hyper("trajectory", "", text=True,
              help=tr("The file .trajectory/model_weights.hdf5 with the path of the training.")),
    ),
)  # fmt: skip
