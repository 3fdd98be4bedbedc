"""A round bowl, the sum of squares."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = x² + y² and its gradient."""
    for j in range(x.shape[1]):
        f[j] = x[0, j] ** 2 + x[1, j] ** 2
        g[0, j] = 2 * x[0, j]
        g[1, j] = 2 * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian: 2 along every direction."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 2.0
        c[0, 1, j] = 0.0
        c[1, 0, j] = 0.0
        c[1, 1, j] = 2.0


def minima() -> tuple[Point, ...]:
    """Give the one minimum."""
    return (Point((0.0, 0.0), 0.0),)


SPEC = Landscape(
    key="bowl",
    title="Bowl",
    gradient=gradient,
    hessian=hessian,
    bounds=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-4.0, 3.0),
    teaches="Equal curvature all round: the slope points at the minimum; any rate below 1 works.",
    source="De Jong 1975, function F1 (sphere)",
    formula=r"x^2 + y^2",
    minima=minima,
    rates=MappingProxyType(
        {
            "sgd": 0.05,
            "momentum": 0.01,
            "nesterov": 0.01,
            "adagrad": 0.7,
            "rmsprop": 0.03,
            "adam": 0.1,
            "adabelief": 0.1,
            "adadelta": 30.0,
            "adamax": 0.1,
            "adamw": 0.1,
            "adan": 0.05,
            "asgd": 0.05,
            "heavy_ball": 0.01,
            "lion": 0.15,
            "nadam": 0.05,
            "novograd": 0.02,
            "radam": 0.15,
            "ranger": 0.2,
            "rprop": 0.2,
            "sam": 0.05,
            "schedule_free_adamw": 0.1,
            "schedule_free_sgd": 0.15,
            "sgld": 0.05,
            "signsgd": 0.15,
            "yogi": 0.1,
        }
    ),
    gauss_newton=hessian,
)
