"""Searches a landscape in closed form for its minima and saddle points, all starts at once."""

from __future__ import annotations

import math
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from .probe import source
from .spec import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .spec import Kernel, Landscape

Array = NDArray[np.float64]
_STARTS, _STEPS = 21, 60  # starts a side, Newton steps from each
# Curvatures in a ratio below this count as flat; more flat points than this as a line of them.
_FLAT, _LINE = 1e-7, 3
_MANY = 100
_SAME = 1e-5  # apart, as a share of the bounds, for two points to be two
_NUMPY: dict[str, Any] = {
    name: getattr(np, {"atan": "arctan", "fabs": "abs"}.get(name, name))
    for name in ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "sinh", "cosh", "atan", "fabs")
} | {"min": np.minimum, "max": np.maximum, "abs": np.abs}


def _whole(kernel: Kernel) -> Kernel:
    """A kernel without branches, taking whole arrays for the numbers of its one run."""
    plain = cast("FunctionType", kernel)
    return FunctionType(plain.__code__, plain.__globals__ | _NUMPY, plain.__name__)


class _Sampler:
    """The loss, gradient and Hessian at many points, from kernels written for numbers.

    Arrays of objects, with an array of all points in the place of each number, make NumPy do what
    the kernel says for all of them: some microseconds an operation, not a point.
    """

    def __init__(self, landscape: Landscape, parameters: Sequence[float]) -> None:
        self.gradient = _whole(landscape.gradient)
        self.hessian = _whole(landscape.hessian)
        self.problem = source(parameters)

    @staticmethod
    def _boxed(points: Array) -> NDArray[np.object_]:
        boxed = np.empty((len(points), 1), dtype=object)
        for i, row in enumerate(points):
            boxed[i, 0] = row
        return boxed

    def slopes(self, points: Array) -> tuple[Array, Array]:
        """Losses (N,) and gradients (D, N) at points (D, N)."""
        d, n = points.shape
        f, g = np.empty(1, dtype=object), np.empty((d, 1), dtype=object)
        self.gradient(self.problem, self._boxed(points), f, g)
        return np.broadcast_to(f[0], n).astype(float), np.array(
            [np.broadcast_to(v, n).astype(float) for v in g[:, 0]]
        )

    def curves(self, points: Array) -> Array:
        """Hessians (N, D, D) at points (D, N)."""
        d, n = points.shape
        c = np.empty((d, d, 1), dtype=object)
        self.hessian(self.problem, self._boxed(points), c)
        rows = [[np.broadcast_to(c[i, j, 0], n).astype(float) for j in range(d)] for i in range(d)]
        return np.moveaxis(np.array(rows), -1, 0)


def search(landscape: Landscape, parameters: Sequence[float]) -> tuple[Point, ...]:
    """The stationary points within a landscape's bounds that Newton's method finds from a grid.

    A minimum counts as global when no loss found or sampled within the bounds is lower. Points that
    fill a line are left out, and where very many are found all but the global minima. Its kernels
    must have no branches. Takes some milliseconds.
    """
    with np.errstate(all="ignore"):
        sampler = _Sampler(landscape, parameters)
        axes = [np.linspace(low, high, _STARTS) for low, high in landscape.bounds]
        grid = np.array([axis.ravel() for axis in np.meshgrid(*axes)])
        found = _distinct(landscape, sampler, _newton(sampler, grid))
        if not found.size:
            return ()
        losses = sampler.slopes(found)[0].tolist()
        sampled = sampler.slopes(grid)[0]
        values = np.linalg.eigvalsh(sampler.curves(found))
        size = np.abs(values)
        flat = size.min(axis=1) <= _FLAT * size.max(axis=1)
        kinds = [
            "" if bent and flat.sum() > _LINE else _kind(sampler, point, loss, own, bent)
            for point, loss, own, bent in zip(found.T, losses, values, flat.tolist(), strict=True)
        ]
    minima = [loss for loss, kind in zip(losses, kinds, strict=True) if kind == "local"]
    floor = min([*minima, *sampled[np.isfinite(sampled)].tolist()], default=math.inf)
    made: list[Point] = []
    for point, loss, kind in zip(found.T.tolist(), losses, kinds, strict=True):
        lowest = kind == "local" and loss <= floor + 1e-9 * max(1.0, abs(floor))
        if kind and (lowest or len(losses) <= _MANY):
            made.append(Point(tuple(point), loss, "global" if lowest else kind))
    return tuple(sorted(made, key=lambda p: (p.value, p.x)))


def _newton(sampler: _Sampler, points: Array) -> Array:
    """Points (D, N) after Newton's steps towards a gradient of zero, each at most one long."""
    unit = np.eye(points.shape[0])
    for _ in range(_STEPS):
        _, g = sampler.slopes(points)
        c = sampler.curves(points)
        good = np.isfinite(g).all(axis=0) & np.isfinite(c).all(axis=(1, 2))
        points, g, c = points[:, good], g[:, good], c[good]
        if not points.size:
            break
        size = np.abs(c).max(axis=(1, 2), keepdims=True)
        # a singular matrix must not stop the others
        c = c + (1e-14 * size + 1e-290) * unit
        step = np.linalg.solve(c, g.T[:, :, None])[:, :, 0].T
        length = np.linalg.norm(step, axis=0)
        step = np.where(np.isfinite(length), step / np.maximum(length, 1.0), 0.0)
        points = points - step
    return points


def _distinct(landscape: Landscape, sampler: _Sampler, points: Array) -> Array:
    """Those points (D, M) that are stationary and within the bounds, each once."""
    low, high = np.array(landscape.bounds).T
    spread = float((high - low).max())
    _, g = sampler.slopes(points)
    _, nearby = sampler.slopes(points + 1e-3 * spread)
    # small against the gradients around it, or zero to rounding
    norm, around = np.linalg.norm(g, axis=0), np.linalg.norm(nearby, axis=0)
    still = (norm <= 1e-7 * around) & ((low <= points.T) & (high >= points.T)).all(axis=1)
    found = np.empty((0, points.shape[0]))
    for point in points[:, still][:, np.argsort(norm[still], kind="stable")].T:
        if not (np.abs(found - point).max(axis=1) <= _SAME * spread).any():
            found = np.vstack([found, point])
    return found.T


def _kind(
    sampler: _Sampler, point: Array, loss: float, curvatures: Array, flat: bool
) -> Literal["local", "saddle", ""]:
    """Tell "local" (a minimum), "saddle", or "" for a maximum and what cannot be told."""
    if not np.isfinite(curvatures).all() or not math.isfinite(loss):
        return ""
    if not flat:
        if (curvatures > 0).all():
            return "local"
        return "" if (curvatures < 0).all() else "saddle"
    # flat to second order in some direction: look at losses around it
    turn = np.linspace(0.0, 2 * math.pi, 48, endpoint=False)
    ring = np.array([np.cos(turn), np.sin(turn)]) if point.size > 1 else np.array([[1.0, -1.0]])
    rises = []
    for radius in (0.03, 0.1):
        around, _ = sampler.slopes(point[:, None] + radius * ring)
        rises.append(around - loss)
    rise = np.array(rises)
    if not np.isfinite(rise).all():
        return ""
    if (rise > 0).all():
        return "local"
    return "saddle" if (rise > 0).any() and (rise < 0).any() else ""
