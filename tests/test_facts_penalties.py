"""Published facts about penalties and stopping early, on a quadratic that is not axis-aligned.

Booth's function has its minimum at (1, 3) and curvatures 2 and 18 along (1, -1) and (1, 1).
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import explorer

Array = NDArray[np.float64]
CURVATURES = np.array([2.0, 18.0])
AXES = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)  # one a row
BEST = np.array([1.0, 3.0])


def shrunk(factors: Array) -> Array:
    """The minimum with its part along each axis multiplied by a factor."""
    return AXES.T @ (factors * (AXES @ BEST))


def test_the_axes_are_those_of_the_hessian() -> None:
    hessian = explorer.landscape("booth").hessian((0.0, 0.0))
    np.testing.assert_allclose(AXES @ hessian @ AXES.T, np.diag(CURVATURES), atol=1e-12)


@pytest.mark.parametrize("weight", [0.1, 1.0, 9.0])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "bfgs"])
def test_l2_shrinks_along_every_axis_of_the_hessian(optimizer: str, weight: float) -> None:
    """λ/(λ + α) of the way for a penalty of α/2·‖w‖² (Goodfellow et al. 2016, 7.1.1)."""
    lr = 1.0 if optimizer == "bfgs" else 0.02
    trace = explorer.run("booth", optimizer, start=(0.0, 0.0), lr=lr, steps=2000, l2=weight / 2)
    np.testing.assert_allclose(trace.points[-1], shrunk(CURVATURES / (CURVATURES + weight)), 1e-6)


@pytest.mark.parametrize("k", [1, 5, 20, 100])
def test_stopping_early_shrinks_along_the_same_axes(k: int) -> None:
    """1 - (1 - ηλ)^k of the way from zero, against λ/(λ + ω) with a penalty (same book, 7.8)."""
    lr = 0.02
    trace = explorer.run("booth", "sgd", start=(0.0, 0.0), lr=lr, steps=k)
    np.testing.assert_allclose(trace.points[-1], shrunk(1 - (1 - lr * CURVATURES) ** k), rtol=1e-10)


def test_few_steps_are_a_strong_penalty() -> None:
    """The penalty that is closest to k small steps has ω = 1/(ηk): both shrink alike then."""
    lr, k = 1e-4, 200
    stopped = explorer.run("booth", "sgd", start=(0.0, 0.0), lr=lr, steps=k).points[-1]
    ridge = explorer.run(
        "booth", "sgd", start=(0.0, 0.0), lr=0.01, steps=2000, l2=1 / (2 * lr * k)
    ).points[-1]
    np.testing.assert_allclose(AXES @ stopped, AXES @ ridge, rtol=0.2)
    assert np.linalg.norm(ridge) < 0.3 * np.linalg.norm(BEST)


@pytest.mark.parametrize("weight", [0.5, 3.0])
def test_l1_is_a_soft_threshold(weight: float) -> None:
    """sign(w)·max(|w| - α/λ, 0) on a round bowl, λ = 2; what is cut swings by a step's length."""
    surface = explorer.landscape("expr:(x-3)^2 + (y+0.2)^2")
    lr = 1e-3
    trace = explorer.run(surface, "sgd", start=(1.0, 1.0), lr=lr, steps=20_000, l1=weight)
    wanted = [max(3 - weight / 2, 0.0), -max(0.2 - weight / 2, 0.0)]
    np.testing.assert_allclose(trace.points[-1], wanted, atol=lr * (weight + 2))
    assert trace.points[-1, 0] == pytest.approx(wanted[0], rel=1e-9)


def test_decoupled_decay_is_a_penalty_for_descent_but_not_for_adam() -> None:
    lr, decay, steps = 0.02, 0.5, 50
    surface = explorer.landscape("booth")
    penalised = explorer.run(surface, "sgd", start=(0.0, 0.0), lr=lr, steps=steps, l2=decay / 2)
    x = np.zeros(2)
    for point in penalised.points:
        np.testing.assert_allclose(point, x, rtol=1e-9, atol=1e-12)
        x = (1 - lr * decay) * x - lr * surface.gradient(x)
    given = {"start": (0.0, 0.0), "lr": 0.02, "steps": steps}
    inside = explorer.run(surface, "adam", weight_decay=decay, **given)
    apart = explorer.run(surface, "adamw", weight_decay=decay, **given)
    assert np.abs(inside.points - apart.points).max() > 1e-3
