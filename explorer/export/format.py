"""What a file format is, and what one picture is asked for with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from .palette import LIGHT, Palette

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from explorer.core.figure import Figure, Scene


class Render(Protocol):
    """Draws a scene without its texts: (height, width, 4) bytes of RGBA, row 0 on top.

    `background` and `ink`, the colour of the floor's lines, are '#RRGGBB', `lut` (256, 3) is the
    colour map, `scale` how many pixels wide a line of width 1 is.
    """

    def __call__(
        self,
        scene: Scene,
        width: int,
        height: int,
        *,
        background: str,
        ink: str,
        lut: NDArray[np.uint8],
        scale: float,
    ) -> NDArray[np.uint8]:
        """Draw the scene at width times height pixels."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """How a picture is to be made.

    size (width, height) in pixels at `dpi`; text_size in points, from the size where None; render
    draws surfaces; session is the text to embed, so that opening the picture opens the experiment;
    transparent leaves the paper out, for pages of the palette's lightness.
    """

    size: tuple[int, int] = (1920, 1080)
    dpi: float = 144.0
    palette: Palette = LIGHT
    text_size: float | None = None
    render: Render | None = None
    session: str | None = None
    transparent: bool = False

    @property
    def points(self) -> float:
        """The text size in points: as asked, or a 48th of the height (of a 4:3 picture)."""
        if self.text_size is not None:
            return self.text_size
        width, height = self.size
        return max(min(height, width * 0.75) / 48 * 72 / self.dpi, 1.0)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: `write(figure, request, stream)` draws the figure into an open binary file."""

    key: str
    title: str
    suffix: str
    vector: bool
    write: Callable[[Figure, Request, BinaryIO], None]
