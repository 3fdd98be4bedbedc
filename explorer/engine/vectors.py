"""Products and transposes of matrices as vector code, written for LLVM itself.

A compiler that is given the plain loops keeps neither sums nor columns in registers and reaches
two fifths of what the processor can do; these blocks reach nearly all. What is here stands in for
plain functions of the same names that a model's kernel calls (`training.vectorised`).
"""

from __future__ import annotations

from typing import Any

from . import contract  # (chooses the cache folder before numba is imported)

import llvmlite.binding  # isort: skip
from llvmlite import ir  # isort: skip
from numba import types  # isort: skip
from numba.core import cgutils  # isort: skip
from numba.extending import intrinsic  # isort: skip
from numba.np.arrayobj import make_array, populate_array  # isort: skip

# Numbers in a vector: wider ones than the processor knows are cut up. And the vectors and rows that
# a block of sums has: enough to hide how long one takes, few enough for the registers.
_FEATURES = llvmlite.binding.get_host_cpu_features()
WIDTH = 4
BLOCKS: tuple[tuple[int, int], ...] = (2, 4), (1, 8)
if _FEATURES.get("avx512f"):
    WIDTH, BLOCKS = 8, ((4, 4), (2, 4), (1, 8))
_REAL, _WHOLE = ir.DoubleType(), ir.IntType(64)
_VECTOR = ir.VectorType(_REAL, WIDTH)
_POINTER = _REAL.as_pointer()


def _whole(value: int) -> Any:
    return ir.Constant(_WHOLE, value)


class _Writer:
    """One function of LLVM's, from its arguments' names."""

    def __init__(self, module: Any, name: str, pointers: str, numbers: str) -> None:
        names = [*pointers.split(), *numbers.split()]
        kinds = [_POINTER if n in pointers.split() else _WHOLE for n in names]
        self.function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
        # one copy, however often it is called
        self.function.linkage = "internal"
        self.function.attributes.add("noinline")
        self.function.attributes.add("nounwind")
        self.builder = ir.IRBuilder(self.function.append_basic_block())
        self.given = dict(zip(names, self.function.args, strict=True))

    def at(self, base: Any, row: Any, stride: Any, column: Any = None) -> Any:
        """The address of an element."""
        offset = self.builder.mul(row, stride)
        if column is not None:
            offset = self.builder.add(offset, column)
        return self.builder.gep(base, [offset], source_etype=_REAL)

    def range(self, start: Any, stop: Any, step: int) -> Any:
        """A loop over start, start + step, ... of which all `step` are below stop."""
        last = self.builder.sub(stop, _whole(step - 1))
        return cgutils.for_range_slice(self.builder, start, last, _whole(step), _WHOLE)

    def full(self, start: Any, stop: Any, step: int) -> Any:
        """Where such a loop ends."""
        b = self.builder
        return b.add(start, b.mul(b.sdiv(b.sub(stop, start), _whole(step)), _whole(step)))

    def splat(self, value: Any, kind: Any) -> Any:
        """A vector of one value."""
        first = self.builder.insert_element(
            ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
        )
        every = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
        return self.builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), every)

    def call(self, name: str, kind: Any, arguments: list[Any]) -> Any:
        """A function of LLVM's own."""
        shape = ir.FunctionType(kind, [a.type for a in arguments])
        made = cgutils.get_or_insert_function(self.builder.module, shape, name)
        return self.builder.call(made, arguments)

    def load(self, address: Any, mask: Any = None) -> Any:
        """A vector, zero where the mask is."""
        if mask is None:
            return self.builder.load(address, align=8, typ=_VECTOR)
        pointed = self.builder.bitcast(address, _VECTOR.as_pointer())
        eight, zero = ir.Constant(ir.IntType(32), 8), ir.Constant(_VECTOR, None)
        return self.call(f"llvm.masked.load.v{WIDTH}f64.p0", _VECTOR, [pointed, eight, mask, zero])

    def store(self, value: Any, address: Any, mask: Any = None) -> None:
        """Put a vector, where the mask is."""
        pointed = self.builder.bitcast(address, _VECTOR.as_pointer())
        if mask is None:
            self.builder.store(value, pointed, align=8)
            return
        eight = ir.Constant(ir.IntType(32), 8)
        name = f"llvm.masked.store.v{WIDTH}f64.p0"
        self.call(name, ir.VoidType(), [value, pointed, eight, mask])


