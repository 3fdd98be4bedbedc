"""The store: undo and redo, gestures folded into one entry, views kept apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.core import defaults
from explorer.core.experiment import View
from explorer.gui import store as module
from explorer.gui.store import Store


@pytest.fixture
def store() -> Store:
    return Store(defaults.experiment())


def move(store: Store, x: float, key: str = "") -> None:
    store.edit(replace(store.experiment, start=(x, 0.0)), "Move start", key)


def test_undo_and_redo_walk_the_same_way(store: Store) -> None:
    first = store.experiment
    move(store, 1)
    move(store, 2)
    assert store.undo_name == "Move start"
    store.undo()
    assert store.experiment.start == (1, 0)
    store.undo()
    assert store.experiment == first
    store.undo()
    assert store.experiment == first
    store.redo()
    store.redo()
    assert store.experiment.start == (2, 0)
    assert store.redo_name == ""


def test_a_drag_is_one_entry(store: Store) -> None:
    first = store.experiment
    for x in range(10):
        move(store, x, "start")
    store.undo()
    assert store.experiment == first


def test_a_pause_ends_a_gesture(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    move(store, 1, "start")
    now[0] = 0.5
    move(store, 2, "start")
    now[0] = 3.0
    move(store, 3, "start")
    store.undo()
    assert store.experiment.start == (2, 0)


def test_other_keys_are_other_entries(store: Store) -> None:
    move(store, 1, "start")
    store.edit(replace(store.experiment, steps=7), "Change steps", "steps")
    store.undo()
    assert store.experiment.start == (1, 0)
    assert store.experiment.steps == 500


def test_an_edit_forgets_what_could_be_redone(store: Store) -> None:
    move(store, 1)
    store.undo()
    move(store, 2)
    assert store.redo_name == ""


def test_an_edit_that_changes_nothing_is_no_entry(store: Store) -> None:
    store.edit(store.experiment, "Nothing")
    assert store.undo_name == ""


def test_framing_is_no_entry_and_survives_undo(store: Store) -> None:
    move(store, 1)
    store.look(View(panes="3d"))
    store.undo()
    assert store.experiment.view.panes == "3d"
    assert store.undo_name == ""


def test_listeners_hear_old_and_new(store: Store) -> None:
    heard = []
    store.changed.connect(lambda old, new: heard.append((old.start, new.start)))
    before = store.experiment.start
    move(store, 1)
    store.undo()
    assert heard == [(before, (1, 0)), ((1, 0), before)]


def test_saving_is_remembered(store: Store) -> None:
    assert not store.dirty
    move(store, 1)
    assert store.dirty
    store.mark_saved()
    assert not store.dirty
    store.undo()
    assert store.dirty
