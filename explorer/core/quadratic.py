"""The quadratic that fits a loss at a point: its level lines, and the steps that it suggests."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .language import tr

Array = NDArray[np.float64]
_CORNERS = 128
# Curvatures that differ by more than this are zero and not zero.
_FLAT = 1e-12
# Of the view's longer side: level lines of a half-axis in between are drawn where they belong,
# others are drawn with one of so much.
_LEAST, _MOST, _SHOWN = 0.02, 0.6, 0.12


@dataclass(frozen=True, slots=True)
class Quadratic:
    """value + g·s + s·H·s/2 about a point (D,), with gradient g (D,) and hessian H (D, D)."""

    point: Array
    value: float
    gradient: Array
    hessian: Array

    def at(self, points: Array) -> Array:
        """Its values (n,) at points (n, D)."""
        s = np.asarray(points - self.point)
        with np.errstate(over="ignore", invalid="ignore"):
            bent = np.einsum("ni,ij,nj->n", s, self.hessian, s)
            return np.asarray(self.value + s @ self.gradient + bent / 2)

    @property
    def newton(self) -> Array | None:
        """Newton's step (D,), to where it is stationary; None where the Hessian is singular."""
        sizes = np.abs(np.linalg.eigvalsh(self.hessian))
        if not sizes.min() > _FLAT * max(float(sizes.max()), 1e-300):
            return None
        step = np.asarray(-np.linalg.solve(self.hessian, self.gradient), dtype=float)
        return step if np.isfinite(step).all() else None


def along(model: Quadratic, direction: Array, distances: Array) -> Array:
    """Its values (n,) at distances (n,) from its point along a direction (D,) of length 1.

    They are infinite, or nan, where a float cannot hold them: far out on a run that diverges.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        slope = float(model.gradient @ direction)
        bend = float(direction @ model.hessian @ direction)
        made: Array = model.value + slope * distances + bend / 2 * distances**2
    return made


def kind(model: Quadratic) -> str:
    """What Newton's step leads to: a minimum, a saddle or a maximum; nothing where it is flat."""
    if model.newton is None:
        return ""
    sizes = np.linalg.eigvalsh(model.hessian)
    if sizes[0] > 0:
        return "minimum"
    return "maximum" if sizes[-1] < 0 else "saddle"


def level(model: Quadratic, step: Array, reach: float) -> tuple[tuple[Array, ...], str]:
    """A level line of the model of two dimensions, curves (n, 2), and in words which one.

    An ellipse, or about a saddle the two branches of a hyperbola. It is that through the end of a
    step (2,), else that through the point, else, where both are too small or too large for a view
    `reach` long, one of a size that is seen. Nothing where the Hessian is singular.
    """
    away = model.newton
    if away is None:
        return (), ""
    centre = model.point + away
    sizes, axes = np.linalg.eigh(model.hessian)
    wanted = (
        (tr("through the gradient step's end"), step),
        (tr("through the run's point"), 0 * step),
    )
    for words, offset in wanted:
        gap = offset - away
        # what (p − centre)·H·(p − centre) is on the line
        with np.errstate(all="ignore"):  # a step may end where squares leave the floats
            constant = float(gap @ model.hessian @ gap)
        if _LEAST * reach <= _size(sizes, constant) <= _MOST * reach:
            return _curves(centre, sizes, axes, constant, reach), words
    sign = -1.0 if sizes[-1] < 0 else 1.0
    constant = sign * (_SHOWN * reach) ** 2 * float(np.abs(sizes).min())
    if not math.isfinite(constant):
        return (), ""
    return _curves(centre, sizes, axes, constant, reach), tr("in shape, not to scale")


def _size(sizes: Array, constant: float) -> float:
    """The longest real half-axis of the level line of a constant."""
    with np.errstate(all="ignore"):
        squares = constant / sizes
    good = squares[np.isfinite(squares) & (squares > 0)]
    return float(np.sqrt(good.max())) if good.size else 0.0


def _curves(
    centre: Array, sizes: Array, axes: Array, constant: float, reach: float
) -> tuple[Array, ...]:
    if sizes[0] * sizes[1] > 0:
        angle = 2 * np.pi * np.arange(_CORNERS + 1) / _CORNERS
        round_ = np.column_stack([np.cos(angle), np.sin(angle)]) * np.sqrt(constant / sizes)
        return (centre + round_ @ axes.T,)
    # the axis on which the branches have their tips has the sign of the constant
    tip = int(sizes[1] * constant > 0)
    half = np.sqrt(constant / sizes[tip])
    other = np.sqrt(-constant / sizes[1 - tip])
    # far enough to leave the view, with more points near the tips
    most = np.arcsinh(2 * reach / min(half, other))
    turn = np.linspace(-most, most, _CORNERS + 1)
    found = []
    for side in (1.0, -1.0):
        place = np.empty((len(turn), 2))
        place[:, tip], place[:, 1 - tip] = side * half * np.cosh(turn), other * np.sinh(turn)
        found.append(centre + place @ axes.T)
    return tuple(found)
