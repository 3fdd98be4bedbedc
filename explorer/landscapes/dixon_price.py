"""Dixon and Price's function: a parabolic valley with two ends."""

from math import sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x - 1)² + 2·(2y² - x)² and its gradient."""
    for j in range(x.shape[1]):
        u = x[0, j] - 1
        v = 2 * x[1, j] ** 2 - x[0, j]
        f[j] = u**2 + 2 * v**2
        g[0, j] = 2 * u - 4 * v
        g[1, j] = 16 * x[1, j] * v


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 6.0
        c[0, 1, j] = -16 * x[1, j]
        c[1, 0, j] = -16 * x[1, j]
        c[1, 1, j] = 96 * x[1, j] ** 2 - 16 * x[0, j]


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the residuals x - 1 and √2·(2y² - x)."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 6.0
        c[0, 1, j] = -16 * x[1, j]
        c[1, 0, j] = -16 * x[1, j]
        c[1, 1, j] = 64 * x[1, j] ** 2


def minima() -> tuple[Point, ...]:
    """Give both minima, where both squares vanish."""
    return Point((1.0, sqrt(0.5)), 0.0), Point((1.0, -sqrt(0.5)), 0.0)


def saddles() -> tuple[Point, ...]:
    """Give the pass between them."""
    return (Point((1 / 3, 0.0), 2 / 3, "saddle"),)


SPEC = Landscape(
    key="dixon_price",
    title="Dixon-Price",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 5.0), (-2.0, 2.0)),
    start=(4.5, 0.1),
    teaches="Two equal minima and a ridge between: a start near the ridge chooses late.",
    source="Dixon & Price 1989; Jamil & Yang 2013, function 48",
    formula=r"(x - 1)^2 + 2\,(2y^2 - x)^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.03,
            "momentum": 0.007,
            "nesterov": 0.02,
            "adagrad": 1.0,
            "rmsprop": 0.15,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 50.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 0.03,
            "heavy_ball": 0.007,
            "lion": 0.07,
            "nadam": 0.1,
            "novograd": 0.015,
            "radam": 0.15,
            "ranger": 0.15,
            "rprop": 0.2,
            "sam": 0.015,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 0.1,
            "sgld": 0.03,
            "signsgd": 0.03,
            "yogi": 0.2,
        }
    ),
    gauss_newton=gauss_newton,
)
