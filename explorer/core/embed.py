"""Sessions inside pictures: how they are marked in PNG, SVG and PDF files, and how to find them.

Only the mark and the search are here, with nothing but the standard library; the export writes.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib

KEY = "Loss Landscape Explorer session"
NAMESPACE = "urn:loss-landscape-explorer:session"
# A PDF keyword may hold only plain characters safely, so the session is there as base 64.
_PDF_MARK = f"{KEY} (base64): ".replace("(", "[").replace(")", "]")
_PNG_START = b"\x89PNG\r\n\x1a\n"
# More than this is no session of ours.
_LIMIT = 16_000_000


def svg_element(session: str) -> str:
    """The element that carries a session in an SVG's <metadata>."""
    return f'<session xmlns="{NAMESPACE}">{html.escape(session, quote=False)}</session>'


def pdf_keywords(session: str) -> str:
    """The keywords that carry a session in a PDF's document information."""
    return _PDF_MARK + base64.b64encode(session.encode()).decode()


def session_in(data: bytes) -> str | None:
    """The session in a picture's bytes, whatever its format, or None where there is none."""
    if data.startswith(_PNG_START):
        return _in_png(data)
    if data.startswith(b"%PDF"):
        return _in_pdf(data)
    return _in_svg(data)


def _in_png(data: bytes) -> str | None:
    place = len(_PNG_START)
    while place + 8 <= len(data):
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
