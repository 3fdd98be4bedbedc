"""The limit of a run's learning rate at one of its steps, from its optimizer's own rule."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .plan import RunPlan
    from .spec import Stability
    from .trace import Trace

Array = NDArray[np.float64]


def row_at(trace: Trace, step: int) -> int:
    """The row whose curvature is looked at with the cursor at `step`.

    Of a run that diverged it is the start: there the numbers still mean something.
    """
    diverged = trace.lost and step >= trace.stop_step
    return 0 if diverged else max(min(step, trace.last_finite), 0)


def rate_at(run: RunPlan, trace: Trace, row: int) -> float:
    """The learning rate of the step that leaves a row, or of the last one."""
    applied = run.plateau.size > 0 and len(trace.learning_rate) > 0
    rates = trace.learning_rate if applied else run.rates
    # of a path that another program took no rate is known, nor even whether there was one
    return float(rates[min(row, len(rates) - 1)]) if len(rates) else math.nan


def rule_at(run: RunPlan, trace: Trace, row: int) -> Stability | None:
    """The rule after step `row`, after the first one at the start; None where there is none."""
    spec = run.optimizer
    if spec.stability is None:
        return None
    hyper = dict(zip([h.name for h in spec.hyper], run.hyper.tolist(), strict=True))
    size = trace.points.shape[1]
    named: dict[str, Array] = {}
    for state in spec.state:
        rows = trace.states.get(state.name)
        if rows is None:
            named[state.name] = np.zeros(size)
        else:
            # before the first step the memory is empty: that which the first step makes counts
            named[state.name] = rows[min(max(row, 1), len(rows) - 1)].reshape(-1, size)[0]
    return spec.stability(hyper, named, max(row, 1))


def past_limit(hessians: Array, rate: float, rule: Stability) -> Array:
    """How many times its limit a rate has: rate·λmax(P⁻¹(H + shift·I)) / limit, (...).

    hessians (..., C) are their distinct entries: f″ of one dimension, fxx, fxy, fyy of two.
    Steps on the quadratic that fits at a point grow where it is above 1. nan where not finite.
    """
    scale = np.array(rule.scale) if rule.scale else np.ones(2)
    with np.errstate(all="ignore"):
        if hessians.shape[-1] == 1:
            largest = (hessians[..., 0] + rule.shift) / scale[0]
        else:
            a, b, d = (hessians[..., k] for k in range(3))
            a, d = (a + rule.shift) / scale[0], (d + rule.shift) / scale[1]
            largest = (a + d) / 2 + np.hypot((a - d) / 2, b / np.sqrt(scale[0] * scale[1]))
        found = rate * largest / rule.limit
    made: Array = np.where(np.isfinite(found), found, np.nan)
    return made
