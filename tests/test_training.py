"""Trainings against PyTorch, where they end, and what they refuse."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Run, settings
from explorer.core.training import TrainPlan, choose, resolve
from explorer.engine.runner import Cancelled
from explorer.engine.training import (
    loss_and_gradient,
    losses,
    sliced,
    train,
)

if TYPE_CHECKING:
    from explorer.core.data import Data
    from explorer.core.trace import Trace

from learned import (
    GROUPS,
    MOONS,
    POINTS,
    RUNS,
    SLICES,
    STATISTICS,
    TORCH,
    fit,
    off,
    plan_of,
    planned,
    run_name,
    table,
)


@pytest.mark.parametrize("index", range(len(RUNS)), ids=run_name)
def test_a_training_is_pytorchs(index: int) -> None:
    plan = plan_of(index)
    np.testing.assert_array_equal(plan.order, TORCH["order"])
    trace = train(plan)
    assert trace.stop_reason == "max_steps"
    assert len(trace.kept) == plan.steps + 1
    assert np.abs(trace.points[:: plan.per_epoch] - POINTS[index]).max() < 1e-8
    assert np.abs(trace.loss[:-1] - TORCH["losses"][index]).max() < 1e-8
    assert np.abs(trace.parameters - POINTS[index][-1]).max() < 1e-8
    assert trace.statistics.shape == (RUNS[index]["Q"],)
    if trace.statistics.size:
        assert np.abs(trace.statistics - STATISTICS[index][-1]).max() < 1e-8
    # the statistics of every epoch are what it is judged with
    judged = losses(plan.fitted, plan.X, plan.y, POINTS[index], STATISTICS[index])
    assert np.abs(trace.epoch_loss - judged).max() < 1e-8


@pytest.mark.parametrize("number", range(len(SLICES)))
def test_a_slice_is_pytorchs(number: int) -> None:
    index, at = SLICES[number]["run"], 2 * sum(s["D"] for s in SLICES[:number])
    plan, theta, size = plan_of(index), POINTS[index][-1], SLICES[number]["D"]
    raw = TORCH["raw"][at : at + 2 * size].reshape(2, size)
    first, second = TORCH["directions"][at : at + 2 * size].reshape(2, size)
    places = TORCH["places"]
    found = sliced(
        plan.fitted, plan.X, plan.y, theta, first, second, (places, places), STATISTICS[index][-1]
    )
    assert off(found, TORCH["grids"][number]) < 1e-8
    # what is known of the blocks is enough to normalise by filter
    for ours, theirs in zip(raw.copy(), (first, second), strict=True):
        for block, part in plan.fitted.parts():
            rows = ours[part].reshape(block.shape[0], -1)
            own = theta[part].reshape(rows.shape)
            length = np.linalg.norm(own, axis=1) / np.linalg.norm(rows, axis=1)
            rows *= length[:, None] if block.kind == "weight" else 0.0
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14)


def test_a_slice_that_is_not_square_has_rows_of_the_second_direction() -> None:
    fitted = fit(
        "linear_regression", {}, table(np.array([[-1.0], [1.0]]), np.zeros(2), "regression")
    )
    a, b = np.linspace(-1, 1, 3), np.linspace(0, 2, 4)
    ways = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    y = np.zeros((2, 1))
    found = sliced(fitted, np.array([[-1.0], [1.0]]), y, np.zeros(2), *ways, (a, b))
    np.testing.assert_allclose(found, a[None] ** 2 + b[:, None] ** 2, atol=1e-15)


def keras(values: list[float], patience: int, min_delta: float) -> tuple[int | None, int]:
    """keras.callbacks.EarlyStopping of Keras 3: the last epoch, if any, and that of the best."""
    best, best_epoch, wait = math.inf, 0, 0
    for epoch, value in enumerate(values):
        wait += 1
        if value < best - min_delta:
            best, best_epoch, wait = value, epoch, 0
            continue
        if wait >= patience and epoch > 0:
            return epoch, best_epoch
    return None, best_epoch


def walk(
    lr: float = 0.05, *, optimizer: str = "sgd", epochs: int = 40, hyper: dict | None = None, **how
) -> tuple[TrainPlan, Trace]:
    """A straight line through rows at ±1 with y = x, watched on rows where y = x / 2.

    Of full batches w ← w - 2·lr·(w - 1) from 0, so w = 1 - (1 - 2·lr)^t; the loss that is watched
    is (w - 1/2)², which falls until w has passed 1/2.
    """
    X = np.array([[-1.0], [1.0]] * 10)
    data = table(X, X[:, 0], "regression")
    run = Run(optimizer, lr, settings(hyper or {}))
    how = {"batch_size": 20, "epochs": epochs, "validation": 0.2, "scale": "none", **how}
    plan = resolve(*choose("linear_regression", {}), data, run, **how)
    watched = X[:4]
    plan = replace(
        plan, X=X, y=X.copy(), batch=20, per_epoch=1, order=np.tile(np.arange(20), epochs + 1)
    )
    return (plan := replace(plan, X_watched=watched, y_watched=watched / 2)), train(plan)


def test_training_ends_when_it_was_patient_enough() -> None:
    """w = 1 - 0.9^t is nearest to 1/2 at t = 7, so patience 3 ends at 10 with the 7th restored."""
    _, trace = walk(patience=3)
    assert trace.stop_reason == "early_stopping"
    assert (trace.best_epoch, trace.stop_epoch, trace.stop_step) == (7, 10, 10)
    w = 1 - 0.9 ** np.arange(11)
    np.testing.assert_allclose(trace.points[:, 0], w, atol=1e-14)
    np.testing.assert_allclose(trace.validation_loss, (w - 0.5) ** 2, atol=1e-14)
    np.testing.assert_array_equal(trace.parameters, trace.points[7])
    for length in (trace.loss, trace.epoch_loss, trace.points, *trace.metrics.values()):
        assert len(length) == 11
    _, last = walk(patience=3, restore_best=False)
    assert (last.best_epoch, last.stop_epoch) == (7, 10)
    np.testing.assert_array_equal(last.parameters, last.points[10])
    _, whole = walk()
    assert (whole.stop_reason, whole.stop_step, whole.best_epoch) == ("max_steps", 40, 7)
    np.testing.assert_array_equal(whole.parameters, whole.points[40])
    _, asked = walk(patience=100)  # best is restored even where nothing was stopped
    assert (asked.stop_reason, asked.stop_step) == ("max_steps", 40)
    np.testing.assert_array_equal(asked.parameters, asked.points[7])


@pytest.mark.parametrize("patience", [1, 2, 4, 9])
@pytest.mark.parametrize("min_delta", [0.0, 1e-3, 0.1])
def test_it_stops_where_keras_does(patience: int, min_delta: float) -> None:
    how = {"optimizer": "momentum", "lr": 0.05, "hyper": {"momentum": 0.95}, "epochs": 60}
    _, whole = walk(**how)
    values = whole.validation_loss.tolist()
    assert len(values) == 61
    assert min(values[20:]) < min(values[:8])  # it swings past the best and comes back
    _, trace = walk(**how, patience=patience, min_delta=min_delta)
    last, best = keras(values, patience, min_delta)
    assert trace.stop_epoch == (60 if last is None else last)
    assert trace.stop_reason == ("max_steps" if last is None else "early_stopping")
    if min_delta == 0:
        assert trace.best_epoch == best
    assert trace.best_epoch == int(np.argmin(values[: trace.stop_epoch + 1]))


def test_the_best_epochs_parameters_and_statistics_are_kept() -> None:
    hyper = {"hidden": 30, "batch_norm": "on", "dropout": 0.2}
    plan = resolve(
        *choose("mlp", hyper), GROUPS, Run("adam", 0.1), epochs=40, patience=6, validation=0.3
    )
    trace = train(plan)
    assert trace.stop_reason == "early_stopping"
    assert 0 < trace.best_epoch == trace.stop_epoch - 6
    assert trace.validation_loss[trace.best_epoch] == trace.validation_loss.min()
    assert trace.best_step == trace.best_epoch * plan.per_epoch
    np.testing.assert_array_equal(trace.parameters, trace.points[trace.best_step])
    again, _ = loss_and_gradient(
        plan.fitted, plan.X_watched, plan.y_watched, trace.parameters, trace.statistics
    )
    assert off(again, trace.validation_loss[trace.best_epoch]) < 1e-14


def test_a_trace_is_read_only() -> None:
    _, trace = walk(epochs=3)
    for array in (trace.points, trace.loss, trace.epoch_loss, trace.parameters, trace.statistics):
        assert not array.flags.writeable


def test_what_a_trace_holds_can_be_judged_again() -> None:
    plan, trace = walk(epochs=3)
    again = losses(plan.fitted, plan.X, plan.y, trace.parameters[None])
    assert again[0] == trace.epoch_loss[-1]


@pytest.mark.parametrize("optimizer", ["adam", "lookahead"])
@pytest.mark.parametrize("chunk", [1, 50])
def test_a_training_that_keeps_only_epochs_is_the_same(
    optimizer: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept, and in how many parts it is computed, changes nothing of what is found."""
    hyper = {"hidden": 9, "batch_norm": "on", "dropout": 0.2}
    run = Run(optimizer, 0.05)
    plan = resolve(*choose("mlp", hyper), MOONS, run, epochs=30, patience=4)
    whole = train(plan)
    monkeypatch.setattr("explorer.engine.training.KEPT", 0)
    monkeypatch.setattr("explorer.engine.training.CHUNK", chunk)
    seen: list[tuple[int, int]] = []
    trace = train(plan, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (plan.steps, plan.steps)
    assert seen == sorted(seen)
    assert (trace.stop_reason, trace.stop_step) == (whole.stop_reason, whole.stop_step)
    assert (trace.best_epoch, trace.best_step) == (whole.best_epoch, whole.best_step)
    np.testing.assert_array_equal(trace.kept, whole.kept[:: plan.per_epoch])
    np.testing.assert_array_equal(trace.points, whole.points[:: plan.per_epoch])
    assert trace.states.keys() == whole.states.keys()
    for name, state in trace.states.items():
        np.testing.assert_array_equal(state, whole.states[name][:: plan.per_epoch])
    for name in ("loss", "epoch_loss", "validation_loss", "parameters", "statistics"):
        np.testing.assert_array_equal(getattr(trace, name), getattr(whole, name))


def test_a_training_can_be_called_off() -> None:
    with pytest.raises(Cancelled):
        train(plan_of(0), cancel=lambda: True)


@pytest.mark.parametrize("key", sorted(catalog().models))
def test_divergence_ends_a_training(key: str) -> None:
    task = catalog().model(key).tasks[-1]
    data = table(TORCH["X"], TORCH[f"y_{task}"], task)
    hyper = {"l2": 1.0} if any(h.name == "l2" for h in catalog().model(key).hyper) else {}
    if key == "lasso":
        hyper = {"l1": 1.0}
    plan = planned(key, hyper, data, Run("sgd", 1e6), batch_size=8, epochs=100)
    trace = train(plan)
    assert trace.stop_reason == "diverged"
    assert 0 < trace.stop_step < plan.steps
    assert len(trace.loss) == trace.stop_step + 1
    assert not np.isfinite(trace.loss[-1])
    assert np.isfinite(trace.loss[: trace.last_finite + 1]).all()
    assert np.isfinite(trace.points[: trace.last_finite + 1]).all()
    assert np.isfinite(trace.parameters).all()
    assert len(trace.epoch_loss) == trace.stop_epoch + 1


@pytest.mark.parametrize(
    ("key", "data", "how", "words"),
    [
        ("ridge", MOONS, {}, "ridge is for regression data"),
        ("logistic_regression", GROUPS, {}, "is for binary data"),
        ("linear_svm", GROUPS, {}, "is for binary data"),
        ("logistic_regression", MOONS, {"start": np.zeros(4)}, "needs 3"),
        ("logistic_regression", MOONS, {"start": [0.0, 0.0, math.nan]}, "finite"),
        ("mlp", MOONS, {"batch_size": 0}, "batch_size=0"),
        ("mlp", MOONS, {"batch_size": 2.5}, "batch_size=2.5"),
        ("mlp", MOONS, {"epochs": 0}, "epochs=0"),
        ("mlp", MOONS, {"patience": 0}, "patience=0"),
        ("mlp", MOONS, {"patience": 3, "validation": 0.0}, "patience"),
        ("mlp", MOONS, {"patience": 3, "min_delta": -1.0}, "min_delta"),
        ("mlp", MOONS, {"validation": 0.7, "test": 0.3}, "validation"),
        ("mlp", MOONS, {"scale": "other"}, "other"),
        ("mlp", MOONS, {"seed": -1}, "seed=-1"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_line(
    key: str, data: Data, how: dict, words: str
) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        resolve(*choose(key, {}), data, Run("sgd", 0.1), **how)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("key", ["newton", "gauss_newton"])
def test_models_have_no_curvature(key: str) -> None:
    with pytest.raises(InputError) as refusal:
        resolve(*choose("logistic_regression", {}), MOONS, Run(key, 1.0))
    assert "\n" not in str(refusal.value)
