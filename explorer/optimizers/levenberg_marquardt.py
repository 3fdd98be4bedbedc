"""Levenberg-Marquardt: Gauss-Newton held back where it does not do well."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Try x + lr·p, (A + lam·diag A) p = -g with A = 2JᵀJ; keep it if the loss falls.

    J is the Jacobian of the residuals, whose squares the loss sums up. lam starts at `damping`; it
    is divided by `factor` after a success and multiplied by it otherwise, when the point stays. The
    loss never rises. A coordinate that no residual depends on stays as well.
    """
    p, lam, q, g_q = s[0], s[1], s[2], s[3]
    f_q = s[4, 0]
    damping, factor = h[0], h[1]
    D = x.shape[0]
    A, M = 5, 5 + D
    for j in range(x.shape[1]):
        for i in range(D):
            if t == 1:
                lam[i, j] = damping
            p[i, j] = -g[i, j]
            for k in range(D):
                s[M + i, k, j] = s[A + i, k, j]
            s[M + i, i, j] *= 1 + lam[i, j]
            if not s[M + i, i, j] > 0:
                s[M + i, i, j] = 1.0
        # Gauss elimination: A is nowhere negative, so the pivots are positive
        for c in range(D):
            for r in range(c + 1, D):
                ratio = s[M + r, c, j] / s[M + c, c, j]
                for k in range(c, D):
                    s[M + r, k, j] -= ratio * s[M + c, k, j]
                p[r, j] -= ratio * p[c, j]
        for c in range(D - 1, -1, -1):
            for k in range(c + 1, D):
                p[c, j] -= s[M + c, k, j] * p[k, j]
            p[c, j] /= s[M + c, c, j]
        for i in range(D):
            q[i, j] = x[i, j] + lr * p[i, j]
    grad(problem, q, f_q, g_q)
    for j in range(x.shape[1]):
        for i in range(D):
            if f_q[j] < f[j]:
                x[i, j] = q[i, j]
                lam[i, j] = max(lam[i, j] / factor, 1e-15)
            else:
                lam[i, j] = min(lam[i, j] * factor, 1e15)


SPEC = Optimizer(
    key="levenberg_marquardt",
    title="Levenberg-Marquardt",
    label="LM",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "damping",
            1e-3,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-6, 100.0),
            symbol="λ₀",
            help="The first λ: small begins as Gauss-Newton, large as scaled gradient descent.",
        ),
        Hyper(
            "factor",
            10.0,
            low=1.0,
            low_open=True,
            slider=(1.5, 20.0),
            symbol="ν",
            help="How much λ changes after every step.",
        ),
    ),
    state=(
        State("p", "step tried", symbol="p"),
        State("lam", "damping", symbol="λ"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("f_q", "loss there", symbol="f̃", hidden=True),
        State(
            "A", "2JᵀJ, the Hessian's first part", symbol="A", rows="dimension", fill="gauss_newton"
        ),
        State("M", "matrix being solved", symbol="M", rows="dimension", hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "A = 2 JᵀJ",
        "p = -((A + lam * diag(A)) ** (-1) * g)",
        "q = x + lr * p",
        "x = q if f(q) < f(x) else x",
        "lam = lam / factor if f(q) < f(x) else lam * factor",
    ),
    summary="Between Gauss-Newton and gradient descent: bolder after each success.",
    source="Levenberg 1944; Marquardt 1963",
)
