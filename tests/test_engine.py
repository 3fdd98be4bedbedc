"""The engine: compiled against plain Python, slices against one piece, stops, noise, fused runs."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from reference import run_plain

import explorer
from explorer.core.catalog import catalog
from explorer.core.experiment import Experiment, Noise, Rate, Run, settings
from explorer.core.plan import Plan, resolve
from explorer.core.probe import forgiving
from explorer.engine import compile, fields, fuse, runner


def make(landscape: str = "rosenbrock", optimizer: str = "adam", **changes: object) -> Plan:
    spec = catalog().landscape(landscape)
    hyper = settings(changes.pop("hyper", {}))  # type: ignore[arg-type]
    lr = changes.pop("lr", 0.01)
    run = Run(optimizer, lr, hyper, changes.pop("rate", Rate()))  # type: ignore[arg-type]
    start = changes.pop("start", spec.start)
    return resolve(Experiment(landscape, start, (run,), **changes))  # type: ignore[arg-type]


def by_hand(plan: Plan, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Step with the kernels as plain Python: points (T+1, D) and losses (T+1,)."""
    run, land = plan.runs[0], plan.landscape
    plain = {"gradient": forgiving(land.gradient), "hessian": forgiving(land.hessian)}
    with np.errstate(all="ignore"):
        points, losses, _ = run_plain(
            replace(run.optimizer, step=forgiving(run.optimizer.step)),
            replace(land, **plain),  # type: ignore[arg-type]
            plan.parameters,
            plan.start,
            run.rates[:steps],
            run.hyper,
            plan.seed,
            run.outer,
            run.outer_hyper,
        )
    return points, losses


def fits(optimizer: str, landscape: str) -> bool:
    """Whether an optimizer can be run on a landscape: some need a sum of squares."""
    squares = any(state.fill == "gauss_newton" for state in catalog().optimizer(optimizer).state)
    return not squares or catalog().landscape(landscape).gauss_newton is not None


# every optimizer on three landscapes, every landscape under two optimizers: a kernel is compiled
# alone, so that a pair can hold no surprise that neither of its halves holds
PAIRS = {(o, s) for o in catalog().optimizers for s in ("rosenbrock", "himmelblau", "double_well")}
PAIRS |= {(o, s) for o in ("sgd", "adam") for s in catalog().landscapes}
KEYS = sorted(pair for pair in PAIRS if fits(*pair))


