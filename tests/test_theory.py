"""What theory says of a run, against closed forms of the literature and against the runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.core import graphs
from explorer.core.catalog import catalog
from explorer.core.experiment import Experiment, Noise, Penalty, Rate, Run, settings
from explorer.core.plan import Plan, resolve
from explorer.core.theory import linear, radius, stationary, theory
from explorer.engine import runner
from explorer.views._curvekey import items


def step_of(key: str, eta: float, curvature: float, **hyper: object) -> tuple:
    spec = catalog().optimizer(key)
    values = np.array([h.number(hyper.get(h.name, h.default)) for h in spec.hyper], dtype=float)
    return linear(spec, values, eta, curvature)


@pytest.mark.parametrize("eta", [0.05, 0.9, 1.7, 2.5])
def test_gradient_descent_multiplies_by_one_minus_rate_times_curvature(eta: float) -> None:
    matrix, push = step_of("sgd", eta, 1.0)
    assert radius(matrix) == pytest.approx(abs(1 - eta), abs=1e-12)
    # the stationary variance eta s^2 / (lambda (2 - eta lambda))
    if eta < 2:
        assert stationary(matrix, push, 0.5) == pytest.approx(eta * 0.25 / (2 - eta), rel=1e-9)
    else:
        assert stationary(matrix, push, 0.5) == math.inf


def test_heavy_ball_is_goh_s_and_its_best_tuning_polyak_s() -> None:
    beta = 0.9
    complex_roots, push = step_of("momentum", 0.1, 1.0, momentum=beta)
    assert radius(complex_roots) == pytest.approx(math.sqrt(beta), abs=1e-9)
    # eta s^2 (1 + beta) / (lambda (1 - beta) (2 (1 + beta) - eta lambda))
    wanted = 0.1 * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - 0.1))
    assert stationary(complex_roots, push, 1.0) == pytest.approx(wanted, rel=1e-9)
    # curvatures 0.01, 0.1 and 1: the rate 0.81818182; the matrix is defective there
    eta, beta = 3.30578512, 0.66942149
    found = [radius(step_of("momentum", eta, c, momentum=beta)[0]) for c in (0.01, 0.1, 1.0)]
    assert max(found) == pytest.approx(0.81818182, abs=2e-4)


@pytest.mark.parametrize("form", ["torch", "lookahead"])
def test_nesterov_s_rate_is_one_less_than_the_root_of_the_condition(form: str) -> None:
    kappa = 100.0
    beta = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    forms = [str(c) for h in catalog().optimizer("nesterov").hyper for c in h.choices or ()]
    chosen = form if form in forms else forms[0]
    matrix, _ = step_of("nesterov", 1.0, 1 / kappa, momentum=beta, form=chosen)
    # both roots are equal there, so that rounding shows in half of the digits
    assert radius(matrix) == pytest.approx(0.9, abs=1e-7)


@pytest.mark.parametrize("key", ["adam", "adagrad", "rmsprop", "newton", "adamw", "lion", "rprop"])
def test_what_is_not_linear_has_no_theory(key: str) -> None:
    assert step_of(key, 0.1, 1.0) is None


def ran(key: str, lr: float, landscape: str = "himmelblau", **changes: object) -> tuple:
    changes.setdefault("steps", 1500)
    hyper = settings(changes.pop("hyper", {}))  # type: ignore[arg-type]
    rate = changes.pop("rate", Rate())
    start = changes.pop("start", (-4.6, 0.4))
    run = Run(key, lr, hyper, rate)  # type: ignore[arg-type]
    plan = resolve(Experiment(landscape, start, (run,), **changes))  # type: ignore[arg-type]
    return plan, runner.run_all(plan)


def said(plan: Plan, traces: tuple) -> object:
    return theory(plan, plan.runs[0], traces[0])


@pytest.mark.parametrize(("key", "lr"), [("sgd", 0.004), ("momentum", 0.0035), ("nesterov", 0.002)])
def test_a_run_falls_as_fast_as_theory_says(key: str, lr: float) -> None:
    plan, traces = ran(key, lr)
    found = said(plan, traces)
    assert found is not None
    assert found.run == pytest.approx(found.rate, rel=0.01)
    # a straight line on a logarithmic axis, as steep as the rate, back to where the run begins
    np.testing.assert_allclose(np.diff(np.log(found.y)), np.log(found.rate), rtol=1e-6)
    assert found.y[0] <= traces[0].loss[0]
    assert found.y[0] > 0.1 * traces[0].loss[0] or found.x[0] == 0


@pytest.mark.parametrize(("key", "lr"), [("sgd", 0.004), ("momentum", 0.0005)])
def test_noise_ends_a_run_where_theory_says(key: str, lr: float) -> None:
    plan, traces = ran(key, lr, steps=200_000, noise=Noise(0.3))
    found = said(plan, traces)
    assert found is not None
    assert found.floor > 0
    assert found.run == pytest.approx(found.floor, rel=0.05)
    assert found.y[-1] == pytest.approx(found.floor, rel=1e-9)  # the lowest loss is zero


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("adam", {"lr": 0.05}),
        ("sgd", {"rate": Rate("cosine")}),
        ("sgd", {"penalty": Penalty(l1=0.1)}),
        ("sgd", {"steps": 12}),  # not near a minimum yet
        ("sgd", {"lr": 0.1}),  # diverges
    ],
)
def test_theory_is_silent_where_it_has_nothing_to_say(key: str, changes: dict) -> None:
    lr = changes.pop("lr", 0.004)
    assert said(*ran(key, lr, **changes)) is None


def test_the_line_goes_with_the_selected_run_and_is_explained() -> None:
    plan, traces = ran("sgd", 0.004)
    alone = graphs.curve_plot(traces, plan, "loss", 100, log=True)
    plot = graphs.curve_plot(traces, plan, "loss", 100, log=True, selected=0)
    assert [s.part for s in alone.series] == ["train"]
    assert [s.part for s in plot.series] == ["train", "theory"]
    assert plot.theory.startswith("theory: ×0.54")
    assert [item.word for item in items(plot)][-1] == plot.theory
    other = graphs.curve_plot(traces, plan, "gradient_norm", 100, log=True, selected=0)
    assert not other.theory
