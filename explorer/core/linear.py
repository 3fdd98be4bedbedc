"""What linear models share: their losses as kernels, and how their parameters are laid out.

A kernel goes through the rows once. Parameters are weights, then biases.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any

from explorer.core.spec import Block, Hyper

if TYPE_CHECKING:
    from explorer.core.spec import Choices

L1 = Hyper(
    "l1", 0.0, low=0.0, high=100.0, scale="log_zero", slider=(0.0, 1.0),
    symbol="λ₁", help="The weight of the sum of |w|; biases are left out.",
)  # fmt: skip
L2 = Hyper(
    "l2", 0.0, low=0.0, high=100.0, scale="log_zero", slider=(0.0, 1.0),
    symbol="λ₂", help="The weight of the sum of w²; biases are left out.",
)  # fmt: skip


def mean_squares(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The mean of (w·x + b - y)², and the penalties."""
    numbers, data, targets, rows, _config, _ = problem
    l1, l2 = numbers[0], numbers[1]
    d = data.shape[1]
    many = rows.shape[0] if rows.shape[0] > 0 else data.shape[0]
    for j in range(x.shape[1]):
        total = 0.0
        count = 0.0
        for i in range(d + 1):
            g[i, j] = 0.0
        for k in range(many):
            r = rows[k] if rows.shape[0] > 0 else k
            if r >= 0:
                count += 1.0
                z = x[d, j]
                for i in range(d):
                    z += x[i, j] * data[r, i]
                e = z - targets[r, 0]
                total += e * e
                for i in range(d):
                    g[i, j] += 2.0 * e * data[r, i]
                g[d, j] += 2.0 * e
        f[j] = total / count
        g[d, j] /= count
        for i in range(d):
            w = x[i, j]
            f[j] += l1 * abs(w) + l2 * w * w
            g[i, j] = g[i, j] / count + 2.0 * l2 * w
            if w > 0.0:
                g[i, j] += l1
            elif w < 0.0:
                g[i, j] -= l1