@pytest.mark.parametrize(("optimizer", "landscape"), KEYS)
def test_compiled_equals_plain_python(optimizer: str, landscape: str) -> None:
    spec = catalog().optimizer(optimizer)
    rate = catalog().landscape(landscape).rates.get(optimizer, min(spec.lr, 1.0))
    plan = make(landscape, optimizer, lr=rate, steps=25 if spec.family == "first order" else 8)
    trace = runner.run(plan, plan.runs[0])
    points, losses = by_hand(plan, trace.stop_step)
    final = losses[trace.last_finite]
    # Once the loss has settled, rounding decides whether a search still finds something lower.
    moving = np.abs(losses - final) > 1e-13 * (1 + np.abs(final))
    settled = len(losses) - int(moving[::-1].argmax()) if moving.any() else 1
    rows = slice(settled + 1)
    np.testing.assert_allclose(trace.points[rows], points[rows], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(trace.points, points, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(trace.loss, losses, rtol=1e-10, atol=1e-11)


def test_slices_do_not_change_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make(steps=1000, noise=Noise(0.5), rate=Rate("cosine"))
    whole = runner.run(plan, plan.runs[0])
    monkeypatch.setattr(runner, "SLICE", 37)
    pieces = runner.run(plan, plan.runs[0])
    for name in ("points", "loss", "gradient_norm", "learning_rate"):
        assert np.array_equal(getattr(whole, name), getattr(pieces, name)), name
    assert np.array_equal(whole.states["m"], pieces.states["m"])


def test_progress_and_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SLICE", 100)
    plan = make(steps=450)
    told: list[tuple[int, int]] = []
    runner.run(plan, plan.runs[0], lambda done, total: told.append((done, total)))
    assert told == [(100, 450), (200, 450), (300, 450), (400, 450), (450, 450)]
    asked = iter([False, False, True])
    with pytest.raises(runner.Cancelled):
        runner.run(plan, plan.runs[0], cancel=lambda: next(asked))


def test_trace_rows_and_rates_fit_together() -> None:
    plan = make(steps=50, rate=Rate("cosine"))
    trace = runner.run(plan, plan.runs[0])
    assert trace.points.shape == (51, 2)
    assert trace.loss.shape == trace.gradient_norm.shape == (51,)
    assert trace.learning_rate.shape == (50,)
    assert {k: v.shape for k, v in trace.states.items()}["m"] == (51, 2)
    assert (trace.stop_reason, trace.stop_step) == ("max_steps", 50)
    surface = explorer.landscape("rosenbrock")
    np.testing.assert_allclose(trace.loss, surface.value(trace.points), rtol=1e-13)
    lengths = np.linalg.norm(surface.gradient(trace.points), axis=1)
    np.testing.assert_allclose(trace.gradient_norm, lengths, rtol=1e-12)
    with pytest.raises(ValueError, match="read-only"):
        trace.points[0] = 0


def test_states_are_after_their_step() -> None:
    trace = explorer.run("bowl", "adam", steps=3, lr=0.1)
    gradient = explorer.landscape("bowl").gradient(trace.points[0])
    assert np.array_equal(trace.states["m"][0], [0, 0])
    np.testing.assert_allclose(trace.states["m"][1], 0.1 * gradient, rtol=1e-14)


def test_gradient_norm_stops_at_the_first_row_below() -> None:
    free = explorer.run("bowl", "sgd", lr=0.1, steps=200)
    stopped = explorer.run("bowl", "sgd", lr=0.1, steps=200, gradient_norm=1e-3)
    first = int(np.argmax(free.gradient_norm < 1e-3))
    assert (stopped.stop_reason, stopped.stop_step) == ("gradient_norm", first)
    assert len(stopped.points) == first + 1
    assert np.array_equal(stopped.points, free.points[: first + 1])


@pytest.mark.parametrize("size", [20_000, 7])
def test_loss_change_waits_for_its_patience(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SLICE", size)
    free = explorer.run("bowl", "sgd", lr=0.1, steps=300)
    limit, patience = 1e-6, 5
    small = np.abs(np.diff(free.loss)) < limit
    wanted = next(t for t in range(300) if t >= patience and small[t - patience : t].all())
    got = explorer.run("bowl", "sgd", lr=0.1, steps=300, loss_change=limit, patience=patience)
    assert (got.stop_reason, got.stop_step) == ("loss_change", wanted)


def test_a_run_that_starts_still_stops_at_once() -> None:
    trace = explorer.run("bowl", "sgd", start=(0, 0), gradient_norm=1e-9)
    assert (trace.stop_reason, trace.stop_step) == ("gradient_norm", 0)
    assert trace.points.shape == (1, 2)
    assert trace.learning_rate.shape == (0,)


def test_divergence_ends_a_run_with_what_it_has() -> None:
    trace = explorer.run("rosenbrock", "sgd", lr=1.0, steps=100)
    assert trace.stop_reason == "diverged"
    assert len(trace.points) == trace.stop_step + 1
    assert np.isfinite(trace.loss[: trace.stop_step]).all()
    assert not np.isfinite(trace.loss[trace.stop_step])
    assert trace.last_finite == trace.stop_step - 1


def test_a_bound_on_the_loss_counts_as_divergence() -> None:
    trace = explorer.run("saddle", "sgd", start=(0.1, 0.1), lr=0.1, steps=1000, bound=50.0)
    assert trace.stop_reason == "diverged"
    assert abs(trace.loss[-1]) > 50 >= abs(trace.loss[-2])


def test_noise_is_normal_seeded_and_divided_by_the_root_of_the_batch() -> None:
    plan = make("bowl", "sgd", lr=0.0, steps=1, noise=Noise(2.0, 16), seed=7)
    draws = np.array([runner.draws(plan, t) for t in range(1, 20_001)]).ravel()
    n = draws.size
    assert abs(draws.mean()) < 4 * 0.5 / math.sqrt(n)
    # the standard error of a normal sample's standard deviation is sigma / sqrt(2 n)
    assert abs(draws.std() - 0.5) < 4 * 0.5 / math.sqrt(2 * n)
    excess = (draws**4).mean() / (draws**2).mean() ** 2 - 3
    assert abs(excess) < 4 * math.sqrt(24 / n)
    pair = draws.reshape(-1, 2)
    assert abs(np.corrcoef(pair.T)[0, 1]) < 4 / math.sqrt(len(pair))
    assert abs(np.corrcoef(pair[:-1, 0], pair[1:, 0])[0, 1]) < 4 / math.sqrt(len(pair))
    other = resolve(replace(Experiment("bowl", (1, 1), plan_runs()), noise=Noise(2.0, 16), seed=8))
    assert not np.allclose(runner.draws(plan, 1), runner.draws(other, 1))


def plan_runs() -> tuple[Run, ...]:
    return (Run("sgd", 0.0),)


def test_noise_reaches_the_step_and_the_recorded_norm() -> None:
    plan = make("bowl", "sgd", lr=0.1, steps=5, noise=Noise(1.0), seed=3)
    trace = runner.run(plan, plan.runs[0])
    gradient = explorer.landscape("bowl").gradient(trace.points)
    for t in range(5):
        noisy = gradient[t] + runner.draws(plan, t + 1)
        np.testing.assert_allclose(trace.points[t + 1], trace.points[t] - 0.1 * noisy, rtol=1e-13)
        assert math.isclose(trace.gradient_norm[t], np.linalg.norm(noisy), rel_tol=1e-13)


def test_runs_side_by_side_see_the_same_noise() -> None:
    both = resolve(
        Experiment("bowl", (1, 2), (Run("sgd", 0.1), Run("sgd", 0.1)), noise=Noise(1.0), steps=40)
    )
    first, second = runner.run_all(both)
    assert np.array_equal(first.points, second.points)


def test_a_step_that_asks_again_gets_the_same_noise() -> None:
    """The look-ahead gradient of one step comes from the same mini-batch as the plain one."""
    plan = make("bowl", "nesterov", lr=0.1, steps=4, noise=Noise(1.0), hyper={"form": "lookahead"})
    trace = runner.run(plan, plan.runs[0])
    surface = explorer.landscape("bowl")
    v = np.zeros(2)
    for t in range(4):
        peek = trace.points[t] - 0.1 * 0.9 * v
        v = 0.9 * v + surface.gradient(peek) + runner.draws(plan, t + 1)
        np.testing.assert_allclose(trace.points[t + 1], trace.points[t] - 0.1 * v, rtol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
def test_fused_run_equals_the_general_one(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make("rosenbrock", optimizer, lr=1e-4, steps=2000)
    general = runner.run(plan, plan.runs[0])
    monkeypatch.setattr(fuse, "WORTH", 1)
    fused = runner.run(plan, plan.runs[0])
    np.testing.assert_allclose(fused.points, general.points, rtol=1e-11)
    np.testing.assert_allclose(fused.loss, general.loss, rtol=1e-9)
    for name, state in general.states.items():
        np.testing.assert_allclose(fused.states[name], state, rtol=1e-9, atol=1e-300)


def test_fusing_refuses_a_kernel_that_needs_more_than_mathematics() -> None:
    def step(grad, problem, x, f, g, s, h, lr, t):  # type: ignore[no-untyped-def]
        x[0, 0] -= np.float64(lr)

    odd = replace(catalog().optimizer("sgd"), step=step)
    with pytest.raises(TypeError, match="uses np"):
        fuse.generate(catalog().landscape("bowl"), odd)


def test_grid_has_x_along_columns_and_y_along_rows() -> None:
    spec = catalog().landscape("rosenbrock")
    field = fields.grid(spec, np.array([1.0, 100.0]), ((-2, 2), (-1, 3)), (9, 5))
    assert field is not None
    assert field.z.shape == (5, 9)
    surface = explorer.landscape("rosenbrock")
    assert field.z[3, 7] == surface.value([field.x[7], field.y[3]])
    cancelled = fields.grid(spec, np.ones(2), ((-2, 2), (-1, 3)), (9, 5), lambda: True)
    assert cancelled is None


def test_a_second_process_compiles_nothing() -> None:
    """Everything that the first process compiled is found on the disk by the next."""
    code = (
        "import explorer; from explorer.engine import compile, picture, raster;"
        "[explorer.run('himmelblau', o, steps=3) for o in explorer.catalog().optimizers];"
        "explorer.landscape('himmelblau').hessian([0, 0]);"
        "c = compile.counters(); print(c.hits, c.misses)"
    )
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout.split()
        for _ in range(2)
    ]
    hits, misses = map(int, outputs[1])
    assert misses == 0
    assert hits >= len(catalog().optimizers) + 6


def test_counters_count() -> None:
    before = compile.counters()
    explorer.landscape("two_wells").value([0.0, 0.0])
    after = compile.counters()
    assert after.hits + after.misses >= before.hits + before.misses


def test_where_kernels_are_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from numba.core.dispatcher import Dispatcher

    plans = [make("rosenbrock", "adam"), make("himmelblau", "sgd", lr=1e-3)]
    before = [runner.run_all(plan)[0].loss for plan in plans]
    asked: list[object] = []
    plain = Dispatcher.get_compile_result

    def found(self: object, signature: object) -> object:
        asked.append(self)
        return plain(self, signature)

    monkeypatch.setattr(Dispatcher, "get_compile_result", found)
    for plan, loss in zip(plans, before, strict=True):  # each kernel is still its own
        np.testing.assert_array_equal(runner.run_all(plan)[0].loss, loss)
    assert not asked
    np.testing.assert_allclose(before[0], by_hand(plans[0], plans[0].steps)[1], rtol=1e-9)
