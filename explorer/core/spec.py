"""What a catalogue entry is made of: every optimizer, landscape and schedule is one of these.

A kernel is a plain function with explicit loops. Its last array axis is the run, so the same code
serves one run and a block of many. The engine compiles it; nothing here needs more than Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from .errors import InputError, unknown
from .language import tr

Scale = Literal["linear", "log", "one_minus", "log_zero"]
Value = float | str
Kernel = Callable[..., None]
_SWITCH = {"true": "on", "1": "on", "1.0": "on", "false": "off", "0": "off", "0.0": "off"}


def in_language(spec: Any, *fields: str) -> None:
    """Put a new entry's texts into the language in use; entries are written in English."""
    for name in fields:
        object.__setattr__(spec, name, tr(getattr(spec, name)))


def is_told(line: str) -> bool:
    """Whether a line of a formula, unlike `r = 2 * middle - w`, may have words in it."""
    return " = " not in line or not line.partition(" = ")[0].isidentifier()


def refused(name: str, value: object, allowed: str) -> InputError:
    """Say that a value cannot be, and in words what is allowed."""
    return InputError(
        tr("{name}={value}: must be {allowed}", name=name, value=value, allowed=allowed)
    )


@dataclass(frozen=True, slots=True)
class Hyper:
    """A number (or a named choice) that a person may set, with its allowed range.

    `low` and `high` bound what is allowed, `slider` what the slider spans. `scale` says how the
    slider spreads its values: `log`, `one_minus` (logarithmic in 1 - value, for decay rates) or
    `log_zero` (logarithmic with zero at its left end).
    """

    name: str
    default: Value
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    scale: Scale = "linear"
    slider: tuple[float, float] | None = None
    integer: bool = False
    choices: tuple[str, ...] = ()
    symbol: str = ""
    help: str = ""
    widths: bool = False  # whole numbers joined by dashes, "16-16", or "none"
    text: bool = False  # any text: another file, or numbers that whoever asks reads himself

    def __post_init__(self) -> None:
        in_language(self, "help")

    @property
    def switch(self) -> bool:
        """Whether it is a plain yes or no, for which True and False do as well."""
        return self.choices == ("off", "on")

    @property
    def span(self) -> tuple[float, float]:
        """The slider's ends."""
        return self.slider or (self.low, self.high)

    def allowed(self) -> str:
        """The allowed values in words, for tooltips and refusals."""
        if self.choices:
            return tr("one of {names}", names=", ".join(self.choices))
        if self.text:
            return tr("text")
        if self.widths:
            return tr(
                "whole numbers from 1 to {high:g} joined by dashes, such as 16-16, or none",
                high=self.high,
            )
        kind = tr("a whole number") if self.integer else tr("a number")
        low, high = {"bound": self.low}, {"bound": self.high}
        bounds = []
        if math.isfinite(self.low):
            over = self.low_open
            bounds.append(tr("above {bound:g}", **low) if over else tr("at least {bound:g}", **low))
        if math.isfinite(self.high):
            under = self.high_open
            said = tr("below {bound:g}", **high) if under else tr("at most {bound:g}", **high)
            bounds.append(said)
        if not bounds:
            return kind
        return tr("{kind} {bounds}", kind=kind, bounds=tr(" and ").join(bounds))

    def check(self, value: object, owner: str = "") -> Value:
        """Return `value` in its proper type, or raise InputError naming it and what is allowed."""
        name = f"{owner} {self.name}".strip()
        if self.choices:
            if self.switch and str(value).lower() in _SWITCH:
                return _SWITCH[str(value).lower()]
            if value in self.choices:
                return str(value)
            raise unknown(name, str(value), self.choices)
        if self.widths:
            return self._check_widths(value, name)
        if self.text:
            return str(value)
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = math.nan
        below = number <= self.low if self.low_open else number < self.low
        above = number >= self.high if self.high_open else number > self.high
        broken = self.integer and not number.is_integer()
        if not math.isfinite(number) or below or above or broken:
            raise refused(name, value, self.allowed())
        return number

    def _check_widths(self, value: object, name: str) -> str:
        parts = value if isinstance(value, list | tuple) else str(value).split("-")
        words = [str(part) for part in parts]
        if words in ([], ["none"]):
            return "none"
        if len(words) > 8 or not all(w.isdigit() and 1 <= int(w) <= self.high for w in words):
            raise refused(name, "-".join(words), self.allowed())
        return "-".join(str(int(w)) for w in words)

    def number(self, value: Value) -> float:
        """The number a kernel is given: the value, or the index of the choice."""
        return float(self.choices.index(str(value))) if self.choices else float(value)


