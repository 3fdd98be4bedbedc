"""The runs that are handed over in the tests, and the pieces of their paths that are kept."""

from __future__ import annotations

import hashlib

import numpy as np

from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Fork, Rate, Run, Stopping, settings
from explorer.core.plan import Plan, resolve
from explorer.handover._loss import WRITTEN
from explorer.handover._parts import OPTIMIZERS

STEPS = 200
ROWS = (1, 2, 5, 20, 50, 100, 200)
FORMULAS = {
    "expr:(1-x)^2 + b*(y-x^2)^2 + sin(x)*a^2": (-1.2, 1.0),
    "expr:log(1+x^2) + max(x, y/2)^2 + e^(-y) + 0.1*abs(x)*sqrt(2) + 2^(y/4)": (1.7, -1.1),
    "expr:atan(x)^2*lambda + cosh(x)/9 + min(x, 0.5)*tanh(x) + cos(pi)*sign(x)/4": (2.3,),
}
# other parameters than the usual, so that each is seen to arrive
PARAMETERS = {
    "ravine": {"condition": 12.0, "rotation": 33.0},
    "rosenbrock": {"a": 0.8, "b": 20.0},
    "himmelblau": {"a": 10.5, "b": 6.5},
    "saddle": {"k": 0.7},
    "rastrigin": {"A": 3.0},
    "wavy_quartic": {"A": 0.7},
}
ADAM = ({"beta1": 0.7, "beta2": 0.98}, {"eps": 0.1}, {"weight_decay": 0.3})
OPTIONS = {
    "sgd": ({"weight_decay": 0.3},),
    "momentum": (
        {"momentum": 0.5, "weight_decay": 0.1},
        {"momentum": 0.0, "dampening": 0.4},
        {"dampening": 0.4},
    ),
    "nesterov": ({"momentum": 0.5, "weight_decay": 0.3}, {"form": "lookahead"}),
    "adagrad": (
        {"lr_decay": 0.02},
        {"initial_accumulator_value": 2.0, "eps": 0.1},
        {"weight_decay": 0.3},
    ),
    "rmsprop": (
        {"alpha": 0.9, "eps": 0.1},
        {"centered": "on"},
        {"momentum": 0.7, "weight_decay": 0.3},
        {"momentum": 0.5, "centered": "on"},
    ),
    "adam": (*ADAM, {"amsgrad": "on"}, {"weight_decay": 0.3, "decoupled_weight_decay": "on"}),
    "adamw": (*ADAM, {"amsgrad": "on", "weight_decay": 0.1}),
}
# Rates at which no path is chaotic: where neighbours part, rounding would decide the test.
CALM = {"sgd": 5e-3, "momentum": 1e-3, "nesterov": 1e-3, "adagrad": 0.3, "rmsprop": 5e-3,
        "adam": 0.05, "adamw": 0.05}  # fmt: skip


def scheduled() -> list[Rate]:
    """Every schedule that does not follow the loss, and warm-ups and ticks of several steps."""
    keys = [k for k, s in catalog().schedules.items() if s.plateau is None]
    return [*map(Rate, keys), Rate("cosine", warmup=20), Rate("exponential", warmup=3, every=10)]


def experiments() -> list[Experiment]:
    """All that is handed over: every landscape, every option, every schedule."""
    made = []
    for key in WRITTEN:
        runs = tuple(Run(o, CALM[o]) for o in OPTIMIZERS)
        start = catalog().landscape(key).start
        given = settings(PARAMETERS.get(key, {}))
        made.append(Experiment(key, start, runs, given, steps=STEPS))
    for formula, start in FORMULAS.items():
        runs = tuple(Run(o, CALM[o]) for o in OPTIMIZERS)
        spec = catalog().landscape(formula)
        given = settings({h.name: 1.7 for h in spec.parameters})
        made.append(Experiment(spec.key, start, runs, given, steps=STEPS))
    options = tuple(Run(o, CALM[o], settings(h)) for o in OPTIONS for h in OPTIONS[o])
    made.append(Experiment("himmelblau", (1.0, 3.5), options, steps=STEPS))
    rates = tuple(
        Run(o, CALM[o], settings({"momentum": 0.6} if o == "rmsprop" else {}), rate)
        for rate in scheduled()
        for o in ("sgd", "momentum", "nesterov", "rmsprop", "adam")
    )
    for part in range(0, len(rates), 20):
        made.append(Experiment("himmelblau", (1.0, 3.5), rates[part : part + 20], steps=STEPS))
    forked = Run("adam", 0.05, forks=(Fork(70, 0.1), Fork(120, 0.02)))
    wild = Run("sgd", 0.5)
    made.append(Experiment("beale", (2.0, -1.0), (forked, wild), steps=STEPS))
    quick = tuple(Run(o, 0.2 if o[:3] in ("ada", "rms") else 0.05) for o in OPTIMIZERS)
    made.append(Experiment("bowl", (1.5, 1.0), quick, steps=STEPS, stopping=Stopping(1e-2)))
    return made


def plans() -> list[Plan]:
    """The same, resolved."""
    return [resolve(e) for e in experiments()]


def rows(points: np.ndarray) -> np.ndarray:
    """The rows of a path (T+1, D) that are kept, (len(ROWS), 2): the last where there are less."""
    kept = np.zeros((len(ROWS), 2))
    kept[:, : points.shape[1]] = points[np.minimum(ROWS, len(points) - 1)]
    return kept


def written(target: object, plan: Plan, index: int) -> str:
    """A program's text, "" where it is refused."""
    try:
        return target.code(plan, index)  # type: ignore[attr-defined]
    except InputError:
        return ""


def fingerprint(text: str) -> str:
    """What a text is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
