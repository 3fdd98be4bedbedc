"""The main window: it puts panels around the map, hands frames to them and edits to the store."""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QMainWindow, QStyle, QVBoxLayout, QWidget

from explorer.core.experiment import place_of
from explorer.core.language import tr

from . import handover
from .status import Status
from .steps import SOON, paint_later

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from explorer.core.experiment import Experiment
    from explorer.core.request import Request, Result, Viewport
    from explorer.views.base import Dock, Frame, View
    from explorer.widgets.theme import Theme

    from .store import Store


MENUS = {
    "File": tr("File"),
    "Edit": tr("Edit"),
    "View": tr("View"),
    "Run": tr("Run"),
    "Help": tr("Help"),
}
# A coarse picture is made fine when nothing has moved for this long: longer than a GESTURE.
REST = 180
# While something moves, the panels beside the map follow one in so many seconds, right after the
# map was painted, when the engine works on the next picture or rests; where no map is painted, one
# in so many milliseconds. A gesture counts as going on for so many seconds after its last edit.
OTHERS, WITHOUT_MAP, GESTURE = 0.025, 60, 0.15


class Window(QMainWindow):
    """One experiment in one window."""

    closing = Signal()
    wanted = Signal(str)  # a panel that is shown and not yet built
    built = Signal(str)  # a view that is ready to draw
    applied = Signal(object)  # every Frame that is shown
    covered = False  # while something else lies over the whole window

    def __init__(self, theme: Theme) -> None:
        """Make the shell, with no more than its first paint needs; `furnish` and `add` follow."""
        super().__init__()
        self.theme = theme
        self.views: dict[str, View] = {}
        self.result: Result | None = None
        self.motion = "system"  # or on, or off
        self.starting = True  # until all panels are there
        self._viewport: Viewport | None = None
        self._shown: dict[str, Frame | None] = {}
        self._built: set[str] = set()
        self.status = Status()
        self.setStatusBar(self.status)
        self.menus = {name: self.menuBar().addMenu(text) for name, text in MENUS.items()}
        self.setContentsMargins(8, 0, 8, 0)

    def furnish(self, store: Store) -> None:
        """Put in all but the views, and take an experiment to show."""
        from explorer.views.base import Frame

        from .arrange import Arrangement
        from .player import Player
        from .transport import Transport
        from .worker import Worker

        self.store, self.player, self.worker = store, Player(), Worker()
        # Qt's own tree frees them, and with them what their connections hold, when the window goes
        for part in (self.store, self.player, self.worker):
            part.setParent(self)
        last = max(len(store.experiment.runs) - 1, 0)
        self.frame = Frame(store.experiment, self.theme, selected=last)
        self.transport = Transport(self.player)
        self.arrangement = Arrangement(self)
        centre = QWidget()
        self.column = QVBoxLayout(centre)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.arrangement.centre)
        self.setCentralWidget(centre)
        # no control is to be focused, and ringed, before a person chose one
        centre.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        centre.setFocus()
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.submit)
        self._moving = 0.0  # until when a gesture counts as going on
        self._others = QTimer(self, singleShot=True)
        self._others.timeout.connect(self._go_round)
        self._turns: list[str] = []  # panels whose turn is still to come
        self._last_turn = 0.0
        store.changed.connect(self._changed)
        self.player.moved.connect(self._step_to)
        self.worker.ready.connect(self._ready)
        self.worker.refused.connect(self._refuse)
        self.worker.progress.connect(self.status.progress)
        self.worker.failed.connect(self.status.failed)
        self.status.cancelled.connect(self.worker.cancel)
        self.transport.layout_chosen.connect(lambda key: self.look(layout=key))
        self.transport.panes_chosen.connect(lambda key: self.look(panes=key))
        self.transport.refresh()
        self.transport.show_frame(self.frame)
        self.submit()

    def add(self, dock: Dock) -> None:
        """Make one more view, and its panel."""
        view = dock.make()
        view.edited.connect(self._edit)
        view.moved.connect(self._scrub)
        view.selected.connect(self._select)
        view.said.connect(self.status.say)
        view.framed.connect(self.look_at)
        view.drawn.connect(self._map_drawn)
        view.wanted.connect(self.arrangement.bring)
        panel: Any = view
        if hasattr(view, "check_wanted"):
            panel.check_wanted.connect(partial(self._check_gradient, panel.show_check))
        if hasattr(view, "code_wanted"):
            panel.code_wanted.connect(partial(handover.copy, self))
        if hasattr(view, "curve_wanted"):
            panel.curve_wanted.connect(partial(self.worker.make_curve, panel.show_curve))
        self._shown[dock.key] = None
        self.views[dock.key] = view
        self.arrangement.add(dock, view)
        self.arrangement.show_panes(self.frame.experiment)

    def submit(self) -> None:
        """Ask the engine for the present experiment."""
        self._submit(coarse=False)

    # -- what the panels are handed

    def apply(self, **changes: Any) -> None:
        """Show a frame that differs from the present one in `changes`: the map now, all else soon.

        All panels at once take longer to paint than a hand that moves something may wait: they
        follow in turn, one an event.
        """
        self.frame = replace(self.frame, **changes, moving=self._is_moving())
        self.transport.show_frame(self.frame)
        self.arrangement.show_panes(self.frame.experiment)
        self.applied.emit(self.frame)
        for key, view in self.views.items():
            if view.live:
                self._show(key)
            self._let_go(key)
        if not self.starting and not self._others.isActive():
            self._others.start(self._pause())

    def _pause(self) -> int:
        """How long the next panel waits for its turn."""
        return WITHOUT_MAP if self._is_moving() else 0

    def _is_moving(self) -> bool:
        return time.monotonic() < self._moving or self.player.is_playing

    def _map_drawn(self) -> None:
        due = time.monotonic() - self._last_turn >= OTHERS
        if due and self._others.isActive() and self._is_moving():
            self._others.start(0)

    def show_next(self) -> bool:
        """Bring the next panel up to date that is not, and say whether there was one."""
        # what is left of a round, and a whole one: those at its beginning may be behind by now
        for _ in range(2):
            self._turns = self._turns or list(self.views)
            while self._turns:
                if self._show(self._turns.pop(0)):
                    return True
        return False

    def _go_round(self) -> None:
        self._last_turn = time.monotonic()
        if self.show_next():
            self._others.start(self._pause())

    def _show(self, key: str) -> bool:
        """Bring one panel up to date, unless it is or is hidden; says whether there was need to."""
        view, old = self.views[key], self._shown[key]
        seen = not (self.covered or view.isHidden()) and self.arrangement.is_open(key)
        if not seen or old is self.frame:
            return False
        if key not in self._built:
            self.wanted.emit(key)
        self._shown[key] = self.frame
        view.show_frame(old, self.frame)
        if old is None and not view.live:
            paint_later(view)
        return True

    def _let_go(self, key: str) -> None:
        """Have a panel that is not seen let go of runs that are gone."""
        old = self._shown[key]
        if old is None or old.traces is self.frame.traces or self.arrangement.is_open(key):
            return
        self._shown[key] = None
        self.views[key].rest()

    def refresh(self, key: str) -> None:
        """Draw a panel that was hidden."""
        if self.views[key].live or not self.starting:
            self._show(key)

    def build(self, key: str) -> None:
        """Let a view make what needs the numerical libraries, and draw it afresh."""
        if key not in self._built:
            self._built.add(key)
            view = self.views[key]
            if hasattr(view, "renderer"):
                view.renderer = self._render
            if hasattr(view, "draw"):
                view.draw = self.worker.draw
            if hasattr(view, "sampler"):
                view.sampler = self.worker.losses
            view.build()
            self._shown[key] = None
            self.built.emit(key)
            QTimer.singleShot(SOON, self, lambda: self._show(key))

    def is_built(self, key: str) -> bool:
        """Whether a view has what it needs to draw."""
        return key in self._built

    def _render(self, scene: Any, width: int, height: int, options: Any, done: Any) -> None:
        self.worker.render(scene, width, height, options, done)

    def _step_to(self, step: int) -> None:
        self.apply(step=step)
        self._show_batch()

    def _show_batch(self) -> None:
        if self.frame.study is not None and self.frame.experiment.view.one_batch:
            self._submit(coarse=False)  # the map is of one step's batch

    def _select(self, index: int) -> None:
        self.apply(selected=index)
        self._show_batch()

    def _check_gradient(self, done: Callable[[Any], None]) -> None:
        self.worker.check_gradient(self.store.experiment, done)

    # -- what a person did

    def _edit(self, experiment: Experiment, name: str, key: str) -> None:
        only_view = replace(experiment, view=self.store.experiment.view) == self.store.experiment
        if only_view:
            self.store.look(experiment.view)
        else:
            self.store.edit(experiment, name, key)

    def look(self, **changes: Any) -> None:
        """Change how the picture is framed."""
        self.store.look(replace(self.store.experiment.view, **changes))

    def toggle_run(self, index: int) -> None:
        """Show or hide a run."""
        from explorer.core import lineup

        runs = self.store.experiment.runs
        if index < len(runs):
            change = lineup.toggle(runs, index)
            self.store.edit(replace(self.store.experiment, runs=change.runs), change.words)

    def _scrub(self, step: int) -> None:
        self.player.pause()
        self.player.go(step)

    # -- the engine

    def _changed(self, old: Experiment, new: Experiment) -> None:
        if self.store.in_gesture:
            self._moving = time.monotonic() + GESTURE
        selected = min(self.frame.selected, max(len(new.runs) - 1, 0))
        self.apply(experiment=new, selected=selected)
        if (old.learning is None) != (new.learning is None):
            self.arrangement.follow(new)
        if self._viewport is not None and place_of(old) != place_of(new):
            self._viewport = replace(self._viewport, bounds=None)
        self._submit(coarse=self._repaints(new))
        self._rest.start()

    def _repaints(self, new: Experiment) -> bool:
        """Whether the landscape itself is to be painted anew."""
        if self.result is None:
            return False
        old = self.result.request.experiment
        return (old.landscape, old.parameters) != (new.landscape, new.parameters)

    def _submit(self, *, coarse: bool) -> None:
        from explorer.core.request import Request

        given, step = self.store.experiment, self.player.step
        run = self.frame.selected
        asked = Request(given, self._viewport, coarse, step, run, self.has_motion())
        self.worker.submit(asked)

    def has_motion(self) -> bool:
        """Whether pictures may pass into one another, as preferred or as the system asks."""
        if self.motion != "system":
            return self.motion == "on"
        asked = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(asked, None, self) > 0

    def look_at(self, viewport: Viewport) -> None:
        """Have another part of the map painted."""
        if viewport != self._viewport:
            self._viewport = viewport
            self._submit(coarse=False)

    def _refuse(self, _request: Request, why: str) -> None:
        self.status.refuse(why)
        self.apply(refused=why)

    def _ready(self, result: Result) -> None:
        """Take what the engine made.

        A result for a wish that has passed is still a true picture of it, and newer ones follow.
        """
        self.result = result
        self.status.show_result(result)
        length = max((trace.stop_step for trace in result.traces), default=0)
        self.player.blockSignals(True)
        self.player.set_length(length)
        self.player.blockSignals(False)
        self.apply(
            plan=result.plan,
            traces=result.traces,
            field=result.field,
            levels=result.levels,
            image=result.image,
            regular=result.regular,
            study=result.study,
            overlays=result.overlays,
            refused="",
            step=self.player.step,
        )

    # -- Qt's own

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "transport"):
            self.transport.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what is shown to the width."""
        super().resizeEvent(event)
        if hasattr(self, "transport"):
            self.transport.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the engine and let go of OpenGL at a safe point."""
        self.closing.emit()
        self.hide()  # the engine may be amid something that takes seconds
        if hasattr(self, "worker"):
            self.player.pause()
            self.worker.close()
        for view in self.views.values():
            view.release()
        gc.collect()
        super().closeEvent(event)
