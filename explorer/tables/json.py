"""JSON: the settings and every run's columns; null where a number is not finite."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, BinaryIO

from explorer.core.table import TableFormat, columns, names

if TYPE_CHECKING:
    from explorer.core.plan import Plan
    from explorer.core.trace import Trace


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write {"session": ..., "runs": [{"name", "stop_reason", "stop_step", columns...}]}."""
    made = []
    for name, run, trace in zip(names(plan), plan.runs, traces, strict=True):
        table = {
            head: [v if math.isfinite(v) else None for v in column.tolist()]
            for head, column in columns(run, trace).items()
        }
        stop = {
            "stop_reason": trace.stop_reason,
            "stop_step": trace.stop_step,
            "best_step": trace.best_step,
        }
        made.append({"name": name, **stop, **table})
    text = json.dumps({"session": json.loads(session), "runs": made}, allow_nan=False)
    stream.write(text.encode())


SPEC = TableFormat("json", "JSON", ".json", write)
