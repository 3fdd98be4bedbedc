"""Frames to draw, made with the plain kernels: no engine, and quick."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from reference import loss_and_gradient, run_plain

from explorer.core.experiment import Experiment, Run, settings
from explorer.core.plan import Plan, RunPlan, resolve
from explorer.core.trace import Trace
from explorer.views.base import Frame
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from explorer.core.trace import StopReason


def trace_of(plan: Plan, run: RunPlan) -> Trace:
    """The run as a trace, cut where its loss is not finite any more."""
    with np.errstate(all="ignore"):
        points, losses, states = run_plain(
            run.optimizer, plan.landscape, plan.parameters, plan.start, run.rates, run.hyper
        )
        _, slopes = loss_and_gradient(plan.landscape, plan.parameters, points.T)
        norms = np.linalg.norm(slopes, axis=0)
    broken = np.flatnonzero(~np.isfinite(losses))
    end = int(broken[0]) if broken.size else plan.steps
    reason: StopReason = "diverged" if broken.size else "max_steps"
    rows = slice(0, end + 1)
    return Trace(
        points=points[rows],
        loss=losses[rows],
        gradient_norm=norms[rows],
        learning_rate=run.rates[:end],
        states={name: state[rows] for name, state in states.items()},
        stop_reason=reason,
        stop_step=end,
    )


def run(optimizer: str, lr: float, style: int = 0, **hyper: Any) -> Run:
    """A run as a person would ask for it."""
    return Run(optimizer, lr, hyper=settings(hyper), style=style)


def frame(
    landscape: str,
    start: tuple[float, ...],
    *runs: Run,
    steps: int = 60,
    step: int = 20,
    **changes: Any,
) -> Frame:
    """A frame whose traces are there."""
    experiment = Experiment(landscape, start, runs, steps=steps)
    plan = resolve(experiment)
    traces = tuple(trace_of(plan, r) for r in plan.runs)
    return Frame(experiment, LIGHT, step=step, plan=plan, traces=traces, **changes)


def four() -> Frame:
    """Four optimizers on Himmelblau's function, none of which diverges."""
    runs = (
        run("sgd", 0.004, 0),
        run("momentum", 0.0035, 1),
        run("rmsprop", 0.04, 2),
        run("adam", 0.08, 3),
    )
    return frame("himmelblau", (-4.6, 0.4), *runs)


def diverging() -> Frame:
    """Gradient descent on Beale's function with a learning rate far too large, and one that is."""
    runs = (run("sgd", 0.03), run("momentum", 0.004, 1))
    return frame("beale", (1.2, 1.5), *runs, step=40)


def moved(given: Frame, **changes: Any) -> Frame:
    """The frame with something changed and all else the same objects."""
    return replace(given, **changes)
