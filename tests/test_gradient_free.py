"""Methods that only look at losses: their rules, their statistics, and where they get to."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reference import loss_and_gradient, numbers, run_plain

import explorer
from explorer.core.catalog import catalog

SCIPY = np.load(Path(__file__).with_name("data") / "scipy.npz", allow_pickle=False)
KEYS = [key for key, spec in catalog().optimizers.items() if spec.family == "gradient-free"]
SEEDS = range(20)


def walk(key: str, land: object, start: object, steps: int, seed: int = 0, **given: object):
    spec = catalog().optimizer(key)
    landscape = catalog().landscape(land) if isinstance(land, str) else land
    lr = given.pop("lr", 1.0)
    parameters = numbers(landscape.parameters)
    hyper = numbers(spec.hyper, **given)
    with np.errstate(all="ignore"):
        return run_plain(spec, landscape, parameters, start, np.full(steps, lr), hyper, seed)


def value(land: str, points: object) -> np.ndarray:
    return explorer.landscape(land).value(points)


def surely_most(successes: int, tries: int) -> bool:
    """Whether so many successes would happen less than once in 20 times if each had chance ½."""
    tail = sum(math.comb(tries, k) for k in range(successes, tries + 1)) / 2**tries
    return tail < 0.05


@pytest.mark.parametrize(
    ("key", "land", "steps", "given"),
    [
        ("differential_evolution", "rastrigin", 100, {}),
        ("differential_evolution", "styblinski_tang", 60, {}),
        ("differential_evolution", "ackley", 60, {"strategy": "best"}),
        ("particle_swarm", "rastrigin", 80, {}),
        ("particle_swarm", "styblinski_tang", 60, {}),
        ("particle_swarm", "ackley", 60, {}),
        ("simulated_annealing", "ackley", 1000, {}),
        ("simulated_annealing", "two_wells", 1000, {"heat": 1.0}),
        ("cma_es", "ackley", 100, {}),
        ("cma_es", "styblinski_tang", 60, {"population": 20}),
        ("random_search", "styblinski_tang", 1500, {}),
    ],
)
def test_finds_the_lowest_basin_from_the_usual_start(
    key: str, land: str, steps: int, given: dict[str, object]
) -> None:
    """Near the lowest minimum, of several, in most of 20 seeds."""
    surface = explorer.landscape(land)
    found = 0
    for seed in SEEDS:
        trace = explorer.run(land, key, steps=steps, seed=seed, **given)
        end = trace.states["best"][-1] if "best" in trace.states else trace.points[-1]
        away = np.linalg.norm(surface.minima - end, axis=1)
        found += int(away.argmin()) == 0 and away[0] < 0.5
    assert surely_most(found, len(SEEDS))


@pytest.mark.parametrize("key", KEYS)
def test_a_seed_decides_everything(key: str) -> None:
    first, again = (explorer.run("rastrigin", key, steps=30, seed=4) for _ in range(2))
    assert np.array_equal(first.points, again.points)
    other = explorer.run("rastrigin", key, steps=30, seed=5)
    random = any(s.fill for s in catalog().optimizer(key).state)
    assert np.array_equal(first.points, other.points) != random


@pytest.mark.parametrize(
    "key",
    ["random_search", "grid_search", "nelder_mead", "differential_evolution", "particle_swarm"],
)
@pytest.mark.parametrize("land", sorted(catalog().landscapes))
def test_the_best_so_far_never_rises(key: str, land: str) -> None:
    assert (np.diff(explorer.run(land, key, steps=60, seed=2).loss) <= 0).all()


@pytest.mark.parametrize("key", KEYS)
def test_runs_side_by_side_are_runs_of_their_own(key: str) -> None:
    """A run among others obeys the same rules: each lane is moved by its own numbers alone."""
    landscape = catalog().landscape("himmelblau")
    starts = np.array([[-3.0, 0.0, 2.0], [2.0, -1.0, 0.5]])
    points, losses, states = walk(key, landscape, starts, 12)
    for j in range(3):
        f, _ = loss_and_gradient(landscape, numbers(landscape.parameters), points[:, :, j].T)
        np.testing.assert_array_equal(f, losses[:, j])
    alone, _, lonely = walk(key, landscape, starts[:, 0], 12)
    np.testing.assert_array_equal(points[..., 0], alone)
    for name, state in states.items():
        np.testing.assert_array_equal(state[..., 0], lonely[name])
    if any(s.fill for s in catalog().optimizer(key).state):
        same, *_ = walk(key, landscape, np.zeros((2, 2)), 12)
        assert not np.array_equal(same[..., 0], same[..., 1])


@pytest.mark.parametrize("temperature", [0.2, 1.0])
def test_annealing_at_a_fixed_temperature_has_boltzmanns_variance(temperature: float) -> None:
    """On x² + y², of curvature 2, the points spread with variance T/2 (Metropolis 1953)."""
    trace = explorer.run(
        "bowl",
        "simulated_annealing",
        start=(0, 0),
        steps=200_000,
        heat=temperature,
        cooling=1.0,
        step_size=0.1 * math.sqrt(temperature),
        seed=1,
    )
    squares = (trace.points[1000:-1] ** 2).reshape(-1, 1990, 2).mean(axis=1)
    error = squares.std(axis=0, ddof=1) / math.sqrt(len(squares))
    assert (error < 0.03 * temperature).all()
    assert (np.abs(squares.mean(axis=0) - temperature / 2) < 4 * error).all()


def test_annealing_follows_metropolis_rule_and_cools_geometrically() -> None:
    points, losses, states = walk(
        "simulated_annealing", "rastrigin", (-2.9, 3.7), 400, heat=5.0, cooling=0.98
    )
    np.testing.assert_allclose(states["temperature"][1:, 0], 5 * 0.98 ** np.arange(400))
    q, low, high = states["q"], states["low"][0], states["high"][0]
    jumps = states["jump"]
    u = states["u"]
    moved = (np.diff(points, axis=0) != 0).any(axis=1)
    for t in range(400):
        np.testing.assert_allclose(q[t + 1], points[t] + 0.1 * (high - low) * jumps[t], rtol=1e-12)
        rise = value("rastrigin", q[t + 1]) - losses[t]
        inside = ((q[t + 1] >= low) & (q[t + 1] <= high)).all()
        chance = min(1.0, math.exp(-max(rise, 0.0) / states["temperature"][t + 1, 0]))
        assert moved[t] == (inside and u[t, 0] < chance)
    np.testing.assert_allclose(
        states["acceptance"][1:, 0], np.cumsum(moved) / np.arange(1, 401), rtol=1e-9
    )
    best = np.minimum.accumulate(losses)
    np.testing.assert_allclose(value("rastrigin", states["best"][1:]), best[1:], atol=1e-12)


def test_annealing_comes_back_into_the_box_but_does_not_leave_it() -> None:
    trace = explorer.run("bowl", "simulated_annealing", start=(40, 0), steps=3000, heat=1e6)
    low, high = explorer.landscape("bowl").bounds.T
    inside = ((trace.points >= low) & (trace.points <= high)).all(axis=1)
    first = int(inside.argmax())
    assert 0 < first < 1000
    assert inside[first:].all()


def test_random_search_draws_evenly_from_the_box() -> None:
    low, high = explorer.landscape("rosenbrock").bounds.T
    for lr in (1.0, 0.5):
        trace = explorer.run("rosenbrock", "random_search", steps=20_000, lr=lr, seed=3)
        share = (trace.states["sample"][1:] - (low + high) / 2) / (lr * (high - low)) + 0.5
        assert (share >= 0).all()
        assert (share < 1).all()
        counts, *_ = np.histogram2d(*share.T, bins=8, range=[[0, 1], [0, 1]])
        wanted = len(share) / 64
        # chi squared with 63 degrees of freedom: mean 63, standard deviation √126
        assert ((counts - wanted) ** 2 / wanted).sum() < 63 + 4 * math.sqrt(126)
        best = np.minimum.accumulate(value("rosenbrock", trace.states["sample"][1:]))
        np.testing.assert_array_equal(trace.loss[1:], np.minimum(best, trace.loss[0]))


def test_grid_search_visits_every_cell_once_and_keeps_the_best() -> None:
    low, high = explorer.landscape("himmelblau").bounds.T
    trace = explorer.run("himmelblau", "grid_search", steps=60, points=7, lr=0.8)
    samples = trace.states["sample"][1:]
    ticks = [
        (a + b) / 2 + 0.8 * (b - a) * (np.arange(7) + 0.5 - 3.5) / 7
        for a, b in zip(low, high, strict=True)
    ]
    x, y = np.meshgrid(*ticks)
    wanted = np.column_stack([x.ravel(), y.ravel()])
    np.testing.assert_allclose(samples[:49], wanted, atol=1e-12)
    np.testing.assert_array_equal(samples[49:], np.tile(samples[48], (11, 1)))
    lowest = min(value("himmelblau", wanted).min(), trace.loss[0])
    assert trace.loss[-1] == pytest.approx(lowest, rel=1e-12)


def test_nelder_mead_goes_scipys_way() -> None:
    """The same simplex on Rosenbrock's function: 39 iterations, the same best corner each time."""
    theirs = SCIPY["simplex"]
    corners = SCIPY["corners"]
    trace = explorer.run("rosenbrock", "nelder_mead", start=corners[0], steps=len(theirs))
    low, high = explorer.landscape("rosenbrock").bounds.T
    np.testing.assert_allclose(corners[1:] - corners[0], 0.1 * np.diag(high - low))
    np.testing.assert_allclose(trace.points[1:], theirs, rtol=1e-10)


