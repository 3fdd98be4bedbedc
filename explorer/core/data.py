"""Tables that a model is fitted to: what they are, how they are checked, split and scaled.

Data sets of the catalogue import this module, and the catalogue is read before the first paint:
numpy is imported inside the functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from .errors import InputError, unknown
from .language import tr
from .paths import resource
from .spec import Hyper, in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

Task = Literal["regression", "binary", "multiclass"]
TASKS: tuple[Task, ...] = ("regression", "binary", "multiclass")
ScalingKind = Literal["standard", "minmax", "none"]
SCALINGS: tuple[ScalingKind, ...] = ("standard", "minmax", "none")
_PARTS = tuple(Hyper(name, 0.0, 0.0, 1.0, high_open=True) for name in ("validation", "test"))


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Features X (M, F) and what is to be predicted from them, y (M,).

    y holds numbers (float64) for a regression, else class indices (int64) into `classes`. `names`
    are those of the F columns, `target` is that of y, and `source` says in messages where the
    numbers are from: a file's name, or the key of a data set.
    """

    X: NDArray[np.float64]
    y: NDArray[Any]
    names: tuple[str, ...]
    task: Task
    classes: tuple[str, ...] = ()
    target: str = "y"
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row numbers of the parts of a table, (m,) int64 each and in random order."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """Maps each column x to (x - shift) / scale; shift (F,), scale (F,), none of them 0."""

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]

    def apply(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale the rows of X (m, F), which stays as it is."""
        return (X - self.shift) / self.scale


@dataclass(frozen=True, slots=True)
class Dataset:
    """An entry of the catalogue: `make(seed=0, **hyper)` gives its Data.

    `make` checks its settings against `hyper` and fills in the missing ones. What is measured
    rather than drawn is the same for every seed. `task` is that of the usual settings; blobs of
    two classes, for one, are a binary task.
    """

    key: str
    title: str
    make: Callable[..., Data]
    hyper: tuple[Hyper, ...] = ()
    summary: str = ""
    source: str = ""
    licence: str = ""
    task: Task = "regression"

    def __post_init__(self) -> None:
        in_language(self, "title", "summary")


def is_file(name: str) -> bool:
    """Whether data are named by a path rather than as a set of the catalogue."""
    return bool(PurePath(name).suffix) or "/" in name or "\\" in name


def check(data: Data) -> None:
    """Raise InputError, one line, where nothing can be learnt from the table."""
    import numpy as np

    where = f"{data.source}: " if data.source else ""
    if data.X.ndim != 2:
        raise InputError(
            where + tr("the features are {n}-D, must be 2-D: rows, columns", n=data.X.ndim)
        )
    rows, columns = data.X.shape
    if data.y.shape != (rows,) or len(data.names) != columns:
        raise InputError(
            where
            + tr(
                "X is {rows} × {columns}, so y must hold {rows} numbers and names {columns}: "
                "y has shape {shape}, names {names}",
                rows=rows,
                columns=columns,
                shape=data.y.shape,
                names=len(data.names),
            )
        )
    if not rows:
        raise InputError(where + tr("no rows: at least 2 are needed"))
    if rows < 2:
        raise InputError(where + tr("1 row: at least 2 are needed"))
    if not columns:
        raise InputError(
            where + tr("no features: at least one column besides the target is needed")
        )
    for name, values in ((data.target, data.y), *zip(data.names, data.X.T, strict=True)):
        if broken := int(values.size - np.count_nonzero(np.isfinite(values))):
            raise InputError(
                where
                + tr(
                    "column {name!r} has {broken} of {rows} values that are infinite or not a "
                    "number: all must be finite",
                    name=name,
                    broken=broken,
                    rows=rows,
                )
            )
    if data.task == "regression":
        return
    first, last = int(data.y.min()), int(data.y.max())
    if first < 0 or last >= len(data.classes):
        raise InputError(
            where
            + tr(
                "{target!r} has classes {first} to {last}: must be 0 to {highest}, one for each "
                "of the {classes} class names",
                target=data.target,
                first=first,
                last=last,
                highest=len(data.classes) - 1,
                classes=len(data.classes),
            )
        )
    if first == last:
        raise InputError(
            where
            + tr(
                "all {rows} rows are of one class, {name!r}: at least 2 classes are needed",
                rows=rows,
                name=data.classes[first],
            )
        )
    if data.task == "binary" and len(data.classes) != 2:
        raise InputError(
            where + tr("{n} classes: a binary task has exactly 2", n=len(data.classes))
        )


def balance(data: Data) -> dict[str, float]:
    """The share of the rows in each class, by its name; empty for a regression."""
    import numpy as np

    if data.task == "regression":
        return {}
    counts = np.bincount(data.y, minlength=len(data.classes))
    return dict(zip(data.classes, (counts / data.y.size).tolist(), strict=True))


def targets(data: Data) -> NDArray[np.float64]:
    """What kernels are given to fit, (M, 1): the numbers, or the class indices as numbers."""
    import numpy as np

    return np.array(data.y, dtype=np.float64)[:, None]


