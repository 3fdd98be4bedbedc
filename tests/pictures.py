"""Figures to export, and a look at the pictures that come of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from explorer.core import compose, levels
from explorer.core.experiment import Stopping, View
from explorer.core.figure import Field, Figure
from explorer.core.plan import Plan, RunPlan
from explorer.core.spec import Landscape, Optimizer, Point
from explorer.core.trace import StopReason, Trace

if TYPE_CHECKING:
    from pathlib import Path

BOUNDS = ((-3.0, 2.0), (-1.0, 3.0))
SESSION = '{"label": "ünï <&> \\"quoted\\" (x) \\\\ 10⁻⁸", "steps": 4}'


def nothing(*_: object) -> None:
    """A kernel that is never run."""


def bowl(x: Any, y: Any) -> Any:
    """No symmetry at all, so that a flipped or swapped axis cannot pass."""
    return (x + 1) ** 2 + 2 * (y - 2) ** 2 + 0.5 * x * (y - 2)


LAND = Landscape("bowl", "Lopsided bowl", nothing, nothing, BOUNDS, (1.5, -0.5), "", "", "")
STEP = Optimizer("walk", "Walk", nothing, 0.1)


def plan(count: int) -> Plan:
    runs = tuple(
        RunPlan(STEP, np.zeros(0), np.full(4, 0.1), np.zeros(0), name, i, visible=True)
        for i, name in enumerate(("GD", "Momentum", "RMSProp", "Adam")[:count])
    )
    minima = (Point((-1.0, 2.0), 0.0),)
    return Plan(
        LAND, np.zeros(0), np.array(LAND.start), runs, 4, 0, 0.0, Stopping(), minima, (), BOUNDS
    )


def trace(end: tuple[float, float], reason: StopReason = "max_steps") -> Trace:
    points = np.linspace(LAND.start, end, 5)
    loss = bowl(*points.T)
    return Trace(points, loss, 2 * loss, np.full(4, 0.1), {}, reason, 4)


def field(surface: Any = bowl) -> Field:
    x, y = np.linspace(*BOUNDS[0], 161), np.linspace(*BOUNDS[1], 141)
    return Field(x, y, surface(*np.meshgrid(x, y)))


FIELD = field()
LEVELS = levels.choose(FIELD.z, "log", 0.0)
TRACES = (
    trace((-1, 2)),
    trace((-2.5, 2.5), "loss_change"),
    trace((1, 1), "diverged"),
    trace((0.9, 1.1), "gradient_norm"),
)


def figure(kind: Any = ("contour", "curves"), count: int = 4, step: int = 3) -> Figure:
    return compose.figure(plan(count), FIELD, LEVELS, TRACES[:count], step, View(), kind)


def wordy(kind: Any) -> Figure:
    """A figure whose caption takes several lines."""
    drawn = figure(kind)
    return replace(drawn, caption=3 * (drawn.caption + " "))


def bare(grid: Field, scale: Any, colours: str = "viridis") -> Figure:
    """A map with nothing on it but its start."""
    return compose.figure(plan(0), grid, scale, (), 0, View(colormap=colours), "contour")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def longest(flags: np.ndarray) -> tuple[int, int]:
    """The longest run of true flags, as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    starts, ends = edges[::2], edges[1::2]
    widest = int(np.argmax(ends - starts))
    return int(starts[widest]), int(ends[widest])


def found_map(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the map: the large area that is not paper."""
    inked = (picture != 255).any(axis=2)
    left, right = longest(inked.mean(axis=0) > 0.5)
    top, bottom = longest(inked[:, left:right].mean(axis=1) > 0.9)
    return left, top, right, bottom
