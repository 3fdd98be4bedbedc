"""Gradient descent with heavy-ball momentum, in PyTorch's form."""

from math import inf

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of v ← momentum·v + (1 - dampening)·g, x ← x - lr·v.

    The rate multiplies the whole velocity, so a changed rate acts on past gradients too. As in
    torch.optim.SGD the first gradient enters undamped, and dampening needs some momentum.
    """
    v = s[0]
    momentum, dampening, weight_decay = h[0], h[1], h[2]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    if dampening and momentum and t > 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                v[i, j] = momentum * v[i, j] + (1 - dampening) * g[i, j]
    else:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                v[i, j] = momentum * v[i, j] + g[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            delta = lr * v[i, j]
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λ below 2 + 2β (Polyak 1964; Cohen et al. 2021), never for β ≥ 1.

    Dampening multiplies every gradient, and so the rate, by 1 - τ.
    """
    beta, damp, shift = hyper["momentum"], hyper["dampening"], hyper["weight_decay"]
    if beta >= 1:
        return Stability(0.0, shift=shift)
    if not beta:
        return Stability(2.0, shift=shift)
    if not damp:
        return Stability(2 + 2 * beta, "2+2β", shift=shift)
    if damp >= 1:
        return Stability(inf, shift=shift)
    return Stability((2 + 2 * beta) / (1 - damp), "(2+2β)/(1−τ)", shift=shift)


SPEC = Optimizer(
    key="momentum",
    title="Momentum",
    label="Momentum",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-3,
    hyper=(
        Hyper(
            "momentum",
            0.9,
            low=0.0,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β",
            help="How much of the velocity is kept from one step to the next.",
        ),
        Hyper(
            "dampening",
            0.0,
            slider=(0.0, 1.0),
            symbol="τ",
            help="Takes this share off every gradient from the second on before it joins v.",
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
    state=(State("v", "velocity: the decaying sum of g", symbol="v"),),
    cycles="momentum",
    summary="Gathers speed along slopes that keep their direction and rolls through bumps.",
    source="Polyak 1964; as torch.optim.SGD(momentum=...) (PyTorch 2.13)",
)
