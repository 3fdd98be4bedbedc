"""Drags the start and plays six runs of 2,000 steps in the real window; tells of every repaint."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from tests.benchmarks import probe

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = 2000
RUNS = (("sgd", 5e-4), ("momentum", 3e-4), ("nesterov", 3e-4), ("rmsprop", 2e-3), ("adam", 5e-3),
        ("adagrad", 5e-2))  # fmt: skip
FRAME = 16  # milliseconds between moves
RADIUS = 60.0  # pixels of the circle that the start is taken along
SLOW = 8000  # milliseconds to play at 1x
FROM = 1400  # the step to play from at 1x: paths are long by then
TIMES = 3  # to play all steps at the highest speed


class Frames(QObject):
    """Goes through the phases, one after the other."""

    def __init__(self, app: Any, window: Any, asked: dict[str, Any]) -> None:
        super().__init__(window)
        self.app, self.window, self.asked = app, window, asked
        self.found: dict[str, Any] = {}
        self.begun: list[float] = []
        self.repaints: list[float] = []
        self.phases = self.all()
        probe.Repaints(window, self.repainted)
        self.timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.go_on)
        self.timer.start(asked["rest"])

    def repainted(self, begun: float, ended: float) -> None:
        """Note a repaint."""
        self.begun.append(begun)
        self.repaints.append((ended - begun) * 1e3)

    def go_on(self) -> None:
        """Do what comes next, and wait as long as it says."""
        try:
            pause = next(self.phases, None)
        except Exception:
            self.app.quit()
            raise
        if pause is None:
            probe.tell(**self.found)
            self.window.close()
            self.app.quit()
        else:
            self.timer.start(pause)

    def keep(self, phase: str) -> None:
        """Take the repaints since the last time as those of a phase."""
        gaps = [(b - a) * 1e3 for a, b in zip(self.begun, self.begun[1:], strict=False)]
        self.found[phase] = {"repaints": self.repaints, "intervals": gaps}
        self.begun, self.repaints = [], []

    def all(self) -> Iterator[int]:
        """The experiment, a drag, both ways of playing."""
        import numpy as np

        yield from self.prepare()
        window = self.window
        traces = window.result.traces
        self.found["steps"] = min(trace.stop_step for trace in traces)
        np.savez(self.asked["curves"], *[trace.points for trace in traces])
        self.pane = window.views["contour"]._panes[0]
        self.found["map"] = [self.pane.width(), self.pane.height()]
        self.keep("before")
        yield from self.drag()
        self.keep("drag")
        if self.asked.get("brief"):
            return
        player = window.player
        player.go(FROM)
        yield 500
        player.speed = 1.0
        self.keep("before")
        player.toggle()
        yield SLOW
        player.pause()
        self.keep("slow")
        player.speed = 16.0
        parts = []
        for _ in range(TIMES):
            player.go(0)
            yield 500
            self.keep("before")
            player.toggle()
            while player.is_playing:
                yield 20
            self.keep("fast")
            parts.append(self.found["fast"])
        both = ("repaints", "intervals")
        self.found["fast"] = {key: [v for part in parts for v in part[key]] for key in both}

    def prepare(self) -> Iterator[int]:
        """Show six runs of 2,000 steps, none of which ends before."""
        from explorer.core import defaults
        from explorer.core.experiment import Run, Stopping

        window = self.window
        shown = defaults.experiment("rosenbrock", both=True)
        runs = tuple(Run(key, lr, style=at) for at, (key, lr) in enumerate(RUNS))
        from dataclasses import replace

        wanted = replace(shown, runs=runs, steps=STEPS, stopping=Stopping())
        window.store.edit(wanted, "Six runs")
        begun = time.monotonic()
        while window.result is None or window.result.request.experiment != window.store.experiment:
            if time.monotonic() - begun > 120:
                raise RuntimeError("six runs were not worked out within two minutes")
            yield 50
        yield 1000

    def drag(self) -> Iterator[int]:
        """Take the start along a circle."""
        self.at = self.pane.to_pixel(*self.pane._plot.start).toPoint()
        self.mouse(QEvent.Type.MouseButtonPress, self.at, Qt.MouseButton.LeftButton)
        due = time.perf_counter()
        for count in range(self.asked["moves"]):
            angle = 2 * math.pi * count / 90
            by = QPoint(round(RADIUS * (math.cos(angle) - 1)), round(RADIUS * math.sin(angle)))
            self.mouse(QEvent.Type.MouseMove, self.at + by, Qt.MouseButton.LeftButton)
            due += FRAME / 1e3
            yield max(round((due - time.perf_counter()) * 1e3), 0)
        self.mouse(QEvent.Type.MouseButtonRelease, self.at, Qt.MouseButton.NoButton)

    def mouse(self, kind: QEvent.Type, at: QPoint, held: Qt.MouseButton) -> None:
        """Post what the mouse does: one event of the loop, as from the screen."""
        moved = kind == QEvent.Type.MouseMove
        button = Qt.MouseButton.NoButton if moved else Qt.MouseButton.LeftButton
        there = QPointF(self.pane.mapToGlobal(at))
        none = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, QPointF(at), there, button, held, none)
        QCoreApplication.postEvent(self.pane, event)


def main() -> None:
    asked = probe.wish()

    def prepare(app: Any, launch: Any) -> None:
        launch.idle.connect(lambda: Frames(app, launch.window, asked))

    probe.in_window(prepare, ["--no-gl"])


if __name__ == "__main__":
    main()
