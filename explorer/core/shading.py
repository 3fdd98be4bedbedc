"""Colours trajectories by a quantity: the learning rate or the loss, in one scale for all runs.

The colours are none of a map's: from magenta to pale yellow at evenly rising lightness in OKLCH
(Ottosson 2020), all of them at 3:1 or more on the dark halo around a trajectory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from .figure import Array, Shading
from .language import tr
from .numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .figure import Path
    from .plan import Plan, RunPlan
    from .trace import Trace

# A scale is logarithmic from this ratio of its ends on; one of losses spans so many decades.
_LOG = 30.0
_DECADES = 4.0
# OKLCH from the lowest to the highest value: lightness, hue in degrees, chroma.
_LIGHTNESS = (0.56, 0.97)
_HUE = (-30.0, 115.0)
_CHROMA = (0.2, 0.115)


@cache
def ramp() -> NDArray[np.uint8]:
    """The colours of a scale from its low to its high end (256, 3), read-only."""
    t = np.linspace(0.0, 1.0, 256)
    light = _LIGHTNESS[0] + (_LIGHTNESS[1] - _LIGHTNESS[0]) * t
    hue = np.radians(_HUE[0] + (_HUE[1] - _HUE[0]) * t)
    chroma = _CHROMA[1] + (_CHROMA[0] - _CHROMA[1]) * (1 - t) ** 2
    a, b = chroma * np.cos(hue), chroma * np.sin(hue)
    cones = [
        (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (light - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    ]
    mixing = (
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    )
    linear = np.clip(np.array(mixing) @ np.array(cones), 0.0, 1.0).T
    bent = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    made: NDArray[np.uint8] = np.rint(bent * 255).astype(np.uint8)
    made.flags.writeable = False
    return made


def colour_at(shade: float) -> str:
    """The colour '#RRGGBB' of a place on the scale, 0 to 1."""
    red, green, blue = ramp()[round(min(max(shade, 0.0), 1.0) * 255)].tolist()
    return f"#{red:02X}{green:02X}{blue:02X}"


@dataclass(frozen=True, slots=True)
class Scale:
    """How values become places from 0 to 1: between `low` and `high`, or their logarithms."""

    low: float
    high: float
    log: bool

    def __call__(self, values: Array) -> Array:
        """The places (n,) of values (n,), those outside put on the nearer end."""
        if not self.low < self.high:
            return np.full(len(values), 0.5)
        kept = np.clip(values, self.low, self.high)
        low, high = self.low, self.high
        if self.log:
            kept, low, high = np.log(kept), np.log(low), np.log(high)
        made: Array = (kept - low) / (high - low)
        return made


def rate_scale(traces: Sequence[Trace]) -> Scale:
    """The scale of the learning rates that were applied."""
    rates = (trace.learning_rate for trace in traces)
    found = [known for each in rates if (known := each[~np.isnan(each)]).size]
    low = min((float(rates.min()) for rates in found), default=0.0)
    high = max((float(rates.max()) for rates in found), default=0.0)
    return Scale(low, high, low > 0 and high >= _LOG * low)


def loss_scale(runs: Sequence[tuple[RunPlan, Trace]]) -> tuple[Scale, bool, bool]:
    """The scale of the losses, and whether some lie below and above it.

    Losses of a run that diverges do not stretch it, and a logarithm spans four decades at most.
    """
    tame, every = [], []
    for run, trace in runs:
        losses = trace.losses_to(trace.last_finite + 1, run.epoch)
        losses = losses[np.isfinite(losses)]
        every.append(losses)
        tame.append(losses[:1] if trace.lost else losses)
    values, seen = (np.concatenate(p) if p else np.zeros(0) for p in (every, tame))
    if not seen.size:
        return Scale(0.0, 0.0, log=False), False, False
    low, high = float(seen.min()), float(seen.max())
    log = high > 0 and low >= 0 and high >= _LOG * low
    if log:
        low = max(low, high * 10**-_DECADES)
    scale = Scale(low, high, log)
    return scale, bool(values.min() < low), bool(values.max() > high)


def shaded(
    plan: Plan, traces: Sequence[Trace], by: str, paths: tuple[Path, ...]
) -> tuple[tuple[Array, ...], Shading | None]:
    """The shades of each path's points, 0 to 1, and what is to be said of their scale.

    The shade of a learning rate is that of the step which led to the point. Nothing by optimizer.
    """
    runs = [(r, t) for r, t in zip(plan.runs, traces, strict=False) if r.visible]
    if by == "optimizer" or not runs:
        return tuple(np.zeros(0) for _ in paths), None
    if by == "rate":
        scale = rate_scale([trace for _, trace in runs])
        made = []
        for path, (run, trace) in zip(paths, runs, strict=True):
            if run.recorded is not None:  # nobody knows its rates: it stays in its own colour
                made.append(np.zeros(0))
                continue
            rates = trace.learning_rate[: max(len(path.points) - 1, 0)]
            first = trace.learning_rate[:1] if trace.learning_rate.size else np.zeros(1)
            made.append(scale(np.concatenate([first, rates])[: len(path.points)]))
        return tuple(made), _said(tr("Learning rate"), scale, below=False, above=False)
    scale, below, above = loss_scale(runs)
    shades = tuple(scale(_filled(path.losses)) for path in paths)
    return shades, _said(tr("Loss"), scale, below=below, above=above)


def _filled(losses: Array) -> Array:
    """Losses (n,), between known ones where a recorded path leaves the data and comes back."""
    known = ~np.isnan(losses)
    if known.all():
        return losses
    at = np.arange(losses.size)
    return np.interp(at, at[known], losses[known]) if known.any() else np.zeros(losses.size)


def _said(name: str, scale: Scale, *, below: bool, above: bool) -> Shading:
    low, high = number(scale.low), number(scale.high)
    if not scale.low < scale.high:
        return Shading(name, low, low)
    if scale.log:
        name = tr("{name}, logarithmic", name=name)
    return Shading(name, f"≤ {low}" if below else low, f"≥ {high}" if above else high)
