"""Published facts about noisy gradients: how wide methods spread about a minimum.

Samples are so many steps apart that they are next to independent; the standard error of a
variance of n of them is √(2/n) of it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import explorer

H = 2.0  # the parabola's curvature


def spread(
    optimizer: str, memory: float, steps: int = 300_000, **given: Any
) -> tuple[float, float]:
    """The variance of x about the parabola's minimum, and its relative standard error.

    memory: by which factor what x has in common with the past shrinks in one step.
    """
    apart = math.ceil(-4 / math.log(memory))
    trace = explorer.run("parabola", optimizer, start=(0.0,), steps=steps, **given)
    kept = trace.points[20 * apart :: apart, 0]
    return float(np.mean(kept**2)), math.sqrt(2 / len(kept))


@pytest.mark.parametrize("kind", ["normal", "laplace", "student"])
@pytest.mark.parametrize(("lr", "sigma"), [(0.1, 1.0), (0.9, 0.5)])
def test_spread_of_gradient_descent(kind: str, lr: float, sigma: float) -> None:
    """ησ²/(h(2 - ηh)), whatever the distribution of the noise."""
    got, error = spread("sgd", abs(1 - lr * H), lr=lr, sigma=sigma, noise=kind, seed=1)
    wanted = lr * sigma**2 / (H * (2 - lr * H))
    # heavy tails make a variance less certain; Student's t of three has no fourth moment
    error *= {"normal": 4, "laplace": 6, "student": 12}[kind]
    assert got == pytest.approx(wanted, rel=error)


def test_excess_loss_is_half_the_curvature_times_the_spread() -> None:
    trace = explorer.run("parabola", "sgd", start=(0.0,), lr=0.1, sigma=1.0, steps=300_000, seed=2)
    wanted = H / 2 * 0.1 / (H * (2 - 0.1 * H))
    assert trace.loss[500:].mean() == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize("optimizer", ["momentum", "heavy_ball"])
@pytest.mark.parametrize(("lr", "beta"), [(0.1, 0.9), (0.05, 0.5), (1.0, 0.7)])
def test_spread_of_heavy_ball(optimizer: str, lr: float, beta: float) -> None:
    """η(1 + β)σ²/((1 - β)h(2(1 + β) - ηh))."""
    assert (1 + beta - lr * H) ** 2 < 4 * beta
    got, error = spread(optimizer, math.sqrt(beta), lr=lr, momentum=beta, sigma=1.0, seed=3)
    wanted = lr * (1 + beta) / ((1 - beta) * H * (2 * (1 + beta) - lr * H))
    assert got == pytest.approx(wanted, rel=4 * error)


def test_spread_goes_as_one_over_the_batch() -> None:
    """As a mean of B independent gradients would have it (0.0512 for one)."""
    found = []
    for batch in (1, 4, 16, 64):
        got, error = spread("sgd", 0.8, lr=0.1, sigma=1.0, batch=batch, seed=4 + batch)
        assert got * batch == pytest.approx(0.1 / (H * (2 - 0.1 * H)), rel=4 * error)
        found.append(got)
    assert found == sorted(found, reverse=True)


def test_doubling_rate_and_batch_leaves_the_spread_of_small_rates() -> None:
    """η/B sets it (Jastrzębski et al. 2017), up to terms of order ηh."""
    small, error = spread("sgd", 0.98, lr=0.01, sigma=1.0, batch=8, seed=5)
    large, _ = spread("sgd", 0.96, lr=0.02, sigma=1.0, batch=16, seed=6)
    assert large / small == pytest.approx(1.0, rel=8 * error)


@pytest.mark.parametrize("temperature", [0.2, 1.5])
def test_metropolis_at_a_fixed_temperature_has_boltzmanns_spread(temperature: float) -> None:
    """Density exp(-f/T), so T/h on a parabola."""
    trace = explorer.run(
        "parabola", "simulated_annealing", start=(0.0,), lr=1.0, steps=400_000,
        heat=temperature, cooling=1.0, step_size=0.1, seed=7,
    )  # fmt: skip
    kept = trace.points[1000::20, 0]
    assert np.mean(kept**2) == pytest.approx(temperature / H, rel=5 * math.sqrt(2 / len(kept)))


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_langevin_dynamics_has_boltzmanns_spread_at_small_rates(temperature: float) -> None:
    """T/h, and exactly T/(h(1 - ηh/2)): the noise of gradient descent with σ² = 2T/η."""
    lr = 0.02
    got, error = spread("sgld", 1 - lr * H, lr=lr, temperature=temperature, seed=8)
    assert got == pytest.approx(temperature / (H * (1 - lr * H / 2)), rel=4 * error)
    assert got == pytest.approx(temperature / H, rel=0.02 + 4 * error)


def test_lookahead_is_quieter_than_what_it_wraps() -> None:
    """Zhang et al. 2019, proposition 2: slow weights when they meet the fast ones."""
    k, alpha, lr = 5, 0.5, 0.1
    q = 1 - lr * H
    trace = explorer.run(
        "parabola", "lookahead", inner="sgd", start=(0.0,), lr=lr, sigma=1.0, steps=300_000,
        sync_period=k, slow_step_size=alpha, seed=9,
    )  # fmt: skip
    kept = trace.states["slow"][1000 :: 6 * k, 0]
    plain = lr**2 / (1 - q**2)
    gain = alpha**2 * (1 - q ** (2 * k))
    wanted = gain / (gain + 2 * alpha * (1 - alpha) * (1 - q**k)) * plain
    assert np.mean(kept**2) == pytest.approx(wanted, rel=4 * math.sqrt(2 / len(kept)))
    assert wanted < 0.5 * plain
