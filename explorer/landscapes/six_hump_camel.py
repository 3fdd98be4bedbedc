"""The six-hump camel."""

from types import MappingProxyType
from typing import Literal

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (4 - 2.1x² + x⁴/3)·x² + xy + 4·(y² - 1)·y² and its gradient."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        f[j] = 4 * a**2 - 2.1 * a**4 + a**6 / 3 + a * b - 4 * b**2 + 4 * b**4
        g[0, j] = 8 * a - 8.4 * a**3 + 2 * a**5 + b
        g[1, j] = a - 8 * b + 16 * b**3


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 8 - 25.2 * x[0, j] ** 2 + 10 * x[0, j] ** 4
        c[0, 1, j] = 1.0
        c[1, 0, j] = 1.0
        c[1, 1, j] = -8 + 48 * x[1, j] ** 2


def _both(
    x: float, y: float, f: float, kind: Literal["global", "local", "saddle"]
) -> tuple[Point, ...]:
    """Give a point and its mirror image in the origin."""
    return Point((x, y), f, kind), Point((-x, -y), f, kind)


def minima() -> tuple[Point, ...]:
    """Give the six minima, as Newton's method finds them."""
    return (
        *_both(0.08984201310031807, -0.7126564030207396, -1.0316284534898776, "global"),
        *_both(1.7036067149699812, -0.7960835686726251, -0.2154638243837217, "local"),
        *_both(1.6071047529201976, 0.5686514548841313, 2.1042503103112575, "local"),
    )


def saddles() -> tuple[Point, ...]:
    """Give the saddles, found the same way."""
    return (
        *_both(1.1092053368047863, -0.7682680925095399, 0.5437186009781854, "saddle"),
        *_both(1.6380679841897785, 0.22867406904439408, 2.229357197530714, "saddle"),
        *_both(1.2960702671671092, 0.6050843880386585, 2.229470818029861, "saddle"),
        Point((0.0, 0.0), 0.0, "saddle"),
    )


SPEC = Landscape(
    key="six_hump_camel",
    title="Six-hump camel",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.2, 2.2), (-1.2, 1.2)),
    start=(-1.9, 0.9),
    teaches="Six wells at three depths: of two that look alike from above, one is much deeper.",
    source="Dixon & Szegö 1978; Jamil & Yang 2013, function 30",
    formula=r"\left(4 - 2.1x^2 + \frac{x^4}{3}\right)x^2 + xy + 4\,(y^2 - 1)\,y^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.07,
            "nesterov": 0.05,
            "adagrad": 0.7,
            "rmsprop": 0.1,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 2.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.02,
            "heavy_ball": 0.07,
            "lion": 0.07,
            "nadam": 0.05,
            "novograd": 0.001,
            "radam": 0.1,
            "ranger": 0.2,
            "rprop": 0.2,
            "sam": 0.02,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.07,
            "sgld": 0.02,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
