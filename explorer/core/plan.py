"""An experiment resolved into arrays, ready to run: every name looked up, every value checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .catalog import catalog, hypers, inner
from .errors import InputError, unknown
from .experiment import (
    MAX_RUNS,
    MAX_STEPS,
    Clip,
    Experiment,
    Noise,
    Penalty,
    Rate,
    Run,
    Stopping,
    Validation,
)
from .language import tr, trn
from .naming import named
from .spec import Landscape, Optimizer, Point, Schedule, State, refused, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .grid import Recorded

Array = NDArray[np.float64]


FILLS = {"": 0, "hessian": 1, "gauss_newton": 1, "normal": 2, "uniform": 3}
LARGEST = 3_000_000_000  # bytes of one trace
NOISES = {"normal": 0, "laplace": 1, "student": 2}


@dataclass(frozen=True, slots=True)
class Memory:
    """An optimizer's state before the first step: initial (K, D), and what fills rows (K,)."""

    initial: Array
    fills: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One optimizer ready to run: hyper (H,), rates (T,), and its memory.

    Of a wrapper `optimizer` is the inner one, whose step is taken first, and `outer` the wrapper
    with hyperparameters and memory of its own. cycle (T,), where not empty, is the value of
    hyperparameter number `cycled` in every step; plateau (12,) the rule that changes the rate as
    the run goes. curvature says which matrix the optimizer sees, "" for none. `schedule` names
    the schedule with its settings.
    """

    optimizer: Optimizer
    hyper: Array
    rates: Array
    memory: Memory
    label: str
    style: int
    visible: bool
    outer: Optimizer | None = None
    outer_hyper: Array = field(default_factory=lambda: np.zeros(0))
    outer_memory: Memory | None = None
    cycle: Array = field(default_factory=lambda: np.zeros(0))
    cycled: int = 0
    plateau: Array = field(default_factory=lambda: np.zeros(0))
    curvature: str = ""
    schedule: str = "constant"
    # The steps at which it took another rate than the run that it was forked off.
    forks: tuple[int, ...] = ()
    # Of a training: steps an epoch, and what step t's batch adds to the gradient at a point.
    epoch: int = 0
    batch_noise: Callable[[int, Array], Array] | None = None

    @property
    def key(self) -> str:
        """The name that was asked for: the wrapper's where there is one."""
        return (self.outer or self.optimizer).named

    @property
    def recorded(self) -> Recorded | None:
        """The path, of a run that takes no steps because another program took them."""
        path: Recorded | None = self.optimizer.recorded
        return path

    @property
    def states(self) -> tuple[tuple[State, int, bool], ...]:
        """Every part of the memory in use: what it is, its first row, whether the wrapper's."""
        made: list[tuple[State, int, bool]] = []
        for spec, memory, hyper, outer in (
            (self.optimizer, self.memory, self.hyper, False),
            (self.outer, self.outer_memory, self.outer_hyper, True),
        ):
            if spec is None or memory is None:
                continue
            on = {h.name: value for h, value in zip(spec.hyper, hyper.tolist(), strict=True)}
            row = 0
            for state in spec.state:
                if on.get(state.only, True):
                    made.append((state, row, outer))
                row += state.count(self.memory.initial.shape[1])
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Plan:
    """All a picture needs to be computed: parameters (P,), start (D,).

    noise is the standard deviation of what is added to a gradient, sigma / sqrt(batch). Where the
    landscape is a plane through a model's parameters, `said` tells how it was trained, and `noted`
    are sentences for the picture itself.
    """

    landscape: Landscape
    parameters: Array
    start: Array
    runs: tuple[RunPlan, ...]
    steps: int
    seed: int
    noise: float
    stopping: Stopping
    minima: tuple[Point, ...]
    saddles: tuple[Point, ...]
    bounds: tuple[tuple[float, float], ...]
    noise_kind: int = 0
    batch: int = 1
    penalty: Penalty = field(default_factory=Penalty)
    clip: Clip = field(default_factory=Clip)
    validation: Validation = field(default_factory=Validation)
    said: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @property
    def floor(self) -> float | None:
        """The lowest known loss, or None where the landscape has no known minimum or is changed."""
        if self.penalty != Penalty():
            return None
        return min((p.value for p in self.minima), default=None)


def _positive(name: str, value: float, *, zero: bool = True) -> float:
    if not (value >= 0 if zero else value > 0) or math.isnan(value):
        if zero:
            raise InputError(tr("{name}={value:g}: must be at least 0", name=name, value=value))
        raise InputError(tr("{name}={value:g}: must be above 0", name=name, value=value))
    return value


