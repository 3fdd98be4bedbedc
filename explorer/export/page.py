"""A sheet to draw on, measured in pixels from its top left corner, over a matplotlib figure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from explorer.core.errors import InputError
from explorer.core.language import tr

from . import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from explorer.core.style import Style

    from .format import Request

# matplotlib's names of the markers
MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "pentagon": "p",
    "star": "*",
    "triangle-down": "v",
    "hexagon": "h",
}
# How much larger a marker is drawn than its size says, so that all look alike in weight.
MARKER_SCALE = {"diamond": 0.86, "star": 1.35, "pentagon": 1.1, "hexagon": 1.1, "square": 0.9}
# Half the height of a capital, in ems.
HALF_CAPITAL = 0.36


class Box(NamedTuple):
    """A rectangle in pixels from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


class Page:
    """The sheet.

    `em` is the text size in pixels; `dot` is a logical pixel of the window in points, scaled as
    the text is, so that lines and type keep their proportion at every size.
    """

    def __init__(self, request: Request, *, vector: bool = False) -> None:
        from matplotlib.figure import Figure
        from matplotlib.patheffects import withStroke

        self.request = request
        self.palette = request.palette
        self.size = request.size
        self.points = request.points
        self.em = self.points * request.dpi / 72
        self.dot = self.points * 0.075
        # a hair more than the size, which matplotlib cuts to whole pixels
        inches = [(side + 0.01) / request.dpi for side in request.size]
        self.figure = Figure(figsize=(inches[0], inches[1]), dpi=request.dpi)
        self.figure.patch.set_facecolor("none" if request.transparent else self.palette.paper)
        # on paper unknown letters stand in a little of their own; drawings keep their text as text
        self._halo = partial(withStroke, foreground=self.palette.paper, alpha=0.8)
        self._haloed = request.transparent and not vector
        self.sheet = self.axes(Box(0, 0, *map(float, request.size)))
        self.sheet.set(xlim=(0, self.size[0]), ylim=(self.size[1], 0), zorder=5)
        self.sheet.axis("off")

    def axes(self, box: Box) -> Axes:
        """Empty axes, without ticks or frame, that fill a box exactly.

        Raises InputError where the type around it has left the box no room.
        """
        width, height = self.size
        if not (box.width > 0 and box.height > 0):
            raise InputError(
                tr(
                    "size={width}x{height}: no room for type of {points:.3g} points at {dpi:g} dpi",
                    width=width,
                    height=height,
                    points=self.points,
                    dpi=self.request.dpi,
                )
            )
        place = (
            box.left / width, 1 - box.bottom / height, box.width / width, box.height / height
        )  # fmt: skip
        axes = self.figure.add_axes(place)
        axes.set(xticks=[], yticks=[], facecolor="none")
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def still(self, axes: Any, what: tuple[object, ...], draw: Callable[[Any], None]) -> None:
        """Draw on axes what depends on `what` alone: costly, and the same in many pictures."""
        draw(axes)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str | None = None,
        size: float = 1.0,
        bold: bool = False,
        slant: bool = False,
        across: str = "left",
        order: float = 3,
    ) -> None:
        """A line of text whose capitals are centred on the pixel's height; `size` is relative."""
        self.sheet.text(
            x,
            y + HALF_CAPITAL * self.em * size,
            words,
            color=colour or self.palette.text,
            size=self.points * size,
            weight=600 if bold else 400,
            style="italic" if slant else "normal",
            ha=across,
            va="baseline",
            parse_math=False,
            clip_on=False,
            zorder=order,
            path_effects=[self._halo(linewidth=0.3 * self.points * size)] * self._haloed,
        )

    def paint(self, picture: NDArray[np.uint8], left: int, top: int) -> None:
        """Pixels (h, w, 4) on those of the page, below all else; not for drawings.

        Matplotlib's own images would be resampled, in several copies.
        """
        self.figure.add_artist(pixels(picture, left, self.size[1] - top), clip=False)

    def width_of(self, words: str, size: float = 1.0, *, bold: bool = False) -> float:
        """How many pixels wide a line of text is."""
        weight = 600 if bold else 400
        return text.width(words, self.points * size, weight) * self.request.dpi / 72

    def lines_of(self, words: str, room: float, size: float = 1.0) -> list[str]:
        """A text in lines no wider than `room` pixels."""
        return text.wrap(words, self.points * size, room * 72 / self.request.dpi)

    def ink(self, style: Style) -> str:
        """A run's colour on paper."""
        return style.colour if self.palette.dark else style.ink

    def sample(self, left: float, right: float, y: float, style: Style) -> None:
        """A legend's sample of a run: its dash with its marker on it."""
        colour = self.ink(style)
        self.sheet.plot(
            [left, right], [y, y], color=colour, linewidth=2 * self.dot, linestyle=dashes(style),
            dash_capstyle="butt",
        )  # fmt: skip
        self.mark(self.sheet, (left + right) / 2, y, style.marker, 3.6, face=colour)

    def mark(
        self,
        axes: Axes,
        x: float,
        y: float,
        shape: str,
        radius: float,
        *,
        face: str,
        edge: str | None = None,
        edge_width: float = 0.0,
        order: float = 6,
    ) -> None:
        """One marker, its radius and edge in logical pixels."""
        axes.plot(
            [x],
            [y],
            linestyle="none",
            marker=MARKERS.get(shape, shape),
            markersize=2 * radius * self.dot * MARKER_SCALE.get(shape, 1.0),
            markerfacecolor=face,
            markeredgecolor=edge or "none",
            markeredgewidth=edge_width * self.dot,
            zorder=order,
            clip_on=False,
        )


def dashes(style: Style) -> str | tuple[float, Sequence[float]]:
    """A run's dash as matplotlib wants it, in units of the line's width."""
    return (0, style.dash) if style.dash else "solid"


def pixels(picture: NDArray[np.uint8], left: int, top: int) -> Any:
    """What draws pixels (h, w, 4) as they are; `top` counts from the bottom of the page."""
    from matplotlib.artist import Artist
    from matplotlib.transforms import Bbox

    high, wide = picture.shape[:2]

    class Pixels(Artist):
        zorder = -1.0

        def draw(self, renderer: Any) -> None:
            pen = renderer.new_gc()
            renderer.draw_image(pen, left, top - high, picture[::-1])
            pen.restore()

        def get_window_extent(self, renderer: Any = None) -> Bbox:
            return Bbox.from_extents(left, top - high, left + wide, top)

    return Pixels()
