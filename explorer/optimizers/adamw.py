"""AdamW: Adam whose weight decay is kept out of its gradient."""

from math import sqrt

from explorer.core.spec import Hyper, Optimizer, Stability, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← (1 - lr·weight_decay)·x - lr·m̂ / (√v̂ + eps), as torch.optim.AdamW.

    The decay acts on the parameters themselves, so Adam's scaling does not touch it.
    """
    m, v, v_max = s[0], s[1], s[2]
    beta1, beta2, eps, weight_decay, amsgrad = h[0], h[1], h[2], h[3], h[4]
    if weight_decay:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                x[i, j] *= 1 - lr * weight_decay
    c1 = 1 - beta1**t
    c2 = 1 - beta2**t
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            m[i, j] = beta1 * m[i, j] + (1 - beta1) * g[i, j]
            v[i, j] = beta2 * v[i, j] + (1 - beta2) * g[i, j] ** 2
            m_hat = m[i, j] / c1
            if amsgrad:
                v_max[i, j] = max(v_max[i, j], v[i, j])
                v_hat = v_max[i, j] / c2
            else:
                v_hat = v[i, j] / c2
            delta = lr * m_hat / (sqrt(v_hat) + eps)
            x[i, j] -= delta


def stability(hyper, state, t):
    """lr·λmax(P⁻¹H) below (2 + 2β₁) / (1 - β₁), where P = √v̂ + eps (Cohen et al. 2022).

    The decay multiplies that limit by 1 - lr·λ/2, which is left out.
    """
    beta1, c2 = hyper["beta1"], 1 - hyper["beta2"] ** t
    v = state["v_max"] if hyper["amsgrad"] else state["v"]
    return Stability(
        (2 + 2 * beta1) / (1 - beta1),
        "(2+2β<sub>1</sub>)/(1−β<sub>1</sub>)" if beta1 else "",
        tuple(sqrt(u / c2) + hyper["eps"] for u in v),
    )


SPEC = Optimizer(
    key="adamw",
    title="AdamW",
    label="AdamW",
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
            0.01,
            low=0.0,
            scale="log_zero",
            slider=(1e-5, 1.0),
            symbol="λ",
            help="Shrinks the parameters by lr·λ in every step, apart from the gradient.",
        ),
        Hyper(
            "amsgrad",
            "off",
            choices=("off", "on"),
            help="Scales by the largest v so far, so that the rate can only fall.",
        ),
    ),
    state=(
        State("m", "mean of g", symbol="m"),
        State("v", "mean of g²", symbol="v"),
        State("v_max", "largest v so far", symbol="vₘₐₓ", only="amsgrad"),
    ),
    cycles="beta1",
    summary="Adam with true weight decay: it bounds the parameters instead of adding a penalty.",
    source="Loshchilov & Hutter 2019; as torch.optim.AdamW (PyTorch 2.13)",
)
