"""Every optimizer of the catalogue keeps to the contract, and to what theory says of it."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
from reference import numbers, run_plain, unpacked

from explorer.core.catalog import catalog
from explorer.core.defaults import rate_for
from explorer.core.errors import InputError
from explorer.core.spec import Optimizer, settle

OPTIMIZERS = list(catalog().optimizers.values())


def name(value: object) -> str | None:
    return value.key if isinstance(value, Optimizer) else None


def walk(key: str, land: str, start: object, lr: float, steps: int, **given: object):
    optimizer, landscape = catalog().optimizer(key), catalog().landscape(land)
    hyper = numbers(optimizer.hyper, **given)
    parameters = numbers(landscape.parameters)
    return run_plain(optimizer, landscape, parameters, start, np.full(steps, lr), hyper)


def furthest(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The worst step's distance over that step's size, both in the maximum norm."""
    return float((np.abs(ours - theirs).max(axis=1) / np.abs(theirs).max(axis=1)).max())


@pytest.mark.parametrize(
    ("key", "setting", "value"),
    [
        ("adam", "beta1", 1.0),
        ("adam", "beta2", -0.1),
        ("adam", "eps", -1e-9),
        ("adam", "amsgrad", "yes"),
        ("momentum", "momentum", -0.1),
        ("nesterov", "momentum", 0.0),
        ("nesterov", "dampening", 0.1),
        ("nesterov", "form", "polyak"),
        ("adagrad", "lr_decay", -1.0),
        ("adagrad", "initial_accumulator_value", -1.0),
        ("rmsprop", "alpha", 1.1),
        ("rmsprop", "weight_decay", math.nan),
        ("sgd", "weight_decay", -0.5),
        ("rprop", "eta_plus", 1.0),
        ("rprop", "eta_minus", 1.0),
        ("schedule_free_sgd", "beta1", 0.0),
        ("lookahead", "sync_period", 0),
        ("sam", "rho", -1.0),
    ],
)
def test_values_that_make_no_sense_are_refused(key: str, setting: str, value: object) -> None:
    with pytest.raises(InputError, match=setting):
        settle(catalog().optimizer(key).hyper, {setting: value}, key)


@pytest.mark.parametrize(
    ("key", "setting", "value"),
    [("adam", "beta1", 0.0), ("momentum", "momentum", 1.2), ("rmsprop", "eps", 0.0)],
)
def test_values_that_pytorch_takes_are_taken(key: str, setting: str, value: float) -> None:
    assert settle(catalog().optimizer(key).hyper, {setting: value}, key)[setting] == value


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=name)
def test_kernel_unpacks_by_the_names_of_the_spec(optimizer: Optimizer) -> None:
    """Where it gives an entry of h or s a name, that is the name the spec has for it."""
    hypers = dict(enumerate(h.name for h in optimizer.hyper))
    assert unpacked(optimizer.step, "h").items() <= hypers.items()
    rows, first = {}, 0
    for state in optimizer.state:
        rows[first] = state.name
        if state.rows == "dimension":
            break  # what comes after it stands at no fixed row
        first += int(state.rows)
    whole = {row: given for row, given in unpacked(optimizer.step, "s").items() if row in rows}
    assert whole == {row: rows[row] for row in whole}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=name)
def test_entry_is_complete(optimizer: Optimizer) -> None:
    module = inspect.getmodule(optimizer.step)
    assert module is not None
    assert module.__name__ == f"explorer.optimizers.{optimizer.key}"
    assert optimizer.title
    assert len(optimizer.label) <= 9
    assert optimizer.summary.endswith(".")
    assert any(c.isdigit() for c in optimizer.source)
    assert optimizer.lr > 0
    assert all(state.meaning for state in optimizer.state)
    for hyper in optimizer.hyper:
        assert not hyper.help or hyper.help.endswith(".")
        assert hyper.check(hyper.default) == hyper.default
        if not hyper.choices:
            low, high = hyper.span
            assert hyper.check(low) < hyper.check(high)


@pytest.mark.parametrize("optimizer", [o for o in OPTIMIZERS if o.cycles], ids=name)
def test_a_setting_that_is_cycled_exists(optimizer: Optimizer) -> None:
    assert optimizer.cycles in {h.name for h in optimizer.hyper}


def switched(optimizer: Optimizer) -> dict[str, object]:
    """Every option that is off by default, switched on."""
    off = [h for h in optimizer.hyper if h.number(h.default) == 0]
    return {h.name: h.choices[-1] if h.choices else 0.2 for h in off if h.choices or not h.integer}


