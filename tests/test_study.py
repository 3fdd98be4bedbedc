"""Models in the window: the plane, its picture, the runs on it, and what belongs to one batch."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import explorer
from explorer.core import compose
from explorer.core.experiment import Experiment, Learning, Run, View
from explorer.core.figure import Field
from explorer.core.lookup import at_points, upsampled
from explorer.core.metrics import of_outputs
from explorer.core.numbers import number
from explorer.core.probe import probe
from explorer.core.request import Request, Result, Viewport
from explorer.core.session import Session, dumps, loads
from explorer.core.study import parameters_at, predictions
from explorer.engine import answer, passing
from explorer.engine.study import gradient_check, stages
from explorer.views._explained import Explained

RUNS = (Run("sgd", 0.1), Run("adam", 0.05, style=1))
LINE = Experiment("himmelblau", (0.0, 0.0), RUNS, learning=Learning())
NET = replace(LINE, learning=Learning(model="mlp", data="moons", epochs=4))


def learnt(experiment: Experiment, **changes: object) -> Experiment:
    assert experiment.learning is not None
    return replace(experiment, learning=replace(experiment.learning, **changes))  # type: ignore[arg-type]


def shown(experiment: Experiment, memory: answer.Memory | None = None, step: int = 0) -> Result:
    given = Request(experiment, Viewport(None, 90, 60), step=step)
    made = answer.answer(memory or answer.Memory(), given, lambda *_: None, lambda: False)
    assert isinstance(made, Result), made
    return made


def line_data() -> tuple[np.ndarray, np.ndarray]:
    """The training rows of LINE, scaled, from the public interface alone."""
    found = shown(LINE).study
    assert found is not None
    return found.plans[0].X, found.plans[0].y[:, 0]


def mean_squares(w: float, b: float, x: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean((w * x + b - y) ** 2))


def test_a_model_of_two_parameters_is_a_whole_landscape():
    made = shown(LINE)
    X, y = line_data()
    slope, offset = np.polyfit(X[:, 0], y, 1)
    (lowest,) = made.plan.minima
    assert lowest.x == pytest.approx((slope, offset), abs=1e-10)
    i, j = 20, 5
    at = made.field.x[i], made.field.y[j]
    assert made.field.z[j, i] == pytest.approx(mean_squares(*at, X[:, 0], y), rel=1e-12)
    assert made.plan.landscape.axes == ("weight", "bias")
    assert made.image is not None
    assert made.image.rgb.shape == (60, 90)


def test_runs_are_those_of_the_python_interface():
    made = shown(LINE)
    data, model = explorer.data("line"), explorer.model("linear_regression")
    for run, trace in zip(RUNS, made.traces, strict=True):
        own = explorer.train(model, data, run.optimizer, lr=run.lr, epochs=20)
        assert np.array_equal(trace.points, own.points)
        assert np.array_equal(trace.epoch_loss, own.epoch_loss)


def test_a_look_at_a_point_gives_slope_and_curvature_of_all_rows():
    made = shown(LINE)
    X, y = line_data()
    x = X[:, 0]
    w, b = 0.3, -0.2
    off = w * x + b - y
    seen = probe(made.plan.landscape, made.plan.parameters, (w, b))
    assert seen.value == pytest.approx(mean_squares(w, b, x, y))
    assert seen.gradient == pytest.approx([2 * np.mean(off * x), 2 * np.mean(off)])
    bend = [[2 * np.mean(x * x), 2 * np.mean(x)], [2 * np.mean(x), 2.0]]
    assert seen.hessian == pytest.approx(np.array(bend), abs=1e-7)


@pytest.mark.parametrize("weight", [0.1, 0.5, 5.0])
def test_the_minimum_follows_an_l1_penalty(weight):
    made = shown(learnt(LINE, model="lasso", model_hyper=(("l1", weight),)))
    X, y = line_data()
    x = X[:, 0]  # standardised: mean 0, mean square 1
    pull = np.mean(x * y)
    soft = np.sign(pull) * max(abs(pull) - weight / 2, 0.0)
    assert made.plan.minima[0].x == pytest.approx((soft, y.mean()), abs=1e-6)


def test_pictures_are_coarse_at_once_and_refined():
    memory = answer.Memory()
    sizes = []
    for _ in range(4):
        made = shown(LINE, memory)
        sizes.append((made.field.z.shape[0], made.finer))
    assert sizes == [(33, True), (81, True), (161, False), (161, False)]


def test_sampling_ends_when_it_is_not_wanted_any_more():
    made = answer.answer(
        answer.Memory(), Request(LINE, Viewport(None, 90, 60)), lambda *_: None, lambda: True
    )
    assert made is None


def test_main_directions_explain_most_of_the_runs():
    made = shown(NET)
    assert made.study is not None
    plane = made.study.plane
    assert plane.kind == "pca"
    points = np.concatenate([t.points for t in made.study.traces])
    centred = points - points.mean(axis=0)
    total = (centred**2).sum()
    for axis, share in zip(plane.directions, plane.shares, strict=True):
        assert ((centred @ axis) ** 2).sum() / total == pytest.approx(share)
    for trace, flat, off in zip(made.study.traces, made.traces, made.study.off, strict=True):
        away = trace.points - plane.origin
        along = away @ plane.directions.T
        assert flat.points == pytest.approx(along)
        assert off == pytest.approx(np.linalg.norm(away - along @ plane.directions, axis=1))
    assert f"({100 * plane.shares[0]:.0f} %)" in plane.names[0]
    ends = ", ".join(
        f"{run.label} {number(float(off[-1]))}"
        for run, off in zip(made.plan.runs, made.study.off, strict=True)
    )
    assert made.plan.noted == (f"Ends off this plane: {ends}",)


def test_main_directions_are_there_of_a_run_that_diverges():
    runs = (Run("sgd", 0.1, hyper=(("weight_decay", 2000.0),)), Run("adam", 0.05, style=1))
    given = replace(LINE, runs=runs)
    result = shown(learnt(given, model="mlp", data="moons"))
    assert result.study is not None
    (far, _), plane = result.study.traces, result.study.plane
    assert np.abs(far.points).max() > 1e200
    assert 0 < plane.shares.sum() <= 1 + 1e-9
    assert np.isfinite(plane.origin).all()


@pytest.mark.parametrize("far", [1e154, 1e200, 1e308])
def test_the_error_of_a_run_that_diverges_has_no_end(far: float):
    found = of_outputs("regression", np.array([0.0, 1.0, 2.0]), np.full((3, 1), far), 0)
    assert found["mse"] == np.inf
    assert found["mae"] >= far


def test_the_plane_through_the_ends_of_runs_has_them_at_its_corners():
    runs = (*RUNS, Run("momentum", 0.05, style=2))
    made = shown(learnt(replace(NET, runs=runs), plane="ends"))
    ends = np.array([trace.points[-1] for trace in made.traces])
    assert ends == pytest.approx(np.array([[0, 0], [1, 0], [0, 1]]), abs=1e-9)
    made = shown(learnt(NET, plane="ends"))
    assert [tuple(t.points[-1].round(9)) for t in made.traces] == [(0, 0), (1, 0)]
    assert made.study is not None
    one, two = made.study.plane.directions
    assert one @ two == pytest.approx(0, abs=1e-9)


def test_what_is_said_of_runs_has_their_own_names():
    runs = (replace(RUNS[0], label="mine"), replace(RUNS[1], visible=False))
    made = shown(replace(NET, runs=runs))
    assert made.study is not None
    off = number(float(made.study.off[0][-1]))
    assert made.plan.noted == (f"Ends off this plane: mine {off}",)
    ends = shown(learnt(replace(NET, runs=runs), plane="ends"))
    assert ends.plan.landscape.axes[0] == "mine to Adam"


def test_the_plane_of_two_weights_shows_those_weights():
    made = shown(learnt(NET, plane="weights", weights=(5, 300)))
    assert made.study is not None
    for flat, trace in zip(made.traces, made.study.traces, strict=True):
        assert flat.points == pytest.approx(trace.points[:, [5, 300]])
    assert made.plan.landscape.axes == ("weight 1 [5]", "weight 2 [252]")


@pytest.mark.parametrize("kind", ["random", "hessian"])
def test_other_planes_go_through_the_end_of_the_first_run(kind):
    made = shown(learnt(NET, plane=kind, span=0.5))
    assert made.study is not None
    assert np.array_equal(made.study.plane.origin, made.study.traces[0].points[-1])
    assert made.plan.bounds == ((-0.5, 0.5), (-0.5, 0.5))
    plan, data = made.study.plans[0], explorer.data("moons")
    model = explorer.model("mlp")
    inner = replace(data, X=plan.X, y=data.y[plan.split.train])
    d1, d2 = made.study.plane.directions
    i, j = 3, 30
    theta = made.study.plane.origin + made.field.x[i] * d1 + made.field.y[j] * d2
    assert made.field.z[j, i] == pytest.approx(model.loss(theta, inner), rel=1e-10)


def test_the_map_of_one_batch_shows_that_batch():
    step = 7
    made = shown(replace(LINE, view=View(one_batch=True)), step=step)
    assert made.study is not None
    plan = made.study.plans[0]
    X, y = line_data()
    rows = plan.order[step * 32 : (step + 1) * 32]
    rows = rows[rows >= 0]
    at = made.field.x[4], made.field.y[9]
    alone = mean_squares(*at, X[rows, 0], y[rows])
    assert made.field.z[9, 4] == pytest.approx(alone)
    assert abs(alone - mean_squares(*at, X[:, 0], y)) > 1e-3
    assert f"the {rows.size} rows of step 8's batch, GD" in made.plan.noted[0]
    drawn = compose.map_plot(made.plan, made.field, made.levels, made.traces, step, View())
    assert made.plan.noted[0] in drawn.notes


def test_the_inspector_takes_the_steps_that_were_taken():
    made = shown(LINE)
    for run, trace in zip(made.plan.runs, made.traces, strict=True):
        step = Explained(made.plan, run, trace, 9).taken
        moved = [v for line, v in zip(step.lines, step.values, strict=True) if line.moves][-1]
        assert moved == pytest.approx(trace.points[9], abs=1e-12)


def test_predictions_are_those_at_the_cursor():
    made = shown(LINE)
    assert made.study is not None
    theta, _ = parameters_at(made.study.traces[1], 5)
    data = explorer.data("line")
    plan = made.study.plans[1]
    x = (data.X[:3, 0] - plan.scaling.shift[0]) / plan.scaling.scale[0]
    assert predictions(made.study, 1, 5, data.X[:3])[:, 0] == pytest.approx(theta[0] * x + theta[1])


def test_runs_may_have_batches_of_their_own():
    runs = tuple(Run("sgd", 0.05, batch=size, style=i) for i, size in enumerate((1, 32, 10**6)))
    made = shown(replace(LINE, runs=runs))
    assert [t.stop_step for t in made.traces] == [20 * 160, 20 * 5, 20]
    plot = compose.curve_plot(made.traces, made.plan, "loss", 0, True, made.plan.validation.epoch)
    ends = {s.x[-1] for s in plot.series}
    assert ends == {20.0}  # all by epochs
    for series, trace in zip(
        [s for s in plot.series if s.part == "train"], made.traces, strict=True
    ):
        assert series.y == pytest.approx(trace.epoch_loss)


def test_a_run_is_judged_by_all_rows_once_an_epoch():
    made = shown(LINE)
    trace, run = made.traces[0], made.plan.runs[0]
    drawn = compose.map_plot(made.plan, made.field, made.levels, made.traces, 12, View())
    assert run.epoch == 5
    assert drawn.paths[0].losses[-1] == trace.epoch_loss[2] == trace.loss_at(12, 5)
    X, y = line_data()
    w, b = trace.points[10]
    assert trace.epoch_loss[2] == pytest.approx(mean_squares(w, b, X[:, 0], y))
    (row, *_) = compose.legend(made.plan, made.traces, 12)
    assert row.loss == trace.epoch_loss[2]


def test_dear_losses_are_sampled_coarsely_first():
    assert stages(2 * 2 * 160) == (33, 81, 161)
    assert stages(2 * 2410 * 1437) == (9, 17, 33, 81)
    assert stages(1e12) == (9,)


def test_runs_may_start_as_another_initialisation_draws_it():
    runs = tuple(Run("sgd", 0.1, begin=(("init", kind),)) for kind in ("xavier", "he", "plain"))
    made = shown(replace(NET, runs=runs))
    assert made.study is not None
    data = explorer.data("moons")
    for run, trace in zip(runs, made.study.traces, strict=True):
        start = explorer.model("mlp", **dict(run.begin)).start(data)
        assert np.array_equal(trace.points[0], start)


def test_a_dragged_start_moves_only_the_runs():
    memory = answer.Memory()
    first = shown(LINE, memory)
    second = shown(learnt(LINE, start=(1.0, 0.5)), memory)
    assert second.plan.bounds == first.plan.bounds
    assert tuple(second.traces[0].points[0]) == (1.0, 0.5)
    assert tuple(second.plan.start) == (1.0, 0.5)


def test_scaling_changes_the_shape_of_the_bowl():
    def condition(scale: str) -> float:
        made = shown(learnt(LINE, data="diabetes", features=("bmi",), scale=scale))
        values = probe(made.plan.landscape, (), made.plan.minima[0].x).eigenvalues
        return float(values[-1] / values[0])

    assert condition("standard") == pytest.approx(1.0, abs=1e-6)
    assert condition("none") > 100  # features of diabetes have a mean square of 1/442


def test_a_map_passes_into_that_of_scaled_features():
    def bands(image: np.ndarray) -> np.ndarray:
        return (image >> 8 & 255).astype(float)  # viridis' green rises all the way

    raw = learnt(LINE, data="diabetes", features=("bmi",), scale="none")
    old, new = shown(raw), shown(learnt(raw, scale="standard"))
    assert passing.passes(old, new)
    pictures = [bands(picture.rgb) for picture in passing.between(old, new)]
    assert len(pictures) == passing.PICTURES
    ends = [bands(r.image.rgb[::2, ::2]) for r in (old, new)]  # type: ignore[union-attr]
    off = [[np.abs(p - end).mean() for p in pictures] for end in ends]
    assert off[0] == sorted(off[0])
    assert off[1] == sorted(off[1], reverse=True)
    assert off[0][0] < off[1][0]
    assert off[1][-1] < off[0][-1]


def test_other_changes_and_eyes_that_want_rest_get_the_next_map_at_once():
    raw = shown(learnt(LINE, scale="none"))
    scaled = shown(learnt(LINE, scale="standard"))
    assert passing.passes(raw, scaled)
    assert not passing.passes(None, scaled)
    assert not passing.passes(scaled, scaled)
    assert not passing.passes(raw, shown(learnt(LINE, scale="standard", epochs=3)))
    assert not passing.passes(shown(replace(LINE, learning=None)), scaled)
    still = replace(scaled, request=replace(scaled.request, motion=False))
    assert not passing.passes(raw, still)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "nowhere.csv"}, "nowhere.csv"),
        ({"data": "lines"}, "unknown data set 'lines'"),
        ({"model": "linear"}, "unknown model 'linear'"),
        ({"features": ("size",)}, "unknown column of line 'size'"),
        ({"plane": "flat"}, "unknown plane 'flat'"),
        ({"span": 0.0, "data": "moons", "model": "mlp"}, "span=0"),
        ({"weights": (3, 3), "plane": "weights", "data": "moons", "model": "mlp"}, "weights=3,3"),
        ({"weights": (0, 337), "plane": "weights", "data": "moons", "model": "mlp"}, "0 to 336"),
        ({"data": "moons"}, "linear_regression is for regression data"),
        ({"epochs": 0}, "epochs=0"),
        ({"batch": 0}, "batch_size=0"),
        ({"start": (1.0,)}, "start has 1 numbers"),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_line(changes, words):
    given = Request(learnt(LINE, **changes), Viewport(None, 90, 60))
    said = answer.answer(answer.Memory(), given, lambda *_: None, lambda: False)
    assert isinstance(said, str)
    assert "\n" not in said
    assert words in said


def test_a_session_keeps_a_training():
    learning = Learning(
        model="mlp", model_hyper=(("hidden", "8"),), data="moons", data_hyper=(("noise", 0.3),),
        epochs=7, patience=3, plane="weights", weights=(3, 9), start=(1.0, 2.0),
    )  # fmt: skip
    kept = replace(
        NET, learning=learning, runs=(Run("sgd", 0.1, batch=8, begin=(("init", "he"),)),)
    )
    assert loads(dumps(Session(kept))).experiment == kept
    document = json.loads(dumps(Session(kept)))
    document["experiment"]["learning"]["model"] = "oracle"
    read = loads(json.dumps(document))
    assert read.experiment.learning is None
    assert "unknown model 'oracle'" in read.messages[0]


def test_the_gradient_check_answers_by_block():
    found = gradient_check(NET)
    assert isinstance(found, dict)
    assert len(found) == 6  # weights and biases of three layers
    assert max(found.values()) < 1e-6
    said = gradient_check(learnt(LINE, data="moons"))
    assert isinstance(said, str)
    assert "linear_regression is for regression data" in said


def test_a_field_between_its_samples():
    x, y = np.linspace(-1, 2, 7), np.linspace(0, 1, 5)
    parabola = Field(x, y, x[None, :] ** 2 - 3 * y[:, None] * x[None, :])
    finer_x, finer_y = np.linspace(-1, 2, 40), np.linspace(0, 1, 33)
    expected = finer_x[None, :] ** 2 - 3 * finer_y[:, None] * finer_x[None, :]
    assert upsampled(parabola, finer_x, finer_y).z == pytest.approx(expected, abs=1e-12)
    slanted = Field(x, y, 2 * x[None, :] + y[:, None])
    assert at_points(slanted, np.array([[0.3, 0.2]])) == pytest.approx(0.8)
    assert np.isnan(at_points(slanted, np.array([[2.1, 0.2]]))).all()
    z = parabola.z.copy()
    z[-1, 0] = np.inf
    broken = Field(x, y, z)
    good = np.isfinite(upsampled(broken, finer_x, finer_y).z)
    assert good[:, finer_x > -0.5].all()
    assert not good[-1, 0]
