"""The display list: what a picture shows, checked against arrays made by hand."""

import math

import numpy as np
import pytest

from explorer.core import compose, levels
from explorer.core.errors import InputError
from explorer.core.experiment import Stopping, View
from explorer.core.figure import CurvePlot, Field, MapPlot, Scene
from explorer.core.plan import Plan, RunPlan
from explorer.core.spec import Hyper, Landscape, Optimizer, Point
from explorer.core.style import STYLES
from explorer.core.trace import StopReason, Trace

BOUNDS = ((-2.0, 2.0), (-1.0, 1.0))


def nothing(*_: object) -> None:
    """A kernel that is never run."""


def loss(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 3 * (x - 0.5) ** 2 + 20 * (y + 0.25) ** 2 + 2


LAND = Landscape(
    key="tub",
    title="Tub",
    gradient=nothing,
    hessian=nothing,
    bounds=BOUNDS,
    start=(-1.0, 0.5),
    teaches="",
    source="",
    formula="",
    parameters=(Hyper("depth", 2.0, symbol="d"),),
)
LINE = Landscape("line", "Line", nothing, nothing, ((-2.0, 2.0),), (1.5,), "", "", "")
STEP = Optimizer(
    "walk",
    "Walk",
    nothing,
    0.1,
    hyper=(Hyper("momentum", 0.9, symbol="β"), Hyper("form", "torch", choices=("torch", "paper"))),
)


def run(label: str = "Walk", style: int = 0, *, rates: tuple[float, ...] = (0.1,) * 4) -> RunPlan:
    hyper = np.array([0.9, 1.0])
    return RunPlan(STEP, hyper, np.array(rates), np.zeros(0), label, style, visible=True)


def plan(*runs: RunPlan, land: Landscape = LAND) -> Plan:
    flat = land.dimension == 1
    return Plan(
        landscape=land,
        parameters=np.array([2.0][: len(land.parameters)]),
        start=np.array(land.start),
        runs=runs,
        steps=4,
        seed=7,
        noise=0.25,
        stopping=Stopping(gradient_norm=1e-6),
        minima=(Point((0.5,) if flat else (0.5, -0.25), 2.0),),
        saddles=(),
        bounds=land.bounds,
    )


def trace(points: list[tuple[float, ...]], reason: StopReason = "max_steps") -> Trace:
    path = np.array(points, dtype=float)
    with np.errstate(all="ignore"):
        losses = loss(path[:, 0], path[:, -1])
    steps = len(path) - 1
    return Trace(path, losses, losses * 2, np.full(steps, 0.1), {}, reason, steps)


def field(nx: int = 41, ny: int = 31) -> Field:
    x, y = np.linspace(*BOUNDS[0], nx), np.linspace(*BOUNDS[1], ny)
    return Field(x, y, loss(*np.meshgrid(x, y)))


FIELD = field()
LEVELS = levels.choose(FIELD.z, "log", 2.0)
WALK = trace([(-1, 0.5), (-0.5, 0.2), (0, 0), (0.4, -0.2), (0.5, -0.25)])
AWAY = trace([(-1, 0.5), (1, -0.5), (5, 3), (1e31, -1e31), (math.inf, math.nan)], reason="diverged")


def draw(*traces: Trace, step: int, land: Plan | None = None) -> MapPlot:
    made = land or plan(*(run(f"r{i}", i) for i in range(len(traces))))
    return compose.map_plot(made, FIELD, LEVELS, traces, step, View())


def test_paths_grow_to_the_cursor() -> None:
    for step in range(5):
        (path,) = draw(WALK, step=step).paths
        assert np.array_equal(path.points, WALK.points[: step + 1])
        assert np.array_equal(path.losses, WALK.loss[: step + 1])
        assert path.end == ("running" if step < 4 else "max_steps")
        assert path.style == STYLES[0]
    assert len(draw(WALK, step=99).paths[0].points) == 5


def test_a_diverged_path_ends_finite_and_says_so() -> None:
    (path,) = draw(AWAY, step=4).paths
    assert np.array_equal(path.points, AWAY.points[:4])
    assert path.end == "diverged"
    assert path.note == "leaves the picture at step 2, diverges at step 4"
    assert draw(AWAY, step=1).paths[0].note == ""
    assert draw(AWAY, step=3).paths[0].note == "leaves the picture at step 2"


def test_a_path_that_comes_back_says_when_it_was_away() -> None:
    there = trace([(-1, 0.5), (5, 0), (6, 0), (0, 0), (0.5, 0)])
    assert draw(there, step=4).paths[0].note == "is outside the picture between steps 1 and 2"


def test_hidden_runs_and_missing_traces_are_not_drawn() -> None:
    hidden = RunPlan(STEP, np.zeros(2), np.ones(4), np.zeros(0), "h", 1, visible=False)
    made = plan(run(), hidden, run("late", 2))
    assert [p.label for p in draw(WALK, WALK, step=4, land=made).paths] == ["Walk"]
    assert [p.label for p in draw(WALK, WALK, WALK, step=4, land=made).paths] == ["Walk", "late"]


def test_map_carries_what_is_known() -> None:
    plot = draw(WALK, step=0)
    assert plot.bounds == BOUNDS
    assert plot.start == (-1.0, 0.5)
    assert [(m.x, m.y, m.kind) for m in plot.marks] == [(0.5, -0.25, "minimum")]
    zoomed = compose.map_plot(plan(run()), FIELD, LEVELS, (WALK,), 4, View(), ((0, 1), (-1, 0)))
    assert zoomed.bounds == ((0.0, 1.0), (-1.0, 0.0))


def test_one_dimension_is_a_curve_of_the_loss() -> None:
    x = np.linspace(-2, 2, 101)
    z = (x**2)[None]
    path = trace([(1.5,), (1.0,), (-0.5,)])
    path = Trace(path.points, path.points[:, 0] ** 2, path.loss, np.ones(2), {}, "max_steps", 2)
    scale = levels.choose(z, "linear", 0.0)
    plot = compose.map_plot(
        plan(run(), land=LINE), Field(x, np.zeros(0), z), scale, (path,), 2, View()
    )
    assert plot.paths[0].points.tolist() == [[1.5, 2.25], [1.0, 1.0], [-0.5, 0.25]]
    assert plot.bounds[0] == (-2.0, 2.0)
    low, high = plot.bounds[1]
    assert low < 0 < 4 < high
    assert plot.start[1] == pytest.approx(2.25, abs=1e-3)
    with pytest.raises(InputError, match="one dimension"):
        compose.scene(plan(run(), land=LINE), Field(x, np.zeros(0), z), scale, (path,), 2, View())


def test_side_by_side_has_one_map_a_run() -> None:
    made = plan(run("a"), run("b", 1, rates=(0.4, 0.3, 0.2, 0.1)))
    plots = compose.side_plots(made, FIELD, LEVELS, (WALK, AWAY), 4, View())
    assert [p.paths[0].label for p in plots] == ["a", "b"]
    assert [p.title for p in plots] == ["η = 0.1", "η from 0.4 to 0.1"]
    assert plots[0].field is plots[1].field


def test_curves_count_what_a_logarithm_cannot_show() -> None:
    losses = np.array([4.0, 0.0, -1.0, 2.0, np.inf])
    odd = Trace(np.zeros((5, 2)), losses, losses, np.full(4, 0.1), {}, "diverged", 4)
    log = compose.curve_plot((odd,), plan(run()), "loss", 2, log=True)
    assert log.omitted == 2
    assert log.series[0].x.tolist() == [0, 3]
    assert log.series[0].y.tolist() == [4, 2]
    assert (log.cursor, log.steps, log.series[0].end) == (2, 4, "diverged")
    flat = compose.curve_plot((odd,), plan(run()), "loss", 2, log=False)
    assert flat.omitted == 0
    assert flat.series[0].y.tolist() == [4, 0, -1, 2]
    rates = compose.curve_plot((odd,), plan(run()), "learning_rate", 2, log=False)
    assert rates.series[0].x.tolist() == [1, 2, 3, 4]


def test_a_diverging_run_does_not_squash_the_others() -> None:
    made = plan(run("a"), run("b", 1))
    plot = compose.curve_plot((WALK, AWAY), made, "loss", 4, log=True)
    assert plot.span is not None
    assert plot.span[0] == WALK.loss.min()
    assert plot.span[1] < 1e5 < AWAY.loss[3]
    assert compose.curve_plot((WALK, WALK), made, "loss", 4, log=True).span is None


def test_scene_lies_on_the_surface() -> None:
    fine = field(161, 121)
    made = compose.scene(plan(run()), fine, LEVELS, (WALK,), 4, View(azimuth=10, elevation=20))
    assert (made.x[[0, -1]] == [-1, 1]).all()
    assert (made.y[[0, -1]] == [-0.5, 0.5]).all()
    assert np.ptp(made.z) == pytest.approx(0.9)
    assert (made.azimuth, made.elevation, made.bands) == (10, 20, len(LEVELS.values))
    # the height is what the sentence says, up to a shift and a factor
    lift = float(made.height.split("(")[1].split(" ")[0])
    said = np.log10(lift + fine.z - 2)
    assert np.corrcoef(said.ravel(), made.z.ravel())[0, 1] == pytest.approx(1, abs=1e-12)
    (tube,) = made.tubes
    assert tube.points[0, :2] == pytest.approx([-0.5, 0.25])
    assert tube.points[-1, :2] == pytest.approx([0.25, -0.125])
    exact = np.log10(lift + loss(tube.points[:, 0] * 2, tube.points[:, 1] * 2) - 2)
    exact = (exact - said.min()) / np.ptp(said) * 0.9
    assert tube.points[:, 2] == pytest.approx(exact, abs=0.01)
    # no longer than a cell: the tube follows the ground between two steps
    assert np.hypot(*np.diff(tube.points[:, :2], axis=0).T).max() <= 2 / 160 + 1e-9
    assert [b.colour for b in made.balls] == [STYLES[0].colour, "#FFFFFF"]
    assert {t for _, t in made.ticks} >= {"x", "y", "0"}
    again = compose.scene(plan(run()), fine, LEVELS, (WALK,), 2, View())
    assert again.z is made.z


def test_scene_drops_what_is_outside_and_says_so() -> None:
    made = compose.scene(plan(run("GD")), FIELD, LEVELS, (AWAY,), 4, View())
    for tube in made.tubes:
        assert np.abs(tube.points[:, 0]).max() <= 1 + 1e-9
        assert np.abs(tube.points[:, 1]).max() <= 0.5 + 1e-9
        assert np.isfinite(tube.points).all()
    assert len(made.balls) == 1
    assert made.notes == ("GD leaves the picture at step 2, diverges at step 4",)


def test_scene_has_no_tube_over_a_hole() -> None:
    z = FIELD.z.copy()
    z[:, 18:22] = np.nan
    broken = Field(FIELD.x, FIELD.y, z)
    across = trace([(-1, 0), (1, 0)])
    made = compose.scene(plan(run()), broken, LEVELS, (across,), 1, View())
    left, right = sorted(made.tubes, key=lambda t: t.points[0, 0])
    assert left.points[-1, 0] < broken.x[17] / 2 + 1e-9
    assert right.points[0, 0] > broken.x[21] / 2
    assert len(made.balls) == 2


def test_figures_say_everything() -> None:
    made = plan(run("a"), run("b", 1, rates=(0.4, 0.3, 0.2, 0.1)))
    whole = compose.figure(made, FIELD, LEVELS, (WALK, AWAY), 3, View(), ("contour", "curves"))
    assert [type(p) for p in whole.plots] == [MapPlot, CurvePlot]
    assert whole.title == "Tub, d = 2, start (−1, 0.5), step 3"
    for said in (
        "Tub", "d = 2", "start (−1, 0.5)", "seed 7", "0.25", "4 steps", "‖∇‖ < 1×10⁻⁶",
        "a: Walk, η = 0.1, β = 0.9, form = paper; all 4 steps taken",
        "b: Walk, η from 0.4 to 0.1", "diverged at step 4", "loss − 2, log", "viridis",
        "Loss Landscape Explorer 0.",
    ):  # fmt: skip
        assert said in whole.caption
    assert [r.loss for r in whole.legend] == [WALK.loss[3], AWAY.loss[3]]
    assert whole.legend[1].note == "leaves the picture at step 2"
    after = compose.figure(made, FIELD, LEVELS, (WALK, AWAY), 4, View(), "surface")
    assert isinstance(after.plots[0], Scene)
    assert after.legend[1].loss == math.inf
    alone = compose.figure(made, FIELD, LEVELS, (WALK, AWAY), 4, View(), "curves")
    assert alone.legend[1].note == "diverges at step 4"
    sides = compose.figure(made, FIELD, LEVELS, (WALK, AWAY), 4, View(), "side-by-side")
    assert len(sides.plots) == 2
    with pytest.raises(InputError, match="contour"):
        compose.figure(made, FIELD, LEVELS, (), 0, View(), "contours")  # type: ignore[arg-type]
