"""APNG: every pixel exactly, with the session in an iTXt chunk as in PNG.

https://www.w3.org/TR/png-3/#apng-frame-based-animation. Pillow packs the pixels; the chunks are put
in order here, as Pillow would hold all pictures of the film before it writes the first.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from explorer.core import embed
from explorer.core.language import tr

from ._film import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._film import Film, Picture

_START = b"\x89PNG\r\n\x1a\n"
# A delay is a fraction of two 16-bit numbers, in seconds.
_MOST = 65535


def write(film: Film, stream: BinaryIO) -> None:
    """Write the film; of each picture only the pixels that differ from the one before."""
    width, height = film.size
    rgba = (8, 6, 0, 0, 0)
    stream.write(_START + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *rgba)))
    parts = sum(1 for shot in film.shots for _ in _delays(film, shot.count))
    stream.write(_chunk(b"acTL", struct.pack(">II", parts, 0)))
    about = {
        "Title": film.title,
        "Description": film.description,
        "Software": "Loss Landscape Explorer",
        embed.KEY: film.text,
    }
    for key, text in about.items():
        if text:
            stream.write(_chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()))
    number = 0
    before: Picture | None = None
    for shot, picture in film.pictures():
        for lasts, parts_of in _delays(film, shot.count):
            (left, top), drawn = _changed(before, picture)
            before = picture
            high, wide = drawn.shape[:2]
            # kept as it is for the next, which is laid over it
            control = struct.pack(
                ">IIIIIHHBB", number, wide, high, left, top, lasts, parts_of, 0, 1
            )
            stream.write(_chunk(b"fcTL", control))
            first = number == 0
            number += 1
            for data in _packed(drawn):
                if first:
                    stream.write(_chunk(b"IDAT", data))
                    continue
                stream.write(_chunk(b"fdAT", struct.pack(">I", number) + data))
                number += 1
    stream.write(_chunk(b"IEND", b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _delays(film: Film, count: int) -> Iterator[tuple[int, int]]:
    """How long a picture that counts `count` times is shown, in fractions of a second."""
    above, below = film.rate.denominator, film.rate.numerator
    while count:
        part = min(count, _MOST // above)
        yield part * above, below
        count -= part


def _changed(before: Picture | None, now: Picture) -> tuple[tuple[int, int], Picture]:
    """What differs, in the rectangle that has it all: its left top corner and its pixels.

    What does not differ there is transparent; of equal pictures the rectangle is one such pixel.
    """
    if before is None:
        return (0, 0), now
    differs = (before.view(np.uint32) != now.view(np.uint32))[..., 0]
    down, across = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
    if not down.size:
        return (0, 0), np.zeros((1, 1, 4), np.uint8)
    top, left = int(down[0]), int(across[0])
    part = slice(top, down[-1] + 1), slice(left, across[-1] + 1)
    return (left, top), np.where(differs[part][..., None], now[part], np.uint8(0))


def _packed(picture: Picture) -> Iterator[bytes]:
    """The picture's data as PNG packs it, chunk by chunk."""
    from PIL import Image

    made = io.BytesIO()
    Image.fromarray(picture).save(made, "PNG")
    data, place = made.getvalue(), len(_START)
    while place < len(data):
        (size,) = struct.unpack_from(">I", data, place)
        if data[place + 4 : place + 8] == b"IDAT":
            yield data[place + 8 : place + 8 + size]
        place += size + 12


SPEC = Format("apng", tr("APNG animation, every pixel exact"), ".apng", (2.4, 0.12), write)
