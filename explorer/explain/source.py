"""A kernel's own source, read once: its tree, and what each of its names stands for."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Kernel = Callable[..., None]


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """What is known of a kernel before it runs.

    definition: its tree. coordinates: the loop variables that count coordinates. hyper, state: the
    local names unpacked from h and s, with the index of each. plain: the names whose values follow
    from hyperparameters, learning rate and step alone. arrays: the names that are subscripted.
    """

    kernel: Kernel
    definition: ast.FunctionDef
    coordinates: frozenset[str]
    hyper: dict[str, int]
    state: dict[str, int]
    plain: frozenset[str]
    arrays: frozenset[str]


def pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The single assignments that `a = b`, `a, b = c, d` and `a = b = c` are made of."""
    for target in node.targets:
        match target, node.value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                yield from zip(targets, values, strict=True)
            case _:
                yield target, node.value


def base(node: ast.expr) -> str:
    """The name of the array that a subscript looks into, or of the name itself, else ''."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def first_index(node: ast.Subscript) -> ast.expr:
    """The first index of a subscript."""
    return node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice


def names(node: ast.AST) -> set[str]:
    """The names read in an expression, those of called functions left out."""
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in called}


def _unpacked(definition: ast.FunctionDef, array: str) -> dict[str, int]:
    found = {}
    for node in ast.walk(definition):
        if isinstance(node, ast.Assign):
            for target, value in pairs(node):
                match target, value:
                    case ast.Name(id=name), ast.Subscript(
                        value=ast.Name(id=given), slice=ast.Constant(value=int(index))
                    ) if given == array:
                        found[name] = index
    return found


def _plain(definition: ast.FunctionDef, hyper: dict[str, int]) -> frozenset[str]:
    """Names that hold numbers which follow from h, lr and t alone: the largest such set."""
    given = {"lr", "t", *hyper}
    reads: dict[str, list[set[str]]] = {}
    for node in ast.walk(definition):
        if isinstance(node, ast.Assign):
            for target, value in pairs(node):
                if isinstance(target, ast.Name) and target.id not in hyper:
                    reads.setdefault(target.id, []).append(names(value))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            reads.setdefault(node.target.id, []).append(names(node.value) | {node.target.id})
    plain = set(reads) | given
    while True:
        wrong = {
            name
            for name, uses in reads.items()
            if name in plain and any(not read <= plain for read in uses)
        }
        if not wrong:
            return frozenset(plain)
        plain -= wrong


@lru_cache(maxsize=256)
def read(kernel: Kernel) -> Source:
    """Read a kernel's source.

    Raises OSError where the source is not at hand.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(kernel)))
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise OSError(f"the source of {kernel!r} is not a function")
    hyper = _unpacked(definition, "h")
    subscripts = [n for n in ast.walk(definition) if isinstance(n, ast.Subscript)]
    return Source(
        kernel=kernel,
        definition=definition,
        coordinates=frozenset(
            base(first_index(n))
            for n in subscripts
            if isinstance(n.slice, ast.Tuple) and base(n) in {"x", "g"} and len(n.slice.elts) == 2
        )
        - {""},
        hyper=hyper,
        state=_unpacked(definition, "s"),
        plain=_plain(definition, hyper),
        arrays=frozenset(base(n) for n in subscripts) - {"h", ""},
    )
