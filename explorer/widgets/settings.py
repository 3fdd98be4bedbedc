"""What can be set of an experiment besides its runs: each a number read from it and put into it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.core.catalog import catalog
from explorer.core.defaults import rate_for
from explorer.core.experiment import MAX_STEPS, Experiment, with_setting
from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.core.recorded import without
from explorer.core.spec import Hyper, Landscape, Value

if TYPE_CHECKING:
    from collections.abc import Callable

AXES = ("x", "y", "z")
# A validation surface is moved by this share of the landscape's width, and of its height.
_SHARES = (0.01, -0.1 / 12)

SEED = Hyper(
    tr("seed"),
    0,
    low=0,
    high=2.0**53,
    slider=(0, 99),
    integer=True,
    symbol=tr("Seed"),
    help=tr(
        "Which random numbers are drawn, for noise and by optimizers: the same seed gives the "
        "same runs."
    ),
)
STEPS = Hyper(
    tr("steps"),
    500,
    low=1,
    high=MAX_STEPS,
    scale="log",
    slider=(10, 10_000),
    integer=True,
    symbol=tr("Steps"),
    help=tr("How many steps each run may take."),
)
NORM = Hyper(
    tr("gradient norm"),
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-12, 1.0),
    symbol="‖∇‖ <",
    help=tr(
        "A run ends where its gradient, in its own units, is shorter than this; 0 switches the "
        "rule off."
    ),
)
CHANGE = Hyper(
    tr("loss change"),
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-12, 1.0),
    symbol=tr("Δ loss <"),
    help=tr(
        "A run ends when its loss, in its own units, moves by less than this, patience steps on "
        "end; 0 is off."
    ),
)
PATIENCE = Hyper(
    tr("patience"),
    1,
    low=1,
    high=MAX_STEPS,
    scale="log",
    slider=(1, 1000),
    integer=True,
    symbol=tr("Patience"),
    help=tr("For how many steps on end the loss must move by less than its limit."),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A number of an experiment; `key` names it for undo, where edits of one key are one entry.

    `applies` says whether it means anything in an experiment: elsewhere its row is not shown.
    """

    hyper: Hyper
    key: str
    read: Callable[[Experiment], Value]
    put: Callable[[Experiment, Value], Experiment]
    applies: Callable[[Experiment], bool] = lambda _e: True

    def words(self, value: Value) -> str:
        """What undo calls an edit: 'Change noise sigma', or 'Turn validation on'."""
        name = self.hyper.name
        if self.hyper.switch:
            return (
                tr("Turn {name} on", name=name)
                if value == "on"
                else tr("Turn {name} off", name=name)
            )
        return tr("Change {name}", name=name)


def parameter(hyper: Hyper) -> Setting:
    """A parameter of the landscape."""

    def read(e: Experiment) -> Value:
        return dict(e.parameters).get(hyper.name, hyper.default)

    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, parameters=with_setting(e.parameters, hyper.name, value))

    return Setting(hyper, f"parameter:{hyper.name}", read, put)


def coordinate(spec: Landscape, axis: int) -> Setting:
    """A coordinate of the start."""
    name = AXES[axis] if spec.dimension <= len(AXES) else f"x{axis + 1}"
    hyper = Hyper(
        tr("start {name}", name=name),
        spec.start[axis],
        slider=spec.bounds[axis],
        symbol=tr("Start {name}", name=name),
        help=tr("Where every run starts: its coordinate {name}.", name=name),
    )

    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, start=(*e.start[:axis], float(value), *e.start[axis + 1 :]))

    return Setting(hyper, f"start:{name}", lambda e: e.start[axis], put)


def steps() -> Setting:
    """How long runs may be."""

    def put(e: Experiment, value: Value) -> Experiment:
        return replace(e, steps=int(value))

    return Setting(STEPS, "steps", lambda e: e.steps, put)


def usual_shift(spec: Landscape) -> tuple[float, ...]:
    """By how much a validation surface is moved unless asked otherwise: (0.12, −0.1) of 12 by 12.

    That is about a hundredth of the landscape's width, to two digits.
    """
    return tuple(
        float(f"{_SHARES[axis % 2] * (high - low):.2g}")
        for axis, (low, high) in enumerate(spec.bounds)
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
    return ", ".join(parts) or tr("off")


def on_landscape(experiment: Experiment, key: str) -> Experiment:
    """The experiment moved to another landscape: its own start, rates, shift and whole view.

    Recorded paths stay behind: they were taken on the landscape that was there before.
    """
    spec = catalog().landscape(key)
    validation = experiment.validation
    if validation.shift:
        validation = replace(validation, shift=usual_shift(spec))
    return replace(
        experiment,
        landscape=key,
        start=spec.start,
        parameters=(),
        learning=None,
        validation=validation,
        runs=tuple(
            replace(run, lr=rate_for(key, run.optimizer), forks=())
            for run in without(experiment.runs)
        ),
        view=replace(experiment.view, bounds=None, line=None),
    )
