"""Sessions inside pictures and films: how they are marked in each kind of file, and found again.

PNG and APNG: an iTXt chunk. SVG: an element of <metadata>. PDF: the keywords. GIF: a comment. MP4:
the comment of the iTunes list in moov/udta/meta. WebM: the tag COMMENT. Only the mark and the
search are here, with nothing but the standard library; the exporters write. The search goes from
block to block by their sizes, at most so many of them, into none but those that it knows.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "Loss Landscape Explorer session"
NAMESPACE = "urn:loss-landscape-explorer:session"
# A PDF keyword may hold only plain characters safely, so the session is there as base 64.
_PDF_MARK = f"{KEY} (base64): ".replace("(", "[").replace(")", "]")
_PNG_START = b"\x89PNG\r\n\x1a\n"
# More than this is no session of ours.
_LIMIT = 16_000_000
# Blocks of a file that are looked at, so that a search ends in a second whatever is in the file.
_MOST_BLOCKS = 1_000_000
_COMMENT = f"{KEY}: "
# The ids of Matroska: https://www.rfc-editor.org/rfc/rfc9559
_SEGMENT, _TAGS, _TAG, _SIMPLE_TAG = 0x18538067, 0x1254C367, 0x7373, 0x67C8
_TAG_NAME, _TAG_STRING = 0x45A3, 0x4487


def svg_element(session: str) -> str:
    """The element that carries a session in an SVG's <metadata>."""
    return f'<session xmlns="{NAMESPACE}">{html.escape(session, quote=False)}</session>'


def pdf_keywords(session: str) -> str:
    """The keywords that carry a session in a PDF's document information."""
    return _PDF_MARK + base64.b64encode(session.encode()).decode()


def marked(session: str) -> str:
    """The comment that carries a session in a film."""
    return _COMMENT + session


