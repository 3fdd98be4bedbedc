"""Maps over many runs: what came of every start on a grid, or of every pair of settings.

Arrays of a map are read-only and have the shape (ny, nx), y rising with the row; over the starts
of one dimension they have one row. Tables hold the same as columns, x running fastest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import mapping
from .errors import InputError
from .language import tr
from .mapping import LOST, NOWHERE, Axis, Basins, Sensitivity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .plan import Plan
    from .spec import Point

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
# What a table of a kind of map must have besides the columns named by its axes.
COLUMNS = {
    "basins": ("start_x", "minimum", "loss", "steps", "end_x", "stop_step"),
    "sensitivity": ("loss", "steps", "diverged", "stop_step"),
}


@dataclass(frozen=True, slots=True, eq=False)
class BasinMap:
    """Where the runs from all starts on a grid ended: start (x[i], y[j]) is at [j, i].

    x (nx,), y (ny,), empty in one dimension. points (K, D) and values (K,) are the known minima,
    then the saddle points; minimum is the row of the one in which a run ended, -1 where it ended
    in none and -2 where it diverged. loss is that of the run's last row, end (ny, nx, D) its last
    point, stop_step its number of steps. steps is the first step at which the loss was no further
    than the tolerance above that point's, nan where there is none. session is the text from which
    experiment and map open again, version that of the program that computed it.
    """

    asked: Basins
    x: Array
    y: Array
    minimum: Whole
    loss: Array
    steps: Array
    end: Array
    stop_step: Whole
    points: Array
    values: Array
    session: str = ""
    version: str = ""

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Where runs diverged (ny, nx)."""
        return np.asarray(self.minimum == LOST)

    @property
    def columns(self) -> dict[str, Array]:
        """One row a start, x running fastest: what a table holds."""
        made = {"start_x": np.tile(self.x, max(self.y.size, 1))}
        if self.y.size:
            made["start_y"] = np.repeat(self.y, self.x.size)
        made |= {name: _flat(getattr(self, name)) for name in ("minimum", "loss", "steps")}
        for i, axis in enumerate("xy"[: self.end.shape[-1]]):
            made[f"end_{axis}"] = _flat(self.end[..., i])
        return made | {"stop_step": _flat(self.stop_step)}


@dataclass(frozen=True, slots=True, eq=False)
class SensitivityMap:
    """What came of a run for every pair of settings: of x[i] and y[j] it is at [j, i].

    x (nx,) and y (ny,) are values of the hyperparameters asked.x.name and asked.y.name. loss is
    that of the run's last row, steps the first step at which it was no further than the tolerance
    above the lowest known one, nan where it never was or none is known. diverged is where the loss
    left all finite numbers or the experiment's bound.
    """

    asked: Sensitivity
    x: Array
    y: Array
    loss: Array
    steps: Array
    diverged: NDArray[np.bool_]
    stop_step: Whole
    session: str = ""
    version: str = ""

    @property
    def columns(self) -> dict[str, Array]:
        """One row a pair, x running fastest: what a table holds."""
        made = {
            self.asked.x.name: np.tile(self.x, self.y.size),
            self.asked.y.name: np.repeat(self.y, self.x.size),
        }
        return made | {name: _flat(getattr(self, name)) for name in COLUMNS["sensitivity"]}


AnyMap = BasinMap | SensitivityMap


def _flat(array: NDArray[Any]) -> Array:
    return array.ravel().astype(np.float64)


def values(axis: Axis, count: int, *, integer: bool = False) -> Array:
    """So many values of an axis, its ends among them, spread as its scale says."""
    low, high = axis.low, axis.high
    if axis.scale == "log":
        made = np.geomspace(low, high, count)
    elif axis.scale == "one_minus":
        made = 1 - np.geomspace(1 - low, 1 - high, count)
        made[0], made[-1] = low, high
    else:
        made = np.linspace(low, high, count)
    return np.rint(made) if integer else made


