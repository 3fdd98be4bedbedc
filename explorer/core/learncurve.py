"""The losses of a model against the number of rows it was trained on, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .diagnosis import LITTLE, WIDE
from .numbers import number

Array = NDArray[np.float64]
# A gap narrows where it is by this share smaller than with half the rows.
NARROWS = 0.1
# Up to this share of the rows counts as half of them.
ABOUT_HALF = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """Losses, penalties included, after training on parts of the rows: a line for each size.

    rows (n,) ascending, the last of them all; train (n, repeats) on the rows of each part,
    validation (n, repeats) on the same rows throughout, both nan where a training diverged. Of all
    rows there is one part only, whose losses stand in every column. level is the training loss
    that the best constant output has with all rows.
    """

    rows: NDArray[np.int64]
    train: Array
    validation: Array
    level: float

    @property
    def trainings(self) -> int:
        """How many trainings it is of."""
        return (len(self.rows) - 1) * int(self.train.shape[1]) + 1

    @property
    def lost(self) -> int:
        """How many of them diverged."""
        gone = np.isnan(self.train)
        return int(gone[:-1].sum() + gone[-1, 0])


def mean(values: Array) -> Array:
    """The mean (n,) of what is finite in each line of values (n, repeats), nan where nothing is."""
    good = np.isfinite(values)
    total, count = np.where(good, values, 0.0).sum(axis=1), good.sum(axis=1)
    made: Array = np.full(len(values), np.nan)
    np.divide(total, count, out=made, where=count > 0)
    return made


def spread(values: Array) -> tuple[Array, Array]:
    """The lowest and the highest (n,) finite value of each line, nan where there is none."""
    good = np.isfinite(values)
    low, high = np.where(good, values, np.inf).min(axis=1), np.where(good, values, -np.inf)
    none = ~good.any(axis=1)
    return np.where(none, np.nan, low), np.where(none, np.nan, high.max(axis=1))


def listed(curve: LearningCurve) -> list[str]:
    """The mean losses of every size in words."""
    pairs = zip(curve.rows.tolist(), mean(curve.train), mean(curve.validation), strict=True)
    return [
        f"{rows:,} rows: training {number(float(t))}, validation {number(float(v))}"
        for rows, t, v in pairs
    ]


def sentence(curve: LearningCurve) -> str:
    """What the curve shows, in a word and the numbers that it is read from.

    t and v are the mean losses with all rows, b is `level`. The first rule that holds is taken:

    - diverging: the training on all rows left the finite numbers;
    - not learning: t is not below b;
    - high variance: v is above t by over a tenth of b; more rows help where that gap is by a tenth
      smaller than with half the rows;
    - high bias: t is above half of b;
    - enough data: anything else, both losses being close and low.
    """
    t, v, rows = mean(curve.train), mean(curve.validation), curve.rows.tolist()
    with_all = f"with all {rows[-1]:,} rows"
    if not (np.isfinite(t[-1]) and np.isfinite(v[-1])):
        return f"Diverging: training {with_all} diverged. A smaller learning rate may help."
    train, watched, level = float(t[-1]), float(v[-1]), curve.level
    losses = f"training loss {number(train)} and validation loss {number(watched)}"
    if train >= level:
        said = (
            f"Not learning: {with_all} training loss {number(train)} is not below the "
            f"{number(level)} of a constant output. More epochs or another rate may help."
        )
    elif watched - train > WIDE * level:
        said = _variance(rows, v - t, f"{with_all} validation loss {number(watched)}", train)
    elif train > LITTLE * level:
        said = (
            f"High bias: {with_all} {losses} are close and high, {_share(train, level)} and "
            f"{_share(watched, level)} of a constant output's. A richer model would help more than "
            "more rows."
        )
    else:
        said = f"Enough data: {with_all} {losses} are close and low."
        half = _half(rows, v)
        if half is not None:
            said += f" With {rows[half]:,} validation loss was {number(float(v[half]))}."
    lost = f" {curve.lost} of {curve.trainings} trainings diverged and are left out."
    return said + lost * bool(curve.lost)


def _variance(rows: list[int], gap: Array, beginning: str, train: float) -> str:
    said = (
        f"High variance: {beginning} is {number(float(gap[-1]))} above the training loss "
        f"{number(train)}"
    )
    half = _half(rows, gap)
    if half is None:
        return f"{said}."
    before = f"with {rows[half]:,} it was {number(float(gap[half]))}"
    if gap[-1] < (1 - NARROWS) * gap[half]:
        return f"{said}; {before} above, so the gap still narrows. More rows would help."
    return (
        f"{said}; {before} above, so the gap hardly narrows. A simpler model or a penalty would "
        "help more than more rows."
    )


def _half(rows: list[int], values: Array) -> int | None:
    """Where there are about half of all rows or, as near as there is, fewer."""
    most = ABOUT_HALF * rows[-1]
    fits = [i for i, n in enumerate(rows) if n <= most and np.isfinite(values[i])]
    return fits[-1] if fits else None


def _share(value: float, level: float) -> str:
    return f"{100 * value / level:.0f} %"
