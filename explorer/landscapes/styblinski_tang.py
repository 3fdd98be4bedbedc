"""Styblinski and Tang's function: two unequal wells along each axis."""

from math import acos, cos, pi, sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = Σ (xᵢ⁴ - 16xᵢ² + 5xᵢ) / 2 and its gradient."""
    for j in range(x.shape[1]):
        f[j] = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            f[j] += (x[i, j] ** 4 - 16 * x[i, j] ** 2 + 5 * x[i, j]) / 2
            g[i, j] = 2 * x[i, j] ** 3 - 16 * x[i, j] + 2.5


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 6 * x[0, j] ** 2 - 16
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 6 * x[1, j] ** 2 - 16


def _roots() -> tuple[tuple[float, float], ...]:
    """Give x and height of the deep well, the hump and the shallow well along one axis.

    They are the roots of x³ - 8x + 1.25, by Viète's formula with one step of Newton's method.
    """
    size = 2 * sqrt(8 / 3)
    angle = acos(-1.875 / 8 * sqrt(3 / 8))
    roots = []
    for k in (1, 2, 0):
        x = size * cos((angle + 2 * pi * k) / 3)
        x -= (x**3 - 8 * x + 1.25) / (3 * x**2 - 8)
        roots.append((x, (x**4 - 16 * x**2 + 5 * x) / 2))
    return tuple(roots)


def minima() -> tuple[Point, ...]:
    """Give the four minima, the deepest first."""
    deep, _, shallow = _roots()
    return (
        Point((deep[0], deep[0]), 2 * deep[1]),
        Point((deep[0], shallow[0]), deep[1] + shallow[1], "local"),
        Point((shallow[0], deep[0]), deep[1] + shallow[1], "local"),
        Point((shallow[0], shallow[0]), 2 * shallow[1], "local"),
    )


def saddles() -> tuple[Point, ...]:
    """Give the four saddles: a well along one axis, the hump along the other."""
    deep, hump, shallow = _roots()
    passes = ((deep, hump), (hump, deep), (shallow, hump), (hump, shallow))
    return tuple(Point((p[0], q[0]), p[1] + q[1], "saddle") for p, q in passes)


SPEC = Landscape(
    key="styblinski_tang",
    title="Styblinski-Tang",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.0, 4.0),
    teaches="Four wells of three depths: the start decides, unless momentum carries over the hump.",
    source="Styblinski & Tang 1990",
    formula=r"\frac{1}{2}\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.01,
            "momentum": 0.02,
            "nesterov": 0.02,
            "adagrad": 0.3,
            "rmsprop": 0.03,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 50.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.01,
            "heavy_ball": 0.02,
            "lion": 0.1,
            "nadam": 0.05,
            "novograd": 0.03,
            "radam": 0.07,
            "ranger": 0.07,
            "rprop": 0.5,
            "sam": 0.01,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.03,
            "sgld": 0.01,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
