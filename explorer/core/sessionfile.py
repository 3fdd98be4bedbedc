"""Reads the experiment in a file: a session's own, or an exported picture with one inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .embed import session_in
from .errors import InputError
from .files import read_file
from .language import tr
from .session import Session, load, loads

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = (".png", ".svg", ".pdf", ".mp4", ".webm", ".gif", ".apng")
LARGEST = 256_000_000  # bytes


def read(path: Path) -> Session:
    """Read a session; raises InputError, one line, where there is none or it is damaged."""
    if path.suffix.lower() not in PICTURES:
        return load(path)
    text = session_in(read_file(path, LARGEST))
    if text is None:
        raise InputError(tr("{path}: a picture without an experiment inside", path=path))
    return loads(text, str(path))
