"""What watching a training of PyTorch's costs, and slicing its module, against doing without."""

from __future__ import annotations

from .contest import Contender, rounds
from .report import Table

ROUNDS = 9
CONTENDER = "tests.benchmarks.own_contender"
# how much longer than the bare loop it may take: watched, of a small network, a plane, a larger one
GOALS = {"2-16-16-1": 1.35, "2-16-16-1 on a plane": 1.35, "64-256-256-10": 1.3}
SLICE = 1.35


def measure(reference: str) -> Table:
    """Time loops with and without; `reference` is the Python that has torch."""
    table = Table("own models: a training of torch's watched, and its module sliced")
    process = Contender(reference, CONTENDER, env={"OMP_NUM_THREADS": "1"})
    try:
        if process.missing:
            table.missing.append(f"torch: {process.missing}")
            return table
        for name, goal in GOALS.items():
            entrants = {what: (process, f"{what} {name}") for what in ("bare", "watched")}
            took = rounds(entrants, ROUNDS)
            for what, values in took.items():
                table.add(f"{name}: {what}", [v * 1e6 for v in values], "µs/step")
            table.ratio(f"{name}: watched / bare", took["watched"], took["bare"], most=goal)
        took = rounds({what: (process, f"{what} slice") for what in ("bare", "ours")}, ROUNDS)
        for what, values in took.items():
            table.add(f"slice, {what}", [v * 1e6 for v in values], "µs/point")
        table.ratio("slice, ours / a loop over states", took["ours"], took["bare"], most=SLICE)
    finally:
        process.close()
    table.notes.append("Adam on batches of 32, one thread; every step written and flushed")
    return table
