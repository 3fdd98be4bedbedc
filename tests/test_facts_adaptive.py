"""Published facts about adaptive methods, schedules and the edge of stability."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import numbers

import explorer
from explorer.core.catalog import catalog
from explorer.core.experiment import Run, settings
from explorer.core.plan import parameter_array, resolve_run
from explorer.engine import batch

if TYPE_CHECKING:
    from collections.abc import Callable

Array = NDArray[np.float64]


def online(
    optimizer: str, slope: Callable[[int], float], rates: Array, box: float, **given: Any
) -> Array:
    """Points (T + 1,) from 0 for linear losses of slope(t), put back into [-box, box]."""
    spec = catalog().optimizer(optimizer)
    h, x, f = numbers(spec.hyper, **given), np.zeros((1, 1)), np.zeros(1)
    s, points = np.zeros((len(spec.state), 1, 1)), [0.0]
    for t, lr in enumerate(rates.tolist(), 1):
        spec.step(None, None, x, f, np.array([[slope(t)]]), s, h, lr, t)
        x[0, 0] = min(max(x[0, 0], -box), box)
        points.append(x[0, 0])
    return np.array(points)


# --- Adam (Kingma & Ba 2015) ------------------------------------------------------------------


@pytest.mark.parametrize("slope", [3e-3, -700.0])
@pytest.mark.parametrize("optimizer", ["adam", "adamax", "nadam", "amsgrad"])
def test_the_first_step_is_the_rate_whatever_the_slope(optimizer: str, slope: float) -> None:
    """Exact up to eps. NAdam's looks ahead with two coefficients, so it is not."""
    given = {"amsgrad": "on"} if optimizer == "amsgrad" else {}
    key = "adam" if given else optimizer
    trace = explorer.run("parabola", key, start=(slope / 2,), lr=0.1, steps=1, **given)
    move = trace.points[1, 0] - trace.points[0, 0]
    if key == "nadam":
        assert abs(move) > 0.1
    else:
        assert move == pytest.approx(-math.copysign(0.1, slope), rel=1e-5)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.999), (0.9, 0.99), (0.5, 0.999)])
def test_lengths_of_adams_steps(beta1: float, beta2: float) -> None:
    """Kingma's η(1 - β₁)/√(1 - β₂) is that of one slope after none.

    What no step exceeds is longer, by √(1 - β₁²/β₂) (Cauchy's inequality): slopes that grow by
    β₂/β₁ a step get there. Slopes of one size keep to η.
    """
    lr, steps = 0.01, 12_000
    rates, rng = np.full(steps, lr), np.random.default_rng(0)

    def last(slopes: Array) -> float:
        given = {"beta1": beta1, "beta2": beta2, "eps": 0.0}
        x = online("adam", lambda t: slopes[t - 1], rates[: len(slopes)], 1e9, **given)
        return abs(float(x[-1] - x[-2])) / lr

    lone = (1 - beta1) / math.sqrt(1 - beta2)
    assert last(np.array([1e-30] * (steps - 1) + [1.0])) == pytest.approx(lone, rel=1e-4)
    growing = (beta2 / beta1) ** np.arange(300.0)
    unbiased = math.sqrt(1 - beta2**300) / (1 - beta1**300)
    most = lone / math.sqrt(1 - beta1**2 / beta2)
    assert last(growing) == pytest.approx(most * unbiased, rel=1e-6)
    for _ in range(20):
        assert last(rng.choice([-1.0, 1.0], 100)) <= 1


@pytest.mark.parametrize("lr", [0.01, 0.1, 1.0])
def test_adam_at_a_constant_rate_does_not_settle(lr: float) -> None:
    """It goes on swinging, by some part of its rate."""
    tail = explorer.run("parabola", "adam", start=(5.0,), lr=lr, steps=20_000).points[-5000:, 0]
    assert 0.05 * lr < np.abs(tail).max() < 2 * lr
    assert tail.min() < 0 < tail.max()


