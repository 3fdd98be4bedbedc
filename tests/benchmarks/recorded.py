"""A fully recorded run of a million Adam steps, against C, torch.optim and a jitted optax scan."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .contest import Contender, rounds
from .report import Table

SOURCE = Path(__file__).with_suffix(".c")
ROUNDS = 11
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
AGREE = 1e-9
ENTRANTS = {
    "explorer": ("explorer.run", "runner.run"),
    "c": ("fresh", "reused"),
    "torch": ("torch.optim.Adam", "fused, no autograd"),
    "optax": ("optax scan",),
}


def _compile(folder: str, table: Table) -> str | None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        table.missing.append("the loop in C: gcc is not installed")
        return None
    library = str(Path(folder, "recorded.so"))
    subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", library, "-lm"], check=True)
    return library


def _distance(a: dict[str, list[float]], b: dict[str, list[float]]) -> float:
    """The largest difference of the rows both have, relative where a number is above one."""
    pairs = [(u, v) for k in a if k in b for u, v in zip(a[k], b[k], strict=True)]
    return max(abs(u - v) / max(1.0, abs(u)) for u, v in pairs)


def measure(reference: str) -> Table:
    """Time all contenders that are there; `reference` is the Python that has torch and optax."""
    table = Table("recorded: 1,000,000 steps of Adam on Rosenbrock; points, loss, norm, m and v")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        library = _compile(folder, table)
        started = {"explorer": Contender(sys.executable, CONTENDER, "explorer")}
        if library:
            started["c"] = Contender(sys.executable, CONTENDER, "c", library)
        for family in ("torch", "optax"):
            started[family] = Contender(reference, CONTENDER, family)
        try:
            _contest(table, started)
        finally:
            for process in started.values():
                process.close()
    return table


CONTENDER = "tests.benchmarks.recorded_contender"


def _contest(table: Table, started: dict[str, Contender]) -> None:
    entrants = {}
    ours: dict[str, list[float]] = {}
    for family, process in started.items():
        if process.missing:
            table.missing.append(f"{family}: {process.missing}")
            continue
        for name in ENTRANTS[family]:
            rows = process.ask(check=name)
            ours = ours or rows
            if (far := _distance(ours, rows)) > AGREE:
                table.missing.append(f"{name}: its results are off by {far:.1e}")
            else:
                entrants[name] = (process, name)
    took = rounds(entrants, ROUNDS)
    for name, values in took.items():
        family = next(f for f, names in ENTRANTS.items() if name in names)
        label = f"C -O3 -march=native, {name} arrays" if family == "c" else name
        table.add(label, [v * 1e9 for v in values], "ns/step")
    whole, driver = took["explorer.run"], took["runner.run"]
    for name in ("fresh", "reused"):
        if name in took:
            table.ratio(f"explorer.run / C, {name} arrays", whole, took[name], most=2.0)
            table.ratio(f"runner.run / C, {name} arrays", driver, took[name], most=2.0)
    for name in ENTRANTS["torch"]:
        if name in took:
            table.ratio(f"{name} / explorer.run", took[name], whole, least=1000.0)
    if "optax scan" in took:
        table.ratio("optax scan / explorer.run", took["optax scan"], whole, least=1.0)
    table.notes.append(
        "explorer also records Adam's v_max: ten numbers a step to the others' eight"
    )
    table.notes.append("torch: seconds a step over 3,000 steps; optax: compilation excluded")
