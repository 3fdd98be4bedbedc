"""What the window asks of the engine, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .experiment import Experiment
    from .figure import Field, Levels, MapImage
    from .plan import Plan
    from .regular import Regular
    from .trace import Trace


@dataclass(frozen=True, slots=True)
class Viewport:
    """What a contour pane shows: bounds edge to edge, and its size in device pixels.

    `ratio` is how many of those make a logical pixel.
    """

    bounds: tuple[tuple[float, float], ...]
    width: int
    height: int
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Request:
    """A wish: an experiment to run, and a viewport to paint (None: nothing to paint).

    `coarse` asks for a quick picture of half the resolution, for use while something is dragged.
    """

    experiment: Experiment
    viewport: Viewport | None = None
    coarse: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request; parts that did not change are the very objects of the last result.

    `seconds` is the processor time of the runs, `image` None where no viewport was asked for or
    the landscape has one dimension, `regular` what a penalty does to the minima, None without one.
    """

    request: Request
    plan: Plan
    traces: tuple[Trace, ...]
    field: Field
    levels: Levels
    image: MapImage | None
    seconds: float
    regular: Regular | None = None
