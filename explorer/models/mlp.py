"""A multi-layer perceptron of any widths, trained by backpropagation."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, sqrt, tanh
from typing import TYPE_CHECKING, Any

from numpy import empty

from explorer.core.linear import L1, L2
from explorer.core.spec import Block, Hyper, Model

if TYPE_CHECKING:
    from explorer.core.spec import Choices

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu")
LOSSES = ("mse", "binary cross-entropy", "cross-entropy")
# As torch.nn.BatchNorm1d has it; its momentum is 0.1.
_EPS = 1e-5
# Rows that go through the layers together.
TILE = 64


def add_product(
    c: Any, c_at: int, a: Any, a_at: int, down: int, along: int, b: Any, b_at: int,
    rows: int, columns: int, depth: int,
) -> None:  # fmt: skip
    """Add to c (rows, columns) the product of a (rows, depth) and b (depth, columns).

    All are flat and begin at a place of their own. b and c are without gaps; in a it is `down` to
    the next row and `along` to the next column. The engine has vector code for this.
    """
    for i in range(rows):
        for j in range(columns):
            for k in range(depth):
                c[c_at + i * columns + j] += (
                    a[a_at + i * down + k * along] * b[b_at + k * columns + j]
                )


def turn(b: Any, b_at: int, a: Any, a_at: int, rows: int, columns: int) -> None:
    """Fill b (columns, rows) with the transpose of a (rows, columns); flat, as above."""
    for i in range(rows):
        for j in range(columns):
            b[b_at + j * rows + i] = a[a_at + i * columns + j]


def fill_rows(c: Any, c_at: int, a: Any, a_at: int, rows: int, columns: int) -> None:
    """Fill each row of c (rows, columns) with its element of a; flat, as above."""
    for i in range(rows):
        for j in range(columns):
            c[c_at + i * columns + j] = a[a_at + i]


def add_rows(a: Any, a_at: int, c: Any, c_at: int, rows: int, columns: int) -> None:
    """Add the sum of each row of c (rows, columns) to its element of a; flat, as above."""
    for i in range(rows):
        for j in range(columns):
            a[a_at + i] += c[c_at + i * columns + j]


def part(a: Any, start: int, count: int) -> Any:
    """So many numbers of a, flat, from start on. The engine's own does not keep a alive."""
    return a.reshape(a.size)[start : start + count]


