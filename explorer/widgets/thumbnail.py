"""Small pictures of landscapes, sampled a few rows at a time so that the window stays live.

A kernel's plain Python is quick enough for a few thousand points, so that no compiler is waited
for. Imports NumPy: a view imports this module in `build`, never before the first paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from explorer.core import colormap, levels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.core.spec import Landscape

WIDTH = 88
HEIGHT = 44
# Pictures are this much finer than they are shown, for screens with small pixels.
_FINE = 2
_ROWS = 5


def sample(spec: Landscape) -> Iterator[NDArray[np.float64] | None]:
    """Losses over the landscape's own view, from the top (44, 88), or (88,) in one dimension.

    Yields None between slices of a few rows, and the losses at last. Parameters are the defaults.
    """
    parameters = np.array([h.number(h.default) for h in spec.parameters])
    problem = (parameters, spec.sheet)
    x = np.linspace(*spec.bounds[0], WIDTH)
    rows = np.linspace(*spec.bounds[1], HEIGHT)[::-1] if spec.dimension > 1 else np.zeros(1)
    z = np.empty((len(rows), WIDTH))
    for at in range(0, len(rows), _ROWS):
        part = rows[at : at + _ROWS]
        # Python's own floats are several times quicker in a plain loop than NumPy's
        points = np.empty((spec.dimension, len(part) * WIDTH), dtype=object)
        points[:] = np.array(spec.start)[:, None]
        points[0] = np.tile(x, len(part))
        if spec.dimension > 1:
            points[1] = np.repeat(part, WIDTH)
        loss = np.empty(points.shape[1])
        spec.gradient(problem, points, loss, np.empty(points.shape))
        z[at : at + _ROWS] = loss.reshape(len(part), WIDTH)
        yield None
    yield z if spec.dimension > 1 else z[0]


def paint(spec: Landscape, z: NDArray[np.float64]) -> QImage:
    """The picture of losses as `sample` gives them; transparent above a curve."""
    parameters = [h.number(h.default) for h in spec.parameters]
    floor = min((p.value for p in spec.minima(*parameters)), default=None)
    scale = levels.choose(z, spec.levels, floor)
    colours = colormap.colours("viridis", len(scale.values))
    fine = _finer(z, z.ndim - 1)
    if z.ndim == 1:
        fine = np.broadcast_to(fine, (HEIGHT * _FINE, len(fine)))
    known = np.isfinite(fine)
    band = np.floor(levels.band(scale, np.where(known, fine, scale.values[0]))).astype(int)
    pixels = np.full((*band.shape, 4), 255, dtype=np.uint8)
    pixels[..., :3] = colours[band]
    pixels[~known] = 0
    if z.ndim == 1:
        low, high = float(np.nanmin(z)), float(np.nanmax(z))
        top = np.nan_to_num((fine[0] - low) / ((high - low) or 1.0) * 0.8 + 0.1)
        place = 1 - (np.arange(HEIGHT * _FINE) + 0.5) / (HEIGHT * _FINE)
        pixels[place[:, None] > top[None, :]] = 0
    high_px, wide_px = band.shape
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, wide_px, high_px, 4 * wide_px, QImage.Format.Format_RGBA8888)
    return image.copy()


def _finer(z: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """The losses at `_FINE` times as many places, straight between the samples, on all axes."""
    count = z.shape[axis]
    at = np.linspace(0, count - 1, count * _FINE)
    low = np.minimum(at.astype(int), count - 2)
    share = (at - low).reshape([-1 if i == axis else 1 for i in range(z.ndim)])
    fine = np.take(z, low, axis) * (1 - share) + np.take(z, low + 1, axis) * share
    return fine if axis == 0 else _finer(fine, axis - 1)
