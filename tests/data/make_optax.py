"""Writes optax.npz: what optax itself does, for the tests to hold the kernels against.

Run it in any environment with optax (made with 0.2.8), JAX and NumPy; neither is needed for
anything else in this project:

    python tests/data/make_optax.py

Every trajectory is 200 steps in float64 with JAX's own gradients. optax.npz holds `cases`, a JSON
list that says what was run, `points` (case, 201, 2), and `defaults`, the default options as JSON;
where optax asks for a learning rate, there is none among them. Of the schedule-free methods the
points are those to be evaluated, x; of lookahead the fast ones, and `slow` (case, 201, 2) holds
the others for the cases listed in `wrapped`.
"""

import inspect
import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

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
MAKERS = {
    "lion": optax.lion,
    "adabelief": optax.adabelief,
    "yogi": optax.yogi,
    "adan": optax.adan,
    "signsgd": optax.sign_sgd,
    "novograd": optax.novograd,
    "schedule_free_sgd": optax.contrib.schedule_free_sgd,
    "schedule_free_adamw": optax.contrib.schedule_free_adamw,
}
# Rates at which no run is chaotic: where neighbouring paths part, rounding would decide the test.
RATES = {
    "lion": {"rosenbrock": 5e-3, "himmelblau": 0.01, "beale": 0.01},
    "adabelief": {"rosenbrock": 5e-3, "himmelblau": 0.02, "beale": 0.01},
    "yogi": {"rosenbrock": 0.01, "himmelblau": 0.05, "beale": 0.05},
    "adan": {"rosenbrock": 5e-3, "himmelblau": 0.02, "beale": 0.01},
    "signsgd": {"rosenbrock": 5e-3, "himmelblau": 0.01, "beale": 0.01},
    "novograd": {"rosenbrock": 5e-4, "himmelblau": 2e-3, "beale": 2e-3},
    "schedule_free_sgd": {"rosenbrock": 5e-4, "himmelblau": 5e-3, "beale": 5e-3},
    "schedule_free_adamw": {"rosenbrock": 0.02, "himmelblau": 0.05, "beale": 0.05},
}
OPTIONS = {
    "lion": ({}, {"beta1": 0.7, "beta2": 0.9}, {"weight_decay": 0.3}),
    "adabelief": (
        {},
        {"beta1": 0.7, "beta2": 0.98, "eps": 1e-3},
        {"eps_root": 1e-4},
        {"nesterov": True},
    ),
    "yogi": ({}, {"beta1": 0.7, "beta2": 0.98}, {"eps": 0.1}),
    "adan": (
        {},
        {"beta1": 0.9, "beta2": 0.8, "beta3": 0.95},
        {"eps": 0.1, "eps_root": 1e-3, "weight_decay": 0.3},
    ),
    "signsgd": ({},),
    "novograd": (
        {},
        {"beta1": 0.7, "beta2": 0.9},
        {"eps": 0.1, "eps_root": 1e-2, "weight_decay": 0.1},
    ),
    "schedule_free_sgd": ({}, {"beta1": 0.7, "weight_decay": 0.3}, {"weight_lr_power": 0.0}),
    "schedule_free_adamw": (
        {},
        {"beta1": 0.7, "beta2": 0.98, "eps": 0.1},
        {"weight_decay": 0.3, "weight_lr_power": 1.0},
    ),
}
# What lookahead is put around: options of its own, the inner optimizer and its options and rates.
INNER = {"sgd": optax.sgd, "adam": optax.adam, "lion": optax.lion}
WRAPPED = (
    ({"sync_period": 6, "slow_step_size": 0.5}, "sgd", {}, 5e-4),
    ({"sync_period": 5, "slow_step_size": 0.8}, "adam", {"beta1": 0.8, "eps": 1e-3}, 0.02),
    ({"sync_period": 1, "slow_step_size": 0.3}, "adam", {}, 0.02),
    ({"sync_period": 11, "slow_step_size": 0.0}, "lion", {"weight_decay": 0.0}, 5e-3),
)
NAMES = {"beta1": "b1", "beta2": "b2", "beta3": "b3"}
IMPLEMENTATION = {"mu_dtype", "mask", "state_dtype", "warmup_steps"}


