"""What all targets share: what is refused, the settings, the rates, and the loss as a function."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from explorer.core.arithmetic import CONSTANTS, FUNCTIONS
from explorer.core.errors import InputError
from explorer.core.experiment import Clip, Penalty, Stopping, Validation
from explorer.core.language import tr
from explorer.core.recorded import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from explorer.core.plan import Plan, RunPlan

    from ._loss import Loss

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
MOST = 20_000  # numbers in a list of rates
_WIDE = 100


def chosen(plan: Plan, index: int) -> RunPlan:
    """The run at an index; InputError where something of it or its experiment has no code."""
    if not 0 <= index < len(plan.runs):
        raise InputError(tr("there is no run to write code for"))
    run = plan.runs[index]
    if run.recorded is not None:
        raise InputError(sentence(run.label))
    extras = (
        (plan.noise > 0, tr("gradient noise")),
        (plan.penalty != Penalty(), tr("a penalty")),
        (plan.clip != Clip(), tr("clipped gradients")),
        (plan.validation != Validation(), tr("validation")),
        (
            replace(plan.stopping, gradient_norm=0.0, patience=1) != Stopping(),
            tr("a stopping rule other than a short gradient"),
        ),
        (run.outer is not None, tr("an optimizer around another")),
        (run.plateau.size > 0, tr("a schedule that follows the loss")),
        (run.epoch > 0, tr("a model that is trained")),
    )
    for present, what in extras:
        if present:
            raise InputError(tr("no code for {what}: take it out first", what=what))
    if run.optimizer.key not in OPTIMIZERS:
        raise InputError(
            tr(
                "no code for the optimizer {name}: there is code for {names}",
                name=run.optimizer.key,
                names=", ".join(OPTIMIZERS),
            )
        )
    return run


def settings(run: RunPlan) -> dict[str, float]:
    """A run's hyperparameters as numbers, by name."""
    names = (h.name for h in run.optimizer.hyper)
    return dict(zip(names, run.hyper.tolist(), strict=True))


def cycled(run: RunPlan) -> str:
    """The hyperparameter that the schedule changes along with the rate, "" for none."""
    return run.optimizer.hyper[run.cycled].name if run.cycle.size else ""


def numbers(name: str, values: Sequence[float]) -> list[str]:
    """Lines that set `name` to a list; what repeats is written once.

    Raises InputError where the list would be too long to read or to paste.
    """
    parts = [(v, sum(1 for _ in same)) for v, same in groupby(values)]
    if len(parts) <= 20 and 2 * len(parts) <= len(values):
        pieces = [f"[{v!r}] * {count}" if count > 1 else f"[{v!r}]" for v, count in parts]
        joined = " + ".join(pieces) or "[]"
        if len(joined) + len(name) + 3 <= _WIDE:
            return [f"{name} = {joined}"]
    elif len(values) > MOST:
        raise InputError(
            tr(
                "steps={steps}: code lists the rate of every step, of at most {most}",
                steps=len(values),
                most=MOST,
            )
        )
    else:
        pieces = [f"{v!r}," for v in values]
        return [f"{name} = [", *_rows(pieces, ""), "]"]
    return [f"{name} = (", *(f"    {'+ ' if i else ''}{p}" for i, p in enumerate(pieces)), ")"]


def _rows(pieces: Iterable[str], row: str) -> list[str]:
    rows = []
    for piece in pieces:
        if len(row) + len(piece) + 5 > _WIDE:
            rows.append(f"    {row}")
            row = ""
        row += f" {piece}" if row else piece
    return [*rows, f"    {row}"]


def plan_lines(plan: Plan, run: RunPlan) -> list[str]:
    """The lines that set `start`, `rates` and what the schedule cycles, where it does."""
    lines = [f"start = {plan.start.tolist()!r}", *numbers("rates", run.rates.tolist())]
    if run.cycle.size:
        lines += numbers("cycle", run.cycle.tolist())
    return lines


def stops(plan: Plan, norm: str) -> list[str]:
    """The lines of a step that end the run where its gradient is short, as the plan asks."""
    least = plan.stopping.gradient_norm
    return [f"if {norm} < {least!r}:", "    break"] if least else []


def title(plan: Plan, run: RunPlan, library: str) -> str:
    """The docstring of the program."""
    named = plan.landscape.key
    return f'"""{run.optimizer.key} on {named} in {library}: keeps `points`, one row a step."""'


def names_in(*texts: str) -> set[str]:
    """The names of functions and constants that lines of code use."""
    found = {n.id for t in texts for n in ast.walk(ast.parse(t)) if isinstance(n, ast.Name)}
    return found & (FUNCTIONS.keys() | CONSTANTS.keys())


def imports(loss: Loss, module: str, renamed: dict[str, str], *texts: str) -> list[str]:
    """The imports that the texts need: functions from `module`, constants from `math`."""
    used = names_in(*texts)
    plain = (used & set(loss.plain)) | (used & CONSTANTS.keys())
    others = used - plain - {"abs", "min", "max"}
    lines = [f"from math import {', '.join(sorted(plain))}"] if plain else []
    if others:
        each = (f"{renamed[n]} as {n}" if n in renamed else n for n in sorted(others))
        lines.append(f"from {module} import {', '.join(each)}")
    return lines


def function(head: str, loss: Loss, returned: str, parameter: str = "{!r}") -> list[str]:
    """The lines of a function of a point; `parameter` is how a parameter's value is written."""
    given = "".join(f", {n}={parameter.format(v)}" for n, v in loss.parameters)
    place = "x, y = point" if loss.dimension == 2 else "x = point[0]"
    body = [place, *loss.lines, f"return {returned}"]
    return [f"def {head}(point{given}):", *(f"    {line}" for line in body)]


def chosen_ends(text: str) -> str:
    """A loss with Python's min and max by other names, which the program then defines."""

    class Renaming(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name({"min": "smaller", "max": "larger"}.get(node.id, node.id))

    used = names_in(text) & {"min", "max"}
    return ast.unparse(Renaming().visit(ast.parse(text))) if used else text


def ends(text: str, where: str) -> list[str]:
    """The definitions of `smaller` and `larger`, where a text uses them.

    At a tie the slope is that of the second, as this project has it.
    """
    lines = []
    for name, test in (("smaller", "u < v"), ("larger", "v < u")):
        if f"{name}(" in text:
            lines += [f"def {name}(u, v):", f"    return {where}({test}, u, v)", "", ""]
    return lines
