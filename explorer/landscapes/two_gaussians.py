"""Two Gaussian wells in a bowl."""

from functools import lru_cache
from math import exp
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill the loss and its gradient.

    f = x² + y² - a·exp(-((x - 1)² + y²)/0.2) - b·exp(-((x + 1)² + y²)/0.2)
    """
    a, b = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        u = x[0, j] - 1
        v = x[0, j] + 1
        p = a * exp(-5 * (u**2 + x[1, j] ** 2))
        q = b * exp(-5 * (v**2 + x[1, j] ** 2))
        f[j] = x[0, j] ** 2 + x[1, j] ** 2 - p - q
        g[0, j] = 2 * x[0, j] + 10 * (u * p + v * q)
        g[1, j] = 2 * x[1, j] * (1 + 5 * (p + q))


def hessian(problem, x, c):
    """Fill the Hessian."""
    a, b = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        u = x[0, j] - 1
        v = x[0, j] + 1
        p = a * exp(-5 * (u**2 + x[1, j] ** 2))
        q = b * exp(-5 * (v**2 + x[1, j] ** 2))
        mixed = -100 * x[1, j] * (u * p + v * q)
        c[0, 0, j] = 2 + 10 * (p * (1 - 10 * u**2) + q * (1 - 10 * v**2))
        c[0, 1, j] = mixed
        c[1, 0, j] = mixed
        c[1, 1, j] = 2 + 10 * (p + q) * (1 - 10 * x[1, j] ** 2)


@lru_cache(maxsize=64)
def _turns(a: float, b: float) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Find wells and passes, each an x and a height: all lie on the x axis.

    Off it the slope along y has the sign of y. Steps of 0.01 bracket the turns.
    """

    def slope(x: float) -> float:
        p, q = a * exp(-5 * (x - 1) ** 2), b * exp(-5 * (x + 1) ** 2)
        return 2 * x + 10 * ((x - 1) * p + (x + 1) * q)

    wells: list[tuple[float, float]] = []
    passes: list[tuple[float, float]] = []
    for k in range(-200, 200):
        low, high = (k - 0.5) / 100, (k + 0.5) / 100
        rising = slope(low) < 0 <= slope(high)
        if not rising and not slope(high) < 0 <= slope(low):
            continue
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if (slope(middle) < 0) == rising else (low, middle)
        f = high**2 - a * exp(-5 * (high - 1) ** 2) - b * exp(-5 * (high + 1) ** 2)
        (wells if rising else passes).append((high, f))
    return wells, passes


def minima(a: float, b: float) -> tuple[Point, ...]:
    """Give every minimum."""
    wells, _ = _turns(a, b)
    floor = min(f for _, f in wells)
    return tuple(Point((x, 0.0), f, "global" if f <= floor else "local") for x, f in wells)


def saddles(a: float, b: float) -> tuple[Point, ...]:
    """Give the passes between them."""
    return tuple(Point((x, 0.0), f, "saddle") for x, f in _turns(a, b)[1])


SPEC = Landscape(
    key="two_gaussians",
    title="Two Gaussian wells",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-2.0, 2.0)),
    start=(0.75, 1.4),
    teaches="Two wells in a bowl, the left one deeper: count how many starts each method brings "
    "there.",
    source="Dupont 2018, Interactive Visualization of Optimization Algorithms in Deep Learning",
    formula=r"x^2 + y^2 - a\,e^{-5\left((x - 1)^2 + y^2\right)}"
    r" - b\,e^{-5\left((x + 1)^2 + y^2\right)}",
    parameters=(
        Hyper(
            "a", 2.0, low=0.0, high=100.0, slider=(0.0, 6.0), help="Depth of the well on the right."
        ),
        Hyper(
            "b", 3.0, low=0.0, high=100.0, slider=(0.0, 6.0), help="Depth of the well on the left."
        ),
    ),
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.03,
            "momentum": 0.02,
            "nesterov": 0.03,
            "adagrad": 0.3,
            "rmsprop": 0.02,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 5.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.03,
            "heavy_ball": 0.02,
            "lion": 0.05,
            "nadam": 0.05,
            "novograd": 0.015,
            "radam": 0.2,
            "ranger": 0.2,
            "rprop": 0.15,
            "sam": 0.03,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.1,
            "sgld": 0.03,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
