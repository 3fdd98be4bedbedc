"""One level of a sampled field: the line along it, and hatching of what lies above it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_EVERY = 5  # samples between two lines of a hatching
# Where the edges of a cell begin, and which way they go, against the clock from its first corner.
_EDGES = ((0, 0, 1, 0), (1, 0, 0, 1), (1, 1, -1, 0), (0, 1, 0, -1))


def border(x: Array, y: Array, z: Array, level: float) -> Array:
    """Where z (ny, nx) passes a level: pieces of line (n, 2, 2), straight within a cell.

    Cells with a value that is not finite have none. In a cell that the level enters twice the
    ways are parted by the mean of its corners.
    """
    with np.errstate(invalid="ignore"):
        above = z > level
    known = np.isfinite(z)
    # the corners round a cell: first those of all, to find the cells that the line goes through
    first, second = slice(None, -1), slice(1, None)
    parts = ((first, first), (first, second), (second, second), (second, first))
    some = np.logical_or.reduce([above[part] for part in parts])
    every = np.logical_and.reduce([above[part] for part in parts])
    finite = np.logical_and.reduce([known[part] for part in parts])
    rows, columns = np.nonzero(some & ~every & finite)
    corners = np.stack([z[part][rows, columns] for part in parts]) - level
    over = corners > 0
    crossed = over != np.roll(over, -1, axis=0)
    gaps = corners - np.roll(corners, -1, axis=0)
    share = np.divide(corners, gaps, out=np.zeros_like(gaps), where=crossed)
    # where each edge, from a corner to the next, is crossed
    places = np.empty((4, len(rows), 2))
    for k, (ax, ay, ux, uy) in enumerate(_EDGES):
        places[k, :, 0] = x[columns] + (ax + share[k] * ux) * (x[columns + 1] - x[columns])
        places[k, :, 1] = y[rows] + (ay + share[k] * uy) * (y[rows + 1] - y[rows])
    twice = crossed.all(axis=0)
    # where the middle goes with the first corner, the others are cut off, and the other way round
    same = twice & ((corners.mean(axis=0) > 0) == over[0])
    other = twice & ~same
    found = []
    for one in range(4):
        for two in range(one + 1, 4):
            hit = ~twice & crossed[one] & crossed[two]
            hit |= same & ((one, two) in ((0, 1), (2, 3)))
            hit |= other & ((one, two) in ((0, 3), (1, 2)))
            found.append(np.stack([places[one][hit], places[two][hit]], axis=1))
    return np.concatenate(found)


@lru_cache(maxsize=4)
def _diagonals(rows: int, columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column (k, n) of the samples on every fifth diagonal, -1 past its end."""
    starts = np.arange(-(rows - 1) // _EVERY * _EVERY, columns, _EVERY)
    along = np.arange(min(rows, columns))
    row = np.maximum(-starts, 0)[:, None] + along
    column = np.maximum(starts, 0)[:, None] + along
    past = (row >= rows) | (column >= columns)
    return np.where(past, -1, row), np.where(past, -1, column)


def hatching(x: Array, y: Array, z: Array, level: float) -> Array:
    """Pieces (n, 2, 2) of the field's diagonals along which z (ny, nx) is above a level."""
    row, column = _diagonals(*z.shape)
    values = np.where(row < 0, np.nan, z[row, column]) - level
    inside = np.where(np.isnan(values), False, values > 0)
    edge = np.zeros((len(inside), 1), bool)
    padded = np.concatenate([edge, inside, edge], axis=1).astype(np.int8)
    turn = np.diff(padded, axis=1)
    # row by row, so that the k-th beginning belongs to the k-th end
    line, first = np.nonzero(turn[:, :] == 1)
    _, after = np.nonzero(turn == -1)
    last = after - 1

    def reach(at: NDArray[np.int64], to: NDArray[np.int64]) -> Array:
        """Between a sample inside and its neighbour outside, where the level is passed."""
        beyond = np.clip(to, 0, values.shape[1] - 1)
        here, there = values[line, at], values[line, beyond]
        with np.errstate(all="ignore"):
            part = here / (here - there)
        good = (to == beyond) & np.isfinite(part)
        return np.where(good, at + (to - at) * np.where(good, part, 0.0), at)

    begin, end = reach(first, first - 1), reach(last, last + 1)
    base_row, base_column = row[:, 0][line], column[:, 0][line]

    def place(along: Array) -> Array:
        across = np.interp(base_column + along, np.arange(len(x)), x)
        return np.column_stack([across, np.interp(base_row + along, np.arange(len(y)), y)])

    made: Array = np.stack([place(begin), place(end)], axis=1)
    return made[end > begin]
