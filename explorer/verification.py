"""The command that runs a file's experiment again and says whether its numbers agree."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from . import __version__
from .core import mapping, sessionfile
from .core.agreement import compare, compare_ends
from .core.errors import InputError
from .core.language import tr, trn
from .core.session import Session, loads
from .core.table import Table, ended, tabled
from .core.tablefile import formats, map_of, read_table
from .engine.answer import run_once
from .engine.maps import compute

if TYPE_CHECKING:
    from pathlib import Path

    from .core.agreement import Agreement

# Exit statuses; what cannot be read is told by InputError, which is 2.
AGREES, DIFFERS = 0, 1


def verify(path: Path) -> int:
    """Run the experiment in a table, session or picture again; print what came of it.

    Returns 0 where every number agrees bit for bit, or where there are none and the experiment
    runs, 1 where any differs. Raises InputError where the file or the experiment cannot be taken.
    """
    if path.suffix.lower() not in formats() or _is_session(path):
        return _only_run(path)
    table = read_table(path)
    if not table.session:
        raise InputError(
            tr(
                "{file}: holds no experiment to run again: `run --out FILE` writes one into its "
                "tables, standard output has none",
                file=path,
            )
        )
    if table.kind != "runs":
        return _map_again(path, table)
    plan, traces = run_once(_told(loads(table.session, str(path))).experiment)
    found = compare(table.runs, tabled(plan, traces))
    found = replace(found, lacking=found.lacking + compare_ends(table.ends, ended(traces, plan)))
    _say(path, table, found)
    return AGREES if found.whole else DIFFERS


def _map_again(path: Path, table: Table) -> int:
    """Compute a map again and compare it with the one in a table."""
    session, _ = map_of(table, str(path))
    assert session.map is not None
    made = compute(_told(session).experiment, session.map)
    name = mapping.kind(session.map)
    found = compare({name: table.columns}, {name: made.columns})
    _say(path, table, found)
    return AGREES if found.whole else DIFFERS


def _is_session(path: Path) -> bool:
    """Whether a .json file is a session: these begin with their format."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as stream:
        return re.match(rb'\s*\{\s*"format"\s*:', stream.read(200)) is not None


def _told(session: Session) -> Session:
    """The session, what had to be left out of it said."""
    for message in session.messages:
        print(f"loss-explorer: {message}", file=sys.stderr)
    return session


def _only_run(path: Path) -> int:
    session = _told(sessionfile.read(path))
    if session.map is not None:
        from .map_command import said

        made = compute(session.experiment, session.map)
        words = tr("{file}: holds no numbers to compare; its experiment runs:", file=path)
        print(words, said(made))
        return AGREES
    plan, traces = run_once(session.experiment)
    words = tr("{file}: holds no numbers to compare; its experiment runs:", file=path)
    ends = [
        tr("{label}: {end}, loss {loss:.6g}", label=run.label, end=trace.stop_sentence(),
           loss=trace.loss[-1])
        for run, trace in zip(plan.runs, traces, strict=True)
    ]  # fmt: skip
    print(words, "; ".join(ends))
    return AGREES


def _say(path: Path, table: Table, found: Agreement) -> None:
    """Print the outcome: one line where all agrees, else one for each kind of difference."""
    if table.version != __version__:
        words = tr(
            "{file}: written by version {version}, compared with version {own}",
            file=path,
            version=table.version[:40],
            own=__version__,
        )
        print(words)
    if found.whole and table.kind != "runs":
        words = tr(
            "{file}: all {count} numbers of the map agree bit for bit",
            file=path,
            count=found.compared,
        )
        print(words)
    elif found.whole:
        words = trn(
            "{file}: all {count} numbers of {n} run agree bit for bit",
            "{file}: all {count} numbers of {n} runs agree bit for bit",
            len(table.runs),
            file=path,
            count=found.compared,
        )
        print(words)
    if found.differing and table.kind != "runs":
        words = tr(
            "{file}: {differing} of {compared} numbers differ, most by {size:.3g}: column "
            "{column}, row {row} is {found!r} in the file, {expected!r} in the experiment",
            file=path,
            differing=found.differing,
            compared=found.compared,
            size=found.size,
            column=found.column,
            row=found.step,
            found=found.found,
            expected=found.expected,
        )
        print(words)
    elif found.differing:
        words = tr(
            "{file}: {differing} of {compared} numbers differ, most by {size:.3g}: run {run}, "
            "column {column}, step {step} is {found!r} in the file, {expected!r} in the experiment",
            file=path,
            differing=found.differing,
            compared=found.compared,
            size=found.size,
            run=found.run,
            column=found.column,
            step=found.step,
            found=found.found,
            expected=found.expected,
        )
        print(words)
    for words in found.lacking:
        print(f"{path}: {words}")
