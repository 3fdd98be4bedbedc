"""What the catalogue costs: all kernels from a warm cache, one from a cold one, and the growth.

Times are of processors, so that others at work on the machine count for less.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .contest import ROOT, quiet
from .report import Table

ROUNDS = 7
FIRST = (("optimizer", "adam"), ("landscape", "himmelblau"))
PROBE = "tests.benchmarks.catalogue_probe"


def _ask(cache: str, *arguments: str) -> dict[str, Any]:
    """What a process of its own answers, its kernels kept in the folder `cache`."""
    quiet()
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [sys.executable, "-m", PROBE, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "NUMBA_CACHE_DIR": cache},
    )
    return dict(json.loads(done.stdout))


def measure(_reference: str) -> Table:
    """Fill a cache, start from it again and again, then compile single kernels without one."""
    table = Table("catalogue: every kernel from the cache, one kernel without, growth of the cost")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        cache = str(Path(folder, "all"))
        filled = _ask(cache, "everything")
        _warm(table, [_ask(cache, "everything") for _ in range(ROUNDS)])
        _cold(table, folder, filled["kernels"])
        _growth(table, _ask(cache, "growth"))
    return table


def _warm(table: Table, reports: list[dict[str, Any]]) -> None:
    count = len(reports[0]["kernels"])
    whole = [r["seconds"] for r in reports]
    table.add(f"warm start, {count} kernels, imports included", whole, "s", most=1.0)
    table.add("  of which imports", [r["imports"] for r in reports], "s")
    table.add("  misses of the cache", [r["misses"] for r in reports], most=0, strict=True)
    table.add("  kernels from the cache", [r["hits"] for r in reports], least=count, strict=True)


def _cold(table: Table, folder: str, kernels: dict[str, float]) -> None:
    for kind, key in FIRST:
        took = []
        for number in range(ROUNDS):
            took.append(_ask(str(Path(folder, f"{key}{number}")), "kernel", kind, key))
        name = f"cold compile of {key}, first of its process"
        table.add(name, [r["seconds"] for r in took], "s", most=0.5)
        table.add(f"  {key}, on the clock", [r["wall"] for r in took], "s")
        table.add(f"  {key}, after others", [kernels[key]], "s", most=0.5)
    slow = [key for key, seconds in kernels.items() if seconds > 0.5]
    table.add("cold compile of each kernel of the catalogue", kernels.values(), "s", most=0.5)
    table.notes.append(f"cold, in one process: {sum(kernels.values()):.1f} s for all")
    if slow:
        named = ", ".join(f"{key} {kernels[key]:.2f}" for key in sorted(slow, key=kernels.get))
        table.notes.append(f"above half a second: {named}")


def _growth(table: Table, found: dict[str, dict[str, float]]) -> None:
    titles = {
        "steps": "one recorded run of {} steps",
        "runs": "{} recorded runs of 5,000 steps",
        "starts": "a map of {} starts, 300 steps",
    }
    for what, title in titles.items():
        costs = found[what]
        for count, cost in costs.items():
            table.add(title.format(f"{int(count):,}"), [cost], "ns/step")
        # a cost per step that stays the same is a cost that grows linearly
        values = list(costs.values())
        bend = values[-1] / statistics.median(values)
        table.add(f"  largest / median, {what}", [bend], "x", most=1.25)
    table.notes.append("growth: processor time of all threads, least of five")
