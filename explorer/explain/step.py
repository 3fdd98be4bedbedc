"""One step of an optimizer taken again as plain Python, with every assignment written down.

So each line of the formula can show the numbers that went through it, those of local names
included, which no trace holds.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.probe import forgiving, forgiving_globals, source

from .entries import Key, place
from .formula import GIVEN, Line, Rule, lines, rule
from .source import Source, base, first_index, names, pairs, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from explorer.core.spec import Kernel, Landscape, Optimizer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its numbers.

    lines and values go together: values holds a number for each coordinate, one number for a
    scalar line, nan where a condition was not met. loss and gradient (D,) are those the step
    started from, point (D,) and state (K, D) where it led, length how far. outer (K, D) is the
    state of the wrapper, whose lines come last.
    """

    lines: tuple[Line, ...]
    values: tuple[tuple[float, ...], ...]
    loss: float
    gradient: Array
    point: Array
    state: Array
    length: float
    outer: Array


@dataclass(frozen=True, slots=True)
class Wrapper:
    """What is around an optimizer: hyper as numbers by name, state (K, D) before the step."""

    optimizer: Optimizer
    hyper: Mapping[str, float]
    state: Array


class _Log:
    """What happened during one step: values by place and coordinate, names, branches."""

    def __init__(self) -> None:
        self.values: dict[Key, dict[int | None, float]] = {}
        self.last: dict[str, Key] = {}
        self.taken: dict[Key, bool] = {}

    def note(self, line: int, column: int, name: str, coordinate: int | None, value: Any) -> None:
        key = (line, column)
        self.values.setdefault(key, {})[coordinate] = value
        self.last[name] = key

    def vector(self, line: int, column: int, name: str, array: Array) -> None:
        for i in range(array.shape[0]):
            self.note(line, column, name, i, array[i, 0])

    def test(self, line: int, column: int, outcome: Any) -> bool:
        self.taken.setdefault((line, column), bool(outcome))
        return bool(outcome)


class _Instrument(ast.NodeTransformer):
    """Puts a note behind every assignment and around every branch that settings decide."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.loops: list[str] = []

    def visit_For(self, node: ast.For) -> ast.For:
        name = node.target.id if isinstance(node.target, ast.Name) else ""
        self.loops.append(name)
        self.generic_visit(node)
        self.loops.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        self.generic_visit(node)
        if names(node.test) <= self.source.plain | {"h"}:
            node.test = self._call("test", node, [node.test])
        return node

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        notes: list[ast.stmt] = []
        for target, _ in pairs(node):
            element = isinstance(target, ast.Subscript)
            if element or (isinstance(target, ast.Name) and target.id not in self.source.arrays):
                notes.append(self._note(target, self._coordinate(target)))
        return [node, *notes]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        total = isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add)
        after = self._note(node.target, None if total else self._coordinate(node.target))
        if base(node.target) != "x" or isinstance(node.value, ast.Name):
            return [node, after]
        line, column = place(node.target)
        where = (line, -column - 1)
        change = self._note(node.target, self._coordinate(node.target), where, node.value, "delta")
        return [change, node, after]

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt] | ast.Expr:
        match node.value:
            case ast.Call(func=ast.Name(id="grad"), args=[_, _, _, out]):
                note = self._call("vector", node, [ast.Constant(base(out)), out])
                return [node, ast.Expr(note)]
        return node

    def _coordinate(self, target: ast.expr) -> ast.expr | None:
        if isinstance(target, ast.Subscript):
            if base(target) == "s" and isinstance(target.slice, ast.Tuple):
                return target.slice.elts[1]
            return first_index(target)
        return next(
            (ast.Name(n, ast.Load()) for n in self.loops[::-1] if n in self.source.coordinates),
            None,
        )

    def _note(
        self,
        target: ast.expr,
        coordinate: ast.expr | None,
        where: Key | None = None,
        value: ast.expr | None = None,
        name: str = "",
    ) -> ast.Expr:
        load = value or ast.parse(ast.unparse(target), mode="eval").body
        arguments = [ast.Constant(name or base(target)), coordinate or ast.Constant(None), load]
        return ast.Expr(self._call("note", target, arguments, where))

    @staticmethod
    def _call(
        method: str, node: ast.AST, arguments: list[ast.expr], where: Key | None = None
    ) -> ast.Call:
        line, column = where or place(node)
        log = ast.Attribute(ast.Name("_log", ast.Load()), method, ast.Load())
        return ast.Call(log, [ast.Constant(line), ast.Constant(column), *arguments], [])


@lru_cache(maxsize=256)
def _logged(kernel: Kernel) -> Any:
    """The kernel with a log: takes the log first, then the kernel's own arguments."""
    known = read(kernel)
    fresh = ast.parse(ast.unparse(known.definition)).body[0]
    for copied, given in zip(ast.walk(fresh), ast.walk(known.definition), strict=True):
        if "lineno" in given._attributes:
            ast.copy_location(copied, given)
    assert isinstance(fresh, ast.FunctionDef)
    changed = _Instrument(known).visit(fresh)
    changed.args.args.insert(0, ast.arg("_log"))
    space = dict(forgiving_globals(kernel))
    tree = ast.fix_missing_locations(ast.Module([changed], []))
    exec(compile(tree, f"<{known.definition.name}, logged>", "exec"), space)
    return space[known.definition.name]