def theirs(options):
    """Give options of this project their names in optax."""
    return {NAMES.get(name, name): value for name, value in options.items()}


def trajectory(key, landscape, start, lr, options):
    """Run optax's optimizer and give the points (201, 2)."""
    stepper = MAKERS[key](lr, **theirs(options))
    free = key.startswith("schedule_free")

    def move(carry, _):
        x, state = carry
        updates, state = stepper.update(jax.grad(LOSSES[landscape])(x), state, x)
        x = optax.apply_updates(x, updates)
        shown = optax.contrib.schedule_free_eval_params(state, x) if free else x
        return (x, state), shown

    x = jnp.array(start)
    _, points = jax.lax.scan(move, (x, stepper.init(x)), None, length=STEPS)
    return np.concatenate([[start], points])


def wrapped(own, inner, landscape, start, lr, options):
    """Run optax.lookahead and give the fast and the slow points, (201, 2) each."""
    stepper = optax.lookahead(INNER[inner](lr, **theirs(options)), **own)

    def move(carry, _):
        x, state = carry
        slope = jax.grad(LOSSES[landscape])(x.fast)
        updates, state = stepper.update(slope, state, x)
        x = optax.apply_updates(x, updates)
        return (x, state), (x.fast, x.slow)

    x = optax.LookaheadParams.init_synced(jnp.array(start))
    _, (fast, slow) = jax.lax.scan(move, (x, stepper.init(x)), None, length=STEPS)
    return np.concatenate([[start], fast]), np.concatenate([[start], slow])


def defaults(key):
    """Give the defaults of optax's function in this project's names."""
    ours = {theirs: name for name, theirs in NAMES.items()}
    found = {}
    for name, parameter in inspect.signature(MAKERS[key]).parameters.items():
        if name not in IMPLEMENTATION and parameter.default is not inspect.Parameter.empty:
            name = "lr" if name == "learning_rate" else ours.get(name, name)
            # schedule_free_sgd says None where it means none
            found[name] = 0.0 if parameter.default is None else parameter.default
    return found


def main():
    """Run everything and write optax.npz beside this file."""
    jax.config.update("jax_enable_x64", True)
    cases = [
        {"optimizer": key, "landscape": land, "start": start, "lr": lrs[land], "hyper": options}
        for key, lrs in RATES.items()
        for options in OPTIONS[key]
        for land in LOSSES
        for start in STARTS[land]
    ]
    points = [
        trajectory(c["optimizer"], c["landscape"], c["start"], c["lr"], c["hyper"]) for c in cases
    ]
    outer = [
        {
            "optimizer": "lookahead", "landscape": land, "start": start, "lr": lr,
            "hyper": {**own, "inner": inner, **options},
        }
        for own, inner, options, lr in WRAPPED
        for land in LOSSES
        for start in STARTS[land]
    ]  # fmt: skip
    both = [
        wrapped(own, inner, land, start, lr, options)
        for own, inner, options, lr in WRAPPED
        for land in LOSSES
        for start in STARTS[land]
    ]
    assert np.isfinite(points).all()
    assert np.isfinite(both).all()
    np.savez_compressed(
        Path(__file__).with_name("optax.npz"),
        version=np.array(optax.__version__),
        cases=np.array(json.dumps(cases)),
        points=np.array(points),
        wrapped=np.array(json.dumps(outer)),
        fast=np.array([fast for fast, _ in both]),
        slow=np.array([slow for _, slow in both]),
        defaults=np.array(json.dumps({key: defaults(key) for key in MAKERS})),
    )


if __name__ == "__main__":
    main()
