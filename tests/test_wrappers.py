"""Optimizers around optimizers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reference import loss_and_gradient, numbers

import explorer
from explorer.core.catalog import catalog, hypers
from explorer.core.defaults import rate_for
from explorer.core.experiment import Experiment, Run, settings
from explorer.core.plan import resolve
from explorer.engine.runner import run_all
from explorer.views._explained import Explained

if TYPE_CHECKING:
    from explorer.core.spec import Optimizer

WRAPPERS = [o for o in catalog().optimizers.values() if o.wraps]
INNER = [o for o in catalog().optimizers.values() if o.family == "first order" and not o.wraps]
PLAIN = [o for o in INNER if not any(s.fill for s in o.state)]


def name(optimizer: Optimizer) -> str:
    return optimizer.key


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=name)
def test_no_setting_and_no_state_is_called_as_one_that_may_be_wrapped(wrapper: Optimizer) -> None:
    """Both are given and kept by name."""
    for inner in INNER:
        assert not {h.name for h in wrapper.hyper} & {h.name for h in inner.hyper}
        assert not {s.name for s in wrapper.state} & {s.name for s in inner.state}
    given = [h.name for h in hypers(wrapper, {})]
    assert len(given) == len(set(given))


@pytest.mark.parametrize("inner", PLAIN, ids=name)
def test_lookahead_that_goes_all_the_way_is_what_it_wraps(inner: Optimizer) -> None:
    lr = rate_for("himmelblau", inner.key)
    alone = explorer.run("himmelblau", inner.key, lr=lr, steps=60)
    around = explorer.run(
        "himmelblau", "lookahead", lr=lr, steps=60, inner=inner.key, slow_step_size=1
    )
    # x = slow + (x - slow) may be rounded
    np.testing.assert_allclose(around.points[:30], alone.points[:30], rtol=1e-9, atol=1e-12)


def test_lookahead_meets_its_slow_weights_every_few_steps() -> None:
    trace = explorer.run("himmelblau", "lookahead", inner="adam", lr=0.1, steps=60, sync_period=7)
    slow = trace.states["slow"]
    np.testing.assert_array_equal(slow[0], trace.points[0])
    for t in range(1, 61):
        if t % 7:
            np.testing.assert_array_equal(slow[t], slow[t - 1])
        else:
            np.testing.assert_array_equal(slow[t], trace.points[t])
            assert not np.array_equal(slow[t], slow[t - 1])


def test_ranger_is_lookahead_around_radam() -> None:
    shared = {"lr": 0.02, "steps": 200, "beta1": 0.95, "eps": 1e-5, "weight_decay": 0.1}
    ours = explorer.run("himmelblau", "ranger", k=4, alpha=0.3, **shared)
    both = explorer.run(
        "himmelblau", "lookahead", inner="radam", sync_period=4, slow_step_size=0.3, **shared
    )
    np.testing.assert_allclose(ours.points, both.points, rtol=1e-12)
    np.testing.assert_allclose(ours.states["phi"][1:], both.states["slow"][1:], rtol=1e-12)


@pytest.mark.parametrize(("k", "alpha"), [(5, 0.5), (10, 0.2)])
def test_slow_weights_are_quieter_by_zhangs_factor(k: int, alpha: float) -> None:
    """On x² with noisy slopes (Zhang et al. 2019, proposition 2)."""
    lr, sigma, steps = 0.1, 1.0, 400_000
    trace = explorer.run(
        "parabola", "lookahead", start=(0.0,), lr=lr, sigma=sigma, steps=steps, seed=4,
        sync_period=k, slow_step_size=alpha,
    )  # fmt: skip
    q = 1 - 2 * lr
    plain = lr**2 * sigma**2 / (1 - q**2)
    gain = alpha**2 * (1 - q ** (2 * k))
    variance = gain / (gain + 2 * alpha * (1 - alpha) * (1 - q**k)) * plain
    slow = trace.states["slow"][500::k, 0]
    kept = 1 - alpha + alpha * q**k
    error = variance * math.sqrt(2 / len(slow) * (1 + kept**2) / (1 - kept**2))
    assert abs(slow.var() - variance) < 4 * error


def test_random_restarts_are_the_plain_algorithm() -> None:
    landscape = catalog().landscape("styblinski_tang")
    parameters = numbers(landscape.parameters)
    low, high = np.array(landscape.bounds).T
    lr, stall, tolerance, steps = 0.01, 8, 1e-4, 400
    trace = explorer.run(
        landscape.key,
        "random_restarts",
        lr=lr,
        stall=stall,
        tolerance=tolerance,
        steps=steps,
        seed=9,
    )

    def at(q: np.ndarray) -> tuple[float, np.ndarray]:
        f, g = loss_and_gradient(landscape, parameters, q[:, None])
        return float(f[0]), g[:, 0]

    x = np.array(landscape.start)
    best, lowest, waited, points, jumps = (at(x)[0], x), at(x)[0], 0, [x], 0
    for t in range(steps):
        x = x - lr * at(x)[1]
        f = at(x)[0]
        best = min(best, (f, x), key=lambda pair: pair[0])
        if f < lowest - tolerance:
            lowest, waited = f, 0
        else:
            waited += 1
        if waited >= stall:
            x = low + trace.states["uniform"][t] * (high - low)
            lowest, waited, jumps = math.inf, 0, jumps + 1
        points.append(x)
    assert jumps > 5
    np.testing.assert_allclose(trace.points, points, rtol=1e-9)
    np.testing.assert_allclose(trace.states["best"][-1], best[1], rtol=1e-9)
    np.testing.assert_allclose(trace.states["best_loss"][-1], best[0], rtol=1e-9)
    assert best[0] == pytest.approx(-78.3323314, abs=1e-3)
    every = trace.states["uniform"]
    assert ((every >= 0) & (every < 1)).all()
    assert len(np.unique(every)) == every.size


def test_a_start_that_is_never_bettered_stays_the_best() -> None:
    trace = explorer.run("bowl", "random_restarts", start=(0.0, 0.0), lr=0.1, stall=2, steps=30)
    np.testing.assert_array_equal(trace.states["best"][-1], (0.0, 0.0))
    assert not np.array_equal(trace.points[-1], (0.0, 0.0))


@pytest.mark.parametrize("wrapper", WRAPPERS, ids=name)
def test_the_inspector_takes_both_steps_again(wrapper: Optimizer) -> None:
    experiment = Experiment(
        "himmelblau", (-4.6, 0.4), (Run(wrapper.key, 0.01, settings({"inner": "adam"})),), steps=80
    )
    plan = resolve(experiment)
    (trace,) = run_all(plan)
    for t in (1, 6, 40, 80):
        taken = Explained(plan, plan.runs[0], trace, t).taken
        np.testing.assert_allclose(taken.point, trace.points[t], rtol=1e-12)
        for row, spec in enumerate(wrapper.state):
            if not spec.fill:
                np.testing.assert_allclose(taken.outer[row], trace.states[spec.name][t], rtol=1e-12)
