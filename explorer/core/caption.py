"""Every setting of an experiment in words, so that a picture alone says how it was made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import explorer

from .language import tr, trn
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
    parts.append(tr("start {point}", point=point(plan.start)))
    if step is not None:
        parts.append(tr("step {step}", step=step))
    return ", ".join(parts)


def caption(plan: Plan, levels: Levels | None, traces: Sequence[Trace], colormap: str) -> str:
    """All settings and, of every run drawn, how it was set and why it stopped."""
    parts = [title(plan, None), tr("at most {steps} steps", steps=plan.steps)]
    parts.append(tr("seed {seed}", seed=plan.seed))
    if plan.said:
        parts += plan.said
    else:
        parts += [*penalties(plan), noise(plan), *clipping(plan), *_validation(plan)]
        parts += stopping(plan)
    sentences = [", ".join(parts) + "."]
    if plan.landscape.sheet is not None:
        sentences.append(plan.landscape.teaches)
    elif plan.landscape.title.endswith("…"):  # a long formula, cut in the title
        sentences.append(f"f = {plan.landscape.formula}.")
    for run, trace in zip(plan.runs, traces, strict=False):
        if run.visible:
            end = trace.stop_sentence()
            if (kept := result_step(plan, trace)) != trace.stop_step:
                end = tr("{end}, result of step {kept}, the best epoch's", end=end, kept=kept)
            sentences.append(f"{run.label}: {', '.join(settings(run, trace))}; {end}.")
    if levels is not None:
        colours = tr("Colours: {levels}, {colormap}.", levels=levels.name, colormap=colormap)
        sentences.append(colours)
    sentences.append(f"Loss Landscape Explorer {explorer.__version__}.")
    return " ".join(sentences)


def notes(plan: Plan) -> tuple[str, ...]:
    """What changes the loss and the gradients, in short sentences for the picture itself."""
    found = [text[0].upper() + text[1:] for text in (*penalties(plan), *clipping(plan))]
    return (*found, *plan.noted)


def penalties(plan: Plan) -> list[str]:
    """What is added to the loss: L2 penalty λ = 0.1."""
    weights = (("L1", plan.penalty.l1), ("L2", plan.penalty.l2))
    return [
        tr("{name} penalty λ = {weight}", name=name, weight=number(value))
        for name, value in weights
        if value
    ]


def noise(plan: Plan) -> str:
    """What is added to the gradients: Laplace gradient noise σ = 1 over batches of 16."""
    if not plan.noise:
        return tr("no noise")
    kind = (
        tr("normal gradient noise"),
        tr("Laplace gradient noise"),
        tr("Student's t (3 degrees of freedom) gradient noise"),
    )[plan.noise_kind]
    found = f"{kind} σ = {number(plan.noise * math.sqrt(plan.batch))}"
    if plan.batch <= 1:
        return found
    return tr("{noise} over batches of {batch}", noise=found, batch=plan.batch)


def clipping(plan: Plan) -> list[str]:
    """What gradients are limited to: gradients clipped at norm 1."""
    found = []
    if plan.clip.norm:
        found.append(tr("norm {limit}", limit=number(plan.clip.norm)))
    if plan.clip.value:
        found.append(tr("value {limit}", limit=number(plan.clip.value)))
    return [tr("gradients clipped at {limits}", limits=tr(" and ").join(found))] if found else []


def result_step(plan: Plan, trace: Trace) -> int:
    """The step whose point counts as a run's result: its last, or that of its best epoch."""
    restored = plan.validation.restore_best and trace.validation_loss.size > 0
    lost = trace.lost
    return trace.best_step if restored and not lost else trace.stop_step


def settings(run: RunPlan, trace: Trace | None = None) -> list[str]:
    """A run's optimizer, learning rates (those applied, of a trace), schedule, hyperparameters."""
    outer = run.outer or run.optimizer
    short = (outer.title, outer.label or outer.title)
    known = run.label in short or run.label.startswith(tuple(f"{name} " for name in short))
    named = [] if known else [outer.title]
    if run.recorded is not None:
        return [*named, rate(run)]
    if run.outer is not None:
        named += _values(run.outer.hyper, run.outer_hyper)
        named.append(tr("around {optimizer}", optimizer=run.optimizer.title))
    schedule = []
    if run.schedule != "constant":
        schedule.append(tr("schedule {schedule}", schedule=run.schedule))
    forks = [tr("forked at step {step}", step=step) for step in run.forks]
    return [*named, rate(run, trace), *forks, *schedule, *_values(run.optimizer.hyper, run.hyper)]


def rate(run: RunPlan, trace: Trace | None = None) -> str:
    """A run's learning rates: η = 0.1 throughout, or from the first to the last, and the peak.

    They are those planned, or, of a schedule that reacts to the loss, those a trace had.
    """
    if run.recorded is not None:
        return tr("recorded by another program")
    used = trace.learning_rate if trace is not None and run.plateau.size else run.rates
    rates = used if len(used) else run.rates
    first, last = float(rates[0]), float(rates[-1])
    low, high = float(rates.min()), float(rates.max())
    if low == high:
        return f"η = {number(first)}"
    text = tr("η from {first} to {last}", first=number(first), last=number(last))
    if high > max(first, last):
        text += tr(", at most {high}", high=number(high))
    if low < min(first, last):
        text += tr(", at least {low}", low=number(low))
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


def _validation(plan: Plan) -> list[str]:
    """The second surface, and the rule that watches it."""
    given = plan.validation
    epoch = tr("epochs of {steps} steps", steps=given.epoch)
    if not given.shift:
        return [epoch] if given.epoch > 1 else []
    found = [tr("validation on the landscape moved by {shift}", shift=point(given.shift))]
    found += [epoch] * (given.epoch > 1)
    if given.patience:
        if given.min_delta:
            rule = trn(
                "stopped where validation has not improved by more than {delta} for {n} epoch",
                "stopped where validation has not improved by more than {delta} for {n} epochs",
                given.patience,
                delta=number(given.min_delta),
            )
        else:
            rule = trn(
                "stopped where validation has not improved for {n} epoch",
                "stopped where validation has not improved for {n} epochs",
                given.patience,
            )
        found.append(rule)
    return found


def parameters(plan: Plan) -> list[str]:
    """The landscape's parameters: a = 11."""
    return _values(plan.landscape.parameters, plan.parameters)


def stopping(plan: Plan) -> list[str]:
    """The rules by which runs end early."""
    rules = plan.stopping
    found = []
    if rules.gradient_norm:
        found.append(tr("stopped where ‖∇‖ < {limit}", limit=number(rules.gradient_norm)))
    if rules.loss_change:
        change = number(rules.loss_change)
        if rules.patience > 1:
            rule = tr(
                "stopped where the loss changes by less than {change} for {steps} steps",
                change=change,
                steps=rules.patience,
            )
        else:
            rule = tr("stopped where the loss changes by less than {change}", change=change)
        found.append(rule)
    if math.isfinite(rules.bound):
        found.append(tr("a loss past {bound} counts as diverged", bound=number(rules.bound)))
    return found