@pytest.mark.parametrize("lr", [0.01, 0.1, 1.0])
@pytest.mark.parametrize(
    ("optimizer", "given", "limit"),
    [("adam", {}, 38.0), ("adam", {"beta2": 0.99}, 38.0), ("rmsprop", {}, 2.0)],
)
def test_scaled_curvature_hovers_just_below_its_limit(
    optimizer: str, given: dict[str, float], lr: float, limit: float
) -> None:
    """λ/(√v̂ + eps) about (2 + 2β₁)/((1 - β₁)η) (Cohen et al. 2022): v adapts until it is there."""
    trace = explorer.run("parabola", optimizer, start=(5.0,), lr=lr, steps=40_000, **given)
    root = np.sqrt(trace.states["v"][-20_000:, 0])
    hovering = float(np.median(2 * lr / (root + 1e-8)))
    assert 0.88 * limit < hovering < 1.001 * limit


# --- Adam's counterexample (Reddi, Kale & Kumar 2018) -----------------------------------------


@pytest.mark.parametrize("c", [3, 5])
def test_adam_goes_to_the_wrong_end_and_amsgrad_to_the_right_one(c: int) -> None:
    """Theorem 1: slope c in one step of three, else -1; β₁ = 0, β₂ = 1/(1 + c²), η = α/√t.

    On [-1, 1] the best point is -1. The paper's analysis has no bias correction; β₂ᵗ is gone
    after a few steps.
    """
    steps, beta2 = 30_000, 1 / (1 + c * c)
    rates = 0.5 / np.sqrt(np.arange(1, steps + 1))
    slopes = np.where(np.arange(1, steps + 1) % 3 == 1, float(c), -1.0)

    def end(amsgrad: str) -> tuple[float, float]:
        x = online(
            "adam",
            lambda t: slopes[t - 1],
            rates,
            1.0,
            beta1=0.0,
            beta2=beta2,
            amsgrad=amsgrad,
        )
        return x[-1], float(np.mean(slopes * (x[:-1] + 1)))

    last, regret = end("off")
    assert last == pytest.approx(1.0, abs=0.01)
    assert regret > 0.5 * (c - 2) / 3
    last, regret = end("on")
    assert last == pytest.approx(-0.998, abs=0.005)
    assert regret < 0.1 * (c - 2) / 3


def test_any_momentum_below_the_root_of_beta2_fails_alike() -> None:
    """Theorem 2 and the experiment of section 5, 1010 in one step of 101, else -10."""
    rates = 0.5 / np.sqrt(np.arange(1, 40_001))

    def slope(t: int) -> float:
        return 1010.0 if t % 101 == 1 else -10.0

    assert math.sqrt(0.99) > 0.9
    ends = [
        online("adam", slope, rates, 1.0, beta1=0.9, beta2=0.99, amsgrad=on) for on in ("off", "on")
    ]
    assert ends[0][-1] == pytest.approx(1.0, abs=0.01)
    assert ends[1][-1] < -0.9


# --- RAdam (Liu et al. 2020), AdamW (Loshchilov & Hutter 2019; Xie & Li 2024) -----------------


def test_radam_scales_from_its_sixth_step_on() -> None:
    """With β₂ = 0.999, as in PyTorch (the paper's threshold would be passed at the fifth)."""
    lr = 0.01
    trace = explorer.run("himmelblau", "radam", start=(0.0, 0.0), lr=lr, steps=6)
    t = np.arange(1, 7)[:, None]
    m_hat = trace.states["m"][1:] / (1 - 0.9**t)
    moves = -np.diff(trace.points, axis=0) / lr
    np.testing.assert_allclose(moves[:5], m_hat[:5], rtol=1e-9)
    v_hat = trace.states["v"][6] / (1 - 0.999**6)
    r = moves[5] / (m_hat[5] / np.sqrt(v_hat))
    np.testing.assert_allclose(r, 0.0258211, atol=5e-8)


