"""Writes torch.npz: what PyTorch itself does, for the tests to hold the kernels against.

Run it in any environment with PyTorch (made with 2.13.0, CPU) and NumPy; PyTorch is needed for
nothing else in this project:

    python tests/data/make_torch.py

Every trajectory is 200 steps in float64 with gradients from autograd, so neither the formulas of
this project's kernels nor its gradients take part. PyTorch keeps scalar state, such as ASGD's rate,
in its default type, which is therefore set to float64 too. torch.npz holds `cases`, a JSON list
that says what was run, `points` (case, 201, 2), `schedules`, another such list, `rates_0`,
`rates_1`, ..., `defaults`, the default learning rates and options as JSON, and the names of all of
PyTorch's optimizers, `classes`, and of those that there are runs of, `covered`.
"""

import inspect
import json
from pathlib import Path

import numpy as np
import torch

STEPS = 200


def rosenbrock(x):
    """Evaluate with a = 1, b = 100."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def himmelblau(x):
    """Evaluate with a = 11, b = 7."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def beale(x):
    """Evaluate."""
    powers = zip((1.5, 2.25, 2.625), (1, 2, 3), strict=True)
    return sum((c - x[0] + x[0] * x[1] ** k) ** 2 for c, k in powers)


LOSSES = {"rosenbrock": rosenbrock, "himmelblau": himmelblau, "beale": beale}
STARTS = {
    "rosenbrock": ((-1.2, 1.0), (0.3, -0.5)),
    "himmelblau": ((-4.6, 0.4), (1.0, 3.5)),
    "beale": ((1.0, 1.5), (2.0, -1.0)),
}
# Rates at which no run is chaotic: where neighbouring paths part, rounding would decide the test.
RATES = {
    "sgd": {"rosenbrock": 5e-4, "himmelblau": 5e-3, "beale": 5e-3},
    "momentum": {"rosenbrock": 2e-4, "himmelblau": 1e-3, "beale": 5e-4},
    "nesterov": {"rosenbrock": 2e-4, "himmelblau": 1e-3, "beale": 5e-4},
    "adagrad": {"rosenbrock": 0.1, "himmelblau": 0.3, "beale": 0.2},
    "rmsprop": {"rosenbrock": 2e-3, "himmelblau": 5e-3, "beale": 5e-3},
    "adadelta": {"rosenbrock": 0.3, "himmelblau": 1.0, "beale": 0.3},
    "adam": {"rosenbrock": 0.02, "himmelblau": 0.05, "beale": 0.05},
    "adamw": {"rosenbrock": 0.02, "himmelblau": 0.05, "beale": 0.05},
    "adamax": {"rosenbrock": 0.02, "himmelblau": 0.05, "beale": 0.05},
    "nadam": {"rosenbrock": 0.02, "himmelblau": 0.05, "beale": 0.05},
    "radam": {"rosenbrock": 2e-3, "himmelblau": 5e-3, "beale": 5e-3},
    "rprop": {"rosenbrock": 1e-3, "himmelblau": 0.01, "beale": 0.01},
    "asgd": {"rosenbrock": 5e-4, "himmelblau": 5e-3, "beale": 5e-3},
}
ADAM = ({}, {"beta1": 0.7, "beta2": 0.98}, {"eps": 0.1}, {"weight_decay": 0.3})
AMSGRAD = (
    {"amsgrad": True, "beta2": 0.9},
    {"beta1": 0.8, "beta2": 0.9, "eps": 1e-3, "weight_decay": 0.1, "amsgrad": True},
)
DECOUPLED = (
    {"weight_decay": 0.3, "decoupled_weight_decay": True},
    {"beta1": 0.8, "weight_decay": 0.1, "decoupled_weight_decay": True},
)
OPTIONS = {
    "sgd": ({}, {"weight_decay": 0.3}),
    "momentum": (
        {},
        {"momentum": 0.5},
        {"momentum": 0.0, "dampening": 0.4},
        {"dampening": 0.4},
        {"weight_decay": 0.3},
        {"momentum": 0.8, "dampening": 0.7, "weight_decay": 0.1},
    ),
    "nesterov": ({}, {"momentum": 0.5}, {"momentum": 0.95, "weight_decay": 0.3}),
    "adagrad": (
        {},
        {"lr_decay": 0.02},
        {"initial_accumulator_value": 2.0},
        {"eps": 0.1},
        {"weight_decay": 0.3},
        {"lr_decay": 0.01, "initial_accumulator_value": 0.5, "eps": 1e-3, "weight_decay": 0.1},
    ),
    "rmsprop": (
        {},
        {"alpha": 0.9},
        {"eps": 0.1},
        {"centered": True},
        {"momentum": 0.7},
        {"weight_decay": 0.3},
        {"alpha": 0.95, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.5, "centered": True},
    ),
    "adadelta": ({}, {"rho": 0.7, "eps": 1e-5}, {"rho": 0.95, "eps": 1e-4, "weight_decay": 0.3}),
    "adam": (*ADAM, *AMSGRAD, *DECOUPLED),
    "adamw": (*ADAM, *AMSGRAD),
    "adamax": (*ADAM, {"beta1": 0.8, "beta2": 0.995, "eps": 1.0, "weight_decay": 0.1}),
    "nadam": (
        *ADAM,
        {"momentum_decay": 0.1},
        *DECOUPLED,
        {"beta1": 0.8, "momentum_decay": 0.02, "eps": 1e-3, "weight_decay": 0.1},
    ),
    "radam": (*ADAM, *DECOUPLED),
    "rprop": (
        {},
        {"eta_minus": 0.3, "eta_plus": 1.1},
        {"step_size_min": 1e-3, "step_size_max": 0.02},
    ),
    "asgd": (
        {},
        {"lambd": 0.05, "alpha": 0.5},
        {"t0": 20.0, "weight_decay": 0.3},
        {"lambd": 0.02, "t0": 0.0, "alpha": 1.0},
    ),
}
CLASSES = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "nesterov": torch.optim.SGD,
    "adagrad": torch.optim.Adagrad,
    "rmsprop": torch.optim.RMSprop,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "adamax": torch.optim.Adamax,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "rprop": torch.optim.Rprop,
    "asgd": torch.optim.ASGD,
}
# PyTorch's arguments that are pairs, and what their halves are called here.
PAIRS = {
    "betas": ("beta1", "beta2"),
    "etas": ("eta_minus", "eta_plus"),
    "step_sizes": ("step_size_min", "step_size_max"),
}
# What says how PyTorch computes rather than what.
IMPLEMENTATION = {"params", "foreach", "maximize", "capturable", "differentiable", "fused"}
SCHEDULES = (
    ("step", {"step_size": 30, "gamma": 0.1}, 0.5, 200),
    ("step", {"step_size": 7, "gamma": 0.85}, 1e-3, 300),
    ("step", {"step_size": 1, "gamma": 0.99}, 2.0, 100),
    ("cosine", {"T_max": 200, "eta_min": 0.0}, 0.5, 200),
    ("cosine", {"T_max": 150, "eta_min": 1e-3}, 0.1, 150),
    ("cosine", {"T_max": 40, "eta_min": 0.01}, 1.0, 170),
)


