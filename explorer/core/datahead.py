"""What a table is like, told before it is read: columns, rows, and what can be predicted.

A window that offers choices needs to know it at once, so no table is read whole: a set that is
shipped has its lines counted, one that is drawn at random is drawn with a few rows, and of a
person's own file the first rows are looked at.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalog import catalog
from .data import is_file
from .errors import InputError
from .paths import resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .data import Dataset, Task
    from .experiment import Settings

# How many rows are drawn, and how many of a file are looked at.
_FEW, _LOOK = 20, 1000
# What cannot be read is said by whoever reads it whole.
_BROKEN = (InputError, OSError, ValueError, EOFError, ImportError, zlib.error)


@dataclass(frozen=True, slots=True)
class Head:
    """The names of the features, the target, and every column that could be the target.

    `rows` and `classes` are 0 and `tasks` empty where nobody knows. Tasks are what the target
    allows, the first of them what it is taken for. Of a file all this is as its first rows look.
    """

    names: tuple[str, ...] = ()
    target: str = ""
    columns: tuple[str, ...] = ()
    rows: int = 0
    classes: int = 0
    tasks: tuple[Task, ...] = ()


def head(data: str, hyper: Settings = ()) -> Head:
    """What the data set of that name or the file at that path is like with these settings."""
    if is_file(data):
        try:
            status = Path(data).stat()
        except OSError:
            return Head()
        target = str(dict(hyper).get("target", ""))
        return _of_file(data, (status.st_mtime_ns, status.st_size), target)
    spec = catalog().dataset(data)
    if any(h.name == "samples" for h in spec.hyper):
        rest = tuple((name, value) for name, value in hyper if name != "samples")
        samples = next(h.default for h in spec.hyper if h.name == "samples")
        drawn = _of_draw(data, rest)
        return Head(
            names=drawn.names,
            target=drawn.target,
            rows=int(dict(hyper).get("samples", samples)),
            classes=drawn.classes,
            tasks=drawn.tasks,
        )
    return _of_shipped(spec)


@lru_cache(maxsize=64)
def _of_draw(key: str, hyper: Settings) -> Head:
    """Of a set that is drawn at random: a few rows of it tell all but their number."""
    made = catalog().dataset(key).make(seed=0, samples=_FEW, **dict(hyper))
    return Head(made.names, made.target, classes=len(made.classes), tasks=(made.task,))


@lru_cache(maxsize=16)
def _of_shipped(spec: Dataset) -> Head:
    with gzip.open(resource("data", f"{spec.key}.csv.gz"), "rt", encoding="utf-8") as stream:
        *names, target = next(csv.reader(stream))
        last = [line.rstrip().rpartition(",")[2] for line in stream]
    classes = 0 if spec.task == "regression" else len(set(last))
    return Head(tuple(names), target, rows=len(last), classes=classes, tasks=(spec.task,))


@lru_cache(maxsize=16)
def _of_file(path: str, _stamp: object, target: str) -> Head:
    try:
        with Path(path).open("rb") as stream:
            start = stream.read(4)
        if start == b"PAR1":
            return _of_parquet(path, target)
        return _of_csv(Path(path), start[:2] == b"\x1f\x8b", target)
    except _BROKEN:
        return Head()


def _of_parquet(path: str, target: str) -> Head:
    """Of a Parquet file the names only."""
    # by name, as it need not be installed
    parquet: Any = importlib.import_module("pyarrow.parquet")
    found = [str(n) for n in parquet.read_schema(path).names]
    names = tuple(n for n in found if not n.startswith("__index_level_"))
    goal = target if target in names else names[-1]
    return Head(tuple(n for n in names if n != goal), goal, names)


def _of_csv(path: Path, packed: bool, target: str) -> Head:
    from .columns import _CsvFile  # with numpy

    table = _CsvFile(path, packed=packed)
    names = table.names
    goal = target if target in names else names[-1]
    at, cells = names.index(goal), []
    for row in islice(table._rows(), 0 if table.headless else 1, _LOOK):
        if at < len(row):
            cells.append(row[at])
    tasks, classes = _tasks(table, cells)
    return Head(tuple(n for n in names if n != goal), goal, names, 0, classes, tasks)


def _tasks(table: Any, cells: Sequence[str]) -> tuple[tuple[Task, ...], int]:
    """What can be predicted from cells like these, and how many classes they name.

    What comes first follows the rule by which a file is read.
    """
    from .columns import MISSING
    from .datafile import FEW

    words = {cell.strip() for cell in cells if cell.strip().lower() not in MISSING}
    try:
        values = {table._number(word) for word in words}
    except ValueError:
        values = None
    count = len(words) if values is None else len(values)
    classed: tuple[Task, ...] = ("binary", "multiclass") if count <= 2 else ("multiclass",)
    if values is None:
        return classed, count
    if count <= FEW and all(math.isfinite(v) and v == math.floor(v) for v in values):
        return (*classed, "regression"), count
    return ("regression", *classed), 0
