"""What lies on a scene's surface, as solids of one colour: trajectories and their heads.

Every renderer draws these in the order given, so that a picture on screen and in a file agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import camera
from .mesh import Mesh, ball_mesh, facing_mesh, marker_outline, sampled, thinned, tube_mesh
from .shading import colour_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .figure import Ball, Scene, Tube

Array = NDArray[np.float64]
Colour = tuple[float, float, float]
Spot = tuple[float, float]
Outline = tuple[Spot, ...]

# The dark around trajectories and heads that keeps them legible on any map.
SHELL = (16 / 255, 18 / 255, 22 / 255)
WHITE = (1.0, 1.0, 1.0)
# How much light reaches the side away from the light: the surface, then what lies on it.
SURFACE_AMBIENT = 0.42
SOLID_AMBIENT = 0.55
# Iso-lines: how dark, and how wide in pixels.
LINE_INK = 0.5
LINE_WIDTH = 0.9
# Depth only: a tube counts as nearer to the eye by this many radii, or triangles of the surface
# between the tube's own points would cut through it. Where the surface under it is turned away
# from the eye it does not, or it would shine through from the far side of a thin wall.
_NEARER = 4.0
# What each later run is nearer than the one before, in radii, and how many runs are told apart:
# more than the corners of two tubes in the same place differ by.
_HAIR, _RANKS = 0.1, 16
# The dark shell's radius, of the tube's and of the head's.
_TUBE_SHELL, _BALL_SHELL = 1.5, 1.2
# A solid has one colour, so a tube that changes its colour is made of up to this many and one.
_SHADES = 32


@dataclass(frozen=True, slots=True)
class Solid:
    """A mesh in one colour (red, green, blue, each 0 to 1).

    `ambient` of 1 is unlit. `inside` draws only faces turned away from the eye, which leaves the
    rim of a shell. `nearer` is taken off its depth, in scene units, not off its place; where
    `ground` (n, 3) float32 gives the normals of the surface below, only as far as that faces
    the eye.
    """

    mesh: Mesh
    colour: Colour
    ambient: float
    inside: bool = False
    nearer: float = 0.0
    ground: NDArray[np.float32] | None = None


def depth_gain(solid: Solid, view: Array) -> float | Array:
    """How much nearer than they are the vertices count, for the camera's view matrix."""
    if solid.ground is None:
        return solid.nearer
    eye = solid.mesh.vertices @ view[:3, :3].T + view[:3, 3]
    facing = -np.einsum("ij,ij->i", solid.ground @ view[:3, :3].T, eye)
    gain: Array = solid.nearer * np.clip(facing, 0.0, 1.0)
    return gain


