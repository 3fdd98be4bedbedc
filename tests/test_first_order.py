"""What theory and the papers say of single first-order methods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reference import loss_and_gradient, numbers, run_plain

import explorer
from explorer.core.catalog import catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.spec import Optimizer

LANDS = ("rosenbrock", "himmelblau", "beale")
RATES = {"rosenbrock": 2e-4, "himmelblau": 1e-3, "beale": 5e-4}


def walk(key: str, land: str, rates: object, **given: object):
    """Points and states from the landscape's own start."""
    optimizer, landscape = catalog().optimizer(key), catalog().landscape(land)
    hyper, parameters = numbers(optimizer.hyper, **given), numbers(landscape.parameters)
    points, _, states = run_plain(optimizer, landscape, parameters, landscape.start, rates, hyper)
    return points, states


def drive(
    key: str,
    slope: Callable[[np.ndarray, int], np.ndarray],
    start: tuple[float, ...],
    rates: np.ndarray,
    box: float = math.inf,
    **given: object,
) -> tuple[np.ndarray, np.ndarray]:
    """Points (T+1, D) and the last state (K, D) for gradients given by hand, kept in a box."""
    optimizer = catalog().optimizer(key)
    x = np.array(start).reshape(-1, 1)
    rows = [float(s.initial) for s in optimizer.state]  # type: ignore[arg-type]
    s = np.array([np.full(x.shape, value) for value in rows]).reshape(-1, *x.shape)
    h, f, points = numbers(optimizer.hyper, **given), np.zeros(1), [x[:, 0].copy()]
    t = 0

    def grad(problem: object, q: np.ndarray, f: np.ndarray, g: np.ndarray) -> None:
        g[:, 0] = slope(q[:, 0], t)

    for t, lr in enumerate(rates, 1):
        g = slope(x[:, 0], t).reshape(-1, 1).astype(float)
        optimizer.step(grad, None, x, f, g, s, h, lr, t)
        np.clip(x, -box, box, out=x)
        points.append(x[:, 0].copy())
    return np.array(points), s[:, :, 0]


@pytest.mark.parametrize("land", LANDS)
def test_heavy_ball_is_pytorchs_momentum_at_a_constant_rate(land: str) -> None:
    rates = np.full(200, RATES[land])
    ours, _ = walk("heavy_ball", land, rates, momentum=0.8)
    theirs, _ = walk("momentum", land, rates, momentum=0.8)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


@pytest.mark.parametrize("land", LANDS)
def test_heavy_ball_is_polyaks_formula_at_any_rate(land: str) -> None:
    landscape = catalog().landscape(land)
    parameters = numbers(landscape.parameters)
    rates = RATES[land] * np.linspace(1.0, 0.1, 200)
    before = x = np.array(landscape.start)
    points = [x]
    for lr in rates:
        g = loss_and_gradient(landscape, parameters, x[:, None])[1][:, 0]
        before, x = x, x - lr * g + 0.9 * (x - before)
        points.append(x)
    ours, _ = walk("heavy_ball", land, rates)
    np.testing.assert_allclose(ours, points, rtol=1e-10)
    theirs, _ = walk("momentum", land, rates)
    assert not np.allclose(theirs, points, rtol=1e-4)


@pytest.mark.parametrize(("rho", "land"), [(0.05, "rosenbrock"), (0.1, "himmelblau")])
def test_sam_is_its_papers_formula(rho: float, land: str) -> None:
    """Before it reaches a minimum: there it hops from side to side, and rounding decides."""
    landscape = catalog().landscape(land)
    parameters = numbers(landscape.parameters)

    def slope(q: np.ndarray) -> np.ndarray:
        return loss_and_gradient(landscape, parameters, q[:, None])[1][:, 0]

    x, points, uphill = np.array(landscape.start), [landscape.start], []
    for _ in range(60):
        g = slope(x)
        uphill.append(x + rho * g / np.linalg.norm(g))
        x = x - RATES[land] * slope(uphill[-1])
        points.append(x)
    ours, states = walk("sam", land, np.full(60, RATES[land]), rho=rho)
    np.testing.assert_allclose(ours, points, rtol=1e-10)
    np.testing.assert_allclose(states["ascent"][1:], uphill, rtol=1e-10)


