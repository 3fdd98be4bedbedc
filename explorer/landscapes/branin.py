"""Branin's function: three equal minima along a winding valley."""

from math import cos, pi, sin
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (y - b·x² + c·x - 6)² + 10·(1 - t)·cos x + 10 and its gradient.

    b = 5.1/(4π²), c = 5/π and t = 1/(8π).
    """
    b = 5.1 / (4 * pi**2)
    c = 5 / pi
    height = 10 - 10 / (8 * pi)
    for j in range(x.shape[1]):
        a = x[0, j]
        u = x[1, j] - b * a**2 + c * a - 6
        f[j] = u**2 + height * cos(a) + 10
        g[0, j] = 2 * u * (c - 2 * b * a) - height * sin(a)
        g[1, j] = 2 * u


def hessian(problem, x, out):
    """Fill the Hessian."""
    b = 5.1 / (4 * pi**2)
    c = 5 / pi
    height = 10 - 10 / (8 * pi)
    for j in range(x.shape[1]):
        a = x[0, j]
        u = x[1, j] - b * a**2 + c * a - 6
        w = c - 2 * b * a
        out[0, 0, j] = 2 * w**2 - 4 * b * u - height * cos(a)
        out[0, 1, j] = 2 * w
        out[1, 0, j] = 2 * w
        out[1, 1, j] = 2.0


def _floor(x: float) -> float:
    """Give the y at which the square vanishes."""
    return 5.1 * (x / (2 * pi)) ** 2 - 5 * x / pi + 6


def minima() -> tuple[Point, ...]:
    """Give the three minima, where cos x = -1 and the square vanishes."""
    return tuple(Point((x, _floor(x)), 10 / (8 * pi)) for x in (-pi, pi, 3 * pi))


def saddles() -> tuple[Point, ...]:
    """Give the passes between them, where cos x = 1."""
    return tuple(Point((x, _floor(x)), 20 - 10 / (8 * pi), "saddle") for x in (0.0, 2 * pi))


SPEC = Landscape(
    key="branin",
    title="Branin",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 10.0), (0.0, 15.0)),
    start=(6.5, 12.0),
    teaches="Three minima equally good: the start and the rate choose, and none is the right one.",
    source="Branin 1972; Dixon & Szegö 1978; Jamil & Yang 2013, function 22",
    formula=r"\left(y - \frac{5.1}{4\pi^2}x^2 + \frac{5}{\pi}x - 6\right)^2"
    r" + 10\left(1 - \frac{1}{8\pi}\right)\cos x + 10",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.1,
            "momentum": 0.01,
            "nesterov": 0.07,
            "adagrad": 2.0,
            "rmsprop": 0.2,
            "adam": 0.3,
            "adabelief": 0.3,
            "adadelta": 50.0,
            "adamax": 0.3,
            "adamw": 0.3,
            "adan": 0.15,
            "asgd": 0.1,
            "heavy_ball": 0.01,
            "lion": 0.2,
            "nadam": 0.15,
            "novograd": 0.03,
            "radam": 0.15,
            "ranger": 0.3,
            "rprop": 0.7,
            "sam": 0.05,
            "schedule_free_adamw": 0.3,
            "schedule_free_sgd": 0.3,
            "sgld": 0.1,
            "signsgd": 0.15,
            "yogi": 0.3,
        }
    ),
)
