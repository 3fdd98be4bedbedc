"""What can be laid over a map: the gradient's field, where a rate is too high, the local model.

What has to be sampled is sampled by the engine (`Sampled`); all that follows the cursor is made
here from that, and kept for as long as nothing changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import isolines
from .figure import Overlay
from .language import tr
from .numbers import number, power
from .probe import probe
from .quadratic import Quadratic, kind, level
from .recorded import sentence
from .stability import past_limit, rate_at, row_at, rule_at
from .style import style

if TYPE_CHECKING:
    from .experiment import View
    from .figure import Bounds
    from .plan import Plan, RunPlan
    from .spec import Stability
    from .trace import Trace

Array = NDArray[np.float64]
SPACING = 40.0  # logical pixels between arrows
# The shortest arrow as a share of the longest, which is a little shorter than the spacing; and
# over how many powers of ten of the norm they grow.
_SHORTEST, _LONGEST, _DECADES = 0.25, 0.85, 6.0
# Samples up and down of what is as wide as a picture of one dimension is high.
_TALL = 61


@dataclass(frozen=True, slots=True, eq=False)
class Hessians:
    """Second derivatives on a grid: x (nx,), y (ny,), entries (ny, nx, 3), fxx, fxy, fyy.

    In one dimension y is empty and entries is (1, nx, 1). rough: taken from differences of the
    samples of the map.
    """

    x: Array
    y: Array
    entries: Array
    rough: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """What the engine sampled: the gradient's field, what is said of it, and the curvature.

    hessians is None where it was not asked for, or where `missing` says in a line why there is
    none. quick: whether a look at one point takes no noticeable time.
    """

    field: tuple[Overlay, ...] = ()
    said: tuple[str, ...] = ()
    hessians: Hessians | None = None
    missing: str = ""
    quick: bool = True


def arrows(points: Array, slopes: Array, spacing: float) -> tuple[Overlay, str]:
    """Arrows of -slopes (n, D) with their middles at points (n, 2), and their rule in words.

    The length grows with the logarithm of the slope's norm, from a quarter of the longest at the
    smallest norm, or six powers of ten below the largest. Of one dimension they lie level.
    """
    norm = np.linalg.norm(slopes, axis=1)
    good = np.isfinite(norm) & (norm > 0) & np.isfinite(points).all(axis=1)
    points, slopes, norm = points[good], slopes[good], norm[good]
    if not len(points):
        return Overlay("arrows", np.zeros((0, 2, 2))), tr("The gradient is zero everywhere in view")
    size = np.log10(norm)
    high = float(size.max())
    low = max(float(size.min()), high - _DECADES)
    share = np.clip((size - low) / (high - low), 0, 1) if high > low else np.ones(len(size))
    length = spacing * _LONGEST * (_SHORTEST + (1 - _SHORTEST) * share)
    way = np.zeros((len(points), 2))
    way[:, : slopes.shape[1]] = -slopes / norm[:, None]
    half = way * (length / 2)[:, None]
    made = Overlay("arrows", np.stack([points - half, points + half], axis=1))
    span = {"low": _power(low), "high": _power(high)}
    if float(size.min()) < low:
        return made, tr("Arrows: −∇, length by log ‖∇‖, from {low} or less to {high}", **span)
    return made, tr("Arrows: −∇, length by log ‖∇‖, from {low} to {high}", **span)


def _power(exponent: float) -> str:
    """Ten to a power, as a number."""
    return number(10.0**exponent) if abs(exponent) < 250 else power(round(exponent))


def lay(
    plan: Plan,
    run: RunPlan | None,
    trace: Trace | None,
    step: int,
    view: View,
    bounds: Bounds,
    sampled: Sampled | None,
) -> tuple[tuple[Overlay, ...], tuple[str, ...]]:
    """All that lies over a map for one run with the cursor at `step`, and what is to be said.

    run and trace are None where there is no run, or where the engine has not come to it.
    """
    found: list[Overlay] = []
    said: list[str] = []
    if view.section == "line" and view.line is not None and plan.landscape.dimension == 2:
        found.append(Overlay("section", np.array(view.line)))
    if sampled is None:
        return tuple(found), ()
    if view.field != "off":
        found += sampled.field
        said += sampled.said
    if not (view.unstable or view.quadratic):
        return tuple(found), tuple(said)
    if run is None or trace is None:
        return tuple(found), (*said, tr("No run is chosen whose steps could be looked at"))
    if view.unstable:
        drawn, words = _unstable(run, trace, step, bounds, sampled)
        found += drawn
        said.append(words)
    if view.quadratic:
        model, words = _quadratic(plan, run, trace, step, bounds, sampled)
        found += model
        said.append(words)
    return tuple(found), tuple(dict.fromkeys(said))


# -- where the rate is too high


def _unstable(
    run: RunPlan, trace: Trace, step: int, bounds: Bounds, sampled: Sampled
) -> tuple[tuple[Overlay, ...], str]:
    if run.recorded is not None:
        return (), sentence(run.label)
    row = row_at(trace, step)
    rule = rule_at(run, trace, row)
    if rule is None:
        return (), tr("{run} has no stability rule: no region is shown", run=run.label)
    if sampled.hessians is None:
        return (), sampled.missing
    rate = rate_at(run, trace, row)
    heights = bounds[1] if not sampled.hessians.y.size else None
    drawn, share = region(sampled.hessians, rate, rule, heights)
    largest = "f″" if not sampled.hessians.y.size else "λmax(H)"
    if rule.scale:
        largest = "f″/P" if not sampled.hessians.y.size else "λmax(P⁻¹H)"
    over = f"η·{largest} > {number(rule.limit)}"
    if sampled.hessians.rough:
        over = tr("{over}, from the map's samples", over=over)
    told = {"run": run.label, "rate": number(rate), "over": over}
    if share == 0:
        return drawn, tr("{run}'s η = {rate} is unstable nowhere in view ({over})", **told)
    if share == 1:
        return drawn, tr("{run}'s η = {rate} is unstable everywhere in view ({over})", **told)
    return drawn, tr("{run}'s η = {rate} is unstable where hatched ({over})", **told)


@lru_cache(maxsize=8)
def region(
    hessians: Hessians,
    rate: float,
    rule: Stability,
    heights: tuple[float, float] | None = None,
) -> tuple[tuple[Overlay, ...], float]:
    """Hatching and border of where a rate is past its limit, and the region's share of the grid.

    Of one dimension it is drawn as high as the losses `heights`.
    """
    times = past_limit(hessians.entries, rate, rule)
    x, y = hessians.x, hessians.y
    if heights is not None:
        times, y = np.repeat(times, _TALL, axis=0), np.linspace(*heights, _TALL)
    above = np.where(np.isnan(times), False, times > 1)
    share = float(above.mean())
    if share == 0:
        return (), 0.0
    hatch = Overlay("hatch", isolines.hatching(x, y, times, 1.0))
    return (hatch, Overlay("border", isolines.border(x, y, times, 1.0))), share


# -- the local quadratic model


def _quadratic(
    plan: Plan, run: RunPlan, trace: Trace, step: int, bounds: Bounds, sampled: Sampled
) -> tuple[list[Overlay], str]:
    if not sampled.quick:
        return [], tr("The quadratic model needs the Hessian, which takes too long for this model")
    row = max(min(step, trace.last_finite), 0)
    model = quadratic_at(plan, trace.points[row])
    if model is None:
        return [], tr(
            "No quadratic model: the loss is not finite about {run}'s point", run=run.label
        )
    rate = rate_at(run, trace, row)
    drawn = style(run.style)
    down = -rate * model.gradient
    steps = [
        ("gradient", tr("gradient step"), down),
        ("newton", tr("Newton step"), model.newton),
    ]
    made: list[Overlay] = []
    flat = plan.landscape.dimension == 1
    which = ""
    if flat:
        x = np.linspace(*bounds[0], 257)
        made.append(Overlay("model", np.column_stack([x, model.at(x[:, None])]), style=drawn))
    else:
        reach = max(high - low for low, high in bounds[:2])
        curves, which = level(model, down, reach)
        made += [Overlay("model", curve, style=drawn) for curve in curves]
    for name, words, move in steps:
        if move is None or not np.isfinite(move).all():
            continue
        ends = np.stack([model.point, model.point + move])
        if flat:
            ends = np.column_stack([ends[:, 0], model.at(ends)])
        made.append(Overlay(name, ends, words, drawn))  # type: ignore[arg-type]
    return made, _of_model(model, run, rate, which)


def quadratic_at(plan: Plan, point: Array) -> Quadratic | None:
    """The quadratic that fits the map's loss at a point (D,); None where it is not finite."""
    seen = probe(plan.landscape, plan.parameters, point, plan.penalty)
    parts = (seen.gradient, seen.hessian)
    if not (math.isfinite(seen.value) and all(np.isfinite(part).all() for part in parts)):
        return None
    return Quadratic(np.array(point, float), seen.value, *parts)


def _of_model(model: Quadratic, run: RunPlan, rate: float, which: str) -> str:
    """What is drawn of the model, in a sentence."""
    if run.recorded is not None:
        return sentence(run.label)
    leads = kind(model)
    told = {"run": run.label, "rate": number(rate)}
    if not leads:
        return tr(
            "{run}'s quadratic model has a singular Hessian: no level line, no Newton step "
            "(η = {rate})",
            **told,
        )
    line = tr(", level line {which}", which=which) if which else ""
    goes = {
        "minimum": "",
        "saddle": tr("; the Newton step leads to a saddle"),
        "maximum": tr("; the Newton step leads to a maximum"),
    }[leads]
    return tr("{run}'s quadratic model{line} (η = {rate}){goes}", line=line, goes=goes, **told)
