"""The compiled loop that keeps of very many runs only how each ended, in the same bits as a run.

Sixty-four runs are stepped together, lane by lane the same operations as one run alone has: no
reordering, no reciprocals, no fused additions. So a map agrees with single runs even where two
starts a rounding apart go different ways.
"""

from __future__ import annotations

import ast
import inspect
import threading
from typing import TYPE_CHECKING, Any

from numba import int64, njit, uint64, void

from . import compile, fuse
from .batch import Settled, settled
from .contract import (
    A1,
    A2,
    A3,
    CURVATURE_ROW,
    GRADIENT_POINTER,
    HESSIAN_POINTER,
    I1,
    OPTIONS,
    PROBLEM,
    STEP_POINTER,
)
from .drivers import length, watch
from .noise import OUTER, fill
from .noise import rows as draw_rows

import numpy as np  # isort: skip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.spec import Landscape, Optimizer

    Array = NDArray[np.float64]

MAX_STEPS, DIVERGED, GRADIENT_NORM, LOSS_CHANGE = range(4)
# Steps between looks at whether to go on.
_LOOK = 1024
_LARGEST = float(np.finfo(np.float64).max)
I2 = int64[:, ::1]
I3 = int64[:, :, ::1]
_KERNELS = (GRADIENT_POINTER, STEP_POINTER)
_REST = (
    STEP_POINTER,
    HESSIAN_POINTER,
    PROBLEM,
    # starts, then initial state, rows that begin at the start, and hyperparameters of both steps
    A3,
    A2,
    I1,
    A2,
    A2,
    I1,
    A2,
    # rates, cycled hyperparameter and its index, plateau, fills of both steps
    A1,
    A1,
    int64,
    A1,
    I1,
    I1,
    # seed, noise and its kind, stopping rules, levels, whether to stop, and what is filled
    uint64,
    A1,
    A1,
    A1,
    I1,
    A2,
    I2,
    I2,
    I3,
)
OUTCOMES, FUSED = void(*_KERNELS, *_REST), void(*_REST)


