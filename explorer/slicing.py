"""Slices of a person's own model: the loss on a line or a plane through its parameters.

plane = explorer.slice(lambda: loss(model(x), y), model)      # a torch module
plane = explorer.slice(loss, params, resolution=101)          # JAX, or NumPy's arrays
plane.z, plane.save("plane.npz"), plane.show()
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .core import planes
from .core.errors import InputError, unknown
from .core.grid import MOST
from .core.language import tr
from .core.tracefile import Recording, read_trace
from .frameworks.trees import Model, parameters
from .modelslice import ModelSlice

if TYPE_CHECKING:
    import os

    from .core.spec import Block

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]
DIRECTIONS = ("random", "pca", "trace")


def slice(*given: Any, **named: Any) -> Any:
    """The loss on a plane through a model's parameters: of a model of yours, or of ours.

    Of yours: `slice(loss_fn, params, directions=...)`, see `explorer.slicing.own`. loss_fn takes
    nothing where params is a torch module, and otherwise what is like params: a JAX tree, or
    dictionaries, lists and tuples of NumPy arrays, or one array.

    Of ours: `slice(model, data, theta, directions=...)`, see `explorer.learning.slice`.
    """
    if "loss_fn" in named or (given and callable(given[0])):
        return own(*given, **named)
    from .learning import slice as of_ours

    return of_ours(*given, **named)


def own(
    loss_fn: Callable[..., Any],
    params: Any,
    directions: Any = None,
    *,
    through: Any = None,
    trace: Recording | str | os.PathLike[str] | None = None,
    normalization: str | None = None,
    filter_axis: int | None = None,
    span: float = 1.0,
    resolution: int | tuple[int, int] = 51,
    seed: int = 0,
    progress: Progress | None = None,
    title: str = "",
) -> ModelSlice:
    """The loss on a plane through params, or on a line: `resolution` places along each direction.

    directions: "random", two drawn by seed; "pca", the principal components of a recorded trace,
    and "trace", the plane that it was recorded on; one or two of your own, each like params or a
    row of numbers (D,). It is "random" where nothing is said, "pca" or "trace" with a trace.
    through: another solution for the line to it (params at 0, the other at 1), or two for the plane
    through all three; the second direction is then made square to the first and as long.
    trace: what `watch` recorded, whose path is drawn on the plane.

    normalization "filter" makes each filter of the directions as long as that of params (Li et al.
    2018) and zeroes biases and the scales and shifts of norms, whose arrays have one dimension; it
    is the rule for "random". "none" leaves directions as they are, and is the rule for all others.
    filter_axis is the one along which a weight's filters are: 0, the first, for torch and NumPy,
    -1 for JAX. Where no array has two dimensions, all numbers together are one filter.

    The plane reaches from -span to span along the directions; with solutions or a trace it is
    `span` times as wide as these. progress is told (done, all) after every point, or every few.

    A torch module is left as it was to the byte, buffers, gradients, modes and random numbers too,
    even when loss_fn raises or is interrupted; each point is evaluated without a graph, from the
    same buffers and random numbers, in the mode that the module is in. JAX computes many points at
    a time where it can trace loss_fn. Raises InputError naming whatever cannot be taken, and what
    loss_fn raises.
    """
    held = parameters(params)
    counts = _counts(resolution)
    if not callable(loss_fn):
        raise InputError(tr("loss_fn: must be something that can be called"))
    if not (np.isfinite(span) and span > 0):
        raise InputError(tr("span={span:g}: must be a finite number above 0", span=span))
    if normalization not in (None, "filter", "none"):
        raise unknown(tr("normalization"), str(normalization), ("filter", "none"))
    if trace is not None and not isinstance(trace, Recording):
        trace = read_trace(Path(trace))
    theta = held.vector()
    notes: list[str] = []
    places, explained = np.zeros((0, 2)), np.zeros(0)
    if through is not None:
        if directions is not None:
            raise InputError(tr("through: leave out directions, the solutions are what gives them"))
        made, places = _through(held, theta, through)
        spread: Array | None = places
    else:
        if directions is None:
            directions = "random" if trace is None else "pca"
            if trace is not None and trace.header.keeps == "plane":
                directions = "trace"
        spread = None
        if isinstance(directions, str):
            random = directions == "random"
            if random:
                made = np.random.default_rng(seed).normal(size=(2, theta.size))
                notes.append(tr("directions drawn at random, seed {seed}", seed=seed))
            else:
                made, explained, theta = _recorded(directions, trace, theta)
            made = made[: theta.size]  # a single parameter has a line
        else:
            random, made = False, _rows(held, directions, "directions")
        if normalization == "filter" or (normalization is None and random):
            axis = held.filter_axis if filter_axis is None else filter_axis
            made = planes.filters_along(made, theta, held.blocks, axis)
            notes.append(_normalised(held.blocks, axis))
    for row in made:
        if not (np.isfinite(row).all() and np.any(row)):
            raise InputError(tr("directions: each must be finite, and not zero everywhere"))
    path, path_loss, off = np.zeros((0, len(made))), np.zeros(0), np.zeros(0)
    if trace is not None:
        path, path_loss, off = _path(trace, theta, made)
        notes += trace.notes
        spread = path if spread is None or not len(spread) else spread
    x, y = _axes(spread, span, counts, len(made))
    z, words = _sampled(held, loss_fn, theta, made, x, y, progress)
    return ModelSlice(
        title or tr("slice"), x, y, z if y.size else z[0], theta, made, places, path, path_loss,
        off, explained, (*notes, *words),
    )  # fmt: skip


def _counts(resolution: int | tuple[int, int]) -> tuple[int, int]:
    """How many places along each direction; InputError for what cannot be."""
    given = resolution if isinstance(resolution, tuple | list) else (resolution, resolution)
    whole = all(isinstance(n, int | np.integer) and 2 <= n <= 2001 for n in given)
    if len(given) != 2 or not whole or given[0] * given[1] > MOST:
        raise InputError(
            tr("resolution={size}: must be a whole number from 2 to 2001, or two", size=resolution)
        )
    return int(given[0]), int(given[1])


def _rows(held: Model, given: Any, name: str) -> Array:
    """One or two trees or rows of numbers, as rows (1 or 2, D)."""
    single = held.other(given)
    if single is not None:
        return single[None]
    several = list(given) if isinstance(given, tuple | list | np.ndarray) else []
    found = [held.other(one) for one in several]
    rows = [row for row in found if row is not None]
    if len(rows) != len(several) or not 1 <= len(rows) <= 2:
        raise InputError(
            tr("{name}: must be one or two, each of the structure of params or a row of {size} "
               "numbers", name=name, size=held.vector().size)
        )  # fmt: skip
    return np.array(rows)


def _through(held: Model, theta: Array, given: Any) -> tuple[Array, Array]:
    """The directions (1 or 2, D) from params to other solutions, and the places of all of them."""
    away = _rows(held, given, "through") - theta
    lengths = np.linalg.norm(away, axis=1)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise InputError(tr("through: each solution must be finite, and another than params"))
    if len(away) == 1:
        return away, np.array([[0.0], [1.0]])
    along = float(away[1] @ away[0]) / lengths[0] ** 2
    across = away[1] - along * away[0]
    height = float(np.linalg.norm(across))
    if height <= 1e-9 * lengths[1]:
        raise InputError(tr("through: the solutions are on one line: give one of them"))
    second = across * (lengths[0] / height)
    return np.array([away[0], second]), np.array([[0, 0], [1, 0], [along, height / lengths[0]]])


def _recorded(directions: str, trace: Recording | None, theta: Array) -> tuple[Array, Array, Array]:
    """Directions, shares of variance and origin that a recorded trace gives."""
    if directions not in DIRECTIONS:
        raise unknown(tr("directions"), directions, DIRECTIONS)
    if trace is None:
        raise InputError(tr("directions={name}: needs a trace", name=directions))
    if trace.header.size != theta.size:
        raise InputError(
            tr("{file}: it has {size} parameters, params {wanted}: hand the same to watch",
               file=trace.file, size=trace.header.size, wanted=theta.size)
        )  # fmt: skip
    if directions == "trace":
        if len(trace.records.plane) < 2:
            raise InputError(
                tr("{file}: it was recorded on no plane: must be pca", file=trace.file)
            )
        return trace.records.plane[1:], np.zeros(0), trace.records.plane[0]
    if trace.header.keeps == "plane":
        raise InputError(
            tr("{file}: it was recorded on a plane of its own: must be trace", file=trace.file)
        )
    points = trace.points[np.isfinite(trace.points).all(axis=1)]
    if len(points) < 2:
        raise InputError(
            tr("{file}: parameters of two steps are needed, there are {count}",
               file=trace.file, count=len(points))
        )  # fmt: skip
    made, shares = planes.principal(points)
    return made, shares, theta


def _path(trace: Recording, theta: Array, made: Array) -> tuple[Array, Array, Array]:
    """Where a recorded trace is on the plane, its losses, and how far it is off."""
    own_plane = trace.header.keeps == "plane"
    if (
        own_plane
        and made.shape == trace.records.plane[1:].shape
        and (np.array_equal(np.vstack([theta[None], made]), trace.records.plane))
    ):
        return trace.points, trace.losses, np.zeros(0)
    path = trace.recorded(theta, made)
    well = np.isfinite(path.points).all(axis=1)
    return path.points[well], path.losses[well], planes.project(trace.points[well], theta, made)[1]


def _normalised(blocks: tuple[Block, ...], axis: int) -> str:
    if all(block.kind != "weight" for block in blocks):
        return tr("directions as long as the parameters")
    return tr(
        "filters of the directions as long as those of the parameters, along axis {axis} (Li et "
        "al. 2018); biases and norms are left alone", axis=axis,
    )  # fmt: skip


def _axes(
    spread: Array | None, span: float, counts: tuple[int, int], dimension: int
) -> tuple[Array, Array]:
    """The places along each direction, `span` times as wide as what is to be seen."""
    found = []
    for k in range(dimension):
        seen = None if spread is None or not len(spread) else spread[:, [k, k]]
        found.append(planes.places(seen, span, counts[k])[0])
    return found[0], found[1] if dimension == 2 else np.zeros(0)


def _sampled(
    held: Model,
    loss_fn: Callable[..., Any],
    theta: Array,
    made: Array,
    x: Array,
    y: Array,
    progress: Progress | None,
) -> tuple[Array, list[str]]:
    """Losses (ny or 1, nx) at theta + y·d2 + x·d1, added in float64, and what to say of them."""
    rows = y if y.size else np.zeros(1)
    z = np.empty((rows.size, x.size))

    def done(count: int) -> None:
        if progress is not None:
            progress(count, z.size)

    with held.losses(loss_fn) as (at, many):
        if many is not None:
            places = np.array([(a, b) for b in rows for a in x])
            count, parts = 0, many(theta, made, places)
            while count < z.size:
                try:
                    part = next(parts)
                except Exception as error:  # whatever stops JAX; the loop tells what it is
                    kind = type(error).__name__
                    break
                z.ravel()[count : count + part.size] = part
                count += part.size
                done(count)
            else:
                return z, []
        moved = np.empty_like(theta)
        for i, b in enumerate(rows):
            row = theta + b * made[1] if y.size else theta
            for j, a in enumerate(x):
                np.multiply(made[0], a, out=moved)
                np.add(row, moved, out=moved)
                z[i, j] = at(moved)
                done(i * x.size + j + 1)
    if many is None:
        return z, []
    return z, [tr("evaluated one by one: JAX could not trace the loss ({kind})", kind=kind)]
