"""Every schedule against PyTorch's own, and what the plan puts in front of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Experiment, Rate, Run, settings
from explorer.core.plan import cycle, rates, resolve
from explorer.core.spec import Schedule, settle
from explorer.engine import runner

DATA = Path(__file__).with_name("data")
FIRST = np.load(DATA / "torch.npz", allow_pickle=False)
TORCH = np.load(DATA / "schedules.npz", allow_pickle=False)
CASES = [
    *(
        (case, FIRST[f"rates_{i}"], None)
        for i, case in enumerate(json.loads(str(FIRST["schedules"])))
    ),
    *(
        (case, TORCH[f"rates_{i}"], TORCH[f"momentum_{i}"])
        for i, case in enumerate(json.loads(str(TORCH["cases"])))
    ),
]
RUNS = json.loads(str(TORCH["runs"]))
SCHEDULES = list(catalog().schedules.values())


def numbers(schedule: Schedule, given: dict[str, object]) -> dict[str, float]:
    """A schedule's settings as its functions take them, defaults filled in."""
    values = settle(schedule.hyper, given, schedule.key)
    return {h.name: h.number(values[h.name]) for h in schedule.hyper}


@pytest.mark.parametrize(("case", "theirs", "momenta"), CASES, ids=lambda c: str(c)[14:90])
def test_rates_are_pytorchs(case: dict, theirs: np.ndarray, momenta: np.ndarray | None) -> None:
    """To 1e-12 of the first rate: some of PyTorch's are recurrences and round at every step."""
    schedule = catalog().schedule(case["schedule"])
    hyper = numbers(schedule, case["hyper"])
    ours = schedule.rates(case["lr"], case["steps"], **hyper)
    assert ours.shape == (case["steps"],)
    assert np.abs(ours - theirs).max() < 1e-12 * case["lr"]
    swing = schedule.cycle(case["steps"], **hyper) if schedule.cycle else None
    if swing is not None:
        assert momenta is not None
        assert np.abs(swing - momenta).max() < 1e-12
        assert np.ptp(swing) > 0.01
    elif momenta is not None:
        assert not np.ptp(momenta)


def test_every_schedule_is_held_against_pytorch_with_every_option() -> None:
    tried: dict[str, set[str]] = {}
    for case, *_ in CASES:
        tried.setdefault(case["schedule"], set()).update(case["hyper"])
    for case in RUNS:
        tried.setdefault(case["schedule"], set()).update(case["options"])
    for schedule in SCHEDULES:
        if "PyTorch" in schedule.source:
            assert tried[schedule.key] == {h.name for h in schedule.hyper}, schedule.key


def trace_of(case: dict, warmup: int = 0):
    """Run the whole engine as the stored run of PyTorch was."""
    run = Run(
        case["optimizer"],
        case["lr"],
        settings(case["hyper"]),
        Rate(case["schedule"], settings(case["options"]), warmup, case["every"]),
    )
    plan = resolve(Experiment(case["landscape"], tuple(case["start"]), (run,), steps=300))
    return runner.run(plan, plan.runs[0])


@pytest.mark.parametrize("index", range(len(RUNS)))
def test_whole_runs_are_pytorchs(index: int) -> None:
    case = RUNS[index]
    trace = trace_of(case)
    lrs, points = TORCH["lrs"][index], TORCH["points"][index]
    assert np.abs(trace.learning_rate - lrs).max() < 1e-12 * case["lr"]
    far = np.abs(trace.points - points).max(axis=1) / np.abs(points).max(axis=1)
    assert far.max() < 1e-10


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.key)
def test_entry_is_complete(schedule: Schedule) -> None:
    assert schedule.title
    assert schedule.summary.endswith(".")
    assert any(c.isdigit() for c in schedule.source)
    for hyper in schedule.hyper:
        assert hyper.help.endswith(".")
        assert hyper.check(hyper.default) == hyper.default
        if not hyper.choices:
            low, high = hyper.span
            assert hyper.check(low) < hyper.check(high)


@pytest.mark.parametrize("steps", [0, 1, 7])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.key)
def test_every_length_is_possible(schedule: Schedule, steps: int) -> None:
    hyper = numbers(schedule, {})
    given = schedule.rates(0.3, steps, **hyper)
    assert given.shape == (steps,)
    assert given.dtype == float
    assert ((given >= 0) & (given <= 0.3 * (1 + 1e-15))).all()
    if schedule.cycle is not None:
        on = schedule.cycle(steps, **(hyper | {"cycle_momentum": 1.0}))
        assert on.shape == (steps,)
        assert ((on >= 0) & (on < 1)).all()
        assert schedule.cycle(steps, **(hyper | {"cycle_momentum": 0.0})) is None


def test_constant() -> None:
    np.testing.assert_array_equal(catalog().schedule("constant").rates(0.1, 4), [0.1] * 4)


