"""Shortens a list of assignments without changing what any of them computes."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import cast

from .entries import TOTAL, TOTAL_SQUARE, Entry
from .fold import Fold, Replace, constant
from .setter import Setter
from .source import Source, names
from .typeset import Plain

_SHORT, _LONG = 3, 16  # letters of an expression that is better read in place than by name
_KEPT = frozenset({"x", "g", "f", "lr", "t", "delta"})


def tidy(entries: list[Entry], fold: Fold, source: Source) -> list[Entry]:
    """Fold constants, put short and once-used names in place, drop what says nothing."""
    folded = [
        replace(e, value=_visited(fold, e.value), test=_visited(fold, e.test) if e.test else None)
        for e in entries
    ]
    said = [e for e in folded if not (isinstance(e.value, ast.Name) and e.value.id == e.name)]
    left = _without_empty_totals(said)
    states = frozenset(source.state)
    length = Setter(Plain({}), lambda name: name in source.plain)
    while True:
        shorter = _shortened(left, source, states, length)
        if shorter is None:
            return left
        left = shorter


def _visited(transformer: ast.NodeTransformer, node: ast.expr) -> ast.expr:
    return cast("ast.expr", transformer.visit(copy.deepcopy(node)))


def _without_empty_totals(entries: list[Entry]) -> list[Entry]:
    def totals(entry: Entry) -> bool:
        match entry.value:
            case ast.Call(func=ast.Name(id=name)):
                return name in {TOTAL, TOTAL_SQUARE}
        return False

    summed = {e.name for e in entries if totals(e)}
    return [e for e in entries if not (e.name in summed and constant(e.value, 0))]


def _reads(entry: Entry) -> set[str]:
    return names(entry.value) | (names(entry.test) if entry.test else set())


def _times(name: str, entry: Entry) -> int:
    """How often an entry reads a name."""
    trees = [entry.value, *([entry.test] if entry.test else [])]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _uses(entries: list[Entry], index: int) -> list[int]:
    """The entries that read what entry `index` assigned, up to the next assignment of its name."""
    name, found = entries[index].name, []
    for later in range(index + 1, len(entries)):
        if name in _reads(entries[later]):
            found.append(later)
        if entries[later].name == name and entries[later].test is None:
            break
    return found


def _steady(entries: list[Entry], index: int, last: int) -> bool:
    """Whether nothing that entry `index` reads is assigned anew before entry `last`."""
    read = _reads(entries[index])
    return all(e.name not in read for e in entries[index + 1 : last])


def _put(entries: list[Entry], index: int, where: list[int], value: ast.expr) -> list[Entry]:
    """The entries with `value` in place of the name of entry `index`, and without that entry."""
    swap = Replace({entries[index].name: value})
    changed = list(entries)
    for at in where:
        e = changed[at]
        test = _visited(swap, e.test) if e.test else None
        changed[at] = replace(e, value=_visited(swap, e.value), test=test)
    del changed[index]
    return changed


def _shortened(
    entries: list[Entry], source: Source, states: frozenset[str], setter: Setter
) -> list[Entry] | None:
    """The entries with one of them gone, or None where there is nothing to gain."""
    for index, entry in enumerate(entries):
        uses = _uses(entries, index)
        again = [i for i, e in enumerate(entries) if e.name == entry.name and i != index]
        overwritten = any(i > index and entries[i].test is None for i in again)
        if entry.name == "g" and not uses and overwritten:
            return entries[:index] + entries[index + 1 :]
        if entry.test is not None or any(entries[i].test is not None for i in again):
            continue
        if isinstance(entry.value, ast.Name):
            merged = _merged(entries, index, states)
            if merged is not None:
                return merged
        local = entry.name not in _KEPT and entry.name not in source.arrays
        if entry.name in states:
            before = any(entry.name in _reads(e) for e in entries[: index + 1])
            local = isinstance(entry.value, ast.Name) and not before
        if not local:
            continue
        if not uses:
            if overwritten or entry.name not in states or isinstance(entry.value, ast.Name):
                return entries[:index] + entries[index + 1 :]
            continue
        size, times = (
            len(setter.text(entry.value)),
            sum(_times(entry.name, entries[i]) for i in uses),
        )
        plain = isinstance(entry.value, (ast.Name, ast.Constant))
        brief = size <= _SHORT or (entry.scalar and times == 1 and size <= _LONG)
        if (plain or brief) and _steady(entries, index, uses[-1]):
            return _put(entries, index, uses, entry.value)
    return None


def _merged(entries: list[Entry], index: int, states: frozenset[str]) -> list[Entry] | None:
    """Of `a = ...; m = a` make `m = ...` where m is not read in between."""
    entry = entries[index]
    inner = cast("ast.Name", entry.value).id
    made = [i for i, e in enumerate(entries) if e.name == inner]
    if len(made) != 1 or made[0] > index or inner in _KEPT or inner in states:
        return None
    start = made[0]
    between = entries[start + 1 : index]
    if any(entry.name in _reads(e) or e.name == entry.name for e in between):
        return None
    if entries[start].test is not None or entry.name == "x":
        return None
    renamed = list(entries)
    renamed[start] = replace(entries[start], name=entry.name)
    swap = Replace({inner: ast.Name(entry.name, ast.Load())})
    for at in range(start + 1, len(renamed)):
        renamed[at] = replace(renamed[at], value=_visited(swap, renamed[at].value))
    del renamed[index]
    return renamed