def test_adamw_ends_on_its_box_and_adam_with_a_penalty_at_the_ridge() -> None:
    """On ½‖w - (5, 0.3)‖² with λ = 0.5: (2.000, 0.300), for |w| ≤ 1/λ, and (3.333, 0.200)."""
    surface = explorer.landscape("expr:((x-5)^2 + (y-0.3)^2)/2")
    shared = {"start": (0.0, 0.0), "lr": 0.2, "steps": 30_000, "schedule": "inverse_time:k=0.01"}
    decoupled = explorer.run(surface, "adamw", weight_decay=0.5, **shared)
    np.testing.assert_allclose(decoupled.points[-1], (2.0, 0.3), atol=2e-3)
    for given in ({"weight_decay": 0.5}, {"l2": 0.25}):
        ridge = explorer.run(surface, "adam", **shared, **given)
        np.testing.assert_allclose(ridge.points[-1], (10 / 3, 0.2), atol=1e-4)


# --- where methods end (Wilson et al. 2017; Dupont 2018) --------------------------------------


@pytest.mark.parametrize(
    ("optimizer", "given", "end"),
    [
        ("sgd", {"lr": 0.05}, (0.6, 0.2)),
        ("momentum", {"lr": 0.01}, (0.6, 0.2)),
        ("nesterov", {"lr": 0.01}, (0.6, 0.2)),
        ("heavy_ball", {"lr": 0.01}, (0.6, 0.2)),
        ("adagrad", {"lr": 0.1}, (0.5, 0.5)),
        ("rmsprop", {"lr": 1e-4}, (0.5, 0.5)),
        ("adam", {"lr": 1e-3}, (0.5, 0.5)),
        ("signsgd", {"lr": 1e-4}, (0.5, 0.5)),
    ],
)
def test_one_equation_two_unknowns(
    optimizer: str, given: dict[str, float], end: tuple[float, float]
) -> None:
    """b·a/‖a‖² or b·sign(a)/‖a‖₁ from 0: the same loss, 0, at another point."""
    trace = explorer.run("wilson", optimizer, steps=6000, **given)
    np.testing.assert_allclose(trace.points[-1], end, atol=1e-3)
    assert trace.loss[-1] < 1e-5


def left(points: Array) -> float:
    """The share of points within 0.15 of the global minimum on the left."""
    return float((np.hypot(points[:, 0] + 0.93630063, points[:, 1]) < 0.15).mean())


STARTS = np.stack(np.meshgrid(*[np.linspace(-2, 2, 201)] * 2), axis=2).reshape(-1, 2)


@pytest.mark.parametrize(
    ("optimizer", "lr", "steps", "given", "share"),
    [
        ("sgd", 0.02, 500, {}, 0.548),
        ("momentum", 0.01, 200, {"momentum": 0.8}, 0.591),
        ("rmsprop", 0.01, 300, {"alpha": 0.99, "eps": 1e-6}, 0.654),
    ],
)
def test_shares_of_starts_that_find_the_deeper_well(
    optimizer: str, lr: float, steps: int, given: dict[str, float], share: float
) -> None:
    """Dupont's settings on his surface, 201 x 201 starts."""
    spec = catalog().landscape("two_gaussians")
    run = resolve_run(Run(optimizer, lr, settings(given)), steps, spec)
    made = batch.ends(spec, parameter_array(spec, {}), run.optimizer, run.hyper, run.rates, STARTS)
    assert made is not None
    assert left(made[0]) == pytest.approx(share, abs=6e-4)


def test_the_share_of_adam_without_bias_correction() -> None:
    """Dupont's Adam has none, and PyTorch's, ours, has: so his is computed here, on our slopes."""
    surface = explorer.landscape("two_gaussians")
    x, m, v = STARTS.copy(), np.zeros_like(STARTS), np.zeros_like(STARTS)
    for _ in range(100):
        g = surface.gradient(x)
        m = 0.7 * m + 0.3 * g
        v = 0.999 * v + 0.001 * g * g
        x -= 0.01 * m / (np.sqrt(v) + 1e-6)
    assert left(x) == pytest.approx(0.668, abs=6e-4)