def test_the_simplex_is_the_point_and_its_other_corners_in_order() -> None:
    points, losses, states = walk("nelder_mead", "himmelblau", (-4.0, 1.0), 60)
    heights = value("himmelblau", states["corners"][1:])
    np.testing.assert_allclose(heights, states["losses"][1:, :, 0], rtol=1e-9, atol=1e-12)
    assert (np.diff(np.column_stack([losses[1:], heights]), axis=1) >= 0).all()
    edges = states["corners"][1:] - points[1:, None]
    areas = np.abs(np.linalg.det(edges))
    ratios = areas[1:30] / areas[:29]
    kinds = np.array([0.25, 0.5, 1.0, 2.0])
    assert (np.abs(ratios[:, None] / kinds - 1).min(axis=1) < 1e-6).all()
    assert len(set(kinds[np.abs(ratios[:, None] / kinds - 1).argmin(axis=1)])) >= 3


def test_nelder_mead_works_in_one_and_in_four_dimensions() -> None:
    trace = explorer.run("parabola", "nelder_mead", steps=80)
    assert trace.loss[-1] < 1e-12
    bowl = catalog().landscape("bowl")

    def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
        scale = np.arange(1, 5)[:, None]
        g[:] = 2 * scale * (x - 1)
        f[:] = (scale * (x - 1) ** 2).sum(axis=0)

    wide = replace(bowl, gradient=gradient, start=(0.0,) * 4, bounds=((-5.0, 5.0),) * 4)
    _, losses, _ = walk("nelder_mead", replace(wide, parameters=()), (0.0,) * 4, 300)
    assert losses[-1] < 1e-9


