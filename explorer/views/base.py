"""What every view is: a panel that is handed frames to draw and says what a person did in it.

A view never computes, never runs anything and never keeps the experiment: it emits a changed
experiment and is handed the next frame.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from explorer.core.experiment import Experiment
    from explorer.core.figure import Field, Levels, MapImage
    from explorer.core.overlays import Sampled
    from explorer.core.plan import Plan
    from explorer.core.regular import Regular
    from explorer.core.study import Study
    from explorer.core.trace import Trace
    from explorer.widgets.theme import Theme


@dataclass(frozen=True, slots=True)
class Frame:
    """All that can be drawn now. Parts that did not change are the same objects as before.

    plan is the plan of `experiment`; traces belong to plan.runs, one each, and may lag behind
    while the engine works (fewer or none at first). field and levels are the sampled landscape,
    None until it is there; image is it drawn over what the contour panel shows; regular is what
    the plan's penalty does to the minima. study is there where a model is trained: plan and traces
    are then of the plane that the map shows, and study of the whole model. moving says that a hand
    is at work, so that what takes long may be drawn coarsely until it rests. step is the cursor,
    selected the run the inspector explains, scale the size of type against the normal. refused says
    why the experiment cannot be shown, where it cannot; all else is then as it was before. overlays
    is what was sampled to be laid over the map, None where nothing is asked for.
    """

    experiment: Experiment
    theme: Theme
    step: int = 0
    selected: int = 0
    plan: Plan | None = None
    traces: tuple[Trace, ...] = ()
    field: Field | None = None
    levels: Levels | None = None
    image: MapImage | None = None
    scale: float = 1.0
    regular: Regular | None = None
    study: Study | None = None
    moving: bool = False
    refused: str = ""
    overlays: Sampled | None = None

    @property
    def takes_start(self) -> bool:
        """Whether a point of the map can be the experiment's start.

        Until the engine has answered, the map may be that of an experiment before: of a model
        where a test function is asked for, or of a landscape of another dimension.
        """
        if self.plan is None or (self.study is None) != (self.experiment.learning is None):
            return False
        dimension = self.plan.landscape.dimension
        return self.study is not None or dimension == len(self.experiment.start)


def same_picture(old: Frame, new: Frame) -> bool:
    """Whether two frames show the same, but for controls.

    An edit comes first as a frame with a new experiment and all else as it was: what is drawn from
    plan and traces need not be drawn again before the engine has answered.
    """
    parts = (
        "plan",
        "traces",
        "field",
        "levels",
        "image",
        "regular",
        "study",
        "overlays",
        "step",
        "selected",
        "theme",
        "scale",
    )
    same = all(getattr(old, part) is getattr(new, part) for part in parts)
    return same and old.experiment.view == new.experiment.view


class View(QWidget):
    """A panel.

    The window makes it, calls `build` once the numerical libraries are loaded, and then
    `show_frame` whenever something changed. The constructor must be quick and must not need
    numpy, pyqtgraph or OpenGL: it runs before the first paint. `build` may import them.
    """

    # Modules that `build` imports, to be loaded beforehand. Libraries come first, away from the
    # window's thread: they must not be the first to ask for a class of Qt. What uses Qt follows on
    # the window's thread, one module an event.
    libraries: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    # Whether a library asks Qt for all there is, as pyqtgraph does: then it waits for the window.
    asks_all = False
    # Whether it follows a drag and the playing cursor frame by frame; others lag a little.
    live = False

    # a new experiment, the undo entry's name, and a key: edits of one key in a row are one entry
    edited = Signal(object, str, str)
    moved = Signal(int)
    selected = Signal(int)
    # one line for the status bar
    said = Signal(str)
    # the Viewport a map shows now, to be painted
    framed = Signal(object)
    # of a live view: its picture was painted just now
    drawn = Signal()
    # the key of a panel that a person asked for without words
    wanted = Signal(str)
    # another title for the panel, where what it shows has another name
    titled = Signal(str)

    def header(self) -> QWidget | None:
        """Controls for the right of the panel's title row, if any."""
        return None

    def prepare(self) -> None:
        """Load the libraries, and do what else takes long: on another thread, without widgets."""
        for name in self.libraries:
            importlib.import_module(name)

    def build(self) -> None:
        """Make what needs the numerical libraries. Called once, after the first paint."""

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Draw what differs between the two frames; `old` is None the first time."""
        raise NotImplementedError

    def rest(self) -> None:
        """Let go of the frame: the panel is hidden, and runs are others by now.

        `show_frame` follows with no old frame once the panel is seen again.
        """

    def describe(self) -> str:
        """The picture's content as text, for those who do not see it."""
        return ""

    def release(self) -> None:
        """Let go of what must be destroyed at a safe point (OpenGL objects) before closing."""


@dataclass(frozen=True, slots=True)
class Dock:
    """The SPEC of a view: where its panel goes and how it is made.

    area "center" panels share the middle; `order` sorts panels of one area, from above. `tab` is
    the key of the panel behind which it stands at first, as a tab, in the same area; where a model
    is trained it comes to the front, unless it `stays` behind. One that `trains` is only there
    while a model is trained.
    """

    key: str
    title: str
    area: Literal["left", "center", "right", "bottom"]
    order: int
    make: Callable[[], View]
    summary: str = ""
    tab: str = ""
    stays: bool = False
    trains: bool = False
