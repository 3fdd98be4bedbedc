"""Every setting of an experiment in words, so that a picture alone says how it was made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import explorer

from .numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .figure import Levels
    from .plan import Array, Plan, RunPlan
    from .spec import Hyper
    from .trace import Trace


def title(plan: Plan, step: int | None) -> str:
    """The landscape, its parameters, the start and the step: Himmelblau, a = 11, start (0, 0)."""
    parts = [plan.landscape.title, *_values(plan.landscape.parameters, plan.parameters)]
    parts.append(f"start {point(plan.start)}")
    if step is not None:
        parts.append(f"step {step}")
    return ", ".join(parts)


def caption(plan: Plan, levels: Levels | None, traces: Sequence[Trace], colormap: str) -> str:
    """All settings and, of every run drawn, how it was set and why it stopped."""
    parts = [title(plan, None), f"at most {plan.steps} steps", f"seed {plan.seed}"]
    parts.append(
        f"gradient noise of standard deviation {number(plan.noise)}" if plan.noise else "no noise"
    )
    sentences = [", ".join(parts + _stopping(plan)) + "."]
    for run, trace in zip(plan.runs, traces, strict=False):
        if run.visible:
            sentences.append(f"{run.label}: {', '.join(settings(run))}; {trace.stop_sentence()}.")
    if levels is not None:
        sentences.append(f"Colours: {levels.name}, {colormap}.")
    sentences.append(f"Loss Landscape Explorer {explorer.__version__}.")
    return " ".join(sentences)


def settings(run: RunPlan) -> list[str]:
    """A run's optimizer, learning rates and hyperparameters."""
    known = run.label in (run.optimizer.title, run.optimizer.label)
    named = [] if known else [run.optimizer.title]
    return [*named, rate(run), *_values(run.optimizer.hyper, run.hyper)]


def rate(run: RunPlan) -> str:
    """A run's learning rates: η = 0.1 throughout, or from the first to the last, and the peak."""
    first, last = float(run.rates[0]), float(run.rates[-1])
    low, high = float(run.rates.min()), float(run.rates.max())
    if low == high:
        return f"η = {number(first)}"
    text = f"η from {number(first)} to {number(last)}"
    if high > max(first, last):
        text += f", at most {number(high)}"
    if low < min(first, last):
        text += f", at least {number(low)}"
    return text


def point(coordinates: Sequence[float] | Array) -> str:
    """A point: (−4.6, 0.4), or of one dimension its number."""
    texts = [number(float(v)) for v in coordinates]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def _values(hypers: Sequence[Hyper], values: Array) -> list[str]:
    return [
        f"{h.symbol or h.name} = {_value(h, float(v))}" for h, v in zip(hypers, values, strict=True)
    ]


def _value(hyper: Hyper, value: float) -> str:
    return hyper.choices[int(value)] if hyper.choices else number(value)


def _stopping(plan: Plan) -> list[str]:
    rules = plan.stopping
    found = []
    if rules.gradient_norm:
        found.append(f"stopped where ‖∇‖ < {number(rules.gradient_norm)}")
    if rules.loss_change:
        steps = f" for {rules.patience} steps" if rules.patience > 1 else ""
        found.append(
            f"stopped where the loss changes by less than {number(rules.loss_change)}{steps}"
        )
    if math.isfinite(rules.bound):
        found.append(f"a loss past {number(rules.bound)} counts as diverged")
    return found