def whole(name: str, value: object, low: int, high: int) -> int:
    """The value as a whole number from low to high, or an InputError that names it."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not (number.is_integer() and low <= number <= high):
        raise refused(name, value, tr("a whole number from {low} to {high}", low=low, high=high))
    return int(number)


def check_start(landscape: Landscape, start: Iterable[float]) -> tuple[float, ...]:
    """The start as floats, or an InputError: it must be a finite point of the landscape's space."""
    given = tuple(start)
    try:
        point = tuple(float(v) for v in given)
    except (TypeError, ValueError):
        point = ()
    if len(point) != landscape.dimension or not all(map(math.isfinite, point)):
        shown = ",".join(str(v) for v in given)
        need = landscape.dimension
        raise InputError(
            trn(
                "start={shown}: {landscape} needs {n} finite number",
                "start={shown}: {landscape} needs {n} finite numbers",
                need,
                shown=shown,
                landscape=landscape.title,
            )
        )
    return point


def _ticks(rate: Rate, steps: int) -> tuple[Schedule, dict[str, float], int, int, int]:
    """A schedule, its numbers, the ticks of its warm-up and of itself, and the steps of a tick."""
    schedule = catalog().schedule(rate.key)
    values = settle(schedule.hyper, dict(rate.hyper), tr("schedule {key}", key=schedule.key))
    numbers = {h.name: h.number(values[h.name]) for h in schedule.hyper}
    every = whole("every", rate.every, 1, MAX_STEPS)
    total = -(-steps // every)
    warmup = min(whole("warmup", rate.warmup, 0, MAX_STEPS), total)
    return schedule, numbers, warmup, total - warmup, every


def rates(rate: Rate, lr: float, steps: int) -> Array:
    """The learning rate of every step (steps,): linear warm-up, then the schedule.

    During `warmup` ticks the rate climbs as lr * (t + 1) / warmup, t = 0, 1, ...; the schedule
    then starts at its own first value and has the remaining ticks. A tick is `every` steps. Of a
    schedule that reacts to the loss this is the rate it starts from.
    """
    schedule, numbers, warmup, ticks, every = _ticks(rate, steps)
    main = np.asarray(schedule.rates(lr, ticks, **numbers), dtype=float)
    climb = lr * np.arange(1, warmup + 1) / warmup if warmup else np.zeros(0)
    return np.repeat(np.concatenate([climb, main]), every)[:steps]


def cycle(rate: Rate, steps: int) -> Array:
    """The momentum of every step (steps,) where the schedule cycles it, else empty."""
    schedule, numbers, warmup, ticks, every = _ticks(rate, steps)
    made = schedule.cycle(ticks, **numbers) if schedule.cycle is not None and ticks else None
    if made is None:
        return np.zeros(0)
    values = np.asarray(made, dtype=float)
    return np.repeat(np.concatenate([np.full(warmup, values[0]), values]), every)[:steps]


def forked_rates(run: Run, steps: int) -> Array:
    """The learning rate of every step (steps,): up to each fork by the rate before it."""
    made = rates(run.rate, run.lr, steps)
    for fork in reversed(run.forks):
        made[: fork.step] = rates(fork.rate, fork.lr, steps)[: fork.step]
    return made


def forked_cycle(run: Run, steps: int, usual: float) -> Array:
    """The momentum of every step (steps,), `usual` where no schedule cycles it; empty if none."""
    parts = [cycle(rate, steps) for rate in (run.rate, *(f.rate for f in reversed(run.forks)))]
    if not any(part.size for part in parts):
        return parts[0]
    made = parts[0] if parts[0].size else np.full(steps, usual)
    for fork, part in zip(reversed(run.forks), parts[1:], strict=True):
        made[: fork.step] = part[: fork.step] if part.size else usual
    return made


def check_forks(run: Run) -> None:
    """Raise InputError where a run's forks cannot be."""
    if not run.forks:
        return
    steps = [whole("fork", fork.step, 1, MAX_STEPS) for fork in run.forks]
    if steps != sorted(set(steps)):
        raise InputError(
            tr("{run} forks at steps {steps}: must rise", run=run.optimizer, steps=steps)
        )
    for fork in run.forks:
        if not (math.isfinite(fork.lr) and fork.lr >= 0):
            raise InputError(
                tr(
                    "{run} lr={rate:g} up to step {step}: must be a finite number at least 0",
                    run=run.optimizer,
                    rate=fork.lr,
                    step=fork.step,
                )
            )
    keys = [fork.rate.key for fork in run.forks]
    for key in (run.rate.key, *keys):
        if catalog().schedule(key).plateau is not None:
            raise InputError(
                tr(
                    "{run} was forked at step {step}: a schedule that follows the loss, "
                    "{schedule}, cannot begin there",
                    run=run.optimizer,
                    step=steps[-1],
                    schedule=key,
                )
            )


def plateau(rate: Rate, lr: float, steps: int) -> Array:
    """The rule (12,) of a rate that reacts to the loss, see engine.drivers.watch, or empty."""
    schedule, numbers, warmup, _, every = _ticks(rate, steps)
    if schedule.plateau is None:
        return np.zeros(0)
    rule = schedule.plateau(**numbers)
    # a warm-up is a cooldown: until it is over no look counts as a bad one
    return np.array([*rule, float(every), lr, math.inf, 0.0, float(warmup)])


def schedule_text(rate: Rate) -> str:
    """A schedule with its settings, as the command line takes it."""
    settings = [*rate.hyper, *((n, v) for n, v in (("warmup", rate.warmup),) if v)]
    settings += [("every", rate.every)] if rate.every != 1 else []
    shown = ",".join(f"{n}={v:g}" if isinstance(v, float) else f"{n}={v}" for n, v in settings)
    return f"{rate.key}:{shown}" if shown else rate.key


def memory(
    optimizer: Optimizer, landscape: Landscape, start: Iterable[float] | None = None
) -> Memory:
    """An optimizer's memory before its first step, from a start (the landscape's where None)."""
    d = landscape.dimension
    rows: list[Array] = []
    fills: list[int] = []
    edges = np.array(landscape.bounds, dtype=float)
    first_point = np.array(landscape.start if start is None else tuple(start), dtype=float)
    named = {"low": edges[:, 0], "high": edges[:, 1], "start": first_point}
    for state in optimizer.state:
        value = named.get(str(state.initial))
        first = np.full(d, float(state.initial)) if value is None else value
        rows += [first] * state.count(d)
        fills += [FILLS[state.fill]] * state.count(d)
    return Memory(np.array(rows).reshape(len(rows), d), np.array(fills, dtype=np.int64))


def resolve_run(
    run: Run,
    steps: int,
    landscape: Landscape,
    start: Iterable[float] | None = None,
    *,
    keep: bool = True,
) -> RunPlan:
    """Check one run and turn it into arrays; where every step is kept, those must have room."""
    asked = catalog().optimizer(run.optimizer)
    if asked.recorded is not None:
        return _recorded(run, asked, landscape)
    values = settle(hypers(asked, dict(run.hyper)), dict(run.hyper), asked.key)
    optimizer = inner(asked, values)
    if not (math.isfinite(run.lr) and run.lr >= 0):
        raise refused(f"{asked.key} lr", f"{run.lr:g}", tr("a finite number at least 0"))
    rows = sum(s.count(landscape.dimension) for s in (*optimizer.state, *asked.state))
    size = 8 * steps * (landscape.dimension * (rows + 1) + 2)
    if keep and size > LARGEST:
        most = steps * LARGEST // size
        raise InputError(
            tr(
                "steps={steps}: a trace of {optimizer} would take {size:.1f} GB; "
                "at most {most} steps fit",
                steps=steps,
                optimizer=asked.key,
                size=size / 1e9,
                most=most,
            )
        )
    fills = {state.fill for state in optimizer.state}
    curvature = next((fill for fill in ("hessian", "gauss_newton") if fill in fills), "")
    if curvature == "gauss_newton" and landscape.gauss_newton is None:
        fit = [key for key, spec in catalog().landscapes.items() if spec.gauss_newton is not None]
        raise InputError(
            tr(
                "{optimizer} needs a sum of squares, which {landscape} is not: choose from {names}",
                optimizer=asked.key,
                landscape=landscape.named,
                names=", ".join(fit),
            )
        )
    names = [h.name for h in optimizer.hyper]
    check_forks(run)
    swing, cycled = np.zeros(0), 0
    if optimizer.cycles:
        at = names.index(optimizer.cycles)
        usual = optimizer.hyper[at].number(values[optimizer.cycles])
        swing = forked_cycle(run, steps, usual)
        cycled = at if swing.size else 0
    return RunPlan(
        optimizer=optimizer,
        hyper=np.array([h.number(values[h.name]) for h in optimizer.hyper], dtype=float),
        rates=forked_rates(run, steps),
        memory=memory(optimizer, landscape, start),
        label=run.label or asked.label or asked.title,
        style=run.style,
        visible=run.visible,
        outer=asked if asked.wraps else None,
        outer_hyper=np.array([h.number(values[h.name]) for h in asked.hyper], dtype=float)
        if asked.wraps
        else np.zeros(0),
        outer_memory=memory(asked, landscape, start) if asked.wraps else None,
        cycle=swing,
        cycled=cycled,
        plateau=plateau(run.rate, run.lr, steps),
        curvature=curvature,
        schedule=schedule_text(run.rate),
        forks=tuple(fork.step for fork in run.forks),
    )


def _recorded(run: Run, asked: Optimizer, landscape: Landscape) -> RunPlan:
    """A path that another program took: as many steps as it has, at rates that nobody knows."""
    steps, dimension = len(asked.recorded.points) - 1, asked.recorded.points.shape[1]
    label = run.label or asked.title
    if dimension != landscape.dimension:
        raise InputError(
            tr(
                "path {name!r} has {dimension} coordinate(s) a point: {landscape} has {needed}",
                name=label,
                dimension=dimension,
                landscape=landscape.title,
                needed=landscape.dimension,
            )
        )
    return RunPlan(
        optimizer=asked,
        hyper=np.zeros(0),
        rates=np.full(steps, math.nan),
        memory=Memory(np.zeros((0, dimension)), np.zeros(0, np.int64)),
        label=label,
        style=run.style,
        visible=run.visible,
        schedule="",
    )


def parameter_array(landscape: Landscape, given: Mapping[str, object]) -> Array:
    """A landscape's parameters (P,), defaults filled in."""
    values = settle(landscape.parameters, given, tr("landscape {key}", key=landscape.named))
    return np.array([h.number(values[h.name]) for h in landscape.parameters], dtype=float)


def check_validation(validation: Validation, landscape: Landscape) -> Validation:
    """The validation settings, or an InputError with the first thing wrong with them."""
    if validation.shift and len(validation.shift) != landscape.dimension:
        shown = ",".join(f"{v:g}" for v in validation.shift)
        raise InputError(
            tr(
                "shift={shown}: {landscape} needs {n} number(s)",
                shown=shown,
                landscape=landscape.title,
                n=landscape.dimension,
            )
        )
    if not all(map(math.isfinite, validation.shift)):
        raise InputError(tr("shift={shift}: must be finite numbers", shift=validation.shift))
    whole("epoch", validation.epoch, 1, MAX_STEPS)
    whole(tr("early patience"), validation.patience, 0, MAX_STEPS)
    _positive("min_delta", validation.min_delta)
    if validation.patience and not validation.shift:
        raise InputError(tr("early stopping watches a validation surface: give it a shift"))
    return validation


def noise_scale(noise: Noise) -> float:
    """The standard deviation of the gradient noise, sigma / sqrt(batch)."""
    if noise.kind not in NOISES:
        raise unknown(tr("kind of noise"), noise.kind, NOISES)
    _positive("sigma", noise.sigma)
    return noise.sigma / math.sqrt(whole("batch", noise.batch, 1, 10**9))


def resolve(experiment: Experiment) -> Plan:
    """Turn an experiment into a plan, or raise InputError with the first thing wrong with it."""
    landscape = catalog().derived(experiment.landscape)
    parameters = parameter_array(landscape, dict(experiment.parameters))
    steps = whole("steps", experiment.steps, 1, MAX_STEPS)
    if len(experiment.runs) > MAX_RUNS:
        count = len(experiment.runs)
        raise InputError(
            tr("{count} runs: at most {most} fit one experiment", count=count, most=MAX_RUNS)
        )
    stopping = experiment.stopping
    _positive("gradient_norm", stopping.gradient_norm)
    _positive("loss_change", stopping.loss_change)
    _positive("bound", stopping.bound, zero=False)
    whole("patience", stopping.patience, 1, MAX_STEPS)
    _positive("l1", experiment.penalty.l1)
    _positive("l2", experiment.penalty.l2)
    _positive("clip_norm", experiment.clip.norm)
    _positive("clip_value", experiment.clip.value)
    start = check_start(landscape, experiment.start)
    return Plan(
        landscape=landscape,
        parameters=parameters,
        start=np.array(start),
        runs=tuple(resolve_run(run, steps, landscape, start) for run in named(experiment.runs)),
        steps=steps,
        seed=whole("seed", experiment.seed, 0, 2**63 - 1),
        noise=noise_scale(experiment.noise),
        noise_kind=NOISES[experiment.noise.kind],
        batch=int(experiment.noise.batch),
        stopping=stopping,
        penalty=experiment.penalty,
        clip=experiment.clip,
        validation=check_validation(experiment.validation, landscape),
        minima=landscape.minima(*parameters.tolist()),
        saddles=landscape.saddles(*parameters.tolist()),
        bounds=check_bounds(experiment.view.bounds or landscape.bounds, landscape),
        noted=(tr("Uncoloured: no samples"),)
        if landscape.sheet is not None and len(start) > 1
        else (),
    )


def check_bounds(
    bounds: tuple[tuple[float, float], ...], landscape: Landscape
) -> tuple[tuple[float, float], ...]:
    """The part of the plane shown, or an InputError where it is empty or of a wrong dimension."""
    good = len(bounds) == landscape.dimension and all(
        math.isfinite(a) and math.isfinite(b) and a < b for a, b in bounds
    )
    if not good:
        raise InputError(
            tr(
                "bounds={bounds}: {landscape} needs {n} finite interval(s), each low < high",
                bounds=bounds,
                landscape=landscape.title,
                n=landscape.dimension,
            )
        )
    return bounds
