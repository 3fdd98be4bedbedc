"""Dropout and batches: what is drawn, and that it is drawn the same for all."""

from __future__ import annotations

import math

import numpy as np
import pytest
from learned import CASES, MOONS, SLOPE, THETA, TORCH, evaluate, fit, off, planned, table

from explorer.core.errors import InputError
from explorer.core.experiment import Run, settings
from explorer.core.training import batches
from explorer.engine.training import (
    loss_and_gradient,
    losses,
    train,
)

ROWS, UNITS = 16, 300


def masks(dropped: float, step: int, key: int, units: int = UNITS) -> np.ndarray:
    """Which units (ROWS, units) a step leaves, read from the gradient.

    Hidden units are 1 and the output 0; targets are such that row r's slope is 2^r, so that the
    slope by a unit's weight is a sum of the powers of two of the rows that have it left.
    """
    y = -(ROWS / 2) * 2.0 ** np.arange(ROWS)
    hyper = {"hidden": units, "activation": "identity", "dropout": dropped}
    fitted = fit("mlp", hyper, table(np.ones((ROWS, 1)), y, "regression"))
    theta = np.concatenate([np.zeros(units), np.ones(units), np.zeros(units + 1)])
    _, slope, _ = evaluate(fitted, np.ones((ROWS, 1)), y, theta, step, key=key)
    sums = slope[2 * units : 3 * units] * (1 - dropped)
    whole = np.round(sums).astype(np.int64)
    np.testing.assert_allclose(sums, whole, rtol=1e-12)
    return (whole >> np.arange(ROWS)[:, None]) & 1


def test_a_step_and_a_key_give_one_mask() -> None:
    mask = masks(0.4, step=7, key=3)
    np.testing.assert_array_equal(mask, masks(0.4, step=7, key=3))
    for other in (masks(0.4, step=8, key=3), masks(0.4, step=7, key=4), masks(0.4, 0, 0)):
        # two independent masks differ in a share 2·p·(1 - p) of the units
        assert np.mean(mask != other) == pytest.approx(0.48, abs=bound(mask.size))


def bound(draws: int) -> float:
    """How far a share of so many independent draws may be off, by Hoeffding's inequality.

    P(|share - p| ≥ t) ≤ 2·exp(-2·n·t²), which is one in a billion here.
    """
    return math.sqrt(math.log(2e9) / (2 * draws))


