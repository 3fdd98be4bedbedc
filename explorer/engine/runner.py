"""Runs plans: slices of steps, so that progress can be told and a run can be cancelled or ended."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.experiment import Clip, Penalty, Stopping, Validation
from explorer.core.trace import LOST, StopReason, Trace

from . import compile, drivers, fuse, noise, recorded
from .fields import losses_and_gradients, source

if TYPE_CHECKING:
    from explorer.core.plan import Memory, Plan, RunPlan

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
# A slice takes a few milliseconds, so a cancelled run ends within a frame.
SLICE = 20_000


_record = compile.entry(drivers.record)
# A landscape has no batches and no running statistics.
NO_ORDER, NO_BUFFERS = np.empty(0, np.int64), np.empty((0, 0, 1))
# What was prepared: the kernels of runs, and whether they are one loop.
_prepared: set[tuple[object, ...]] = set()


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
    if run_plan.recorded is not None:
        return _recorded(plan, run_plan)
    steps = run_plan.rates.size
    d, k = plan.start.size, len(run_plan.memory.initial)
    outer = run_plan.outer_memory
    points = np.empty((steps + 1, d, 1))
    loss = np.empty((steps + 1, 1))
    norm = np.empty((steps + 1, 1))
    state = np.empty((steps + 1, k, d, 1))
    wrapped = np.empty((steps + 1, len(outer.initial) if outer else 0, d, 1))
    lr = run_plan.rates.copy()
    x = np.array(plan.start.reshape(d, 1), order="C")
    go = _driver(plan, run_plan, lr)
    stop: tuple[int, StopReason] | None = None
    done = 0
    seen = 0  # rows already searched for a stop, less those a streak may reach back to
    while done < steps and stop is None:
        if cancel():
            raise Cancelled
        size = min(SLICE, steps - done)
        last = done + size == steps
        rows = slice(done, done + size + last)
        go(x, done, size, points[rows], loss[rows], norm[rows], state[rows], wrapped[rows])
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
    return _trace(plan, run_plan, end, reason, points, loss, norm, lr, state, wrapped)


def _columns(memory: Memory | None, d: int) -> Array:
    """A memory's initial state (K, D) as the kernels take it, (K, D, 1), writable."""
    return np.array(memory.initial if memory else np.empty((0, d)), order="C")[:, :, None]


def plain(plan: Plan, run_plan: RunPlan) -> bool:
    """Whether there is nothing to a run but its step, so that a fused loop can take it."""
    return (
        plan.noise == 0
        and plan.penalty == Penalty()
        and plan.clip == Clip()
        and run_plan.outer is None
        and not (run_plan.cycle.size or run_plan.plateau.size or run_plan.memory.fills.any())
    )


def _driver(plan: Plan, run_plan: RunPlan, rates: Array) -> Callable[..., None]:
    """The compiled loop of one run: go(x, done, size, points, loss, norm, state, outer state).

    It keeps the state from slice to slice; `rates` (T,) is written to by a plateau rule.
    """
    d = plan.start.size
    memory = run_plan.memory
    s, made = _columns(memory, d), source(plan.parameters, plan.landscape.sheet)
    h = run_plan.hyper.copy()
    if rates.size >= fuse.WORTH and plain(plan, run_plan):
        fused = fuse.record(plan.landscape, run_plan.optimizer)

        def go_fused(x: Array, done: int, size: int, *rows: Array) -> None:
            fused(made, x, s, h, rates[done : done + size], done, *rows[:-1])

        return go_fused
    landscape = plan.landscape
    curves = {"hessian": landscape.hessian, "gauss_newton": landscape.gauss_newton}
    kernel = curves.get(run_plan.curvature)
    curve = compile.hessian(kernel) if kernel is not None else drivers.flat
    step = compile.step(run_plan.optimizer.step)
    outer = compile.step(run_plan.outer.step) if run_plan.outer else drivers.idle
    s_outer = _columns(run_plan.outer_memory, d)
    fills_outer = run_plan.outer_memory.fills if run_plan.outer_memory else np.empty(0, np.int64)
    h_outer = run_plan.outer_hyper.copy()
    draw = np.zeros((d if plan.noise > 0 else 0, 1))
    penalty, clip = plan.penalty, plan.clip
    shape = np.array([penalty.l1, penalty.l2, clip.norm, clip.value])
    problem: tuple[Any, ...] = (compile.loss(landscape.gradient), made, draw, shape)
    seed, rule = np.uint64(plan.seed), run_plan.plateau.copy()
    cycle = run_plan.cycle

    def go(x: Array, done: int, size: int, *rows: Array) -> None:
        part = slice(done, done + size)
        _record(
            drivers.evaluate, step, outer, curve, problem, x, s, h, s_outer, h_outer,
            rates[part], cycle[part], run_plan.cycled, rule, memory.fills, fills_outer,
            done, seed, plan.noise, plan.noise_kind, False, NO_ORDER, 1, *rows,
            NO_BUFFERS,
        )  # fmt: skip

    return go


