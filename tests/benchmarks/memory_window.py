"""Moves the start and the cursor many times in the default experiment and tells the memory used."""

from __future__ import annotations

import gc
import math
import time
from typing import Any

from PySide6.QtCore import QObject, QTimer

from tests.benchmarks import probe

REST = 3000  # milliseconds until everything is loaded
WARM = 100  # redraws after which caches are full


class Redraws(QObject):
    """Every other redraw moves the start, the others the cursor; each waits for its repaint."""

    def __init__(self, app: Any, window: Any, count: int) -> None:
        super().__init__(window)
        self.app, self.window, self.count = app, window, count
        self.done = 0
        self.found: dict[str, Any] = {}
        self.repainted, self.asked = True, 0.0
        self.timer = QTimer(self, interval=1)
        self.timer.timeout.connect(self.step)
        QTimer.singleShot(REST, self.begin)
        probe.Repaints(window, self.after)

    def after(self, _begun: float, _ended: float) -> None:
        self.repainted = True

    def begin(self) -> None:
        """Take the memory of the idle window, then start."""
        self.found["open"] = probe.memory()
        self.home = self.window.store.experiment
        self.timer.start()

    def step(self) -> None:
        """Redraw once more where the last was painted and the engine has answered."""
        from dataclasses import replace

        window = self.window
        result = window.result
        # a cursor that was there already paints nothing
        waiting = not self.repainted and time.monotonic() - self.asked < 0.1
        waiting = waiting or result is None  # a first start is still compiling
        if waiting or result.request.experiment.start != window.store.experiment.start:
            return
        if self.done == WARM:
            gc.collect()
            self.found["warm"] = probe.memory()
        if self.done == WARM + self.count:
            self.timer.stop()
            gc.collect()
            self.found["after"] = probe.memory()
            self.found["surface"] = type(window.views["surface"]._canvas).__name__
            probe.tell(**self.found)
            window.close()
            self.app.quit()
            return
        self.done += 1
        self.repainted, self.asked = False, time.monotonic()
        if self.done % 2:
            angle = 2 * math.pi * self.done / 100
            x, y = self.home.start
            start = (x + 0.5 * math.cos(angle), y + 0.5 * math.sin(angle))
            window.store.edit(replace(self.home, start=start), "Move start", "start")
        else:
            window.player.go(self.done * 37 % max(window.player.length, 1))


def main() -> None:
    asked = probe.wish()

    def prepare(app: Any, launch: Any) -> None:
        launch.complete.connect(lambda: Redraws(app, launch.window, asked["redraws"]))

    probe.in_window(prepare, ["--no-gl"] if asked["no_gl"] else [])


if __name__ == "__main__":
    main()