def test_sam_without_a_radius_is_gradient_descent_and_stays_where_it_is_flat() -> None:
    rates = np.full(100, 1e-3)
    np.testing.assert_array_equal(
        walk("sam", "beale", rates, rho=0.0)[0], walk("sgd", "beale", rates)[0]
    )
    points, _ = drive("sam", lambda q, t: 0 * q, (1.0, 2.0), rates)
    np.testing.assert_array_equal(points[-1], (1.0, 2.0))


@pytest.mark.parametrize(("lr", "temperature"), [(0.05, 0.5), (0.4, 2.0)])
def test_langevin_dynamics_has_the_variance_of_its_temperature(
    lr: float, temperature: float
) -> None:
    """On x² the points are an AR(1) process: variance T/(1 - lr), which is T/h at small rates."""
    steps = 200_000
    trace = explorer.run(
        "parabola", "sgld", start=(0.0,), lr=lr, temperature=temperature, steps=steps
    )
    x = trace.points[1000:, 0]
    kept, variance = 1 - 2 * lr, temperature / (2 * (1 - lr))
    error = variance * math.sqrt(2 / len(x) * (1 + kept**2) / (1 - kept**2))
    assert abs(x.var() - variance) < 4 * error
    mean_error = math.sqrt(variance / len(x) * (1 + kept) / (1 - kept))
    assert abs(x.mean()) < 4 * mean_error


def test_langevin_dynamics_without_heat_is_gradient_descent() -> None:
    cold = explorer.run("himmelblau", "sgld", lr=0.01, temperature=0, steps=50)
    plain = explorer.run("himmelblau", "sgd", lr=0.01, steps=50)
    np.testing.assert_array_equal(cold.points, plain.points)


def test_a_rate_free_schedule_averages_its_plain_steps() -> None:
    points, states = walk("schedule_free_sgd", "himmelblau", np.full(80, 5e-3))
    mean = np.cumsum(states["z"][1:], axis=0) / np.arange(1, 81)[:, None]
    np.testing.assert_allclose(points[1:], mean, rtol=1e-12)
    wanted = 0.9 * points[:-1] + 0.1 * np.vstack([points[:1], states["z"][1:-1]])
    np.testing.assert_allclose(states["y"][1:], wanted, rtol=1e-12)


