"""Presenting: the running experiment as a picture for a lecture hall, led by keys or a clicker.

It follows the window's frames and keeps nothing of its own but how it shows them, so that leaving
it leaves the window as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer, Signal

from explorer.core.language import tr
from explorer.widgets.hints import Hint

from .keycaps import NAMES
from .presenting_keys import press_of
from .slide import LARGER, Slide

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent

    from explorer.core.experiment import Experiment
    from explorer.views.base import Frame

    from .player import Player
    from .window import Window

HIDDEN = tr("Hidden: guess first")
FROZEN = tr("Frozen: the experiment goes on behind")
SAID = 6000  # milliseconds for which a passing message stays


class Presentation(Slide):
    """A picture over a whole screen. `left` when it was closed, `fronted` when it comes or goes."""

    left = Signal()
    fronted = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window, window.worker.draw)
        self.owner = window
        self.player: Player = window.player
        self.setWindowTitle(tr("Presentation"))
        self.setAccessibleName(tr("Presentation"))
        self.arranged = window.frame.experiment.view.layout
        self._held: tuple[Frame, int] | None = None  # what is shown while it is frozen
        self._said = ""
        self._silence = QTimer(self, singleShot=True, interval=SAID)
        self._silence.timeout.connect(lambda: self._say(""))
        self.map.edited.connect(self._edit)
        self.map.said.connect(self._say)
        self.curves.moved.connect(self._scrub)
        self.progress.moved.connect(lambda share: self._scrub(round(share * self.player.length)))
        self.sheet.changed.connect(self._tell)
        window.applied.connect(self._follow)
        self.player.playing.connect(self._played)
        window.built.connect(self._build)
        if window.is_built("curves"):
            self.build_curves()
        else:
            window.wanted.emit("curves")
        self.draw()

    def _build(self, key: str) -> None:
        if key == "curves":
            self.build_curves()
            self.draw()

    # -- what it shows

    @property
    def frozen(self) -> bool:
        """Whether the picture stays as it is while the experiment goes on."""
        return self._held is not None

    def _follow(self, frame: Frame) -> None:
        """Show what the window shows."""
        if frame.step >= self.player.length and not self.hidden:
            self.ahead = True  # there is nothing left to guess
        if not self.frozen:
            self.draw()

    def draw(self) -> None:
        """Draw the present picture, or the one that is held."""
        frame, length = self._held or (self.owner.frame, self.player.length)
        self.show_frame(frame, length)
        self._tell()

    def _tell(self) -> None:
        """Say on the picture what is not as usual, and below it what the keys do now."""
        frozen = tr("Frozen") if self.hidden else FROZEN
        words = [HIDDEN] * self.hidden + [frozen] * self.frozen
        self.say(" · ".join(words) or self._said)
        play = (
            tr("pause") if self.player.is_playing else tr("reveal") if self.hidden else tr("play")
        )
        hints = [
            Hint(NAMES["Space"], play),
            Hint("← →", tr("step")),
            Hint("H", tr("show paths") if self.hidden else tr("hide paths"), self.hidden),
            Hint("Z", tr("go on") if self.frozen else tr("freeze"), self.frozen),
            Hint("A", tr("annotate"), self.sheet.tool == "pen"),
            Hint("P", tr("laser"), self.sheet.tool == "laser"),
        ]
        wipe = [Hint("X", tr("wipe"))] if self.sheet.strokes else []
        self.hints.show_hints((*hints, *wipe, Hint("Esc", tr("leave"))))
        self.setAccessibleDescription(" ".join([*words, self.describe()]))

    def _say(self, words: str) -> None:
        self._said = words
        self._silence.start()
        self._tell()

    # -- what a presenter does

    def _edit(self, experiment: Experiment, name: str, key: str) -> None:
        """Take an edit from the map, but not the layout, which is this picture's own."""
        store = self.owner.store
        view = replace(experiment.view, layout=store.experiment.view.layout)
        if replace(experiment, view=store.experiment.view) == store.experiment:
            store.look(view)
        else:
            store.edit(replace(experiment, view=view), name, key)

    def _scrub(self, step: int) -> None:
        self.player.pause()
        self.player.go(step)

    def step(self, by: int) -> None:
        """Go some steps on or back."""
        self._scrub(self.player.step + by)

    def hide_paths(self, hidden: bool) -> None:
        """Hide what the runs do, to be guessed; or reveal it up to the cursor."""
        self.hidden = hidden
        if hidden:
            self.ahead = False
            self.player.pause()
        self.draw()

    def _played(self, playing: bool) -> None:
        if playing and self.hidden:
            self.hide_paths(False)
        self._tell()

    def go_back(self) -> None:
        """Go to the start; once there, hide the paths or show them."""
        if self.player.step == 0:
            self.hide_paths(not self.hidden)
        else:
            self._scrub(0)

    def freeze(self) -> None:
        """Keep the picture as it is, or follow the experiment again."""
        self._held = None if self.frozen else (self.owner.frame, self.player.length)
        if self.sheet.tool in ("", "shield"):
            self.sheet.take(self._idle())
        self.draw()

    def _idle(self) -> str:
        """Who has the mouse where no tool does: on a frozen picture nobody."""
        return "shield" if self.frozen else ""

    def take(self, tool: str) -> None:
        """Take up the pen or the laser, or lay it down."""
        self.sheet.take(self._idle() if self.sheet.tool == tool else tool)

    def enlarge(self, by: int) -> None:
        """Write everything larger or smaller."""
        self.larger = min(max(self.larger + by, 0), len(LARGER) - 1)
        self._place()
        self.draw()

    def turn_layout(self) -> None:
        """Show one map for each run, or one for all: here only."""
        self.arranged = "overlay" if self.arranged == "side" else "side"
        self.draw()

    # -- Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key says; on a black screen any key only brings the picture back."""
        press = press_of(event)
        if self.sheet.black:
            self.sheet.blacken(False)
        elif press is not None:
            press.do(self)
        else:
            event.ignore()

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Keep the keys here."""
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the screen."""
        super().resizeEvent(event)
        if hasattr(self, "_silence"):
            self.draw()

    def changeEvent(self, event: QEvent) -> None:
        """Tell when it comes to the front, or no longer is."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self.fronted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go."""
        super().closeEvent(event)
        self.left.emit()
