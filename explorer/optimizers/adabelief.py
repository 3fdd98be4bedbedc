"""AdaBelief: Adam scaled by how far each slope is from the expected one."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - lr·m̂ / (√v̂ + eps), as optax.adabelief.

    v is the running mean of (g - m)², the error of the prediction m. `eps_root` joins it in every
    step, and so adds up. `nesterov` mixes the new slope into m̂ once more.
    """
    m, v = s[0], s[1]
    beta1, beta2, eps, eps_root, nesterov = h[0], h[1], h[2], h[3], h[4]
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    c_next = 1 - beta1 ** (t + 1)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * (g[i, j] - m[i, j]) ** 2 + eps_root
            if nesterov:
                m_hat = beta1 * m[i, j] / c_next + (1 - beta1) * g[i, j] / c1
            else:
                m_hat = m[i, j] / c1
            v_hat = v[i, j] / c2
            delta = lr * m_hat / (sqrt(v_hat) + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 - β₁), as for Adam, with P = √v̂ + eps.

    With `nesterov` the limit is Nesterov's, (2 + 2β₁) / (1 + 2β₁), over 1 - β₁.
    """
    beta1, c2 = hyper["beta1"], 1 - hyper["beta2"] ** t
    under, said = 1 - beta1, "(2+2β<sub>1</sub>)/(1−β<sub>1</sub>)"
    if hyper["nesterov"]:
        under, said = (1 - beta1) * (1 + 2 * beta1), said + "/(1+2β<sub>1</sub>)"
    return Stability(
        (2 + 2 * beta1) / under,
        said if beta1 else "",
        tuple(sqrt(v / c2) + hyper["eps"] for v in state["v"]),
    )


SPEC = Optimizer(
    key="adabelief",
    title="AdaBelief",
    label="AdaBelief",
    step=step,
    separable=True,
    stability=stability,
    lr=1e-3,
    hyper=(
        Hyper(
            "beta1",
            0.9,
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
            help="How slowly the mean squared error forgets; about 1/(1 - β₂) steps are "
            "remembered.",
        ),
        Hyper(
            "eps",
            1e-16,
            low=0.0,
            scale="log",
            slider=(1e-16, 1e-1),
            symbol="ε",
            help="Added to the root in the denominator; keeps it from being zero.",
        ),
        Hyper(
            "eps_root",
            1e-16,
            low=0.0,
            scale="log",
            slider=(1e-16, 1e-1),
            symbol="ε̃",
            help="Added to v in every step; keeps the root from being zero.",
        ),
        Hyper(
            "nesterov",
            "off",
            choices=("off", "on"),
            help="Counts the new slope twice: in the mean and beside it.",
        ),
    ),
    state=(
        State("m", "mean of g: the slope it believes in", symbol="m"),
        State("v", "mean of (g - m)²", symbol="v"),
    ),
    summary="Takes long steps where slopes come as expected, short ones where they surprise.",
    source="Zhuang et al. 2020; as optax.adabelief (optax 0.2.8)",
)
