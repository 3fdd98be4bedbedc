"""Makes the display list of curves: a quantity of every run against the step or the epoch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from .errors import unknown
from .experiment import Penalty
from .figure import Array, CurvePlot, EndKind, Series
from .language import tr
from .numbers import number
from .style import style
from .theory import theory
from .trace import LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plan import Plan, RunPlan
    from .trace import Trace

Quantity = Literal["loss", "parts", "gradient_norm", "learning_rate"]
QUANTITIES: tuple[Quantity, ...] = ("loss", "parts", "gradient_norm", "learning_rate")
_Part = Literal["train", "validation", "penalty"]
# Past the longest run an axis goes on for this share of it, so that the sign at its end is whole.
_BEYOND = 0.03


# A linear axis ends here: a range beyond leaves the floats that it is computed in.
MOST = 1e300


def quantities(plan: Plan) -> tuple[Quantity, ...]:
    """The quantities that differ in a plan: a loss without penalty has no parts."""
    return tuple(q for q in QUANTITIES if q != "parts" or plan.penalty != Penalty())


def curve_plot(
    traces: Sequence[Trace],
    plan: Plan,
    quantity: Quantity,
    step: int,
    log: bool,
    every: int = 1,
    selected: int | None = None,
) -> CurvePlot:
    """A quantity of every visible run against the step, whole, with the cursor at `step`.

    The loss comes with the validation loss, where there is one, and its best epoch; "parts" are
    the loss without its penalty, and the penalty. On a logarithmic axis values that are zero or
    negative cannot be drawn, on a linear one those beyond MOST: they are left out and counted.
    Values that are not finite end a curve. The rate of step t stands at t = 1, 2, ... With `every`
    above 1, x counts epochs of so many steps, and of losses and gradients only those at an epoch's
    end, and the last, are drawn; runs of a training may have epochs of their own. The loss of a
    training is each step's batch's, or by epochs that of all rows. Where theory knows what the loss
    of the plan's run `selected` does, a line of it goes with that.
    """
    if quantity not in QUANTITIES:
        raise unknown(tr("quantity"), quantity, QUANTITIES)
    series, omitted = [], 0
    for run, trace in _visible(plan, traces):
        epoch = (run.epoch or every) if every > 1 else 1
        for part, values in _parts(trace, quantity, epoch):
            x = np.arange(len(values), dtype=float) + (quantity == "learning_rate")
            good = np.isfinite(values)
            if epoch > 1 and quantity != "learning_rate":
                good &= (x % epoch == 0) | (x == len(x) - 1)
            drawable = values > 0 if log else np.abs(values) <= MOST
            omitted += int(np.count_nonzero(good & ~drawable))
            good &= drawable
            best = _best(trace, values, log, epoch) if part == "validation" else None
            x, y = (x[good], values[good]) if not good.all() else (x, values)
            end = _end_of(part, trace)
            drawn = style(run.style)
            series.append(Series(x / epoch, y, drawn, run.label, end, part, best))
    made = tuple(series)
    span = _span(made, log)
    length = _length(plan, traces)
    words = ""
    if quantity == "loss" and every == 1 and selected is not None:
        line, words = _theory(plan, traces, selected, log)
        made += line
    return CurvePlot(quantity, made, log, step, length, omitted, span, every, words)


def _theory(
    plan: Plan, traces: Sequence[Trace], selected: int, log: bool
) -> tuple[tuple[Series, ...], str]:
    """The loss of a run as theory has it, and what to say of that; nothing where it is silent."""
    if not selected < min(len(plan.runs), len(traces)) or not plan.runs[selected].visible:
        return (), ""
    run = plan.runs[selected]
    found = theory(plan, run, traces[selected])
    if found is None:
        return (), ""
    good = found.y > 0 if log else np.abs(found.y) <= MOST
    line = Series(
        found.x[good], found.y[good], style(run.style), run.label, "running", "theory"
    )  # fmt: skip
    if found.floor:
        floor, run_floor = number(found.floor), number(found.run)
        said = tr("theory: noise floor {floor}, run {run}", floor=floor, run=run_floor)
        return (line,), said
    rate, run_rate = number(found.rate), number(found.run)
    return (line,), tr("theory: ×{rate} a step, run ×{run}", rate=rate, run=run_rate)


def _parts(trace: Trace, quantity: Quantity, epoch: int = 1) -> list[tuple[_Part, Array]]:
    """The curves of one run: what each is of, and its values."""
    if quantity == "loss" and epoch > 1 and trace.epoch_loss.size:
        ends = np.full(trace.loss.size, np.nan)
        at = np.arange(trace.epoch_loss.size) * epoch
        ends[at[at < ends.size]] = trace.epoch_loss[at < ends.size]
        watched: list[tuple[_Part, Array]] = [("validation", trace.validation_loss)]
        return [("train", ends), *(watched if trace.validation_loss.size else [])]
    if quantity == "parts":
        if not trace.penalty.size:
            return [("train", trace.loss)]
        return [("train", trace.loss - trace.penalty), ("penalty", trace.penalty)]
    if quantity == "loss" and trace.validation_loss.size:
        return [("train", trace.loss), ("validation", trace.validation_loss)]
    return [("train", getattr(trace, quantity))]


def _length(plan: Plan, traces: Sequence[Trace]) -> int:
    """How many steps an axis has: a little more than the longest run, never more than planned."""
    longest = max((trace.stop_step for trace in traces), default=plan.steps)
    # a path that another program took may be longer than planned
    return min(max(plan.steps, longest), math.ceil((1 + _BEYOND) * longest))


def _end_of(part: _Part, trace: Trace) -> EndKind:
    """The sign at a curve's end: early stopping is decided by, and marked on, the validation."""
    early = trace.stop_reason == "early_stopping" and part != "penalty"
    if early and trace.validation_loss.size:
        return "early_stopping" if part == "validation" else "running"
    return trace.stop_reason if part == "train" else "running"


