"""Slices of a person's own model: the numbers, and that nothing is left behind."""

from __future__ import annotations

import copy
import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import explorer
from explorer import modelslice
from explorer.core.traceformat import Header
from explorer.core.tracewriter import TraceWriter

STORED = np.load(Path(__file__).parent / "data" / "own_model.npz")
SAID = json.loads(str(STORED["said"]))


def tensors(theta: Any = None) -> list[Any]:
    """The stored network's parameters, weights and biases in turn."""
    row = STORED["theta"] if theta is None else theta
    w1, b1, w2, b2 = np.split(row, np.cumsum([10, 5, 10]))
    return [w1.reshape(5, 2), b1, w2.reshape(2, 5), b2]


def cross_entropy(params: list[Any]) -> Any:
    """Its loss, in NumPy."""
    w1, b1, w2, b2 = params
    logits = np.tanh(STORED["X"] @ w1.T + b1) @ w2.T + b2
    logits = logits - logits.max(axis=1, keepdims=True)
    chosen = logits[np.arange(30), STORED["y"]]
    return (np.log(np.exp(logits).sum(axis=1)) - chosen).mean()


def bowl(x: Any) -> Any:
    return float((np.asarray(x) ** 2).sum())


# -- the numbers


def test_a_network_in_numpy_has_the_slice_that_torch_has() -> None:
    made = explorer.slice(cross_entropy, tensors(), tuple(STORED["directions"]), resolution=(9, 7))
    np.testing.assert_allclose(made.z, STORED["z"], rtol=0, atol=1e-14)
    np.testing.assert_array_equal(made.x, STORED["a"])
    np.testing.assert_array_equal(made.y, STORED["b"])
    np.testing.assert_allclose(made.z, STORED["z_jax"], rtol=0, atol=1e-14)


def test_what_torch_and_jax_gave_is_on_record() -> None:
    assert SAID["torch module, largest difference"] == 0
    assert SAID["torch module in single precision, largest difference"] < 2.4e-7
    assert SAID["JAX tree, compiled, largest difference"] < 1e-15
    assert SAID["JAX tree, one by one, largest difference"] == 0
    assert SAID["JAX tree, one by one, was said"]
    assert SAID["module the same after a slice, one that raised, one interrupted"] == [True] * 3


def test_our_own_model_has_the_same_slice_as_a_callable() -> None:
    moons = explorer.data("moons", samples=60, seed=1)
    mlp = explorer.model("mlp", hidden=(4,), activation="tanh", l2=1e-3)
    theta = mlp.start(moons)
    ours = explorer.slice(mlp, moons, theta, resolution=5, seed=2)
    made = explorer.slice(
        lambda t: mlp.loss(t, moons), theta, tuple(ours.directions), resolution=5
    )  # fmt: skip
    np.testing.assert_allclose(made.z, ours.z, rtol=1e-12)
    # the same draws, the same filters: as tensors it needs no directions
    parts = np.split(theta, np.cumsum([8, 4, 4]))
    shaped = [parts[0].reshape(4, 2), parts[1], parts[2].reshape(1, 4), parts[3]]

    def loss(given: list[Any]) -> float:
        return mlp.loss(np.concatenate([p.ravel() for p in given]), moons)

    drawn = explorer.slice(loss, shaped, resolution=5, seed=2)
    np.testing.assert_allclose(drawn.directions, ours.directions, rtol=1e-14)
    np.testing.assert_allclose(drawn.z, ours.z, rtol=1e-12)


@pytest.mark.parametrize("axis", [0, -1])
def test_filters_are_as_long_as_those_of_the_parameters(axis: int) -> None:
    draw = np.random.default_rng(0)
    params = {"conv": draw.normal(size=(4, 3, 2)), "b": draw.normal(size=4), "s": np.array(2.0)}
    made = explorer.slice(
        lambda p: bowl(p["conv"]), params, resolution=2, filter_axis=axis, seed=3
    )  # fmt: skip
    raw = np.random.default_rng(3).normal(size=(2, 29))
    for direction, drawn in zip(made.directions, raw, strict=True):
        assert not direction[24:].any()
        ours, theirs = direction[:24].reshape(4, 3, 2), params["conv"]
        before = drawn[:24].reshape(4, 3, 2)
        for k in range(theirs.shape[axis]):
            mine, own, first = (np.take(t, k, axis) for t in (ours, theirs, before))
            assert np.linalg.norm(mine) == pytest.approx(np.linalg.norm(own), rel=1e-14)
            cosine = (mine * first).sum() / np.linalg.norm(mine) / np.linalg.norm(first)
            assert cosine == pytest.approx(1, rel=1e-14)


