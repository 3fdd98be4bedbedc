"""Rprop: each coordinate has a step of its own, longer while the slope keeps its sign."""

from math import copysign

from explorer.core.spec import Hyper, Optimizer, State


def step(grad, problem, x, f, g, s, h, lr, t):
    """Take one step of x ← x - size·sign(g), as torch.optim.Rprop.

    A size, lr at first, grows where the slope kept its sign. Where the sign changed it shrinks,
    and that coordinate rests for a step.
    """
    size, previous = s[0], s[1]
    eta_minus, eta_plus, step_size_min, step_size_max = h[0], h[1], h[2], h[3]
    if t == 1:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                size[i, j] = lr
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            same = g[i, j] * previous[i, j]
            if same > 0:
                size[i, j] *= eta_plus
            if same < 0:
                size[i, j] *= eta_minus
            size[i, j] = min(max(size[i, j], step_size_min), step_size_max)
            previous[i, j] = 0.0 if same < 0 else g[i, j]
            delta = size[i, j] * copysign(1.0, previous[i, j]) if previous[i, j] != 0 else 0.0
            x[i, j] -= delta


SPEC = Optimizer(
    key="rprop",
    title="Rprop",
    label="Rprop",
    step=step,
    separable=True,
    lr=1e-2,
    hyper=(
        Hyper(
            "eta_minus",
            0.5,
            low=0.0,
            high=1.0,
            low_open=True,
            high_open=True,
            slider=(0.05, 0.95),
            symbol="η₋",
            help="Multiplies a step whose slope has changed its sign.",
        ),
        Hyper(
            "eta_plus",
            1.2,
            low=1.0,
            low_open=True,
            slider=(1.01, 2.0),
            symbol="η₊",
            help="Multiplies a step whose slope has kept its sign.",
        ),
        Hyper(
            "step_size_min",
            1e-6,
            low=0.0,
            scale="log",
            slider=(1e-9, 1e-1),
            symbol="Δₘᵢₙ",
            help="No step gets shorter than this.",
        ),
        Hyper(
            "step_size_max",
            50.0,
            low=0.0,
            low_open=True,
            scale="log",
            slider=(1e-3, 100.0),
            symbol="Δₘₐₓ",
            help="No step gets longer than this.",
        ),
    ),
    state=(
        State("size", "how far each coordinate moves", symbol="Δ̃"),
        State("previous", "the last slope, 0 where it turned", symbol="g₋"),
    ),
    summary="Looks only at the signs of the slope; a schedule acts on its first step alone.",
    source="Riedmiller & Braun 1993; as torch.optim.Rprop (PyTorch 2.13)",
)
