"""The landscape as a lit surface with the trajectories on it, to be turned by hand."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from explorer.core.experiment import View as Settings
from explorer.core.language import tr
from explorer.core.style import style
from explorer.views.base import Dock, Frame, View, same_picture
from explorer.widgets import gl
from explorer.widgets.line import Line
from explorer.widgets.orbit import Orbit, Pose, posed
from explorer.widgets.toolbutton import SMALL, ToolButton

if TYPE_CHECKING:
    from explorer.core.figure import Scene, Shading
    from explorer.widgets.gl_canvas import GLCanvas
    from explorer.widgets.shades import ShadeStrip
    from explorer.widgets.soft_canvas import Renderer, SoftCanvas

_LOADING = tr("Drawing the surface…")
_FLAT = tr("This landscape has one dimension: its curve is in the Contour panel.")
# How near the camera comes at least that stays with a run's head.
NEAR = 2.2
# What of a frame, besides the experiment's camera, the picture depends on.
_PARTS = ("selected", "plan", "field", "levels", "traces", "step", "theme")


class SurfaceView(View):
    """Draws by OpenGL where there is some, else shows what `renderer` draws.

    The window sets `renderer`; see widgets/soft_canvas.py.
    """

    libraries = ("explorer.core.compose",)
    asks_all = True
    renderer: Renderer | None = None
    _choice: tuple[bool, str] | None = None  # whether by OpenGL, and why

    def __init__(self) -> None:
        super().__init__()
        self._canvas: GLCanvas | SoftCanvas | None = None
        self._orbit: Orbit | None = None
        self._frame: Frame | None = None
        self._scene: Scene | None = None
        self._drawn: Frame | None = None
        self._landscape = ""
        self._message = QLabel(_LOADING)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._message.setMargin(12)
        self._strip: ShadeStrip | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._stack = QStackedLayout()
        self._column.addLayout(self._stack, 1)
        self._stack.addWidget(self._message)
        self._header = QWidget()
        self._height = Line(cut=True)
        self._height.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._height.setToolTip(tr("What the height of the surface shows"))
        self._reset = ToolButton(
            "rotate-ccw",
            tr("Reset camera"),
            tr("Reset camera (0)"),
            size=SMALL,
            parent=self._header,
        )
        self._reset.clicked.connect(self._reset_camera)
        row = QHBoxLayout(self._header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._height)
        row.addWidget(self._reset)

    def header(self) -> QWidget:
        """What the height shows, and the button that resets the camera."""
        return self._header

    def prepare(self) -> None:
        """Ask for OpenGL, and load what it needs."""
        super().prepare()
        # a bundle has no interpreter to ask with: `build` asks itself
        self._choice = None if getattr(sys, "frozen", False) else gl.ask()
        if self._choice is None or self._choice[0]:
            importlib.import_module("pyqtgraph.opengl")

    def build(self) -> None:
        """Make the canvas: OpenGL's if it was found fit."""
        usable, reason = self._choice or gl.choose()
        canvas: GLCanvas | SoftCanvas
        if usable:
            from explorer.widgets.gl_canvas import GLCanvas

            canvas = GLCanvas(gl.samples(reason))
        else:
            from explorer.widgets.soft_canvas import SoftCanvas

            canvas = SoftCanvas(self._render)
            self.said.emit(tr("The surface is drawn without OpenGL: {reason}", reason=reason))
        canvas.setAccessibleName(tr("Surface"))
        canvas.setToolTip(
            tr("Drag to turn, Shift+drag to move, wheel to zoom, double-click to reset")
        )
        usual = Settings()
        orbit = Orbit(canvas, Pose(usual.azimuth, usual.elevation))
        orbit.changed.connect(self._follow)
        orbit.settled.connect(self._settle)
        orbit.reset.connect(self._reset_camera)
        # the first OpenGL widget makes Qt show the window anew, so it is ours only once it is in
        self._stack.addWidget(canvas)
        self._canvas, self._orbit = canvas, orbit
        self._refresh()

    def _render(self, *request: Any) -> None:
        if self.renderer is not None:
            self.renderer(*request)

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Draw the new frame; a hidden panel draws when it is shown."""
        self._frame = new
        orbit = self._orbit
        if orbit is not None and not orbit.dragging:
            view = new.experiment.view
            orbit.pose = replace(orbit.pose, azimuth=view.azimuth, elevation=view.elevation)
            if self._landscape not in ("", new.experiment.landscape):
                orbit.pose = replace(orbit.pose, zoom=1.0, pan=(0.0, 0.0))
            self._landscape = new.experiment.landscape
        drawn = old is not None and self._scene is not None and same_picture(old, new)
        drawn = drawn and old is not None and old.moving == new.moving
        if self.isVisible() and not drawn:
            self._refresh()

    def rest(self) -> None:
        """Let go of the frame and of the scene made of it."""
        self._frame = self._scene = self._drawn = None

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        """Bring scene, header and canvas up to the frame."""
        frame, canvas, orbit = self._frame, self._canvas, self._orbit
        if frame is None or canvas is None or orbit is None:
            return
        if frame.plan is not None and frame.plan.landscape.dimension == 1:
            self._scene = self._drawn = None
            self._say(_FLAT)
            return
        if frame.plan is None or frame.field is None or frame.levels is None:
            # the picture before stays while the next is computed
            if self._scene is None:
                self._say(_LOADING)
            return
        if not self._same(frame):
            from explorer.core import compose

            parts = frame.plan, frame.field, frame.levels, frame.traces
            self._scene = compose.scene(*parts, frame.step, frame.experiment.view)
            self._drawn = frame
            following = frame.experiment.view.follow and frame.selected < len(frame.plan.runs)
            height = self._scene.height
            if following:
                run = frame.plan.runs[frame.selected].label
                height = tr("with {run} · {height}", run=run, height=height)
            self._height.setText(height)
            self._show_strip(self._scene.shading)
            canvas.setAccessibleDescription(self.describe())
        assert self._scene is not None
        self._stack.setCurrentWidget(canvas)
        self._show(draft=orbit.dragging or frame.moving)

    def _show_strip(self, shading: Shading | None) -> None:
        """Say above the surface how paths are coloured, if by a quantity."""
        if self._strip is None and shading is not None:
            from explorer.widgets.shades import ShadeStrip

            self._strip = ShadeStrip()
            self._column.insertWidget(0, self._strip)
        if self._strip is not None:
            self._strip.show_shading(shading)

    def _same(self, frame: Frame) -> bool:
        """Whether all that is shown but the camera is as in the frame last drawn."""
        old = self._drawn
        if old is None or self._scene is None:
            return False
        view, before = frame.experiment.view, old.experiment.view
        same = replace(view, azimuth=before.azimuth, elevation=before.elevation) == before
        return same and all(getattr(old, part) is getattr(frame, part) for part in _PARTS)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._height.setText("")
        self._show_strip(None)
        self._stack.setCurrentWidget(self._message)

    def _show(self, *, draft: bool) -> None:
        if self._scene is None or self._canvas is None or self._orbit is None:
            return
        assert self._frame is not None
        self._scene = posed(self._scene, self._orbit.pose)
        if self._frame.experiment.view.follow:
            self._scene = self._followed(self._scene)
        self._canvas.show_scene(self._scene, self._frame.theme, draft=draft)

    def _followed(self, scene: Scene) -> Scene:
        """The scene with the selected run's head in the middle, from near by."""
        import numpy as np

        from explorer.core import camera

        frame, canvas = self._frame, self._canvas
        assert frame is not None
        assert canvas is not None
        runs = frame.plan.runs if frame.plan is not None else ()
        ink = style(runs[frame.selected].style).colour if frame.selected < len(runs) else ""
        heads = [ball for ball in scene.balls if ball.colour == ink and ball.marker != "ring"]
        if not heads:
            return scene
        wide, high = max(canvas.width(), 1), max(canvas.height(), 1)
        near = replace(scene, zoom=max(scene.zoom, NEAR), pan=(0.0, 0.0))
        x, y, _ = camera.place(near, np.array([heads[0].position]), wide, high)[0].tolist()
        half = min(wide, high) / 2
        return replace(near, pan=((wide / 2 - x) / half, (y - high / 2) / half))

    def _follow(self, _pose: Pose) -> None:
        self._show(draft=True)

    def _settle(self, pose: Pose) -> None:
        self._show(draft=False)
        self._edit(pose, tr("Turn surface"))

    def _reset_camera(self) -> None:
        if self._orbit is None:
            return
        usual = Settings()
        self._orbit.pose = Pose(usual.azimuth, usual.elevation)
        self._show(draft=False)
        self._edit(self._orbit.pose, tr("Reset camera"))

    def _edit(self, pose: Pose, name: str) -> None:
        """Put the camera's angles, to a tenth of a degree, into the experiment."""
        if self._frame is None:
            return
        experiment = self._frame.experiment
        azimuth, elevation = round(pose.azimuth, 1), round(pose.elevation, 1)
        view = replace(experiment.view, azimuth=azimuth, elevation=elevation)
        if view != experiment.view:
            self.edited.emit(replace(experiment, view=view), name, "camera")

    def describe(self) -> str:
        """The surface, its camera and where each run stands, in words."""
        frame, scene = self._frame, self._scene
        if frame is None or frame.plan is None or scene is None:
            return self._message.text()
        lines = [
            tr(
                "Surface of {landscape}, {height}, seen from {elevation:.0f} degrees above, turned "
                "by {azimuth:.0f} degrees.",
                landscape=frame.plan.landscape.title,
                height=scene.height,
                elevation=scene.elevation,
                azimuth=scene.azimuth,
            )
        ]
        for run, trace in zip(frame.plan.runs, frame.traces, strict=False):
            if run.visible:
                step = min(frame.step, trace.stop_step)
                loss = float(trace.loss[step])
                lines.append(
                    tr(
                        "{run}: loss {loss:.4g} at step {step}.",
                        run=run.label,
                        loss=loss,
                        step=step,
                    )
                )
        return " ".join([*lines, *scene.notes])

    def release(self) -> None:
        """Free the canvas at a safe point: never while another one is painting."""
        canvas, self._canvas, self._orbit = self._canvas, None, None
        if canvas is not None:
            canvas.release()
            self._stack.removeWidget(canvas)
            canvas.setParent(None)
            canvas.deleteLater()


SPEC = Dock(
    key="surface",
    title=tr("Surface"),
    area="center",
    order=1,
    make=SurfaceView,
    summary=tr("The landscape in three dimensions, with the trajectories on it."),
)
