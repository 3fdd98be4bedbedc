"""Very many points at once: where every start ends, and whole pictures at full resolution.

The kernels of a pair are generated into one loop, as in fuse, over tiles of 64 runs, which the
compiler turns into vector code; slabs of tiles go to a pool of threads, so that progress can be
told and the work cancelled between them.
"""

from __future__ import annotations

import ast
import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from inspect import getsource
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import fuse, vecmath
from .compile import register
from .fields import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.spec import Landscape, Optimizer

Array = NDArray[np.float64]
LANES = 64
# Steps of one run between looks at `cancel`: some tens of milliseconds' work a slab.
SLAB = 8_000_000
_lock = threading.Lock()
_made: dict[tuple[Any, ...], Any] = {}
_asked: set[str] = set()
SOON = 1.0  # seconds until a kernel that only makes pictures finer is compiled

_HEAD = '''"""Generated from {pair}. Safe to delete."""

from math import *

import numpy as np
from numba import int64, njit, void

from explorer.engine.contract import A1, A2, A3, OPTIONS, SOURCE
from explorer.engine.vecmath import FAST, INLINE{fast}


@njit(**INLINE)
{gradient}

'''
_ENDS = """
grad = gradient


@njit(**INLINE)
{step}


@njit(void(SOURCE, A3, A2, A2, A1, A1), fastmath=FAST, **OPTIONS)
def ends(problem, tiles, losses, initial, h, lr):
    x = np.empty(({d}, 64))
    g = np.empty(({d}, 64))
    s = np.empty(({k}, {d}, 64))
    f = np.empty(64)
    for tile in range(tiles.shape[0]):
        for i in range({d}):
            for j in range(64):
                x[i, j] = tiles[tile, i, j]
                for c in range({k}):
                    s[c, i, j] = initial[c, i]
        {powers_start}
        for n in range(lr.size):
            t = n + 1
            {powers_next}
            grad(problem, x, f, g)
            step(problem, x, f, g, s, h, lr[n], t{powers})
        grad(problem, x, f, g)
        for j in range(64):
            losses[tile, j] = f[j]
            for i in range({d}):
                tiles[tile, i, j] = x[i, j]
"""
_SAMPLE = """
@njit(void(SOURCE, A1, A1, A2, int64, int64), fastmath=FAST, **OPTIONS)
def sample(problem, xs, ys, z, low, high):
    n = xs.size
    x = np.empty((2, n))
    f = np.empty(n)
    for i in range(n):
        x[0, i] = xs[i]
    for row in range(low, high):
        y = ys[row]
        for i in range(n):
            x[1, i] = y
        gradient(problem, x, f)
        line = z[row]
        for i in range(n):
            line[i] = f[i]
"""


def settled(optimizer: Optimizer, h: Array) -> dict[int, float]:
    """The hyperparameters (H,) that are choices, by their places."""
    return {i: float(h[i]) for i, spec in enumerate(optimizer.hyper) if spec.choices}


