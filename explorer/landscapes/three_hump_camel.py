"""The three-hump camel."""

from math import sqrt
from types import MappingProxyType
from typing import Literal

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = 2x² - 1.05x⁴ + x⁶/6 + xy + y² and its gradient."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        f[j] = 2 * a**2 - 1.05 * a**4 + a**6 / 6 + a * b + b**2
        g[0, j] = 4 * a - 4.2 * a**3 + a**5 + b
        g[1, j] = a + 2 * b


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 4 - 12.6 * x[0, j] ** 2 + 5 * x[0, j] ** 4
        c[0, 1, j] = 1.0
        c[1, 0, j] = 1.0
        c[1, 1, j] = 2.0


def _pair(square: float, kind: Literal["local", "saddle"]) -> tuple[Point, ...]:
    """Give both stationary points with that x²; y = -x/2, and x⁴ - 4.2x² + 3.5 = 0."""
    x = sqrt(square)
    f = 1.75 * square - 1.05 * square**2 + square**3 / 6
    return Point((-x, x / 2), f, kind), Point((x, -x / 2), f, kind)


def minima() -> tuple[Point, ...]:
    """Give the three minima, the lowest first."""
    return Point((0.0, 0.0), 0.0), *_pair(2.1 + sqrt(0.91), "local")


def saddles() -> tuple[Point, ...]:
    """Give the two passes between them."""
    return _pair(2.1 - sqrt(0.91), "saddle")


SPEC = Landscape(
    key="three_hump_camel",
    title="Three-hump camel",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.5, 2.5), (-2.5, 2.5)),
    start=(2.2, 1.5),
    teaches="A good well between two poor ones: from the side, plain descent takes the poor one.",
    source="Jamil & Yang 2013, function 29",
    formula=r"2x^2 - 1.05x^4 + \frac{x^6}{6} + xy + y^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.1,
            "momentum": 0.015,
            "nesterov": 0.015,
            "adagrad": 0.7,
            "rmsprop": 0.1,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 20.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.1,
            "heavy_ball": 0.015,
            "lion": 0.07,
            "nadam": 0.07,
            "novograd": 0.015,
            "radam": 0.05,
            "ranger": 0.1,
            "rprop": 0.15,
            "sam": 0.05,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.15,
            "sgld": 0.05,
            "signsgd": 0.05,
            "yogi": 0.15,
        }
    ),
)
