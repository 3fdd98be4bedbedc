"""The process in which an HDF5 file is opened: the library ends or hangs on some damaged files.

`tell` writes to a stream: 8 bytes with the size of what follows, JSON of what there is, and the
numbers of every array as float64, one after another. Links to elsewhere, data in other files and
what is stored in chunks (and so may be compressed) are refused: none of the tools whose files are
read makes any.
"""

from __future__ import annotations

import importlib
import json
import sys
from itertools import islice
from typing import Any, BinaryIO

MEMORY = 900_000_000  # bytes
SECONDS = 3  # of computing
MOST = 4_000_000  # numbers in an array that is handed on
ALL = 4 * MOST
LINKS = 2000
DIRECTIONS = ("xdirection", "ydirection")
_TENSOR = 200_000_000  # bytes of one tensor of a direction
_TEXT = 4096


class Refused(Exception):
    """The file cannot be taken; the arguments say why: a word and a name in the file."""


def limit() -> None:
    """Have the system end this process when it takes too much."""
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:  # not on Windows, where the process that waits ends it
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def tell(path: str, out: BinaryIO) -> None:
    """Write what the file holds, or why it is refused."""
    h5py: Any = importlib.import_module("h5py")
    arrays: list[Any] = []
    try:
        with h5py.File(path, "r") as file:
            told = _contents(h5py, file, arrays)
    except Refused as refused:
        arrays, told = [], {"refused": refused.args}
    except Exception as error:
        # whatever the library says of a file that is damaged
        arrays, told = [], {"refused": ("damaged", " ".join(str(error).split())[:80])}
    head = json.dumps(told).encode()
    out.write(len(head).to_bytes(8, "little"))
    out.write(head)
    for array in arrays:
        out.write(array.astype("<f8").tobytes())
    out.flush()


def _contents(h5py: Any, file: Any, arrays: list[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"numbers": {}, "texts": {}, "others": [], "groups": {}}
    total = 0
    for name in _links(h5py, file):
        kind = file.get(name, getclass=True)
        if kind is h5py.Group:
            told["groups"][name] = (
                _direction(h5py, file, name) if name in DIRECTIONS else len(file[name])
            )
            continue
        if kind is not h5py.Dataset:
            told["others"].append(name)
            continue
        found = file[name]
        sort = found.id.get_type().get_class()
        if sort == h5py.h5t.STRING and found.shape == ():
            _plainly_stored(h5py, found, name)
            text = found[()]
            told["texts"][name] = (text.decode("utf-8", "replace") if isinstance(text, bytes)
                                   else str(text))[:_TEXT]  # fmt: skip
        elif sort in (h5py.h5t.INTEGER, h5py.h5t.FLOAT) and found.shape is not None:
            _plainly_stored(h5py, found, name)
            if found.size > MOST:
                told["others"].append(name)
                continue
            if (total := total + found.size) > ALL:
                raise Refused("numbers", name)
            # no copy is kept in h5py's own order
            array = found[()]
            told["numbers"][name] = list(found.shape)
            arrays.append(array)
        else:
            told["others"].append(name)
    told["cosine"] = _cosine(h5py, file)
    return told


def _links(h5py: Any, group: Any) -> list[str]:
    """The names in a group; all of them must be of the group itself."""
    names = list(islice(group, LINKS + 1))
    if len(names) > LINKS:
        raise Refused("many", group.name)
    for name in names:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise Refused("link", name)
    return names


def _plainly_stored(h5py: Any, found: Any, name: str) -> None:
    """Raise Refused for data in other files and in chunks, and for filters."""
    stored = found.id.get_create_plist()
    if stored.get_external_count():
        raise Refused("external", name)
    layout = stored.get_layout()
    if layout not in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT):
        raise Refused("virtual" if layout == h5py.h5d.VIRTUAL else "chunked", name)
    if stored.get_nfilters():
        raise Refused("chunked", name)


def _tensors(h5py: Any, file: Any, group: str) -> dict[str, Any]:
    """The tensors of a direction by name."""
    found = {}
    for name in _links(h5py, file[group]):
        tensor = file[group][name]
        if not isinstance(tensor, h5py.Dataset) or tensor.dtype.kind not in "fiu":
            raise Refused("tensor", f"{group}/{name}")
        _plainly_stored(h5py, tensor, f"{group}/{name}")
        if tensor.size * tensor.dtype.itemsize > _TENSOR:
            raise Refused("numbers", f"{group}/{name}")
        found[name] = tensor
    return found


def _direction(h5py: Any, file: Any, group: str) -> dict[str, Any]:
    """How many tensors a direction has, and its length over all of them."""
    import numpy as np

    tensors = _tensors(h5py, file, group)
    squares = 0.0
    for tensor in tensors.values():
        flat = np.asarray(tensor[()], dtype=np.float64).ravel()
        squares += float(flat @ flat)
    return {"tensors": len(tensors), "length": squares**0.5}


def _cosine(h5py: Any, file: Any) -> float:
    """Of the angle between the two directions; 0 where there are no two alike."""
    import numpy as np

    if not all(file.get(name, getclass=True) is h5py.Group for name in DIRECTIONS):
        return 0.0
    first, second = (_tensors(h5py, file, name) for name in DIRECTIONS)
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        return 0.0
    dot = one = two = 0.0
    for name in first:
        a, b = (np.asarray(each[name][()], np.float64).ravel() for each in (first, second))
        dot, one, two = dot + float(a @ b), one + float(a @ a), two + float(b @ b)
    return dot / (one * two) ** 0.5 if one and two else 0.0


if __name__ == "__main__":
    limit()
    tell(sys.argv[1], sys.stdout.buffer)
