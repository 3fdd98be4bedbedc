"""The display list: what a picture shows, as pure data.

It is made once from plan, fields and traces; the window (pyqtgraph) and files (matplotlib) are two
backends that draw it, so a file never shows anything else than the window.
All colours are '#RRGGBB'. Coordinates are those of the landscape, widths logical pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .mapping import Axis
    from .style import Style

Array = NDArray[np.float64]
Bounds = tuple[tuple[float, float], ...]
EndKind = Literal[
    "running",
    "max_steps",
    "gradient_norm",
    "loss_change",
    "early_stopping",
    "diverged",
    "left_data",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A sampled landscape: x (nx,), y (ny,) ascending, z (ny, nx) = loss at (x[i], y[j]).

    In one dimension y is empty and z is (1, nx).
    """

    x: Array
    y: Array
    z: Array


@dataclass(frozen=True, slots=True)
class Levels:
    """Contour levels and the colour scale they make.

    values (L,) ascending losses; the band below values[0] is band 0, above values[-1] band L, and
    band b is coloured b / L along the colour map. `floor` is subtracted before a logarithm.
    `ticks` are (loss, text) for the bar; `name` says in words how losses are spread.
    """

    kind: Literal["log", "linear", "equal"]
    values: Array
    floor: float
    name: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class MapImage:
    """The filled contours and their lines as pixels.

    rgb (h, w) 0xAARRGGBB, row 0 at the bottom, covers `bounds` edge to edge and was drawn with
    `levels` and `colormap`.
    """

    rgb: NDArray[np.uint32]
    bounds: tuple[tuple[float, float], ...]
    levels: Levels
    colormap: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A stationary point: `minimum`, the lowest, is a star, `local` a dot, `saddle` a cross.

    Hollow ones belong to the loss without its penalty, which is not what the map shows.
    """

    x: float
    y: float
    kind: Literal["minimum", "local", "saddle"]
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """What an optimizer's memory shows at the cursor besides the path, in the map's coordinates.

    "point": points (2, 2), a place and the head that it is joined to. "points" (n, 2): a
    population. "simplex", "ellipse", "circle" (n, 2): an outline, its first point again at its
    end. Of one dimension also "tangent" (2, 2), the slope at the head, and "steps" (n, 2): the
    last points of the path, between which arrows are drawn. `name` says what it is.
    """

    kind: Literal["point", "points", "simplex", "ellipse", "circle", "tangent", "steps"]
    points: Array
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A thin line that belongs to the penalty: points (n, 2).

    "penalty" is the curve of equal penalty through the minimum of what the map shows. "shift" is
    the way of a minimum of the loss as its penalty grows from nothing to what it is, "beyond" the
    way that it goes on.
    """

    kind: Literal["penalty", "shift", "beyond"]
    points: Array


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Something laid over a map on demand, in its coordinates; the same object while unchanged.

    Lines apart, points (n, 2, 2): "arrows" from tail to tip, "hatch" and "border" of a region. Of
    one line, points (n, 2): "stream", a way downhill, "model", a level line (of one dimension the
    curve) of the local quadratic model, and "section", a line to look along. With points (2, 2):
    "gradient" and "newton", a step from a run's point, in the colour of `style`. name: its label.
    """

    kind: Literal["arrows", "hatch", "border", "stream", "model", "section", "gradient", "newton"]
    points: Array
    name: str = ""
    style: Style | None = None

    @property
    def under(self) -> bool:
        """Whether it lies under the trajectories, and stays while these change."""
        return self.kind in {"arrows", "hatch", "border", "stream"}


@dataclass(frozen=True, slots=True)
class Path:
    """A trajectory up to the cursor: points (n, 2) finite, drawn oldest to newest.

    In one dimension points are (x, loss). `end` is "running" while the cursor is before the run's
    last step. `losses` (n,) are the losses at the points. `note` says what the picture cannot show,
    such as at which step the run left the view or diverged. `best` is the row of the lowest
    validation loss so far, None where there is no validation. `shades` (n,), where not empty, are
    the places from 0 to 1 of the points on the scale by which paths are coloured; where `stepped`
    a line has the shade of the point it leads to. `forks` are the
    rows at which the run parts from the one that it was forked off.
    """

    points: Array
    losses: Array
    style: Style
    label: str
    end: EndKind
    note: str = ""
    extras: tuple[Extra, ...] = ()
    best: int | None = None
    shades: Array = field(default_factory=lambda: np.zeros(0))
    stepped: bool = False
    forks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shading:
    """By which quantity paths are coloured, and the ends of its scale in words."""

    name: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class MapPlot:
    """Filled contours with trajectories on them; of one dimension, the curve of the loss.

    `notes` are sentences for its lower edge: what changes the loss or the gradients shown.
    `shading` is there where paths are coloured by a quantity, and to be explained on this picture.
    """

    field: Field
    levels: Levels
    colormap: str
    bounds: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]
    start: tuple[float, float]
    paths: tuple[Path, ...]
    title: str = ""
    outlines: tuple[Outline, ...] = ()
    notes: tuple[str, ...] = ()
    axes: tuple[str, str] = ("x", "y")
    shading: Shading | None = None
    overlays: tuple[Overlay, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One curve: x (n,), y (n,) finite; `end` marks its last point where the run ended.

    `part` is what it is of: the quantity as trained on, the same on the validation surface, the
    penalty alone, or the loss as theory has it. `best` is the place of the best epoch.
    """

    x: Array
    y: Array
    style: Style
    label: str
    end: EndKind
    part: Literal["train", "validation", "penalty", "theory"] = "train"
    best: tuple[float, float] | None = None

    @property
    def early(self) -> bool:
        """Whether the run ended before its last step, which a sign at the curve's end says."""
        return self.end not in {"running", "max_steps"} and len(self.x) > 0


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """A quantity against the step, or the epoch: x counts epochs of `every` steps.

    `cursor` and `steps` are in steps, `at` and `length` the same on the axis. `omitted` counts
    values that the axis cannot show. `span` is the range of values to draw where a run
    diverges past it, None where all values are drawn. `theory` says what the line of theory means.
    """

    quantity: str
    series: tuple[Series, ...]
    log: bool
    cursor: int
    steps: int
    omitted: int = 0
    span: tuple[float, float] | None = None
    every: int = 1
    theory: str = ""

    @property
    def unit(self) -> Literal["step", "epoch"]:
        """What x counts."""
        return "step" if self.every == 1 else "epoch"

    @property
    def at(self) -> float:
        """Where the cursor is on the axis."""
        return self.cursor / self.every

    @property
    def length(self) -> float:
        """Where the axis ends."""
        return self.steps / self.every


