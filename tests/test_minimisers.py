"""Models against scikit-learn: where their losses are lowest, and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer.core import metrics
from explorer.core.experiment import Run, settings
from explorer.engine.training import (
    loss_and_gradient,
    losses,
    train,
)

if TYPE_CHECKING:
    from explorer.core.data import Data
    from explorer.core.trace import Trace
    from explorer.core.training import Fitted

from learned import EPOCHS, METRICS, PROBLEMS, SKLEARN, fit, plan_of, planned, table


def problem_name(index: int) -> str:
    return "-".join(
        [PROBLEMS[index]["model"], *(f"{v:g}" for v in PROBLEMS[index]["hyper"].values())]
    )


def of_model(*keys: str) -> list[int]:
    return [index for index, problem in enumerate(PROBLEMS) if problem["model"] in keys]


def solved(index: int) -> tuple[Fitted, Data, np.ndarray]:
    problem = PROBLEMS[index]
    data = table(SKLEARN["X"], SKLEARN[f"y_{problem['task']}"], problem["task"])
    return fit(problem["model"], problem["hyper"], data), data, SKLEARN["minimisers"][index]


def trained(index: int, key: str, lr: float, epochs: int, **hyper: object) -> Trace:
    """Full batches from zero."""
    _, data, _ = solved(index)
    run = Run(key, lr, settings(hyper))
    problem = PROBLEMS[index]
    how = {"batch_size": len(data.X), "epochs": epochs}
    return train(planned(problem["model"], problem["hyper"], data, run, **how))


@pytest.mark.parametrize("index", of_model("linear_regression", "ridge"), ids=problem_name)
def test_the_formula_is_scikit_learns(index: int) -> None:
    fitted, data, theirs = solved(index)
    assert fitted.model.exact is not None
    exact = fitted.model.exact(data.X, data.y, fitted.chosen)
    np.testing.assert_allclose(exact, theirs, rtol=0, atol=1e-10)
    loss, slope = loss_and_gradient(fitted, data.X, data.y[:, None], exact)
    assert np.abs(slope).max() < 1e-12 * max(loss, 1)


@pytest.mark.parametrize("key", ["lbfgs", "bfgs"])
@pytest.mark.parametrize(
    "index", of_model("linear_regression", "ridge", "logistic_regression"), ids=problem_name
)
def test_smooth_losses_end_where_scikit_learns_do(index: int, key: str) -> None:
    fitted, data, theirs = solved(index)
    trace = trained(index, key, 1.0, 100)
    assert np.abs(trace.parameters - theirs).max() < 1e-4
    lowest, slope = loss_and_gradient(fitted, data.X, data.y[:, None].astype(float), theirs)
    assert np.abs(slope).max() < 1e-8
    assert trace.loss.min() > lowest * (1 - 1e-8)
    assert trace.loss.min() < lowest * (1 + 1e-8)


@pytest.mark.parametrize("index", of_model("lasso", "elastic_net"), ids=problem_name)
def test_scikit_learns_corners_are_optimal_here(index: int) -> None:
    """Where w is not zero the slope is; where it is, the slope without l1 is within ±l1."""
    fitted, data, theirs = solved(index)
    _, slope = loss_and_gradient(fitted, data.X, data.y[:, None], theirs)
    zero = np.append(theirs[:-1] == 0, False)
    assert np.abs(slope[~zero]).max() < 1e-4
    assert np.abs(slope[zero]).max(initial=0.0) <= PROBLEMS[index]["hyper"]["l1"] + 1e-4


def test_some_weights_of_a_lasso_are_zero() -> None:
    assert any((SKLEARN["minimisers"][i][:-1] == 0).any() for i in of_model("lasso"))
    assert any((SKLEARN["minimisers"][i][:-1] == 0).any() for i in of_model("elastic_net"))


@pytest.mark.parametrize("index", of_model("linear_svm"), ids=problem_name)
def test_scikit_learns_margin_is_optimal_here(index: int) -> None:
    """The slopes of rows on the margin, by the shares that its duals give them, sum to zero."""
    fitted, data, theirs = solved(index)
    X, y, rows = data.X, data.y[:, None].astype(float), len(data.X)
    sign = 2.0 * data.y - 1
    margin = sign * (X @ theirs[:-1] + theirs[-1])
    on = np.abs(margin - 1) < 1e-5
    share = SKLEARN["duals"][index]
    assert on.any()
    assert (share >= 0).all()
    assert (share <= 1 + 1e-12).all()
    np.testing.assert_allclose(share[~on], margin[~on] < 1, atol=1e-9)
    # ours, of the rows beside the margin; the penalty counts whole
    _, slope = loss_and_gradient(fitted, X[~on], y[~on], theirs)
    bend = 2 * PROBLEMS[index]["hyper"]["l2"] * np.append(theirs[:-1], 0.0)
    slope = (slope - bend) * (~on).sum() / rows + bend
    slope -= (share * sign)[on] @ np.column_stack([X, np.ones(rows)])[on] / rows
    assert np.abs(slope).max() < 1e-4


@pytest.mark.parametrize("index", of_model("lasso", "elastic_net", "linear_svm"), ids=problem_name)
def test_nothing_lower_is_found(index: int) -> None:
    fitted, data, theirs = solved(index)
    y = data.y[:, None].astype(float)
    lowest, _ = loss_and_gradient(fitted, data.X, y, theirs)
    draw = np.random.default_rng(index)
    ways = np.concatenate([np.eye(6), -np.eye(6), draw.normal(size=(500, 6))])
    steps = 10.0 ** draw.uniform(-6, 0, len(ways))[:, None]
    near = losses(fitted, data.X, y, theirs + steps * ways)
    assert near.min() > lowest * (1 - 1e-8)
    runs = (("lbfgs", 1.0, 200), ("adam", 0.01, 4000), ("sgd", 0.005, 4000))
    found = [float(trained(index, *run).loss.min()) for run in runs]
    assert min(found) > lowest * (1 - 1e-8)
    assert min(found) < lowest * (1 + 1e-2)


@pytest.mark.parametrize("number", range(len(METRICS)))
def test_metrics_are_scikit_learns(number: int) -> None:
    case, y, outputs = METRICS[number], SKLEARN[f"y_{number}"], SKLEARN[f"outputs_{number}"]
    found = metrics.of_outputs(case["task"], y.astype(float), outputs, case["classes"])
    assert found.keys() == case["values"].keys()
    for name, value in case["values"].items():
        assert found[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name
    if case["task"] != "regression":
        one = outputs.shape[1] == 1
        guessed = (outputs[:, 0] > 0).astype(np.int64) if one else outputs.argmax(axis=1)
        counts = metrics.confusion(y, guessed, case["classes"])
        np.testing.assert_array_equal(counts, SKLEARN[f"confusion_{number}"])


def test_a_training_is_judged_by_its_metrics() -> None:
    plan = plan_of(0)
    trace = train(plan)
    fitted = plan.fitted
    outputs = fitted.model.predict(
        trace.parameters, plan.X, fitted.numbers, fitted.whole, trace.statistics
    )
    last = metrics.of_outputs("binary", plan.y[:, 0], outputs, 2)
    assert {name: values[-1] for name, values in trace.metrics.items()} == last
    assert all(len(values) == EPOCHS + 1 for values in trace.metrics.values())
