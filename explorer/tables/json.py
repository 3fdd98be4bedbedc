"""JSON: the settings and every run's columns; null where a number is not finite.

What a null stands for is said beside the columns where it is not nan: `"infinite": {"loss":
{"17": "inf"}}` is the loss of row 17.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from explorer import __version__
from explorer.core.language import tr
from explorer.core.table import (
    End,
    Table,
    TableFormat,
    end,
    ended,
    refusal,
    session_text,
    tabled,
    training,
    whole,
    whole_map,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

# Of a file: read as a whole, JSON takes up to thirty times its size.
_LARGEST = 30_000_000
_OTHERS = ("name", "stop_reason", "stop_step", "best_step", "infinite")


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write {"version", "session", "runs": [{"name", "stop_reason", "stop_step", columns...}]}."""
    made = []
    ends = ended(traces, plan)
    for name, table in tabled(plan, traces).items():
        lists, told = _plain(table)
        made.append({"name": name, **asdict(ends[name]), **lists, **told})
    settings = json.loads(session) if session else None
    text = json.dumps({"version": __version__, "session": settings, "runs": made}, allow_nan=False)
    stream.write(text.encode())


def write_map(
    stream: BinaryIO, kind: str, columns: Mapping[str, NDArray[np.float64]], session: str
) -> None:
    """Write {"version", "kind", "session", "columns": {name: numbers}}."""
    lists, told = _plain(columns)
    settings = json.loads(session) if session else None
    made = {"version": __version__, "kind": kind, "session": settings, "columns": lists, **told}
    stream.write(json.dumps(made, allow_nan=False).encode())


def _plain(table: Mapping[str, NDArray[np.float64]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns as lists, and what their nulls stand for where it is not nan."""
    infinite = {
        head: {str(row): repr(float(column[row])) for row in np.flatnonzero(np.isinf(column))}
        for head, column in table.items()
        if np.isinf(column).any()
    }
    lists = {
        head: [v if math.isfinite(v) else None for v in column.tolist()]
        for head, column in table.items()
    }
    return lists, {"infinite": infinite} if infinite else {}


def read(data: bytes, file: str) -> Table:
    """Read a table; raises InputError naming what is no number."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise refusal(file, tr("damaged ({why})", why=str(error)[:80])) from None
    if isinstance(document, dict) and "settings" in document:
        raise training(file)
    if isinstance(document, dict) and "kind" in document:
        return _read_map(document, file)
    runs = document.get("runs") if isinstance(document, dict) else None
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise refusal(file, tr('it must be a JSON object with "runs", a list of objects'))
    tables: dict[str, dict[str, NDArray[np.float64]]] = {}
    ends: dict[str, End] = {}
    for run in runs:
        name = run.get("name")
        if not isinstance(name, str) or name in tables:
            shown = str(name)[:40]
            raise refusal(file, tr("name={value!r}: must be text, each once", value=shown))
        ends[name] = end(file, run)
        tables[name] = {
            head: _column(file, head, values) for head, values in run.items() if head not in _OTHERS
        }
        _fill(file, tables[name], run.get("infinite", {}))
    session = document.get("session")
    text = "" if session is None else session_text(file, session)
    return whole(file, tables, ends, text, document.get("version"))


def _read_map(document: dict[str, Any], file: str) -> Table:
    held = document.get("columns")
    if not isinstance(held, dict):
        raise refusal(file, tr('a map must have "columns", an object of lists'))
    columns = {head: _column(file, head, numbers) for head, numbers in held.items()}
    _fill(file, columns, document.get("infinite", {}))
    session = session_text(file, document.get("session"))
    return whole_map(file, document["kind"], columns, session, document.get("version"))


def _column(file: str, head: str, values: Any) -> NDArray[np.float64]:
    if not isinstance(values, list):
        raise refusal(file, tr("column {column!r} must be a list", column=head[:40]))
    for row, value in enumerate(values):
        # a boolean is an integer too
        if value is not None and type(value) not in (int, float):
            raise _no_number(file, head, row, value)
    try:
        return np.array([math.nan if v is None else v for v in values], dtype=np.float64)
    except OverflowError:
        row = next(i for i, v in enumerate(values) if type(v) is int and abs(v) > 1e300)
        raise _no_number(file, head, row, "1e308…") from None


def _no_number(file: str, head: str, row: int, value: object) -> Exception:
    return refusal(
        file,
        tr(
            "column {column!r}, row {row}: {value!r} is no number; numbers and null are read",
            column=head[:40],
            row=row,
            value=value if isinstance(value, bool) else str(value)[:40],
        ),
    )


def _fill(file: str, table: dict[str, NDArray[np.float64]], infinite: Any) -> None:
    """Put the infinite numbers where the columns have null."""
    try:
        for head, rows in infinite.items():
            column = table[head]
            for row, value in rows.items():
                if not np.isnan(column[int(row)]):
                    raise ValueError(row)
                column[int(row)] = {"inf": math.inf, "-inf": -math.inf}[value]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        words = tr('"infinite" must name columns, their rows that are null, and "inf" or "-inf"')
        raise refusal(file, words) from None


SPEC = TableFormat("json", "JSON", ".json", write, read, write_map, _LARGEST)
