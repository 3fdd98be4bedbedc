"""How numbers are written for people, and read back: 148.8, 0.002463, 7.75×10⁻⁴, −∞.

Four significant digits, three where a power of ten follows. Trailing zeros stay where they are
part of a rounded number (131.98 is 132.0) and go where the number is exact (500, 0.004).
"""

from __future__ import annotations

import math
import re

from .errors import InputError
from .language import tr

MINUS = "\u2212"
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(
    r"(?:([+-]?[0-9.]+) *[×x*·] *|([+-]?))10(?:\^|\*\*)?([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=[\^*])-?\d+)"
)


def number(value: float) -> str:
    """The value in four significant digits, or three and a power of ten."""
    return _write(value, 4, 3)


def short(value: float) -> str:
    """The value in three significant digits, or two and a power of ten, for tight places."""
    return _write(value, 3, 2)


def power(exponent: int) -> str:
    """Ten to a whole power, as the ticks of a logarithmic scale write it: 10⁻⁴."""
    return f"10{str(exponent).translate(_RAISED)}"


def parse(text: str) -> float:
    """Read a number as written here or in a program: 1e-8, 1×10⁻⁸, 10⁻⁸, −2.5, ∞.

    Raises InputError where the text is no number.
    """
    plain = text.strip().replace(MINUS, "-").replace("∞", "inf")
    if match := _POWER.fullmatch(plain):
        factor, sign, exponent = match.groups()
        plain = f"{factor or f'{sign}1'}e{exponent.translate(_LOWERED)}"
    try:
        value = float(plain)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        given = text.strip()
        raise InputError(
            tr("{given!r} is not a number: write it as 0.004, −2.5 or 1e-8", given=given)
        )
    return value


def _write(value: float, digits: int, power_digits: int) -> str:
    if math.isnan(value):
        return "–"
    sign = MINUS if value < 0 else ""
    size = abs(float(value))
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    exponent = _exponent(size, digits)
    exact = math.isclose(float(f"{size:.{digits - 1}e}"), size, rel_tol=1e-12)
    if -3 <= exponent < (6 if exact and size.is_integer() else 4):
        text = f"{size:.{max(digits - 1 - exponent, 0)}f}"
        return sign + (_trim(text) if exact else text)
    exponent = _exponent(size, power_digits)
    mantissa = f"{size:.{power_digits - 1}e}".partition("e")[0]
    if float(f"{mantissa}e{exponent}") == size:
        mantissa = _trim(mantissa)
    return f"{sign}{mantissa}×{power(exponent)}"


def _exponent(size: float, digits: int) -> int:
    """The power of ten of the leading digit, after rounding to so many digits."""
    return int(f"{size:.{digits - 1}e}".partition("e")[2])


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
