"""Planes through the space of a model's parameters: directions, projections, what they hide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .spec import Block

Array = NDArray[np.float64]


def filter_normalised(direction: Array, theta: Array, blocks: Sequence[Block]) -> Array:
    """A direction (D,) with each filter as long as that of theta; biases and norms left alone.

    A filter is the row of a weight that makes one output (Li et al. 2018). A filter of zeros in
    the direction stays zero.
    """
    made = np.zeros_like(direction)
    at = 0
    for block in blocks:
        part = slice(at, at + block.size)
        at += block.size
        if block.kind != "weight":
            continue
        rows = direction[part].reshape(block.shape[0], -1)
        own = theta[part].reshape(block.shape[0], -1)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scale = np.divide(
            np.linalg.norm(own, axis=1, keepdims=True), lengths,
            out=np.zeros_like(lengths), where=lengths > 0,
        )  # fmt: skip
        made[part] = (rows * scale).ravel()
    return made


def filters_along(made: Array, theta: Array, blocks: Sequence[Block], axis: int) -> Array:
    """Directions with each filter as long as that of theta, filters along any axis of a weight."""
    if all(block.kind != "weight" for block in blocks):
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made * (np.linalg.norm(theta) / lengths))
    turned = []
    for block in blocks:
        if block.kind == "weight" and not -len(block.shape) <= axis < len(block.shape):
            raise InputError(
                tr("filter_axis={axis}: {name} has {count} dimensions",
                   axis=axis, name=block.name, count=len(block.shape))
            )  # fmt: skip
        shape = np.moveaxis(np.empty(block.shape), axis, 0).shape if block.kind == "weight" else ()
        turned.append(replace(block, shape=shape) if shape else block)

    def moved(row: Array, back: bool) -> Array:
        parts, at = [], 0
        for block, turn in zip(blocks, turned, strict=True):
            part = row[at : at + block.size]
            at += block.size
            if block.kind == "weight" and back:
                part = np.moveaxis(part.reshape(turn.shape), 0, axis)
            elif block.kind == "weight":
                part = np.moveaxis(part.reshape(block.shape), axis, 0)
            parts.append(part.ravel())
        return np.concatenate(parts)

    own_theta = moved(theta, False)
    rows = (filter_normalised(moved(row, False), own_theta, turned) for row in made)
    return np.array([moved(row, True) for row in rows])


def principal(points: Array) -> tuple[Array, Array]:
    """The two main directions (2, D) of points (T, D), of length 1, and their share of variance.

    The mean is taken away first. Where all points are on a line the second is any across it.
    """
    centred = points - points.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    total = float((lengths**2).sum())
    if len(axes) < 2:
        axes = np.vstack([axes, np.zeros_like(axes)])
        lengths = np.append(lengths, 0.0)
    shares = lengths[:2] ** 2 / total if total > 0 else np.zeros(2)
    return np.asarray(axes[:2]), np.asarray(shares)


def curved(gradient: Callable[[Array], Array], theta: Array, seed: int = 0) -> tuple[Array, Array]:
    """The two directions (2, D) of largest curvature at theta, and the curvatures (2,).

    By power iteration on products with the Hessian, which are differences of gradients.
    """
    draw = np.random.default_rng(seed)
    step = 1e-5 * max(float(np.linalg.norm(theta)), 1.0)
    found: list[Array] = []
    values: list[float] = []
    for _ in range(min(2, theta.size)):
        v = draw.normal(size=theta.size)
        value = 0.0
        for _ in range(200):
            for other in found:
                v -= (v @ other) * other
            v /= np.linalg.norm(v)
            product = (gradient(theta + step * v) - gradient(theta - step * v)) / (2 * step)
            before, value = value, float(v @ product)
            if not np.linalg.norm(product) > 0:
                break
            v = product
            if abs(value - before) <= 1e-9 * abs(value):
                break
        for other in found:
            v -= (v @ other) * other
        found.append(v / max(float(np.linalg.norm(v)), 1e-300))
        values.append(value)
    if len(found) < 2:
        found.append(np.zeros_like(theta))
        values.append(0.0)
    return np.array(found), np.array(values)


def project(points: Array, origin: Array, directions: Array) -> tuple[Array, Array]:
    """Where points (T, D) are on the plane origin + a·d1 + b·d2, (T, 2), and how far off it (T,).

    The nearest place on the plane, also where the directions are not at right angles.
    """
    away = points - origin
    places = np.linalg.lstsq(directions.T, away.T, rcond=None)[0].T
    with np.errstate(over="ignore"):  # a run that diverged ends too far off to be squared
        off = np.linalg.norm(away - places @ directions, axis=1)
    return np.asarray(places), np.asarray(off)


def places(path: Array | None, span: float, resolution: int) -> tuple[Array, Array]:
    """Where a slice is sampled along its two directions: `span` times as wide as a path (n, 2).

    Without a path from -span to span.
    """
    if path is None:
        along = np.linspace(-span, span, resolution)
        return along, along
    low, high = path.min(axis=0), path.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-6) * 1.2 * span
    a, b = (np.linspace(m - h, m + h, resolution) for m, h in zip(middle, half, strict=True))
    return a, b
