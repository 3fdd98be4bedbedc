"""One equation, two unknowns: every method ends elsewhere."""

from math import copysign
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (a1·x + a2·y - b)²/2 and its gradient."""
    a1, a2, b = problem[0][0], problem[0][1], problem[0][2]
    for j in range(x.shape[1]):
        r = a1 * x[0, j] + a2 * x[1, j] - b
        f[j] = r**2 / 2
        g[0, j] = a1 * r
        g[1, j] = a2 * r


def hessian(problem, x, c):
    """Fill the Hessian, the same everywhere; with a linear residual it is 2JᵀJ as well."""
    a1, a2 = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        c[0, 0, j] = a1**2
        c[0, 1, j] = a1 * a2
        c[1, 0, j] = a1 * a2
        c[1, 1, j] = a2**2


def minima(a1: float, a2: float, b: float) -> tuple[Point, ...]:
    """Give two of the many minima: the shortest, and the one with coordinates of equal size.

    From (0, 0) gradient descent ends in the first, b·a/‖a‖², and methods that scale each
    coordinate in the second, b·sign(a)/‖a‖₁.
    """
    short = b / (a1**2 + a2**2)
    equal = b / (a1 + abs(a2))
    found = {(short * a1, short * a2)}
    found.add((equal, copysign(equal, a2 * b) if a2 else 0.0))
    return tuple(Point(x, 0.0) for x in sorted(found))


SPEC = Landscape(
    key="wilson",
    title="Wilson's line",
    gradient=gradient,
    hessian=hessian,
    bounds=((-1.0, 2.0), (-1.0, 2.0)),
    start=(0.0, 0.0),
    teaches="Every point of a line solves it: gradient descent finds the shortest solution, "
    "adaptive methods the one whose coordinates are equal in size.",
    source="Wilson et al. 2017, The Marginal Value of Adaptive Gradient Methods, lemma 3.1",
    formula=r"\frac{1}{2}(a_1 x + a_2 y - b)^2",
    parameters=(
        Hyper("a1", 3.0, low=0.01, high=100.0, slider=(0.1, 5.0), help="The weight of x."),
        Hyper("a2", 1.0, low=-100.0, high=100.0, slider=(-5.0, 5.0), help="The weight of y."),
        Hyper(
            "b",
            2.0,
            low=-100.0,
            high=100.0,
            slider=(-4.0, 4.0),
            help="What the weighted sum of x and y has to be.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.05,
            "momentum": 0.003,
            "nesterov": 0.05,
            "adagrad": 0.3,
            "rmsprop": 0.03,
            "adam": 0.03,
            "adabelief": 0.03,
            "adadelta": 50.0,
            "adamax": 0.03,
            "adamw": 0.03,
            "adan": 0.015,
            "asgd": 0.05,
            "heavy_ball": 0.003,
            "lion": 0.02,
            "nadam": 0.015,
            "novograd": 0.002,
            "radam": 0.03,
            "ranger": 0.07,
            "rprop": 0.15,
            "sam": 0.007,
            "schedule_free_adamw": 0.03,
            "schedule_free_sgd": 0.1,
            "sgld": 0.003,
            "signsgd": 0.05,
            "yogi": 0.03,
        }
    ),
    gauss_newton=hessian,
)
