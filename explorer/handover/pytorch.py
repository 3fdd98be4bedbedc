"""PyTorch: its own optimizers, with gradients by its own differentiation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.recipe import Target

from ._loss import loss_of
from ._parts import (
    chosen,
    chosen_ends,
    cycled,
    ends,
    function,
    imports,
    plan_lines,
    settings,
    stops,
    title,
)

if TYPE_CHECKING:
    from explorer.core.plan import Plan, RunPlan

_CLASSES = {"sgd": "SGD", "momentum": "SGD", "nesterov": "SGD", "adagrad": "Adagrad",
            "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}  # fmt: skip
_SWITCHES = ("amsgrad", "centered")


def _optimizer(run: RunPlan) -> str:
    """The call that makes the optimizer, all its settings said."""
    key, h = run.optimizer.key, settings(run)
    name, swinging = _CLASSES[key], cycled(run)
    if swinging:
        h[swinging] = float(run.cycle[0])
        if key != "adam" and key != "adamw" and not run.cycle.all():
            raise InputError(
                tr("no PyTorch code for a momentum that is 0 in some steps: its buffer then waits")
            )
    if key == "nesterov" and h.pop("form"):
        raise InputError(
            tr("no PyTorch code for nesterov form=lookahead: PyTorch has form=torch only")
        )
    if key == "adam" and h.pop("decoupled_weight_decay"):
        name = "AdamW"
    given = {"lr": repr(float(run.rates[0]) if run.rates.size else 0.0)}
    if "beta1" in h:
        given["betas"] = f"({h.pop('beta1')!r}, {h.pop('beta2')!r})"
    given |= {n: repr(bool(v) if n in _SWITCHES else v) for n, v in h.items()}
    if key == "nesterov":
        given["nesterov"] = "True"
    shown = ", ".join(f"{n}={v}" for n, v in given.items())
    return f"optimizer = torch.optim.{name}([point], {shown})"


def code(plan: Plan, index: int) -> str:
    """The run at an index as a program that needs PyTorch, in float64."""
    run, loss = chosen(plan, index), loss_of(plan)
    value, swinging = chosen_ends(loss.value), cycled(run)
    constant = run.rates.size > 0 and bool((run.rates == run.rates[0]).all())
    turns = "rates"
    sets = [] if constant else ["optimizer.param_groups[0]['lr'] = lr"]
    if swinging:
        turns = "zip(rates, cycle)"
        group = "optimizer.param_groups[0]"
        if swinging == "beta1":
            sets.append(f"{group}['betas'] = (beta1, {settings(run)['beta2']!r})")
        else:
            sets.append(f"{group}['{swinging}'] = {swinging}")
    each = f"lr, {swinging}" if swinging else "_" if constant else "lr"
    wanted = imports(loss, "torch", {}, *loss.lines, loss.value)
    parts = [
        title(plan, run, "PyTorch"),
        "",
        *(line for line in wanted if line.startswith("from math")),
        *[""] * any(line.startswith("from math") for line in wanted),
        "import torch",
        *(line for line in wanted if not line.startswith("from math")),
        "",
        "torch.set_default_dtype(torch.float64)",
        *plan_lines(plan, run),
        "",
        "",
        *ends(value, "torch.where"),
        *function("loss", loss, value, "torch.tensor({!r})" if loss.own else "{!r}"),
        "",
        "",
        "point = torch.tensor(start, requires_grad=True)",
        "points = [point.detach().clone()]",
        _optimizer(run),
        f"for {each} in {turns}:",
        "    value = loss(point)",
        "    if not (value.isfinite() and point.isfinite().all()):",
        "        break",
        "    optimizer.zero_grad()",
        "    value.backward()",
        *(f"    {line}" for line in stops(plan, "point.grad.norm()")),
        *(f"    {line}" for line in sets),
        "    optimizer.step()",
        "    points.append(point.detach().clone())",
        "points = torch.stack(points)",
        "print(points[-1].tolist(), loss(points[-1]).item())",
    ]
    return "\n".join(parts) + "\n"


SPEC = Target("pytorch", "PyTorch", code)
