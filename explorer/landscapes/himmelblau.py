"""Himmelblau's function with its two constants free."""

from functools import lru_cache
from math import isfinite, sqrt
from types import MappingProxyType

from explorer.core.spec import Hyper, Landscape, Point


def gradient(problem, x, f, g):
    """Fill f = (x² + y - a)² + (x + y² - b)² and its gradient."""
    a, b = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        u = x[0, j] ** 2 + x[1, j] - a
        v = x[0, j] + x[1, j] ** 2 - b
        f[j] = u**2 + v**2
        g[0, j] = 4 * x[0, j] * u + 2 * v
        g[1, j] = 2 * u + 4 * x[1, j] * v


def hessian(problem, x, c):
    """Fill the Hessian."""
    a, b = problem[0][0], problem[0][1]
    for j in range(x.shape[1]):
        c[0, 0, j] = 12 * x[0, j] ** 2 + 4 * x[1, j] - 4 * a + 2
        c[0, 1, j] = 4 * (x[0, j] + x[1, j])
        c[1, 0, j] = 4 * (x[0, j] + x[1, j])
        c[1, 1, j] = 12 * x[1, j] ** 2 + 4 * x[0, j] - 4 * b + 2


def gauss_newton(problem, x, c):
    """Fill 2JᵀJ of the two residuals."""
    for j in range(x.shape[1]):
        c[0, 0, j] = 8 * x[0, j] ** 2 + 2
        c[0, 1, j] = 4 * (x[0, j] + x[1, j])
        c[1, 0, j] = 4 * (x[0, j] + x[1, j])
        c[1, 1, j] = 8 * x[1, j] ** 2 + 2


def _product(p: list[float], q: list[float]) -> list[float]:
    """Multiply two polynomials, lowest power first."""
    result = [0.0] * (len(p) + len(q) - 1)
    for i, u in enumerate(p):
        for j, v in enumerate(q):
            result[i + j] += u * v
    return result


def _roots(p: list[float]) -> list[complex]:
    """Find all roots of a polynomial at once (Durand 1960, Kerner 1966)."""
    radius = 1 + max(abs(c / p[-1]) for c in p[:-1]) ** (1 / (len(p) - 1))
    roots = [radius * (0.4 + 0.9j) ** k / abs(0.4 + 0.9j) ** k for k in range(len(p) - 1)]
    for _ in range(200):
        moved = 0.0
        for i, z in enumerate(roots):
            value, spread = 0j, complex(p[-1])
            for c in reversed(p):
                value = value * z + c
            for j, other in enumerate(roots):
                if j != i:
                    spread *= z - other
            if spread:
                roots[i] = z - value / spread
                moved = max(moved, abs(value / spread))
        if moved < 1e-10 * radius:
            break
    return roots


def _polish(x: float, y: float, a: float, b: float) -> tuple[float, float] | None:
    """Newton's method on the gradient; None where it does not settle."""
    for _ in range(60):
        u, v = x * x + y - a, x + y * y - b
        gx, gy = 4 * x * u + 2 * v, 2 * u + 4 * y * v
        xx, xy, yy = 4 * u + 8 * x * x + 2, 4 * (x + y), 4 * v + 8 * y * y + 2
        determinant = xx * yy - xy * xy
        if not determinant or not isfinite(determinant):
            return None
        dx, dy = (yy * gx - xy * gy) / determinant, (xx * gy - xy * gx) / determinant
        x, y = x - dx, y - dy
        if abs(dx) + abs(dy) <= 1e-10 * (1 + abs(x) + abs(y)):
            return x, y
    return None


