"""Griewank's function: a wide bowl under waves."""

from math import cos, pi, sin, sqrt
from types import MappingProxyType
from typing import Literal

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = 1 + (x² + y²)/4000 - cos x·cos(y/√2) and its gradient."""
    root = sqrt(2)
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j] / root
        f[j] = 1 + (x[0, j] ** 2 + x[1, j] ** 2) / 4000 - cos(a) * cos(b)
        g[0, j] = x[0, j] / 2000 + sin(a) * cos(b)
        g[1, j] = x[1, j] / 2000 + cos(a) * sin(b) / root


def hessian(problem, x, c):
    """Fill the Hessian."""
    root = sqrt(2)
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j] / root
        c[0, 0, j] = 1 / 2000 + cos(a) * cos(b)
        c[0, 1, j] = -sin(a) * sin(b) / root
        c[1, 0, j] = -sin(a) * sin(b) / root
        c[1, 1, j] = 1 / 2000 + cos(a) * cos(b) / 2


def _settle(a: float, b: float, kind: Literal["local", "saddle"]) -> Point:
    """Go by Newton's method from where the waves alone are stationary, a = x and b = y/√2."""
    for _ in range(6):
        u = a / 2000 + sin(a) * cos(b)
        v = b / 1000 + cos(a) * sin(b)
        straight, mixed = cos(a) * cos(b), -sin(a) * sin(b)
        p, q = 1 / 2000 + straight, 1 / 1000 + straight
        size = p * q - mixed**2
        a, b = a - (q * u - mixed * v) / size, b - (p * v - mixed * u) / size
    f = 1 + (a**2 + 2 * b**2) / 4000 - cos(a) * cos(b)
    return Point((a, sqrt(2) * b), f, kind)


def minima() -> tuple[Point, ...]:
    """Give the seven minima of the square."""
    pairs = ((-2, 0), (2, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
    return Point((0.0, 0.0), 0.0), *(_settle(k * pi, m * pi, "local") for k, m in pairs)


def saddles() -> tuple[Point, ...]:
    """Give its saddles, near where both cosines vanish."""
    return tuple(
        _settle(k * pi / 2, m * pi / 2, "saddle")
        for k in (-5, -3, -1, 1, 3, 5)
        for m in (-3, -1, 1, 3)
    )


SPEC = Landscape(
    key="griewank",
    title="Griewank",
    gradient=gradient,
    hessian=hessian,
    bounds=((-8.0, 8.0), (-8.0, 8.0)),
    start=(-5.0, 5.2),
    teaches="Seen close up all wells look alike: the bowl that tells them apart is almost flat.",
    source="Griewank 1981; Jamil & Yang 2013, function 49",
    formula=r"1 + \frac{x^2 + y^2}{4000} - \cos x\,\cos\frac{y}{\sqrt{2}}",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.5,
            "momentum": 0.05,
            "nesterov": 0.5,
            "adagrad": 0.5,
            "rmsprop": 0.05,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 10.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.5,
            "heavy_ball": 0.05,
            "lion": 0.07,
            "nadam": 0.07,
            "novograd": 0.007,
            "radam": 0.3,
            "ranger": 0.3,
            "rprop": 0.15,
            "sam": 0.15,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 1.5,
            "sgld": 0.03,
            "signsgd": 0.05,
            "yogi": 0.15,
        }
    ),
)
