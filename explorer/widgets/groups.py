"""The settings that fold away under a heading: what changes gradients, and when a run ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from explorer.core.experiment import MAX_STEPS, Clip, Experiment, Noise, Validation
from explorer.core.language import tr, trc
from explorer.core.numbers import number
from explorer.core.spec import Hyper, Landscape, Value

from .settings import AXES, SEED, Setting, stopping, stopping_note, usual_shift

if TYPE_CHECKING:
    from collections.abc import Callable

# What a person reads for a kind of noise.
KINDS = {"normal": "normal", "laplace": "Laplace", "student": "Student t"}


def _limit(name: str, symbol: str, help: str, most: float = 10.0) -> Hyper:
    return Hyper(
        name,
        0.0,
        low=0.0,
        scale="log_zero",
        slider=(most * 1e-5, most),
        symbol=symbol,
        help=help,
    )


L1 = _limit(
    tr("L1 penalty"),
    "L1 λ",
    tr("Adds λ·Σ|x| to the loss. In units of loss per unit of x; 0 switches it off."),
)
L2 = _limit(
    tr("L2 penalty"),
    "L2 λ",
    tr("Adds λ·Σx² to the loss. In units of loss per unit of x²; 0 switches it off."),
)
SIGMA = Hyper(
    tr("noise sigma"),
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-3, 100.0),
    symbol=tr("Noise σ"),
    help=tr(
        "Standard deviation of the noise added to every gradient, in units of the gradient; "
        "0 for exact gradients."
    ),
)
BATCH = Hyper(
    trc("setting", "batch"),
    1,
    low=1,
    high=1e9,
    scale="log",
    slider=(1, 1024),
    integer=True,
    symbol=tr("Batch B"),
    help=tr("Examples averaged for one gradient: the noise is σ/√B."),
)
KIND = Hyper(
    tr("kind of noise"),
    "normal",
    choices=tuple(KINDS.values()),
    symbol=tr("Kind"),
    help=tr(
        "How the noise is distributed, all with the same standard deviation: Laplace has heavier "
        "tails than normal, Student t (3 degrees of freedom) the heaviest."
    ),
)
CLIP_NORM = _limit(
    tr("clipping by norm"),
    tr("Norm ≤"),
    tr(
        "A longer gradient is shortened to this length. In units of the gradient; "
        "0 switches it off."
    ),
    1e3,
)
CLIP_VALUE = _limit(
    tr("clipping by value"),
    tr("Value ≤"),
    tr(
        "Each coordinate of a gradient is cut off at this size. In units of the gradient; "
        "0 switches it off."
    ),
    1e3,
)
VALIDATE = Hyper(
    trc("setting", "validation"),
    "off",
    choices=("off", "on"),
    symbol=tr("Validation surface"),
    help=tr("Judge every run by a second surface too: the landscape, moved by a shift."),
)
EPOCH = Hyper(
    tr("steps per epoch"),
    1,
    low=1,
    high=MAX_STEPS,
    scale="log",
    slider=(1, 1000),
    integer=True,
    symbol=tr("Epoch"),
    help=tr("Steps of an epoch. Validation is looked at when an epoch ends."),
)
EARLY = Hyper(
    tr("early-stopping patience"),
    0,
    low=0,
    high=MAX_STEPS,
    scale="log_zero",
    slider=(1, 100),
    integer=True,
    symbol=tr("Patience"),
    help=tr("A run ends when its validation loss has not improved for so many epochs; 0 never."),
)
DELTA = Hyper(
    "min_delta",
    0.0,
    low=0.0,
    scale="log_zero",
    slider=(1e-6, 10.0),
    symbol="Min Δ",
    help=tr(
        "By how much the validation loss must fall below its best to count as an improvement, "
        "in units of the loss."
    ),
)
RESTORE = Hyper(
    tr("restore best"),
    "off",
    choices=("off", "on"),
    symbol=tr("Restore best"),
    help=tr("Take the point of the best epoch as a run's result, not the last one."),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Settings under one heading: those of a landscape, and in a few words how they are set."""

    title: str
    settings: Callable[[Landscape], tuple[Setting, ...]]
    note: Callable[[Experiment], str]


def _field(hyper: Hyper, part: str, name: str, key: str) -> Setting:
    """A number that is the field `name` of an experiment's field `part`."""

    def read(e: Experiment) -> Value:
        found: Value = getattr(getattr(e, part), name)
        return found

    def put(e: Experiment, value: Value) -> Experiment:
        given = int(value) if hyper.integer else float(value)
        inner = replace(getattr(e, part), **{name: given})
        return replace(e, **{part: inner})

    return Setting(hyper, key, read, put)


