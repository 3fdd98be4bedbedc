"""Two minima of the same depth, one sharp and one flat."""

from math import cbrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = p·q/(p + q), p = (x + 1)² + y² and q = sharpness·((x - 1)² + y²), and its gradient.

    Close to either bottom the other bowl hardly counts, so the Hessian there is the bowl's own.
    """
    sharpness = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j] + 1
        b = x[0, j] - 1
        p = a**2 + x[1, j] ** 2
        q = sharpness * (b**2 + x[1, j] ** 2)
        u = 2 * (q / (p + q)) ** 2
        v = 2 * sharpness * (p / (p + q)) ** 2
        f[j] = p * q / (p + q)
        g[0, j] = u * a + v * b
        g[1, j] = (u + v) * x[1, j]


def hessian(problem, x, c):
    """Fill the Hessian: that of each bowl in its share, less what the shares change by."""
    sharpness = problem[0][0]
    for j in range(x.shape[1]):
        a = x[0, j] + 1
        b = x[0, j] - 1
        y = x[1, j]
        p = a**2 + y**2
        q = sharpness * (b**2 + y**2)
        u = 2 * (q / (p + q)) ** 2
        v = 2 * sharpness * (p / (p + q)) ** 2
        m = q * a - sharpness * p * b
        n = (q - sharpness * p) * y
        w = -8 / (p + q) ** 3
        c[0, 0, j] = u + v + w * m**2
        c[0, 1, j] = w * m * n
        c[1, 0, j] = w * m * n
        c[1, 1, j] = u + v + w * n**2


def minima(sharpness: float) -> tuple[Point, ...]:
    """Give both minima, the flat one first."""
    return Point((-1.0, 0.0), 0.0), Point((1.0, 0.0), 0.0)


def saddles(sharpness: float) -> tuple[Point, ...]:
    """Give the pass, nearer to the sharp one: its distances are as 1 to the cube root."""
    root = cbrt(sharpness)
    p, q = (2 * root / (1 + root)) ** 2, sharpness * (2 / (1 + root)) ** 2
    return (Point(((root - 1) / (root + 1), 0.0), p * q / (p + q), "saddle"),)


SPEC = Landscape(
    key="sharp_and_flat",
    title="Sharp and flat",
    gradient=gradient,
    hessian=hessian,
    bounds=((-3.0, 3.0), (-2.0, 2.0)),
    start=(1.3, 1.2),
    teaches="Both minima are 0, but no run with a rate above 1/sharpness stays in the sharp one: "
    "the rate chooses.",
    source="Hochreiter & Schmidhuber 1997, Flat Minima; Keskar et al. 2017",
    formula=r"\frac{pq}{p + q},\; p = (x + 1)^2 + y^2,\; q = s\left((x - 1)^2 + y^2\right)",
    parameters=(
        Hyper(
            "sharpness",
            20.0,
            low=1.0,
            high=10000.0,
            scale="log",
            slider=(1.0, 200.0),
            symbol="s",
            help="How many times as sharp the minimum on the right is.",
        ),
    ),
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.2,
            "momentum": 0.02,
            "nesterov": 0.3,
            "adagrad": 1.0,
            "rmsprop": 0.1,
            "adam": 0.15,
            "adabelief": 0.15,
            "adadelta": 5.0,
            "adamax": 0.15,
            "adamw": 0.15,
            "adan": 0.07,
            "asgd": 0.2,
            "heavy_ball": 0.02,
            "lion": 0.07,
            "nadam": 0.07,
            "novograd": 0.01,
            "radam": 0.3,
            "ranger": 0.3,
            "rprop": 0.15,
            "sam": 0.15,
            "schedule_free_adamw": 0.15,
            "schedule_free_sgd": 0.15,
            "sgld": 0.2,
            "signsgd": 0.05,
            "yogi": 0.15,
        }
    ),
)
