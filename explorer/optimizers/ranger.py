"""Ranger: RAdam with Lookahead's slow weights."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of RAdam, and in every k-th one go back part of the way.

    `phi` then moves by alpha towards x, and x goes there: Lookahead around RAdam.
    """
    m, v, phi = s[0], s[1], s[2]
    beta1, beta2, eps, weight_decay = h[0], h[1], h[2], h[3]
    k, alpha = h[4], h[5]
    if t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                phi[i, j] = x[i, j]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += weight_decay * x[i, j]
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    rho_max = 2 / (1 - beta2) - 1
    rho = rho_max - 2 * t * beta2**t / c2
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * g[i, j] ** 2
    if rho > 5:
        r = sqrt((rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho))
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                m_hat = m[i, j] / c1
                delta = lr * r * m_hat * sqrt(c2) / (sqrt(v[i, j]) + eps)
                x[i, j] -= delta
    else:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                m_hat = m[i, j] / c1
                delta = lr * m_hat
                x[i, j] -= delta
    if t % k == 0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                phi[i, j] = phi[i, j] + alpha * (x[i, j] - phi[i, j])
                x[i, j] = phi[i, j]


SPEC = Optimizer(
    key="ranger",
    title="Ranger",
    label="Ranger",
    step=step,
    separable=True,
    lr=1e-3,
    hyper=(
        Hyper(
            "beta1",
            0.95,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β₁",
            help="How slowly the mean of g forgets; about 1/(1 - β₁) steps are remembered.",
        ),
        Hyper(
            "beta2",
            0.999,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.9999),
            symbol="β₂",
            help="How slowly the mean of g² forgets; about 1/(1 - β₂) steps are remembered.",
        ),
        Hyper(
            "eps",
            1e-5,
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
        Hyper(
            "k",
            6,
            low=1,
            integer=True,
            slider=(1, 50),
            symbol="k",
            help="Steps from one meeting of x with the slow weights to the next.",
        ),
        Hyper(
            "alpha",
            0.5,
            low=0.0,
            high=1.0,
            symbol="α",
            help="How far the slow weights go towards x when they meet.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m"),
        State("v", "mean of g²", symbol="v"),
        State("phi", "the slow weights", symbol="φ", draw="point"),
    ),
    cycles="beta1",
    summary="RAdam explores; every few steps it is called back halfway to where it set out.",
    source="Wright 2019: RAdam (Liu et al. 2020) inside Lookahead (Zhang et al. 2019)",
)
