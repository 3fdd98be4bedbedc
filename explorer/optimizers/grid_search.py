"""Grid search: one cell of a grid after the other, the best one kept."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Look at the middle of cell t of the box, shrunk or grown by lr about its middle.

    The first coordinate runs fastest. x moves there if the loss is lower: the path is that of the
    best point so far. After the last of the points^D cells nothing more happens.
    """
    sample, low, high, g_q = s[0], s[1], s[2], s[3]
    f_q = s[4, 0]
    points = h[0]
    cell = min(t - 1, points ** x.shape[0] - 1)
    for i in range(x.shape[0]):
        index = cell % points
        cell = (cell - index) / points
        for j in range(x.shape[1]):
            middle = 0.5 * (low[i, j] + high[i, j])
            share = (index + 0.5) / points - 0.5
            sample[i, j] = middle + lr * share * (high[i, j] - low[i, j])
    grad(problem, sample, f_q, g_q)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if f_q[j] < f[j]:
                x[i, j] = sample[i, j]


SPEC = Optimizer(
    key="grid_search",
    title="Grid search",
    label="Grid",
    family="gradient-free",
    step=step,
    lr=1.0,
    hyper=(
        Hyper(
            "points",
            20,
            low=1,
            high=1000,
            scale="log",
            slider=(2, 100),
            integer=True,
            symbol="n",
            help="Cells along each coordinate; the whole grid takes nᴰ steps.",
        ),
    ),
    state=(
        State("sample", "middle of the cell", symbol="q", draw="point"),
        State("low", "low end of the box", symbol="a", initial="low", hidden=True),
        State("high", "high end of the box", symbol="b", initial="high", hidden=True),
        State("g_q", "gradient there, not used", symbol="g̃", hidden=True),
        State("f_q", "loss there", symbol="f̃", hidden=True),
    ),
    formula=(
        "middle = (low + high) / 2",
        "share = (index + 1 / 2) / points - 1 / 2",
        "sample = middle + lr * share * (high - low)",
        "x = sample if f(sample) < f(x) else x",
    ),
    summary="Looks everywhere in turn: sure, and hopeless in many dimensions.",
    source="Box & Wilson 1951, factorial designs",
)
