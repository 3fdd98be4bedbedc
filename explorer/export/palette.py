"""The colours of a picture in a file: paper, panel, ink."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.errors import unknown
from explorer.core.language import tr


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours ('#RRGGBB') by use.

    `dark` says that the paper is dark, so that runs on it keep the colour they have on maps.
    """

    name: str
    paper: str
    border: str
    text: str
    muted: str
    grid: str
    accent: str
    danger: str
    dark: bool


LIGHT = Palette(
    name="light",
    paper="#FFFFFF",
    border="#8A94A3",
    text="#1A1E24",
    muted="#5A6371",
    grid="#ECEEF2",
    accent="#2A66E0",
    danger="#C4321F",
    dark=False,
)
DARK = Palette(
    name="dark",
    paper="#1D2026",
    border="#6D7786",
    text="#E7EAF0",
    muted="#9BA5B4",
    grid="#282C34",
    accent="#74A9FF",
    danger="#FF7B6B",
    dark=True,
)
PROJECTOR = Palette(
    name="projector",
    paper="#FFFFFF",
    border="#555555",
    text="#000000",
    muted="#333333",
    grid="#DADDE2",
    accent="#0041B8",
    danger="#A80000",
    dark=False,
)
PALETTES = {palette.name: palette for palette in (LIGHT, DARK, PROJECTOR)}


def palette(name: str) -> Palette:
    """The palette of that name, or an InputError that lists the names."""
    if name not in PALETTES:
        raise unknown(tr("palette"), name, PALETTES)
    return PALETTES[name]
