"""A rough bowl: waves of four directions frozen onto it."""

from math import cos, sin
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x² + y²)/2 + roughness·Σ (1 - cos(pᵢx + qᵢy)) and its gradient.

    The four waves (p, q) are (6.1, 1.7), (-2.3, 5.4), (4.4, -4.9) and (3.2, 7.6).
    """
    roughness = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        s = 6.1 * a + 1.7 * b
        t = -2.3 * a + 5.4 * b
        u = 4.4 * a - 4.9 * b
        v = 3.2 * a + 7.6 * b
        f[j] = (a**2 + b**2) / 2 + roughness * (4 - cos(s) - cos(t) - cos(u) - cos(v))
        s = sin(s)
        t = sin(t)
        u = sin(u)
        v = sin(v)
        g[0, j] = a + roughness * (6.1 * s - 2.3 * t + 4.4 * u + 3.2 * v)
        g[1, j] = b + roughness * (1.7 * s + 5.4 * t - 4.9 * u + 7.6 * v)


def hessian(problem, x, c):
    """Fill the Hessian."""
    roughness = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        s = roughness * cos(6.1 * a + 1.7 * b)
        t = roughness * cos(-2.3 * a + 5.4 * b)
        u = roughness * cos(4.4 * a - 4.9 * b)
        v = roughness * cos(3.2 * a + 7.6 * b)
        mixed = 10.37 * s - 12.42 * t - 21.56 * u + 24.32 * v
        c[0, 0, j] = 1 + 37.21 * s + 5.29 * t + 19.36 * u + 10.24 * v
        c[0, 1, j] = mixed
        c[1, 0, j] = mixed
        c[1, 1, j] = 1 + 2.89 * s + 29.16 * t + 24.01 * u + 57.76 * v


def minima(roughness: float) -> tuple[Point, ...]:
    """Give the global minimum, where every wave is lowest; the dents about it are not listed."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="noisy_bowl",
    title="Noisy bowl",
    gradient=gradient,
    hessian=hessian,
    bounds=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-2.6, 2.2),
    teaches="A bowl seen through frozen noise: steps as long as the dents, or momentum, "
    "average it away.",
    source="A bowl (De Jong 1975) with waves of irrational ratios, after Rastrigin 1974",
    formula=r"\frac{x^2 + y^2}{2} + \rho \sum_{i=1}^{4} \left(1 - \cos(p_i x + q_i y)\right)",
    parameters=(
        Hyper(
            "roughness",
            0.25,
            low=0.0,
            high=100.0,
            slider=(0.0, 1.0),
            symbol="ρ",
            help="Amplitude of the waves.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.015,
            "nesterov": 0.03,
            "adagrad": 1.0,
            "rmsprop": 0.1,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 5.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.02,
            "heavy_ball": 0.015,
            "lion": 0.05,
            "nadam": 0.07,
            "novograd": 0.03,
            "radam": 0.3,
            "ranger": 0.3,
            "rprop": 0.3,
            "sam": 0.02,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.07,
            "sgld": 0.02,
            "signsgd": 0.1,
            "yogi": 0.15,
        }
    ),
)
