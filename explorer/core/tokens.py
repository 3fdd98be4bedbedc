"""Cuts a formula into numbers, names and signs, and knows where each of them stands."""

from __future__ import annotations

import re
from typing import NamedTuple

from .arithmetic import ALIASES, GREEK
from .errors import InputError
from .language import tr

_SIGNS = {"**": "^", "−": "-", "×": "*", "·": "*", "÷": "/"}
_TOKEN = re.compile(
    r"(?P<space>[ \t]+)|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*|[α-ωπ])|(?P<power>[²³])|(?P<sign>\*\*|[-+*/^(),−×·÷])"
)
_RAISED = {"²": "2", "³": "3"}


class ExpressionError(InputError):
    """A formula that cannot be read: `at` counts characters from 0."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(tr("at character {at}: {what}", at=at + 1, what=what))
        self.at = at
        self.what = what


class Token(NamedTuple):
    """A number, name or sign as it is understood, and where it stands."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Cut a formula into numbers, names and signs; ExpressionError at what is none."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            shown = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
            raise ExpressionError(tr("{shown!r} cannot be part of a formula", shown=shown), at)
        kind, piece = str(match.lastgroup), match.group()
        if kind == "name":
            found.append(Token(kind, ALIASES.get(piece) or GREEK.get(piece, piece), at))
        elif kind == "power":
            found += [Token("sign", "^", at), Token("number", _RAISED[piece], at)]
        elif kind != "space":
            found.append(Token(kind, _SIGNS.get(piece, piece), at))
        at = match.end()
    return [*found, Token("end", "", len(text))]