def split(
    data: Data,
    validation: float = 0.2,
    test: float = 0.0,
    seed: int = 0,
    stratify: bool = True,
) -> Split:
    """Share the rows out at random, each to one part; the training part gets the rest.

    `stratify` keeps the shares of the classes: each has in validation and test the number of rows
    due to it, rounded up or down, unless it would then have none left for training. Raises
    InputError where a part that was asked for would stay empty.
    """
    import numpy as np

    shares = [
        float(hyper.check(share)) for hyper, share in zip(_PARTS, (validation, test), strict=True)
    ]
    if sum(shares) >= 1:
        raise InputError(
            tr(
                "validation={validation:g} and test={test:g}: their sum must be below 1, the rest "
                "is for training",
                validation=validation,
                test=test,
            )
        )
    rows = len(data.y)
    held = [int(share * rows + 0.5) for share in shares]
    train = rows - sum(held)
    if train < 1 or any(share and not count for share, count in zip(shares, held, strict=True)):
        raise InputError(
            tr(
                "validation={validation:g} and test={test:g} of {rows} rows leave {train} for "
                "training, {watched} for validation and {tested} for test: each part asked for "
                "needs at least one",
                validation=validation,
                test=test,
                rows=rows,
                train=train,
                watched=held[0],
                tested=held[1],
            )
        )
    order = random(seed).permutation(rows)
    classed = stratify and data.task != "regression"
    group = data.y[order].astype(np.int64) if classed else np.zeros(rows, dtype=np.int64)
    counts = np.bincount(group)
    # A row of every class stays for training, if there are rows enough.
    free = np.maximum(counts - 1, 0)
    free = free if free.sum() >= sum(held) else counts
    in_test = _allot(counts, free, held[1])
    in_validation = _allot(counts, free - in_test, held[0])
    grouped = np.argsort(group, kind="stable")
    place = np.arange(rows) - np.repeat(np.cumsum(counts) - counts, counts)
    until = np.repeat(in_test, counts), np.repeat(in_test + in_validation, counts)
    part = np.empty(rows, dtype=np.int64)
    part[grouped] = np.where(place < until[0], 2, np.where(place < until[1], 1, 0))
    return Split(*(order[part == i] for i in range(3)))


def _allot(counts: NDArray[np.int64], free: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """Share `wanted` rows among classes of `counts` rows, at most `free` from each.

    In proportion and rounded down, then one more row for those that rounding cost most. Whole
    numbers throughout, so that a share that comes out even is not lost to rounding.
    """
    import numpy as np

    total = int(counts.sum())
    got = np.minimum(wanted * counts // total, free)
    while (left := wanted - int(got.sum())) > 0:
        lost = np.where(got < free, wanted * counts - got * total, np.iinfo(np.int64).min)
        most = np.argsort(-lost.astype(float), kind="stable")[: min(left, int((got < free).sum()))]
        got[most] += 1
    return got


def scaling(X: NDArray[np.float64], kind: str) -> Scaling:
    """Find the scaling of the columns of X (m, F), m ≥ 1: hand it the training rows only.

    "standard" gives mean 0 and standard deviation 1 (that of a population, divided by m), "minmax"
    the range 0 to 1, "none" leaves all as it is. A constant column becomes 0 and is not stretched.
    """
    import numpy as np

    if kind not in SCALINGS:
        raise unknown(tr("scaling"), kind, SCALINGS)
    if kind == "none":
        return Scaling(np.zeros(X.shape[1]), np.ones(X.shape[1]))
    low, high = X.min(axis=0), X.max(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        if kind == "standard":
            shift, scale = X.mean(axis=0), X.std(axis=0)
        else:
            shift, scale = low.copy(), high - low
    # The mean of equal numbers may differ from them in the last digit.
    shift[low == high] = low[low == high]
    scale[(low == high) | (scale == 0)] = 1.0
    if broken := np.flatnonzero(~np.isfinite(shift) | ~np.isfinite(scale)).tolist():
        size = float(np.abs(X[:, broken[0]]).max())
        raise InputError(
            tr(
                "column {column} holds values of up to {size:.3g}, too large to be scaled: divide "
                "them, leave the column out or choose the scaling none",
                column=broken[0] + 1,
                size=size,
            )
        )
    return Scaling(shift, scale)


def random(seed: int) -> np.random.Generator:
    """The random numbers of a seed, or an InputError where it is none."""
    import numpy as np

    try:
        whole = int(seed)
    except (TypeError, ValueError, OverflowError):
        whole = -1
    if whole != seed or not 0 <= whole < 2**63:
        raise InputError(
            tr("seed={seed}: must be a whole number at least 0 and below 2⁶³", seed=seed)
        )
    return np.random.default_rng(whole)


def numbers(hyper: tuple[Hyper, ...], given: Mapping[str, object], key: str) -> dict[str, float]:
    """Every setting of the data set `key` as a number; defaults filled in, all checked."""
    from .spec import settle

    values = settle(hyper, given, key)
    return {h.name: h.number(values[h.name]) for h in hyper}


def shipped(key: str, classes: tuple[str, ...] = ()) -> Data:
    """Read the data set that is shipped as `resources/data/<key>.csv.gz`.

    The last column is the target: one of `classes` in words or, where there are none, a number.
    """
    import csv
    import gzip

    import numpy as np

    path = resource("data", f"{key}.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    index = {name: i for i, name in enumerate(classes)}
    last = [row[-1] for row in rows]
    task: Task = ("binary" if len(classes) == 2 else "multiclass") if classes else "regression"
    return Data(
        X=np.array([row[:-1] for row in rows], dtype=np.float64),
        y=np.array([index[name] for name in last], dtype=np.int64)
        if classes
        else np.array(last, dtype=np.float64),
        names=tuple(header[:-1]),
        task=task,
        classes=classes,
        target=header[-1],
        source=key,
    )
