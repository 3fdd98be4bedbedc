"""Published facts about gradient descent and momentum, each by a run of the whole engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import explorer

Array = NDArray[np.float64]


def ravine(optimizer: str, condition: float, lr: float, steps: int, **given: Any) -> Array:
    """Points (steps + 1, 2) on (x² + condition·y²)/2 from (1, 1)."""
    trace = explorer.run(
        "ravine",
        optimizer,
        start=(1.0, 1.0),
        lr=lr,
        steps=steps,
        parameters={"condition": condition},
        **given,
    )
    return trace.points


def settles(points: Array) -> bool:
    return len(points) > 1500 and bool(np.abs(points[-50:]).max() < 0.2)


def bent(series: Array) -> float:
    """How far a series is from a straight line, relative to its largest value."""
    return float(np.abs(np.diff(series, 2)).max() / np.abs(series).max())


# --- gradient descent (Nesterov 2004; Goh 2017) -----------------------------------------------


def test_gradient_descent_shrinks_every_eigenvector_by_itself() -> None:
    """The loss is half the sum of λ·(1 - ηλ)^2k·x²; Goh's page leaves the half out."""
    lr, k = 0.013, np.arange(81)
    trace = explorer.run(
        "ravine", "sgd", start=(2.0, -3.0), lr=lr, steps=80, parameters={"condition": 100.0}
    )
    x, y = 2 * (1 - lr) ** k, -3 * (1 - 100 * lr) ** k
    np.testing.assert_allclose(trace.points, np.stack([x, y], axis=1), rtol=1e-12)
    np.testing.assert_allclose(trace.loss, (x**2 + 100 * y**2) / 2, rtol=1e-12)


@pytest.mark.parametrize("condition", [1.0, 10.0, 100.0])
@pytest.mark.parametrize(("share", "inside"), [(0.999, True), (1.001, False)])
def test_gradient_descent_converges_below_two_over_the_curvature(
    condition: float, share: float, inside: bool
) -> None:
    assert settles(ravine("sgd", condition, share * 2 / condition, 2000)) is inside


def test_the_best_rate_of_gradient_descent_and_its_factor() -> None:
    """2/(μ + L) and (κ - 1)/(κ + 1): 0.98019802 for κ = 100, and worse on either side of it."""
    best = 2 / 101
    size = np.abs(ravine("sgd", 100, best, 400)).max(axis=1)
    np.testing.assert_allclose(size[1:] / size[:-1], 0.98019802, rtol=1e-8)
    for other in (0.98 * best, 1.005 * best):
        assert np.abs(ravine("sgd", 100, other, 400)[-1]).max() > 1.1 * size[-1]


def test_exact_line_search_at_its_worst() -> None:
    """From (κ, 1) on diag(1, κ) every step leaves ((κ - 1)/(κ + 1))², 0.669421 for κ = 10."""
    surface = explorer.landscape("ravine", condition=10.0)
    x, losses = np.array([10.0, 1.0]), []
    for _ in range(30):
        losses.append(surface.value(x))
        g = surface.gradient(x)
        x = x - g @ g / (g @ surface.hessian(x) @ g) * g
    np.testing.assert_allclose(np.divide(losses[1:], losses[:-1]), 0.669421, rtol=1e-6)


# --- heavy ball (Polyak 1964; Goh 2017) -------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["momentum", "heavy_ball"])
@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9, 0.98])
@pytest.mark.parametrize(("share", "inside"), [(0.99, True), (1.01, False)])
def test_heavy_ball_converges_below_two_plus_two_beta(
    optimizer: str, beta: float, share: float, inside: bool
) -> None:
    points = ravine(optimizer, 1.0, share * (2 + 2 * beta), 3000, momentum=beta)
    assert settles(points) is inside


@pytest.mark.parametrize("beta", [0.5, 0.9, 0.99])
def test_oscillating_heavy_ball_shrinks_by_the_root_of_beta(beta: float) -> None:
    """With complex roots both have size √β (not 2√β, as Goh's page prints).

    x_(k+1)² - x_k·x_(k+2) is multiplied by the product of the roots in every step.
    """
    lr = 0.7
    assert (1 + beta - lr) ** 2 < 4 * beta
    x = ravine("momentum", 1.0, lr, 60, momentum=beta)[:, 0]
    spread = x[1:-1] ** 2 - x[:-2] * x[2:]
    np.testing.assert_allclose(spread[1:] / spread[:-1], math.sqrt(beta) ** 2, rtol=1e-9)


