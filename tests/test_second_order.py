"""Newton, line searches, quasi-Newton and trust regions, against SciPy and what theory says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from reference import curvature, numbers, run_plain

import explorer
from explorer.core.catalog import catalog
from explorer.core.errors import InputError

if TYPE_CHECKING:
    from explorer.core.spec import Landscape

SCIPY = np.load(Path(__file__).with_name("data") / "scipy.npz", allow_pickle=False)
CASES = json.loads(str(SCIPY["cases"]))
MINIMISERS = SCIPY["minimisers"]
# Those that promise that the loss never rises, with the settings for which they do.
FALLING = [
    ("bfgs", {}),
    ("bfgs", {"scaling": "off"}),
    ("lbfgs", {}),
    ("lbfgs", {"history": 2, "scaling": "off"}),
    ("conjugate_gradient", {}),
    ("trust_region", {}),
    ("newton", {"mode": "damped"}),
]


def text(value: object) -> str | None:
    if isinstance(value, dict):
        return ",".join(map(str, value.values())) or "default"
    return None


# A quadratic in any number of dimensions with chosen curvatures, turned by reflections.
def quadratic(curvatures: list[float]) -> tuple[Landscape, np.ndarray, np.ndarray]:
    """A landscape ½(x - c)ᵀA(x - c), its matrix A (D, D), and its minimum c (D,)."""
    n = len(curvatures)
    rng = np.random.default_rng(n)
    turn, _ = np.linalg.qr(rng.normal(size=(n, n)))
    matrix = turn @ np.diag(curvatures) @ turn.T
    centre = rng.normal(size=n)

    def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
        d = x - centre[:, None]
        g[:] = matrix @ d
        f[:] = 0.5 * (d * g).sum(axis=0)

    def hessian(problem, x, c):  # type: ignore[no-untyped-def]
        c[:] = matrix[:, :, None]

    given = replace(
        catalog().landscape("bowl"),
        gradient=gradient,
        hessian=hessian,
        gauss_newton=hessian,
        start=tuple(np.zeros(n)),
        bounds=((-5.0, 5.0),) * n,
        parameters=(),
    )
    return given, matrix, centre


def walk(
    key: str, landscape: Landscape, start: object, steps: int, lr: float = 1.0, **given: object
):
    spec = catalog().optimizer(key)
    parameters = numbers(landscape.parameters)
    with np.errstate(all="ignore"):
        return run_plain(
            spec, landscape, parameters, start, np.full(steps, lr), numbers(spec.hyper, **given)
        )


def squares(problem, x, f, g):  # type: ignore[no-untyped-def]
    """Fill Rosenbrock's loss, the squares of 1 - x and 10·(y - x²), and its gradient."""
    catalog().landscape("rosenbrock").gradient(((1.0, 100.0),), x, f, g)


def squares_curvature(problem, x, c):  # type: ignore[no-untyped-def]
    """Fill 2JᵀJ, J = [[-1, 0], [-20x, 10]]."""
    c[0, 0] = 2 + 800 * x[0] ** 2
    c[0, 1] = c[1, 0] = -400 * x[0]
    c[1, 1] = 200


SQUARES = replace(
    catalog().landscape("rosenbrock"), gradient=squares, gauss_newton=squares_curvature
)


def test_every_case_is_a_landscape_of_the_catalogue() -> None:
    assert {case["landscape"] for case in CASES} <= set(catalog().landscapes)


@pytest.mark.parametrize("index", range(len(CASES)), ids=[c["landscape"] for c in CASES])
@pytest.mark.parametrize(("key", "given"), FALLING, ids=text)
def test_minimiser_is_scipys_and_the_loss_never_rises(
    key: str, given: dict[str, object], index: int
) -> None:
    case, theirs = CASES[index], MINIMISERS[index]
    wanted = np.nanmedian(theirs, axis=0)
    assert np.nanmax(np.abs(theirs - wanted)) < 1e-7
    trace = explorer.run(case["landscape"], key, start=case["start"], steps=200, **given)
    np.testing.assert_allclose(trace.points[-1], wanted, atol=1e-6)
    assert (np.diff(trace.loss) <= 0).all()


