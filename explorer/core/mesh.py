"""Triangles of what a scene shows, as arrays ready for a graphics card or the software renderer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Neighbouring directions that differ by more than this (cosine) get a joint of two rings.
_SHARP = 0.7


@dataclass(frozen=True, slots=True)
class Mesh:
    """vertices (n, 3) and unit normals (n, 3) float32, faces (m, 3) uint32.

    Faces run counter-clockwise as seen from outside, or of a surface from above.
    """

    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    faces: NDArray[np.uint32]


def surface_normals(x: Array, y: Array, z: Array) -> Array:
    """Unit normals (ny, nx, 3), upwards, of the heights z (ny, nx) over x (nx,) and y (ny,)."""
    slope_y, slope_x = np.gradient(z, y, x)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(z)], axis=-1)
    normal /= np.sqrt(np.einsum("ijk,ijk->ij", normal, normal))[..., None]
    made: Array = np.nan_to_num(normal, nan=0.0)
    return made


def surface_mesh(x: Array, y: Array, z: Array) -> Mesh:
    """The height field z (ny, nx) over x (nx,) and y (ny,); vertex j * nx + i is (x[i], y[j]).

    Where a height is not finite the surface has a hole.
    """
    ny, nx = z.shape
    vertices = np.empty((ny, nx, 3), np.float32)
    vertices[..., 0], vertices[..., 1], vertices[..., 2] = x, y[:, None], z
    faces = _grid_faces(ny, nx)
    finite = np.isfinite(z)
    if not finite.all():
        faces = faces[finite.ravel()[faces].all(axis=1)]
        vertices[~finite] = 0.0
    normals = surface_normals(x, y, z).astype(np.float32)
    return Mesh(vertices.reshape(-1, 3), normals.reshape(-1, 3), faces)


@cache
def _grid_faces(ny: int, nx: int) -> NDArray[np.uint32]:
    corner = (np.arange(ny - 1)[:, None] * nx + np.arange(nx - 1)).ravel().astype(np.uint32)
    a, b, c, d = corner, corner + 1, corner + nx, corner + nx + 1
    faces = np.stack([a, b, d, a, d, c], axis=1).reshape(-1, 3).astype(np.uint32)
    faces.flags.writeable = False
    return faces


def sampled(x: Array, y: Array, normals: Array | NDArray[np.float32], points: Array) -> Array:
    """The surface's unit normals (n, 3) at points (n, 2 or 3), from those at its corners."""
    column = np.interp(points[:, 0], x, np.arange(len(x)))
    row = np.interp(points[:, 1], y, np.arange(len(y)))
    i = np.minimum(column.astype(int), len(x) - 2)
    j = np.minimum(row.astype(int), len(y) - 2)
    s, t = (column - i)[:, None], (row - j)[:, None]
    low = (1 - s) * normals[j, i] + s * normals[j, i + 1]
    high = (1 - s) * normals[j + 1, i] + s * normals[j + 1, i + 1]
    normal = (1 - t) * low + t * high
    size = np.linalg.norm(normal, axis=1, keepdims=True)
    return np.where(size > 1e-6, normal / np.maximum(size, 1e-6), [0.0, 0.0, 1.0])


def tube_mesh(points: Array, radius: float, sides: int = 8) -> tuple[Mesh, NDArray[np.intp]]:
    """A closed tube along points (n, 3), and which of the points each of its vertices goes with.

    Each ring stands across the mean direction of its two neighbours; at a sharp turn there are two
    rings, one across each direction, or the tube would be pinched flat. Points in a row must
    differ. Empty where there are fewer than two.
    """
    if len(points) < 2:
        none = np.zeros((0, 3), np.float32)
        return Mesh(none, none, np.zeros((0, 3), np.uint32)), np.zeros(0, np.intp)
    step = _unit(np.diff(points, axis=0))
    ahead = np.concatenate([step, step[-1:]])
    behind = np.concatenate([step[:1], step])
    sharp = np.einsum("ij,ij->i", ahead, behind) < _SHARP
    mean = np.where(sharp[:, None], behind, _unit(ahead + behind))
    place = np.repeat(np.arange(len(points)), 1 + sharp)
    tangent = mean[place]
    second = np.flatnonzero(place[1:] == place[:-1]) + 1
    tangent[second] = ahead[place[second]]
    # closed ends: a ring of no width in front and behind
    place = np.concatenate([place[:1], place, place[-1:]])
    tangent = np.concatenate([tangent[:1], tangent, tangent[-1:]])
    width = np.full(len(place), radius)
    width[[0, -1]] = 0.0
    normals = _rings(tangent, sides)
    vertices = points[place][:, None] + width[:, None, None] * normals
    normals[0], normals[-1] = -tangent[0], tangent[-1]
    mesh = Mesh(
        vertices.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        _tube_faces(len(place), sides),
    )
    return mesh, np.repeat(place, sides)