def test_critical_momentum_shrinks_by_one_minus_the_root_of_the_rate() -> None:
    """β = (1 - √(ηλ))² gives a double root 1 - √(ηλ): x is a straight line times its powers."""
    lr = 0.04
    root = 1 - math.sqrt(lr)
    x = ravine("momentum", 1.0, lr, 60, momentum=root**2)[:, 0]
    assert bent(x / root ** np.arange(61)) < 1e-9


@pytest.mark.parametrize("optimizer", ["momentum", "heavy_ball"])
def test_best_heavy_ball_and_its_factor(optimizer: str) -> None:
    """For κ = 100 rate 0.0330578512 (3.30578512 at L = 1), momentum 0.66942149, factor 9/11.

    Both roots are double, so sizes go as k·ρᵏ: x and y are straight lines times (±ρ)ᵏ.
    """
    lr, beta, factor = 4 / 121, (9 / 11) ** 2, 9 / 11
    assert lr == pytest.approx(0.0330578512, abs=1e-10)
    assert beta == pytest.approx(0.66942149, abs=1e-8)
    assert factor == pytest.approx(0.81818182, abs=1e-8)
    x, y = ravine(optimizer, 100.0, lr, 60, momentum=beta).T
    k = np.arange(61)
    assert bent(x / factor**k) < 1e-9
    assert bent(y / (-factor) ** k) < 1e-9
    late = np.hypot(*ravine(optimizer, 100.0, lr, 500, momentum=beta)[[250, 500]].T)
    assert (late[1] / late[0] / 2) ** (1 / 250) == pytest.approx(factor, abs=1e-4)


def test_momentum_of_a_running_mean_is_heavy_ball_at_a_smaller_rate() -> None:
    lr, beta = 0.05, 0.9
    surface = explorer.landscape("himmelblau")
    trace = explorer.run(surface, "momentum", lr=(1 - beta) * lr, steps=100, momentum=beta)
    x, v = surface.start, np.zeros(2)
    for point in trace.points:
        np.testing.assert_allclose(point, x, rtol=1e-9)
        v = beta * v + (1 - beta) * surface.gradient(x)
        x = x - lr * v


@pytest.mark.parametrize(("limit", "inside"), [(37.8, True), (38.2, False)])
def test_momentum_of_a_running_mean_converges_below_38(limit: float, inside: bool) -> None:
    """(2 + 2β)/(1 - β) for β = 0.9."""
    points = ravine("momentum", 1.0, limit, 3000, momentum=0.9, dampening=0.9)
    assert settles(points) is inside


# --- Nesterov (Nesterov 2004; Sutskever et al. 2013; Lessard, Recht & Packard 2016) -----------


@pytest.mark.parametrize("form", ["torch", "lookahead"])
@pytest.mark.parametrize("beta", [0.5, 0.9])
@pytest.mark.parametrize(("share", "inside"), [(0.99, True), (1.01, False)])
def test_nesterovs_range_of_rates(form: str, beta: float, share: float, inside: bool) -> None:
    """(2 + 2β)/(1 + 2β), 1.357143 for β = 0.9: less than heavy ball's."""
    limit = (2 + 2 * beta) / (1 + 2 * beta)
    assert beta != 0.9 or limit == pytest.approx(1.357143, abs=1e-6)
    points = ravine("nesterov", 1.0, share * limit, 3000, momentum=beta, form=form)
    assert settles(points) is inside


@pytest.mark.parametrize("form", ["torch", "lookahead"])
@pytest.mark.parametrize(
    ("lr", "beta", "factor"),
    [
        (1 / 100, 9 / 11, 0.9),
        (4 / 301, (math.sqrt(301) - 2) / (math.sqrt(301) + 2), 0.884722),
    ],
    ids=["1/L", "tuned"],
)
def test_nesterovs_factors(form: str, lr: float, beta: float, factor: float) -> None:
    """1 - 1/√κ at rate 1/L, 1 - 2/√(3κ + 1) at Lessard's; both are double roots for κ = 100."""
    exact = 1 - 1 / math.sqrt(100) if lr == 0.01 else 1 - 2 / math.sqrt(301)
    assert exact == pytest.approx(factor, abs=5e-7)
    x, y = ravine("nesterov", 100.0, lr, 80, momentum=beta, form=form).T
    k = np.arange(81)
    assert bent(x / exact**k) < 1e-9
    assert np.abs(y[40:] / exact ** k[40:]).max() < 100


