"""Fuses one landscape and one optimizer into a single compiled loop, for very long recorded runs.

Calls through pointers cost about as much as five steps of Adam when there is only one run. The
source of the pair's loop is generated from the kernels' own sources into the cache folder, under
a name made of a hash of all that went into it, so a stale one can never be used, and compiled like
any other module (numba's disk cache finds it again). Two liberties are taken. `beta**t` of a
hyperparameter, which a loop computes anew each step at the price of everything else together, is
multiplied up from step to step and taken afresh every 256 steps. And numbers divided by the same
divisor may be multiplied by its reciprocal. Results differ by a few ulp.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import inspect
import math
import os
import re
import sys
import textwrap
import threading
from typing import TYPE_CHECKING, Any, cast

import numba

from . import cache as cache_folder
from .compile import register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FunctionType

    from explorer.core.spec import Landscape, Optimizer

# From this many steps on, the time saved is worth the half second of a first compilation.
WORTH = 300_000
_lock = threading.Lock()
_NO_NAME = re.compile(r"\W+")
# Loops by what they are made of: generating a source again takes as long as 50,000 steps.
_made: dict[tuple[Any, ...], Any] = {}

_TEMPLATE = '''"""Generated from {pair}. Safe to delete."""

from math import *

import numpy as np
from numba import int64, njit, void

from explorer.engine.contract import A1, A2, A3, A4, OPTIONS, SOURCE

INLINE = {{"error_model": "numpy", "forceinline": True, "fastmath": {{"arcp"}}}}


@njit(**INLINE)
{gradient}

grad = gradient


@njit(**INLINE)
{step}


@njit(void(SOURCE, A2, A3, A1, A1, int64, A3, A2, A2, A4), fastmath={{"arcp"}}, **OPTIONS)
def record(problem, x0, s0, h, lr, t0, points, loss, norm, state):
    x = np.empty(({d}, 1))
    s = np.empty(({k}, {d}, 1))
    f = np.empty(1)
    g = np.empty(({d}, 1))
    for i in range({d}):
        x[i, 0] = x0[i, 0]
        for c in range({k}):
            s[c, i, 0] = s0[c, i, 0]
    {powers_start}
    for n in range(points.shape[0]):
        grad(problem, x, f, g)
        total = 0.0
        for i in range({d}):
            total += g[i, 0] * g[i, 0]
            points[n, i, 0] = x[i, 0]
            for c in range({k}):
                state[n, c, i, 0] = s[c, i, 0]
        loss[n, 0] = f[0]
        norm[n, 0] = sqrt(total)
        if n < lr.size:
            t = t0 + n + 1
            {powers_next}
            step(problem, x, f, g, s, h, lr[n], t{powers})
    for i in range({d}):
        x0[i, 0] = x[i, 0]
        for c in range({k}):
            s0[c, i, 0] = s[c, i, 0]
'''


class Powers(ast.NodeTransformer):
    """Replaces `name ** t` by an argument that the driver keeps up to date."""

    def __init__(self, hyper: dict[str, int]) -> None:
        self.hyper = hyper
        self.used: dict[str, int] = {}

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Replace a power of a hyperparameter."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.Name(id=name), ast.Pow(), ast.Name(id="t")) if name in self.hyper:
                self.used[name] = self.hyper[name]
                return ast.Name(f"{name}_to_t", ast.Load())
        return node


def definition(kernel: Callable[..., None]) -> ast.FunctionDef:
    """The kernel's own source as a tree, checked to need nothing but mathematics."""
    function = cast("FunctionType", kernel)
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if value is not None and value is not getattr(math, name, None):
            raise TypeError(f"kernel {function.__qualname__} uses {name}, which is not from math")
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:]
    return definition


def generate(landscape: Landscape, optimizer: Optimizer) -> str:
    """The source of the fused module."""
    gradient = definition(landscape.gradient)
    gradient.name = "gradient"
    step = definition(optimizer.step)
    step.name = "step"
    step.args.args = step.args.args[1:]  # `grad` is the module's own
    powers = Powers({h.name: i for i, h in enumerate(optimizer.hyper)})
    step = powers.visit(step)
    step.args.args += [ast.arg(f"{name}_to_t") for name in powers.used]
    first = [f"{name}_to_t = h[{i}] ** t0" for name, i in powers.used.items()]
    after = [
        f"{name}_to_t = h[{i}] ** t if n % 256 == 0 else {name}_to_t * h[{i}]"
        for name, i in powers.used.items()
    ]
    return _TEMPLATE.format(
        pair=f"{optimizer.key} and {landscape.stem}",
        gradient=ast.unparse(ast.fix_missing_locations(gradient)),
        step=ast.unparse(ast.fix_missing_locations(step)),
        d=landscape.dimension,
        k=sum(state.count(landscape.dimension) for state in optimizer.state),
        powers_start="\n    ".join(first) or "pass",
        powers_next="\n            ".join(after) or "pass",
        powers="".join(f", {name}_to_t" for name in powers.used),
    )


def write(text: str, stem: str) -> Path:
    """Keep a generated source in the cache folder, under a name made of all that is in it."""
    digest = hashlib.sha256((numba.__version__ + text).encode()).hexdigest()[:16]
    # the key of a landscape may be a formula
    path = cache_folder.folder / "fused" / f"{_NO_NAME.sub('-', stem)[:80]}_{digest}.py"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    return path


def load(path: Path, name: str = "") -> Any:
    """Import a generated module, under its file's name where no other is given."""
    spec = importlib.util.spec_from_file_location(name or path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def record(landscape: Landscape, optimizer: Optimizer) -> Any:
    """The pair's compiled loop.

    It takes source, x, s, h, lr, t0 and the rows to fill: points, loss, norm, state.
    """
    names = tuple(h.name for h in optimizer.hyper)
    pair = landscape.gradient, landscape.dimension, optimizer.step, optimizer.state, names
    with _lock:
        if pair not in _made:
            path = write(generate(landscape, optimizer), f"{optimizer.key}_{landscape.stem}")
            _made[pair] = register(load(path).record)
        return _made[pair]
