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
    found: SurfaceReader | None = None
    certainty, refusal = (NO, True), None
    for spec in readers().values():
        try:
            sure = spec.recognise(source), suffix in spec.suffixes
        except InputError as error:  # damaged for this one, which another may not be told by
            refusal = refusal or error
            continue
        if sure > certainty:
            found, certainty = spec, sure
        if sure[0] == SURELY:
            break
    if found is None and refusal:
        raise refusal
    if found is None:
        titles = ", ".join(spec.title for spec in readers().values())
        raise source.refuse(tr("it is none of the kinds that are read: {titles}", titles=titles))
    return found
