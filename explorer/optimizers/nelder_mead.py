"""Nelder and Mead's simplex, which crawls downhill by its losses alone."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Replace the worst corner of the simplex: reflect, expand, contract, or shrink to the best.

    x is the best corner, rows 9 to 9 + D the others, from the second best to the worst, and their
    losses are in the D rows behind. The coefficients are the usual 1, 2, ½, ½, the comparisons
    SciPy's. Step 1 puts the simplex up: its edges are lr·size·(high - low) along each coordinate.
    """
    low, high, middle, r, q, g_q = s[0], s[1], s[2], s[3], s[4], s[5]
    f_r, f_q, shrinks = s[6, 0], s[7, 0], s[8, 0]
    size = h[0]
    D = x.shape[0]
    C, L = 9, 9 + D
    if t == 1:
        for k in range(D):
            for i in range(D):
                for j in range(x.shape[1]):
                    edge = lr * size * (high[i, j] - low[i, j]) if i == k else 0.0
                    s[C + k, i, j] = x[i, j] + edge
            grad(problem, s[C + k], s[L + k, 0], g_q)
    else:
        for j in range(x.shape[1]):
            for i in range(D):
                middle[i, j] = x[i, j] / D
                for k in range(D - 1):
                    middle[i, j] += s[C + k, i, j] / D
                r[i, j] = 2 * middle[i, j] - s[L - 1, i, j]
        grad(problem, r, f_r, g_q)
        for j in range(x.shape[1]):
            worst = s[L + D - 1, 0, j]
            second = s[L + D - 2, 0, j] if D > 1 else f[j]
            away = 0.0
            if f_r[j] < f[j]:
                away = 2.0
            elif not f_r[j] < second:
                away = 0.5 if f_r[j] < worst else -0.5
            for i in range(D):
                q[i, j] = r[i, j]
                if away != 0:
                    q[i, j] = middle[i, j] + away * (middle[i, j] - s[L - 1, i, j])
        grad(problem, q, f_q, g_q)
        for j in range(x.shape[1]):
            worst = s[L + D - 1, 0, j]
            second = s[L + D - 2, 0, j] if D > 1 else f[j]
            shrinks[j] = 0.0
            if f_r[j] < second or f_r[j] < f[j]:
                take_q = 1.0 if f_q[j] < f_r[j] and f_r[j] < f[j] else 0.0
            else:
                take_q = 1.0
                if f_r[j] < worst:
                    shrinks[j] = 0.0 if f_q[j] <= f_r[j] else 1.0
                else:
                    shrinks[j] = 0.0 if f_q[j] < worst else 1.0
            for i in range(D):
                if shrinks[j] == 0:
                    s[L - 1, i, j] = q[i, j] if take_q > 0 else r[i, j]
                for k in range(D):
                    if shrinks[j] > 0:
                        s[C + k, i, j] = x[i, j] + 0.5 * (s[C + k, i, j] - x[i, j])
            s[L + D - 1, 0, j] = f_q[j] if take_q > 0 else f_r[j]
        busy = 0
        for j in range(x.shape[1]):
            if shrinks[j] > 0:
                busy = 1
        for k in range(D):
            if busy == 1:
                grad(problem, s[C + k], f_q, g_q)
                for j in range(x.shape[1]):
                    if shrinks[j] > 0:
                        s[L + k, 0, j] = f_q[j]
    for j in range(x.shape[1]):
        # sort: each pass brings the lowest of the rest up
        for _ in range(D):
            for k in range(D - 1, 0, -1):
                if s[L + k, 0, j] < s[L + k - 1, 0, j]:
                    s[L + k, 0, j], s[L + k - 1, 0, j] = s[L + k - 1, 0, j], s[L + k, 0, j]
                    for i in range(D):
                        s[C + k, i, j], s[C + k - 1, i, j] = s[C + k - 1, i, j], s[C + k, i, j]
            if s[L, 0, j] < f[j]:
                f[j], s[L, 0, j] = s[L, 0, j], f[j]
                for i in range(D):
                    x[i, j], s[C, i, j] = s[C, i, j], x[i, j]


SPEC = Optimizer(
    key="nelder_mead",
    title="Nelder-Mead",
    label="Simplex",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "size",
            0.1,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-3, 1.0),
            symbol="δ",
            help="Edge of the first simplex as a share of the box; lr multiplies it.",
        ),
    ),
    state=(
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("middle", "middle of the corners but the worst", symbol="c", hidden=True),
        State("r", "worst corner, reflected", symbol="r", hidden=True),
        State("q", "second corner tried", symbol="q", hidden=True),
        State("g_q", "gradient there, not used", symbol="g̃", hidden=True),
        State("search", "numbers of the step", symbol="·", rows=3, hidden=True),
        State(
            "corners",
            "the other corners, best first",
            symbol="θ₂",
            rows="dimension",
            draw="simplex",
        ),
        State("losses", "their losses", symbol="f", rows="dimension", hidden=True),
    ),
    formula=(
        "c: middle of all corners but the worst, w",
        "r = 2 * middle - w",
        "away: 2 if r is the lowest; ½ if it would be the worst, −½ if it is no better than w",
        "q = middle + away * (middle - w)",
        "w ← the better of r and q; if neither is better, halve all edges",
    ),
    summary="A triangle that flips its worst corner over: no gradient, only comparisons.",
    source="Nelder & Mead 1965; as scipy.optimize.minimize(method='Nelder-Mead') (SciPy 1.17)",
)
