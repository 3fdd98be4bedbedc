"""Places the short labels at the trajectories' heads: beside them, apart, and inside the plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[np.float64]
Spot = tuple[float, float]
Box = tuple[float, float, float, float]

# Directions to try, the favourite first: right and up, right and down, then round to the left.
_TURNS = np.radians((30, -30, 150, -150, 75, -75, 105, -105, 0, 180))
_WAYS = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])
_REACHES = (1.0, 2.0, 3.2, 4.6, 6.2, 8.0)


def place(
    heads: Sequence[Spot],
    sizes: Sequence[Spot],
    box: Box,
    gap: float,
    taken: Sequence[Box] = (),
) -> list[Spot]:
    """The middles of labels of `sizes` (width, height) for `heads`, all in pixels.

    `box` is (left, low, right, high) of the plot, `gap` how far a label keeps from its head. Every
    label is inside the box where it fits; labels overlap neither each other nor a head if there is
    room within reach, nor what is `taken` by something else. The same input always gives the same
    places.
    """
    points = np.array(heads, dtype=float).reshape(-1, 2)
    placed = np.zeros((len(points) + len(taken), 4))
    placed[: len(taken)] = np.array(taken, dtype=float).reshape(-1, 4)
    found: list[Spot] = []
    for count, (head, size) in enumerate(zip(heads, sizes, strict=True), len(taken)):
        least = math.inf
        for reach in _REACHES:
            options = _options(head, size, box, gap, reach)
            away, covered = _costs(options, head, points, placed[:count], gap)
            costs = away + covered
            k = int(costs.argmin())
            if costs[k] < least:
                placed[count], least = options[k], float(costs[k])
            if not covered.min():  # nothing is covered, and further out is only further
                break
        left, low, right, high = placed[count].tolist()
        found.append(((left + right) / 2, (low + high) / 2))
    return found


def _options(head: Spot, size: Spot, box: Box, gap: float, reach: float) -> Array:
    """The boxes (10, 4) where a label may be at one reach (in gaps), pushed into the plot.

    The favourite direction comes first.
    """
    half = np.array(size) / 2
    middle = np.array(head) + _WAYS * (gap * reach + half)
    low, high = np.array(box[:2]) + half, np.array(box[2:]) - half
    middle = np.maximum(low, np.minimum(middle, high))
    made: Array = np.concatenate([middle - half, middle + half], axis=1)
    return made


def _costs(
    options: Array, head: Spot, heads: Array, placed: Array, gap: float
) -> tuple[Array, Array]:
    """What each option (n, 4) costs by how far it is, and by the labels and heads it covers."""
    low, high = options[:, None, :2], options[:, None, 2:]
    away = np.hypot(*((options[:, :2] + options[:, 2:]) / 2 - head).T)
    area = (options[:, 2] - options[:, 0]) * (options[:, 3] - options[:, 1])
    shared = np.minimum(high, placed[:, 2:]) - np.maximum(low, placed[:, :2])
    over = np.maximum(shared, 0.0).prod(axis=2).sum(axis=1)
    reach = 0.5 * gap
    hidden = ((heads > low - reach) & (heads < high + reach)).all(axis=2).sum(axis=1)
    return away / gap, 100 * over / area + 60 * hidden
