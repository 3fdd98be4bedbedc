"""Drags the start of the default experiment by mouse and tells how soon each picture followed."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from tests.benchmarks import probe

FRAME = 16  # milliseconds between moves, as a mouse under a 60 Hz screen
RADIUS = 60.0  # pixels of the circle that the start is taken along
PATIENCE = 60_000  # milliseconds to wait for the first picture


class Drag(QObject):
    """Waits for the pictures, drags for a while, and keeps the times of everything."""

    def __init__(self, app: Any, window: Any, moves: int, rest: int) -> None:
        super().__init__(window)
        self.app, self.window, self.moves = app, window, moves
        self.beat = probe.Heartbeat()
        self.sent: dict[tuple[float, ...], float] = {}
        self.shown: list[float] = []
        self.engine: list[float] = []
        self.runs: list[float] = []
        self.applies: list[float] = []
        self.paints: list[float] = []
        self.now = 0.0
        self.count = 0
        self.rest = rest
        self.before: tuple[float, float] = (0.0, 0.0)
        plain = window.apply

        def apply(**changes: Any) -> None:
            begun = time.perf_counter()
            plain(**changes)
            self.applies.append((time.perf_counter() - begun) * 1e3)

        window.apply = apply
        window.store.changed.connect(self.moved)
        self.waiting = QTimer(self, interval=20)
        self.waiting.timeout.connect(self.look)
        self.waiting.start()
        self.patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self.patience.timeout.connect(self.give_up)
        self.patience.start()
        probe.Repaints(window, self.repainted)

    def look(self) -> None:
        """Begin once the map is drawn."""
        panes = self.window.views["contour"]._panes
        if panes and panes[0]._image is not None and self.window.result is not None:
            self.waiting.stop()
            self.patience.stop()
            QTimer.singleShot(self.rest, self.begin)

    def give_up(self) -> None:
        """Say what there is where the picture never came."""
        panes = self.window.views["contour"]._panes
        state = f"{len(panes)} panes, engine's result {self.window.result is not None}"
        print(f"no picture in {PATIENCE / 1000:.0f} seconds: {state}", file=sys.stderr)
        self.app.quit()

    def begin(self) -> None:
        """Take hold of the start."""
        from explorer.engine import answer

        plain = answer.answer

        def timed(*given: Any) -> Any:
            begun = time.perf_counter()
            made = plain(*given)
            self.engine.append((time.perf_counter() - begun) * 1e3)
            if made is not None and not isinstance(made, str):
                self.runs.append(made.seconds * 1e3)
            return made

        answer.answer = timed
        self.before = self.beat.worst()
        if self.rest:
            self.beat.forget()
        self.pane = self.window.views["contour"]._panes[0]
        self.at = self.pane.to_pixel(*self.pane._plot.start).toPoint()
        self.view = self.pane
        self.mouse(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)
        for kept in (self.applies, self.paints, self.engine, self.runs):
            kept.clear()
        self.timer = QTimer(self, interval=FRAME, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.move)
        self.timer.start()

    def move(self) -> None:
        """Move the mouse by one step."""
        if self.count == self.moves:
            self.timer.stop()
            self.mouse(QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)
            QTimer.singleShot(500, self.end)
            return
        self.count += 1
        self.now = time.perf_counter()
        self.mouse(QEvent.Type.MouseMove, Qt.MouseButton.LeftButton)

    def mouse(self, kind: QEvent.Type, held: Qt.MouseButton) -> None:
        """Post what the mouse does: one event of the loop, as from the screen."""
        here = QPointF(self.place())
        there = QPointF(self.view.mapToGlobal(self.place()))
        moved = kind == QEvent.Type.MouseMove
        button = Qt.MouseButton.NoButton if moved else Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QCoreApplication.postEvent(self.view, QMouseEvent(kind, here, there, button, held, none))

    def place(self) -> QPoint:
        """Where the mouse is: on a circle through the start's first place."""
        angle = 2 * math.pi * self.count / 90
        return self.at + QPoint(
            round(RADIUS * (math.cos(angle) - 1)), round(RADIUS * math.sin(angle))
        )

    def moved(self, _old: Any, new: Any) -> None:
        """Note when the mouse asked for this start."""
        self.sent[new.start] = self.now

    def repainted(self, begun: float, ended: float) -> None:
        """See whether this repaint showed a start's trajectories for the first time."""
        result = self.window.result
        if result is not None and self.count:
            asked = self.sent.pop(result.request.experiment.start, 0.0)
            if asked:
                self.shown.append((ended - asked) * 1e3)
                self.paints.append((ended - begun) * 1e3)

    def end(self) -> None:
        """Report and close."""
        probe.tell(
            moves=self.count, shown=self.shown, engine=self.engine, runs=self.runs,
            applies=self.applies, paints=self.paints, gap=self.beat.worst(), before=self.before,
            gaps=[g for g in self.beat.gaps if g[1] > 30],
            pauses=[max(self.beat.pauses, default=0.0)],
            surface=type(self.window.views["surface"]._canvas).__name__,
        )  # fmt: skip
        self.window.close()
        self.app.quit()


def main() -> None:
    asked = probe.wish()

    def prepare(app: Any, launch: Any) -> None:
        window = launch.window

        def watch() -> None:
            furnish = window.furnish

            def furnished(store: Any) -> None:
                furnish(store)
                Drag(app, window, asked["moves"], asked["rest"])

            window.furnish = furnished

        launch.started.connect(watch)

    probe.in_window(prepare, [])


if __name__ == "__main__":
    main()
