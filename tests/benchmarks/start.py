"""From spawn to a painted window and to the first trajectory, against an empty window."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from .contest import quiet
from .report import Table
from .screen import NoScreen, play, screen, world

ROUNDS = 7
SIZE = (1920, 1080)


def measure(_reference: str) -> Table:
    """Start both windows in turn, ours without OpenGL and by default, after one that compiles."""
    table = Table("start: spawn to painted window, 1920 x 1080, against an empty QMainWindow")
    try:
        with screen(*SIZE) as display, tempfile.TemporaryDirectory(prefix="benchmark-") as home:
            _rounds(table, world(Path(home), display), str(Path(home, "spare")))
    except NoScreen as error:
        table.missing.append(f"everything: {error}")
    return table


def _rounds(table: Table, environment: dict[str, str], spare: str) -> None:
    ours = {"no GL": {"no_gl": True}, "by default": {"no_gl": False}}
    # the very first start also compiles every Python module: that is not what is asked about here
    for no_gl in (True, False):
        play(WINDOW, {**environment, "NUMBA_CACHE_DIR": spare}, no_gl=no_gl)
    play(EMPTY, environment, size=SIZE)
    first = play(WINDOW, environment, no_gl=False)
    play(WINDOW, environment, no_gl=True)
    table.add("first start, kernels compiled: window painted", [first["painted"]], "ms")
    table.add("first start, kernels compiled: first trajectory", [first["trajectory"]], "ms")
    _gaps(table, "first start, kernels compiled", [first])
    empty: list[float] = []
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ours}
    for number in range(ROUNDS):
        order = ["", *ours]
        random.shuffle(order)
        for name in order:
            quiet()
            if name:
                found[name].append(play(WINDOW, environment, **ours[name]))
            else:
                empty.append(play(EMPTY, environment, size=SIZE)["painted"])
        print(f"\r  round {number + 1} of {ROUNDS}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    table.add("empty window painted", empty, "ms")
    for name, reports in found.items():
        painted = [r["painted"] for r in reports]
        drawn = [r["trajectory"] for r in reports]
        table.add(f"{name}: window painted", painted, "ms")
        table.add(f"{name}: first trajectory on screen", drawn, "ms")
        table.ratio(f"{name}: window / empty window", painted, empty, most=1.5)
        table.ratio(f"{name}: first trajectory / empty window", drawn, empty, most=6.0)
        _gaps(table, name, reports)
        table.add(
            f"{name}: misses of the cache", [r["misses"] for r in reports], most=0, strict=True
        )
        table.add(f"{name}: compilations", [r["compiled"] for r in reports], most=0, strict=True)
        table.add(f"{name}: kernels from cache", [r["hits"] for r in reports], least=1, strict=True)
    table.notes.append(
        "gaps are of the event loop, from the first paint until all panels are there"
    )


def _gaps(table: Table, name: str, reports: list[dict[str, Any]]) -> None:
    table.add(f"{name}: worst gap", [r["gap"] for r in reports], "ms", most=50.0)
    own = [r["own_gap"] for r in reports]
    table.add(f"{name}: worst gap less waiting for a processor", own, "ms", most=50.0)


WINDOW, EMPTY = "tests.benchmarks.start_window", "tests.benchmarks.empty_window"
