"""Does one thing after another in a window, and looks at it in between."""

from __future__ import annotations

import ctypes
import gc
import random
import statistics
import sys
import threading
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from explorer.core import defaults, own, trainable
from explorer.core.catalog import catalog
from explorer.core.experiment import Run
from explorer.engine import lent

from .deeds import DEEDS
from .hand import Hand
from .watch import Watch, resident

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.gui.launch import Launch

    from .hand import Wait

GROWTH = 0.05  # by how much memory may grow from the first quarter to the last
READINGS = 24
ANSWER = 90.0  # seconds within which the engine has answered or refused
TIRED = 10.0  # seconds after which a person cancels
PAUSES = (0, 0, 5, 20, 60, 150)  # milliseconds between two things done
DIARY = "diary.txt"
SIZE = (1400, 900)  # of the window in which memory is read


class Soak(QObject):
    """`count` things done by the chances of `seed`; `finished` comes once, with or without faults.

    `read_memory` has the window brought back to the default experiment now and then, to see what
    memory it takes.
    """

    finished = Signal()

    def __init__(
        self, launch: Launch, seed: int, count: int, folder: Path, *, read_memory: bool = True
    ) -> None:
        super().__init__()
        self.launch, self.window, self.seed, self.count = launch, launch.window, seed, count
        self.watch = Watch(folder / DIARY)
        self.hand = Hand(launch, self.watch, folder)
        self.number = 0
        self.memory: list[tuple[int, float, int]] = []  # number, MB, widgets
        self.cancelled = 0
        self._every = max(count // READINGS, 1) if read_memory else 0
        self._going = self._all()

    def start(self) -> None:
        """Begin."""
        self.watch.start()
        self.hand.start()
        self._go_on()

    def _go_on(self) -> None:
        try:
            pause = next(self._going)
        except StopIteration:
            pause = -1
        except Exception as error:
            pause = -1
            self.watch.fault(
                "the hand itself failed:\n" + "".join(traceback.format_exception(error))
            )
        if pause < 0 or self.watch.faults:
            self._end()
        else:
            QTimer.singleShot(pause, self._go_on)

    def _end(self) -> None:
        self.hand.stop()
        self.watch.stop()
        self.finished.emit()

    def _all(self) -> Wait:
        if self._every:
            yield from self._warm()
        deeds, weights = list(DEEDS), list(DEEDS.values())
        for number in range(1, self.count + 1):
            self.number = number
            seed = f"{self.seed}/{number}"
            deed = random.Random(seed).choices(deeds, weights)[0]
            self.watch.doing(f"{number} {deed.__name__}:")
            self.hand.begin(seed)
            yield from self._awake()
            yield from deed(self.hand)
            yield from self._no_dialog()
            yield random.Random(f"{seed} pause").choice(PAUSES)
            if number % 5 == 0:
                yield from self._settle()
            if self._every and number % self._every == 0:
                yield from self._read()
        yield from self._settle()

    def _no_dialog(self) -> Wait:
        while QApplication.activePopupWidget() or QApplication.activeModalWidget():
            yield 20

    def _warm(self) -> Wait:
        """Have all that is loaded once and kept: kernels, models, what draws files, panels."""
        show = self.launch.documents.new
        # the first formula of one's own loads SymPy, 45 MB
        for key in (*catalog().landscapes, f"{own.PREFIX}x**2 + sin(y)"):
            self.watch.doing(f"0 warm up: {key}")
            show(defaults.experiment(key))
            yield from self._settle()
        usual = defaults.experiment()
        for key in catalog().optimizers:
            self.watch.doing(f"0 warm up: {key}")
            show(replace(usual, runs=(Run(key, defaults.rate_in(usual, key)),)))
            yield from self._settle()
        trained = trainable.turned_on(usual)
        assert trained.learning is not None
        for model in catalog().models:
            for data in ("line", "moons", "digits"):
                self.watch.doing(f"0 warm up: {model} on {data}")
                show(replace(trained, learning=replace(trained.learning, model=model, data=data)))
                yield from self._settle()
        # about as much as is ever held at a time: the heap keeps some of what it once grew to
        digits = replace(trained.learning, model="mlp", data="digits", epochs=1000)
        for large in (replace(trained, learning=digits), replace(usual, steps=500_000)):
            self.watch.doing("0 warm up: long runs")
            show(large)
            yield from self._settle()
        self.watch.doing("0 warm up: export")
        yield from self._awake()
        self.hand.begin("warm")
        self.hand.press("Ctrl+E")
        yield from self._no_dialog()
        import av  # noqa: F401, what films are written with

        yield from self._read()
        self.memory.clear()

    def _awake(self) -> Wait:
        """The window has the keyboard, or no key would do anything."""
        for _ in range(100):
            if self.window.isActiveWindow():
                return
            self.window.activateWindow()
            yield 20
        self.watch.fault("the window does not get the keyboard")

    def _is_settled(self) -> bool:
        window = self.window
        if window._others.isActive() or window.worker._pending is not None:
            return False
        if window.frame.refused:
            return True
        result = window.result
        return result is not None and result.request.experiment == window.store.experiment

    def _settle(self) -> Wait:
        """Until the window shows what was asked for; what takes long is cancelled."""
        begun, tired = time.monotonic(), False
        self.window.player.pause()
        while not self._is_settled():
            took = time.monotonic() - begun
            if took > TIRED and not tired:
                tired = True
                self.cancelled += 1
                self.watch.doing(f"{self.number} cancel what takes long, and start afresh")
                self.window.worker.cancel()
                self.launch.documents.new(defaults.experiment())
            if took > ANSWER:
                self.watch.fault(f"no picture of {self.window.store.experiment}")
                return
            yield 15

    def _read(self) -> Wait:
        """Bring everything back to one state, and take the memory used."""
        window = self.window
        self.watch.doing(f"{self.number} back to the default experiment")
        self.launch.actions.presenter.leave()  # it may be open behind the window
        window.showNormal()
        window.resize(*SIZE)
        self.launch.choose_theme("light")
        # the last training is kept, so that going back to it is quick: have it the same one
        usual = defaults.experiment(both=True)
        self.launch.documents.new(trainable.turned_on(usual))
        yield from self._settle()
        lent.forget()
        self.launch.documents.new(usual)
        window.look(bounds=None, layout="overlay", panes="both")
        window.arrangement.reset()
        yield 300
        yield from self._settle()
        yield 500
        gc.collect()
        yield 50
        gc.collect()
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)
        self.watch.forget()
        self.memory.append((self.number, resident(), len(QApplication.allWidgets())))

    # -- what came of it

    def growth(self) -> float:
        """By which share memory grew from the second quarter to the last; medians of both."""
        values = [megabytes for _, megabytes, _ in self.memory]
        quarter = len(values) // 4
        if not quarter:
            return 0.0
        warm = statistics.median(values[quarter : 2 * quarter])
        return statistics.median(values[-quarter:]) / warm - 1

    def faults(self) -> list[str]:
        """What went wrong, the memory too."""
        grown = self.growth()
        told = [f"memory grew by {100 * grown:.1f} %"] if grown > GROWTH else []
        return [*self.watch.faults, *told]

    def report(self) -> str:
        """What was seen, in a few lines; faults with what was done before them."""
        silent, when = self.watch.longest
        lines = [
            f"seed {self.seed}: {self.number} of {self.count} things done, "
            f"{self.hand.exported} pictures exported, {self.cancelled} waits cancelled, "
            f"{threading.active_count()} threads",
            f"longest without an answer: {silent * 1e3:.0f} ms ({when})",
        ]
        if self.memory:
            found = ", ".join(f"{mb:.0f}" for _, mb, _ in self.memory)
            widgets = ", ".join(str(count) for _, _, count in self.memory)
            lines += [
                f"memory (MB): {found}",
                f"widgets: {widgets}",
                f"growth after the first quarter: {100 * self.growth():+.1f} %",
            ]
        if self.faults():
            lines += ["the last things done:", *(f"  {what}" for what in self.watch.done)]
            lines += [f"FAULT: {fault}" for fault in self.faults()]
        return "\n".join(lines)