def _trace(
    plan: Plan,
    run_plan: RunPlan,
    end: int,
    reason: StopReason,
    points: Array,
    loss: Array,
    norm: Array,
    rates: Array,
    state: Array,
    wrapped: Array,
) -> Trace:
    """Cut the rows at the end of the run, add what is made from them, and make them read-only."""
    d = plan.start.size
    validation = judge(plan, points[: end + 1, :, 0])
    sampled = plan.landscape.sheet is not None
    # where samples end so does what is known of the loss, which is not numbers that overflowed
    gone = bool(np.isnan(loss[end, 0])) and not np.isinf(points[end]).any()
    if reason == "diverged" and sampled and gone:
        reason = "left_data"
    if reason not in LOST:
        end, reason = stop_early(plan.validation, validation, end, reason)
    n = end + 1
    states = {}
    for spec, row, outer in run_plan.states:
        rows = (wrapped if outer else state)[:n, row : row + spec.count(d), :, 0]
        states[spec.name] = rows[:, 0] if spec.rows == 1 else rows
    trace = Trace(
        points[:n, :, 0],
        loss[:n, 0],
        norm[:n, 0],
        rates[:end],
        MappingProxyType(states),
        reason,
        end,
        penalty(plan.penalty, points[:n, :, 0]),
        validation[:n],
        best_step(plan.validation, validation[:n] if validation.size else loss[:n, 0]),
    )
    return _sealed(trace)


def _recorded(plan: Plan, run_plan: RunPlan) -> Trace:
    """The trace of a path that another program took."""
    assert run_plan.recorded is not None
    end, reason, points, loss, norm = recorded.rows(plan, run_plan.recorded)
    validation = judge(plan, points)
    told = run_plan.recorded.losses.size > 0
    return _sealed(
        Trace(
            points,
            loss,
            norm,
            run_plan.rates[:end],
            MappingProxyType({}),
            reason,
            end,
            np.zeros(len(points)) if told else penalty(plan.penalty, points),
            validation,
            best_step(plan.validation, validation if validation.size else loss),
        )
    )


def _sealed(trace: Trace) -> Trace:
    """The trace, its arrays read-only."""
    kept = (
        trace.points,
        trace.loss,
        trace.gradient_norm,
        trace.learning_rate,
        trace.penalty,
        trace.validation_loss,
    )
    for array in (*kept, *trace.states.values()):
        array.flags.writeable = False
    return trace


def penalty(weights: Penalty, points: Array) -> Array:
    """The penalty's share of the loss (n,) at points (n, D)."""
    if not (weights.l1 or weights.l2):
        # summing a million points takes as long as running the optimizer over them
        return np.zeros(len(points))
    with np.errstate(over="ignore", invalid="ignore"):
        l1, l2 = np.abs(points).sum(axis=1), (points**2).sum(axis=1)
        return np.asarray(weights.l1 * l1 + weights.l2 * l2)


def judge(plan: Plan, points: Array) -> Array:
    """The validation loss (n,) at points (n, D): of the landscape moved by the shift, or empty."""
    if not plan.validation.shift:
        return np.zeros(0)
    moved = points - np.array(plan.validation.shift)
    return losses_and_gradients(plan.landscape, plan.parameters, moved)[0]


def _epochs(validation: Validation, rows: int) -> NDArray[np.int64]:
    """The rows at which an epoch has ended, the start among them."""
    return np.arange(0, rows, validation.epoch)


def best_step(validation: Validation, losses: Array) -> int:
    """The step, at the end of an epoch, with the lowest loss; the first where several have it."""
    at = _epochs(validation, len(losses))
    watched = np.where(np.isnan(losses[at]), np.inf, losses[at])
    return int(at[int(watched.argmin())])


def stop_early(
    validation: Validation, losses: Array, end: int, reason: StopReason
) -> tuple[int, StopReason]:
    """Where early stopping ends a run that otherwise ends at `end`, for `reason`.

    As in Keras: a loss counts as better when it is below the best by more than min_delta; the run
    ends when `patience` epochs have gone by without one.
    """
    if not validation.patience or not losses.size:
        return end, reason
    best, waited = np.inf, 0
    for row in _epochs(validation, end + 1).tolist():
        if losses[row] < best - validation.min_delta:
            best, waited = losses[row], 0
        else:
            waited += 1
            if waited >= validation.patience and row:
                return row, "early_stopping"
    return end, reason


def prepare(plan: Plan) -> None:
    """Compile what the plan needs, so that a run's time is the run's alone.

    The first call of a compiled driver with new pointers costs milliseconds; here it has no rows.
    """
    d = plan.start.size
    for run_plan in plan.runs:
        if run_plan.recorded is not None:
            continue
        outer = run_plan.outer.step if run_plan.outer else None
        fused = run_plan.rates.size >= fuse.WORTH and plain(plan, run_plan)
        parts = (plan.landscape.gradient, run_plan.optimizer.step, outer, run_plan.curvature, fused)
        if parts in _prepared:
            continue
        _prepared.add(parts)
        go = _driver(plan, run_plan, run_plan.rates.copy())
        memories = (run_plan.memory, run_plan.outer_memory)
        states = [np.empty((0, len(m.initial) if m else 0, d, 1)) for m in memories]
        rows = np.empty((0, d, 1)), np.empty((0, 1)), np.empty((0, 1)), *states
        go(np.zeros((d, 1)), 0, 0, *rows)


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
        noise.fill(e, np.uint64(plan.seed), step - 1, plan.noise, plan.noise_kind)
    return e[:, 0]
