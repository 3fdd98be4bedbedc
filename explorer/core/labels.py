"""Places the short labels at the trajectories' heads: beside them, apart, and inside the plot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Spot = tuple[float, float]
Box = tuple[float, float, float, float]

# Directions to try, the favourite first: right and up, right and down, then round to the left.
_TURNS = tuple(math.radians(a) for a in (30, -30, 150, -150, 75, -75, 105, -105, 0, 180))
_REACHES = (1.0, 2.0, 3.2, 4.6)
_FREE = 20.0  # a cost below this has nothing but the distance in it


def place(heads: Sequence[Spot], sizes: Sequence[Spot], box: Box, gap: float) -> list[Spot]:
    """The middles of labels of `sizes` (width, height) for `heads`, all in pixels.

    `box` is (left, low, right, high) of the plot, `gap` how far a label keeps from its head. Every
    label is inside the box where it fits; labels overlap neither each other nor a head if there is
    room within reach. The same input always gives the same places.
    """
    placed: list[Box] = []
    found: list[Spot] = []
    for head, size in zip(heads, sizes, strict=True):
        best, least = options_at(head, size, box, gap, _REACHES[0])[0], math.inf
        for reach in _REACHES:
            for option in options_at(head, size, box, gap, reach):
                cost = _cost(option, head, heads, placed, gap)
                if cost < least:
                    best, least = option, cost
            if least < _FREE:  # nothing is covered, and further out is only further
                break
        found.append(((best[0] + best[2]) / 2, (best[1] + best[3]) / 2))
        placed.append(best)
    return found


def options_at(head: Spot, size: Spot, box: Box, gap: float, reach: float) -> list[Box]:
    """Where a label may be at one reach, the favourite direction first."""
    return [_option(head, size, box, gap, turn, reach) for turn in _TURNS]


def _option(head: Spot, size: Spot, box: Box, gap: float, turn: float, reach: float) -> Box:
    """The label's box in a direction and at a reach (in gaps), pushed into the plot."""
    half_x, half_y = size[0] / 2, size[1] / 2
    x = head[0] + math.cos(turn) * (gap * reach + half_x)
    y = head[1] + math.sin(turn) * (gap * reach + half_y)
    x = max(box[0] + half_x, min(x, box[2] - half_x))
    y = max(box[1] + half_y, min(y, box[3] - half_y))
    return x - half_x, y - half_y, x + half_x, y + half_y


def _cost(
    option: Box, head: Spot, heads: Sequence[Spot], placed: Sequence[Box], gap: float
) -> float:
    away = math.dist(head, ((option[0] + option[2]) / 2, (option[1] + option[3]) / 2))
    area = (option[2] - option[0]) * (option[3] - option[1])
    over = sum(_overlap(option, other) for other in placed)
    reach = 0.5 * gap
    hidden = sum(
        option[0] - reach < x < option[2] + reach and option[1] - reach < y < option[3] + reach
        for x, y in heads
    )
    return away / gap + 100 * over / area + 60 * hidden


def _overlap(a: Box, b: Box) -> float:
    across = min(a[2], b[2]) - max(a[0], b[0])
    along = min(a[3], b[3]) - max(a[1], b[1])
    return max(across, 0.0) * max(along, 0.0)
