"""A saddle: up one way, down the other."""

from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x² - k·y² and its gradient."""
    k = problem[0][0]
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 2 - k * x[1, j] ** 2
        g[0, j] = 2 * x[0, j]
        g[1, j] = -2 * k * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian."""
    k = problem[0][0]
    for j in range(x.shape[1]):
        c[0, 0, j] = 2.0
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = -2 * k


def saddles(k: float) -> tuple[Point, ...]:
    """Give the saddle; there is no minimum."""
    return (Point((0.0, 0.0), 0.0, "saddle"),)


SPEC = Landscape(
    key="saddle",
    title="Saddle",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.01),
    teaches="Near a saddle the slope all but vanishes: who scales it up gets away first.",
    source="Dauphin et al. 2014",
    formula=r"x^2 - k\,y^2",
    parameters=(
        Hyper(
            "k",
            1.0,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(0.01, 10.0),
            help="How steeply the way out falls away.",
        ),
    ),
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.005,
            "momentum": 0.0005,
            "nesterov": 0.0005,
            "adagrad": 0.02,
            "rmsprop": 0.002,
            "adam": 0.002,
            "adabelief": 0.001,
            "adadelta": 0.1,
            "adamax": 0.002,
            "adamw": 0.002,
            "adan": 0.001,
            "asgd": 0.005,
            "heavy_ball": 0.0005,
            "lion": 0.01,
            "nadam": 0.001,
            "novograd": 0.002,
            "radam": 0.005,
            "ranger": 0.005,
            "sam": 0.005,
            "schedule_free_adamw": 0.002,
            "schedule_free_sgd": 0.015,
            "sgld": 0.0015,
            "signsgd": 0.01,
            "yogi": 0.002,
        }
    ),
    levels="linear",
)