def _block(w: _Writer, m: Any, n: Any, rows: int, vectors: int, mask: Any = None) -> None:
    """Rows m and vectors n of c += a b, the sums in registers."""
    b, given = w.builder, w.given
    c = [
        [
            w.at(given["c"], b.add(m, _whole(i)), given["columns"], b.add(n, _whole(v * WIDTH)))
            for v in range(vectors)
        ]
        for i in range(rows)
    ]
    begun = [[w.load(address, mask) for address in row] for row in c]
    before = b.block
    loop, after = b.append_basic_block(), b.append_basic_block()
    left = [w.at(given["a"], b.add(m, _whole(i)), given["down"]) for i in range(rows)]
    b.branch(loop)
    b.position_at_end(loop)
    k = b.phi(_WHOLE)
    k.add_incoming(_whole(0), before)
    sums = [[b.phi(_VECTOR) for _ in row] for row in begun]
    right = [
        w.load(w.at(given["b"], k, given["columns"], b.add(n, _whole(v * WIDTH))), mask)
        for v in range(vectors)
    ]
    for i in range(rows):
        factor = b.load(w.at(left[i], k, given["along"]), typ=_REAL)
        factor = w.splat(factor, _VECTOR)
        for v in range(vectors):
            # fused where the processor can, and two operations where it cannot
            name = f"llvm.fmuladd.v{WIDTH}f64"
            new = w.call(name, _VECTOR, [factor, right[v], sums[i][v]])
            sums[i][v].add_incoming(begun[i][v], before)
            sums[i][v].add_incoming(new, loop)
            begun[i][v] = new
    more = b.add(k, _whole(1))
    k.add_incoming(more, loop)
    b.cbranch(b.icmp_signed("<", more, given["depth"]), loop, after)
    b.position_at_end(after)
    for addresses, values in zip(c, begun, strict=True):
        for address, value in zip(addresses, values, strict=True):
            w.store(value, address, mask)


def _write_add_product(module: Any) -> Any:
    w = _Writer(module, "add_product", "c a b", "down along rows columns depth")
    b, given = w.builder, w.given
    with b.if_then(b.icmp_signed("<=", given["depth"], _whole(0))):
        b.ret_void()

    def down(n: Any, vectors: int, high: int, mask: Any = None) -> None:
        with w.range(_whole(0), given["rows"], high) as (m, _):
            _block(w, m, n, high, vectors, mask)
        with w.range(w.full(_whole(0), given["rows"], high), given["rows"], 1) as (m, _):
            _block(w, m, n, 1, vectors, mask)

    start = _whole(0)
    for vectors, high in BLOCKS:
        with w.range(start, given["columns"], vectors * WIDTH) as (n, _):
            down(n, vectors, high)
        start = w.full(start, given["columns"], vectors * WIDTH)
    rest = b.sub(given["columns"], start)
    with b.if_then(b.icmp_signed(">", rest, _whole(0))):
        kind = ir.VectorType(_WHOLE, WIDTH)
        lanes = ir.Constant(kind, list(range(WIDTH)))
        down(start, *BLOCKS[-1], b.icmp_signed("<", lanes, w.splat(rest, kind)))
    b.ret_void()
    return w.function


def _write_turn(module: Any) -> Any:
    w = _Writer(module, "turn", "b a", "rows columns")
    b, given = w.builder, w.given

    def single(i: Any, j: Any) -> None:
        value = b.load(w.at(given["a"], i, given["columns"], j), typ=_REAL)
        b.store(value, w.at(given["b"], j, given["rows"], i))

    end, columns = w.full(_whole(0), given["rows"], WIDTH), given["columns"]
    with w.range(_whole(0), given["rows"], WIDTH) as (i, _):
        with w.range(_whole(0), columns, WIDTH) as (j, _):
            square = [
                w.load(w.at(given["a"], b.add(i, _whole(r)), columns, j)) for r in range(WIDTH)
            ]
            half = WIDTH // 2
            while half:  # halves of the square change places, then halves of these
                low = [n + (WIDTH - half if n & half else 0) for n in range(WIDTH)]
                high = [n + (WIDTH if n & half else half) for n in range(WIDTH)]
                kind = ir.VectorType(ir.IntType(32), WIDTH)
                for r in range(WIDTH):
                    if not r & half:
                        one, two = square[r], square[r + half]
                        square[r] = b.shuffle_vector(one, two, ir.Constant(kind, low))
                        square[r + half] = b.shuffle_vector(one, two, ir.Constant(kind, high))
                half //= 2
            for r in range(WIDTH):
                w.store(square[r], w.at(given["b"], b.add(j, _whole(r)), given["rows"], i))
        rest = w.full(_whole(0), columns, WIDTH)
        with w.range(rest, columns, 1) as (j, _):
            for r in range(WIDTH):
                single(b.add(i, _whole(r)), j)
    with w.range(end, given["rows"], 1) as (i, _), w.range(_whole(0), columns, 1) as (j, _):
        single(i, j)
    b.ret_void()
    return w.function


