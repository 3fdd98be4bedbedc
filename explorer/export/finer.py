"""Refines a sampled surface for large pictures, where the facets between its samples would show."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# A cell of the samples is drawn this many pixels wide at most, but none is cut in more than MOST.
_CELL, MOST = 5.0, 8


def parts(samples: int, pixels: float, most: int = MOST) -> int:
    """Into how many parts a cell is to be cut where so many samples span so many pixels."""
    wanted = math.ceil(pixels / max(samples - 1, 1) / _CELL)
    return max(1, min(wanted, most))


def even(places: Array) -> bool:
    """Whether samples lie at equal distances, which refining relies on."""
    steps = np.diff(places)
    return len(places) > 2 and bool(np.ptp(steps) <= 1e-6 * abs(steps).max())


def between(places: Array, count: int) -> Array:
    """Places (n,) and count - 1 more between each two: ((n - 1) count + 1,)."""
    at = np.arange((len(places) - 1) * count + 1) / count
    made: Array = np.interp(at, np.arange(len(places)), places)
    return made


def refined(values: Array, count: int) -> Array:
    """Values (ny, nx) with count - 1 more between each two along both axes.

    Cubics through the samples (Catmull and Rom), which all remain as they are. Where a sample is
    missing nothing is made up: the values come back as they were, which the shape tells.
    """
    if count == 1 or not np.isfinite(values).all():
        return values
    return _along(_along(values, count).T, count).T


def _along(values: Array, count: int) -> Array:
    """Refine the last axis."""
    # at the rim the cubic goes on as the parabola through the last three samples
    first = 3 * values[:, 0] - 3 * values[:, 1] + values[:, 2]
    last = 3 * values[:, -1] - 3 * values[:, -2] + values[:, -3]
    row = np.column_stack([first, values, last])
    before, a, b, after = row[:, :-3], row[:, 1:-2], row[:, 2:-1], row[:, 3:]
    made = np.empty((len(values), (values.shape[1] - 1) * count + 1))
    made[:, -1] = values[:, -1]
    for k in range(count):
        t = k / count
        weights = (
            ((2 - t) * t - 1) * t / 2,
            (t * t * (3 * t - 5) + 2) / 2,
            ((4 - 3 * t) * t + 1) * t / 2,
            (t - 1) * t * t / 2,
        )
        pieces = zip(weights, (before, a, b, after), strict=True)
        made[:, k:-1:count] = sum(weight * piece for weight, piece in pieces)
    return made
