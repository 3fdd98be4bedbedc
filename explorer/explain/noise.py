"""The gradient noise of one step as plain Python: the same draws that the engine makes.

They are a hash of (seed, run, step, coordinate) turned into a normal, Laplace or Student's t draw,
so any of them can be drawn again at any time.
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


def _normals(a: int) -> tuple[float, float]:
    """Two independent normal draws from one scrambled number (Box and Muller)."""
    u = (float(a >> 11) + 1.0) * 2.0**-53
    v = float(_mix(a) >> 11) * 2.0**-53
    radius = math.sqrt(-2.0 * math.log(u))
    return radius * math.cos(2.0 * math.pi * v), radius * math.sin(2.0 * math.pi * v)


def _one(a: int, kind: int) -> float:
    """A draw of standard deviation 1, from one scrambled number."""
    if kind == 1:
        u = (float(a >> 11) + 0.5) * 2.0**-53
        return math.copysign(math.log(2.0 * min(u, 1.0 - u)) / math.sqrt(2.0), u - 0.5)
    z, p = _normals(a)
    if kind == 0:
        return z
    q, r = _normals(_mix(_mix(a)))
    return z / math.sqrt(p * p + q * q + r * r)


def draw(seed: int, t: int, dimension: int, sigma: float, kind: int = 0) -> NDArray[np.float64]:
    """The noise (dimension,) of standard deviation sigma added to the gradient of step t = 1, 2...

    kind 0 is normal, 1 Laplace, 2 Student's t with three degrees of freedom. It is drawn by the
    number of steps taken before, t - 1.
    """
    before = _mix(_mix(_mix(seed) ^ 0) ^ (t - 1))
    return np.array([sigma * _one(_mix(before ^ i), kind) for i in range(dimension)])
