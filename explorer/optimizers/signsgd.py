"""SignSGD: every coordinate moves by the rate, whatever its slope."""

from math import copysign

from explorer.core.spec import Optimizer


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·sign(g), as optax.sign_sgd."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            delta = lr * copysign(1.0, g[i, j]) if g[i, j] != 0 else 0.0
            x[i, j] -= delta


SPEC = Optimizer(
    key="signsgd",
    title="SignSGD",
    label="SignSGD",
    step=step,
    separable=True,
    lr=1e-2,
    summary="Only the signs of the slope count; near a minimum it hops across by lr.",
    source="Bernstein et al. 2018; as optax.sign_sgd (optax 0.2.8)",
)
