"""Trains models: mini-batches, epochs, early stopping; and slices of their losses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from inspect import getsource
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from explorer.core import metrics
from explorer.core.experiment import Stopping
from explorer.core.spec import KEY, OWN, TRAINING, UPDATES, VALUE_ONLY
from explorer.core.trace import Trace
from explorer.core.training import KEPT

from . import compile, drivers, lent, vecmath, vectors
from .batch import hash_of
from .contract import LOSS, POINTED, STEP
from .runner import Cancelled, _record, find_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.core.spec import Model, Optimizer
    from explorer.core.training import Fitted, TrainPlan

Array = NDArray[np.float64]
NO_ROWS = np.empty(0, np.int64)
# Steps between looks at `cancel`, at the least.
CHUNK = 4096
# Parameters of a slice that are handed over at once.
TOGETHER = 400_000


# What the engine has better than a kernel that stands alone: vector code under the same names.
EXCHANGED = {
    "exp": vecmath.exp,
    "tanh": vecmath.tanh,
    "add_product": vectors.add_product,
    "turn": vectors.turn,
    "part": vectors.part,
    "fill_rows": vectors.fill_rows,
    "add_rows": vectors.add_rows,
}


def vectorised(kernel: Any) -> FunctionType:
    """A model's kernel with exponentials and products of matrices that are vector code.

    Under a name that says of which version: numba's cache sees only the kernel's own source.
    """
    made = FunctionType(kernel.__code__, {**kernel.__globals__, **EXCHANGED})
    made.__module__ = kernel.__module__
    made.__qualname__ = f"{kernel.__name__}_{hash_of(getsource(vecmath) + getsource(vectors))}"
    return made


@cache
def _kernel(model: Model) -> Any:
    """A model's kernel as machine code."""
    # sums may be added up in another order, which is what makes them vector code
    fast = vecmath.FAST | {"reassoc"}
    made = vectorised(model.gradient)
    return compile.register(njit(LOSS, fastmath=fast, **POINTED)(made))


@cache
def _step(optimizer: Optimizer) -> Any:
    """An optimizer's step that divides once where a loop would often: it rounds otherwise."""
    made = vectorised(optimizer.step)
    return compile.register(njit(STEP, fastmath=vecmath.FAST, **POINTED)(made))


def source(
    fitted: Fitted,
    X: Array,
    y: Array,
    *,
    rows: NDArray[np.int64] = NO_ROWS,
    running: Array | None = None,
    training: bool = False,
    value_only: bool = False,
    key: int = 0,
) -> tuple[NDArray[np.generic], ...]:
    """A model's SOURCE tuple. running (Q, N), its first values of one run where None."""
    config = np.zeros(OWN + len(fitted.whole), np.int64)
    config[TRAINING], config[VALUE_ONLY], config[KEY] = training, value_only, key
    config[UPDATES] = 0
    config[OWN:] = fitted.whole
    buffers = fitted.running[:, None] if running is None else running
    table, goals = np.ascontiguousarray(X, dtype=float), np.ascontiguousarray(y, dtype=float)
    return (
        np.array(fitted.numbers, dtype=float),
        table,
        goals,
        rows,
        config,
        np.array(buffers, order="C"),
    )


def losses(
    fitted: Fitted, X: Array, y: Array, thetas: Array, running: Array | None = None
) -> Array:
    """The mean loss, penalties included, at parameters thetas (n, D) over all rows: (n,).

    As a model is judged: without dropout, with the running statistics (n, Q) of batch norm.
    """
    kernel = _kernel(fitted.model)
    n = len(thetas)
    if running is None:
        running = np.repeat(fitted.running[None], n, axis=0)
    f, g = np.empty(n), np.empty((fitted.size, n))
    made = source(fitted, X, y, running=running.T, value_only=True)
    drivers.look(kernel, made, np.array(thetas.T, dtype=float, order="C"), f, g)
    return f


def loss_and_gradient(
    fitted: Fitted, X: Array, y: Array, theta: Array, running: Array | None = None
) -> tuple[float, Array]:
    """The mean loss and its gradient (D,) at parameters theta (D,) over all rows."""
    kernel = _kernel(fitted.model)
    f, g = np.empty(1), np.empty((fitted.size, 1))
    stats = None if running is None else running[:, None]
    made = source(fitted, X, y, running=stats)
    drivers.look(kernel, made, np.array(theta, dtype=float)[:, None], f, g)
    return float(f[0]), g[:, 0].copy()


def _initial(plan: TrainPlan, outer: bool) -> tuple[Array, NDArray[np.int64], Array]:
    run, d = plan.run, plan.start.size
    memory = run.outer_memory if outer else run.memory
    if memory is None:
        return np.empty((0, d, 1)), np.empty(0, np.int64), np.empty(0)
    hyper = run.outer_hyper if outer else run.hyper
    return np.array(memory.initial, order="C")[:, :, None], memory.fills, hyper.copy()


