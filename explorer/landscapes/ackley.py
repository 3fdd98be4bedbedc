"""Ackley's funnel in a rippled plain."""

from math import cos, e, exp, pi, sin, sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = a + e - a·exp(-b·r) - exp((cos cx + cos cy)/2) and its gradient.

    r = √((x² + y²)/2) is the root mean square of the coordinates. The tip of the funnel has no
    gradient; there it is taken as 0.
    """
    a, b, c = problem[0][0], problem[0][1], problem[0][2]
    for j in range(x.shape[1]):
        r = sqrt((x[0, j] ** 2 + x[1, j] ** 2) / 2)
        funnel = a * exp(-b * r)
        ripple = exp((cos(c * x[0, j]) + cos(c * x[1, j])) / 2)
        f[j] = (a - funnel) + (e - ripple)
        pull = b * funnel / (2 * r) if r > 0 else 0.0
        g[0, j] = pull * x[0, j] + ripple * c / 2 * sin(c * x[0, j])
        g[1, j] = pull * x[1, j] + ripple * c / 2 * sin(c * x[1, j])


def hessian(problem, x, out):
    """Fill the Hessian; at the tip of the funnel, where it grows without bound, 0."""
    a, b, c = problem[0][0], problem[0][1], problem[0][2]
    for j in range(x.shape[1]):
        u = x[0, j]
        v = x[1, j]
        r = sqrt((u**2 + v**2) / 2)
        if r > 0:
            pull = b * a * exp(-b * r) / (2 * r)
            bend = -pull * (b + 1 / r) / (2 * r)
            ripple = exp((cos(c * u) + cos(c * v)) / 2)
            s = c / 2 * sin(c * u)
            t = c / 2 * sin(c * v)
            out[0, 0, j] = pull + bend * u**2 + ripple * (c**2 / 2 * cos(c * u) - s**2)
            out[0, 1, j] = bend * u * v - ripple * s * t
            out[1, 0, j] = bend * u * v - ripple * s * t
            out[1, 1, j] = pull + bend * v**2 + ripple * (c**2 / 2 * cos(c * v) - t**2)
        else:
            out[0, 0, j] = 0.0
            out[0, 1, j] = 0.0
            out[1, 0, j] = 0.0
            out[1, 1, j] = 0.0


def minima(a: float, b: float, c: float) -> tuple[Point, ...]:
    """Give the global minimum, where both exponentials are largest."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="ackley",
    title="Ackley",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-3.4, 2.7),
    teaches="Ripples hide the funnel: only a run that carries over small wells finds the middle.",
    source="Ackley 1987",
    formula=r"a + e - a\,e^{-b\sqrt{(x^2 + y^2)/2}} - e^{(\cos cx + \cos cy)/2}",
    parameters=(
        Hyper("a", 20.0, low=0.0, high=1000.0, slider=(0.0, 40.0), help="Depth of the funnel."),
        Hyper("b", 0.2, low=0.0, high=10.0, slider=(0.01, 1.0), help="How narrow the funnel is."),
        Hyper(
            "c", 2 * pi, low=0.0, high=100.0, slider=(0.5, 12.0), help="How close the ripples are."
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.05,
            "nesterov": 0.02,
            "adagrad": 1.0,
            "rmsprop": 0.15,
            "adam": 0.4,
            "adabelief": 0.4,
            "adadelta": 1.5,
            "adamax": 0.4,
            "adamw": 0.4,
            "adan": 0.2,
            "asgd": 0.02,
            "heavy_ball": 0.05,
            "lion": 0.15,
            "nadam": 0.2,
            "novograd": 0.15,
            "radam": 0.7,
            "ranger": 0.5,
            "rprop": 0.5,
            "sam": 0.02,
            "schedule_free_adamw": 0.5,
            "schedule_free_sgd": 0.07,
            "sgld": 0.02,
            "signsgd": 0.01,
            "yogi": 0.4,
        }
    ),
)
