"""Beale's function: steep walls around a long flat valley."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)² and its gradient."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        u = 1.5 - a + a * b
        v = 2.25 - a + a * b**2
        w = 2.625 - a + a * b**3
        f[j] = u**2 + v**2 + w**2
        g[0, j] = 2 * (u * (b - 1) + v * (b**2 - 1) + w * (b**3 - 1))
        g[1, j] = 2 * a * (u + 2 * b * v + 3 * b**2 * w)


def hessian(problem, x, c):
    """Fill the Hessian."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        u = 1.5 - a + a * b
        v = 2.25 - a + a * b**2
        w = 2.625 - a + a * b**3
        mixed = u + 2 * b * v + 3 * b**2 * w
        mixed += a * ((b - 1) + 2 * b * (b**2 - 1) + 3 * b**2 * (b**3 - 1))
        c[0, 0, j] = 2 * ((b - 1) ** 2 + (b**2 - 1) ** 2 + (b**3 - 1) ** 2)
        c[0, 1, j] = 2 * mixed
        c[1, 0, j] = 2 * mixed
        c[1, 1, j] = 2 * (a**2 * (1 + 4 * b**2 + 9 * b**4) + a * (2 * v + 6 * b * w))


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the three residuals."""
    for j in range(x.shape[1]):
        a = x[0, j]
        b = x[1, j]
        mixed = a * ((b - 1) + 2 * b * (b**2 - 1) + 3 * b**2 * (b**3 - 1))
        c[0, 0, j] = 2 * ((b - 1) ** 2 + (b**2 - 1) ** 2 + (b**3 - 1) ** 2)
        c[0, 1, j] = 2 * mixed
        c[1, 0, j] = 2 * mixed
        c[1, 1, j] = 2 * a**2 * (1 + 4 * b**2 + 9 * b**4)


def minima() -> tuple[Point, ...]:
    """Give the one minimum within the usual square."""
    return (Point((3.0, 0.5), 0.0),)


def saddles() -> tuple[Point, ...]:
    """Give the saddle at (0, 1), where the residuals are 1.5, 2.25 and 2.625, and a lower one.

    The second has no closed form; Newton's method from many starts finds these two in the square.
    """
    return (
        Point((0.0, 1.0), 14.203125, "saddle"),
        Point((0.1005379373241583, -2.6445135850231254), 9.864512284755559, "saddle"),
    )


SPEC = Landscape(
    key="beale",
    title="Beale",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, 1.5),
    teaches="Cliffs beside a plain: a rate too large for the walls is too small for the floor.",
    source="Beale 1958; Moré, Garbow & Hillstrom 1981",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.02,
            "momentum": 0.004,
            "nesterov": 0.004,
            "adagrad": 1.0,
            "rmsprop": 0.03,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 30.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.02,
            "heavy_ball": 0.004,
            "lion": 0.1,
            "nadam": 0.07,
            "novograd": 0.007,
            "radam": 0.007,
            "ranger": 0.015,
            "rprop": 0.15,
            "sam": 0.015,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.02,
            "sgld": 0.01,
            "signsgd": 0.02,
            "yogi": 0.15,
        }
    ),
    gauss_newton=gauss_newton,
)
