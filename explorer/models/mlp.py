"""A multi-layer perceptron of any widths, trained by backpropagation."""

from __future__ import annotations

from itertools import pairwise
from math import exp, log, sqrt
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
    many = 0
    for k in range(rows.shape[0]):
        if rows[k] >= 0:
            many += 1
    if rows.shape[0] == 0:
        many = data.shape[0]
    units, widest = 0, 0
    for n in range(layers + 1):
        units += config[9 + n]
        widest = max(widest, config[9 + n])
    # All arrays of a layer are (units, rows), so that the inner loops run along the rows. `made` is
    # what each unit gives, `normal` what batch norm makes of it, `kept` what dropout leaves of it.
    made = empty((units, many))
    normal = empty((units if normed else 1, many))
    kept = empty((units if masked else 1, many))
    spread = empty(units)
    theta = empty(x.shape[0])
    slope = empty(x.shape[0])
    delta = empty((widest, many))
    below = empty((widest, many))
    y = empty(many)
    d = config[9]
    table = empty((many, d))
    n = 0
    for k in range(rows.shape[0] if rows.shape[0] > 0 else many):
        r = rows[k] if rows.shape[0] > 0 else k
        if r >= 0:
            y[n] = targets[r, 0]
            for i in range(d):
                v = data[r, i]
                table[n, i] = v
                made[i, n] = v
            n += 1
    for j in range(x.shape[1]):
        for i in range(x.shape[0]):
            theta[i] = x[i, j]
        # forward
        at = 0  # of this layer's weight in theta
        start = 0  # of this layer's inputs among the units
        penalty = 0.0
        for layer in range(layers):
            ins, outs = config[9 + layer], config[10 + layer]
            bias = at + ins * outs
            end = start + ins
            hidden = layer < layers - 1
            inputs, outputs = made[start:end], made[end : end + outs]
            weight = theta[at:bias].reshape(outs, ins)
            if l1 > 0.0 or l2 > 0.0:
                for o in range(outs):
                    for i in range(ins):
                        penalty += l1 * abs(weight[o, i]) + l2 * weight[o, i] * weight[o, i]
            fours = ins - ins % 4
            for o in range(outs):
                c, b = outputs[o], theta[bias + o]
                for r in range(many):
                    c[r] = b
                # four at a time: half as much goes to and from memory
                for i in range(0, fours, 4):
                    w0, w1, w2, w3 = (
                        weight[o, i],
                        weight[o, i + 1],
                        weight[o, i + 2],
                        weight[o, i + 3],
                    )
                    a0, a1, a2, a3 = inputs[i], inputs[i + 1], inputs[i + 2], inputs[i + 3]
                    for r in range(many):
                        c[r] += w0 * a0[r] + w1 * a1[r] + w2 * a2[r] + w3 * a3[r]
                for i in range(fours, ins):
                    w0, a0 = weight[o, i], inputs[i]
                    for r in range(many):
                        c[r] += w0 * a0[r]
            after = bias + outs
            if hidden and normed:
                first = 2 * (end - d)  # of this layer's running mean
                for o in range(outs):
                    c, z = outputs[o], normal[end + o]
                    mean, var = 0.0, 0.0
                    if training:
                        for r in range(many):
                            mean += c[r]
                        mean /= many
                        for r in range(many):
                            var += (c[r] - mean) * (c[r] - mean)
                        if updates:
                            fair = var / max(many - 1, 1)
                            buffers[first + o, j] += 0.1 * (mean - buffers[first + o, j])
                            q = first + outs + o
                            buffers[q, j] += 0.1 * (fair - buffers[q, j])
                        var /= many
                    else:
                        mean = buffers[first + o, j]
                        var = buffers[first + outs + o, j]
                    inverse = 1.0 / sqrt(var + 1e-5)
                    spread[end + o] = inverse
                    gain, offset = theta[after + o], theta[after + outs + o]
                    for r in range(many):
                        z[r] = (c[r] - mean) * inverse
                        c[r] = gain * z[r] + offset
                after += 2 * outs
            if hidden:
                for o in range(outs):
                    c = outputs[o]
                    if shape == 1:
                        for r in range(many):
                            c[r] = 1.0 / (1.0 + exp(-c[r]))
                    elif shape == 2:
                        for r in range(many):
                            c[r] = 1.0 - 2.0 / (exp(2.0 * c[r]) + 1.0)
                    elif shape == 3:
                        for r in range(many):
                            c[r] = max(c[r], 0.0)
                    if masked:
                        # Draws by number: a scrambling of 32 bits of the key, then with the step,
                        # the unit and the row. No product reaches 2**63, where the compiler takes
                        # it that signed numbers never overflow.
                        u = config[4]
                        for word in (config[0], end + o):
                            u ^= u >> 16
                            u = (u * 0x21F0AAAD) & 0xFFFFFFFF
                            u ^= u >> 15
                            u = (u * 0x735A2D97) & 0xFFFFFFFF
                            u = (u ^ (u >> 15)) + word
                        stream = u
                        for r in range(many):
                            u = (stream + r * 0x9E3779B9) & 0xFFFFFFFF
                            u ^= u >> 16
                            u = (u * 0x21F0AAAD) & 0xFFFFFFFF
                            u ^= u >> 15
                            u = (u * 0x735A2D97) & 0xFFFFFFFF
                            u ^= u >> 15
                            stays = u * 2.0**-32 >= dropped
                            kept[end + o, r] = 1.0 / (1.0 - dropped) if stays else 0.0
                            c[r] *= kept[end + o, r]
            at = after
            start = end
        # the loss and its slope by the outputs
        outs = config[9 + layers]
        outputs = made[start : start + outs]
        total = 0.0
        if kind == 0:
            for r in range(many):
                e = outputs[0, r] - y[r]
                total += e * e
                delta[0, r] = 2.0 * e / many
        elif kind == 1:
            for r in range(many):
                v = outputs[0, r]
                small = exp(-abs(v))
                total += max(v, 0.0) - v * y[r] + log(1.0 + small)
                delta[0, r] = ((1.0 if v >= 0.0 else small) / (1.0 + small) - y[r]) / many
        else:
            for r in range(many):
                top = outputs[0, r]
                for o in range(1, outs):
                    top = max(top, outputs[o, r])
                s = 0.0
                for o in range(outs):
                    e = exp(outputs[o, r] - top)
                    delta[o, r] = e
                    s += e
                right = int(y[r])
                total += log(s) + top - outputs[right, r]
                for o in range(outs):
                    delta[o, r] /= s * many
                delta[right, r] -= 1.0 / many
        f[j] = total / many + penalty
        if not value_only:
            # backward
            for back in range(layers):
                layer = layers - 1 - back
                ins, outs = config[9 + layer], config[10 + layer]
                end = start
                start = end - ins
                inputs = made[start:end]
                if layer < layers - 1:
                    for o in range(outs):
                        c, e = made[end + o], delta[o]
                        if masked:
                            # undone: the slope of an activation is asked of its own value
                            for r in range(many):
                                share = kept[end + o, r]
                                e[r] *= share
                                c[r] = c[r] / share if share > 0.0 else 0.0
                        if shape == 1:
                            for r in range(many):
                                e[r] *= c[r] * (1.0 - c[r])
                        elif shape == 2:
                            for r in range(many):
                                e[r] *= 1.0 - c[r] * c[r]
                        elif shape == 3:
                            for r in range(many):
                                e[r] = e[r] if c[r] > 0.0 else 0.0
                    if normed:
                        at -= 2 * outs
                        for o in range(outs):
                            e, z = delta[o], normal[end + o]
                            sum_e, sum_ez = 0.0, 0.0
                            for r in range(many):
                                sum_e += e[r]
                                sum_ez += e[r] * z[r]
                            slope[at + o] = sum_ez
                            slope[at + outs + o] = sum_e
                            factor = theta[at + o] * spread[end + o]
                            if training:
                                sum_e /= many
                                sum_ez /= many
                                for r in range(many):
                                    e[r] = factor * (e[r] - sum_e - z[r] * sum_ez)
                            else:
                                for r in range(many):
                                    e[r] *= factor
                at -= ins * outs + outs
                bias = at + ins * outs
                weight = theta[at:bias].reshape(outs, ins)
                steep = slope[at:bias].reshape(outs, ins)
                fours = ins - ins % 4
                for o in range(outs):
                    e, row = delta[o], steep[o]
                    sum_e = 0.0
                    for r in range(many):
                        sum_e += e[r]
                    slope[bias + o] = sum_e
                    if layer == 0 and ins >= 16:
                        for i in range(ins):
                            row[i] = 0.0
                        quads = many - many % 4
                        for r in range(0, quads, 4):
                            e0, e1, e2, e3 = e[r], e[r + 1], e[r + 2], e[r + 3]
                            t0, t1, t2, t3 = table[r], table[r + 1], table[r + 2], table[r + 3]
                            for i in range(ins):
                                row[i] += e0 * t0[i] + e1 * t1[i] + e2 * t2[i] + e3 * t3[i]
                        for r in range(quads, many):
                            e0, t0 = e[r], table[r]
                            for i in range(ins):
                                row[i] += e0 * t0[i]
                    else:
                        for i in range(0, fours, 4):
                            a0, a1, a2, a3 = inputs[i], inputs[i + 1], inputs[i + 2], inputs[i + 3]
                            s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
                            for r in range(many):
                                s0 += e[r] * a0[r]
                                s1 += e[r] * a1[r]
                                s2 += e[r] * a2[r]
                                s3 += e[r] * a3[r]
                            row[i], row[i + 1], row[i + 2], row[i + 3] = s0, s1, s2, s3
                        for i in range(fours, ins):
                            a0, s0 = inputs[i], 0.0
                            for r in range(many):
                                s0 += e[r] * a0[r]
                            row[i] = s0
                    if l1 > 0.0 or l2 > 0.0:
                        for i in range(ins):
                            w = weight[o, i]
                            row[i] += 2.0 * l2 * w
                            if w > 0.0:
                                row[i] += l1
                            elif w < 0.0:
                                row[i] -= l1
                if layer > 0:
                    fours = outs - outs % 4
                    for i in range(ins):
                        u = below[i]
                        for r in range(many):
                            u[r] = 0.0
                        for o in range(0, fours, 4):
                            w0, w1, w2, w3 = (
                                weight[o, i],
                                weight[o + 1, i],
                                weight[o + 2, i],
                                weight[o + 3, i],
                            )
                            a0, a1, a2, a3 = delta[o], delta[o + 1], delta[o + 2], delta[o + 3]
                            for r in range(many):
                                u[r] += w0 * a0[r] + w1 * a1[r] + w2 * a2[r] + w3 * a3[r]
                        for o in range(fours, outs):
                            w0, a0 = weight[o, i], delta[o]
                            for r in range(many):
                                u[r] += w0 * a0[r]
                    delta, below = below, delta
            for i in range(x.shape[0]):
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
        Hyper("activation", "tanh", choices=ACTIVATIONS, help="What each hidden unit makes of it."),
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
