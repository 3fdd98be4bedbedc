"""The gradient noise of one step as plain Python: the same draws that the engine makes.

They are a hash of (seed, run, step, coordinate) put through Box and Muller's transform, so any of
them can be drawn again at any time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MASK = 2**64 - 1


def _mix(z: int) -> int:
    """Scramble 64 bits (splitmix64, Steele, Lea and Flood 2014)."""
    z = (z + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def draw(seed: int, t: int, dimension: int, sigma: float) -> NDArray[np.float64]:
    """The noise (dimension,) of standard deviation sigma added to the gradient of step t = 1, 2...

    It is drawn by the number of steps taken before, t - 1.
    """
    drawn = np.empty(dimension)
    for i in range(dimension):
        a = _mix(_mix(_mix(_mix(seed) ^ 0) ^ (t - 1)) ^ i)
        u = (float(a >> 11) + 1.0) * 2.0**-53
        v = float(_mix(a) >> 11) * 2.0**-53
        drawn[i] = sigma * math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
    return drawn