@dataclass(frozen=True, slots=True)
class State:
    """One part of an optimizer's memory: `rows` arrays shaped like the parameters.

    rows "dimension" is as many as a point has coordinates (a matrix), else a number. fill: the
    driver fills the rows before each step, with the Hessian or the landscape's Gauss-Newton matrix
    at x (rows must be "dimension"), or with independent standard normal or uniform draws. hidden:
    scratch or random numbers that nobody wants to read. initial: a number, the low or high end of
    the landscape's bounds in each coordinate, or the start of the run. draw: what a map shows of
    it: a "point", the "points" of a population (a point a row), a "simplex" (its corners a row
    each), an "ellipse" about the path's head (a covariance matrix), a "circle" about it (radius in
    [0, 0]). only: the hyperparameter that has to be on for it to be used, and so to be shown.
    """

    name: str
    meaning: str
    symbol: str = ""
    initial: float | Literal["low", "high", "start"] = 0.0
    rows: int | Literal["dimension"] = 1
    fill: Literal["", "hessian", "gauss_newton", "normal", "uniform"] = ""
    hidden: bool = False
    draw: Literal["", "point", "points", "simplex", "ellipse", "circle"] = ""
    only: str = ""

    def __post_init__(self) -> None:
        in_language(self, "meaning")

    def count(self, dimension: int) -> int:
        """How many rows it has for points of so many coordinates."""
        return dimension if self.rows == "dimension" else int(self.rows)