def _best(trace: Trace, values: Array, log: bool, every: int) -> tuple[float, float] | None:
    value = float(values[trace.best_step])
    shown = np.isfinite(value) and (value > 0 if log else abs(value) <= MOST)
    return (trace.best_step / every, value) if shown else None


def log_fits(plan: Plan, traces: Sequence[Trace], quantity: Quantity) -> bool:
    """Whether a logarithmic axis suits: nearly all values are above zero, over a decade or more."""
    values = [v for r, t in _visible(plan, traces) for _, v in _parts(t, quantity)]
    joined = np.concatenate(values) if values else np.zeros(0)
    finite = joined[np.isfinite(joined)]
    above = finite[finite > 0]
    if len(above) < 0.95 * len(finite) or not len(above):
        return False
    return bool(np.log10(above.max()) - np.log10(above.min()) >= 1)


def _visible(plan: Plan, traces: Sequence[Trace]) -> list[tuple[RunPlan, Trace]]:
    return [(r, t) for r, t in zip(plan.runs, traces, strict=False) if r.visible]


def _span(series: Sequence[Series], log: bool) -> tuple[float, float] | None:
    """The values an axis should show, where a run that diverges would squash all the others.

    None where nothing diverges: all values are shown.
    """
    lost = {(s.label, s.style) for s in series if s.end in LOST}
    tame = [s.y for s in series if (s.label, s.style) not in lost and len(s.y)]
    tame += [s.y[:1] for s in series if len(s.y)]
    wild = [s.y for s in series if (s.label, s.style) in lost and len(s.y)]
    if not tame or not wild:
        return None
    low, high = min(float(y.min()) for y in tame), max(float(y.max()) for y in tame)
    limit = 100 * high if log else high + 0.5 * max(high - low, abs(high))
    if max(float(y.max()) for y in wild) <= limit and min(float(y.min()) for y in wild) >= low:
        return None
    return low, limit
