"""What may stand in a formula of one's own, and how its tree is computed of plain numbers."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

VARIABLES = ("x", "y")
CONSTANTS = {"pi": math.pi, "e": math.e}


def _sign(v: float) -> float:
    return math.nan if math.isnan(v) else float((v > 0) - (v < 0))


# name: how it is computed of numbers, and how many arguments it takes
FUNCTIONS: dict[str, tuple[Callable[..., float], int]] = {
    "sin": (math.sin, 1),
    "cos": (math.cos, 1),
    "tan": (math.tan, 1),
    "exp": (math.exp, 1),
    "log": (math.log, 1),
    "sqrt": (math.sqrt, 1),
    "abs": (abs, 1),
    "tanh": (math.tanh, 1),
    "sinh": (math.sinh, 1),
    "cosh": (math.cosh, 1),
    "atan": (math.atan, 1),
    "sign": (_sign, 1),
    "min": (min, 2),
    "max": (max, 2),
}
ALIASES = {"arctan": "atan", "ln": "log", "π": "pi"}
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip


def combine(operation: type[ast.operator], a: float, b: float) -> float:
    """One operation by the rules of floating-point numbers: never raises, gives inf or nan."""
    try:
        match operation:
            case ast.Add:
                return a + b
            case ast.Sub:
                return a - b
            case ast.Mult:
                return a * b
            case ast.Div:
                return a / b
        return math.pow(a, b)
    except OverflowError:
        return math.inf
    except (ZeroDivisionError, ValueError):
        return math.nan


def apply(name: str, *values: float) -> float:
    """One function by the same rules."""
    try:
        return FUNCTIONS[name][0](*values)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def value(node: ast.expr, names: dict[str, float]) -> float:
    """What a tree comes to, names given; not finite where the formula has no value."""
    match node:
        case ast.Constant(value=float(number)):
            return number
        case ast.Name(id=name):
            return CONSTANTS[name] if name in CONSTANTS else names[name]
        case ast.UnaryOp(operand=operand):
            return -value(operand, names)
        case ast.BinOp(left=left, op=op, right=right):
            return combine(type(op), value(left, names), value(right, names))
        case ast.Call(func=ast.Name(id=name), args=args):
            return apply(name, *(value(a, names) for a in args))
    raise TypeError(f"{ast.dump(node)} is no part of a formula")


def sizes(node: ast.expr) -> tuple[int, int, int]:
    """About how long a formula and its first and second derivatives are, written out."""
    match node:
        case ast.Name(id="x" | "y"):
            return 1, 1, 0
        case ast.UnaryOp(operand=operand):
            return sizes(operand)
        case ast.BinOp(left=left, op=op, right=right):
            (a, da, dda), (b, db, ddb) = sizes(left), sizes(right)
            size = a + b + 1
            if isinstance(op, ast.Add | ast.Sub):
                return size, da + db + 1, dda + ddb + 1
            if not (da or db):
                return size, 0, 0
            extra = 0 if isinstance(op, ast.Mult) else size
            first = (da + b) * bool(da) + (db + a) * bool(db) + extra
            return size, first, (dda + b) * bool(da) + (ddb + a) * bool(db) + 2 * (da + db) + extra
        case ast.Call(args=args):
            parts = [sizes(a) for a in args]
            size = 1 + sum(p[0] for p in parts)
            first, second = sum(p[1] for p in parts), sum(p[2] for p in parts)
            return (size, size + first, 2 * size + 2 * first + second) if first else (size, 0, 0)
    return 1, 0, 0
