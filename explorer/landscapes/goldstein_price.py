"""Goldstein and Price's function."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = A(x + y)·B(2x - 3y) and its gradient; A and B are quartics.

    A(s) = 1 + (s + 1)²·(19 - 14s + 3s²) and B(d) = 30 + d²·(18 - 16d + 3d²) are what the usual
    expression comes to; A' = 12·(s + 1)·(s - 1)·(s - 2) and B' = 12d·(d - 1)·(d - 3).
    """
    for j in range(x.shape[1]):
        s = x[0, j] + x[1, j]
        d = 2 * x[0, j] - 3 * x[1, j]
        a = 1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)
        b = 30 + d**2 * (18 - 16 * d + 3 * d**2)
        u = 12 * (s + 1) * (s - 1) * (s - 2) * b
        v = 12 * a * d * (d - 1) * (d - 3)
        f[j] = a * b
        g[0, j] = u + 2 * v
        g[1, j] = u - 3 * v


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        s = x[0, j] + x[1, j]
        d = 2 * x[0, j] - 3 * x[1, j]
        a = 1 + (s + 1) ** 2 * (19 - 14 * s + 3 * s**2)
        b = 30 + d**2 * (18 - 16 * d + 3 * d**2)
        both = 144 * (s + 1) * (s - 1) * (s - 2) * d * (d - 1) * (d - 3)
        u = 12 * (3 * s**2 - 4 * s - 1) * b
        v = 12 * (3 * d**2 - 8 * d + 3) * a
        c[0, 0, j] = u + 4 * both + 4 * v
        c[0, 1, j] = u - both - 6 * v
        c[1, 0, j] = u - both - 6 * v
        c[1, 1, j] = u - 6 * both + 9 * v


def minima() -> tuple[Point, ...]:
    """Give the four minima: x + y is -1 or 2 and 2x - 3y is 3 or 0."""
    return (
        Point((0.0, -1.0), 3.0),
        Point((-0.6, -0.4), 30.0, "local"),
        Point((1.8, 0.2), 84.0, "local"),
        Point((1.2, 0.8), 840.0, "local"),
    )


def saddles() -> tuple[Point, ...]:
    """Give the four saddles: x + y is 1 or 2x - 3y is 1, where one quartic has its hump."""
    return (
        Point((-0.4, -0.6), 35.0, "saddle"),
        Point((1.4, 0.6), 980.0, "saddle"),
        Point((0.6, 0.4), 990.0, "saddle"),
        Point((1.2, -0.2), 99.0, "saddle"),
    )


SPEC = Landscape(
    key="goldstein_price",
    title="Goldstein-Price",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.5, 0.5),
    teaches="Losses from 3 to a million in one square: a rate for the walls is nothing to the "
    "valleys.",
    source="Goldstein & Price 1971; Jamil & Yang 2013, function 47",
    formula=r"\left[1 + (s + 1)^2(19 - 14s + 3s^2)\right]\left[30 + d^2(18 - 16d + 3d^2)\right]"
    r",\; s = x + y,\; d = 2x - 3y",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.0002,
            "momentum": 2e-05,
            "nesterov": 5e-05,
            "adagrad": 0.7,
            "rmsprop": 0.07,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 10.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.02,
            "asgd": 0.0002,
            "heavy_ball": 2e-05,
            "lion": 0.05,
            "nadam": 0.05,
            "novograd": 0.015,
            "radam": 0.0001,
            "ranger": 0.0002,
            "rprop": 0.2,
            "sam": 2e-05,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.0002,
            "sgld": 0.0002,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
