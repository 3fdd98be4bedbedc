"""Resident memory with the default experiment open, and whether redraws let it grow."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .report import Table
from .screen import NoScreen, play, screen, world

REDRAWS = 1000
ROUNDS = 2
# The window decides by the screen's width whether it shows the surface beside the map.
CASES = {
    "map only, 1280 x 800": ((1280, 800), False),
    "map and surface, 1920 x 1080, no GL": ((1920, 1080), True),
    "map and surface, 1920 x 1080, by default": ((1920, 1080), False),
}


def measure(_reference: str) -> Table:
    """Compare each case with a process that shows an empty plot on the same screen."""
    table = Table("memory: default experiment open, against Qt, pyqtgraph, numba and an empty plot")
    for name, (size, no_gl) in CASES.items():
        try:
            with screen(*size) as display, tempfile.TemporaryDirectory(prefix="bench-") as home:
                _case(table, name, size, no_gl, world(Path(home), display))
        except NoScreen as error:
            table.missing.append(f"{name}: {error}")
    table.notes.append("growth: after 100 redraws to warm up, half move the start, half the cursor")
    return table


def _case(
    table: Table, name: str, size: tuple[int, int], no_gl: bool, environment: dict[str, str]
) -> None:
    play(WINDOW, environment, no_gl=no_gl, redraws=1)  # fills the caches on disk
    empty, ours, growth = [], [], []
    for _ in range(ROUNDS):
        empty.append(play(EMPTY, environment, size=size)["open"])
        report = play(WINDOW, environment, no_gl=no_gl, redraws=REDRAWS)
        ours.append(report["open"])
        growth.append(100 * (report["after"]["rss"] / report["warm"]["rss"] - 1))
    table.add(f"{name}: empty plot, RSS", [m["rss"] for m in empty], "MB")
    table.add(f"{name}: RSS", [m["rss"] for m in ours], "MB")
    table.add(f"{name}: PSS", [m["pss"] for m in ours], "MB")
    ratio = [m["rss"] for m in ours], [m["rss"] for m in empty]
    table.ratio(f"{name}: RSS / empty plot", *ratio, most=1.5)
    table.add(f"{name}: growth over {REDRAWS:,} redraws", growth, "%", most=1.0)


WINDOW, EMPTY = "tests.benchmarks.memory_window", "tests.benchmarks.empty_plot"
