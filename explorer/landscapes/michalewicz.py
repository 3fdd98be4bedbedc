"""Michalewicz's function: narrow canyons in a plain."""

from functools import lru_cache
from math import cos, pi, sin, sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = -sin x·sin²ᵐ(x²/π) - sin y·sin²ᵐ(2y²/π) and its gradient."""
    m = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        u = sin(a**2 / pi)
        v = sin(2 * b**2 / pi)
        p = (u**2) ** (m - 1)
        q = (v**2) ** (m - 1)
        f[j] = -sin(a) * p * u**2 - sin(b) * q * v**2
        g[0, j] = -p * u * (cos(a) * u + 4 * m * a / pi * sin(a) * cos(a**2 / pi))
        g[1, j] = -q * v * (cos(b) * v + 8 * m * b / pi * sin(b) * cos(2 * b**2 / pi))


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    m = problem[0][0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            a = x[i, j]
            rate = 2 * (i + 1) / pi
            u = sin(rate * a**2 / 2)
            w = cos(rate * a**2 / 2)
            p = (u**2) ** (m - 1)
            first = 2 * m * p * u * w * rate * a
            second = 2 * m * p * ((rate * a) ** 2 * ((2 * m - 1) * w**2 - u**2) + rate * u * w)
            c[i, i, j] = sin(a) * p * u**2 - 2 * cos(a) * first - sin(a) * second
            c[i, 1 - i, j] = 0.0


def _bottom(x: float, i: int, m: float) -> tuple[float, float]:
    """Give place and depth of the canyon at x along axis i: Newton on the logarithm's slope."""
    for _ in range(30):
        angle = i * x**2 / pi
        slope = cos(x) / sin(x) + 4 * m * i * x / pi * cos(angle) / sin(angle)
        bend = -1 / sin(x) ** 2 + 4 * m * i / pi * cos(angle) / sin(angle)
        bend -= 8 * m * (i * x / pi) ** 2 / sin(angle) ** 2
        x -= slope / bend
    return x, sin(x) * sin(i * x**2 / pi) ** (2 * int(m))


@lru_cache(maxsize=64)
def minima(m: float) -> tuple[Point, ...]:
    """Give both minima; between the canyons the plain has no curvature at all."""
    x, deep = _bottom(pi / sqrt(2), 1, m)
    near, far = _bottom(pi / 2, 2, m), _bottom(pi * sqrt(3) / 2, 2, m)
    return Point((x, near[0]), -deep - near[1]), Point((x, far[0]), -deep - far[1], "local")


SPEC = Landscape(
    key="michalewicz",
    title="Michalewicz",
    gradient=gradient,
    hessian=hessian,
    bounds=((0.0, pi), (0.0, pi)),
    start=(2.5, 1.25),
    teaches="Outside the canyons there is no slope to follow: most starts never move at all.",
    source="Michalewicz 1992; Surjanovic & Bingham 2013",
    formula=r"-\sin x\,\sin^{2m}\frac{x^2}{\pi} - \sin y\,\sin^{2m}\frac{2y^2}{\pi}",
    parameters=(
        Hyper(
            "m",
            10.0,
            low=2.0,
            high=100.0,
            slider=(2.0, 20.0),
            integer=True,
            help="How narrow the canyons are.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.01,
            "momentum": 0.003,
            "nesterov": 0.01,
            "adagrad": 0.07,
            "rmsprop": 0.007,
            "adam": 0.07,
            "adabelief": 0.07,
            "adadelta": 1.5,
            "adamax": 0.07,
            "adamw": 0.07,
            "adan": 0.03,
            "asgd": 0.01,
            "heavy_ball": 0.003,
            "lion": 0.007,
            "nadam": 0.03,
            "novograd": 0.0015,
            "radam": 0.1,
            "ranger": 0.07,
            "rprop": 0.015,
            "sam": 0.003,
            "schedule_free_adamw": 0.07,
            "schedule_free_sgd": 0.03,
            "sgld": 0.003,
            "signsgd": 0.007,
            "yogi": 0.07,
        }
    ),
)
