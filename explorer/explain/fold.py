"""Simplifies an expression where it stays exactly the same number: 0 and 1 vanish."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def constant(node: ast.AST, value: float) -> bool:
    """Whether an expression is that number as written."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and node.value == value
    )


class Fold(ast.NodeTransformer):
    """Puts in the hyperparameters that are 0 or 1 and drops what they make vanish.

    0·a and a + 0 vanish as they do for all finite a.
    """

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = {name: v for name, v in known.items() if v in (0.0, 1.0)}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Put a known 0 or 1 in place of its name."""
        if node.id in self.known:
            return ast.Constant(int(self.known[node.id]))
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Drop + and the sign of zero."""
        self.generic_visit(node)
        if isinstance(node.op, ast.UAdd) or constant(node.operand, 0):
            return node.operand
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Take roots of 0 and 1, and float(a) as a."""
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="float" | "int"), args=[value]):
                return value
            case ast.Call(func=ast.Name(id="sqrt"), args=[value]) if constant(value, 0) or constant(
                value, 1
            ):
                return value
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Read a·copysign(1, v) where v ≠ 0, else 0, as a·sign(v)."""
        self.generic_visit(node)
        match node:
            case ast.IfExp(
                test=ast.Compare(left=value, ops=[ast.NotEq()], comparators=[zero]), orelse=other
            ) if constant(zero, 0) and constant(other, 0):
                return _signed(node.body, value) or node
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Apply the rules of 0 and 1 to each operation."""
        self.generic_visit(node)
        left, right = node.left, node.right
        zero, one = constant(left, 0), constant(left, 1)
        by_zero, by_one = constant(right, 0), constant(right, 1)
        result: ast.expr = node
        match node.op:
            case ast.Add():
                result = right if zero else left if by_zero else node
            case ast.Sub() if by_zero:
                result = left
            case ast.Sub() if zero:
                result = ast.UnaryOp(ast.USub(), right)
            case ast.Sub() if one and by_one:
                result = ast.Constant(0)
            case ast.Mult() if zero or by_zero:
                result = ast.Constant(0)
            case ast.Mult():
                result = right if one else left if by_one else node
            case ast.Div() if by_one:
                result = left
            case ast.Div() if zero:
                result = ast.Constant(0)
            case ast.Pow() if by_one or one:
                result = left
            case ast.Pow() if zero and isinstance(right, ast.Name):
                result = ast.Constant(0)  # a step counter is at least 1
        return result


def _signed(node: ast.expr, value: ast.expr) -> ast.expr | None:
    """A product with its factor copysign(1, value) turned into sign(value), None without one."""
    match node:
        case ast.Call(func=ast.Name(id="copysign"), args=[size, given]) if constant(size, 1):
            if ast.dump(given) == ast.dump(value):
                return ast.Call(ast.Name("sign", ast.Load()), [value], [])
        case ast.BinOp(op=ast.Mult()):
            left, right = _signed(node.left, value), _signed(node.right, value)
            if left is not None or right is not None:
                return ast.BinOp(left or node.left, node.op, right or node.right)
    return None


class Replace(ast.NodeTransformer):
    """Puts expressions in place of names."""

    def __init__(self, table: Mapping[str, ast.expr]) -> None:
        self.table = table

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Look the name up."""
        return self.table.get(node.id, node)


class Bare(ast.NodeTransformer):
    """Takes the subscripts off arrays.

    state, hyper: names by index, for `s[k, i, j]` and `h[k]` that were not given local names.
    """

    def __init__(self, state: Mapping[int, str], hyper: Mapping[int, str]) -> None:
        self.state = state
        self.hyper = hyper

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace an element by its array's name."""
        array = node.value
        while isinstance(array, ast.Subscript):
            node, array = array, array.value
        if isinstance(array, ast.Name) and array.id in "sh":
            index = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
            table = self.state if array.id == "s" else self.hyper
            match index:
                case ast.Constant(value=int(number)) if number in table:
                    return ast.Name(table[number], ast.Load())
        return array
