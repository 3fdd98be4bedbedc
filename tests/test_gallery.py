"""The landscape dock: choosing, searching, its pictures, and every row that edits."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea

from explorer.core.catalog import catalog
from explorer.core.defaults import experiment
from explorer.core.experiment import (
    Clip,
    Noise,
    Penalty,
    Rate,
    Stopping,
    Validation,
    with_run,
)
from explorer.core.plan import resolve
from explorer.views.base import Frame
from explorer.views.gallery import SPEC, Gallery
from explorer.widgets import settings, thumbnail
from explorer.widgets.theme import LIGHT

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def gallery(qtbot):
    view = SPEC.make()
    view.resize(312, 700)
    qtbot.addWidget(view)
    view.show_frame(None, Frame(experiment("himmelblau"), LIGHT))
    with qtbot.waitExposed(view):
        view.show()
        view.activateWindow()
    yield view
    view.release()


def frame(view: Gallery) -> Frame:
    return Frame(view._experiment, LIGHT)


def centre_of(view: Gallery, key: str) -> QPoint:
    cards = view.cards
    item = next(
        cards.item(row)
        for row in range(cards.count())
        if cards.item(row).data(Qt.ItemDataRole.UserRole) == key
    )
    cards.scrollToItem(item)
    QApplication.processEvents()
    return cards.visualItemRect(item).center()


def type_into(row, text: str) -> None:
    row.box.setFocus()
    row.box.selectAll()
    QTest.keyClicks(row.box, text)
    QTest.keyClick(row.box, KEY.Key_Return)


def test_every_landscape_has_a_card_that_says_what_it_teaches(gallery):
    specs = catalog().landscapes
    assert gallery.cards.shown() == list(specs)
    assert gallery.search.placeholderText() == f"Search {len(specs)} landscapes"
    for row, spec in enumerate(specs.values()):
        assert gallery.cards.item(row).text() == spec.title
        assert spec.teaches in gallery.cards.item(row).toolTip()


def test_a_click_chooses_a_landscape_with_its_own_start_and_rates(qtbot, gallery):
    before = experiment("himmelblau")
    before = with_run(before, 3, lr=9.0, hyper=(("beta1", 0.5),), rate=Rate("cosine"))
    view = replace(before.view, bounds=((0.0, 1.0), (0.0, 1.0)), colormap="cividis")
    before = replace(before, parameters=(("a", 3.0),), view=view, steps=77)
    gallery.show_frame(None, Frame(before, LIGHT))
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.mouseClick(gallery.cards.viewport(), LEFT, pos=centre_of(gallery, "rosenbrock"))
    new, words, _ = said.args
    spec = catalog().landscape("rosenbrock")
    assert words == f"Choose {spec.title}"
    assert new.landscape == "rosenbrock"
    assert new.start == spec.start
    assert new.parameters == ()
    assert new.view == replace(before.view, bounds=None)
    assert new.steps == 77
    for old, run in zip(before.runs, new.runs, strict=True):
        own = catalog().optimizer(run.optimizer).lr
        assert run == replace(old, lr=spec.rates.get(run.optimizer, own))
    resolve(new)


def test_the_arrow_keys_move_and_enter_chooses(qtbot, gallery):
    keys = list(catalog().landscapes)
    at = keys.index("himmelblau")
    gallery.cards.setFocus()
    with qtbot.assertNotEmitted(gallery.edited):
        QTest.keyClick(gallery.cards, KEY.Key_Right)
        QTest.keyClick(gallery.cards, KEY.Key_Left)
        QTest.keyClick(gallery.cards, KEY.Key_Right)
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.keyClick(gallery.cards, KEY.Key_Return)
    assert said.args[0].landscape == keys[at + 1]
    QTest.keyClick(gallery.cards, KEY.Key_Left)
    QTest.keyClick(gallery.cards, KEY.Key_Up)
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.keyClick(gallery.cards, KEY.Key_Space)
    assert said.args[0].landscape == keys[at - gallery.cards.columns()]


def test_choosing_the_chosen_changes_nothing(qtbot, gallery):
    with qtbot.assertNotEmitted(gallery.edited):
        QTest.mouseClick(gallery.cards.viewport(), LEFT, pos=centre_of(gallery, "himmelblau"))


def test_search_narrows_and_enter_takes_the_first(qtbot, gallery):
    QTest.keyClicks(gallery.search, "ROSEN")
    assert gallery.cards.shown() == ["rosenbrock"]
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.keyClick(gallery.search, KEY.Key_Return)
    assert said.args[0].landscape == "rosenbrock"
    QTest.keyClick(gallery.search, KEY.Key_Escape)
    assert gallery.cards.shown() == list(catalog().landscapes)


def test_search_knows_what_a_landscape_teaches(gallery):
    teaches = catalog().landscape("himmelblau").teaches
    QTest.keyClicks(gallery.search, " ".join(teaches.split()[:3]))
    assert "himmelblau" in gallery.cards.shown()


def test_no_match_is_said_and_can_be_undone(gallery):
    QTest.keyClicks(gallery.search, "qqq")
    assert not gallery.cards.isVisible()
    button = next(b for b in gallery.findChildren(QPushButton) if b.isVisible())
    QTest.mouseClick(button, LEFT)
    assert gallery.search.text() == ""
    assert gallery.cards.isVisible()
    assert not button.isVisible()


def open_folds(view: Gallery) -> dict:
    """All rows, with every group opened."""
    for fold in view.folds.values():
        fold.set_open(True)
    return view.rows()


@pytest.mark.parametrize(
    ("name", "text", "read", "expected"),
    [
        ("a", "5", lambda e: dict(e.parameters)["a"], 5.0),
        ("steps", "1234", lambda e: e.steps, 1234),
        ("start x", "1.5", lambda e: e.start, (1.5, 0.4)),
        ("start y", "-2", lambda e: e.start, (-4.6, -2.0)),
        ("L1 penalty", "0.5", lambda e: (e.penalty.l1, e.penalty.l2), (0.5, 0.0)),
        ("L2 penalty", "0.25", lambda e: (e.penalty.l1, e.penalty.l2), (0.0, 0.25)),
        ("noise sigma", "0.25", lambda e: e.noise.sigma, 0.25),
        ("batch", "32", lambda e: e.noise.batch, 32),
        ("seed", "7", lambda e: e.seed, 7),
        ("clipping by norm", "1", lambda e: (e.clip.norm, e.clip.value), (1.0, 0.0)),
        ("clipping by value", "2", lambda e: (e.clip.norm, e.clip.value), (0.0, 2.0)),
        ("steps per epoch", "20", lambda e: e.validation.epoch, 20),
        ("gradient norm", "1e-4", lambda e: e.stopping.gradient_norm, 1e-4),
        ("loss change", "1e-9", lambda e: e.stopping.loss_change, 1e-9),
        ("patience", "5", lambda e: e.stopping.patience, 5),
    ],
)
def test_every_row_edits_what_it_names(qtbot, gallery, name, text, read, expected):
    before = replace(experiment("himmelblau"), stopping=Stopping())
    assert before.start == (-4.6, 0.4)
    gallery.show_frame(None, Frame(before, LIGHT))
    row = open_folds(gallery)[name]
    with qtbot.waitSignal(gallery.edited) as said:
        type_into(row, text)
    new, words, _ = said.args
    assert read(new) == expected
    if row.hyper.integer:
        assert isinstance(read(new), int)
    assert words == f"Change {name}"
    assert resolve(new).steps == new.steps
    gallery.show_frame(frame(gallery), Frame(before, LIGHT))
    assert row.value() == row.hyper.default


def test_no_two_rows_have_one_name_or_one_key(gallery):
    rows = open_folds(gallery)
    assert len(rows) == len(gallery._rows)
    keys = [setting.key for setting, _ in gallery._rows]
    assert len(set(keys)) == len(keys)


def test_every_row_says_what_it_does(gallery):
    for name, row in open_folds(gallery).items():
        assert row.toolTip().startswith(name)
        assert len(row.toolTip().splitlines()[1]) > 20, name


def test_a_parameter_has_its_own_undo_key(qtbot, gallery):
    with qtbot.waitSignal(gallery.edited) as said:
        type_into(gallery.rows()["a"], "5")
    assert said.args[1:] == ["Change a", "parameter:a"]


def test_groups_are_folded_away_and_say_how_they_are_set(gallery):
    def notes() -> list[str]:
        return [fold.heading.accessibleDescription() for fold in gallery.folds.values()]

    assert list(gallery.folds) == [
        "Penalty", "Noise", "Clipping", "Validation", "Stopping"
    ]  # fmt: skip
    assert "noise sigma" not in gallery.rows()
    assert notes() == ["off", "off", "off", "off", "‖∇‖ < 1×10⁻⁶"]
    new = replace(
        experiment("himmelblau"),
        penalty=Penalty(0.5, 2.0),
        noise=Noise(3.0, 16, "laplace"),
        clip=Clip(1.0, 0.0),
        validation=Validation((0.1, 0.1), 10, 5),
        stopping=Stopping(loss_change=0.5),
    )
    gallery.show_frame(None, Frame(new, LIGHT))
    assert notes() == ["L1 0.5, L2 2", "σ 3, B 16, Laplace", "norm 1", "patience 5", "Δ < 0.5"]


def test_a_group_that_is_opened_comes_into_view(qtbot, gallery):
    gallery.resize(312, 420)
    fold = gallery.folds["Validation"]
    area = gallery.findChild(QScrollArea)
    QTest.mouseClick(fold.heading, LEFT)

    def shown() -> bool:
        top = fold.mapTo(area.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + fold.height() <= area.viewport().height() + 1

    qtbot.waitUntil(shown)


@pytest.mark.parametrize(("shown", "kind"), [("Laplace", "laplace"), ("Student t", "student")])
def test_the_kind_of_noise_is_chosen(qtbot, gallery, shown, kind):
    row = open_folds(gallery)["kind of noise"]
    combo = row.choice
    assert [combo.itemText(i) for i in range(3)] == ["normal", "Laplace", "Student t"]
    with qtbot.waitSignal(gallery.edited) as said:
        combo.setCurrentIndex(combo.findText(shown))
        combo.activated.emit(combo.currentIndex())
    assert said.args[0].noise.kind == kind
    gallery.show_frame(None, Frame(said.args[0], LIGHT))
    assert row.value() == shown


def test_a_penalty_below_zero_is_refused_in_place(qtbot, gallery):
    row = open_folds(gallery)["L2 penalty"]
    with qtbot.assertNotEmitted(gallery.edited):
        type_into(row, "-1")
    assert row.box.is_refused()
    assert "at least 0" in row.box.accessibleDescription()
    assert gallery._experiment.penalty == Penalty()


def visible(gallery: Gallery) -> set[str]:
    return {name for name, row in gallery.rows().items() if row.isVisibleTo(gallery)}


def test_validation_is_one_switch_and_then_its_rows(qtbot, gallery):
    rows = open_folds(gallery)
    hidden = {
        "validation shift x",
        "validation shift y",
        "early-stopping patience",
        "min_delta",
        "restore best",
    }
    assert not hidden & visible(gallery)
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.mouseClick(rows["validation"].choice, LEFT, pos=QPoint(8, 14))
    assert said.args[1] == "Turn validation on"
    assert said.args[0].validation == Validation((0.12, -0.1))
    assert hidden <= visible(gallery)
    type_into(rows["validation shift x"], "0.5")
    type_into(rows["validation shift y"], "0.25")
    type_into(rows["steps per epoch"], "10")
    type_into(rows["early-stopping patience"], "4")
    type_into(rows["min_delta"], "0.01")
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.mouseClick(rows["restore best"].choice, LEFT, pos=QPoint(8, 14))
    new = said.args[0]
    assert said.args[1] == "Turn restore best on"
    assert new.validation == Validation((0.5, 0.25), 10, 4, 0.01, True)
    resolve(new)
    with qtbot.waitSignal(gallery.edited) as said:
        QTest.mouseClick(rows["validation"].choice, LEFT, pos=QPoint(8, 14))
    assert said.args[1] == "Turn validation off"
    # early stopping has nothing to watch any more
    assert (said.args[0].validation.shift, said.args[0].validation.patience) == ((), 0)
    resolve(said.args[0])
    assert not hidden & visible(gallery)


@pytest.mark.parametrize("key", list(catalog().landscapes))
def test_the_usual_shift_fits_every_landscape(gallery, key):
    spec = catalog().landscape(key)
    on = replace(experiment("himmelblau"), validation=Validation((0.12, -0.1), 10, 5))
    new = settings.on_landscape(on, key)
    assert len(new.validation.shift) == spec.dimension
    assert (new.validation.epoch, new.validation.patience) == (10, 5)
    for shift, (low, high) in zip(new.validation.shift, spec.bounds, strict=True):
        assert 0.007 < abs(shift) / (high - low) < 0.0115
    resolve(new)
    gallery.show_frame(None, Frame(new, LIGHT))
    rows = open_folds(gallery)
    assert sum(name.startswith("validation shift") for name in rows) == spec.dimension


def test_a_schedule_by_the_epoch_keeps_to_it(qtbot, gallery):
    before = replace(experiment("himmelblau"), validation=Validation((0.1, 0.1), 10))
    before = with_run(before, 1, rate=Rate("cosine", every=10))
    before = with_run(before, 2, rate=Rate("cosine", every=1))
    gallery.show_frame(None, Frame(before, LIGHT))
    with qtbot.waitSignal(gallery.edited) as said:
        type_into(open_folds(gallery)["steps per epoch"], "25")
    assert [run.rate.every for run in said.args[0].runs] == [1, 25, 1, 1]


def test_edits_build_on_each_other_before_a_frame_comes_back(gallery):
    said = []
    gallery.edited.connect(lambda new, *_: said.append(new))
    type_into(gallery.rows()["a"], "5")
    type_into(gallery.rows()["b"], "6")
    assert dict(said[-1].parameters) == {"a": 5.0, "b": 6.0}


def test_a_refused_start_keeps_the_last_good_one(qtbot, gallery):
    with qtbot.assertNotEmitted(gallery.edited):
        type_into(gallery.rows()["start x"], "inf")
    assert gallery.rows()["start x"].box.is_refused()
    assert gallery._experiment.start == (-4.6, 0.4)


def test_another_landscape_has_its_own_rows(gallery):
    old = frame(gallery)
    gallery.show_frame(old, Frame(experiment("parabola"), LIGHT))
    assert {"start x", "steps"} <= set(gallery.rows())
    assert "start y" not in gallery.rows()
    assert "a" not in gallery.rows()
    assert catalog().landscape("parabola").teaches in gallery.describe()


@pytest.mark.parametrize("key", list(catalog().landscapes))
def test_rows_stand_for_every_parameter_of_every_landscape(gallery, key):
    new = experiment(key)
    gallery.show_frame(frame(gallery), Frame(new, LIGHT))
    for hyper in catalog().landscape(key).parameters:
        assert gallery.rows()[hyper.name].value() == hyper.default


def test_dragging_a_slider_is_not_fought_by_the_frames_it_causes(qtbot, gallery):
    row = gallery.rows()["a"]
    shown = [frame(gallery)]

    def redraw(new, *_):
        shown.append(Frame(new, LIGHT))
        gallery.show_frame(shown[-2], shown[-1])

    gallery.edited.connect(redraw)
    left, right = row.slider._ends()
    QTest.mousePress(row.slider, LEFT, pos=QPoint(round(left), 14))
    for share in np.linspace(0, 1, 12):
        QTest.mouseMove(row.slider, QPoint(round(left + share * (right - left)), 14))
        QApplication.processEvents()
    QTest.mouseRelease(row.slider, LEFT, pos=QPoint(round(right), 14))
    assert len(shown) > 5
    assert row.value() == row.hyper.span[1] == dict(shown[-1].experiment.parameters)["a"]


# --- pictures -------------------------------------------------------------------------------


def sampled(key: str) -> np.ndarray:
    *_, losses = thumbnail.sample(catalog().landscape(key))
    return losses


def test_a_picture_is_sampled_over_the_landscapes_own_view():
    spec = catalog().landscape("rosenbrock")
    (x0, x1), (y0, y1) = spec.bounds
    x = np.linspace(x0, x1, thumbnail.WIDTH)
    y = np.linspace(y1, y0, thumbnail.HEIGHT)[:, None]
    expected = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    np.testing.assert_allclose(sampled("rosenbrock"), expected, rtol=1e-12)


@pytest.mark.parametrize("key", list(catalog().landscapes))
def test_every_landscape_has_a_picture_with_more_than_a_few_colours(qapp, key):
    spec = catalog().landscape(key)
    losses = sampled(key)
    assert np.isfinite(losses).all()
    image = thumbnail.paint(spec, losses)
    assert image.width() == 2 * thumbnail.WIDTH
    points = ((x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    assert len({image.pixelColor(x, y).name() for x, y in points}) >= 5


def test_low_losses_are_dark_and_high_ones_bright(qapp):
    losses = sampled("himmelblau")
    image = thumbnail.paint(catalog().landscape("himmelblau"), losses)
    low = np.unravel_index(losses.argmin(), losses.shape)
    high = np.unravel_index(losses.argmax(), losses.shape)

    def lightness(at) -> int:
        row, column = (round((i + 0.5) * 2) for i in at)
        return image.pixelColor(min(column, 175), min(row, 87)).lightness()

    assert lightness(low) < 70
    assert lightness(high) > 110


def test_a_curve_is_empty_above(qapp):
    image = thumbnail.paint(catalog().landscape("parabola"), sampled("parabola"))
    assert image.pixelColor(88, 10).alpha() == 0
    assert image.pixelColor(88, 86).alpha() == 255
    assert image.pixelColor(1, 20).alpha() == 255


def test_pictures_come_in_small_slices_after_build(qtbot, gallery):
    gallery.cards.viewport().repaint()
    gallery.build()
    pictures = [gallery.cards.item(row) for row in range(gallery.cards.count())]
    role = Qt.ItemDataRole.UserRole + 1
    assert all(item.data(role) is None for item in pictures)
    qtbot.waitUntil(lambda: all(item.data(role) is not None for item in pictures), timeout=20_000)
    qtbot.waitUntil(lambda: not gallery._timer.isActive())


# --- room and time --------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height", "columns"), [(312, 376, 3), (232, 560, 2)])
def test_the_smallest_docks_scroll_and_cut_nothing_off(qtbot, gallery, width, height, columns):
    gallery.setMinimumSize(0, 0)
    gallery.resize(width, height)
    QApplication.processEvents()
    assert gallery.minimumSizeHint().width() <= 232
    cards = gallery.cards
    firsts = [cards.visualItemRect(cards.item(i)) for i in range(columns + 1)]
    assert len({rect.top() for rect in firsts[:columns]}) == 1
    assert firsts[columns].top() > firsts[0].top()
    assert firsts[columns - 1].left() + 96 <= width
    area = gallery.findChild(QScrollArea)
    assert area.verticalScrollBar().maximum() > 0
    assert area.height() >= 96
    for row in gallery.rows().values():
        assert row.box.mapTo(gallery, QPoint(row.box.width(), 0)).x() <= width - 11


def test_both_left_docks_are_shown_without_numpy():
    code = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from explorer.core.defaults import experiment
from explorer.views import gallery, optimizers
from explorer.views.base import Frame
from explorer.widgets.panel import DockPanel
from explorer.widgets.theme import LIGHT
for module in (gallery, optimizers):
    view = module.SPEC.make()
    dock = DockPanel(module.SPEC.key, module.SPEC.title, view, view.header())
    view.show_frame(None, Frame(experiment(), LIGHT))
    dock.show()
    app.processEvents()
    assert not dock.grab().isNull()
print([name for name in ("numpy", "pyqtgraph", "numba", "OpenGL") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.strip() == "[]", done.stderr
