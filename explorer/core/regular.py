"""Where the minima of a loss go as its penalty grows: the regularisation path.

A branch starts at a known minimum of the loss alone and follows it by continuation: the weight
grows a little, Newton's method (proximal, so that the L1 penalty's corners are met exactly) finds
the minimum next to the last one, and a move that is too long is tried again with a smaller step.
A branch ends where its minimum disappears. It takes tens of milliseconds, so it is computed where
runs are, and what was made for the same landscape and kind of penalty is used again: another
weight is only another place on the same branches.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .experiment import Penalty
from .probe import NO_PENALTY, Array, forgiving, losses, source
from .proximal import Problem, minimise
from .spec import Point

if TYPE_CHECKING:
    from .plan import Plan
    from .spec import Kernel

# Lengths are in diagonals of the picture: how far a minimum may move from one weight to the next,
# below which move the weight grows faster, and how near to zero a branch has arrived.
_MOVE, _CREEP, _ARRIVED = 0.03, 0.01, 0.003
# A move longer than that at a weight so little larger is a jump: the minimum is gone.
_NEXT = 1.01
_POINTS = 200
# More known minima than this are not followed.
_BRANCHES = 16
_SAME = 1e-6
_RING = 1e-4


@dataclass(frozen=True, slots=True)
class Regular:
    """What a penalty does to the minima of a loss.

    minima: those found of the loss with its penalty, the lowest "global", with their values.
    shifts: the way of each known global minimum of the loss alone from where it is (its first
    point) to where the penalty takes it or, if it disappears before that, to its end; each (n, D).
    beyond: how it goes on from there if the penalty grows further, towards zero.
    """

    minima: tuple[Point, ...]
    shifts: tuple[Array, ...]
    beyond: tuple[Array, ...]


def regular(plan: Plan) -> Regular | None:
    """What the plan's penalty does, None where there is none or more than two dimensions."""
    if plan.penalty == NO_PENALTY or plan.landscape.dimension > 2:
        return None
    if plan.landscape.sheet is not None:  # whose curvature jumps: branches cannot be followed
        return None
    land, penalty = plan.landscape, plan.penalty
    weight = penalty.l1 + penalty.l2
    share = penalty.l1 / weight
    diagonal = math.hypot(*(high - low for low, high in land.bounds))
    kernels = land.gradient, land.hessian, tuple(plan.parameters.tolist())
    problem = _problem(*kernels, share, weight)
    reach = _MOVE * diagonal
    shifts, beyond, found = [], [], []
    for known in [p for p in plan.minima if p.kind == "global"][:_BRANCHES]:
        weights, points = _branch(*kernels, share, known.x, diagonal)
        before = int(np.searchsorted(weights, weight, side="right"))
        last = minimise(problem, points[before - 1], reach)
        held = before < len(weights) or _near(points[-1], np.zeros(len(known.x)), diagonal)
        if last is None or not held or np.abs(last - points[before - 1]).max() > 2 * reach:
            shifts.append(points[:before])
            continue
        found.append(last)
        shifts.append(np.vstack([points[:before], last]))
        beyond.append(np.vstack([last, points[before:]]))
    others = [p.x for p in plan.minima if p.kind == "local"][:_BRANCHES]
    for start in (*others, (0.0,) * land.dimension):
        if (last := minimise(problem, np.array(start), reach)) is not None:
            found.append(last)
    return Regular(_ranked(plan, found, diagonal), tuple(shifts), tuple(beyond))


def _near(a: Array, b: Array, diagonal: float) -> bool:
    return float(np.abs(a - b).max()) <= _ARRIVED * diagonal


def _ranked(plan: Plan, found: list[Array], diagonal: float) -> tuple[Point, ...]:
    """The points (D,) with their losses, each once, the lowest first and "global".

    Of a loss without a known minimum, which may have none, nothing is known to be the lowest.
    """
    if not found:
        return ()
    found = [x for x in found if _bottom(plan, x, diagonal)]
    if not found:
        return ()
    points = np.array(found)
    values = losses(plan.landscape, plan.parameters, points, plan.penalty)
    kept: list[int] = []
    for i in np.argsort(values, kind="stable").tolist():
        if all(np.abs(points[i] - points[k]).max() > _SAME * diagonal for k in kept):
            kept.append(i)
    low = float(values[kept[0]])
    slack = 1e-9 * max(1.0, abs(low)) if plan.minima else -math.inf
    return tuple(
        Point(
            tuple(points[i].tolist()),
            float(values[i]),
            "global" if values[i] <= low + slack else "local",
        )
        for i in kept
    )


def _bottom(plan: Plan, x: Array, diagonal: float) -> bool:
    """Whether no point of a small ring is lower: a Hessian that does not exist may mislead."""
    angle = np.pi / 4 * np.arange(8)
    ring = np.column_stack([np.cos(angle), np.sin(angle)])[:, : x.size]
    around = np.vstack([x, x + _RING * diagonal * ring])
    values = losses(plan.landscape, plan.parameters, around, plan.penalty)
    return bool(values[0] <= values[1:].min() + 1e-9 * max(1.0, abs(float(values[0]))))


def _problem(
    gradient: Kernel, hessian: Kernel, parameters: tuple[float, ...], share: float, weight: float
) -> Problem:
    made = source(parameters)
    penalty = Penalty(weight * share, weight * (1 - share))
    return Problem(forgiving(gradient), forgiving(hessian), made, penalty)


@lru_cache(maxsize=64)
def _branch(
    gradient: Kernel,
    hessian: Kernel,
    parameters: tuple[float, ...],
    share: float,
    start: tuple[float, ...],
    diagonal: float,
) -> tuple[Array, Array]:
    """Weights (n,) from 0 and the minima (n, D) under them; `share` of a weight is L1.

    A minimum at zero stays there whatever the weight: it is the penalty's own.
    """
    weights, points = [0.0], [np.array(start)]
    ratio, low, high = 4.0, 0.0, 1e-4
    while len(weights) < _POINTS and ratio > _NEXT and 1e-30 < high < 1e15:
        if _near(points[-1], np.zeros(len(start)), diagonal):
            break
        problem = _problem(gradient, hessian, parameters, share, high)
        found = minimise(problem, points[-1], _MOVE * diagonal)
        move = math.inf if found is None else float(np.hypot(*np.resize(found - points[-1], 2)))
        if found is None or move > _MOVE * diagonal:
            ratio = math.sqrt(ratio) if low else ratio
            high = low * ratio if low else high / 16
            continue
        weights.append(high)
        points.append(found)
        ratio = min(ratio**2, 10.0) if move < _CREEP * diagonal else ratio
        low, high = high, high * ratio
    return np.array(weights), np.array(points)
