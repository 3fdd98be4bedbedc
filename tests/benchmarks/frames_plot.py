"""Redraws six curves with pyqtgraph and nothing else: all anew, and growing as when they play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks import probe

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = 16
COLOURS = ("#56B4E9", "#E69F00", "#CC79A7", "#D55E00", "#009E73", "#0072B2")
FROM, SLOW, FAST = 1400, 60, 960  # the step to play from at 1x, and steps a second


class Redraws(QObject):
    """One phase after the other: moved curves, and growing ones slow and fast."""

    def __init__(self, app: QApplication, plot: Any, asked: dict[str, Any]) -> None:
        super().__init__(plot)
        self.app, self.plot, self.moves = app, plot, asked["moves"]
        stored = np.load(asked["curves"])
        self.points = [stored[name] for name in stored.files]
        self.found: dict[str, Any] = {}
        self.begun: list[float] = []
        self.repaints: list[float] = []
        self.phases = self.all()
        probe.Repaints(plot, self.repainted)
        self.timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.go_on)
        self.timer.start(1000)

    def repainted(self, begun: float, ended: float) -> None:
        """Note a repaint."""
        self.begun.append(begun)
        self.repaints.append((ended - begun) * 1e3)

    def go_on(self) -> None:
        """Draw the next frame after a sixtieth of a second."""
        if next(self.phases, None) is None:
            probe.tell(**self.found)
            self.app.quit()
        else:
            self.timer.start(FRAME)

    def keep(self, phase: str) -> None:
        """Take the repaints since the last time as those of a phase."""
        gaps = [(b - a) * 1e3 for a, b in zip(self.begun, self.begun[1:], strict=False)]
        self.found[phase] = {"repaints": self.repaints, "intervals": gaps}
        self.begun, self.repaints = [], []

    def all(self) -> Iterator[bool]:
        """Both widths of pens; of the wide ones in pieces, which pyqtgraph draws sooner."""
        # everything that is ever shown fits, as on the map
        low = np.min([p.min(axis=0) for p in self.points], axis=0) - 0.2
        high = np.max([p.max(axis=0) for p in self.points], axis=0) + 0.2
        self.plot.setRange(xRange=(low[0], high[0]), yRange=(low[1], high[1]), padding=0)
        for width in (1, 2.5):
            self.plot.clear()
            curves = []
            for points, colour in zip(self.points, COLOURS, strict=True):
                curve = pyqtgraph.PlotCurveItem(
                    *points.T, pen=pyqtgraph.mkPen(colour, width=width), antialias=True
                )
                curve.setSegmentedLineMode("on" if width > 1 else "auto")
                self.plot.addItem(curve)
                curves.append(curve)
            yield True
            self.keep("before")
            for count in range(self.moves):
                by = 0.1 * np.sin(2 * np.pi * count / 90)
                for curve, points in zip(curves, self.points, strict=True):
                    curve.setData(points[:, 0] + by, points[:, 1])
                yield True
            self.keep(f"drag {width} px")
            last = len(self.points[0])
            for phase, first, speed in (("slow", FROM, SLOW), ("fast", 0, FAST)):
                by_frame = speed * FRAME / 1000
                for at in np.arange(first, last, by_frame):
                    for curve, points in zip(curves, self.points, strict=True):
                        curve.setData(*points[: int(at) + 1].T)
                    yield True
                self.keep(f"{phase} {width} px")


def main() -> None:
    asked = probe.wish()
    app = QApplication([])
    plot = pyqtgraph.PlotWidget()
    plot.resize(*asked["size"])
    plot.show()
    kept = Redraws(app, plot, asked)
    app.exec()
    assert kept.found


if __name__ == "__main__":
    main()