@pytest.mark.parametrize("t0", [0, 20])
def test_asgds_average_is_the_mean_of_the_last_points(t0: int) -> None:
    points, states = walk("asgd", "himmelblau", np.full(100, 5e-3), t0=t0)
    np.testing.assert_allclose(states["average"][-1], points[t0 + 2 :].mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("key", ["signsgd", "lion", "rprop"])
def test_methods_of_signs_first_move_by_their_rate(key: str) -> None:
    given = {"weight_decay": 0.0} if key == "lion" else {}
    points, _ = drive(
        key, lambda q, t: np.array([3e-3, -700.0, 0.0]), (1.0, 1.0, 1.0), np.array([0.1]), **given
    )
    np.testing.assert_allclose(points[1] - points[0], (-0.1, 0.1, 0.0), rtol=1e-12)


def test_radam_first_scales_at_step_six() -> None:
    """With β₂ = 0.999 the mean of g² counts for more than 5 slopes from step 6 on."""
    points, _ = drive("radam", lambda q, t: np.array([4.0]), (0.0,), np.full(6, 0.01))
    moves = -np.diff(points[:, 0])
    np.testing.assert_allclose(moves[:5], 0.04, rtol=1e-12)
    assert moves[5] / 0.01 == pytest.approx(0.0258211, abs=5e-8)


def test_adamw_clips_where_adam_with_a_penalty_shrinks() -> None:
    """On ½‖w - (5, 0.3)‖² AdamW's limit is the box |w| ≤ 1/λ, Adam's the ridge (Xie & Li 2024)."""
    target = np.array([5.0, 0.3])
    rates = 0.2 / np.sqrt(np.arange(1, 20_001))
    points, _ = drive("adamw", lambda w, t: w - target, (0.0, 0.0), rates, weight_decay=0.5)
    np.testing.assert_allclose(points[-1], (2.0, 0.3), atol=2e-3)
    points, _ = drive("adam", lambda w, t: w - target, (0.0, 0.0), rates, weight_decay=0.5)
    np.testing.assert_allclose(points[-1], target / 1.5, atol=2e-3)


@pytest.mark.parametrize(("amsgrad", "end"), [("off", 1.0), ("on", -1.0)])
def test_adam_fails_on_reddis_example_and_amsgrad_does_not(amsgrad: str, end: float) -> None:
    """Slopes 3, -1, -1, ... on [-1, 1]: their sum says -1 is best (Reddi et al. 2018)."""
    rates = 0.5 / np.sqrt(np.arange(1, 30_001))
    points, _ = drive(
        "adam", lambda x, t: np.array([3.0 if t % 3 == 1 else -1.0]), (0.0,), rates,
        box=1.0, beta1=0.0, beta2=0.1, amsgrad=amsgrad,
    )  # fmt: skip
    assert points[-1, 0] == pytest.approx(end, abs=0.02)


@pytest.mark.parametrize(
    ("start", "cycles"), [(3.1, True), (3.3, True), (3.45, True), (3.0, False), (3.6, False)]
)
def test_heavy_ball_can_cycle_where_gradient_descent_converges(start: float, cycles: bool) -> None:
    """Lessard, Recht & Packard 2016: curvatures from 1 to 25 and the rates best for quadratics."""

    def slope(q: np.ndarray, t: int) -> np.ndarray:
        x = q[0]
        return np.array([25 * x if x < 1 else x + 24 if x < 2 else 25 * x - 24])

    rates = np.full(600, 1 / 9)
    points, _ = drive("heavy_ball", slope, (start,), rates, momentum=4 / 9)
    if cycles:
        np.testing.assert_allclose(sorted(points[-3:, 0]), (-1.8024, 0.6465, 2.1159), atol=1e-4)
    else:
        assert abs(points[-1, 0]) < 1e-6
    points, _ = drive("sgd", slope, (start,), np.full(600, 1 / 25))
    assert abs(points[-1, 0]) < 1e-6


def test_best_rates_on_a_quadratic_reach_their_factors() -> None:
    """Curvatures 1 and 100: descent shrinks by 99/101 a step, the heavy ball by 9/11."""
    curvatures = np.array([1.0, 100.0])
    points, _ = drive("sgd", lambda q, t: curvatures * q, (1.0, 1.0), np.full(300, 2 / 101))
    sizes = np.linalg.norm(points, axis=1)
    np.testing.assert_allclose(sizes[1:] / sizes[:-1], 99 / 101, rtol=1e-12)
    best = (2 / (math.sqrt(100) + 1)) ** 2
    points, _ = drive(
        "heavy_ball",
        lambda q, t: curvatures * q,
        (1.0, 1.0),
        np.full(1000, best),
        momentum=(9 / 11) ** 2,
    )
    sizes = np.linalg.norm(points, axis=1)
    # the matrix of the step is defective: sizes go as k·ρᵏ
    assert (sizes[900] / sizes[300]) ** (1 / 600) == pytest.approx(9 / 11, rel=3e-3)


LIMITED = [
    o for o in catalog().optimizers.values()
    if o.stability is not None and o.family == "first order" and not o.wraps
]  # fmt: skip


def name(optimizer: Optimizer) -> str:
    return optimizer.key


@pytest.mark.parametrize("share", [0.97, 1.03])
@pytest.mark.parametrize("optimizer", LIMITED, ids=name)
def test_the_limit_of_the_rate_is_where_steps_begin_to_grow(
    optimizer: Optimizer, share: float
) -> None:
    """With a huge eps the scaling hardly moves, and the limit can be held against a quadratic.

    Five hundred steps of next to nothing let pass what a method does only at first.
    """
    given = {"eps": 1e12, "beta2": 0.9, "alpha": 0.9, "momentum_decay": 1.0}
    given |= {"temperature": 0.0, "weight_decay": 0.0}
    known = {h.name for h in optimizer.hyper}
    given = {k: v for k, v in given.items() if k in known}
    curvatures = np.array([1.0, 30.0])
    waiting = np.full(500, 1e-9)

    def slope(q: np.ndarray, t: int) -> np.ndarray:
        return curvatures * q

    _, state = drive(optimizer.key, slope, (1.0, 1.0), waiting, **given)
    numbers_given = numbers(optimizer.hyper, **given).tolist()
    values = dict(zip([h.name for h in optimizer.hyper], numbers_given, strict=True))
    named = {s.name: row for s, row in zip(optimizer.state, state, strict=True)}
    limit = optimizer.stability(values, named, 500)
    scale = np.array(limit.scale) if limit.scale else np.ones(2)
    lr = share * limit.limit / (curvatures / scale).max()
    rates = np.concatenate([waiting, np.full(800, lr)])
    points, _ = drive(optimizer.key, slope, (1.0, 1.0), rates, **given)
    late = np.abs(points[-50:]).max()
    assert late > 10 if share > 1 else late < 0.1
