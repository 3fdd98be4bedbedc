"""GIF: one palette for the whole film, so that no colour flickers; the session in comment blocks.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Pillow packs the pixels; the blocks are put in
order here, as Pillow would hold all pictures of the film before it writes the first.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from explorer.core import embed
from explorer.core.language import tr

from ._film import Format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from ._film import Film, Picture

# Programs show a picture of a hundredth of a second for ten of them, so two are the least.
FASTEST = 50.0
# The last colour is none: what stays as it was.
_COLOURS = 255
_SEEN = 6
_FREQUENT = 96
_LONGEST = 65535


def write(film: Film, stream: BinaryIO) -> None:
    """Write the film; of each picture only the pixels that differ from the one before."""
    width, height = film.size
    tints = _palette(film)
    table = np.zeros((256, 3), np.uint8)
    table[: len(tints)] = tints
    stream.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0))
    stream.write(table.tobytes())
    stream.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")
    for words in (film.description, embed.marked(film.text) if film.text else ""):
        if words:
            stream.write(b"\x21\xfe" + embed.blocks(words.encode()))
    # the place in the palette of every colour that was asked for so far
    known = np.full(1 << 24, -1, np.int16)
    before: NDArray[np.uint8] | None = None
    shown = 0  # pictures so far: delays are rounded so that these do not add up to an error
    for shot, picture in film.pictures():
        tones = _nearest(_packed(picture), tints, known)
        for delay in _delays(film, shown, shot.count):
            _part(stream, tones, before, delay)
            before = tones
        shown += shot.count
    stream.write(b"\x3b")


def _packed(picture: Picture) -> NDArray[np.uint32]:
    """Each pixel's colour as one number, 0xRRGGBB."""
    wide = picture[..., :3].astype(np.uint32)
    return (wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).astype(np.uint32, copy=False)


def _apart(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Red, green and blue (n, 3) of colours (n,)."""
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(float)


def _nearest(
    packed: NDArray[np.uint32], tints: NDArray[np.float64], known: NDArray[np.int16]
) -> NDArray[np.uint8]:
    """The place in the palette of the colour nearest to each pixel's; fills `known`."""
    places = known[packed]
    new = np.unique(packed[places < 0])
    for part in np.array_split(new, max(len(new) // 4096, 1)) if len(new) else ():
        gaps = ((_apart(part)[:, None] - tints) ** 2).sum(axis=2)
        known[part] = gaps.argmin(axis=1)
    return (known[packed] if len(new) else places).astype(np.uint8)


def _delays(film: Film, shown: int, count: int) -> Iterator[int]:
    """Hundredths of a second for `count` pictures that come after `shown`."""
    begin, end = (round(100 * n / film.rate) for n in (shown, shown + count))
    while begin < end:
        part = min(end - begin, _LONGEST)
        yield part
        begin += part


def _part(
    stream: BinaryIO, now: NDArray[np.uint8], before: NDArray[np.uint8] | None, delay: int
) -> None:
    """One picture: the rectangle that differs, where it does, over what was there."""
    from PIL import Image
    from PIL.GifImagePlugin import getdata

    left = top = 0
    drawn = now
    if before is not None:
        differs = before != now
        down, across = (np.flatnonzero(differs.any(axis=axis)) for axis in (1, 0))
        if not down.size:  # nothing differs, but time passes
            down = across = np.zeros(1, int)
        top, left = int(down[0]), int(across[0])
        part = slice(top, down[-1] + 1), slice(left, across[-1] + 1)
        drawn = np.where(differs[part], now[part], np.uint8(_COLOURS))
    picture = Image.fromarray(drawn)
    stream.writelines(
        getdata(picture, (left, top), duration=10 * delay, transparency=_COLOURS, disposal=1)
    )


def _palette(film: Film) -> NDArray[np.float64]:
    """The colours (at most 255, 3) that some pictures of the film are best drawn with.

    First the most frequent ones, then, one after the other, the colour that is farthest from all
    chosen (Gonzalez 1985): so a thin line keeps its colour, however few its pixels.
    """
    places = np.linspace(0, len(film.shots) - 1, min(_SEEN, len(film.shots))).round().astype(int)
    found = [
        np.unique(_packed(film.draw(film.shots[place].step)), return_counts=True)
        for place in places.tolist()
    ]
    packed, where = np.unique(np.concatenate([tints for tints, _ in found]), return_inverse=True)
    counts = np.bincount(where, np.concatenate([count for _, count in found]))
    points = _apart(packed[np.argsort(-counts, kind="stable")])
    chosen = points[:_FREQUENT]
    gaps = np.full(len(points), np.inf)
    for tint in chosen:
        gaps = np.minimum(gaps, ((points - tint) ** 2).sum(axis=1))
    while len(chosen) < _COLOURS and gaps.max() > 0:
        tint = points[gaps.argmax()]
        chosen = np.concatenate([chosen, tint[None]])
        gaps = np.minimum(gaps, ((points - tint) ** 2).sum(axis=1))
    return chosen


SPEC = Format("gif", tr("GIF animation, 256 colours"), ".gif", (1.2, 0.04), write, fastest=FASTEST)
