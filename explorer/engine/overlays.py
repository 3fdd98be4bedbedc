"""Samples what is laid over a map: the gradient as arrows or streamlines, and the curvature.

A penalty is part of the loss that a map shows, and so of all this; noise is not. Of a model's plane
everything is taken from differences of the samples that the map is drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import Field, Overlay
from explorer.core.language import tr
from explorer.core.lookup import at_points
from explorer.core.overlays import SPACING, Hessians, Sampled, arrows

from . import fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.plan import Plan
    from explorer.core.request import Request
    from explorer.core.study import Study

Array = NDArray[np.float64]
Bounds = tuple[tuple[float, float], ...]
# Samples a side of the curvature, and about how many arrows go across a picture of no known size.
SAMPLES, ACROSS = 161, 22
# Of streamlines, in spacings: a step, how long they are at most to either side, and at least; and
# how many cells a side of a square of one spacing has of which a line takes one for itself.
STEP, LONGEST, LEAST, CELLS = 0.2, 14.0, 0.6, 2
TURN = 0.5  # the cosine of the largest turn in a step
# Arrows are left out past so many: a view of extreme shape.
MOST = 20_000


@dataclass(slots=True)
class Memory:
    """What was sampled last, by what it was made from."""

    field_key: object = None
    field: tuple[tuple[Overlay, ...], str] = ((), "")
    hessians_key: object = None
    hessians: Hessians | None = None
    samples: Field | None = None
    whole: Sampled | None = None
    parts: tuple[object, ...] = ()


def sample(
    memory: Memory,
    request: Request,
    plan: Plan,
    place: object,
    seen: Bounds,
    found: Field,
    study: Study | None = None,
) -> Sampled | None:
    """What the view asks for, the very same object while nothing changed; None where nothing.

    place: a key of all that the loss depends on. found: samples of it over what is `seen`.
    """
    view, viewport = request.experiment.view, request.viewport
    if not (view.field != "off" or view.unstable or view.quadratic):
        return None
    lines: tuple[Overlay, ...] = ()
    said: list[str] = []
    rough = study is not None
    if rough and found is not memory.samples:
        memory.samples, memory.field_key, memory.hessians_key = found, None, None
    if view.field != "off":
        width = viewport.width / viewport.ratio if viewport and len(seen) > 1 else ACROSS * SPACING
        spacing = (seen[0][1] - seen[0][0]) / max(width, 1.0) * SPACING
        key = (place, seen, spacing, view.field)
        if memory.field_key != key:
            slope = _of_samples(found) if rough else _exact(plan)
            memory.field = _drawn(plan, view.field, slope, seen, spacing)
            memory.field_key = key
        lines, words = memory.field
        said += [words] * bool(words)
        if plan.noise:
            said.append(tr("Field without the noise"))
        if rough:
            said.append(tr("Field from the map's samples"))
    hessians, missing = None, ""
    if view.unstable and study is not None and study.plane.kind != "whole":
        missing = tr(
            "No region of instability: the curvature on a plane is not that of all "
            "{count} parameters",
            count=study.fitted.size,
        )
    elif view.unstable:
        if memory.hessians is None or memory.hessians_key != (place, seen):
            memory.hessians = _differences(found) if rough else _curvature(plan, seen)
            memory.hessians_key = place, seen
        hessians = memory.hessians
    parts = (lines, tuple(said), hessians, missing, study is None or study.quick)
    if memory.whole is None or memory.parts != parts:
        memory.whole, memory.parts = Sampled(*parts), parts
    return memory.whole


def _exact(plan: Plan) -> Callable[[Array], Array]:
    """The gradient (n, D) of the plan's loss, penalty included, at points (n, D)."""
    l1, l2 = plan.penalty.l1, plan.penalty.l2

    def slope(points: Array) -> Array:
        made = fields.losses_and_gradients(plan.landscape, plan.parameters, points)[1]
        if l1 or l2:
            made = made + l1 * np.sign(points) + 2 * l2 * points
        return np.asarray(made)

    return slope


def _of_samples(found: Field) -> Callable[[Array], Array]:
    """The same from differences of the samples; nan outside them."""
    up, across = np.gradient(found.z, found.y, found.x)
    parts = [Field(found.x, found.y, np.asarray(z)) for z in (across, up)]
    return lambda points: np.column_stack([at_points(part, points) for part in parts])


def _anchored(interval: tuple[float, float], spacing: float) -> Array:
    """Multiples of the spacing in an interval, so that nothing moves as the view is moved."""
    low, high = interval
    # an end that is a multiple but for rounding counts
    return np.arange(np.ceil(low / spacing - 1e-9), np.floor(high / spacing + 1e-9) + 1) * spacing


def _drawn(
    plan: Plan, style: str, slope: Callable[[Array], Array], seen: Bounds, spacing: float
) -> tuple[tuple[Overlay, ...], str]:
    """The field in one of its styles, and what is said of it."""
    if plan.landscape.dimension == 1:
        if style == "streamlines":
            return (), tr("Streamlines need two dimensions: choose arrows")
        x = _anchored(seen[0], spacing)[:MOST]
        heights, slopes = fields.losses_and_gradients(plan.landscape, plan.parameters, x[:, None])
        slopes = slope(x[:, None])
        fields.penalise(heights[None], x, np.zeros(0), plan.penalty)
        made, words = arrows(np.column_stack([x, heights]), slopes, spacing)
        return (made,), words
    x, y = (_anchored(interval, spacing) for interval in seen)
    if x.size * y.size > MOST:
        return (), tr("No field: the view is too narrow for one")
    points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    if style == "arrows":
        made, words = arrows(points, slope(points), spacing)
        return (made,), words
    ways = streamlines(slope, points, seen, spacing)
    return tuple(Overlay("stream", way) for way in ways), tr(
        "Streamlines of −∇, which end where they would turn sharply: in valleys and minima"
    )


