"""Surfaces of PascalSun's tool: `landscape.json` with X, Y and loss_grid_2d, or X_1d.

X and Y say themselves which index is which; a path has its epochs and losses beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.grid import Recorded
from explorer.core.language import tr

from ._assembly import assembled, plain
from ._document import array
from ._source import NO, SURELY, Source, SurfaceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from explorer.core.grid import Grid
    from explorer.core.spec import Value

    Array = NDArray[np.float64]

_PLANE = ("X", "Y", "loss_grid_2d")
_LINE = ("X_1d", "loss_line_1d")


def recognise(source: Source) -> int:
    """Whether a JSON object has a grid or a line of losses."""
    if not source.is_document:
        return NO
    document = source.document
    found = isinstance(document, dict) and any(
        document.get(name) is not None for name in ("loss_grid_2d", "loss_line_1d", "loss_grid_3d")
    )
    return SURELY if found else NO


def read(source: Source, _options: Mapping[str, Value]) -> Grid:
    """The plane, else the line, and the path of the training over it."""
    document = source.document
    if not isinstance(document, dict):
        raise source.refuse(tr("it must be a JSON object"))
    notes = [
        tr("{name} = {value}", name=name, value=plain(document[name], 40))
        for name in ("mode", "baseline_loss")
        if isinstance(document.get(name), str | int | float)
    ]
    if all(document.get(name) is not None for name in _PLANE):
        x, y, z = _plane(source, *(array(source, n, document[n], 2) for n in _PLANE))
        if any(document.get(name) is not None for name in _LINE):
            notes.append(tr("a line is in it as well and was left out"))
        names: tuple[str, ...] = ("traj_1", "traj_2")
    elif all(document.get(name) is not None for name in _LINE):
        x, z = (array(source, name, document[name], 1) for name in _LINE)
        y, z, names = np.empty(0), z[None], ("traj_1",)
    else:
        raise source.refuse(
            tr("it has neither X, Y and loss_grid_2d nor X_1d and loss_line_1d; volumes are not "
               "read")
        )  # fmt: skip
    paths = _paths(source, document.get("trajectory_data"), names, notes)
    if isinstance(document.get("hessian"), dict):
        notes.append(tr("what it holds of the Hessian was left out"))
    return assembled(source, x, y, {"loss": z}, paths=paths, notes=notes)


def _plane(source: Source, x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """Axes x (nx,), y (ny,) and z (ny, nx) from matrices of one shape, whichever index is x."""
    if not x.shape == y.shape == z.shape:
        shapes = ", ".join("×".join(map(str, each.shape)) for each in (x, y, z))
        words = tr("X, Y and loss_grid_2d must have the same shape, not {shapes}", shapes=shapes)
        raise source.refuse(words)
    if (x == x[:, :1]).all() and (y == y[:1]).all():
        return x[:, 0], y[0], z.T
    if (x == x[:1]).all() and (y == y[:, :1]).all():
        return x[0], y[:, 0], z
    raise source.refuse(tr("X must vary along one index alone and Y along the other"))


def _paths(
    source: Source, data: Any, names: tuple[str, ...], notes: list[str]
) -> tuple[Recorded, ...]:
    """The recorded path and its losses; none where there is none."""
    if not isinstance(data, dict) or any(data.get(name) is None for name in names):
        return ()
    columns = [array(source, name, data[name], 1) for name in names]
    if len({column.size for column in columns}) > 1:
        raise source.refuse(tr("{names} must be equally long", names=", ".join(names)))
    points = np.column_stack(columns)
    losses = np.empty(0)
    if data.get("losses"):
        losses = array(source, "losses", data["losses"], 1)
        if losses.size != len(points):
            notes.append(tr("losses are not one a point and were left out"))
            losses = np.empty(0)
    if data.get("epochs"):
        epochs = array(source, "epochs", data["epochs"], 1)
        notes.append(
            tr("the path is of epochs {first:g} to {last:g}, {points} points",
               first=epochs[0], last=epochs[-1], points=len(points))
        )  # fmt: skip
    if data.get("val_losses"):
        notes.append(tr("losses on validation data were left out"))
    return (Recorded(tr("training"), points, losses),) if len(points) else ()


SPEC = SurfaceReader(
    "pascalsun_json", tr("PascalSun landscape (JSON)"), (".json",), recognise, read
)
