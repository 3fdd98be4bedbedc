"""An experiment resolved into arrays, ready to run: every name looked up, every value checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .catalog import catalog
from .errors import InputError
from .experiment import MAX_RUNS, MAX_STEPS, Experiment, Noise, Rate, Run, Stopping
from .spec import Landscape, Optimizer, Point, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One optimizer ready to run: hyper (H,), rates (T,), initial state (K,)."""

    optimizer: Optimizer
    hyper: Array
    rates: Array
    initial: Array
    label: str
    style: int
    visible: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """All a picture needs to be computed: parameters (P,), start (D,)."""

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

    @property
    def floor(self) -> float | None:
        """The lowest known loss, or None where the landscape has no known minimum."""
        return min((p.value for p in self.minima), default=None)


def _positive(name: str, value: float, *, zero: bool = True) -> float:
    if not (value >= 0 if zero else value > 0) or math.isnan(value):
        raise InputError(f"{name}={value:g}: must be {'at least' if zero else 'above'} 0")
    return value


def _whole(name: str, value: object, low: int, high: int) -> int:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not (number.is_integer() and low <= number <= high):
        raise InputError(f"{name}={value}: must be a whole number from {low} to {high}")
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
            f"start={shown}: {landscape.title} needs {need} finite number{'s' * (need > 1)}"
        )
    return point


def rates(rate: Rate, lr: float, steps: int) -> Array:
    """The learning rate of every step (steps,): linear warm-up, then the schedule.

    During `warmup` steps the rate climbs as lr * (t + 1) / warmup, t = 0, 1, ...; the schedule
    then starts at its own first value and has the remaining steps.
    """
    schedule = catalog().schedule(rate.key)
    values = settle(schedule.hyper, dict(rate.hyper), f"schedule {schedule.key}")
    numbers = {h.name: h.number(values[h.name]) for h in schedule.hyper}
    warmup = min(_whole("warmup", rate.warmup, 0, MAX_STEPS), steps)
    main = np.asarray(schedule.rates(lr, steps - warmup, **numbers), dtype=float)
    if not warmup:
        return main
    return np.concatenate([lr * np.arange(1, warmup + 1) / warmup, main])


def resolve_run(run: Run, steps: int) -> RunPlan:
    """Check one run and turn it into arrays."""
    optimizer = catalog().optimizer(run.optimizer)
    values = settle(optimizer.hyper, dict(run.hyper), optimizer.key)
    if not (math.isfinite(run.lr) and run.lr >= 0):
        raise InputError(f"{optimizer.key} lr={run.lr:g}: must be a finite number at least 0")
    return RunPlan(
        optimizer=optimizer,
        hyper=np.array([h.number(values[h.name]) for h in optimizer.hyper], dtype=float),
        rates=rates(run.rate, run.lr, steps),
        initial=np.array([s.initial for s in optimizer.state], dtype=float),
        label=run.label or optimizer.label or optimizer.title,
        style=run.style,
        visible=run.visible,
    )


def parameter_array(landscape: Landscape, given: Mapping[str, object]) -> Array:
    """A landscape's parameters (P,), defaults filled in."""
    values = settle(landscape.parameters, given, f"landscape {landscape.key}")
    return np.array([h.number(values[h.name]) for h in landscape.parameters], dtype=float)


def noise_scale(noise: Noise) -> float:
    """The standard deviation of the gradient noise, sigma / sqrt(batch)."""
    _positive("sigma", noise.sigma)
    return noise.sigma / math.sqrt(_whole("batch", noise.batch, 1, 10**9))


def resolve(experiment: Experiment) -> Plan:
    """Turn an experiment into a plan, or raise InputError with the first thing wrong with it."""
    landscape = catalog().landscape(experiment.landscape)
    parameters = parameter_array(landscape, dict(experiment.parameters))
    steps = _whole("steps", experiment.steps, 1, MAX_STEPS)
    if len(experiment.runs) > MAX_RUNS:
        raise InputError(f"{len(experiment.runs)} runs: at most {MAX_RUNS} fit one experiment")
    stopping = experiment.stopping
    _positive("gradient_norm", stopping.gradient_norm)
    _positive("loss_change", stopping.loss_change)
    _positive("bound", stopping.bound, zero=False)
    _whole("patience", stopping.patience, 1, MAX_STEPS)
    return Plan(
        landscape=landscape,
        parameters=parameters,
        start=np.array(check_start(landscape, experiment.start)),
        runs=tuple(resolve_run(run, steps) for run in experiment.runs),
        steps=steps,
        seed=_whole("seed", experiment.seed, 0, 2**63 - 1),
        noise=noise_scale(experiment.noise),
        stopping=stopping,
        minima=landscape.minima(*parameters.tolist()),
        saddles=landscape.saddles(*parameters.tolist()),
        bounds=check_bounds(experiment.view.bounds or landscape.bounds, landscape),
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
            f"bounds={bounds}: {landscape.title} needs {landscape.dimension} "
            "finite interval(s), each low < high"
        )
    return bounds
