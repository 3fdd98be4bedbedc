"""Where an axis has its numbers, and how they are written. Pure functions."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from explorer.core.numbers import MINUS
from explorer.core.numbers import power as power_of_ten

if TYPE_CHECKING:
    from collections.abc import Sequence


def nice_step(span: float, count: float) -> float:
    """The least of 1, 2, 5 times a power of ten that divides `span` into `count` parts or fewer."""
    if not (span > 0 and math.isfinite(span)):
        return 1.0
    rough = span / max(count, 1.0)
    unit = 10.0 ** math.floor(math.log10(rough))
    return next((m * unit for m in (1.0, 2.0, 5.0) if m * unit >= rough), 10.0 * unit)


def linear_ticks(low: float, high: float, count: float, *, whole: bool = False) -> list[float]:
    """Round numbers in [low, high], about `count` of them; whole ones only where asked."""
    step = nice_step(high - low, count)
    if whole:
        step = max(step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 1000:  # a view zoomed past the precision of its numbers
        return []
    return [k * step for k in range(first, last + 1)]


def linear_labels(values: Sequence[float]) -> list[str]:
    """Ticks written alike, with U+2212 for minus.

    As many decimals as the finest needs; powers of ten where that would be long.
    """
    if not values:
        return []
    gaps = [b - a for a, b in pairwise(values)] or [max(values, key=abs) or 1]
    size, finest = max(map(abs, values)), abs(min(gaps, key=abs))
    if size and not (1e-3 <= size < 1e6):
        power = math.floor(math.log10(size))
        digits = max(0, power - math.floor(math.log10(finest) + 1e-9))
        return [
            "0" if v == 0 else f"{v / 10.0**power:.{digits}f}×{power_of_ten(power)}" for v in values
        ]
    digits = max(0, -math.floor(math.log10(finest) + 1e-9)) if finest > 0 else 0
    return [f"{v:.{digits}f}".replace("-", MINUS) if v else "0" for v in values]


def log_ticks(low: float, high: float, count: float) -> tuple[list[float], list[str]]:
    """Where the ticks of an axis that shows log10 from `low` to `high` are, and their texts.

    Whole powers of ten, every second, fifth, tenth... where there are many; below 1.5 decades 1, 2
    and 5 times a power.
    """
    if high - low >= 1.5:
        powers = linear_ticks(low, high, count, whole=True)
        return powers, [power_of_ten(round(p)) for p in powers]
    decades = range(math.floor(low), math.ceil(high) + 1)
    every = [(math.log10(m) + k, m, k) for k in decades for m in (1, 2, 5)]
    inside = [(at, m, k) for at, m, k in every if low <= at <= high]
    if len(inside) < 2:  # less than a factor of two on show
        if high - low > 290 or max(abs(low), abs(high)) > 290:
            return [], []
        losses = [v for v in linear_ticks(10**low, 10**high, count) if v > 0]
        return [math.log10(v) for v in losses], linear_labels(losses)
    return [at for at, _, _ in inside], [_one_two_five(m, k) for _, m, k in inside]


def _one_two_five(mantissa: int, power: int) -> str:
    if -3 <= power <= 4:
        return f"{mantissa * 10.0**power:.{max(0, -power)}f}"
    return power_of_ten(power) if mantissa == 1 else f"{mantissa}×{power_of_ten(power)}"
