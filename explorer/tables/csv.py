"""Comma-separated values: one row a step, runs below each other, empty where a run has no value.

The first line of a file is a comment: "# " and JSON of version, session and how each run ended. Of
a map over many runs it names its kind instead, and there is one row a run.
"""

from __future__ import annotations

import csv
import io
import json
import math
from array import array
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from explorer import __version__
from explorer.core.language import tr
from explorer.core.table import (
    BASE,
    COUNTED,
    End,
    Table,
    TableFormat,
    end,
    ended,
    few_enough,
    plain_shape,
    refusal,
    session_text,
    tabled,
    training,
    whole,
    whole_map,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

_COMMENT = "# "
_LONGEST = 8_000_000  # bytes of a line


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write all runs; numbers carry all their digits (they read back to the same float64).

    Where `session` is empty the table comes without the comment: other programs' pipes need none.
    The last row's learning rate is empty as no step leaves it; nan and inf are written as such.
    """
    tables = tabled(plan, traces)
    heads = list(dict.fromkeys(name for table in tables.values() for name in table))
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    if session:
        ends = {name: asdict(how) for name, how in ended(traces, plan).items()}
        about = {"version": __version__, "session": json.loads(session), "runs": ends}
        text.write(f"{_COMMENT}{json.dumps(about, allow_nan=False)}\n")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["run", *heads])
    for name, table in tables.items():
        lists = [table[head].tolist() if head in table else None for head in heads]
        rate, last = heads.index("learning_rate"), table["step"].size - 1
        for row in range(last + 1):
            values = ["" if column is None else repr(column[row]) for column in lists]
            values[0] = str(row)
            if row == last and math.isnan(table["learning_rate"][row]):
                values[rate] = ""
            out.writerow([name, *values])
    text.detach()


def write_map(
    stream: BinaryIO, kind: str, columns: Mapping[str, NDArray[np.float64]], session: str
) -> None:
    """Write a map, whole numbers without a point; without the comment where `session` is empty."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    if session:
        about = {"version": __version__, "kind": kind, "session": json.loads(session)}
        text.write(f"{_COMMENT}{json.dumps(about, allow_nan=False)}\n")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    lists = [
        [int(v) if v.is_integer() else repr(v) for v in column.tolist()]
        if name in COUNTED
        else list(map(repr, column.tolist()))
        for name, column in columns.items()
    ]
    out.writerows(zip(*lists, strict=True))
    text.detach()


@dataclass(slots=True)
class _Run:
    """What was read of a run so far: its columns, and those without any value yet."""

    columns: list[array[float]]
    empty: set[int]


def read(data: bytes, file: str) -> Table:
    """Read a table; a run whose cells in a column are all empty does not have the column."""
    if not data.endswith(b"\n"):
        raise refusal(file, tr("it is empty or its last line is cut off"))
    text = _lines(data, file)
    try:
        first = next(text)
        about: object = None
        if first.startswith("#"):
            about, first = json.loads(first[1:]), next(text, "")
        if isinstance(about, dict) and "kind" in about:
            return _read_map(about, csv.reader(chain([first], text), quoting=csv.QUOTE_NONE), file)
        ends, session, version = _settings(about, file)
        lines = csv.reader(chain([first], text), quoting=csv.QUOTE_NONE, strict=True)
        heads = next(lines, [])
        if heads[:2] != ["run", "step"] or len(set(heads)) < len(heads):
            shown = ",".join(heads)[:60]
            words = tr(
                "its columns are {columns!r}: must be run, step and others, each once",
                columns=shown,
            )
            raise refusal(file, words)
        plain_shape(file, 0, len(heads))
        runs = _rows(lines, heads[1:], file, 1 if about is None else 2)
    except UnicodeDecodeError:
        raise refusal(file, tr("it is not text in UTF-8")) from None
    except (csv.Error, json.JSONDecodeError, RecursionError) as error:
        raise refusal(file, tr("damaged ({why})", why=str(error)[:80])) from None
    tables = {
        name: {
            head: np.array(column)
            for i, (head, column) in enumerate(zip(heads[1:], run.columns, strict=True))
            if head in BASE or i not in run.empty
        }
        for name, run in runs.items()
    }
    return whole(file, tables, ends, session, version)


def _read_map(about: dict[str, Any], lines: Iterator[list[str]], file: str) -> Table:
    """The map below a comment that names its kind."""
    heads = next(lines, [])
    if not heads or len(set(heads)) < len(heads):
        words = tr("its columns are {columns!r}: must be several, each once",
                   columns=",".join(heads)[:60])  # fmt: skip
        raise refusal(file, words)
    plain_shape(file, 0, len(heads))
    runs = _rows((["", *cells] for cells in lines), heads, file, 2, named=False)
    held = runs[""].columns if runs else [array("d") for _ in heads]
    columns = {head: np.array(column) for head, column in zip(heads, held, strict=True)}
    session = session_text(file, about.get("session"))
    return whole_map(file, about["kind"], columns, session, about.get("version"))


def _lines(data: bytes, file: str) -> Iterator[str]:
    """Each line as text; one at a time, as text may take four times the memory of its bytes."""
    for i, line in enumerate(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf"))):
        if len(line) > _LONGEST:
            words = tr("line {line} has {count} bytes, at most {limit} are taken", line=i + 1,
                       count=len(line), limit=_LONGEST)  # fmt: skip
            raise refusal(file, words)
        yield line.decode()


def _settings(about: object, file: str) -> tuple[dict[str, End], str, object]:
    """How runs ended, session and version of the comment, all empty where there is none."""
    if about is None:
        return {}, "", ""
    if isinstance(about, dict) and "model" in about and "session" not in about:
        raise training(file)
    runs: Any = about.get("runs") if isinstance(about, dict) else None
    if not isinstance(runs, dict) or not all(isinstance(how, dict) for how in runs.values()):
        raise refusal(file, tr("its settings must be a JSON object with session, version and runs"))
    assert isinstance(about, dict)
    ends = {name: end(file, how) for name, how in runs.items()}
    return ends, session_text(file, about.get("session")), about.get("version")


def _rows(
    lines: Iterator[list[str]], heads: list[str], file: str, above: int, *, named: bool = True
) -> dict[str, _Run]:
    """Each run's rows, below `above` lines; raises InputError for what is no number."""
    runs: dict[str, _Run] = {}
    for row, (name, *cells) in enumerate((cells or [""] for cells in lines), above + 1):
        if len(cells) != len(heads):
            raise refusal(
                file,
                tr(
                    "line {line} has {found} cells, the first row {expected}",
                    line=row,
                    found=len(cells) + named,
                    expected=len(heads) + named,
                ),
            )
        if (run := runs.get(name)) is None:
            every = range(len(heads))
            run = runs[name] = _Run([array("d") for _ in every], set(every))
            plain_shape(file, len(runs), 0)
            # an empty column takes memory as ten numbers do
            few_enough(file, 10 * len(runs) * len(heads))
        if run.empty:
            run.empty = {i for i in run.empty if not cells[i]}
        for column, head, cell in zip(run.columns, heads, cells, strict=True):
            try:
                # Python alone would read 1_0 as ten
                column.append(float(cell.replace("_", "?")) if cell else math.nan)
            except ValueError:
                raise refusal(
                    file,
                    tr(
                        "line {line}, column {column!r}: {value!r} is no number; numbers, nan, inf "
                        "and empty cells are read",
                        line=row,
                        column=head[:40],
                        value=cell[:40],
                    ),
                ) from None
        if row % 1000 == 0:
            few_enough(file, row * len(heads))
    return runs


SPEC = TableFormat("csv", tr("Comma-separated values"), ".csv", write, read, write_map)
