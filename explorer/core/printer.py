"""Writes what SymPy has made of a formula as Python, with few brackets."""

from __future__ import annotations

from typing import Any

from .arithmetic import FUNCTIONS
from .errors import InputError
from .language import tr

# What a kernel imports from `math`.
MATH = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "sinh", "cosh", "atan", "pi")
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


class Printer:
    """Writes SymPy's trees as Python; `used` gathers what they need from `math`."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.used: set[str] = set()

    def show(self, e: Any, need: int = _SUM) -> str:
        """The source of a tree, in brackets where its rank is below `need`."""
        text, rank = self._show(e)
        return text if rank >= need else f"({text})"

    def _call(self, name: str, *args: Any) -> tuple[str, int]:
        if name in MATH:
            self.used.add(name)
        return f"{name}({', '.join(self.show(a) for a in args)})", _ATOM

    def _float(self, e: Any) -> tuple[str, int]:
        try:
            value = float(e)
        except OverflowError:
            value = float("inf")
        if value - value != 0:
            raise InputError(tr("the formula has numbers too large to calculate with"))
        text = str(int(e)) if e.is_Integer else repr(value)
        return text, _PRODUCT if value < 0 else _ATOM

    def _show(self, e: Any) -> tuple[str, int]:
        import sympy

        if e.is_Symbol:
            return self.names.get(e.name, e.name), _ATOM
        if e is sympy.pi:
            self.used.add("pi")
            return "pi", _ATOM
        if e.is_Rational and not e.is_Integer:
            return f"{self._float(sympy.Integer(e.p))[0]} / {e.q}", _PRODUCT
        if e.is_Number:
            return self._float(e)
        if e.is_Add:
            return self._add(e), _SUM
        if e.is_Mul:
            return self._mul(e), _PRODUCT
        if e.is_Pow:
            return self._pow(e)
        name = e.func.__name__
        if name == "sign":
            inner = self.show(e.args[0])
            return f"1.0 * ({inner} > 0) - 1.0 * ({inner} < 0)", _SUM
        if name == "less":
            return f"1.0 * ({self.show(e.args[0])} < {self.show(e.args[1])})", _PRODUCT
        if name == "power":
            base, exponent = (self.show(a, _ATOM) for a in e.args)
            return f"{base} ** {exponent}", _POWER
        if name in FUNCTIONS:
            return self._call(name, *e.args)
        raise InputError(tr("the formula has no finite derivatives ({name})", name=name))

    def _add(self, e: Any) -> str:
        terms = sorted(e.args, key=lambda t: t.could_extract_minus_sign())
        text = self.show(terms[0], _SUM)
        for term in terms[1:]:
            minus = term.could_extract_minus_sign()
            text += f" - {self.show(-term, _PRODUCT)}" if minus else f" + {self.show(term)}"
        return text

    def _mul(self, e: Any) -> str:
        above, below = _split(e)
        if below != 1:
            top = self.show(above, _PRODUCT)
            return f"{top} / {self.show(below, _POWER)}"
        number, rest = e.as_coeff_Mul()
        if number == -1:
            return f"-{self.show(rest, _PRODUCT)}"
        factors = rest.args if rest.is_Mul else (rest,)
        shown = [self.show(f, _POWER) for f in factors]
        if number != 1:
            shown.insert(0, self._float(number)[0])
        return " * ".join(shown)

    def _pow(self, e: Any) -> tuple[str, int]:
        base, exponent = e.args
        if exponent.is_number and exponent.could_extract_minus_sign():
            return f"1 / {self.show(base**-exponent, _POWER)}", _PRODUCT
        return f"{self.show(base, _ATOM)} ** {self.show(exponent, _ATOM)}", _POWER


def _split(e: Any) -> tuple[Any, Any]:
    """A product's factors above and below the line."""
    import sympy

    number, rest = e.as_coeff_Mul()
    above, below = [number], []
    if number.is_Rational:
        above, below = [sympy.Integer(number.p)], [sympy.Integer(number.q)]
    for factor in rest.args if rest.is_Mul else (rest,):
        under = factor.is_Pow and factor.exp.could_extract_minus_sign()
        (below if under else above).append(1 / factor if under else factor)
    return sympy.Mul(*above), sympy.Mul(*below)
