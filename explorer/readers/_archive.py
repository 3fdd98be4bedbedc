"""Reads the arrays of .npy and .npz without ever unpickling, or unpacking more than is said.

The header of an array is matched letter by letter: it is Python's source for a dictionary, which
NumPy evaluates.
"""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.grid import MOST
from explorer.core.language import tr

if TYPE_CHECKING:
    from ._source import Source

_NUMBERS = 4 * MOST  # of all arrays together
_MEMBERS = 1000
_HEADER = re.compile(
    rb"\{'descr': '([ -&(-~]{1,12})', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9L, ]{0,200})\),? ?\}\s*"
)
_OBJECTS = re.compile(rb"'descr': '\|?O'|\(\s*'[^']*',\s*'\|?O'")
_KINDS = re.compile(r"[<>|=]?(?:[fiu](?:1|2|4|8)|b1|[US]\d{1,6})")
_DAMAGE = (
    *(ValueError, OSError, EOFError, OverflowError, NotImplementedError, RuntimeError),
    *(KeyError, TypeError, struct.error, zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True, slots=True)
class Archive:
    """Arrays of numbers by name, and the names of those that hold something else.

    A lone array has the name "".
    """

    arrays: dict[str, np.ndarray[Any, Any]]
    others: tuple[str, ...] = ()


def read(source: Source) -> Archive:
    """Every array of the file; InputError for pickles and for too much."""
    if source.is_array:
        array = _array(source, "", source.data)
        return Archive({} if array is None else {"": array}, () if array is not None else ("",))
    if not source.is_archive:
        raise source.refuse(tr("it is no NumPy file (NPY or NPZ)"))
    # each entry of a directory takes memory before any is looked at
    if (found := source.data.count(b"PK\x01\x02")) > _MEMBERS:
        words = tr("{count} members, at most {limit} are taken", count=found, limit=_MEMBERS)
        raise source.refuse(words)
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            return _members(source, archive)
    except InputError:
        raise
    except _DAMAGE as error:
        why = " ".join(str(error).split())[:80]
        raise source.refuse(tr("damaged ({why})", why=why)) from None


def _members(source: Source, archive: zipfile.ZipFile) -> Archive:
    members = archive.infolist()
    if any(member.filename.endswith((".pkl", ".pickle")) for member in members):
        raise source.no_pickle()
    if (total := sum(member.file_size for member in members)) > 8 * _NUMBERS:
        words = tr("unpacked it has {size} bytes, at most {limit} are taken", size=total,
                   limit=8 * _NUMBERS)  # fmt: skip
        raise source.refuse(words)
    arrays, others = {}, []
    for member in members:
        name = member.filename.removesuffix(".npy")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise source.refuse(tr("{name!r} is packed as NumPy never does", name=name[:40]))
        if not member.filename.endswith(".npy"):
            others.append(name)
            continue
        with archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
        array = _array(source, name, content)
        if array is None:
            others.append(name)
        else:
            arrays[name] = array
    return Archive(arrays, tuple(others))


def _array(source: Source, name: str, content: bytes) -> np.ndarray[Any, Any] | None:
    """The array, None where it holds text; a view of the content."""
    shown = name[:40]

    def damaged() -> InputError:
        return source.refuse(tr("array {name!r} is not written as NumPy does", name=shown))

    if content[:6] != b"\x93NUMPY" or len(content) < 12 or content[6] not in (1, 2, 3):
        raise damaged()
    wide = 2 if content[6] == 1 else 4
    start = 8 + wide
    size = int.from_bytes(content[8:start], "little")
    header = content[start : start + min(size, 10_000)]
    if _OBJECTS.search(header):
        raise source.no_pickle()
    if len(header) != size or not (match := _HEADER.fullmatch(header)):
        raise damaged()
    kind = match[1].decode("latin-1")
    if not _KINDS.fullmatch(kind):
        words = tr("array {name!r} is of the type {kind}: must be real numbers", name=shown,
                   kind=kind)  # fmt: skip
        raise source.refuse(words)
    try:
        # a number of a shape has few digits: more are a lie
        parts = match[3].decode("latin-1").replace("L", "").split(",")
        shape = tuple(int(part.strip()) for part in parts if part.strip())
        dtype = np.dtype(kind)
    except (ValueError, TypeError):
        raise damaged() from None
    if len(shape) > 8 or math.prod(shape) * dtype.itemsize != len(content) - start - size:
        raise source.refuse(tr("array {name!r} is not as large as it says", name=shown))
    if dtype.kind in "US":
        return None
    held = np.frombuffer(content, dtype, offset=start + size)
    return held.reshape(shape, order="F" if match[2] == b"True" else "C")
