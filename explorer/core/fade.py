"""How a trajectory fades with age: its oldest parts are drawn faintest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import clip

if TYPE_CHECKING:
    from .clip import Array, Bounds

# The strength of each part of the way, all of one length, from the oldest.
STRENGTHS = (0.7, 0.85, 1.0)
# A way shorter than this, in sides of the picture, is all of the same strength.
_SHORT = 0.25


def parts(points: Array, bounds: Bounds) -> list[tuple[Array, float]]:
    """The polyline (n, 2) inside the bounds in parts, each with its strength, 0 to 1.

    Parts are in order, the newest last and at full strength, and cut where the strength changes:
    at shares of the whole way, measured in sides of the picture.
    """
    pieces = clip.pieces(points, bounds)
    sides = np.array([high - low for low, high in bounds[:2]])
    ways = [_way(piece / sides) for piece in pieces]
    total = sum(float(way[-1]) for way in ways)
    if total < _SHORT:
        return [(piece, 1.0) for piece in pieces]
    found: list[tuple[Array, float]] = []
    done = 0.0
    for piece, way in zip(pieces, ways, strict=True):
        along = (done + way) / total
        for i, strength in enumerate(STRENGTHS):
            low, high = i / len(STRENGTHS), (i + 1) / len(STRENGTHS)
            part = _between(piece, along, low, high if high < 1 else 2.0)
            if len(part) > 1:
                found.append((part, strength))
        done += float(way[-1])
    return found


def _way(points: Array) -> Array:
    """How far along the polyline each of its points is (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def _between(piece: Array, along: Array, low: float, high: float) -> Array:
    """The part of a polyline (n, 2) where `along` (n,), which rises, is between low and high."""
    if along[-1] <= low or along[0] >= high:
        return piece[:0]
    first, last = max(low, float(along[0])), min(high, float(along[-1]))
    i, j = int(along.searchsorted(first, "right")), int(along.searchsorted(last, "left"))
    ends = _at(piece, along, i, first), _at(piece, along, j, last)
    made: Array = np.concatenate([ends[0], piece[i:j], ends[1]])
    return made


def _at(piece: Array, along: Array, after: int, where: float) -> Array:
    """The point (1, 2) at `where`, between point `after` and the one before it."""
    k = min(max(after, 1), len(along) - 1)
    gap = along[k] - along[k - 1]
    share = (where - along[k - 1]) / gap if gap else 0.0
    made: Array = (piece[k - 1] + share * (piece[k] - piece[k - 1]))[None]
    return made


def mixed(back: str, colour: str, strength: float) -> str:
    """A colour '#RRGGBB' on the way from `back` (strength 0) to itself (strength 1)."""
    if strength >= 1:
        return colour
    pairs = ((int(back[i : i + 2], 16), int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + strength * (b - a)):02X}" for a, b in pairs)
