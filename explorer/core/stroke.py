"""A line to be drawn as pixels: what views ask the engine for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ink = tuple[str, float]  # '#RRGGBB' and its strength, 0 to 1
NONE: Ink = ("#000000", 0.0)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points (n, 2), or dots where not `joined`; in pixels, y down.

    `dash` gives lengths on and off in turn, each of some length; `between` is drawn where it is
    off. A stroke that `goes_on` takes up the dashes of those before. `shades` (n,), 0 to 1, give
    its points colours of `shading.ramp`, and what is between points those in between, or where it
    is `stepped` that of the point it leads to; it has no dashes then.
    """

    points: NDArray[np.float64]
    ink: Ink
    width: float
    dash: tuple[float, ...] = ()
    between: Ink = NONE
    joined: bool = True
    goes_on: bool = False
    shades: NDArray[np.float64] | None = None
    stepped: bool = False

    def moved(self, by: NDArray[np.float64]) -> Stroke:
        """The same elsewhere: by (2,) pixels."""
        return replace(self, points=self.points + by)


# Pixels (height, width) 0xAARRGGBB, premultiplied, of strokes one over the other; the last number
# is how many pixels of the picture make one of the strokes'.
Draw = Callable[[list[Stroke], int, int, float], NDArray[np.uint32]]
