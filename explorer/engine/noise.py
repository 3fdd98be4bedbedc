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
# Marks the draws of a wrapper, so that they are not those of what it wraps.
OUTER = uint64(0xD1B54A32D192ED03)
_S30, _S27, _S31, _S11 = uint64(30), uint64(27), uint64(31), uint64(11)


@njit(forceinline=True, error_model="numpy")
def mix(z):  # type: ignore[no-untyped-def]
    """Scramble 64 bits."""
    z = z + _GAMMA
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit(forceinline=True, error_model="numpy")
def normals(a):  # type: ignore[no-untyped-def]
    """Two independent normal draws from one scrambled number (Box-Muller)."""
    # u in (0, 1], so that its logarithm is finite
    u = (float(a >> _S11) + 1.0) * 2.0**-53
    v = float(mix(a) >> _S11) * 2.0**-53
    radius = math.sqrt(-2.0 * math.log(u))
    return radius * math.cos(2.0 * math.pi * v), radius * math.sin(2.0 * math.pi * v)


# Without signatures: whoever calls them has them in its own machine code, so that they need not be
# loaded at a start.
@njit(nogil=True, error_model="numpy", cache=True)
def fill(e, seed, t, sigma, kind):  # type: ignore[no-untyped-def]
    """Fill e (D, N) with draws of standard deviation sigma for step t.

    kind 0 is normal, 1 Laplace, 2 Student's t with three degrees of freedom.
    """
    for i in range(e.shape[0]):
        for j in range(e.shape[1]):
            a = mix(mix(mix(mix(seed) ^ uint64(j)) ^ uint64(t)) ^ uint64(i))
            if kind == 0:
                z, _ = normals(a)
                e[i, j] = sigma * z
            elif kind == 1:
                u = (float(a >> _S11) + 0.5) * 2.0**-53
                # the inverse of the distribution; a Laplace draw of scale b has variance 2 b**2
                size = -math.log(2.0 * min(u, 1.0 - u)) * sigma / math.sqrt(2.0)
                e[i, j] = math.copysign(size, u - 0.5)
            else:
                z, p = normals(a)
                q, r = normals(mix(mix(a)))
                # z / sqrt(chi2 / 3) has variance 3
                e[i, j] = sigma * z / math.sqrt(p * p + q * q + r * r)


@njit(nogil=True, error_model="numpy", cache=True)
def rows(s, fills, seed, t):  # type: ignore[no-untyped-def]
    """Fill the rows of s (K, D, N) that ask for it with standard normal or uniform draws."""
    for k in range(s.shape[0]):
        if fills[k] >= 2:
            for i in range(s.shape[1]):
                for j in range(s.shape[2]):
                    # another stream than the gradient's noise
                    a = mix(mix(mix(seed ^ _M1) ^ uint64(j)) ^ uint64(t))
                    a = mix(mix(a ^ uint64(i)) ^ uint64(k))
                    if fills[k] == 2:
                        z, _ = normals(a)
                        s[k, i, j] = z
                    else:
                        s[k, i, j] = float(a >> _S11) * 2.0**-53


for _filler in (fill, rows):
    register(_filler)
