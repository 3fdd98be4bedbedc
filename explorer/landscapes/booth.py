"""Booth's function: a tilted bowl."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x + 2y - 7)² + (2x + y - 5)² and its gradient."""
    for j in range(x.shape[1]):
        u = x[0, j] + 2 * x[1, j] - 7
        v = 2 * x[0, j] + x[1, j] - 5
        f[j] = u**2 + v**2
        g[0, j] = 2 * u + 4 * v
        g[1, j] = 4 * u + 2 * v


def hessian(problem, x, c):
    """Fill the Hessian, the same everywhere; with linear residuals it is 2JᵀJ as well."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 10.0
        c[0, 1, j] = 8.0
        c[1, 0, j] = 8.0
        c[1, 1, j] = 10.0


def minima() -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((1.0, 3.0), 0.0),)


SPEC = Landscape(
    key="booth",
    title="Booth",
    gradient=gradient,
    hessian=hessian,
    bounds=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, -4.0),
    teaches="A valley across the axes: scaling each coordinate by itself does not straighten it.",
    source="Jamil & Yang 2013, function 17",
    formula=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.05,
            "momentum": 0.005,
            "nesterov": 0.03,
            "adagrad": 3.0,
            "rmsprop": 0.5,
            "adam": 0.5,
            "adabelief": 0.5,
            "adadelta": 50.0,
            "adamax": 0.5,
            "adamw": 0.5,
            "adan": 0.3,
            "asgd": 0.05,
            "heavy_ball": 0.005,
            "lion": 0.3,
            "nadam": 0.3,
            "novograd": 0.05,
            "radam": 0.07,
            "ranger": 0.05,
            "rprop": 0.7,
            "sam": 0.02,
            "schedule_free_adamw": 0.5,
            "schedule_free_sgd": 0.05,
            "sgld": 0.05,
            "signsgd": 0.3,
            "yogi": 0.5,
        }
    ),
    gauss_newton=hessian,
)
