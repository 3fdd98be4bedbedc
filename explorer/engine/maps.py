"""Computes maps over many runs, slab by slab on a pool of threads; any may be cancelled.

Every run gives what it gives alone, bit for bit: its draws are those of a single run, and the
compiled loop takes no liberties. Only from 300,000 steps on single runs take another loop
(`fuse`), from which a map's may differ by rounding.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer import __version__
from explorer.core import mapping
from explorer.core.catalog import catalog, hypers
from explorer.core.errors import InputError, unknown
from explorer.core.experiment import Penalty
from explorer.core.language import tr
from explorer.core.maps import AnyMap, BasinMap, SensitivityMap, frozen, known, nearest, values
from explorer.core.naming import own_name
from explorer.core.plan import forked_rates, plateau, resolve
from explorer.core.recorded import is_recorded, sentence
from explorer.core.session import Session, dumps
from explorer.core.spec import refused

from . import compile, drivers, outcomes
from .batch import LANES, SLAB, cores
from .fields import source
from .runner import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.experiment import Experiment
    from explorer.core.mapping import Asked, Basins, Sensitivity
    from explorer.core.plan import Memory, Plan, RunPlan

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# From so many steps in all a loop made for the pair is worth its seconds of compilation: of runs
# taken one by one, and by the tile.
WORTH = 5_000_000, 10_000_000


class Cancelled(Exception):
    """The map was cancelled; there is no result."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Runs that share their rates: tiles (M, D, N) of starts and hyperparameters (M or 1, H)."""

    tiles: Array
    hyper: Array
    outer_hyper: Array
    rates: Array
    plateau: Array


@dataclass(frozen=True, slots=True)
class _Ends:
    """How runs ended, in the order of their starts: points (M, D), the others (M,).

    first (M, L) is the first step at which the loss was not above each level.
    """

    points: Array
    loss: Array
    steps: Whole
    reasons: Whole
    first: Whole


def compute(
    experiment: Experiment,
    asked: Asked,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
) -> AnyMap:
    """The map of an experiment's one run; `progress` counts runs, Cancelled ends it early.

    Raises InputError where the experiment has no map: it trains a model, has not just one run, or
    judges runs on a second surface.
    """
    mapping.check(asked)
    if experiment.learning is not None:
        raise InputError(tr("no map of a model that is trained: it is for test functions"))
    if (count := len(experiment.runs)) != 1:
        raise InputError(tr("{count} runs: a map is of one optimizer", count=count))
    if is_recorded(experiment.runs[0].optimizer):
        raise InputError(sentence(own_name(experiment.runs[0])))
    if experiment.validation.shift:
        raise InputError(tr("a map has no validation surface: leave out the shift"))
    if (work := math.prod(asked.size) * experiment.steps) > mapping.WORK:
        raise InputError(
            tr("{work:.2g} steps in all: at most {most:.2g} are taken",
               work=work, most=mapping.WORK)
        )  # fmt: skip
    text = dumps(Session(experiment, map=asked))
    if isinstance(asked, mapping.Basins):
        return _basins(resolve(experiment), asked, text, progress, cancel)
    return _sensitivity(experiment, asked, text, progress, cancel)


