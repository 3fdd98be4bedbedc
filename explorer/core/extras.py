"""What an optimizer's memory shows on a map besides the path: populations, trust regions, points.

Which part of the memory is shown, and how, is said by `State.draw` in the optimizer's SPEC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .figure import Extra
from .language import tr
from .probe import Array, losses, probe

if TYPE_CHECKING:
    from .figure import Bounds
    from .plan import Plan, RunPlan
    from .spec import State
    from .trace import Trace

# Corners of an ellipse or a circle.
_CORNERS = 96
# Between how many of the last points of a one-dimensional path arrows are drawn.
_STEPS = 13
# How far a tangent reaches to either side, as a share of the picture's width.
_REACH = 0.15


def extras(plan: Plan, run: RunPlan, trace: Trace, row: int, bounds: Bounds) -> tuple[Extra, ...]:
    """All that is drawn of a run's memory after step `row`, about the point of that row.

    Before the first step the memory says nothing yet: there is nothing to draw. What is not finite
    is left out; what lies outside `bounds` is not, whoever draws cuts it at the edge.
    """
    found = _flat(plan, trace, row, bounds) if plan.landscape.dimension == 1 else []
    if not row:
        return tuple(found)
    head = trace.points[row]
    corners: list[Array] = []
    for state, _, _ in run.states:
        if not state.draw or state.name not in trace.states:
            continue
        values = trace.states[state.name][row]
        if state.draw == "simplex":
            corners.append(values.reshape(-1, head.size))
        else:
            found += _drawn(plan, state, values, head)
    if corners:
        found += _simplex(plan, np.concatenate(corners), head)
    return tuple(extra for extra in found if len(extra.points))


def _drawn(plan: Plan, state: State, values: Array, head: Array) -> list[Extra]:
    """What one part of the memory shows: values (D,) or (rows, D) about the head (D,)."""
    name = state.meaning
    if state.draw == "point":
        pair = np.stack([values.reshape(-1, head.size)[0], head])
        return [Extra("point", _placed(plan, pair), name)] if np.isfinite(pair).all() else []
    if state.draw == "points":
        many = values.reshape(-1, head.size)
        return [Extra("points", _placed(plan, many[np.isfinite(many).all(axis=1)]), name)]
    if state.draw == "ellipse":
        covariance = values.reshape(head.size, head.size)
        return [
            Extra("ellipse", _placed(plan, line, head), f"{name}, {sigmas}σ")
            for sigmas in (1, 2)
            if (line := ellipse(covariance, head, sigmas)) is not None
        ]
    radius = float(np.ravel(values)[0])
    if not (np.isfinite(radius) and radius > 0):
        return []
    line = ellipse(np.eye(head.size), head, radius)
    return [Extra("circle", _placed(plan, line, head), name)] if line is not None else []


def _simplex(plan: Plan, corners: Array, head: Array) -> list[Extra]:
    """The simplex whose corners (n, D) the memory holds; where it holds all but one, with the head.

    Several parts of the memory may hold corners, which are joined in their order.
    """
    if len(corners) == head.size:
        corners = np.vstack([corners, head])
    if not np.isfinite(corners).all():
        return []
    return [Extra("simplex", _placed(plan, np.vstack([corners, corners[:1]])), tr("simplex"))]


def ellipse(covariance: Array, middle: Array, sigmas: float) -> Array | None:
    """Where (p − middle)ᵀ Σ⁻¹ (p − middle) = sigmas², closed (n, 2); in one dimension its ends.

    Of more than two dimensions it is that of the first two coordinates, whatever the others are.
    None where Σ (D, D) is no covariance.
    """
    block = covariance[:2, :2]
    if not (np.isfinite(block).all() and np.isfinite(middle).all()):
        return None
    sizes, axes = np.linalg.eigh((block + block.T) / 2)
    if sizes[0] < -1e-9 * max(float(sizes[-1]), 0.0) or sizes[-1] <= 0:
        return None
    reach = sigmas * np.sqrt(np.maximum(sizes, 0.0))
    if len(block) == 1:
        made: Array = middle + np.array([[-1.0], [1.0]]) * reach
        return made
    angle = 2 * np.pi * np.arange(_CORNERS + 1) / _CORNERS
    made = middle[:2] + (np.column_stack([np.cos(angle), np.sin(angle)]) * reach) @ axes.T
    return made


def _placed(plan: Plan, points: Array, head: Array | None = None) -> Array:
    """Points (n, D) on the map (n, 2): of one dimension at their losses, or at that of the head."""
    if plan.landscape.dimension > 1:
        return points[:, :2]
    at = points if head is None else head[None]
    heights = losses(plan.landscape, plan.parameters, at, plan.penalty)
    made = np.column_stack([points[:, 0], np.broadcast_to(heights, len(points))])
    return made[np.isfinite(made).all(axis=1)]


def _flat(plan: Plan, trace: Trace, row: int, bounds: Bounds) -> list[Extra]:
    """The tangent at the head and the last steps, of one dimension."""
    first = max(row + 1 - _STEPS, 0)
    steps = np.column_stack([trace.points[first : row + 1, 0], trace.loss[first : row + 1]])
    found = [Extra("steps", steps, tr("last steps"))] if len(steps) > 1 else []
    x, loss = (float(v) for v in steps[-1])
    slope = float(probe(plan.landscape, plan.parameters, (x,), plan.penalty).gradient[0])
    reach = _REACH * (bounds[0][1] - bounds[0][0])
    line = np.array([[x - reach, loss - slope * reach], [x + reach, loss + slope * reach]])
    if np.isfinite(line).all():
        found.append(Extra("tangent", line, tr("tangent")))
    return found
