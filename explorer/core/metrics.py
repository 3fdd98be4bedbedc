"""How good predictions are: errors of a regression, and what classifiers are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .data import Task

Array = NDArray[np.float64]


def confusion(y: NDArray[np.int64], guessed: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """How many rows of class i (down) were taken for class j (across), (classes, classes)."""
    made = np.bincount(y * classes + guessed, minlength=classes * classes)
    return made.reshape(classes, classes)


def roc_auc(y: NDArray[np.int64], scores: Array) -> float:
    """The share of pairs of a positive and a negative row in which the positive scores higher.

    Equal scores count half (Hanley and McNeil 1982); nan where one class is missing.
    """
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    first = np.searchsorted(ordered, scores, "left")
    last = np.searchsorted(ordered, scores, "right")
    ranks = (first + last + 1) / 2
    good = y == 1
    positive, negative = int(good.sum()), int((~good).sum())
    if not positive or not negative:
        return float("nan")
    return float((ranks[good].sum() - positive * (positive + 1) / 2) / (positive * negative))


def _share(part: Array, whole: Array) -> Array:
    """Part over whole, zero where there is nothing to divide by, as scikit-learn has it."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def of_outputs(
    task: Task, y: NDArray[np.float64], outputs: Array, classes: int
) -> dict[str, float]:
    """Metrics by name, of a model's outputs (M, O) for targets y (M,).

    Regression: mse, mae, r2. Else accuracy, and precision, recall and f1 of the second of two
    classes, or the mean over all classes (macro) of more; roc_auc of two.
    """
    if task == "regression":
        off = outputs[:, 0] - y
        with np.errstate(over="ignore"):  # a run that diverged has an error without end
            mse, mae = float(np.mean(off**2)), float(np.mean(np.abs(off)))
        spread = float(np.mean((y - y.mean()) ** 2))
        r2 = 1 - mse / spread if spread > 0 else float("nan")
        return {"mse": mse, "mae": mae, "r2": r2}
    right = y.astype(np.int64)
    one = outputs.shape[1] == 1
    guessed = (outputs[:, 0] > 0).astype(np.int64) if one else outputs.argmax(axis=1)
    table = confusion(right, guessed, classes).astype(float)
    hits = np.diag(table)
    precision, recall = _share(hits, table.sum(axis=0)), _share(hits, table.sum(axis=1))
    f1 = _share(2 * precision * recall, precision + recall)
    made = {"accuracy": float(hits.sum() / table.sum())}
    for name, values in (("precision", precision), ("recall", recall), ("f1", f1)):
        made[name] = float(values[1] if classes == 2 else values.mean())
    if classes == 2:
        scores = outputs[:, 0] if one else outputs[:, 1] - outputs[:, 0]
        made["roc_auc"] = roc_auc(right, scores)
    return made
