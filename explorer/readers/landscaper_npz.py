"""Surfaces of Landscaper: `.npz` with `loss` (n, n), first index x, and `coordinates` (2, n)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core.language import tr

from ._assembly import assembled
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Value


def recognise(source: Source) -> int:
    """Whether it holds a loss and coordinates."""
    if not source.is_archive:
        return NO
    return SURELY if {"loss", "coordinates"} <= set(source.archive.arrays) else NO


def read(source: Source, _options: Mapping[str, Value]) -> Grid:
    """The surface, or the line."""
    arrays = source.archive.arrays
    if not {"loss", "coordinates"} <= set(arrays):
        raise source.refuse(tr("it has no arrays loss and coordinates"))
    loss, places = arrays["loss"], arrays["coordinates"]
    if places.ndim == 1:
        places = places[None]
    shape = (places.shape[-1],) * places.shape[0]
    if loss.ndim not in (1, 2) or places.ndim != 2 or loss.shape != shape:
        words = tr(
            "loss has the shape {loss}, coordinates {places}: must be n or n×n, and 1×n or 2×n",
            loss="×".join(map(str, loss.shape)),
            places="×".join(map(str, places.shape)),
        )
        raise source.refuse(words)
    notes = [tr("not raw: Landscaper adds noise to the highest cells and puts the mean where a "
                "value was missing")]  # fmt: skip
    # loss[i, j] is at (x[i], y[j])
    z = loss[None] if loss.ndim == 1 else loss.T
    y = np.empty(0) if loss.ndim == 1 else places[1]
    return assembled(source, places[0], y, {"loss": z}, notes=notes)


SPEC = SurfaceReader("landscaper_npz", tr("Landscaper surface (NPZ)"), (".npz",), recognise, read)
