"""Where a classifier changes its mind: the class of outputs, how sure it is, and the line between.

Outputs (m, O) are those of a model before a sigmoid or softmax; one output is that of two classes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def guess(outputs: Array) -> NDArray[np.int64]:
    """The class (m,) that outputs (m, O) speak for: of one output the second where positive."""
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0).astype(np.int64)
    return np.asarray(outputs.argmax(axis=1), dtype=np.int64)


def certainty(outputs: Array) -> Array:
    """How far (m,) the likeliest class's probability is from chance, 0, to certain, 1."""
    with np.errstate(all="ignore"):
        if outputs.shape[1] == 1:
            found = np.abs(np.tanh(outputs[:, 0] / 2))
        else:
            top = outputs.max(axis=1, keepdims=True)
            chance = 1 / outputs.shape[1]
            found = (1 / np.exp(outputs - top).sum(axis=1) - chance) / (1 - chance)
    return np.asarray(np.nan_to_num(found))


def margins(outputs: Array) -> list[Array]:
    """By class but the last: how far its output is above all others; of one output the output."""
    if outputs.shape[1] == 1:
        return [outputs[:, 0]]
    return [
        outputs[:, k] - np.delete(outputs, k, axis=1).max(axis=1)
        for k in range(outputs.shape[1] - 1)
    ]


def zero_line(xs: Array, ys: Array, values: Array) -> Array:
    """Pieces (m, 2, 2) of the line on which values (h, w) at xs (w,), ys (h,) are zero.

    Each cell is cut into two triangles, on which values are taken as linear: of a linear function
    the line is exact, and there are no ambiguous cells.
    """
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)

    def corners(of: Array) -> Array:
        a, b, c, d = of[:-1, :-1], of[:-1, 1:], of[1:, 1:], of[1:, :-1]
        pairs = [np.stack(three, axis=2) for three in ((a, b, c), (a, c, d))]
        return np.concatenate([pair.reshape(-1, *pair.shape[2:]) for pair in pairs])

    at, places = corners(values), corners(grid)
    above = at > 0
    mixed = np.isfinite(at).all(axis=1) & above.any(axis=1) & ~above.all(axis=1)
    at, places, above = at[mixed], places[mixed], above[mixed]
    following = [1, 2, 0]
    crossed = above != above[:, following]
    gap = np.where(crossed, at - at[:, following], 1.0)
    ends = places + (at / gap)[:, :, None] * (places[:, following] - places)
    return np.asarray(ends[crossed].reshape(-1, 2, 2))


def crossings(xs: Array, values: Array) -> Array:
    """Where values (n,) at xs (n,) change their sign, between points as if they were linear."""
    above = values > 0
    found = np.flatnonzero(
        (above[1:] != above[:-1]) & np.isfinite(values[1:]) & np.isfinite(values[:-1])
    )
    before, after = values[found], values[found + 1]
    return xs[found] + before / (before - after) * (xs[found + 1] - xs[found])
