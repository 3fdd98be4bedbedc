"""Ways to damage a file: anywhere, where sizes stand, in what is packed, and whole other files."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

_SIZES = (0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1,
          2**40, 2**62, 2**63 - 1, 2**64 - 1)  # fmt: skip
_WORDS = (
    *("nan", "inf", "-inf", "1e999", "-1", "0", "1_0", "1e-400", "", "null", "true", "x", "é"),
    *('""', "{}", "[]", "[[", "]", "}", ",", ";", "\t", "\n", "\x00", "9" * 400, "[" * 3000),
    *("<!DOCTYPE a [", '<!ENTITY b "c">', "&b;", "<a>", "</a>", "-->", "4000000", "99999999999"),
)
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.I)


def flip(data: bytearray, chance: Random) -> None:
    """Turn some bits."""
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def put(data: bytearray, chance: Random) -> None:
    """Overwrite some bytes."""
    for _ in range(chance.choice((1, 1, 2, 8, 40))):
        data[_place(data, chance)] = chance.randrange(256)


def lie(data: bytearray, chance: Random) -> None:
    """Put another size where one may stand."""
    wide = chance.choice((1, 2, 4, 8))
    place = _place(data, chance)
    size = (chance.choice(_SIZES) + chance.choice((0, 0, 0, 1, -1))) % 2 ** (8 * wide)
    data[place : place + wide] = size.to_bytes(wide, chance.choice(("little", "big")))


def cut(data: bytearray, chance: Random) -> None:
    """End the file too soon."""
    del data[_place(data, chance) :]


def lose(data: bytearray, chance: Random) -> None:
    """Take a piece out."""
    place = _place(data, chance)
    del data[place : place + chance.choice((1, 2, 8, 64, 1000))]


def repeat(data: bytearray, chance: Random) -> None:
    """Have a piece several times."""
    place = _place(data, chance)
    piece = data[place : place + chance.choice((1, 8, 64, 1000))]
    data[place:place] = piece * chance.choice((1, 2, 10, 300))


def word(data: bytearray, chance: Random) -> None:
    """Put a word where there is a number, or anywhere."""
    numbers = [match.span() for match in _NUMBER.finditer(bytes(data[:20_000]))]
    place = _place(data, chance)
    start, end = chance.choice(numbers) if numbers else (place, place)
    data[start:end] = chance.choice(_WORDS).encode()


def lines(data: bytearray, chance: Random) -> None:
    """Move, repeat or drop a line."""
    parts = bytes(data).split(b"\n")
    one = parts.pop(chance.randrange(len(parts)))
    for _ in range(chance.choice((0, 1, 2))):
        parts.insert(chance.randrange(len(parts) + 1), one)
    data[:] = b"\n".join(parts)


_PLAIN: tuple[Callable[[bytearray, Random], None], ...] = (
    flip, put, lie, lie, cut, lose, repeat, word, word, lines,
)  # fmt: skip


def changed(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """The file damaged once or a few times."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        if not data:
            break
        kind = chance.random()
        if data.startswith(b"PK") and kind < 0.6:
            data = _inside_archive(data, others, chance)
        elif data.startswith(b"\x89PNG") and kind < 0.6:
            data = _inside_png(data, chance)
        elif kind < 0.1:
            data = _spliced(data, chance.choice(others), chance)
        else:
            held = bytearray(data)
            chance.choice(_PLAIN)(held, chance)
            data = bytes(held[:4_000_000])
    return data


def _place(data: bytearray, chance: Random) -> int:
    """Anywhere, but as often near the beginning, where heads are."""
    reach = len(data) if chance.random() < 0.5 else min(len(data), 1024)
    return chance.randrange(reach) if reach else 0


def _spliced(data: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one file and the end of another."""
    here, there = chance.randrange(len(data)), chance.randrange(len(other) + 1)
    return data[:here] + other[there:]


def _inside_archive(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """Damage a member and pack it again, so that its sum is right."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(m.filename, archive.read(m)) for m in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, KeyError, RuntimeError,
            NotImplementedError, EOFError):  # fmt: skip
        return data
    if not members:
        return data
    at = chance.randrange(len(members))
    name, content = members[at]
    match chance.randrange(6):
        case 0:
            members.append((name, content))
        case 1:
            members[at] = (chance.choice(("x.npy", "", "../a.npy", "b", "data.pkl")), content)
        case 2:
            members[at] = (name, chance.choice(others))
        case _:
            held = bytearray(content or b"\0")
            chance.choice(_PLAIN)(held, chance)
            members[at] = (name, bytes(held))
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for member, inside in members:
            archive.writestr(zipfile.ZipInfo(member or "a"), inside)
    return made.getvalue()


def _inside_png(data: bytes, chance: Random) -> bytes:
    """Damage a chunk and sum it up again; sometimes what is packed in it."""
    chunks, place = [], 8
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4])
        chunks.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + size]))
        place += size + 12
    if not chunks:
        return data
    at = chance.randrange(len(chunks))
    kind, body = chunks[at]
    held = bytearray(body or b"\0")
    if kind == b"IDAT" and chance.random() < 0.5:
        try:
            held = bytearray(zlib.decompress(body))
        except zlib.error:
            return data
        chance.choice(_PLAIN)(held, chance)
        held = bytearray(zlib.compress(bytes(held)))
    else:
        chance.choice((flip, put, lie, cut, repeat))(held, chance)
    chunks[at] = (chance.choice((kind, kind, kind, b"tRNS", b"PLTE", b"zTXt")), bytes(held))
    return data[:8] + b"".join(
        len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)
        for kind, body in chunks
    )