@pytest.mark.parametrize("dropped", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("key", [0, 12345, 2**31 - 1])
def test_the_share_dropped_is_the_one_asked_for(dropped: float, key: int) -> None:
    mask = np.array([masks(dropped, step, key) for step in range(40)])
    assert 1 - mask.mean() == pytest.approx(dropped, abs=bound(mask.size))
    for axis in range(3):  # of every step, row and unit too
        rest = tuple(other for other in range(3) if other != axis)
        shares = 1 - mask.mean(axis=rest)
        assert np.abs(shares - dropped).max() < bound(mask.size // mask.shape[axis])
    for axis in range(3):  # and neighbours have nothing to do with each other
        n = mask.shape[axis]
        both = np.take(mask, range(1, n), axis) * np.take(mask, range(n - 1), axis)
        assert both.mean() == pytest.approx((1 - dropped) ** 2, abs=2 * bound(both.size))


def test_layers_have_masks_of_their_own() -> None:
    units, dropped, step = 600, 0.5, 5
    y = np.array([-0.5])
    hyper = {"hidden": (units, units), "activation": "identity", "dropout": dropped}
    fitted = fit("mlp", hyper, table(np.ones((2, 1)), np.repeat(y, 2), "regression"))
    found = []
    for weight, bias in ((np.zeros((units, units)), 1.0), (np.eye(units), 0.0)):
        theta = [np.zeros(units), np.ones(units), weight.ravel(), np.full(units, bias)]
        theta = np.concatenate([*theta, np.zeros(units + 1)])
        _, slope, _ = evaluate(fitted, np.ones((1, 1)), y, theta, step)
        found.append(slope[-units - 1 : -1])
    second, both = (values > 0 for values in found)
    assert not (both & ~second).any()
    assert second.mean() == pytest.approx(0.5, abs=bound(units))
    assert both.mean() == pytest.approx(0.25, abs=bound(units))


def test_outputs_with_dropout_are_right_on_average() -> None:
    """The slope by the last bias is 2·(output - y); its mean is within six standard errors."""
    draw = np.random.default_rng(5)
    dropped, units, many = 0.3, 12, 20_000
    X, y = draw.normal(size=(1, 3)), np.zeros(1)
    hyper = {"hidden": units, "activation": "tanh", "dropout": dropped}
    fitted = fit("mlp", hyper, table(np.repeat(X, 2, axis=0), np.zeros(2), "regression"))
    theta = draw.normal(size=fitted.size)
    outputs = [evaluate(fitted, X, y, theta, step)[1][-1] / 2 for step in range(many)]
    expected = fitted.model.predict(theta, X, fitted.numbers, fitted.whole, np.zeros(0))[0, 0]
    hidden = np.tanh(theta[: 3 * units].reshape(units, 3) @ X[0] + theta[3 * units : 4 * units])
    variance = np.sum((theta[4 * units : 5 * units] * hidden) ** 2) * dropped / (1 - dropped)
    assert np.mean(outputs) == pytest.approx(expected, abs=6 * math.sqrt(variance / many))
    assert np.var(outputs) == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("activation", ["identity", "sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("normed", ["off", "on"])
def test_the_gradient_with_dropout_is_that_of_its_loss(activation: str, normed: str) -> None:
    draw = np.random.default_rng(8)
    X, y = draw.normal(size=(20, 3)), draw.integers(0, 3, 20)
    hyper = {"hidden": "9-7", "activation": activation, "batch_norm": normed, "dropout": 0.4}
    fitted = fit("mlp", hyper, table(X, y, "multiclass"))
    theta, step = 0.7 * draw.normal(size=fitted.size), 1e-5
    _, slope, _ = evaluate(fitted, X, y, theta, 4)
    central = np.empty(fitted.size)
    for i in range(fitted.size):
        high, low = (theta + s * np.eye(fitted.size)[i] for s in (step, -step))
        central[i] = evaluate(fitted, X, y, high, 4)[0] - evaluate(fitted, X, y, low, 4)[0]
    assert off(central / (2 * step), slope) < 1e-6


def test_dropout_is_off_where_a_model_is_judged() -> None:
    index = next(i for i, c in enumerate(CASES) if c["hyper"].get("hidden") == "16-16")
    case = CASES[index]
    data = table(TORCH["X"], TORCH[f"y_{case['task']}"], case["task"])
    fitted = fit("mlp", {**case["hyper"], "dropout": 0.5}, data)
    y = np.asarray(data.y, dtype=float)
    loss, slope = loss_and_gradient(fitted, data.X, y[:, None], THETA[index])
    assert off(loss, TORCH["loss"][index]) < 1e-12
    assert off(slope, SLOPE[index]) < 1e-10
    alone = losses(fitted, data.X, y[:, None], THETA[index][None])
    assert off(alone, loss) < 1e-14
    assert evaluate(fitted, data.X, y, THETA[index])[0] != loss


def test_optimizers_that_look_twice_see_one_mask_and_one_update() -> None:
    """SAM with a vanishing radius is SGD, dropout and running statistics included."""
    hyper = {"hidden": 8, "dropout": 0.5, "batch_norm": "on"}
    sam, sgd = (
        train(planned("mlp", hyper, MOONS, run, epochs=3))
        for run in (Run("sam", 0.05, settings({"rho": 1e-9})), Run("sgd", 0.05))
    )
    steps = min(len(sam.points), len(sgd.points))
    assert np.abs(sam.points[:steps] - sgd.points[:steps]).max() < 1e-6
    assert np.abs(sam.statistics - sgd.statistics).max() < 1e-6


@pytest.mark.parametrize(("rows", "batch"), [(200, 32), (64, 16), (10, 1), (7, 6), (5, 5)])
def test_every_row_comes_once_an_epoch(rows: int, batch: int) -> None:
    per_epoch, order = batches(rows, batch, 4, drop_last=False, seed=3)
    assert per_epoch == math.ceil(rows / batch)
    assert len(order) == (4 * per_epoch + 1) * batch
    for epoch in order[: 4 * per_epoch * batch].reshape(4, -1):
        assert sorted(epoch[epoch >= 0]) == list(range(rows))
        full = epoch.reshape(per_epoch, batch)[:-1]
        assert (full >= 0).all()  # only the last is smaller
    seen = {tuple(epoch) for epoch in order[: 4 * per_epoch * batch].reshape(4, -1)}
    assert len(seen) == (4 if batch < rows else 1)
    assert len(np.unique(order[-batch:][order[-batch:] >= 0])) == min(batch, rows)


def test_drop_last_leaves_only_whole_batches() -> None:
    per_epoch, order = batches(200, 32, 3, drop_last=True, seed=3)
    assert per_epoch == 6
    assert (order >= 0).all()
    epochs = order[: 3 * 6 * 32].reshape(3, -1)
    assert all(len(set(epoch)) == 192 for epoch in epochs)
    assert len({frozenset(epoch) for epoch in epochs}) == 3  # not always the same are dropped
    with pytest.raises(InputError, match="drop_last"):
        batches(5, 6, 1, drop_last=True, seed=0)


def test_batches_depend_on_the_seed_alone() -> None:
    plans = [
        planned("mlp", {}, MOONS, Run(key, 0.01), epochs=2, seed=seed)
        for key, seed in (("sgd", 4), ("adam", 4), ("adam", 5))
    ]
    np.testing.assert_array_equal(plans[0].order, plans[1].order)
    np.testing.assert_array_equal(plans[0].start, plans[1].start)
    assert (plans[0].order != plans[2].order).any()
    few, more = (batches(50, 8, epochs, drop_last=False, seed=4)[1] for epochs in (2, 6))
    np.testing.assert_array_equal(few, more[: len(few)])
    one, two = (train(plan) for plan in plans[:2])
    assert one.loss[0] == two.loss[0]