def logistic(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The mean of log(1 + exp(-z)) of the right class, z = w·x + b, and the penalties."""
    numbers, data, targets, rows, _config, _ = problem
    l1, l2 = numbers[0], numbers[1]
    d = data.shape[1]
    many = rows.shape[0] if rows.shape[0] > 0 else data.shape[0]
    for j in range(x.shape[1]):
        total = 0.0
        count = 0.0
        for i in range(d + 1):
            g[i, j] = 0.0
        for k in range(many):
            r = rows[k] if rows.shape[0] > 0 else k
            if r >= 0:
                count += 1.0
                z = x[d, j]
                for i in range(d):
                    z += x[i, j] * data[r, i]
                # neither exponential can overflow
                small = exp(-abs(z))
                total += max(z, 0.0) - z * targets[r, 0] + log(1.0 + small)
                p = 1.0 / (1.0 + small) if z >= 0.0 else small / (1.0 + small)
                e = p - targets[r, 0]
                for i in range(d):
                    g[i, j] += e * data[r, i]
                g[d, j] += e
        f[j] = total / count
        g[d, j] /= count
        for i in range(d):
            w = x[i, j]
            f[j] += l1 * abs(w) + l2 * w * w
            g[i, j] = g[i, j] / count + 2.0 * l2 * w
            if w > 0.0:
                g[i, j] += l1
            elif w < 0.0:
                g[i, j] -= l1


def hinge(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The mean of max(0, 1 - s·z), s = ±1 the class, z = w·x + b, and the penalties."""
    numbers, data, targets, rows, _config, _ = problem
    l1, l2 = numbers[0], numbers[1]
    d = data.shape[1]
    many = rows.shape[0] if rows.shape[0] > 0 else data.shape[0]
    for j in range(x.shape[1]):
        total = 0.0
        count = 0.0
        for i in range(d + 1):
            g[i, j] = 0.0
        for k in range(many):
            r = rows[k] if rows.shape[0] > 0 else k
            if r >= 0:
                count += 1.0
                z = x[d, j]
                for i in range(d):
                    z += x[i, j] * data[r, i]
                s = 2.0 * targets[r, 0] - 1.0
                if s * z < 1.0:
                    total += 1.0 - s * z
                    for i in range(d):
                        g[i, j] -= s * data[r, i]
                    g[d, j] -= s
        f[j] = total / count
        g[d, j] /= count
        for i in range(d):
            w = x[i, j]
            f[j] += l1 * abs(w) + l2 * w * w
            g[i, j] = g[i, j] / count + 2.0 * l2 * w
            if w > 0.0:
                g[i, j] += l1
            elif w < 0.0:
                g[i, j] -= l1


def softmax(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The mean cross-entropy of the softmax of W x + b, and the penalties. config: the classes."""
    numbers, data, targets, rows, config, _ = problem
    l1, l2 = numbers[0], numbers[1]
    d, classes = data.shape[1], config[5]
    many = rows.shape[0] if rows.shape[0] > 0 else data.shape[0]
    for j in range(x.shape[1]):
        total = 0.0
        count = 0.0
        for i in range(classes * (d + 1)):
            g[i, j] = 0.0
        for k in range(many):
            r = rows[k] if rows.shape[0] > 0 else k
            if r >= 0:
                count += 1.0
                right = int(targets[r, 0])
                top = -1e300
                own = 0.0
                for c in range(classes):
                    z = x[classes * d + c, j]
                    for i in range(d):
                        z += x[c * d + i, j] * data[r, i]
                    top = max(top, z)
                    if c == right:
                        own = z
                below = 0.0
                for c in range(classes):
                    z = x[classes * d + c, j]
                    for i in range(d):
                        z += x[c * d + i, j] * data[r, i]
                    below += exp(z - top)
                total += log(below) + top - own
                for c in range(classes):
                    z = x[classes * d + c, j]
                    for i in range(d):
                        z += x[c * d + i, j] * data[r, i]
                    e = exp(z - top) / below - (1.0 if c == right else 0.0)
                    for i in range(d):
                        g[c * d + i, j] += e * data[r, i]
                    g[classes * d + c, j] += e
        f[j] = total / count
        for c in range(classes):
            g[classes * d + c, j] /= count
        for i in range(classes * d):
            w = x[i, j]
            f[j] += l1 * abs(w) + l2 * w * w
            g[i, j] = g[i, j] / count + 2.0 * l2 * w
            if w > 0.0:
                g[i, j] += l1
            elif w < 0.0:
                g[i, j] -= l1


def penalties(chosen: Choices) -> tuple[float, ...]:
    """The numbers a linear model's kernel reads; what a model does not offer is zero."""
    return float(chosen.get("l1", 0.0)), float(chosen.get("l2", 0.0))


def blocks(features: int, classes: int, _chosen: Choices) -> tuple[Block, ...]:
    """One output: a weight for each feature, and a bias."""
    return Block("weight", (1, features)), Block("bias", (1,), "bias")


def least_squares(data: Any, y: Any, chosen: Choices) -> Any:
    """The lowest point, by the normal equation (X'X/M + l2 I) w = X'y/M with the bias free."""
    import numpy as np

    rows, d = data.shape
    wide = np.column_stack([data, np.ones(rows)])
    normal = wide.T @ wide / rows
    normal[:d, :d] += float(chosen.get("l2", 0.0)) * np.eye(d)
    return np.linalg.lstsq(normal, wide.T @ y / rows, rcond=None)[0]


def no_whole(_features: int, _classes: int, _chosen: Choices) -> tuple[int, ...]:
    """Nothing more to tell the kernel."""
    return ()


def zeros(_draw: Any, parts: tuple[Block, ...], _chosen: Choices) -> Any:
    """A first point of zeros: of a convex loss it does not matter which."""
    import numpy as np

    return np.zeros(sum(part.size for part in parts))


def predict(theta: Any, data: Any, _numbers: Any, whole: tuple[int, ...], _running: Any) -> Any:
    """Outputs (M, O) at rows data (M, F)."""
    outputs = whole[0] if whole else 1
    d = data.shape[1]
    return data @ theta[: outputs * d].reshape(outputs, d).T + theta[outputs * d :]