@pytest.mark.parametrize("lit", [False, True], ids=["default", "options"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=name)
def test_five_runs_at_once_are_five_runs(optimizer: Optimizer, lit: bool) -> None:
    if {"normal", "uniform"} & {state.fill for state in optimizer.state}:
        pytest.skip("every run of a block draws random numbers of its own")
    squares = any(state.fill == "gauss_newton" for state in optimizer.state)
    landscape = catalog().landscape("himmelblau")
    if squares and landscape.gauss_newton is None:
        pytest.skip("needs the residuals of a sum of squares")
    parameters = numbers(landscape.parameters)
    hyper = numbers(optimizer.hyper, **(switched(optimizer) if lit else {}))
    rates = rate_for(landscape.key, optimizer.key) * np.linspace(1, 0.5, 30)
    starts = np.random.default_rng(3).uniform(-3, 3, (2, 5))
    together = run_plain(optimizer, landscape, parameters, starts, rates, hyper)
    for j in range(5):
        alone = run_plain(optimizer, landscape, parameters, starts[:, j], rates, hyper)
        np.testing.assert_array_equal(together[0][..., j], alone[0])
        np.testing.assert_array_equal(together[1][..., j], alone[1])
        for key, state in alone[2].items():
            np.testing.assert_array_equal(together[2][key][..., j], state)


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("land", ["rosenbrock", "himmelblau", "beale"])
def test_pytorchs_nesterov_is_the_lookahead_forms_next_peek(land: str, decay: float) -> None:
    start = catalog().landscape(land).start
    lr, beta = 3e-4, 0.9
    shared = {"momentum": beta, "weight_decay": decay}
    theirs, *_ = walk("nesterov", land, start, lr, 200, **shared)
    points, _, states = walk("nesterov", land, start, lr, 200, form="lookahead", **shared)
    assert furthest(points - lr * beta * states["v"], theirs) < 1e-10
    assert furthest(states["peek"][1:], theirs[:-1]) < 1e-10


def test_pytorchs_nesterov_takes_the_gradient_where_it_stands() -> None:
    points, _, states = walk("nesterov", "himmelblau", (1.0, 1.0), 1e-3, 20)
    np.testing.assert_array_equal(states["peek"][1:], points[:-1])


@pytest.mark.parametrize("lr", [0.1, 0.5, 0.95])
def test_gradient_descent_on_the_parabola_is_a_power(lr: float) -> None:
    points, losses, _ = walk("sgd", "parabola", (5.0,), lr, 60)
    exact = 5 * (1 - 2 * lr) ** np.arange(61)
    np.testing.assert_allclose(points[:, 0], exact, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(losses, exact**2, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize(("share", "settles"), [(0.99, True), (1.01, False)])
@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("sgd", lambda b: 2),
        ("momentum", lambda b: 2 + 2 * b),
        ("nesterov", lambda b: (2 + 2 * b) / (1 + 2 * b)),
    ],
)
def test_stability_limit_on_the_ravine(key: str, limit, share: float, settles: bool) -> None:
    """The steepest curvature is 30: beyond limit/30 the runs grow, below it they shrink."""
    lr = share * limit(0.9) / 30
    points, *_ = walk(key, "ravine", (0.0, 1.0), lr, 1500)
    tail = np.abs(points[-50:]).max()
    assert tail < 1e-2 if settles else tail > 1e2


def test_adams_first_step_is_its_rate_in_every_coordinate() -> None:
    points, *_ = walk("adam", "rosenbrock", (-1.2, 1.0), 0.1, 1)
    np.testing.assert_allclose(points[1] - points[0], (0.1, 0.1), rtol=1e-9)
    points, *_ = walk("adam", "rosenbrock", (1.2, 1.0), 0.1, 1)
    np.testing.assert_allclose(points[1] - points[0], (-0.1, 0.1), rtol=1e-9)


def test_adagrads_accumulator_is_the_sum_of_squares() -> None:
    points, _, states = walk("adagrad", "parabola", (5.0,), 0.5, 30, initial_accumulator_value=2)
    squares = (2 * points[:-1, 0]) ** 2
    np.testing.assert_allclose(states["G"][1:, 0], 2 + np.cumsum(squares), rtol=1e-12)


def test_amsgrad_never_forgets_its_largest_v() -> None:
    _, _, states = walk("adam", "himmelblau", (-4.6, 0.4), 0.1, 100, amsgrad="on", beta2=0.9)
    v = states["v"]
    np.testing.assert_array_equal(states["v_max"], np.maximum.accumulate(v))
    assert (v[-1] < states["v_max"][-1]).all()


def test_a_constant_slope_leaves_centred_rmsprop_finite() -> None:
    """There the variance is rounding alone, of either sign."""
    optimizer = catalog().optimizer("rmsprop")
    h = numbers(optimizer.hyper, centered="on", alpha=0.5)
    x, f, s = np.zeros((1, 1)), np.zeros(1), np.zeros((3, 1, 1))
    for t in range(1, 300):
        optimizer.step(None, None, x, f, np.full((1, 1), 0.1), s, h, 1e-3, t)
        assert np.isfinite(x).all()
    assert s[0, 0, 0] == pytest.approx(0.01)
