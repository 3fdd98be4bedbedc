"""What theory says of a run near a minimum: how fast its loss falls there, and where noise ends it.

A step that is linear on a quadratic, as those of gradient descent and the momentum methods are, is
a matrix for each curvature. It is read off the kernel itself: so whatever is linear has a theory,
and what is not (Adam's division, a rate that changes with time) has none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .experiment import Clip, Penalty
from .probe import forgiving, probe

if TYPE_CHECKING:
    from .plan import Plan, RunPlan
    from .spec import Optimizer
    from .trace import Trace

Array = NDArray[np.float64]
# A loss is near its minimum when it is this much nearer than at the start.
_NEAR = 1e-2
# How many last digits of a point, and of a loss, are lost in rounding.
_ROUNDING = 1e3 * float(np.finfo(float).eps)
# Steps that a rate is fitted to, at the least.
_LEAST = 8


@dataclass(frozen=True, eq=False, slots=True)
class Theory:
    """Of one run: `rate` by which theory multiplies the loss's excess each step, `run` as it was.

    Where there is noise, `floor` is the excess at which theory has it end and `run` the mean of the
    run's second half; else floor is 0. x and y (n,) are the line to draw: losses against steps.
    """

    rate: float
    floor: float
    run: float
    x: Array
    y: Array


def linear(optimizer: Optimizer, hyper: Array, lr: float, curvature: float) -> Any:
    """A step on f = curvature·x²/2 as z ← A·z - b·noise: A (n, n) and b (n,), or None.

    z holds x and the optimizer's memory, one number each. None where the step is not linear, or
    not the same at every time.
    """
    size = 1 + sum(int(state.count(1)) for state in optimizer.state)
    if any(state.fill for state in optimizer.state):
        return None
    kernel = forgiving(optimizer.step)
    h = np.array(hyper, dtype=float)

    def step(z: Array, noise: float, t: int) -> Array:
        def grad(_problem: Any, q: Array, f: Array, g: Array) -> None:
            f[0] = curvature * q[0, 0] ** 2 / 2
            g[0, 0] = curvature * q[0, 0] + noise

        x, s = np.array([[z[0]]]), z[1:].reshape(-1, 1, 1).copy()
        f, g = np.zeros(1), np.zeros((1, 1))
        grad(None, x, f, g)
        with np.errstate(all="ignore"):
            kernel(grad, None, x, f, g, s, h, lr, t)
        return np.concatenate([x.ravel(), s.ravel()])

    nothing = np.zeros(size)
    matrix = np.column_stack([step(unit, 0.0, 2) for unit in np.eye(size)])
    push = -step(nothing, 1.0, 2)
    if not (np.isfinite(matrix).all() and np.isfinite(push).all()):
        return None
    draw = np.random.default_rng(0)
    for t in (2, 3, 5000):
        for scale in (1e-3, 1.0, 1e3):
            z, noise = scale * draw.normal(size=size), scale * draw.normal()
            wanted = matrix @ z - push * noise
            if not np.allclose(step(z, noise, t), wanted, rtol=1e-9, atol=1e-9 * scale):
                return None
    return matrix, push


def stationary(matrix: Array, push: Array, sigma: float) -> float:
    """The variance of x under noise of standard deviation sigma; infinite where it grows."""
    if radius(matrix) >= 1:
        return float("inf")
    n = len(matrix)
    forced = sigma**2 * np.outer(push, push)
    whole = np.linalg.solve(np.eye(n * n) - np.kron(matrix, matrix), forced.ravel())
    return float(whole[0])


def radius(matrix: Array) -> float:
    """The largest size of an eigenvalue: by what the slowest part of z is multiplied in the end."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def theory(plan: Plan, run: RunPlan, trace: Trace) -> Theory | None:
    """What theory says of a run that has come near a known minimum, or None where it is silent."""
    plain = plan.penalty == Penalty() and plan.clip == Clip() and run.outer is None
    steady = run.rates.size and (run.rates == run.rates[0]).all() and not run.plateau.size
    if not (plain and steady and not run.cycle.size and plan.minima) or run.epoch:
        return None
    loss = trace.loss[: trace.last_finite + 1]
    if len(loss) < 2 * _LEAST or trace.points.shape[0] < len(loss):
        return None
    end = trace.points[len(loss) - 1]
    minimum = min(plan.minima, key=lambda p: math.dist(p.x, end))
    curvatures = probe(plan.landscape, plan.parameters, minimum.x).eigenvalues
    if not (np.isfinite(curvatures).all() and curvatures[0] > 1e-9 * curvatures[-1]):
        return None
    lr = float(run.rates[0])
    found = [linear(run.optimizer, run.hyper, lr, c) for c in curvatures.tolist()]
    if any(each is None for each in found):
        return None
    rate = max(radius(matrix) for matrix, _ in found) ** 2
    excess = loss - minimum.value
    if rate >= 1:
        return None
    if plan.noise > 0:
        pairs = zip(curvatures.tolist(), found, strict=True)
        floor = sum(c / 2 * stationary(a, b, plan.noise) for c, (a, b) in pairs)
        return _noisy(excess, minimum.value, rate, floor)
    lost = curvatures[-1] * (_ROUNDING * float(np.linalg.norm(minimum.x))) ** 2
    return _quiet(excess, minimum.value, rate, max(lost, _ROUNDING * abs(minimum.value)))


def _noisy(excess: Array, lowest: float, rate: float, floor: float) -> Theory | None:
    half = len(excess) // 2
    if rate**half > _NEAR or not floor < excess[0]:
        return None
    x = np.arange(len(excess), dtype=float)
    y = lowest + floor + (excess[0] - floor) * rate**x
    begun = int(np.argmax(excess <= max(10 * floor, _NEAR * excess[0])))
    mean = float(excess[half:].mean())
    return Theory(rate, floor, mean, x[begun:], y[begun:])


def _quiet(excess: Array, lowest: float, rate: float, lost: float) -> Theory | None:
    """`lost` is the excess below which all is rounding."""
    under = np.flatnonzero(~(excess > lost))
    last = int(under[0] if len(under) else len(excess)) - 1
    if last < _LEAST or not excess[last] < _NEAR * excess[0] or not rate > 0:
        return None
    # the last quarter of the way down, in decades: there the landscape is a quadratic, and what
    # falls faster than the slowest part is gone
    near = excess[0] ** 0.25 * excess[last] ** 0.75
    first = int(np.flatnonzero(excess[: last + 1] > near)[-1]) + 1
    if last - first < _LEAST:
        return None
    x = np.arange(first, last + 1, dtype=float)
    logs = np.log(excess[first : last + 1])
    slope = float(np.polyfit(x - x.mean(), logs, 1)[0])
    middle, level = x.mean(), logs.mean()
    # back to the start, or to where it is as high
    begun = max(0, int(np.ceil(middle + (level - np.log(excess[0])) / -np.log(rate))))
    x = np.arange(begun, last + 1, dtype=float)
    y = lowest + np.exp(level + np.log(rate) * (x - middle))
    return Theory(rate, 0.0, float(np.exp(slope)), x, y)
