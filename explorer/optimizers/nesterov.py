"""Nesterov's accelerated gradient, in PyTorch's form and in the look-ahead form."""

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step; `peek` keeps the point at which this step's gradient was taken.

    Look-ahead form: g at peek = x - lr·momentum·v, then v ← momentum·v + g and x ← x - lr·v.
    PyTorch's form takes g at x itself and moves by lr·(g + momentum·v): at a constant rate its x
    is the look-ahead form's next peek.
    """
    v, peek = s[0], s[1]
    momentum, form, weight_decay = h[0], h[1], h[2]
    if form:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                peek[i, j] = x[i, j] - lr * momentum * v[i, j]
        grad(problem, peek, f, g)
    else:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                peek[i, j] = x[i, j]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * peek[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            v[i, j] = momentum * v[i, j] + g[i, j]
    if form:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                delta = lr * v[i, j]
                x[i, j] -= delta
    else:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                delta = lr * (g[i, j] + momentum * v[i, j])
                x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λ below (2 + 2β) / (1 + 2β), of both forms (Cohen et al. 2021); never for β ≥ 1."""
    beta, shift = hyper["momentum"], hyper["weight_decay"]
    if beta >= 1:
        return Stability(0.0, shift=shift)
    return Stability((2 + 2 * beta) / (1 + 2 * beta), "(2+2β)/(1+2β)", shift=shift)


SPEC = Optimizer(
    key="nesterov",
    title="Nesterov",
    label="Nesterov",
    step=step,
    stability=stability,
    lr=1e-3,
    hyper=(
        Hyper(
            "momentum",
            0.9,
            low=0.0,
            low_open=True,
            scale="one_minus",
            slider=(0.1, 0.999),
            symbol="β",
            help="How much of the velocity is kept from one step to the next.",
        ),
        Hyper(
            "form",
            "torch",
            choices=("torch", "lookahead"),
            help="Gradient at the point itself (torch) or where the velocity leads (lookahead).",
        ),
        Hyper(
            "weight_decay",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Adds λ times the parameters to the gradient: an L2 penalty of weight λ/2.",
        ),
    ),
    state=(
        State("v", "velocity: the decaying sum of g", symbol="v"),
        State("peek", "where the gradient was taken", symbol="θ̃", draw="point"),
    ),
    cycles="momentum",
    summary="Momentum that looks where it is about to be, and so brakes before the turn.",
    source="Nesterov 1983; Sutskever et al. 2013; as torch.optim.SGD(nesterov=True) (PyTorch 2.13)",
)
