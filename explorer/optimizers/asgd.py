"""Averaged gradient descent."""

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of gradient descent with a falling rate η, as torch.optim.ASGD.

    η = lr / (1 + lambd·lr·t)^alpha holds from the step after t. `average` is the last point, and
    from step t0 + 2 on the mean of the points since; the path is that of the points themselves.
    """
    average, eta = s[0], s[1]
    lambd, alpha, t0, weight_decay = h[0], h[1], h[2], h[3]
    if t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                eta[i, j] = lr
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    mu = 1 / max(1.0, t - 1 - t0)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] *= 1 - lambd * eta[i, j]
            delta = eta[i, j] * g[i, j]
            x[i, j] -= delta
            if mu == 1:
                average[i, j] = x[i, j]
            else:
                average[i, j] = average[i, j] + mu * (x[i, j] - average[i, j])
            eta[i, j] = lr / (1 + lambd * lr * t) ** alpha


SPEC = Optimizer(
    key="asgd",
    title="Averaged SGD",
    label="ASGD",
    step=step,
    separable=True,
    lr=1e-2,
    hyper=(
        Hyper(
            "lambd",
            1e-4,
            low=0.0,
            scale="log_zero",
            slider=(1e-6, 1.0),
            symbol="λ₀",
            help="How fast the rate falls; also shrinks the parameters by η·λ₀ in every step.",
        ),
        Hyper(
            "alpha",
            0.75,
            low=0.0,
            slider=(0.0, 1.0),
            symbol="α",
            help="The power with which the rate falls.",
        ),
        Hyper(
            "t0",
            1e6,
            low=0.0,
            integer=True,
            scale="log_zero",
            slider=(1.0, 1e6),
            symbol="t₀",
            help="Averaging starts after this many steps.",
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
        State("average", "mean of the points since t₀", symbol="θ̄", draw="point"),
        State("eta", "rate of the next step", symbol="η̂"),
    ),
    summary="Lets the noise of the path average out: the mean of its points is the answer.",
    source="Polyak & Juditsky 1992; Bottou 2010; as torch.optim.ASGD (PyTorch 2.13)",
)
