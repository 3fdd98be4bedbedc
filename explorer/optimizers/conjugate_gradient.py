"""Nonlinear conjugate gradients: Polak and Ribière's, with restarts and a line search."""

from math import inf

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + alpha·p along p ← -g + beta·p, beta as Polak-Ribière+.

    alpha meets the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6, here as
    one loop); the loss never rises. The first one tried is lr·min(1, 1/‖g‖₁), then the last alpha.
    p restarts at -g where it would not descend and after a search that found nothing.
    """
    p, g_last, alpha, beta, q, g_q = s[0], s[1], s[2], s[3], s[4], s[5]
    a, slope, done = s[6, 0], s[7, 0], s[8, 0]
    lo, f_lo, slope_lo, hi, f_hi = s[9, 0], s[10, 0], s[11, 0], s[12, 0], s[13, 0]
    f_q = s[14, 0]
    c1, c2 = h[0], h[1]
    for j in range(x.shape[1]):
        above, below, promise, size, fall = 0.0, 0.0, 0.0, 0.0, 0.0
        for i in range(x.shape[0]):
            above += g[i, j] * (g[i, j] - g_last[i, j])
            below += g_last[i, j] ** 2
            promise += g[i, j] * p[i, j]
            size += abs(g[i, j])
            fall += g[i, j] ** 2
        ratio = 0.0
        if below > 0 and above > 0 and alpha[0, j] > 0:
            ratio = above / below
        if not ratio * promise < fall:
            ratio = 0.0
        for i in range(x.shape[0]):
            beta[i, j] = ratio
            p[i, j] = -g[i, j] + ratio * p[i, j]
        a[j] = alpha[0, j]
        if not a[j] > 0:
            a[j] = lr * min(1.0, 1.0 / size) if size > 0 else lr

    # Look along p for a step that meets the strong Wolfe conditions. [lo, hi] holds one, either
    # way round; lo is the lowest point so far, and while hi is infinite the step may still grow.
    for j in range(x.shape[1]):
        slope[j] = 0.0
        for i in range(x.shape[0]):
            slope[j] += g[i, j] * p[i, j]
        lo[j], f_lo[j], slope_lo[j] = 0.0, f[j], slope[j]
        hi[j], f_hi[j] = inf, inf
        done[j] = 0.0
        if not slope[j] < 0:
            a[j], done[j] = 0.0, 1.0
    for trial in range(25):
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                q[i, j] = x[i, j] + a[j] * p[i, j]
        grad(problem, q, f_q, g_q)
        busy = 0
        for j in range(x.shape[1]):
            if done[j] > 0:
                continue
            slope_q = 0.0
            for i in range(x.shape[0]):
                slope_q += g_q[i, j] * p[i, j]
            falls = f_q[j] <= f[j] + c1 * a[j] * slope[j] and f_q[j] < f_lo[j]
            if falls and abs(slope_q) <= -c2 * slope[j]:
                done[j] = 1.0
                continue
            busy = 1
            if trial == 23:
                # None was found: take the lowest point, which the last trial evaluates.
                a[j], done[j] = lo[j], 1.0
                continue
            if falls:
                if slope_q * (hi[j] - lo[j]) >= 0:
                    hi[j], f_hi[j] = lo[j], f_lo[j]
                lo[j], f_lo[j], slope_lo[j] = a[j], f_q[j], slope_q
            else:
                hi[j], f_hi[j] = a[j], f_q[j]
            if hi[j] == inf:
                a[j] *= 2
                continue
            # the lowest point of the parabola through both ends and the slope at lo
            share = 0.5
            gap = hi[j] - lo[j]
            if f_hi[j] < inf:
                share = -0.5 * slope_lo[j] * gap / (f_hi[j] - f_lo[j] - slope_lo[j] * gap)
            a[j] = lo[j] + gap * min(max(share, 0.1), 0.9)
        if busy == 0:
            break
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            alpha[i, j] = a[j]
            g_last[i, j] = g[i, j]
            x[i, j] = q[i, j]


SPEC = Optimizer(
    key="conjugate_gradient",
    title="Conjugate gradient",
    label="CG",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "c1",
            1e-4,
            low=0.0,
            low_open=True,
            high=0.5,
            scale="log",
            slider=(1e-6, 0.4),
            symbol="c₁",
            help="The loss must fall by at least c₁ of what the slope promises.",
        ),
        Hyper(
            "c2",
            0.1,
            low=0.0,
            low_open=True,
            high=1.0,
            high_open=True,
            scale="log",
            slider=(1e-3, 0.99),
            symbol="c₂",
            help="The slope along the step must shrink to c₂ of what it was; small: exact search.",
        ),
    ),
    state=(
        State("p", "search direction", symbol="p"),
        State("g_last", "gradient of the step before", symbol="g₋"),
        State("alpha", "step size found", symbol="α"),
        State("beta", "share of the last direction", symbol="β"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the line search", symbol="·", rows=9, hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "beta = max(0, total(g * (g - g_last)) / total_square(g_last))",
        "p = -g + beta * p",
        "α: f(θ + α p) ≤ f + c₁ α gᵀp and |∇f(θ + α p)ᵀp| ≤ c₂ |gᵀp|",
        "alpha = search(p)",
        "x = x + alpha * p",
    ),
    summary="Each direction keeps clear of the last one's work: a quadratic takes as many steps "
    "as it has dimensions.",
    source="Polak & Ribière 1969; PR+: Gilbert & Nocedal 1992; Nocedal & Wright 2006, 5.2",
)
