"""Zakharov's function: a bowl in a steep trough."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x² + y² + s² + s⁴ with s = x/2 + y and its gradient."""
    for j in range(x.shape[1]):
        s = x[0, j] / 2 + x[1, j]
        f[j] = x[0, j] ** 2 + x[1, j] ** 2 + s**2 + s**4
        g[0, j] = 2 * x[0, j] + s + 2 * s**3
        g[1, j] = 2 * x[1, j] + 2 * s + 4 * s**3


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        w = 1 + 6 * (x[0, j] / 2 + x[1, j]) ** 2
        c[0, 0, j] = 2 + w / 2
        c[0, 1, j] = w
        c[1, 0, j] = w
        c[1, 1, j] = 2 + 2 * w


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the residuals x, y, s and s²."""
    for j in range(x.shape[1]):
        w = 1 + 4 * (x[0, j] / 2 + x[1, j]) ** 2
        c[0, 0, j] = 2 + w / 2
        c[0, 1, j] = w
        c[1, 0, j] = w
        c[1, 1, j] = 2 + 2 * w


def minima() -> tuple[Point, ...]:
    """Give the one minimum; the loss is convex."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="zakharov",
    title="Zakharov",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 10.0), (-5.0, 10.0)),
    start=(9.0, 3.0),
    teaches="Convex, yet steeper far out than at the floor by orders of magnitude: the first steps "
    "decide whether there are more.",
    source="Zakharov 1969; Jamil & Yang 2013, function 173",
    formula=r"x^2 + y^2 + \left(\frac{x}{2} + y\right)^2 + \left(\frac{x}{2} + y\right)^4",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.005,
            "momentum": 0.0015,
            "nesterov": 0.002,
            "adagrad": 2.0,
            "rmsprop": 0.3,
            "adam": 0.3,
            "adabelief": 0.3,
            "adadelta": 50.0,
            "adamax": 0.3,
            "adamw": 0.3,
            "adan": 0.15,
            "asgd": 0.005,
            "heavy_ball": 0.0015,
            "lion": 0.2,
            "nadam": 0.15,
            "novograd": 0.07,
            "radam": 0.0015,
            "ranger": 0.003,
            "rprop": 0.5,
            "sam": 0.005,
            "schedule_free_adamw": 0.3,
            "schedule_free_sgd": 0.005,
            "sgld": 0.005,
            "signsgd": 0.2,
            "yogi": 0.3,
        }
    ),
    gauss_newton=gauss_newton,
)
