"""A plateau that ends in a cliff, in one dimension."""

from math import tanh
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x²/50 + h·σ(k·(x - 2)) and its slope; σ(u) = (1 + tanh(u/2))/2."""
    h, k = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        w = tanh(k * (x[0, j] - 2) / 2)
        f[j] = x[0, j] ** 2 / 50 + h / 2 * (1 + w)
        g[0, j] = x[0, j] / 25 + h * k / 4 * (1 - w**2)


def hessian(problem, x, c):
    """Fill the curvature."""
    h, k = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        w = tanh(k * (x[0, j] - 2) / 2)
        c[0, 0, j] = 1 / 25 - h * k**2 / 4 * w * (1 - w**2)


def minima(h: float, k: float) -> tuple[Point, ...]:
    """Find the one minimum: left of 0 the slope rises, right of it all of it leads down to 0."""
    low, high = -7 * h * k - 1, 0.0
    for _ in range(100):
        x = (low + high) / 2
        slope = x / 25 + h * k / 4 * (1 - tanh(k * (x - 2) / 2) ** 2)
        low, high = (x, high) if slope < 0 else (low, x)
    return (Point((high,), high**2 / 50 + h / 2 * (1 + tanh(k * (high - 2) / 2))),)


SPEC = Landscape(
    key="plateau_cliff",
    title="Plateau and cliff",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.0, 6.0),),
    start=(5.0,),
    teaches="Hardly a slope for a long way, then far too much: one rate does not suit both, "
    "unless the gradient is clipped.",
    source="Pascanu, Mikolov & Bengio 2013, the walls in the loss of recurrent networks",
    formula=r"\frac{x^2}{50} + \frac{h}{1 + e^{-k(x - 2)}}",
    parameters=(
        Hyper("h", 4.0, low=0.0, high=1000.0, slider=(0.0, 10.0), help="Height of the cliff."),
        Hyper(
            "k",
            8.0,
            low=0.1,
            high=1000.0,
            scale="log",
            slider=(1.0, 50.0),
            help="Steepness of the cliff.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.9,
            "momentum": 0.5,
            "nesterov": 10.0,
            "adagrad": 1.5,
            "rmsprop": 0.2,
            "adam": 0.3,
            "adabelief": 0.3,
            "adadelta": 50.0,
            "adamax": 0.3,
            "adamw": 0.3,
            "adan": 0.15,
            "asgd": 1.0,
            "heavy_ball": 0.5,
            "lion": 0.03,
            "nadam": 0.15,
            "novograd": 0.03,
            "radam": 0.7,
            "ranger": 0.7,
            "rprop": 0.5,
            "sam": 1.0,
            "schedule_free_adamw": 0.3,
            "schedule_free_sgd": 3.0,
            "sgld": 0.3,
            "signsgd": 0.15,
            "yogi": 0.3,
        }
    ),
)
