"""A tilted double well, in one dimension."""

from math import sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x² - 1)² + tilt·x and its slope."""
    tilt = problem[0][0]
    for j in range(x.shape[1]):
        w = x[0, j] ** 2 - 1
        f[j] = w**2 + tilt * x[0, j]
        g[0, j] = 4 * x[0, j] * w + tilt


def hessian(problem, x, c):
    """Fill the curvature."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 12 * x[0, j] ** 2 - 4


def _bottom(x: float, tilt: float) -> float:
    """Walk down from an x outside the well by Newton's method, which does not overshoot there."""
    for _ in range(60):
        x -= (x**3 - x + tilt / 4) / (3 * x**2 - 1)
    return x


def minima(tilt: float) -> tuple[Point, ...]:
    """Give both wells, or the one that a tilt of 8/√27 or more leaves."""
    far = 2 + abs(tilt)
    wells = [_bottom(side * far, tilt) for side in (-1, 1) if tilt * side < 8 / sqrt(27)]
    heights = [(x * x - 1) ** 2 + tilt * x for x in wells]
    floor = min(heights) + 1e-15
    return tuple(
        Point((x,), f, "global" if f <= floor else "local")
        for x, f in zip(wells, heights, strict=True)
    )


SPEC = Landscape(
    key="double_well",
    title="Double well",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0),),
    start=(1.8,),
    teaches="Two wells, the nearer one poorer: a long step or some momentum decides which it is.",
    source="Duffing 1918, the double-well potential",
    formula=r"(x^2 - 1)^2 + \tau x",
    parameters=(
        Hyper(
            "tilt",
            0.3,
            low=-100.0,
            high=100.0,
            slider=(-1.5, 1.5),
            symbol="τ",
            help="Lowers the left well (above 0) or the right one; past ±1.54 only one is left.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.15,
            "momentum": 0.02,
            "nesterov": 0.05,
            "adagrad": 0.7,
            "rmsprop": 0.07,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 10.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.15,
            "heavy_ball": 0.02,
            "lion": 0.07,
            "nadam": 0.05,
            "novograd": 0.007,
            "radam": 0.07,
            "ranger": 0.05,
            "rprop": 0.2,
            "sam": 0.1,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.15,
            "sgld": 0.07,
            "signsgd": 0.07,
            "yogi": 0.1,
        }
    ),
)
