"""The compiled loops that call kernels through pointers: serial and free of the interpreter lock.

A call through a pointer from Python costs tens of microseconds, so a driver is called for a slice
of steps, never for one.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .compile import register
from .contract import CURVATURE, GRADIENT, OPTIONS, RECORD, SAMPLE
from .noise import fill


@njit(GRADIENT, **OPTIONS)
def evaluate(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The gradient an optimizer is given: the loss kernel's, and this step's noise."""
    loss, source, noise = problem
    loss(source, x, f, g)
    if noise.shape[0] > 0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += noise[i, j]


@njit(RECORD, **OPTIONS)
def record(  # type: ignore[no-untyped-def]
    grad, step, problem, x, s, h, lr, t0, seed, sigma, points, loss, norm, state
):
    """Run lr.size steps from step t0 and keep every row.

    points (n, D, N), loss and norm (n, N), state (n, K, D, N), where n is lr.size, or one more
    when the last point is to be looked at. Row k is the point before step t0 + k + 1; x and s are
    left as after the last step.
    """
    f = np.empty(x.shape[1])
    g = np.empty_like(x)
    for k in range(points.shape[0]):
        if sigma > 0.0:
            fill(problem[2], seed, t0 + k, sigma)
        grad(problem, x, f, g)
        for j in range(x.shape[1]):
            total = 0.0
            for i in range(x.shape[0]):
                total += g[i, j] * g[i, j]
                points[k, i, j] = x[i, j]
            loss[k, j] = f[j]
            norm[k, j] = math.sqrt(total)
        for c in range(s.shape[0]):
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    state[k, c, i, j] = s[c, i, j]
        if k < lr.size:
            step(grad, problem, x, f, g, s, h, lr[k], t0 + k + 1)


@njit(SAMPLE, **OPTIONS)
def sample(loss, source, xs, ys, low, high, z):  # type: ignore[no-untyped-def]
    """Fill rows low to high of z (ny, nx) with the loss at (xs[i], ys[j]).

    The landscape has one dimension where ys is empty.
    """
    n = xs.size
    d = 2 if ys.size > 0 else 1
    x = np.empty((d, n))
    f = np.empty(n)
    g = np.empty((d, n))
    for row in range(low, high):
        for i in range(n):
            x[0, i] = xs[i]
            if d == 2:
                x[1, i] = ys[row]
        loss(source, x, f, g)
        for i in range(n):
            z[row, i] = f[i]


@njit(CURVATURE, **OPTIONS)
def curvature(hessian, source, x, c):  # type: ignore[no-untyped-def]
    """Fill c (D, D, N) with the Hessians at x (D, N)."""
    hessian(source, x, c)


for _driver in (evaluate, record, sample, curvature):
    register(_driver)