def stationary(plan: Plan) -> tuple[Point, ...]:
    """The points in which a run may end: all known minima, then the saddle points."""
    return (*plan.minima, *plan.saddles)


def nearest(points: Array, ends: Array, within: float) -> Whole:
    """The row of the point (K, D) nearest to each end (M, D), -1 where none is within reach."""
    found = np.full(len(ends), NOWHERE)
    best = np.full(len(ends), within)
    for k, point in enumerate(points):
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.sqrt(((ends - point) ** 2).sum(axis=1))
        # of two at the same distance the first
        closer = away <= best if not k else (away < best) | ((away == best) & (found < 0))
        found[closer], best[closer] = k, away[closer]
    return found


def frozen(*arrays: NDArray[Any]) -> None:
    """Make arrays read-only."""
    for array in arrays:
        array.flags.writeable = False


def from_columns(
    columns: Mapping[str, Array], asked: mapping.Asked, plan: Plan, session: str, version: str
) -> AnyMap:
    """The map that a table holds; raises InputError where the columns are not those of `asked`."""
    size = (1, *asked.size)[-2:] if len(asked.size) == 2 else (asked.size[0], 1)
    nx, ny = size
    shape = ny, nx
    lacking = [name for name in COLUMNS[mapping.kind(asked)] if name not in columns]
    if lacking:
        raise InputError(tr("columns missing: {names}", names=", ".join(lacking)))
    for name, column in columns.items():
        if column.size != nx * ny:
            raise InputError(
                tr("column {column!r} has {found} rows, must have {rows}",
                   column=name, found=column.size, rows=nx * ny)
            )  # fmt: skip

    def grid(name: str) -> Array:
        return columns[name].reshape(shape)

    def whole(name: str, low: int, high: float) -> Whole:
        given = grid(name)
        if not np.all((given == np.rint(given)) & (given >= low) & (given <= high)):
            raise InputError(
                tr("column {column!r}: must be whole numbers from {low} to {high:g}",
                   column=name, low=low, high=high)
            )  # fmt: skip
        return given.astype(np.int64)

    steps, loss = grid("steps"), grid("loss")
    stop = whole("stop_step", 0, plan.steps)
    if isinstance(asked, Sensitivity):
        if not {asked.x.name, asked.y.name} <= set(columns):
            names = f"{asked.x.name}, {asked.y.name}"
            raise InputError(tr("columns missing: {names}", names=names))
        x, y = grid(asked.x.name)[0], grid(asked.y.name)[:, 0]
        lost = whole("diverged", 0, 1) == 1
        frozen(x, y, loss, steps, lost, stop)
        return SensitivityMap(asked, x, y, loss, steps, lost, stop, session, version)
    points, losses = known(plan)
    axes = "xy"[: plan.start.size]
    wanted = [f"{end}_{axis}" for end in ("start", "end") for axis in axes]
    if lacking := [name for name in wanted if name not in columns]:
        raise InputError(tr("columns missing: {names}", names=", ".join(lacking)))
    x = grid("start_x")[0]
    y = grid("start_y")[:, 0] if len(axes) > 1 else np.zeros(0)
    end = np.stack([grid(f"end_{axis}") for axis in axes], axis=-1)
    minimum = whole("minimum", LOST, len(points) - 1)
    frozen(x, y, minimum, loss, steps, end, stop)
    return BasinMap(
        asked, x, y, minimum, loss, steps, end, stop, points, losses, session, version
    )  # fmt: skip


def known(plan: Plan) -> tuple[Array, Array]:
    """The stationary points (K, D) in which a run may end, and the losses (K,) there."""
    found = stationary(plan)
    points = np.array([p.x for p in found], dtype=float).reshape(len(found), plan.start.size)
    losses = np.array([p.value for p in found], dtype=float)
    frozen(points, losses)
    return points, losses
