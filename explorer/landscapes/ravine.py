"""A quadratic ravine whose condition number and direction can be set."""

from math import cos, pi, sin
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (u² + κ·v²) / 2 and its gradient; (u, v) are the axes turned by `rotation`."""
    condition, rotation = problem[0][0], problem[0][1]
    cosine = cos(pi * rotation / 180)
    sine = sin(pi * rotation / 180)
    for j in range(x.shape[1]):
        u = cosine * x[0, j] + sine * x[1, j]
        v = cosine * x[1, j] - sine * x[0, j]
        f[j] = (u**2 + condition * v**2) / 2
        g[0, j] = cosine * u - condition * sine * v
        g[1, j] = sine * u + condition * cosine * v


def hessian(problem, x, c):
    """Fill the Hessian: eigenvalues 1 along u and κ along v."""
    condition, rotation = problem[0][0], problem[0][1]
    cosine = cos(pi * rotation / 180)
    sine = sin(pi * rotation / 180)
    for j in range(x.shape[1]):
        c[0, 0, j] = cosine**2 + condition * sine**2
        c[0, 1, j] = (1 - condition) * cosine * sine
        c[1, 0, j] = (1 - condition) * cosine * sine
        c[1, 1, j] = sine**2 + condition * cosine**2


def minima(condition: float, rotation: float) -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="ravine",
    title="Ravine",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 5.0), (-3.0, 3.0)),
    start=(-4.0, 2.0),
    teaches="A long valley makes gradient descent zigzag; momentum and scaling straighten the way.",
    source="Polyak 1964; Goh 2017, Why Momentum Really Works",
    formula=r"\frac{1}{2}\left(u^2 + \kappa v^2\right)",
    parameters=(
        Hyper(
            "condition",
            30.0,
            low=1.0,
            scale="log",
            slider=(1.0, 1000.0),
            symbol="κ",
            help="Condition number: how much steeper the walls are than the floor.",
        ),
        Hyper(
            "rotation",
            0.0,
            low=-180.0,
            high=180.0,
            slider=(-90.0, 90.0),
            symbol="φ",
            help="Direction of the valley floor, in degrees from the x axis.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.06,
            "momentum": 0.02,
            "nesterov": 0.02,
            "adagrad": 0.7,
            "rmsprop": 0.05,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 30.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.06,
            "heavy_ball": 0.02,
            "lion": 0.15,
            "nadam": 0.05,
            "novograd": 0.015,
            "radam": 0.1,
            "ranger": 0.03,
            "rprop": 0.5,
            "sam": 0.02,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.1,
            "sgld": 0.06,
            "signsgd": 0.15,
            "yogi": 0.1,
        }
    ),
    gauss_newton=hessian,
)