def streamlines(
    slope: Callable[[Array], Array], seeds: Array, bounds: Bounds, spacing: float
) -> list[Array]:
    """Lines (n, 2) downhill through seeds (m, 2), kept apart by half a spacing.

    Of the flow x' = -∇f/‖∇f‖, by the midpoint rule (Runge-Kutta of order 2) in steps of a fifth of
    the spacing. One ends at the edge, where the gradient is zero or not finite, and where it
    would turn by more than 60 degrees in one step.
    """
    count = round(LONGEST / STEP)
    ahead = _followed(slope, seeds, bounds, STEP * spacing, count)
    back = _followed(lambda points: -slope(points), seeds, bounds, STEP * spacing, count)
    taken: dict[tuple[int, int], int] = {}
    made = []
    # seeds far from each other first, so that the first lines are long ones
    order = np.random.default_rng(0).permutation(len(seeds))
    cell = spacing / CELLS
    for index in order.tolist():
        before = _until_taken(back[index], taken, cell, index)
        after = _until_taken(ahead[index], taken, cell, index)
        if not len(before) or not len(after):
            continue
        line = np.concatenate([before[:0:-1], after])
        if (len(line) - 1) * STEP < LEAST:
            continue
        for place in np.floor(line / cell).astype(int).tolist():
            taken.setdefault((place[0], place[1]), index)
        made.append(line)
    return made


def _until_taken(line: Array, taken: dict[tuple[int, int], int], cell: float, index: int) -> Array:
    """The line as far as no other has been."""
    for k, (i, j) in enumerate(np.floor(line / cell).astype(int).tolist()):
        if taken.get((i, j), index) != index:
            return line[:k]
    return line


def _followed(
    slope: Callable[[Array], Array], seeds: Array, bounds: Bounds, step: float, count: int
) -> list[Array]:
    """The ways (k, 2) of all seeds (m, 2) downhill, in `count` steps at most."""

    def way(points: Array) -> Array:
        given = -slope(points)
        with np.errstate(all="ignore"):
            made: Array = given / np.linalg.norm(given, axis=1, keepdims=True)
        return made

    low = np.array([interval[0] for interval in bounds])
    high = np.array([interval[1] for interval in bounds])
    places = np.full((count + 1, len(seeds), 2), np.nan)
    places[0] = seeds
    length = np.ones(len(seeds), int)
    alive = np.arange(len(seeds))
    last = way(seeds)
    for k in range(1, count + 1):
        here = places[k - 1, alive]
        middle = way(here + step / 2 * last[alive])
        there = here + step * middle
        following = way(there)
        inside = ((there >= low) & (there <= high)).all(axis=1)
        # also in the middle: else it would leap to and fro over a minimum
        turned = np.einsum("ij,ij->i", following, last[alive]) <= TURN
        turned |= np.einsum("ij,ij->i", middle, last[alive]) <= TURN
        good = inside & ~turned & np.isfinite(following).all(axis=1)
        alive = alive[good]
        if not alive.size:
            break
        places[k, alive], last[alive] = there[good], following[good]
        length[alive] = k + 1
    return [places[: length[i], i] for i in range(len(seeds))]


def _curvature(plan: Plan, seen: Bounds) -> Hessians:
    """The exact second derivatives, of the penalty too."""
    x = np.linspace(*seen[0], SAMPLES)
    bend = 2 * plan.penalty.l2
    if plan.landscape.dimension == 1:
        made = fields.hessians(plan.landscape, plan.parameters, x[:, None])
        return Hessians(x, np.zeros(0), made.reshape(1, -1, 1) + bend)
    y = np.linspace(*seen[1], SAMPLES)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    made = fields.hessians(plan.landscape, plan.parameters, points)
    entries = np.stack([made[..., 0, 0], made[..., 0, 1], made[..., 1, 1]], axis=-1)
    return Hessians(x, y, entries + np.array([bend, 0.0, bend]))


def _differences(found: Field) -> Hessians:
    """Second derivatives from differences of samples; those at the edge are those beside it."""
    x, y, z = found.x, found.y, found.z
    dx, dy = (x[-1] - x[0]) / (len(x) - 1), (y[-1] - y[0]) / (len(y) - 1)
    xx = np.diff(z, 2, axis=1)[1:-1] / dx**2
    yy = np.diff(z, 2, axis=0)[:, 1:-1] / dy**2
    xy = (z[2:, 2:] - z[2:, :-2] - z[:-2, 2:] + z[:-2, :-2]) / (4 * dx * dy)
    entries = np.stack([xx, xy, yy], axis=-1)
    return Hessians(x, y, np.pad(entries, ((1, 1), (1, 1), (0, 0)), mode="edge"), rough=True)


def losses(plan: Plan, points: Array) -> Array:
    """The plan's losses (n,), penalty included, at points (n, D): by machine code."""
    made = fields.losses_and_gradients(plan.landscape, plan.parameters, points)[0]
    l1, l2 = plan.penalty.l1, plan.penalty.l2
    if l1 or l2:
        made = made + l1 * np.abs(points).sum(axis=1) + l2 * (points**2).sum(axis=1)
    return np.asarray(made)
