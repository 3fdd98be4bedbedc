"""Surfaces in files as landscapes: what `file:PATH` and `file:PATH#layer` name."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .core.defaults import experiment
from .core.language import tr
from .core.recorded import joined
from .core.session import SUFFIX, Session
from .core.sessionfile import PICTURES

if TYPE_CHECKING:
    from .core.experiment import Experiment
    from .core.grid import Grid
    from .core.spec import Hyper

PREFIX = "file:"
# How traces of trainings begin, see core/traceformat.py, which needs NumPy.
TRACE = b'{"format": "loss-landscape-explorer trace", "version": '


def is_file(text: str) -> bool:
    """Whether the name of a landscape is that of a file."""
    return text.startswith(PREFIX)


def parted(text: str) -> tuple[Path, str]:
    """The file and the layer that a landscape's name says, "" where it says none."""
    name = text.removeprefix(PREFIX)
    before, mark, layer = name.rpartition("#")
    if mark and not Path(name).exists():
        return Path(before), layer
    return Path(name), ""


def read(path: Path, **options: object) -> Grid:
    """Read a surface from a file, whatever its kind; InputError, one line, where it is none."""
    # late: whoever reads no surface loads no readers
    grid: Grid = import_module("explorer.readers").read(path, **options)
    return grid


def named(text: str) -> tuple[Grid, str]:
    """The surface that `file:PATH#layer` names, and its layer's key among the landscapes."""
    path, layer = parted(text)
    grid = read(path)
    return grid, pack(grid, layer)


def pack(grid: Grid, layer: str = "") -> str:
    """The key of a surface's layer among the landscapes, which is all of it as text."""
    from .core import sheets  # late: it needs NumPy

    return sheets.pack(grid, layer)


def layers_note(grid: Grid) -> tuple[str, ...]:
    """What is said of layers that were not chosen, in a sentence or none."""
    if len(grid.layers) < 2:
        return ()
    names = ", ".join(layer.name for layer in grid.layers)
    return (tr("The file has the layers {names}; add #NAME to choose one", names=names),)


def is_session(path: Path) -> bool:
    """Whether a file is an experiment or a picture of one rather than a surface."""
    if path.suffix.lower() in (SUFFIX, *PICTURES):
        return True
    try:
        with path.open("rb") as stream:
            return b'"loss-landscape-explorer"' in stream.read(200)
    except OSError:
        return True  # which is said where sessions are read


def is_trace(path: Path) -> bool:
    """Whether a file is what `watch` records of a training."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(TRACE)) == TRACE
    except OSError:
        return False  # which is said where it is opened as something else


def check_trace(path: Path) -> None:
    """Raise InputError, one line, where a recorded training has no path on a plane."""
    tracefile = import_module("explorer.core.tracefile")  # late: it needs NumPy
    tracefile.read_trace(path).recorded()


def options(path: Path) -> tuple[Hyper, ...]:
    """What a person may say about how a file is read."""
    readers = import_module("explorer.readers")
    found: tuple[Hyper, ...] = readers.readers()[readers.recognise(path)].options
    return found


def open_session(path: Path) -> Session:
    """The usual experiment on a surface in a file; what was assumed is its messages."""
    grid = read(path)
    made, said = with_paths(experiment(pack(grid)), grid)
    return Session(made, None, (*grid.notes, *layers_note(grid), *said))


def with_paths(made: Experiment, grid: Grid) -> tuple[Experiment, tuple[str, ...]]:
    """An experiment with the paths of a surface as further runs, and what had to be left out."""
    runs, said = joined(made.runs, grid.paths)
    return replace(made, runs=runs), tuple(said)
