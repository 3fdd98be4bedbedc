"""exp, tanh, cos and sin as polynomials: plain arithmetic, which becomes vector code.

For models and pictures, where a million points are sampled: a run on a landscape uses the C
library's own. After Cody and Waite (1980). Errors, against the C library: exp 4e-16 and tanh
6e-16 relative; cos and sin 3e-16 absolute for arguments up to a hundred, growing with the
argument as its own last digit does.
"""

from __future__ import annotations

import math
from typing import Any

from . import contract  # noqa: F401  (chooses the cache folder before numba is imported)

from llvmlite import ir  # isort: skip
from numba import float64, njit  # isort: skip
from numba.extending import intrinsic  # isort: skip

# Without "reassoc", which would undo the rounding to a whole number by adding and taking away, and
# without "nnan" and "ninf": a landscape may have holes.
FAST = {"contract", "nsz", "arcp"}
INLINE = {"error_model": "numpy", "forceinline": True, "fastmath": FAST}
# Adding this rounds to a whole number, which is then in the last bits: 1.5 times 2**52.
_MAGIC = 6755399441055744.0
_LOG2E = 1.4426950408889634
# log 2 in two parts, the first with zeros at its end, so that products with it are exact
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
_E = tuple(1 / math.factorial(n) for n in range(14))
# (2**r - 1) / r for |r| up to a half, by interpolation at Chebyshev's points: 5e-17 relative
_P = (
    0.6931471805599453, 0.24022650695910097, 0.0555041086648216, 0.009618129107606888,
    0.0013333558146416936, 0.0001540353044173605, 1.525273382983612e-05, 1.321544258792169e-06,
    1.0178062445845774e-07, 7.072585949269223e-09, 4.4549605981865186e-10,
)  # fmt: skip
_C = tuple((-1) ** n * math.pi ** (2 * n) / math.factorial(2 * n) for n in range(12))


@intrinsic
def _power_of_two(_context: Any, t: Any) -> Any:
    """2**k from t = k + _MAGIC."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], ir.IntType(64))
        bits = builder.shl(bits, ir.Constant(ir.IntType(64), 52))
        bits = builder.add(bits, ir.Constant(ir.IntType(64), 1023 << 52))
        return builder.bitcast(bits, ir.DoubleType())

    return float64(t), generate


@intrinsic
def _odd_negative(_context: Any, t: Any, value: Any) -> Any:
    """Give value, negated when k is odd, from t = k + _MAGIC."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(64)
        sign = builder.shl(builder.bitcast(arguments[0], whole), ir.Constant(whole, 63))
        flipped = builder.xor(builder.bitcast(arguments[1], whole), sign)
        return builder.bitcast(flipped, ir.DoubleType())

    return float64(t, value), generate


@njit(**INLINE)
def exp(x):  # type: ignore[no-untyped-def]
    """E to the x; 0 below -708, the largest number there is above 709."""
    # comparisons that let nan through
    x = 709.0 if x > 709.0 else (-708.0 if x < -708.0 else x)
    t = x * _LOG2E + _MAGIC
    k = t - _MAGIC
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = _E[13]
    p = p * r + _E[12]
    p = p * r + _E[11]
    p = p * r + _E[10]
    p = p * r + _E[9]
    p = p * r + _E[8]
    p = p * r + _E[7]
    p = p * r + _E[6]
    p = p * r + _E[5]
    p = p * r + _E[4]
    p = p * r + _E[3]
    p = p * r + _E[2]
    p = p * r * r + r
    scale = _power_of_two(t)
    return scale * p + scale


@njit(**INLINE)
def tanh(x):  # type: ignore[no-untyped-def]
    """The hyperbolic tangent of x: (e - 1) / (e + 1) for e to the 2 x."""
    # beyond 20 it is one; comparisons that let nan through
    x = 20.0 if x > 20.0 else (-20.0 if x < -20.0 else x)
    t = x * (2 * _LOG2E) + _MAGIC
    k = t - _MAGIC
    r = x * (2 * _LOG2E) - k
    p = _P[10]
    p = p * r + _P[9]
    p = p * r + _P[8]
    p = p * r + _P[7]
    p = p * r + _P[6]
    p = p * r + _P[5]
    p = p * r + _P[4]
    p = p * r + _P[3]
    p = p * r + _P[2]
    p = p * r + _P[1]
    p = p * r + _P[0]
    scale = _power_of_two(t)
    # one taken from the whole power, so that nothing is lost where x is small
    less = scale * (p * r) + (scale - 1.0)
    return less / (less + 2.0)


@njit(**INLINE)
def _cos_pi(u):  # type: ignore[no-untyped-def]
    """The cosine of pi times u."""
    t = u + _MAGIC
    r = u - (t - _MAGIC)
    z = r * r
    p = _C[11]
    p = p * z + _C[10]
    p = p * z + _C[9]
    p = p * z + _C[8]
    p = p * z + _C[7]
    p = p * z + _C[6]
    p = p * z + _C[5]
    p = p * z + _C[4]
    p = p * z + _C[3]
    p = p * z + _C[2]
    p = p * z + _C[1]
    p = p * z + _C[0]
    return _odd_negative(t, p)


@njit(**INLINE)
def cos(x):  # type: ignore[no-untyped-def]
    """The cosine of x in radians."""
    return _cos_pi(x * (1 / math.pi))


@njit(**INLINE)
def sin(x):  # type: ignore[no-untyped-def]
    """The sine of x in radians."""
    return _cos_pi(x * (1 / math.pi) - 0.5)