def train(
    plan: TrainPlan,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> Trace:
    """Train to the end, or to where early stopping or divergence ends it."""
    return _trace(plan, *take_steps(plan, progress, cancel))


def take_steps(
    plan: TrainPlan,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> tuple[Any, ...]:
    """The steps alone: what `train` then judges, epoch by epoch."""
    fitted, run = plan.fitted, plan.run
    steps, d, q = plan.steps, fitted.size, fitted.running.size
    s, fills, h = _initial(plan, outer=False)
    s_outer, fills_outer, h_outer = _initial(plan, outer=True)
    size = d * (1 + len(s) + len(s_outer))
    every = 1 if (steps + 1) * size <= KEPT else plan.per_epoch
    kept = np.arange(0, steps + 1, every)
    loss, norm = np.empty((steps + 1, 1)), np.empty((steps + 1, 1))
    points, running = lent.empty(len(kept), d, 1), np.empty((len(kept), q, 1))
    used = max((row + spec.count(d) for spec, row, outer in run.states if not outer), default=0)
    state = lent.empty(len(kept), used, d, 1)
    wrapped = np.empty((len(kept), len(s_outer), d, 1))
    lr = run.rates.copy()
    rows = np.full(plan.batch, -1, np.int64)
    made = source(fitted, plan.X, plan.y, rows=rows, training=True, key=plan.seed)
    shape = np.zeros(4)
    problem: tuple[Any, ...] = (
        _kernel(fitted.model), made, np.zeros((0, 1)), shape,
    )  # fmt: skip
    step = _step(run.optimizer)
    outer = _step(run.outer) if run.outer else drivers.idle
    rule, cycle, x = run.plateau.copy(), run.cycle, plan.start[:, None].copy()
    chunk = max(CHUNK // plan.per_epoch, 1) * plan.per_epoch
    flat = run.optimizer.separable and not fills.any()
    done, stop = 0, None
    while done < steps and stop is None:
        if cancel():
            raise Cancelled
        n = min(chunk, steps - done)
        last = done + n == steps
        part, whole = slice(done, done + n), slice(done, done + n + last)
        few = slice(done // every, (done + n) // every + last)
        _record(
            drivers.evaluate, step, outer, drivers.flat, problem, x, s, h, s_outer, h_outer,
            lr[part], cycle[part], run.cycled, rule, fills, fills_outer,
            done, np.uint64(plan.seed), 0.0, 0, flat, plan.order[done * plan.batch :], every,
            points[few], loss[whole], norm[whole], state[few], wrapped[few], running[few],
        )  # fmt: skip
        stop = find_stop(Stopping(), loss[whole], loss[whole, 0], norm[whole, 0])
        if stop is None and not np.isfinite(x).all():
            stop = n, "diverged"  # a saturated unit hides an infinite bias from the loss
        done += n
        progress(done, steps)
    end = steps if stop is None else (done - n) + stop[0]
    return end, stop is not None, kept, points, loss, norm, lr, state, wrapped, running


def _trace(
    plan: TrainPlan,
    end: int,
    diverged: bool,
    kept: NDArray[np.int64],
    points: Array,
    loss: Array,
    norm: Array,
    lr: Array,
    state: Array,
    wrapped: Array,
    running: Array,
) -> Trace:
    """Judge every epoch, cut at the end, and make it read-only."""
    at = np.arange(0, end + 1, plan.per_epoch)  # ends of epochs
    at = at[: len(at) - (diverged and at[-1] == end and len(at) > 1)]
    where = np.searchsorted(kept, at)
    thetas, stats = points[where, :, 0], running[where, :, 0]
    epoch_loss = losses(plan.fitted, plan.X, plan.y, thetas, stats)
    watched = len(plan.X_watched) > 0
    X, y = (plan.X_watched, plan.y_watched) if watched else (plan.X, plan.y)
    judged = losses(plan.fitted, X, y, thetas, stats) if watched else np.zeros(0)
    reason: Any = "diverged" if diverged else "max_steps"
    seen = judged if watched else epoch_loss
    last = _stop(plan, judged)
    if last is not None:
        at, where, seen = at[: last + 1], where[: last + 1], seen[: last + 1]
        epoch_loss, judged = epoch_loss[: last + 1], judged[: last + 1]
        end, reason = int(at[-1]), "early_stopping"
    best = int(np.where(np.isnan(seen), np.inf, seen).argmin())
    chosen = best if plan.restore_best and plan.patience else len(at) - 1
    model, fitted = plan.fitted.model, plan.fitted
    table: dict[str, list[float]] = {}
    for row in where.tolist():
        outputs = model.predict(
            points[row, :, 0], X, fitted.numbers, fitted.whole, running[row, :, 0]
        )
        found = metrics.of_outputs(plan.data.task, y[:, 0], outputs, fitted.classes)
        for name, value in found.items():
            table.setdefault(name, []).append(value)
    rows = int(np.searchsorted(kept, end, "right"))
    states = {}
    for spec, row, outer in plan.run.states:
        held = (wrapped if outer else state)[:rows, row : row + spec.count(fitted.size), :, 0]
        states[spec.name] = held[:, 0] if spec.rows == 1 else held
    made = Trace(
        points[:rows, :, 0],
        loss[: end + 1, 0],
        norm[: end + 1, 0],
        lr[:end],
        MappingProxyType(states),
        reason,
        end,
        np.zeros(end + 1),
        judged,
        int(at[best]),
        kept[:rows],
        epoch_loss,
        MappingProxyType({name: np.array(values) for name, values in table.items()}),
        best,
        len(at) - 1,
        points[where[chosen], :, 0].copy(),
        running[where[chosen], :, 0].copy(),
        running[:rows, :, 0],
    )
    arrays = (*states.values(), *made.metrics.values(), made.points, made.loss, made.epoch_loss)
    rest = (made.gradient_norm, made.learning_rate, made.validation_loss, made.parameters)
    for array in (*arrays, *rest, made.statistics, made.penalty, made.kept, made.running):
        array.flags.writeable = False
    return made


def _stop(plan: TrainPlan, judged: Array) -> int | None:
    """The epoch at which early stopping ends it, as in Keras, or None."""
    best, waited = np.inf, 0
    for epoch, value in enumerate(judged.tolist() if plan.patience else ()):
        if value < best - plan.min_delta:
            best, waited = value, 0
        else:
            waited += 1
            if waited >= plan.patience and epoch:
                return epoch
    return None


def sliced(
    fitted: Fitted,
    X: Array,
    y: Array,
    theta: Array,
    first: Array,
    second: Array,
    places: tuple[Array, Array],
    running: Array | None = None,
) -> Array:
    """The loss (nb, na) at theta + a·first + b·second for a, b of places (na,), (nb,)."""
    a, b = places
    out = np.empty((b.size, a.size))
    # so many at once that calls cost little and the parameters fit the processor's cache
    rows = max(min(CHUNK, TOGETHER // fitted.size) // a.size, 1)

    def some(k: int) -> None:
        part = b[k : k + rows]
        thetas = (theta + a[:, None] * first) + (part[:, None] * second)[:, None]
        flat = thetas.reshape(-1, theta.size)
        stats = None if running is None else np.repeat(running[None], len(flat), axis=0)
        out[k : k + rows] = losses(fitted, X, y, flat, stats).reshape(part.size, a.size)

    with ThreadPoolExecutor() as pool:
        list(pool.map(some, range(0, b.size, rows)))
    return out


def gradient_errors(
    fitted: Fitted, X: Array, y: Array, theta: Array, limit: int = 200, seed: int = 0
) -> Mapping[str, tuple[float, int]]:
    """By block: the largest difference of the gradient from central differences, and of how many.

    Relative to the block's largest slope, or to 1e-3 of the loss where that is larger. At most
    `limit` parameters of a block are tried, drawn by seed.
    """
    value, slope = loss_and_gradient(fitted, X, y, theta)
    draw = np.random.default_rng(seed)
    made = {}
    for block, part in fitted.parts():
        tried = np.arange(part.start, part.stop)
        if tried.size > limit:
            tried = np.sort(draw.choice(tried, limit, replace=False))
        step = 1e-5 * np.maximum(np.abs(theta[tried]), 1.0)
        moved = np.repeat(theta[None], 2 * tried.size, axis=0)
        index = np.arange(tried.size)
        moved[index, tried] += step
        moved[tried.size + index, tried] -= step
        found = losses(fitted, X, y, moved)
        central = (found[: tried.size] - found[tried.size :]) / (2 * step)
        scale = max(float(np.abs(slope[part]).max()), 1e-3 * abs(value), 1e-300)
        made[block.name] = float(np.abs(central - slope[tried]).max()) / scale, int(tried.size)
    return made


def minimiser(plan: TrainPlan) -> Array:
    """Where the loss of two parameters is lowest, by a search in sixteen directions.

    Starts from the normal equation's answer without penalties where rows have numbers to fit. The
    search needs no slope, so that edges of an L1 penalty or a hinge do not hold it up.
    """
    from explorer.core.linear import least_squares

    fitted = plan.fitted
    at = np.zeros(2)
    if plan.data.task == "regression":
        at = np.asarray(least_squares(plan.X, plan.y[:, 0], {}))
    best = float(losses(fitted, plan.X, plan.y, at[None])[0])
    draw = np.random.default_rng(0)
    step = max(float(np.abs(at).max()), 1.0)
    for _ in range(400):
        angles = 2 * np.pi * (np.arange(16) / 16 + draw.random())
        tried = at + step * np.column_stack([np.cos(angles), np.sin(angles)])
        # and straight along each axis, where a penalty has its edges
        tried = np.vstack([tried, at * [0.0, 1.0], at * [1.0, 0.0]])
        found = losses(fitted, plan.X, plan.y, tried)
        k = int(np.where(np.isnan(found), np.inf, found).argmin())
        if found[k] < best:
            at, best, step = tried[k], float(found[k]), 1.5 * step
        else:
            step *= 0.5
        if step < 1e-12 * max(float(np.abs(at).max()), 1.0):
            break
    return at
