"""What is drawn of a model: lines, boundaries, components and tables against independent truths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from studies import at, trained

import explorer
from explorer.core import fitting, fitwords
from explorer.core.boundary import certainty, crossings, guess, margins, zero_line
from explorer.core.data import Data
from explorer.core.experiment import Run

OFF = {"validation": 0.0, "scale": "none", "epochs": 1}


def columns(key: str, *names: str) -> Data:
    """A data set with some of its features only."""
    data = explorer.data(key)
    return replace(data, X=data.X[:, [data.names.index(n) for n in names]].copy(), names=names)


def seen(study, run: int = 0, step: int = 10**9, cells: int = fitting.FINE):
    shown, judged = fitting.scene(study, run), fitting.judge(study, run, step)
    return shown, judged, fitting.fit(study, shown, run, step, judged, cells)


def test_the_fitted_line_is_that_of_least_squares() -> None:
    data = explorer.data("line", samples=80, slope=2.0, intercept=-1.0)
    study = trained("linear_regression", data, Run("sgd", 0.1), epochs=200, batch_size=80)
    shown, judged, made = seen(study)
    rows = study.plans[0].split.train
    slope, height = np.polyfit(data.X[rows, 0], data.y[rows], 1)
    assert shown.kind == "line"
    assert shown.names == ("x", "y")
    assert made.curve.shape == (120, 2)
    assert tuple(made.curve[[0, -1], 0]) == shown.bounds[0]
    assert made.curve[:, 1] == pytest.approx(slope * made.curve[:, 0] + height, abs=1e-9)
    off = data.y[rows] - (slope * data.X[rows, 0] + height)
    assert judged.metrics[0]["mse"] == pytest.approx(np.mean(off**2))


def test_the_cursor_is_heeded() -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 0.05), epochs=3)
    for step in (0, 4, 11):
        plan, (w, b) = study.plans[0], study.traces[0].points[step]
        _, _, made = seen(study, step=step)
        x = (made.curve[:, 0] - plan.scaling.shift[0]) / plan.scaling.scale[0]
        assert made.curve[:, 1] == pytest.approx(w * x + b)


def test_rows_are_those_of_the_table_training_first() -> None:
    study = trained("linear_regression", explorer.data("line", samples=50), epochs=1)
    shown = fitting.scene(study, 0)
    data, split = study.data, study.plans[0].split
    assert shown.total == 50
    assert shown.watched.tolist() == [False] * 40 + [True] * 10
    for place, row in zip(shown.points, [*split.train, *split.validation], strict=True):
        assert tuple(place) == (data.X[row, 0], data.y[row])


def test_the_boundary_of_a_linear_classifier_is_where_its_output_is_zero() -> None:
    data = explorer.data("moons", samples=60)
    w, b = np.array([1.3, -2.1]), 0.4
    shown, _, made = seen(at(trained("logistic_regression", data, **OFF), *w, b))
    assert shown.kind == "map"
    assert len(made.boundary) > 50
    assert np.abs(made.boundary @ w + b).max() < 1e-12
    (x0, x1), (y0, y1) = shown.bounds
    xs, ys = np.linspace(x0, x1, 60), np.linspace(y0, y1, 60)
    for i, j in ((0, 0), (59, 0), (31, 17), (8, 50)):
        assert made.guessed[i, j] == (w @ (xs[j], ys[i]) + b > 0)
    side = data.X[study_rows(data)] @ w + b > 0
    assert made.wrong.tolist() == (side != data.y[study_rows(data)]).tolist()


def study_rows(data: Data) -> np.ndarray:
    return trained("logistic_regression", data, **OFF).plans[0].split.train


def test_the_boundary_is_drawn_in_the_units_of_the_table() -> None:
    data = explorer.data("moons", samples=60)
    scaled = replace(data, X=data.X * (100.0, 0.01) + (7.0, -3.0))
    study = at(trained("logistic_regression", scaled, epochs=1), 1.0, 1.0, 0.0)
    _, _, made = seen(study)
    fit = study.plans[0].scaling
    assert np.abs(fit.apply(made.boundary.reshape(-1, 2)).sum(axis=1)).max() < 1e-9


def test_three_classes_meet_where_the_two_highest_outputs_are_equal() -> None:
    data = columns("iris", "petal length (cm)", "petal width (cm)")
    study = trained("softmax_regression", data, Run("adam", 0.1), epochs=20)
    _, _, made = seen(study)
    plan, theta = study.plans[0], study.traces[0].points[-1]
    W, b = theta[:6].reshape(3, 2), theta[6:]
    ends = made.boundary.reshape(-1, 2)
    top = np.sort(plan.scaling.apply(ends) @ W.T + b, axis=1)
    near = (top[:, 2] - top[:, 1]) < 1e-9
    # beside the point where three classes meet, a cell is not linear
    assert near.mean() > 0.9
    assert len(ends) > 100


def test_a_classifier_of_one_feature_has_a_threshold_and_a_curve() -> None:
    data = replace(explorer.data("moons"), X=explorer.data("moons").X[:, 1:].copy(), names=("b",))
    shown, _, made = seen(at(trained("logistic_regression", data, **OFF), -2.0, 0.5))
    assert shown.kind == "strip"
    assert made.boundary[:, :, 0].ravel() == pytest.approx([0.25, 0.25])
    assert made.curve[:, 1] == pytest.approx(1 / (1 + np.exp(2 * made.curve[:, 0] - 0.5)))


def test_a_support_vector_machine_is_given_no_probabilities() -> None:
    _, _, made = seen(trained("linear_svm", explorer.data("moons"), epochs=1))
    assert (made.sure == 1).all()


def test_more_features_are_shown_by_their_principal_components() -> None:
    data = explorer.data("iris")
    study = trained("softmax_regression", data, validation=0.0, epochs=2)
    shown, _, made = seen(study)
    # the published shares of iris, standardised: 72.96 % and 22.85 %
    assert shown.names == ("PC 1 (73 %)", "PC 2 (23 %)")
    X = study.plans[0].X
    _, _, turned = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    assert np.abs(shown.points) == pytest.approx(np.abs(X @ turned[:2].T), abs=1e-9)
    assert not made.boundary.size
    assert not made.guessed.size


def test_predictions_are_drawn_against_true_values() -> None:
    study = trained("linear_regression", explorer.data("diabetes"), Run("sgd", 0.05), epochs=5)
    shown, judged, made = seen(study)
    assert shown.names == ("true progression", "predicted progression")
    assert made.points[:, 0] == pytest.approx(shown.points[:, 0])
    trains = len(study.plans[0].X)
    assert made.points[:trains, 1] == pytest.approx(judged.outputs[0][:, 0])
    again = fitting.scene(study, 0)
    assert again.bounds == shown.bounds
    assert shown.bounds[1][0] < 0  # the first predictions, all 0


def test_a_confusion_matrix_counted_by_hand() -> None:
    X = np.array([[-2.0], [-1.0], [1.0], [2.0], [3.0], [4.0]])
    data = Data(X, np.array([0, 1, 1, 0, 1, 0]), ("x",), "binary", ("no", "yes"))
    study = at(trained("logistic_regression", data, **OFF), 1.0, 0.0)
    judged = fitting.judge(study, 0, 0)
    # no: -2 right, 2 and 4 wrong; yes: -1 wrong, 1 and 3 right
    assert judged.confusion[0].tolist() == [[1, 2], [1, 2]]
    assert judged.metrics[0]["accuracy"] == 0.5
    assert judged.metrics[0]["precision"] == 0.5
    assert judged.metrics[0]["recall"] == pytest.approx(2 / 3)
    assert judged.metrics[1] == {}
    assert judged.confusion[1].sum() == 0


def test_very_many_rows_are_sampled_in_proportion_and_alike() -> None:
    study = trained("linear_regression", explorer.data("line", samples=30_000), epochs=1)
    shown, again = fitting.scene(study, 0), fitting.scene(study, 0)
    assert shown.total == 30_000
    assert len(shown.points) == 2_000
    assert shown.watched.sum() == 400
    assert (shown.points == again.points).all()
    judged = fitting.judge(study, 0, 0)
    assert [len(part) for part in judged.outputs] == [20_000, 6_000]
    made = fitting.fit(study, shown, 0, 0, judged, 30)
    assert made.points.shape == (2_000, 2)


def test_a_diverged_run_is_shown_as_it_last_was_finite() -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 1e4), epochs=60)
    assert study.traces[0].stop_reason == "diverged"
    shown, judged, made = seen(study)
    assert np.isfinite(judged.outputs[0]).all()
    assert fitwords.words(shown, made, ())
    assert fitting.outside(shown, made) == 0  # rows stay where they are, the line leaves


def test_rows_off_the_picture_are_counted() -> None:
    study = trained("linear_regression", explorer.data("diabetes"), Run("sgd", 0.05), epochs=1)
    shown, _, made = seen(study)
    assert fitting.outside(shown, made) == 0
    far = replace(made, points=made.points + np.array([0.0, 1e4]))
    assert fitting.outside(shown, far) == len(made.points)


def test_a_circle_is_traced() -> None:
    xs = np.linspace(-1.5, 1.5, 61)
    values = 1.0 - xs[None] ** 2 - xs[:, None] ** 2
    pieces = zero_line(xs, xs, values)
    assert np.hypot(*pieces.reshape(-1, 2).T) == pytest.approx(1.0, abs=1e-3)
    length = np.hypot(*(pieces[:, 0] - pieces[:, 1]).T).sum()
    assert length == pytest.approx(2 * np.pi, rel=2e-3)


def test_what_is_not_finite_has_no_line() -> None:
    values = np.array([[np.nan, 1.0], [1.0, -1.0]])
    assert len(zero_line(np.arange(2.0), np.arange(2.0), values)) == 0
    assert not crossings(np.arange(3.0), np.array([1.0, np.nan, -1.0])).size


def test_crossings_are_between_their_points() -> None:
    assert crossings(np.array([0.0, 1.0, 3.0]), np.array([-1.0, 3.0, -1.0])).tolist() == [0.25, 2.5]


def test_outputs_speak_for_a_class() -> None:
    assert guess(np.array([[0.1], [-0.1], [0.0]])).tolist() == [1, 0, 0]
    assert guess(np.array([[0.0, 2.0, 1.0]])).tolist() == [1]
    assert [m.tolist() for m in margins(np.array([[1.0, 4.0, 2.0]]))] == [[-3.0], [2.0]]


def test_certainty_runs_from_chance_to_one() -> None:
    assert certainty(np.array([[0.0], [np.log(3.0)], [1e9]])).tolist() == pytest.approx([0, 0.5, 1])
    even, half, full = np.zeros(3), np.log([4.0, 1.0, 1.0]), np.array([0.0, 1e9, 0.0])
    # p = 2/3, so (2/3 - 1/3) / (2/3) = 1/2
    assert certainty(np.array([even, half, full])).tolist() == pytest.approx([0, 0.5, 1])