@njit(OUTCOMES, **OPTIONS)
def outcomes(  # type: ignore[no-untyped-def]
    grad, step, outer, curve, problem, tiles, initial, begun, h_all, initial_outer, begun_outer,
    h_outer_all, rates, cycle, cycled, plateau, fills, fills_outer, seed, noise, rules, levels,
    halt, losses, steps, reasons, first,
):  # fmt: skip
    """Run every tile of starts (M, D, N) to its end and leave there the points at which it ended.

    initial (K, D) is the state before the first step, begun (K,) is 1 for rows that begin at the
    start. h_all (M, H), or (1, H) for all tiles alike, as h_outer_all. noise holds its standard
    deviation and kind, rules bound, gradient norm, loss change and patience. levels (L,) fall;
    first (M, L, N) is the first step at which the loss is not above a level, -1 where it never is.
    losses, steps and reasons (M, N) are those of a run's last row. halt (1,) may be set by another
    thread: then what is filled means nothing. N is 1 where there is a plateau rule, which is one
    run's own.
    """
    d, n = tiles.shape[1], tiles.shape[2]
    x, g, f = np.empty((d, n)), np.empty((d, n)), np.empty(n)
    s = np.empty((initial.shape[0], d, n))
    s_outer = np.empty((initial_outer.shape[0], d, n))
    h, h_outer = np.empty(h_all.shape[1]), np.empty(h_outer_all.shape[1])
    rule = np.empty(plateau.size)
    running, at = np.empty(n, np.int64), np.empty(n, np.int64)
    need, last, still = np.empty(n), np.empty(n), np.empty(n)
    drawn = np.empty((problem[2].shape[0], 1))
    rows, rows_outer = np.empty((s.shape[0], d, 1)), np.empty((s_outer.shape[0], d, 1))
    curved = False
    random = False
    for k in range(fills.size):
        curved = curved or fills[k] == CURVATURE_ROW
        random = random or fills[k] > CURVATURE_ROW
    c = np.empty((d, d, n) if curved else (0, 0, 0))
    bound = min(rules[0], _LARGEST)
    short, change, patience = rules[1], rules[2], rules[3]
    for m in range(tiles.shape[0]):
        for i in range(d):
            for j in range(n):
                x[i, j] = tiles[m, i, j]
                for q in range(s.shape[0]):
                    s[q, i, j] = x[i, j] if begun[q] == 1 else initial[q, i]
                for q in range(s_outer.shape[0]):
                    s_outer[q, i, j] = x[i, j] if begun_outer[q] == 1 else initial_outer[q, i]
        for k in range(h.size):
            h[k] = h_all[m if h_all.shape[0] > 1 else 0, k]
        for k in range(h_outer.size):
            h_outer[k] = h_outer_all[m if h_outer_all.shape[0] > 1 else 0, k]
        for k in range(rule.size):
            rule[k] = plateau[k]
        for j in range(n):
            running[j] = 1
            at[j] = 0
            need[j] = levels[0] if levels.size > 0 else -np.inf
            last[j] = 0.0
            still[j] = 0.0
            for k in range(levels.size):
                first[m, k, j] = -1
        left = n
        for t in range(rates.size + 1):
            if t % _LOOK == 0 and halt[0] != 0:
                return
            if drawn.shape[0] > 0:
                fill(drawn, seed, t, noise[0], int(noise[1]))
                for i in range(d):
                    for j in range(n):
                        problem[2][i, j] = drawn[i, 0]
            grad(problem, x, f, g)
            # how many lanes need a closer look is counted without a branch: vector code
            wild = 0
            for j in range(n):
                tame = (abs(f[j]) <= bound) & (f[j] > need[j])
                wild += 1 - int(tame)
            for i in range(d):
                for j in range(n):
                    wild += 1 - int(abs(x[i, j]) <= _LARGEST)
            if wild > 0 or short > 0.0 or change > 0.0 or t == rates.size:
                for j in range(n):
                    if running[j] == 0:
                        continue
                    reason = -1
                    if t == rates.size:
                        reason = MAX_STEPS
                    if change > 0.0:
                        if t > 0 and abs(f[j] - last[j]) < change:
                            still[j] += 1.0
                        else:
                            still[j] = 0.0
                        last[j] = f[j]
                        if still[j] >= patience:
                            reason = LOSS_CHANGE
                    if short > 0.0 and length(g, j) < short:
                        reason = GRADIENT_NORM
                    lost = not abs(f[j]) <= bound
                    for i in range(d):
                        lost = lost or not abs(x[i, j]) <= _LARGEST
                    if lost:
                        reason = DIVERGED
                    else:
                        while at[j] < levels.size and f[j] <= levels[at[j]]:
                            first[m, at[j], j] = t
                            at[j] += 1
                        need[j] = levels[at[j]] if at[j] < levels.size else -np.inf
                    if reason >= 0:
                        running[j] = 0
                        left -= 1
                        need[j] = -np.inf
                        losses[m, j] = f[j]
                        steps[m, j] = t
                        reasons[m, j] = reason
                        for i in range(d):
                            tiles[m, i, j] = x[i, j]
            if left == 0:
                break
            if curved:
                curve(problem[1], x, c)
                row = 0
                for q in range(fills.size):
                    if fills[q] == CURVATURE_ROW:
                        for i in range(d):
                            for j in range(n):
                                s[q, i, j] = c[row, i, j]
                        for j in range(n):
                            s[q, row, j] += 2.0 * problem[3][1]
                        row += 1
            if random:
                draw_rows(rows, fills, seed, t)
                for q in range(fills.size):
                    if fills[q] > CURVATURE_ROW:
                        for i in range(d):
                            for j in range(n):
                                s[q, i, j] = rows[q, i, 0]
            if fills_outer.size > 0:
                draw_rows(rows_outer, fills_outer, seed ^ OUTER, t)
                for q in range(fills_outer.size):
                    if fills_outer[q] > CURVATURE_ROW:
                        for i in range(d):
                            for j in range(n):
                                s_outer[q, i, j] = rows_outer[q, i, 0]
            lr = rates[t]
            before = f[0]
            if rule.size > 0:
                lr = min(lr, rule[8])
            if cycle.size > 0:
                h[cycled] = cycle[t]
            step(grad, problem, x, f, g, s, h, lr, t + 1)
            if h_outer.size > 0:
                outer(grad, problem, x, f, g, s_outer, h_outer, lr, t + 1)
            if rule.size > 0:
                watch(rule, before, t + 1)


