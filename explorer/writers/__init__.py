"""Surfaces in files of other programs: one module with a SPEC a format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.catalog import entries
from explorer.core.files import replace_file, suffix

from ._writer import SurfaceWriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from explorer.core.grid import Grid

__all__ = ["SurfaceWriter", "write", "writers"]


def writers() -> Mapping[str, SurfaceWriter]:
    """Every format that surfaces are written in, by file type, such as ".h5"."""
    return {spec.suffix: spec for spec in entries("explorer.writers").values()}


def write(grid: Grid, path: Path | str) -> tuple[str, ...]:
    """Write a surface, the format by the file's type, whole or not at all.

    Returns sentences on what the format cannot hold. Raises InputError, one line, for another file
    type, for what a format cannot hold at all, and where the file cannot be written.
    """
    known = writers()
    spec = known[suffix(path, known)]
    content, notes = spec.content(grid)
    replace_file(path, lambda stream: stream.write(content))
    return notes
