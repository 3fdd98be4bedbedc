"""Plain NumPy: the recurrence itself, written out, with the gradient by hand."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from explorer.core.language import tr
from explorer.core.recipe import Target

from ._loss import loss_of
from ._parts import chosen, cycled, function, imports, plan_lines, settings, stops, title

if TYPE_CHECKING:
    from explorer.core.plan import Plan, RunPlan

_DECAY = "g = g + weight_decay * point"


def _memory(*names: str) -> list[str]:
    return [f"{name} = np.zeros_like(point)" for name in names]


def _sgd(h: dict[str, float]) -> tuple[list[str], list[str]]:
    return [], [_DECAY] * bool(h["weight_decay"]) + ["point = point - lr * g"]


def _momentum(h: dict[str, float]) -> tuple[list[str], list[str]]:
    lines = [_DECAY] * bool(h["weight_decay"])
    if h["dampening"]:
        lines += [
            "damped = 1 - dampening if t > 1 and momentum else 1",
            "v = momentum * v + damped * g",
        ]
    else:
        lines += ["v = momentum * v + g"]
    return _memory("v"), [*lines, "point = point - lr * v"]


def _nesterov(h: dict[str, float]) -> tuple[list[str], list[str]]:
    decay = bool(h["weight_decay"])
    if h["form"]:
        lines = ["peek = point - lr * momentum * v", "g = gradient(peek)"]
        lines += ["g = g + weight_decay * peek"] * decay
        return _memory("v"), [*lines, "v = momentum * v + g", "point = point - lr * v"]
    lines = [_DECAY] * decay
    lines += ["v = momentum * v + g", "point = point - lr * (g + momentum * v)"]
    return _memory("v"), lines


def _adagrad(h: dict[str, float]) -> tuple[list[str], list[str]]:
    lines = [_DECAY] * bool(h["weight_decay"])
    lines += ["lr = lr / (1 + (t - 1) * lr_decay)"] * bool(h["lr_decay"])
    lines += ["G = G + g**2", "point = point - lr * g / (np.sqrt(G) + eps)"]
    return ["G = np.full_like(point, initial_accumulator_value)"], lines


def _rmsprop(h: dict[str, float]) -> tuple[list[str], list[str]]:
    memory = ["v"]
    lines = [_DECAY] * bool(h["weight_decay"]) + ["v = alpha * v + (1 - alpha) * g**2"]
    root = "np.sqrt(v)"
    if h["centered"]:
        memory.append("mean")
        lines.append("mean = alpha * mean + (1 - alpha) * g")
        root = "np.sqrt(np.maximum(v - mean**2, 0.0))"
    if h["momentum"]:
        memory.append("b")
        lines += [f"b = momentum * b + g / ({root} + eps)", "point = point - lr * b"]
    else:
        lines.append(f"point = point - lr * g / ({root} + eps)")
    return _memory(*memory), lines


def _adam(h: dict[str, float]) -> tuple[list[str], list[str]]:
    memory, lines = ["m", "v"], []
    if h["weight_decay"]:
        apart = h.get("decoupled_weight_decay", 1.0)
        lines.append("point = point * (1 - lr * weight_decay)" if apart else _DECAY)
    lines += ["m = beta1 * m + (1 - beta1) * g", "v = beta2 * v + (1 - beta2) * g**2"]
    if h["amsgrad"]:
        memory.append("v_max")
        lines.append("v_max = np.maximum(v_max, v)")
    v = "v_max" if h["amsgrad"] else "v"
    lines += [
        "m_hat = m / (1 - beta1**t)",
        f"v_hat = {v} / (1 - beta2**t)",
        "point = point - lr * m_hat / (np.sqrt(v_hat) + eps)",
    ]
    return _memory(*memory), lines


_STEPS = {"sgd": _sgd, "momentum": _momentum, "nesterov": _nesterov, "adagrad": _adagrad,
          "rmsprop": _rmsprop, "adam": _adam, "adamw": _adam}  # fmt: skip


def _step(run: RunPlan) -> tuple[list[str], list[str]]:
    """What is set before the first step, and the lines of a step from point, g, lr and t."""
    h, swinging = settings(run), cycled(run)
    if swinging:
        h[swinging] = float(run.cycle.max())
    memory, lines = _STEPS[run.optimizer.key](h)
    text = "\n".join((*memory, *lines))
    used = [name for name in h if name != swinging and name in text]
    return [*(f"{name} = {h[name]!r}" for name in used), *memory], lines


def code(plan: Plan, index: int) -> str:
    """The run at an index as a program that needs NumPy alone."""
    run, loss = chosen(plan, index), loss_of(plan)
    before, lines = _step(run)
    swinging = cycled(run)
    turns = f"t, (lr, {swinging}) in enumerate(zip(rates, cycle), 1)" if swinging else ""
    if not turns:
        words = ast.walk(ast.parse("\n".join(lines)))
        counted = any(isinstance(n, ast.Name) and n.id == "t" for n in words)
        turns = "t, lr in enumerate(rates, 1)" if counted else "lr in rates"
    slopes = f"np.array([{', '.join(loss.slopes)}])"
    wanted = imports(loss, "numpy", {"atan": "arctan"}, *loss.lines, loss.value, *loss.slopes)
    parts = [
        title(plan, run, "NumPy"),
        "",
        *(line for line in wanted if line.startswith("from math")),
        *[""] * any(line.startswith("from math") for line in wanted),
        "import numpy as np",
        *(line for line in wanted if not line.startswith("from math")),
        "",
        *plan_lines(plan, run),
        "",
        "",
        *function("loss", loss, loss.value),
        "",
        "",
        *function("gradient", loss, slopes),
        "",
        "",
        "point = np.array(start)",
        "points = [point]",
        *before,
        f"for {turns}:",
        "    if not (np.isfinite(loss(point)) and np.isfinite(point).all()):",
        "        break",
        "    g = gradient(point)",
        *(f"    {line}" for line in stops(plan, "np.sqrt((g**2).sum())")),
        *(f"    {line}" for line in lines),
        "    points.append(point)",
        "points = np.array(points)",
        "print(points[-1], loss(points[-1]))",
    ]
    return "\n".join(parts) + "\n"


SPEC = Target("python", tr("Python with NumPy"), code)
