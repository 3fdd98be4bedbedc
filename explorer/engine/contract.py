"""The shapes that kernels and drivers agree on: the one place where they are written down.

x (D, N) points   f (N,) losses   g (D, N) gradients   c (D, D, N) Hessians
s (K, D, N) optimizer state   h (H,) hyperparameters   lr, t scalars
The last axis is the run: one run is N = 1. All arrays are C-contiguous float64.

SOURCE is what a loss is made of: parameters (P,), data (M, F), targets (M, O), this step's rows
(B,), configuration integers (C,) for modes and random keys, buffers (Q, N). Empty where there is
none. A landscape reads only the parameters.

PROBLEM is what a step hands on to its gradient: the loss kernel's pointer, its source, this step's
noise (D, N), empty where there is none, and the shape (4,) that the gradient is given: the weights
of the L1 and L2 penalties, and the norm and the value it is clipped at, zero where they are off. So
every gradient an optimizer asks for within one step, at whatever point, comes from the same noise,
as it would from the same mini-batch.

Some rows of the state are filled by the driver before each step: FILL (K,) says with what.
"""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

from . import cache  # noqa: F401  (chooses the folder before numba is imported)

import llvmlite.binding  # isort: skip
from llvmlite.binding import ffi  # isort: skip
from numba import boolean, float64, int64, types, uint64, void  # isort: skip
from numba.core.codegen import JITCPUCodegen  # isort: skip
from numba.experimental import function_type  # isort: skip
from numba.core.errors import NumbaExperimentalFeatureWarning  # isort: skip

# numba tells its listeners of every call into LLVM, some 140 for a kernel from the cache; nobody
# listens, and telling takes a sixth of the loading.
getattr(getattr(ffi.lib, "_lock", None), "_cblist", []).clear()
# And it asks LLVM for the processor's name and features anew for every kernel.
JITCPUCodegen.magic_tuple = functools.cache(JITCPUCodegen.magic_tuple)
llvmlite.binding.get_process_triple = functools.cache(llvmlite.binding.get_process_triple)


def _remembered(find: Callable[[Any, Any], int]) -> Callable[[Any, Any], int]:
    """Where a function of a signature is in memory, looked up once.

    numba looks it up at every call that hands a function over, and hashes the whole signature for
    it: a quarter of a millisecond for a run of 500 steps that takes a tenth of one. It asks with
    the same signature object each time, and ours stay loaded as long as the process.
    """
    known: dict[tuple[int, int], tuple[Any, Any, int]] = {}

    def address(function: Any, signature: Any) -> int:
        key = id(function), id(signature)
        if key not in known:
            known[key] = function, signature, find(function, signature)
        return known[key][2]

    return address


for _name in ("_get_wrapper_address", "_get_jit_address"):
    setattr(function_type, _name, _remembered(getattr(function_type, _name)))

# Function pointers are "experimental" in name: they have been in numba since 2020 and this
# engine's tests cover what it uses of them.
warnings.filterwarnings("ignore", category=NumbaExperimentalFeatureWarning)

if TYPE_CHECKING:
    from collections.abc import Callable

A1, A2, A3, A4 = (types.Array(float64, n, "C") for n in (1, 2, 3, 4))
I1 = types.Array(int64, 1, "C")
U1, U2 = (types.Array(types.uint32, n, "C") for n in (1, 2))

SOURCE = types.Tuple((A1, A2, A2, I1, I1, A2))
LOSS = void(SOURCE, A2, A1, A2)
LOSS_POINTER = types.FunctionType(LOSS)
HESSIAN = void(SOURCE, A2, A3)
HESSIAN_POINTER = types.FunctionType(HESSIAN)
PROBLEM = types.Tuple((LOSS_POINTER, SOURCE, A2, A1))
GRADIENT = void(PROBLEM, A2, A1, A2)
GRADIENT_POINTER = types.FunctionType(GRADIENT)
STEP = void(GRADIENT_POINTER, PROBLEM, A2, A1, A2, A3, A1, float64, int64)
STEP_POINTER = types.FunctionType(STEP)
# What the driver fills rows of the state with.
NOTHING, CURVATURE_ROW, NORMAL, UNIFORM = range(4)
# grad, step, outer step, curvature, problem, x, then state and hyperparameters of both steps,
RECORD = void(
    GRADIENT_POINTER,
    STEP_POINTER,
    STEP_POINTER,
    HESSIAN_POINTER,
    PROBLEM,
    A2,
    A3,
    A1,
    A3,
    A1,
    # rates, cycled hyperparameter and its index, plateau, fills, t0, seed, noise and its kind,
    A1,
    A1,
    int64,
    A1,
    I1,
    I1,
    int64,
    uint64,
    float64,
    int64,
    # whether steps are taken flat, batches, which rows are kept, and the rows to be filled:
    # points, loss, norm, state, outer state, running statistics
    boolean,
    I1,
    int64,
    A3,
    A2,
    A2,
    A4,
    A4,
    A3,
)
SAMPLE = void(LOSS_POINTER, SOURCE, A1, A1, int64, int64, A2)
CURVATURE = void(HESSIAN_POINTER, SOURCE, A2, A3)
BANDS = void(A2, A1, A1, boolean, float64, A2)
PAINT = void(A2, U1, float64, U2)
# points, joined, radius, inks, dash, begun, near, along, touched, out
F2 = types.Array(types.float32, 2, "C")
STROKE = float64(A2, boolean, float64, A2, A1, float64, F2, F2, types.int32[::1], U2)
# points, shades, joined, stepped, radius, colours, near, along, touched, out
SHADE = void(A2, A1, boolean, boolean, float64, A2, F2, F2, types.int32[::1], U2)

# Division by zero gives inf or nan, as in NumPy; never fastmath, where nan is how divergence shows.
OPTIONS = {"nogil": True, "error_model": "numpy", "cache": True}
# For what is only called through its pointer: what Python would call it by is half of a kernel.
POINTED = {**OPTIONS, "no_cpython_wrapper": True}
