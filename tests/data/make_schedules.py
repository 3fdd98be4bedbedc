"""Writes schedules.npz: what PyTorch's schedulers do, for the tests to hold the schedules against.

Run it in any environment with PyTorch (made with 2.13.0, CPU) and NumPy; PyTorch is needed for
nothing else in this project:

    python tests/data/make_schedules.py

schedules.npz holds `cases`, a JSON list of schedules by this project's names, with `rates_0`,
`rates_1`, ... and, where momentum is cycled, `momentum_0`, ...; and `runs`, a JSON list of whole
runs under a schedule, with `points` (run, 301, 2) and `lrs` (run, 300).
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.optim import lr_scheduler

CASES = (
    ("multistep", {"milestone1": 30, "milestone2": 80, "gamma": 0.1}, 0.5, 200),
    ("multistep", {"milestone1": 150, "milestone2": 20, "milestone3": 99, "milestone4": 20,
                   "gamma": 0.7}, 0.02, 300),
    ("multistep", {"milestone1": 0, "milestone2": 0, "milestone3": 1, "gamma": 0.5}, 3.0, 200),
    ("exponential", {"gamma": 0.99}, 0.5, 300),
    ("exponential", {"gamma": 0.8}, 2.0, 200),
    ("exponential", {"gamma": 1.0}, 0.1, 200),
    ("inverse_time", {"k": 0.01}, 0.5, 300),
    ("inverse_time", {"k": 3.0}, 0.5, 200),
    ("polynomial", {"total_iters": 200, "power": 1.0}, 0.5, 260),
    ("polynomial", {"total_iters": 150, "power": 2.5}, 0.1, 200),
    ("polynomial", {"total_iters": 250, "power": 0.5}, 1.0, 200),
    ("linear", {"start_factor": 1 / 3, "end_factor": 1.0, "total_iters": 5}, 0.5, 200),
    ("linear", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 180}, 0.5, 240),
    ("linear", {"start_factor": 0.2, "end_factor": 0.9, "total_iters": 300}, 0.5, 200),
    ("constant_factor", {"factor": 1 / 3, "total_iters": 5}, 0.5, 200),
    ("constant_factor", {"factor": 0.1, "total_iters": 120}, 0.5, 200),
    ("cosine_restarts", {"T_0": 50, "T_mult": 1, "eta_min": 0.0}, 0.5, 230),
    ("cosine_restarts", {"T_0": 10, "T_mult": 2, "eta_min": 0.01}, 0.3, 300),
    ("cosine_restarts", {"T_0": 7, "T_mult": 3, "eta_min": 1e-4}, 1.0, 250),
    ("inverse_sqrt", {"d": 512, "warmup_steps": 60}, 2.0, 300),
    ("inverse_sqrt", {"d": 0, "warmup_steps": 25}, 0.1, 200),
    ("cyclic", {"base_fraction": 0.1, "step_size_up": 20, "step_size_down": 0,
                "mode": "triangular", "gamma": 1.0, "cycle_momentum": "off"}, 0.5, 250),
    ("cyclic", {"base_fraction": 0.01, "step_size_up": 13, "step_size_down": 31,
                "mode": "triangular2", "gamma": 1.0, "cycle_momentum": "on",
                "base_momentum": 0.7, "max_momentum": 0.95}, 1.0, 250),
    ("cyclic", {"base_fraction": 0.3, "step_size_up": 40, "step_size_down": 10,
                "mode": "exp_range", "gamma": 0.99, "cycle_momentum": "on",
                "base_momentum": 0.8, "max_momentum": 0.9}, 0.2, 250),
    ("one_cycle", {"total_steps": 200}, 0.5, 200),
    ("one_cycle", {"total_steps": 230, "pct_start": 0.45, "anneal_strategy": "linear",
                   "div_factor": 10.0, "final_div_factor": 100.0, "base_momentum": 0.6,
                   "max_momentum": 0.9}, 1.0, 230),
    ("one_cycle", {"total_steps": 300, "pct_start": 0.25, "three_phase": "on",
                   "cycle_momentum": "off"}, 0.1, 300),
    ("one_cycle", {"total_steps": 211, "pct_start": 0.4, "three_phase": "on",
                   "anneal_strategy": "linear"}, 0.1, 211),
    ("one_cycle", {"total_steps": 250, "pct_start": 0.0}, 0.1, 250),
    ("one_cycle", {"total_steps": 250, "pct_start": 1.0}, 0.1, 250),
)  # fmt: skip
# Whole runs: optimizer, its options, landscape, start, lr, schedule, its options, steps a look.
RUNS = (
    ("sgd", {}, "himmelblau", (-4.6, 0.4), 0.018, "reduce_on_plateau",
     {"patience": 5, "factor": 0.5}, 1),
    ("sgd", {}, "himmelblau", (1.0, 3.5), 0.027, "reduce_on_plateau",
     {"patience": 2, "factor": 0.6, "cooldown": 7, "threshold": 0.02}, 1),
    ("momentum", {"momentum": 0.9}, "rosenbrock", (-1.2, 1.0), 1e-3, "reduce_on_plateau",
     {"patience": 3, "factor": 0.7, "threshold": 0.05, "threshold_mode": "abs", "min_lr": 1e-4}, 1),
    ("adam", {}, "himmelblau", (-4.6, 0.4), 0.4, "reduce_on_plateau",
     {"patience": 0, "factor": 0.9, "threshold": 0.0, "eps": 1e-2}, 1),
    ("momentum", {"momentum": 0.9}, "himmelblau", (1.0, 3.5), 5e-3, "reduce_on_plateau",
     {"patience": 1, "factor": 0.3, "cooldown": 2}, 10),
    ("momentum", {"momentum": 0.9}, "himmelblau", (-4.6, 0.4), 5e-3, "one_cycle",
     {"total_steps": 300}, 1),
    ("momentum", {"momentum": 0.9}, "rosenbrock", (-1.2, 1.0), 5e-4, "one_cycle",
     {"total_steps": 300, "three_phase": "on", "anneal_strategy": "linear", "pct_start": 0.4,
      "base_momentum": 0.5}, 1),
    ("adam", {}, "himmelblau", (1.0, 3.5), 0.1, "one_cycle", {"total_steps": 300}, 1),
    ("adam", {"beta2": 0.99}, "rosenbrock", (-1.2, 1.0), 0.05, "cyclic",
     {"base_fraction": 0.1, "step_size_up": 20, "step_size_down": 30, "mode": "triangular2",
      "cycle_momentum": "on", "base_momentum": 0.8, "max_momentum": 0.9}, 1),
    ("momentum", {"momentum": 0.9}, "himmelblau", (1.0, 3.5), 2e-3, "cosine_restarts",
     {"T_0": 10, "T_mult": 2, "eta_min": 1e-4}, 5),
)  # fmt: skip
STEPS = 300


def rosenbrock(x):
    """Evaluate with a = 1, b = 100."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def himmelblau(x):
    """Evaluate with a = 11, b = 7."""
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


