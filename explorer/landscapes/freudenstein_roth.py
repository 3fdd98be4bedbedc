"""Freudenstein and Roth's function: a false bottom."""

from math import sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = u² + v² and its gradient.

    u = x - 13 + ((5 - y)·y - 2)·y and v = x - 29 + ((y + 1)·y - 14)·y
    """
    for j in range(x.shape[1]):
        b = x[1, j]
        u = x[0, j] - 13 + ((5 - b) * b - 2) * b
        v = x[0, j] - 29 + ((b + 1) * b - 14) * b
        f[j] = u**2 + v**2
        g[0, j] = 2 * (u + v)
        g[1, j] = 2 * (u * (10 * b - 3 * b**2 - 2) + v * (3 * b**2 + 2 * b - 14))


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        b = x[1, j]
        u = x[0, j] - 13 + ((5 - b) * b - 2) * b
        v = x[0, j] - 29 + ((b + 1) * b - 14) * b
        p = 10 * b - 3 * b**2 - 2
        q = 3 * b**2 + 2 * b - 14
        c[0, 0, j] = 4.0
        c[0, 1, j] = 2 * (p + q)
        c[1, 0, j] = 2 * (p + q)
        c[1, 1, j] = 2 * (p**2 + q**2 + u * (10 - 6 * b) + v * (6 * b + 2))


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the residuals u and v."""
    for j in range(x.shape[1]):
        b = x[1, j]
        p = 10 * b - 3 * b**2 - 2
        q = 3 * b**2 + 2 * b - 14
        c[0, 0, j] = 4.0
        c[0, 1, j] = 2 * (p + q)
        c[1, 0, j] = 2 * (p + q)
        c[1, 1, j] = 2 * (p**2 + q**2)


def _level(y: float) -> tuple[tuple[float, float], float]:
    """Give point and loss where u + v = 0 at that y."""
    u = 8 + 6 * y + 2 * y**2 - y**3
    return (21 + 8 * y - 3 * y**2, y), 2 * u**2


def minima() -> tuple[Point, ...]:
    """Give the minimum with both residuals 0, and the false one: u + v = 0 and u' = v'."""
    return Point((5.0, 4.0), 0.0), Point(*_level((2 - sqrt(22)) / 3), "local")


def saddles() -> tuple[Point, ...]:
    """Give the pass between them, the other root of u' = v'."""
    return (Point(*_level((2 + sqrt(22)) / 3), "saddle"),)


SPEC = Landscape(
    key="freudenstein_roth",
    title="Freudenstein-Roth",
    gradient=gradient,
    hessian=hessian,
    bounds=((-10.0, 30.0), (-3.0, 6.0)),
    start=(0.5, -2.0),
    teaches="From the usual start almost every method ends in the false minimum at 48.98.",
    source="Freudenstein & Roth 1963; Moré, Garbow & Hillstrom 1981, problem 2",
    formula=r"(x - 13 + 5y^2 - y^3 - 2y)^2 + (x - 29 + y^3 + y^2 - 14y)^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.001,
            "momentum": 0.001,
            "nesterov": 0.001,
            "adagrad": 7.0,
            "rmsprop": 0.7,
            "adam": 0.7,
            "adabelief": 0.7,
            "adadelta": 30.0,
            "adamax": 0.7,
            "adamw": 0.7,
            "adan": 0.3,
            "asgd": 0.001,
            "heavy_ball": 0.001,
            "lion": 0.07,
            "nadam": 0.3,
            "novograd": 0.015,
            "radam": 0.0015,
            "ranger": 0.0005,
            "rprop": 1.0,
            "sam": 0.0007,
            "schedule_free_adamw": 0.7,
            "schedule_free_sgd": 0.003,
            "sgld": 0.001,
            "signsgd": 0.05,
            "yogi": 0.7,
        }
    ),
    gauss_newton=gauss_newton,
)
