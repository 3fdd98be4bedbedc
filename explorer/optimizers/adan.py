"""Adan: Adam with Nesterov's momentum, written by the change of the slope."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of Adan, as optax.adan.

    m, v and n are the running means of the slope g, of its change d since the last step, and of
    (g + (1 - β₂)·d)². weight_decay joins the step itself, not the slope.
    """
    m, v, n, previous = s[0], s[1], s[2], s[3]
    beta1, beta2, beta3, eps, eps_root, weight_decay = h[0], h[1], h[2], h[3], h[4], h[5]
    if t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                previous[i, j] = g[i, j]
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    c3 = 1 - beta3**t
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            d = g[i, j] - previous[i, j]
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * d
            n[i, j] = beta3 * n[i, j] + (1 - beta3) * (g[i, j] + (1 - beta2) * d) ** 2
            previous[i, j] = g[i, j]
            m_hat = m[i, j] / c1
            v_hat = v[i, j] / c2
            n_hat = n[i, j] / c3
            u = (m_hat + (1 - beta2) * v_hat) / (sqrt(n_hat + eps_root) + eps)
            delta = lr * (u + weight_decay * x[i, j])
            x[i, j] -= delta


SPEC = Optimizer(
    key="adan",
    title="Adan",
    label="Adan",
    step=step,
    separable=True,
    lr=1e-3,
    hyper=(
        Hyper(
            "beta1",
            0.98,
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
            0.92,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.999),
            symbol="β₂",
            help="How slowly the mean change of g forgets; about 1/(1 - β₂) steps are remembered.",
        ),
        Hyper(
            "beta3",
            0.99,
            low=0.0,
            high=1.0,
            high_open=True,
            scale="one_minus",
            slider=(0.0, 0.9999),
            symbol="β₃",
            help="How slowly the mean of squares forgets; about 1/(1 - β₃) steps are remembered.",
        ),
        Hyper(
            "eps",
            1e-8,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
        ),
        Hyper(
            "eps_root",
            1e-8,
            low=0.0,
            scale="log",
            slider=(1e-12, 1e-1),
            symbol="ε̃",
            help="Added under the root.",
        ),
        Hyper(
            "weight_decay",
            0.0,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Shrinks the parameters by lr·λ in every step, apart from the gradient.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m"),
        State("v", "mean change of g", symbol="v"),
        State("n", "mean square of g plus its change", symbol="n"),
        State("previous", "the last g", symbol="g₋"),
    ),
    summary="Looks ahead by how the slope is changing, and scales by that forecast.",
    source="Xie et al. 2022; as optax.adan (optax 0.2.8)",
)
