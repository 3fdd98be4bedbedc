"""The landscape as a lit surface with trajectories on it, in scene units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import clip
from .errors import InputError
from .figure import Array, Ball, Field, Levels, Path, Scene, Tube
from .language import tr
from .levels import band, height, ticks
from .numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .experiment import View
    from .plan import Plan

# Scene units: the whole height of the surface, and the sizes of what lies on it.
HEIGHT = 0.9
TUBE = 0.02
BALL = 0.045
START = 0.035
FORK = 0.02
_START_COLOUR = "#FFFFFF"
# The sign of an end; a run that goes on has its own marker.
ENDS = {
    "max_steps": "stopped",
    "early_stopping": "early",
    "gradient_norm": "converged",
    "loss_change": "converged",
    "diverged": "diverged",
    "left_data": "diverged",
}
# How far outside the floor's edge its numbers and names stand.
_TICK_GAP = 0.12
_NAME_GAP = 0.36
# How far under the surface the floor lies that has contours on it.
BELOW = 0.45
# Samples a side that contours are drawn from.
_COARSE = 61
# Numbers this near to a corner of the floor would run into those of the other axis.
_CORNER = 0.05


@dataclass(frozen=True, slots=True)
class Relief:
    """The surface alone: as Scene's fields, and the box it was made for.

    `middle` and `scale` take landscape coordinates to scene units: (p - middle) * scale.
    """

    x: Array
    y: Array
    z: Array
    band: Array
    height: str
    middle: tuple[float, float]
    scale: float


def relief(field: Field, levels: Levels) -> Relief:
    """The surface of a two-dimensional field: the larger half-width is 1, all heights are HEIGHT.

    The same field and levels as last time give the very same arrays, so that a renderer can tell
    that the surface did not change.
    """
    for known_field, known_levels, made in _made:
        if known_field is field and known_levels is levels:
            return made
    middle = (float(field.x[0] + field.x[-1]) / 2, float(field.y[0] + field.y[-1]) / 2)
    scale = 2 / max(float(field.x[-1] - field.x[0]), float(field.y[-1] - field.y[0]))
    z, sentence = height(levels, field.z)
    finite = z[np.isfinite(z)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    z = (z - low) * (HEIGHT / (high - low)) if high > low else z - low
    made = Relief(
        x=(field.x - middle[0]) * scale,
        y=(field.y - middle[1]) * scale,
        z=z,
        band=band(levels, field.z),
        height=sentence,
        middle=middle,
        scale=scale,
    )
    _made[:] = [(field, levels, made)]
    return made


_made: list[tuple[Field, Levels, Relief]] = []


def scene(
    field: Field, levels: Levels, paths: Sequence[Path], start: Array, plan: Plan, view: View
) -> Scene:
    """The surface with the paths as tubes, cut where they leave it, and balls at start and heads.

    Raises InputError for a landscape of one dimension, which has no surface.
    """
    if field.z.shape[0] < 2:
        name = plan.landscape.title
        raise InputError(
            tr("{landscape} has one dimension: there is no surface to draw", landscape=name)
        )
    ground = relief(field, levels)
    bounds = ((field.x[0], field.x[-1]), (field.y[0], field.y[-1]))
    tubes, balls = [], []
    for path in paths:
        # which row of the path a point is, or lies between, goes with it as a third coordinate
        rows = np.column_stack([path.points, np.arange(len(path.points))])
        for piece in clip.pieces(rows, bounds):
            for points in _draped(ground, piece):
                shades = _shades(path, points[:, 3])
                tubes.append(Tube(points[:, :3], path.style.colour, TUBE, shades))
        marker = ENDS.get(path.end, path.style.marker)
        for row in path.forks:
            balls += _ball(ground, path.points[row : row + 1], _START_COLOUR, FORK, "ring")
        balls += _ball(ground, path.points[-1:], path.style.colour, BALL, marker)
    balls += _ball(ground, start[None, :2], _START_COLOUR, START, "ring")
    return Scene(
        x=ground.x,
        y=ground.y,
        z=ground.z,
        band=ground.band,
        bands=len(levels.values),
        colormap=view.colormap,
        tubes=tuple(tubes),
        balls=tuple(balls),
        height=ground.height,
        azimuth=view.azimuth,
        elevation=view.elevation,
        ticks=_ticks(field, ground, plan.landscape.axes, -BELOW if view.below else 0.0),
        levels=levels,
        below=contours(ground, len(levels.values)) if view.below else None,
    )


def contours(ground: Relief, count: int) -> Array:
    """The lines at which the band is 1 to `count`, as segments (n, 2, 2) in scene units.

    Between samples the band is taken to change evenly along each side of a cell; in a cell whose
    four sides are all crossed the lines are two that do not cross each other.
    """
    for known, many, made in _drawn:
        if known is ground and many == count:
            return made
    pick_x, pick_y = (
        np.unique(np.linspace(0, len(a) - 1, min(_COARSE, len(a))).round().astype(int))
        for a in (ground.x, ground.y)
    )
    x, y, b = ground.x[pick_x], ground.y[pick_y], ground.band[np.ix_(pick_y, pick_x)]
    left, right = np.meshgrid(x[:-1], y[:-1]), np.meshgrid(x[1:], y[1:])
    # round the cell: corners of each side, and the bands there
    corners = [left, (right[0], left[1]), right, (left[0], right[1])]
    bands = [b[:-1, :-1], b[:-1, 1:], b[1:, 1:], b[1:, :-1]]
    whole = np.isfinite(np.stack(bands)).all(axis=0)
    found = [np.zeros((0, 2, 2))]
    for level in range(1, count + 1):
        crossed, places = [], []
        for k in range(4):
            n = (k + 1) % 4
            crossed.append(((bands[k] >= level) != (bands[n] >= level)) & whole)
            pairs = zip(corners[k], corners[n], strict=True)
            # sides that are not crossed may be level, and their share infinite
            with np.errstate(all="ignore"):
                share = (level - bands[k]) / (bands[n] - bands[k])
                places.append(np.stack([c + share * (d - c) for c, d in pairs], axis=-1))
        sides, at = np.stack(crossed, axis=-1), np.stack(places, axis=-2)
        # sides come in turn round the cell, so two that follow each other belong together
        ends = at[sides.any(axis=-1)][sides[sides.any(axis=-1)]]
        found.append(ends.reshape(-1, 2, 2))
    lines = np.concatenate(found)
    _drawn[:] = [(ground, count, lines)]
    return lines


_drawn: list[tuple[Relief, int, Array]] = []


def _scaled(ground: Relief, points: Array) -> Array:
    return (points - ground.middle) * ground.scale


def _heights(ground: Relief, points: Array) -> Array:
    """Heights (n,) of the surface at points (n, 2) in scene units, bilinear; NaN outside."""
    x, y, z = ground.x, ground.y, ground.z
    i = np.clip(np.searchsorted(x, points[:, 0], side="right") - 1, 0, len(x) - 2)
    j = np.clip(np.searchsorted(y, points[:, 1], side="right") - 1, 0, len(y) - 2)
    u = (points[:, 0] - x[i]) / (x[i + 1] - x[i])
    v = (points[:, 1] - y[j]) / (y[j + 1] - y[j])
    # rounding may put a point of the very edge a hair outside
    out = (np.minimum(u, v) < -1e-6) | (np.maximum(u, v) > 1 + 1e-6)
    lower = (1 - u) * z[j, i] + u * z[j, i + 1]
    upper = (1 - u) * z[j + 1, i] + u * z[j + 1, i + 1]
    return np.where(out, np.nan, (1 - v) * lower + v * upper)


def _shades(path: Path, rows: Array) -> Array:
    """The shades (n,) of places on a path, given as fractions of its rows (n,)."""
    if not path.shades.size:
        return path.shades
    if path.stepped:
        rows = np.ceil(rows)
    return np.interp(rows, np.arange(len(path.shades)), path.shades)


def _draped(ground: Relief, piece: Array) -> list[Array]:
    """A polyline (n, 3) laid on the surface: parts (m, 4), cut where the surface has holes.

    The third column of the line, whatever it is, becomes the fourth. Segments longer than a cell of
    the grid get points in between, so that they follow the ground and do not tunnel through it.
    """
    flat = np.column_stack([_scaled(ground, piece[:, :2]), piece[:, 2]])
    cell = max(ground.x[1] - ground.x[0], ground.y[1] - ground.y[0])
    lengths = np.hypot(*np.diff(flat[:, :2], axis=0).T)
    parts = np.maximum(np.ceil(lengths / cell), 1).astype(int)
    segment = np.repeat(np.arange(len(parts)), parts)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(parts) - parts, parts)) / parts[segment]
    flat = np.vstack([flat[segment] + share[:, None] * np.diff(flat, axis=0)[segment], flat[-1:]])
    moved = np.concatenate([[True], np.hypot(*np.diff(flat[:, :2], axis=0).T) > 1e-6])
    flat = flat[moved]
    points = np.column_stack([flat[:, :2], _heights(ground, flat), flat[:, 2]])
    solid = np.isfinite(points[:, 2])
    groups = np.split(np.arange(len(points)), np.flatnonzero(np.diff(solid.astype(int))) + 1)
    return [points[g] for g in groups if len(g) > 1 and solid[g[0]]]


def _ball(ground: Relief, point: Array, colour: str, radius: float, marker: str) -> list[Ball]:
    """A ball at a point (1, 2), or none where it is off the surface."""
    reach = 2 * np.array([ground.x[-1], ground.y[-1]]) / ground.scale
    # one that is on its way to infinity cannot even be scaled
    if not len(point) or not (np.abs(point[0] - ground.middle) < reach).all():
        return []
    flat = _scaled(ground, point)
    z = float(_heights(ground, flat)[0])
    if not np.isfinite(z):
        return []
    return [Ball((float(flat[0, 0]), float(flat[0, 1]), z), colour, radius, marker)]


def _ticks(
    field: Field, ground: Relief, names: tuple[str, str], z: float
) -> tuple[tuple[tuple[float, float, float], str], ...]:
    """Numbers and names around the floor at height z, just outside its low edges."""
    (x0, y0), scale = ground.middle, ground.scale
    left, front = float(ground.x[0]), float(ground.y[0])
    found: list[tuple[tuple[float, float, float], str]] = []
    for v in ticks(float(field.x[0]), float(field.x[-1]), 5).tolist():
        if abs(at := (v - x0) * scale) < -left - _CORNER:
            found.append(((at, front - _TICK_GAP, z), number(v)))
    for v in ticks(float(field.y[0]), float(field.y[-1]), 5).tolist():
        if abs(at := (v - y0) * scale) < -front - _CORNER:
            found.append(((left - _TICK_GAP, at, z), number(v)))
    found.append(((0.0, front - _NAME_GAP, z), names[0]))
    found.append(((left - _NAME_GAP, 0.0, z), names[1]))
    return tuple(found)