@pytest.mark.parametrize(("key", "given"), [*FALLING, ("gradient_line_search", {})], ids=text)
@pytest.mark.parametrize("land", sorted(catalog().landscapes))
def test_the_loss_never_rises_anywhere(land: str, key: str, given: dict[str, object]) -> None:
    """From the landscape's own start and four others, whatever the surface."""
    spec = catalog().landscape(land)
    low, high = np.array(spec.bounds).T
    starts = np.random.default_rng(1).uniform(low, high, (4, spec.dimension))
    for start in [np.array(spec.start), *starts]:
        trace = explorer.run(land, key, start=start, steps=60, **given)
        loss = trace.loss[: trace.last_finite + 1]
        assert (np.diff(loss) <= 0).all()


@pytest.mark.parametrize("curvatures", [[3.0], [1.0, 30.0], [0.1, 2.0, 50.0, 1000.0]])
@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("newton", {}),
        ("newton", {"mode": "damped"}),
        ("saddle_free_newton", {}),
        ("gauss_newton", {}),
    ],
    ids=text,
)
def test_one_newton_step_solves_a_quadratic(
    key: str, given: dict[str, object], curvatures: list[float]
) -> None:
    landscape, _, centre = quadratic(curvatures)
    start = centre + np.random.default_rng(0).normal(size=centre.size)
    points, *_ = walk(key, landscape, start, 1, **given)
    np.testing.assert_allclose(points[1], centre, atol=1e-12)
    points, *_ = walk(key, landscape, start, 1, lr=0.25, **given)
    np.testing.assert_allclose(points[1], start + 0.25 * (centre - start), atol=1e-12)


def test_newton_walks_rosenbrocks_valley_as_published() -> None:
    """Its second step climbs to 1411.8, the price of believing a parabola."""
    trace = explorer.run("rosenbrock", "newton", start=(-1.2, 1.0), steps=6)
    published = [24.2, 4.73188, 1411.85, 0.0559655, 0.313189, 1.85274e-11, 3.43265e-20]
    np.testing.assert_allclose(trace.loss, published, rtol=4e-6)


def test_pure_newton_converges_to_saddles_which_the_others_leave() -> None:
    surface = explorer.landscape("himmelblau")
    saddles = [p for p in surface.stationary if p.kind == "saddle"]
    assert len(saddles) == 4
    for saddle in saddles:
        start = np.add(saddle.x, (0.03, -0.02))
        pure = explorer.run("himmelblau", "newton", start=start, steps=30)
        np.testing.assert_allclose(pure.points[-1], saddle.x, atol=1e-9)
        for key, given in (("saddle_free_newton", {}), ("newton", {"mode": "damped"})):
            free = explorer.run("himmelblau", key, start=start, steps=60, **given)
            assert free.loss[-1] < 1e-20
        assert explorer.run("himmelblau", "trust_region", start=start, steps=60).loss[-1] < 1e-20


def test_saddle_free_newton_takes_the_size_of_every_curvature() -> None:
    """On ½Σ λᵢuᵢ² one step leads from u to u - sign(λᵢ)·uᵢ: to zero, or to twice as far."""
    landscape, matrix, centre = quadratic([4.0, -0.5, 25.0])
    values, vectors = np.linalg.eigh(matrix)
    start = centre + vectors @ np.array([1.0, 2.0, 3.0])
    points, _, states = walk("saddle_free_newton", landscape, start, 1)
    np.testing.assert_allclose(vectors.T @ (points[1] - centre), (2.0, 0, 0), atol=1e-12)
    np.testing.assert_allclose(np.sort(states["curvature"][1]), values, rtol=1e-12)
    points, *_ = walk("saddle_free_newton", landscape, start, 1, damping=0.5)
    moved = vectors.T @ (points[1] - centre)
    np.testing.assert_allclose(moved, (1.5, 2 - 8 / 4.5, 3 - 75 / 25.5), atol=1e-12)


