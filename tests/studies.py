"""Studies to draw, trained by the engine, and studies of parameters that a test chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.experiment import Run
from explorer.core.study import Plane, Study
from explorer.core.training import choose, resolve
from explorer.engine import training

if TYPE_CHECKING:
    from explorer.core.data import Data


def trained(
    model: str, data: Data, *runs: Run, hyper: dict[str, Any] | None = None, **how
) -> Study:
    """A study of runs that were trained; the plane is a dummy, which no view of data looks at."""
    spec, chosen = choose(model, hyper or {})
    plans = tuple(resolve(spec, chosen, data, r, **how) for r in runs or (Run("adam", 0.02),))
    traces = tuple(training.train(plan) for plan in plans)
    size = plans[0].fitted.size
    plane = Plane("pca", np.zeros(size), np.zeros((2, size)), np.zeros(0), ("a", "b"))
    return Study(plans, traces, plane, tuple(np.zeros(len(t.points)) for t in traces))


def at(study: Study, *theta: float) -> Study:
    """The study, its first run's parameters being `theta` at every step."""
    trace = study.traces[0]
    points = np.tile(np.array(theta, dtype=float), (len(trace.points), 1))
    return replace(study, traces=(replace(trace, points=points), *study.traces[1:]))
