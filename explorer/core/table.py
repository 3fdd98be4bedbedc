"""The numbers of an experiment as a table, before any file format: columns named, no units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .plan import Plan, RunPlan
    from .trace import Trace

AXES = ("x", "y")


@dataclass(frozen=True, slots=True)
class TableFormat:
    """The SPEC of a table exporter: `write(stream, plan, traces, session)` in that format.

    `session` is the JSON text from which the experiment opens again.
    """

    key: str
    title: str
    suffix: str
    write: Callable[[BinaryIO, Plan, tuple[Trace, ...], str], None]


def names(plan: Plan) -> tuple[str, ...]:
    """A unique name a run: its optimizer's key, numbered where one occurs again."""
    seen: dict[str, int] = {}
    made = []
    for run in plan.runs:
        key = run.key
        seen[key] = seen.get(key, 0) + 1
        made.append(key if seen[key] == 1 else f"{key}_{seen[key]}")
    return tuple(made)


def read(run: RunPlan, trace: Trace) -> dict[str, NDArray[np.float64]]:
    """The states that somebody may want to read, by name: no scratch and no random numbers."""
    return {
        s.name: trace.states[s.name]
        for s, _, _ in run.states
        if not s.hidden and s.name in trace.states
    }


def columns(run: RunPlan, trace: Trace) -> dict[str, NDArray[np.float64]]:
    """One column (T+1,) a quantity, by name.

    learning_rate is that of the step that leaves the row, nan in the last, which no step leaves.
    """
    axes = AXES[: trace.points.shape[1]]
    made = {"step": np.arange(trace.loss.size, dtype=float)}
    made |= {axis: trace.points[:, i] for i, axis in enumerate(axes)}
    made |= {"loss": trace.loss, "gradient_norm": trace.gradient_norm}
    made["learning_rate"] = np.append(trace.learning_rate, np.nan)
    if trace.penalty.any():
        made["penalty"] = trace.penalty
    if trace.validation_loss.size:
        made["validation_loss"] = trace.validation_loss
    for name, state in read(run, trace).items():
        for i, axis in enumerate(axes):
            if state.ndim == 2:
                made[f"{name}_{axis}"] = state[:, i]
            else:
                made |= {f"{name}{r}_{axis}": state[:, r, i] for r in range(state.shape[1])}
    return made
