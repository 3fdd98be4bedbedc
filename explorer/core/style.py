"""How runs are told apart: colour, marker and dash together, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from .language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Style:
    """`colour` is for maps and dark panels; `ink` is the same hue at 3:1 or more on white.

    `dash` is in units of the pen's width, on and off in turn; empty is a solid line.
    """

    colour: str
    ink: str
    marker: str
    dash: tuple[float, ...] = ()


# Okabe and Ito's colours (2008), which colour-blind people tell apart.
STYLES = (
    Style("#56B4E9", "#2E92CF", "circle"),
    Style("#E69F00", "#C48700", "square", (3.6, 1.6)),
    Style("#CC79A7", "#C672A0", "triangle", (1.2, 1.2)),
    Style("#D55E00", "#D55E00", "diamond", (4.4, 1.6, 1.0, 1.6)),
    Style("#009E73", "#009E73", "pentagon", (6.0, 2.0)),
    Style("#F0E442", "#8F8500", "star", (2.4, 1.2)),
    Style("#3D9AD6", "#0072B2", "triangle-down", (4.0, 1.2, 1.0, 1.2, 1.0, 1.2)),
    Style("#F2F2F2", "#4A4F57", "hexagon", (1.0, 2.0)),
)


# By index: the names of the colours.
COLOURS = (
    tr("Sky blue"),
    tr("Orange"),
    tr("Pink"),
    tr("Vermilion"),
    tr("Green"),
    tr("Yellow"),
    tr("Blue"),
    tr("Grey"),
)
# The ninth run has the first colour again, with another marker and another dash. Markers and dashes
# are dealt out as in a pair of orthogonal Latin squares (Bose 1938), so that of 64 styles no two
# share more than one of colour, marker and dash: the sum and the double in the field of eight.
COUNT = len(STYLES) ** 2
_DOUBLE = (0, 2, 4, 6, 3, 1, 7, 5)


@cache
def style(index: int) -> Style:
    """The style of a run; past the 64th they repeat."""
    lap, at = divmod(index % COUNT, len(STYLES))
    marker, dash = STYLES[at ^ lap].marker, STYLES[at ^ _DOUBLE[lap]].dash
    return replace(STYLES[at], marker=marker, dash=dash)


def unused(taken: Iterable[int], colour: int | None = None) -> int:
    """The first style that is not among those `taken`; of one colour where that is given."""
    used = {index % COUNT for index in taken}
    free = (i for i in range(COUNT) if i not in used and colour in (None, i % len(STYLES)))
    return next(free, colour or 0)


# The colour maps for losses, by name; their colours are in `colormap`, which needs numpy.
COLORMAPS = ("viridis", "cividis", "grey")
