"""The compiled loops that call kernels through pointers: serial and free of the interpreter lock.

A call through a pointer from Python costs tens of microseconds, so a driver is called for a slice
of steps, never for one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .compile import entry, register
from .contract import (
    CURVATURE,
    CURVATURE_ROW,
    GRADIENT,
    HESSIAN,
    OPTIONS,
    POINTED,
    RECORD,
    SAMPLE,
    STEP,
)
from .noise import OUTER, fill
from .noise import rows as draw_rows

Array = NDArray[np.float64]


@njit(GRADIENT, **OPTIONS)
def evaluate(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The gradient an optimizer is given: loss, penalties, this step's noise, then clipping.

    The L1 penalty's gradient is its sign, zero at zero, as autograd gives it.
    """
    loss, source, noise, shape = problem
    loss(source, x, f, g)
    l1, l2, clip_norm, clip_value = shape[0], shape[1], shape[2], shape[3]
    if l1 > 0.0 or l2 > 0.0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                v = x[i, j]
                f[j] += l1 * abs(v) + l2 * v * v
                g[i, j] += 2.0 * l2 * v
                if v > 0.0:
                    g[i, j] += l1
                elif v < 0.0:
                    g[i, j] -= l1
    if noise.shape[0] > 0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] += noise[i, j]
    if clip_norm > 0.0:
        for j in range(x.shape[1]):
            total = 0.0
            for i in range(x.shape[0]):
                total += g[i, j] * g[i, j]
            # as torch.nn.utils.clip_grad_norm_
            factor = clip_norm / (math.sqrt(total) + 1e-6)
            if factor < 1.0:
                for i in range(x.shape[0]):
                    g[i, j] *= factor
    if clip_value > 0.0:
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                g[i, j] = min(max(g[i, j], -clip_value), clip_value)


@njit(STEP, **POINTED)
def idle(grad, problem, x, f, g, s, h, lr, t):  # type: ignore[no-untyped-def]
    """No outer step."""


@njit(HESSIAN, **POINTED)
def flat(problem, x, c):  # type: ignore[no-untyped-def]
    """No curvature is asked for."""


@njit(nogil=True, error_model="numpy", cache=True)  # as noise.fill
def watch(p, loss, t):  # type: ignore[no-untyped-def]
    """ReduceLROnPlateau after step t: the rate for the next step, as in PyTorch.

    p holds factor, patience, threshold, whether that is absolute, cooldown, min_lr, eps, steps
    between looks; then what is remembered: the rate, the best loss, bad looks, cooldown left.
    """
    factor, patience, threshold, absolute = p[0], p[1], p[2], p[3]
    cooldown, min_lr, eps, every = p[4], p[5], p[6], p[7]
    if t % int(every) != 0:
        return p[8]
    best = p[9]
    better = loss < (best - threshold if absolute > 0.0 else best * (1.0 - threshold))
    if better:
        p[9] = loss
        p[10] = 0.0
    else:
        p[10] += 1.0
    if p[11] > 0.0:
        p[11] -= 1.0
        p[10] = 0.0
    if p[10] > patience:
        new = max(p[8] * factor, min_lr)
        if p[8] - new > eps:
            p[8] = new
        p[11] = cooldown
        p[10] = 0.0
    return p[8]


# as noise.fill; in any order, which is what makes it vector code
@njit(nogil=True, error_model="numpy", cache=True, fastmath={"reassoc"})
def length(g, j):  # type: ignore[no-untyped-def]
    """The norm of column j of g."""
    total = 0.0
    if g.shape[1] == 1:  # then it is known that nothing lies between
        flat = g.reshape(g.size)
        for i in range(flat.size):
            total += flat[i] * flat[i]
    else:
        for i in range(g.shape[0]):
            total += g[i, j] * g[i, j]
    return math.sqrt(total)


