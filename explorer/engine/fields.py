"""Whole landscapes at once: values on a grid, gradients and Hessians at points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.experiment import Penalty
from explorer.core.figure import Field

from . import compile
from .drivers import curvature, look, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.spec import Landscape

Array = NDArray[np.float64]
# rows sampled between looks at `cancel`: about a millisecond's worth of a 1000-wide grid
SLAB = 64
NO_PENALTY = Penalty()
_sample = compile.entry(sample)


def source(parameters: Array, sheet: Array | None = None) -> tuple[NDArray[np.generic], ...]:
    """A landscape's SOURCE tuple: its parameters (P,) and its sheet, all else empty."""
    table, counts = np.empty((0, 0)), np.empty(0, np.int64)
    data = table if sheet is None else sheet
    return np.array(parameters, float), data, table, counts, counts, table


def grid(
    landscape: Landscape,
    parameters: Array,
    bounds: tuple[tuple[float, float], ...],
    shape: tuple[int, int],
    cancel: Callable[[], bool] = lambda: False,
    penalty: Penalty = NO_PENALTY,
) -> Field | None:
    """Sample the loss over `bounds` on shape = (nx, ny) points; None when cancelled meanwhile.

    The penalty is part of it. In one dimension ny is ignored and the field has one row.
    """
    nx, ny = shape
    x = np.linspace(*bounds[0], nx)
    y = np.linspace(*bounds[1], ny) if len(bounds) > 1 else np.empty(0)
    rows = max(y.size, 1)
    z = np.empty((rows, nx))
    kernel = compile.loss(landscape.gradient)
    made = source(parameters, landscape.sheet)
    for low in range(0, rows, SLAB):
        if cancel():
            return None
        _sample(kernel, made, x, y, low, min(low + SLAB, rows), z)
    penalise(z, x, y, penalty)
    return Field(x, y, z)


def penalise(z: Array, x: Array, y: Array, penalty: Penalty) -> None:
    """Add a penalty to losses z (ny, nx) over x (nx,) and y (ny,)."""
    for axis in (x[None, :], y[:, None]):
        if axis.size and penalty != NO_PENALTY:
            z += penalty.l1 * np.abs(axis) + penalty.l2 * axis**2


def _columns(points: ArrayLike, dimension: int) -> tuple[Array, tuple[int, ...]]:
    given = np.asarray(points, dtype=float)
    if given.ndim == 0 or given.shape[-1] != dimension:
        raise ValueError(f"points of shape {given.shape}: the last axis must be {dimension}")
    # a copy: kernels are compiled for arrays that may be written to
    return np.array(given.reshape(-1, dimension).T, order="C"), given.shape[:-1]


def losses_and_gradients(
    landscape: Landscape, parameters: Array, points: ArrayLike
) -> tuple[Array, Array]:
    """Losses (...) and gradients (..., D) at points (..., D)."""
    x, lead = _columns(points, landscape.dimension)
    f = np.empty(x.shape[1])
    g = np.empty_like(x)
    look(compile.loss(landscape.gradient), source(parameters, landscape.sheet), x, f, g)
    return f.reshape(lead), g.T.reshape(*lead, landscape.dimension)


def hessians(landscape: Landscape, parameters: Array, points: ArrayLike) -> Array:
    """Hessians (..., D, D) at points (..., D)."""
    x, lead = _columns(points, landscape.dimension)
    d = landscape.dimension
    c = np.empty((d, d, x.shape[1]))
    made = source(parameters, landscape.sheet)
    curvature(compile.hessian(landscape.hessian), made, x, c)
    return np.moveaxis(c, -1, 0).reshape(*lead, d, d)
