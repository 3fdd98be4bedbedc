"""Models against PyTorch and central differences: losses, gradients, batch norm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learned import (
    AFTER,
    BATCH_LOSS,
    BATCH_SLOPE,
    BEFORE,
    CASES,
    NORMED,
    OUTPUTS,
    SLOPE,
    THETA,
    TORCH,
    Q,
    case_of,
    evaluate,
    fit,
    named,
    off,
    table,
)

from explorer.core.catalog import catalog
from explorer.engine.training import (
    gradient_errors,
    loss_and_gradient,
    losses,
)


@pytest.mark.parametrize("index", range(len(CASES)), ids=named)
def test_losses_and_gradients_are_those_of_autograd(index: int) -> None:
    fitted, X, y = case_of(index)
    running = BEFORE[index] if Q[index] else None
    loss, slope = loss_and_gradient(fitted, X, y[:, None], THETA[index], running)
    assert off(loss, TORCH["loss"][index]) < 1e-12
    assert off(slope, SLOPE[index]) < 1e-10
    stats = None if running is None else np.repeat(running[None], 3, axis=0)
    alone = losses(fitted, X, y[:, None], np.repeat(THETA[index][None], 3, axis=0), stats)
    assert off(alone, loss) < 1e-14
    outputs = fitted.model.predict(THETA[index], X, fitted.numbers, fitted.whole, BEFORE[index])
    assert off(outputs.ravel(), OUTPUTS[index]) < 1e-12
    if not Q[index]:  # then training is no different
        loss, slope, _ = evaluate(fitted, X, y, THETA[index])
        assert off(slope, SLOPE[index]) < 1e-10


@pytest.mark.parametrize("index", NORMED, ids=named)
def test_batch_norm_in_training_is_pytorchs(index: int) -> None:
    fitted, X, y = case_of(index)
    loss, slope, after = evaluate(fitted, X, y, THETA[index], running=BEFORE[index][:, None])
    assert off(loss, BATCH_LOSS[index]) < 1e-12
    assert off(slope, BATCH_SLOPE[index]) < 1e-10
    assert off(after, AFTER[index]) < 1e-12


@pytest.mark.parametrize("index", range(len(CASES)), ids=named)
def test_gradients_are_central_differences(index: int) -> None:
    fitted, X, y = case_of(index)
    found = gradient_errors(fitted, X, y[:, None], THETA[index])
    assert list(found) == [block.name for block in fitted.blocks]
    assert max(error for error, _ in found.values()) < 1e-6
    assert all(found[b.name][1] == min(b.size, 200) for b in fitted.blocks)


def test_every_option_is_tried() -> None:
    tried: dict[str, set] = {}
    for case in CASES:
        tried.setdefault(case["model"], set()).update(case["hyper"])
    own = {"init", "dropout"}  # where it begins, and what no two libraries draw alike
    models = catalog().models
    assert set(tried) == set(models)
    assert all({h.name for h in spec.hyper} - own == tried[key] for key, spec in models.items())
    assert {(key, task) for key, spec in models.items() for task in spec.tasks} == {
        (case["model"], case["task"]) for case in CASES
    }


@pytest.mark.parametrize("key", sorted(catalog().models))
def test_rows_of_a_step_are_all_that_counts(key: str) -> None:
    index = max(i for i, case in enumerate(CASES) if case["model"] == key)
    fitted, X, y = case_of(index)
    rows = np.array([5, 2, 30, -1, 11, -1])
    few = evaluate(fitted, X, y, THETA[index], rows=rows)
    alone = evaluate(fitted, X[rows[rows >= 0]], y[rows[rows >= 0]], THETA[index])
    for ours, theirs in zip(few, alone, strict=True):
        np.testing.assert_array_equal(ours, theirs)


PLAIN = [*{c["model"]: i for i, c in enumerate(CASES)}.values(), *range(36, len(CASES), 9)]


@pytest.mark.parametrize(
    ("index", "dropped"),
    [(i, p) for i in PLAIN for p in (0.0, 0.4) if not p or CASES[i]["model"] == "mlp"],
)
def test_compiled_is_what_the_source_says(index: int, dropped: float) -> None:
    """A kernel in plain Python, whose whole numbers do not overflow unseen, gives the same."""
    fitted, X, y = case_of(index)
    if dropped:
        chosen = {**fitted.chosen, "dropout": dropped}
        fitted = replace(fitted, chosen=chosen, numbers=fitted.model.numbers(chosen))
    args = fitted, X, y, THETA[index], 6
    how = {"key": 2**31 - 1, "running": BEFORE[index][:, None].copy()}
    compiled = evaluate(*args, **how)
    plain = evaluate(*args, **how, plain=True)
    for ours, theirs in zip(compiled, plain, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh", "relu"])
def test_outputs_of_saturated_units_are_those_that_are_judged(activation: str) -> None:
    """Weights of thousands are met where a rate is too high; nothing is warned of."""
    fitted = fit("mlp", {"hidden": "5-5", "activation": activation}, table(*SATURATED))
    X, y = SATURATED[:2]
    theta = 3000 * fitted.first(1)
    outputs = fitted.model.predict(theta, X, fitted.numbers, fitted.whole, np.zeros(0))
    loss = losses(fitted, X, y[:, None], theta[None])[0]
    assert loss == pytest.approx(np.mean((outputs[:, 0] - y) ** 2), rel=1e-12)


SATURATED = TORCH["X"], TORCH["y_regression"], "regression"
