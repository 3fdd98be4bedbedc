"""Saddle-free Newton: curvature scales the step, its sign is ignored."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + lr·p, p = -(|H| + damping·I)⁻¹ g.

    |H| is H with the absolute values of its eigenvalues, which come from Jacobi's rotations.
    Where a curvature and damping together are zero to rounding, p is -g along that direction.
    """
    p, curvature = s[0], s[1]
    damping = h[0]
    D = x.shape[0]
    H, A, V = 2, 2 + D, 2 + 2 * D
    for j in range(x.shape[1]):
        for i in range(D):
            for k in range(D):
                s[A + i, k, j] = s[H + i, k, j]
                s[V + i, k, j] = 1.0 if i == k else 0.0
        for _ in range(20):
            off, size = 0.0, 0.0
            for a in range(D):
                size += s[A + a, a, j] ** 2
                for b in range(a + 1, D):
                    off += s[A + a, b, j] ** 2
            if not off > 1e-32 * size:
                break
            for a in range(D):
                for b in range(a + 1, D):
                    if s[A + a, b, j] != 0:
                        # the rotation that makes this entry zero (Golub & Van Loan 8.5)
                        tau = (s[A + b, b, j] - s[A + a, a, j]) / (2 * s[A + a, b, j])
                        tan = 1 / (abs(tau) + sqrt(1 + tau * tau))
                        if tau < 0:
                            tan = -tan
                        cos = 1 / sqrt(1 + tan * tan)
                        sin = tan * cos
                        for k in range(D):
                            u, w = s[A + k, a, j], s[A + k, b, j]
                            s[A + k, a, j], s[A + k, b, j] = cos * u - sin * w, sin * u + cos * w
                        for k in range(D):
                            u, w = s[A + a, k, j], s[A + b, k, j]
                            s[A + a, k, j], s[A + b, k, j] = cos * u - sin * w, sin * u + cos * w
                            u, w = s[V + k, a, j], s[V + k, b, j]
                            s[V + k, a, j], s[V + k, b, j] = cos * u - sin * w, sin * u + cos * w
        largest = 0.0
        for i in range(D):
            p[i, j] = 0.0
            curvature[i, j] = s[A + i, i, j]
            largest = max(largest, abs(curvature[i, j]))
        for k in range(D):
            along = 0.0
            for i in range(D):
                along += s[V + i, k, j] * g[i, j]
            scale = abs(curvature[k, j]) + damping
            if scale > 1e-14 * largest:
                along /= scale
            for i in range(D):
                p[i, j] -= along * s[V + i, k, j]
    for i in range(D):
        for j in range(x.shape[1]):
            x[i, j] += lr * p[i, j]


SPEC = Optimizer(
    key="saddle_free_newton",
    title="Saddle-free Newton",
    label="SFN",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "damping",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 100.0),
            symbol="δ",
            help="Added to every curvature's size, so that steps stay short where the "
            "surface is flat.",
        ),
    ),
    state=(
        State("p", "step", symbol="p"),
        State("curvature", "eigenvalues of the Hessian", symbol="λ"),
        State("H", "Hessian", symbol="H", rows="dimension", fill="hessian"),
        State("A", "matrix being turned", symbol="A", rows="dimension", hidden=True),
        State("V", "its eigenvectors", symbol="V", rows="dimension", hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "H = V Λ Vᵀ, |H| = V |Λ| Vᵀ",
        "p = -((abs(H) + damping * I) ** (-1) * g)",
        "x = x + lr * p",
    ),
    summary="Newton's step with every curvature taken as positive: saddles repel it.",
    source="Dauphin et al. 2014 (arXiv:1406.2572); Jacobi 1846",
)
