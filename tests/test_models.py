"""Models against PyTorch and scikit-learn: gradients, trainings, slices, minimisers, metrics."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from explorer.core import metrics
from explorer.core.catalog import catalog
from explorer.core.data import Data
from explorer.core.errors import InputError
from explorer.core.experiment import Run, settings
from explorer.core.spec import STEP_NOW, UPDATES
from explorer.core.training import Fitted, TrainPlan, batches, choose, fit_to, resolve
from explorer.engine import compile
from explorer.engine.runner import Cancelled
from explorer.engine.training import (
    gradient_errors,
    loss_and_gradient,
    losses,
    sliced,
    source,
    train,
)

if TYPE_CHECKING:
    from explorer.core.trace import Trace

STORED = Path(__file__).with_name("data")
TORCH = dict(np.load(STORED / "models.npz", allow_pickle=False))
SKLEARN = dict(np.load(STORED / "sklearn.npz", allow_pickle=False))
CASES = json.loads(str(TORCH["cases"]))
RUNS = json.loads(str(TORCH["runs"]))
BATCHES = json.loads(str(TORCH["batches"]))
SLICES = json.loads(str(TORCH["slices"]))
PROBLEMS = json.loads(str(SKLEARN["problems"]))
METRICS = json.loads(str(SKLEARN["metrics"]))


def parts(array: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    """Cut what stands one after another."""
    assert sum(sizes) == len(array)
    return np.split(array, np.cumsum(sizes)[:-1])


def table(X: np.ndarray, y: np.ndarray, task: str, classes: int | None = None) -> Data:
    if classes is None:
        classes = 0 if task == "regression" else int(y.max()) + 1
    names = tuple(f"x{i}" for i in range(X.shape[1]))
    y = np.asarray(y, dtype=float if task == "regression" else np.int64)
    return Data(X, y, names, task, tuple(str(c) for c in range(classes)))


def fit(key: str, hyper: dict, data: Data) -> Fitted:
    return fit_to(*choose(key, hyper), data)


def planned(key: str, hyper: dict, data: Data, run: Run, **how) -> TrainPlan:
    """A plan whose training rows are all rows, unscaled and in the order of the table."""
    plan = resolve(*choose(key, hyper), data, run, **{"validation": 0.0, "scale": "none", **how})
    if len(plan.X_watched):
        return plan
    return replace(plan, X=data.X, y=np.asarray(data.y, dtype=float)[:, None])


def evaluate(
    fitted: Fitted,
    X: np.ndarray,
    y: np.ndarray,
    theta: np.ndarray,
    step: int = 0,
    *,
    plain: bool = False,
    **how,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss, gradient and running statistics, as a step of a training asks for them."""
    kernel = fitted.model.gradient if plain else compile.loss(fitted.model.gradient)
    made = source(fitted, X, np.asarray(y, dtype=float)[:, None], training=True, **how)
    made[4][UPDATES], made[4][STEP_NOW] = 1, step
    f, g = np.empty(1), np.empty((fitted.size, 1))
    kernel(made, np.array(theta, dtype=float)[:, None], f, g)
    return float(f[0]), g[:, 0], made[5][:, 0]


def off(ours: np.ndarray | float, theirs: np.ndarray | float) -> float:
    """The largest difference, relative to the largest entry of theirs."""
    return float(np.abs(np.subtract(ours, theirs)).max() / np.abs(theirs).max())


MOONS = table(TORCH["moons_X"], TORCH["moons_y"], "binary")
GROUPS = table(TORCH["groups_X"], TORCH["groups_y"], "multiclass")

# -- gradients -----------------------------------------------------------------------------------

D, Q = [case["D"] for case in CASES], [case["Q"] for case in CASES]
THETA, SLOPE = parts(TORCH["theta"], D), parts(TORCH["slope"], D)
OUTPUTS = parts(TORCH["outputs"], [case["O"] * len(TORCH["X"]) for case in CASES])
BEFORE, AFTER = parts(TORCH["before"], Q), parts(TORCH["after"], Q)
BATCH_LOSS = iter(TORCH["batch_loss"])
BATCH_LOSS = [next(BATCH_LOSS) if q else math.nan for q in Q]
BATCH_SLOPE = parts(TORCH["batch_slope"], [d if q else 0 for d, q in zip(D, Q, strict=True)])
NORMED = [index for index, q in enumerate(Q) if q]


def named(index: int) -> str:
    case = CASES[index]
    return "-".join([case["model"], case["task"], *(str(v) for v in case["hyper"].values())])


def case_of(index: int) -> tuple[Fitted, np.ndarray, np.ndarray]:
    case = CASES[index]
    data = table(TORCH["X"], TORCH[f"y_{case['task']}"], case["task"])
    fitted = fit(case["model"], case["hyper"], data)
    assert fitted.size == case["D"]
    assert fitted.running.size == case["Q"]
    return fitted, data.X, np.asarray(data.y, dtype=float)


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

# -- trainings -----------------------------------------------------------------------------------

EPOCHS = BATCHES["epochs"]
POINTS = [
    part.reshape(EPOCHS + 1, -1)
    for part in parts(TORCH["points"], [(EPOCHS + 1) * run["D"] for run in RUNS])
]
STATISTICS = [
    part.reshape(EPOCHS + 1, -1)
    for part in parts(TORCH["statistics"], [(EPOCHS + 1) * run["Q"] for run in RUNS])
]


def run_name(index: int) -> str:
    run = RUNS[index]
    return "-".join(str(v) for v in (run["data"], run["optimizer"], *run["hyper"].values()))


def plan_of(index: int) -> TrainPlan:
    run = RUNS[index]
    return planned(
        "mlp",
        run["hyper"],
        table(TORCH[f"{run['data']}_X"], TORCH[f"{run['data']}_y"], run["task"]),
        Run(run["optimizer"], run["lr"]),
        batch_size=BATCHES["batch"],
        epochs=EPOCHS,
        seed=BATCHES["seed"],
        start=POINTS[index][0],
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


# -- minimisers ----------------------------------------------------------------------------------


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


# -- metrics -------------------------------------------------------------------------------------


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


# -- dropout -------------------------------------------------------------------------------------

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


# -- batches -------------------------------------------------------------------------------------


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


# -- early stopping, divergence, refusals --------------------------------------------------------


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