def test_pytorchs_nesterov_is_sutskevers_look_ahead_point() -> None:
    """Of v ← m·v - η∇f(θ + m·v), θ ← θ + v it is θ + m·v."""
    lr, m = 0.002, 0.9
    surface = explorer.landscape("himmelblau")
    trace = explorer.run(surface, "nesterov", lr=lr, steps=200, momentum=m)
    theta, v = surface.start, np.zeros(2)
    for point in trace.points:
        np.testing.assert_allclose(point, theta + m * v, rtol=1e-12)
        v = m * v - lr * surface.gradient(theta + m * v)
        theta = theta + v


# --- beyond quadratics ------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["momentum", "heavy_ball"])
@pytest.mark.parametrize("start", [3.1, 3.3, 3.45])
def test_heavy_ball_goes_round_on_lessards_function(optimizer: str, start: float) -> None:
    """Convex, curvatures 1 to 25, and the rates best for quadratics: 2.1159, 0.6465, -1.8024."""
    trace = explorer.run("lessard", optimizer, start=(start,), lr=1 / 9, momentum=4 / 9, steps=3000)
    last = trace.points[-6:, 0]
    last = np.roll(last, -int(last.argmax() % 3))
    np.testing.assert_allclose(last, [2.1159, 0.6465, -1.8024] * 2, atol=5e-5)


@pytest.mark.parametrize(
    ("optimizer", "start", "given"),
    [
        ("momentum", 3.0, {"lr": 1 / 9, "momentum": 4 / 9}),
        ("momentum", 3.6, {"lr": 1 / 9, "momentum": 4 / 9}),
        ("sgd", 3.3, {"lr": 2 / 26}),
        ("nesterov", 3.3, {"lr": 1 / 25, "momentum": 4 / 6}),
    ],
)
def test_from_elsewhere_or_otherwise_lessards_function_is_solved(
    optimizer: str, start: float, given: dict[str, float]
) -> None:
    trace = explorer.run("lessard", optimizer, start=(start,), steps=600, **given)
    assert abs(trace.points[-1, 0]) < 1e-12


def sharpness(points: Array) -> Array:
    """The greatest curvature at points (N, 2) of ½(xy - 1)²."""
    hessians = explorer.landscape("edge_of_stability").hessian(points)
    return np.linalg.eigvalsh(hessians)[:, -1]


@pytest.mark.parametrize(
    ("optimizer", "beta", "limit"),
    [
        ("sgd", 0.0, 2.0),
        ("momentum", 0.5, 3.0),
        ("heavy_ball", 0.5, 3.0),
        ("nesterov", 0.5, 2.0 * 1.5 / 2.0),
    ],
)
@pytest.mark.parametrize("lr", [0.2, 0.3])
def test_steps_swing_out_of_a_valley_that_is_too_sharp(
    optimizer: str, beta: float, limit: float, lr: float
) -> None:
    """On the floor of ½(xy - 1)² the sharpness is x² + y² (Cohen et al. 2021).

    Where it is above limit/η by a few hundredths the run moves along until it is below; where it
    is below by as much, the run stays.
    """
    given = {} if optimizer == "sgd" else {"momentum": beta}
    for share, leaves in ((1.05, True), (0.95, False)):
        total = share * limit / lr
        x = math.sqrt((total + math.sqrt(total**2 - 4)) / 2)
        trace = explorer.run(
            "edge_of_stability", optimizer, start=(x + 1e-4, 1 / x), lr=lr, steps=6000, **given
        )
        ends = sharpness(trace.points[[0, -1]])
        assert ends[0] == pytest.approx(total, rel=1e-3)
        assert trace.loss[-1] < 1e-12
        if leaves:
            assert ends[1] < limit / lr
        else:
            assert ends[1] == pytest.approx(total, rel=1e-3)
