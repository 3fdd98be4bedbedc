"""A monkey saddle: three ways down, and no curvature in the middle."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x³ - 3xy² and its gradient."""
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 3 - 3 * x[0, j] * x[1, j] ** 2
        g[0, j] = 3 * (x[0, j] ** 2 - x[1, j] ** 2)
        g[1, j] = -6 * x[0, j] * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 6 * x[0, j]
        c[0, 1, j] = -6 * x[1, j]
        c[1, 0, j] = -6 * x[1, j]
        c[1, 1, j] = -6 * x[0, j]


def saddles() -> tuple[Point, ...]:
    """Give the saddle, where the Hessian is zero; there is no minimum."""
    return (Point((0.0, 0.0), 0.0, "saddle"),)


SPEC = Landscape(
    key="monkey_saddle",
    title="Monkey saddle",
    gradient=gradient,
    hessian=hessian,
    bounds=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.2, 0.02),
    teaches="Where the Hessian is zero even curvature gives no hint: the way out is slow to begin.",
    source="Hilbert & Cohn-Vossen 1932, Anschauliche Geometrie",
    formula=r"x^3 - 3xy^2",
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.002,
            "momentum": 0.0003,
            "nesterov": 0.0003,
            "adagrad": 0.02,
            "rmsprop": 0.002,
            "adam": 0.002,
            "adabelief": 0.001,
            "adadelta": 0.2,
            "adamax": 0.002,
            "adamw": 0.002,
            "adan": 0.001,
            "asgd": 0.002,
            "heavy_ball": 0.0003,
            "lion": 0.01,
            "nadam": 0.001,
            "novograd": 0.002,
            "radam": 0.005,
            "ranger": 0.005,
            "sam": 0.002,
            "schedule_free_adamw": 0.002,
            "schedule_free_sgd": 0.007,
            "sgld": 0.001,
            "signsgd": 0.01,
            "yogi": 0.002,
        }
    ),
    levels="linear",
)
