"""What the Inspector shows, before it is drawn: the step at the cursor and what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.language import tr
from explorer.core.numbers import number, short
from explorer.core.probe import Edge, Probe, edge, probe
from explorer.explain.formula import update_rule
from explorer.explain.noise import draw
from explorer.explain.source import read
from explorer.explain.step import Step, Wrapper, explain_step
from explorer.explain.typeset import Html

from ._stateplots import StateCurve
from ._table import TableRow

if TYPE_CHECKING:
    from explorer.core.figure import Array
    from explorer.core.plan import Plan, RunPlan
    from explorer.core.spec import Optimizer
    from explorer.core.trace import Trace

_LAST = 6  # rows of the table of step lengths


@dataclass(frozen=True, eq=False)
class Explained:
    """A run at the cursor `step`.

    row: the last finite row at or before the cursor. shown: the step that led there, or the first
    one where the cursor is at the start. diverged: the cursor is where the run left the finite
    numbers, or behind.
    """

    plan: Plan
    run: RunPlan
    trace: Trace
    step: int

    @cached_property
    def diverged(self) -> bool:
        """Whether the run has ended in divergence at the cursor."""
        return self.trace.lost and self.step >= self.trace.stop_step

    @cached_property
    def row(self) -> int:
        """The row of the trace whose point is shown."""
        return max(min(self.step, self.trace.last_finite), 0)

    @cached_property
    def shown(self) -> int:
        """The step that is explained, counted from 1."""
        return max(self.row, 1)

    def when(self) -> str:
        """The step in words."""
        if self.step == 0:
            return tr("step 1 is next")
        words = tr("step {step}", step=self.shown)
        if self.shown < self.step:
            words = tr("step {step} of {all}", step=self.shown, all=self.step)
        early = self.trace.stop_reason == "early_stopping" and self.step >= self.trace.stop_step
        return tr("{words}, early stop", words=words) if early else words

    @cached_property
    def hyper(self) -> dict[str, float]:
        """The hyperparameters as numbers, by name."""
        names = [h.name for h in self.run.optimizer.hyper]
        return dict(zip(names, self.run.hyper.tolist(), strict=True))

    def take(self, t: int) -> Step:
        """Step t taken again."""
        trace, plan = self.trace, self.plan
        noise = (
            draw(plan.seed, t, len(plan.start), plan.noise, plan.noise_kind)
            if plan.noise > 0
            else self._of_batch(t)
        )
        applied = trace.learning_rate if t <= len(trace.learning_rate) else self.run.rates
        return explain_step(
            self.run.optimizer,
            plan.landscape,
            plan.parameters,
            trace.points[t - 1],
            self._memory(self.run.optimizer, t),
            self.hyper,
            float(applied[t - 1]),
            t,
            noise,
            (plan.penalty.l1, plan.penalty.l2, plan.clip.norm, plan.clip.value),
            self._wrapper(t),
        )

    def _of_batch(self, t: int) -> Array | None:
        """What step t's batch adds to the gradient of all rows, (D,)."""
        if self.run.batch_noise is None:
            return None
        return self.run.batch_noise(t, self.trace.points[t - 1])

    def _wrapper(self, t: int) -> Wrapper | None:
        """What is around the optimizer, as it was before step t."""
        outer = self.run.outer
        if outer is None:
            return None
        names = [h.name for h in outer.hyper]
        hyper = dict(zip(names, self.run.outer_hyper.tolist(), strict=True))
        return Wrapper(outer, hyper, self._memory(outer, t))

    def _memory(self, optimizer: Optimizer, t: int) -> Array:
        """What an optimizer remembered (K, D) before step t; zeros for what is not in use."""
        size, states = len(self.plan.start), self.trace.states
        found = [
            states[s.name][t - 1].reshape(-1, size)
            if s.name in states
            else np.zeros((s.count(size), size))
            for s in optimizer.state
        ]
        return np.concatenate([np.zeros((0, size)), *found])

    @cached_property
    def taken(self) -> Step:
        """The step that is shown."""
        return self.take(self.shown)

    @cached_property
    def place(self) -> int:
        """The row at which the curvature is looked at.

        Of a run that diverged it is the start: there the numbers still mean something.
        """
        return 0 if self.diverged else self.row

    def curvature(self) -> tuple[Probe, Edge | None]:
        """The curvature there, and the rate against its limit where that is known."""
        plan = self.plan
        seen = probe(plan.landscape, plan.parameters, self.trace.points[self.place], plan.penalty)
        optimizer = self.run.optimizer
        if optimizer.stability is None:
            return seen, None
        # before the first step the memory is empty: take the one that the first step makes
        t = max(self.place, 1)
        state = (self.take(t) if t != self.shown else self.taken).state
        counts = [s.count(len(plan.start)) for s in optimizer.state]
        firsts = [sum(counts[:k]) for k in range(len(counts))]
        named = {s.name: state[row] for s, row in zip(optimizer.state, firsts, strict=True)}
        rate = float(self.run.rates[min(self.place, len(self.run.rates) - 1)])
        return seen, edge(seen.hessian, rate, optimizer.stability(self.hyper, named, t))

    def rows(self) -> tuple[TableRow, ...]:
        """The update rule with its numbers, and how far the step went."""
        step = self.taken
        lines = [
            TableRow(
                line.html,
                tuple(number(v) for v in values[:2]),
                tuple(short(v) for v in values[:2]),
                strong=line.moves,
            )
            for line, values in zip(step.lines, step.values, strict=True)
        ]
        length = TableRow(tr("Effective step ‖<i>Δ</i>‖"), (number(step.length),), tone="muted")
        return (*lines, length)

    def state_curves(self) -> tuple[StateCurve, ...]:
        """The memory that the rule makes use of, over all finite steps."""
        optimizer, trace = self.run.optimizer, self.trace
        used = {line.name for line in update_rule(optimizer, self.hyper)}
        order = [s.name for s in optimizer.state]
        local = read(optimizer.step).state.items()
        used |= {order[index] for name, index in local if name in used}
        curves = []
        for spec in optimizer.state:
            shown = spec.name in used and spec.name in trace.states
            if shown and spec.rows == 1 and not spec.hidden:
                symbol = Html({spec.name: spec.symbol}).symbol(spec.name)
                values = trace.states[spec.name][: trace.last_finite + 1]
                finite = values[np.isfinite(values).all(axis=1)]
                curves.append(StateCurve(symbol, spec.meaning, finite))
        return tuple(curves)

    def length_rows(self) -> tuple[TableRow, ...]:
        """How far the last steps went and where they led, the one that diverged in red."""
        trace, last = self.trace, self.trace.stop_step
        with np.errstate(all="ignore"):
            moved = np.linalg.norm(np.diff(trace.points, axis=0), axis=1)
        rows = []
        for t in range(max(1, last - _LAST + 1), last + 1):
            both = (float(moved[t - 1]), float(trace.loss[t]))
            texts = tuple(number(v if np.isfinite(v) else np.inf) for v in both)
            tone = "danger" if t == last else "text"
            rows.append(TableRow(str(t), texts, tone=tone, value_tone=tone))
        return tuple(rows)

    def reason(self, limit: Edge | None) -> str:
        """Why the run diverged, as far as it can be told, as rich text."""
        last = self.trace.last_finite
        if self.trace.stop_reason == "left_data":
            return tr(
                "The samples end there, or are missing: nothing is known of the loss. Step {step} "
                "is the last point that has one.",
                step=last,
            )
        if np.isfinite(self.trace.loss[self.trace.stop_step]):
            said = tr("The loss passed its bound after step {step}.", step=last)
        elif last:
            said = tr("Step {step} is the last finite point.", step=last)
        else:
            said = tr("The first step already left the finite numbers.")
        if limit is None or limit.stable:
            grew = tr("The steps grew until the numbers overflowed.")
            return f"{said} {grew}"
        largest = "λ<sub>max</sub>(P⁻¹H)" if limit.scaled else "λ<sub>1</sub>"
        above = tr(
            "At the start η · {largest} is already above its limit of {limit}, so steps grow.",
            largest=largest,
            limit=number(limit.limit),
        )
        return f"{said} {above}"
