"""Reads a formula in x and y, such as `(1-x)^2 + b*(y-x^2)^2`, without ever evaluating its text.

A parser of its own makes a tree of six kinds of nodes of Python's `ast` (number, name, sign,
operation, power, call of a listed function); nothing else can come out of it, whatever goes in.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from .arithmetic import CONSTANTS, FUNCTIONS, VARIABLES, apply, combine, sizes
from .language import tr, trn
from .tokens import ExpressionError, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH, MAX_NODES, MAX_DEPTH, MAX_PARAMETERS, MAX_NAME = 300, 200, 30, 8, 20
# About so many numbers and operations the second derivatives may have, written out.
MAX_DERIVATIVE = 12_000

_OPERATIONS: dict[str, type[ast.operator]] = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "^": ast.Pow,
}  # fmt: skip


class Part(NamedTuple):
    """A piece of the tree; `value` where it is a constant."""

    node: ast.expr
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that was read: its text in plain spelling, its tree, and its free names."""

    text: str
    tree: ast.expr
    dimension: int
    parameters: tuple[str, ...]


class _Parser:
    """Reads sums of products of powers of atoms, by recursive descent."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0
        self.nodes = 0
        self.written: list[str] = []  # the formula in plain spelling
        self.names: dict[str, None] = {}

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, written: str | None = None) -> Token:
        token = self.next
        self.place += 1
        self.written.append(token.text if written is None else written)
        return token

    def make(self, part: Part, at: int) -> Part:
        """Count a node, and refuse a constant that is not a finite number."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError(
                tr("too long: at most {most} numbers, names and signs", most=MAX_NODES), at
            )
        if part.value is not None and not math.isfinite(part.value):
            raise ExpressionError(tr("this comes to no finite number"), at)
        return part

    def deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(tr("nested too deep, at most {most}", most=MAX_DEPTH), at)

    def operation(self, sign: Token, left: Part, right: Part) -> Part:
        kind = _OPERATIONS[sign.text]
        known = None
        if left.value is not None and right.value is not None:
            known = combine(kind, left.value, right.value)
        elif sign.text == "/" and right.value == 0:
            raise ExpressionError(tr("division by zero"), sign.at)
        return self.make(Part(ast.BinOp(left.node, kind(), right.node), known), sign.at)

    def sum(self) -> Part:
        # a sign in front is that of the whole product: -x^2/2 is -(x^2/2)
        part = self.signed(self.product) if self.next.text in ("+", "-") else self.product()
        while self.next.text in ("+", "-"):
            sign = self.take(f" {self.next.text} ")
            part = self.operation(sign, part, self.product())
        return part

    def product(self) -> Part:
        part = self.signed()
        divided = False
        while True:
            token = self.next
            if token.text in ("*", "/"):
                divided = self.take().text == "/"
                part = self.operation(token, part, self.signed())
            elif token.kind == "name" or token.text == "(":
                joined(self.tokens[self.place - 1], token, divided)
                self.written.append("*")
                part = self.operation(Token("sign", "*", token.at), part, self.power())
            else:
                return part

    def signed(self, rest: Callable[[], Part] | None = None) -> Part:
        if self.next.text not in ("+", "-"):
            return (rest or self.power)()
        sign = self.take("-" if self.next.text == "-" else "")
        self.deeper(sign.at)
        part = self.signed(rest)
        self.depth -= 1
        if sign.text == "+":
            return part
        known = None if part.value is None else -part.value
        return self.make(Part(ast.UnaryOp(ast.USub(), part.node), known), sign.at)

    def power(self) -> Part:
        base, sign = self.atom(), self.next
        if sign.text != "^":
            return base
        self.take()
        self.deeper(sign.at)
        exponent = self.signed()
        self.depth -= 1
        return self.operation(sign, base, exponent)

    def atom(self) -> Part:
        token = self.next
        if token.kind == "number":
            self.take()
            number = float(token.text)
            return self.make(Part(ast.Constant(number), number), token.at)
        if token.kind == "name":
            return self.name()
        if token.text == "(":
            self.take()
            self.deeper(token.at)
            part = self.sum()
            self.close(token)
            self.depth -= 1
            return part
        if not token.text:
            raise ExpressionError(
                tr("the formula ends where a number, a name or ( is expected"), token.at
            )
        raise ExpressionError(
            tr("{sign!r} stands where a number, a name or ( is expected", sign=token.text),
            token.at,
        )

    def close(self, opened: Token) -> None:
        token = self.next
        if token.text == ")":
            self.take()
            return
        if token.kind == "end":
            raise ExpressionError(tr("this ( is not closed"), opened.at)
        raise ExpressionError(
            tr("{sign!r} stands where ) or an operator is", sign=token.text), token.at
        )

    def name(self) -> Part:
        name = (token := self.take()).text
        if name in FUNCTIONS:
            return self.call(token)
        if name in CONSTANTS:
            return self.make(Part(ast.Name(name), CONSTANTS[name]), token.at)
        if self.next.text == "(" and len(name) > 1:
            raise ExpressionError(no_function(name), token.at)
        check_name(name, token.at)
        self.names[name] = None
        if len(self.names.keys() - set(VARIABLES)) > MAX_PARAMETERS:
            raise ExpressionError(
                tr("too many parameters, at most {most}", most=MAX_PARAMETERS), token.at
            )
        return self.make(Part(ast.Name(name)), token.at)

    def call(self, token: Token) -> Part:
        opened = self.next
        if opened.text != "(":
            raise ExpressionError(
                tr("write {shown}, with brackets", shown=f"{token.text}(…)"), token.at
            )
        self.take()
        self.deeper(opened.at)
        args = [self.sum()]
        while self.next.text == ",":
            self.take(", ")
            args.append(self.sum())
        self.close(opened)
        self.depth -= 1
        wanted = FUNCTIONS[token.text][1]
        if len(args) != wanted:
            many = trn(
                "{name} takes {n} argument, not {given}",
                "{name} takes {n} arguments, not {given}",
                wanted,
                name=token.text,
                given=len(args),
            )
            raise ExpressionError(many, token.at)
        values = [a.value for a in args if a.value is not None]
        known = apply(token.text, *values) if len(values) == wanted else None
        call = ast.Call(ast.Name(token.text), [a.node for a in args], [])
        return self.make(Part(call, known), token.at)


