"""Finds a minimum of a loss with its penalty by Newton's method, near to where it is asked to look.

The L1 penalty has corners where a coordinate is zero, so each step minimises the quadratic model
plus the penalty itself (Lee, Sun and Saunders 2014, proximal Newton). In one and two dimensions
that is done exactly, by trying every combination of signs.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .experiment import Penalty
    from .probe import Array, Source
    from .spec import Kernel

_STEPS = 60
_TINY = 1e-11
# The model's curvature is at least this part of the largest one, so that it has a minimum.
_FLOOR = 1e-3
_SIGNS = {d: tuple(itertools.product((-1, 0, 1), repeat=d)) for d in (1, 2)}

Numbers = list[float]
Matrix = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Problem:
    """Plain kernels that never raise over a number, what they read, and the penalty."""

    gradient: Kernel
    hessian: Kernel
    source: Source
    penalty: Penalty

    def loss(self, x: Numbers) -> tuple[float, Numbers]:
        """The smooth part of the loss (all but L1) and its gradient at a point."""
        at = np.array(x).reshape(-1, 1)
        f, g = np.zeros(1), np.zeros_like(at)
        with np.errstate(all="ignore"):
            self.gradient(self.source, at, f, g)
        l2 = self.penalty.l2
        value = float(f[0]) + l2 * sum(v * v for v in x)
        return value, [s + 2 * l2 * v for s, v in zip(g[:, 0].tolist(), x, strict=True)]

    def curvature(self, x: Numbers) -> Matrix:
        """Its Hessian as (xx, xy, yy); of one dimension (xx, 0, 0)."""
        at = np.array(x).reshape(-1, 1)
        c = np.zeros((len(x), len(x), 1))
        with np.errstate(all="ignore"):
            self.hessian(self.source, at, c)
        more = 2 * self.penalty.l2
        if len(x) == 1:
            return float(c[0, 0, 0]) + more, 0.0, 0.0
        return float(c[0, 0, 0]) + more, float(c[0, 1, 0]), float(c[1, 1, 0]) + more


def minimise(problem: Problem, start: Array, reach: float) -> Array | None:
    """The minimum (D,) that descent from `start` (D,) arrives at; D is 1 or 2.

    No step is longer than `reach`, so that it stays in the valley that it is in. None where it
    does not arrive, or arrives at what is no minimum.
    """
    l1 = problem.penalty.l1
    x = [float(v) for v in start]
    f, g = problem.loss(x)
    for _ in range(_STEPS):
        h = problem.curvature(x)
        if not all(map(math.isfinite, (f, *g, *h))):
            return None
        target = _model(x, g, _lifted(h, len(x)), l1)
        move = [t - v for t, v in zip(target, x, strict=True)]
        size = math.hypot(*move)
        if size <= _TINY * (1 + math.hypot(*x)):
            return np.array(target) if _bottom(h, target, l1) else None
        part = min(1.0, reach / size)
        f_old = f + l1 * sum(map(abs, x))
        fall = sum(a * b for a, b in zip(g, move, strict=True))
        fall += l1 * (sum(map(abs, target)) - sum(map(abs, x)))
        slack = 1e-14 * max(1.0, abs(f_old))
        while True:
            new = target if part == 1 else [v + part * m for v, m in zip(x, move, strict=True)]
            f, g = problem.loss(new)
            if f + l1 * sum(map(abs, new)) <= f_old + 1e-4 * part * fall + slack:
                break
            part /= 2
            if part < 1e-12:
                return None
        x = list(new)
    return None


def _lifted(h: Matrix, dimension: int) -> Matrix:
    """The curvature, made positive definite where it is not."""
    a, b, d = h
    if dimension == 1:
        return max(a, _FLOOR * max(abs(a), _FLOOR)), 0.0, 0.0
    spread = math.hypot((a - d) / 2, b)
    low, high = (a + d) / 2 - spread, (a + d) / 2 + spread
    floor = max(1e-9 * max(abs(low), abs(high)), 1e-12)
    if low >= floor:
        return h
    more = _FLOOR * max(abs(low), abs(high), _FLOOR) - low
    return a + more, b, d + more


def _model(x: Numbers, g: Numbers, h: Matrix, l1: float) -> Numbers:
    """Where g·(z − x) + (z − x)ᵀ H (z − x) / 2 + l1·|z|₁ is lowest, H positive definite."""
    if not l1:
        return _free(x, g, h, (1,) * len(x), 0.0)
    best, lowest = x, math.inf
    for signs in _SIGNS[len(x)]:
        z = _free(x, g, h, signs, l1)
        value = l1 * sum(map(abs, z)) + _quadratic([p - q for p, q in zip(z, x, strict=True)], g, h)
        if value < lowest:
            best, lowest = z, value
    return best


def _quadratic(move: Numbers, g: Numbers, h: Matrix) -> float:
    a, b, d = h
    if len(move) == 1:
        return g[0] * move[0] + a * move[0] ** 2 / 2
    u, v = move
    return g[0] * u + g[1] * v + (a * u * u + 2 * b * u * v + d * v * v) / 2


def _free(x: Numbers, g: Numbers, h: Matrix, signs: tuple[int, ...], l1: float) -> Numbers:
    """The model's stationary point if coordinates have these signs, 0 being held at zero."""
    a, b, d = h
    if len(x) == 1:
        return [x[0] - (g[0] + l1 * signs[0]) / a] if signs[0] else [0.0]
    p, q = g[0] + l1 * signs[0], g[1] + l1 * signs[1]
    if signs[0] and signs[1]:
        whole = a * d - b * b
        return [x[0] - (d * p - b * q) / whole, x[1] - (a * q - b * p) / whole]
    if signs[0]:
        return [x[0] - (p - b * x[1]) / a, 0.0]
    if signs[1]:
        return [0.0, x[1] - (q - b * x[0]) / d]
    return [0.0, 0.0]


def _bottom(h: Matrix, x: Numbers, l1: float) -> bool:
    """Whether the curvature is upward along every coordinate that no corner holds at zero."""
    a, b, d = h
    held = [l1 > 0 and v == 0 for v in x]
    if all(held):
        return True
    if len(x) == 1 or held[1]:
        return a >= 0
    if held[0]:
        return d >= 0
    return a >= 0 and a * d - b * b >= -1e-9 * max(a * a, d * d)
