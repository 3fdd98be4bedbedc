"""What can be set of an experiment besides its runs: each a number read from it and put into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.core.catalog import catalog
from explorer.core.defaults import rate_for
from explorer.core.experiment import MAX_STEPS, Experiment, with_setting
from explorer.core.numbers import number
from explorer.core.spec import Hyper, Landscape, Value

if TYPE_CHECKING:
    from collections.abc import Callable

_AXES = ("x", "y", "z")

SIGMA = Hyper(
    "noise sigma",
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-3, 100.0),
    symbol="Noise σ",
    help="Standard deviation of the noise added to every gradient; 0 for exact gradients.",
)
BATCH = Hyper(
    "batch",
    1,
    low=1,
    high=1e9,
    scale="log",
    slider=(1, 1024),
    integer=True,
    symbol="Batch B",
    help="Examples averaged for one gradient: the noise is σ/√B.",
)
SEED = Hyper(
    "seed",
    0,
    low=0,
    high=2.0**53,
    slider=(0, 99),
    integer=True,
    symbol="Seed",
    help="Which noise is drawn: the same seed gives the same runs.",
)
STEPS = Hyper(
    "steps",
    500,
    low=1,
    high=MAX_STEPS,
    scale="log",
    slider=(10, 10_000),
    integer=True,
    symbol="Steps",
    help="How many steps each run may take.",
)
NORM = Hyper(
    "gradient norm",
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-12, 1.0),
    symbol="‖∇‖ <",
    help="A run ends where its gradient is shorter than this; 0 switches the rule off.",
)
CHANGE = Hyper(
    "loss change",
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-12, 1.0),
    symbol="Δ loss <",
    help="A run ends when its loss moves by less than this, patience steps on end; 0 is off.",
)
PATIENCE = Hyper(
    "patience",
    1,
    low=1,
    high=MAX_STEPS,
    scale="log",
    slider=(1, 1000),
    integer=True,
    symbol="Patience",
    help="For how many steps on end the loss must move by less than its limit.",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of an experiment; `key` names it for undo, where edits of one key are one entry."""

    hyper: Hyper
    key: str
    read: Callable[[Experiment], Value]
    put: Callable[[Experiment, Value], Experiment]


def parameter(hyper: Hyper) -> Setting:
    """A parameter of the landscape."""

    def read(e: Experiment) -> Value:
        return dict(e.parameters).get(hyper.name, hyper.default)

    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, parameters=with_setting(e.parameters, hyper.name, value))

    return Setting(hyper, f"parameter:{hyper.name}", read, put)


def coordinate(spec: Landscape, axis: int) -> Setting:
    """A coordinate of the start."""
    name = _AXES[axis] if spec.dimension <= len(_AXES) else f"x{axis + 1}"
    hyper = Hyper(
        f"start {name}",
        spec.start[axis],
        slider=spec.bounds[axis],
        symbol=f"Start {name}",
        help=f"Where every run starts: its coordinate {name}.",
    )

    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, start=(*e.start[:axis], float(value), *e.start[axis + 1 :]))

    return Setting(hyper, f"start:{name}", lambda e: e.start[axis], put)


def common() -> tuple[Setting, ...]:
    """What every landscape has: noise, batch, seed and steps."""

    def put_sigma(e: Experiment, value: Value) -> Experiment:
        return replace(e, noise=replace(e.noise, sigma=float(value)))

    def put_batch(e: Experiment, value: Value) -> Experiment:
        return replace(e, noise=replace(e.noise, batch=int(value)))

    def put_seed(e: Experiment, value: Value) -> Experiment:
        return replace(e, seed=int(value))

    def put_steps(e: Experiment, value: Value) -> Experiment:
        return replace(e, steps=int(value))

    return (
        Setting(SIGMA, "noise", lambda e: e.noise.sigma, put_sigma),
        Setting(BATCH, "batch", lambda e: e.noise.batch, put_batch),
        Setting(STEPS, "steps", lambda e: e.steps, put_steps),
        Setting(SEED, "seed", lambda e: e.seed, put_seed),
    )


def stopping() -> tuple[Setting, ...]:
    """When a run ends before its last step."""

    def put_norm(e: Experiment, value: Value) -> Experiment:
        return replace(e, stopping=replace(e.stopping, gradient_norm=float(value)))

    def put_change(e: Experiment, value: Value) -> Experiment:
        return replace(e, stopping=replace(e.stopping, loss_change=float(value)))

    def put_patience(e: Experiment, value: Value) -> Experiment:
        return replace(e, stopping=replace(e.stopping, patience=int(value)))

    return (
        Setting(NORM, "stopping:norm", lambda e: e.stopping.gradient_norm, put_norm),
        Setting(CHANGE, "stopping:change", lambda e: e.stopping.loss_change, put_change),
        Setting(PATIENCE, "stopping:patience", lambda e: e.stopping.patience, put_patience),
    )


def stopping_note(experiment: Experiment) -> str:
    """The stopping rules in a word or two."""
    rules = experiment.stopping
    parts = [f"‖∇‖ < {number(rules.gradient_norm)}"] * (rules.gradient_norm > 0)
    parts += [f"Δ < {number(rules.loss_change)}"] * (rules.loss_change > 0)
    return ", ".join(parts) or "off"


def on_landscape(experiment: Experiment, key: str) -> Experiment:
    """The experiment moved to another landscape: its own start, rates and whole view."""
    spec = catalog().landscape(key)
    return replace(
        experiment,
        landscape=key,
        start=spec.start,
        parameters=(),
        runs=tuple(replace(run, lr=rate_for(key, run.optimizer)) for run in experiment.runs),
        view=replace(experiment.view, bounds=None),
    )