class Settled(ast.NodeTransformer):
    """Puts the present value of every choice into the source, so that no loop has to ask."""

    def __init__(self, values: dict[int, float]) -> None:
        self.values = values

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Replace a choice by its value."""
        match node:
            case ast.Subscript(ast.Name(id="h"), ast.Constant(value=int(index))):
                if index in self.values:
                    return ast.Constant(self.values[index])
        return node


class _NoGradient(ast.NodeTransformer):
    """Leaves out what fills the gradient: a picture needs the loss alone."""

    def _keep(self, node: ast.Assign | ast.AugAssign) -> ast.AST | None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        filled = [isinstance(t, ast.Subscript) and ast.unparse(t.value) == "g" for t in targets]
        return None if any(filled) else node

    visit_Assign = _keep
    visit_AugAssign = _keep


def _made_of(key: tuple[Any, ...], make: Callable[[], tuple[str, str, str]]) -> Any:
    with _lock:
        if key not in _made:
            text, stem, name = make()
            _made[key] = register(getattr(fuse.load(fuse.write(text, stem)), name))
        return _made[key]


def _ends_source(landscape: Landscape, optimizer: Optimizer, h: Array) -> tuple[str, str, str]:
    gradient = fuse.definition(landscape.gradient)
    gradient.name = "gradient"
    step = fuse.definition(optimizer.step)
    step.name = "step"
    step.args.args = step.args.args[1:]
    powers = fuse.Powers({spec.name: i for i, spec in enumerate(optimizer.hyper)})
    step = powers.visit(step)
    step.args.args += [ast.arg(f"{name}_to_t") for name in powers.used]
    step = Settled(settled(optimizer, h)).visit(step)
    first = [f"{name}_to_t = 1.0" for name in powers.used]
    after = [
        f"{name}_to_t = h[{i}] ** t if n % 256 == 0 else {name}_to_t * h[{i}]"
        for name, i in powers.used.items()
    ]
    text = (_HEAD + _ENDS).format(
        pair=f"{optimizer.key} and {landscape.stem}",
        fast="",
        gradient=ast.unparse(ast.fix_missing_locations(gradient)),
        step=ast.unparse(ast.fix_missing_locations(step)),
        d=landscape.dimension,
        k=sum(state.count(landscape.dimension) for state in optimizer.state),
        powers_start="\n        ".join(first) or "pass",
        powers_next="\n            ".join(after) or "pass",
        powers="".join(f", {name}_to_t" for name in powers.used),
    )
    return text, f"ends_{optimizer.key}_{landscape.stem}", "ends"


def ends(
    landscape: Landscape,
    parameters: Array,
    optimizer: Optimizer,
    hyper: Array,
    rates: Array,
    starts: ArrayLike,
    cancel: Callable[[], bool] = lambda: False,
) -> tuple[Array, Array] | None:
    """Where runs from many starts (M, D) end after rates.size steps: points (M, D), losses (M,).

    hyper (H,) as numbers. For plain first-order optimizers: none that asks the driver for
    curvature or random numbers (ValueError). None when cancelled. Results differ from a recorded
    run's by rounding: vector code divides by multiplying and fuses multiplications with additions.
    """
    if any(state.fill or state.initial in ("low", "high") for state in optimizer.state):
        raise ValueError(f"{optimizer.key} needs more than gradients: it cannot be mapped")
    choices = tuple(float(hyper[i]) for i, s in enumerate(optimizer.hyper) if s.choices)
    key = (landscape.gradient, optimizer.step, landscape.dimension, choices)
    kernel = _made_of(key, lambda: _ends_source(landscape, optimizer, hyper))
    given = np.asarray(starts, dtype=float).reshape(-1, landscape.dimension)
    count, d = given.shape
    tiles = np.zeros((-(-count // LANES), d, LANES))
    padded = np.concatenate([given, np.repeat(given[-1:], tiles.shape[0] * LANES - count, axis=0)])
    tiles[:] = padded.reshape(-1, LANES, d).transpose(0, 2, 1)
    losses = np.empty((tiles.shape[0], LANES))
    rows = [float(s.initial) for s in optimizer.state for _ in range(s.count(d))]
    initial = np.repeat(np.array(rows).reshape(-1, 1), d, axis=1)
    made, h, lr = (
        source(parameters, landscape.sheet),
        np.array(hyper, float),
        np.array(rates, float),
    )

    def work(part: slice) -> None:
        if not cancel():
            kernel(made, tiles[part], losses[part], initial, h, lr)

    width = max(1, min(SLAB // (LANES * max(lr.size, 1)), -(-tiles.shape[0] // (2 * cores()))))
    parts = [slice(i, i + width) for i in range(0, tiles.shape[0], width)]
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(work, parts))
    if cancel():
        return None
    points = tiles.transpose(0, 2, 1).reshape(-1, d)[:count]
    return points.copy(), losses.ravel()[:count].copy()


def cores() -> int:
    """How many threads work at a time."""
    return os.cpu_count() or 1


def _sample_source(landscape: Landscape) -> tuple[str, str, str]:
    gradient = fuse.definition(landscape.gradient)
    gradient.name = "gradient"
    gradient.args.args = [a for a in gradient.args.args if a.arg != "g"]
    gradient = _NoGradient().visit(gradient)
    used = {node.id for node in ast.walk(gradient) if isinstance(node, ast.Name)}
    fast = "".join(f", {name}" for name in ("exp", "cos", "sin") if name in used)
    # what is inlined from another file must be part of what the name is made of
    version = f"# {hash_of(getsource(vecmath))}\n" if fast else ""
    text = version + (_HEAD + _SAMPLE).format(
        pair=landscape.stem, fast=fast, gradient=ast.unparse(ast.fix_missing_locations(gradient))
    )
    return text, f"sample_{landscape.stem}", "sample"


def hash_of(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def ready(landscape: Landscape) -> bool:
    """Whether `sample` is compiled for a landscape; if not it soon is, on a thread of its own.

    So that a picture is first drawn the plain way, and nobody waits for a compiler, nor shares the
    interpreter with it while there is that first picture to be shown.
    """
    if (landscape.gradient, "sample") in _made:
        return True
    if landscape.stem not in _asked and landscape.dimension == 2:
        _asked.add(landscape.stem)
        later = threading.Timer(SOON, _sample_kernel, args=(landscape,))
        later.daemon = True
        later.start()
    return False


def _sample_kernel(landscape: Landscape) -> Any:
    return _made_of((landscape.gradient, "sample"), lambda: _sample_source(landscape))


def sample(landscape: Landscape, parameters: Array, xs: Array, ys: Array) -> Array:
    """The loss (ny, nx) at all (xs[i], ys[j]), for pictures of very many points."""
    kernel = _sample_kernel(landscape)
    z = np.empty((ys.size, xs.size))
    made = source(parameters, landscape.sheet)
    edges = np.linspace(0, ys.size, cores() + 1).astype(int).tolist()
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(lambda ends: kernel(made, xs, ys, z, *ends), pairwise(edges)))
    return z