@dataclass(frozen=True, slots=True)
class Ball:
    """The head or the start of a trajectory on the surface, drawn in front of everything.

    `marker` is the white sign on it (a name of style.py), nothing if empty; "ring" makes it a
    white ring, as the start has. How a run ended: "stopped" is a square with a dark core, "early"
    a full square, "converged" a ball with a tick, "diverged" a cross.
    """

    position: tuple[float, float, float]
    colour: str
    radius: float
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Tube:
    """A trajectory on the surface: points (n, 3) in scene units, which lie on the surface.

    `shades` (n,), where not empty, are the places from 0 to 1 on the scale by which paths are
    coloured; what leads to a point has its shade.
    """

    points: Array
    colour: str
    radius: float
    shades: Array = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class Scene:
    """A lit surface in scene units: x and y run over [-1, 1] (aspect kept), z is the height.

    x (nx,), y (ny,), z (ny, nx), not finite where there is a hole; band (ny, nx) is the continuous
    contour band that colours it and puts iso-lines at the whole numbers 1 to `bands`; the middle
    of band b, b + 1/2, is coloured b / bands along the colour map. `height` says what z shows.
    `ticks` are ((x, y, z), text) beside the floor, numbers and axis names: those of x lie past an
    end of y and those of y past an end of x, and are drawn on the side that faces the camera.
    `notes` say what the surface does not show, such as which run leaves it; `levels` are those of
    the colours. `below` are the contours on the floor, segments (n, 2, 2) of x and y. `shading` is
    there where paths are coloured by a quantity.
    Camera: `azimuth` and `elevation` in degrees; `zoom` of 1 shows all; `pan` moves the picture
    right and up, in halves of its smaller side.
    """

    x: Array
    y: Array
    z: Array
    band: Array
    bands: int
    colormap: str
    tubes: tuple[Tube, ...]
    balls: tuple[Ball, ...]
    height: str
    azimuth: float
    elevation: float
    ticks: tuple[tuple[tuple[float, float, float], str], ...] = ()
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    notes: tuple[str, ...] = ()
    levels: Levels | None = None
    below: Array | None = None
    shading: Shading | None = None


@dataclass(frozen=True, slots=True)
class CellKind:
    """What became of some of the runs of a map: a line of its legend.

    `hatch` is drawn over its cells in a lighter or darker `ink`, so that colour alone need not
    tell. `sign`, where it has one, stands at `point` on the map.
    """

    label: str
    colour: str
    share: str
    hatch: Literal["", "lines", "dots"] = ""
    ink: str = "#000000"
    sign: str = ""
    point: tuple[float, float] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CellPlot:
    """A map over many runs, a cell a run: cells, values and shades (ny, nx), y rising with the row.

    Axes span the values of the first and the last cell, which lie half outside. A cell is of a
    kind, the row of `kinds`, or where that is -1 coloured by its value, by `levels` and `colormap`.
    shades, where not empty, from 0 to 1, darken cells; `shading` says by what. `heading` stands
    above the legend, `marks` on the map; `others` says what the legend leaves out. `aspect` is the
    width of the picture by its height.
    """

    axes: tuple[Axis, Axis]
    names: tuple[str, str]
    cells: NDArray[np.int64]
    kinds: tuple[CellKind, ...]
    values: Array
    levels: Levels | None
    colormap: str
    shades: Array
    heading: str
    aspect: float
    shading: Shading | None = None
    marks: tuple[Mark, ...] = ()
    others: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the legend: a run and its loss at the cursor."""

    style: Style
    label: str
    loss: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A whole picture: its plots in reading order, its legend and the caption of all settings."""

    plots: tuple[MapPlot | CurvePlot | Scene | CellPlot, ...]
    legend: tuple[Row, ...]
    title: str
    caption: str
