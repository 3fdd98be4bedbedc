"""Sampled surfaces: as text and back, and the sheet of nodes and slopes that kernels read."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import packing
from .errors import InputError
from .grid import Grid, Layer, checked
from .language import tr
from .packing import plain, restored
from .probe import forgiving, source
from .sampled import PREFIX
from .spec import Point

if TYPE_CHECKING:
    from .spec import Landscape

Array = NDArray[np.float64]
# So many samples keep sessions of some megabytes and a picture within a frame.
MOST = 1_048_576
_LARGEST = 8 * (MOST + 2 * MOST // 2) + 8 * 4 + packing.HEADER  # bytes
_TITLE, _AXIS = 60, 24  # characters
# Places where a run may start, as shares of the extent; the complete cell next to one is taken.
_STARTS = ((0.2, 0.8), (0.8, 0.8), (0.8, 0.2), (0.2, 0.2), (0.5, 0.5))
_NEAR = 0.01  # of squared shares: places this much nearer are no better
_SEARCHED = 32  # local minima among the samples that are looked into


def pack(grid: Grid, layer: str = "") -> str:
    """A layer of a surface as the name of a landscape; InputError where it is too large for one.

    What is the same gives the same text.
    """
    chosen = grid.layer(layer)
    if chosen.z.size > MOST:
        raise InputError(
            tr(
                "{title}: {cells:,} samples; as a landscape at most {most:,} are taken",
                title=plain(grid.title, _TITLE),
                cells=chosen.z.size,
                most=MOST,
            )
        )
    title = grid.title if len(grid.layers) == 1 else f"{grid.title}: {chosen.name}"
    z = packing.narrowed(chosen.z)
    header = {
        "title": plain(title, _TITLE) or tr("Sampled surface"),
        "axes": [plain(name, _AXIS) for name in grid.axes],
        "nx": grid.x.size,
        "ny": grid.y.size,
        "bytes": z.itemsize,
    }
    return PREFIX + packing.pack(header, [grid.x, grid.y, z])


def unpack(key: str) -> Grid:
    """The surface in the name of a landscape; InputError, one line, where it is damaged."""
    try:
        grid = _unpacked(key.removeprefix(PREFIX))
    except packing.ERRORS as error:
        why = str(error)[:60]
        raise InputError(tr("the sampled surface is damaged ({why})", why=why)) from None
    return checked(tr("the sampled surface"), grid)


def _unpacked(text: str) -> Grid:
    header, body = packing.unpack(text, _LARGEST)
    nx, ny, width = (int(header[name]) for name in ("nx", "ny", "bytes"))
    if not (0 < nx <= MOST and 0 <= ny <= MOST and nx * max(ny, 1) <= MOST and width in (4, 8)):
        raise ValueError("its size cannot be")
    title, axes = header["title"], header["axes"]
    if not isinstance(axes, list) or len(axes) != 2 or not _texts([title, *axes]):
        raise ValueError("its names must be text")
    x_end, y_end = 8 * nx, 8 * (nx + ny)
    z = restored(body[y_end:], nx * max(ny, 1), width).reshape(max(ny, 1), nx)
    return Grid(
        plain(title, _TITLE),
        restored(body[:x_end], nx, 8),
        restored(body[x_end:y_end], ny, 8),
        (Layer("", z),),
        axes=(plain(axes[0], _AXIS), plain(axes[1], _AXIS)),
    )


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def missing(grid: Grid) -> float:
    """The share of samples that are missing."""
    return float(np.isnan(grid.layers[0].z).mean())


def slopes(x: Array, z: Array) -> Array:
    """Slopes along the last axis of z (..., n) over x (n,), exact for parabolas.

    From a node's two neighbours; where one is missing from two on the other side, or one. NaN where
    a sample or both its neighbours are missing.
    """
    n = x.size
    wide = np.diff(x)
    with np.errstate(all="ignore"):
        d = np.diff(z) / wide
        shape = (*z.shape[:-1], n)
        left, right, before, after = (np.full(shape, np.nan) for _ in range(4))
        left[..., 1:], right[..., :-1] = d, d
        # of the parabola through three nodes, at its middle and at its ends
        middle = np.full(shape, np.nan)
        sums = wide[:-1] + wide[1:]
        middle[..., 1:-1] = (wide[1:] * d[..., :-1] + wide[:-1] * d[..., 1:]) / sums
        after[..., :-2] = d[..., :-1] + (d[..., :-1] - d[..., 1:]) * wide[:-1] / sums
        before[..., 2:] = d[..., 1:] + (d[..., 1:] - d[..., :-1]) * wide[1:] / sums
    made = middle
    for other in (after, before, right, left):
        made = np.where(np.isnan(made), other, made)
    return np.where(np.isnan(z), np.nan, made)


def sheet(grid: Grid) -> Array:
    """The sheet that kernels read, see core/hermite.py: (1 + ny, 1 + 4 nx)."""
    z = grid.layers[0].z
    rows, columns = z.shape
    made = np.zeros((1 + rows, 1 + 4 * columns))
    made[0, 1::4] = grid.x
    made[1:, 1::4] = z
    made[1:, 2::4] = slopes(grid.x, z)
    if grid.y.size:
        made[1:, 0] = grid.y
        made[1:, 3::4] = slopes(grid.y, z.T).T
        made[1:, 4::4] = slopes(grid.y, made[1:, 2::4].T).T
    return made


def start(grid: Grid) -> tuple[float, ...]:
    """Where runs start: in the middle of a complete cell that is well inside."""
    good = np.isfinite(grid.layers[0].z)
    whole = good[:, :-1] & good[:, 1:]
    x = (grid.x[:-1] + grid.x[1:]) / 2
    y = np.zeros(1)
    if grid.y.size:
        whole = whole[:-1] & whole[1:]
        y = (grid.y[:-1] + grid.y[1:]) / 2
    if not whole.any():
        raise InputError(
            tr("the sampled surface has no whole cell with values: nothing to interpolate")
        )
    across = (x - grid.x[0]) / (grid.x[-1] - grid.x[0])
    up = (y - grid.y[0]) / (grid.y[-1] - grid.y[0]) if grid.y.size else np.full(1, 0.8)
    found = []
    for a, b in _STARTS:
        away = (across[None, :] - a) ** 2 + (up[:, None] - (b if grid.y.size else 0.8)) ** 2
        away[~whole] = np.inf
        at = int(away.argmin())
        j, i = divmod(at, x.size)
        found.append((float(away.flat[at]) // _NEAR, -float(grid.layers[0].z[j, i]), j, i))
    *_, j, i = min(found)  # of places as near the highest, to have a way to go
    return (float(x[i]), float(y[j])) if grid.y.size else (float(x[i]),)


def rates(grid: Grid, made: Array, begin: tuple[float, ...]) -> MappingProxyType[str, float]:
    """Learning rates for the window: first steps a few hundredths of the extent."""
    extent = float(np.ptp(grid.x))
    steep = np.abs(made[1:, 2::4])
    if grid.y.size:
        extent = min(extent, float(np.ptp(grid.y)))
        steep = np.hypot(steep, made[1:, 3::4])
        near = steep[np.abs(grid.y - begin[1]).argmin(), np.abs(grid.x - begin[0]).argmin()]
    else:
        near = steep[0, np.abs(grid.x - begin[0]).argmin()]
    known = np.sort(steep[np.isfinite(steep)])
    usual = float(known[known.size // 2]) if known.size else 0.0
    size = max(usual, float(near) if math.isfinite(near) else 0.0)
    plain = _one_digit(0.02 * extent / size) if size > 0 else 0.01
    signs = {"adagrad": 0.05, "rmsprop": 0.003, "adam": 0.01}
    signs = {name: _one_digit(rate * extent) for name, rate in signs.items()}
    return MappingProxyType({"sgd": plain, "momentum": plain / 2, "nesterov": plain / 2, **signs})


def _one_digit(value: float) -> float:
    return float(f"{value:.0e}")


def bottoms(landscape: Landscape) -> tuple[Point, ...]:
    """The minima of what is interpolated, found from samples below all their neighbours.

    One that is lower than every sample is "global". Of very many the lowest are looked into.
    """
    made = landscape.sheet
    assert made is not None
    x, y, z = made[0, 1::4], made[1:, 0], made[1:, 1::4]
    flat = landscape.dimension == 1
    lowest = float(z[np.isfinite(z)].min())
    padded = np.pad(z, ((0, 0) if flat else (1, 1), (1, 1)), constant_values=np.nan)
    low = np.isfinite(z)
    rows, columns = z.shape
    for down in (0,) if flat else (0, 1, 2):
        for right in (0, 1, 2):
            if (down, right) != (0 if flat else 1, 1):
                # a missing neighbour is never higher: what lies at the edge of the data is none
                low &= padded[down : down + rows, right : right + columns] >= z
    places = np.argwhere(low)
    order = np.argsort(z[low], kind="stable")[:_SEARCHED]
    found: list[Point] = []
    for j, i in places[order].tolist():
        cell = [float(np.diff(x)[max(i - 1, 0) : i + 1].max())]
        point = [x[i]]
        if not flat:
            cell.append(float(np.diff(y)[max(j - 1, 0) : j + 1].max()))
            point.append(y[j])
        bottom = _descended(landscape, np.array(point), np.array(cell))
        if bottom is not None and not any(
            all(abs(a - b) <= 1e-3 * w for a, b, w in zip(p.x, bottom.x, cell, strict=True))
            for p in found
        ):
            found.append(bottom)
    found.sort(key=lambda p: p.value)
    return tuple(
        Point(p.x, p.value, "global" if at == 0 and p.value <= lowest else "local")
        for at, p in enumerate(found)
    )


def _descended(landscape: Landscape, at: Array, cell: Array) -> Point | None:
    """The minimum that Newton's steps, each at most half a cell, reach from a point (D,)."""
    slope, bend = forgiving(landscape.gradient), forgiving(landscape.hessian)
    problem = source((), landscape.sheet)
    d = at.size
    f, g, c = np.zeros(1), np.zeros((d, 1)), np.zeros((d, d, 1))

    def loss(point: Array) -> float:
        slope(problem, point.reshape(d, 1), f, g)
        return float(f[0])

    value = loss(at)
    first = at
    for _ in range(40):
        steep = np.array(g[:, 0])
        bend(problem, at.reshape(d, 1), c)
        matrix = c[:, :, 0]
        if not (np.isfinite(steep).all() and np.isfinite(matrix).all()):
            return None
        step = -steep * cell**2
        if (np.linalg.eigvalsh(matrix) > 0).all():
            step = np.asarray(-np.linalg.solve(matrix, steep), np.float64)
        longest = float((np.abs(step) / cell).max())
        if longest <= 1e-9:
            break
        step = step / max(1.0, 2 * longest)
        for _ in range(30):
            if (new := loss(at + step)) <= value:
                break
            step = step / 2
        else:
            break
        at, value = at + step, new
        if (np.abs(at - first) > 2 * cell).any():
            return None
    loss(at)
    # so little is gained by a step of a cell that it is the bottom to rounding
    gain = float((np.abs(g[:, 0]) * cell).max())
    around = max(abs(loss(p) - value) for p in (first, *_ring(at, cell)))
    if not gain <= 1e-4 * around:
        return None
    return Point(tuple(at.tolist()), value, "local")


def _ring(at: Array, cell: Array) -> list[Array]:
    unit = np.diag(0.5 * cell)
    return [at + sign * step for step in unit for sign in (1.0, -1.0)]
