"""The worker threads: the only part of the window that knows the engine.

It keeps one pending request. The newest wins; one that is being worked on is let finish unless it
takes long, and what is no longer wanted is never shown. The engine is imported here, on this
thread, since its first start compiles; numba before that by whoever imports all else, after the
window has been painted (see `prepare`).
"""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from explorer.core import trainable
from explorer.core.request import Request, Result

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from explorer.core.experiment import Experiment
    from explorer.core.stroke import Stroke
    from explorer.engine.foundry import Foundry
    from explorer.engine.stroke import Strokes

log = logging.getLogger(__name__)
# A request under way is dropped for a newer one only after this long, so that a drag over a slow
# experiment still shows something now and then.
PATIENCE = 0.1
# Work past this long tells of its progress.
SILENT = 0.1
# Seconds in which a map passes into another.
PASSING = 0.15


@dataclass(eq=False)
class Curve:
    """A learning curve that is being made: what of, and whether it is to be given up."""

    of: object
    run: int
    thread: threading.Thread
    cancelled: bool = False


class Worker(QObject):
    """Owns the thread. Signals arrive in the thread of the window."""

    ready = Signal(object)  # Result
    refused = Signal(object, str)  # Request, why
    progress = Signal(int, int)  # steps done, steps in all; done == total when over
    failed = Signal(str)
    rendered = Signal(object, object)  # callback, image

    def __init__(self) -> None:
        super().__init__()
        self._wake = threading.Condition()
        self._pending: Request | None = None
        self._render: tuple[Callable[[Any], None], Callable[[], Any]] | None = None
        self._strokes: Strokes
        self._shades = False  # whether what draws shaded strokes is loaded
        self._foundry: Foundry | None = None
        self._second: Foundry | None = None
        self._stop = False
        self._cancel = False
        self._curve: Curve | None = None
        self._last: Result | None = None
        self._thread = threading.Thread(target=self._loop, name="engine", daemon=True)
        # surfaces are drawn beside, so that a drag's trajectories never wait for one
        self._painter = threading.Thread(target=self._paint, name="surface", daemon=True)
        self.rendered.connect(lambda callback, image: callback(image))

    def prepare(self) -> None:
        """Load numba: before `start`, where nothing else of it is imported at the same time.

        Threads that come to the same packages from different ends meet modules that are half made.
        """
        importlib.import_module("explorer.engine.contract")
        # a bundle has no interpreter to start
        if not getattr(sys, "frozen", False):
            from explorer.engine import foundry

            self._foundry = foundry.Foundry()
            foundry.use(self._foundry)
            self._second = foundry.ahead("explorer.engine.usual", "explorer.engine.stroke")

    def start(self) -> None:
        """Begin; the engine is loaded first."""
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Ask for a request; it replaces one that has not been started."""
        with self._wake:
            self._pending = request
            self._cancel = False
            self._wake.notify_all()
        job = self._curve
        if job and job.of != trainable.what_trains(request.experiment, job.run):
            job.cancelled = True

    def render(self, scene: Any, width: int, height: int, options: dict[str, Any],
               callback: Callable[[Any], None]) -> None:  # fmt: skip
        """Draw a scene without OpenGL; callback(rgba) comes in the window's thread."""

        def job() -> Any:
            from explorer.engine import raster

            return raster.render(scene, width, height, **options)

        with self._wake:
            self._render = (callback, job)
            self._wake.notify_all()
        if not self._painter.is_alive() and self._thread.is_alive():
            self._painter.start()

    def check_gradient(self, experiment: Experiment, callback: Callable[[Any], None]) -> None:
        """Compare a model's gradient with differences; callback(errors by block, or why not)."""

        def work() -> None:
            try:
                from explorer.engine import study

                self.rendered.emit(callback, study.gradient_check(experiment))
            except Exception as error:  # as in `_loop`
                log.exception("a gradient could not be checked")
                self.failed.emit(f"{type(error).__name__}: {error}")

        threading.Thread(target=work, name="check", daemon=True).start()

    def make_curve(self, callback: Callable[[Any], None], experiment: Experiment, run: int) -> None:
        """Train a run on growing parts of the rows; callback(learning curve, or why not).

        callback(None) where it was cancelled: by a person, or by another experiment.
        """
        begun = time.monotonic()

        def tell(done: int, total: int) -> None:
            if time.monotonic() - begun > SILENT:
                self.progress.emit(done, total)

        def work() -> None:
            made: Any = None
            try:
                from explorer.engine import learning_curve

                made = learning_curve.learning_curve(experiment, run, tell, lambda: job.cancelled)
            except Exception as error:  # as in `_loop`
                log.exception("a learning curve could not be made")
                self.failed.emit(f"{type(error).__name__}: {error}")
            if self._curve is job:
                self._curve = None
                self.progress.emit(1, 1)
                self.rendered.emit(callback, made)

        self._drop_curve()
        thread = threading.Thread(target=work, name="curve", daemon=True)
        job = self._curve = Curve(trainable.what_trains(experiment, run), run, thread)
        thread.start()

    def _drop_curve(self) -> None:
        if self._curve:
            self._curve.cancelled = True

    def draw(
        self, strokes: list[Stroke], width: int, height: int, ratio: float
    ) -> NDArray[np.uint32]:
        """Pixels of strokes, at once; to be asked for once a result is there."""
        if not self._shades and any(stroke.shades is not None for stroke in strokes):
            # what draws them is being loaded on the engine's thread; its answer is drawn anew
            strokes = [replace(stroke, shades=None) for stroke in strokes]
        return self._strokes(strokes, width, height, ratio)

    def losses(self, plan: Any, points: Any) -> Any:
        """Losses (n,) of a plan at points (n, D), at once; as `draw` once a result is there."""
        from explorer.engine import overlays

        return overlays.losses(plan, points)

    def cancel(self) -> None:
        """Give up what is being worked on."""
        self._cancel = True
        self._drop_curve()

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._wake:
            self._stop = self._cancel = True
            self._wake.notify_all()
        job, self._curve = self._curve, None
        threads = [self._thread, self._painter]
        if job:
            job.cancelled = True
            threads.append(job.thread)
        for foundry in filter(None, (self._foundry, self._second)):
            foundry.close()
        for thread in threads:
            if thread.is_alive():
                thread.join(10)

    def _loop(self) -> None:
        try:
            from explorer.engine import answer, stroke
        except Exception as error:  # the thread's last resort: say it in the window, and log it
            log.exception("the engine could not be loaded")
            self.failed.emit(str(error))
            return
        self._strokes = stroke.Strokes()
        memory = answer.Memory()
        while True:
            with self._wake:
                while not (self._stop or self._pending):
                    self._wake.wait()
                if self._stop:
                    return
                request, self._pending = self._pending, None
            assert request is not None
            try:
                self._work(answer, memory, request)
            except Exception as error:  # as above: a fault of ours must not end the thread silently
                log.exception("a request failed")
                self.failed.emit(f"{type(error).__name__}: {error}")

    def _paint(self) -> None:
        """Draw surfaces, the newest that was asked for."""
        while True:
            with self._wake:
                while not (self._stop or self._render):
                    self._wake.wait()
                if self._stop:
                    return
                render, self._render = self._render, None
            assert render is not None
            callback, job = render
            try:
                self.rendered.emit(callback, job())
            except Exception as error:  # as above
                log.exception("a surface could not be drawn")
                self.failed.emit(f"{type(error).__name__}: {error}")

    def _work(self, answer: Any, memory: Any, request: Request) -> None:
        begun = time.monotonic()
        told = False
        if not self._shades and request.experiment.view.path_colour != "optimizer":
            importlib.import_module("explorer.engine.shade")
            self._shades = True

        def cancelled() -> bool:
            late = time.monotonic() - begun > PATIENCE
            return self._stop or self._cancel or (late and self._pending is not None)

        def tell(done: int, total: int) -> None:
            nonlocal told
            if time.monotonic() - begun > SILENT:
                told = True
                self.progress.emit(done, total)

        finer = True
        while finer:
            outcome = answer.answer(memory, request, tell, cancelled)
            finer = False
            if told:
                self.progress.emit(1, 1)
            if isinstance(outcome, Result):
                self._pass_over(outcome)
                self.ready.emit(outcome)
                self._last = outcome
                # what comes meanwhile is more urgent than a finer picture
                finer = outcome.finer and self._pending is None and not self._stop
            elif isinstance(outcome, str):
                self.refused.emit(request, outcome)

    def _pass_over(self, new: Result) -> None:
        """Show the pictures on the way from the last result to this one, where there are any."""
        from explorer.engine import passing

        if not passing.passes(self._last, new):
            return
        assert self._last is not None
        for image in passing.between(self._last, new):
            if self._pending is not None or self._stop:
                return
            self.ready.emit(replace(new, image=image))
            time.sleep(PASSING / passing.PICTURES)


def surface_renderer(background: str, ink: str) -> Callable[..., Any]:
    """A renderer of scenes for files: render(scene, width, height) -> (height, width, 4) RGBA."""
    from explorer.engine.raster import renderer

    return renderer(background, ink)