@pytest.mark.parametrize("key", ["newton", "saddle_free_newton", "trust_region"])
def test_a_flat_direction_does_not_stop_a_run(key: str) -> None:
    """A Hessian without inverse is met with a step along the gradient."""
    landscape, _, centre = quadratic([2.0, 0.0])
    points, losses, _ = walk(key, landscape, np.add(centre, (1.0, 1.0)), 30, lr=0.4)
    assert np.isfinite(points).all()
    assert losses[-1] < 1e-9 * losses[0]


def test_damped_newtons_matrix_is_positive_definite() -> None:
    surface = catalog().landscape("himmelblau")
    _, losses, states = walk("newton", surface, (-0.3, -0.9), 15, mode="damped")
    parameters = numbers(surface.parameters)
    points, *_ = walk("newton", surface, (-0.3, -0.9), 15, mode="damped")
    damped = 0
    for x, p, lam in zip(points[:-1], states["p"][1:], states["damping"][1:, 0], strict=True):
        matrix = curvature(surface, parameters, x[:, None])[:, :, 0]
        low = np.linalg.eigvalsh(matrix)[0]
        assert low + lam > 0
        assert (lam > 0) == (low <= 0)
        damped += lam > 0
        if lam:
            f, g = np.zeros(1), np.zeros((2, 1))
            surface.gradient((parameters,), x[:, None], f, g)
            np.testing.assert_allclose((matrix + lam * np.eye(2)) @ p, -g[:, 0], rtol=1e-9)
    assert damped
    assert losses[-1] < 1e-20


@pytest.mark.parametrize("curvatures", [[1.0, 30.0], [1.0, 4.0, 9.0, 100.0]])
def test_bfgs_with_exact_search_ends_in_n_steps_with_the_inverse(curvatures: list[float]) -> None:
    landscape, matrix, centre = quadratic(curvatures)
    n = len(curvatures)
    for scaling in ("off", "on"):
        points, losses, states = walk(
            "bfgs", landscape, centre + 1.0, n, c2=1e-9, c1=1e-9, scaling=scaling
        )
        np.testing.assert_allclose(points[n], centre, atol=1e-7)
        assert losses[n] < 1e-14 * losses[0]
        np.testing.assert_allclose(states["H"][n], np.linalg.inv(matrix), atol=1e-6)


@pytest.mark.parametrize("key", ["conjugate_gradient", "lbfgs"])
def test_conjugate_directions_end_in_n_steps(key: str) -> None:
    landscape, _, centre = quadratic([1.0, 4.0, 9.0, 100.0])
    _, losses, _ = walk(key, landscape, centre + 1.0, 4, c2=1e-9, c1=1e-9)
    assert losses[4] < 1e-12 * losses[0]
    assert losses[3] > 1e-6 * losses[0]


def test_lbfgs_with_all_its_memory_is_bfgs() -> None:
    """From the same first H, and for as long as nothing is forgotten."""
    for land in ("rosenbrock", "beale", "himmelblau"):
        spec = catalog().landscape(land)
        full, *_ = walk("bfgs", spec, spec.start, 15, scaling="off")
        few, *_ = walk("lbfgs", spec, spec.start, 15, scaling="off", history=20)
        np.testing.assert_allclose(few, full, rtol=1e-7, atol=1e-9)
        short, *_ = walk("lbfgs", spec, spec.start, 15, scaling="off", history=1)
        assert np.abs(short - full).max() > 1e-3


def test_secant_condition_holds_after_every_step() -> None:
    spec = catalog().landscape("rosenbrock")
    points, _, states = walk("bfgs", spec, spec.start, 20)
    for t in range(1, 21):
        moved = points[t] - points[t - 1]
        np.testing.assert_allclose(states["H"][t] @ states["y"][t], moved, rtol=1e-6, atol=1e-12)
        assert moved @ states["y"][t] > 0
        assert np.linalg.eigvalsh(states["H"][t])[0] > 0


