"""Lessard, Recht and Packard's piecewise quadratic, in one dimension."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill the loss of slope 25x, x + 24 or 25x - 24 (below 1, up to 2, beyond) and that slope."""
    for j in range(x.shape[1]):
        v = x[0, j]
        if v < 1:
            f[j] = 12.5 * v**2
            g[0, j] = 25 * v
        elif v < 2:
            f[j] = 0.5 * v**2 + 24 * v - 12
            g[0, j] = v + 24
        else:
            f[j] = 12.5 * v**2 - 24 * v + 36
            g[0, j] = 25 * v - 24


def hessian(problem, x, c):
    """Fill the curvature; at 1 and 2, where it jumps, the one to the right."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 1.0 if 1 <= x[0, j] < 2 else 25.0


def minima() -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0,), 0.0),)


SPEC = Landscape(
    key="lessard",
    title="Lessard's quadratic",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.0, 4.0),),
    start=(3.3,),
    teaches="Convex, yet heavy ball at lr 1/9 and momentum 4/9, best for any quadratic between "
    "curvatures 1 and 25, goes round in a cycle of three.",
    source="Lessard, Recht & Packard 2016, section 1.6 and equation 4.11",
    formula=r"f' = 25x \;(x < 1),\quad x + 24 \;(1 \leq x < 2),\quad 25x - 24 \;(x \geq 2)",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.1111,
            "nesterov": 0.015,
            "adagrad": 1.0,
            "rmsprop": 0.15,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 30.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 0.02,
            "heavy_ball": 0.1111,
            "lion": 0.1,
            "nadam": 0.1,
            "novograd": 0.01,
            "radam": 0.15,
            "ranger": 0.03,
            "rprop": 0.5,
            "sam": 0.007,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 0.05,
            "sgld": 0.02,
            "signsgd": 0.1,
            "yogi": 0.2,
        }
    ),
)
