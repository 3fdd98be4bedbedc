"""Mini-batch training of two networks and slices of their losses, against PyTorch and JAX."""

from __future__ import annotations

import sys

from .contest import Contender, rounds
from .report import Table

ROUNDS = 9
AGREE = 1e-8
CONTENDER = "tests.benchmarks.models_contender"
FAMILIES = ("explorer", "torch", "jax")
# network: how much faster than torch and JAX its steps are to be, and its slices than torch's
GOALS = {"2-16-16-1": (80.0, 2.5, 8.0), "64-32-10": (20.0, 1.5, 3.0)}


def measure(reference: str) -> Table:
    """Time all contenders that are there; `reference` is the Python that has torch and JAX."""
    table = Table("models: Adam in batches of 32, and slices of 100 x 100, in double precision")
    started = {
        family: Contender(sys.executable if family == "explorer" else reference, CONTENDER, family)
        for family in FAMILIES
    }
    try:
        for network in GOALS:
            for what in ("train", "slice"):
                _contest(table, started, network, what)
    finally:
        for process in started.values():
            process.close()
    table.notes.append(
        "explorer keeps every loss and each epoch's parameters; the others the losses"
    )
    table.notes.append("torch: its loop over the grid, parameters copied; JAX: compiled beforehand")
    return table


def _contest(table: Table, started: dict[str, Contender], network: str, what: str) -> None:
    entrants = {}
    ours: list[float] = []
    for family, process in started.items():
        if process.missing:
            table.missing.append(f"{family}: {process.missing}")
            continue
        name = f"{what} {network}"
        found = process.ask(check=name)["rows"]
        ours = ours or found
        far = max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(ours, found, strict=True))
        if far > AGREE:
            table.missing.append(f"{family}, {name}: its results are off by {far:.1e}")
        else:
            entrants[family] = (process, name)
    took = rounds(entrants, ROUNDS)
    unit = "µs/step" if what == "train" else "µs/point"
    for family, values in took.items():
        table.add(f"{network}, {what}: {family}", [v * 1e6 for v in values], unit)
    torch, jax, sliced = GOALS[network]
    least = {"torch": torch, "jax": jax} if what == "train" else {"torch": sliced, "jax": 1.0}
    for family, goal in least.items():
        if family in took:
            ratio = took[family], took["explorer"]
            table.ratio(f"{network}, {what}: {family} / explorer", *ratio, least=goal)
