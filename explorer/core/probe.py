"""Looks at a landscape at one point: the plain kernels themselves, no compiler, some microseconds.

Kernels are compiled with NumPy's rules for numbers (1/0 is inf, the root of -1 is nan) and plain
Python raises instead; `forgiving` gives a kernel the compiled rules.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from .experiment import Penalty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .spec import Kernel, Landscape, Stability

Array = NDArray[np.float64]
Source = tuple[Array, Array, Array, NDArray[np.int64], NDArray[np.int64], Array]
NO_PENALTY = Penalty()


@dataclass(frozen=True, slots=True)
class Probe:
    """A loss at a point: value, gradient (D,), hessian (D, D), its eigenvalues (D,), ascending.

    The penalty, where there is one, is part of all of them. Eigenvalues are nan where the Hessian
    is not finite.
    """

    value: float
    gradient: Array
    hessian: Array
    eigenvalues: Array


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: float) -> Any:
        try:
            result = function(*args)
        except OverflowError:
            result = math.inf
        except ValueError:
            pole = function in _LOGARITHMS and args[0] == 0
            result = -math.inf if pole else math.nan
        # a NumPy number, so that what is done with it follows NumPy's rules too
        return np.float64(result) if isinstance(result, float) else result

    return call


_LOGARITHMS = {math.log, math.log2, math.log10}
_MATH = {
    name: _guarded(member)
    for name, member in vars(math).items()
    if isinstance(member, BuiltinFunctionType) and not name.startswith("_")
}


def forgiving_globals(kernel: Kernel) -> dict[str, Any]:
    """The names a kernel sees, with the functions of `math` following NumPy's rules."""
    return _globals(kernel) if _is_lasting(kernel) else _globals.__wrapped__(kernel)


def _is_lasting(kernel: Kernel) -> bool:
    """Whether a kernel is a module's.

    One that was made for a training holds all of it, and so would a cache that holds the kernel.
    """
    function = cast("FunctionType", kernel)
    return function.__globals__.get(function.__name__) is function


@lru_cache(maxsize=512)
def _globals(kernel: Kernel) -> dict[str, Any]:
    given = cast("FunctionType", kernel).__globals__
    ours = {n: _MATH[v.__name__] for n, v in given.items() if _is_math(v)}
    return {**given, **ours}


def _is_math(value: object) -> bool:
    return isinstance(value, BuiltinFunctionType) and vars(math).get(value.__name__) is value


def forgiving(kernel: Kernel) -> Kernel:
    """The kernel as plain Python that never raises over a number."""
    return _forgiving(kernel) if _is_lasting(kernel) else _forgiving.__wrapped__(kernel)


@lru_cache(maxsize=512)
def _forgiving(kernel: Kernel) -> Kernel:
    function = cast("FunctionType", kernel)
    return FunctionType(function.__code__, forgiving_globals(kernel), function.__name__)


def source(parameters: Sequence[float] | Array, sheet: Array | None = None) -> Source:
    """What a landscape's kernels read: its parameters (P,), and its sheet or empty data."""
    nothing = np.empty((0, 0))
    whole = np.empty(0, dtype=np.int64)
    data = nothing if sheet is None else sheet
    return (np.asarray(parameters, dtype=float), data, nothing, whole, whole, nothing)


def probe(
    landscape: Landscape,
    parameters: Sequence[float] | Array,
    point: Sequence[float] | Array,
    penalty: Penalty = NO_PENALTY,
) -> Probe:
    """The loss, gradient and curvature of a landscape with parameters (P,) at a point (D,).

    The gradient of |x| is its sign and zero at zero, as autograd gives it; its curvature is zero.
    """
    problem = source(parameters, landscape.sheet)
    x = np.array(point, dtype=float).reshape(-1, 1)
    size = x.shape[0]
    f, g, c = np.zeros(1), np.zeros((size, 1)), np.zeros((size, size, 1))
    with np.errstate(all="ignore"):
        forgiving(landscape.gradient)(problem, x, f, g)
        forgiving(landscape.hessian)(problem, x, c)
        if penalty != NO_PENALTY:
            f += weight(penalty, x.T)
            g += penalty.l1 * np.sign(x) + 2 * penalty.l2 * x
            c[:, :, 0] += 2 * penalty.l2 * np.eye(size)
    hessian = c[:, :, 0]
    return Probe(float(f[0]), g[:, 0], hessian, eigenvalues(hessian))


def losses(
    landscape: Landscape,
    parameters: Sequence[float] | Array,
    points: Array,
    penalty: Penalty = NO_PENALTY,
) -> Array:
    """The losses (n,) at points (n, D), penalty included."""
    x = np.array(points, dtype=float).T.copy()
    f, g = np.zeros(x.shape[1]), np.zeros_like(x)
    with np.errstate(all="ignore"):
        forgiving(landscape.gradient)(source(parameters, landscape.sheet), x, f, g)
        return f + weight(penalty, points) if penalty != NO_PENALTY else f


def weight(penalty: Penalty, points: Array) -> Array:
    """The penalty alone (n,) at points (n, D)."""
    made: Array = penalty.l1 * np.abs(points).sum(axis=1) + penalty.l2 * (points**2).sum(axis=1)
    return made


def eigenvalues(matrix: Array) -> Array:
    """The eigenvalues of a symmetric matrix (D, D), ascending; nan where it is not finite."""
    if matrix.shape == (2, 2):
        a, b, d = float(matrix[0, 0]), float(matrix[0, 1]), float(matrix[1, 1])
        spread = math.hypot((a - d) / 2, b)
        low, high = (a + d) / 2 - spread, (a + d) / 2 + spread
        # the smaller in size from the determinant where the difference would cancel
        big = high if abs(high) >= abs(low) else low
        if math.isfinite(big) and big != 0:
            small = a * (d / big) - b * (b / big)
            low, high = sorted((small, big))
        return np.array([low, high]) if math.isfinite(big) else np.full(2, math.nan)
    if not np.isfinite(matrix).all():
        return np.full(matrix.shape[0], math.nan)
    return np.asarray(np.linalg.eigvalsh(matrix), dtype=float)


@dataclass(frozen=True, slots=True)
class Edge:
    """How far a rate is from its limit: value = lr·λmax(P⁻¹(H + shift·I)), stable below limit."""

    value: float
    limit: float
    formula: str
    scaled: bool
    shifted: bool

    @property
    def stable(self) -> bool:
        """Whether steps of this rate stay bounded on the quadratic that fits here."""
        return self.value < self.limit


def edge(hessian: Array, lr: float, stability: Stability) -> Edge:
    """Compare a learning rate with its limit at a point of Hessian (D, D).

    The value is nan where something is not finite. P⁻¹H has the eigenvalues of the symmetric
    P^-1/2 H P^-1/2.
    """
    whole = hessian + stability.shift * np.eye(len(hessian))
    if stability.scale:
        with np.errstate(all="ignore"):
            root = 1.0 / np.sqrt(np.array(stability.scale))
            whole = whole * root[:, None] * root[None, :]
    return Edge(
        value=lr * float(eigenvalues(whole)[-1]),
        limit=stability.limit,
        formula=stability.formula,
        scaled=bool(stability.scale),
        shifted=stability.shift != 0,
    )