def thinned(points: Array, spacing: float) -> Array:
    """The points (n, >= 3) without those less than `spacing` along the way from the one before.

    The first and the last stay; of a path that does not move only the first. Further columns stay
    with their points.
    """
    if len(points) < 2:
        return points
    way = np.zeros(len(points))
    np.cumsum(np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1), out=way[1:])
    if not way[-1] > 0:
        return points[:1]
    mark = np.floor(way / spacing)
    keep = np.ones(len(points), bool)
    keep[1:] = mark[1:] > mark[:-1]
    if not keep[-1]:
        # the last point takes the place of the last kept one, which is nearer than the spacing
        keep[np.flatnonzero(keep)[-1]] = keep.sum() == 1
        keep[-1] = True
    return points[keep]


def _unit(vectors: Array) -> Array:
    size = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    made: Array = vectors / np.maximum(size, 1e-300)[:, None]
    return made


def _rings(tangent: Array, sides: int) -> Array:
    """Unit vectors (n, sides, 3) around each tangent (n, 3), in a frame held by the up axis."""
    across = np.stack([tangent[:, 1], -tangent[:, 0], np.zeros(len(tangent))], axis=1)
    size = np.sqrt(np.einsum("ij,ij->i", across, across))
    steep = size < 1e-6
    across[steep] = [1.0, 0.0, 0.0]
    across /= np.where(steep, 1.0, size)[:, None]
    over = np.cross(across, tangent)
    angle = 2 * np.pi * np.arange(sides) / sides
    level, rise = np.cos(angle)[None, :, None], np.sin(angle)[None, :, None]
    made: Array = level * across[:, None] + rise * over[:, None]
    return made


@cache
def _ring_faces(sides: int) -> NDArray[np.intp]:
    j = np.arange(sides)
    k = (j + 1) % sides
    return np.stack([j, j + sides, k, k, j + sides, k + sides], axis=1).reshape(-1, 3)


def _tube_faces(rings: int, sides: int) -> NDArray[np.uint32]:
    start = (np.arange(rings - 1) * sides)[:, None, None]
    return (start + _ring_faces(sides)).reshape(-1, 3).astype(np.uint32)


@cache
def ball_mesh(rings: int = 12, sides: int = 20) -> Mesh:
    """The unit sphere about the origin, in `rings` + 1 rings of latitude."""
    height = np.pi * np.arange(rings + 1) / rings
    angle = 2 * np.pi * np.arange(sides) / sides
    vertices = np.empty((rings + 1, sides, 3))
    vertices[..., 0] = np.sin(height)[:, None] * np.cos(angle)
    vertices[..., 1] = np.sin(height)[:, None] * np.sin(angle)
    vertices[..., 2] = np.cos(height)[:, None]
    points = vertices.reshape(-1, 3).astype(np.float32)
    return Mesh(points, points, _tube_faces(rings + 1, sides))


@cache
def marker_outline(marker: str) -> tuple[tuple[float, float], ...]:
    """The corners of a marker in a unit circle, counter-clockwise, each seen from its centre.

    Unknown names are circles.
    """
    corners, first = {
        "square": (4, 45.0),
        "diamond": (4, 90.0),
        "triangle": (3, 90.0),
        "triangle-down": (3, -90.0),
        "pentagon": (5, 90.0),
        "hexagon": (6, 90.0),
        "star": (10, 90.0),
    }.get(marker, (28, 0.0))
    angle = np.radians(first) + 2 * np.pi * np.arange(corners) / corners
    size = np.where((np.arange(corners) % 2 == 1) & (marker == "star"), 0.45, 1.0)
    return tuple(zip((size * np.cos(angle)).tolist(), (size * np.sin(angle)).tolist(), strict=True))


def facing_mesh(
    outline: tuple[tuple[float, float], ...], centre: Array, right: Array, up: Array, radius: float
) -> Mesh:
    """A flat outline about `centre`, spanned by the camera's unit vectors `right` and `up`."""
    flat = np.array([(0.0, 0.0), *outline])
    vertices = centre + radius * (flat[:, :1] * right + flat[:, 1:] * up)
    normals = np.broadcast_to(np.cross(right, up), vertices.shape)
    rim = np.arange(1, len(flat), dtype=np.uint32)
    faces = np.stack([np.zeros_like(rim), rim, np.roll(rim, -1)], axis=1)
    return Mesh(vertices.astype(np.float32), normals.astype(np.float32), faces)
