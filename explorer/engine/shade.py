"""Draws lines whose colour changes along the way, as pixels: the loss or the rate along a path.

Apart from `stroke`, so that nothing of it is compiled or loaded before it is asked for.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from explorer.core.shading import ramp

from .compile import entry, register
from .contract import OPTIONS, SHADE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.stroke import Stroke

_APART = 0.3  # as stroke._APART
_FAR = np.float32(np.inf)


@njit(SHADE, **OPTIONS)
def _shade(points, shades, joined, stepped, radius, colours, near, along, touched, out):  # type: ignore[no-untyped-def]
    """Draw one line, or dots where not `joined`, over out (h, w) 0xAARRGGBB premultiplied.

    points (n, 2) pixels; shades (n,) from 0 to 1 along colours (m, 3), red, green and blue.
    Between points they go over into each other, or where `stepped` are those of the later one. The
    rest as stroke._draw; `along` holds the shade of what is nearest to a pixel.
    """
    height, width = out.shape
    reach = radius + 0.5
    count = 0
    n = points.shape[0]
    x0, y0, v0 = points[0, 0], points[0, 1], shades[0]
    for k in range(1 if joined and n > 1 else 0, n):
        x1, y1, v1 = points[k, 0], points[k, 1], shades[k]
        if not joined:
            x0, y0, v0 = x1, y1, v1
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        if joined and k < n - 1 and square < _APART * _APART:
            continue
        length = math.sqrt(square)
        over = 1.0 / square if square > 0.0 else 0.0
        if stepped:
            v0 = v1
        top = max(math.ceil(min(y0, y1) - reach - 0.5), 0)
        foot = min(math.floor(max(y0, y1) + reach - 0.5), height - 1)
        left, right = min(x0, x1) - reach, max(x0, x1) + reach
        for r in range(top, foot + 1):
            py = r + 0.5 - y0
            low, high = left, right
            if abs(dy) > 1e-9:  # of a slanting line a row meets only what is near to it
                middle = x0 + py * dx / dy
                half = reach * length / abs(dy)
                low, high = max(low, middle - half), min(high, middle + half)
            for c in range(
                max(math.ceil(low - 0.5), 0), min(math.floor(high - 0.5), width - 1) + 1
            ):
                px = c + 0.5 - x0
                t = min(max((px * dx + py * dy) * over, 0.0), 1.0)
                ex, ey = px - t * dx, py - t * dy
                off = np.float32(ex * ex + ey * ey)
                if off < near[r, c]:
                    if near[r, c] == _FAR:
                        touched[count] = r * width + c
                        count += 1
                    near[r, c] = off
                    along[r, c] = v0 + t * (v1 - v0)
        x0, y0, v0 = x1, y1, v1
    last = colours.shape[0] - 1
    for i in range(count):
        r, c = touched[i] // width, touched[i] % width
        away = math.sqrt(near[r, c])
        near[r, c] = _FAR
        cover = min(max(radius + 0.5 - away, 0.0), 1.0)
        k = int(min(max(along[r, c], 0.0), 1.0) * last + 0.5)
        old = out[r, c]
        left = 1.0 - cover
        out[r, c] = (
            np.uint32(int(255.0 * cover + left * (old >> 24) + 0.5) << 24)
            | np.uint32(int(colours[k, 0] * cover + left * ((old >> 16) & 255) + 0.5) << 16)
            | np.uint32(int(colours[k, 1] * cover + left * ((old >> 8) & 255) + 0.5) << 8)
            | np.uint32(int(colours[k, 2] * cover + left * (old & 255) + 0.5))
        )


def draw(
    stroke: Stroke,
    ratio: float,
    scratch: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]],
    out: NDArray[np.uint32],
) -> None:
    """Draw one stroke that has shades over out (h, w); scratch as stroke.Strokes has it."""
    assert stroke.shades is not None
    points = np.ascontiguousarray(stroke.points * ratio, np.float64)
    shades = np.ascontiguousarray(stroke.shades, np.float64)
    radius = stroke.width * ratio / 2
    _entry(points, shades, stroke.joined, stroke.stepped, radius, _colours(), *scratch, out)


@cache
def _colours() -> NDArray[np.float64]:
    return np.ascontiguousarray(ramp(), np.float64)


register(_shade)
_entry = entry(_shade)
