"""McCormick's function: a valley with a wave along it."""

from math import cos, pi, sin
from types import MappingProxyType
from typing import Literal

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = sin(x + y) + (x - y)² - 1.5x + 2.5y + 1 and its gradient."""
    for j in range(x.shape[1]):
        s = x[0, j] + x[1, j]
        d = x[0, j] - x[1, j]
        f[j] = sin(s) + d**2 - 1.5 * x[0, j] + 2.5 * x[1, j] + 1
        g[0, j] = cos(s) + 2 * d - 1.5
        g[1, j] = cos(s) - 2 * d + 2.5


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        w = sin(x[0, j] + x[1, j])
        c[0, 0, j] = 2 - w
        c[0, 1, j] = -2 - w
        c[1, 0, j] = -2 - w
        c[1, 1, j] = 2 - w


def _point(s: float, kind: Literal["global", "local", "saddle"]) -> Point:
    """Give the stationary point with x + y = s; all have x - y = 1 and cos s = -1/2."""
    return Point(((s + 1) / 2, (s - 1) / 2), sin(s) + s / 2, kind)


def minima() -> tuple[Point, ...]:
    """Give both minima of the usual rectangle; outside, to the lower left, it falls further."""
    return _point(-2 * pi / 3, "global"), _point(4 * pi / 3, "local")


def saddles() -> tuple[Point, ...]:
    """Give the pass between them."""
    return (_point(2 * pi / 3, "saddle"),)


SPEC = Landscape(
    key="mccormick",
    title="McCormick",
    gradient=gradient,
    hessian=hessian,
    bounds=((-1.5, 4.0), (-3.0, 4.0)),
    start=(3.6, 3.0),
    teaches="A wave along a valley: plain descent stops in the first trough, which is not the "
    "lowest in view.",
    source="McCormick 1976; Jamil & Yang 2013, function 72",
    formula=r"\sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.15,
            "momentum": 0.015,
            "nesterov": 0.2,
            "adagrad": 1.0,
            "rmsprop": 0.15,
            "adam": 0.07,
            "adabelief": 0.07,
            "adadelta": 10.0,
            "adamax": 0.07,
            "adamw": 0.07,
            "adan": 0.03,
            "asgd": 0.15,
            "heavy_ball": 0.015,
            "lion": 0.03,
            "nadam": 0.03,
            "novograd": 0.005,
            "radam": 0.15,
            "ranger": 0.15,
            "rprop": 0.3,
            "sam": 0.05,
            "schedule_free_adamw": 0.07,
            "schedule_free_sgd": 0.5,
            "sgld": 0.15,
            "signsgd": 0.05,
            "yogi": 0.07,
        }
    ),
)
