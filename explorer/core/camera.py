"""The camera of a scene: one set of matrices for every renderer, so that all draw the same.

Matrices are (4, 4) float64 and act on columns, as OpenGL's: clip = projection @ view @ point. The
camera keeps its distance and zooms with its lens, so that nothing is ever cut by a near plane.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .figure import Scene

Array = NDArray[np.float64]
# Scene units from the eye to the scene's middle, and the radii of the balls around it that zoom 1
# fits between left and right and between top and bottom, where the near corner looms larger.
DISTANCE = 5.0
WIDE, HIGH = 1.5, 1.62
NEAR, FAR = 0.5, 20.0
# Towards the light, as the camera sees it: from behind the right shoulder.
_LIGHT = (0.38, 0.46, 0.8)


def light() -> Array:
    """The unit vector (3,) towards the light, in the camera's axes (right, up, back)."""
    vector: Array = np.array(_LIGHT) / math.hypot(*_LIGHT)
    return vector


def centre(scene: Scene) -> Array:
    """The point (3,) that the camera looks at: the middle of the scene's box."""
    finite = scene.z[np.isfinite(scene.z)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    low = min([low, *(position[2] for position, _ in scene.ticks)])
    return np.array(
        [(scene.x[0] + scene.x[-1]) / 2, (scene.y[0] + scene.y[-1]) / 2, (low + high) / 2]
    )


def view_matrix(scene: Scene) -> Array:
    """From scene units to the camera's axes: right, up, and back towards the eye."""
    a, e = math.radians(scene.azimuth), math.radians(scene.elevation)
    matrix = np.eye(4)
    matrix[0, :3] = -math.sin(a), math.cos(a), 0.0
    matrix[1, :3] = -math.sin(e) * math.cos(a), -math.sin(e) * math.sin(a), math.cos(e)
    matrix[2, :3] = math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)
    matrix[:3, 3] = -matrix[:3, :3] @ centre(scene)
    matrix[2, 3] -= DISTANCE
    return matrix


def projection_matrix(scene: Scene, aspect: float) -> Array:
    """From the camera's axes to clip space, for a picture of width / height = aspect.

    At zoom 1 a ball of radius WIDE fits its width, one of HIGH its height, one of them just so.
    """
    lens = scene.zoom * min(_lens(HIGH), _lens(WIDE) * aspect)
    matrix = np.zeros((4, 4))
    matrix[0, 0] = lens / aspect
    matrix[1, 1] = lens
    matrix[0, 2] = -scene.pan[0] / max(aspect, 1.0)
    matrix[1, 2] = -scene.pan[1] * min(aspect, 1.0)
    matrix[2, 2] = (FAR + NEAR) / (NEAR - FAR)
    matrix[2, 3] = 2 * FAR * NEAR / (NEAR - FAR)
    matrix[3, 2] = -1.0
    return matrix


def _lens(radius: float) -> float:
    """The cotangent of half the angle under which a ball around the scene's middle is seen."""
    return math.sqrt(DISTANCE**2 - radius**2) / radius


def on_screen(
    points: Array | NDArray[np.float32],
    view: Array,
    projection: Array,
    width: float,
    height: float,
    nearer: float | Array = 0.0,
) -> Array:
    """Where points (n, 3) are drawn: (n, 3) of x and y in pixels, y from the top, and depth.

    The depth, from -1 in front to 1 at the back, is that of points `nearer` to the eye by so many
    scene units, one number or (n,).
    """
    eye = points @ view[:3, :3].T + view[:3, 3]
    away = -eye[:, 2]
    screen = np.empty_like(eye)
    shift_x = projection[0, 0] * eye[:, 0] + projection[0, 2] * eye[:, 2]
    shift_y = projection[1, 1] * eye[:, 1] + projection[1, 2] * eye[:, 2]
    screen[:, 0] = (shift_x / away + 1) * (width / 2)
    screen[:, 1] = (1 - shift_y / away) * (height / 2)
    moved = eye[:, 2] + nearer
    screen[:, 2] = (projection[2, 2] * moved + projection[2, 3]) / -moved
    return screen


def place(scene: Scene, points: Array, width: float, height: float) -> Array:
    """Where the scene's camera draws points (n, 3): see on_screen."""
    matrices = view_matrix(scene), projection_matrix(scene, width / height)
    return on_screen(np.asarray(points, dtype=float), *matrices, width, height)


def project(scene: Scene, width: float, height: float) -> list[tuple[float, float, str]]:
    """The texts around the floor as (x, y, text): pixels from the top left, the text's middle."""
    if not scene.ticks:
        return []
    spots = np.array([_facing(scene, position) for position, _ in scene.ticks])
    spots = place(scene, spots, width, height)
    return [
        (float(x), float(y), text) for (x, y, _), (_, text) in zip(spots, scene.ticks, strict=True)
    ]


def floor_lines(scene: Scene) -> Array:
    """The floor's outline, then a line at every tick or, where there are any, the contours on it.

    Segments (n, 2, 3).
    """
    if not scene.ticks:
        return np.zeros((0, 2, 3))
    x0, x1 = float(scene.x[0]), float(scene.x[-1])
    y0, y1 = float(scene.y[0]), float(scene.y[-1])
    z = min(position[2] for position, _ in scene.ticks)
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    lines = [(*corners[i], *corners[(i + 1) % 4]) for i in range(4)]
    for (x, y, _), text in scene.ticks:
        if scene.below is not None or any(letter.isalpha() for letter in text):
            continue
        if _beside(scene, x, y) == "x":
            lines.append((x, y0, x, y1))
        else:
            lines.append((x0, y, x1, y))
    flat = np.array(lines).reshape(-1, 2, 2)
    if scene.below is not None:
        flat = np.concatenate([flat, scene.below])
    return np.concatenate([flat, np.full((len(flat), 2, 1), z)], axis=2)


def _beside(scene: Scene, x: float, y: float) -> str:
    """The axis that a text at (x, y) belongs to: 'x' where it lies past an end of y."""
    past_y = max(scene.y[0] - y, y - scene.y[-1])
    past_x = max(scene.x[0] - x, x - scene.x[-1])
    return "x" if past_y >= past_x else "y"


def _facing(scene: Scene, position: tuple[float, float, float]) -> tuple[float, float, float]:
    """A text's position mirrored to the side of the floor that is nearer to the camera."""
    x, y, z = position
    middle_x, middle_y = (scene.x[0] + scene.x[-1]) / 2, (scene.y[0] + scene.y[-1]) / 2
    angle = math.radians(scene.azimuth)
    if _beside(scene, x, y) == "x":
        y = middle_y + math.copysign(abs(y - middle_y), math.sin(angle))
    else:
        x = middle_x + math.copysign(abs(x - middle_x), math.cos(angle))
    return x, y, z
