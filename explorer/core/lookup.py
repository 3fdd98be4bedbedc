"""Values of a sampled field between its samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .figure import Field

Array = NDArray[np.float64]


def _places(axis: Array, at: Array) -> tuple[NDArray[np.int64], Array]:
    """The sample before each place of an evenly spaced axis, and how far it is to the next."""
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    whole = (np.asarray(at, dtype=float) - axis[0]) / step
    # rounding may put a place that is on the last sample a little past it
    whole = np.where(np.abs(whole - np.round(whole)) < 1e-9, np.round(whole), whole)
    inside = np.clip(np.nan_to_num(whole), 0, len(axis) - 1)
    before = np.minimum(inside.astype(np.int64), len(axis) - 2)
    return before, np.where((whole < 0) | (whole > len(axis) - 1), np.nan, inside - before)


def at_points(field: Field, points: Array) -> Array:
    """The values (n,) at points (n, 2), bilinear; nan outside the field."""
    i, u = _places(field.x, points[:, 0])
    j, v = _places(field.y, points[:, 1])
    z = field.z
    with np.errstate(invalid="ignore"):
        low = z[j, i] * (1 - u) + z[j, i + 1] * u
        high = z[j + 1, i] * (1 - u) + z[j + 1, i + 1] * u
        return np.asarray(low * (1 - v) + high * v)


def _cubic(axis: Array, at: Array) -> Array:
    """Weights (len(at), len(axis)) of cubic convolution (Keys 1981), exact for parabolas."""
    before, t = _places(axis, at)
    t = np.nan_to_num(t)
    n = len(axis)
    taps = (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
    made = np.zeros((len(at), n))
    rows = np.arange(len(at))
    for k, weight in zip((-1, 0, 1, 2), taps, strict=True):
        place = before + k
        # past an end the next sample is that of the parabola through the last three
        below, above = place < 0, place >= n
        inside = ~(below | above)
        np.add.at(made, (rows[inside], place[inside]), weight[inside])
        for c, j in ((3.0, 0), (-3.0, 1), (1.0, 2)):
            np.add.at(made, (rows[below], np.array(j)), c * weight[below])
            np.add.at(made, (rows[above], np.array(n - 1 - j)), c * weight[above])
    return made


def upsampled(field: Field, x: Array, y: Array) -> Field:
    """The field at other places x (nx,), y (ny,): smooth, or bilinear where not all is finite."""
    if np.isfinite(field.z).all():
        return Field(x, y, _cubic(field.y, y) @ field.z @ _cubic(field.x, x).T)
    i, u = _places(field.x, x)
    j, v = _places(field.y, y)
    z = field.z
    with np.errstate(invalid="ignore"):
        rows = z[j] * (1 - v)[:, None] + z[j + 1] * v[:, None]
        return Field(x, y, rows[:, i] * (1 - u) + rows[:, i + 1] * u)
