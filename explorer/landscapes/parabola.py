"""The parabola, in one dimension."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x² and its slope."""
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 2
        g[0, j] = 2 * x[0, j]


def hessian(problem, x, c):
    """Fill the curvature, 2 everywhere."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 2.0


def minima() -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0,), 0.0),)


SPEC = Landscape(
    key="parabola",
    title="Parabola",
    gradient=gradient,
    hessian=hessian,
    bounds=((-6.0, 6.0),),
    start=(5.0,),
    teaches="The first example: each step multiplies x by 1 - 2·lr, and past lr = 1 it diverges.",
    source="Cauchy 1847",
    formula=r"x^2",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.1,
            "momentum": 0.01,
            "nesterov": 0.01,
            "adagrad": 1.0,
            "rmsprop": 0.05,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 50.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.1,
            "heavy_ball": 0.01,
            "lion": 0.2,
            "nadam": 0.07,
            "novograd": 0.02,
            "radam": 0.3,
            "ranger": 0.3,
            "rprop": 0.7,
            "sam": 0.1,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.3,
            "sgld": 0.1,
            "signsgd": 0.2,
            "yogi": 0.15,
        }
    ),
    gauss_newton=hessian,
)
