"""Pictures on the way from one map to the next, when features are scaled in another way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.colormap import lut
from explorer.core.figure import Field

from . import picture
from .answer import pixels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.core.figure import Levels, MapImage
    from explorer.core.request import Result

PICTURES = 7


def passes(old: Result | None, new: Result) -> bool:
    """Whether the map of `new` is that of `old` with its features scaled in another way."""
    if old is None or old.image is None or new.image is None or not new.request.motion:
        return False
    before, after = old.request.experiment, new.request.experiment
    if before.learning is None or after.learning is None:
        return False
    scale, start = after.learning.scale, after.learning.start
    as_now = replace(before, learning=replace(before.learning, scale=scale, start=start))
    return as_now == after and before.learning.scale != scale


def between(old: Result, new: Result) -> Iterator[MapImage]:
    """Pictures from one map to another, edges on edges, half as fine as the last.

    A loss is as far between both as its place among their levels.
    """
    assert old.image is not None
    assert new.image is not None
    high, wide = (max(n // 2, 2) for n in new.image.rgb.shape)
    levels, count = new.levels, new.levels.values.size
    if min(count, old.levels.values.size) < 2:
        return
    first = pixels(old.field, old.image.bounds, (wide, high))
    last = pixels(new.field, new.image.bounds, (wide, high))
    begun, ended = _places(first.z, old.levels), _places(last.z, levels)
    # what is below or above all levels is a band of its own
    below = (levels.floor + levels.values[0]) / 2 if levels.kind == "log" else -np.inf
    losses = np.array([below, *levels.values, np.inf])
    ratio = new.request.viewport.ratio / 2 if new.request.viewport else 0.5
    name = new.image.colormap
    for k in range(1, PICTURES + 1):
        place = begun + k / (PICTURES + 1) * (ended - begun)
        inside = np.clip(place, 0, count - 1)
        z = np.interp(inside, np.arange(count), levels.values)
        z = np.where(place < 0, losses[0], np.where(place > count - 1, losses[-1], z))
        field = Field(last.x, last.y, z)
        yield picture.paint(field, levels, lut(name), name, new.image.bounds, ratio)


def _places(z: NDArray[np.float64], levels: Levels) -> NDArray[np.float64]:
    """Where losses are among levels: 0 at the lowest, and by less than one beyond either end."""
    values = levels.values
    found = np.interp(z, values, np.arange(values.size))
    found = np.where(z < values[0], -0.5, found)
    return np.asarray(np.where(z > values[-1], values.size - 0.5, found))
