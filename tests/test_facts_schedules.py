"""Published values of schedules, as the Python interface gives them."""

from __future__ import annotations

import numpy as np
import pytest

import explorer


def test_warm_restarts() -> None:
    """Loshchilov & Hutter 2017, cycles of 10 and 20 steps from 1 to 0."""
    given = explorer.schedule("cosine_restarts", lr=1.0, steps=31, T_0=10, T_mult=2)
    np.testing.assert_allclose(
        given[[0, 5, 9, 10, 20, 29, 30]], [1, 0.5, 0.0244717, 1, 0.5, 0.00615583, 1], rtol=1e-5
    )


def test_triangles() -> None:
    """Smith 2017: cycle = ⌊1 + t/2s⌋, and 1 - |t/s - 2·cycle + 1| of the way up."""
    t, s = np.arange(40), 4
    number = np.floor(1 + t / (2 * s))
    up = np.maximum(0, 1 - np.abs(t / s - 2 * number + 1))
    given = {"lr": 1.0, "steps": 40, "base_fraction": 0.1, "step_size_up": s}
    for mode, scale in (("triangular", 1.0), ("triangular2", 1 / 2 ** (number - 1))):
        ours = explorer.schedule("cyclic", mode=mode, **given)
        np.testing.assert_allclose(ours, 0.1 + 0.9 * up * scale, rtol=1e-12)
    ours = explorer.schedule("cyclic", mode="exp_range", gamma=0.97, **given)
    np.testing.assert_allclose(ours, 0.1 + 0.9 * up * 0.97**t, rtol=1e-12)
    np.testing.assert_allclose(
        explorer.schedule("cyclic", **given)[:6], [0.1, 0.325, 0.55, 0.775, 1.0, 0.775]
    )


@pytest.mark.parametrize("steps", [50, 1000])
def test_one_cycle_starts_peaks_and_ends(steps: int) -> None:
    """A 25th of the rate, the rate after 0.3 of the way, and a 10,000th of the first."""
    given = explorer.schedule("one_cycle", lr=2.0, steps=steps)
    assert given[0] == pytest.approx(2 / 25, rel=1e-12)
    assert given.max() == pytest.approx(2, rel=1e-12)
    assert abs(given.argmax() - 0.3 * steps) <= 1
    assert given[-1] == pytest.approx(2 / 25e4, rel=1e-9)


def test_steps_powers_and_roots() -> None:
    t = np.arange(30)
    ours = explorer.schedule("step", lr=0.8, steps=30, step_size=7, gamma=0.3)
    np.testing.assert_allclose(ours, 0.8 * 0.3 ** (t // 7), rtol=1e-12)
    ours = explorer.schedule("polynomial", lr=0.8, steps=30, total_iters=30, power=2)
    np.testing.assert_allclose(ours, 0.8 * (1 - t / 30) ** 2, rtol=1e-12)
    ours = explorer.schedule("inverse_sqrt", lr=1.0, steps=30, d=64, warmup_steps=10)
    u = t + 1.0
    np.testing.assert_allclose(ours, 64**-0.5 * np.minimum(u**-0.5, u * 10**-1.5), rtol=1e-12)


def test_rates_that_sum_to_infinity_find_the_minimum_and_others_do_not() -> None:
    """Robbins & Monro 1951: with 1/t any distance is covered; with 0.9^t only ten first steps."""
    far = {"start": (50.0,), "steps": 4000}
    found = explorer.run("parabola", "sgd", lr=0.2, schedule="inverse_time:k=0.2", **far)
    short = explorer.run("parabola", "sgd", lr=0.05, schedule="exponential:gamma=0.9", **far)
    assert abs(found.points[-1, 0]) < 0.1
    assert short.points[-1, 0] > 50 * np.exp(-2 * 0.05 * 10) * 0.9
