"""Bohachevsky's first function: a bowl with ripples."""

from math import cos, pi, sin
from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x² + 2y² - 0.3·cos 3πx - 0.4·cos 4πy + 0.7 and its gradient."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        f[j] = a**2 + 2 * b**2 + (0.3 - 0.3 * cos(3 * pi * a)) + (0.4 - 0.4 * cos(4 * pi * b))
        g[0, j] = 2 * a + 0.9 * pi * sin(3 * pi * a)
        g[1, j] = 4 * b + 1.6 * pi * sin(4 * pi * b)


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 2 + 2.7 * pi**2 * cos(3 * pi * x[0, j])
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 4 + 6.4 * pi**2 * cos(4 * pi * x[1, j])


def _turns(a: float, b: float, k: float) -> list[list[tuple[float, float]]]:
    """Give the wells and the humps of a·x² + b·(1 - cos kx), each a place and a height.

    Its slope 2ax + bk·sin kx has no root beyond bk/2a.
    """

    def slope(x: float) -> float:
        return 2 * a * x + b * k * sin(k * x)

    found: list[list[tuple[float, float]]] = [[(0.0, 0.0)], []]
    for i in range(int(50 * b * k / a) + 2):
        low, high = (i + 0.5) / 100, (i + 1.5) / 100
        rising = slope(low) < 0 <= slope(high)
        if not rising and not slope(high) < 0 <= slope(low):
            continue
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if (slope(middle) < 0) == rising else (low, middle)
        height = a * high**2 + b * (1 - cos(k * high))
        found[0 if rising else 1] += [(-high, height), (high, height)]
    return found


def minima() -> tuple[Point, ...]:
    """Give every minimum: wells along both axes."""
    across, up = _turns(1.0, 0.3, 3 * pi)[0], _turns(2.0, 0.4, 4 * pi)[0]
    return tuple(
        Point((x, y), u + v, "global" if x == y == 0 else "local") for x, u in across for y, v in up
    )


def saddles() -> tuple[Point, ...]:
    """Give every saddle: a well along one axis, a hump along the other."""
    (wells, humps), (pits, ridges) = _turns(1.0, 0.3, 3 * pi), _turns(2.0, 0.4, 4 * pi)
    pairs = [(p, q) for p in wells for q in ridges] + [(p, q) for p in humps for q in pits]
    return tuple(Point((p[0], q[0]), p[1] + q[1], "saddle") for p, q in pairs)


SPEC = Landscape(
    key="bohachevsky",
    title="Bohachevsky",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.7, 1.5),
    teaches="A rippled bowl with wells near its middle only: far out every way leads "
    "in, close by each well holds.",
    source="Bohachevsky, Johnson & Stein 1986, function 1; Jamil & Yang 2013, function 19",
    formula=r"x^2 + 2y^2 - 0.3\,\cos 3\pi x - 0.4\,\cos 4\pi y + 0.7",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.007,
            "momentum": 0.003,
            "nesterov": 0.007,
            "adagrad": 0.7,
            "rmsprop": 0.07,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 50.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.007,
            "heavy_ball": 0.003,
            "lion": 0.07,
            "nadam": 0.05,
            "novograd": 0.03,
            "radam": 0.2,
            "ranger": 0.2,
            "rprop": 0.2,
            "sam": 0.007,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.02,
            "sgld": 0.007,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