LOSSES = {"rosenbrock": rosenbrock, "himmelblau": himmelblau}


def scheduler(key, stepper, options, lr):
    """Make torch's scheduler from this project's names."""
    given = {n: v == "on" if v in ("on", "off") else v for n, v in options.items()}
    if key == "multistep":
        gamma = given.pop("gamma")
        return lr_scheduler.MultiStepLR(stepper, [m for m in given.values() if m], gamma)
    if key == "inverse_time":
        return lr_scheduler.LambdaLR(stepper, lambda t: 1 / (1 + given["k"] * t))
    if key == "inverse_sqrt":
        warm = given["warmup_steps"]
        size = given["d"] ** -0.5 if given["d"] else warm**0.5
        return lr_scheduler.LambdaLR(
            stepper, lambda t: size * min((t + 1) ** -0.5, (t + 1) * warm**-1.5)
        )
    if key == "cyclic":
        given["step_size_down"] = given["step_size_down"] or None
        base = given.pop("base_fraction") * lr
        return lr_scheduler.CyclicLR(stepper, base_lr=base, max_lr=lr, **given)
    if key == "one_cycle":
        return lr_scheduler.OneCycleLR(stepper, max_lr=lr, **given)
    names = {
        "exponential": "ExponentialLR",
        "polynomial": "PolynomialLR",
        "linear": "LinearLR",
        "constant_factor": "ConstantLR",
        "cosine_restarts": "CosineAnnealingWarmRestarts",
        "reduce_on_plateau": "ReduceLROnPlateau",
    }
    return getattr(lr_scheduler, names[key])(stepper, **given)


def schedule(key, options, lr, steps):
    """Give the rates and momenta (steps,) that torch's scheduler sets."""
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    stepper = torch.optim.SGD([x], lr=lr, momentum=0.5)
    made = scheduler(key, stepper, options, lr)
    rates, momenta = [], []
    for t in range(steps):
        rates.append(stepper.param_groups[0]["lr"])
        momenta.append(stepper.param_groups[0]["momentum"])
        stepper.step()
        if t < steps - 1:
            made.step()
    return np.array(rates), np.array(momenta)


def run(optimizer, hyper, landscape, start, lr, key, options, every):
    """Run torch's optimizer under its scheduler: points (301, 2) and rates (300,)."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    if optimizer == "adam":
        betas = (hyper.get("beta1", 0.9), hyper.get("beta2", 0.999))
        stepper = torch.optim.Adam([x], lr=lr, betas=betas, foreach=False)
    else:
        stepper = torch.optim.SGD([x], lr=lr, foreach=False, **hyper)
    made = scheduler(key, stepper, options, lr)
    points, rates = [x.detach().numpy().copy()], []
    for t in range(STEPS):
        rates.append(stepper.param_groups[0]["lr"])
        stepper.zero_grad()
        loss = LOSSES[landscape](x)
        loss.backward()
        stepper.step()
        points.append(x.detach().numpy().copy())
        if (t + 1) % every == 0 and t < STEPS - 1:
            made.step(*([loss.item()] if key == "reduce_on_plateau" else []))
    return np.array(points), np.array(rates)


def main():
    """Run everything and write schedules.npz beside this file."""
    torch.set_num_threads(1)
    names = ("schedule", "hyper", "lr", "steps")
    made = [schedule(*case) for case in CASES]
    runs = [run(*r) for r in RUNS]
    points = np.array([p for p, _ in runs])
    assert np.isfinite(points).all()
    for (_, lrs), r in zip(runs, RUNS, strict=True):
        # The rule that is watched must have acted, or there is nothing to compare.
        assert len(set(lrs.tolist())) > 1, r
    run_names = ("optimizer", "hyper", "landscape", "start", "lr", "schedule", "options", "every")
    np.savez_compressed(
        Path(__file__).with_name("schedules.npz"),
        version=np.array(torch.__version__),
        cases=np.array(json.dumps([dict(zip(names, c, strict=True)) for c in CASES])),
        runs=np.array(json.dumps([dict(zip(run_names, r, strict=True)) for r in RUNS])),
        points=points,
        lrs=np.array([lrs for _, lrs in runs]),
        **{f"rates_{i}": rates for i, (rates, _) in enumerate(made)},
        **{f"momentum_{i}": momenta for i, (_, momenta) in enumerate(made)},
    )


if __name__ == "__main__":
    main()
