"""The drop wave: rings about a drop."""

from math import cos, sin, sqrt
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = -(1 + cos 12r)/(r²/2 + 2) with r² = x² + y² and its gradient."""
    for j in range(x.shape[1]):
        r = sqrt(x[0, j] ** 2 + x[1, j] ** 2)
        up = 1 + cos(12 * r)
        down = r**2 / 2 + 2
        wave = sin(12 * r) / r if r > 0 else 12.0
        pull = 12 * wave / down + up / down**2
        f[j] = -up / down
        g[0, j] = pull * x[0, j]
        g[1, j] = pull * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian: `bend` along the radius and `pull` across it."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        r = sqrt(a**2 + b**2)
        up = 1 + cos(12 * r)
        down = r**2 / 2 + 2
        if r > 0:
            pull = 12 * sin(12 * r) / (r * down) + up / down**2
            bend = 144 * cos(12 * r) / down + (up - 24 * r * sin(12 * r)) / down**2
            bend -= 2 * up * r**2 / down**3
            extra = (bend - pull) / r**2
            c[0, 0, j] = pull + extra * a**2
            c[0, 1, j] = extra * a * b
            c[1, 0, j] = extra * a * b
            c[1, 1, j] = pull + extra * b**2
        else:
            c[0, 0, j] = 72.5
            c[0, 1, j] = 0.0
            c[1, 0, j] = 0.0
            c[1, 1, j] = 72.5


def minima() -> tuple[Point, ...]:
    """Give the drop in the middle; the troughs about it are circles, not points."""
    return (Point((0.0, 0.0), -1.0),)


SPEC = Landscape(
    key="drop_wave",
    title="Drop wave",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.5, 2.5), (-2.5, 2.5)),
    start=(1.3, 0.9),
    teaches="Every ring is a moat: descent ends in the next trough, all of it equally low.",
    source="Surjanovic & Bingham 2013, Virtual Library of Simulation Experiments",
    formula=r"-\frac{1 + \cos\left(12\sqrt{x^2 + y^2}\right)}{(x^2 + y^2)/2 + 2}",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.007,
            "momentum": 0.001,
            "nesterov": 0.007,
            "adagrad": 0.3,
            "rmsprop": 0.03,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 0.1,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.007,
            "heavy_ball": 0.001,
            "lion": 0.005,
            "nadam": 0.07,
            "novograd": 0.005,
            "radam": 0.3,
            "ranger": 0.3,
            "rprop": 0.3,
            "sam": 0.005,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.015,
            "sgld": 0.003,
            "signsgd": 0.015,
            "yogi": 0.15,
        }
    ),
)