@lru_cache(maxsize=64)
def _stationary(a: float, b: float) -> tuple[tuple[float, float, float, float], ...]:
    """Find every non-degenerate stationary point as (x, y, loss, least Hessian eigenvalue).

    The second gradient equation is quadratic in x: x² + 2yx + q(y) = 0. Put into the first, it
    leaves A(y)·x + B(y) = 0, and together B² - 2yAB + qA² = 0, a polynomial of degree 9 in y.
    Each near-real root gives two candidates for x, which Newton's method settles.
    """
    q = [-a, 1 - 2 * b, 0.0, 2.0]
    big_a = [1.0, 2 - 2 * (1 - 2 * b), 8.0, -4.0]
    big_b = [
        p + r for p, r in zip([0.0, *(4 * c for c in q)], [-b, 0.0, 1.0, 0.0, 0.0], strict=True)
    ]
    terms = (
        _product(big_b, big_b),
        _product([0.0, -2.0], _product(big_a, big_b)),
        _product(q, _product(big_a, big_a)),
    )
    polynomial = [sum(t[i] if i < len(t) else 0.0 for t in terms) for i in range(10)]
    found: list[tuple[float, float, float, float]] = []
    for root in _roots(polynomial):
        if abs(root.imag) > 1e-3 * (1 + abs(root)):
            continue
        y = root.real
        reach = sqrt(max(y * y - sum(c * y**k for k, c in enumerate(q)), 0.0))
        for x in (-y - reach, -y + reach):
            point = _polish(x, y, a, b)
            if point is None or any(
                abs(point[0] - s) + abs(point[1] - t) < 1e-6 for s, t, *_ in found
            ):
                continue
            s, t = point
            u, v = s * s + t - a, s + t * t - b
            xx, xy, yy = 4 * u + 8 * s * s + 2, 4 * (s + t), 4 * v + 8 * t * t + 2
            least = (xx + yy) / 2 - sqrt((xx - yy) ** 2 / 4 + xy * xy)
            if least > 0 or xx + yy - least > 0:
                found.append((s, t, u * u + v * v, least))
    return tuple(sorted(found, reverse=True))


def minima(a: float, b: float) -> tuple[Point, ...]:
    """Give all minima; where the two parabolas meet the loss is 0, else it is what is left."""
    wells = [(x, y, f) for x, y, f, least in _stationary(a, b) if least > 0]
    # A sum of squares below this is rounding of a zero.
    wells = [(x, y, 0.0 if f < 1e-20 * (1 + a * a + b * b) else f) for x, y, f in wells]
    floor = min((f for *_, f in wells), default=0.0)
    close = 1e-12 * (1 + floor)
    return tuple(Point((x, y), f, "global" if f <= floor + close else "local") for x, y, f in wells)


def saddles(a: float, b: float) -> tuple[Point, ...]:
    """Give all saddles."""
    return tuple(Point((x, y), f, "saddle") for x, y, f, least in _stationary(a, b) if least < 0)


SPEC = Landscape(
    key="himmelblau",
    title="Himmelblau",
    gradient=gradient,
    hessian=hessian,
    bounds=((-6.0, 6.0), (-6.0, 6.0)),
    start=(-4.6, 0.4),
    teaches="Four equal minima: which one a run ends in depends on the start and the optimizer.",
    source="Himmelblau 1972",
    formula=r"(x^2 + y - a)^2 + (x + y^2 - b)^2",
    parameters=(
        Hyper(
            "a",
            11.0,
            low=-100.0,
            high=100.0,
            slider=(0.0, 20.0),
            help="Value of the parabola along y at its vertex.",
        ),
        Hyper(
            "b",
            7.0,
            low=-100.0,
            high=100.0,
            slider=(0.0, 20.0),
            help="Value of the parabola along x at its vertex.",
        ),
    ),
    minima=minima,
    saddles=saddles,
    rates=MappingProxyType(
        {
            "sgd": 0.004,
            "momentum": 0.0035,
            "nesterov": 0.007,
            "adagrad": 0.5,
            "rmsprop": 0.04,
            "adam": 0.08,
            "adabelief": 0.08,
            "adadelta": 15.0,
            "adamax": 0.08,
            "adamw": 0.08,
            "adan": 0.05,
            "asgd": 0.004,
            "heavy_ball": 0.0035,
            "lion": 0.15,
            "nadam": 0.05,
            "novograd": 0.015,
            "radam": 0.015,
            "ranger": 0.01,
            "rprop": 0.15,
            "sam": 0.003,
            "schedule_free_adamw": 0.07,
            "schedule_free_sgd": 0.01,
            "sgld": 0.004,
            "signsgd": 0.05,
            "yogi": 0.08,
        }
    ),
    gauss_newton=gauss_newton,
)
