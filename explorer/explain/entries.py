"""The assignments of a kernel in order, without loops, subscripts and branches not taken."""

from __future__ import annotations

import ast
import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from .fold import Bare, constant
from .source import Source, names, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FunctionType

# A node of the source by line and column: what ties a line of the formula to its numbers.
Key = tuple[int, int]
Decisions = frozenset[tuple[Key, bool]]
GRADIENT_AT, TOTAL, TOTAL_SQUARE = "nabla", "total", "total_square"


@dataclass(frozen=True, slots=True)
class Entry:
    """An assignment on its way to a line. scalar: one number for all coordinates."""

    key: Key
    name: str
    value: ast.expr
    scalar: bool = False
    test: ast.expr | None = None


def place(node: ast.AST) -> Key:
    """Where a node stands in its source."""
    return (node.lineno, node.col_offset)  # type: ignore[attr-defined]


def load(name: str) -> ast.expr:
    """A name as an expression."""
    return ast.Name(name, ast.Load())


def call(name: str, value: ast.expr) -> ast.expr:
    """A function of one expression."""
    return ast.Call(load(name), [value], [])


def _joined(tests: list[ast.expr]) -> ast.expr | None:
    return ast.BoolOp(ast.And(), tests) if len(tests) > 1 else tests[0] if tests else None


class Walk:
    """Goes through a kernel's body in order and yields its assignments without their subscripts."""

    def __init__(
        self, source: Source, order: tuple[str, ...], state: tuple[str, ...], taken: Decisions
    ) -> None:
        self.source = source
        self.taken = dict(taken)
        hyper = dict(enumerate(order))
        hyper.update({i: name for name, i in source.hyper.items()})
        states = dict(enumerate(state))
        states.update({i: name for name, i in source.state.items()})
        self.bare = Bare(states, hyper)

    def expression(self, node: ast.expr) -> ast.expr:
        """The expression without subscripts."""
        return cast("ast.expr", self.bare.visit(copy.deepcopy(node)))

    def body(
        self, body: list[ast.stmt], inside: bool = False, tests: tuple[ast.expr, ...] = ()
    ) -> Iterator[Entry]:
        """The entries of some statements. inside: in a loop over the coordinates."""
        for node in body:
            match node:
                case ast.For(target=target):
                    over = isinstance(target, ast.Name) and target.id in self.source.coordinates
                    yield from self.body(node.body, inside or over, tests)
                case ast.While():
                    yield from self.body(node.body, inside, tests)
                case ast.If():
                    yield from self._branch(node, inside, tests)
                case ast.Assign():
                    yield from self._assign(node, inside, tests)
                case ast.AugAssign():
                    yield from self._change(node, inside, tests)
                case ast.Expr(value=ast.Call(func=ast.Name(id="grad"), args=[_, where, _, out])):
                    value = call(GRADIENT_AT, self.expression(where))
                    name = cast("ast.Name", self.expression(out)).id
                    yield Entry(place(node), name, value, test=_joined(list(tests)))

    def _branch(self, node: ast.If, inside: bool, tests: tuple[ast.expr, ...]) -> Iterator[Entry]:
        taken = self.taken.get(place(node))
        if taken is not None:
            yield from self.body(node.body if taken else node.orelse, inside, tests)
            return
        test = self.expression(node.test)
        yield from self.body(node.body, inside, (*tests, test))
        yield from self.body(node.orelse, inside, (*tests, _opposite(test)))

    def _assign(
        self, node: ast.Assign, inside: bool, tests: tuple[ast.expr, ...]
    ) -> Iterator[Entry]:
        for target, value in pairs(node):
            if isinstance(target, ast.Tuple) or _unpacks(value, self.source):
                continue
            bare = cast("ast.Name", self.expression(target)).id
            scalar = isinstance(target, ast.Name) and not inside
            shown = self.expression(value)
            yield Entry(place(target), bare, shown, scalar, _joined(list(tests)))

    def _change(
        self, node: ast.AugAssign, inside: bool, tests: tuple[ast.expr, ...]
    ) -> Iterator[Entry]:
        name = cast("ast.Name", self.expression(node.target)).id
        value = self.expression(node.value)
        key, test = place(node.target), _joined(list(tests))
        if inside and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add):
            yield Entry(key, name, _total(value), True, test)
            return
        if isinstance(node.op, ast.Mult):
            yield Entry(key, name, ast.BinOp(value, node.op, load(name)), test=test)
            return
        if name == "x" and not isinstance(value, ast.Name):
            yield Entry((key[0], -key[1] - 1), "delta", value, test=test)
            value = load("delta")
        scalar = isinstance(node.target, ast.Name) and not inside
        yield Entry(key, name, ast.BinOp(load(name), node.op, value), scalar, test)


def _opposite(test: ast.expr) -> ast.expr:
    flip: dict[type[ast.cmpop], ast.cmpop] = {
        ast.Lt: ast.GtE(), ast.LtE: ast.Gt(), ast.Gt: ast.LtE(), ast.GtE: ast.Lt(),
        ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(),
    }  # fmt: skip
    match test:
        case ast.Compare(left=left, ops=[op], comparators=rights):
            return ast.Compare(left, [flip[type(op)]], rights)
    return ast.UnaryOp(ast.Not(), test)


def _total(value: ast.expr) -> ast.expr:
    match value:
        case ast.BinOp(left=left, op=ast.Pow(), right=two) if constant(two, 2):
            return call(TOTAL_SQUARE, left)
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if ast.dump(left) == ast.dump(right):
            return call(TOTAL_SQUARE, left)
    return call(TOTAL, value)


def _unpacks(value: ast.expr, source: Source) -> bool:
    """Whether an assignment only gives a local name to an array, a setting or a shape."""
    match value:
        case ast.Subscript(value=ast.Name(id="s" | "h" | "problem")):
            return not isinstance(value.slice, ast.Tuple)
        case ast.Subscript(value=ast.Attribute(attr="shape")) | ast.Attribute(attr="shape"):
            return True
    return False


def decide(source: Source, hyper: Mapping[str, float], lr: float | None, t: int) -> Decisions:
    """Which way the branches go that depend on hyperparameters, learning rate and step alone."""
    order = tuple(hyper)
    known: dict[str, object] = {name: hyper[order[i]] for name, i in source.hyper.items()}
    known |= {**hyper, "t": t} | ({} if lr is None else {"lr": lr})
    space = {**cast("FunctionType", source.kernel).__globals__, "h": list(hyper.values())}
    taken: set[tuple[Key, bool]] = set()

    def value(node: ast.expr) -> object:
        if not names(node) <= (source.plain & known.keys()) | {"h"}:
            return None
        try:
            whole = ast.fix_missing_locations(ast.Expression(node))
            code = compile(whole, "<formula>", "eval")
            return cast("object", eval(code, space, known))
        except (ArithmeticError, ValueError):
            return math.nan

    def walk(body: list[ast.stmt]) -> None:
        for node in body:
            match node:
                case ast.If():
                    test = value(node.test)
                    if test is None:
                        walk(node.body)
                        walk(node.orelse)
                    else:
                        taken.add((place(node), bool(test)))
                        walk(node.body if test else node.orelse)
                case ast.For() | ast.While():
                    walk(node.body)
                case ast.Assign():
                    for target, given in pairs(node):
                        if isinstance(target, ast.Name) and target.id in source.plain:
                            known[target.id] = value(given)
                case ast.AugAssign(target=ast.Name(id=name), op=op, value=given):
                    if name in source.plain:
                        known[name] = value(ast.BinOp(load(name), op, given))

    walk(source.definition.body)
    return frozenset(taken)
