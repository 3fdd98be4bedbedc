"""Two wells of unequal depth, a tilted double well."""

from math import acos, cbrt, cos, pi, sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x² - 1)² + tilt·x + y² and its gradient."""
    tilt = problem[0][0]
    for j in range(x.shape[1]):
        w = x[0, j] ** 2 - 1
        f[j] = w**2 + tilt * x[0, j] + x[1, j] ** 2
        g[0, j] = 4 * x[0, j] * w + tilt
        g[1, j] = 2 * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 12 * x[0, j] ** 2 - 4
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 2.0


def _roots(tilt: float) -> list[float]:
    """Give the roots of x³ - x + tilt/4 where the slope along x changes sign, from the left.

    Three below |tilt| = 8/√27 (Viète), one above (Cardano), polished by Newton's method.
    """
    ratio = -tilt * sqrt(27) / 8
    if abs(ratio) < 1:
        roots = [2 / sqrt(3) * cos((acos(ratio) + 2 * pi * k) / 3) for k in (1, 2, 0)]
    else:
        far = cbrt(abs(tilt) / 8 + sqrt(max(tilt**2 / 64 - 1 / 27, 0.0)))
        roots = [(far + 1 / (3 * far)) * (-1 if tilt > 0 else 1)]
    for _ in range(2):
        roots = [x - (x**3 - x + tilt / 4) / (3 * x**2 - 1) for x in roots]
    return roots


def _height(x: float, tilt: float) -> float:
    return (x * x - 1) ** 2 + tilt * x


def minima(tilt: float) -> tuple[Point, ...]:
    """Give both minima, or the one that a strong tilt leaves."""
    wells = [(x, _height(x, tilt)) for x in _roots(tilt)[::2]]
    floor = min(f for _, f in wells)
    return tuple(Point((x, 0.0), f, "global" if f <= floor + 1e-15 else "local") for x, f in wells)


def saddles(tilt: float) -> tuple[Point, ...]:
    """Give the pass between the wells, if there are two."""
    return tuple(Point((x, 0.0), _height(x, tilt), "saddle") for x in _roots(tilt)[1:2])


SPEC = Landscape(
    key="two_wells",
    title="Two wells",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-1.5, 1.5)),
    start=(1.7, 1.0),
    teaches="A poor minimum before a better one: momentum may roll over the pass, small steps not.",
    source="Duffing 1918, the double-well potential",
    formula=r"(x^2 - 1)^2 + \tau x + y^2",
    parameters=(
        Hyper(
            "tilt",
            0.3,
            low=-100.0,
            high=100.0,
            slider=(-2.0, 2.0),
            symbol="τ",
            help="Lowers the left well (above 0) or the right one; past ±1.54 only one is left.",
        ),
    ),
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.01,
            "momentum": 0.015,
            "nesterov": 0.03,
            "adagrad": 0.2,
            "rmsprop": 0.01,
            "adam": 0.05,
            "adabelief": 0.05,
            "adadelta": 10.0,
            "adamax": 0.05,
            "adamw": 0.05,
            "adan": 0.03,
            "asgd": 0.01,
            "heavy_ball": 0.015,
            "lion": 0.05,
            "nadam": 0.03,
            "novograd": 0.07,
            "radam": 0.1,
            "ranger": 0.07,
            "rprop": 0.2,
            "sam": 0.01,
            "schedule_free_adamw": 0.05,
            "schedule_free_sgd": 0.03,
            "sgld": 0.005,
            "signsgd": 0.015,
            "yogi": 0.05,
        }
    ),
)
