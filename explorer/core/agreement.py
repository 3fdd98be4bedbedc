"""Compares the numbers of two tables bit for bit: how many differ, and where they do most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .table import End

    Columns = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a comparison found: numbers compared, and how many differ.

    The largest difference, `size`, is at `step` of `column` of `run`, where `found` and `expected`
    are the two numbers; it is inf where only one of them is finite. `lacking` says in words what
    could not be compared: runs, columns, rows or ends that are not on both sides.
    """

    compared: int
    differing: int = 0
    size: float = 0.0
    run: str = ""
    column: str = ""
    step: int = 0
    found: float = 0.0
    expected: float = 0.0
    lacking: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether everything is there, and every number the same."""
        return not self.differing and not self.lacking


def compare(found: Mapping[str, Columns], expected: Mapping[str, Columns]) -> Agreement:
    """Compare what was found with what was expected, run by run, column by column.

    0 and -0 differ, any two nan are the same; rows are steps from 0.
    """
    compared = differing = 0
    worst = (-1.0, "", "", 0, 0.0, 0.0)
    lacking = _one_sided(found, expected, tr("run {name!r}"))
    for run in [name for name in found if name in expected]:
        mine, other = found[run], expected[run]
        lacking += _one_sided(mine, other, tr("column {name!r} of run {run!r}"), run=run)
        for column in [name for name in mine if name in other]:
            a, b = mine[column], other[column]
            if a.size != b.size:
                words = tr(
                    "column {name!r} of run {run!r} has {found} rows in the file, {expected} in "
                    "the experiment",
                    name=column,
                    run=run,
                    found=a.size,
                    expected=b.size,
                )
                lacking.append(words)
                a, b = a[: b.size], b[: a.size]
            apart = np.flatnonzero(_apart(a, b))
            compared += a.size
            differing += apart.size
            if not apart.size:
                continue
            with np.errstate(invalid="ignore", over="ignore"):
                sizes = np.abs(a[apart] - b[apart])
            sizes[np.isnan(sizes)] = np.inf
            at = int(sizes.argmax())
            if sizes[at] > worst[0]:
                row = int(apart[at])
                worst = (float(sizes[at]), run, column, row, float(a[row]), float(b[row]))
    if not differing:
        return Agreement(compared, lacking=tuple(lacking))
    return Agreement(compared, differing, *worst, tuple(lacking))


def compare_ends(found: Mapping[str, End], expected: Mapping[str, End]) -> tuple[str, ...]:
    """Where runs ended otherwise, in words; runs that are on one side only are passed over."""
    return tuple(
        tr(
            "run {run!r} has {name}={found} in the file, {expected} in the experiment",
            run=run,
            name=name,
            found=getattr(found[run], name),
            expected=getattr(expected[run], name),
        )
        for run in found
        if run in expected
        for name in ("stop_reason", "stop_step", "best_step")
        if getattr(found[run], name) != getattr(expected[run], name)
    )


def _apart(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where two columns (n,) have different bits and are not both nan."""
    bits: NDArray[np.bool_] = np.ascontiguousarray(a).view(np.int64) != np.ascontiguousarray(
        b
    ).view(np.int64)
    bits &= ~(np.isnan(a) & np.isnan(b))
    return bits


def _one_sided(
    found: Mapping[str, object], expected: Mapping[str, object], what: str, **more: str
) -> list[str]:
    """What is in the file only, or in the experiment only, in words."""
    here = [what.format(name=name, **more) for name in found if name not in expected]
    there = [what.format(name=name, **more) for name in expected if name not in found]
    return [tr("{what} is in the file only", what=each) for each in here] + [
        tr("{what} is in the experiment only", what=each) for each in there
    ]
