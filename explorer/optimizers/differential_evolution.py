"""Differential evolution: a population that moves by its own differences."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one generation: rand/1/bin or best/1/bin; x is the best point so far.

    Each member m in turn is tried against base + mutation·(b - c), where b and c, and for rand/1
    the base, are other members; a coordinate is taken over with probability `crossover`, one of
    them always. The trial replaces the member if it is no worse, at once. It is kept within the
    box. Step 1 draws the first generation from the box, shrunk or grown by lr about its middle,
    with the start as one of it. Rows 5 to 35 hold the members, 35 to 65 their losses, 65 to 95 the
    draws for the choices and 95 to 125 those for the crossover.
    """
    low, high, q, g_q, f_q = s[0], s[1], s[2], s[3], s[4, 0]
    population, mutation, crossover, strategy = h[0], h[1], h[2], h[3]
    Q, L, P, R = 5, 35, 65, 95
    n = int(population)
    if t == 1:
        for k in range(30):
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    side = high[i, j] - low[i, j]
                    s[Q + k, i, j] = low[i, j] + 0.5 * side + lr * (s[R + k, i, j] - 0.5) * side
                    if k == 0 or k >= n:
                        s[Q + k, i, j] = x[i, j]
    for k in range(n):
        for j in range(x.shape[1]):
            # three others and a coordinate, from the digits of one draw
            u = s[P + k, 0, j] * (n - 1)
            a = int(u)
            u = (u - a) * (n - 2)
            b = int(u)
            u = (u - b) * (n - 3)
            c = int(u)
            always = int((u - c) * x.shape[0])
            # shift past those already chosen, the member itself first
            a += a >= k
            b += b >= min(a, k)
            b += b >= max(a, k)
            low_one, high_one = min(a, b, k), max(a, b, k)
            c += c >= low_one
            c += c >= a + b + k - low_one - high_one
            c += c >= high_one
            for i in range(x.shape[0]):
                q[i, j] = s[Q + k, i, j]
                if t > 1 and (i == always or s[R + k, i, j] < crossover):
                    base = x[i, j] if strategy else s[Q + a, i, j]
                    q[i, j] = base + mutation * (s[Q + b, i, j] - s[Q + c, i, j])
                    bottom, top = min(low[i, j], x[i, j]), max(high[i, j], x[i, j])
                    q[i, j] = min(max(q[i, j], bottom), top)
        grad(problem, q, f_q, g_q)
        for j in range(x.shape[1]):
            if t == 1 or f_q[j] <= s[L + k, 0, j]:
                s[L + k, 0, j] = f_q[j]
                for i in range(x.shape[0]):
                    s[Q + k, i, j] = q[i, j]
            if f_q[j] < f[j]:
                f[j] = f_q[j]
                for i in range(x.shape[0]):
                    x[i, j] = q[i, j]
    for k in range(n, 30):
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                s[Q + k, i, j] = x[i, j]


SPEC = Optimizer(
    key="differential_evolution",
    title="Differential evolution",
    label="DE",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "population",
            20,
            low=4,
            high=30,
            slider=(4, 30),
            integer=True,
            symbol="n",
            help="How many points there are.",
        ),
        Hyper(
            "mutation",
            0.8,
            low=0.0,
            high=2.0,
            slider=(0.0, 2.0),
            symbol="F",
            help="What the difference of two members is multiplied by.",
        ),
        Hyper(
            "crossover",
            0.9,
            low=0.0,
            high=1.0,
            slider=(0.0, 1.0),
            symbol="p",
            help="How likely a coordinate is taken over from the mutant.",
        ),
        Hyper(
            "strategy",
            "rand",
            choices=("rand", "best"),
            help="What is mutated: any member (rand/1/bin) or the best so far (best/1/bin).",
        ),
    ),
    state=(
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("q", "point being tried", symbol="q", hidden=True),
        State("g_q", "gradient there, not used", symbol="g̃", hidden=True),
        State("f_q", "loss there", symbol="f̃", hidden=True),
        State("members", "population", symbol="θₖ", rows=30, draw="points"),
        State("losses", "their losses", symbol="f", rows=30, hidden=True),
        State("picks", "draws for the choices", symbol="u", rows=30, fill="uniform", hidden=True),
        State("cuts", "draws for the crossover", symbol="r", rows=30, fill="uniform", hidden=True),
    ),
    formula=(
        "for each member θₖ: others a, b, c at random (best/1: a is the best)",
        "mutant: a + F (b − c)",
        "q: each coordinate from the mutant with probability p, else from θₖ",
        "θₖ ← q if f(q) ≤ f(θₖ)",
        "θ: the best so far",
    ),
    summary="Steps are differences of its own points: long while they are spread, short when not.",
    source="Storn & Price 1997",
)