def _basins(
    plan: Plan,
    asked: Basins,
    session: str,
    progress: Callable[[int, int], None],
    cancel: Callable[[], bool],
) -> BasinMap:
    if len(asked.size) != plan.start.size:
        raise refused("size", "x".join(map(str, asked.size)),
                      tr("as many numbers as a start has coordinates"))  # fmt: skip
    if plan.penalty != Penalty():
        raise InputError(
            tr("a map of basins has no penalty: its minima are those of the landscape alone")
        )
    axes = [np.linspace(*b, n) for b, n in zip(asked.bounds, asked.size, strict=True)]
    x, y = axes[0], axes[1] if len(axes) > 1 else np.zeros(0)
    columns = [np.tile(x, max(y.size, 1)), *([np.repeat(y, x.size)] if y.size else [])]
    starts = np.stack(columns, axis=1)
    run = plan.runs[0]
    points, losses = known(plan)
    # falling, so that the first step below each rises
    levels = np.array(sorted(set((losses + asked.tolerance).tolist()), reverse=True))
    lanes = 1 if run.plateau.size else LANES
    tiles = _tiled(starts, lanes)
    width = max(1, min(SLAB // (lanes * plan.steps), -(-len(tiles) // (2 * cores()))))
    alike = run.hyper.reshape(1, -1), run.outer_hyper.reshape(1, -1), run.rates, run.plateau
    jobs = [_Job(tiles[i : i + width], *alike) for i in range(0, len(tiles), width)]
    ends = _run(plan, run, jobs, levels, len(starts), progress, cancel)
    minimum = nearest(points, ends.points, asked.within)
    minimum[ends.reasons == outcomes.DIVERGED] = mapping.LOST
    steps = np.full(len(starts), np.nan)
    arrived = np.flatnonzero(minimum >= 0)
    if arrived.size:
        goal = (losses + asked.tolerance)[minimum[arrived]]
        level = len(levels) - 1 - np.searchsorted(levels[::-1], goal)
        found = ends.first[arrived, level]
        steps[arrived] = np.where(found >= 0, found, np.nan)
    shape = max(y.size, 1), x.size
    made = BasinMap(
        asked,
        x,
        y,
        minimum.reshape(shape),
        ends.loss.reshape(shape),
        steps.reshape(shape),
        ends.points.reshape(*shape, -1),
        ends.steps.reshape(shape),
        points,
        losses,
        session,
        __version__,
    )
    frozen(x, y, made.minimum, made.loss, made.steps, made.end, made.stop_step)
    return made


def _sensitivity(
    experiment: Experiment,
    asked: Sensitivity,
    session: str,
    progress: Callable[[int, int], None],
    cancel: Callable[[], bool],
) -> SensitivityMap:
    plan, given = resolve(experiment), experiment.runs[0]
    run = plan.runs[0]
    if given.forks:
        raise InputError(tr("no map over settings of a run that was forked"))
    nx, ny = asked.size
    x = values(asked.x, nx, integer=_check(run, asked.x))
    y = values(asked.y, ny, integer=_check(run, asked.y))
    hyper, outer = np.tile(run.hyper, (ny, nx, 1)), np.tile(run.outer_hyper, (ny, nx, 1))
    for axis, column in ((asked.x, np.tile(x, (ny, 1))), (asked.y, np.tile(y[:, None], (1, nx)))):
        for spec, table in ((run.optimizer, hyper), (run.outer, outer)):
            names = [h.name for h in spec.hyper] if spec is not None else []
            if axis.name in names:
                table[..., names.index(axis.name)] = column
    order = np.arange(nx * ny).reshape(ny, nx)
    # cells of one learning rate share their rates
    turned = asked.y.name == "lr"
    rows = order if turned else order.T
    rates = y if turned else x if asked.x.name == "lr" else np.zeros(0)
    jobs = []
    at: list[Whole] = []
    width = max(1, min(SLAB // plan.steps, 1024))
    for i, cells in enumerate(rows):
        lr = float(rates[i]) if rates.size else given.lr
        used = run.rates, run.plateau
        if rates.size:
            used = (
                forked_rates(replace(given, lr=lr), plan.steps),
                plateau(given.rate, lr, plan.steps),
            )
        for low in range(0, len(cells), width):
            part = cells[low : low + width]
            tiles = np.tile(plan.start.reshape(1, -1, 1), (len(part), 1, 1))
            every = [np.ascontiguousarray(h.reshape(nx * ny, -1)[part]) for h in (hyper, outer)]
            jobs.append(_Job(tiles, every[0], every[1], *used))
            at.append(part)
    floor = plan.floor
    levels = np.array([] if floor is None else [floor + asked.tolerance])
    ends = _run(plan, run, jobs, levels, nx * ny, progress, cancel)
    back = np.argsort(np.concatenate(at))
    steps = np.full(nx * ny, np.nan)
    if levels.size:
        first = ends.first[back, 0]
        steps = np.where(first >= 0, first, np.nan)
    lost = (ends.reasons == outcomes.DIVERGED)[back]
    made = SensitivityMap(
        asked,
        x,
        y,
        ends.loss[back].reshape(ny, nx),
        steps.reshape(ny, nx),
        lost.reshape(ny, nx),
        ends.steps[back].reshape(ny, nx),
        session,
        __version__,
    )
    frozen(x, y, made.loss, made.steps, made.diverged, made.stop_step)
    return made


def _check(run: RunPlan, axis: mapping.Axis) -> bool:
    """Whether an axis has whole numbers only; InputError where a run has none such."""
    if axis.name == "lr":
        if axis.low < 0:
            raise refused("lr", f"{axis.low:g}", tr("a finite number at least 0"))
        return False
    spec = next((h for h in numbers(run) if h.name == axis.name), None)
    if spec is None:
        names = ["lr", *(h.name for h in numbers(run))]
        raise unknown(tr("setting of {owner}", owner=run.key), axis.name, names)
    for value in (axis.low, axis.high):
        spec.check(value, run.key)
    return bool(spec.integer)


def numbers(run: RunPlan) -> list[Any]:
    """The hyperparameters of a run that are numbers, a wrapper's first."""
    every = (*(run.outer.hyper if run.outer else ()), *run.optimizer.hyper)
    return [h for h in every if not h.choices and not h.widths]


def axis(key: str, inner: dict[str, Any], name: str, low: float, high: float) -> mapping.Axis:
    """An axis over a hyperparameter of an optimizer, spread as its slider is.

    lr is logarithmic where it does not begin at 0; so is what is logarithmic with zero.
    """
    spec = None
    if name != "lr":
        every = hypers(catalog().optimizer(key), inner)
        spec = next((h for h in every if h.name == name and not h.choices), None)
        if spec is None:
            names = ["lr", *(h.name for h in every if not h.choices)]
            raise unknown(tr("setting of {owner}", owner=key), name, names)
    scale: mapping.Spread = "linear"
    if (spec is None or spec.scale in ("log", "log_zero")) and low > 0:
        scale = "log"
    elif spec is not None and spec.scale == "one_minus" and high < 1:
        scale = "one_minus"
    return mapping.Axis(name, low, high, scale)


def _tiled(starts: Array, lanes: int) -> Array:
    """Starts (M, D) as tiles (T, D, lanes), the last one filled up with the last start."""
    count, d = starts.shape
    spare = -count % lanes
    padded = np.concatenate([starts, np.repeat(starts[-1:], spare, axis=0)])
    return np.ascontiguousarray(padded.reshape(-1, lanes, d).transpose(0, 2, 1))


def _run(
    plan: Plan,
    run: RunPlan,
    jobs: list[_Job],
    levels: Array,
    count: int,
    progress: Callable[[int, int], None],
    cancel: Callable[[], bool],
) -> _Ends:
    """Carry out all jobs; what they found, in their order, of the first `count` runs."""
    halt = np.zeros(1, np.int64)
    lanes = jobs[0].tiles.shape[2]
    fused = plain(plan, run) and count * plan.steps >= WORTH[lanes > 1]

    def work(job: _Job) -> _Ends | None:
        return None if halt[0] else _outcome(plan, run, job, levels, halt, fused=fused)

    found: list[_Ends] = []
    done = 0
    with ThreadPoolExecutor(cores()) as pool:
        waiting = [pool.submit(work, job) for job in jobs]
        try:
            for future in waiting:
                while not future.done() and not cancel():
                    try:
                        future.result(timeout=0.05)
                    except TimeoutError:
                        continue
                if cancel():
                    raise Cancelled
                made = future.result()
                assert made is not None
                found.append(made)
                done += len(made.loss)
                progress(min(done, count), count)
        finally:
            halt[0] = 1  # for those that still run when one was cancelled, or failed
    parts = zip(*((e.points, e.loss, e.steps, e.reasons, e.first) for e in found), strict=True)
    points, loss, steps, reasons, first = (np.concatenate(part)[:count] for part in parts)
    return _Ends(points, loss, steps, reasons, first)


def _outcome(
    plan: Plan, run: RunPlan, job: _Job, levels: Array, halt: Whole, *, fused: bool
) -> _Ends:
    landscape = plan.landscape
    curves = {"hessian": landscape.hessian, "gauss_newton": landscape.gauss_newton}
    kernel = curves.get(run.curvature)
    curve = compile.hessian(kernel) if kernel is not None else drivers.flat
    outer = compile.step(run.outer.step) if run.outer else drivers.idle
    count, d, lanes = job.tiles.shape
    draw = np.zeros((d if plan.noise > 0 else 0, lanes))
    penalty, clip, stop = plan.penalty, plan.clip, plan.stopping
    shape = np.array([penalty.l1, penalty.l2, clip.norm, clip.value])
    problem = (
        compile.loss(landscape.gradient),
        source(plan.parameters, landscape.sheet),
        draw,
        shape,
    )
    tiles = job.tiles.copy()
    losses = np.empty((count, lanes))
    steps, reasons = (np.empty((count, lanes), np.int64) for _ in range(2))
    first = np.empty((count, levels.size, lanes), np.int64)
    rules = np.array([stop.bound, stop.gradient_norm, stop.loss_change, float(stop.patience)])
    initial, begun = _begin(run.optimizer, run.memory, d)
    initial_outer, begun_outer = _begin(run.outer, run.outer_memory, d)
    fills_outer = run.outer_memory.fills if run.outer_memory else np.empty(0, np.int64)
    kernels: tuple[Any, ...]
    if fused:
        kernels, go = (), outcomes.fused(landscape, run.optimizer, job.hyper[0], lanes)
    else:
        kernels, go = (drivers.evaluate, compile.step(run.optimizer.step)), outcomes.run
    go(
        *kernels, outer, curve, problem, tiles,
        initial, begun, job.hyper, initial_outer, begun_outer,
        job.outer_hyper, job.rates, run.cycle, run.cycled, job.plateau,
        run.memory.fills, fills_outer, np.uint64(plan.seed),
        np.array([plan.noise, float(plan.noise_kind)]), rules, levels, halt,
        losses, steps, reasons, first,
    )  # fmt: skip
    return _Ends(
        tiles.transpose(0, 2, 1).reshape(-1, d),
        losses.ravel(),
        steps.ravel(),
        reasons.ravel(),
        first.transpose(0, 2, 1).reshape(-1, levels.size),
    )


def _begin(optimizer: Any, memory: Memory | None, d: int) -> tuple[Array, Whole]:
    """A memory's initial state (K, D), and for each row whether it is the start instead."""
    if optimizer is None or memory is None:
        return np.empty((0, d)), np.empty(0, np.int64)
    rows = [state.initial == "start" for state in optimizer.state for _ in range(state.count(d))]
    return memory.initial.copy(), np.array(rows, dtype=np.int64)
