"""The look at one point: against known curvatures, and the limits of rates against real runs."""

from __future__ import annotations

from math import inf, isnan, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import curvature, loss_and_gradient, numbers

from explorer.core.catalog import catalog
from explorer.core.probe import edge, eigenvalues, forgiving, probe
from explorer.core.spec import Landscape, Stability

LANDSCAPES = list(catalog().landscapes.values())


@pytest.mark.parametrize("landscape", LANDSCAPES, ids=lambda spec: spec.key)
def test_a_probe_is_what_the_kernels_say(landscape: Landscape) -> None:
    parameters = numbers(landscape.parameters)
    point = np.array(landscape.start) + 0.013
    seen = probe(landscape, parameters, point)
    f, g = loss_and_gradient(landscape, parameters, point[:, None])
    assert seen.value == f[0]
    np.testing.assert_array_equal(seen.gradient, g[:, 0])
    hessian = curvature(landscape, parameters, point[:, None])[:, :, 0]
    np.testing.assert_array_equal(seen.hessian, hessian)
    np.testing.assert_allclose(seen.eigenvalues, np.linalg.eigvalsh(hessian), rtol=1e-9, atol=1e-9)


# Curvatures at published minima, computed with fifty digits.
@pytest.mark.parametrize(
    ("key", "point", "wanted"),
    [
        ("himmelblau", (3.0, 2.0), (25.7157287525, 82.2842712475)),
        ("rosenbrock", (1.0, 1.0), (0.399360767487622, 1001.60063923251)),
        ("beale", (3.0, 0.5), (0.30146, 48.98)),
    ],
)
def test_curvatures_at_minima(
    key: str, point: tuple[float, ...], wanted: tuple[float, float]
) -> None:
    landscape = catalog().landscape(key)
    seen = probe(landscape, numbers(landscape.parameters), point)
    np.testing.assert_allclose(seen.eigenvalues, wanted, rtol=1e-4)
    assert np.abs(seen.gradient).max() < 1e-12


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3))
def test_two_by_two_eigenvalues(entries: list[float]) -> None:
    a, b, d = entries
    matrix = np.array([[a, b], [b, d]])
    size = np.abs(matrix).max()
    np.testing.assert_allclose(
        eigenvalues(matrix), np.linalg.eigvalsh(matrix), rtol=1e-9, atol=1e-13 * size
    )


def test_a_small_eigenvalue_is_not_lost_beside_a_large_one() -> None:
    # of [[1, 1], [1, 1 + d]] the smaller is d/2 to first order
    low, _ = eigenvalues(np.array([[1.0, 1.0], [1.0, 1.0 + 2.0**-40]]))
    assert low == pytest.approx(2.0**-41, rel=1e-9)


def test_what_is_not_finite_has_no_eigenvalues() -> None:
    for size in (1, 2, 3):
        assert np.isnan(eigenvalues(np.full((size, size), inf))).all()


def broken(problem, x, f, g):
    f[0], g[0, 0] = log(x[0, 0]), sqrt(x[0, 0] - 1.0)


def test_a_forgiven_kernel_does_not_raise_over_numbers() -> None:
    x, f, g = np.zeros((1, 1)), np.zeros(1), np.zeros((1, 1))
    with pytest.raises(ValueError, match="math domain error"):
        broken((), x, f, g)
    forgiving(broken)((), x, f, g)
    assert f[0] == -inf
    assert isnan(g[0, 0])


def test_the_preconditioner_and_the_shift_enter_the_value() -> None:
    hessian = np.array([[8.0, 2.0], [2.0, 3.0]])
    scale = (4.0, 0.5)
    found = edge(hessian, 0.1, Stability(2.0, scale=scale, shift=0.25))
    matrix = np.linalg.inv(np.diag(scale)) @ (hessian + 0.25 * np.eye(2))
    assert found.value == pytest.approx(0.1 * max(np.linalg.eigvals(matrix).real), rel=1e-12)
    assert found.stable == (found.value < 2)


def grows(
    key: str, lr: float, curvature: float, start: int, frozen: dict[str, float], **given: object
) -> bool:
    """Whether steps on f = curvature·x²/2 lead away; `frozen` presets the memory's scale."""
    spec = catalog().optimizer(key)
    h = numbers(spec.hyper, **given)
    x = np.array([[1e-6]])
    s = np.array([[[frozen.get(state.name, 0.0)]] for state in spec.state]).reshape(-1, 1, 1)
    f, g = np.zeros(1), np.zeros((1, 1))

    def gradient(problem, q, f, g):
        f[0], g[0, 0] = curvature * q[0, 0] ** 2 / 2, curvature * q[0, 0]

    for t in range(start, start + 3000):
        gradient((), x, f, g)
        spec.step(gradient, (), x, f, g, s, h, lr, t)
        if abs(x[0, 0]) > 1e-3:
            return True
    return False


LATE = 10**9
LIMITS = [
    ("sgd", {}, {}, 1),
    ("sgd", {"weight_decay": 0.7}, {}, 1),
    ("momentum", {}, {}, 1),
    ("momentum", {"momentum": 0.5, "dampening": 0.4}, {}, 1),
    ("momentum", {"momentum": 0.0, "dampening": 0.4}, {}, 1),
    ("momentum", {"weight_decay": 0.3}, {}, 1),
    ("nesterov", {}, {}, 1),
    ("nesterov", {"form": "lookahead", "momentum": 0.6}, {}, 1),
    ("rmsprop", {"alpha": 1.0, "eps": 0.5}, {"v": 4.0}, 1),
    ("rmsprop", {"alpha": 1.0, "momentum": 0.8}, {"v": 4.0}, 1),
    ("rmsprop", {"alpha": 1.0, "centered": "on"}, {"v": 4.0, "mean": 1.0}, 1),
    ("adagrad", {"eps": 0.1}, {"G": 9.0}, 1),
    ("adam", {"amsgrad": "on", "eps": 0.25}, {"v_max": 4.0}, LATE),
    ("adam", {"amsgrad": "on", "beta1": 0.0, "weight_decay": 0.2}, {"v_max": 4.0}, LATE),
]


@pytest.mark.parametrize(("key", "settings", "frozen", "start"), LIMITS)
def test_a_rate_past_its_limit_leads_away_and_one_below_does_not(
    key: str, settings: dict[str, object], frozen: dict[str, float], start: int
) -> None:
    spec = catalog().optimizer(key)
    values = dict(zip([h.name for h in spec.hyper], numbers(spec.hyper, **settings), strict=True))
    state = {s.name: [frozen.get(s.name, 0.0)] for s in spec.state}
    assert spec.stability is not None
    limit = spec.stability(values, state, start)
    sharp = 3.0
    critical = limit.limit / edge(np.array([[sharp]]), 1.0, limit).value
    assert not grows(key, 0.99 * critical, sharp, start, frozen, **settings)
    assert grows(key, 1.01 * critical, sharp, start, frozen, **settings)


def test_limits_are_the_published_ones() -> None:
    found = catalog()
    adam = {h.name: h.number(h.default) for h in found.optimizer("adam").hyper}
    state = {"v": [1.0], "v_max": [0.0]}
    assert found.optimizer("adam").stability(adam, state, 10).limit == pytest.approx(38)
    nesterov = found.optimizer("nesterov").stability({"momentum": 0.9, "weight_decay": 0}, {}, 1)
    assert nesterov.limit == pytest.approx(1.357142857)
    ball = {"momentum": 0.9, "dampening": 0.0, "weight_decay": 0.0}
    assert found.optimizer("momentum").stability(ball, {}, 1).limit == pytest.approx(3.8)
