"""Rastrigin's egg box."""

from functools import lru_cache
from math import acos, cos, pi, sin
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point

_REACH = 5.12


def gradient(problem, x, f, g):
    """Fill f = Σ (A + xᵢ² - A·cos 2πxᵢ) and its gradient."""
    A = problem[0][0]
    for j in range(x.shape[1]):
        f[j] = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            f[j] += A + x[i, j] ** 2 - A * cos(2 * pi * x[i, j])
            g[i, j] = 2 * x[i, j] + 2 * pi * A * sin(2 * pi * x[i, j])


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    A = problem[0][0]
    for j in range(x.shape[1]):
        c[0, 0, j] = 2 + 4 * pi**2 * A * cos(2 * pi * x[0, j])
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 2 + 4 * pi**2 * A * cos(2 * pi * x[1, j])


def _wells(A: float) -> list[float]:
    """Find every minimum of x² - A·cos 2πx in [-5.12, 5.12].

    The slope rises from one inflection to the next only around the integers, so each integer has
    one root at most; none where the bowl is steeper than the ripples.
    """
    ratio = 1 / (2 * pi**2 * A) if A else 2.0
    if ratio >= 1:
        return [0.0]
    half = acos(-ratio) / (2 * pi)
    wells = [0.0]
    for k in range(1, 6):
        low, high = k - half, min(k + half, _REACH)
        if low + pi * A * sin(2 * pi * low) >= 0 or high + pi * A * sin(2 * pi * high) <= 0:
            continue
        x = (low + high) / 2
        for _ in range(60):
            slope = x + pi * A * sin(2 * pi * x)
            low, high = (x, high) if slope < 0 else (low, x)
            new = x - slope / (1 + 2 * pi**2 * A * cos(2 * pi * x))
            new = new if low < new < high else (low + high) / 2
            x, moved = new, abs(new - x)
            if moved < 1e-15 * k:
                break
        wells += [x, -x]
    return sorted(wells)


@lru_cache(maxsize=64)
def minima(A: float) -> tuple[Point, ...]:
    """Give every minimum in the usual square: 121 of them for A = 10.

    The saddles between them, nearly twice as many, are left out: they would bury the picture.
    """
    heights = [(x, A + x * x - A * cos(2 * pi * x)) for x in _wells(A)]
    return tuple(
        Point((x, y), u + v, "global" if x == y == 0 else "local")
        for x, u in heights
        for y, v in heights
    )


SPEC = Landscape(
    key="rastrigin",
    title="Rastrigin",
    gradient=gradient,
    hessian=hessian,
    bounds=((-_REACH, _REACH), (-_REACH, _REACH)),
    start=(-2.9, 3.7),
    teaches="A minimum in every cell: following the slope finds the nearest well, not the lowest.",
    source="Rastrigin 1974",
    formula=r"2A + x^2 + y^2 - A\,\left(\cos 2\pi x + \cos 2\pi y\right)",
    parameters=(
        Hyper(
            "A",
            10.0,
            low=0.0,
            high=1000.0,
            slider=(0.0, 20.0),
            help="Amplitude of the ripples on the bowl.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.002,
            "momentum": 0.002,
            "nesterov": 0.002,
            "adagrad": 0.2,
            "rmsprop": 0.02,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 2.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.002,
            "heavy_ball": 0.002,
            "lion": 0.01,
            "nadam": 0.05,
            "novograd": 0.001,
            "radam": 0.005,
            "ranger": 0.003,
            "rprop": 0.015,
            "sam": 0.002,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.003,
            "sgld": 0.002,
            "signsgd": 0.01,
            "yogi": 0.1,
        }
    ),
)
