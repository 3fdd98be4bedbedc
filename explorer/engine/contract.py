"""The shapes that kernels and drivers agree on: the one place where they are written down.

x (D, N) points   f (N,) losses   g (D, N) gradients   c (D, D, N) Hessians
s (K, D, N) optimizer state   h (H,) hyperparameters   lr, t scalars
The last axis is the run: one run is N = 1. All arrays are C-contiguous float64.

SOURCE is what a loss is made of: parameters (P,), data (M, F), targets (M, O), this step's rows
(B,), configuration integers (C,) for modes and random keys, buffers (Q, N). Empty where there is
none. A landscape reads only the parameters.

PROBLEM is what a step hands on to its gradient: the loss kernel's pointer, its source and this
step's noise (D, N), empty where there is none. So every gradient an optimizer asks for within one
step, at whatever point, comes from the same noise, as it would from the same mini-batch.
"""

from __future__ import annotations

import warnings

from . import cache  # noqa: F401  (chooses the folder before numba is imported)

from numba import boolean, float64, int64, types, uint64, void  # isort: skip
from numba.core.errors import NumbaExperimentalFeatureWarning  # isort: skip

# Function pointers are "experimental" in name: they have been in numba since 2020 and this
# engine's tests cover what it uses of them.
warnings.filterwarnings("ignore", category=NumbaExperimentalFeatureWarning)

A1, A2, A3, A4 = (types.Array(float64, n, "C") for n in (1, 2, 3, 4))
I1 = types.Array(int64, 1, "C")
U1, U2 = (types.Array(types.uint32, n, "C") for n in (1, 2))

SOURCE = types.Tuple((A1, A2, A2, I1, I1, A2))
LOSS = void(SOURCE, A2, A1, A2)
LOSS_POINTER = types.FunctionType(LOSS)
HESSIAN = void(SOURCE, A2, A3)
HESSIAN_POINTER = types.FunctionType(HESSIAN)
PROBLEM = types.Tuple((LOSS_POINTER, SOURCE, A2))
GRADIENT = void(PROBLEM, A2, A1, A2)
GRADIENT_POINTER = types.FunctionType(GRADIENT)
STEP = void(GRADIENT_POINTER, PROBLEM, A2, A1, A2, A3, A1, float64, int64)
STEP_POINTER = types.FunctionType(STEP)
# grad, step, problem, x, s, h, lr, t0, seed, sigma, and the rows to fill: points, loss, norm, state
RECORD = void(
    GRADIENT_POINTER,
    STEP_POINTER,
    PROBLEM,
    A2,
    A3,
    A1,
    A1,
    int64,
    uint64,
    float64,
    A3,
    A2,
    A2,
    A4,
)
SAMPLE = void(LOSS_POINTER, SOURCE, A1, A1, int64, int64, A2)
CURVATURE = void(HESSIAN_POINTER, SOURCE, A2, A3)
BANDS = void(A2, A1, A1, boolean, float64, A2)
PAINT = void(A2, U1, float64, U2)

# Division by zero gives inf or nan, as in NumPy; never fastmath, where nan is how divergence shows.
OPTIONS = {"nogil": True, "error_model": "numpy", "cache": True}
