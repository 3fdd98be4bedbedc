"""Maps over many runs: where every start ends, and what two hyperparameters do to the outcome.

import explorer
basins = explorer.basin_map("himmelblau", "adam", lr=0.1, steps=500, size=(200, 200))
basins.minimum, basins.loss, basins.steps
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .api import experiment
from .core import mapping, parse
from .core.catalog import catalog
from .core.errors import InputError
from .core.language import tr
from .core.maps import BasinMap, SensitivityMap
from .core.plan import check_bounds
from .core.tablefile import read_map as read_map
from .core.tablefile import write_map as write_map
from .engine.maps import Cancelled, axis, compute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .api import Surface
    from .core.experiment import Experiment
    from .core.figure import Bounds

__all__ = [
    "BasinMap",
    "Cancelled",
    "SensitivityMap",
    "basin_map",
    "read_map",
    "sensitivity_map",
    "write_map",
]
SIZE = 200
TOLERANCE = 1e-3
# How near to a minimum is in it: this share of the longest side of the landscape.
WITHIN = 0.01


def basin_map(
    landscape: str | Surface,
    optimizer: str,
    *,
    size: int | Sequence[int] = SIZE,
    bounds: Sequence[Sequence[float]] | None = None,
    within: float | None = None,
    tolerance: float = TOLERANCE,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
    **settings: Any,
) -> BasinMap:
    """Run an optimizer from every start on a grid: in which minimum each run ends, and how fast.

    size: (nx, ny) starts over `bounds`, the ends among them, or one number for every axis; bounds:
    the landscape's own where None. A run ends in the known minimum or saddle point nearest to its
    last point, if that is within the distance `within` (a hundredth of the landscape's longest
    side); steps count until its loss is not above that point's by more than `tolerance`. settings:
    all that `run` takes but start, shift, l1 and l2. progress(done, total) is told of runs;
    `cancel` is asked now and then, and ends the map by Cancelled.

    Each run gives what `run` gives from the same start, bit for bit (below 300,000 steps; from
    there on to rounding). Raises InputError naming whatever cannot be taken.
    """
    if "start" in settings:
        raise InputError(tr("start: a map of basins has every start of its grid"))
    made = experiment(landscape, optimizer, **settings)
    asked = basins(made, size, bounds, within, tolerance)
    found = compute(made, asked, progress, cancel)
    assert isinstance(found, BasinMap)
    return found


def basins(
    made: Experiment,
    size: int | Sequence[int] = SIZE,
    bounds: Sequence[Sequence[float]] | None = None,
    within: float | None = None,
    tolerance: float = TOLERANCE,
) -> mapping.Basins:
    """The settings of a map of basins, defaults filled in."""
    spec = catalog().derived(made.landscape)
    edges: Bounds = spec.bounds
    if bounds is not None:
        edges = check_bounds(tuple((float(a), float(b)) for a, b in bounds), spec)
    if within is None:
        within = WITHIN * max(high - low for low, high in spec.bounds)
    sides = _sides(size, spec.dimension)
    return mapping.Basins(sides, edges, float(within), float(tolerance))


def sensitivity_map(
    landscape: str | Surface,
    optimizer: str,
    *,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    size: int | Sequence[int] = SIZE,
    tolerance: float = TOLERANCE,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancel: Callable[[], bool] = lambda: False,
    **settings: Any,
) -> SensitivityMap:
    """Run an optimizer with every pair of values of two hyperparameters, from one start.

    x, y: name ("lr" among them), low and high; values are spread as the hyperparameter's slider
    spreads them, logarithmically where they belong so and low is not 0. size: (nx, ny) values.
    steps count until the loss is not above the lowest known by more than `tolerance`. settings:
    all that `run` takes but shift. progress, cancel, and what is promised: as of `basin_map`.
    """
    made = experiment(landscape, optimizer, **settings)
    asked = sensitivity(made, x, y, size, tolerance)
    found = compute(made, asked, progress, cancel)
    assert isinstance(found, SensitivityMap)
    return found


def sensitivity(
    made: Experiment,
    x: tuple[str, float, float],
    y: tuple[str, float, float],
    size: int | Sequence[int] = SIZE,
    tolerance: float = TOLERANCE,
) -> mapping.Sensitivity:
    """The settings of a map of sensitivity, the axes spread as they should be."""
    run = made.runs[0]
    axes = []
    for name, low, high in (x, y):
        ends = [parse.number(end, name) for end in (low, high)]
        if not all(map(math.isfinite, ends)):
            raise InputError(tr("{name}={low:g}:{high:g}: must be finite numbers", name=name,
                                low=ends[0], high=ends[1]))  # fmt: skip
        axes.append(axis(run.optimizer, dict(run.hyper), name, ends[0], ends[1]))
    return mapping.Sensitivity(axes[0], axes[1], _sides(size, 2), float(tolerance))


def _sides(size: int | Sequence[int], dimension: int) -> tuple[int, ...]:
    given = [size] * dimension if isinstance(size, int | float) else list(size)
    allowed = tr("a whole number from {low} to {high}", low=mapping.SIDES[0], high=mapping.SIDES[1])
    sides = [parse.number(side, "size", allowed) for side in given]
    if not all(side.is_integer() for side in sides):
        raise InputError(
            tr("{name}={text}: must be {allowed}", name="size", text=size, allowed=allowed)
        )
    return tuple(int(side) for side in sides)
