"""Simulated annealing: random steps, uphill ones less and less likely."""

from math import exp

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Propose q = x + lr·step_size·(high - low)·jump and take it as Metropolis would.

    Downhill always, uphill by `rise` with probability exp(-rise / temperature); the temperature is
    heat·cooling^(t-1). jump is standard normal, low and high are the ends of the box. A proposal
    that leaves the box, or gets further from it, is refused, so at a fixed temperature the points
    have the density exp(-loss / temperature) within the box.
    """
    temperature, acceptance, best, low, high = s[0], s[1], s[2], s[3], s[4]
    jump, u, q, g_q = s[5], s[6], s[7], s[8]
    f_q, f_best = s[9, 0], s[10, 0]
    heat, cooling, step_size = h[0], h[1], h[2]
    if t == 1:
        for j in range(x.shape[1]):
            f_best[j] = f[j]
            for i in range(x.shape[0]):
                best[i, j] = x[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            temperature[i, j] = heat * cooling ** (t - 1)
            q[i, j] = x[i, j] + lr * step_size * (high[i, j] - low[i, j]) * jump[i, j]
    grad(problem, q, f_q, g_q)
    for j in range(x.shape[1]):
        rise = f_q[j] - f[j]
        accepted = 0.0
        if rise <= 0 or u[0, j] < exp(-rise / temperature[0, j]):
            accepted = 1.0
        for i in range(x.shape[0]):
            if q[i, j] < min(low[i, j], x[i, j]) or q[i, j] > max(high[i, j], x[i, j]):
                accepted = 0.0
        for i in range(x.shape[0]):
            acceptance[i, j] += (accepted - acceptance[i, j]) / t
            if accepted > 0:
                x[i, j] = q[i, j]
                if f_q[j] < f_best[j]:
                    best[i, j] = q[i, j]
        if accepted > 0 and f_q[j] < f_best[j]:
            f_best[j] = f_q[j]


SPEC = Optimizer(
    key="simulated_annealing",
    title="Simulated annealing",
    label="Annealing",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "heat",
            10.0,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-3, 1e3),
            symbol="T₀",
            help="The first temperature: a rise of the loss by this much is taken once in e times.",
        ),
        Hyper(
            "cooling",
            0.99,
            low=0.0,
            low_open=True,
            high=1.0,
            scale="one_minus",
            slider=(0.5, 0.9999),
            symbol="κ",
            help="What the temperature is multiplied by after every step; 1 keeps it.",
        ),
        Hyper(
            "step_size",
            0.1,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-3, 1.0),
            symbol="δ",
            help="Standard deviation of a step, as a share of the box; lr multiplies it.",
        ),
    ),
    state=(
        State("temperature", "temperature", symbol="T"),
        State("acceptance", "share of the proposals taken so far", symbol="p"),
        State("best", "lowest point so far", symbol="θ*", draw="point"),
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("jump", "normal draw", symbol="z", fill="normal", hidden=True),
        State("u", "uniform draw", symbol="u", fill="uniform", hidden=True),
        State("q", "point proposed", symbol="q", hidden=True),
        State("g_q", "gradient there, not used", symbol="g̃", hidden=True),
        State("losses", "loss there, lowest loss so far", symbol="·", rows=2, hidden=True),
    ),
    formula=(
        "temperature = heat * cooling ** (t - 1)",
        "q = x + lr * step_size * (high - low) * jump",
        "rise = f(q) - f(x)",
        "x = q if u < exp(-(rise / temperature)) else x",
    ),
    summary="Accepts bad steps while it is hot, so that it can leave a poor well before it cools.",
    source="Metropolis et al. 1953; Kirkpatrick, Gelatt & Vecchi 1983",
)
