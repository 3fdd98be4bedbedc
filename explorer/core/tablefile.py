"""Reads a table that `run` or `map` wrote with --out, in any of its formats, without loss."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from . import mapping
from .catalog import entries
from .errors import InputError
from .files import read_file, replace_file
from .language import tr
from .session import loads

if TYPE_CHECKING:
    from .maps import AnyMap
    from .session import Session
    from .table import Table, TableFormat


def formats() -> dict[str, TableFormat]:
    """Every format of tables by its file type, such as ".csv"."""
    return {spec.suffix: spec for spec in entries("explorer.tables").values()}


def _format_of(path: Path | str) -> TableFormat:
    """The format of a file by its type; InputError with those there are."""
    known = formats()
    spec = known.get(Path(path).suffix.lower())
    if spec is None:
        words = tr("{file}: the file type of a table must be {names}", file=path,
                   names=", ".join(known))  # fmt: skip
        raise InputError(words)
    return spec


def read_table(path: Path | str) -> Table:
    """Read a table: `runs[name][column]` (T+1,), the experiment's `session` text, and `version`.

    Raises InputError, one line that names the file and what is wrong in it. Nothing that the file
    holds is ever executed, and what would unpack to too much is refused before it is unpacked.
    """
    spec = _format_of(path)
    return spec.read(read_file(path, spec.largest), str(path))


def read_map(path: Path | str) -> AnyMap:
    """Read a table of a map over many runs as what it was written from, bit for bit.

    Raises InputError where the file holds no map, or one that does not fit its settings.
    """
    return map_of(read_table(path), str(path))[1]


def map_of(table: Table, file: str) -> tuple[Session, AnyMap]:
    """The map in a table of one, and the session inside; raises InputError."""
    from .maps import from_columns
    from .plan import resolve
    from .table import refusal

    if table.kind == "runs":
        raise refusal(file, tr("it holds runs, not a map: read_table reads it"))
    session = loads(table.session, file)
    asked = session.map
    if asked is None or mapping.kind(asked) != table.kind:
        raise refusal(file, tr("its session says nothing of a map of the kind {kind}",
                               kind=table.kind))  # fmt: skip
    try:
        plan = resolve(session.experiment)
        made = from_columns(table.columns, asked, plan, table.session, table.version)
    except InputError as error:
        raise refusal(file, str(error)) from None
    return session, made


def write_map(path: Path | str, made: AnyMap) -> None:
    """Write a map as a table, whole or not at all; raises InputError."""
    spec = _format_of(path)
    held = io.BytesIO()
    spec.write_map(held, mapping.kind(made.asked), made.columns, made.session)
    if held.tell() > spec.largest:
        words = tr("{file}: {size} bytes, and could not be read back: at most {limit} are; choose "
                   "another file type, .npz is the smallest", file=path, size=held.tell(),
                   limit=spec.largest)  # fmt: skip
        raise InputError(words)
    replace_file(path, lambda stream: stream.write(held.getbuffer()))
