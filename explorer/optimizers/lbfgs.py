"""L-BFGS: BFGS from the last few steps alone, without a matrix."""

from math import inf

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x + alpha·p along p = -H·g, H from the last `history` steps.

    H·g comes from the two-loop recursion with H₀ = gamma·I, gamma = sᵀy / yᵀy of the last step.
    alpha meets the strong Wolfe conditions (Nocedal & Wright 2006, algorithms 3.5 and 3.6, here as
    one loop), lr is the first one tried, and the loss never rises. The first step tries
    lr·min(1, 1/‖g‖₁) along -g; so does one after a search that found nothing. A step whose yᵀs is
    not positive is not remembered. Of step k back, s is in row 15 + k and y in row 35 + k.
    """
    p, alpha, gamma, q, g_q = s[0], s[1], s[2], s[3], s[4]
    a, slope, done = s[5, 0], s[6, 0], s[7, 0]
    lo, f_lo, slope_lo, hi, f_hi = s[8, 0], s[9, 0], s[10, 0], s[11, 0], s[12, 0]
    f_q = s[13, 0]
    count = s[14, 0]
    history, c1, c2, scaling = h[0], h[1], h[2], h[3]
    for j in range(x.shape[1]):
        size, promise = 0.0, 0.0
        for i in range(x.shape[0]):
            p[i, j] = -g[i, j]
            size += abs(g[i, j])
        for k in range(int(count[j])):
            ys, c = 0.0, 0.0
            for i in range(x.shape[0]):
                ys += s[35 + k, i, j] * s[15 + k, i, j]
                c += s[15 + k, i, j] * p[i, j]
            c /= ys
            s[55 + k, 0, j] = c
            for i in range(x.shape[0]):
                p[i, j] -= c * s[35 + k, i, j]
        if count[j] > 0 and scaling:
            for i in range(x.shape[0]):
                p[i, j] *= gamma[i, j]
        for k in range(int(count[j]) - 1, -1, -1):
            ys, c = 0.0, 0.0
            for i in range(x.shape[0]):
                ys += s[35 + k, i, j] * s[15 + k, i, j]
                c += s[35 + k, i, j] * p[i, j]
            c = s[55 + k, 0, j] - c / ys
            for i in range(x.shape[0]):
                p[i, j] += c * s[15 + k, i, j]
        for i in range(x.shape[0]):
            promise += g[i, j] * p[i, j]
        a[j] = lr
        if not promise < 0 or count[j] == 0:
            count[j] = 0.0
            a[j] = lr * min(1.0, 1.0 / size) if size > 0 else lr
            for i in range(x.shape[0]):
                p[i, j] = -g[i, j]

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
        ys, yy = 0.0, 0.0
        for i in range(x.shape[0]):
            alpha[i, j] = a[j]
            ys += (g_q[i, j] - g[i, j]) * (q[i, j] - x[i, j])
            yy += (g_q[i, j] - g[i, j]) ** 2
        if ys > 0:
            count[j] = min(count[j] + 1, history)
            for i in range(x.shape[0]):
                gamma[i, j] = ys / yy
                for k in range(int(count[j]) - 1, 0, -1):
                    s[15 + k, i, j] = s[14 + k, i, j]
                    s[35 + k, i, j] = s[34 + k, i, j]
                s[15, i, j] = q[i, j] - x[i, j]
                s[35, i, j] = g_q[i, j] - g[i, j]
        elif a[j] == 0:
            count[j] = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = q[i, j]


SPEC = Optimizer(
    key="lbfgs",
    title="L-BFGS",
    label="L-BFGS",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "history",
            10,
            low=1,
            high=20,
            slider=(1, 20),
            integer=True,
            symbol="m",
            help="How many of the last steps are remembered.",
        ),
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
            help="Starts from γ·I with γ = sᵀy/yᵀy of the last step instead of I.",
        ),
    ),
    state=(
        State("p", "search direction", symbol="p"),
        State("alpha", "step size found", symbol="α"),
        State("gamma", "scale of the first guess of H", symbol="γ"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the line search", symbol="·", rows=9, hidden=True),
        State("count", "steps remembered", symbol="·", hidden=True),
        State("steps", "last steps, the newest first", symbol="S", rows=20, hidden=True),
        State("changes", "their changes of the gradient", symbol="Y", rows=20, hidden=True),
        State("weights", "numbers of the recursion", symbol="·", rows=20, hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "H: γ I updated by the last m pairs of s and y, in two loops",
        "p = -(H * g)",
        "α: f(θ + α p) ≤ f + c₁ α gᵀp and |∇f(θ + α p)ᵀp| ≤ c₂ |gᵀp|",
        "alpha = search(p)",
        "x = x + alpha * p",
        "s = α p, y = ∇f(θ) − g, γ = sᵀy / yᵀy",
    ),
    summary="BFGS that remembers only its last few steps: no matrix, however many dimensions.",
    source="Nocedal 1980; Liu & Nocedal 1989; Nocedal & Wright 2006, algorithm 7.5",
)
