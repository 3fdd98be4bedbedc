"""A landscape as Python code: its loss, and its slopes for those who do not differentiate."""

from __future__ import annotations

import ast
import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core import algebra, own
from explorer.core.arithmetic import CONSTANTS, FUNCTIONS, value
from explorer.core.errors import InputError
from explorer.core.language import tr

if TYPE_CHECKING:
    from explorer.core.plan import Plan

# Names that mean something else inside the functions that are written.
_TAKEN = {*FUNCTIONS, *CONSTANTS, "x", "y", "point", "np", "jnp", "jax", "torch", "optax",
          "larger", "smaller"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """Lines (`lines`), then an expression in x, y and the parameters, and its slopes (D,).

    Functions are those of core.arithmetic; `plain` are the names that come from Python's `math`
    though all else is an array library's. `own` says that it is a person's own formula.
    """

    value: str
    slopes: tuple[str, ...]
    lines: tuple[str, ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    plain: tuple[str, ...] = ()
    own: bool = False

    @property
    def dimension(self) -> int:
        """How many coordinates a point has."""
        return len(self.slopes)


_TURNED = (
    "cosine, sine = cos(pi * rotation / 180), sin(pi * rotation / 180)",
    "u = cosine * x + sine * y",
    "v = cosine * y - sine * x",
)
_BEALE = (
    "u = 1.5 - x + x * y",
    "v = 2.25 - x + x * y**2",
    "w = 2.625 - x + x * y**3",
)
WRITTEN = {
    "bowl": Loss("x**2 + y**2", ("2 * x", "2 * y")),
    "ravine": Loss(
        "(u**2 + condition * v**2) / 2",
        ("cosine * u - condition * sine * v", "sine * u + condition * cosine * v"),
        _TURNED,
        plain=("cos", "pi", "sin"),
    ),
    "rosenbrock": Loss(
        "(a - x) ** 2 + b * (y - x**2) ** 2",
        ("-2 * (a - x) - 4 * b * x * (y - x**2)", "2 * b * (y - x**2)"),
    ),
    "himmelblau": Loss(
        "(x**2 + y - a) ** 2 + (x + y**2 - b) ** 2",
        (
            "4 * x * (x**2 + y - a) + 2 * (x + y**2 - b)",
            "2 * (x**2 + y - a) + 4 * y * (x + y**2 - b)",
        ),
    ),
    "beale": Loss(
        "u**2 + v**2 + w**2",
        (
            "2 * (u * (y - 1) + v * (y**2 - 1) + w * (y**3 - 1))",
            "2 * x * (u + 2 * y * v + 3 * y**2 * w)",
        ),
        _BEALE,
    ),
    "saddle": Loss("x**2 - k * y**2", ("2 * x", "-2 * k * y")),
    "styblinski_tang": Loss(
        "(x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2",
        ("2 * x**3 - 16 * x + 2.5", "2 * y**3 - 16 * y + 2.5"),
    ),
    "rastrigin": Loss(
        "2 * A + x**2 + y**2 - A * (cos(2 * pi * x) + cos(2 * pi * y))",
        ("2 * x + 2 * pi * A * sin(2 * pi * x)", "2 * y + 2 * pi * A * sin(2 * pi * y)"),
    ),
    "parabola": Loss("x**2", ("2 * x",)),
    "wavy_quartic": Loss("x**4 / 40 + A * sin(3 * x)", ("x**3 / 10 + 3 * A * cos(3 * x)",)),
}


def loss_of(plan: Plan) -> Loss:
    """The code of a plan's landscape, or an InputError that lists those that can be written."""
    landscape = plan.landscape
    if own.is_own(landscape.key):
        return _own(plan)
    if landscape.sheet is not None:
        raise InputError(tr("no code for {name}: its samples are in a file", name=landscape.title))
    if landscape.key not in WRITTEN:
        raise InputError(
            tr(
                "no code for the landscape {name}: there is code for {names} and formulas of "
                "your own",
                name=landscape.key,
                names=", ".join(WRITTEN),
            )
        )
    found = WRITTEN[landscape.key]
    names = (h.name for h in landscape.parameters)
    given = tuple(zip(names, plan.parameters.tolist(), strict=True))
    return Loss(found.value, found.slopes, found.lines, given, found.plain)


def _own(plan: Plan) -> Loss:
    read = own.read(plan.landscape.key)
    called: dict[str, str] = {}
    for name in read.parameters:
        free = name
        while keyword.iskeyword(free) or free in _TAKEN or free in called.values():
            free += "_"
        called[name] = free
    _, *slopes = algebra.slopes(read, called)
    given = zip(read.parameters, plan.parameters.tolist(), strict=True)
    return Loss(
        ast.unparse(_Writing(called).visit(read.tree)),
        tuple(slopes),
        parameters=tuple((called[name], number) for name, number in given),
        own=True,
    )


class _Writing(ast.NodeTransformer):
    """A formula's tree in Python's words: whole numbers short, calls of plain numbers computed."""

    def __init__(self, called: dict[str, str]) -> None:
        self.called = called

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return _number(float(node.value))  # type: ignore[arg-type]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Name(self.called.get(node.id, node.id))

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        match node:
            case ast.BinOp(ast.Name(id="e"), ast.Pow(), exponent) if _free(exponent):
                return ast.Call(ast.Name("exp"), [self.visit(exponent)], [])
        return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not _free(node):
            return _number(value(node, {}))
        return ast.Call(node.func, [self.visit(a) for a in node.args], [])


def _free(node: ast.expr) -> bool:
    """Whether anything but numbers is in it."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return not names <= FUNCTIONS.keys() | CONSTANTS.keys()


def _number(number: float) -> ast.expr:
    size = abs(number)
    made: ast.expr = ast.Constant(int(size) if size.is_integer() and size < 1e6 else size)
    return ast.UnaryOp(ast.USub(), made) if number < 0 else made
