"""What is laid over a map, against closed forms and brute force."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import frame
from frames import run as run_of
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

import explorer
from explorer import export
from explorer.core import compose, isolines, levels
from explorer.core.experiment import (
    Experiment,
    Learning,
    Noise,
    Penalty,
    Run,
    View,
    settings,
)
from explorer.core.figure import Field, Figure, MapPlot, Overlay
from explorer.core.overlays import arrows, quadratic_at, region
from explorer.core.probe import edge, probe
from explorer.core.quadratic import Quadratic, kind, level
from explorer.core.request import Request, Viewport
from explorer.core.session import Session, dumps, loads
from explorer.core.stability import past_limit, rate_at, row_at, rule_at
from explorer.core.style import STYLES
from explorer.engine.answer import Memory, answer, answer_once
from explorer.engine.stroke import Strokes
from explorer.views._explained import Explained
from explorer.widgets import ink, overlay
from explorer.widgets.theme import LIGHT

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.core.request import Result

SEEN = ((-2.0, 2.0), (-1.0, 3.0))


def asked(landscape: str, start: tuple[float, ...], *runs: Run, **changes: Any) -> Experiment:
    view = changes.pop("view", View())
    return Experiment(landscape, start, runs, steps=20, view=view, **changes)


def result(experiment: Experiment, width: int = 800, height: int = 800) -> Result:
    flat = len(experiment.start) == 1
    viewport = None if flat else Viewport(experiment.view.bounds, width, height)
    return answer_once(Request(experiment, viewport))


def plot(given: Result, step: int, selected: int = 0) -> MapPlot:
    return compose.map_plot(
        given.plan, given.field, given.levels, given.traces, step,
        given.request.experiment.view, None, None, given.overlays, selected,
    )  # fmt: skip


def of_kind(given: MapPlot, name: str) -> list[Overlay]:
    return [laid for laid in given.overlays if laid.kind == name]


def slope_of(given: Result, points: np.ndarray) -> np.ndarray:
    """The gradients (n, D), by the plain kernels and one by one."""
    plan = given.plan
    return np.array(
        [probe(plan.landscape, plan.parameters, p, plan.penalty).gradient for p in points]
    )


# -- the field


@pytest.mark.parametrize("penalty", [Penalty(), Penalty(l1=3.0, l2=2.0)])
def test_arrows_point_against_the_gradient(penalty: Penalty) -> None:
    view = View(bounds=SEEN, field="arrows")
    given = result(asked("rosenbrock", (-1.0, 2.0), Run("sgd", 0.001), view=view, penalty=penalty))
    (laid,) = of_kind(plot(given, 0), "arrows")
    middles = laid.points.mean(axis=1)
    ways = laid.points[:, 1] - laid.points[:, 0]
    slopes = slope_of(given, middles)
    units = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    wanted = -slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    assert np.allclose(units, wanted, atol=1e-9)
    # 800 pixels for 4 units: 40 pixels are 0.2
    # all but the minimum, which has no direction
    assert len(middles) == 21 * 21 - (penalty == Penalty())
    assert np.allclose(np.diff(np.unique(np.round(middles[:, 0], 9))), 0.2)
    # the longest keeps short of its neighbour, and length follows the logarithm of the norm
    lengths, size = np.linalg.norm(ways, axis=1), np.log10(np.linalg.norm(slopes, axis=1))
    assert 0.16 < lengths.max() < 0.2
    share = (size - size.min()) / (size.max() - size.min())
    assert np.allclose(lengths, lengths.max() * (0.25 + 0.75 * share))
    assert any("length by log ‖∇‖" in note for note in plot(given, 0).notes)


def test_arrows_are_left_out_where_there_is_no_direction() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    made, words = arrows(points, np.array([[0.0, 0.0], [np.nan, 1.0], [0.0, 5.0]]), 1.0)
    assert made.points.shape == (1, 2, 2)
    assert made.points[0, 1, 1] < made.points[0, 0, 1]
    assert "5" in words
    assert arrows(points, np.zeros((3, 2)), 1.0)[1] == "The gradient is zero everywhere in view"


def test_the_shortest_arrows_say_that_they_are_cut() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    _, words = arrows(points, np.array([[1e-9, 0.0], [10.0, 0.0]]), 1.0)
    assert words.endswith("from 1×10⁻⁵ or less to 10")


def test_of_one_dimension_arrows_lie_on_the_curve_and_point_downhill() -> None:
    given = result(asked("parabola", (5.0,), Run("sgd", 0.1), view=View(field="arrows")))
    (laid,) = of_kind(plot(given, 0), "arrows")
    middles = laid.points.mean(axis=1)
    assert np.allclose(middles[:, 1], middles[:, 0] ** 2)
    ways = laid.points[:, 1] - laid.points[:, 0]
    assert np.array_equal(np.sign(ways[:, 0]), -np.sign(middles[:, 0]))
    assert not ways[:, 1].any()


def test_streamlines_follow_the_flow() -> None:
    """On a bowl of curvatures 1 and b the flow keeps y = c·x^b."""
    view = View(bounds=((-2.0, 2.0), (-2.0, 2.0)), field="streamlines")
    given = result(
        asked(
            "ravine",
            (1.0, 1.0),
            Run("sgd", 0.1),
            view=view,
            parameters=settings({"condition": 3.0}),
        )
    )
    lines = of_kind(plot(given, 0), "stream")
    assert len(lines) > 30
    a, b = (
        float(v)
        for v in np.diag(probe(given.plan.landscape, given.plan.parameters, (1, 1)).hessian)
    )
    for laid in lines:
        x, y = np.abs(laid.points).T
        far = (x > 0.1) & (y > 0.1)
        if far.sum() > 3:
            kept = np.log(x[far]) * b - np.log(y[far]) * a
            assert np.ptp(kept) < 0.03 * (a + b)
    loss = [np.diff(laid.points**2 @ np.array([a, b])) for laid in lines]
    assert all((falls < 0).all() for falls in loss)


def test_streamlines_of_one_dimension_are_refused_in_a_line() -> None:
    given = result(asked("parabola", (5.0,), Run("sgd", 0.1), view=View(field="streamlines")))
    drawn = plot(given, 0)
    assert not drawn.overlays
    assert "Streamlines need two dimensions: choose arrows" in drawn.notes


def test_what_noise_there_is_the_field_is_without() -> None:
    view = View(bounds=SEEN, field="arrows")
    experiment = asked("rosenbrock", (-1.0, 2.0), Run("sgd", 0.001), view=view)
    noisy = replace(experiment, noise=Noise(sigma=1.0))
    assert "Field without the noise" in plot(result(noisy), 0).notes
    assert "Field without the noise" not in plot(result(experiment), 0).notes


def test_nothing_is_sampled_where_nothing_is_asked_for() -> None:
    given = result(asked("rosenbrock", (-1.0, 2.0), Run("sgd", 0.001)))
    assert given.overlays is None
    assert plot(given, 3).overlays == ()


def test_what_did_not_change_is_the_same_object() -> None:
    """So that a drag of the start paints no field anew."""
    memory, view = Memory(), View(bounds=SEEN, field="arrows", unstable=True)
    viewport = Viewport(SEEN, 400, 400)
    made = []
    for start in ((-1.0, 2.0), (0.5, 0.5)):
        wish = Request(asked("rosenbrock", start, Run("sgd", 0.001), view=view), viewport)
        found = answer(memory, wish, lambda *_: None, lambda: False)
        assert not isinstance(found, str | None)
        made.append(found)
    assert made[0].overlays is made[1].overlays
    first, second = (plot(given, 0).overlays for given in made)
    assert [a is b for a, b in zip(first, second, strict=True)] == [True, True, True]


# -- where the rate is too high


def unstable(experiment: Experiment, step: int = 0) -> tuple[MapPlot, Result]:
    given = result(experiment)
    return plot(given, step), given


@pytest.mark.parametrize(
    ("factor", "where"), [(1.99, "nowhere in view"), (2.01, "everywhere in view")]
)
def test_a_quadratic_is_stable_everywhere_or_nowhere(factor: float, where: str) -> None:
    given = asked("ravine", (1.0, 1.0), Run("sgd", 0.1), view=View(unstable=True))
    plan = result(given).plan
    largest = probe(plan.landscape, plan.parameters, (1.0, 1.0)).eigenvalues[-1]
    drawn, _ = unstable(replace(given, runs=(Run("sgd", factor / largest),)))
    (note,) = [n for n in drawn.notes if "unstable" in n]
    assert where in note
    assert bool(of_kind(drawn, "hatch")) == (factor > 2)
    assert not any(len(laid.points) for laid in of_kind(drawn, "border"))


def test_the_region_is_that_of_a_brute_force_grid() -> None:
    rate = 0.004
    view = View(bounds=SEEN, unstable=True)
    drawn, given = unstable(asked("rosenbrock", (-1.0, 2.0), Run("sgd", rate), view=view))
    (hatch,), (line,) = of_kind(drawn, "hatch"), of_kind(drawn, "border")

    def largest(points: np.ndarray) -> np.ndarray:
        plan = given.plan
        found = [probe(plan.landscape, plan.parameters, p).hessian for p in points]
        return np.array([np.linalg.eigvalsh(h)[-1] for h in found])

    ends = line.points.reshape(-1, 2)
    assert len(ends) > 100
    assert np.allclose(rate * largest(ends), 2.0, rtol=2e-3)
    assert (rate * largest(hatch.points.mean(axis=1)) > 2.0 * (1 - 1e-3)).mean() > 0.99
    # and what is not hatched is stable: the area by counting is that by the hatching
    x, y = np.meshgrid(np.linspace(*SEEN[0], 60), np.linspace(*SEEN[1], 60))
    share = (rate * largest(np.column_stack([x.ravel(), y.ravel()])) > 2.0).mean()
    whole = isolines.hatching(
        np.linspace(*SEEN[0], 161), np.linspace(*SEEN[1], 161), np.ones((161, 161)), 0.0
    )
    lengths = [np.linalg.norm(p[:, 1] - p[:, 0], axis=1).sum() for p in (hatch.points, whole)]
    assert lengths[0] / lengths[1] == pytest.approx(share, abs=0.02)
    assert f"GD's η = {rate} is unstable where hatched (η·λmax(H) > 2)" in drawn.notes


@pytest.mark.parametrize(
    ("optimizer", "hyper"),
    [
        ("momentum", {"momentum": 0.9}),
        ("adam", {}),
        ("adam", {"amsgrad": "on", "weight_decay": 0.1}),
        ("nesterov", {"momentum": 0.8}),
        ("rmsprop", {"centered": "on"}),
    ],
)
@pytest.mark.parametrize("step", [0, 1, 7, 20])
def test_the_limit_is_that_of_the_inspector(
    optimizer: str, hyper: dict[str, Any], step: int
) -> None:
    experiment = asked("rosenbrock", (-1.0, 2.0), Run(optimizer, 1e-4, settings(hyper)))
    given = result(experiment)
    plan, (run,), (trace,) = given.plan, given.plan.runs, given.traces
    _, wanted = Explained(plan, run, trace, step).curvature()
    row = row_at(trace, step)
    rule, rate = rule_at(run, trace, row), rate_at(run, trace, row)
    assert wanted is not None
    assert rule is not None
    hessian = probe(plan.landscape, plan.parameters, trace.points[row]).hessian
    entries = hessian[[0, 0, 1], [0, 1, 1]]
    assert float(past_limit(entries, rate, rule)) == pytest.approx(
        wanted.value / wanted.limit, rel=1e-9
    )
    assert edge(hessian, rate, rule).value == pytest.approx(wanted.value, rel=1e-9)


def test_an_optimizer_without_a_rule_says_so() -> None:
    view = View(bounds=SEEN, unstable=True)
    drawn, _ = unstable(asked("rosenbrock", (-1.0, 2.0), Run("newton", 1.0), view=view))
    assert not drawn.overlays
    assert any(note.endswith("has no stability rule: no region is shown") for note in drawn.notes)


def test_of_one_dimension_the_region_is_where_the_curve_bends_too_much() -> None:
    view = View(unstable=True)
    given = result(asked("double_well", (1.5,), Run("sgd", 0.1), view=view))
    plan = given.plan
    x = np.linspace(*plan.bounds[0], 4001)
    bend = np.array([probe(plan.landscape, plan.parameters, (v,)).hessian[0, 0] for v in x])
    rate = float(2 / np.quantile(bend, 0.6))
    given = result(asked("double_well", (1.5,), Run("sgd", rate), view=view))
    (line,) = of_kind(plot(given, 0), "border")
    edges = x[1:][np.diff(rate * bend > 2)]
    found = np.unique(np.round(line.points[..., 0], 3))
    near = np.abs(found[:, None] - edges).min(axis=1)
    assert near.max() < 2 * (plan.bounds[0][1] - plan.bounds[0][0]) / 160
    assert len(edges) == 2


def test_adams_region_follows_the_cursor() -> None:
    given = result(asked("himmelblau", (1.0, 1.0), Run("adam", 8.0), view=View(unstable=True)))
    run, trace = given.plan.runs[0], given.traces[0]
    assert given.overlays is not None
    assert given.overlays.hessians is not None
    shares = []
    for row in (1, 15):
        rule = rule_at(run, trace, row)
        assert rule is not None
        shares.append(region(given.overlays.hessians, rate_at(run, trace, row), rule)[1])
    assert shares[0] != shares[1]
    assert any("λmax(P⁻¹H)" in note for note in plot(given, 1).notes)


def test_side_by_side_each_pane_has_the_region_of_its_own_run() -> None:
    view = View(bounds=SEEN, unstable=True, field="arrows")
    runs = Run("sgd", 0.004), Run("sgd", 1e-9, style=1)
    given = result(asked("rosenbrock", (-1.0, 2.0), *runs, view=view))
    plots = compose.side_plots(
        given.plan, given.field, given.levels, given.traces, 3, view, None, None,
        given.overlays, 1,
    )  # fmt: skip
    assert [bool(of_kind(p, "hatch")) for p in plots] == [True, False]
    assert [sum("unstable" in note for note in p.notes) for p in plots] == [1, 1]
    assert [sum("Arrows" in note for note in p.notes) for p in plots] == [1, 0]


# -- the local quadratic model


def model(hessian: list[list[float]], gradient: tuple[float, float] = (1.0, -0.5)) -> Quadratic:
    return Quadratic(np.array([0.3, -0.2]), 1.5, np.array(gradient), np.array(hessian))


@pytest.mark.parametrize(
    ("hessian", "named", "curves"),
    [
        ([[2.0, 0.3], [0.3, 1.0]], "minimum", 1),
        ([[-2.0, 0.3], [0.3, -1.0]], "maximum", 1),
        ([[2.0, 0.3], [0.3, -1.0]], "saddle", 2),
        ([[-1.0, 0.4], [0.4, 3.0]], "saddle", 2),
    ],
)
@pytest.mark.parametrize("rate", [0.3, 1e-7, 50.0])
def test_level_lines_are_level(
    hessian: list[list[float]], named: str, curves: int, rate: float
) -> None:
    given = model(hessian)
    step = -rate * given.gradient
    lines, words = level(given, step, 4.0)
    assert kind(given) == named
    assert len(lines) == curves
    values = np.concatenate([given.at(line) for line in lines])
    scale = np.abs(values).max() + np.abs(np.concatenate(lines)).max() ** 2
    assert np.ptp(values) < 1e-9 * scale
    if "gradient step" in words:
        assert values[0] == pytest.approx(
            float(given.at((given.point + step)[None])[0]), abs=1e-9 * scale
        )
    elif "run's point" in words:
        assert values[0] == pytest.approx(given.value, abs=1e-9 * scale)
    else:
        assert "not to scale" in words
    if rate == 0.3 and named == "minimum":
        assert words == "through the gradient step's end"


def test_a_singular_hessian_has_no_level_line() -> None:
    flat = model([[2.0, 0.0], [0.0, 0.0]])
    assert level(flat, np.ones(2), 4.0) == ((), "")
    assert flat.newton is None
    assert kind(flat) == ""


def test_a_step_beyond_the_floats_has_no_level_line_through_its_end() -> None:
    given = Quadratic(np.array([1.0, 1.0]), 1.0, np.ones(2), np.diag([2.0, 8.0]))
    lines, words = level(given, np.full(2, -1e200), 4.0)
    assert words == "through the run's point"
    assert np.isfinite(lines[0]).all()


def test_steps_of_the_model_start_at_the_runs_point() -> None:
    rate = 0.002
    view = View(bounds=SEEN, quadratic=True)
    given = result(asked("rosenbrock", (-1.0, 2.0), Run("sgd", rate), view=view))
    drawn = plot(given, 4)
    here = given.traces[0].points[4]
    seen = probe(given.plan.landscape, given.plan.parameters, here)
    (down,), (newton,) = of_kind(drawn, "gradient"), of_kind(drawn, "newton")
    assert np.allclose(down.points, [here, here - rate * seen.gradient])
    # which is where the run itself goes next
    assert np.allclose(down.points[1], given.traces[0].points[5])
    assert np.allclose(newton.points, [here, here - np.linalg.solve(seen.hessian, seen.gradient)])
    fitted = quadratic_at(given.plan, here)
    assert fitted is not None
    near = here + 1e-4 * np.array([[1.0, 2.0], [-1.0, 0.5]])
    exact = [probe(given.plan.landscape, given.plan.parameters, p).value for p in near]
    assert np.allclose(fitted.at(near), exact, atol=1e-8)
    assert any(
        "quadratic model, level line through the gradient step's end (η = 0.002)" in note
        for note in drawn.notes
    )


def test_newton_to_a_saddle_is_said() -> None:
    view = View(quadratic=True)
    given = result(asked("saddle", (0.5, 0.3), Run("sgd", 0.1), view=view))
    assert any("the Newton step leads to a saddle" in note for note in plot(given, 0).notes)
    assert len(of_kind(plot(given, 0), "model")) == 2


def test_of_one_dimension_the_model_is_a_parabola() -> None:
    given = result(asked("double_well", (1.5,), Run("sgd", 0.01), view=View(quadratic=True)))
    drawn = plot(given, 0)
    (curve,), (newton,) = of_kind(drawn, "model"), of_kind(drawn, "newton")
    seen = probe(given.plan.landscape, given.plan.parameters, (1.5,))
    s = curve.points[:, 0] - 1.5
    wanted = seen.value + seen.gradient[0] * s + seen.hessian[0, 0] * s**2 / 2
    assert np.allclose(curve.points[:, 1], wanted)
    assert newton.points[1, 1] == pytest.approx(curve.points[:, 1].min(), abs=1e-3)


# -- models on data


def test_of_a_model_of_two_parameters_the_region_is_that_of_its_hessian() -> None:
    learning = Learning(epochs=2)
    experiment = Experiment("rosenbrock", (0.0, 0.0), (Run("sgd", 0.1),), learning=learning)
    plan = result(experiment).plan
    true = probe(plan.landscape, plan.parameters, (0.0, 0.0)).hessian
    view = View(unstable=True, field="arrows", quadratic=True)
    given = result(replace(experiment, view=view))
    assert given.overlays is not None
    assert given.overlays.hessians is not None
    entries = given.overlays.hessians.entries.reshape(-1, 3)
    assert np.allclose(entries, true[[0, 0, 1], [0, 1, 1]], rtol=1e-4, atol=1e-4)
    drawn = plot(given, 1)
    assert any("from the map's samples)" in note for note in drawn.notes)
    assert of_kind(drawn, "model")
    (laid,) = of_kind(drawn, "arrows")
    inside = laid.points[::17]
    slopes = slope_of(given, inside.mean(axis=1))
    ways = inside[:, 1] - inside[:, 0]
    turn = np.einsum("ij,ij->i", ways, -slopes)
    turn /= np.linalg.norm(ways, axis=1) * np.linalg.norm(slopes, axis=1)
    assert np.median(turn) > 0.9999


def test_a_plane_of_many_parameters_has_no_region_and_says_why() -> None:
    learning = Learning("mlp", settings({"hidden": "4"}), data="moons", epochs=2)
    experiment = Experiment(
        "rosenbrock", (0.0, 0.0), (Run("sgd", 0.1),), learning=learning,
        view=View(unstable=True, field="streamlines"),
    )  # fmt: skip
    drawn = plot(result(experiment), 1)
    assert not of_kind(drawn, "hatch")
    assert any(note.startswith("No region of instability") for note in drawn.notes)


# -- pictures and sessions


SIZE = (800, 600)
STYLE = replace(STYLES[0], colour="#FF00FF", ink="#FF00FF", dash=())
ALL = (
    Overlay("arrows", np.array([[[1.0, 1.0], [2.0, 1.0]]])),
    Overlay("hatch", np.array([[[3.0, 1.0], [4.0, 1.0]]])),
    Overlay("border", np.array([[[5.0, 1.0], [6.0, 1.0]]])),
    Overlay("stream", np.array([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]])),
    Overlay("model", np.array([[1.0, 3.0], [3.0, 3.0]]), style=STYLE),
    Overlay("section", np.array([[4.0, 3.0], [6.0, 3.0]])),
    Overlay("gradient", np.array([[1.0, 4.0], [2.0, 4.0]]), "down", STYLE),
    Overlay("newton", np.array([[5.0, 5.0], [7.0, 5.0]]), "newton", STYLE),
)


def picture(*overlays: Overlay) -> MapPlot:
    x, y = np.linspace(0.0, 8.0, 41), np.linspace(0.0, 6.0, 31)
    field = Field(x, y, np.add.outer(y, x))
    scale = levels.choose(field.z, "linear", None)
    bounds = ((0.0, 8.0), (0.0, 6.0))
    return MapPlot(field, scale, "viridis", bounds, (), (-50.0, -50.0), (), overlays=overlays)


def on_screen(given: MapPlot) -> np.ndarray:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0xFF404040)
    painter = QPainter(image)
    frame = ink.Frame(100.0, 0.0, -100.0, 600.0, QRectF(0, 0, *SIZE))
    overlay.paint_ground(painter, given, frame, LIGHT)
    overlay.paint_runs(painter, given, frame, LIGHT, QFont(), Strokes())
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(SIZE[1], SIZE[0], 4)
    return rows[:, :, 2::-1].astype(int)


@pytest.mark.parametrize("laid", ALL, ids=lambda laid: laid.kind)
def test_the_window_draws_it_where_it_is(laid: Overlay, qapp: Any) -> None:
    changed = (on_screen(picture(laid)) != on_screen(picture())).any(axis=2)
    rows, columns = np.nonzero(changed)
    ends = laid.points.reshape(-1, 2)
    wanted = 100 * ends[:, 0].min(), 600 - 100 * ends[:, 1].max()
    assert changed.sum() > 50
    line = changed[int(wanted[1]) - 3 : int(wanted[1]) + 4].any(axis=0)
    reach = np.flatnonzero(line)
    assert abs(reach.min() - wanted[0]) <= 6
    assert rows.min() >= wanted[1] - 40
    # a step's name stands beside its tip
    assert columns.max() <= 100 * ends[:, 0].max() + (90 if laid.name else 8)


@pytest.mark.parametrize("laid", ALL, ids=lambda laid: laid.kind)
def test_files_show_what_the_window_shows(laid: Overlay, tmp_path: Path) -> None:
    shares = []
    for index, given in enumerate((picture(), picture(laid))):
        path = tmp_path / f"{index}.png"
        export.write(Figure((given,), (), "", ""), path, size=(900, 700))
        with Image.open(path) as image:
            shares.append(np.asarray(image.convert("RGB")).astype(int))
    changed = (shares[0] != shares[1]).any(axis=2)
    assert changed.sum() > 50
    if laid.kind == "model":
        pink = (shares[1][..., 0] > 200) & (shares[1][..., 1] < 90) & (shares[1][..., 2] > 200)
        assert pink.sum() > 50


def test_what_is_laid_over_survives_a_session() -> None:
    view = View(
        field="streamlines", unstable=True, quadratic=True, section="line",
        line=((0.0, 1.0), (2.0, -1.5)),
    )  # fmt: skip
    experiment = asked("rosenbrock", (-1.0, 2.0), Run("sgd", 0.001), view=view)
    assert loads(dumps(Session(experiment))).experiment.view == view
    old = dumps(Session(replace(experiment, view=View())))
    for name in ("field", "unstable", "quadratic", "section", "line"):
        assert f'"{name}"' in old
    bare = json.loads(old)
    for name in ("field", "unstable", "quadratic", "section", "line"):
        del bare["experiment"]["view"][name]
    assert loads(json.dumps(bare)).experiment.view == View()


def test_unknown_values_of_a_session_are_said_in_a_line() -> None:
    text = dumps(Session(asked("rosenbrock", (-1.0, 2.0))))
    read = loads(text.replace('"field": "off"', '"field": "smoke"'))
    assert read.experiment.view.field == "off"
    assert read.messages == ("field='smoke': the default is used",)
    with pytest.raises(explorer.core.errors.InputError, match="must be two finite points"):
        loads(text.replace('"line": null', '"line": [[0, 1]]'))


def test_a_frame_without_samples_still_shows_a_line_that_was_drawn() -> None:
    given = frame("rosenbrock", (-1.0, 2.0), run_of("sgd", 0.001))
    assert given.plan is not None
    view = View(section="line", line=((0.0, 0.0), (1.0, 1.0)), field="arrows")
    field = Field(np.linspace(0, 1, 3), np.linspace(0, 1, 3), np.eye(3))
    drawn = compose.map_plot(
        given.plan, field, levels.choose(field.z, "linear", None), given.traces, 3, view
    )
    assert [laid.kind for laid in drawn.overlays] == ["section"]