def gradient(problem, x, f, g):  # type: ignore[no-untyped-def]
    """The mean loss over the rows of a step and its gradient, by backpropagation.

    numbers: l1, l2, the share dropped. Own configuration: loss, activation, whether batch norm,
    how many layers, and the width of each from the inputs to the outputs. Buffers hold a running
    mean and variance for each hidden unit where there is batch norm.
    """
    numbers, data, targets, rows, config, buffers = problem
    l1, l2, dropped = numbers[0], numbers[1], numbers[2]
    training, updates, value_only = config[1] != 0, config[2] != 0, config[3] != 0
    kind, shape, normed, layers = config[5], config[6], config[7] != 0, config[8]
    masked = training and dropped > 0.0
    size, d = x.shape[0], config[9]
    chosen = rows.shape[0] > 0
    many = 0 if chosen else data.shape[0]
    for k in range(rows.shape[0]):
        if rows[k] >= 0:
            many += 1
    units, widest = 0, d
    for n in range(layers):
        units += config[10 + n]
        widest = max(widest, config[10 + n])
    # Rows go through all layers a tile at a time, which stays near the processor; all at once where
    # batch norm asks for their mean. Arrays of a layer are (units, rows of the tile), flat and
    # without gaps. `made` is what each unit gives, `normal` what batch norm makes of it, `kept`
    # what dropout leaves of it: places in one array, as asking for memory takes long.
    tile = max(many if normed and training else min(many, TILE), 1)
    single = x.shape[1] == 1
    made = 0
    normal = made + units * tile
    kept = normal + (units * tile if normed else 0)
    delta = kept + (units * tile if masked else 0)
    below = delta + widest * tile
    top = below + widest * tile
    whole = top + tile
    spread = whole + tile
    y = spread + units
    columns = y + many
    table = columns + many * d
    rest = table + (many * d if chosen else 0)
    room = empty(rest + (0 if single else 2 * size))
    if single:
        theta, slope = part(x, 0, size), part(g, 0, size)
    else:
        theta, slope = part(room, rest, size), part(room, rest + size, size)
    read = part(room, 0, room.size)
    if chosen:
        n = 0
        for k in range(rows.shape[0]):
            r = rows[k]
            if r >= 0:
                room[y + n] = targets[r, 0]
                for i in range(d):
                    room[table + n * d + i] = data[r, i]
                n += 1
    else:
        read, table = part(data, 0, data.size), 0
        for r in range(many):
            room[y + r] = targets[r, 0]
    for begun in range(0, many, tile):
        at = begun * d
        turn(room, columns + at, read, table + at, min(tile, many - begun), d)
    for j in range(x.shape[1]):
        if not single:
            for i in range(size):
                theta[i] = x[i, j]
        if not value_only:
            for i in range(size):
                slope[i] = 0.0
        at = 0  # of this layer's weight in theta
        penalty = 0.0
        if l1 > 0.0 or l2 > 0.0:
            for layer in range(layers):
                ins, outs = config[9 + layer], config[10 + layer]
                for i in range(at, at + ins * outs):
                    w = theta[i]
                    penalty += l1 * abs(w) + l2 * w * w
                    if not value_only:
                        slope[i] = 2.0 * l2 * w + (l1 if w > 0.0 else (-l1 if w < 0.0 else 0.0))
                at += ins * outs + (3 * outs if normed else outs)
        total = 0.0
        for begun in range(0, many, tile):
            n = min(tile, many - begun)
            # forward
            at = 0
            start = 0  # of this layer's outputs among what the units give
            for layer in range(layers):
                ins, outs = config[9 + layer], config[10 + layer]
                fill_rows(room, made + start, theta, at + ins * outs, outs, n)
                if layer == 0:
                    add_product(
                        room, made, theta, at, ins, 1, room, columns + begun * d, outs, n, ins
                    )
                else:
                    before = start - ins * n
                    add_product(
                        room, made + start, theta, at, ins, 1, room, made + before, outs, n, ins
                    )
                at += ins * outs + outs
                if layer == layers - 1:
                    break
                if normed:
                    unit = start // n
                    for o in range(outs):
                        c = part(room, made + start + o * n, n)
                        z = part(room, normal + start + o * n, n)
                        mean, var = 0.0, 0.0
                        q = 2 * unit + o  # of its running mean
                        if training:
                            for r in range(n):
                                mean += c[r]
                            mean /= n
                            for r in range(n):
                                var += (c[r] - mean) * (c[r] - mean)
                            if updates:
                                fair = var / max(n - 1, 1)
                                buffers[q, j] += 0.1 * (mean - buffers[q, j])
                                buffers[q + outs, j] += 0.1 * (fair - buffers[q + outs, j])
                            var /= n
                        else:
                            mean, var = buffers[q, j], buffers[q + outs, j]
                        inverse = 1.0 / sqrt(var + 1e-5)
                        room[spread + unit + o] = inverse
                        gain, offset = theta[at + o], theta[at + outs + o]
                        for r in range(n):
                            z[r] = (c[r] - mean) * inverse
                            c[r] = gain * z[r] + offset
                    at += 2 * outs
                c = part(room, made + start, outs * n)
                if shape == 1:
                    for r in range(c.shape[0]):
                        c[r] = 1.0 / (1.0 + exp(-c[r]))
                elif shape == 2:
                    for r in range(c.shape[0]):
                        c[r] = tanh(c[r])
                elif shape == 3:
                    for r in range(c.shape[0]):
                        c[r] = max(c[r], 0.0)
                if masked:
                    for o in range(outs):
                        c = part(room, made + start + o * n, n)
                        share = part(room, kept + start + o * n, n)
                        # Draws by number: a scrambling of 32 bits of the key, then with the step,
                        # the unit and the row. No product reaches 2**63, where the compiler takes
                        # it that signed numbers never overflow.
                        u = config[4]
                        for word in (config[0], d + start // n + o):
                            u ^= u >> 16
                            u = (u * 0x21F0AAAD) & 0xFFFFFFFF
                            u ^= u >> 15
                            u = (u * 0x735A2D97) & 0xFFFFFFFF
                            u = (u ^ (u >> 15)) + word
                        stream = u
                        for r in range(n):
                            u = (stream + (begun + r) * 0x9E3779B9) & 0xFFFFFFFF
                            u ^= u >> 16
                            u = (u * 0x21F0AAAD) & 0xFFFFFFFF
                            u ^= u >> 15
                            u = (u * 0x735A2D97) & 0xFFFFFFFF
                            u ^= u >> 15
                            stays = u * 2.0**-32 >= dropped
                            share[r] = 1.0 / (1.0 - dropped) if stays else 0.0
                            c[r] *= share[r]
                start += outs * n
            # the loss and its slope by the outputs; one logarithm of the product of many rows
            outs = config[9 + layers]
            c, e = part(room, made + start, outs * n), part(room, delta, outs * n)
            right, sums = part(room, y + begun, n), part(room, whole, n)
            if kind == 0:
                for r in range(n):
                    v = c[r] - right[r]
                    total += v * v
                    e[r] = 2.0 * v / many
            elif kind == 1:
                for r in range(n):
                    v = c[r]
                    small = exp(-abs(v))
                    total += max(v, 0.0) - v * right[r]
                    sums[r] = 1.0 + small
                    e[r] = ((1.0 if v >= 0.0 else small) / (1.0 + small) - right[r]) / many
            else:
                most = part(room, top, n)
                for r in range(n):
                    most[r] = c[r]
                    sums[r] = 0.0
                for o in range(1, outs):
                    row = part(c, o * n, n)
                    for r in range(n):
                        most[r] = max(most[r], row[r])
                for o in range(outs):
                    row, raised = part(c, o * n, n), part(e, o * n, n)
                    for r in range(n):
                        raised[r] = exp(row[r] - most[r])
                        sums[r] += raised[r]
                for r in range(n):
                    total += most[r] - c[int(right[r]) * n + r]
                if not value_only:
                    for r in range(n):
                        most[r] = 1.0 / (sums[r] * many)
                    for o in range(outs):
                        raised = part(e, o * n, n)
                        for r in range(n):
                            raised[r] *= most[r]
                    for r in range(n):
                        e[int(right[r]) * n + r] -= 1.0 / many
            if kind > 0:
                product = 1.0
                for r in range(n):
                    product *= sums[r]
                    if product > 1e200:
                        total += log(product)
                        product = 1.0
                total += log(product)
            if value_only:
                continue
            # backward
            for back in range(layers):
                layer = layers - 1 - back
                ins, outs = config[9 + layer], config[10 + layer]
                if back > 0:
                    start -= outs * n
                    c, e = part(room, made + start, outs * n), part(room, delta, outs * n)
                    if masked:
                        # undone: the slope of an activation is asked of its own value
                        share = part(room, kept + start, outs * n)
                        for r in range(c.shape[0]):
                            e[r] *= share[r]
                            c[r] = c[r] / share[r] if share[r] > 0.0 else 0.0
                    if shape == 1:
                        for r in range(c.shape[0]):
                            e[r] *= c[r] * (1.0 - c[r])
                    elif shape == 2:
                        for r in range(c.shape[0]):
                            e[r] *= 1.0 - c[r] * c[r]
                    elif shape == 3:
                        for r in range(c.shape[0]):
                            e[r] = e[r] if c[r] > 0.0 else 0.0
                    if normed:
                        at -= 2 * outs
                        for o in range(outs):
                            e = part(room, delta + o * n, n)
                            z = part(room, normal + start + o * n, n)
                            sum_e, sum_ez = 0.0, 0.0
                            for r in range(n):
                                sum_e += e[r]
                                sum_ez += e[r] * z[r]
                            slope[at + o] += sum_ez
                            slope[at + outs + o] += sum_e
                            factor = theta[at + o] * room[spread + start // n + o]
                            if training:
                                sum_e /= n
                                sum_ez /= n
                                for r in range(n):
                                    e[r] = factor * (e[r] - sum_e - z[r] * sum_ez)
                            else:
                                for r in range(n):
                                    e[r] *= factor
                at -= ins * outs + outs
                add_rows(slope, at + ins * outs, room, delta, outs, n)
                if layer == 0:
                    add_product(slope, at, room, delta, n, 1, read, table + begun * d, outs, ins, n)
                    break
                # what is to take the slope by the inputs holds their transpose first
                turn(room, below, room, made + start - ins * n, ins, n)
                add_product(slope, at, room, delta, n, 1, room, below, outs, ins, n)
                e = part(room, below, ins * n)
                for r in range(e.shape[0]):
                    e[r] = 0.0
                add_product(room, below, theta, at, 1, ins, room, delta, ins, n, outs)
                delta, below = below, delta
        f[j] = total / many + penalty
        if not (single or value_only):
            for i in range(size):
                g[i, j] = slope[i]


def _widths(features: int, classes: int, chosen: Choices) -> list[int]:
    hidden = str(chosen["hidden"])
    inner = [] if hidden == "none" else [int(w) for w in hidden.split("-")]
    return [features, *inner, classes if classes > 2 else 1]


def blocks(features: int, classes: int, chosen: Choices) -> tuple[Block, ...]:
    """Weight and bias of each layer, and of batch norm's, in torch's order."""
    widths = _widths(features, classes, chosen)
    made: list[Block] = []
    for n, (ins, outs) in enumerate(pairwise(widths), start=1):
        made += [Block(f"weight {n}", (outs, ins)), Block(f"bias {n}", (outs,), "bias")]
        if chosen["batch_norm"] == "on" and n < len(widths) - 1:
            made += [Block(f"gain {n}", (outs,), "norm"), Block(f"offset {n}", (outs,), "norm")]
    return tuple(made)


def numbers(chosen: Choices) -> tuple[float, ...]:
    """l1, l2 and the share dropped."""
    return float(chosen["l1"]), float(chosen["l2"]), float(chosen["dropout"])


def whole(features: int, classes: int, chosen: Choices) -> tuple[int, ...]:
    """Loss, activation, whether batch norm, how many layers, and the widths."""
    widths = _widths(features, classes, chosen)
    loss = min(classes, 3) - 1 if classes else 0
    shape = ACTIVATIONS.index(str(chosen["activation"]))
    return loss, shape, int(chosen["batch_norm"] == "on"), len(widths) - 1, *widths


def running(own: tuple[int, ...]) -> tuple[float, ...]:
    """A mean of 0 and a variance of 1 for each hidden unit, layer by layer."""
    if not own[2]:
        return ()
    return tuple(v for width in own[5:-1] for v in [0.0] * width + [1.0] * width)


def first(draw: Any, parts: tuple[Block, ...], chosen: Choices) -> Any:
    """Weights by Glorot and Bengio, by He et al., or as torch.nn.Linear begins; gains are one."""
    import numpy as np

    made = []
    ins = 1
    for part in parts:
        if part.kind == "norm":
            made.append(np.full(part.size, float(part.name.startswith("gain"))))
            continue
        outs = part.shape[0]
        if part.kind == "weight":
            ins = part.shape[1]  # of the bias that follows too
        if chosen["init"] == "plain":
            bound = 1 / np.sqrt(ins)
        elif part.kind == "bias":
            made.append(np.zeros(part.size))
            continue
        else:
            bound = np.sqrt(6 / (ins + outs)) if chosen["init"] == "xavier" else np.sqrt(6 / ins)
        made.append(draw.uniform(-bound, bound, part.size))
    return np.concatenate(made)


def predict(theta: Any, data: Any, _numbers: Any, own: tuple[int, ...], stats: Any) -> Any:
    """Outputs (M, O) at rows data (M, F), with the running statistics of batch norm."""
    import numpy as np

    shape, normed, layers, *widths = own[1], own[2], own[3], *own[4:]
    value, at, seen = data, 0, 0
    for n in range(layers):
        ins, outs = widths[n], widths[n + 1]
        weight = theta[at : at + ins * outs].reshape(outs, ins)
        at += ins * outs
        value = value @ weight.T + theta[at : at + outs]
        at += outs
        if n == layers - 1:
            break
        if normed:
            mean, var = stats[seen : seen + outs], stats[seen + outs : seen + 2 * outs]
            value = (value - mean) / np.sqrt(var + _EPS) * theta[at : at + outs]
            value = value + theta[at + outs : at + 2 * outs]
            at, seen = at + 2 * outs, seen + 2 * outs
        if shape == 1:
            value = 0.5 + 0.5 * np.tanh(0.5 * value)
        elif shape == 2:
            value = np.tanh(value)
        elif shape == 3:
            value = np.maximum(value, 0)
    return value


SPEC = Model(
    key="mlp",
    title="Multi-layer perceptron",
    tasks=("regression", "binary", "multiclass"),
    gradient=gradient,
    blocks=blocks,
    numbers=numbers,
    whole=whole,
    first=first,
    predict=predict,
    hyper=(
        Hyper("hidden", "16-16", high=4096, widths=True, help="The widths of the hidden layers."),
        Hyper(
            "activation", "tanh", choices=ACTIVATIONS,
            help="The activation function of the hidden units.",
        ),
        Hyper("init", "xavier", choices=("xavier", "he", "plain"), help="How weights begin."),
        Hyper(
            "dropout", 0.0, low=0.0, high=1.0, high_open=True, slider=(0.0, 0.8),
            help="The share of hidden units left out of each step.",
        ),
        Hyper("batch_norm", "off", choices=("off", "on"), help="Normalise each hidden unit."),
        L1,
        L2,
    ),
    running=running,
    summary="Layers of weighted sums and bends; its loss has valleys, plateaus and saddles.",
    source="Rumelhart, Hinton and Williams 1986",
)  # fmt: skip
