"""Lévy's function number 13: wells upon wells."""

from math import cos, pi, sin
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill the loss and its gradient.

    f = sin²3πx + (x - 1)²·(1 + sin²3πy) + (y - 1)²·(1 + sin²2πy)
    """
    for j in range(x.shape[1]):
        a = x[0, j] - 1
        b = x[1, j] - 1
        u = 1 + sin(3 * pi * x[1, j]) ** 2
        v = 1 + sin(2 * pi * x[1, j]) ** 2
        f[j] = sin(3 * pi * x[0, j]) ** 2 + a**2 * u + b**2 * v
        g[0, j] = 3 * pi * sin(6 * pi * x[0, j]) + 2 * a * u
        g[1, j] = 3 * pi * a**2 * sin(6 * pi * x[1, j]) + 2 * b * v
        g[1, j] += 2 * pi * b**2 * sin(4 * pi * x[1, j])


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        a = x[0, j] - 1
        b = x[1, j] - 1
        u = 1 + sin(3 * pi * x[1, j]) ** 2
        v = 1 + sin(2 * pi * x[1, j]) ** 2
        mixed = 6 * pi * a * sin(6 * pi * x[1, j])
        c[0, 0, j] = 18 * pi**2 * cos(6 * pi * x[0, j]) + 2 * u
        c[0, 1, j] = mixed
        c[1, 0, j] = mixed
        c[1, 1, j] = 18 * pi**2 * a**2 * cos(6 * pi * x[1, j]) + 2 * v
        c[1, 1, j] += 8 * pi * b * sin(4 * pi * x[1, j])
        c[1, 1, j] += 8 * pi**2 * b**2 * cos(4 * pi * x[1, j])


def minima() -> tuple[Point, ...]:
    """Give the global minimum; the local ones, dozens in the square, would bury the picture."""
    return (Point((1.0, 1.0), 0.0),)


SPEC = Landscape(
    key="levy",
    title="Lévy N. 13",
    gradient=gradient,
    hessian=hessian,
    bounds=((-1.0, 3.0), (-1.0, 3.0)),
    start=(-0.5, 2.4),
    teaches="Ripples much shorter than the bowl they lie in: the gradient tells of the ripples.",
    source="Lévy & Montalvo 1985; Surjanovic & Bingham 2013, function N. 13",
    formula=r"\sin^2 3\pi x + (x - 1)^2(1 + \sin^2 3\pi y) + (y - 1)^2(1 + \sin^2 2\pi y)",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.003,
            "momentum": 0.001,
            "nesterov": 0.003,
            "adagrad": 0.7,
            "rmsprop": 0.07,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 50.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.003,
            "heavy_ball": 0.001,
            "lion": 0.07,
            "nadam": 0.05,
            "novograd": 0.07,
            "radam": 0.15,
            "ranger": 0.2,
            "rprop": 0.2,
            "sam": 0.003,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.01,
            "sgld": 0.003,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
