"""Gradient descent: a step straight down the slope."""

from explorer.core.spec import Hyper, Optimizer, Stability


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·g, as torch.optim.SGD does without momentum."""
    weight_decay = h[0]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            delta = lr * g[i, j]
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λ below 2 (Nesterov 2004); decay adds λ to every curvature."""
    return Stability(2.0, shift=hyper["weight_decay"])


SPEC = Optimizer(
    key="sgd",
    title="Gradient descent",
    label="GD",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-3,
    hyper=(
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
    summary="Follows the negative gradient; the step shrinks only as the slope does.",
    source="Cauchy 1847; as torch.optim.SGD (PyTorch 2.13)",
)
