"""Parquet, through pyarrow: the columns of CSV, null where a run has no such column.

The column `run` is there where there are several runs. Session, version and how each run ended are
text in the key-value metadata of the file.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from explorer import __version__
from explorer.core.embed import KEY
from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.table import (
    BASE,
    MOST_COLUMNS,
    NUMBERS,
    Table,
    TableFormat,
    end,
    ended,
    few_enough,
    plain_shape,
    refusal,
    tabled,
    whole,
    whole_map,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.plan import Plan
    from explorer.core.trace import Trace

VERSION, RUNS, KIND = (KEY.replace("session", word) for word in ("version", "runs", "kind"))


def _pyarrow() -> tuple[Any, Any]:
    """Return pyarrow and its parquet module, an extra; InputError says what to install."""
    try:
        # by name, as it need not be installed
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise InputError(
            tr(
                "Parquet needs pyarrow: pip install 'loss-landscape-explorer[parquet]'; CSV, JSON "
                "and NPZ work without"
            )
        ) from None


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write all runs, one row a step, runs below each other."""
    arrow, parquet = _pyarrow()
    tables = tabled(plan, traces)
    made: dict[str, Any] = {}
    sizes = {name: table["step"].size for name, table in tables.items()}
    if len(tables) > 1:
        made["run"] = arrow.array([name for name, size in sizes.items() for _ in range(size)])
    for head in dict.fromkeys(head for table in tables.values() for head in table):
        parts = [table.get(head, np.zeros(sizes[name])) for name, table in tables.items()]
        absent = [np.full(sizes[name], head not in table) for name, table in tables.items()]
        made[head] = arrow.array(
            np.concatenate(parts), arrow.float64(), mask=np.concatenate(absent), from_pandas=False
        )
    ends = {name: asdict(how) for name, how in ended(traces, plan).items()}
    about = {KEY: session, VERSION: __version__, RUNS: json.dumps(ends)}
    parquet.write_table(arrow.table(made).replace_schema_metadata(about), stream)


def write_map(
    stream: BinaryIO, kind: str, columns: Mapping[str, NDArray[np.float64]], session: str
) -> None:
    """Write a map's columns, its kind among the metadata."""
    arrow, parquet = _pyarrow()
    made = {
        head: arrow.array(column, arrow.float64(), from_pandas=False)
        for head, column in columns.items()
    }
    about = {KEY: session, VERSION: __version__, KIND: kind}
    parquet.write_table(arrow.table(made).replace_schema_metadata(about), stream)


def read(data: bytes, file: str) -> Table:
    """Read a table; what it would unpack to is looked at before it is unpacked."""
    arrow, parquet = _pyarrow()
    try:
        # names of columns take far more memory than they take in the file
        limits = {"thrift_container_size_limit": 2 * MOST_COLUMNS}
        with parquet.ParquetFile(arrow.BufferReader(data), **limits) as opened:
            schema, about = opened.schema_arrow, opened.metadata
            _check(arrow, schema, file)
            plain_shape(file, 0, about.num_columns)
            few_enough(file, about.num_rows * about.num_columns)
            groups = [about.row_group(i) for i in range(about.num_row_groups)]
            if any(group.total_byte_size > 8 * NUMBERS for group in groups):
                raise refusal(file, tr("a part of it unpacks to too much, at most {limit} bytes "
                                       "are taken", limit=8 * NUMBERS))  # fmt: skip
            held = opened.read()
        held.validate(full=True)
        told = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
        if KIND in told:
            columns = {
                head: np.array(held.column(head).to_numpy(), dtype=np.float64, copy=True)
                for head in held.column_names
            }
            return whole_map(file, told[KIND], columns, told[KEY], told[VERSION])
        ends = {name: end(file, how) for name, how in json.loads(told[RUNS]).items()}
        session, version = told[KEY], told[VERSION]
    except InputError:
        raise
    except KeyError as error:
        words = tr("its metadata has no {name}", name=str(error)[:60])
        raise refusal(file, words) from None
    except (
        *(ValueError, OSError, MemoryError, TypeError, AttributeError, RecursionError),
        arrow.ArrowException,
    ) as error:
        why = " ".join(str(error).split())[:80]
        raise refusal(file, tr("damaged ({why})", why=why)) from None
    return whole(file, _runs(held, list(ends), file), ends, session, version)


def _check(arrow: Any, schema: Any, file: str) -> None:
    """Raise InputError for columns that are none of a table."""
    if len(set(schema.names)) < len(schema.names):
        raise refusal(file, tr("two of its columns have the same name"))
    for column in schema:
        kind = "string" if column.name == "run" else "double"
        if str(column.type) != kind:
            raise refusal(
                file,
                tr(
                    "column {column!r} is of the type {kind}: must be {allowed}",
                    column=column.name[:40],
                    kind=str(column.type)[:40],
                    allowed=kind,
                ),
            )


def _runs(held: Any, names: list[str], file: str) -> dict[str, dict[str, Any]]:
    """The columns of each run; a run whose cells are all null does not have the column."""
    heads = [head for head in held.column_names if head != "run"]
    numbers = {
        head: np.array(held.column(head).to_numpy(), dtype=np.float64, copy=True) for head in heads
    }
    absent = {head: held.column(head).is_null().to_numpy() for head in heads}
    if "run" in held.column_names:
        coded = held.column("run").fill_null("").combine_chunks().dictionary_encode()
        plain_shape(file, len(coded.dictionary), 0)
        codes = coded.indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[order], np.arange(1, len(coded.dictionary)))
        rows = dict(zip(coded.dictionary.to_pylist(), np.split(order, edges), strict=True))
    elif len(names) == 1:
        rows = {names[0]: np.arange(held.num_rows)}
    else:
        words = tr("it has no column 'run', and must have one as there are several runs")
        raise refusal(file, words)
    return {
        str(name): {
            head: numbers[head][mine]
            for head in heads
            if head in BASE or not absent[head][mine].all()
        }
        for name, mine in rows.items()
    }


SPEC = TableFormat("parquet", "Parquet", ".parquet", write, read, write_map)
