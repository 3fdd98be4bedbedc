"""Frames while dragging and playing 6 runs of 2,000 steps, beside a bare plot of the curves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .contest import quiet
from .report import Table
from .screen import NoScreen, play, screen, world

SIZE = (1920, 1080)
ROUNDS = 3
MOVES = 300
REST = 3000  # milliseconds to let everything load
WINDOW, BARE = "tests.benchmarks.frames_window", "tests.benchmarks.frames_plot"
PHASES = (("drag", "dragging"), ("slow", "playing at 1x"), ("fast", "playing at 16x"))


def measure(_reference: str) -> Table:
    """The window and the bare plot in turn, on one screen."""
    table = Table("frames: 6 runs x 2,000 steps on Rosenbrock, side by side with a bare pyqtgraph")
    ours: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    try:
        with screen(*SIZE) as display, tempfile.TemporaryDirectory(prefix="bench-") as home:
            environment = world(Path(home), display)
            curves = str(Path(home, "curves.npz"))
            # compiles, and keeps the curves for the bare plot
            play(WINDOW, environment, moves=5, rest=0, curves=curves, brief=True)
            for _ in range(ROUNDS):
                quiet()
                ours.append(play(WINDOW, environment, moves=MOVES, rest=REST, curves=curves))
                quiet()
                size = ours[-1]["map"]
                bare.append(play(BARE, environment, moves=MOVES, curves=curves, size=size))
    except NoScreen as error:
        table.missing.append(str(error))
        return table
    for key, words in PHASES:
        _rows(table, f"{words}: window", [r[key] for r in ours])
        for width in ("1 px", "2.5 px"):
            _rows(table, f"{words}: bare plot, {width}", [r[f"{key} {width}"] for r in bare])
    for key, words in PHASES:
        for width in ("1 px", "2.5 px"):
            under = [_middle(r[f"{key} {width}"]["repaints"], 0.5) for r in bare]
            over = [_middle(r[key]["repaints"], 0.5) for r in ours]
            table.ratio(f"{words}: repaint, window / bare plot of {width}", over, under)
    shortest = min(r["steps"] for r in ours)
    table.notes.append(f"the shortest of the six runs has {shortest} steps")
    table.notes.append(
        "window: map, surface (without OpenGL), curves, inspector and standings; "
        f"bare plot: six curves and axes, as large as the map: {ours[-1]['map']}"
    )
    table.notes.append("a row has one value a round: the median, or the 95th of 100, of its frames")
    return table


def _rows(table: Table, words: str, found: list[dict[str, list[float]]]) -> None:
    for key, what in (("repaints", "repaint"), ("intervals", "between repaints")):
        for share, name in ((0.5, "median"), (0.95, "95 of 100")):
            values = [_middle(report[key], share) for report in found if report[key]]
            table.add(f"{words}: {what}, {name}", values, "ms")


def _middle(values: list[float], share: float) -> float:
    """The value that this share of all are below of."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]
