"""Single pieces of work on the window's thread, each of which a frame has room for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .report import Table

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 60


def measure(_reference: str) -> Table:
    """Time each piece, Qt without a screen, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.pieces"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    table = Table("pieces: what the window's thread does at one go")
    found = json.loads(told.stdout.splitlines()[-1])
    for name, (most, values) in found.items():
        table.add(name, values, "ms", most=most)
    return table


def _times(work: Callable[[int], object]) -> list[float]:
    taken = []
    for k in range(TIMES):
        begun = time.perf_counter()
        work(k)
        taken.append((time.perf_counter() - begun) * 1e3)
    return taken


def _mathematics() -> dict[str, tuple[float, list[float]]]:
    import numpy as np

    from explorer.core.catalog import catalog
    from explorer.core.probe import probe
    from explorer.explain.step import explain_step

    found = catalog()
    adam, himmelblau = found.optimizer("adam"), found.landscape("himmelblau")
    hyper = {h.name: h.number(h.default) for h in adam.hyper}

    def explain(k: int) -> None:
        explain_step(adam, himmelblau, (11, 7), (-4.0, 0.5), np.ones((3, 2)), hyper, 0.01, k + 1)

    return {
        "a step of Adam explained": (1.0, _times(explain)),
        "a look at a point": (0.5, _times(lambda _: probe(himmelblau, (11, 7), (1.0, 2.0)))),
        "a formula of one's own, looked at": (
            50.0,
            _times(lambda k: found.landscape(f"expr:sin(x*y) + {k + 2}*(x^2+y^2)")),
        ),
    }


def _panels() -> dict[str, tuple[float, list[float]]]:
    from PySide6.QtWidgets import QApplication

    from explorer.core import defaults
    from explorer.core.catalog import catalog
    from explorer.core.plan import resolve
    from explorer.views.base import Frame
    from explorer.views.gallery import SPEC as GALLERY
    from explorer.views.optimizers import SPEC as OPTIMIZERS
    from explorer.widgets import thumbnail
    from explorer.widgets.theme import LIGHT

    application = QApplication.instance() or QApplication([])
    usual = defaults.experiment()
    found: dict[str, tuple[float, list[float]]] = {}
    for name, spec in (("optimizers", OPTIMIZERS), ("landscapes", GALLERY)):
        view = spec.make()
        view.show()
        frame: Any = Frame(usual, LIGHT, plan=resolve(usual))
        view.show_frame(None, frame)

        def step(k: int, view: Any = view, frame: Any = frame) -> None:
            view.show_frame(replace(frame, step=k), replace(frame, step=k + 1))

        found[f"a step in the panel of {name}, which does not change"] = 2.0, _times(step)
        view.release()
    slices = []
    for landscape in catalog().landscapes.values():
        work, worst = thumbnail.sample(landscape), 0.0
        while True:
            begun = time.perf_counter()
            if next(work, work) is work:
                break
            worst = max(worst, (time.perf_counter() - begun) * 1e3)
        slices.append(worst)
    found["the longest slice of a landscape's small picture"] = 10.0, slices
    del application
    return found


if __name__ == "__main__":
    print(json.dumps({**_mathematics(), **_panels()}))