def blocks(data: bytes) -> bytes:
    """Data in a GIF's blocks of at most 255 bytes, with the empty one at the end."""
    parts = (data[i : i + 255] for i in range(0, len(data), 255))
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def session_in(data: bytes) -> str | None:
    """The session in a picture's bytes, whatever its format, or None where there is none."""
    if data.startswith(_PNG_START):
        return _in_png(data)
    if data.startswith(b"%PDF"):
        return _in_pdf(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _in_gif(data)
    if data[4:8] == b"ftyp":
        return _in_mp4(data)
    if data.startswith(b"\x1a\x45\xdf\xa3"):
        return _in_webm(data)
    return _in_svg(data)


def _in_png(data: bytes) -> str | None:
    place = len(_PNG_START)
    for _ in range(_MOST_BLOCKS):
        if place + 8 > len(data):
            break
        size = int.from_bytes(data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        if kind == b"iTXt" and body.startswith(KEY.encode() + b"\0"):
            return _text(body[len(KEY) + 1 :])
        place += size + 12
    return None


def _text(body: bytes) -> str | None:
    """The text of an iTXt chunk after its keyword: flag, method, language, translation, text."""
    parts = body[2:].split(b"\0", 2)
    if len(parts) < 3:
        return None
    packed = parts[2]
    try:
        if body[0]:
            packed = zlib.decompressobj().decompress(packed, _LIMIT)
        return packed.decode()
    except (zlib.error, UnicodeDecodeError):
        return None


def _in_pdf(data: bytes) -> str | None:
    mark = re.escape(_PDF_MARK.encode())
    found = re.search(mark + rb"([A-Za-z0-9+/=\s\\]*)", data)
    if not found:
        return None
    try:
        # a long string may be broken by a backslash at the end of a line
        return base64.b64decode(re.sub(rb"[\s\\]", b"", found[1]), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _in_svg(data: bytes) -> str | None:
    pattern = rf'<session xmlns="{NAMESPACE}">(.*?)</session>'.encode()
    found = re.search(pattern, data, re.DOTALL)
    if not found:
        return None
    try:
        return html.unescape(found[1].decode())
    except UnicodeDecodeError:
        return None


def _comment(body: bytes) -> str | None:
    """The session in a comment, if it is one of ours."""
    mark = _COMMENT.encode()
    if not body.startswith(mark) or len(body) > _LIMIT:
        return None
    try:
        return body[len(mark) :].decode()
    except UnicodeDecodeError:
        return None


def _in_gif(data: bytes) -> str | None:
    if len(data) < 13:
        return None
    place = 13 + _colour_table(data[10])
    budget = iter(range(_MOST_BLOCKS))
    for _ in budget:
        kind = data[place : place + 1]
        if kind == b"!":
            is_comment = data[place + 1 : place + 2] == b"\xfe"
            place, body = _sub_blocks(data, place + 2, budget, keep=is_comment)
            if is_comment and (found := _comment(body)) is not None:
                return found
        elif kind == b"," and place + 10 < len(data):
            place += 10 + _colour_table(data[place + 9]) + 1
            place, _ = _sub_blocks(data, place, budget, keep=False)
        else:
            break
    return None


def _colour_table(flags: int) -> int:
    """How many bytes the table of colours has of which these are the flags."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _sub_blocks(data: bytes, place: int, budget: Iterator[int], *, keep: bool) -> tuple[int, bytes]:
    """Where a row of a GIF's sub-blocks ends, and what is in them if it is to be kept."""
    parts: list[bytes] = []
    room = _LIMIT if keep else 0
    for _ in budget:
        size = data[place] if place < len(data) else 0
        if not size:
            break
        if room > 0:
            parts.append(data[place + 1 : place + 1 + size])
            room -= size
        place += 1 + size
    return place + 1, b"".join(parts)


def _in_mp4(data: bytes) -> str | None:
    place, end = 0, len(data)
    for kind in (b"moov", b"udta", b"meta", b"ilst", b"\xa9cmt", b"data"):
        found = _box(data, place, end, kind)
        if found is None:
            return None
        place, end = found
        if kind == b"meta":
            place += 4  # version and flags
    # type and language stand before the text
    return _comment(data[place + 8 : min(end, place + 8 + _LIMIT)])


def _box(data: bytes, place: int, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Where the contents of the first box of a kind begin and end, among those of a stretch."""
    for _ in range(_MOST_BLOCKS):
        if place + 8 > end:
            break
        size, head = int.from_bytes(data[place : place + 4]), 8
        if size == 1:
            size, head = int.from_bytes(data[place + 8 : place + 16]), 16
        elif size == 0:
            size = end - place
        if size < head or place + size > end:
            break
        if data[place + 4 : place + 8] == wanted:
            return place + head, place + size
        place += size
    return None


def _in_webm(data: bytes) -> str | None:
    budget = iter(range(_MOST_BLOCKS))
    for segment in _elements(data, (0, len(data)), _SEGMENT, budget):
        for tags in _elements(data, segment, _TAGS, budget):
            for tag in _elements(data, tags, _TAG, budget):
                for simple in _elements(data, tag, _SIMPLE_TAG, budget):
                    name = next(_elements(data, simple, _TAG_NAME, budget), (0, 0))
                    text = next(_elements(data, simple, _TAG_STRING, budget), (0, 0))
                    if data[slice(*name)] == b"COMMENT" and text[1] - text[0] < _LIMIT:
                        found = _comment(data[slice(*text)].rstrip(b"\0"))
                        if found is not None:
                            return found
    return None


def _elements(
    data: bytes, within: tuple[int, int], wanted: int, budget: Iterator[int]
) -> Iterator[tuple[int, int]]:
    """Where the contents of each Matroska element of a kind begin and end, in a stretch."""
    place, end = within
    for _ in budget:
        if place >= end:
            break
        kind, place = _number(data, place, keep=True)
        size, place = _number(data, place, keep=False)
        if kind < 0 or place > end:
            break
        # of an unknown size, or cut off: what is left
        stop = end if size < 0 else min(place + size, end)
        if kind == wanted:
            yield place, stop
        place = stop


def _number(data: bytes, place: int, *, keep: bool) -> tuple[int, int]:
    """A number of Matroska and where it ends: -1 where it is none, or says that it is unknown.

    The zeros before its first one say how many bytes it has; `keep` that one, as ids do.
    """
    first = data[place] if place < len(data) else 0
    length = 9 - first.bit_length()
    if not first or length > (4 if keep else 8) or place + length > len(data):
        return -1, place + 1
    value = int.from_bytes(data[place : place + length])
    if keep:
        return value, place + length
    rest = (1 << 7 * length) - 1
    return (-1 if value & rest == rest else value & rest), place + length