def optimizer(key, x, lr, options):
    """Make torch's optimizer from this project's names."""
    given = dict(options)
    if key in ("momentum", "nesterov"):
        given.setdefault("momentum", 0.9)
        given["nesterov"] = key == "nesterov"
    parameters = inspect.signature(CLASSES[key]).parameters
    for pair, halves in PAIRS.items():
        if pair in parameters:
            usual = zip(halves, parameters[pair].default, strict=True)
            given[pair] = tuple(given.pop(name, value) for name, value in usual)
    return CLASSES[key]([x], lr=lr, foreach=False, **given)


def trajectory(key, landscape, start, lr, options):
    """Run torch's optimizer and give the points (201, 2)."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    stepper = optimizer(key, x, lr, options)
    points = [x.detach().numpy().copy()]
    for _ in range(STEPS):
        stepper.zero_grad()
        LOSSES[landscape](x).backward()
        stepper.step()
        points.append(x.detach().numpy().copy())
    return np.array(points)


def schedule(key, options, lr, steps):
    """Give the rates (steps,) that torch's scheduler sets."""
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    stepper = torch.optim.SGD([x], lr=lr)
    names = {"step": "StepLR", "cosine": "CosineAnnealingLR"}
    scheduler = getattr(torch.optim.lr_scheduler, names[key])(stepper, **options)
    rates = []
    for _ in range(steps):
        rates.append(stepper.param_groups[0]["lr"])
        stepper.step()
        scheduler.step()
    return np.array(rates)


def defaults(key):
    """Give the defaults of all options of torch's constructor, pairs split."""
    found = {}
    for name, parameter in inspect.signature(CLASSES[key]).parameters.items():
        if name in PAIRS:
            found.update(zip(PAIRS[name], parameter.default, strict=True))
        elif name not in IMPLEMENTATION:
            found[name] = parameter.default
    return found


def main():
    """Run everything and write torch.npz beside this file."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    cases = [
        {"optimizer": key, "landscape": land, "start": start, "lr": lrs[land], "hyper": options}
        for key, lrs in RATES.items()
        for options in OPTIONS[key]
        for land in LOSSES
        for start in STARTS[land]
    ]
    points = np.array(
        [trajectory(c["optimizer"], c["landscape"], c["start"], c["lr"], c["hyper"]) for c in cases]
    )
    assert np.isfinite(points).all()
    names = ("schedule", "hyper", "lr", "steps")
    np.savez_compressed(
        Path(__file__).with_name("torch.npz"),
        version=np.array(torch.__version__),
        cases=np.array(json.dumps(cases)),
        points=points,
        defaults=np.array(json.dumps({key: defaults(key) for key in CLASSES})),
        classes=np.array(
            json.dumps([n for n in torch.optim.__all__ if n[0].isupper() and n != "Optimizer"])
        ),
        covered=np.array(json.dumps([c.__name__ for c in CLASSES.values()])),
        schedules=np.array(json.dumps([dict(zip(names, s, strict=True)) for s in SCHEDULES])),
        **{f"rates_{i}": schedule(*s) for i, s in enumerate(SCHEDULES)},
    )


if __name__ == "__main__":
    main()
