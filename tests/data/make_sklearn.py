"""Writes sklearn.npz: minimisers and metrics that scikit-learn finds, for the tests of models.

Run it in any environment with scikit-learn (made with 1.9.1) and NumPy; scikit-learn is needed for
nothing else in this project:

    python tests/data/make_sklearn.py

`problems` is a JSON list of models with the penalties in this project's convention, where the loss
is the mean over rows of squared errors, log losses or hinges, plus l1·Σ|w| and l2·Σw² without the
bias; `minimisers` (problem, 6) are weights, then the bias. `duals` (problem, rows) are, of support
vector machines, the shares of its hinge's slope that a row takes, 0 to 1. `metrics` is a JSON list
of tables y_0, outputs_0, y_1, ... with their metrics by name, and confusion_0, ... .
"""

import json
from pathlib import Path

import numpy as np
import sklearn.metrics as sk
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.svm import SVC

ROWS, FEATURES = 80, 5


def standardised(X):
    """Columns of mean 0 and standard deviation 1."""
    return (X - X.mean(axis=0)) / X.std(axis=0)


def minimisers(draw):
    """Every linear model's solution on small data."""
    mix = np.eye(FEATURES) + 0.4 * draw.normal(size=(FEATURES, FEATURES))
    X = standardised(draw.normal(size=(ROWS, FEATURES)) @ mix)
    y = X @ (2.0, -1.0, 0.0, 0.5, 0.0) + 3.0 + 0.7 * draw.normal(size=ROWS)
    group = (X @ (1.5, -1.0, 0.5, 0.0, 0.2) + 0.4 + draw.logistic(size=ROWS) > 0).astype(np.int64)
    tight = {"tol": 1e-14, "max_iter": 1_000_000}
    problems, found, duals = [], [], []

    def add(key, task, hyper, fitted, dual=None):
        problems.append({"model": key, "task": task, "hyper": hyper})
        found.append([*np.ravel(fitted.coef_), float(np.ravel(fitted.intercept_)[0])])
        duals.append(np.zeros(ROWS) if dual is None else dual)

    add("linear_regression", "regression", {}, LinearRegression().fit(X, y))
    for alpha in (0.1, 4.0, 400.0):
        fitted = Ridge(alpha=alpha, solver="cholesky").fit(X, y)
        add("ridge", "regression", {"l2": alpha / ROWS}, fitted)
    for alpha in (0.01, 0.2, 0.8):
        fitted = Lasso(alpha=alpha, **tight).fit(X, y)
        add("lasso", "regression", {"l1": 2 * alpha}, fitted)
    for alpha, ratio in ((0.05, 0.5), (0.3, 0.9), (1.0, 0.2)):
        fitted = ElasticNet(alpha=alpha, l1_ratio=ratio, **tight).fit(X, y)
        hyper = {"l1": 2 * alpha * ratio, "l2": alpha * (1 - ratio)}
        add("elastic_net", "regression", hyper, fitted)
    for C in (0.01, 1.0, 30.0):
        fitted = LogisticRegression(C=C, solver="newton-cholesky", tol=1e-13, max_iter=10_000)
        add("logistic_regression", "binary", {"l2": 1 / (2 * C * ROWS)}, fitted.fit(X, group))
    for C in (0.02, 0.3, 1.0):  # libsvm's kernel is float32: too coarse for larger ones
        fitted = SVC(C=C, kernel="linear", tol=1e-12).fit(X, group)
        dual = np.zeros(ROWS)
        dual[fitted.support_] = np.abs(fitted.dual_coef_[0]) / C
        add("linear_svm", "binary", {"l2": 1 / (2 * C * ROWS)}, fitted, dual)
    return {
        "problems": json.dumps(problems),
        "X": X,
        "y_regression": y,
        "y_binary": group,
        "minimisers": np.array(found),
        "duals": np.array(duals),
    }


def judged(task, y, outputs, classes):
    """Metrics by name, and the table of confusions of a classifier."""
    if task == "regression":
        value = outputs[:, 0]
        return {
            "mse": sk.mean_squared_error(y, value),
            "mae": sk.mean_absolute_error(y, value),
            "r2": sk.r2_score(y, value),
        }, np.zeros((0, 0), np.int64)
    one = outputs.shape[1] == 1
    guessed = (outputs[:, 0] > 0).astype(np.int64) if one else outputs.argmax(axis=1)
    labels = list(range(classes))
    how = {"average": "binary"} if classes == 2 else {"average": "macro", "labels": labels}
    made = {
        "accuracy": sk.accuracy_score(y, guessed),
        "precision": sk.precision_score(y, guessed, zero_division=0, **how),
        "recall": sk.recall_score(y, guessed, zero_division=0, **how),
        "f1": sk.f1_score(y, guessed, zero_division=0, **how),
    }
    if classes == 2:
        scores = outputs[:, 0] if one else outputs[:, 1] - outputs[:, 0]
        made["roc_auc"] = sk.roc_auc_score(y, scores)
    return made, sk.confusion_matrix(y, guessed, labels=labels)


def tables(draw):
    """Targets and outputs of each task: as one meets them, and at the edges."""
    y = 3 * draw.normal(size=60) + 1
    yield "regression", y, (y + draw.normal(size=60))[:, None], 0
    yield "regression", y, 5 * draw.normal(size=(60, 1)), 0  # r2 below 0
    y = (draw.random(60) < 0.3).astype(np.int64)
    z = draw.normal(size=(60, 1)) + y[:, None] - 0.5
    yield "binary", y, z, 2
    yield "binary", y, np.round(2 * z) / 2, 2  # ties, and outputs of exactly 0
    yield "binary", y, -np.abs(z) - 0.1, 2  # none is taken for the second class
    yield "binary", y, np.zeros((60, 1)), 2
    yield "binary", y, 10 * y[:, None] - 5.0, 2  # all right
    yield "binary", y, np.column_stack([draw.normal(size=60), z[:, 0]]), 2
    y = draw.integers(0, 3, 60)
    z = draw.normal(size=(60, 3)) + 1.5 * np.eye(3)[y]
    yield "multiclass", y, z, 3
    yield "multiclass", y, z - [0, 100, 0], 3  # a class that is never guessed
    yield "multiclass", 2 * (y // 2), z, 3  # a class that is not there
    y = draw.integers(0, 10, 60)
    yield "multiclass", y, np.round(draw.normal(size=(60, 10)) + np.eye(10)[y]), 10  # ties


def metrics(draw):
    """Every table judged."""
    listed, made = [], {}
    for number, (task, y, outputs, classes) in enumerate(tables(draw)):
        values, table = judged(task, y, outputs, classes)
        values = {name: float(value) for name, value in values.items()}
        listed.append({"task": task, "classes": classes, "values": values})
        made |= {f"y_{number}": y, f"outputs_{number}": outputs, f"confusion_{number}": table}
    return {"metrics": json.dumps(listed), **made}


def main():
    """Compute everything and write it beside this file."""
    draw = np.random.default_rng(7)
    made = minimisers(draw) | metrics(draw)
    np.savez_compressed(Path(__file__).with_name("sklearn.npz"), **made)


if __name__ == "__main__":
    main()
