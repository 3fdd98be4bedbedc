"""Memory that is used again."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from explorer.core.catalog import catalog
from explorer.core.experiment import Run
from explorer.core.training import choose, resolve
from explorer.engine import lent, training


@pytest.fixture(autouse=True)
def none_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lent, "_spare", {})


def test_memory_is_lent_again_only_once_nobody_looks_at_it() -> None:
    first = lent.empty(300, 1000)
    where = first.ctypes.data
    part = first[100:, :3]
    part[:] = 7.0
    del first
    gc.collect()
    other = lent.empty(300, 1000)  # a view of the first is still there
    assert other.ctypes.data != where
    other[:] = 1.0
    assert (part == 7.0).all()
    del part
    gc.collect()
    again = lent.empty(1000, 280)  # somewhat less will do
    assert again.ctypes.data == where
    assert again.shape == (1000, 280)
    assert again.flags.writeable
    assert again.flags.c_contiguous


def test_little_is_not_lent_and_much_more_than_asked_neither() -> None:
    assert lent.empty(3, 4).base is None
    large = lent.empty(1000, 1000)
    del large
    gc.collect()
    assert len(lent._spare) == 1
    lent.empty(1000, 300)
    gc.collect()
    assert {owner.size for owner in lent._spare.values()} == {1_000_000, 300_000}


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lent, "MOST", 700_000)
    held = [lent.empty(size) for size in (200_000, 300_000, 400_000)]
    assert not lent._spare
    held.clear()
    gc.collect()
    assert sum(owner.size for owner in lent._spare.values()) <= 700_000


def test_a_training_after_another_gives_the_same_numbers() -> None:
    data = catalog().dataset("moons").make(seed=0, samples=600)
    made = resolve(*choose("mlp", {}), data, Run("adam", 0.01), epochs=50, validation=0.0)
    assert (made.steps + 1) * made.start.size >= lent.WORTH
    first = training.train(made)
    points = first.points.copy()
    second = training.train(made)
    np.testing.assert_array_equal(first.points, points)
    np.testing.assert_array_equal(second.points, points)


def test_what_nobody_uses_is_let_go_and_what_is_used_stays() -> None:
    used, gone = lent.empty(200_000), lent.empty(300_000)
    used[:] = 7.0
    del gone
    gc.collect()
    assert lent._spare
    lent.forget()
    assert not lent._spare
    assert (used == 7.0).all()