def colour(text: str) -> Colour:
    """'#RRGGBB' as three numbers from 0 to 1."""
    return tuple(int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def path_solids(scene: Scene, normals: Array | NDArray[np.float32]) -> Iterator[Solid]:
    """All trajectories on the surface, whose normals are (ny, nx, 3); a later run covers others.

    Where runs go the same way the last of them is seen, as on a map: a hair counts it nearer.
    """
    ranks: dict[str, int] = {}
    for tube in scene.tubes:
        rank = ranks.setdefault(tube.colour, len(ranks))
        yield from tube_solids(scene, tube, normals, _HAIR * min(rank, _RANKS) * tube.radius)


def tube_solids(
    scene: Scene, tube: Tube, normals: Array | NDArray[np.float32], hair: float = 0.0
) -> tuple[Solid, ...]:
    """A trajectory on the surface, its shell and its core; `hair` more counts it nearer."""
    shades = tube.shades if tube.shades.size else np.zeros(len(tube.points))
    rows = np.column_stack([np.asarray(tube.points, dtype=float).reshape(-1, 3), shades])
    rows = thinned(rows[np.isfinite(rows).all(axis=1)], 0.2 * tube.radius)
    points = rows[:, :3]
    ground = sampled(scene.x, scene.y, normals, points)
    core, place = tube_mesh(points + tube.radius * ground, tube.radius)
    below = ground.astype(np.float32)[place]
    shell = widened(core, (_TUBE_SHELL - 1) * tube.radius)
    nearer = _NEARER * tube.radius + hair
    rim = Solid(shell, SHELL, 1.0, inside=True, nearer=nearer, ground=below)
    inner = Solid(core, colour(tube.colour), SOLID_AMBIENT, nearer=nearer, ground=below)
    return (rim, *(_shaded(inner, rows[place, 3]) if tube.shades.size else (inner,)))


def _shaded(whole: Solid, shades: Array) -> Iterator[Solid]:
    """A tube in the colours of its vertices' shades (n,), one solid of each colour."""
    faces = whole.mesh.faces
    # a face lies between two rings, and the later one's vertices have the higher numbers
    steps = np.rint(shades * _SHADES).astype(int)[faces.max(axis=1)]
    for step in np.unique(steps).tolist():
        used, places = np.unique(faces[steps == step], return_inverse=True)
        mesh = Mesh(
            whole.mesh.vertices[used], whole.mesh.normals[used],
            places.reshape(-1, 3).astype(np.uint32),
        )  # fmt: skip
        ground = None if whole.ground is None else whole.ground[used]
        yield replace(whole, mesh=mesh, ground=ground, colour=colour(colour_at(step / _SHADES)))


def widened(mesh: Mesh, distance: float) -> Mesh:
    """The mesh with every vertex moved out along its normal."""
    return replace(mesh, vertices=mesh.vertices + np.float32(distance) * mesh.normals)


def head_solids(scene: Scene, ball: Ball) -> tuple[Solid, ...]:
    """A head as seen by the scene's camera, back to front, to be drawn without depth."""
    view = camera.view_matrix(scene)
    middle = np.array(ball.position, dtype=float)

    def flat(shape: str | Outline, radius: float, paint: Colour, at: Spot = (0.0, 0.0)) -> Solid:
        outline = marker_outline(shape) if isinstance(shape, str) else shape
        right, up = view[0, :3], view[1, :3]
        spot = middle + ball.radius * (at[0] * right + at[1] * up)
        return Solid(facing_mesh(outline, spot, right, up, radius * ball.radius), paint, 1.0)

    paint = colour(ball.colour)
    if ball.marker == "diverged":
        return tuple(
            flat(_bar(turn, long, wide), 1.0, tint)
            for long, wide, tint in ((1.45, 0.5, SHELL), (1.25, 0.28, paint))
            for turn in (45.0, -45.0)
        )
    if ball.marker == "ring":
        return (
            flat("", 1.35, SHELL),
            flat("", 1.15, WHITE),
            flat("", 0.8, SHELL),
            flat("", 0.32, WHITE),
        )
    if ball.marker in {"stopped", "early"}:
        square = flat("square", 1.4, SHELL), flat("square", 1.2, paint)
        return square if ball.marker == "early" else (*square, flat("square", 0.55, SHELL))
    unit = ball_mesh()
    vertices = (unit.vertices * ball.radius + middle).astype(np.float32)
    solids: tuple[Solid, ...] = (
        flat("", _BALL_SHELL, SHELL),
        Solid(replace(unit, vertices=vertices), paint, SOLID_AMBIENT),
    )
    if ball.marker == "converged":
        # a tick: a short bar down and a long one up from where it ends
        solids += (
            flat(_bar(-47.0, 0.27, 0.12), 1.0, SHELL, (-0.29, -0.18)),
            flat(_bar(51.0, 0.5, 0.12), 1.0, SHELL, (0.19, 0.0)),
        )
    elif ball.marker:
        solids += (flat(ball.marker, 0.5, WHITE),)
    return solids


def _bar(turn: float, long: float, wide: float) -> Outline:
    """The corners of a bar about its middle, counter-clockwise, turned by degrees from level."""
    angle = np.radians(turn)
    along, across = (np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))
    return tuple(
        (
            float(a * long * along[0] + b * wide * across[0]),
            float(a * long * along[1] + b * wide * across[1]),
        )
        for a, b in ((1, 1), (-1, 1), (-1, -1), (1, -1))
    )


def far_to_near(scene: Scene) -> tuple[Ball, ...]:
    """The scene's heads in drawing order."""
    toward = camera.view_matrix(scene)[2, :3]
    return tuple(sorted(scene.balls, key=lambda ball: float(toward @ np.array(ball.position))))


def floor_solids(
    scene: Scene, width: float, height: float, line: float, back: Colour, ink: Colour
) -> tuple[Solid, ...]:
    """The floor's grid, then its outline, as strips `line` px wide in a picture of that size."""
    lines = camera.floor_lines(scene)
    if not len(lines):
        return ()
    strips = _strips(scene, lines, width, height, line)
    grid = replace(strips, faces=strips.faces[8:])
    outline = replace(strips, faces=strips.faces[:8])
    return (
        Solid(grid, mixed(back, ink, 0.3), 1.0),
        Solid(outline, mixed(back, ink, 0.75), 1.0, nearer=1e-3),
    )


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """A colour on the way from a to b."""
    return tuple((1 - share) * p + share * q for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


def _strips(scene: Scene, lines: Array, width: float, height: float, line: float) -> Mesh:
    """Segments (n, 2, 3) as four corners and two faces each that face the camera."""
    view = camera.view_matrix(scene)
    projection = camera.projection_matrix(scene, width / height)
    ends = lines.reshape(-1, 3)
    screen = camera.on_screen(ends, view, projection, width, height).reshape(-1, 2, 3)
    along = screen[:, 1, :2] - screen[:, 0, :2]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    # y runs down on the screen and up in the camera's axes
    across = along[:, 1:] * view[0, :3] + along[:, :1] * view[1, :3]
    away = -(ends @ view[2, :3] + view[2, 3])
    half = line * away / (projection[0, 0] * width)
    offset = np.repeat(across, 2, axis=0) * half[:, None]
    corners = np.stack([ends - offset, ends + offset], axis=1).reshape(-1, 3)
    first = 4 * np.arange(len(lines), dtype=np.uint32)[:, None]
    faces = np.concatenate([first, first + 2, first + 3, first, first + 3, first + 1], axis=1)
    normals = np.broadcast_to(view[2, :3], corners.shape)
    return Mesh(
        corners.astype(np.float32), np.ascontiguousarray(normals, np.float32), faces.reshape(-1, 3)
    )
