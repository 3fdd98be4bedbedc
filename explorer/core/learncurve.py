"""The losses of a model against the number of rows it was trained on, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .diagnosis import LITTLE, WIDE
from .language import tr
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
        tr(
            "{rows:,} rows: training {train}, validation {validation}",
            rows=rows,
            train=number(float(t)),
            validation=number(float(v)),
        )
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
    every = rows[-1]
    if not (np.isfinite(t[-1]) and np.isfinite(v[-1])):
        return tr(
            "Diverging: training with all {rows:,} rows diverged. A smaller learning rate may "
            "help.",
            rows=every,
        )
    train, watched, level = float(t[-1]), float(v[-1]), curve.level
    if train >= level:
        said = tr(
            "Not learning: with all {rows:,} rows training loss {train} is not below the {level} "
            "of a constant output. More epochs or another rate may help.",
            rows=every,
            train=number(train),
            level=number(level),
        )
    elif watched - train > WIDE * level:
        said = _variance(rows, v - t, train, watched)
    elif train > LITTLE * level:
        said = tr(
            "High bias: with all {rows:,} rows training loss {train} and validation loss "
            "{validation} are close and high, {train_share:.0f} % and {validation_share:.0f} % of "
            "a constant output's. A richer model would help more than more rows.",
            rows=every,
            train=number(train),
            validation=number(watched),
            train_share=100 * train / level,
            validation_share=100 * watched / level,
        )
    else:
        said = tr(
            "Enough data: with all {rows:,} rows training loss {train} and validation loss "
            "{validation} are close and low.",
            rows=every,
            train=number(train),
            validation=number(watched),
        )
        half = _half(rows, v)
        if half is not None:
            before = number(float(v[half]))
            said += " " + tr(
                "With {rows:,} validation loss was {loss}.", rows=rows[half], loss=before
            )
    if curve.lost:
        said += " " + tr(
            "{lost} of {trainings} trainings diverged and are left out.",
            lost=curve.lost,
            trainings=curve.trainings,
        )
    return said


def _variance(rows: list[int], gap: Array, train: float, watched: float) -> str:
    said = tr(
        "High variance: with all {rows:,} rows validation loss {validation} is {gap} above the "
        "training loss {train}",
        rows=rows[-1],
        validation=number(watched),
        gap=number(float(gap[-1])),
        train=number(train),
    )
    half = _half(rows, gap)
    if half is None:
        return f"{said}."
    before = number(float(gap[half]))
    if gap[-1] < (1 - NARROWS) * gap[half]:
        return tr(
            "{said}; with {rows:,} it was {gap} above, so the gap still narrows. More rows would "
            "help.",
            said=said,
            rows=rows[half],
            gap=before,
        )
    return tr(
        "{said}; with {rows:,} it was {gap} above, so the gap hardly narrows. A simpler model or "
        "a penalty would help more than more rows.",
        said=said,
        rows=rows[half],
        gap=before,
    )


def _half(rows: list[int], values: Array) -> int | None:
    """Where there are about half of all rows or, as near as there is, fewer."""
    most = ABOUT_HALF * rows[-1]
    fits = [i for i, n in enumerate(rows) if n <= most and np.isfinite(values[i])]
    return fits[-1] if fits else None
