"""Kernels compiled in a process of their own, into the cache that this one loads from."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from explorer.engine import foundry
from explorer.engine.contract import POINTED, STEP
from explorer.engine.drivers import idle

# In a process of its own: whose functions are compiled where is settled for a whole process.
ORDER = """
import json
from explorer.engine import contract, foundry
from numba.core import event

there = foundry.Foundry()
foundry.use(there)
here = event.RecordingListener()
event.register("numba:compile", here)

import numpy as np
from explorer.engine import compile, drivers
from explorer.engine.fields import source
from explorer.landscapes import rosenbrock

f, g = np.empty(1), np.empty((2, 1))
kernel = compile.loss(rosenbrock.gradient)
drivers.look(kernel, source(np.array([1.0, 100.0])), np.array([[-1.2], [1.0]]), f, g)
counted = compile.counters()
{more}
there.close()
print(json.dumps([f[0], *g[:, 0], len(here.buffer), counted.hits, counted.misses]))
"""


def ordered(folder: object, more: str = "") -> list[float]:
    """What a process that has its kernels compiled elsewhere tells of it."""
    told = subprocess.run(
        [sys.executable, "-c", ORDER.replace("{more}", more)],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [float(x) for x in told.stdout.strip("[]\n").split(",")]


def test_what_is_missing_is_compiled_elsewhere_and_then_found(tmp_path):
    # the loss and the gradient of (1 - x)^2 + 100 (y - x^2)^2 at (-1.2, 1)
    expected = [24.2, -215.6, -88.0]
    *first, compiled, hits, misses = ordered(tmp_path)
    assert first == pytest.approx(expected)
    assert compiled == 0
    assert misses > 0  # importing a module there makes others of its functions too
    *second, compiled, again, missing = ordered(tmp_path)
    assert second == pytest.approx(expected)
    assert (compiled, again, missing) == (0, hits + misses, 0)


def test_where_the_process_was_ended_another_is_started(tmp_path):
    more = """
there._process.kill()
there._process.wait()
compile.hessian(rosenbrock.hessian)  # its order fails: compiled here
assert here.buffer
here.buffer.clear()
compile.step(__import__("explorer.optimizers.sgd").optimizers.sgd.step)
"""
    *_, compiled, _hits, _misses = ordered(tmp_path, more)
    assert compiled == 0


def test_a_function_that_cannot_be_found_there_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    there = foundry.Foundry()
    assert not there.order(lambda: None, (), {})
    there.close()
    assert not there.order(idle.py_func, STEP, POINTED)


def test_the_very_first_start_compiles_ahead(tmp_path, monkeypatch):
    monkeypatch.setattr(foundry.cache, "folder", tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    second = foundry.ahead("explorer.engine.usual")
    assert second is not None
    deadline = time.monotonic() + 100
    while not list(tmp_path.rglob("adam.step-*.nbc")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.rglob("himmelblau.gradient-*.nbc"))
    second.close()
    assert second._process is None
    (tmp_path / "drivers.record-1.py311.nbi").touch()
    assert foundry.ahead("explorer.engine.usual") is None
