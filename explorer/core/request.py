"""What the window asks of the engine, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .experiment import Experiment
    from .figure import Field, Levels, MapImage
    from .overlays import Sampled
    from .plan import Plan
    from .regular import Regular
    from .study import Study
    from .trace import Trace


Bounds = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Viewport:
    """What a contour pane shows: bounds edge to edge, and its size in device pixels.

    Bounds of None are those of the plan, fitted to the size. `ratio` is how many device pixels make
    a logical one.
    """

    bounds: Bounds | None
    width: int
    height: int
    ratio: float = 1.0


def fit(bounds: Bounds, width: float, height: float) -> Bounds:
    """Bounds with the same scale on both axes: more of one where the picture has another shape."""
    (x0, x1), (y0, y1) = bounds
    scale = max((x1 - x0) / width, (y1 - y0) / height)
    half_x, half_y = scale * width / 2, scale * height / 2
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (x - half_x, x + half_x), (y - half_y, y + half_y)


@dataclass(frozen=True, slots=True)
class Request:
    """A wish: an experiment to run, and a viewport to paint (None: nothing to paint).

    `coarse` asks for a quick picture of half the resolution, for use while something is dragged.
    `step` and `run` say whose batch is meant, where the map is to show that of one batch. Without
    `motion` a picture changes at once where it would otherwise pass into the next.
    """

    experiment: Experiment
    viewport: Viewport | None = None
    coarse: bool = False
    step: int = 0
    run: int = 0
    motion: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request; parts that did not change are the very objects of the last result.

    `seconds` is the processor time of the runs, `image` None where no viewport was asked for or
    the landscape has one dimension, `regular` what a penalty does to the minima, None without one.
    `study` is there where a model is trained. Where `finer`, the same request has a finer picture.
    `overlays` is what was sampled to be laid over the map, None where nothing is asked for.
    """

    request: Request
    plan: Plan
    traces: tuple[Trace, ...]
    field: Field
    levels: Levels
    image: MapImage | None
    seconds: float
    regular: Regular | None = None
    study: Study | None = None
    finer: bool = False
    overlays: Sampled | None = None
