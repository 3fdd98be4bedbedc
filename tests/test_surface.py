"""The surface panel: both ways of drawing it, turning it by hand, and what it says of itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from explorer.core import camera, compose, levels
from explorer.core.colormap import lut
from explorer.core.experiment import Experiment, Run
from explorer.core.figure import Field, Scene
from explorer.core.plan import resolve
from explorer.core.trace import Trace
from explorer.engine import raster
from explorer.views.base import Frame
from explorer.views.surface import SPEC, SurfaceView
from explorer.widgets import gl
from explorer.widgets.line import Line
from explorer.widgets.orbit import Pose
from explorer.widgets.soft_canvas import SoftCanvas
from explorer.widgets.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

START = (-4.0, 0.5)


def himmelblau(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def trace(end: tuple[float, float], steps: int = 40) -> Trace:
    """A straight walk from the start to `end`."""
    points = np.linspace(START, end, steps + 1)
    nothing = np.zeros(steps + 1)
    loss = himmelblau(*points.T)
    return Trace(points, loss, nothing, nothing[1:], {}, "max_steps", steps)


def frame(**changes: Any) -> Frame:
    experiment = Experiment(
        "himmelblau", START, (Run("adam", 0.1), Run("sgd", 0.01, style=1)), steps=40
    )
    experiment = replace(experiment, **changes.pop("experiment", {}))
    plan = resolve(experiment)
    x, y = np.linspace(-6, 6, 121), np.linspace(-5, 5, 101)
    z = himmelblau(*np.meshgrid(x, y))
    made = Frame(
        experiment,
        LIGHT,
        step=30,
        plan=plan,
        traces=(trace((3.0, 2.0)), trace((-2.8, 3.13))),
        field=Field(x, y, z),
        levels=levels.choose(z, "log", 0.0),
    )
    return replace(made, **changes)


def scene_of(shown: Frame) -> Scene:
    parts = shown.plan, shown.field, shown.levels, shown.traces
    return compose.scene(*parts, shown.step, shown.experiment.view)


def render_now(scene: Scene, width: int, height: int, options: dict[str, Any], done: Any) -> None:
    """A renderer that does not wait."""
    done(raster.render(scene, width, height, **options))


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return (
        np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3].astype(int)
    )


@pytest.fixture
def no_gl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_NO_GL", "1")


@pytest.fixture
def view(qtbot: QtBot, no_gl: None) -> Iterator[SurfaceView]:
    """The panel without OpenGL, in use."""
    made = panel(qtbot)
    made.renderer = render_now
    made.resize(300, 260)
    made.show()
    made.build()
    made.show_frame(None, frame())
    yield made
    made.release()


def panel(qtbot: QtBot) -> SurfaceView:
    """A panel whose parts, which a window would own, go at the end of the test."""
    made = SurfaceView()
    qtbot.addWidget(made)
    qtbot.addWidget(made.header())
    return made


def canvas_of(view: SurfaceView) -> Any:
    return view._stack.currentWidget()


@pytest.mark.parametrize("far", [7.0, 1e200, 1e308])
def test_a_run_that_left_has_no_ball(far: float) -> None:
    shown = frame(step=40)
    inside, left = scene_of(shown), trace((3.0, 2.0))
    points = left.points.copy()
    points[-1] = (-far, far)
    gone = scene_of(replace(shown, traces=(replace(left, points=points), shown.traces[1])))
    assert len(inside.balls) == 3  # both runs' and the start's
    assert [ball.position for ball in gone.balls] == [ball.position for ball in inside.balls[1:]]


def test_the_environment_switches_opengl_off(qapp: QApplication, no_gl: None) -> None:
    usable, reason = gl.gl_probe()
    assert not usable
    assert "EXPLORER_NO_GL" in reason


def test_the_flag_does_the_same(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    # recorded first, so that it is put back afterwards
    monkeypatch.setenv("EXPLORER_NO_GL", "0")
    gl.switch_off()
    assert not gl.gl_probe()[0]


@pytest.mark.gl
def test_a_process_of_its_own_says_of_opengl_what_this_one_would(qapp: QApplication) -> None:
    assert gl.ask() == gl.choose()


@pytest.mark.gl
@pytest.mark.parametrize("program", ["/bin/false", "/no/such/program", "/bin/true"])
def test_a_driver_that_crashes_leaves_the_program_without_opengl(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(gl.sys, "executable", program)
    usable, reason = gl.ask()
    assert not usable
    assert reason.startswith("asking for OpenGL failed: ")


def test_where_opengl_is_out_of_the_question_no_process_is_asked(
    qapp: QApplication, no_gl: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gl.sys, "executable", "/no/such/program")
    assert gl.ask() == gl.gl_probe()


def test_the_fallback_is_the_software_canvas_and_says_why(qtbot: QtBot, no_gl: None) -> None:
    view = panel(qtbot)
    with qtbot.waitSignal(view.said) as said:
        view.build()
    assert "EXPLORER_NO_GL" in said.args[0]
    assert isinstance(view._canvas, SoftCanvas)
    view.release()


def test_nothing_heavy_is_loaded_before_build() -> None:
    code = (
        "import sys\n"
        "from explorer.widgets import gl; gl.prepare()\n"
        "assert 'PySide6.QtWidgets' not in sys.modules\n"
        "from PySide6.QtWidgets import QApplication; app = QApplication([])\n"
        "from explorer.views.surface import SPEC; view = SPEC.make(); view.header()\n"
        "heavy = {'numpy', 'pyqtgraph', 'OpenGL', 'numba'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    run = [sys.executable, "-c", code, "-platform", "offscreen"]
    subprocess.run(run, check=True, timeout=60, env={"QT_QPA_PLATFORM": "offscreen"})


def test_the_picture_is_the_renderers_with_texts_over_it(view: SurfaceView) -> None:
    # the ring of a panel that has the keys is no part of the picture
    view._canvas.clearFocus()
    shown = pixels(view.grab().toImage())
    scene = scene_of(frame())
    height, width = shown.shape[:2]
    pure = raster.render(
        scene, width, height, background=LIGHT.panel, ink=LIGHT.muted, lut=lut("viridis")
    )[..., :3].astype(int)
    differs = (np.abs(shown - pure) > 8).any(axis=2)
    rows, columns = np.nonzero(differs)
    spots = np.array([(x, y) for x, y, _ in camera.project(scene, width, height)])
    # every difference is near a text, and near every text there is one
    gaps = np.hypot(columns[:, None] - spots[:, 0], rows[:, None] - spots[:, 1])
    assert gaps.min(axis=1).max() < 22
    assert gaps.min(axis=0).max() < 8
    assert "log" in view.header().findChild(Line).text()


def test_before_the_field_is_there_it_says_that_it_draws(qtbot: QtBot, no_gl: None) -> None:
    view = panel(qtbot)
    view.show()
    view.build()
    view.show_frame(None, frame(field=None, levels=None, traces=()))
    assert canvas_of(view).text() == "Drawing the surface…"
    assert view.describe() == "Drawing the surface…"
    view.release()


def test_one_dimension_is_said_and_left_again(view: SurfaceView) -> None:
    flat = resolve(Experiment("parabola", (1.0,), ()))
    shown = frame()
    view.show_frame(shown, replace(shown, plan=flat))
    assert "one dimension" in canvas_of(view).text()
    view.show_frame(None, shown)
    assert isinstance(canvas_of(view), SoftCanvas)


def test_the_picture_before_stays_while_the_next_is_computed(view: SurfaceView) -> None:
    shown = frame()
    view.show_frame(shown, replace(shown, field=None, levels=None, traces=()))
    assert isinstance(canvas_of(view), SoftCanvas)


def test_only_what_differs_is_made_again(
    view: SurfaceView, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    composed = compose.scene
    monkeypatch.setattr(compose, "scene", lambda *a: made.append(1) or composed(*a))
    shown = frame()
    view.show_frame(None, shown)
    first = view._scene
    turned = replace(shown.experiment, view=replace(shown.experiment.view, azimuth=10.0))
    view.show_frame(shown, replace(shown, experiment=turned))
    assert len(made) == 1
    assert view._scene is not None
    assert view._scene.azimuth == 10.0
    view.show_frame(shown, replace(shown, experiment=turned, step=31))
    assert len(made) == 2
    assert first is not None
    assert view._scene.z is first.z
    assert view._scene.tubes is not first.tubes


def test_a_hidden_panel_draws_when_it_is_shown(qtbot: QtBot, no_gl: None) -> None:
    view = panel(qtbot)
    view.build()
    view.show_frame(None, frame())
    assert view._scene is None
    view.show()
    assert view._scene is not None
    view.release()


def drag(qtbot: QtBot, widget: Any, by: QPoint, button: Any, keys: Any = None) -> None:
    start = QPoint(120, 120)
    keys = keys or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(widget, button, keys, start)
    for part in (1, 2, 3, 4):
        spot = start + by * (part / 4)
        place = QPointF(widget.mapToGlobal(spot))
        move = QMouseEvent(QEvent.Type.MouseMove, QPointF(spot), place, button, button, keys)
        QApplication.sendEvent(widget, move)
    qtbot.mouseRelease(widget, button, keys, start + by)


def test_a_drag_turns_and_is_one_edit_at_its_end(view: SurfaceView, qtbot: QtBot) -> None:
    edits: list[tuple[Any, str, str]] = []
    view.edited.connect(lambda *edit: edits.append(edit))
    drafts: list[tuple[int, int]] = []
    view.renderer = lambda s, w, h, o, done: drafts.append((w, o["supersample"]))
    drag(qtbot, view._canvas, QPoint(40, 20), Qt.MouseButton.LeftButton)
    assert len(edits) == 1
    experiment, name, key = edits[0]
    assert (name, key) == ("Turn surface", "camera")
    before = frame().experiment.view
    assert experiment.view.azimuth == pytest.approx(before.azimuth - 16)
    assert experiment.view.elevation == pytest.approx(before.elevation + 8)
    assert replace(experiment, view=before) == frame().experiment
    # coarse while it is turned, fine at rest
    assert {width for width, _ in drafts[:-1]} == {150}
    assert drafts[-1] == (300, 2)


def test_other_drags_move_the_picture_and_edit_nothing(view: SurfaceView, qtbot: QtBot) -> None:
    edits: list[Any] = []
    view.edited.connect(lambda *edit: edits.append(edit))
    shift = Qt.KeyboardModifier.ShiftModifier
    for button, keys in (
        (Qt.MouseButton.RightButton, None),
        (Qt.MouseButton.MiddleButton, None),
        (Qt.MouseButton.LeftButton, shift),
    ):
        pan = np.array(view._orbit.pose.pan)
        drag(qtbot, view._canvas, QPoint(26, -13), button, keys)
        np.testing.assert_allclose(view._orbit.pose.pan - pan, [0.2, 0.1], atol=1e-9)
    assert view._scene.pan == view._orbit.pose.pan
    assert edits == []


def test_a_step_in_between_does_not_stop_a_drag(view: SurfaceView, qtbot: QtBot) -> None:
    canvas = view._canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    view._orbit.pose = view._orbit.pose.turned(30, 0)
    view.show_frame(frame(), frame(step=12))
    assert view._scene.azimuth == pytest.approx(-90)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))


def test_the_wheel_zooms_at_the_pointer(view: SurfaceView) -> None:
    spot = QPointF(200.0, 90.0)
    scene = view._scene
    # the point of the scene's middle plane that is under the pointer keeps its place
    ray = np.linalg.inv(camera.projection_matrix(scene, 300 / 260) @ camera.view_matrix(scene))
    near = ray @ [2 * 200 / 300 - 1, 1 - 2 * 90 / 260, 0.5, 1]
    point = (near[:3] / near[3])[None]
    event = QWheelEvent(
        spot, spot, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view._canvas, event)
    assert view._scene.zoom > 1.2
    moved = camera.place(view._scene, point, 300, 260)[0, :2]
    np.testing.assert_allclose(moved, [200, 90], atol=1e-6)


def test_keys_turn_zoom_and_reset(view: SurfaceView, qtbot: QtBot) -> None:
    canvas = view._canvas
    before = view._orbit.pose
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Up)
    assert view._orbit.pose.azimuth == before.azimuth - 5
    assert view._orbit.pose.elevation == before.elevation - 5
    qtbot.keyClicks(canvas, "++-")
    assert view._orbit.pose.zoom == pytest.approx(1.15)
    qtbot.keyClicks(canvas, "0")
    assert view._orbit.pose == before


def test_double_click_and_the_button_reset(view: SurfaceView, qtbot: QtBot) -> None:
    shown = frame()
    turned = replace(shown.experiment.view, azimuth=100.0, elevation=10.0)
    other = replace(shown, experiment=replace(shown.experiment, view=turned))
    for act in (
        lambda: qtbot.mouseDClick(view._canvas, Qt.MouseButton.LeftButton),
        view._reset.click,
    ):
        view.show_frame(shown, other)
        assert view._scene.azimuth == 100.0
        with qtbot.waitSignal(view.edited) as edited:
            act()
        assert edited.args[0] == shown.experiment
        assert edited.args[1:] == ["Reset camera", "camera"]


def test_another_landscape_is_seen_whole(view: SurfaceView) -> None:
    shown = frame()
    view._orbit.pose = view._orbit.pose.zoomed(3, (0.5, 0.5))
    view.show_frame(shown, replace(shown, step=31))
    assert view._orbit.pose.zoom == pytest.approx(3)
    other = replace(shown.experiment, landscape="beale")
    view.show_frame(shown, replace(shown, experiment=other))
    usual = shown.experiment.view
    assert view._orbit.pose == Pose(usual.azimuth, usual.elevation)


def test_poses_stay_upright_and_within_a_turn() -> None:
    pose = Pose(170.0, 80.0)
    assert pose.turned(-30, 40) == Pose(-160.0, 90.0)
    assert pose.turned(0, -200).elevation == 0.0
    assert pose.zoomed(1e9).zoom == 12.0


def test_a_late_picture_does_not_replace_a_newer_one(qtbot: QtBot) -> None:
    asked: list[Any] = []
    canvas = SoftCanvas(lambda *request: asked.append(request))
    qtbot.addWidget(canvas)
    canvas.resize(200, 150)
    scene = scene_of(frame())
    canvas.show_scene(scene, LIGHT)
    canvas.show_scene(replace(scene, azimuth=0.0), LIGHT)
    for request in (asked[-1], asked[-2]):
        render_now(*request)
    assert canvas._drawn is not None
    assert canvas._drawn.azimuth == 0.0


@pytest.mark.parametrize("by", ["rate", "loss"])
def test_tubes_are_coloured_as_the_paths_on_the_map(view: SurfaceView, by: str) -> None:
    shown = frame()
    rates = np.geomspace(1e-3, 0.1, 40)
    traces = tuple(replace(each, learning_rate=rates) for each in shown.traces)
    experiment = replace(shown.experiment, view=replace(shown.experiment.view, path_colour=by))
    coloured = replace(shown, experiment=experiment, traces=traces)
    scene = scene_of(coloured)
    assert coloured.plan is not None
    parts = coloured.plan, coloured.field, coloured.levels, traces, 30, experiment.view
    paths = compose.map_plot(*parts).paths
    assert scene.shading is not None
    for tube, path in zip(scene.tubes, paths, strict=True):
        # this walk goes straight, so that how far a point is says between which rows it lies
        x = tube.points[:, 0]
        row = np.interp(x, *np.sort([x[[0, -1]], [0.0, 30.0]], axis=1)) if x[0] < x[-1] else (
            30.0 * (x[0] - x) / (x[0] - x[-1])
        )  # fmt: skip
        exact = np.interp(row, np.arange(31), path.shades)
        wrong = tube.shades - exact
        step = np.diff(path.shades)
        if by == "rate":
            assert wrong.min() > -1e-6
            assert wrong.max() < step.max() + 1e-6
            assert len(np.unique(tube.shades)) <= 31
        else:
            assert np.abs(wrong).max() < 1e-6
    view.show_frame(None, coloured)
    assert view._strip is not None
    assert view._strip.isVisibleTo(view)
    assert "Learning rate" in view._strip.toolTip() or by == "loss"
    view.show_frame(coloured, shown)
    assert not view._strip.isVisibleTo(view)


def test_it_describes_itself(view: SurfaceView) -> None:
    text = view.describe()
    assert "Himmelblau" in text
    assert "Adam" in text
    point = trace((3.0, 2.0)).points[30]
    assert f"{himmelblau(*point):.4g} at step 30" in text
    assert view._canvas.accessibleName() == "Surface"
    assert view._canvas.accessibleDescription() == text
    assert view._canvas.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_it_has_its_place() -> None:
    assert (SPEC.key, SPEC.title, SPEC.area, SPEC.order) == ("surface", "Surface", "center", 1)


@pytest.fixture
def gl_view(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[SurfaceView]:
    monkeypatch.delenv("EXPLORER_NO_GL", raising=False)
    if not gl.gl_probe()[0]:
        pytest.skip(gl.gl_probe()[1])
    made = panel(qtbot)
    made.resize(400, 360)
    with qtbot.waitExposed(made):
        made.show()
    made.build()
    made.show_frame(None, frame())
    qtbot.waitUntil(lambda: made._canvas.isValid())
    yield made
    made.release()


def difference(canvas: Any, scene: Scene, theme: Any = LIGHT) -> float:
    """The mean absolute difference, of 255, between OpenGL's picture and the renderer's."""
    shown = pixels(canvas.grabFramebuffer())
    height, width = shown.shape[:2]
    pure = raster.render(
        scene, width, height, background=theme.panel, ink=theme.muted, lut=lut(scene.colormap)
    )
    return float(np.abs(shown - pure[..., :3]).mean())


@pytest.mark.gl
def test_opengl_and_the_renderer_draw_the_same(gl_view: SurfaceView) -> None:
    canvas, scene = gl_view._canvas, gl_view._scene
    assert difference(canvas, scene) < 1.5
    # what the limit is worth: any axis flipped or the camera off by three degrees breaks it
    wrong = [
        replace(scene, z=scene.z[:, ::-1], band=scene.band[:, ::-1]),
        replace(scene, z=scene.z[::-1], band=scene.band[::-1]),
        replace(scene, z=scene.z.max() - scene.z),
        replace(scene, azimuth=scene.azimuth + 3),
        replace(scene, elevation=scene.elevation + 3),
    ]
    assert min(difference(canvas, other) for other in wrong) > 2.2


@pytest.mark.gl
@pytest.mark.parametrize("azimuth", [30.0, 150.0])
def test_opengl_follows_camera_data_and_theme(gl_view: SurfaceView, azimuth: float) -> None:
    shown = frame()
    turned = replace(shown.experiment.view, azimuth=azimuth, elevation=60.0, colormap="cividis")
    other = frame(experiment={"view": turned}, theme=DARK, step=10)
    gl_view.show_frame(shown, other)
    assert gl_view._scene.colormap == "cividis"
    assert difference(gl_view._canvas, gl_view._scene, DARK) < 1.5


@pytest.mark.gl
def test_the_opengl_camera_is_the_shared_one(gl_view: SurfaceView) -> None:
    canvas, scene = gl_view._canvas, gl_view._scene
    width, height = canvas.width(), canvas.height()
    lens = canvas.projectionMatrix(None, (0, 0, width, height))
    matrix = np.array((lens * canvas.viewMatrix()).data()).reshape(4, 4).T
    points = np.random.default_rng(3).uniform(-1, 1, (20, 3))
    clip = np.c_[points, np.ones(20)] @ matrix.T
    seen = clip[:, :3] / clip[:, 3:]
    place = camera.place(scene, points, width, height)
    np.testing.assert_allclose((seen[:, 0] + 1) * width / 2, place[:, 0], atol=1e-3)
    np.testing.assert_allclose((1 - seen[:, 1]) * height / 2, place[:, 1], atol=1e-3)
    np.testing.assert_allclose(seen[:, 2], place[:, 2], atol=1e-5)


@pytest.mark.gl
def test_it_survives_floating_and_docking_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("EXPLORER_NO_GL", raising=False)
    window = QMainWindow()
    qtbot.addWidget(window)
    dock = QDockWidget("Surface", window)
    view = panel(qtbot)
    dock.setWidget(view)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(500, 400)
    with qtbot.waitExposed(window):
        window.show()
    view.build()
    view.show_frame(None, frame())
    windows = []
    for floating in (False, True, False):
        dock.setFloating(floating)
        qtbot.wait(150)
        windows.append(view.window())
        assert difference(view._canvas, view._scene) < 1.5
    assert windows == [window, dock, window]
    # pyqtgraph prints what goes wrong in an item and goes on
    assert "Error" not in capsys.readouterr().out
    view.release()


@pytest.mark.gl
def test_released_twice_and_drawn_no_more(gl_view: SurfaceView, qtbot: QtBot) -> None:
    gl_view.release()
    gl_view.release()
    gl_view.show_frame(None, frame(step=5))
    gl_view.repaint()
    assert gl_view._canvas is None


def test_contours_below_are_where_the_loss_is_at_their_levels() -> None:
    shown = frame()
    below = replace(shown.experiment, view=replace(shown.experiment.view, below=True))
    made = scene_of(replace(shown, experiment=below))
    assert scene_of(shown).below is None
    assert made.below is not None
    assert made.levels is not None
    # back from scene units: the field spans 12 along x, whose half is one unit
    at = made.below.reshape(-1, 2) * 6.0
    losses = himmelblau(*at.T)
    values = np.log(made.levels.values)
    off = np.abs(np.log(losses)[:, None] - values).min(axis=1)
    # samples are a fifth apart; near a minimum the logarithm bends most
    assert np.quantile(off, 0.95) < 0.2 * np.diff(values).min()
    along = np.linalg.norm(np.diff(made.below, axis=1), axis=2)
    assert along.max() < 0.06  # no line leaves its cell
    # the floor is lower, and drawn with them in place of the grid
    lines = camera.floor_lines(made)
    assert len(lines) == 4 + len(made.below)
    assert (lines[:, :, 2] < -0.3).all()


def test_contours_below_a_surface_with_level_parts() -> None:
    shown = frame()
    assert shown.field is not None
    x, y = shown.field.x, shown.field.y
    z = np.maximum(x[None, :] ** 2 + 0 * y[:, None], 4.0)
    steps = replace(shown, field=Field(x, y, z), levels=levels.choose(z, "linear", 0.0))
    below = replace(steps.experiment, view=replace(steps.experiment.view, below=True))
    lines = scene_of(replace(steps, experiment=below)).below
    assert lines is not None
    assert np.isfinite(lines).all()
    # walls along y: every line of a contour runs there, beyond the level floor
    assert np.abs(np.diff(lines[:, :, 0], axis=1)).max() < 1e-9
    assert np.abs(lines[:, :, 0]).min() > 2 / 6 - 0.05


def test_the_camera_stays_with_the_selected_runs_head(view: SurfaceView) -> None:
    seen: list[Scene] = []
    view.renderer = lambda s, w, h, o, done: seen.append(s)
    shown = frame()
    following = replace(shown.experiment, view=replace(shown.experiment.view, follow=True))
    canvas = canvas_of(view)
    for selected, step in ((0, 30), (1, 30), (1, 8)):
        new = replace(shown, experiment=following, selected=selected, step=step)
        view.show_frame(None, new)
        made, point = seen[-1], new.traces[selected].points[step]
        ground = [ball.position for ball in made.balls]
        head = min(ground, key=lambda p: abs(p[0] - point[0] / 6) + abs(p[1] - point[1] / 6))
        x, y, _ = camera.place(made, np.array([head]), canvas.width(), canvas.height())[0]
        assert x == pytest.approx(canvas.width() / 2, abs=0.01)
        assert y == pytest.approx(canvas.height() / 2, abs=0.01)
    view.show_frame(None, shown)
    assert seen[-1].pan == (0.0, 0.0)
