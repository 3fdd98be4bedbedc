"""Comma-separated values: one row a step, runs below each other, empty where a run has no value."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, BinaryIO

from explorer.core.language import tr
from explorer.core.table import TableFormat, columns, names

if TYPE_CHECKING:
    from explorer.core.plan import Plan
    from explorer.core.trace import Trace


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write all runs; numbers carry all their digits (they read back to the same float64)."""
    tables = [columns(run, trace) for run, trace in zip(plan.runs, traces, strict=True)]
    heads = list(dict.fromkeys(name for table in tables for name in table))
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["run", *heads])
    for name, table in zip(names(plan), tables, strict=True):
        lists = [table[head].tolist() if head in table else None for head in heads]
        for row in range(table["step"].size):
            values = (None if column is None else column[row] for column in lists)
            out.writerow(
                [name, row]
                + ["" if v is None or math.isnan(v) else repr(v) for v in list(values)[1:]]
            )
    text.detach()


SPEC = TableFormat("csv", tr("Comma-separated values"), ".csv", write)
