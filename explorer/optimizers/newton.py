"""Newton's method, pure and damped."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + alpha·p, where (H + damping·I) p = -g by Gauss elimination.

    Pure: damping 0 and alpha = lr, towards whatever stationary point the local quadratic has,
    saddles and maxima included. Damped: damping 0 where all pivots are positive, else half the
    largest |Hᵢₖ| above -min Hᵢᵢ, doubled until they are; alpha is lr halved until the loss falls by
    a ten-thousandth of what the slope promises, so it never rises. Where H has no inverse to
    rounding, p = -g.
    """
    p, damping, alpha, q, g_q = s[0], s[1], s[2], s[3], s[4]
    f_q, slope, done = s[5, 0], s[6, 0], s[7, 0]
    mode = h[0]
    D = x.shape[0]
    H, M = 8, 8 + D
    for j in range(x.shape[1]):
        size, low = 0.0, s[H, 0, j]
        for i in range(D):
            low = min(low, s[H + i, i, j])
            for k in range(D):
                size = max(size, abs(s[H + i, k, j]))
        raised = 0.5 * size - low if mode and low <= 0 else 0.0
        for _ in range(60):
            for i in range(D):
                p[i, j] = -g[i, j]
                damping[i, j] = raised
                for k in range(D):
                    s[M + i, k, j] = s[H + i, k, j]
                s[M + i, i, j] += raised
            solved = 1.0
            for c in range(D):
                best = c
                for r in range(c + 1, D):
                    if not mode and abs(s[M + r, c, j]) > abs(s[M + best, c, j]):
                        best = r
                for k in range(D):
                    s[M + c, k, j], s[M + best, k, j] = s[M + best, k, j], s[M + c, k, j]
                p[c, j], p[best, j] = p[best, j], p[c, j]
                pivot = s[M + c, c, j]
                if not (abs(pivot) > 1e-14 * size and (pivot > 0 or not mode)):
                    solved = 0.0
                    break
                for r in range(c + 1, D):
                    factor = s[M + r, c, j] / pivot
                    for k in range(c, D):
                        s[M + r, k, j] -= factor * s[M + c, k, j]
                    p[r, j] -= factor * p[c, j]
            if solved > 0 or not mode or not size > 0:
                break
            raised = max(2 * raised, 0.5 * size)
        slope[j] = 0.0
        for c in range(D - 1, -1, -1):
            if solved > 0:
                for k in range(c + 1, D):
                    p[c, j] -= s[M + c, k, j] * p[k, j]
                p[c, j] /= s[M + c, c, j]
            else:
                p[c, j] = -g[c, j]
            slope[j] += g[c, j] * p[c, j]
        for i in range(D):
            alpha[i, j] = lr
        done[j] = 0.0 if mode else 1.0
    for trial in range(50):
        busy = 0
        for j in range(x.shape[1]):
            if done[j] == 0:
                busy = 1
        if busy == 0:
            break
        for i in range(D):
            for j in range(x.shape[1]):
                q[i, j] = x[i, j] + alpha[i, j] * p[i, j]
        grad(problem, q, f_q, g_q)
        for j in range(x.shape[1]):
            if done[j] == 0 and f_q[j] <= f[j] + 1e-4 * alpha[0, j] * slope[j]:
                done[j] = 1.0
            elif done[j] == 0:
                for i in range(D):
                    alpha[i, j] = 0.5 * alpha[i, j] if trial < 48 else 0.0
    for i in range(D):
        for j in range(x.shape[1]):
            x[i, j] += alpha[i, j] * p[i, j]


SPEC = Optimizer(
    key="newton",
    title="Newton",
    label="Newton",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "mode",
            "pure",
            choices=("pure", "damped"),
            help="Pure goes to any stationary point, saddles too; damped only ever downhill.",
        ),
    ),
    state=(
        State("p", "Newton's step", symbol="p"),
        State("damping", "what is added to the Hessian's diagonal", symbol="λ"),
        State("alpha", "share of the step that is taken", symbol="α"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the search", symbol="·", rows=3, hidden=True),
        State("H", "Hessian", symbol="H", rows="dimension", fill="hessian"),
        State("M", "matrix being solved", symbol="M", rows="dimension", hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "p = -((H + damping * I) ** (-1) * g)",
        "x = x + alpha * p",
    ),
    summary="Jumps to the stationary point of the local parabola; near one it doubles the digits.",
    source="Newton 1669, Raphson 1690; damped: Nocedal & Wright 2006, algorithm 3.3",
)
