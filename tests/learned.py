"""Stored results of PyTorch and scikit-learn, and models to compare with them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from explorer.core.data import Data
from explorer.core.experiment import Run
from explorer.core.spec import STEP_NOW, UPDATES
from explorer.core.training import Fitted, TrainPlan, choose, fit_to, resolve
from explorer.engine import drivers
from explorer.engine.training import _kernel, source

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
    made = source(fitted, X, np.asarray(y, dtype=float)[:, None], training=True, **how)
    made[4][UPDATES], made[4][STEP_NOW] = 1, step
    f, g = np.empty(1), np.empty((fitted.size, 1))
    x = np.array(theta, dtype=float)[:, None]
    if plain:
        fitted.model.gradient(made, x, f, g)
    else:
        drivers.look(_kernel(fitted.model), made, x, f, g)
    return float(f[0]), g[:, 0], made[5][:, 0]


def off(ours: np.ndarray | float, theirs: np.ndarray | float) -> float:
    """The largest difference, relative to the largest entry of theirs."""
    return float(np.abs(np.subtract(ours, theirs)).max() / np.abs(theirs).max())


MOONS = table(TORCH["moons_X"], TORCH["moons_y"], "binary")
GROUPS = table(TORCH["groups_X"], TORCH["groups_y"], "multiclass")

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