@pytest.mark.parametrize(
    ("key", "c2"), [("bfgs", 0.9), ("lbfgs", 0.9), ("conjugate_gradient", 0.1)]
)
@pytest.mark.parametrize("land", ["rosenbrock", "beale", "himmelblau"])
def test_steps_meet_the_strong_wolfe_conditions(land: str, key: str, c2: float) -> None:
    spec = catalog().landscape(land)
    surface = explorer.landscape(land)
    points, losses, states = walk(key, spec, spec.start, 15)
    gradients = surface.gradient(points)
    for t in range(15):
        p, alpha = states["p"][t + 1], states["alpha"][t + 1, 0]
        slope = gradients[t] @ p
        if losses[t] < 1e-12:
            break
        assert slope < 0
        np.testing.assert_allclose(points[t + 1] - points[t], alpha * p, rtol=1e-9, atol=1e-15)
        assert losses[t + 1] <= losses[t] + 1e-4 * alpha * slope
        assert abs(gradients[t + 1] @ p) <= c2 * abs(slope)
    assert t > 5


def test_polak_ribiere_plus_restarts_rather_than_go_uphill() -> None:
    spec = catalog().landscape("himmelblau")
    points, _, states = walk("conjugate_gradient", spec, (0.0, 0.0), 25)
    gradients = explorer.landscape("himmelblau").gradient(points)
    assert (states["beta"] >= 0).all()
    for t in range(1, 12):
        g, last = gradients[t], gradients[t - 1]
        if np.linalg.norm(g) < 1e-4:
            break
        beta = max(0.0, g @ (g - last) / (last @ last))
        assert states["beta"][t + 1, 0] == pytest.approx(beta, rel=1e-6)
    assert t > 5


def test_backtracking_takes_the_first_step_that_armijo_allows() -> None:
    surface = explorer.landscape("rosenbrock")
    trace = explorer.run("rosenbrock", "gradient_line_search", steps=20, shrink=0.6, c1=0.1)
    for t in range(20):
        x, g = trace.points[t], surface.gradient(trace.points[t])
        tried = 0.6 ** np.arange(60)
        fits = [surface.value(x - a * g) <= trace.loss[t] - 0.1 * a * g @ g for a in tried]
        alpha = tried[fits.index(True)]
        np.testing.assert_allclose(trace.states["alpha"][t + 1], alpha, rtol=1e-12)
        np.testing.assert_allclose(trace.points[t + 1], x - alpha * g, rtol=1e-10)


def test_exact_search_zigzags_as_kantorovich_says() -> None:
    """Steepest descent on diag(1, κ) from (κ, 1): every step leaves ((κ-1)/(κ+1))² of the loss."""
    landscape = replace(
        quadratic([1.0, 1.0])[0],
        gradient=diagonal,
    )
    _, losses, _ = walk("conjugate_gradient", landscape, (10.0, 1.0), 1, c2=1e-9, c1=1e-9)
    assert losses[1] / losses[0] == pytest.approx((9 / 11) ** 2, rel=1e-9)


def diagonal(problem, x, f, g):  # type: ignore[no-untyped-def]
    """Fill ½(x² + 10y²) and its gradient."""
    g[0], g[1] = x[0], 10 * x[1]
    f[:] = 0.5 * (x[0] ** 2 + 10 * x[1] ** 2)


def test_trust_region_stays_inside_and_keeps_its_rules() -> None:
    trace = explorer.run("rosenbrock", "trust_region", lr=0.5, max_radius=2.0, steps=40)
    radius, rho, p = (trace.states[n] for n in ("radius", "rho", "p"))
    before = np.concatenate([[0.5], radius[1:-1, 0]])
    lengths = np.linalg.norm(p[1:], axis=1)
    assert (lengths <= before * (1 + 1e-12)).all()
    moved = np.linalg.norm(np.diff(trace.points, axis=0), axis=1)
    taken = rho[1:, 0] > 0.15
    np.testing.assert_allclose(moved[taken], lengths[taken], rtol=1e-6, atol=1e-12)
    assert (moved[~taken] == 0).all()
    edge = np.isclose(lengths, before)
    for t in range(25):
        factor = radius[t + 1, 0] / before[t]
        grown = min(2.0, 2.0 / before[t]) if edge[t] else 1.0
        wanted = 0.25 if rho[t + 1, 0] < 0.25 else grown if rho[t + 1, 0] > 0.75 else 1.0
        assert factor == pytest.approx(wanted)
    assert {0.25, 1.0, 2.0} <= set(np.round(radius[2:25, 0] / radius[1:24, 0], 9))