run = compile.entry(compile.register(outcomes))

_TEMPLATE = '''"""Generated from {pair}. Safe to delete."""

from math import *

import numpy as np
from numba import int64, njit, void

from explorer.engine.contract import CURVATURE_ROW, OPTIONS
from explorer.engine.drivers import length, watch
from explorer.engine.noise import OUTER, fill
from explorer.engine.noise import rows as draw_rows
from explorer.engine.outcomes import DIVERGED, FUSED, GRADIENT_NORM, LOSS_CHANGE, MAX_STEPS
from explorer.engine.outcomes import _LARGEST, _LOOK

INLINE = {{"error_model": "numpy", "forceinline": True}}


@njit(**INLINE)
{gradient}

grad = gradient


@njit(**INLINE)
{step}


@njit(FUSED, **OPTIONS)
{driver}
'''
_lock = threading.Lock()
_made: dict[tuple[Any, ...], Any] = {}


def generate(landscape: Landscape, optimizer: Optimizer, h: Array, lanes: int) -> str:
    """The source of the loop with one pair's kernels put into it, for tiles so wide.

    It takes no penalty, noise or clipping: a step's gradients are the landscape's own.
    """
    gradient = fuse.definition(landscape.gradient)
    gradient.name = "gradient"
    step = fuse.definition(optimizer.step)
    step.name = "step"
    step.args.args = step.args.args[1:]  # `grad` is the module's own
    step = Settled(settled(optimizer, h)).visit(step)
    driver = ast.parse(inspect.getsource(outcomes.py_func)).body[0]
    assert isinstance(driver, ast.FunctionDef)
    driver.decorator_list, driver.body = [], driver.body[1:]
    driver.args.args = driver.args.args[2:]
    text = ast.unparse(ast.fix_missing_locations(driver))
    for here, there in (
        ("grad(problem, x, f, g)", "gradient(problem[1], x, f, g)"),
        ("    step(grad, problem, ", "    step(problem[1], "),
        ("outer(grad, problem, x, f, g, s_outer, h_outer, lr, t + 1)", "pass"),
        ("(tiles.shape[1], tiles.shape[2])", f"({landscape.dimension}, {lanes})"),
    ):
        if text.count(here) != 1:
            raise AssertionError(here)
        text = text.replace(here, there)
    return _TEMPLATE.format(
        pair=f"{optimizer.key} and {landscape.key}",
        gradient=ast.unparse(ast.fix_missing_locations(gradient)),
        step=ast.unparse(ast.fix_missing_locations(step)),
        driver=text,
    )


def fused(landscape: Landscape, optimizer: Optimizer, h: Array, lanes: int) -> Any:
    """The compiled loop of one pair: `run` without its first two arguments, some times as fast.

    The choices among the hyperparameters h (H,) are those of all runs.
    """
    chosen = settled(optimizer, h)
    key = landscape.gradient, landscape.dimension, optimizer.step, *chosen.items(), lanes
    with _lock:
        if key not in _made:
            text = generate(landscape, optimizer, h, lanes)
            # what it calls of other files is part of what its name is made of
            text += "".join(
                f"# {line}\n"
                for used in (length, watch, fill, draw_rows)
                for line in inspect.getsource(used.py_func).splitlines()
            )
            path = fuse.write(text, f"outcomes_{optimizer.key}_{landscape.key}")
            _made[key] = compile.entry(compile.register(fuse.load(path).outcomes))
        return _made[key]
