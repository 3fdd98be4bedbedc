"""Recorded paths: no step is taken, what was not recorded is looked up on the landscape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .fields import losses_and_gradients

if TYPE_CHECKING:
    from explorer.core.grid import Recorded
    from explorer.core.plan import Plan
    from explorer.core.trace import StopReason

Array = NDArray[np.float64]


def rows(plan: Plan, path: Recorded) -> tuple[int, StopReason, Array, Array, Array]:
    """Where a path ends and why, its points (n, D), losses and gradient norms (n,).

    Losses are those recorded, nan where one is missing: the landscape's are of something else, and
    stand in only where none was recorded at all, with the penalty. Gradients are the landscape's.
    The path ends where it leaves the finite numbers; where it leaves a surface's data the
    landscape's losses are nan until it comes back.
    """
    points = np.array(path.points, order="C")
    good: NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
    if path.losses.size:
        good &= ~np.isinf(path.losses)
    end = len(points) - 1 if good.all() else int(np.argmin(good))
    points = points[: end + 1]
    with np.errstate(all="ignore"):
        loss, gradient = losses_and_gradients(plan.landscape, plan.parameters, points)
        weights = plan.penalty
        if weights.l1 or weights.l2:
            loss = loss + weights.l1 * np.abs(points).sum(axis=1)
            loss += weights.l2 * (points**2).sum(axis=1)
            gradient = gradient + weights.l1 * np.sign(points) + 2 * weights.l2 * points
        norm = np.sqrt((gradient**2).sum(axis=1))
    if path.losses.size:
        loss = np.array(path.losses[: end + 1])
    return end, "max_steps" if good[end] else "diverged", points, loss, norm
