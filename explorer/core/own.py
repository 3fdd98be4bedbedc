"""A person's own landscape, written as `expr:` and a formula: `expr:(1-x)^2 + b*(y-x^2)^2`.

It comes in two makes. `landscape` is there at once and has all that is looked at before a run:
title, parameters, bounds, start. `derived` adds kernels, minima and saddle points; its first call
for a formula takes derivatives and writes a file, so it belongs on a thread that may wait.
"""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from . import arithmetic, expression
from .errors import InputError
from .language import tr
from .spec import Hyper, Landscape
from .tokens import ExpressionError

if TYPE_CHECKING:
    from .experiment import Experiment
    from .expression import Expression
    from .spec import Point

PREFIX = "expr:"
BOUNDS = (-5.0, 5.0)
_TITLE = 48  # a title is cut here; the formula itself is whole
_LETTERS = {name: letter for letter, name in arithmetic.GREEK.items()}
# Where a run may start, tried in turn until the loss and what is around it are finite.
_COORDINATES = (1.5, -1.5, 0.6, 3.0, -0.6, -3.0, 4.2, -4.2)
_AROUND = 1e-3


def is_own(key: str) -> bool:
    """Whether the name of a landscape is a formula."""
    return key.startswith(PREFIX)


def read(key: str) -> Expression:
    """Read the formula in a landscape's name; InputError, one line, that points at the fault."""
    text = key.removeprefix(PREFIX)
    try:
        return expression.parse(text)
    except ExpressionError as error:
        shown = f"{text[error.at]!r}" if error.at < len(text) else tr("the end")
        raise InputError(
            tr(
                "the formula of {prefix}, at character {at} ({shown}): {what}",
                prefix=PREFIX,
                at=error.at + 1,
                shown=shown,
                what=error.what,
            )
        ) from None


def _not_derived(*_: Any) -> None:
    raise RuntimeError("its derivatives are not taken yet: ask Catalog.derived for this landscape")


@lru_cache(maxsize=256)
def landscape(key: str) -> Landscape:
    """The landscape of a formula, to look at: its kernels cannot be called."""
    read_ = read(key)
    start = _start(read_)
    return Landscape(
        key=PREFIX + read_.text,
        title=_title(read_.text),
        gradient=_not_derived,
        hessian=_not_derived,
        bounds=(BOUNDS,) * read_.dimension,
        start=start,
        teaches=tr(
            "A formula of your own. Minima and saddle points are searched for numerically: "
            "there may be more than are marked."
        ),
        source=tr("your own"),
        formula=read_.text,
        parameters=tuple(_parameter(name, read_) for name in read_.parameters),
        rates=_rates(read_, start),
        levels="linear",
    )


@lru_cache(maxsize=64)
def derived(key: str) -> Landscape:
    """The same with kernels for loss, gradient and Hessian, and with the minima found."""
    from . import kernelfile, stationary

    light = landscape(key)
    if key != light.key:
        return derived(light.key)
    gradient, hessian = kernelfile.kernels(read(key))
    whole = replace(light, gradient=gradient, hessian=hessian)

    @lru_cache(maxsize=64)
    def points(*parameters: float) -> tuple[Point, ...]:
        return stationary.search(whole, parameters)

    def minima(*parameters: float) -> tuple[Point, ...]:
        return tuple(p for p in points(*parameters) if p.kind != "saddle")

    def saddles(*parameters: float) -> tuple[Point, ...]:
        return tuple(p for p in points(*parameters) if p.kind == "saddle")

    # a logarithm needs a lowest loss to count from
    lowest = any(p.kind == "global" for p in points(*(1.0,) * len(light.parameters)))
    return replace(whole, minima=minima, saddles=saddles, levels="log" if lowest else "linear")


def _title(text: str) -> str:
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 2].rstrip(' +-*/^(,')} …"


def keep(before: Experiment, moved: Experiment) -> Experiment:
    """An experiment moved from one formula to the next: start, view and what is still named stay.

    Where either is no formula, or they differ in dimension, it is as it was moved.
    """
    if not (is_own(before.landscape) and is_own(moved.landscape)):
        return moved
    now = landscape(moved.landscape)
    if landscape(before.landscape).dimension != now.dimension:
        return moved
    names = {h.name for h in now.parameters}
    kept = tuple((name, value) for name, value in before.parameters if name in names)
    return replace(before, landscape=moved.landscape, parameters=kept)


def _parameter(name: str, read_: Expression) -> Hyper:
    """A free name as a slider: logarithmic where the formula needs it above zero."""
    symbol = _LETTERS.get(name, "")
    words = tr("The {name} of the formula.", name=name)
    if name in _positive(read_.tree):
        return Hyper(
            name, 1.0, low=0.0, low_open=True, scale="log", slider=(1e-3, 1e3),
            symbol=symbol, help=words,
        )  # fmt: skip
    return Hyper(name, 1.0, slider=(-10.0, 10.0), symbol=symbol, help=words)


def _positive(tree: ast.expr) -> set[str]:
    """The names whose logarithm, root or power to something else than a number is taken."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="log" | "sqrt"), args=[ast.Name(id=name)]):
                found.add(name)
            case ast.BinOp(ast.Name(id=name), ast.Pow(), right):
                if any(isinstance(n, ast.Name) for n in ast.walk(right)):
                    found.add(name)
    return found


def _rates(read_: Expression, start: tuple[float, ...]) -> MappingProxyType[str, float]:
    """Learning rates for the window: steps of plain descent a share of what the start allows.

    Slope and curvature at the start are told from differences, parameters at their defaults.
    """
    given = dict.fromkeys(read_.parameters, 1.0)

    def loss(axis: int, step: float) -> float:
        point = [v + step * (i == axis) for i, v in enumerate(start)]
        names = given | dict(zip(arithmetic.VARIABLES, point, strict=False))
        return arithmetic.value(read_.tree, names)

    size = 0.0
    for axis in range(len(start)):
        low, middle, high = (loss(axis, step) for step in (-_AROUND, 0.0, _AROUND))
        slope, curve = (high - low) / (2 * _AROUND), (high - 2 * middle + low) / _AROUND**2
        size = max(size, *(abs(v) for v in (slope, curve) if math.isfinite(v)), 0.1)
    plain = float(f"{0.2 / size:.0e}") if size else 0.01
    signs = {"adagrad": 0.5, "rmsprop": 0.03, "adam": 0.1}
    return MappingProxyType({"sgd": plain, "momentum": plain / 2, "nesterov": plain / 2, **signs})


def _start(read_: Expression) -> tuple[float, ...]:
    names = dict.fromkeys(read_.parameters, 1.0)

    def finite(point: tuple[float, ...]) -> bool:
        given = names | dict(zip(arithmetic.VARIABLES, point, strict=False))
        return math.isfinite(arithmetic.value(read_.tree, given))

    def safe(point: tuple[float, ...]) -> bool:
        steps = [(v - _AROUND, v, v + _AROUND) for v in point]
        return all(finite(near) for near in product(*steps))

    tried = sorted(
        product(_COORDINATES, repeat=read_.dimension),
        key=lambda point: sum(_COORDINATES.index(v) for v in point),
    )
    return next(filter(safe, tried), tried[0])
