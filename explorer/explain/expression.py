"""A formula in x and y set in type as its author means it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .setter import Setter
from .typeset import Html

if TYPE_CHECKING:
    from explorer.core.expression import Expression

# Names that mean something else in an update rule than in a formula of one's own.
_PLAIN = ("x", "y", "lr", "momentum", "dampening", "temperature", "wd", "eps", "e")
_GREEK = {
    "delta": "δ", "zeta": "ζ", "lambda": "λ", "chi": "χ", "epsilon": "ε",
}  # fmt: skip


class _Notation(Html):
    """Rich text for a formula of one's own: numbers in full, powers of powers on the line."""

    def number(self, value: object) -> str:
        """A constant, as many digits as it has."""
        text = f"{value:.15g}" if isinstance(value, float) else str(value)
        mantissa, power, exponent = text.partition("e")
        if not power:
            return text
        foot = "10" if mantissa == "1" else f"{mantissa}·10"
        return self.raised(foot, str(int(exponent)).replace("-", "−"))

    def between(self, left: str, right: str) -> str:
        """What stands between two factors: a dot before a number."""
        return "·" if right[0].isdigit() else super().between(left, right)

    def raised(self, foot: str, top: str) -> str:
        """A superscript; where it has one itself, brackets after ^."""
        if "<sup>" in top or "<sub>" in top:
            return f"{foot}^({top})"
        return super().raised(foot, top)


def html(expression: Expression) -> str:
    """The formula as rich text with i, sub and sup."""
    symbols = {name: name for name in (*_PLAIN, *expression.parameters) if not _spelled(name)}
    setter = Setter(_Notation(symbols | _GREEK), lambda _name: False)
    return setter.text(expression.tree)


def _spelled(name: str) -> bool:
    """Whether a name is left to the typesetter: a Greek letter, or one with an index."""
    return name not in _PLAIN and bool(re.fullmatch(r"[a-z]{2,}|[A-Za-z]+_?[0-9]+", name))
