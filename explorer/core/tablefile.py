"""Reads a table that was written by `run --out`, in any of its formats, without loss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .catalog import entries
from .errors import InputError
from .files import read_file
from .language import tr

if TYPE_CHECKING:
    from .table import Table, TableFormat


def formats() -> dict[str, TableFormat]:
    """Every format of tables by its file type, such as ".csv"."""
    return {spec.suffix: spec for spec in entries("explorer.tables").values()}


def read_table(path: Path | str) -> Table:
    """Read a table: `runs[name][column]` (T+1,), the experiment's `session` text, and `version`.

    Raises InputError, one line that names the file and what is wrong in it. Nothing that the file
    holds is ever executed, and what would unpack to too much is refused before it is unpacked.
    """
    known = formats()
    spec = known.get(Path(path).suffix.lower())
    if spec is None:
        words = tr("{file}: the file type of a table must be {names}", file=path,
                   names=", ".join(known))  # fmt: skip
        raise InputError(words)
    return spec.read(read_file(path, spec.largest), str(path))
