"""Random search: points anywhere in the box, the best one kept."""

from explorer.core.spec import Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Draw `sample` evenly from the box, shrunk or grown by lr about its middle.

    x moves there if the loss is lower: the path is that of the best point so far.
    """
    sample, low, high, u, g_q = s[0], s[1], s[2], s[3], s[4]
    f_q = s[5, 0]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            middle = 0.5 * (low[i, j] + high[i, j])
            sample[i, j] = middle + lr * (u[i, j] - 0.5) * (high[i, j] - low[i, j])
    grad(problem, sample, f_q, g_q)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if f_q[j] < f[j]:
                x[i, j] = sample[i, j]


SPEC = Optimizer(
    key="random_search",
    title="Random search",
    label="Random",
    family="gradient-free",
    step=step,
    lr=1.0,
    state=(
        State("sample", "point drawn", symbol="q", draw="point"),
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("u", "uniform draw", symbol="u", fill="uniform", hidden=True),
        State("g_q", "gradient there, not used", symbol="g̃", hidden=True),
        State("f_q", "loss there", symbol="f̃", hidden=True),
    ),
    formula=(
        "middle = (low + high) / 2",
        "sample = middle + lr * (u - 1 / 2) * (high - low)",
        "x = sample if f(sample) < f(x) else x",
    ),
    summary="Looks anywhere and keeps the best: what every method has to beat.",
    source="Rastrigin 1963; Bergstra & Bengio 2012",
)
