"""BFGS: a quasi-Newton method that learns the inverse Hessian from the gradients it sees."""

from math import inf

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + alpha·p along p = -H·g, then fit H to the change of the gradient.

    alpha meets the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6, here as
    one loop), lr is the first one tried, and the loss never rises. The first H is the identity,
    with lr·min(1, 1/‖g‖₁) tried first; so it is again after a search that found nothing. H is
    left alone where yᵀs is not positive.
    """
    p, y, alpha, v, q, g_q = s[0], s[1], s[2], s[3], s[4], s[5]
    a, slope, done = s[6, 0], s[7, 0], s[8, 0]
    lo, f_lo, slope_lo, hi, f_hi = s[9, 0], s[10, 0], s[11, 0], s[12, 0], s[13, 0]
    f_q = s[14, 0]
    known = s[15, 0]
    c1, c2, scaling = h[0], h[1], h[2]
    for j in range(x.shape[1]):
        size, promise = 0.0, 0.0
        for i in range(x.shape[0]):
            p[i, j] = 0.0
            for k in range(x.shape[0]):
                p[i, j] -= s[16 + i, k, j] * g[k, j]
            promise += g[i, j] * p[i, j]
            size += abs(g[i, j])
        a[j] = lr
        if not promise < 0 or known[j] == 0:
            known[j] = 0.0
            a[j] = lr * min(1.0, 1.0 / size) if size > 0 else lr
            for i in range(x.shape[0]):
                p[i, j] = -g[i, j]
                for k in range(x.shape[0]):
                    s[16 + i, k, j] = 1.0 if i == k else 0.0

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
    for j in range(x.shape[1]):
        ys, yy, yHy = 0.0, 0.0, 0.0
        for i in range(x.shape[0]):
            alpha[i, j] = a[j]
            y[i, j] = g_q[i, j] - g[i, j]
            ys += y[i, j] * (q[i, j] - x[i, j])
            yy += y[i, j] ** 2
        if ys > 0:
            if known[j] == 0 and scaling:
                for i in range(x.shape[0]):
                    s[16 + i, i, j] = ys / yy
            for i in range(x.shape[0]):
                v[i, j] = 0.0
                for k in range(x.shape[0]):
                    v[i, j] += s[16 + i, k, j] * y[k, j]
                yHy += y[i, j] * v[i, j]
            for i in range(x.shape[0]):
                for k in range(x.shape[0]):
                    d_i, d_k = q[i, j] - x[i, j], q[k, j] - x[k, j]
                    s[16 + i, k, j] += (1 + yHy / ys) * d_i * d_k / ys
                    s[16 + i, k, j] -= (v[i, j] * d_k + d_i * v[k, j]) / ys
            known[j] = 1.0
        elif a[j] == 0:
            known[j] = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = q[i, j]


SPEC = Optimizer(
    key="bfgs",
    title="BFGS",
    label="BFGS",
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
            0.9,
            low=0.0,
            low_open=True,
            high=1.0,
            high_open=True,
            scale="log",
            slider=(1e-3, 0.99),
            symbol="c₂",
            help="The slope along the step must shrink to c₂ of what it was; small: exact search.",
        ),
        Hyper(
            "scaling",
            "on",
            choices=("off", "on"),
            help="Scales the first H by yᵀs/yᵀy, one over the curvature seen in the first step.",
        ),
    ),
    state=(
        State("p", "search direction", symbol="p"),
        State("y", "change of the gradient", symbol="y"),
        State("alpha", "step size found", symbol="α"),
        State("v", "H·y", symbol="v", hidden=True),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the line search", symbol="·", rows=9, hidden=True),
        State("known", "whether H has learned anything", symbol="·", hidden=True),
        State("H", "inverse of the Hessian as learned", symbol="H", rows="dimension"),
    ),
    formula=(
        "g = nabla(x)",
        "p = -(H * g)",
        "α: f(θ + α p) ≤ f + c₁ α gᵀp and |∇f(θ + α p)ᵀp| ≤ c₂ |gᵀp|",
        "alpha = search(p)",
        "x = x + alpha * p",
        "y = nabla(x) - g",
        "H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, s = α p, ρ = 1 / yᵀs",
    ),
    summary="Learns the inverse Hessian from the change of the gradient, and ends as Newton does.",
    source="Broyden, Fletcher, Goldfarb & Shanno 1970; Nocedal & Wright 2006, algorithm 6.1",
)
