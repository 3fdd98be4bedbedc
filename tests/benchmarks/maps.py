"""Where 400 x 400 starts end, against C, JAX, NumPy and torch; a picture of a million points."""

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
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC")
ENTRANTS = {
    "explorer": ("explorer", "explorer's picture"),
    "c": ("C",),
    "numpy": ("NumPy in place", "NumPy's meshgrid"),
    "jax": ("JAX vmap+scan", "JAX float32"),
    "torch": ("torch eager", "torch eager in place"),
}
# The shares of the minima, the ends of the starts that are compared, the values of a picture.
AGREE = {"shares": 1e-4, "ends": 1e-6, "picture": 1e-11}
SINGLE = {"shares": 1e-3}
CONTENDER = "tests.benchmarks.maps_contender"


def _compile(folder: str, table: Table) -> str | None:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        table.missing.append("the loop in C: gcc is not installed")
        return None
    library = str(Path(folder, "maps.so"))
    subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", library, "-lm"], check=True)
    return library


def measure(reference: str) -> Table:
    """Time all contenders that are there; `reference` is the Python that has jax and torch."""
    table = Table("maps: 400 x 400 starts, 500 steps of Adam on Himmelblau; Ackley, 1000 x 1000")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        library = _compile(folder, table)
        started = {
            "explorer": Contender(sys.executable, CONTENDER, "explorer"),
            "numpy": Contender(sys.executable, CONTENDER, "numpy"),
        }
        if library:
            started["c"] = Contender(sys.executable, CONTENDER, "c", library)
        for family in ("jax", "torch"):
            started[family] = Contender(reference, CONTENDER, family)
        try:
            _contest(table, started)
        finally:
            for process in started.values():
                process.close()
    return table


def _apart(ours: dict[str, list[float]], theirs: dict[str, list[float]], name: str) -> str:
    """What two results do not agree in, empty where they do."""
    allowed = SINGLE if "float32" in name else AGREE
    for what in ours:
        far = max(abs(a - b) for a, b in zip(ours[what], theirs[what], strict=True))
        # not `far > allowed`: that is false of NaN
        if what in allowed and not far <= allowed[what]:
            return f"its {what} are off by {far:.1e}"
    return ""


def _contest(table: Table, started: dict[str, Contender]) -> None:
    entrants = {}
    found = {name: started["explorer"].ask(check=name) for name in ENTRANTS["explorer"]}
    ours = {frozenset(rows): rows for rows in found.values()}
    for family, process in started.items():
        if process.missing:
            table.missing.append(f"{family}: {process.missing}")
            continue
        for name in ENTRANTS[family]:
            rows = process.ask(check=name)
            if wrong := _apart(ours[frozenset(rows)], rows, name):
                table.missing.append(f"{name}: {wrong}")
            else:
                entrants[name] = (process, name)
    took = rounds(entrants, ROUNDS)
    for name, values in took.items():
        label = "C SoA -ffast-math, OpenMP" if name == "C" else name
        kind = "ns/point" if "picture" in name or "meshgrid" in name else "ns/step"
        table.add(label, [v * 1e9 for v in values], kind)
    mine = took["explorer"]
    if "C" in took:
        table.ratio("explorer / C", mine, took["C"], most=1.2)
    if "JAX vmap+scan" in took:
        # JAX has slow rounds and fast ones: it is held to its fastest
        fast = [min(took["JAX vmap+scan"])] * len(mine)
        table.ratio("JAX vmap+scan, fastest round / explorer", fast, mine, least=1.6)
    goals = {"JAX float32": None, "NumPy in place": 8.0, "torch eager": 10.0}
    for name, least in {**goals, "torch eager in place": None}.items():
        if name in took:
            table.ratio(f"{name} / explorer", took[name], mine, least=least)
    if "NumPy's meshgrid" in took:
        pictures = took["NumPy's meshgrid"], took["explorer's picture"]
        table.ratio("NumPy's meshgrid / explorer's picture", *pictures, least=8.0)
    table.notes.append("1 ns/step is 80 ms a map; 1 ns/point is 1 ms a picture")
    table.notes.append("explorer, C, JAX and torch use all processors; JAX's compilation excluded")
