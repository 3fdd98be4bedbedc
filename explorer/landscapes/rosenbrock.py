"""Rosenbrock's banana valley."""

from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (a - x)² + b·(y - x²)² and its gradient."""
    a, b = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        u = a - x[0, j]
        v = x[1, j] - x[0, j] ** 2
        f[j] = u**2 + b * v**2
        g[0, j] = -2 * u - 4 * b * x[0, j] * v
        g[1, j] = 2 * b * v


def hessian(problem, x, c):
    """Fill the Hessian."""
    b = problem[0][1]
    for j in range(x.shape[1]):
        c[0, 0, j] = 2 + 12 * b * x[0, j] ** 2 - 4 * b * x[1, j]
        c[0, 1, j] = -4 * b * x[0, j]
        c[1, 0, j] = -4 * b * x[0, j]
        c[1, 1, j] = 2 * b


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the residuals a - x and √b·(y - x²)."""
    b = problem[0][1]
    for j in range(x.shape[1]):
        c[0, 0, j] = 2 + 8 * b * x[0, j] ** 2
        c[0, 1, j] = -4 * b * x[0, j]
        c[1, 0, j] = -4 * b * x[0, j]
        c[1, 1, j] = 2 * b


def minima(a: float, b: float) -> tuple[Point, ...]:
    """Give the one minimum, where both squares vanish; no other point is stationary."""
    return (Point((a, a * a), 0.0),)


SPEC = Landscape(
    key="rosenbrock",
    title="Rosenbrock",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    teaches="Finding the curved valley is easy; following its almost flat floor to the end is not.",
    source="Rosenbrock 1960",
    formula=r"(a - x)^2 + b\,(y - x^2)^2",
    parameters=(
        Hyper("a", 1.0, slider=(-1.5, 1.5), help="Where the minimum lies: at (a, a²)."),
        Hyper(
            "b",
            100.0,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1.0, 1000.0),
            help="How steep the walls of the valley are.",
        ),
    ),
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.0015,
            "momentum": 0.0015,
            "nesterov": 0.001,
            "adagrad": 0.8,
            "rmsprop": 0.02,
            "adam": 0.2,
            "adabelief": 0.2,
            "adadelta": 20.0,
            "adamax": 0.2,
            "adamw": 0.2,
            "adan": 0.1,
            "asgd": 0.0015,
            "heavy_ball": 0.0015,
            "lion": 0.02,
            "nadam": 0.1,
            "novograd": 0.005,
            "radam": 0.0002,
            "ranger": 0.0007,
            "rprop": 0.01,
            "sam": 0.0015,
            "schedule_free_adamw": 0.2,
            "schedule_free_sgd": 0.005,
            "sgld": 0.0015,
            "signsgd": 0.005,
            "yogi": 0.2,
        }
    ),
    gauss_newton=gauss_newton,
)