def test_dogleg_finds_the_models_minimum_on_its_two_legs() -> None:
    """Against a search over many points of both legs."""
    landscape, matrix, centre = quadratic([1.0, 12.0])
    start = np.add(centre, (2.0, 1.0))
    g = matrix @ (start - centre)
    newton = centre - start
    cauchy = -(g @ g) / (g @ matrix @ g) * g
    s = np.linspace(0, 1, 200_001)[:, None]
    path = np.concatenate([s * cauchy, cauchy + s * (newton - cauchy)])
    for radius in (0.05, 0.5, 1.0, 1.8, 2.2, 3.0):
        inside = path[np.linalg.norm(path, axis=1) <= radius]
        model = inside @ g + 0.5 * np.einsum("ni,ij,nj->n", inside, matrix, inside)
        points, *_ = walk("trust_region", landscape, start, 1, lr=radius)
        np.testing.assert_allclose(points[1] - start, inside[model.argmin()], atol=5e-5)


def test_gauss_newton_solves_rosenbrock_in_two_steps() -> None:
    """The second residual is made zero by the first step, the first by the second."""
    points, losses, _ = walk("gauss_newton", SQUARES, (-1.2, 1.0), 2)
    np.testing.assert_allclose(points[1], (1.0, -3.84), rtol=1e-12)
    np.testing.assert_allclose(points[2], (1.0, 1.0), rtol=1e-12)
    assert losses[2] < 1e-24


def test_levenberg_marquardt_never_rises_and_solves_its_equation() -> None:
    points, losses, states = walk("levenberg_marquardt", SQUARES, (-1.2, 1.0), 60)
    assert (np.diff(losses) <= 0).all()
    np.testing.assert_allclose(points[-1], (1, 1), atol=1e-9)
    lam = np.concatenate([[1e-3], states["lam"][1:, 0]])
    for t in range(12):
        c = np.zeros((2, 2, 1))
        squares_curvature(None, points[t][:, None], c)
        matrix = c[:, :, 0] + lam[t] * np.diag(np.diag(c[:, :, 0]))
        f, g = np.zeros(1), np.zeros((2, 1))
        squares(None, points[t][:, None], f, g)
        np.testing.assert_allclose(matrix @ states["p"][t + 1], -g[:, 0], rtol=1e-7, atol=1e-9)
        better = losses[t + 1] < losses[t]
        assert lam[t + 1] == pytest.approx(lam[t] / 10 if better else lam[t] * 10)
    assert (np.diff(lam) > 0).any()


def test_where_the_loss_is_no_sum_of_squares_gauss_newton_is_refused() -> None:
    for key in ("gauss_newton", "levenberg_marquardt"):
        with pytest.raises(InputError, match="sum of squares"):
            explorer.run("ackley", key)


@pytest.mark.parametrize(
    "key", [k for k, v in catalog().optimizers.items() if v.family == "second order"]
)
def test_runs_side_by_side_do_not_disturb_each_other(key: str) -> None:
    """Each ends its own searches in its own time."""
    starts = np.random.default_rng(5).uniform(-2, 2, (2, 4))
    together = walk(key, SQUARES, starts, 15)
    for j in range(4):
        alone = walk(key, SQUARES, starts[:, j], 15)
        np.testing.assert_array_equal(together[0][..., j], alone[0])
        np.testing.assert_array_equal(together[1][..., j], alone[1])


@pytest.mark.parametrize("key", ["bfgs", "newton", "saddle_free_newton", "trust_region"])
def test_one_dimension_is_enough(key: str) -> None:
    trace = explorer.run("wavy_quartic", key, steps=40)
    slope = explorer.landscape("wavy_quartic").gradient(trace.points[-1])
    assert abs(slope[0]) < 1e-6