def joined(before: Token, token: Token, divided: bool) -> None:
    """Refuse two factors side by side unless what is meant is beyond doubt: 2x, 2(x+1)."""
    shown = f"{before.text}*{token.text}"
    if divided:
        raise ExpressionError(
            tr("write {shown}, or brackets around what is divided by", shown=shown), token.at
        )
    if before.kind == "name":
        missing = tr("an operator is missing, write {shown}", shown=shown)
        if token.text == "(":
            missing = tr("{name} is no function: {missing}", name=before.text, missing=missing)
        raise ExpressionError(missing, token.at)


def no_function(name: str) -> str:
    """Say that a name cannot be called, and what could be meant."""
    near = get_close_matches(name.lower(), FUNCTIONS, n=1, cutoff=0.5)
    name = name[:MAX_NAME]
    if near:
        return tr("unknown function {name!r}: did you mean {near}?", name=name, near=near[0])
    return tr("unknown function {name!r}: there are {names}", name=name, names=", ".join(FUNCTIONS))


def check_name(name: str, at: int) -> None:
    """Refuse a free name that is a slip of the pen rather than a parameter."""
    glued = re.fullmatch(rf"({'|'.join(FUNCTIONS)})([xy])", name)
    if len(name) > 1 and set(name) <= set("xy"):
        raise ExpressionError(tr("an operator is missing, write {shown}", shown="*".join(name)), at)
    if re.fullmatch("[xyXY]_?[0-9]+", name):
        raise ExpressionError(tr("{name}: the coordinates are called x and y", name=name), at)
    if glued:
        raise ExpressionError(
            tr("write {shown}, with brackets", shown=f"{glued[1]}({glued[2]})"), at
        )
    if name in ("X", "Y"):
        raise ExpressionError(tr("write {name}, a small letter", name=name.lower()), at)
    if len(name) > MAX_NAME:
        raise ExpressionError(tr("a name is longer than {most} letters", most=MAX_NAME), at)
    reserved = keyword.iskeyword(name) and name != "lambda"
    if reserved or name.startswith("_") or "__" in name or name.lower() in ("nan", "inf"):
        raise ExpressionError(tr("{name!r} cannot be the name of a parameter", name=name), at)


@lru_cache(maxsize=128)
def parse(text: str) -> Expression:
    """Read a formula; ExpressionError, one line with the place, where it cannot be taken."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            tr("too long: at most {most} characters", most=MAX_LENGTH), MAX_LENGTH
        )
    reader = _Parser(text)
    if reader.next.kind == "end":
        raise ExpressionError(tr("a formula in x, or in x and y, is missing"), 0)
    part = reader.sum()
    left = reader.next
    if left.kind != "end":
        raise ExpressionError(
            tr("{sign!r} stands where an operator is expected", sign=left.text), left.at
        )
    if not reader.names.keys() & set(VARIABLES):
        raise ExpressionError(tr("there is neither x nor y in it"), 0)
    if sizes(part.node)[2] > MAX_DERIVATIVE:
        raise ExpressionError(tr("its derivatives are too long: use fewer factors"), 0)
    return Expression(
        text="".join(reader.written),
        tree=part.node,
        dimension=2 if "y" in reader.names else 1,
        parameters=tuple(n for n in reader.names if n not in VARIABLES),
    )
