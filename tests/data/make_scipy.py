"""Writes scipy.npz: where SciPy's minimisers end, for the tests to hold the optimizers against.

Run it in any environment with SciPy (made with 1.17) and NumPy; SciPy is needed for nothing else
in this project:

    python tests/data/make_scipy.py

The losses are written here once more and differentiated by complex steps, exact to rounding, so
neither the formulas of this project's kernels nor its gradients take part. scipy.npz holds
`cases`, a JSON list of landscape and start, and `minimisers` (case, method, 2) in the order of
`methods`, nan where a method ended where the gradient is not small; and `simplex` (40, 2), the
best corner of Nelder-Mead on Rosenbrock's function from the corners `corners` (3, 2), before and
after each of 39 iterations.
"""

import json
from pathlib import Path

import numpy as np
import scipy
from numpy import cos, exp, pi, sin
from scipy.optimize import minimize

METHODS = ("BFGS", "L-BFGS-B", "CG", "Newton-CG", "trust-exact", "trust-ncg")


def styblinski_tang(x, y):
    """Evaluate; both coordinates apart."""
    return sum(v**4 - 16 * v**2 + 5 * v for v in (x, y)) / 2


def goldstein_price(x, y):
    """Evaluate."""
    one = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
    two = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return (1 + (x + y + 1) ** 2 * one) * (30 + (2 * x - 3 * y) ** 2 * two)


LOSSES = {
    "bowl": lambda x, y: x**2 + y**2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "beale": lambda x, y: sum(
        (c - x + x * y**k) ** 2 for c, k in ((1.5, 1), (2.25, 2), (2.625, 3))
    ),
    "freudenstein_roth": lambda x, y: (
        (-13 + x + ((5 - y) * y - 2) * y) ** 2 + (-29 + x + ((y + 1) * y - 14) * y) ** 2
    ),
    "zakharov": lambda x, y: x**2 + y**2 + (0.5 * x + y) ** 2 + (0.5 * x + y) ** 4,
    "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    "matyas": lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
    "mccormick": lambda x, y: sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1,
    "three_hump_camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    "six_hump_camel": lambda x, y: (
        (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (-4 + 4 * y**2) * y**2
    ),
    "branin": lambda x, y: (
        (y - 5.1 / (4 * pi**2) * x**2 + 5 / pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10
    ),
    "styblinski_tang": styblinski_tang,
    "goldstein_price": goldstein_price,
    "two_wells": lambda x, y: (x**2 - 1) ** 2 + 0.3 * x + y**2,
    "easom": lambda x, y: -cos(x) * cos(y) * exp(-((x - pi) ** 2) - (y - pi) ** 2),
}
# The starts of Moré, Garbow and Hillstrom (1981) where there are any, and others in the basin of
# one minimum: where a start lies on a watershed, each method may rightly end elsewhere.
STARTS = {
    "bowl": ((-4.0, 3.0),),
    "rosenbrock": ((-1.2, 1.0), (0.3, -0.5), (-2.0, 2.0), (2.0, -1.0)),
    "himmelblau": ((2.0, 2.5), (-2.0, 2.5), (-4.0, -3.0), (4.0, -1.5)),
    "beale": ((1.0, 1.0), (2.0, 0.2)),
    "freudenstein_roth": ((0.5, -2.0), (6.0, 5.0)),
    "zakharov": ((-3.0, 4.0),),
    "booth": ((-5.0, 5.0), (8.0, -7.0)),
    "matyas": ((-8.0, 6.0), (9.0, 4.0)),
    "mccormick": ((-0.2, -1.2), (-1.0, -1.0)),
    "three_hump_camel": ((0.3, 0.2), (-0.4, -0.5)),
    "six_hump_camel": ((0.2, -0.9), (-0.3, 0.6)),
    "branin": ((3.0, 3.0), (-3.0, 11.0), (9.0, 3.0)),
    "styblinski_tang": ((-2.0, -3.5), (2.5, 3.0)),
    "goldstein_price": ((0.1, -0.9), (-0.2, -1.1)),
    "two_wells": ((1.7, 1.0), (-1.5, -1.0)),
    "easom": ((3.5, 2.8),),
}


def derivatives(loss):
    """Give value, gradient and Hessian of a loss at a point."""

    def value(p):
        return float(loss(*p))

    def gradient(p):
        h = 1e-30
        return np.array([loss(*(np.array(p) + 1j * h * e)).imag / h for e in np.eye(2)])

    def hessian(p):
        h = 1e-5
        rows = [(gradient(p + h * e) - gradient(p - h * e)) / (2 * h) for e in np.eye(2)]
        return (np.array(rows) + np.array(rows).T) / 2

    return value, gradient, hessian


def minimisers(key, start):
    """Run every method on a landscape from a start."""
    value, gradient, hessian = derivatives(LOSSES[key])
    found = []
    for method in METHODS:
        curved = {"hess": hessian} if method[0] in "Nt" else {}
        options = {"Newton-CG": {"xtol": 1e-10}, "L-BFGS-B": {"gtol": 1e-9, "ftol": 1e-20}}
        result = minimize(
            value,
            np.array(start),
            method=method,
            jac=gradient,
            options=options.get(method, {"gtol": 1e-9}),
            **curved,
        )
        good = np.linalg.norm(gradient(result.x)) < 1e-6
        found.append(result.x if good else np.full(2, np.nan))
    return found


def main():
    """Compute and store everything."""
    cases = [{"landscape": k, "start": s} for k, starts in STARTS.items() for s in starts]
    ends = np.array([minimisers(c["landscape"], c["start"]) for c in cases])
    value, *_ = derivatives(LOSSES["rosenbrock"])
    corners = np.array([(-1.2, 1.0), (-0.8, 1.0), (-1.2, 1.4)])
    kept = [corners[np.argmin([value(c) for c in corners])]]
    options = {"initial_simplex": corners, "maxiter": 40, "xatol": 0, "fatol": 0}
    minimize(
        value,
        corners[0],
        method="Nelder-Mead",
        options=options,
        callback=lambda p: kept.append(np.array(p)),
    )
    np.savez_compressed(
        Path(__file__).with_name("scipy.npz"),
        version=scipy.__version__,
        cases=json.dumps(cases),
        methods=json.dumps(METHODS),
        minimisers=ends,
        corners=corners,
        simplex=np.array(kept),
    )
    for case, end in zip(cases, ends, strict=True):
        spread = np.nanmax(np.abs(end - np.nanmedian(end, axis=0)))
        print(case, np.round(np.nanmedian(end, axis=0), 6), f"{spread:.1e}", np.isnan(end).sum())
    print(len(kept))


if __name__ == "__main__":
    main()
