"""Cuts a trajectory at the edges of a picture, so that what is drawn is exactly what is in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bounds = tuple[tuple[float, float], ...]
# How far off the edge, in widths of the box, a computed crossing may be.
_SLACK = 1e-6


def inside(points: Array, bounds: Bounds) -> NDArray[np.bool_]:
    """Whether each of points (n, >= 2) is in the box, its edges included (n,)."""
    within = np.ones(len(points), dtype=bool)
    for axis, (low, high) in enumerate(bounds[:2]):
        within &= (points[:, axis] >= low) & (points[:, axis] <= high)
    return within


def pieces(points: Array, bounds: Bounds) -> list[Array]:
    """The parts of the polyline points (n, >= 2) inside the box, each (m, >= 2) with m >= 2.

    Cut ends lie on the box's edge, further columns follow in proportion. After Liang and Barsky
    (1984); each cut is measured from the segment's nearer end, so that a point as far away as
    1e300 does not spoil where its line crosses the edge.
    """
    if len(points) < 2:
        return []
    if inside(points, bounds).all():
        return [points]
    start, end = points[:-1], points[1:]
    enters, leaves = _span(start, end, bounds)
    # the same, measured from the segment's other end
    enters_back, leaves_back = _span(end, start, bounds)
    kept = (enters <= leaves) & (enters_back <= leaves_back)
    kept &= (enters < leaves) | (enters_back < leaves_back)
    within = inside(points, bounds)
    joined = np.concatenate([[False], kept[1:] & kept[:-1] & within[1:-1]])
    found = []
    for group in np.split(np.arange(len(kept)), np.flatnonzero(~joined)[1:]):
        i, j = group[0], group[-1]
        if not kept[i]:
            continue
        head, tail = start[i], end[j]
        if not within[i]:
            head = _cut(start[i], end[i], enters[i], leaves_back[i], bounds)
        if not within[j + 1]:
            tail = _cut(start[j], end[j], leaves[j], enters_back[j], bounds)
        if head is not None and tail is not None:
            found.append(np.concatenate([head[None], points[i + 1 : j + 1], tail[None]]))
    return found


def _span(start: Array, end: Array, bounds: Bounds) -> tuple[Array, Array]:
    """Where each segment enters and leaves the box, as parts of its length from its start.

    Both are in [0, 1] where it meets the box; else it enters after it leaves.
    """
    enters, leaves = np.zeros(len(start)), np.ones(len(start))
    for axis, (low, high) in enumerate(bounds[:2]):
        a, b = start[:, axis], end[:, axis]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            to_low, to_high = (low - a) / (b - a), (high - a) / (b - a)
        still = a == b
        between = (a >= low) & (a <= high)
        first = np.where(still, np.where(between, 0.0, 2.0), np.minimum(to_low, to_high))
        last = np.where(still, np.where(between, 1.0, -1.0), np.maximum(to_low, to_high))
        enters, leaves = np.maximum(enters, first), np.minimum(leaves, last)
    return enters, leaves


def _cut(start: Array, end: Array, part: float, back: float, bounds: Bounds) -> Array | None:
    """Where a segment crosses the box's edge: at `part` from its start, `back` from its end.

    Measured from the nearer end and put on the edge to the last bit. None where rounding leaves it
    elsewhere: both ends are too far away to say where the line runs.
    """
    if part > back:
        start, end, part = end, start, back
    point = start + 2 * (part * (end / 2 - start / 2))
    for axis, (low, high) in enumerate(bounds[:2]):
        if not low - _SLACK * (high - low) <= point[axis] <= high + _SLACK * (high - low):
            return None
        point[axis] = min(max(point[axis], low), high)
    return point