def test_a_row_of_numbers_is_one_filter() -> None:
    theta = np.arange(1.0, 6.0)
    made = explorer.slice(bowl, theta, resolution=3)
    np.testing.assert_allclose(np.linalg.norm(made.directions, axis=1), np.linalg.norm(theta))
    assert made.z[1, 1] == bowl(theta)
    assert made.notes[1] == "directions as long as the parameters"


def test_a_single_parameter_has_a_line() -> None:
    made = explorer.slice(bowl, [3.0], resolution=3)
    assert made.z.shape == (3,)
    assert sorted(made.z.tolist()) == pytest.approx([0, 9, 36])


class Pair(NamedTuple):
    w: Any
    b: Any


def test_structures_are_handed_back_as_they_are() -> None:
    params = {"layers": [Pair(np.ones((2, 2), np.float32), np.zeros(2))], "steps": np.arange(3),
              "table": (np.ones(1), [1.0, 2.0])}  # fmt: skip
    seen: list[Any] = []

    def loss(given: Any) -> float:
        seen.append(given)
        return float(given["layers"][0].w.sum())

    made = explorer.slice(loss, params, resolution=2)
    assert made.theta.size == 4 + 2 + 1 + 2
    given = seen[0]
    assert isinstance(given["layers"][0], Pair)
    assert given["layers"][0].w.dtype == np.float32
    assert given["steps"].tolist() == [0, 1, 2]
    assert isinstance(given["table"], tuple)
    corner = made.theta - made.directions[1] - made.directions[0]
    np.testing.assert_allclose(given["layers"][0].w.ravel(), corner[:4].astype(np.float32))
    np.testing.assert_array_equal(given["table"][1], corner[7:])


# -- solutions and traces


def test_a_line_to_another_solution() -> None:
    made = explorer.slice(bowl, [0.0, 3.0], through=[4.0, 3.0], resolution=13)
    assert made.y.size == 0
    assert made.z.shape == (13,)
    assert made.solutions.tolist() == [[0], [1]]
    assert made.x[[0, -1]].tolist() == pytest.approx([-0.1, 1.1])
    np.testing.assert_allclose(made.z, 9 + (4 * made.x) ** 2)
    assert made.grid.dimension == 1


def test_a_plane_through_two_other_solutions_keeps_shapes() -> None:
    draw = np.random.default_rng(5)
    a, b, c = (tensors(draw.normal(size=27)) for _ in range(3))
    made = explorer.slice(cross_entropy, a, through=(b, c), resolution=3)
    flat = [np.concatenate([t.ravel() for t in s]) for s in (a, b, c)]
    for place, row in zip(made.solutions, flat, strict=True):
        np.testing.assert_allclose(made.theta + place @ made.directions, row, atol=1e-13)
    scale = np.linalg.norm(flat[1] - flat[0])
    for i, j in ((0, 1), (0, 2), (1, 2)):
        away = np.linalg.norm(made.solutions[i] - made.solutions[j]) * scale
        assert away == pytest.approx(np.linalg.norm(flat[i] - flat[j]), rel=1e-12)


def recorded(path: Path, points: Any, directions: Any = None) -> Path:
    run = explorer.watch(points[0], path, directions=directions)
    with run:
        for point in points:
            run.step(point, bowl(point), lr=0.1, gradient=2 * point)
    return path


