"""The model dock: every control changes the experiment as it says, and none asks the impossible."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from explorer.core import trainable, training
from explorer.core.catalog import catalog
from explorer.core.data import is_file
from explorer.core.datafile import read_table
from explorer.core.datahead import head
from explorer.core.defaults import DEFAULT_OPTIMIZERS, experiment, rate_for
from explorer.core.experiment import Experiment, Learning, Run
from explorer.views.base import Frame
from explorer.views.model import SPEC, ModelPanel
from explorer.widgets.choicerow import ChoiceRow
from explorer.widgets.datasettings import OPEN
from explorer.widgets.fieldrow import WordRow
from explorer.widgets.theme import LIGHT

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
DATA, MODELS = list(catalog().datasets), list(catalog().models)


def resolved(asked: Experiment) -> list[training.TrainPlan]:
    """The plan of every run: raises InputError where one cannot be trained."""
    learning = asked.learning
    given = dict(learning.data_hyper)
    if is_file(learning.data):
        data = read_table(learning.data, **given)
    else:
        data = catalog().dataset(learning.data).make(seed=asked.seed, **given)
    if learning.features:
        columns = [data.names.index(name) for name in learning.features]
        data = replace(data, X=data.X[:, columns], names=learning.features)
    return [
        training.resolve(
            *training.choose(learning.model, dict(learning.model_hyper)),
            data,
            run,
            batch_size=run.batch or learning.batch,
            epochs=learning.epochs,
            validation=learning.validation,
            patience=learning.patience or None,
            min_delta=learning.min_delta,
            scale=learning.scale,
            drop_last=learning.drop_last,
            seed=asked.seed,
            start=learning.start or None,
        )
        for run in asked.runs
    ]


def on(learning: Learning | None = None, **fields) -> Experiment:
    return trainable.turned_on(experiment("himmelblau"), replace(learning or Learning(), **fields))


@pytest.fixture
def panel(qtbot):
    view = SPEC.make()
    view.resize(312, 700)
    qtbot.addWidget(view)
    view.show_frame(None, Frame(experiment("himmelblau"), LIGHT))
    with qtbot.waitExposed(view):
        view.show()
        view.activateWindow()
    yield view
    view.release()


def show(view: ModelPanel, new: Experiment, **how) -> None:
    view.show_frame(None, Frame(new, LIGHT, **how))
    for fold in view.folds.values():
        fold.set_open(True)
    QApplication.processEvents()


def choose(row: ChoiceRow, key: str) -> None:
    """Choose as a person does from the list, whether or not there are buttons."""
    assert key in [k for k, _, _ in row.options()]
    row.combo.setCurrentIndex(row.combo.findData(key))
    row.combo.activated.emit(row.combo.currentIndex())


def type_into(row, text: str) -> None:
    field = row.edit if isinstance(row, WordRow) else row.box
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, KEY.Key_Return)


def edit(qtbot, view: ModelPanel, name: str, value: str) -> Experiment:
    """Set a row, and return what it asked for, which can be trained."""
    row = view.rows()[name]
    with qtbot.waitSignal(view.edited) as said:
        if isinstance(row, ChoiceRow):
            choose(row, value)
        elif value in ("on", "off"):
            assert row.choice.isChecked() == (value == "off")
            row.choice.click()
        else:
            type_into(row, value)
    new, words, key = said.args
    resolved(new)
    assert words
    assert key
    return new


# --- on and off -----------------------------------------------------------------------------


def test_it_is_a_sentence_until_a_model_is_asked_for(qtbot, panel):
    assert panel.hint.isVisible()
    assert not panel._body.isVisible()
    before = replace(
        experiment("himmelblau"),
        view=replace(experiment("himmelblau").view, bounds=((0.0, 1.0), (0.0, 1.0))),
    )
    show(panel, before)
    left = panel.surface.buttons.rects()[1]
    with qtbot.waitSignal(panel.edited) as said:
        QTest.mouseClick(panel.surface.buttons, LEFT, pos=left.center().toPoint())
    new = said.args[0]
    assert said.args[1:] == ["Train a model on data", "learning:on"]
    assert new.learning == Learning()
    assert (new.learning.data, new.learning.model) == ("line", "linear_regression")
    assert new.view.bounds is None
    assert [run.lr for run in new.runs] == [0.1, 0.02, 0.01, 0.01]
    assert new.landscape == before.landscape
    resolved(new)
    assert not panel.hint.isVisible()
    assert panel._body.isVisible()


def test_off_gives_the_landscapes_rates_back_and_on_the_last_model(qtbot, panel):
    last = on(data="moons", model="mlp", epochs=7)
    show(panel, last)
    with qtbot.waitSignal(panel.edited) as said:
        choose(panel.surface, "landscape")
    off = said.args[0]
    assert off.learning is None
    assert [run.lr for run in off.runs] == [
        rate_for("himmelblau", run.optimizer) for run in off.runs
    ]
    with qtbot.waitSignal(panel.edited) as said:
        choose(panel.surface, "model")
    assert said.args[0].learning == last.learning


def test_optimizers_that_need_second_derivatives_go(qtbot, panel):
    some = replace(experiment("himmelblau"), runs=(Run("newton", 1.0), Run("adam", 0.1, style=3)))
    show(panel, some)
    with qtbot.waitSignal(panel.edited) as said:
        choose(panel.surface, "model")
    assert said.args[0].runs == (Run("adam", 0.01, style=3),)
    show(panel, replace(some, runs=(Run("newton", 1.0), Run("gauss_newton", 1.0))))
    with qtbot.waitSignal(panel.edited) as said:
        choose(panel.surface, "model")
    assert tuple(run.optimizer for run in said.args[0].runs) == DEFAULT_OPTIMIZERS
    assert len({run.style for run in said.args[0].runs}) == 4
    resolved(said.args[0])


@pytest.mark.parametrize("optimizer", list(catalog().optimizers))
def test_every_optimizer_that_stays_can_train(optimizer):
    plain = replace(experiment("himmelblau"), seed=2**53, runs=(Run(optimizer, 0.5),))
    resolved(trainable.turned_on(plain))


# --- data and model -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "data"), [(a, b) for a in ("line", "moons", "iris") for b in DATA if a != b]
)
def test_every_data_set_can_be_chosen_after_any(panel, before, data):
    said = []
    show(panel, trainable.with_data(on(), before))
    panel.edited.connect(lambda *given: said.append(given))
    choose(panel.rows()["data"], data)
    ((new, words, _),) = said
    assert words == f"Choose data {catalog().dataset(data).title}"
    assert (new.learning.data, new.learning.data_hyper) == (data, ())
    task = catalog().dataset(data).task
    assert task in catalog().model(new.learning.model).tasks
    if before == "line" and task != "regression":
        assert new.learning.model == trainable.FIRST[task]
    if data not in ("digits", "breast_cancer"):
        resolved(new)
    offered = [key for key, _, _ in panel.rows()["model"].options()]
    assert set(offered) == {key for key in MODELS if task in catalog().model(key).tasks}


@pytest.mark.parametrize("data", DATA)
def test_the_head_of_a_data_set_is_what_making_it_gives(data):
    known, made = head(data), catalog().dataset(data).make()
    assert known.names == made.names
    assert known.tasks == (made.task,)
    assert (known.rows, known.classes) == (len(made.y), len(made.classes))


@pytest.mark.parametrize("model", MODELS)
def test_every_setting_of_every_model_has_a_row(qtbot, panel, model):
    spec = catalog().model(model)
    data = {"regression": "line", "binary": "moons"}[spec.tasks[0]]
    show(panel, on(data=data, model=model))
    for hyper in spec.hyper:
        row = panel.rows()[hyper.name]
        assert row.value() == hyper.default
        value = "3-2" if hyper.widths else hyper.choices[-1] if hyper.choices else "0.25"
        if hyper.choices and not hyper.switch:
            with qtbot.waitSignal(panel.edited) as said:
                row.choice.setCurrentIndex(len(hyper.choices) - 1)
                row.choice.activated.emit(len(hyper.choices) - 1)
            new = said.args[0]
        else:
            new = edit(qtbot, panel, hyper.name, value)
        given = dict(new.learning.model_hyper)[hyper.name]
        assert given == (value if hyper.widths or hyper.choices else 0.25)


def test_widths_that_are_none_or_too_many_are_refused_in_place(qtbot, panel):
    show(panel, on(data="digits", model="mlp"))
    row = panel.rows()["hidden"]
    for text, why in (("16-x", "joined by dashes"), ("4000-4000", "parameters")):
        with qtbot.assertNotEmitted(panel.edited):
            type_into(row, text)
        assert row.is_refused()
        assert why in row.edit.accessibleDescription()
    new = edit(qtbot, panel, "hidden", "8 - 8")
    assert dict(new.learning.model_hyper) == {"hidden": "8-8"}
    assert not row.is_refused()


def test_a_model_too_large_for_other_data_is_made_smaller(qtbot, panel):
    show(panel, on(data="moons", model="mlp", model_hyper=(("hidden", "990-990"),)))
    new = edit(qtbot, panel, "data", "digits")
    assert (new.learning.model, new.learning.model_hyper) == ("mlp", ())


def test_one_feature_makes_the_whole_loss_visible(qtbot, panel):
    show(panel, on(data="diabetes", start=(0.0,) * 11))
    assert panel.folds["Plane"].isVisible()
    new = edit(qtbot, panel, "feature", "bmi")
    assert new.learning.features == ("bmi",)
    assert new.learning.start == ()
    assert [plan.fitted.size for plan in resolved(new)] == [2] * 4
    assert "2 parameters" in panel.describe()
    assert not panel.folds["Plane"].isVisible()
    new = edit(qtbot, panel, "feature", "")
    assert new.learning.features == ()
    new = edit(qtbot, panel, "data", "iris")
    assert new.learning.features == ()


def test_settings_of_the_data_keep_the_task_and_the_model_together(qtbot, panel):
    show(panel, on(data="spirals", model="logistic_regression"))
    new = edit(qtbot, panel, "arms", "3")
    assert new.learning.model == "softmax_regression"
    new = edit(qtbot, panel, "samples", "2")
    assert dict(new.learning.data_hyper)["samples"] == 3
    new = edit(qtbot, panel, "arms", "2")
    assert new.learning.model == "softmax_regression"  # it takes two classes too
    new = edit(qtbot, panel, "arms", "10")
    assert dict(new.learning.data_hyper) == {"samples": 10.0, "arms": 10.0}
    assert panel.rows()["samples"].value() == 10


def test_a_setting_of_the_data_as_usual_is_not_kept(qtbot, panel):
    show(panel, on())
    edit(qtbot, panel, "samples", "50")
    assert edit(qtbot, panel, "samples", "200").learning.data_hyper == ()


def test_the_start_goes_only_where_it_would_not_fit(qtbot, panel):
    show(panel, on(start=(0.5, 0.25)))
    assert edit(qtbot, panel, "slope", "2").learning.start == (0.5, 0.25)
    assert edit(qtbot, panel, "batch size", "8").learning.start == (0.5, 0.25)
    assert edit(qtbot, panel, "data", "polynomial").learning.start == ()
    size = trainable.size_of(Learning(data="moons", model="mlp"))
    show(panel, on(data="moons", model="mlp", start=(0.1,) * size))
    assert len(edit(qtbot, panel, "l2", "0.5").learning.start) == size
    assert edit(qtbot, panel, "batch_norm", "on").learning.start == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("data", "wine"), ("model", "ridge"), ("feature", "s1"), ("scaling", "none"),
     ("plane", "random"), ("span", "2")],
)  # fmt: skip
def test_another_surface_is_shown_whole(qtbot, panel, name, value):
    zoomed = on(data="diabetes")
    zoomed = replace(zoomed, view=replace(zoomed.view, bounds=((0.0, 1.0), (0.0, 1.0))))
    show(panel, zoomed)
    assert edit(qtbot, panel, name, value).view.bounds is None
    show(panel, zoomed)
    assert edit(qtbot, panel, "epochs", "30").view.bounds is not None


# --- files ----------------------------------------------------------------------------------


def write(path, *, header: str = "age,name,income,class", rows: int = 40):
    lines = [f"{i},{'abc'[i % 3]},{i * 0.37},{'yn'[i % 2]}" for i in range(rows)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def opened(monkeypatch, qtbot, panel, path):
    given = (str(path) if path else "", "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: given)
    with qtbot.waitSignal(panel.edited) as said:
        choose(panel.rows()["data"], OPEN)
    return said.args[0]


def test_a_file_of_ones_own_and_how_it_is_read(monkeypatch, qtbot, panel, tmp_path):
    path = write(tmp_path / "own.csv")
    show(panel, on())
    new = opened(monkeypatch, qtbot, panel, path)
    assert new.learning.data == str(path)
    assert new.learning.model == "logistic_regression"
    rows = panel.rows()
    assert rows["data"].value() == str(path)
    assert [k for k, _, _ in rows["target"].options()] == ["age", "name", "income", "class"]
    assert rows["target"].value() == "class"
    new = edit(qtbot, panel, "text columns", "codes")
    assert new.learning.data_hyper == (("text", "codes"),)
    new = edit(qtbot, panel, "missing values", "drop")
    new = edit(qtbot, panel, "constant columns", "drop")
    assert dict(new.learning.data_hyper) == {"text": "codes", "missing": "drop", "constant": "drop"}
    new = edit(qtbot, panel, "target", "income")
    assert dict(new.learning.data_hyper)["target"] == "income"
    assert new.learning.model == "linear_regression"
    new = edit(qtbot, panel, "feature", "age")
    assert [plan.fitted.size for plan in resolved(new)] == [2] * 4
    new = edit(qtbot, panel, "target", "age")
    assert new.learning.features == ()
    new = edit(qtbot, panel, "target", "name")
    assert new.learning.model == "softmax_regression"
    assert [k for k, _, _ in panel.rows()["task"].options()] == ["", "multiclass"]
    new = edit(qtbot, panel, "target", "class")
    assert "target" not in dict(new.learning.data_hyper)


def test_the_task_of_a_file_can_be_said(monkeypatch, qtbot, panel, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("x,y\n" + "".join(f"{i * 0.3},{i % 4}\n" for i in range(40)), encoding="utf-8")
    show(panel, on())
    new = opened(monkeypatch, qtbot, panel, path)
    assert new.learning.model == "softmax_regression"
    new = edit(qtbot, panel, "task", "regression")
    assert dict(new.learning.data_hyper) == {"task": "regression"}
    assert new.learning.model == "linear_regression"
    assert edit(qtbot, panel, "task", "").learning.data_hyper == ()


def test_no_file_no_change(monkeypatch, qtbot, panel):
    show(panel, on(data="moons", model="mlp"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(panel.edited):
        choose(panel.rows()["data"], OPEN)
    assert panel.rows()["data"].value() == "moons"
    assert panel.rows()["data"].combo.value() == "moons"


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x00", b"\xff\xfe\x00\x01", b"PAR1", None])
def test_a_file_that_cannot_be_read_still_offers_its_choices(
    monkeypatch, qtbot, panel, tmp_path, content
):
    path = tmp_path / "broken.csv"
    if content is not None:
        path.write_bytes(content)
    show(panel, on())
    new = opened(monkeypatch, qtbot, panel, path)
    assert new.learning.model == "mlp"
    assert "missing values" in panel.rows()
    assert len(panel.rows()["model"].options()) == len(MODELS)


# --- training -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("batch size", "16", "batch", 16),
        ("epochs", "40", "epochs", 40),
        ("validation share", "0.3", "validation", 0.3),
        ("drop last", "on", "drop_last", True),
        ("early-stopping patience", "5", "patience", 5),
        ("min_delta", "0.01", "min_delta", 0.01),
        ("restore best", "on", "restore_best", True),
        ("plane", "hessian", "plane", "hessian"),
        ("span", "2.5", "span", 2.5),
        ("scaling", "minmax", "scale", "minmax"),
        ("model", "lasso", "model", "lasso"),
        ("raw", "on", "data_hyper", (("raw", "on"),)),
    ],
)
def test_every_row_edits_what_it_names(qtbot, panel, name, value, field, expected):
    before = on(data="diabetes")
    show(panel, before)
    row = panel.rows()[name]
    first = row.value()
    new = edit(qtbot, panel, name, value)
    assert getattr(new.learning, field) == expected
    assert type(getattr(new.learning, field)) is type(expected)
    assert new == replace(before, learning=replace(before.learning, **{field: expected}))
    # as undo does
    show(panel, before)
    assert panel.rows()[name].value() == first


def test_the_seed_is_the_experiments(qtbot, panel):
    show(panel, on())
    assert edit(qtbot, panel, "seed", "7").seed == 7


@pytest.mark.parametrize(("name", "text"), [("batch size", "0"), ("validation share", "0.6")])
def test_what_cannot_be_is_refused_in_place(qtbot, panel, name, text):
    show(panel, on())
    with qtbot.assertNotEmitted(panel.edited):
        type_into(panel.rows()[name], text)
    assert panel.rows()[name].box.is_refused()


def test_early_stopping_goes_with_the_rows_it_watches(qtbot, panel):
    show(panel, on(patience=3, restore_best=True))
    new = edit(qtbot, panel, "validation share", "0")
    assert (new.learning.patience, new.learning.restore_best) == (0, False)
    assert not panel.folds["Early stopping"].isVisible()
    edit(qtbot, panel, "validation share", "0.2")
    assert panel.folds["Early stopping"].isVisible()


def test_few_rows_still_leave_one_to_validate(qtbot, panel):
    show(panel, on(validation=0.05))
    new = edit(qtbot, panel, "samples", "3")
    assert int(new.learning.validation * 3 + 0.5) == 1
    assert edit(qtbot, panel, "samples", "2").learning.validation <= 0.5


def test_the_batch_slider_ends_at_all_rows(qtbot, panel):
    show(panel, on())
    assert panel.rows()["batch size"].hyper.slider == (1, 160)
    edit(qtbot, panel, "samples", "50")
    assert panel.rows()["batch size"].hyper.slider == (1, 40)


def test_epochs_are_as_many_as_can_be_kept(qtbot, panel):
    show(panel, on(batch=1))
    new = edit(qtbot, panel, "samples", "1000000")
    assert new.learning.epochs == 10
    assert panel.rows()["epochs"].value() == 10


def test_another_model_forgets_where_only_the_last_could_begin(qtbot, panel):
    net = on(data="moons", model="mlp")
    show(panel, replace(net, runs=(Run("sgd", 0.1, begin=(("init", "he"),)),)))
    assert edit(qtbot, panel, "epochs", "9").runs[0].begin == (("init", "he"),)
    assert edit(qtbot, panel, "model", "logistic_regression").runs[0].begin == ()


def test_batch_sizes_side_by_side(qtbot, panel):
    show(panel, on(), selected=1)
    with qtbot.waitSignal(panel.edited) as said:
        panel.compare.click()
    new = said.args[0]
    assert said.args[1] == "Compare batch sizes"
    assert [run.optimizer for run in new.runs] == ["momentum"] * 3
    assert [run.label for run in new.runs] == ["batch 1", "batch 32", "full batch"]
    assert len({run.style for run in new.runs}) == 3
    assert new.view.layout == "side"
    assert [plan.batch for plan in resolved(new)] == [1, 32, 160]
    show(panel, on(), selected=9)
    panel.compare.click()
    show(panel, replace(on(), runs=()))
    assert not panel.compare.isEnabled()


def test_starts_side_by_side(qtbot, panel):
    net = on(
        data="moons", model="mlp", start=(0.1,) * trainable.size_of(Learning("mlp", (), "moons"))
    )
    some = replace(net, runs=(Run("sgd", 0.1), Run("adam", 0.02, style=6, batch=8, visible=False)))
    show(panel, some, selected=1)
    with qtbot.waitSignal(panel.edited) as said:
        panel.starts.click()
    new = said.args[0]
    assert said.args[1:] == ["Compare starts", "learning:starts"]
    kinds = ("xavier", "he", "plain")
    assert new.runs == tuple(
        Run("adam", 0.02, style=style, batch=8, label=kind, begin=(("init", kind),))
        for kind, style in zip(kinds, (6, 7, 0), strict=True)
    )
    assert new.view.layout == "side"
    resolved(new)
    # a run may be chosen that is gone by now
    show(panel, some, selected=9)
    with qtbot.waitSignal(panel.edited) as said:
        panel.starts.click()
    assert [run.optimizer for run in said.args[0].runs] == ["sgd"] * 3


def test_starts_are_compared_where_a_model_has_several(panel):
    for model in MODELS:
        spec = catalog().model(model)
        show(panel, on(data={"regression": "line", "binary": "moons"}[spec.tasks[0]], model=model))
        has = any(hyper.name == "init" for hyper in spec.hyper)
        assert panel.starts.isEnabled() == has == (model == "mlp")
    show(panel, replace(on(data="moons", model="mlp"), runs=()))
    assert not panel.starts.isEnabled()


def test_a_new_start_is_another_seed(qtbot, panel):
    show(panel, replace(on(start=(1.0, 2.0)), seed=4))
    keys = []
    panel.edited.connect(lambda _new, _words, key: keys.append(key))
    panel.renew.click()
    panel.renew.click()
    assert panel._experiment.seed == 6
    assert panel._experiment.learning.start == ()
    assert len(set(keys)) == 2
    show(panel, replace(on(), seed=trainable.LAST_SEED))
    panel.renew.click()
    assert panel._experiment.seed == 0


# --- the panel itself -----------------------------------------------------------------------


def test_a_check_is_asked_for_and_shown_until_the_model_changes(qtbot, panel):
    show(panel, on())
    with qtbot.waitSignal(panel.check_wanted):
        panel.verify.click()
    panel.show_check({"weight": 2.5e-9, "bias": 0.03})
    assert panel.check.isVisible()
    words = panel.check.accessibleDescription()
    assert words == "weight: relative error 2.5×10⁻⁹, right; bias: relative error 0.03, wrong"
    assert words in panel.describe()
    panel.grab()
    panel.show_check("No runs yet")
    assert panel.check.accessibleDescription() == "No runs yet"
    panel.grab()
    edit(qtbot, panel, "epochs", "9")
    assert not panel.check.isVisible()


def test_edits_build_on_each_other_before_a_frame_comes_back(panel):
    said = []
    show(panel, on())
    panel.edited.connect(lambda new, *_: said.append(new))
    type_into(panel.rows()["batch size"], "8")
    type_into(panel.rows()["epochs"], "9")
    assert (said[-1].learning.batch, said[-1].learning.epochs) == (8, 9)


def test_undo_brings_the_controls_back(panel):
    first = on()
    second = on(data="moons", model="mlp", model_hyper=(("hidden", "4"),), scale="none")
    third = replace(second, learning=replace(second.learning, model_hyper=(("hidden", "8"),)))
    show(panel, first)
    show(panel, second)
    hidden = panel.rows()["hidden"]
    assert (hidden.value(), hidden.edit.text()) == ("4", "4")
    show(panel, third)
    assert panel.rows()["hidden"] is hidden
    assert hidden.edit.text() == "8"
    assert panel.rows()["scaling"].buttons.value() == "none"
    show(panel, first)
    assert "hidden" not in panel.rows()
    assert panel.rows()["scaling"].buttons.value() == "standard"
    show(panel, experiment("himmelblau"))
    assert panel.surface.value() == "landscape"
    assert panel.hint.isVisible()


def test_dragging_a_slider_is_one_undo_entry_and_not_fought(qtbot, panel):
    show(panel, on())
    row, keys = panel.rows()["samples"], []

    def redraw(new, _words, key):
        keys.append(key)
        panel.show_frame(None, Frame(new, LIGHT))

    panel.edited.connect(redraw)
    left, right = row.slider._ends()
    QTest.mousePress(row.slider, LEFT, pos=QPoint(round(left), 14))
    for share in (0.2, 0.5, 0.8, 1.0):
        QTest.mouseMove(row.slider, QPoint(round(left + share * (right - left)), 14))
    QTest.mouseRelease(row.slider, LEFT, pos=QPoint(round(right), 14))
    assert panel.rows()["samples"] is row
    assert row.value() == 10_000
    assert set(keys) == {"learning:data:samples"}


def test_a_session_that_asks_for_what_there_is_not_is_said(panel):
    show(panel, replace(on(), learning=Learning(data="nowhere")))
    assert "nowhere" in panel.hint.text()
    assert not panel._body.isVisible()


@pytest.mark.parametrize("learning", [
    Learning(), Learning(data="moons", model="mlp"), Learning(data="diabetes", model="ridge"),
    Learning(data="breast_cancer", model="linear_svm"),
])  # fmt: skip
@pytest.mark.parametrize("width", [232, 240, 312])
def test_a_narrow_panel_scrolls_and_cuts_nothing_off(qtbot, panel, learning, width):
    panel.resize(width, 400)
    show(panel, on(learning))
    room = panel._area.viewport().width()
    assert panel._page.width() == room
    for row in panel.rows().values():
        for child in row.children():
            if child.isWidgetType() and child.isVisible():
                assert child.geometry().right() <= row.width() + 10
    if width > 300:
        assert panel.rows()["scaling"].buttons.isVisible()
    assert panel._area.verticalScrollBar().maximum() > 0


def test_every_control_has_a_name_and_says_what_it_does(panel):
    show(panel, on(data="moons", model="mlp"))
    rows = panel.rows()
    assert len(rows) == sum(len(stack.rows) for stack in panel.stacks.values())
    for name, row in rows.items():
        assert row.toolTip().startswith(name)
        assert len(row.toolTip().splitlines()[1]) > 15, name
    for button in (panel.compare, panel.starts, panel.renew, panel.verify):
        assert button.accessibleName()
        assert len(button.toolTip()) > 20


def test_the_tab_key_goes_from_above_to_below(panel):
    panel.resize(312, 1400)
    show(panel, on())
    panel.renew.setEnabled(True)
    show(panel, on(data="moons", model="mlp"))
    panel.surface.buttons.setFocus()
    tops = []
    for _ in range(60):
        here = QApplication.focusWidget()
        tops.append(here.mapTo(panel._page, QPoint(0, 0)).y())
        if here is panel.verify:
            break
        QTest.keyClick(here, KEY.Key_Tab)
    assert QApplication.focusWidget() is panel.verify
    assert tops == sorted(tops)
    assert len(tops) > 25


def test_it_is_made_and_shown_without_numpy():
    program = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from explorer.core.defaults import experiment
from explorer.views.base import Frame
from explorer.views.model import SPEC
from explorer.widgets.theme import LIGHT
view = SPEC.make()
view.show_frame(None, Frame(experiment(), LIGHT))
assert "numpy" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
