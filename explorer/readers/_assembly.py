"""Makes a Grid of arrays: axes that rise, infinite values missing, and what was done about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.grid import MOST, Grid, Layer, Recorded, checked
from explorer.core.language import tr, trn
from explorer.core.spec import Hyper, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from explorer.core.spec import Value

    from ._source import Source

    Array = NDArray[np.float64]

_MOST_LAYERS = 24
_LONGEST_NAME = 80
_LONGEST_NOTE = 200
# What a person may say of numbers that come without coordinates.
EXTENT = (
    Hyper("x", "", text=True, help=tr("Where the columns lie, low:high, such as -1:1.")),
    Hyper("y", "", text=True, help=tr("Where the rows lie, low:high, such as -1:1.")),
)
ORIENTED = (
    *EXTENT,
    Hyper("rows", "up", choices=("up", "down"),
          help=tr("Whether the first row is the lowest y (up) or the highest (down).")),
    Hyper("transpose", "off", choices=("off", "on"),
          help=tr("Whether rows and columns change places first.")),
)  # fmt: skip


def extent(given: Value, name: str, count: int) -> Array:
    """`low:high` as so many numbers (count,); 0, 1, ... where it is empty."""
    text = str(given).strip()
    if not text:
        return np.arange(float(count))
    low, colon, high = text.partition(":")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = math.nan, math.nan
    if not colon or not all(map(math.isfinite, ends)) or not ends[0] < ends[1]:
        raise refused(name, text[:40], tr("low:high, two numbers of which the first is smaller"))
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linspace(*ends, count)


def oriented(source: Source, matrix: Array, options: Mapping[str, Value]) -> tuple[Array, str]:
    """A matrix (or one row) as z (ny, nx), and what was taken for what."""
    if matrix.ndim == 1:
        matrix = matrix[None]
    if matrix.ndim != 2:
        words = tr("it has {dimension} dimensions: a surface has one or two", dimension=matrix.ndim)
        raise source.refuse(words)
    if options["transpose"] == "on":
        matrix = matrix.T
    if matrix.shape[1] == 1:  # a column is a line as well
        matrix = matrix.T
    if options["rows"] == "down":
        matrix = matrix[::-1]
    note = (
        tr("rows are y, the first is the highest; columns are x")
        if options["rows"] == "down"
        else tr("rows are y, the first is the lowest; columns are x")
    )
    return matrix, note


def placed(
    source: Source, layers: Mapping[str, Array], options: Mapping[str, Value], **more: Any
) -> Grid:
    """A Grid of z (ny, nx) that have no coordinates but those in the options."""
    rows, columns = next(iter(layers.values())).shape
    x = extent(options["x"], "x", columns)
    y = extent(options["y"], "y", rows) if rows > 1 else np.empty(0)
    told = [
        tr("{name} has no coordinates in the file: 0, 1, ... count its cells", name=name)
        for name, axis in (("x", x), ("y", y))
        if axis.size and not str(options[name]).strip()
    ]
    notes = (*more.pop("notes", ()), *told)
    return assembled(source, x, y, layers, notes=notes, **more)


def assembled(
    source: Source,
    x: Any,
    y: Any,
    layers: Mapping[str, Any],
    *,
    paths: Sequence[Recorded] = (),
    notes: Sequence[str] = (),
    title: str = "",
    axes: tuple[str, str] = ("x", "y"),
) -> Grid:
    """The Grid of x (nx,), y (ny,) or empty, and z (ny, nx) by name, checked.

    Axes that fall are turned round, z with them; infinite values become missing, layers without
    any value are left out, each with a note.
    """
    told = list(notes)
    x, y = _numbers(source, axes[0], x), _numbers(source, axes[1], y)
    if max(y.size, 1) * x.size > MOST:
        words = tr("{rows}×{columns} cells: at most {most} are taken", rows=max(y.size, 1),
                   columns=x.size, most=MOST)  # fmt: skip
        raise source.refuse(words)
    turned = [_falls(axis) for axis in (x, y)]
    x, y = (axis[::-1] if turn else axis for axis, turn in zip((x, y), turned, strict=True))
    made: list[Layer] = []
    if len(layers) > _MOST_LAYERS:
        left = len(layers) - _MOST_LAYERS
        told.append(trn("{n} layer was left out", "{n} layers were left out", left))
    for name, given in list(layers.items())[:_MOST_LAYERS]:
        z = _numbers(source, plain(name), given)
        if turned[0]:
            z = z[..., ::-1]
        if turned[1]:
            z = z[::-1]
        if count := int(np.isinf(z).sum()):
            z = np.where(np.isinf(z), np.nan, z)
            told.append(
                trn("{name}: {n} infinite value is missing", "{name}: {n} infinite values are "
                    "missing", count, name=plain(name))
            )  # fmt: skip
        if len(layers) > 1 and not np.isfinite(z).any():
            told.append(tr("{name} has no value at all and was left out", name=plain(name)))
            continue
        made.append(Layer(_unlike(plain(name), made), np.ascontiguousarray(z)))
    grid = Grid(
        title=plain(title or source.stem),
        x=np.ascontiguousarray(x),
        y=np.ascontiguousarray(y),
        layers=tuple(made),
        paths=_finite(paths, told),
        notes=tuple(plain(note, _LONGEST_NOTE) for note in told),
        axes=axes,
    )
    return checked(str(source.path), grid)


def _falls(axis: Array) -> bool:
    return axis.ndim == 1 and axis.size > 1 and bool((axis[1:] < axis[:-1]).all())


def plain(text: object, longest: int = _LONGEST_NAME) -> str:
    """A name or a sentence from a file in one line of limited length."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in str(text)[:1000]).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _unlike(name: str, made: list[Layer]) -> str:
    """The name, or another where it was cut to one there is already."""
    taken = {layer.name for layer in made}
    every = (name, *(f"{name}_{i}" for i in range(2, len(taken) + 3)))
    return next(each for each in every if each not in taken)


def _numbers(source: Source, name: str, given: Any) -> Array:
    """Real numbers as float64; what is beyond its range becomes infinite."""
    array = np.asarray(given)
    if array.dtype.kind not in "fiub":
        words = tr("{name} is of the type {kind}: must be real numbers", name=name,
                   kind=str(array.dtype)[:40])  # fmt: skip
        raise source.refuse(words)
    with np.errstate(over="ignore"):
        return array.astype(np.float64)


def _finite(paths: Sequence[Recorded], told: list[str]) -> tuple[Recorded, ...]:
    """The paths without their points that are not finite, none where nothing is left."""
    kept = []
    for path in paths:
        good = np.isfinite(path.points).all(axis=1)
        if count := int((~good).sum()):
            told.append(
                trn("{name}: {n} point is not finite and was left out", "{name}: {n} points are "
                    "not finite and were left out", count, name=plain(path.name))
            )  # fmt: skip
        losses = path.losses[good] if path.losses.size else path.losses
        losses = np.where(np.isinf(losses), np.nan, losses)
        if good.any():
            kept.append(Recorded(plain(path.name), path.points[good], losses))
    return tuple(kept)