def test_a_recorded_path_is_on_its_principal_plane(tmp_path: Path) -> None:
    along = np.random.default_rng(1).normal(size=(2, 80))
    places = np.column_stack([np.linspace(2, 0, 30), np.linspace(1, 0, 30) ** 2])
    points = places @ along
    path = recorded(tmp_path / "run.lle-trace", points)
    made = explorer.slice(bowl, points[-1], trace=path, resolution=5)
    assert made.explained.sum() == pytest.approx(1)
    np.testing.assert_allclose(made.theta + made.path @ made.directions, points, atol=1e-12)
    np.testing.assert_allclose(made.off, 0, atol=1e-12)
    np.testing.assert_allclose(made.path_loss, [bowl(p) for p in points])
    assert made.x[0] < made.path[:, 0].min()
    assert made.x[-1] > made.path[:, 0].max()
    assert made.grid.paths[0].points.shape == (30, 2)
    other = explorer.slice(bowl, points[-1], (along[0], along[1]), trace=path, resolution=3)
    np.testing.assert_allclose(other.path, places, atol=1e-12)


def test_two_points_have_a_plane_too(tmp_path: Path) -> None:
    points = np.array([np.zeros(70), np.eye(70)[3]])
    made = explorer.slice(bowl, points[1], trace=recorded(tmp_path / "a.lle-trace", points),
                          resolution=3)  # fmt: skip
    np.testing.assert_allclose(made.directions @ made.directions.T, np.eye(2), atol=1e-14)


def test_a_path_on_a_plane_of_its_own_is_sliced_there(tmp_path: Path) -> None:
    along = np.random.default_rng(2).normal(size=(2, 80))
    places = np.column_stack([np.linspace(0, 1, 9), np.linspace(0, 2, 9) ** 2])
    points = 1.0 + places @ along
    path = recorded(tmp_path / "run.lle-trace", points, directions=along)
    made = explorer.slice(bowl, points[-1], trace=path, resolution=5)
    np.testing.assert_allclose(made.path, places, atol=1e-12)
    np.testing.assert_array_equal(made.directions, along)
    np.testing.assert_array_equal(made.theta, points[0])
    assert made.z[0, 0] == pytest.approx(
        bowl(points[0] + made.x[0] * along[0] + made.y[0] * along[1])
    )


# -- what it leaves behind


def test_what_is_not_finite_stays_and_is_missing_in_the_picture() -> None:
    def loss(x: Any) -> float:
        return float("nan") if x[0] < -0.5 else float("inf") if x[0] > 0.5 else float(x[1])

    made = explorer.slice(loss, np.zeros(2), ((1.0, 0.0), (0.0, 1.0)), resolution=5)
    assert np.isnan(made.z[:, :1]).all()
    assert np.isinf(made.z[:, -1:]).all()
    shown = made.grid
    np.testing.assert_array_equal(np.isnan(shown.layers[0].z), ~np.isfinite(made.z))
    assert shown.notes == ("5 losses are infinite: they are shown as missing",)


def test_arrays_and_random_numbers_are_left_alone() -> None:
    theta = np.ones((3, 2))

    def loss(x: Any) -> float:
        x += 100  # a copy, whatever is done to it
        return random.random() + np.random.rand()

    random.seed(1)
    np.random.seed(2)
    states = random.getstate(), np.random.get_state()[1].tobytes()  # type: ignore[index]
    made = explorer.slice(loss, theta, resolution=3)
    assert (theta == 1).all()
    assert np.ptp(made.z) == 0  # the same numbers at every point
    assert random.getstate() == states[0]
    assert np.random.get_state()[1].tobytes() == states[1]  # type: ignore[index]
    for stop in (KeyboardInterrupt, ZeroDivisionError):

        def stopped(x: Any, stop: Any = stop) -> float:
            np.random.rand(700)
            raise stop

        with pytest.raises(stop):
            explorer.slice(stopped, theta, resolution=3)
        assert np.random.get_state()[1].tobytes() == states[1]  # type: ignore[index]


def test_progress_is_told_after_every_point() -> None:
    told: list[tuple[int, int]] = []
    explorer.slice(bowl, np.ones(3), resolution=(3, 2), progress=lambda *n: told.append(n))
    assert told == [(n, 6) for n in range(1, 7)]


