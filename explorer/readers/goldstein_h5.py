"""Surfaces of tomgoldstein/loss-landscape (Li et al. 2018): `.h5` with xcoordinates and train_loss.

An array is declared (nx, ny) and filled in the order of (ny, nx): its numbers in the order they are
stored are z row by row. What was never computed is −1, in `min_eig` +1. Coordinates are multiples
of the two directions. A path is projected to lengths (cos), so that it has to be divided by the
length of its direction, which only that of principal components is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import Recorded
from explorer.core.language import tr, trn
from explorer.core.spec import Hyper

from ._assembly import assembled, plain
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

    from ._hdf5 import Tree

    Array = NDArray[np.float64]

_AXES = ("xcoordinates", "ycoordinates")
_FIRST = ("train_loss", "test_loss")
# `<model file>_<directions>[_settings].h5_[x range]x[y range][_settings].h5`
_NAME = re.compile(
    r"(?P<model>.*?)_(?P<kind>weights|states)(?P<made>(?:_(?:xignore|xnorm|yignore|ynorm)=[^_\[]*"
    r"|_same_dir|_idx=\d+)*)\.h5_\[(?P<x>[^\]]*)\](?:x\[(?P<y>[^\]]*)\])?(?P<rest>.*)\.h5"
)


def recognise(source: Source) -> int:
    """Whether it is a surface, a file of directions, or a projected path."""
    if not source.is_hdf5:
        return NO
    tree = source.tree
    ours = ("xcoordinates", "proj_xcoord", "xdirection")
    return SURELY if any(name in tree.arrays or name in tree.groups for name in ours) else NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """The surface, every quantity on it a layer, and the projected path where it is given."""
    tree = source.tree
    if _AXES[0] not in tree.arrays:
        raise source.refuse(_alone(tree))
    x, y = (tree.arrays.get(name, np.empty(0)) for name in _AXES)
    if x.ndim != 1 or y.ndim != 1:
        raise source.refuse(tr("xcoordinates and ycoordinates must be numbers in a row"))
    notes, layers = [], {}
    cells = x.size * max(y.size, 1)
    for name, array in tree.arrays.items():
        if name in _AXES:
            continue
        if array.size != cells:
            notes.append(
                tr("{name} has {count} numbers for {cells} cells and was left out",
                   name=plain(name), count=array.size, cells=cells)
            )  # fmt: skip
            continue
        # whatever shape is declared, this is the order they were stored in
        layers[name] = _without_unfilled(name, array.reshape(max(y.size, 1), x.size), notes)
    # what was not computed at all is no surface to look at first
    order = sorted(layers, key=lambda n: (not np.isfinite(layers[n]).any(), n not in _FIRST,
                                          n != _FIRST[0], not n.endswith("_loss")))  # fmt: skip
    layers = {name: layers[name] for name in order}
    if y.size and x.size != y.size:
        notes.append(tr("x and y differ in number: the order in which the values are stored is "
                        "followed, not the shape they are declared with"))  # fmt: skip
    title, told = _named(source)
    paths = _path(source, tree, options, y.size > 0, notes)
    if directory := tree.texts.get("dir_file", ""):
        notes.append(
            tr("its directions were in {name}", name=plain(re.split(r"[/\\]", directory)[-1]))
        )
    return assembled(source, x, y, layers, paths=paths, notes=(*told, *notes), title=title)


def _alone(tree: Tree) -> str:
    """What is said of a file that belongs to a surface, but is none."""
    if "proj_xcoord" in tree.arrays:
        return tr(
            "it is a projected path without a surface: open the surface (.h5 with xcoordinates) "
            "with projection=this file and directions=its direction file"
        )
    if "xdirection" in tree.groups:
        return tr(
            "it holds directions, not a surface: open the surface (.h5 with xcoordinates), with "
            "directions=this file where a projected path is drawn"
        )
    return tr("it has no xcoordinates: it is no surface of tomgoldstein/loss-landscape")


def _without_unfilled(name: str, z: Array, notes: list[str]) -> Array:
    """The values, nan where a cell was never computed."""
    if not (name.endswith(("_loss", "_acc")) or name in ("min_eig", "max_eig")):
        return z
    empty = z == (1.0 if name == "min_eig" else -1.0)
    if count := int(empty.sum()):
        notes.append(
            trn("{name}: {n} cell was never computed and is missing", "{name}: {n} cells were "
                "never computed and are missing", count, name=plain(name))
        )  # fmt: skip
    return np.where(empty, np.nan, z)


def _named(source: Source) -> tuple[str, list[str]]:
    """The title, and what else the name of the file says."""
    match = _NAME.fullmatch(source.name)
    if not match:
        return source.stem, []
    made = ", ".join(part for part in match["made"].split("_") if part)
    parts = (match["kind"], made, match["rest"].strip("_").replace("_", ", "))
    said = ", ".join(filter(None, parts))
    return match["model"], [tr("the name of the file says: {said}", said=said)]


def _path(
    source: Source, tree: Tree, options: Mapping[str, Value], plane: bool, notes: list[str]
) -> tuple[Recorded, ...]:
    """The path of a projection file, in multiples of the directions; its end is the model."""
    projection, directions = str(options["projection"]), str(options["directions"])
    if not projection:
        if directions:
            raise source.refuse(tr("directions={file}: is used with projection=PATH only",
                                   file=directions))  # fmt: skip
        return ()
    other = Source(projection)
    found = other.tree.arrays
    wanted = ("proj_xcoord", "proj_ycoord") if plane else ("proj_xcoord",)
    for name in wanted:
        if name not in found or found[name].ndim != 1:
            raise other.refuse(tr("it has no {name}: it is no projected path", name=name))
    if len({found[name].size for name in wanted}) > 1:
        raise other.refuse(tr("proj_xcoord and proj_ycoord differ in number"))
    points = np.column_stack([found[name] for name in wanted])
    if options["method"] == "lstsq" or (
        options["method"] == "auto" and "_proj_lstsq" in other.name
    ):
        notes.append(
            tr("the path was projected by least squares: its coordinates are the surface's")
        )
    elif directions:
        points = points / _lengths(Source(directions), wanted, notes)
    else:
        notes.append(tr("without directions=PATH the path is right only if the directions have "
                        "the length 1, as principal components do"))  # fmt: skip
    return (Recorded(other.stem, points, np.empty(0)),)


def _lengths(source: Source, wanted: tuple[str, ...], notes: list[str]) -> Array:
    """The lengths of as many directions (D,) as there are coordinates."""
    tree = source.tree
    names = ("xdirection", "ydirection")[: len(wanted)]
    made = np.array([tree.length(name) for name in names])
    for name, length in zip(names, made, strict=True):
        if not (np.isfinite(length) and length > 0):
            raise source.refuse(tr("it has no {name} of a length above 0", name=name))
    lengths = ", ".join(f"{length:.6g}" for length in made)
    notes.append(tr("the path was divided by the lengths of the directions, {lengths}",
                    lengths=lengths))  # fmt: skip
    if len(names) > 1 and abs(tree.cosine) > 0.01:
        notes.append(
            tr("the directions are not at right angles (cosine {cosine:.3f}), which the "
               "projection takes them for", cosine=tree.cosine)
        )  # fmt: skip
    return made


SPEC = SurfaceReader(
    "goldstein_h5",
    tr("tomgoldstein/loss-landscape surface (HDF5)"),
    (".h5", ".hdf5"),
    recognise,
    read,
    (
        Hyper("projection", "", text=True, help=tr("A file *_proj_cos.h5 with a projected path.")),
        Hyper("directions", "", text=True,
              help=tr("The file of the directions that the path was projected on.")),
        Hyper("method", "auto", choices=("auto", "cos", "lstsq"),
              help=tr("How the path was projected; auto goes by the file's name.")),
    ),
)  # fmt: skip
