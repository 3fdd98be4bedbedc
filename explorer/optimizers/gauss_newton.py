"""Gauss-Newton: Newton's method for sums of squares, from first derivatives alone."""

from explorer.core.spec import Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + lr·p, where A p = -g by Gauss elimination and A = 2JᵀJ.

    J is the Jacobian of the residuals, whose squares the loss sums up. Where A has no inverse to
    rounding, p = -g.
    """
    p = s[0]
    D = x.shape[0]
    A, M = 1, 1 + D
    for j in range(x.shape[1]):
        size = 0.0
        for i in range(D):
            p[i, j] = -g[i, j]
            for k in range(D):
                s[M + i, k, j] = s[A + i, k, j]
                size = max(size, abs(s[A + i, k, j]))
        solved = 1.0
        for c in range(D):
            pivot = s[M + c, c, j]
            if not pivot > 1e-14 * size:
                solved = 0.0
                break
            for r in range(c + 1, D):
                factor = s[M + r, c, j] / pivot
                for k in range(c, D):
                    s[M + r, k, j] -= factor * s[M + c, k, j]
                p[r, j] -= factor * p[c, j]
        for c in range(D - 1, -1, -1):
            if solved > 0:
                for k in range(c + 1, D):
                    p[c, j] -= s[M + c, k, j] * p[k, j]
                p[c, j] /= s[M + c, c, j]
            else:
                p[c, j] = -g[c, j]
    for i in range(D):
        for j in range(x.shape[1]):
            x[i, j] += lr * p[i, j]


SPEC = Optimizer(
    key="gauss_newton",
    title="Gauss-Newton",
    label="Gauss-N.",
    family="second order",
    step=step,
    lr=1.0,
    state=(
        State("p", "step", symbol="p"),
        State(
            "A", "2JᵀJ, the Hessian's first part", symbol="A", rows="dimension", fill="gauss_newton"
        ),
        State("M", "matrix being solved", symbol="M", rows="dimension", hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "A = 2 JᵀJ",
        "p = -(A ** (-1) * g)",
        "x = x + lr * p",
    ),
    summary="Newton with the curvature of the residuals left out: never uphill, sometimes too far.",
    source="Gauss 1809; Nocedal & Wright 2006, 10.3",
)
