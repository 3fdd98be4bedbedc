"""Walks an expression and sets it in one of the notations, with brackets where they are needed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from explorer.core.language import trc

from .fold import constant
from .typeset import Latex, Plain

if TYPE_CHECKING:
    from collections.abc import Callable

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(1, 6)
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class Setter:
    """Walks an expression with one notation; ranks say where brackets are needed."""

    def __init__(self, notation: Plain, numbers: Callable[[str], bool]) -> None:
        self.say = notation
        self.is_number = numbers

    def text(self, node: ast.expr, need: int = 0) -> str:
        """The expression, in brackets where its rank is below `need`."""
        text, rank = self._show(node)
        if rank < need and rank == _SUM and self._plain_numbers(node):
            text = text.replace(" − ", "−").replace(" + ", "+")
        return text if rank >= need else self.say.bracket(text)

    def _plain_numbers(self, node: ast.expr) -> bool:
        return all(self.is_number(n.id) for n in ast.walk(node) if isinstance(n, ast.Name))

    def _show(self, node: ast.expr) -> tuple[str, int]:
        say = self.say
        match node:
            case ast.Name(id=name):
                return say.symbol(name), _ATOM
            case ast.Constant(value=value):
                return say.number(value), _ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"{say.operator('-')}{self.text(operand, _PRODUCT)}", _SUM
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"{say.word(trc('formula', 'not'))} {self.text(operand, _SIGN)}", _SUM
            case ast.BinOp():
                return self._operation(node)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, args)
            case ast.Compare(left=left, ops=ops, comparators=rights):
                text = self.text(left, _SUM)
                for op, right in zip(ops, rights, strict=True):
                    text += f" {say.operator(_COMPARE[type(op)])} {self.text(right, _SUM)}"
                return text, 0
            case ast.BoolOp(op=op, values=values):
                words = trc("formula", "and"), trc("formula", "or")
                word = say.word(words[isinstance(op, ast.Or)])
                return f" {word} ".join(self.text(v) for v in values), 0
            case ast.IfExp(test=test, body=body, orelse=other):
                if_, else_ = say.word(trc("formula", "if")), say.word(trc("formula", "else"))
                then = f"{self.text(body, _SUM)} {if_} {self.text(test)}"
                return f"{then} {else_} {self.text(other, _SUM)}", 0
        return ast.unparse(node), 0

    def _operation(self, node: ast.BinOp) -> tuple[str, int]:
        say, left, right = self.say, node.left, node.right
        match node.op:
            case ast.Add() | ast.Sub() if isinstance(right, ast.UnaryOp) and isinstance(
                right.op, ast.USub
            ):
                sign = f" {say.operator('-')} " if isinstance(node.op, ast.Add) else " + "
                return f"{self.text(left, _SUM)}{sign}{self.text(right.operand, _PRODUCT)}", _SUM
            case ast.Add():
                return f"{self.text(left, _SUM)} + {self.text(right, _SUM)}", _SUM
            case ast.Sub():
                minus = say.operator("-")
                return f"{self.text(left, _SUM)} {minus} {self.text(right, _PRODUCT)}", _SUM
            case ast.Mult():
                if ast.dump(left) == ast.dump(right):
                    return say.raised(self.text(left, _ATOM), "2"), _POWER
                a, b = self.text(left, _PRODUCT), self.text(right, _SIGN)
                return f"{a}{say.between(a, b)}{b}", _PRODUCT
            case ast.Div() if isinstance(say, Latex):
                return say.fraction(self.text(left), self.text(right)), _PRODUCT
            case ast.Div():
                above, under = self.text(left, _PRODUCT), self.text(right, _SIGN)
                return say.fraction(above, under), _PRODUCT
            case ast.Pow() if constant(right, 0.5):
                return self._call("sqrt", [left])
            case ast.Pow():
                return say.raised(self.text(left, _ATOM), self.text(right)), _POWER
        return ast.unparse(node), 0

    def _call(self, name: str, args: list[ast.expr]) -> tuple[str, int]:
        say = self.say
        match name, args:
            case "sqrt", [value]:
                inner, rank = self._show(value)
                match value:
                    case ast.Call(func=ast.Name(id="total_square"), args=[vector]):
                        return say.norm(self.text(vector)), _ATOM
                return say.root(inner, rank == _ATOM), _SIGN
            case "total_square", [vector]:
                return say.raised(say.norm(self.text(vector)), "2"), _POWER
            case "total", [value]:
                return say.total(self.text(value, _PRODUCT)), _PRODUCT
            case (("abs" | "fabs"), [value]):
                return say.size(self.text(value)), _ATOM
            case "exp", [value]:
                return say.raised(say.word("e"), self.text(value)), _POWER
            case "copysign", [ast.Constant(value=1), value]:
                return f"{say.word('sign')}({self.text(value)})", _SIGN
            case "nabla", [where]:
                return say.gradient(self.text(where)), _SIGN
        inside = ", ".join(self.text(a) for a in args)
        return f"{say.word(name)}({inside})", _ATOM