def cma_generation(states: dict[str, np.ndarray], t: int, mean, sigma, shape, n: int, land: str):
    """One generation from Hansen's tutorial, with NumPy's own square root of the matrix."""
    d = len(mean)
    mu = n // 2
    w = np.log(mu + 0.5) - np.log(np.arange(1, mu + 1))
    w /= w.sum()
    m = 1 / (w**2).sum()
    cs, cc = (m + 2) / (d + m + 5), (4 + m / d) / (d + 4 + 2 * m / d)
    ds = 1 + 2 * max(0, math.sqrt((m - 1) / (d + 1)) - 1) + cs
    c1 = 2 / ((d + 1.3) ** 2 + m)
    cmu = min(1 - c1, 2 * (m - 2 + 1 / m) / ((d + 2) ** 2 + m))
    chi = math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
    samples = states["samples"][t][:n]
    order = np.argsort(value(land, samples), kind="stable")
    y = ((samples - mean) / sigma)[order[:mu]]
    step = w @ y
    values, vectors = np.linalg.eigh(shape)
    white = vectors @ np.diag(values**-0.5) @ vectors.T @ step
    ps = (1 - cs) * states["p_s"][t - 1] + math.sqrt(cs * (2 - cs) * m) * white
    length = np.linalg.norm(ps)
    short = length / math.sqrt(1 - (1 - cs) ** (2 * t)) < (1.4 + 2 / (d + 1)) * chi
    pc = (1 - cc) * states["p_c"][t - 1] + short * math.sqrt(cc * (2 - cc) * m) * step
    kept = (1 - c1 - cmu) * shape + c1 * (1 - short) * cc * (2 - cc) * shape
    new = kept + c1 * np.outer(pc, pc) + cmu * (y.T * w) @ y
    return mean + sigma * step, ps, pc, new, sigma * math.exp(cs / ds * (length / chi - 1))


