"""Surfaces that other programs sampled: one module with a SPEC a kind of file.

A file is recognised by what is in it. Nothing that it holds is ever executed, no other file that it
names is opened, and what would unpack to too much is refused before it is unpacked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.catalog import entries
from explorer.core.errors import InputError, unknown
from explorer.core.language import tr
from explorer.core.spec import settle

from ._source import NO, PERHAPS, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from explorer.core.grid import Grid

__all__ = ["NO", "PERHAPS", "SURELY", "Source", "SurfaceReader", "read", "readers", "recognise"]


def readers() -> Mapping[str, SurfaceReader]:
    """Every kind of file that is read, by its key."""
    return entries("explorer.readers")


def recognise(path: Path | str) -> str:
    """The key of the reader that takes a file, by its content; InputError where none does."""
    return _recognised(Source(path)).key


def read(path: Path | str, reader: str = "", **options: object) -> Grid:
    """Read a surface; `reader` is a key of `readers`, found by the file's content where empty.

    `options` are those of the reader. Raises InputError, one line that names the file, or the
    option, and what is allowed.
    """
    known = readers()
    if reader and reader not in known:
        raise unknown(tr("reader"), reader, known)
    source = Source(path)
    spec = known[reader] if reader else _recognised(source)
    given = settle(spec.options, options, tr("reader {key}", key=spec.key))
    if source.is_pickle:
        raise source.no_pickle()
    try:
        return spec.read(source, given)
    except MemoryError:
        raise source.refuse(tr("it takes more memory than there is")) from None


def _recognised(source: Source) -> SurfaceReader:
    """The surest reader; of equally sure ones that whose files are usually called so."""
    if not source.head:
        raise source.refuse(tr("it is empty"))
    if source.is_pickle:
        raise source.no_pickle()
    suffix = source.path.suffix.lower()
    sure = [(spec.recognise(source), suffix in spec.suffixes, spec) for spec in readers().values()]
    certainty, _, found = max(sure, key=lambda each: each[:2])
    if certainty == NO:
        titles = ", ".join(spec.title for spec in readers().values())
        raise source.refuse(tr("it is none of the kinds that are read: {titles}", titles=titles))
    return found


def refused_kind(source: Source, expected: str) -> InputError:
    """What is said of a file that is not what a reader was asked to read it as."""
    return source.refuse(tr("it is no {expected}", expected=expected))
