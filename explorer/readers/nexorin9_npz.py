"""Surfaces of nexorin9/loss-landscape-simulator: `.npz` with ends of its axes only.

`loss_surface` (n, n) has alpha along its columns; `alpha_grid` and `beta_grid` are low and high.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import MOST
from explorer.core.language import tr

from ._assembly import assembled
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

_NAMES = ("loss_surface", "alpha_grid", "beta_grid")


def recognise(source: Source) -> int:
    """Whether it holds all three arrays."""
    return SURELY if source.is_archive and set(_NAMES) <= set(source.archive.arrays) else NO


def read(source: Source, _options: Mapping[str, Value]) -> Grid:
    """The surface over evenly spaced alpha and beta."""
    arrays = source.archive.arrays
    for name in _NAMES:
        if name not in arrays:
            raise source.refuse(tr("it has no {name}", name=name))
    z, alpha, beta = (arrays[name] for name in _NAMES)
    if z.ndim != 2 or alpha.shape != (2,) or beta.shape != (2,) or z.size > MOST:
        words = tr("loss_surface must have two dimensions, alpha_grid and beta_grid two numbers")
        raise source.refuse(words)
    if not all(np.isfinite(ends).all() for ends in (alpha, beta)):
        raise source.refuse(tr("alpha_grid and beta_grid must be finite"))
    with np.errstate(over="ignore", invalid="ignore"):
        x = np.linspace(float(alpha[0]), float(alpha[1]), z.shape[1])
        y = np.linspace(float(beta[0]), float(beta[1]), z.shape[0])
    notes = [tr("only the ends of alpha and beta are in the file: taken as evenly spaced, alpha "
                "along the columns")]  # fmt: skip
    return assembled(source, x, y, {"loss": z}, notes=notes, axes=("alpha", "beta"))


SPEC = SurfaceReader(
    "nexorin9_npz", tr("nexorin9 loss-landscape-simulator (NPZ)"), (".npz",), recognise, read
)
