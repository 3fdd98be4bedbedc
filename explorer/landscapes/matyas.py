"""Matyas's function: a long flat valley along the diagonal."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = 0.26·(x² + y²) - 0.48·xy and its gradient."""
    for j in range(x.shape[1]):
        f[j] = 0.26 * (x[0, j] ** 2 + x[1, j] ** 2) - 0.48 * x[0, j] * x[1, j]
        g[0, j] = 0.52 * x[0, j] - 0.48 * x[1, j]
        g[1, j] = 0.52 * x[1, j] - 0.48 * x[0, j]


def hessian(problem, x, c):
    """Fill the Hessian: 0.04 along the diagonal and 1 across it.

    The loss is ((x + y)/10)² + ((x - y)/2)², so this is 2JᵀJ as well.
    """
    for j in range(x.shape[1]):
        c[0, 0, j] = 0.52
        c[0, 1, j] = -0.48
        c[1, 0, j] = -0.48
        c[1, 1, j] = 0.52


def minima() -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="matyas",
    title="Matyas",
    gradient=gradient,
    hessian=hessian,
    bounds=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-9.0, 3.0),
    teaches="25 times as steep across the diagonal as along it: down into the valley at once, "
    "then slowly home.",
    source="Jamil & Yang 2013, function 71",
    formula=r"0.26\,(x^2 + y^2) - 0.48\,xy",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 1.5,
            "momentum": 0.2,
            "nesterov": 0.5,
            "adagrad": 3.0,
            "rmsprop": 0.5,
            "adam": 0.5,
            "adabelief": 0.5,
            "adadelta": 50.0,
            "adamax": 0.5,
            "adamw": 0.5,
            "adan": 0.3,
            "asgd": 1.5,
            "heavy_ball": 0.2,
            "lion": 0.3,
            "nadam": 0.3,
            "novograd": 0.05,
            "radam": 1.0,
            "ranger": 1.0,
            "rprop": 0.15,
            "sam": 0.7,
            "schedule_free_adamw": 0.5,
            "schedule_free_sgd": 2.0,
            "sgld": 1.5,
            "signsgd": 0.3,
            "yogi": 0.5,
        }
    ),
    gauss_newton=hessian,
)
