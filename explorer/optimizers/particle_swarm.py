"""Particle swarm: points that fly towards their own best and that of all."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Move every particle once; x is the best point that any has seen.

    v ← inertia·v + c1·r1·(own best - q) + c2·r2·(x - q), q ← q + v, r1 and r2 uniform and new for
    each coordinate. A particle stops at the edge of the box. Step 1 draws the swarm from the box,
    shrunk or grown by lr about its middle, at rest, with the start as one of it. Rows 4 to 28
    hold the particles, 28 to 52 their velocities, 52 to 76 their best points, 76 to 100 the losses
    there, 100 to 124 r1 and 124 to 148 r2.
    """
    low, high, g_q, f_q = s[0], s[1], s[2], s[3, 0]
    population, inertia, c1, c2 = h[0], h[1], h[2], h[3]
    Q, V, B, L, R1, R2 = 4, 28, 52, 76, 100, 124
    n = int(population)
    for k in range(n):
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                side = high[i, j] - low[i, j]
                if t == 1:
                    q = low[i, j] + 0.5 * side + lr * (s[R1 + k, i, j] - 0.5) * side
                    s[Q + k, i, j] = x[i, j] if k == 0 else q
                else:
                    own = s[R1 + k, i, j] * (s[B + k, i, j] - s[Q + k, i, j])
                    shared = s[R2 + k, i, j] * (x[i, j] - s[Q + k, i, j])
                    v = inertia * s[V + k, i, j] + c1 * own + c2 * shared
                    q = s[Q + k, i, j] + v
                    bottom, top = min(low[i, j], x[i, j]), max(high[i, j], x[i, j])
                    if q < bottom or q > top:
                        q, v = min(max(q, bottom), top), 0.0
                    s[V + k, i, j] = v
                    s[Q + k, i, j] = q
    for k in range(n):
        grad(problem, s[Q + k], f_q, g_q)
        for j in range(x.shape[1]):
            if t == 1 or f_q[j] < s[L + k, 0, j]:
                s[L + k, 0, j] = f_q[j]
                for i in range(x.shape[0]):
                    s[B + k, i, j] = s[Q + k, i, j]
            if f_q[j] < f[j]:
                f[j] = f_q[j]
                for i in range(x.shape[0]):
                    x[i, j] = s[Q + k, i, j]
    for k in range(n, 24):
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                s[Q + k, i, j] = x[i, j]


SPEC = Optimizer(
    key="particle_swarm",
    title="Particle swarm",
    label="PSO",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "population",
            16,
            low=1,
            high=24,
            slider=(1, 24),
            integer=True,
            symbol="n",
            help="How many particles there are.",
        ),
        Hyper(
            "inertia",
            0.7298,
            low=0.0,
            high=1.0,
            slider=(0.0, 1.0),
            symbol="ω",
            help="How much of its velocity a particle keeps.",
        ),
        Hyper(
            "c1",
            1.49618,
            low=0.0,
            slider=(0.0, 4.0),
            symbol="c₁",
            help="How strongly a particle is drawn to its own best point.",
        ),
        Hyper(
            "c2",
            1.49618,
            low=0.0,
            slider=(0.0, 4.0),
            symbol="c₂",
            help="How strongly a particle is drawn to the best point of all.",
        ),
    ),
    state=(
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("g_q", "gradient at a particle, not used", symbol="g̃", hidden=True),
        State("f_q", "loss at a particle", symbol="f̃", hidden=True),
        State("particles", "the swarm", symbol="q", rows=24, draw="points"),
        State("velocities", "velocities", symbol="v", rows=24, hidden=True),
        State("bests", "best point of each", symbol="b", rows=24, hidden=True),
        State("losses", "losses there", symbol="f", rows=24, hidden=True),
        State("r1", "uniform draws", symbol="r₁", rows=24, fill="uniform", hidden=True),
        State("r2", "uniform draws", symbol="r₂", rows=24, fill="uniform", hidden=True),
    ),
    formula=(
        "for each particle q with velocity v and best point b",
        "v ← ω v + c₁ r₁ (b − q) + c₂ r₂ (θ − q)",
        "q ← q + v",
        "b ← q if f(q) < f(b), θ ← q if f(q) < f(θ)",
    ),
    summary="A swarm pulled to the best points that each, and any, has found so far.",
    source="Kennedy & Eberhart 1995; constants: Clerc & Kennedy 2002",
)
