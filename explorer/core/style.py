"""How runs are told apart: colour, marker and dash together, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass


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


def style(index: int) -> Style:
    """The style of a run; past the eighth they repeat."""
    return STYLES[index % len(STYLES)]


# The colour maps for losses, by name; their colours are in `colormap`, which needs numpy.
COLORMAPS = ("viridis", "cividis", "grey")
