"""Runs plans: slices of steps, so that progress can be told and a run can be cancelled or ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.trace import StopReason, Trace

from . import compile, drivers, fuse, noise
from .fields import source

if TYPE_CHECKING:
    from explorer.core.experiment import Stopping
    from explorer.core.plan import Plan, RunPlan

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
# A slice takes a few milliseconds, so a cancelled run ends within a frame.
SLICE = 20_000


_record = compile.entry(drivers.record)


class Cancelled(Exception):
    """The run was cancelled; there is no result."""


def _first(mask: Any) -> int | None:
    """The first true index, if any."""
    index = int(mask.argmax()) if mask.size else 0
    return index if mask.size and mask[index] else None


def _tame(points: Array, loss: Array, bound: float) -> bool:
    """Whether it is plain to see that every number is finite and no loss beyond the bound.

    A sum is finite only where all its terms are, and takes a tenth of the time of asking each. It
    may overflow all the same: false means to look closely.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(points.sum() + loss.sum())
    return math.isfinite(total) and (math.isinf(bound) or float(np.abs(loss).max()) <= bound)


def find_stop(
    stopping: Stopping, points: Array, loss: Array, norm: Array
) -> tuple[int, StopReason] | None:
    """Where these rows end, and why: points (n, D), loss (n,), norm (n,); None if they do not.

    Rules are looked at row by row; where two hold at one row, divergence comes first.
    """
    found: list[tuple[int, int, StopReason]] = []
    if not _tame(points, loss, stopping.bound):
        wild = ~np.isfinite(loss) | ~np.isfinite(points).all(axis=1)
        if (row := _first(wild | (np.abs(loss) > stopping.bound))) is not None:
            found.append((row, 0, "diverged"))
    if stopping.gradient_norm > 0:
        row = _first(norm < stopping.gradient_norm)
        if row is not None:
            found.append((row, 1, "gradient_norm"))
    if stopping.loss_change > 0 and loss.size > stopping.patience:
        with np.errstate(invalid="ignore", over="ignore"):
            still = np.abs(np.diff(loss)) < stopping.loss_change
        streak = np.lib.stride_tricks.sliding_window_view(still, stopping.patience).all(axis=1)
        if (row := _first(streak)) is not None:
            found.append((row + stopping.patience, 2, "loss_change"))
    if not found:
        return None
    row, _, reason = min(found)
    return row, reason


def run(
    plan: Plan,
    run_plan: RunPlan,
    progress: Progress = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Trace:
    """Run one optimizer of the plan to its end; raises Cancelled when `cancel()` says so.

    The first `stop_step` rows depend on nothing but the plan: not on slices, threads or progress.
    """
    steps = run_plan.rates.size
    d, k = plan.start.size, run_plan.initial.size
    points = np.empty((steps + 1, d, 1))
    loss = np.empty((steps + 1, 1))
    norm = np.empty((steps + 1, 1))
    state = np.empty((steps + 1, k, d, 1))
    x = np.ascontiguousarray(plan.start.reshape(d, 1))
    x = x.copy()
    s = np.ascontiguousarray(np.broadcast_to(run_plan.initial[:, None, None], (k, d, 1)))
    s = s.copy()
    go = _driver(plan, run_plan, steps)
    stop: tuple[int, StopReason] | None = None
    done = 0
    seen = 0  # rows already searched for a stop, less those a streak may reach back to
    while done < steps and stop is None:
        if cancel():
            raise Cancelled
        size = min(SLICE, steps - done)
        last = done + size == steps
        rows = slice(done, done + size + last)
        go(x, s, done, size, points[rows], loss[rows], norm[rows], state[rows])
        done += size
        stop = find_stop(
            plan.stopping,
            points[seen : rows.stop, :, 0],
            loss[seen : rows.stop, 0],
            norm[seen : rows.stop, 0],
        )
        if stop is not None:
            stop = seen + stop[0], stop[1]
        seen = max(0, rows.stop - plan.stopping.patience - 1)
        progress(done, steps)
    end, reason = stop or (steps, "max_steps")
    return _trace(run_plan, end, reason, points, loss, norm, state)


def _driver(plan: Plan, run_plan: RunPlan, steps: int) -> Callable[..., None]:
    """The compiled loop for one run, as go(x, s, done, size, points, loss, norm, state)."""
    rates, h, made = run_plan.rates, run_plan.hyper, source(plan.parameters)
    if plan.noise == 0 and steps >= fuse.WORTH:
        fused = fuse.record(plan.landscape, run_plan.optimizer)

        def go_fused(x: Array, s: Array, done: int, size: int, *rows: Array) -> None:
            fused(made, x, s, h, rates[done : done + size], done, *rows)

        return go_fused
    loss = compile.loss(plan.landscape.gradient)
    step = compile.step(run_plan.optimizer.step)
    draw = np.zeros((plan.start.size if plan.noise > 0 else 0, 1))
    problem: tuple[Any, ...] = (loss, made, draw)
    seed, sigma = np.uint64(plan.seed), plan.noise

    def go(x: Array, s: Array, done: int, size: int, *rows: Array) -> None:
        lr = rates[done : done + size]
        _record(drivers.evaluate, step, problem, x, s, h, lr, done, seed, sigma, *rows)

    return go


def _trace(
    run_plan: RunPlan,
    end: int,
    reason: StopReason,
    points: Array,
    loss: Array,
    norm: Array,
    state: Array,
) -> Trace:
    """Cut the rows at the end of the run and make them read-only."""
    n = end + 1
    states = {spec.name: state[:n, i, :, 0] for i, spec in enumerate(run_plan.optimizer.state)}
    trace = Trace(
        points[:n, :, 0],
        loss[:n, 0],
        norm[:n, 0],
        run_plan.rates[:end],
        MappingProxyType(states),
        reason,
        end,
    )
    kept = (trace.points, trace.loss, trace.gradient_norm, trace.learning_rate)
    for array in (*kept, *states.values()):
        array.flags.writeable = False
    return trace


def prepare(plan: Plan) -> None:
    """Compile what the plan needs, so that a run's time is the run's alone.

    The first call of a compiled driver with new pointers costs milliseconds; here it has no rows.
    """
    d = plan.start.size
    for run_plan in plan.runs:
        k = run_plan.initial.size
        go = _driver(plan, run_plan, run_plan.rates.size)
        rows = np.empty((0, d, 1)), np.empty((0, 1)), np.empty((0, 1)), np.empty((0, k, d, 1))
        go(np.zeros((d, 1)), np.zeros((k, d, 1)), 0, 0, *rows)


def run_all(
    plan: Plan,
    progress: Progress = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> tuple[Trace, ...]:
    """Run every optimizer of the plan; progress counts the steps of all of them."""
    total = sum(r.rates.size for r in plan.runs)
    traces: list[Trace] = []
    before = 0
    for run_plan in plan.runs:

        def tell(done: int, _: int, before: int = before) -> None:
            progress(before + done, total)

        traces.append(run(plan, run_plan, tell, cancel))
        before += run_plan.rates.size
    return tuple(traces)


def draws(plan: Plan, step: int) -> Array:
    """The noise (D,) that was added to every gradient of step `step` = 1, 2, ..."""
    e = np.zeros((plan.start.size, 1))
    if plan.noise > 0 and not math.isnan(plan.noise):
        noise.fill(e, np.uint64(plan.seed), step - 1, plan.noise)
    return e[:, 0]
