"""Bukin's function number 6: a knife-edge valley."""

from math import sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = 100·√|y - x²/100| + |x + 10|/100 and its gradient.

    In the bottom of the valley the slope grows without bound on both sides; there the root's part
    is taken as 0, and the modulus has slope 0 at its kink.
    """
    for j in range(x.shape[1]):
        u = x[1, j] - 0.01 * x[0, j] ** 2
        v = x[0, j] + 10
        r = sqrt(abs(u))
        w = 50 * r / u if r > 0 else 0.0
        f[j] = 100 * r + 0.01 * abs(v)
        side = 0.01 if v > 0 else -0.01
        g[0, j] = -0.02 * x[0, j] * w + (side if v != 0 else 0.0)
        g[1, j] = w


def hessian(problem, x, c):
    """Fill the Hessian; in the bottom of the valley 0."""
    for j in range(x.shape[1]):
        a = x[0, j]
        u = x[1, j] - 0.01 * a**2
        r = sqrt(abs(u))
        bend = -25 / r**3 if r > 0 else 0.0
        w = r / u if r > 0 else 0.0
        c[0, 0, j] = 0.0004 * a**2 * bend - w
        c[0, 1, j] = -0.02 * a * bend
        c[1, 0, j] = -0.02 * a * bend
        c[1, 1, j] = bend


def minima() -> tuple[Point, ...]:
    """Give the one minimum, in the bottom of the valley."""
    return (Point((-10.0, 1.0), 0.0),)


SPEC = Landscape(
    key="bukin6",
    title="Bukin N. 6",
    gradient=gradient,
    hessian=hessian,
    bounds=((-15.0, -5.0), (-3.0, 3.0)),
    start=(-6.5, 2.0),
    teaches="A valley with an edge for a floor: every step leaps across it, and the slope never "
    "tells the way along.",
    source="Bukin 1997; Jamil & Yang 2013, function 28",
    formula=r"100\sqrt{\left|y - \frac{x^2}{100}\right|} + \frac{|x + 10|}{100}",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.0001,
            "momentum": 7e-05,
            "nesterov": 3e-05,
            "adagrad": 0.1,
            "rmsprop": 0.007,
            "adam": 0.015,
            "adabelief": 0.015,
            "adadelta": 7.0,
            "adamax": 0.015,
            "adamw": 0.015,
            "adan": 0.007,
            "asgd": 0.0001,
            "heavy_ball": 7e-05,
            "lion": 0.015,
            "nadam": 0.007,
            "novograd": 0.002,
            "radam": 0.007,
            "ranger": 0.015,
            "rprop": 0.2,
            "sam": 0.0001,
            "schedule_free_adamw": 0.015,
            "schedule_free_sgd": 0.0003,
            "sgld": 0.0001,
            "signsgd": 0.03,
            "yogi": 0.015,
        }
    ),
)
