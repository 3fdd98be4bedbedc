"""A quartic with waves on it, in one dimension."""

from functools import lru_cache
from math import ceil, cos, sin
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x⁴/40 + A·sin 3x and its slope."""
    A = problem[0][0]
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 4 / 40 + A * sin(3 * x[0, j])
        g[0, j] = x[0, j] ** 3 / 10 + 3 * A * cos(3 * x[0, j])


def hessian(problem, x, c):
    """Fill the curvature."""
    A = problem[0][0]
    for j in range(x.shape[1]):
        c[0, 0, j] = 3 * x[0, j] ** 2 / 10 - 9 * A * sin(3 * x[0, j])


@lru_cache(maxsize=64)
def minima(A: float) -> tuple[Point, ...]:
    """Find every minimum: where the slope turns from falling to rising.

    |x³|/10 outgrows 3A beyond |x| = ∛(30A), so none lies further out. Steps of 0.01 bracket the
    turns (wells closer together than that, just as they appear, go unseen) and bisection settles.
    """
    reach = ceil(100 * (30 * A) ** (1 / 3)) + 1

    def slope(x: float) -> float:
        return x**3 / 10 + 3 * A * cos(3 * x)

    wells = []
    for k in range(-reach, reach):
        low, high = (k - 0.5) / 100, (k + 0.5) / 100
        if slope(low) < 0 <= slope(high):
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if slope(middle) < 0 else (low, middle)
            wells.append((high, high**4 / 40 + A * sin(3 * high)))
    floor = min(f for _, f in wells)
    return tuple(Point((x,), f, "global" if f == floor else "local") for x, f in wells)


SPEC = Landscape(
    key="wavy_quartic",
    title="Wavy quartic",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.0, 4.0),),
    start=(3.6,),
    teaches="Wells on a slope: small steps stop in the first one, momentum may reach a deeper one.",
    source="A quartic with a sine on it, after Rastrigin 1974",
    formula=r"x^4/40 + A\,\sin 3x",
    parameters=(
        Hyper("A", 1.0, low=0.0, high=100.0, slider=(0.0, 3.0), help="Amplitude of the waves."),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.01,
            "momentum": 0.05,
            "nesterov": 0.02,
            "adagrad": 0.2,
            "rmsprop": 0.02,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 50.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.01,
            "heavy_ball": 0.05,
            "lion": 0.07,
            "nadam": 0.05,
            "novograd": 0.1,
            "radam": 0.2,
            "ranger": 0.2,
            "rprop": 0.5,
            "sam": 0.01,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.03,
            "sgld": 0.01,
            "signsgd": 0.1,
            "yogi": 0.1,
        }
    ),
)
