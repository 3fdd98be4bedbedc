"""Takes the derivatives of a formula with SymPy and writes them as the source of kernels.

SymPy is imported by the functions that need it: it takes a third of a second.
"""

from __future__ import annotations

import ast
import keyword
from functools import cache
from typing import TYPE_CHECKING, Any

from .arithmetic import CONSTANTS, FUNCTIONS, VARIABLES, value
from .errors import InputError
from .language import tr
from .printer import MATH, Printer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .expression import Expression

_TAKEN = {*MATH, "problem", "x", "f", "g", "c", "j", "xj", "yj", "abs", "min", "max", "range"}
END = "# complete"


@cache
def _functions() -> dict[str, Any]:
    """What the names of a formula's functions become in SymPy.

    All are opaque to it: it knows their derivatives, here at first hand, and does the rest, but
    simplifies nothing inside. So a formula has no value where it was written to have none, and no
    generalised functions appear at kinks.
    """
    import sympy

    class Opaque(sympy.Function):  # type: ignore[misc]
        """Known to SymPy by its derivatives only."""

    def opaque(name: str, *slopes: Any) -> Any:
        def fdiff(self: Any, argindex: int = 1) -> Any:
            return slopes[argindex - 1](*self.args)

        return type(name, (Opaque,), {"fdiff": fdiff, "__doc__": f"{name}(…)."})

    made: dict[str, Any] = {}
    zero = sympy.Integer(0)
    less = opaque("less", lambda u, v: zero, lambda u, v: zero)
    slopes: dict[str, tuple[Any, ...]] = {
        "sin": (lambda u: made["cos"](u),),
        "cos": (lambda u: -made["sin"](u),),
        "tan": (lambda u: 1 + made["tan"](u) ** 2,),
        "exp": (lambda u: made["exp"](u),),
        "log": (lambda u: 1 / u,),
        "sqrt": (lambda u: 1 / (2 * made["sqrt"](u)),),
        "abs": (lambda u: made["sign"](u),),
        "tanh": (lambda u: 1 - made["tanh"](u) ** 2,),
        "sinh": (lambda u: made["cosh"](u),),
        "cosh": (lambda u: made["sinh"](u),),
        "atan": (lambda u: 1 / (1 + u**2),),
        "sign": (lambda u: zero,),
        "min": (less, lambda u, v: 1 - less(u, v)),
        "max": (lambda u, v: less(v, u), lambda u, v: 1 - less(v, u)),
        "power": (
            lambda u, v: v * made["power"](u, v - 1),
            lambda u, v: made["power"](u, v) * made["log"](u),
        ),
    }
    made |= {name: opaque(name, *each) for name, each in slopes.items()}
    return made


def _number(value: float) -> Any:
    import sympy

    whole = value.is_integer() and abs(value) < 1e6
    return sympy.Integer(int(value)) if whole else sympy.Float(value)


