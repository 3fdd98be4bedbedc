"""Three notations for formulas: plain text, the rich text that Qt draws, and LaTeX."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

THIN = "\u2009"
HAT, BAR, TILDE = "\u0302", "\u0304", "\u0303"
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "Δ", "epsilon": "ε", "eps": "ε", "eta": "η",
    "theta": "θ", "kappa": "κ", "lam": "λ", "lambd": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "psi": "ψ", "omega": "ω",
    "x": "θ", "lr": "η", "momentum": "β", "dampening": "τ", "weight_decay": "λ", "wd": "λ",
    "temperature": "T",
}  # fmt: skip
_LATEX = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "η": r"\eta",
    "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi",
    "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\phi", "ψ": r"\psi",
    "ω": r"\omega", "Δ": r"\Delta", "∞": r"\infty", "Σ": r"\sum",
}  # fmt: skip
_ACCENTS = {"_hat": (HAT, "hat"), "_bar": (BAR, "bar"), "_tilde": (TILDE, "tilde")}
_RAISED = str.maketrans("0123456789-−+()=tnik", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺⁽⁾⁼ᵗⁿⁱᵏ")
_HIGH = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾⁼ᵗⁿⁱᵏ")
_ABOVE, _LOW = "0123456789-+()=tnikpaemx", "₀₁₂₃₄₅₆₇₈₉₋₊₍₎₌ₜₙᵢₖₚₐₑₘₓ"
_LOWERED = str.maketrans(_ABOVE, _LOW)
_ORDINARY = str.maketrans(_LOW, _ABOVE)
_UPRIGHT = frozenset("αβγδεηκλμνπρστφψω")


def parts(name: str, symbols: Mapping[str, str]) -> tuple[str, str, str]:
    """A name's letter, accent and subscript: m_hat -> m, hat and nothing; beta1 -> β and 1."""
    if given := unicodedata.normalize("NFD", symbols.get(name, "")):
        letter = given.rstrip(_LOW)
        below = given[len(letter) :].translate(_ORDINARY)
        marks = "".join(c for c in letter if unicodedata.combining(c))
        return "".join(c for c in letter if c not in marks), marks, below
    for ending, (accent, _) in _ACCENTS.items():
        if name.endswith(ending):
            letter, _, below = parts(name.removesuffix(ending), symbols)
            return letter, accent, below
    stem, _, below = name.partition("_")
    if name in _GREEK:
        return _GREEK[name], "", ""
    if match := re.fullmatch(r"([A-Za-z]+?)_?(\d+)", name):
        letter, accent, _ = parts(match[1], symbols)
        return letter, accent, match[2]
    if below and (len(stem) <= 2 or stem in _GREEK):
        letter, accent, _ = parts(stem, symbols)
        return letter, accent, below
    return name.replace("_", " "), "", ""


class Plain:
    """Plain text with Unicode's own superscripts; the base of the other two."""

    def __init__(self, symbols: Mapping[str, str]) -> None:
        self.symbols = symbols

    def symbol(self, name: str) -> str:
        """A variable."""
        letter, accent, below = parts(name, self.symbols)
        tail = below.translate(_LOWERED)
        return f"{letter}{accent}{tail if set(tail) <= set(_LOW) else '_' + below}"

    def raised(self, foot: str, top: str) -> str:
        """A power."""
        lifted = top.translate(_RAISED)
        if set(lifted) <= _HIGH:
            return foot + lifted
        return f"{foot}^{top}" if len(top) == 1 else f"{foot}^({top})"

    def root(self, inside: str, atom: bool) -> str:
        """A square root."""
        return f"√{inside}" if atom else f"√({inside})"

    def fraction(self, above: str, under: str) -> str:
        """A quotient on one line."""
        return f"{above} / {under}"

    def between(self, left: str, right: str) -> str:
        """What stands between two factors."""
        plain_left, plain_right = re.sub("<[^>]*>", "", left), re.sub("<[^>]*>", "", right)
        if plain_left[-1].isdigit() and plain_right[0].isdigit():
            return "·"
        tight = left.endswith((">", ")", *_LOW)) and not left.endswith("</i>")
        tight = tight or not plain_left[-1].isalnum() or plain_right[0] == "("
        return "" if tight else THIN

    def number(self, value: object) -> str:
        """A constant."""
        if isinstance(value, float):
            text = f"{value:g}".replace("inf", "∞")
            mantissa, power, exponent = text.partition("e")
            if power:
                foot = "10" if mantissa == "1" else f"{mantissa}{self.between(mantissa, '10')}10"
                return self.raised(foot, str(int(exponent)))
            return text
        return str(value)

    def word(self, text: str) -> str:
        """A function's or a condition's word."""
        return text

    def gradient(self, inside: str) -> str:
        """The gradient of the loss at a point."""
        return f"∇{self.symbol('f')}({inside})"

    def norm(self, inside: str) -> str:
        """A Euclidean length."""
        return f"‖{inside}‖"

    def total(self, inside: str) -> str:
        """A sum over the coordinates."""
        return f"Σ{THIN}{inside}"

    def size(self, inside: str) -> str:
        """An absolute value."""
        return f"|{inside}|"

    def bracket(self, inside: str) -> str:
        """Round brackets."""
        return f"({inside})"

    def arrow(self) -> str:
        """What stands between a name and its new value."""
        return " ← "

    def operator(self, text: str) -> str:
        """A comparison or a sign."""
        return {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "-": "−"}.get(text, text)


