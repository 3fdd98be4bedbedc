"""What a map over many runs was asked for: over which starts, or over which hyperparameters.

Like an experiment it is one frozen value without arrays, and sessions keep it.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from .errors import InputError
from .language import tr
from .spec import refused

if TYPE_CHECKING:
    from .figure import Bounds

Spread = Literal["linear", "log", "one_minus"]
SIDES = 2, 4000
MOST = 3_000_000  # cells of a map: as many as a table takes
WORK = 2_000_000_000_000  # steps of all its runs
NOWHERE, LOST = -1, -2


@dataclass(frozen=True, slots=True)
class Axis:
    """A hyperparameter, or `lr`, from low to high; `scale` says how its values are spread.

    "log" is even in the logarithm, "one_minus" in that of 1 - value, as decay rates are spread.
    """

    name: str
    low: float
    high: float
    scale: Spread = "linear"


@dataclass(frozen=True, slots=True)
class Basins:
    """A run from every start on a grid of size (nx, ny) over bounds, or (nx,) in one dimension.

    A run ends in the stationary point nearest to its end if that is within `within`; it is there
    once its loss is not above that point's by more than `tolerance`.
    """

    size: tuple[int, ...]
    bounds: Bounds
    within: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A run for every pair of values of two hyperparameters, size (nx, ny) of them.

    A run has arrived once its loss is not above the lowest known by more than `tolerance`.
    """

    x: Axis
    y: Axis
    size: tuple[int, ...]
    tolerance: float


Asked = Basins | Sensitivity
KINDS = {"basins": Basins, "sensitivity": Sensitivity}


def kind(asked: Asked) -> str:
    """The name of a kind of map, as files have it."""
    return "basins" if isinstance(asked, Basins) else "sensitivity"


def plain(asked: Asked | None) -> dict[str, Any] | None:
    """A map's settings as a session file has them."""
    return None if asked is None else {"kind": kind(asked), **asdict(asked)}


def read(given: Any) -> Asked | None:
    """The settings of a map from a session file; raises InputError, TypeError, or KeyError."""
    if given is None:
        return None
    made: Asked
    size = tuple(int(n) for n in given["size"])
    tolerance = float(given["tolerance"])
    if given["kind"] == "basins":
        bounds = tuple((float(a), float(b)) for a, b in given["bounds"])
        made = Basins(size, bounds, float(given["within"]), tolerance)
    elif given["kind"] == "sensitivity":
        x, y = (_axis(given[name]) for name in "xy")
        made = Sensitivity(x, y, size, tolerance)
    else:
        raise refused("map", given["kind"], tr("one of {names}", names=", ".join(KINDS)))
    check(made)
    return made


def _axis(given: Any) -> Axis:
    return Axis(str(given["name"]), float(given["low"]), float(given["high"]), given["scale"])


def check(asked: Asked) -> None:
    """Raise InputError with the first thing wrong with a map's settings."""
    low, high = SIDES
    for name, side in zip(("width", "height"), asked.size, strict=False):
        if not low <= side <= high:
            allowed = tr("a whole number from {low} to {high}", low=low, high=high)
            raise refused(name, side, allowed)
    if math.prod(asked.size) > MOST:
        raise InputError(
            tr("size={size}: {count} cells, at most {most} fit a map",
               size="x".join(map(str, asked.size)), count=math.prod(asked.size), most=MOST)
        )  # fmt: skip
    if not (math.isfinite(asked.tolerance) and asked.tolerance >= 0):
        raise refused("tolerance", f"{asked.tolerance:g}", tr("a finite number at least 0"))
    if isinstance(asked, Basins):
        if len(asked.size) != len(asked.bounds) or len(asked.size) not in (1, 2):
            raise refused("size", "x".join(map(str, asked.size)),
                          tr("as many numbers as a start has coordinates"))  # fmt: skip
        for a, b in asked.bounds:
            if not (math.isfinite(a) and math.isfinite(b) and a < b):
                raise refused("bounds", f"{a:g}:{b:g}", tr("finite, the low end first"))
        if not (math.isfinite(asked.within) and asked.within > 0):
            raise refused("within", f"{asked.within:g}", tr("a finite number above 0"))
        return
    if len(asked.size) != 2:
        raise refused("size", "x".join(map(str, asked.size)), tr("two numbers"))
    if asked.x.name == asked.y.name:
        raise InputError(tr("both axes are {name}: must be two", name=asked.x.name))
    for axis in (asked.x, asked.y):
        _check_axis(axis)


def _check_axis(axis: Axis) -> None:
    shown = f"{axis.low:g}:{axis.high:g}"
    if not (math.isfinite(axis.low) and math.isfinite(axis.high) and axis.low < axis.high):
        raise refused(axis.name, shown, tr("finite, the low end first"))
    if axis.scale == "log" and not axis.low > 0:
        raise refused(axis.name, shown, tr("above 0 on a logarithmic axis"))
    if axis.scale == "one_minus" and not axis.high < 1:
        raise refused(axis.name, shown, tr("below 1 on an axis of decay rates"))
    if axis.scale not in ("linear", "log", "one_minus"):
        raise refused(f"{axis.name} scale", axis.scale, "linear, log, one_minus")


def place(axis: Axis, value: float) -> float:
    """Where a value is on an axis, 0 at its low and 1 at its high end."""
    if axis.scale == "log":
        return math.log(value / axis.low) / math.log(axis.high / axis.low)
    if axis.scale == "one_minus":
        return math.log((1 - value) / (1 - axis.low)) / math.log((1 - axis.high) / (1 - axis.low))
    return (value - axis.low) / (axis.high - axis.low)
