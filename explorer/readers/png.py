"""Height maps as PNG: grey of 8 or 16 bits is height; the first row is on top, the highest y.

The size is read from the head and refused where it is too much, before anything is unpacked.
"""

from __future__ import annotations

import io
import math
import struct
import warnings
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import MOST
from explorer.core.language import tr, trn
from explorer.core.spec import Hyper, refused

from ._assembly import EXTENT, placed
from ._source import NO, PERHAPS, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

    Array = NDArray[np.float64]

_START = b"\x89PNG\r\n\x1a\n"
_LUMINANCE = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709


def recognise(source: Source) -> int:
    """Whether it is a PNG."""
    return PERHAPS if source.head.startswith(_START) else NO


def read(source: Source, options: Mapping[str, Value]) -> Grid:
    """The picture's grey as height."""
    head = source.head[8:33]
    if not source.head.startswith(_START) or head[4:8] != b"IHDR" or len(head) < 25:
        raise source.refuse(tr("it is no PNG"))
    wide, high, bits, colour = struct.unpack(">IIBB", head[8:18])
    if not 1 <= wide * high <= MOST:
        words = tr("{rows}×{columns} cells: at most {most} are taken", rows=high, columns=wide,
                   most=MOST)  # fmt: skip
        raise source.refuse(words)
    z, notes = _grey(source, bits, colour)
    notes.append(tr("the first row is on top, the highest y"))
    ends = str(options["z"]).strip()
    if ends:
        low, high_end = _ends(ends)
        z = low + z * ((high_end - low) / (65535.0 if bits == 16 and colour == 0 else 255.0))
    return placed(source, {"height": z[::-1]}, options, notes=notes)


def _grey(source: Source, bits: int, colour: int) -> tuple[Array, list[str]]:
    """Grey (rows, columns) from 0 to 255, of grey of 16 bits to 65535; nan where transparent."""
    from PIL import Image

    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(source.data), formats=["PNG"]) as picture:
                if bits == 16 and colour == 0:
                    return np.asarray(picture.convert("I"), np.float64), notes
                if colour == 0 and "transparency" not in picture.info:
                    return np.asarray(picture.convert("L"), np.float64), notes
                pixels = np.asarray(picture.convert("RGBA"))
    except (
        *(OSError, ValueError, SyntaxError, OverflowError, KeyError, IndexError, TypeError),
        *(struct.error, EOFError, AttributeError, Image.DecompressionBombError),
    ) as error:
        why = " ".join(str(error).split())[:80]
        raise source.refuse(tr("damaged ({why})", why=why)) from None
    z = np.zeros(pixels.shape[:2])
    for weight, channel in zip(_LUMINANCE, range(3), strict=True):
        z += weight * pixels[:, :, channel]
    same = (pixels[:, :, 0] == pixels[:, :, 1]) & (pixels[:, :, 0] == pixels[:, :, 2])
    if not same.all():
        notes.append(tr("the picture is in colour: its luminance is taken as height"))
    z = np.where(same, pixels[:, :, 0], z)
    if bits == 16:
        notes.append(tr("of 16 bits 8 are kept, as the picture is not plain grey"))
    if count := int((pixels[:, :, 3] == 0).sum()):
        z = np.where(pixels[:, :, 3] == 0, math.nan, z)
        notes.append(trn("{n} transparent pixel is missing", "{n} transparent pixels are missing",
                         count))  # fmt: skip
    return z, notes


def _ends(text: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = math.nan, math.nan
    if not all(map(math.isfinite, ends)):
        raise refused("z", text[:40], tr("low:high, the heights of black and of white"))
    return ends


SPEC = SurfaceReader(
    "png",
    tr("Height map (PNG)"),
    (".png",),
    recognise,
    read,
    (*EXTENT, Hyper("z", "", text=True, help=tr("The heights of black and white, low:high."))),
)