@njit(RECORD, **OPTIONS)
def record(  # type: ignore[no-untyped-def]
    grad, step, outer, curve, problem, x, s, h, s_outer, h_outer, lr, cycle, cycled, plateau,
    fills, fills_outer, t0, seed, sigma, kind, flat_step, order, every, points, loss, norm, state,
    state_outer, running,
):  # fmt: skip
    """Run lr.size steps from step t0 and keep every row, of large things one in `every`.

    loss and norm (n, N), where n is lr.size, or one more when the last point is to be looked at;
    points (m, D, N), state (m, R, D, N) of the first R rows of s, and running (m, Q, N), the
    buffers of a model; m = n where `every` is 1. Row k is the point before step t0 + k + 1, with
    the state that step sees; x and s are left as after the last step. order (n * B,), where not
    empty, gives the rows of each step's batch. Where flat_step, which a separable optimizer of one
    run allows, a step sees the parameters as runs. A plateau rule writes into lr.
    """
    f = np.empty(x.shape[1])
    g = np.empty_like(x)
    d = x.shape[0]
    curved = False
    random = False
    for k in range(fills.size):
        curved = curved or fills[k] == CURVATURE_ROW
        random = random or fills[k] > CURVATURE_ROW
    random_outer = fills_outer.size > 0
    c = np.empty((d, d, x.shape[1]) if curved else (0, 0, 0))
    x_flat, points_flat = x.reshape(x.size), points.reshape(points.size)
    s_flat, state_flat = s.reshape(s.size), state.reshape(state.size)
    s_outer_flat = s_outer.reshape(s_outer.size)
    state_outer_flat = state_outer.reshape(state_outer.size)
    x_step, g_step, s_step = x, g, s
    if flat_step:
        x_step, g_step = x.reshape(1, x.size), g.reshape(1, g.size)
        s_step = s.reshape(s.shape[0], 1, x.size)
    held = state.shape[1] * x.size
    batch, config, buffers = problem[1][3], problem[1][4], problem[1][5]
    model = config.shape[0] > 0
    row, since = -1, every - 1
    for k in range(loss.shape[0]):
        since += 1
        kept = since == every
        if kept:
            since = 0
            row += 1
            for q in range(running.shape[1]):
                for j in range(x.shape[1]):
                    running[row, q, j] = buffers[q, j]
        if order.size > 0:
            for b in range(batch.shape[0]):
                batch[b] = order[k * batch.shape[0] + b]
        if model:
            config[0] = t0 + k
            config[2] = 1 if k < lr.size else 0
        if sigma > 0.0:
            fill(problem[2], seed, t0 + k, sigma, kind)
        grad(problem, x, f, g)
        if model:
            config[2] = 0  # what a step asks for besides leaves the running statistics alone
        if curved:
            curve(problem[1], x, c)
            at = 0
            for q in range(fills.size):
                if fills[q] == CURVATURE_ROW:
                    for i in range(d):
                        for j in range(x.shape[1]):
                            s[q, i, j] = c[at, i, j]
                    for j in range(x.shape[1]):
                        s[q, at, j] += 2.0 * problem[3][1]
                    at += 1
        if random:
            draw_rows(s, fills, seed, t0 + k)
        if random_outer:
            draw_rows(s_outer, fills_outer, seed ^ OUTER, t0 + k)
        for j in range(x.shape[1]):
            loss[k, j] = f[j]
            norm[k, j] = length(g, j)
        if kept:
            # parts of their own, so that no index has to be looked at for its sign
            to = points_flat[row * x.size : (row + 1) * x.size]
            for i in range(to.size):
                to[i] = x_flat[i]
            to = state_flat[row * held : (row + 1) * held]
            for i in range(to.size):
                to[i] = s_flat[i]
            to = state_outer_flat[row * s_outer.size : (row + 1) * s_outer.size]
            for i in range(to.size):
                to[i] = s_outer_flat[i]
        if k < lr.size:
            before = f[0]
            if plateau.size > 0:
                lr[k] = min(lr[k], plateau[8])  # the planned rate is lower in a warm-up
            if cycle.size > 0:
                h[cycled] = cycle[k]
            step(grad, problem, x_step, f, g_step, s_step, h, lr[k], t0 + k + 1)
            if h_outer.size > 0:
                outer(grad, problem, x, f, g, s_outer, h_outer, lr[k], t0 + k + 1)
            if plateau.size > 0:
                watch(plateau, before, t0 + k + 1)


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


_QUIET, _PLAIN = np.empty((0, 1)), np.zeros(4)
_evaluate = entry(evaluate)


def look(loss: Any, source: tuple[NDArray[np.generic], ...], x: Array, f: Array, g: Array) -> None:
    """Fill f (N,) and g (D, N) by a loss kernel at x (D, N), with nothing added to it.

    All arrays must be contiguous and of the contract's types: nothing checks them.
    """
    _evaluate((loss, source, _QUIET, _PLAIN), x, f, g)


for _driver in (evaluate, idle, flat, watch, length, record, sample, curvature):
    register(_driver)
