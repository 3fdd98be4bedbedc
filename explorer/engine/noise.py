"""Gradient noise by counter: the draw of (seed, run, step, coordinate) is always the same.

Results do not depend on threads, slices or the order of runs, and adding an optimizer to an
experiment never changes another's noise: all runs of one index see the same draws.
"""

from __future__ import annotations

import math

from numpy import uint64

from .compile import register

from numba import njit  # isort: skip


# splitmix64 (Steele, Lea and Flood 2014): a bijective scrambling of 64 bits.
_GAMMA = uint64(0x9E3779B97F4A7C15)
_M1 = uint64(0xBF58476D1CE4E5B9)
_M2 = uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = uint64(30), uint64(27), uint64(31), uint64(11)


@njit("uint64(uint64)", forceinline=True, error_model="numpy")
def mix(z):  # type: ignore[no-untyped-def]
    """Scramble 64 bits."""
    z = z + _GAMMA
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit("void(float64[:, ::1], uint64, int64, float64)", nogil=True, error_model="numpy", cache=True)
def fill(e, seed, t, sigma):  # type: ignore[no-untyped-def]
    """Fill e (D, N) with normal draws of standard deviation sigma for step t (Box-Muller)."""
    for i in range(e.shape[0]):
        for j in range(e.shape[1]):
            a = mix(mix(mix(mix(seed) ^ uint64(j)) ^ uint64(t)) ^ uint64(i))
            b = mix(a)
            # u in (0, 1], so that its logarithm is finite
            u = (float(a >> _S11) + 1.0) * 2.0**-53
            v = float(b >> _S11) * 2.0**-53
            e[i, j] = sigma * math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


register(fill)
