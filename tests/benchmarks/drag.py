"""The start dragged by mouse in the real window: four optimizers of 500 steps at each move."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .contest import quiet
from .report import Table
from .screen import NoScreen, play, screen, world

SIZES = ((1280, 800), (1920, 1080))
MOVES = 240
REST = 3000  # milliseconds to let everything load before a drag of a warm program
ROUNDS = 2
FRAME = 1000 / 60


def measure(_reference: str) -> Table:
    """Drag on screens of two sizes, once while everything compiles, then with a warm program."""
    table = Table("drag: the start along a circle, a move each 16 ms, default experiment")
    for size in SIZES:
        try:
            with screen(*size) as display, tempfile.TemporaryDirectory(prefix="bench-") as home:
                _one_size(table, size, world(Path(home), display))
        except NoScreen as error:
            table.missing.append(f"{size[0]} x {size[1]}: {error}")
    table.notes.append(
        "picture: from the mouse event until the repaint with its trajectories ended"
    )
    table.notes.append("'own' gaps leave out time in which the thread waited for a processor")
    return table


def _one_size(table: Table, size: tuple[int, int], environment: dict[str, str]) -> None:
    where = f"{size[0]}x{size[1]}"
    # compiles Python modules only, so that the next start compiles kernels and no more
    cold = {**environment, "NUMBA_CACHE_DIR": environment["XDG_CACHE_HOME"] + "/spare"}
    play(DRAG, cold, moves=2, rest=0)
    first = play(DRAG, environment, moves=MOVES, rest=0)
    _gaps(table, f"{where}, everything compiles", [first])
    found = []
    for _ in range(ROUNDS):
        quiet()
        found.append(play(DRAG, environment, moves=MOVES, rest=REST))
    _rows(table, where, found)


def _rows(table: Table, where: str, found: list[dict[str, Any]]) -> None:
    def every(name: str) -> list[float]:
        return [v for report in found for v in report[name]]

    table.add(f"{where}: engine, all runs", every("runs"), "ms")
    table.add(f"{where}: engine, whole answer", every("engine"), "ms")
    table.add(f"{where}: window hands a frame to its views", every("applies"), "ms")
    table.add(f"{where}: repaint", every("paints"), "ms")
    shown = sorted(every("shown"))
    table.add(f"{where}: picture", shown, "ms", most=FRAME)
    table.add(f"{where}: picture, 95 of 100", [shown[int(0.95 * len(shown))]], "ms")
    share = [100 * len(r["shown"]) / r["moves"] for r in found]
    table.add(f"{where}: moves that got a picture", share, "%")
    _gaps(table, where, found)
    surface = ", ".join(sorted({r["surface"] for r in found}))
    table.notes.append(f"{where}: the surface is a {surface}")


def _gaps(table: Table, where: str, found: list[dict[str, Any]]) -> None:
    table.add(f"{where}: worst gap", [r["gap"][0] for r in found], "ms", most=50.0)
    table.add(f"{where}: worst own gap", [r["gap"][1] for r in found], "ms", most=50.0)


DRAG = "tests.benchmarks.drag_window"
