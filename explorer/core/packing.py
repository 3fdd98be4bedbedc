"""Arrays as text and back, small and checked: what the names of surfaces and paths are made of."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# What damaged text may raise when it is read; each says why in a few words.
ERRORS = (ValueError, KeyError, TypeError, OverflowError, RecursionError, zlib.error)
HEADER = 4_096  # bytes


def plain(text: str, most: int) -> str:
    """A text on one line of at most so many characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"


def narrowed(values: NDArray[Any]) -> NDArray[Any]:
    """Numbers as float32 where that loses nothing, else float64; of all that are no number, one."""
    wide = np.array(values, dtype="<f8")
    wide[np.isnan(wide)] = np.nan
    with np.errstate(over="ignore"):
        short = wide.astype("<f4")
    return short if np.array_equal(short.astype("<f8"), wide, equal_nan=True) else wide


def pack(header: dict[str, Any], arrays: list[NDArray[Any]]) -> str:
    """A header and arrays as text; what is the same gives the same text."""
    head = json.dumps(header, separators=(",", ":")).encode()
    parts = [len(head).to_bytes(4, "little"), head, *map(_shuffled, arrays)]
    return base64.urlsafe_b64encode(zlib.compress(b"".join(parts), 6)).decode()


def unpack(text: str, largest: int) -> tuple[dict[str, Any], bytes]:
    """The header and the bytes of the arrays, at most `largest` in all; raises one of ERRORS."""
    if len(text) > 2 * largest:
        raise ValueError("it is too large")
    packed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, largest)
    if not unpacking.eof:
        raise ValueError("it is cut short or too large")
    head = int.from_bytes(data[:4], "little")
    if head > HEADER:
        raise ValueError("its head is too large")
    header = json.loads(data[4 : 4 + head])
    if not isinstance(header, dict):
        raise ValueError("its head is no object")
    return header, data[4 + head :]


def _shuffled(values: NDArray[Any]) -> bytes:
    """The bytes of numbers, all first ones first: those of smooth data are alike and pack well."""
    wide = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))
    return wide.reshape(-1).view(np.uint8).reshape(-1, wide.itemsize).T.tobytes()


def restored(data: bytes, size: int, width: int) -> Array:
    """So many numbers of so many bytes each; ValueError where there are not just as many."""
    if len(data) != size * width:
        raise ValueError("it is cut short")
    laid = np.frombuffer(data, np.uint8).reshape(width, size).T
    return np.ascontiguousarray(laid).view(f"<f{width}").reshape(size).astype(np.float64)
