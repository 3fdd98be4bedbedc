"""Schedule-free AdamW: an average in place of momentum and a falling rate."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step, as optax.contrib.schedule_free_adamw.

    The path is x, the weighted mean of z, where the loss is to be judged. The gradient is taken at
    y, between both. A step of rate lr weighs as the largest rate so far to the `weight_lr_power`.
    """
    v, z, y, peak, total = s[0], s[1], s[2], s[3], s[4]
    beta1, beta2, eps, weight_decay, weight_lr_power = h[0], h[1], h[2], h[3], h[4]
    if t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                z[i, j] = x[i, j]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            y[i, j] = beta1 * x[i, j] + (1 - beta1) * z[i, j]
    grad(problem, y, f, g)
    c2 = 1 - beta2**t
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * g[i, j] ** 2
            v_hat = v[i, j] / c2
            d = lr * (g[i, j] / (sqrt(v_hat) + eps) + weight_decay * y[i, j])
            z[i, j] = z[i, j] - d
            peak[i, j] = max(peak[i, j], lr)
            w = peak[i, j] ** weight_lr_power
            total[i, j] = total[i, j] + w
            c = w / total[i, j] if total[i, j] > 0 else 0.0
            x[i, j] = (1 - c) * x[i, j] + c * z[i, j]


SPEC = Optimizer(
    key="schedule_free_adamw",
    title="Schedule-free AdamW",
    label="SF-AdamW",
    step=step,
    lr=2.5e-3,
    hyper=(
        Hyper(
            "beta1",
            0.9,
            low=0.0,
            high=1.0,
            low_open=True,
            high_open=True,
            scale="one_minus",
            slider=(0.1, 0.999),
            symbol="β",
            help="Where the gradient is taken: at β·x + (1 - β)·z.",
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
            1e-8,
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
            help="Takes lr·λ·y off z in every step.",
        ),
        Hyper(
            "weight_lr_power",
            2.0,
            low=0.0,
            slider=(0.0, 4.0),
            symbol="p",
            help="How much less the mean counts steps of a small rate, as during a warm-up.",
        ),
    ),
    state=(
        State("v", "mean of g²", symbol="v"),
        State("z", "where plain steps lead", symbol="z", draw="point"),
        State("y", "where the gradient is taken", symbol="y", draw="point"),
        State("peak", "largest rate so far", symbol="η̂"),
        State("total", "sum of the weights", symbol="W"),
    ),
    summary="Adam's scaling with an average of the path in place of momentum and schedule.",
    source="Defazio et al. 2024; as optax.contrib.schedule_free_adamw (optax 0.2.8)",
)
