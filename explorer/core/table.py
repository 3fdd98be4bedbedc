"""The numbers of an experiment as a table, before any file format: columns named, no units.

Every format holds the same: the columns of each run as float64, how each run ended, the session
and the version of the program. What was written is read back without loss; nan is nan, whatever its
bits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from . import mapping
from .errors import InputError
from .language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from .plan import Plan, RunPlan
    from .trace import Trace

AXES = ("x", "y")
# What every run has; further columns are as the run needs them.
BASE = ("step", "x", "loss", "gradient_norm", "learning_rate")
# Of a map, the columns of whole numbers.
COUNTED = ("minimum", "steps", "stop_step", "diverged")
# What is taken of a file: bytes, and numbers in all (8 bytes each).
LARGEST = 256_000_000
NUMBERS = 25_000_000
MOST_RUNS, MOST_COLUMNS = 1000, 10_000


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: why, after how many steps, and its best step (see `Trace`)."""

    stop_reason: str
    stop_step: int
    best_step: int


@dataclass(frozen=True, slots=True)
class Table:
    """What a table holds: `runs[name][column]` is (T+1,) float64, one row a step, read-only.

    `session` is the JSON text of the experiment and `version` that of the program which wrote the
    file; both are empty, and `ends` as well, where a table was written without them.

    `kind` says what the file holds. That of a map over many runs ("basins" or "sensitivity") has
    no runs, but `columns` with a row a run; `read_map` makes arrays of them.
    """

    runs: Mapping[str, Mapping[str, NDArray[np.float64]]]
    session: str
    version: str
    ends: Mapping[str, End]
    kind: str = "runs"
    columns: Mapping[str, NDArray[np.float64]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class TableFormat:
    """The SPEC of a table format: `write(stream, plan, traces, session)` and `read(data, file)`.

    `session` is the JSON text from which the experiment opens again. `read` makes a Table of a
    file's bytes, at most `largest`; it raises InputError, one line that names the file and what is
    wrong in it. `write_map(stream, kind, columns, session)` writes a map over many runs.
    """

    key: str
    title: str
    suffix: str
    write: Callable[[BinaryIO, Plan, tuple[Trace, ...], str], None]
    read: Callable[[bytes, str], Table]
    write_map: Callable[[BinaryIO, str, Mapping[str, NDArray[np.float64]], str], None]
    largest: int = LARGEST


def names(plan: Plan) -> tuple[str, ...]:
    """A unique name a run: its optimizer's key, numbered where one occurs again."""
    seen: dict[str, int] = {}
    made = []
    for run in plan.runs:
        key = run.key
        seen[key] = seen.get(key, 0) + 1
        made.append(key if seen[key] == 1 else f"{key}_{seen[key]}")
    return tuple(made)


def readable(run: RunPlan, trace: Trace) -> dict[str, NDArray[np.float64]]:
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
    return arranged(
        trace.points,
        trace.loss,
        trace.gradient_norm,
        trace.learning_rate,
        trace.penalty,
        trace.validation_loss,
        readable(run, trace),
    )


def arranged(
    points: NDArray[np.float64],
    loss: NDArray[np.float64],
    gradient_norm: NDArray[np.float64],
    learning_rate: NDArray[np.float64],
    penalty: NDArray[np.float64],
    validation_loss: NDArray[np.float64],
    states: Mapping[str, NDArray[np.float64]],
) -> dict[str, NDArray[np.float64]]:
    """The columns of the arrays of a trace: points (T+1, D), states (T+1, D) or (T+1, rows, D)."""
    axes = AXES[: points.shape[1]]
    made = {"step": np.arange(loss.size, dtype=float)}
    made |= {axis: points[:, i] for i, axis in enumerate(axes)}
    made |= {"loss": loss, "gradient_norm": gradient_norm}
    made["learning_rate"] = np.append(learning_rate, np.nan)
    if penalty.any():
        made["penalty"] = penalty
    if validation_loss.size:
        made["validation_loss"] = validation_loss
    for name, state in states.items():
        for i, axis in enumerate(axes):
            if state.ndim == 2:
                made[f"{name}_{axis}"] = state[:, i]
            else:
                made |= {f"{name}{r}_{axis}": state[:, r, i] for r in range(state.shape[1])}
    return made


def ended(traces: tuple[Trace, ...], plan: Plan) -> dict[str, End]:
    """How each run ended, by its name."""
    return {
        name: End(trace.stop_reason, trace.stop_step, trace.best_step)
        for name, trace in zip(names(plan), traces, strict=True)
    }


def tabled(plan: Plan, traces: tuple[Trace, ...]) -> dict[str, dict[str, NDArray[np.float64]]]:
    """The columns of each run, by its name."""
    return {
        name: columns(run, trace)
        for name, run, trace in zip(names(plan), plan.runs, traces, strict=True)
    }


def refusal(file: str, why: str) -> InputError:
    """What a file is refused with that is no table as this program writes it."""
    return InputError(tr("{file}: cannot be read back as a table: {why}", file=file, why=why))


def training(file: str) -> InputError:
    """What a table of `train` is refused with."""
    return refusal(
        file, tr("it is one of `train`, which holds no experiment; tables of `run` are read")
    )


def session_text(file: str, session: object) -> str:
    """A session as its own file has it, from the JSON object inside a table."""
    if not isinstance(session, dict):
        raise refusal(file, tr("its session must be a JSON object"))
    return json.dumps(session, indent=1)


def end(file: str, given: Mapping[str, Any]) -> End:
    """How a run ended, as it stands in a file."""
    why, numbers = given.get("stop_reason"), [given.get(k) for k in ("stop_step", "best_step")]
    if not isinstance(why, str):
        raise refusal(file, tr("stop_reason={value!r}: must be text", value=why))
    for name, value in zip(("stop_step", "best_step"), numbers, strict=True):
        if type(value) is not int or value < 0:
            raise refusal(
                file,
                tr(
                    "{name}={value!r}: must be a whole number at least 0",
                    name=name,
                    value=str(value)[:40],
                ),
            )
    return End(why, *numbers)  # type: ignore[arg-type]


def few_enough(file: str, numbers: int) -> None:
    """Raise InputError where a file holds more numbers than are taken."""
    if numbers > NUMBERS:
        raise refusal(
            file,
            tr("{count} numbers, at most {limit} are taken", count=numbers, limit=NUMBERS),
        )


def plain_shape(file: str, runs: int, columns: int) -> None:
    """Raise InputError where a file has more runs or columns than are taken."""
    for found, limit, what in (
        (runs, MOST_RUNS, tr("runs")),
        (columns, MOST_COLUMNS, tr("columns")),
    ):
        if found > limit:
            words = tr("{count} {what}, at most {limit} are taken", count=found, what=what,
                       limit=limit)  # fmt: skip
            raise refusal(file, words)


def whole(
    file: str,
    runs: Mapping[str, Mapping[str, NDArray[np.float64]]],
    ends: Mapping[str, End],
    session: str,
    version: object,
) -> Table:
    """The Table of what was read, once its columns are those of runs."""
    _check_version(file, version)
    if not runs:
        raise refusal(file, tr("there is no run in it"))
    if ends and list(ends) != list(runs):
        raise refusal(
            file,
            tr(
                "its runs are {found}, its settings say {expected}",
                found=", ".join(runs)[:200],
                expected=", ".join(ends)[:200],
            ),
        )
    for name, table in runs.items():
        if missing := [column for column in BASE if column not in table]:
            raise refusal(
                file,
                trn(
                    "run {run!r} has no column {names}",
                    "run {run!r} has no columns {names}",
                    len(missing),
                    run=name[:40],
                    names=", ".join(missing),
                ),
            )
        rows = ends[name].stop_step + 1 if name in ends else table["step"].size
        for head, column in table.items():
            if column.shape != (rows,):
                raise refusal(
                    file,
                    tr(
                        "column {column!r} of run {run!r} has {found} rows, must have {rows}",
                        column=head[:40],
                        run=name[:40],
                        found=column.shape[0] if column.ndim else 0,
                        rows=rows,
                    ),
                )
            column.setflags(write=False)
    frozen = {name: MappingProxyType(dict(table)) for name, table in runs.items()}
    return Table(MappingProxyType(frozen), session, str(version), MappingProxyType(dict(ends)))


def whole_map(
    file: str,
    kind: object,
    columns: Mapping[str, NDArray[np.float64]],
    session: str,
    version: object,
) -> Table:
    """The Table of a map that was read, once its columns are as long as each other."""
    _check_version(file, version)
    if not isinstance(kind, str) or kind not in mapping.KINDS:
        names = ", ".join(mapping.KINDS)
        shown = str(kind)[:40]
        raise refusal(file, tr("kind={value!r}: must be one of {names}", value=shown, names=names))
    rows = {column.shape for column in columns.values()}
    if len(rows) != 1 or len(next(iter(rows))) != 1:
        raise refusal(file, tr("its columns must be there, all with as many rows"))
    for column in columns.values():
        column.setflags(write=False)
    nothing: MappingProxyType[str, Any] = MappingProxyType({})
    held = MappingProxyType(dict(columns))
    return Table(nothing, session, str(version), nothing, str(kind), held)


def _check_version(file: str, version: object) -> None:
    if not isinstance(version, str):
        raise refusal(file, tr("version={value!r}: must be text", value=str(version)[:40]))
