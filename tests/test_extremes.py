"""Runs as far gone as floats go, and as near as they go, are drawn without a word from anyone.

Any warning, of Python, NumPy or Qt, fails these tests.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import frame, run

from explorer import export
from explorer.core import compose, levels
from explorer.core.experiment import View
from explorer.core.figure import Field
from explorer.engine import overlays, raster
from explorer.engine.stroke import Strokes
from explorer.views import contour, curves, inspector, section, standings, surface
from explorer.widgets import gl

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from explorer.core.trace import StopReason
    from explorer.views.base import Frame

# How far a run is at its last step, and what its loss is there.
ENDS: dict[str, tuple[float, float, StopReason]] = {
    "far": (1e30, 1e60, "diverged"),
    "very far": (1e160, 1e300, "diverged"),
    "as far as it goes": (1.7e308, 1.7e308, "diverged"),
    "infinite": (1.7e308, np.inf, "diverged"),
    "falling": (1e200, -1.7e308, "diverged"),
    "huge but not diverged": (2.0, 1.7e308, "max_steps"),
    "near": (1e-160, 1e-300, "gradient_norm"),
    "as near as it goes": (5e-324, 5e-324, "gradient_norm"),
    "there": (0.0, 0.0, "gradient_norm"),
}
VIEWS = {"contour": contour, "surface": surface, "curves": curves, "inspector": inspector,
         "section": section, "standings": standings}  # fmt: skip


def extreme(end: tuple[float, float, StopReason]) -> Frame:
    """Two runs of which one ends there, beside one as usual."""
    given = frame("himmelblau", (-1.0, 1.0), run("sgd", 0.01), run("adam", 0.1, 1), steps=20)
    far, loss, reason = end
    share = np.linspace(0.0, 1.0, 21)[:, None] ** 8
    points = (1 - share) * np.array([-1.0, 1.0]) + share * np.array([far, -far])
    losses = given.traces[0].loss.copy()
    losses[-3:] = loss
    odd = replace(
        given.traces[0], points=points, loss=losses, gradient_norm=np.abs(losses),
        stop_reason=reason, stop_step=20,
    )  # fmt: skip
    x, y = np.linspace(-6, 6, 41), np.linspace(-5, 5, 31)
    z = (x**2 + y[:, None] - 11) ** 2 + (x + y[:, None] ** 2 - 7) ** 2
    return replace(
        given, traces=(odd, given.traces[1]), field=Field(x, y, z),
        levels=levels.choose(z, "log", 0.0), step=20,
    )  # fmt: skip


def looks() -> list[View]:
    return [
        View(), View(layout="side"), View(path_colour="loss"), View(path_colour="rate"),
        View(levels="linear"), View(section="x"), View(section="gradient"), View(below=True),
        View(follow=True),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_every_picture_is_composed(end: str) -> None:
    given = extreme(ENDS[end])
    assert given.plan is not None
    assert given.field is not None
    assert given.levels is not None
    for view in looks():
        for step in (0, 18, 20):
            parts = given.plan, given.field, given.levels, given.traces, step, view
            assert compose.map_plot(*parts).paths
            assert len(compose.side_plots(*parts)) == 2
            assert compose.scene(*parts).z.size
            assert len(compose.legend(given.plan, given.traces, step)) == 2


@pytest.mark.parametrize("key", VIEWS)
@pytest.mark.parametrize("end", ENDS)
def test_every_panel_draws_it(
    end: str, key: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gl, "choose", lambda: (False, "not here"))
    view: Any = VIEWS[key].SPEC.make()
    head: QWidget | None = view.header()
    qtbot.addWidget(view)
    view.prepare()
    if key == "contour":
        view.draw = Strokes()
    if key == "section":
        view.sampler = overlays.losses
    if key == "surface":
        view._choice = None
        view.renderer = render_now
    view.resize(700, 320)
    view.build()
    view.show()
    qtbot.waitExposed(view)
    given, before = extreme(ENDS[end]), None
    for look in looks():
        for step in (0, 18, 20):
            shown = replace(given, experiment=replace(given.experiment, view=look), step=step)
            view.show_frame(before, shown)
            before = shown
            qtbot.wait(1)
            view.grab()
            assert view.describe() or key == "surface"
    if key == "curves":
        for quantity in ("loss", "gradient_norm", "learning_rate"):
            view.quantity.set_value(quantity)
            view.quantity.changed.emit(quantity)
            for _ in range(2):
                view.toggle_log()
                view.grab()
    if key == "section":
        for scale in ("log", "linear"):
            view.scale.set_value(scale)
            view._draw()
            view.grab()
    if hasattr(view, "release"):
        view.release()
    if head is not None:
        head.deleteLater()


@pytest.mark.parametrize("end", ENDS)
def test_every_file_is_drawn(end: str, tmp_path: Path) -> None:
    given = extreme(ENDS[end])
    assert given.plan is not None
    assert given.field is not None
    assert given.levels is not None
    parts = given.plan, given.field, given.levels, given.traces, 20
    for name, view in (("log", View()), ("shaded", View(path_colour="loss", levels="linear"))):
        made = compose.figure(*parts, view, ("contour", "side-by-side", "curves"))
        path = tmp_path / f"{name}.png"
        export.write(made, path)
        assert path.stat().st_size > 10_000


def render_now(scene: Any, width: int, height: int, options: dict[str, Any], done: Any) -> None:
    """A renderer that does not wait."""
    done(raster.render(scene, width, height, **options))
