"""What pictures are usually made for: sizes, resolutions, type and colours that suit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.core.errors import unknown
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Preset:
    """A use of pictures: size (width, height) in pixels at `dpi`, text_size in points.

    `palette` is a name of palette.PALETTES; `about` says in a sentence for what and how. A page
    that is as high as what is on it is `more` pixels higher for every further view.
    """

    key: str
    title: str
    size: tuple[int, int]
    dpi: float
    text_size: float
    palette: str
    about: str
    more: int = 0

    def pixels(self, views: int) -> tuple[int, int]:
        """The size for so many views on the page."""
        width, height = self.size
        return width, height + self.more * (views - 1)


def _centimetres(width: float, height: float, dpi: float) -> tuple[int, int]:
    return round(width / 2.54 * dpi), round(height / 2.54 * dpi)


# To add one, add one.
_ALL = (
    Preset(
        "slide", tr("Slide"), (1920, 1080), 144, 15, "projector",
        tr("A slide of 16:9, 13.3 inches wide, in high contrast."),
    ),
    Preset(
        "paper-column", tr("Paper, one column"), _centimetres(8.5, 11.5, 600), 600, 7, "light",
        tr("8.5 cm wide with type of 7 and 6 points: PDF or SVG where the paper takes them."),
        more=round(6 / 2.54 * 600),
    ),
    Preset(
        "paper-page", tr("Paper, page width"), _centimetres(17.5, 10.5, 600), 600, 8, "light",
        tr("17.5 cm wide with type of 8 and 6 points: PDF or SVG where the paper takes them."),
        more=round(2 / 2.54 * 600),
    ),
    Preset(
        "poster", tr("Poster"), _centimetres(60, 40, 200), 200, 26, "light",
        tr("60 × 40 cm, to be read from two metres away."),
    ),
)  # fmt: skip
PRESETS: Mapping[str, Preset] = {preset.key: preset for preset in _ALL}


def preset(key: str) -> Preset:
    """The preset of that name, or an InputError that lists the names."""
    if key not in PRESETS:
        raise unknown(tr("preset"), key, PRESETS)
    return PRESETS[key]
