"""NumPy archive: the arrays of a trace as they are, without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from explorer.core.language import tr
from explorer.core.table import TableFormat, names, read

if TYPE_CHECKING:
    from explorer.core.plan import Plan
    from explorer.core.trace import Trace


def write(stream: BinaryIO, plan: Plan, traces: tuple[Trace, ...], session: str) -> None:
    """Write every field of the traces, states as `state_NAME`, and the session.

    Of several runs each name has its run's in front (`adam_points`).
    """
    arrays: dict[str, np.ndarray] = {"session": np.array(session)}
    for name, run, trace in zip(names(plan), plan.runs, traces, strict=True):
        front = f"{name}_" if len(traces) > 1 else ""
        made = {
            "points": trace.points,
            "loss": trace.loss,
            "gradient_norm": trace.gradient_norm,
            "learning_rate": trace.learning_rate,
            "stop_reason": np.array(trace.stop_reason),
            "stop_step": np.array(trace.stop_step),
            "penalty": trace.penalty,
            "validation_loss": trace.validation_loss,
            "best_step": np.array(trace.best_step),
        } | {f"state_{key}": state for key, state in read(run, trace).items()}
        arrays |= {front + key: array for key, array in made.items()}
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


SPEC = TableFormat("npz", tr("NumPy archive"), ".npz", write)
