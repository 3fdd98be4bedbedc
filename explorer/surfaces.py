"""Surfaces in files as landscapes: what `file:PATH` and `file:PATH#layer` name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .core.language import tr

if TYPE_CHECKING:
    from .core.grid import Grid

PREFIX = "file:"


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
    from .core.sheets import pack

    path, layer = parted(text)
    grid = read(path)
    return grid, pack(grid, layer)


def layers_note(grid: Grid) -> tuple[str, ...]:
    """What is said of layers that were not chosen, in a sentence or none."""
    if len(grid.layers) < 2:
        return ()
    names = ", ".join(layer.name for layer in grid.layers)
    return (tr("The file has the layers {names}; add #NAME to choose one", names=names),)
