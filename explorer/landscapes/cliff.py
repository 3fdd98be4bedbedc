"""A bowl with a cliff across it."""

from math import tanh
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x² + y²)/10 + h·σ(k·(x - 1)) and its gradient; σ(u) = (1 + tanh(u/2))/2."""
    h, k = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        w = tanh(k * (x[0, j] - 1) / 2)
        f[j] = (x[0, j] ** 2 + x[1, j] ** 2) / 10 + h / 2 * (1 + w)
        g[0, j] = x[0, j] / 5 + h * k / 4 * (1 - w**2)
        g[1, j] = x[1, j] / 5


def hessian(problem, x, c):
    """Fill the Hessian, which is diagonal."""
    h, k = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        w = tanh(k * (x[0, j] - 1) / 2)
        c[0, 0, j] = 1 / 5 - h * k**2 / 4 * w * (1 - w**2)
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 1 / 5


def minima(h: float, k: float) -> tuple[Point, ...]:
    """Find the one minimum: left of 0 the slope rises, right of it all of it leads down to 0."""
    low, high = -1.25 * h * k - 1, 0.0
    for _ in range(100):
        x = (low + high) / 2
        slope = x / 5 + h * k / 4 * (1 - tanh(k * (x - 1) / 2) ** 2)
        low, high = (x, high) if slope < 0 else (low, x)
    return (Point((high, 0.0), high**2 / 10 + h / 2 * (1 + tanh(k * (high - 1) / 2))),)


SPEC = Landscape(
    key="cliff",
    title="Cliff",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.0, 4.0), (-3.0, 3.0)),
    start=(3.2, 2.2),
    teaches="A step taken on the cliff's face throws the run past the minimum; a clipped gradient "
    "brings it down beside the cliff.",
    source="Pascanu, Mikolov & Bengio 2013, On the Difficulty of Training Recurrent Networks",
    formula=r"\frac{x^2 + y^2}{10} + \frac{h}{1 + e^{-k(x - 1)}}",
    parameters=(
        Hyper("h", 8.0, low=0.0, high=1000.0, slider=(0.0, 20.0), help="Height of the cliff."),
        Hyper(
            "k",
            20.0,
            low=0.1,
            high=1000.0,
            scale="log",
            slider=(1.0, 100.0),
            help="Steepness of the cliff.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.2,
            "momentum": 0.15,
            "nesterov": 3.0,
            "adagrad": 1.0,
            "rmsprop": 0.1,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 50.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 0.3,
            "heavy_ball": 0.15,
            "lion": 0.1,
            "nadam": 0.1,
            "novograd": 0.02,
            "radam": 0.5,
            "ranger": 0.5,
            "rprop": 0.5,
            "sam": 0.3,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 0.7,
            "sgld": 0.003,
            "signsgd": 0.1,
            "yogi": 0.2,
        }
    ),
)
