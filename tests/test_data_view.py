"""The Data panel: what it shows of a study, that nothing is cut off, and what it says in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from frames import frame, moved, run
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from studies import at, trained

import explorer
from explorer.core import fitting
from explorer.core.experiment import Run
from explorer.core.numbers import number
from explorer.views._datasigns import Sign, class_colour
from explorer.views.data import SPEC, DataView
from explorer.widgets import fonts
from explorer.widgets.stylesheet import palette, theme_of
from explorer.widgets.theme import DARK, LIGHT, PROJECTOR, THEMES

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from explorer.core.study import Study
    from explorer.views.base import Frame


def framed(study: Study | None, **changes) -> Frame:
    runs = len(study.plans) if study is not None else 1
    made = frame("himmelblau", (1.0, 1.0), *(run("adam", 0.05, i) for i in range(runs)), steps=3)
    last = study.traces[0].stop_step if study is not None else 0
    return replace(made, study=study, **{"step": last, **changes})


def shown(qtbot: QtBot, given: Frame, size=(310, 360), table: bool = False) -> DataView:
    view = SPEC.make()
    assert isinstance(view, DataView)
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.setFont(fonts.font())
    view.setPalette(palette(given.theme))
    if table:
        view.choice.set_value("table")
    view.prepare()
    view.build()
    view.resize(*size)
    view.show()
    qtbot.waitExposed(view)
    view.show_frame(None, given)
    QApplication.processEvents()  # the layout follows in turn
    view.grab()
    return view


def moons(**how) -> Study:
    how = {"epochs": 5, **how}
    return trained("logistic_regression", explorer.data("moons", samples=100), **how)


def image(view: DataView):
    return view.body.picture.grab().toImage()


def pixel(view: DataView, x: float, y: float) -> QColor:
    place = view.body.picture.pixels(np.array([x, y]))
    grabbed, ratio = image(view), view.devicePixelRatioF()
    return grabbed.pixelColor(round(place[0] * ratio), round(place[1] * ratio))


def test_without_a_study_it_says_what_to_do(qtbot: QtBot) -> None:
    view = shown(qtbot, framed(None))
    assert view.empty.isVisible()
    assert "Choose a model and data" in view.empty.text()
    assert not view.body.isVisible()
    assert not view.choice.isVisibleTo(view.choice.parentWidget())
    study = framed(moons())
    view.show_frame(framed(None), study)
    assert view.body.picture.isVisible()
    assert not view.empty.isVisible()
    view.show_frame(study, framed(None))
    assert view.empty.isVisible()
    assert view.describe() == view.empty.text()


@pytest.mark.parametrize("theme", [LIGHT, DARK, PROJECTOR])
def test_both_sides_of_the_boundary_have_the_colour_of_their_class(qtbot: QtBot, theme) -> None:
    study = at(moons(), 2.0, 0.0, 0.0)
    view = shown(qtbot, framed(study, theme=theme))
    assert theme_of(view) is theme
    scene = fitting.scene(study, 0)
    (x0, x1), (y0, _) = scene.bounds
    for x, index in ((x0, 0), (x1, 1)):
        inside = x + (0.02 if index == 0 else -0.02) * (x1 - x0)
        found, own = pixel(view, inside, y0 + 0.1), QColor(class_colour(index, theme))
        other = QColor(class_colour(1 - index, theme))
        assert apart(found, own) < apart(found, other)
        assert apart(found, QColor(theme.panel)) > 0.02


def apart(a: QColor, b: QColor) -> float:
    pairs = ((a.redF(), b.redF()), (a.greenF(), b.greenF()), (a.blueF(), b.blueF()))
    return max(abs(p - q) for p, q in pairs)


def test_the_fitted_line_has_the_runs_colour(qtbot: QtBot) -> None:
    data = replace(explorer.data("line", samples=10), y=np.linspace(-1.0, 1.0, 10))
    study = at(
        trained("linear_regression", data, Run("sgd", 0.1, style=3), scale="none"), 0.0, 0.05
    )
    given = replace(framed(study), plan=None)
    view = shown(qtbot, given)
    found = pixel(view, 0.0, 0.05)
    assert apart(found, QColor("#D55E00")) < 0.08


def test_every_number_of_a_run_at_the_cursor_is_there(qtbot: QtBot) -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 0.05), epochs=4)
    view = shown(qtbot, framed(study))
    for step in (0, 7, 20):
        view.show_frame(None, framed(study, step=step))
        plan, (w, b) = study.plans[0], study.traces[0].points[step]
        lines = view.body.metrics.lines(view.body.metrics.width())
        for line, X, y in zip(
            lines[1:], (plan.X, plan.X_watched), (plan.y, plan.y_watched), strict=True
        ):
            off = w * X[:, 0] + b - y[:, 0]
            assert line[1] == number(np.mean(off**2))
            assert line[2] == number(np.abs(off).mean())
            assert line[3] == number(1 - np.mean(off**2) / np.var(y))


def test_the_diagnosis_is_that_of_the_cursor(qtbot: QtBot) -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 0.1), epochs=20)
    view = shown(qtbot, framed(study))
    assert "Converged:" in view.body.verdict.text()
    assert "font-weight:600" in view.body.verdict.text()
    view.show_frame(framed(study), framed(study, step=0))
    assert "epoch 0 of 20" in view.body.verdict.text()


@pytest.mark.parametrize("size", [(310, 360), (310, 250), (420, 480), (240, 300)])
@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("key", ["line", "moons", "iris", "diabetes"])
def test_nothing_is_cut_off(qtbot: QtBot, key: str, table: bool, size) -> None:
    data = explorer.data(key)
    model = {"regression": "linear_regression", "binary": "logistic_regression"}
    study = trained(model.get(data.task, "softmax_regression"), data, epochs=2)
    view = shown(qtbot, framed(study), size, table)
    parts = [view.body.picture, view.body.key, view.body.confusion, view.body.rows]
    parts = [
        p for p in (*parts, view.body.note, view.body.metrics, view.body.verdict) if p.isVisible()
    ]
    assert view.body.width() <= view.width()
    bottom = 0
    for part in parts:
        place = part.geometry()
        assert place.top() >= bottom, type(part).__name__
        assert place.right() < view.body.width()
        assert place.bottom() < view.body.height()
        wanted = part.heightForWidth(place.width()) if part.hasHeightForWidth() else 0
        assert place.height() >= max(wanted, part.minimumSizeHint().height())
        bottom = place.bottom()
    lines = view.body.metrics.lines(view.body.metrics.width())
    assert view.body.metrics._width(lines) <= view.body.metrics.width()
    if size[1] >= 360:
        assert view.body.height() <= view.height()  # nothing to scroll


def test_the_table_of_classes_is_a_confusion_matrix(qtbot: QtBot) -> None:
    study = trained("softmax_regression", explorer.data("iris"), Run("adam", 0.1), epochs=3)
    view = shown(qtbot, framed(study))
    with qtbot.waitSignal(view.choice.changed):
        qtbot.keyClick(view.choice, Qt.Key.Key_End)
    assert view.body.confusion.isVisible()
    assert not view.body.picture.isVisible()
    plan = study.plans[0]
    theta = study.traces[0].points[-1]
    outputs = plan.X_watched @ theta[:12].reshape(3, 4).T + theta[12:]
    by_hand = [[0] * 3 for _ in range(3)]
    for true, row in zip(plan.y_watched[:, 0], outputs, strict=True):
        by_hand[int(true)][int(row.argmax())] += 1
    assert [list(row) for row in view.body.confusion._counts] == by_hand
    assert f"setosa: {by_hand[0][0]} as setosa" in view.describe()
    assert "taken for another class" not in view.describe()  # of a picture that is not there
    # without validation rows, those of the training
    alone = trained("softmax_regression", explorer.data("iris"), epochs=1, validation=0.0)
    view.show_frame(framed(study), framed(alone))
    assert view.body.confusion.as_text().startswith("Training rows")


def test_the_table_of_a_regression_has_its_first_rows(qtbot: QtBot) -> None:
    data = explorer.data("diabetes")
    study = trained("linear_regression", data, Run("sgd", 0.05), epochs=2)
    view = shown(qtbot, framed(study), table=True)
    model = view.body.rows.model()
    assert (model.rowCount(), model.columnCount()) == (200, 12)
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(3)]
    assert heads == ["progression", "predicted", "age"]
    plan, theta = study.plans[0], study.traces[0].points[-1]
    predicted = plan.scaling.apply(data.X[:200]) @ theta[:10] + theta[10]
    for row in (0, 3, 199):
        cells = [model.index(row, column).data() for column in range(3)]
        assert cells == [number(data.y[row]), number(predicted[row]), number(data.X[row, 0])]
    assert view.body.note.text() == "The first 200 of 442 rows."
    with qtbot.waitSignal(model.dataChanged):
        view.show_frame(framed(study), framed(study, step=0))
    assert model.index(0, 1).data() == "0"


def test_what_is_not_drawn_is_said(qtbot: QtBot) -> None:
    study = trained("linear_regression", explorer.data("line", samples=30_000), epochs=1)
    view = shown(qtbot, framed(study))
    assert "2,000 of 30,000 rows are drawn." in view.body.note.text()
    assert "Metrics are of at most 20,000 rows of each part." in view.body.note.text()


def test_others_are_drawn_beside_the_chosen_run(qtbot: QtBot) -> None:
    runs = (Run("sgd", 0.05), Run("adam", 0.05, style=1), Run("momentum", 0.05, style=2))
    study = trained("linear_regression", explorer.data("line"), *runs, epochs=2)
    given = framed(study)
    hidden = replace(given.plan.runs[2], visible=False)
    given = replace(given, plan=replace(given.plan, runs=(*given.plan.runs[:2], hidden)))
    view = shown(qtbot, given)
    assert [style for style, _ in view.body.picture._shown.others] == [1]
    view.show_frame(given, moved(given, selected=1))
    assert [style for style, _ in view.body.picture._shown.others] == [0]
    assert view.body.picture._shown.style == 1
    assert given.plan.runs[1].label in view.body.key.as_text()


def test_it_is_drawn_coarsely_while_something_moves(qtbot: QtBot) -> None:
    given = framed(moons())
    view = shown(qtbot, given)
    assert view.body.picture._shown.fit.guessed.shape == (60, 60)
    moving = moved(given, step=3, moving=True)
    view.show_frame(given, moving)
    assert view.body.picture._shown.fit.guessed.shape == (30, 30)
    view.show_frame(moving, moved(moving, moving=False))
    assert view.body.picture._shown.fit.guessed.shape == (60, 60)


def test_the_same_frame_is_not_computed_again(qtbot: QtBot, monkeypatch) -> None:
    given = framed(moons())
    view = shown(qtbot, given)
    for name in ("fit", "judge", "scene"):
        monkeypatch.setattr(fitting, name, lambda *_: pytest.fail("computed again"))
    view.show_frame(given, moved(given))
    view.show_frame(given, moved(given, theme=DARK))


def test_a_run_that_the_engine_still_works_on_waits(qtbot: QtBot) -> None:
    given = framed(moons())
    view = shown(qtbot, given)
    before = view.describe()
    view.show_frame(given, moved(given, selected=1))
    assert view.describe() == before


def test_a_diverged_run_is_drawn_and_said(qtbot: QtBot) -> None:
    study = trained("linear_regression", explorer.data("line"), Run("sgd", 1e4), epochs=60)
    view = shown(qtbot, framed(study))
    assert "Diverging:" in view.body.verdict.text()
    wide = trained("linear_regression", explorer.data("diabetes"), Run("sgd", 1e3), epochs=60)
    view.show_frame(framed(study), framed(wide))
    view.grab()
    assert "rows are off the picture." in view.body.note.text()


def test_it_is_described_in_words(qtbot: QtBot) -> None:
    study = moons()
    view = shown(qtbot, framed(study))
    text = view.describe()
    assert view.accessibleName() == "Data"
    assert view.accessibleDescription() == text
    assert "100 rows by x1 and x2: 50 upper, 50 lower." in text
    wrong = int(fitting.fit(study, fitting.scene(study, 0), 0, 10**9,
                            fitting.judge(study, 0, 10**9), 30).wrong.sum())  # fmt: skip
    assert f"{wrong} are taken for another class" in text
    assert "Training: Accuracy" in text
    assert view.body.verdict.accessibleDescription() in text


def test_signs_differ_by_more_than_colour() -> None:
    assert len({Sign(i, False).marker for i in range(8)}) == 8


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_classes_stand_out_from_the_panel(theme) -> None:
    inks = [class_colour(i, theme) for i in range(10)]
    assert len(set(inks)) == 10
    for ink in inks:
        assert contrast(ink, theme.panel) >= 3.0


def contrast(a: str, b: str) -> float:
    """As WCAG 2 has it."""

    def light(name: str) -> float:
        parts = [getattr(QColor(name), part)() for part in ("redF", "greenF", "blueF")]
        line = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    low, high = sorted((light(a), light(b)))
    return (high + 0.05) / (low + 0.05)
