"""How losses are spread over contour levels, colours and heights.

One choice of levels serves the contour lines, the coloured bands, the colour bar and the height of
the surface, so that all of them tell the same story. Levels are given in losses.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from .figure import Levels
from .language import tr
from .numbers import number, power

if TYPE_CHECKING:
    from .experiment import View
    from .spec import Landscape

Array = NDArray[np.float64]
Kind = Literal["log", "linear", "equal"]

# About how many levels a picture takes: fewer look empty, more run together.
_WANTED = 22
# The lowest of this share of a picture does not stretch a logarithmic scale: near a minimum
# the logarithm falls without end.
_LOW_QUANTILE = 0.003
# A scale over more decades than this would be all colour and no shape.
_DECADES = 12
# How far into a band its end is: short of the next whole number.
_ALMOST = 0.999


def kind(view: View, landscape: Landscape) -> Kind:
    """How losses are spread: as the view wants, or where it leaves it open, the landscape."""
    return landscape.levels if view.levels == "auto" else view.levels


def choose(z: Array, kind: Kind, floor: float | None) -> Levels:
    """Levels for the losses z (any shape) in view.

    `floor` is the lowest known loss, which a logarithmic scale subtracts; where it is None the
    lowest loss in view stands in and the name says so. Values that are not finite do not count.
    """
    finite = np.asarray(z, dtype=float)
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        finite = np.zeros(1)
    low, high = float(finite.min()), float(finite.max())
    if not high - low > 1e-12 * max(abs(low), abs(high)):
        return _flat(kind, low)
    if kind == "log":
        return _log(finite, floor, low, high)
    if kind == "linear":
        return _linear(low, high)
    return _equal(finite, low, high)


def band(levels: Levels, z: Array) -> Array:
    """The continuous band of losses z (any shape): its floor is the number of levels <= z.

    It rises with z, is a whole number exactly at a level and is straight between two in the
    scale's own space. Below the first and above the last level it bends so as to stay inside
    bands 0 and L without touching a whole number; NaN stays NaN.
    """
    z = np.asarray(z, dtype=float)
    marks = _scaled(levels, levels.values)
    widths = np.diff(marks) if len(marks) > 1 else np.ones(1)
    count = np.searchsorted(levels.values, z, side="right")
    gap = np.clip(count - 1, 0, len(widths) - 1)
    last = count == len(marks)
    with np.errstate(invalid="ignore", over="ignore"):
        past = (_scaled(levels, z) - np.where(last, marks[-1], marks[gap])) / widths[gap]
        size = np.abs(past)
        bent = np.where(np.isinf(size), 1.0, size / (1 + size))
    part = np.where(count == 0, 1 - bent, np.where(last, bent, past))
    part = np.clip(part, np.where(count == 0, 1 - _ALMOST, 0.0), _ALMOST)
    return np.where(np.isnan(z), np.nan, count + part)


def height(levels: Levels, z: Array) -> tuple[Array, str]:
    """The heights at which a surface shows losses z, and the sentence that says so.

    Values that are not finite have no height: NaN.
    """
    z = np.where(np.isfinite(z), z, np.nan)
    if levels.kind == "linear":
        return z, tr("height loss")
    if levels.kind == "equal":
        return band(levels, z), tr("height rank of the loss, equalised")
    lift = _nice_below((levels.values[-1] - levels.floor) / 100)
    above = shifted(levels.floor)
    shown = tr("height log₁₀({lift} + {loss})", lift=number(lift), loss=above)
    # just below the floor by rounding is at the floor
    return np.log10(lift + np.maximum(z - levels.floor, -0.5 * lift)), shown


def shifted(floor: float) -> str:
    """The loss counted from a floor, in words: 'loss', 'loss + 78.33', 'loss − 2'."""
    if floor == 0:
        return tr("loss")
    return f"{tr('loss')} {'+' if floor < 0 else '−'} {number(abs(floor))}"


def ticks(low: float, high: float, wanted: int) -> Array:
    """About so many round numbers from low to high, a step of 1, 2 or 5 apart."""
    return _multiples(low, high, _nice((high - low) / wanted))


def _flat(kind: Kind, value: float) -> Levels:
    """One level, above the only loss there is, so that no line runs along the whole plain."""
    unit = max(1.0, abs(value))
    name = tr("the loss is {loss} everywhere in view", loss=number(value))
    return Levels(kind, np.array([value + unit]), value - unit, name, ((value, number(value)),))


def _log(finite: Array, floor: float | None, low: float, high: float) -> Levels:
    base = low if floor is None else floor
    above = finite - base
    above = above[above > 0]
    if not above.size:
        return _linear(low, high)
    top = math.log10(above.max())
    bottom = max(math.log10(float(_quantile(above, _LOW_QUANTILE))), top - _DECADES)
    if top - bottom < 0.5:
        # less than half a decade in view: a logarithm would only hide the numbers
        return _linear(low, high)
    per = max(1, round(_WANTED / (top - bottom)))
    first, last = math.floor(bottom * per + 1e-9), math.ceil(top * per - 1e-9) - 1
    exponents = np.arange(first, last + 1)
    values = _distinct(base + np.array([_ten(int(e), per) for e in exponents]))
    shown = range(-(-first // per), math.floor(top) + 1)
    every = max(1, math.ceil(len(shown) / 6))
    marks = tuple((base + 10.0**e, _decade(e)) for e in shown if e % every == 0)
    name = tr("{loss}, log", loss=shifted(base))
    if floor is None and base != 0:
        name = tr("{name} ({base} is the lowest in view)", name=name, base=number(base))
    return Levels("log", values, base, name, marks)


# As np.quantile and np.unique, which load numpy.ma for it: that takes longer than all levels do.
def _quantile(values: Array, share: float | Array) -> Array:
    """The values below which these shares of all values lie, straight between neighbours."""
    last = values.size - 1
    places = np.asarray(share, dtype=float) * last
    made: Array = np.interp(places, np.arange(last + 1), np.sort(values, axis=None))
    return made


def _distinct(values: Array) -> Array:
    """The values in order, each once."""
    return np.array(sorted(set(values.tolist())))


def _ten(step: int, per: int) -> float:
    """Ten to step / per, exact at whole powers."""
    whole, rest = divmod(step, per)
    return float(f"1e{whole}") * 10 ** (rest / per)


def _decade(exponent: int) -> str:
    return f"{10.0**exponent:g}" if -3 <= exponent <= 3 else power(exponent)


def _linear(low: float, high: float) -> Levels:
    values = ticks(low, high, _WANTED)
    # a plain at either end must not lie on a level: its line would be all over it
    values = values[(values > low) & (values < high)]
    shown = tuple((t, number(t)) for t in ticks(low, high, 5).tolist())
    return Levels("linear", values, 0.0, tr("loss, linear"), shown)


def _equal(finite: Array, low: float, high: float) -> Levels:
    values = _distinct(_quantile(finite, np.arange(1, _WANTED) / _WANTED))
    if len(values) < 3:
        # most of the view is one plain: ranks would draw a line all over it
        return _linear(low, high)
    picked = values[sorted({round(i) for i in np.linspace(0, len(values) - 1, 5).tolist()})]
    shown = tuple((float(v), number(_round(float(v)))) for v in picked)
    return Levels("equal", values, 0.0, tr("loss, equalised"), shown)


def _round(value: float) -> float:
    return float(f"{value:.2e}")


def _nice(step: float) -> float:
    """The step of 1, 2 or 5 times a power of ten that is nearest, by ratio."""
    lead = 10.0 ** math.floor(math.log10(step))
    return min((lead * n for n in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / step)))


def _nice_below(value: float) -> float:
    lead = 10.0 ** math.floor(math.log10(value))
    return max(n for n in (lead, 2 * lead, 5 * lead) if n <= value * (1 + 1e-9))


def _multiples(low: float, high: float, step: float) -> Array:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    # through text, so that 0.3 is 0.3 and not 3 * 0.1
    return np.array([float(f"{i * step:.12g}") for i in range(first, last + 1)])


def _scaled(levels: Levels, z: Array) -> Array:
    if levels.kind != "log":
        return z
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log10(np.maximum(z - levels.floor, 0.0))
