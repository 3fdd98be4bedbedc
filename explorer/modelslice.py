"""The loss of a person's own model on a line or a plane through its parameters, and its files."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from .core.catalog import entries
from .core.files import replace_file, suffix
from .core.grid import Grid, Layer, Recorded, checked
from .core.language import tr, trn

if TYPE_CHECKING:
    import subprocess

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def layouts() -> dict[str, Any]:
    """The layouts of other programs, by file type."""
    return {spec.suffix: spec for spec in entries("explorer.writers").values()}


@dataclass(frozen=True, slots=True, eq=False)
class ModelSlice:
    """Losses z (ny, nx) at theta + x·d1 + y·d2, directions (2, D) = d1, d2; NaN and inf stay.

    On a line y is empty, z (nx,) and directions (1, D). solutions (n, 1 or 2) are the places of
    those that the slice was laid through. Of a trace, path (n, 1 or 2) is where its points are on
    the plane, path_loss (n,) the losses recorded there and off (n,) how far they are from it;
    explained (2,) the share of their variance along each direction, of principal components.
    """

    title: str
    x: Array
    y: Array
    z: Array
    theta: Array
    directions: Array
    solutions: Array
    path: Array
    path_loss: Array
    off: Array
    explained: Array
    notes: tuple[str, ...] = ()

    @property
    def grid(self) -> Grid:
        """It as a sampled surface. Infinite losses are missing there, and a note says how many."""
        z = np.atleast_2d(self.z)
        infinite = int(np.isinf(z).sum())
        notes = self.notes
        if infinite:
            words = trn("{n} loss is infinite: it is shown as missing",
                        "{n} losses are infinite: they are shown as missing", infinite)  # fmt: skip
            notes = (*notes, words)
        shown = np.where(np.isinf(z), np.nan, z)
        losses = np.where(np.isinf(self.path_loss), np.nan, self.path_loss)
        paths = (Recorded(tr("recorded"), self.path, losses),) if len(self.path) else ()
        made = Grid(self.title, self.x, self.y, (Layer("loss", shown),), paths, notes)
        return checked(self.title, made)

    def save(self, path: Path | str | os.PathLike[str]) -> tuple[str, ...]:
        """Write x, y, z and all else as NPZ, or x, y and the loss of every point as CSV.

        Or the grid in any other layout that surfaces are written in, `.h5` (with h5py) and `.vtp`.
        Returns sentences on what the file cannot hold. Raises InputError where it cannot be had.
        """
        file, others = str(path), layouts()
        write = {".npz": self._npz, ".csv": self._csv}
        kind = suffix(file, {**others, **write})
        if kind in write:
            replace_file(file, write[kind])
            return ()
        content, left_out = others[kind].content(self.grid)
        replace_file(file, lambda stream: stream.write(content))
        return tuple(left_out)

    def show(self) -> subprocess.Popen[bytes]:
        """Open the window on it, in a process of its own that outlives this one; returns that."""
        import subprocess
        import tempfile

        file = Path(tempfile.mkdtemp(prefix="loss-explorer-")) / "slice.npz"
        self.save(file)
        # found by its place, however this very package was
        known = [str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "explorer", str(file)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, known))},
            start_new_session=True,
        )

    def _npz(self, stream: BinaryIO) -> None:
        held = {name: getattr(self, name) for name in self.__slots__ if name != "notes"}
        held["title"], held["notes"] = np.array(self.title), np.array(self.notes, dtype=np.str_)
        np.savez_compressed(stream, **held)

    def _csv(self, stream: BinaryIO) -> None:
        plane = bool(self.y.size)
        lines = ["x,y,loss" if plane else "x,loss"]
        for y, values in zip(self.y if plane else (0.0,), np.atleast_2d(self.z), strict=True):
            at = f",{float(y)!r}" if plane else ""
            lines += [f"{float(x)!r}{at},{float(z)!r}" for x, z in zip(self.x, values, strict=True)]
        stream.write(("\n".join(lines) + "\n").encode())
