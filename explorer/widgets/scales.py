"""How a slider's positions stand for a number's values, and what one step of it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from explorer.core.spec import Hyper

STEPS = 1000
# A logarithmic slider that is to start at zero spans this many decades.
_DECADES = 6
# Keyboard and wheel take so many steps to a decade.
_PER_DECADE = 20


def _ends(hyper: Hyper) -> tuple[float, float]:
    """The slider's ends, finite and in order."""
    low, high = hyper.span
    reach = 10 * max(1.0, abs(float(hyper.default)))
    if math.isinf(low) or math.isinf(high):
        low = max(low, min(-reach, high - reach) if math.isinf(high) else high - 2 * reach)
        high = min(high, low + 2 * reach)
    return low, high


def _log_ends(hyper: Hyper) -> tuple[float, float]:
    """The ends of the positive quantity whose logarithm the slider shows, its smaller end first."""
    low, high = _ends(hyper)
    if hyper.scale == "one_minus":
        low, high = 1 - high, 1 - low
    return (low if low > 0 else high * 10.0**-_DECADES), high


def steps(hyper: Hyper) -> int:
    """How many positions the slider has after its first."""
    low, high = _ends(hyper)
    if hyper.integer and hyper.scale == "linear" and high - low <= STEPS:
        return round(high - low)
    return STEPS


def position(hyper: Hyper, value: float) -> int:
    """Where the slider stands for a value: 0 to `steps(hyper)`; its nearer end where out of it."""
    count = steps(hyper)
    if hyper.scale == "linear":
        low, high = _ends(hyper)
        share = (value - low) / (high - low) if high > low else 0.0
    else:
        low, high = _log_ends(hyper)
        size = 1 - value if hyper.scale == "one_minus" else value
        size = max(size, low * 1e-300)
        share = math.log(size / low) / math.log(high / low) if size > 0 else 0.0
        if hyper.scale == "one_minus":
            share = 1 - share
        if hyper.scale == "log_zero":
            # zero has the first position for itself
            return 1 + round((count - 1) * min(max(share, 0.0), 1.0)) if value > 0 else 0
    return round(count * min(max(share, 0.0), 1.0))


def value(hyper: Hyper, at: int) -> float:
    """The value at a slider's position, rounded to what its width can tell apart."""
    count = steps(hyper)
    share = at / count if count else 0.0
    if hyper.scale == "linear":
        low, high = _ends(hyper)
        grain = _nice((high - low) / count) if count else 1.0
        return _bounded(hyper, _multiple(low + share * (high - low), grain))
    small, large = _log_ends(hyper)
    if hyper.scale == "one_minus":
        if at <= 0:
            return _bounded(hyper, _ends(hyper)[0])
        return _bounded(hyper, float(f"{1 - _rounded(large * (small / large) ** share, 2):.12g}"))
    if hyper.scale == "log_zero":
        if at <= 0:
            return _bounded(hyper, 0.0)
        share = (at - 1) / (count - 1)
    return _bounded(hyper, _rounded(small * (large / small) ** share, 3))


def stepped(hyper: Hyper, value: float, count: int) -> float:
    """The value `count` steps up (or down), rounded so that steps lead over plain numbers."""
    if hyper.scale == "linear":
        low, high = _ends(hyper)
        grain = max(_nice((high - low) / 100), 1.0 if hyper.integer else 0.0)
        return _bounded(hyper, _multiple((round(value / grain) + count) * grain, grain))
    small, large = _log_ends(hyper)
    factor = 10.0 ** (count / _PER_DECADE)
    if hyper.scale == "one_minus":
        size = _rounded(max(1 - value, small) / factor, 2)
        return _bounded(hyper, float(f"{1 - min(size, large):.12g}"))
    if hyper.scale == "log_zero":
        if value <= 0 and count > 0:
            return _bounded(hyper, small)
        if count < 0 and value * factor < small * 0.99:
            return _bounded(hyper, 0.0)
    found = _rounded(value * factor, 2)
    if hyper.integer and round(found) == round(value):
        found = value + math.copysign(1, count)
    return _bounded(hyper, found)


def _bounded(hyper: Hyper, value: float) -> float:
    """The nearest allowed value; an open end is kept off by a billionth."""
    if hyper.integer:
        value = float(round(value))
    gap = 1.0 if hyper.integer else 1e-9
    low = hyper.low + gap * hyper.low_open
    high = hyper.high - gap * hyper.high_open
    return min(max(value, low), high)


def _nice(step: float) -> float:
    """The largest of 1, 2 or 5 times a power of ten that is at most `step`."""
    lead = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return max(n * lead for n in (1, 2, 5) if n * lead <= step * (1 + 1e-9))


def _multiple(value: float, grain: float) -> float:
    # through text, so that 0.3 is 0.3 and not 3 * 0.1
    return float(f"{round(value / grain) * grain:.12g}")


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