@pytest.mark.parametrize("population", [0, 11])
def test_cma_es_is_the_tutorials(population: int) -> None:
    n = population or 6
    points, _, states = walk("cma_es", "rosenbrock", (-1.2, 1.0), 40, population=population)
    sides = np.diff(explorer.landscape("rosenbrock").bounds, axis=1)[:, 0]
    shape, sigma = np.diag(sides**2), 0.3
    for t in range(1, 41):
        mean, z = points[t - 1], states["z"][t - 1][:n]
        y = (states["samples"][t][:n] - mean) / sigma
        root = np.linalg.lstsq(z, y, rcond=None)[0].T
        np.testing.assert_allclose(root @ root.T, shape, rtol=1e-6, atol=1e-9 * shape.max())
        mean, ps, pc, shape, sigma = cma_generation(states, t, mean, sigma, shape, n, "rosenbrock")
        np.testing.assert_allclose(points[t], mean, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(states["p_s"][t], ps, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(states["p_c"][t], pc, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(states["sigma"][t], sigma, rtol=1e-8)
        np.testing.assert_allclose(
            states["covariance"][t], sigma**2 * shape, rtol=1e-6, atol=1e-8 * sigma**2
        )
        shape, sigma = states["C"][t], states["sigma"][t, 0]


def test_cma_es_sees_only_the_order_of_losses() -> None:
    plain = catalog().landscape("rosenbrock")

    def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
        plain.gradient(problem, x, f, g)
        f[:] = f**3 - 7

    bent = replace(plain, gradient=gradient)
    first, *_ = walk("cma_es", plain, (-1.2, 1.0), 40)
    second, *_ = walk("cma_es", bent, (-1.2, 1.0), 40)
    np.testing.assert_array_equal(first, second)


def test_cma_es_takes_on_the_shape_of_a_ravine_however_it_is_turned() -> None:
    """On a quadratic of condition 10⁴ the covariance becomes proportional to the inverse Hessian.

    How many generations that takes does not depend on the ravine's direction.
    """
    taken: dict[float, list[int]] = {}
    for rotation in (0.0, 0.5, 1.2):
        parameters = {"condition": 1e4, "rotation": rotation}
        hessian = explorer.landscape("ravine", **parameters).hessian((0.0, 0.0))
        for seed in range(8):
            trace = explorer.run("ravine", "cma_es", steps=250, seed=seed, parameters=parameters)
            assert trace.loss[-1] < 1e-10
            taken.setdefault(rotation, []).append(int((trace.loss < 1e-8).argmax()))
        end = int((trace.loss < 1e-8).argmax())
        values = np.linalg.eigvals(trace.states["covariance"][end] @ hessian).real
        assert values.max() / values.min() < 30
    medians = [float(np.median(t)) for t in taken.values()]
    assert max(medians) < 1.4 * min(medians)


def test_differential_evolution_is_storn_and_prices() -> None:
    """Once more from the same draws, with lists."""
    n, land = 9, "himmelblau"
    low, high = explorer.landscape(land).bounds.T
    for strategy in ("rand", "best"):
        points, _, states = walk(
            "differential_evolution", land, (0.5, 0.5), 25, population=n, strategy=strategy
        )
        members = low + (high - low) * states["cuts"][0][:n]
        members[0] = points[0]
        heights = value(land, members)
        for t in range(1, 26):
            for k in range(n if t > 1 else 0):
                others = [i for i in range(n) if i != k]
                u, chosen = states["picks"][t - 1][k, 0], []
                for size in (n - 1, n - 2, n - 3):
                    chosen.append(others.pop(int(u * size)))
                    u = u * size % 1
                a, b, c = chosen
                base = members[a] if strategy == "rand" else members[heights.argmin()]
                mutant = np.clip(base + 0.8 * (members[b] - members[c]), low, high)
                cross = states["cuts"][t - 1][k] < 0.9
                cross[int(u * 2)] = True
                trial = np.where(cross, mutant, members[k])
                if value(land, trial) <= heights[k]:
                    members[k], heights[k] = trial, value(land, trial)
            np.testing.assert_allclose(states["members"][t][:n], members, rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(points[t], members[heights.argmin()], rtol=1e-9)


def test_particle_swarm_is_the_papers() -> None:
    n, land = 7, "rastrigin"
    low, high = explorer.landscape(land).bounds.T
    points, _, states = walk("particle_swarm", land, (-2.9, 3.7), 25, population=n)
    q = low + (high - low) * states["r1"][0][:n]
    q[0] = points[0]
    v, best = np.zeros_like(q), q.copy()
    for t in range(1, 26):
        if t > 1:
            top = best[value(land, best).argmin()]
            r1, r2 = states["r1"][t - 1][:n], states["r2"][t - 1][:n]
            v = 0.7298 * v + 1.49618 * (r1 * (best - q) + r2 * (top - q))
            flown = q + v
            q = np.clip(flown, low, high)
            v[q != flown] = 0
        better = value(land, q) < value(land, best)
        best[better] = q[better]
        np.testing.assert_allclose(states["particles"][t][:n], q, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(points[t], best[value(land, best).argmin()], rtol=1e-9)
