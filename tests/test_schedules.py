"""Every schedule against PyTorch's own, and what the plan puts in front of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import Rate
from explorer.core.plan import rates
from explorer.core.spec import Schedule, settle

TORCH = np.load(Path(__file__).with_name("data") / "torch.npz", allow_pickle=False)
CASES = json.loads(str(TORCH["schedules"]))
SCHEDULES = list(catalog().schedules.values())


@pytest.mark.parametrize("index", range(len(CASES)))
def test_rates_are_pytorchs(index: int) -> None:
    """To 1e-12 of the first rate: PyTorch's cosine is a recurrence and rounds at every step."""
    case = CASES[index]
    schedule = catalog().schedule(case["schedule"])
    hyper = settle(schedule.hyper, case["hyper"], schedule.key)
    ours = schedule.rates(case["lr"], case["steps"], **hyper)
    assert ours.shape == (case["steps"],)
    assert np.abs(ours - TORCH[f"rates_{index}"]).max() < 1e-12 * case["lr"]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.key)
def test_entry_is_complete(schedule: Schedule) -> None:
    assert schedule.title
    assert schedule.summary.endswith(".")
    assert any(c.isdigit() for c in schedule.source)
    for hyper in schedule.hyper:
        assert hyper.help.endswith(".")
        assert hyper.check(hyper.default) == hyper.default
        low, high = hyper.span
        assert hyper.check(low) < hyper.check(high)


@pytest.mark.parametrize("steps", [0, 1, 7])
@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.key)
def test_every_length_is_possible(schedule: Schedule, steps: int) -> None:
    hyper = settle(schedule.hyper, {}, schedule.key)
    given = schedule.rates(0.3, steps, **hyper)
    assert given.shape == (steps,)
    assert given.dtype == float
    assert (given[:1] == 0.3).all()


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
    ],
)
def test_values_that_make_no_sense_are_refused(key: str, name: str, value: float) -> None:
    with pytest.raises(InputError, match=name):
        rates(Rate(key, ((name, value),)), 0.1, 10)