def _write_fill_rows(module: Any) -> Any:
    w = _Writer(module, "fill_rows", "c a", "rows columns")
    b, given = w.builder, w.given
    with w.range(_whole(0), given["rows"], 1) as (i, _):
        value = b.load(w.at(given["a"], i, _whole(1)), typ=_REAL)
        with w.range(_whole(0), given["columns"], 1) as (j, _):
            b.store(value, w.at(given["c"], i, given["columns"], j))
    b.ret_void()
    return w.function


def _write_add_rows(module: Any) -> Any:
    w = _Writer(module, "add_rows", "a c", "rows columns")
    b, given = w.builder, w.given
    held = b.alloca(_REAL)
    with w.range(_whole(0), given["rows"], 1) as (i, _):
        to = w.at(given["a"], i, _whole(1))
        b.store(b.load(to, typ=_REAL), held)
        with w.range(_whole(0), given["columns"], 1) as (j, _):
            value = b.load(w.at(given["c"], i, given["columns"], j), typ=_REAL)
            # in any order, which is what makes it vector code
            new = b.fadd(b.load(held, typ=_REAL), value, flags=("reassoc",))
            b.store(new, held)
        b.store(b.load(held, typ=_REAL), to)
    b.ret_void()
    return w.function


def _called(write: Any, given: tuple[Any, ...]) -> Any:
    """Code that calls what `write` makes once a module; after each array stands its start."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made, name = [], write.__name__.removeprefix("_write_")
        numbers, rest = [], list(zip(signature.args, arguments, strict=True))
        while rest:
            kind, value = rest.pop(0)
            if isinstance(kind, types.Array):
                at, start = rest.pop(0)
                start = context.cast(builder, start, at, types.int64)
                data = make_array(kind)(context, builder, value).data
                made.append(builder.gep(data, [start], source_etype=_REAL))
            else:
                numbers.append(context.cast(builder, value, kind, types.int64))
        function = builder.module.globals.get(name) or write(builder.module)
        builder.call(function, [*made, *numbers])
        return context.get_dummy_value()

    return types.void(*given), generate


@intrinsic
def add_product(
    _: Any, c: Any, c_at: Any, a: Any, a_at: Any, down: Any, along: Any, b: Any, b_at: Any,
    rows: Any, columns: Any, depth: Any,
) -> Any:  # fmt: skip
    """Add to c (rows, columns) the product of a (rows, depth) and b (depth, columns)."""
    given = (c, c_at, a, a_at, down, along, b, b_at, rows, columns, depth)
    return _called(_write_add_product, given)


@intrinsic
def turn(_: Any, b: Any, b_at: Any, a: Any, a_at: Any, rows: Any, columns: Any) -> Any:
    """Fill b (columns, rows) with the transpose of a (rows, columns)."""
    return _called(_write_turn, (b, b_at, a, a_at, rows, columns))


@intrinsic
def fill_rows(_: Any, c: Any, c_at: Any, a: Any, a_at: Any, rows: Any, columns: Any) -> Any:
    """Fill each row of c (rows, columns) with its element of a."""
    return _called(_write_fill_rows, (c, c_at, a, a_at, rows, columns))


@intrinsic
def add_rows(_: Any, a: Any, a_at: Any, c: Any, c_at: Any, rows: Any, columns: Any) -> Any:
    """Add the sum of each row of c (rows, columns) to its element of a."""
    return _called(_write_add_rows, (a, a_at, c, c_at, rows, columns))


@intrinsic
def part(_: Any, a: Any, start: Any, count: Any) -> Any:
    """So many numbers of a, from start on, as long as a is there: nobody counts this reference."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        size = context.cast(builder, arguments[2], signature.args[2], types.intp)
        given = make_array(signature.args[0])(context, builder, arguments[0])
        made = make_array(signature.return_type)(context, builder)
        data = builder.gep(given.data, [at], source_etype=_REAL)
        populate_array(
            made, data=data, shape=[size], strides=[_whole(8)], itemsize=_whole(8), meminfo=None
        )
        return made._getvalue()

    return contract.A1(a, start, count), generate
