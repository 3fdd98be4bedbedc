"""A hollow in a plateau."""

from math import exp
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = 1 - exp(-(x² + y²)/(2·width²)) and its gradient."""
    width = problem[0][0]
    for j in range(x.shape[1]):
        w = exp(-(x[0, j] ** 2 + x[1, j] ** 2) / (2 * width**2))
        f[j] = 1 - w
        g[0, j] = w * x[0, j] / width**2
        g[1, j] = w * x[1, j] / width**2


def hessian(problem, x, c):
    """Fill the Hessian; beyond one width the loss bends downward along the radius."""
    width = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j] / width
        b = x[1, j] / width
        w = exp(-(a**2 + b**2) / 2) / width**2
        c[0, 0, j] = w * (1 - a**2)
        c[0, 1, j] = -w * a * b
        c[1, 0, j] = -w * a * b
        c[1, 1, j] = w * (1 - b**2)


def minima(width: float) -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="plateau",
    title="Plateau",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.0, 4.0), (-3.0, 3.0)),
    start=(-2.8, 1.8),
    teaches="On the plateau the gradient all but vanishes: plain descent waits, methods that "
    "divide by its size walk on.",
    source="Dennis & Welsch 1978; Glorot & Bengio 2010 on plateaus of saturated networks",
    formula=r"1 - e^{-(x^2 + y^2)/(2w^2)}",
    parameters=(
        Hyper(
            "width",
            1.0,
            low=0.05,
            high=100.0,
            slider=(0.5, 3.0),
            symbol="w",
            help="How wide the hollow is.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 1.5,
            "momentum": 0.5,
            "nesterov": 0.7,
            "adagrad": 0.5,
            "rmsprop": 0.03,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 5.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 1.5,
            "heavy_ball": 0.5,
            "lion": 0.1,
            "nadam": 0.1,
            "novograd": 0.01,
            "radam": 0.5,
            "ranger": 0.5,
            "rprop": 0.15,
            "sam": 1.5,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 5.0,
            "sgld": 0.003,
            "signsgd": 0.1,
            "yogi": 0.2,
        }
    ),
)
