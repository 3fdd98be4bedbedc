"""Draws lines of many points as pixels, some ten times as fast as a painter of general shapes.

Each pixel takes its ink from its distance to the nearest part of the line, so joints are round and
a line that turns back on itself is as smooth as a straight one.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from .compile import entry, register
from .contract import OPTIONS, STROKE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.stroke import Ink, Stroke

# A point nearer than this to the one drawn before it makes no difference to the line, in pixels.
_APART = 0.3
_FAR = np.float32(np.inf)


@njit(STROKE, **OPTIONS)
def _draw(points, joined, radius, inks, dash, begun, near, along, touched, out):  # type: ignore[no-untyped-def]
    """Draw one line, or dots where not `joined`, over out (h, w) 0xAARRGGBB premultiplied.

    points (n, 2) pixels, x to the right and y down; radius half the line's width. inks (2, 4) red,
    green, blue and strength from 0 to 1, of the line and of what is between dashes. dash (m,)
    lengths on and off in turn, empty for none; `begun` is how much of the pattern was drawn
    before. near and along (h, w) and touched (h * w,) are scratch, near all infinite before and
    after. Returns how long the line is.
    """
    height, width = out.shape
    reach = radius + 0.5
    count = 0
    way = 0.0
    n = points.shape[0]
    x0, y0 = points[0, 0], points[0, 1]
    for k in range(1 if joined and n > 1 else 0, n):
        x1, y1 = points[k, 0], points[k, 1]
        if not joined:
            x0, y0 = x1, y1
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        if joined and k < n - 1 and square < _APART * _APART:
            continue
        length = math.sqrt(square)
        over = 1.0 / square if square > 0.0 else 0.0
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
                    along[r, c] = way + t * length
        way += length
        x0, y0 = x1, y1
    period = dash.sum()
    for i in range(count):
        r, c = touched[i] // width, touched[i] % width
        away = math.sqrt(near[r, c])
        near[r, c] = _FAR
        edge = min(max(radius + 0.5 - away, 0.0), 1.0)
        on = 1.0
        if period > 0.0:
            place = (begun + along[r, c]) % period
            on, start = 0.0, 0.0
            for k in range(dash.size):
                end = start + dash[k]
                if k % 2 == 0:
                    on = max(on, min(place - start, end - place) + 0.5)
                    # the ends of the pattern meet
                    on = max(on, min(place - period - start, end - place + period) + 0.5)
                    on = max(on, min(place + period - start, end - place - period) + 0.5)
                start = end
            on = min(on, 1.0)
        old = out[r, c]
        a = red = green = blue = 0.0
        left = 1.0
        for k in range(2):
            cover = edge * inks[k, 3] * (on if k == 0 else 1.0 - on)
            left -= cover
            a += 255.0 * cover
            red += inks[k, 0] * cover
            green += inks[k, 1] * cover
            blue += inks[k, 2] * cover
        out[r, c] = (
            np.uint32(int(a + left * (old >> 24) + 0.5) << 24)
            | np.uint32(int(red + left * ((old >> 16) & 255) + 0.5) << 16)
            | np.uint32(int(green + left * ((old >> 8) & 255) + 0.5) << 8)
            | np.uint32(int(blue + left * (old & 255) + 0.5))
        )
    return way


class Strokes:
    """Draws strokes as pixels; keeps what it needs for that from picture to picture.

    For one thread.
    """

    def __init__(self) -> None:
        self._near = np.empty(0, np.float32)
        self._along = np.empty(0, np.float32)
        self._touched = np.empty(0, np.int32)

    def __call__(
        self, strokes: list[Stroke], width: int, height: int, ratio: float = 1.0
    ) -> NDArray[np.uint32]:
        """Pixels (height, width) 0xAARRGGBB, premultiplied, of strokes one over the other.

        Strokes are in logical pixels, `ratio` of which make one of the picture's.
        """
        size = width * height
        if self._near.size < size:
            self._near = np.full(size, _FAR)
            self._along = np.empty(size, np.float32)
            self._touched = np.empty(size, np.int32)
        near, along = (a[:size].reshape(height, width) for a in (self._near, self._along))
        out = np.zeros((height, width), np.uint32)
        begun = 0.0
        for stroke in strokes:
            if stroke.shades is not None:
                from . import shade

                shade.draw(stroke, ratio, (near, along, self._touched), out)
                continue
            inks = np.array([_ink(stroke.ink), _ink(stroke.between)])
            radius = stroke.width * ratio / 2
            dash = np.array(stroke.dash, np.float64) * ratio
            points = np.ascontiguousarray(stroke.points * ratio, np.float64)
            begun = begun if stroke.goes_on else 0.0
            begun += _stroke(
                points, stroke.joined, radius, inks, dash, begun, near, along, self._touched, out
            )
        return out


@cache
def _ink(colour: Ink) -> tuple[float, float, float, float]:
    """'#RRGGBB' and a strength as red, green, blue from 0 to 255 and strength from 0 to 1."""
    name, strength = colour
    red, green, blue = (float(int(name[i : i + 2], 16)) for i in (1, 3, 5))
    return red, green, blue, strength


register(_draw)
_stroke = entry(_draw)