# -- files, and the window


def test_files_hold_every_number(tmp_path: Path) -> None:
    made = explorer.slice(cross_entropy, tensors(), resolution=(4, 3), title="own")
    made.save(tmp_path / "own.npz")
    with np.load(tmp_path / "own.npz", allow_pickle=False) as held:
        for name in ("x", "y", "z", "theta", "directions"):
            np.testing.assert_array_equal(held[name], getattr(made, name))
        assert str(held["title"]) == "own"
        assert tuple(held["notes"]) == made.notes
    made.save(tmp_path / "own.csv")
    with (tmp_path / "own.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [float(row["loss"]) for row in rows] == made.z.ravel().tolist()
    assert [float(row["x"]) for row in rows] == made.x.tolist() * 3
    assert [float(row["y"]) for row in rows] == np.repeat(made.y, 4).tolist()
    line = explorer.slice(bowl, [1.0, 2.0], through=[2.0, 2.0], resolution=2)
    line.save(tmp_path / "line.csv")
    assert (tmp_path / "line.csv").read_text().splitlines()[0] == "x,loss"
    with pytest.raises(explorer.InputError, match=r"\.pkl cannot be written, use .*\.npz"):
        made.save(tmp_path / "own.pkl")


def test_layouts_of_other_programs_hold_the_grid(tmp_path: Path) -> None:
    readers = pytest.importorskip("explorer.readers")
    made = explorer.slice(cross_entropy, tensors(), resolution=(4, 3))
    for file in ("own.npz", "own.csv", "own.vtp"):
        made.save(tmp_path / file)
        grid = readers.read(tmp_path / file)
        close = 1e-6 if file == "own.vtp" else 0  # which has single precision
        np.testing.assert_allclose(grid.layers[0].z, made.z, rtol=close)
        np.testing.assert_allclose(grid.x, made.x, rtol=close)
        np.testing.assert_allclose(grid.y, made.y, rtol=close)


def test_the_window_is_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def started(command: list[str], **how: Any) -> str:
        asked.append((command, how))
        return "process"

    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    made = explorer.slice(bowl, np.ones(2), resolution=3)
    assert made.show() == "process"  # type: ignore[comparison-overlap]
    ((command, how),) = asked
    assert command[:-1] == [sys.executable, "-P", "-m", "explorer"]
    place = how["env"]["PYTHONPATH"].split(":")[0]
    assert Path(place, "explorer", "__main__.py").is_file()
    with np.load(command[-1]) as held:
        np.testing.assert_array_equal(held["z"], made.z)
    assert modelslice.__name__  # the module that writes it


# -- what cannot be taken


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: explorer.slice(bowl, "text"), "str holds no parameters"),
        (lambda: explorer.slice(bowl, np.arange(3)), "ndarray holds no parameters"),
        (lambda: explorer.slice(bowl, np.ones(3), "pca"), "directions=pca: needs a trace"),
        (lambda: explorer.slice(bowl, np.ones(3), "randon"), "did you mean random?"),
        (lambda: explorer.slice(bowl, np.ones(3), np.ones(2)), "a row of 3 numbers"),
        (lambda: explorer.slice(bowl, np.ones(3), (np.ones(3),) * 3), "must be one or two"),
        (lambda: explorer.slice(bowl, np.ones(3), np.zeros(3)), "not zero everywhere"),
        (lambda: explorer.slice(bowl, np.zeros(3)), "not zero everywhere"),
        (lambda: explorer.slice(bowl, np.ones(3), through=np.ones(3)), "another than params"),
        (lambda: explorer.slice(bowl, np.ones(2), through=([2, 2.0], [3, 3.0])), "on one line"),
        (lambda: explorer.slice(bowl, np.ones(2), "random", through=[2.0, 2.0]), "leave out"),
        (lambda: explorer.slice(bowl, np.ones(3), span=0), "span=0"),
        (lambda: explorer.slice(bowl, np.ones(3), resolution=1), "resolution=1"),
        (lambda: explorer.slice(bowl, np.ones(3), resolution=(3, 2, 2)), "resolution=(3, 2, 2)"),
        (lambda: explorer.slice(bowl, np.ones(3), normalization="layer"), "layer"),
        (lambda: explorer.slice(bowl, np.ones((3, 2)), filter_axis=2), "filter_axis=2"),
        (lambda: explorer.slice(lambda x: x, np.ones(3)), "the loss gave 3: must be one real"),
        (lambda: explorer.slice(lambda x: 1j, np.ones(3)), "the loss gave complex128"),
        (lambda: explorer.slice(lambda x: None, np.ones(3)), "the loss gave object"),
        (lambda: explorer.slice(bowl, np.ones(3), trace="none.lle-trace"), "no such file"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_line(call: Any, words: str) -> None:
    with pytest.raises(explorer.InputError) as error:
        call()
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_trace_of_another_model_is_refused(tmp_path: Path) -> None:
    TraceWriter(tmp_path / "a.lle-trace", Header("a", (("x", (2,)),), "all", 1, 2)).close(0)
    with pytest.raises(explorer.InputError, match="it has 2 parameters, params 3"):
        explorer.slice(bowl, np.ones(3), trace=tmp_path / "a.lle-trace")
    with pytest.raises(explorer.InputError, match="parameters of two steps are needed"):
        explorer.slice(bowl, np.ones(2), trace=tmp_path / "a.lle-trace")


def test_neither_library_is_imported_unless_its_objects_come() -> None:
    program = (
        "import sys, numpy, explorer\n"
        "explorer.slice(lambda x: float(x.sum()), numpy.ones(3), resolution=2)\n"
        "heavy = {'torch', 'jax', 'numba', 'PySide6', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# -- with the libraries themselves, where they are


def test_a_torch_module_is_as_a_loop_over_its_states() -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))
    model = model.double()
    for p, own in zip(model.parameters(), tensors(), strict=True):
        p.data.copy_(torch.from_numpy(own))
    inputs, classes = torch.from_numpy(STORED["X"]), torch.from_numpy(STORED["y"])

    def loss() -> Any:
        return torch.nn.functional.cross_entropy(model(inputs), classes)

    before = loss()
    made = explorer.slice(loss, model, tuple(STORED["directions"]), resolution=(9, 7))
    np.testing.assert_allclose(made.z, STORED["z"], rtol=0, atol=1e-14)
    before.backward()  # its graph was made before, and is good still
    other = copy.deepcopy(model)
    for p in other.parameters():
        p.data += 1
    for given in (other, other.state_dict(), list(other.parameters())):
        line = explorer.slice(loss, model, through=given, resolution=3)
        np.testing.assert_allclose(line.directions, 1, atol=1e-12)
    frozen = model[0].requires_grad_(False)
    assert explorer.slice(loss, model, resolution=2).theta.size == 12
    assert frozen.weight.grad is not None


def test_a_jax_tree_is_computed_many_at_a_time() -> None:
    jax = pytest.importorskip("jax")
    params = {"w": jax.numpy.arange(6.0).reshape(2, 3), "b": [jax.numpy.ones(3)], "n": 3}
    calls: list[int] = []

    def loss(p: Any) -> Any:
        calls.append(1)
        return ((p["w"].sum(axis=0) * p["b"][0]) ** 2).sum() * p["n"]

    made = explorer.slice(loss, params, resolution=11)
    assert len(calls) < 11
    for i, j in ((0, 0), (5, 5), (3, 9)):
        row = made.theta + made.y[i] * made.directions[1] + made.x[j] * made.directions[0]
        b, w = row[:3], row[3:].reshape(2, 3)
        assert made.z[i, j] == pytest.approx(((w.sum(axis=0) * b) ** 2).sum() * 3, rel=1e-4)
    columns = made.directions[:, 3:].reshape(2, 2, 3)  # filters are along the last axis
    np.testing.assert_allclose(
        np.linalg.norm(columns, axis=1),
        np.broadcast_to(np.linalg.norm(np.arange(6).reshape(2, 3), axis=0), (2, 3)), rtol=1e-12,
    )  # fmt: skip