def explain_step(
    optimizer: Optimizer,
    landscape: Landscape,
    parameters: Sequence[float] | Array,
    x: Sequence[float] | Array,
    s: Sequence[Sequence[float]] | Array,
    hyper: Mapping[str, float],
    lr: float,
    t: int,
    noise: Array | None = None,
    shape: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
    wrapper: Wrapper | None = None,
) -> Step:
    """Take step t = 1, 2, ... from the point x (D,) with state s (K, D) and log all of it.

    parameters (P,) are the landscape's, hyper the optimizer's as numbers, by name; noise (D,) is
    what is added to each of this step's gradients; shape, the weights of the L1 and L2 penalties
    and the norm and value that gradients are clipped at, 0 where off. The step of a `wrapper` is
    taken after the optimizer's.
    """
    problem = source(parameters, landscape.sheet)
    loss = forgiving(landscape.gradient)
    l1, l2, clip_norm, clip_value = shape
    drawn = None if noise is None else np.asarray(noise, dtype=float).reshape(-1, 1)

    def grad(given: Any, q: Array, f: Array, g: Array) -> None:
        loss(given, q, f, g)
        f += l1 * np.abs(q).sum(axis=0) + l2 * (q**2).sum(axis=0)
        g += l1 * np.sign(q) + 2 * l2 * q
        if drawn is not None:
            g += drawn
        if clip_norm > 0:
            g *= min(1.0, clip_norm / (float(np.sqrt((g**2).sum())) + 1e-6))
        if clip_value > 0:
            np.clip(g, -clip_value, clip_value, out=g)

    point = np.array(x, dtype=float).reshape(-1, 1)
    start = point.copy()
    size = point.shape[0]
    state = np.array(s, dtype=float).reshape(-1, size, 1)
    f, g = np.zeros(1), np.zeros((size, 1))
    h = np.array([hyper[spec.name] for spec in optimizer.hyper], dtype=float)
    log, after = _Log(), _Log()
    outer = np.empty((0, size, 1))
    with np.errstate(all="ignore"):
        grad(problem, point, f, g)
        log.vector(*GIVEN, "g", g)
        value, gradient = float(f[0]), g[:, 0].copy()
        rest = np.float64(lr), t
        _logged(optimizer.step)(log, grad, problem, point, f, g, state, h, *rest)
        if wrapper is not None:
            specs = wrapper.optimizer.hyper
            h = np.array([wrapper.hyper[spec.name] for spec in specs], dtype=float)
            outer = np.array(wrapper.state, dtype=float).reshape(-1, size, 1)
            _logged(wrapper.optimizer.step)(after, grad, problem, point, f, g, outer, h, *rest)
        length = float(np.linalg.norm(point - start))
    noisy = noise is not None
    shown = _numbered(rule(optimizer, hyper, noise=noisy), log, size)
    if wrapper is not None:
        shown += _numbered(rule(wrapper.optimizer, wrapper.hyper, noise=noisy), after, size)
    return Step(
        lines=tuple(line for line, _ in shown),
        values=tuple(values for _, values in shown),
        loss=value,
        gradient=gradient,
        point=point[:, 0],
        state=state[:, :, 0],
        length=length,
        outer=outer[:, :, 0],
    )


def _numbered(wanted: Rule, log: _Log, size: int) -> list[tuple[Line, tuple[float, ...]]]:
    """The lines of a rule with their numbers."""
    shown = lines(wanted, frozenset(log.taken.items()))
    return [(line, _values(line, log, size)) for line in shown]


def _values(line: Line, log: _Log, size: int) -> tuple[float, ...]:
    key = log.last.get(line.name, line.key) if line.key[0] < 0 else line.key
    found = log.values.get(key, {})
    if None in found:
        return (float(found[None]),)
    return tuple(float(found.get(i, math.nan)) for i in range(size))
