"""Two factors of one: a valley that is sharp at its ends."""

from types import MappingProxyType

from explorer.core.spec import Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (xy - 1)²/2 and its gradient."""
    for j in range(x.shape[1]):
        r = x[0, j] * x[1, j] - 1
        f[j] = r**2 / 2
        g[0, j] = r * x[1, j]
        g[1, j] = r * x[0, j]


def hessian(problem, x, c):
    """Fill the Hessian; on the valley floor its greatest eigenvalue is x² + y²."""
    for j in range(x.shape[1]):
        c[0, 0, j] = x[1, j] ** 2
        c[0, 1, j] = 2 * x[0, j] * x[1, j] - 1
        c[1, 0, j] = 2 * x[0, j] * x[1, j] - 1
        c[1, 1, j] = x[0, j] ** 2


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the residual (xy - 1)/√2."""
    for j in range(x.shape[1]):
        c[0, 0, j] = x[1, j] ** 2
        c[0, 1, j] = x[0, j] * x[1, j]
        c[1, 0, j] = x[0, j] * x[1, j]
        c[1, 1, j] = x[0, j] ** 2


def minima() -> tuple[Point, ...]:
    """Give the flattest point of each branch; all of xy = 1 is as low."""
    return Point((1.0, 1.0), 0.0), Point((-1.0, -1.0), 0.0)


def saddles() -> tuple[Point, ...]:
    """Give the pass between the branches."""
    return (Point((0.0, 0.0), 0.5, "saddle"),)


SPEC = Landscape(
    key="edge_of_stability",
    title="Edge of stability",
    gradient=gradient,
    hessian=hessian,
    bounds=((-4.5, 4.5), (-4.5, 4.5)),
    start=(4.0, 0.3),
    teaches="A valley of equal losses, sharp far out: with a long step gradient descent swings "
    "across it until the sharpness is below 2/lr.",
    source="Cohen et al. 2021, Gradient Descent on Neural Networks Typically Occurs at the Edge "
    "of Stability",
    formula=r"\frac{1}{2}(xy - 1)^2",
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.15,
            "momentum": 0.015,
            "nesterov": 0.03,
            "adagrad": 0.1,
            "rmsprop": 0.01,
            "adam": 0.02,
            "adabelief": 0.02,
            "adadelta": 2.0,
            "adamax": 0.02,
            "adamw": 0.02,
            "adan": 0.01,
            "asgd": 0.15,
            "heavy_ball": 0.015,
            "lion": 0.01,
            "nadam": 0.01,
            "novograd": 0.00015,
            "radam": 0.015,
            "ranger": 0.05,
            "rprop": 0.007,
            "sam": 0.1,
            "schedule_free_adamw": 0.02,
            "schedule_free_sgd": 0.05,
            "sgld": 0.07,
            "signsgd": 0.01,
            "yogi": 0.02,
        }
    ),
    gauss_newton=gauss_newton,
)
