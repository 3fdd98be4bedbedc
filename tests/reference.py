"""The kernels run as the plain Python that they are: no compiler, no engine, one loop.

What the engine makes of the same kernels is held against this.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.plan import memory
from explorer.core.spec import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike, NDArray

    from explorer.core.spec import Hyper, Landscape, Optimizer

    Array = NDArray[np.float64]

# Marks the draws of a wrapper, as the engine does.
OUTER = 0xD1B54A32D192ED03
_EMPTY = (np.zeros((0, 0)), np.zeros((0, 0)), np.zeros(0, np.int64), np.zeros(0, np.int64))


def numbers(hypers: Iterable[Hyper], **given: object) -> Array:
    """The values a kernel is given for some settings (H,), defaults filled in."""
    hypers = tuple(hypers)
    values = settle(hypers, given, "test")
    return np.array([h.number(values[h.name]) for h in hypers], dtype=float)


def source(parameters: ArrayLike) -> tuple[Array, ...]:
    """What a landscape's kernels are given as `problem`."""
    return (np.asarray(parameters, dtype=float), *_EMPTY, np.zeros((0, 0)))


def loss_and_gradient(
    landscape: Landscape, parameters: ArrayLike, x: ArrayLike
) -> tuple[Array, Array]:
    """Losses (N,) and gradients (D, N) at the points x (D, N)."""
    points = np.array(x, dtype=float)
    f, g = np.full(points.shape[1], np.nan), np.full(points.shape, np.nan)
    landscape.gradient(source(parameters), points, f, g)
    return f, g


def curvature(landscape: Landscape, parameters: ArrayLike, x: ArrayLike) -> Array:
    """Hessians (D, D, N) at the points x (D, N)."""
    points = np.array(x, dtype=float)
    c = np.full((points.shape[0], *points.shape), np.nan)
    landscape.hessian(source(parameters), points, c)
    return c


def run_plain(
    optimizer: Optimizer,
    landscape: Landscape,
    parameters: ArrayLike,
    start: ArrayLike,
    rates: ArrayLike,
    hyper: ArrayLike,
    seed: int = 0,
    outer: Optimizer | None = None,
    outer_hyper: ArrayLike = (),
) -> tuple[Array, Array, dict[str, Array]]:
    """Step through all of `rates` (T,): points, losses and states, row 0 before the first step.

    parameters (P,) and hyper (H,) as `numbers` gives them. A start (D,) gives points (T+1, D),
    losses (T+1,) and each state (T+1, D); a start (D, N) adds a last axis, the run. `outer` is a
    wrapper, whose step is taken after the optimizer's; an optimizer that is one itself is taken
    around its usual inner one.
    """
    if optimizer.wraps:
        from explorer.core.catalog import catalog

        inside = catalog().optimizer(optimizer.inner)
        outer, outer_hyper = optimizer, hyper
        optimizer, hyper = inside, numbers(inside.hyper)
    given = np.array(start, dtype=float)
    x = given.reshape(given.shape[0], -1).copy()
    f, g = np.zeros(x.shape[1]), np.zeros(x.shape)
    s, filled, codes = _memory(optimizer, landscape, x)
    h, h_outer = np.asarray(hyper, dtype=float), np.asarray(outer_hyper, dtype=float)
    s_outer, filled_outer, codes_outer = _memory(outer, landscape, x)
    inner = source(parameters)

    def grad(problem: tuple[Callable[..., None], object], q: Array, f: Array, g: Array) -> None:
        problem[0](problem[1], q, f, g)

    problem = (landscape.gradient, inner)
    points, losses, states, states_outer = [], [], [], []
    rates = np.asarray(rates, dtype=float)
    with np.errstate(all="ignore"):
        for t in range(len(rates) + 1):
            grad(problem, x, f, g)
            _fill(s, filled, codes, landscape, inner, x, seed, t)
            _fill(s_outer, filled_outer, codes_outer, landscape, inner, x, seed ^ OUTER, t)
            points.append(x.copy())
            losses.append(f.copy())
            states.append(s.copy())
            states_outer.append(s_outer.copy())
            if t < len(rates):
                optimizer.step(grad, problem, x, f, g, s, h, rates[t], t + 1)
                if outer is not None:
                    outer.step(grad, problem, x, f, g, s_outer, h_outer, rates[t], t + 1)
    shape = given.shape
    return (
        np.array(points).reshape(-1, *shape),
        np.array(losses).reshape(-1, *shape[1:]),
        _named(optimizer, states, shape) | _named(outer, states_outer, shape),
    )


def _memory(
    optimizer: Optimizer | None, landscape: Landscape, x: Array
) -> tuple[Array, list[str], NDArray[np.int64]]:
    """A state (K, D, N) before the first step from x (D, N), and what fills its rows."""
    if optimizer is None:
        return np.zeros((0, *x.shape)), [], np.zeros(0, np.int64)
    kept = [memory(optimizer, landscape, run) for run in x.T]
    filled = [state.fill for state in optimizer.state for _ in range(state.count(len(x)))]
    return np.stack([m.initial for m in kept], axis=2), filled, kept[0].fills


def _named(
    optimizer: Optimizer | None, states: list[Array], shape: tuple[int, ...]
) -> dict[str, Array]:
    """States by name, (T+1, D) or (T+1, rows, D), the run as last axis where there are many."""
    made, row, kept = {}, 0, np.array(states)
    for state in optimizer.state if optimizer is not None else ():
        count = state.count(shape[0])
        rows = kept[:, row : row + count].reshape(-1, count, *shape)
        made[state.name] = rows[:, 0] if state.rows == 1 else rows
        row += count
    return made


def _fill(
    s: Array,
    filled: list[str],
    codes: NDArray[np.int64],
    landscape: Landscape,
    parameters: object,
    x: Array,
    seed: int,
    t: int,
) -> None:
    """Do before step t + 1 what the driver does: curvature by the kernels, random numbers."""
    for kind, kernel in (("hessian", landscape.hessian), ("gauss_newton", landscape.gauss_newton)):
        if kind in filled and kernel is not None:
            c = np.zeros((len(x), *x.shape))
            kernel(parameters, x, c)
            s[filled.index(kind) : filled.index(kind) + len(x)] = c
    if {"normal", "uniform"} & set(filled):
        from explorer.engine.noise import rows

        rows(s, codes, np.uint64(seed), t)


def unpacked(kernel: object, array: str) -> dict[int, str]:
    """The names that a kernel gives to the entries of `array`, by their plain index."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kernel)))  # type: ignore[arg-type]
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        (target,) = node.targets
        pairs = (
            zip(target.elts, node.value.elts, strict=True)
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            else [(target, node.value)]
        )
        for left, right in pairs:
            match right:
                case ast.Subscript(value=given, slice=ast.Constant(value=index)):
                    if ast.unparse(given) == array:
                        found[index] = ast.unparse(left)
    return found
