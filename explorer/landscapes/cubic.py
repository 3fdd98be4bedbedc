"""A cubic with an inflection, in one dimension."""

from math import sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x³ + c·x and its slope."""
    c = problem[0][0]
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 3 + c * x[0, j]
        g[0, j] = 3 * x[0, j] ** 2 + c


def hessian(problem, x, c):
    """Fill the curvature, which changes sign at the inflection."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 6 * x[0, j]


def minima(c: float) -> tuple[Point, ...]:
    """Give the dip right of the inflection, if there is one; further left it is lower still."""
    x = sqrt(-c / 3)
    return (Point((x,), x**3 + c * x, "local"),) if c < 0 else ()


def saddles(c: float) -> tuple[Point, ...]:
    """Give the inflection where it is level: stationary, and neither minimum nor maximum."""
    return () if c < 0 else (Point((0.0,), 0.0, "saddle"),)


SPEC = Landscape(
    key="cubic",
    title="Cubic",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0),),
    start=(1.5,),
    teaches="At a level inflection the slope vanishes though nothing is reached: "
    "plain descent of small steps never gets past it, momentum does.",
    source="Nocedal & Wright 2006, Numerical Optimization: stationary is not minimal",
    formula=r"x^3 + c\,x",
    parameters=(
        Hyper(
            "c",
            0.0,
            low=-100.0,
            high=0.0,
            slider=(-3.0, 0.0),
            help="The slope at the inflection; below 0 there is a dip to the right of it.",
        ),
    ),
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.001,
            "nesterov": 0.001,
            "adagrad": 0.2,
            "rmsprop": 0.02,
            "adam": 0.05,
            "adabelief": 0.03,
            "adadelta": 30.0,
            "adamax": 0.05,
            "adamw": 0.05,
            "adan": 0.02,
            "asgd": 0.02,
            "heavy_ball": 0.001,
            "lion": 0.02,
            "nadam": 0.03,
            "novograd": 0.002,
            "radam": 0.05,
            "ranger": 0.1,
            "rprop": 0.001,
            "sam": 0.015,
            "schedule_free_adamw": 0.05,
            "schedule_free_sgd": 0.03,
            "sgld": 0.01,
            "signsgd": 0.02,
            "yogi": 0.05,
        }
    ),
    levels="linear",
)
