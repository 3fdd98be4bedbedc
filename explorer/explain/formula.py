"""The update rule on screen, read from the kernel that the engine runs.

Loops, subscripts and unpacking go; branches are decided by the hyperparameters at hand, so an
option that is off leaves no trace; what 0 and 1 make vanish vanishes; nothing is rounded.
"""

from __future__ import annotations

import ast
import html as markup
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from explorer.core.language import trc

from .entries import GRADIENT_AT, Decisions, Entry, Key, Walk, call, decide, load
from .fold import Fold
from .setter import Setter
from .source import Source, read
from .tidy import tidy
from .typeset import Html, Latex, Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.spec import Kernel, Optimizer

# The place of the gradient that the kernel is given, which no line of its source computes.
GIVEN: Key = (0, 0)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment of the update rule, set in type.

    html uses i, sub and sup. name is the assigned variable of the kernel, `key` its place in the
    source (negative lines for a formula given by hand). `moves` marks how far and where to the
    point goes, `scalar` one number for all coordinates.
    """

    html: str
    text: str
    latex: str
    name: str
    key: Key
    moves: bool = False
    scalar: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What a formula depends on: equal rules have equal formulas.

    hyper: names and values in the order of the kernel's h. state: the names of s. symbols: how
    names are written. given: the formula as its author wants it, as assignments in Python. wraps:
    the step comes after another one, which the gradient was for.
    """

    kernel: Kernel
    hyper: tuple[tuple[str, float], ...]
    state: tuple[str, ...] = ()
    symbols: Pairs = ()
    given: tuple[str, ...] = ()
    noise: bool = False
    wraps: bool = False


def rule(optimizer: Optimizer, hyper: Mapping[str, float], *, noise: bool = False) -> Rule:
    """The rule of a catalogue entry; hyper in the order of its spec, choices as numbers."""
    return Rule(
        kernel=optimizer.step,
        hyper=tuple((h.name, float(hyper[h.name])) for h in optimizer.hyper),
        state=tuple(s.name for s in optimizer.state),
        symbols=(
            *((h.name, h.symbol) for h in optimizer.hyper if h.symbol),
            *((s.name, s.symbol) for s in optimizer.state if s.symbol),
        ),
        given=optimizer.formula,
        noise=noise,
        wraps=optimizer.wraps,
    )


def formula(
    kernel: Kernel,
    hyper: Mapping[str, float],
    *,
    lr: float | None = None,
    t: int = 2,
    noise: bool = False,
) -> tuple[Line, ...]:
    """The lines of a kernel's update rule at step t, its gradient first.

    hyper: values by name, in the order of the kernel's h. Branches that hyper, lr and t do not
    decide are kept, with their condition. Raises OSError where the source is not at hand.
    """
    wanted = Rule(kernel, tuple((name, float(v)) for name, v in hyper.items()), noise=noise)
    return lines(wanted, decide(read(kernel), hyper, lr, t))


def update_rule(
    optimizer: Optimizer,
    hyper: Mapping[str, float],
    *,
    lr: float | None = None,
    t: int = 2,
    noise: bool = False,
) -> tuple[Line, ...]:
    """The lines of a catalogue entry's update rule, in its own symbols."""
    wanted = rule(optimizer, hyper, noise=noise)
    return lines(wanted, decide(read(optimizer.step), dict(wanted.hyper), lr, t))


@lru_cache(maxsize=512)
def lines(wanted: Rule, taken: Decisions) -> tuple[Line, ...]:
    """The lines of a rule whose decided branches went as in `taken`."""
    source = read(wanted.kernel)
    symbols = _symbols(wanted, source)
    entries = _given(wanted) if wanted.given else _entries(wanted, source, taken)
    return tuple(
        _line(entry, symbols, source) if isinstance(entry, Entry) else entry for entry in entries
    )


def _symbols(wanted: Rule, source: Source) -> dict[str, str]:
    symbols = dict(wanted.symbols)
    by_index = [(source.hyper, [n for n, _ in wanted.hyper]), (source.state, wanted.state)]
    for local, order in by_index:
        for name, index in local.items():
            if index < len(order) and order[index] in symbols:
                symbols.setdefault(name, symbols[order[index]])
    return symbols


def _entries(wanted: Rule, source: Source, taken: Decisions) -> list[Entry]:
    order = [name for name, _ in wanted.hyper]
    values = dict(wanted.hyper)
    known = values | {local: values[order[i]] for local, i in source.hyper.items()}
    walked = Walk(source, tuple(order), wanted.state, taken).body(source.definition.body)
    before = [] if wanted.wraps else [Entry(GIVEN, "g", call(GRADIENT_AT, load("x")))]
    found = [*before, *walked]
    if wanted.noise:
        drawn = ast.BinOp(load("sigma"), ast.Mult(), load("xi"))
        found = [
            Entry(e.key, e.name, ast.BinOp(e.value, ast.Add(), drawn), e.scalar, e.test)
            if _is_gradient(e)
            else e
            for e in found
        ]
    return tidy(found, Fold(known), source)


def _is_gradient(entry: Entry) -> bool:
    match entry.value:
        case ast.Call(func=ast.Name(id=name)):
            return name == GRADIENT_AT
    return False


def _given(wanted: Rule) -> list[Entry | Line]:
    found: list[Entry | Line] = []
    for number, text in enumerate(wanted.given, 1):
        key = (-number, 0)
        try:
            body = ast.parse(text).body
        except SyntaxError:
            body = []
        match body:
            case [ast.Assign(targets=[ast.Name(id=name)], value=value)]:
                found.append(Entry(key, name, value))
            case _:
                found.append(Line(markup.escape(text), text, rf"\text{{{text}}}", "", key))
    return found


def _line(entry: Entry, symbols: Mapping[str, str], source: Source) -> Line:
    def number(name: str) -> bool:
        return name in source.plain

    def show(say: Plain) -> str:
        setter = Setter(say, number)
        text = f"{say.symbol(entry.name)}{say.arrow()}{setter.text(entry.value)}"
        if entry.test is not None:
            text += f" {say.word(trc('formula', 'if'))} {setter.text(entry.test)}"
        return text

    return Line(
        html=show(Html(symbols)),
        text=show(Plain(symbols)),
        latex=show(Latex(symbols)),
        name=entry.name,
        key=entry.key,
        moves=entry.name in {"x", "delta"},
        scalar=entry.scalar,
    )
