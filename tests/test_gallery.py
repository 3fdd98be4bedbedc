"""The landscape dock: choosing, searching, its pictures, and every row that edits."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea

from explorer.core.catalog import catalog
from explorer.core.defaults import experiment
from explorer.core.experiment import Rate, with_run
from explorer.core.plan import resolve
from explorer.views.base import Frame
from explorer.views.gallery import SPEC, Gallery
from explorer.widgets import thumbnail
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


@pytest.mark.parametrize(
    ("name", "text", "read", "expected"),
    [
        ("a", "5", lambda e: dict(e.parameters)["a"], 5.0),
        ("noise sigma", "0.25", lambda e: e.noise.sigma, 0.25),
        ("batch", "32", lambda e: e.noise.batch, 32),
        ("seed", "7", lambda e: e.seed, 7),
        ("steps", "1234", lambda e: e.steps, 1234),
        ("start x", "1.5", lambda e: e.start, (1.5, 0.4)),
        ("start y", "-2", lambda e: e.start, (-4.6, -2.0)),
    ],
)
def test_every_row_edits_what_it_names(qtbot, gallery, name, text, read, expected):
    before = experiment("himmelblau")
    assert before.start == (-4.6, 0.4)
    row = gallery.rows()[name]
    with qtbot.waitSignal(gallery.edited) as said:
        type_into(row, text)
    new, words, _ = said.args
    assert read(new) == expected
    assert words == f"Change {name}"
    assert resolve(new).steps == new.steps
    gallery.show_frame(frame(gallery), Frame(before, LIGHT))
    assert row.value() == row.hyper.default


def test_a_parameter_has_its_own_undo_key(qtbot, gallery):
    with qtbot.waitSignal(gallery.edited) as said:
        type_into(gallery.rows()["a"], "5")
    assert said.args[1:] == ["Change a", "parameter:a"]


def test_stopping_rules_are_folded_away_and_edit(qtbot, gallery):
    assert "gradient norm" not in gallery.rows()
    gallery._stopping.heading.click()
    rows = gallery.rows()
    for name, text in (("gradient norm", "1e-4"), ("loss change", "1e-9"), ("patience", "5")):
        type_into(rows[name], text)
    stopping = gallery._experiment.stopping
    assert (stopping.gradient_norm, stopping.loss_change, stopping.patience) == (1e-4, 1e-9, 5)
    assert isinstance(stopping.patience, int)


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


def test_a_slice_of_a_picture_is_short():
    worst = []
    for spec in catalog().landscapes.values():
        best = [1.0] * 64
        for _ in range(3):
            slices = thumbnail.sample(spec)
            for i in range(64):
                start = time.perf_counter()
                if next(slices, slices) is slices:
                    break
                best[i] = min(best[i], time.perf_counter() - start)
        worst.append(max(t for t in best if t < 1.0))
    assert max(worst) < 0.010


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


def test_a_frame_without_news_costs_next_to_nothing(gallery):
    old = frame(gallery)
    times = []
    for step in range(50):
        new = replace(old, step=step)
        start = time.perf_counter()
        gallery.show_frame(old, new)
        times.append(time.perf_counter() - start)
        old = new
    assert sorted(times)[25] < 0.002


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
