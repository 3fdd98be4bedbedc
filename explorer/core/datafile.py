"""Makes Data of a person's own file: what is predicted, what is done about gaps and text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from .columns import Column, read_columns
from .data import TASKS, Data, Task, check
from .errors import InputError, unknown
from .language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

Missing = Literal["refuse", "drop", "mean"]
Text = Literal["refuse", "codes", "drop"]
Constant = Literal["keep", "drop"]
CHOICES = {
    "missing": ("refuse", "drop", "mean"),
    "text": ("refuse", "codes", "drop"),
    "constant": ("keep", "drop"),
    "task": TASKS,
}
# Whole numbers are classes if there are no more than these of them.
FEW = 20
# Text with more words than these is no class but a name or a remark.
MOST_CLASSES = 1000


def read_table(
    path: Path | str,
    target: str | None = None,
    features: Sequence[str] | None = None,
    missing: Missing = "refuse",
    text: Text = "refuse",
    constant: Constant = "keep",
    task: Task | None = None,
) -> Data:
    """Read a CSV, .csv.gz or Parquet file as Data.

    `target` is the column to predict, the last unless named; `features` are the others unless
    named. Rows with missing values may be dropped, or filled with the column's mean over all rows
    (never the target). Features of text may be left out or become 0, 1, ... in the order of the
    alphabet. Constant features may be left out. Unless `task` says so, a target is classes where
    it is text or has at most 20 values, all whole numbers: binary with two classes. Raises
    InputError, one line that names the file, the columns and what may be chosen.
    """
    for name, given in {"missing": missing, "text": text, "constant": constant}.items():
        if given not in CHOICES[name]:
            raise unknown(name, str(given), CHOICES[name])
    if task is not None and task not in TASKS:
        raise unknown("task", str(task), TASKS)
    path = Path(path)
    file = path.name
    # a string is a sequence too, of its letters
    names = (features,) if isinstance(features, str) else features
    goal, chosen = _choose(file, read_columns(path), target, names)
    chosen = _without_text(file, chosen, text)
    for column in (goal, *chosen):
        if broken := int(np.isinf(column.values).sum()):
            raise InputError(
                tr(
                    "{file}: column {name!r} has {broken} infinite values: all must be finite",
                    file=file,
                    name=column.name,
                    broken=broken,
                )
            )
    goal, chosen = _without_gaps(file, goal, chosen, missing)
    if constant == "drop":
        # a column is compared with its first value
        kept = tuple(c for c in chosen if np.any(c.values != c.values[0]))
        if chosen and not kept:
            raise InputError(
                tr(
                    "{file}: every feature is constant, so that constant='drop' leaves none: "
                    "choose constant='keep' or other features",
                    file=file,
                )
            )
        chosen = kept
    y, found, classes = _target(file, goal, task)
    data = Data(
        X=np.column_stack([c.values for c in chosen]) if chosen else np.empty((y.size, 0)),
        y=y,
        names=tuple(c.name for c in chosen),
        task=found,
        classes=classes,
        target=goal.name,
        source=file,
    )
    check(data)
    return data


def _choose(
    file: str, columns: tuple[Column, ...], target: str | None, features: Sequence[str] | None
) -> tuple[Column, tuple[Column, ...]]:
    """The target and the features by their names."""
    table = {column.name: column for column in columns}
    if len(columns) < 2:
        raise InputError(
            tr(
                "{file}: only one column, {name!r}: at least two are needed, a feature and the "
                "target",
                file=file,
                name=columns[0].name,
            )
        )
    for name in (*([] if target is None else [target]), *(features or ())):
        if name not in table:
            raise unknown(tr("column of {file}", file=file), str(name), table)
    goal = columns[-1] if target is None else table[target]
    if features is None:
        return goal, tuple(column for column in columns if column is not goal)
    if goal.name in features:
        raise InputError(
            tr(
                "{file}: column {name!r} is the target, so it cannot be a feature",
                file=file,
                name=goal.name,
            )
        )
    if len(set(features)) < len(features):
        twice = next(name for name in features if list(features).count(name) > 1)
        raise InputError(
            tr(
                "{file}: the feature {name!r} is named twice, must be named once",
                file=file,
                name=twice,
            )
        )
    return goal, tuple(table[name] for name in features)


def _without_text(file: str, chosen: tuple[Column, ...], text: Text) -> tuple[Column, ...]:
    """The features as numbers."""
    worded = [column for column in chosen if column.words]
    if text == "refuse" and worded:
        raise InputError(
            trn(
                "{file}: {columns} is text: text='codes' numbers the words, text='drop' leaves "
                "the column out",
                "{file}: {columns} are text: text='codes' numbers the words, text='drop' leaves "
                "the column out",
                len(worded),
                file=file,
                columns=_list(f"{c.name!r} ({_sample(c)})" for c in worded),
            )
        )
    kept = tuple(column for column in chosen if text != "drop" or not column.words)
    if chosen and not kept:
        raise InputError(
            tr(
                "{file}: every feature is text, so that text='drop' leaves none: choose "
                "text='codes' or other features",
                file=file,
            )
        )
    return kept


def _sample(column: Column) -> str:
    """A word of a column of text: the one to correct where the rest are numbers."""
    words = [word for word in column.words if not _is_number(word)] or list(column.words)
    return repr(words[0] if len(words[0]) <= 20 else f"{words[0][:20]}…")


def _without_gaps(
    file: str, goal: Column, chosen: tuple[Column, ...], missing: Missing
) -> tuple[Column, tuple[Column, ...]]:
    """The columns without missing values."""
    gaps = {c.name: int(np.isnan(c.values).sum()) for c in (goal, *chosen)}
    gaps = {name: count for name, count in gaps.items() if count}
    if not gaps:
        return goal, chosen
    rows = goal.values.size
    which = _list(f"{name!r} ({count})" for name, count in gaps.items())
    if missing == "refuse":
        raise InputError(
            tr(
                "{file}: missing values in {columns}: missing='drop' leaves their rows out, "
                "missing='mean' fills in the mean of the column",
                file=file,
                columns=which,
            )
        )
    if missing == "drop":
        whole = ~np.isnan([c.values for c in (goal, *chosen)]).any(axis=0)
        if whole.sum() < 2:
            raise InputError(
                tr(
                    "{file}: values are missing in {columns}, so that missing='drop' leaves "
                    "{whole} of {rows} rows, at least 2 are needed: choose missing='mean' or "
                    "other features",
                    file=file,
                    columns=which,
                    whole=whole.sum(),
                    rows=rows,
                )
            )
        cut = [Column(c.name, c.values[whole], c.words) for c in (goal, *chosen)]
        return cut[0], tuple(cut[1:])
    if goal.name in gaps:
        raise InputError(
            tr(
                "{file}: the target {name!r} has {gaps} missing values, and missing='mean' fills "
                "features only: choose missing='drop'",
                file=file,
                name=goal.name,
                gaps=gaps[goal.name],
            )
        )
    filled = []
    for column in chosen:
        empty = np.isnan(column.values)
        if column.words and empty.any():
            raise InputError(
                tr(
                    "{file}: column {name!r} is text, so that missing='mean' has no mean to fill "
                    "in: choose missing='drop' or text='drop'",
                    file=file,
                    name=column.name,
                )
            )
        if empty.all():
            raise InputError(
                tr(
                    "{file}: column {name!r} has no values at all, so that missing='mean' has no "
                    "mean to fill in: leave it out of features",
                    file=file,
                    name=column.name,
                )
            )
        mean = column.values[~empty].mean() if empty.any() else 0.0
        filled.append(Column(column.name, np.where(empty, mean, column.values), column.words))
    return goal, tuple(filled)


def _target(
    file: str, goal: Column, task: Task | None
) -> tuple[NDArray[np.float64] | NDArray[np.int64], Task, tuple[str, ...]]:
    """What is predicted (M,), the task, and the names of the classes."""
    values, index = np.unique(goal.values, return_inverse=True)
    whole = bool(np.all(values == np.floor(values)))
    if task is None and not goal.words and not (whole and values.size <= FEW):
        task = "regression"
    if task == "regression":
        if goal.words:
            raise InputError(
                tr(
                    "{file}: the target {name!r} is text ({sample}), must be numbers for "
                    "task='regression'",
                    file=file,
                    name=goal.name,
                    sample=_sample(goal),
                )
            )
        return goal.values, task, ()
    classes = tuple(
        goal.words[int(v)] if goal.words else str(int(v)) if v == int(v) else repr(float(v))
        for v in values
    )
    numeric = sum(map(_is_number, classes))
    if task is None and FEW < numeric < len(classes):
        raise InputError(
            tr(
                "{file}: the target {name!r} holds {numbers} different numbers and also text "
                "({sample}): correct it for a regression, or choose task='multiclass'",
                file=file,
                name=goal.name,
                numbers=numeric,
                sample=_sample(goal),
            )
        )
    if len(classes) > MOST_CLASSES:
        most = tr(
            "{file}: the target {name!r} has {values} different values, at most {most} classes "
            "are possible",
            file=file,
            name=goal.name,
            values=len(classes),
            most=MOST_CLASSES,
        )
        if goal.words:
            raise InputError(tr("{most}: choose another target", most=most))
        raise InputError(tr("{most}: choose task='regression'", most=most))
    if task == "binary" and len(classes) != 2:
        raise InputError(
            tr(
                "{file}: the target {name!r} has {n} classes ({classes}), must have 2 for "
                "task='binary'",
                file=file,
                name=goal.name,
                n=len(classes),
                classes=_list(map(repr, classes)),
            )
        )
    found: Task = task or ("binary" if len(classes) == 2 else "multiclass")
    return index.astype(np.int64), found, classes


def _is_number(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


def _list(parts: Iterable[str]) -> str:
    """At most five of them, and how many more there are."""
    every = list(parts)
    named = ", ".join(every[:5])
    if len(every) <= 5:
        return named
    return tr("{names} and {more} more", names=named, more=len(every) - 5)
