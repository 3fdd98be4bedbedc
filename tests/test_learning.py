"""Models on data as a person meets them: the Python interface and the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import explorer
from explorer.core import planes
from explorer.core.catalog import catalog
from explorer.core.spec import Block

if TYPE_CHECKING:
    from pathlib import Path


def command(*arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "explorer", *arguments],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture(scope="module")
def moons() -> Any:
    return explorer.data("moons", samples=300, noise=0.15, seed=1)


@pytest.fixture(scope="module")
def mlp() -> explorer.learning.Model:  # type: ignore[name-defined]
    return explorer.model("mlp", hidden=(8, 8), activation="tanh", l2=1e-3)


def test_a_network_learns_what_a_line_cannot(moons: Any, mlp: Any) -> None:
    bent = explorer.train(mlp, moons, "adam", lr=0.02, epochs=120, seed=3)
    straight = explorer.train(explorer.model("logistic_regression"), moons, "adam", lr=0.02,
                              epochs=120, seed=3)  # fmt: skip
    assert bent.metrics["accuracy"][-1] > 0.97
    assert straight.metrics["accuracy"][-1] < 0.93
    assert bent.parameters.size == mlp.size(moons) == 8 * 2 + 8 + 8 * 8 + 8 + 8 + 1


def test_a_trace_has_a_row_a_step_and_a_row_an_epoch(moons: Any, mlp: Any) -> None:
    trace = explorer.train(mlp, moons, "sgd", lr=0.1, epochs=7, batch_size=50)
    steps = 7 * 5  # 240 rows are trained on
    assert trace.loss.shape == trace.gradient_norm.shape == (steps + 1,)
    assert trace.points.shape == (steps + 1, trace.parameters.size)
    assert trace.learning_rate.tolist() == [0.1] * steps
    assert trace.epoch_loss.shape == trace.validation_loss.shape == (8,)
    assert all(values.shape == (8,) for values in trace.metrics.values())
    assert trace.stop_epoch == 7
    # the loss at an epoch's end is that of the model on the rows it was trained on
    assert trace.epoch_loss[-1] == pytest.approx(mlp.loss(trace.points[-1], trace.trained_on))


def test_the_best_epoch_is_kept_and_training_ends(moons: Any) -> None:
    wide = explorer.model("mlp", hidden=(32, 32))
    few = explorer.data("moons", samples=60, noise=0.5, seed=2)
    trace = explorer.train(wide, few, "adam", lr=0.05, epochs=400, patience=12)
    assert trace.stop_reason == "early_stopping"
    assert trace.best_epoch == int(trace.validation_loss.argmin())
    assert trace.stop_epoch == trace.best_epoch + 12
    at = trace.best_epoch * (trace.stop_step // trace.stop_epoch)
    np.testing.assert_array_equal(trace.parameters, trace.points[at])
    last = explorer.train(wide, few, "adam", lr=0.05, epochs=400, patience=12, restore_best=False)
    np.testing.assert_array_equal(last.parameters, last.points[-1])


def test_scaling_makes_a_bowl_round() -> None:
    wine = explorer.data("wine")
    model = explorer.model("softmax_regression")
    raw = explorer.train(model, wine, "sgd", lr=0.05, epochs=30, standardize=False)
    scaled = explorer.train(model, wine, "sgd", lr=0.05, epochs=30)
    assert scaled.metrics["accuracy"][-1] > 0.95
    assert raw.metrics["accuracy"][-1] < 0.8 or raw.stop_reason == "diverged"


def test_every_optimizer_trains_the_same_network(moons: Any) -> None:
    small = explorer.model("mlp", hidden=(4,))
    for key, spec in catalog().optimizers.items():
        needs = {state.fill for state in spec.state}
        if needs & {"hessian", "gauss_newton"}:
            with pytest.raises(explorer.InputError, match="second derivatives"):
                explorer.train(small, moons, key, epochs=2)
            continue
        trace = explorer.train(small, moons, key, epochs=2, batch_size=64)
        assert np.isfinite(trace.loss).all() or trace.stop_reason == "diverged", key
        assert trace.points.shape[1] == small.size(moons)


SEPARABLE = [key for key, spec in catalog().optimizers.items() if spec.separable]


@pytest.mark.parametrize("key", SEPARABLE)
def test_what_is_stepped_flat_is_stepped_the_same(key: str) -> None:
    spec = catalog().optimizers[key]
    rng = np.random.default_rng(5)
    d, k = 7, len(spec.state)
    for options in (False, True):
        h = np.array([
            h.number(h.choices[-1]) if h.choices and options
            else 0.1 if options and h.name == "weight_decay" else h.number(h.default)
            for h in spec.hyper
        ])  # fmt: skip
        x, s = rng.normal(size=(d, 1)), np.abs(rng.normal(size=(k, d, 1)))
        flat, flat_s = x.reshape(1, d).copy(), s.reshape(k, 1, d).copy()
        for t in (1, 2, 3):
            g = rng.normal(size=(d, 1))
            spec.step(None, None, x, np.ones(1), g.copy(), s, h, 0.05, t)
            spec.step(None, None, flat, np.ones(1), g.reshape(1, d).copy(), flat_s, h, 0.05, t)
        np.testing.assert_array_equal(flat.ravel(), x.ravel())
        np.testing.assert_array_equal(flat_s.ravel(), s.ravel())


def test_a_filter_of_a_direction_is_as_long_as_the_model_s() -> None:
    rng = np.random.default_rng(0)
    blocks = (Block("w", (3, 4)), Block("b", (3,), "bias"), Block("gain", (3,), "norm"))
    theta, direction = rng.normal(size=(2, 18))
    made = planes.filter_normalised(direction, theta, blocks)
    assert not made[12:].any()
    for row in range(3):
        part = slice(4 * row, 4 * row + 4)
        assert np.linalg.norm(made[part]) == pytest.approx(np.linalg.norm(theta[part]))
        cosine = made[part] @ direction[part]
        assert cosine == pytest.approx(np.linalg.norm(made[part]) * np.linalg.norm(direction[part]))


def test_principal_directions_are_those_of_a_known_cloud() -> None:
    rng = np.random.default_rng(1)
    points = np.zeros((500, 6))
    points[:, 2], points[:, 5] = 9 * rng.normal(size=500), 3 * rng.normal(size=500)
    axes, shares = planes.principal(points)
    assert abs(axes[0, 2]) == pytest.approx(1, abs=1e-2)
    assert abs(axes[1, 5]) == pytest.approx(1, abs=1e-2)
    assert shares.tolist() == pytest.approx([0.9, 0.1], abs=0.03)


def test_the_largest_curvatures_are_those_of_a_known_bowl() -> None:
    scales = np.array([1.0, 40.0, 3.0, 17.0, 0.5])
    axes, values = planes.curved(lambda at: scales * at, np.ones(5))
    assert values.tolist() == pytest.approx([40, 17], rel=1e-5)
    assert abs(axes[0, 1]) == pytest.approx(1, abs=1e-4)
    assert abs(axes[1, 3]) == pytest.approx(1, abs=1e-4)


def test_a_point_on_a_plane_is_found_and_one_off_it_is_told() -> None:
    rng = np.random.default_rng(2)
    origin, up, (a, b) = rng.normal(size=6), rng.normal(size=6), rng.normal(size=(2, 6))
    up -= np.linalg.lstsq(np.array([a, b]).T, up, rcond=None)[0] @ np.array([a, b])
    points = np.array([origin + 2 * a - b, origin + 0.5 * b + up])
    places, off = planes.project(points, origin, np.array([a, b]))
    assert places.ravel().tolist() == pytest.approx([2, -1, 0, 0.5])
    assert off.tolist() == pytest.approx([0, np.linalg.norm(up)], abs=1e-12)


@pytest.mark.parametrize("directions", ["random", "pca", "hessian"])
def test_a_slice_shows_the_loss_of_the_model(moons: Any, mlp: Any, directions: str) -> None:
    trace = explorer.train(mlp, moons, "adam", lr=0.02, epochs=20)
    made = explorer.slice(mlp, trace.trained_on, trace, directions, resolution=9, seed=4)
    for i, j in ((0, 0), (4, 4), (7, 2)):
        theta = made.theta + made.a[j] * made.directions[0] + made.b[i] * made.directions[1]
        assert made.z[i, j] == pytest.approx(mlp.loss(theta, trace.trained_on), rel=1e-12)
    assert made.path.shape == (len(trace.points), 2)
    if directions == "pca":
        assert 0.5 < made.explained.sum() <= 1
        assert made.path[:, 0].min() > made.a[0]
        assert made.path[:, 0].max() < made.a[-1]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d, m: explorer.data("moon"), "did you mean moons"),
        (lambda d, m: explorer.data("moons", samples=1), "samples=1"),
        (lambda d, m: explorer.model("mlp", hidden="a-b"), "hidden=a-b: must be whole numbers"),
        (lambda d, m: explorer.model("mlp", depth=3), "depth"),
        (lambda d, m: explorer.train(m, d, "adam", batch_size=0), "batch_size=0"),
        (lambda d, m: explorer.train(m, d, "adam", epochs=0), "epochs=0"),
        (lambda d, m: explorer.train(m, d, "adam", validation=1.0), "validation=1"),
        (lambda d, m: explorer.train(m, d, "adam", validation=0.0, patience=3), "patience"),
        (lambda d, m: explorer.train(m, d, "adam", start=(1, 2)), "start has 2 numbers"),
        (lambda d, m: explorer.train(m, d, "adam", beta1=2.0), "beta1=2.0"),
        (lambda d, m: explorer.train(explorer.model("lasso"), d, "adam"), "lasso is for"),
        (lambda d, m: m.loss((1.0, 2.0), d), "theta has 2 numbers"),
        (lambda d, m: explorer.slice(m, d, m.start(d), "pca"), "needs a trace"),
        (lambda d, m: explorer.slice(m, d, m.start(d), "up"), "up"),
        (lambda d, m: explorer.slice(m, d, m.start(d), span=0), "span=0"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_in_a_line(
    moons: Any, mlp: Any, call: Any, words: str
) -> None:
    with pytest.raises(explorer.InputError) as error:
        call(moons, mlp)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


# -- the commands


def test_train_writes_every_epoch(tmp_path: Path) -> None:
    settings = ("train", "--model", "mlp:hidden=4", "--data", "moons:samples=100", "--epochs", "3")
    runs = ("--optimizer", "sgd:lr=0.1", "--optimizer", "adam:lr=0.01")
    table = command(*settings, *runs).stdout.splitlines()
    assert json.loads(table[0].removeprefix("# "))["epochs"] == 3
    assert table[1].startswith("run,epoch,step,loss,validation_loss,accuracy,")
    assert [line.split(",")[:3] for line in table[2:]] == [
        [run, str(epoch), str(3 * epoch)] for run in ("sgd:lr=0.1", "adam:lr=0.01")
        for epoch in range(4)
    ]  # fmt: skip
    path = tmp_path / "t.json"
    command(*settings, *runs, "--out", str(path))
    told = json.loads(path.read_text())["runs"]["adam:lr=0.01"]
    assert told["loss"] == [float(line.split(",")[3]) for line in table[6:]]
    path = tmp_path / "t.npz"
    command(*settings, *runs, "--out", str(path))
    with np.load(path) as arrays:
        assert arrays["adam:lr=0.01/loss"].tolist() == told["loss"]


def test_a_person_s_own_table_is_learnt(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 2))
    rows = [f"{a},{b},{3 * a - 2 * b + 1}" for a, b in x.tolist()]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["a,b,price", *rows]))
    data = explorer.data(path, target="price")
    trace = explorer.train(explorer.model("linear_regression"), data, "lbfgs", lr=1.0, epochs=40,
                           batch_size=100, standardize=False)  # fmt: skip
    assert trace.parameters.tolist() == pytest.approx([3, -2, 1], abs=1e-5)
    done = command("train", "--model", "linear_regression", "--data", str(path), "--epochs", "2")
    assert done.stdout.count("\n") == 5


def test_check_finds_every_gradient_right() -> None:
    for key, data in (("mlp:hidden=5,batch_norm=on", "iris"), ("elastic_net", "diabetes")):
        told = command("check", "--model", key, "--data", data).stdout
        assert "ok" in told
        assert "WRONG" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--data", "nothere.csv"), "nothere.csv"),
        (("train", "--data", "moons", "--target", "y"), "--target"),
        (("train", "--optimizer", "adam:lr=x"), "lr=x"),
        (("train", "--epochs", "2.5"), "epochs=2.5"),
        (("train", "--out", "t.pdf"), "t.pdf"),
        (("check", "--model", "svm"), "svm"),
        (("list", "model"), "model"),
    ],
)
def test_a_command_says_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    said = command(*arguments, status=2).stderr
    assert words in said
    assert said.count("\n") == 1
