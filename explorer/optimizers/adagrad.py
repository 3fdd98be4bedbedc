"""AdaGrad: every coordinate's rate shrinks with the slopes it has met."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of G ← G + g², x ← x - lr·g / (√G + eps), as torch.optim.Adagrad.

    G starts at initial_accumulator_value; lr_decay divides the rate by 1 + (t - 1)·lr_decay.
    """
    G = s[0]
    lr_decay, initial_accumulator_value, eps, weight_decay = h[0], h[1], h[2], h[3]
    if lr_decay:
        lr = lr / (1 + (t - 1) * lr_decay)
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    if initial_accumulator_value and t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                G[i, j] = initial_accumulator_value
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            G[i, j] = G[i, j] + g[i, j] ** 2
            delta = lr * g[i, j] / (sqrt(G[i, j]) + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below 2, where P = √G + eps, times 1 + (t - 1)·lr_decay."""
    slower = 1 + (t - 1) * hyper["lr_decay"]
    scale = tuple((sqrt(G) + hyper["eps"]) * slower for G in state["G"])
    return Stability(2.0, scale=scale, shift=hyper["weight_decay"])


SPEC = Optimizer(
    key="adagrad",
    title="AdaGrad",
    label="AdaGrad",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-2,
    hyper=(
        Hyper(
            "lr_decay",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="d",
            help="Divides the rate by 1 + (t - 1)·d at step t.",
        ),
        Hyper(
            "initial_accumulator_value",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-4, 100.0),
            symbol="G₀",
            help="What the sum of g² starts from; above zero it tames the first steps.",
        ),
        Hyper(
            "eps",
            1e-10,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
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
    state=(State("G", "sum of g²", symbol="G"),),
    summary="Divides each coordinate by the root of all its squared slopes; only ever slows down.",
    source="Duchi, Hazan & Singer 2011; as torch.optim.Adagrad (PyTorch 2.13)",
)
