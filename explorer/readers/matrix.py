"""A plain grid of values without coordinates: `.npy`, `.npz`, `.csv`, `.tsv`, text with blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import unknown
from explorer.core.language import tr
from explorer.core.spec import Hyper

from ._assembly import ORIENTED, oriented, placed, plain
from ._source import NO, PERHAPS, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import numpy as np

    from explorer.core.grid import Grid
    from explorer.core.spec import Value


def recognise(source: Source) -> int:
    """Whether numbers may be in it: a NumPy file, or text that is no other kind."""
    if source.is_array or source.is_archive:
        return PERHAPS
    marked = source.head.lstrip()[:1] in (b"<", b"{", b"[")
    return PERHAPS if source.is_text and not marked else NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """The matrix as it stands: rows are y."""
    name, matrix = _matrix(source, str(options["array"]))
    z, note = oriented(source, matrix, options)
    return placed(source, {name: z}, options, notes=[note])


def _matrix(source: Source, wanted: str) -> tuple[str, np.ndarray[Any, Any]]:
    """The name and the values of the array that is looked at."""
    if not (source.is_array or source.is_archive):
        if wanted:
            raise source.refuse(tr("array={name}: only NPZ holds named arrays", name=wanted[:40]))
        return "z", source.rows.values
    arrays = source.archive.arrays
    if source.is_array:
        if "" not in arrays:
            raise source.refuse(tr("it holds text, no numbers"))
        return "z", arrays[""]
    if wanted:
        if wanted not in arrays:
            raise unknown(tr("array of {file}", file=source.name), wanted, arrays)
        return wanted, arrays[wanted]
    planes = [name for name, array in arrays.items() if array.ndim == 2 and min(array.shape) > 1]
    if len(planes) == 1:
        return plain(planes[0]), arrays[planes[0]]
    names = ", ".join(plain(name) for name in list(arrays)[:8])
    words = (
        tr("several of its arrays have two dimensions: array=NAME says which, of {names}",
           names=names)
        if planes
        else tr("none of its arrays has two dimensions; there are {names}", names=names or "–")
    )  # fmt: skip
    raise source.refuse(words)


SPEC = SurfaceReader(
    "matrix",
    tr("Matrix of values (NPY, NPZ, CSV, TSV, text)"),
    (".npy", ".npz", ".csv", ".tsv", ".txt", ".dat"),
    recognise,
    read,
    (*ORIENTED, Hyper("array", "", text=True, help=tr("The name of the array in an NPZ file."))),
)