@dataclass(frozen=True, slots=True)
class Stability:
    """When steps of a constant rate lr stay bounded on a quadratic of Hessian H.

    They do while lr·λmax(P⁻¹(H + shift·I)) stays below `limit`. scale: the diagonal P (D,), empty
    where P is the identity. formula: the limit in symbols as rich text, empty where it is a plain
    number.
    """

    limit: float
    formula: str = ""
    scale: tuple[float, ...] = ()
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer: `step(grad, problem, x, f, g, s, h, lr, t)` moves x in place.

    x (D, N) points, f (N,) losses and g (D, N) gradients at x, s (K, D, N) state, h (H,)
    hyperparameters in the order of `hyper`, lr this step's rate, t = 1, 2, ... the step.
    `stability(hyper, state, t)`, where known, gives the limit of the learning rate after step t
    from the hyperparameters and the state (D,), both by name.

    A wrapper (`wraps`) has a step that is taken after the inner optimizer's own, on the point that
    it left; its hyperparameters gain `inner` and those of the inner optimizer. `cycles` names the
    hyperparameter that a schedule may cycle against the rate (torch: momentum or betas[0]).
    `separable` says that each coordinate is stepped by itself, without the loss or another
    gradient: then many parameters of one run may be stepped like one parameter of many runs, which
    is vector code. `family` says what it needs: gradients, curvature or line searches, or only
    losses. A path that another program took (`recorded`, a `core.grid.Recorded`) takes no steps.
    """

    key: str
    title: str
    step: Kernel
    lr: float
    hyper: tuple[Hyper, ...] = ()
    state: tuple[State, ...] = ()
    label: str = ""
    summary: str = ""
    source: str = ""
    formula: tuple[str, ...] = ()
    stability: Callable[[Mapping[str, float], Mapping[str, Any], int], Stability] | None = None
    family: Literal["first order", "second order", "gradient-free"] = "first order"
    wraps: bool = False
    inner: str = ""  # a wrapper's usual inner optimizer
    cycles: str = ""
    separable: bool = False
    recorded: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        in_language(self, "title", "summary")
        said = tuple(tr(line) if is_told(line) else line for line in self.formula)
        object.__setattr__(self, "formula", said)

    @property
    def named(self) -> str:
        """What tables and messages call it: its key, which of a recorded path is far too long."""
        return self.key if self.recorded is None else "recorded"


@dataclass(frozen=True, slots=True)
class Point:
    """A known stationary point and the loss there."""

    x: tuple[float, ...]
    value: float
    kind: Literal["global", "local", "saddle"] = "global"


def _nowhere(*_: float) -> tuple[Point, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Landscape:
    """A loss surface: `gradient(problem, x, f, g)` fills the loss and the gradient at x.

    `problem[0]` holds the parameters in the order of `parameters`. x (D, N), f (N,), g (D, N);
    `hessian(problem, x, c)` fills c (D, D, N). `minima(*parameters)` and `saddles(*parameters)`
    give the known stationary points. `rates` holds a sensible learning rate by optimizer key.
    Where the loss is a sum of squares r·r, `gauss_newton(problem, x, c)` fills c (D, D, N) with
    2 JᵀJ, J the Jacobian of r. Of a sampled surface `sheet` is what kernels find in problem[1], see
    core/hermite.py; its `key` is long, and `name` says which of these kernels it has.
    """

    key: str
    title: str
    gradient: Kernel
    hessian: Kernel
    bounds: tuple[tuple[float, float], ...]
    start: tuple[float, ...]
    teaches: str
    source: str
    formula: str
    parameters: tuple[Hyper, ...] = ()
    minima: Callable[..., tuple[Point, ...]] = _nowhere
    saddles: Callable[..., tuple[Point, ...]] = _nowhere
    rates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    levels: Literal["log", "linear", "equal"] = "log"
    gauss_newton: Kernel | None = None
    axes: tuple[str, str] = ("x", "y")
    sheet: Any = field(default=None, compare=False, repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        in_language(self, "title", "teaches")

    @property
    def named(self) -> str:
        """What messages call it: its key, or its title where the key holds a whole surface."""
        return self.key if self.sheet is None else self.title

    @property
    def stem(self) -> str:
        """What names code made for its kernels: its key, or what surfaces with the same share."""
        return self.name or self.key

    @property
    def dimension(self) -> int:
        """How many coordinates a point has."""
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A learning-rate schedule: `rates(lr, steps, **hyper)` gives the rate of every step (steps,).

    The array is what the optimizer uses and what the preview draws. `cycle(steps, **hyper)`, where
    a schedule has one, gives a momentum for every step as well, or None. `plateau(**hyper)` makes
    it react to the loss as the run goes: it returns factor, patience, threshold, whether that is
    absolute (0 or 1), cooldown, min_lr and eps, and `rates` then only gives the first rate.
    """

    key: str
    title: str
    rates: Callable[..., Any]
    hyper: tuple[Hyper, ...] = ()
    summary: str = ""
    source: str = ""
    cycle: Callable[..., Any] | None = None
    plateau: Callable[..., tuple[float, ...]] | None = None

    def __post_init__(self) -> None:
        in_language(self, "title", "summary")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a model's parameters: `shape` as torch has it, rows of a weight are its outputs.

    kind "weight" is what penalties and filter normalisation act on.
    """

    name: str
    shape: tuple[int, ...]
    kind: Literal["weight", "bias", "norm"] = "weight"

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


Choices = Mapping[str, Value]
# What a kernel of a model finds in its configuration before what the model itself put there.
STEP_NOW, TRAINING, UPDATES, VALUE_ONLY, KEY, OWN = range(6)


@dataclass(frozen=True, slots=True)
class Model:
    """A model of data: `gradient(problem, x, f, g)` fills the mean loss over rows and its gradient.

    problem is the engine's SOURCE: numbers (P,), data (M, F), targets (M, 1), rows (B,) of this
    step (all where empty, none where negative), the configuration (C,) and buffers (Q, N). The
    configuration begins with this step's number, whether dropout is on and statistics are the
    batch's, whether running statistics are to be brought up to date, whether the gradient may be
    left out, and the key of random draws; then follow `whole(features, classes, chosen)`. Penalties
    are part of the loss: `numbers(chosen)` begins with the weights l1 and l2, which leave biases
    out. Parameters are ordered as torch's `parameters_to_vector` has them: `blocks(features,
    classes, chosen)`. `first(draw, blocks, chosen)` is a first point, drawn by a NumPy generator.
    `predict(theta, X, numbers, whole, running)` gives outputs (M, O) before a sigmoid or softmax.
    `running(whole)`, where a model has running statistics, gives their first values (Q,).
    `exact(X, y, chosen)`, where a formula gives it, is the point of the lowest loss.
    """

    key: str
    title: str
    tasks: tuple[str, ...]
    gradient: Kernel
    blocks: Callable[[int, int, Choices], tuple[Block, ...]]
    numbers: Callable[[Choices], tuple[float, ...]]
    whole: Callable[[int, int, Choices], tuple[int, ...]]
    first: Callable[[Any, tuple[Block, ...], Choices], Any]
    predict: Callable[..., Any]
    hyper: tuple[Hyper, ...] = ()
    running: Callable[[tuple[int, ...]], tuple[float, ...]] | None = None
    exact: Callable[..., Any] | None = None
    summary: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        in_language(self, "title", "summary")


Entry = Optimizer | Landscape | Schedule | Model


def settle(hypers: tuple[Hyper, ...], given: Mapping[str, object], owner: str) -> dict[str, Value]:
    """Fill in defaults and check every given value; unknown names list the valid ones."""
    known = {h.name: h for h in hypers}
    for name in given:
        if name not in known:
            if not known:
                if " " in owner:  # which has no learning rate
                    raise InputError(
                        tr("{owner} has no setting {name!r}: it takes none", owner=owner, name=name)
                    )
                raise InputError(
                    tr(
                        "{owner} has no setting {name!r}: it takes none besides lr",
                        owner=owner,
                        name=name,
                    )
                )
            raise unknown(tr("setting of {owner}", owner=owner), name, known)
    return {n: h.check(given.get(n, h.default), owner) for n, h in known.items()}
