"""Schwefel's function: the best well is far from the second best."""

from math import cos, pi, sin, sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = Σ (418.98... - xᵢ·sin √|xᵢ|) and its gradient, which is continuous at 0."""
    for j in range(x.shape[1]):
        r = sqrt(abs(x[0, j]))
        s = sqrt(abs(x[1, j]))
        f[j] = 837.9657745448674 - x[0, j] * sin(r) - x[1, j] * sin(s)
        g[0, j] = -sin(r) - r * cos(r) / 2
        g[1, j] = -sin(s) - s * cos(s) / 2


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal; on the axes, where it grows without bound, 0."""
    for j in range(x.shape[1]):
        r = sqrt(abs(x[0, j]))
        s = sqrt(abs(x[1, j]))
        c[0, 0, j] = (r * sin(r) - 3 * cos(r)) * r / (4 * x[0, j]) if r > 0 else 0.0
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = (s * sin(s) - 3 * cos(s)) * s / (4 * x[1, j]) if s > 0 else 0.0


def _wells() -> list[tuple[float, float]]:
    """Give x and depth of the seven wells of x·sin √|x| within 500, the deepest last.

    Between (k + 1/2)π and (k + 1)π lies one root r of 2·tan r + r = 0: a well at r² where the sine
    is positive there and at -r² where it is negative.
    """
    wells = []
    for k in range(7):
        r = (k + 0.6) * pi
        for _ in range(20):
            slope = 1.5 * cos(r) - r * sin(r) / 2
            r -= (sin(r) + r * cos(r) / 2) / slope
        wells.append((r**2 if k % 2 == 0 else -(r**2), r**2 * abs(sin(r))))
    return wells


def minima() -> tuple[Point, ...]:
    """Give the 49 minima; the 98 saddles between them would bury the picture."""
    wells = _wells()
    floor = wells[-1][1]
    return tuple(
        Point((x, y), (floor - u) + (floor - v), "global" if u == v == floor else "local")
        for x, u in wells
        for y, v in wells
    )


SPEC = Landscape(
    key="schwefel",
    title="Schwefel",
    gradient=gradient,
    hessian=hessian,
    bounds=((-500.0, 500.0), (-500.0, 500.0)),
    start=(-250.0, 150.0),
    teaches="The better wells lie outward, and the second best is far from the best: what is "
    "learnt near one misleads about the other.",
    source="Schwefel 1981; Surjanovic & Bingham 2013",
    formula=r"837.9658 - x\,\sin\sqrt{|x|} - y\,\sin\sqrt{|y|}",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 1.5,
            "momentum": 0.15,
            "nesterov": 1.5,
            "adagrad": 20.0,
            "rmsprop": 20.0,
            "adam": 3.0,
            "adabelief": 3.0,
            "adadelta": 50.0,
            "adamax": 3.0,
            "adamw": 3.0,
            "adan": 1.5,
            "asgd": 1.5,
            "heavy_ball": 0.15,
            "lion": 1.5,
            "nadam": 1.5,
            "novograd": 0.3,
            "radam": 7.0,
            "ranger": 7.0,
            "rprop": 15.0,
            "sam": 1.5,
            "schedule_free_adamw": 3.0,
            "schedule_free_sgd": 5.0,
            "sgld": 1.5,
            "signsgd": 1.0,
            "yogi": 3.0,
        }
    ),
)