def _known(node: ast.expr) -> float | None:
    """What a part without free names comes to."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return value(node, {}) if names <= FUNCTIONS.keys() | CONSTANTS.keys() else None


def build(node: ast.expr) -> Any:
    """A formula's tree as SymPy's, node by node."""
    import sympy

    functions = _functions()
    match node:
        case ast.Constant(value=float(number)):
            return _number(number)
        case ast.Name(id="pi"):
            return sympy.pi
        case ast.Name(id=name) if name not in CONSTANTS:
            return sympy.Symbol(name, real=True)
        case ast.UnaryOp(operand=operand):
            return -build(operand)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            a, b = build(left), build(node.right)
            match node.op:
                case ast.Add():
                    return a + b
                case ast.Sub():
                    return a - b
                case ast.Mult():
                    return a * b
            return a / b
    if (known := _known(node)) is not None:
        return _number(known)
    match node:
        case ast.BinOp(ast.Name(id="e"), ast.Pow(), exponent):
            return functions["exp"](build(exponent))
        case ast.BinOp(base, ast.Pow(), exponent):
            known = _known(exponent)
            if known is not None and known.is_integer() and abs(known) <= 64:
                return build(base) ** int(known)
            return functions["power"](build(base), build(exponent))
        case ast.Call(func=ast.Name(id=name), args=args):
            return functions[name](*map(build, args))
    raise TypeError(f"{ast.dump(node)} is no part of a formula")


def _symbols(taken: set[str]) -> Iterator[Any]:
    import sympy

    number = 0
    while True:
        number += 1
        if f"t{number}" not in taken:
            yield sympy.Symbol(f"t{number}", real=True)


def _kernel(head: str, about: str, targets: dict[str, Any], given: Expression,
            names: dict[str, str], used: set[str]) -> str:  # fmt: skip
    """One kernel's source: the parameters, then for every run what targets are set to."""
    import sympy

    printer = Printer(names)
    taken = set(given.parameters) | set(names.values())
    shared, left = sympy.cse(list(targets.values()), symbols=_symbols(taken), order="none")
    inner = [f"{symbol.name} = {printer.show(e)}" for symbol, e in shared]
    inner += [f"{name} = {printer.show(e)}" for name, e in zip(targets, left, strict=True)]
    free = {s.name for e in (*(e for _, e in shared), *left) for s in e.free_symbols}
    read = [p for p in given.parameters if p in free]
    outer = [f"{names.get(p, p)} = problem[0][{given.parameters.index(p)}]" for p in read]
    places = [f"{names[v]} = x[{i}, j]" for i, v in enumerate(VARIABLES) if v in free]
    used |= printer.used
    lines = [f"def {head}:", f'    """{about}"""', *(f"    {line}" for line in outer)]
    lines += ["    for j in range(x.shape[1]):", *(f"        {v}" for v in (*places, *inner))]
    return "\n".join(lines)


def generate(given: Expression) -> str:
    """The source of a module with the kernels `gradient` and `hessian` of a formula.

    Raises InputError where SymPy finds that it has no value anywhere.
    """
    import sympy
    from sympy.core.parameters import distribute

    # 2·(x - 1) stays as it is: 2·x - 2 would lose digits near 1
    with distribute(False):
        return _generate(given, sympy)


def slopes(given: Expression, names: dict[str, str]) -> list[str]:
    """A formula and its slopes as Python expressions in x and y, parameters by `names`."""
    import sympy
    from sympy.core.parameters import distribute

    printer = Printer(names)
    with distribute(False):
        loss = build(given.tree)
        variables = VARIABLES[: given.dimension]
        made = [loss, *(loss.diff(sympy.Symbol(v, real=True)) for v in variables)]
        return [printer.show(each) for each in made]


def _generate(given: Expression, sympy: Any) -> str:
    loss = build(given.tree)
    variables = [sympy.Symbol(v, real=True) for v in VARIABLES[: given.dimension]]
    slopes = [loss.diff(v) for v in variables]
    curves = {(i, j): slopes[i].diff(variables[j])
              for i in range(given.dimension) for j in range(i, given.dimension)}  # fmt: skip
    for made in (loss, *slopes, *curves.values()):
        if made.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
            raise InputError(
                tr("the formula {formula} has no finite value anywhere", formula=given.text)
            )
    names = {"x": "xj", "y": "yj"}
    for parameter in given.parameters:
        if parameter in _TAKEN or keyword.iskeyword(parameter):
            names[parameter] = f"{parameter}_"
    used: set[str] = set()
    targets = {"f[j]": loss} | {f"g[{i}, j]": slope for i, slope in enumerate(slopes)}
    gradient = _kernel(
        "gradient(problem, x, f, g)", f"Fill f = {given.text} and its gradient.", targets,
        given, names, used,
    )  # fmt: skip
    targets = {}
    for (i, j), curve in curves.items():
        targets[f"c[{i}, {j}, j]"] = curve
    hessian = _kernel("hessian(problem, x, c)", "Fill its Hessian.", targets, given, names, used)
    if given.dimension == 2:
        hessian += "\n        c[1, 0, j] = c[0, 1, j]"
    imports = f"from math import {', '.join(sorted(used))}\n" if used else ""
    return (
        f'"""Written for the formula {given.text}. Safe to delete."""\n\n{imports}\n\n'
        f"{gradient}\n\n\n{hessian}\n\n\n{END}\n"
    )
