"""Easom's function: a well in an endless plain."""

from math import cos, exp, pi, sin
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = -cos x·cos y·exp(-(x - π)² - (y - π)²) and its gradient."""
    for j in range(x.shape[1]):
        a = x[0, j] - pi
        b = x[1, j] - pi
        w = exp(-(a**2) - b**2)
        f[j] = -cos(a) * cos(b) * w
        g[0, j] = (sin(a) + 2 * a * cos(a)) * cos(b) * w
        g[1, j] = (sin(b) + 2 * b * cos(b)) * cos(a) * w


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        a = x[0, j] - pi
        b = x[1, j] - pi
        w = exp(-(a**2) - b**2)
        p = sin(a) + 2 * a * cos(a)
        q = sin(b) + 2 * b * cos(b)
        c[0, 0, j] = ((3 - 4 * a**2) * cos(a) - 4 * a * sin(a)) * cos(b) * w
        c[0, 1, j] = -p * q * w
        c[1, 0, j] = -p * q * w
        c[1, 1, j] = ((3 - 4 * b**2) * cos(b) - 4 * b * sin(b)) * cos(a) * w


def minima() -> tuple[Point, ...]:
    """Give the well and four hardly visible dips, at the roots of tan a + 2a = 0."""
    a = 1.8
    for _ in range(8):
        a -= (sin(a) + 2 * a * cos(a)) / (3 * cos(a) - 2 * a * sin(a))
    f = -(cos(a) ** 2) * exp(-2 * a**2)
    dips = [Point((pi + p, pi + q), f, "local") for p in (-a, a) for q in (-a, a)]
    return Point((pi, pi), -1.0), *dips


def saddles() -> tuple[Point, ...]:
    """Give the four saddles, where both cosines vanish."""
    sides = (pi / 2, 3 * pi / 2)
    return tuple(Point((x, y), 0.0, "saddle") for x in sides for y in sides)


SPEC = Landscape(
    key="easom",
    title="Easom",
    gradient=gradient,
    hessian=hessian,
    bounds=((-0.5, 6.8), (-0.5, 6.8)),
    start=(4.2, 2.1),
    teaches="A needle in a plain: a little further out there is nothing to tell where it is.",
    source="Easom 1990; Jamil & Yang 2013, function 50",
    formula=r"-\cos x\,\cos y\;e^{-(x - \pi)^2 - (y - \pi)^2}",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.3,
            "momentum": 0.07,
            "nesterov": 0.2,
            "adagrad": 0.2,
            "rmsprop": 0.02,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 15.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 0.3,
            "heavy_ball": 0.07,
            "lion": 0.03,
            "nadam": 0.1,
            "novograd": 0.005,
            "radam": 0.5,
            "ranger": 0.5,
            "rprop": 0.2,
            "sam": 0.07,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 1.0,
            "sgld": 0.015,
            "signsgd": 0.03,
            "yogi": 0.2,
        }
    ),
)