def _joined(parts: list[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {number(value)}" for name, value in parts if value) or tr("off")


# --- penalty, noise, clipping ---------------------------------------------------------------


def penalty(_spec: Landscape) -> tuple[Setting, ...]:
    """What is added to the loss."""
    return _field(L1, "penalty", "l1", "l1"), _field(L2, "penalty", "l2", "l2")


def penalty_note(experiment: Experiment) -> str:
    """The penalties in a word or two."""
    return _joined([("L1", experiment.penalty.l1), ("L2", experiment.penalty.l2)])


def noise(_spec: Landscape) -> tuple[Setting, ...]:
    """What is added to the gradient."""
    key = {shown: kind for kind, shown in KINDS.items()}

    def put_kind(e: Experiment, value: Value) -> Experiment:
        return replace(e, noise=replace(e.noise, kind=key[str(value)]))  # type: ignore[arg-type]

    def put_seed(e: Experiment, value: Value) -> Experiment:
        return replace(e, seed=int(value))

    return (
        _field(SIGMA, "noise", "sigma", "noise"),
        _field(BATCH, "noise", "batch", "batch"),
        Setting(KIND, "noise:kind", lambda e: KINDS[e.noise.kind], put_kind),
        Setting(SEED, "seed", lambda e: e.seed, put_seed),
    )


def noise_note(experiment: Experiment) -> str:
    """The noise in a word or two."""
    given: Noise = experiment.noise
    if not given.sigma:
        return tr("off")
    batch = f", B {given.batch}" if given.batch != 1 else ""
    return f"σ {number(given.sigma)}{batch}" + f", {KINDS[given.kind]}" * (given.kind != "normal")


def clipping(_spec: Landscape) -> tuple[Setting, ...]:
    """What limits the gradient."""
    return (
        _field(CLIP_NORM, "clip", "norm", "clip:norm"),
        _field(CLIP_VALUE, "clip", "value", "clip:value"),
    )


def clipping_note(experiment: Experiment) -> str:
    """The limits in a word or two."""
    given: Clip = experiment.clip
    return _joined([(trc("clipping", "norm"), given.norm), (trc("clipping", "value"), given.value)])


# --- validation -----------------------------------------------------------------------------


def _validated(experiment: Experiment) -> bool:
    return bool(experiment.validation.shift)


def _shift(spec: Landscape, axis: int) -> Setting:
    name = AXES[axis] if spec.dimension <= len(AXES) else f"x{axis + 1}"
    low, high = spec.bounds[axis]
    hyper = Hyper(
        tr("validation shift {name}", name=name),
        usual_shift(spec)[axis],
        slider=(-0.1 * (high - low), 0.1 * (high - low)),
        symbol=tr("Shift {name}", name=name),
        help=tr(
            "How far the validation surface is moved along {name}, in units of {name}.", name=name
        ),
    )

    def read(e: Experiment) -> Value:
        return e.validation.shift[axis] if e.validation.shift else hyper.default

    def put(e: Experiment, value: Value) -> Experiment:
        shift = list(e.validation.shift or usual_shift(spec))
        shift[axis] = float(value)
        return replace(e, validation=replace(e.validation, shift=tuple(shift)))

    return Setting(hyper, f"validation:{name}", read, put, _validated)


def validation(spec: Landscape) -> tuple[Setting, ...]:
    """The second surface, and the stopping rule that watches it; shown once it is on."""

    def put_on(e: Experiment, value: Value) -> Experiment:
        given = e.validation
        if value == "on":
            return replace(e, validation=replace(given, shift=usual_shift(spec)))
        # without the surface there is nothing for early stopping to watch
        return replace(e, validation=replace(given, shift=(), patience=0))

    def put_epoch(e: Experiment, value: Value) -> Experiment:
        # a schedule that moves once an epoch goes on doing so
        old, new = e.validation.epoch, int(value)
        runs = tuple(
            replace(r, rate=replace(r.rate, every=new)) if r.rate.every == old > 1 else r
            for r in e.runs
        )
        return replace(e, runs=runs, validation=replace(e.validation, epoch=new))

    def put_restore(e: Experiment, value: Value) -> Experiment:
        return replace(e, validation=replace(e.validation, restore_best=value == "on"))

    def part(hyper: Hyper, name: str) -> Setting:
        made = _field(hyper, "validation", name, f"validation:{name}")
        return replace(made, applies=_validated)

    return (
        Setting(VALIDATE, "validation", lambda e: "on" if _validated(e) else "off", put_on),
        Setting(EPOCH, "validation:epoch", lambda e: e.validation.epoch, put_epoch),
        *(_shift(spec, axis) for axis in range(spec.dimension)),
        part(EARLY, "patience"),
        part(DELTA, "min_delta"),
        Setting(
            RESTORE,
            "validation:restore",
            lambda e: "on" if e.validation.restore_best else "off",
            put_restore,
            _validated,
        ),
    )


def validation_note(experiment: Experiment) -> str:
    """Validation in a word or two."""
    given: Validation = experiment.validation
    if not given.shift:
        return tr("epochs of {count}", count=given.epoch) if given.epoch > 1 else tr("off")
    return tr("patience {count}", count=given.patience) if given.patience else tr("on")


GROUPS = (
    Group(tr("Penalty"), penalty, penalty_note),
    Group(tr("Noise"), noise, noise_note),
    Group(tr("Clipping"), clipping, clipping_note),
    Group(tr("Validation"), validation, validation_note),
    Group(tr("Stopping"), lambda _spec: stopping(), stopping_note),
)