class Html(Plain):
    """The subset of HTML that labels draw: i, sub, sup."""

    def symbol(self, name: str) -> str:
        """Letters italic; Greek hyperparameters and words upright."""
        letter, accent, below = parts(name, self.symbols)
        upright = letter in _UPRIGHT or len(letter) > 1
        text = f"{letter}{accent}" if upright else f"<i>{letter}{accent}</i>"
        return f"{text}<sub>{below}</sub>" if below else text

    def raised(self, foot: str, top: str) -> str:
        """A real superscript."""
        return f"{foot}<sup>{re.sub('</?i>', '', top)}</sup>"

    def operator(self, text: str) -> str:
        """Signs that do not end a tag."""
        return super().operator(text).replace("<", "&lt;").replace(">", "&gt;")


class Latex(Plain):
    """LaTeX for the inside of a formula."""

    def symbol(self, name: str) -> str:
        """Commands for Greek letters and accents; words in roman."""
        letter, accent, below = parts(name, self.symbols)
        text = _LATEX.get(letter, letter)
        if len(letter) > 1:
            text = rf"\mathrm{{{letter.replace(' ', chr(92) + ' ')}}}"
        for mark, command in _ACCENTS.values():
            if mark in accent:
                text = rf"\{command}{{{text}}}"
        if below:
            below = below if len(below) == 1 else rf"{{\mathrm{{{below}}}}}"
        return f"{text}_{below}" if below else text

    def raised(self, foot: str, top: str) -> str:
        """A real superscript."""
        return f"{foot}^{{{top}}}"

    def root(self, inside: str, atom: bool) -> str:
        """A root with its bar."""
        return rf"\sqrt{{{inside}}}"

    def fraction(self, above: str, under: str) -> str:
        """A built-up fraction."""
        return rf"\frac{{{above}}}{{{under}}}"

    def between(self, left: str, right: str) -> str:
        """A thin space, a dot between numbers."""
        return r" \cdot " if left[-1].isdigit() and right[0].isdigit() else r"\,"

    def word(self, text: str) -> str:
        """Roman words."""
        return rf"\mathrm{{{text}}}"

    def gradient(self, inside: str) -> str:
        """The gradient of the loss at a point."""
        return rf"\nabla f({inside})"

    def norm(self, inside: str) -> str:
        """A Euclidean length."""
        return rf"\| {inside} \|"

    def total(self, inside: str) -> str:
        """A sum over the coordinates."""
        return rf"\sum {inside}"

    def bracket(self, inside: str) -> str:
        """Brackets that grow."""
        return rf"\left({inside}\right)"

    def arrow(self) -> str:
        """What stands between a name and its new value."""
        return r" \leftarrow "

    def operator(self, text: str) -> str:
        """Commands for comparisons."""
        return {"<=": r"\leq", ">=": r"\geq", "!=": r"\neq", "==": "="}.get(text, text)
