"""What a format is made of that surfaces are written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.grid import Grid


@dataclass(frozen=True, slots=True)
class SurfaceWriter:
    """One format: `content` gives the bytes of a file, and sentences on what was left out."""

    key: str
    title: str
    suffix: str
    content: Callable[[Grid], tuple[bytes, tuple[str, ...]]]


def without_paths(grid: Grid) -> tuple[str, ...]:
    """What is said where a format holds no paths."""
    return (tr("paths are not in the file"),) if grid.paths else ()


def unlike(names: tuple[str, ...], taken: tuple[str, ...]) -> tuple[str, ...]:
    """The names, numbered where one is taken or there twice."""
    made: list[str] = []
    for name in names:
        every = (name, *(f"{name}_{i}" for i in range(2, len(names) + len(taken) + 3)))
        made.append(next(each for each in every if each not in taken and each not in made))
    return tuple(made)
