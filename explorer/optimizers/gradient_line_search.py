"""Gradient descent whose every step is found by backtracking."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step x ← x - alpha·g with alpha the first of lr, lr·shrink, lr·shrink², ...

    that meets Armijo's condition f(x - alpha·g) ≤ f - c1·alpha·‖g‖². The loss never rises; after
    100 trials without success the point stays.
    """
    alpha, q, g_q = s[0], s[1], s[2]
    f_q, done = s[3, 0], s[4, 0]
    c1, shrink = h[0], h[1]
    for j in range(x.shape[1]):
        done[j] = 0.0
        for i in range(x.shape[0]):
            alpha[i, j] = lr
    for trial in range(100):
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                q[i, j] = x[i, j] - alpha[i, j] * g[i, j]
        grad(problem, q, f_q, g_q)
        busy = 0
        for j in range(x.shape[1]):
            square = 0.0
            for i in range(x.shape[0]):
                square += g[i, j] ** 2
            if done[j] > 0 or f_q[j] <= f[j] - c1 * alpha[0, j] * square:
                done[j] = 1.0
                continue
            busy = 1
            for i in range(x.shape[0]):
                alpha[i, j] = shrink * alpha[i, j] if trial < 98 else 0.0
        if busy == 0:
            break
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = q[i, j]


SPEC = Optimizer(
    key="gradient_line_search",
    title="Gradient with line search",
    label="Armijo",
    family="second order",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "c1",
            1e-4,
            low=0.0,
            low_open=True,
            high=1.0,
            high_open=True,
            scale="log",
            slider=(1e-6, 0.9),
            symbol="c₁",
            help="The loss must fall by at least c₁ of what the slope promises.",
        ),
        Hyper(
            "shrink",
            0.5,
            low=0.0,
            low_open=True,
            high=1.0,
            high_open=True,
            slider=(0.1, 0.8),
            symbol="τ",
            help="What a step that was too long is multiplied by.",
        ),
    ),
    state=(
        State("alpha", "step size found", symbol="α"),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there", symbol="g̃", hidden=True),
        State("search", "numbers of the search", symbol="·", rows=2, hidden=True),
    ),
    formula=(
        "g = nabla(x)",
        "α: first of η, ητ, ητ², … for which f(θ − α g) ≤ f(θ) − c₁ α ‖g‖²",
        "alpha = search(-g)",
        "x = x - alpha * g",
    ),
    summary="Tries a long step and shortens it until the loss falls enough: no rate to tune.",
    source="Armijo 1966; Nocedal & Wright 2006, algorithm 3.1",
)