def test_step_by_hand() -> None:
    given = catalog().schedule("step").rates(8.0, 7, step_size=3.0, gamma=0.5)
    np.testing.assert_array_equal(given, [8, 8, 8, 4, 4, 4, 2])


def test_cosine_by_hand() -> None:
    cosine = catalog().schedule("cosine").rates
    np.testing.assert_allclose(
        cosine(1.0, 10, eta_min=0.0, T_max=0.0)[[0, 5, 9]], [1, 0.5, 0.02447174], atol=1e-8
    )
    # It climbs again past T_max.
    np.testing.assert_allclose(
        cosine(1.0, 9, eta_min=0.2, T_max=4.0)[[0, 2, 4, 6, 8]], [1, 0.6, 0.2, 0.6, 1]
    )


def test_restarts_by_hand() -> None:
    """The numbers of Loshchilov & Hutter's schedule with cycles of 10 and 20 steps."""
    given = catalog().schedule("cosine_restarts").rates(1.0, 31, T_0=10.0, T_mult=2.0, eta_min=0.0)
    np.testing.assert_allclose(
        given[[0, 5, 9, 10, 20, 29, 30]], [1, 0.5, 0.0244717, 1, 0.5, 0.00615583, 1], atol=1e-7
    )


def test_triangles_by_hand() -> None:
    """Smith's figure: from 0.1 to 1 in four steps."""
    cyclic = catalog().schedule("cyclic")
    given = {"base_fraction": 0.1, "step_size_up": 4.0}
    ours = cyclic.rates(1.0, 9, **numbers(cyclic, given))
    np.testing.assert_allclose(ours, [0.1, 0.325, 0.55, 0.775, 1, 0.775, 0.55, 0.325, 0.1])
    half = cyclic.rates(1.0, 13, **numbers(cyclic, given | {"mode": "triangular2"}))
    assert half[12] == pytest.approx(0.55)


def test_the_transformers_rate_by_hand() -> None:
    noam = catalog().schedule("inverse_sqrt").rates
    t = np.arange(1, 12001)
    wanted = 512**-0.5 * np.minimum(t**-0.5, t * 4000**-1.5)
    np.testing.assert_allclose(noam(1.0, 12000, d=512.0, warmup_steps=4000.0), wanted, rtol=1e-14)
    peak = noam(0.3, 100, d=0.0, warmup_steps=40.0)
    assert peak.argmax() == 39
    assert peak.max() == pytest.approx(0.3, rel=1e-14)


def test_one_cycle_fits_itself_to_the_steps() -> None:
    given = rates(Rate("one_cycle"), 1.0, 100)
    assert given[0] == pytest.approx(1 / 25)
    assert given[29] == pytest.approx(1)
    assert given[-1] == pytest.approx(1 / 25e4)
    swing = cycle(Rate("one_cycle", warmup=10, every=2), 120)
    assert swing.shape == (120,)
    np.testing.assert_allclose(swing[:21], 0.95)
    assert swing.min() == pytest.approx(0.85)
    assert cycle(Rate("one_cycle", (("cycle_momentum", "off"),)), 120).size == 0


def test_a_plateau_is_watched_for_after_the_warm_up() -> None:
    """The loss of steps that are too long rises from the start; the climb is not cut short."""
    case = {**RUNS[0], "lr": 0.06, "options": {"patience": 0, "factor": 0.5}}
    lrs = trace_of(case, warmup=20).learning_rate
    np.testing.assert_allclose(lrs[:20], 0.06 * np.arange(1, 21) / 20)
    assert lrs[20] == 0.06
    assert lrs.min() < 0.03
    assert (np.diff(lrs[20:]) <= 0).all()


def test_warm_up_comes_first_and_the_schedule_has_the_rest() -> None:
    given = rates(Rate("cosine", warmup=4), 0.8, 14)
    np.testing.assert_allclose(given[:4], [0.2, 0.4, 0.6, 0.8])
    np.testing.assert_array_equal(given[4:], rates(Rate("cosine"), 0.8, 10))


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("step", "step_size", 0),
        ("step", "step_size", 2.5),
        ("step", "gamma", 1.5),
        ("cosine", "eta_min", -1.0),
        ("cosine", "T_max", -3),
        ("constant", "gamma", 0.5),
        ("multistep", "milestone2", -1),
        ("exponential", "gamma", 0.0),
        ("inverse_time", "k", -0.1),
        ("polynomial", "power", 0.0),
        ("linear", "end_factor", 1.1),
        ("cosine_restarts", "T_0", 0),
        ("inverse_sqrt", "warmup_steps", 0),
        ("cyclic", "mode", "square"),
        ("one_cycle", "pct_start", 1.5),
        ("reduce_on_plateau", "factor", 1.0),
    ],
)
def test_values_that_make_no_sense_are_refused(key: str, name: str, value: object) -> None:
    with pytest.raises(InputError, match=name):
        rates(Rate(key, ((name, value),)), 0.1, 10)
