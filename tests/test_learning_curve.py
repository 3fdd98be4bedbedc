"""Learning curves: the engine against losses found otherwise, what they say, and their panel."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import frame, run
from PySide6.QtWidgets import QApplication
from test_window import close, open_window, settled

import explorer
from explorer.core import trainable
from explorer.core.experiment import Experiment, Learning, Rate, Run
from explorer.core.learncurve import LearningCurve, mean, sentence, spread
from explorer.core.style import style
from explorer.core.training import TrainPlan, choose, resolve
from explorer.engine.learning_curve import learning_curve, on_parts, shuffled, spaced
from explorer.gui.launch import Launch
from explorer.views._learnparts import Header
from explorer.views.learning_curve import NO_MODEL, NO_ROWS, SPEC, LearningCurveView
from explorer.widgets import fonts
from explorer.widgets.chips import run_colour
from explorer.widgets.stylesheet import palette
from explorer.widgets.theme import DARK, LIGHT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.core.data import Split
    from explorer.views.base import Frame

LINE = Experiment("himmelblau", (0.0, 0.0), (Run("sgd", 0.1),), learning=Learning())


def made(experiment: Experiment, at: int = 0) -> LearningCurve:
    curve = learning_curve(experiment, at, lambda *_: None, lambda: False)
    assert isinstance(curve, LearningCurve), curve
    return curve


def learnt(experiment: Experiment = LINE, **changes: Any) -> Experiment:
    assert experiment.learning is not None
    return replace(experiment, learning=replace(experiment.learning, **changes))


def curve_of(
    train: list[float], watched: list[float], rows: tuple[int, ...] = (10, 20, 40, 80), level=1.0
) -> LearningCurve:
    return LearningCurve(np.array(rows), np.c_[train, train], np.c_[watched, watched], level)


# --- the engine -----------------------------------------------------------------------------


def test_converged_losses_are_those_of_least_squares_on_the_same_rows():
    data = explorer.data("line", samples=40)
    spec, chosen = choose("linear_regression", {})
    plans: list[TrainPlan] = []

    def plan_for(run: Run, parts: Split | None) -> TrainPlan:
        how = {"batch_size": 1000, "epochs": 3000, "parts": parts, "seed": 5}
        plans.append(resolve(spec, chosen, data, run, **how))  # type: ignore[arg-type]
        return plans[-1]

    curve = on_parts(plan_for, Run("sgd", 0.3), sizes=5, repeats=2)
    full, *parts = plans
    assert curve.rows.tolist() == sorted({len(p.split.train) for p in plans})
    held = full.split.validation
    for first, second in pairwise(parts):
        a, b = set(first.split.train), set(second.split.train)
        assert a < b or len(b) == 2  # parts grow, and begin anew
    for plan in (full, *parts):
        rows = plan.split.train
        assert set(rows) <= set(full.split.train)
        assert np.array_equal(plan.split.validation, held)
        # an affine scaling changes nothing of what a line can fit
        A = np.c_[data.X[rows], np.ones(len(rows))]
        line = np.linalg.lstsq(A, data.y[rows], rcond=None)[0]
        fitted = np.mean((A @ line - data.y[rows]) ** 2)
        judged = np.mean((np.c_[data.X[held], np.ones(len(held))] @ line - data.y[held]) ** 2)
        i = curve.rows.tolist().index(len(rows))
        assert np.abs(curve.train[i] - fitted).min() < 1e-6
        assert np.abs(curve.validation[i] - judged).min() < 1e-6


@pytest.mark.parametrize("how", [{}, {"patience": 2}, {"patience": 2, "restore_best": False}])
def test_with_all_rows_it_is_the_training_itself(how):
    model, data = explorer.model("mlp", hidden=(8,)), explorer.data("moons", noise=0.4, samples=80)
    how = {"epochs": 30, "lr": 0.05, "seed": 3, "batch_size": 8, "beta1": 0.8, **how}
    curve = explorer.learning_curve(model, data, "adam", sizes=3, repeats=2, **how)
    trace = explorer.train(model, data, "adam", **how)
    kept = how.get("patience") and how.get("restore_best", True)
    epoch = trace.best_epoch if kept else trace.stop_epoch
    if how.get("patience"):
        assert trace.best_epoch < trace.stop_epoch < 30
    assert curve.rows[-1] == 64
    assert (curve.train[-1] == trace.epoch_loss[epoch]).all()
    assert (curve.validation[-1] == trace.validation_loss[epoch]).all()


def test_the_window_and_python_make_the_same_curve():
    runs = (Run("sgd", 0.1), Run("adam", 0.05, batch=16, rate=Rate("cosine", every=10)))
    curve = made(replace(LINE, runs=runs, seed=2), 1)
    own = explorer.learning_curve(
        explorer.model("linear_regression"), explorer.data("line", seed=2), "adam",
        lr=0.05, batch_size=16, epochs=20, schedule="cosine", every=10, seed=2,
    )  # fmt: skip
    assert np.array_equal(curve.rows, own.rows)
    assert np.array_equal(curve.train, own.train)
    assert np.array_equal(curve.validation, own.validation)
    assert curve.train.shape == curve.validation.shape == (8, 3)
    assert curve.level == pytest.approx(np.var(resolved(LINE, seed=2).y))


def resolved(experiment: Experiment, seed: int) -> TrainPlan:
    learning = experiment.learning
    assert learning is not None
    data = explorer.data(learning.data, seed=seed)
    return resolve(*choose(learning.model, {}), data, experiment.runs[0], seed=seed)


def test_a_schedule_that_moves_once_an_epoch_does_so_with_fewer_rows():
    spec, chosen = choose("linear_regression", {})
    plans: list[TrainPlan] = []

    def plan_for(run: Run, parts: Split | None) -> TrainPlan:
        data = explorer.data("line")
        plans.append(resolve(spec, chosen, data, run, batch_size=16, epochs=4, parts=parts))
        return plans[-1]

    rate = Rate("exponential", (("gamma", 0.5),), every=10)
    on_parts(plan_for, Run("sgd", 0.1, rate=rate), sizes=4, repeats=1)
    for plan in (p for p in plans if len(np.unique(p.run.rates)) == 4):
        assert plan.run.rates[:: plan.per_epoch] == pytest.approx([0.1, 0.05, 0.025, 0.0125])
    assert {len(p.X) for p in plans if len(np.unique(p.run.rates)) == 4} == {2, 9, 37, 160}


@pytest.mark.parametrize("data", ["line", "moons", "iris", "digits"])
def test_sizes_grow_by_equal_factors_from_a_row_of_each_class(data):
    table = explorer.data(data)
    model = {"line": "linear_regression"}.get(data, "softmax_regression")
    plan = resolve(*choose(model, {}), table, Run("sgd", 0.1))
    rows = spaced(plan, 8)
    assert rows[0] == max(2, len(table.classes))
    assert rows[-1] == len(plan.X)
    assert len(rows) == 8
    assert np.diff(np.log(rows), 2) == pytest.approx(0, abs=0.7)
    for repeat in range(3):
        order = shuffled(table, plan.split.train, 0, repeat)
        assert sorted(order) == sorted(plan.split.train)
        if table.classes:
            assert len(set(table.y[order[: rows[0]]])) == len(table.classes)
    first, second = (shuffled(table, plan.split.train, 0, k) for k in (0, 1))
    assert not np.array_equal(first, second)


def test_few_rows_make_few_sizes():
    curve = made(learnt(data_hyper=(("samples", 5.0),)))
    assert curve.rows.tolist() == [2, 3, 4]
    curve = made(learnt(data_hyper=(("samples", 2.0),), validation=0.5))
    assert curve.rows.tolist() == [1]
    assert curve.trainings == 1


def test_progress_ends_where_it_says_and_it_can_be_given_up():
    told: list[tuple[int, int]] = []
    learning_curve(LINE, 0, lambda *now: told.append(now), lambda: False)
    assert told == sorted(told)
    assert told[-1] == (told[0][1], told[0][1])
    assert len({done for done, _ in told}) == 22
    count = len(told)

    def enough() -> bool:
        return len(told) >= count + 5

    assert learning_curve(LINE, 0, lambda *now: told.append(now), enough) is None
    assert len(told) < count + 8


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (replace(LINE, learning=None), "needs a model"),
        (replace(LINE, runs=()), "needs a model, data and an optimizer"),
        (learnt(validation=0.0), "Hold out rows"),
        (learnt(data="moons"), "linear_regression is for regression data"),
        (learnt(data="nowhere.csv"), "nowhere.csv"),
    ],
)
def test_why_there_is_none_is_said_in_a_line(experiment, words):
    said = learning_curve(experiment, 0, lambda *_: None, lambda: False)
    assert isinstance(said, str)
    assert words in said
    assert "\n" not in said


def test_python_refuses_what_train_refuses():
    model, data = explorer.model("linear_regression"), explorer.data("line")
    for how, words in (
        ({"sizes": 0}, "sizes=0"),
        ({"validation": 0}, "Hold out rows"),
        ({"wrong": 1}, "wrong"),
    ):
        with pytest.raises(explorer.InputError, match=words):
            explorer.learning_curve(model, data, "sgd", **how)


def test_what_diverged_is_left_out():
    curve = made(replace(learnt(data="diabetes", batch=5, epochs=60), runs=(Run("sgd", 0.35),)))
    lost = np.isnan(curve.train)
    assert (np.isnan(curve.validation) == lost).all()
    assert curve.lost == lost[:-1].sum() + lost[-1, 0] > 0
    assert sentence(curve).startswith("Diverging: training with all 354 rows")


# --- what it says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("train", "watched", "words"),
    [
        # both high and close
        ([0.4, 0.5, 0.6, 0.65], [2.0, 1.0, 0.8, 0.7], ("High bias:", "65 %", "70 %", "0.65")),
        # a wide gap that narrows
        ([0, 0.01, 0.02, 0.05], [2.0, 1.5, 0.9, 0.5],
         ("High variance:", "0.45 above", "with 40 it was 0.88", "still narrows", "More rows")),
        # and one that does not
        ([0, 0.01, 0.02, 0.05], [2.0, 0.6, 0.5, 0.5],
         ("High variance:", "0.45 above", "with 40 it was 0.48", "hardly narrows", "simpler")),
        # close and low
        ([0, 0.01, 0.1, 0.15], [2.0, 0.6, 0.3, 0.2],
         ("Enough data:", "0.15", "0.2 ", "With 40 validation loss was 0.3")),
        # a gap counts against the baseline, whichever way it goes
        ([0.3, 0.3, 0.3, 0.3], [0.1, 0.1, 0.1, 0.1], ("Enough data:",)),
        ([1.2, 1.2, 1.2, 1.1], [1.2, 1.2, 1.2, 1.2], ("Not learning:", "1.1", "below the 1 of")),
        ([0.1, 0.1, 0.1, np.nan], [0.1, 0.1, 0.1, np.nan], ("Diverging:", "all 80 rows")),
    ],
)  # fmt: skip
def test_the_sentence_and_its_numbers(train, watched, words):
    said = sentence(curve_of(train, watched))
    assert said.startswith(words[0])
    assert "all 80 rows" in said
    for word in words[1:]:
        assert word in said


def test_the_sentence_depends_on_the_baseline_alone():
    train, watched = [0.1, 0.2, 0.3, 0.3], [2.0, 1.5, 0.9, 0.36]
    assert sentence(curve_of(train, watched, level=1.0)).startswith("Enough data")
    assert sentence(curve_of(train, watched, level=0.59)).startswith("High variance")
    train[3], watched[3] = 0.3, 0.31
    assert sentence(curve_of(train, watched, level=0.59)).startswith("High bias")


def test_it_is_compared_with_about_half_the_rows():
    losses = [0.4, 0.3, 0.2, 0.1]
    assert "With 20 " in sentence(curve_of(losses, losses, (10, 20, 40, 50)))
    assert "With 30 " in sentence(curve_of(losses, losses, (10, 20, 30, 50)))


def test_lost_trainings_are_counted_and_means_are_of_the_others():
    train = np.array([[0.1, np.nan], [np.nan, np.nan], [0.2, 0.2]])
    curve = LearningCurve(np.array([2, 4, 8]), train, train + 0.01, 1.0)
    assert (curve.trainings, curve.lost) == (5, 3)
    assert mean(train) == pytest.approx([0.1, np.nan, 0.2], nan_ok=True)
    assert spread(train)[0] == pytest.approx([0.1, np.nan, 0.2], nan_ok=True)
    assert "3 of 5 trainings diverged and are left out." in sentence(curve)
    assert "With 2" in sentence(curve)  # with 4 there is nothing
    one = LearningCurve(np.array([8]), np.array([[0.1]]), np.array([[0.9]]), 1.0)
    assert sentence(one).endswith("above the training loss 0.1.")


def test_a_real_shortage_of_rows_and_of_model_are_told_apart():
    few = explorer.data("digits")
    few = replace(few, X=few.X[:150], y=few.y[:150])
    softmax = explorer.model("softmax_regression")
    curve = explorer.learning_curve(softmax, few, "adam", lr=0.05, epochs=40, sizes=5, repeats=2)
    assert sentence(curve).startswith("High variance")
    spirals = explorer.data("spirals", noise=0.05, samples=400)
    logistic = explorer.model("logistic_regression")
    curve = explorer.learning_curve(logistic, spirals, "adam", lr=0.05, sizes=5, repeats=2)
    assert sentence(curve).startswith("High bias")


# --- the panel ------------------------------------------------------------------------------

FAST = curve_of([0.1, 0.2, 0.25, 0.3], [2.0, 1.0, 0.6, 0.35], (4, 16, 40, 160))


def framed(experiment: Experiment = LINE, **changes: Any) -> Frame:
    """A frame whose plan has the right runs; of a study only that there is one counts."""
    runs = (run(each.optimizer, each.lr, each.style) for each in experiment.runs)
    given = frame("himmelblau", (1.0, 1.0), *runs, steps=3)
    study: Any = object() if experiment.learning else None
    return replace(given, experiment=experiment, study=study, **changes)


def shown(qtbot: QtBot, given: Frame, size: tuple[int, int] = (700, 170)) -> LearningCurveView:
    view = SPEC.make()
    assert isinstance(view, LearningCurveView)
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.setFont(fonts.font())
    view.header().setFont(fonts.font())
    view.setPalette(palette(given.theme))
    view.prepare()
    view.build()
    view.resize(*size)
    view.header().resize(size[0] - 120, 32)
    view.show()
    view.header().show()
    qtbot.waitExposed(view)
    view.show_frame(None, given)
    QApplication.processEvents()
    return view


def with_curve(qtbot: QtBot, given: Frame, curve: LearningCurve = FAST, **how: Any):
    view = shown(qtbot, given, **how)
    view.offer.button.click()
    view.show_curve(curve)
    for _ in range(3):
        QApplication.processEvents()
    view.grab()
    return view


def test_without_a_model_or_rows_to_judge_by_it_says_so(qtbot: QtBot) -> None:
    view = shown(qtbot, framed(replace(LINE, learning=None)))
    assert view.offer.hint.text() == NO_MODEL == view.describe()
    assert not view.offer.button.isVisible()
    assert not view.head.button.isVisible()
    view.show_frame(None, framed(learnt(validation=0.0)))
    assert view.offer.hint.text() == NO_ROWS
    assert not view.offer.button.isVisible()
    view.show_frame(None, framed(replace(LINE, runs=())))
    assert "Add an optimizer" in view.offer.hint.text()
    view.show_frame(None, framed())
    assert "GD is trained anew" in view.offer.hint.text()
    assert view.offer.button.isEnabled()


def test_a_press_asks_once_and_the_answer_is_shown(qtbot: QtBot) -> None:
    two = replace(LINE, runs=(*LINE.runs, Run("adam", 0.05, style=3)))
    view = shown(qtbot, framed(two, selected=1))
    with qtbot.waitSignal(view.curve_wanted) as said:
        view.offer.button.click()
    assert said.args == [two, 1]
    assert not view.offer.button.isEnabled()
    assert view.offer.button.text() == "Training…"
    assert "Adam is being trained" in view.accessibleDescription()
    view.show_curve(FAST)
    assert view.plot is not None
    assert view.plot.isVisible()
    assert not view.offer.isVisible()
    assert sentence(FAST) in view.words.accessibleDescription()
    assert "160 rows: training 0.3, validation 0.35" in view.describe()
    # given up: all is as it was
    with qtbot.waitSignal(view.curve_wanted):
        view.head.button.click()
    assert not view.head.button.isEnabled()
    view.show_curve(None)
    assert view.head.button.isEnabled()
    assert view.curve is FAST


def test_why_there_is_none_is_shown(qtbot: QtBot) -> None:
    view = shown(qtbot, framed())
    view.offer.button.click()
    with qtbot.waitSignal(view.said) as said:
        view.show_curve("Some rows are missing.")
    assert said.args == ["Some rows are missing."]
    assert view.offer.hint.text() == "Some rows are missing."
    assert view.offer.button.isEnabled()


@pytest.mark.parametrize(
    "other",
    [
        {"experiment": learnt(epochs=7)},
        {"experiment": replace(LINE, seed=4)},
        {"experiment": replace(LINE, runs=(Run("sgd", 0.2),))},
        {"experiment": replace(LINE, runs=(*LINE.runs, Run("adam", 0.1))), "selected": 1},
    ],
)
def test_a_curve_of_earlier_settings_stays_and_is_marked(qtbot: QtBot, other) -> None:
    view = with_curve(qtbot, framed())
    assert "earlier" not in view.words.text()
    view.show_frame(None, framed(**other))
    assert view.plot.isVisible()
    assert "GD, of earlier settings." in view.words.text()
    assert "of earlier settings" in view.describe()
    assert view.head.button.isEnabled()
    view.show_frame(None, framed())
    assert "earlier" not in view.words.text()
    # what is only looked at otherwise is no other curve
    view.show_frame(None, framed(learnt(plane="random", span=2.0)))
    assert "earlier" not in view.words.text()
    view.show_frame(None, framed(learnt(validation=0.0)))
    assert view.offer.hint.text() == NO_ROWS
    assert view.offer.isVisible()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_lines_have_the_means_and_the_runs_colour(qtbot: QtBot, theme) -> None:
    given = framed(replace(LINE, runs=(Run("sgd", 0.1, style=3),)), theme=theme)
    spreads = FAST.validation * [0.9, 1.1]
    view = with_curve(qtbot, given, replace(FAST, validation=spreads))
    plot = view.plot
    for line, values in zip(plot.lines, (FAST.train, FAST.validation), strict=True):
        x, y = line.getData()
        assert x == pytest.approx(np.log10(FAST.rows))  # two decades
        assert y == pytest.approx(values[:, 0])
        assert line.opts["pen"].color().name().upper() == run_colour(style(3), theme)
    widths = [line.opts["pen"].widthF() for line in plot.lines]
    assert widths[0] < widths[1]
    assert plot.lines[0].opts["pen"].dashPattern()
    edge = {(round(p.x(), 6), round(p.y(), 6)) for p in plot.bands[1].polygon()}
    wanted = {
        (round(float(np.log10(n)), 6), round(v, 6))
        for n, row in zip(FAST.rows, spreads.tolist(), strict=True)
        for v in row
    }
    assert edge == wanted
    # the colours that others share are as they were
    assert plot.dots[1].opts["brush"].color().alpha() == 255


def test_rows_within_a_decade_are_on_a_linear_axis(qtbot: QtBot) -> None:
    near = replace(FAST, rows=np.array([20, 40, 80, 160]))
    view = with_curve(qtbot, framed(), near)
    plot = view.plot
    assert plot.x.tolist() == [20, 40, 80, 160]
    assert [text for _, text in plot.bottom.numbers] == ["20", "40", "80", "160"]
    assert plot.bottom.unit == "rows"
    assert plot.left.title == "loss"


def test_a_steep_curve_is_on_a_logarithmic_axis(qtbot: QtBot) -> None:
    steep = curve_of([0, 0.001, 0.02, 0.03], [90.0, 2.0, 0.1, 0.05])
    view = with_curve(qtbot, framed(), steep)
    plot = view.plot
    assert plot.left.log
    low, high = plot.getViewBox().viewRange()[1]
    assert low == pytest.approx(np.log10(0.003))
    assert high > np.log10(90.0)
    lost = curve_of([0.1, np.nan, np.nan, np.nan], [0.1, np.nan, np.nan, np.nan])
    nothing = curve_of([np.nan] * 4, [np.nan] * 4)
    one = LearningCurve(np.array([4]), np.array([[0.1]]), np.array([[0.2]]), 1.0)
    for other in (lost, nothing, one):
        plot.show_curve(other, plot._shown[1])
        plot.grab()


def test_the_pointer_reads_a_size(qtbot: QtBot) -> None:
    view = with_curve(qtbot, framed())
    plot = view.plot
    box = plot.getViewBox().sceneBoundingRect()
    plot._hover(plot.mapFromScene(box.center().x(), box.center().y()))
    assert plot.readout.isVisible()
    assert plot.readout.text() == "16 rows; training 0.2; validation 1"
    plot._hover(plot.mapFromScene(1.0, 1.0))
    assert not plot.readout.isVisible()


@pytest.mark.parametrize("size", [(700, 170), (600, 250)])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_nothing_is_cut_off(qtbot: QtBot, size, theme) -> None:
    long = curve_of([0, 0.01, 0.02, 0.05], [2.0, 0.6, 0.5, 0.5], (10, 400, 1200, 12000))
    given = framed(theme=theme)
    view = with_curve(qtbot, given, long, size=size)
    view.show_frame(None, framed(replace(LINE, seed=9), theme=theme))
    for _ in range(3):
        QApplication.processEvents()
    words, plot = view.words, view.plot
    assert (view.width(), view.height()) == size
    assert words.hasHeightForWidth()
    assert words.font().pointSizeF() >= fonts.points(10.0)
    assert words.height() >= words.heightForWidth(words.width())
    assert plot.geometry().bottom() < words.geometry().top()
    assert words.geometry().bottom() <= view.height()
    assert plot.getViewBox().sceneBoundingRect().height() > 50
    assert [item.word for item in view.head.key.shown()][:2] == ["training", "validation"]


def test_the_legend_leaves_out_last_what_matters_most(qtbot: QtBot) -> None:
    head = Header()
    qtbot.addWidget(head)
    head.setFont(fonts.font())
    head.show_parts(True)
    counts = []
    for wide in (600, 330, 220, 110):
        head.resize(wide, 32)
        head.show()
        QApplication.processEvents()
        counts.append(len(head.key.shown()))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 3
    assert counts[-1] == 0


def test_every_control_says_what_it_does(qtbot: QtBot) -> None:
    view = with_curve(qtbot, framed())
    for part in (view, view.plot, view.words, view.head.button, view.offer.button, view.head.key):
        assert part.accessibleName()
    for part in (view.head.button, view.offer.button, view.head.key):
        assert len(part.toolTip()) > 20
    assert view.accessibleDescription() == view.describe()
    assert view.plot.accessibleDescription() == sentence(FAST)


# --- in the window --------------------------------------------------------------------------


def test_in_the_window_it_is_made_on_demand_and_given_up(qtbot: QtBot, qapp: QApplication) -> None:
    launch = open_window(Launch(qapp, None, None, "light"), qtbot)
    try:
        window = launch.window
        window.store.edit(trainable.turned_on(window.store.experiment), "Train")
        settled(window, qtbot)
        docks = window.arrangement.docks
        qtbot.waitUntil(lambda: not docks["curves"].visibleRegion().isEmpty(), timeout=5000)
        docks["learning_curve"].raise_()
        view: Any = window.views["learning_curve"]
        qtbot.waitUntil(lambda: view.offer.button.isVisible(), timeout=10_000)
        view.offer.button.click()
        qtbot.waitUntil(lambda: view.curve is not None, timeout=30_000)
        experiment, at = window.store.experiment, window.frame.selected
        assert np.array_equal(view.curve.validation, made(experiment, at).validation)
        assert window.worker._curve is None
        # one that takes seconds, then other settings
        long = learnt(experiment, epochs=3000, batch=1)
        window.store.edit(long, "Long")
        qtbot.waitUntil(lambda: view._frame.experiment is long, timeout=5000)
        before = view.curve
        view.head.button.click()
        job = window.worker._curve
        window.store.look(replace(long.view, levels="log"))
        assert not job.cancelled
        window.store.edit(learnt(experiment, epochs=3), "Short")
        assert job.cancelled
        qtbot.waitUntil(lambda: view.head.button.isEnabled(), timeout=30_000)
        assert view.curve is before
        # and one that is under way when the window closes
        settled(window, qtbot)
        window.worker.make_curve(view.show_curve, long, 0)
        job = window.worker._curve
    finally:
        close(launch)
    assert job.cancelled
    assert not job.thread.is_alive()
