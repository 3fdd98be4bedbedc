"""Runs beside each other: names, looks, forks, order, colours of paths; by menu, mouse and key."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from frames import diverging, four, moved
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from test_standings import labels, shown
from test_window import LEFT, launch, mouse, panes, pixel, settled  # noqa: F401

from explorer.commands import run_command
from explorer.core import compose, lineup, parse, shading, style
from explorer.core.catalog import catalog
from explorer.core.errors import InputError
from explorer.core.experiment import MAX_RUNS, Experiment, Fork, Learning, Rate, Run, View
from explorer.core.naming import names
from explorer.core.plan import resolve
from explorer.core.request import Request
from explorer.core.session import Session, dumps, loads
from explorer.core.stroke import Stroke
from explorer.engine import answer, runner
from explorer.engine.stroke import Strokes
from explorer.widgets.line import cut_name

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from explorer.gui.launch import Launch
    from explorer.gui.window import Window

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
START = (-4.6, 0.4)


# -- names and looks


@pytest.mark.parametrize(
    ("runs", "called"),
    [
        ((Run("adam", 0.08), Run("sgd", 0.1)), ("Adam", "GD")),
        ((Run("adam", 0.08), Run("adam", 0.01)), ("Adam 0.08", "Adam 0.01")),
        (
            (Run("adam", 0.1), Run("adam", 0.1, (("beta1", 0.5),))),
            ("Adam β₁ 0.9", "Adam β₁ 0.5"),
        ),
        (
            (Run("adam", 0.1), Run("adam", 0.1, (("beta2", 0.5),)), Run("adam", 0.2)),
            ("Adam 0.1 β₂ 0.999", "Adam 0.1 β₂ 0.5", "Adam 0.2"),
        ),
        ((Run("adam", 0.1), Run("adam", 0.1, rate=Rate("cosine"))), ("Adam", "Adam cosine")),
        ((Run("adam", 0.1), Run("adam", 0.1)), ("Adam", "Adam 2")),
        ((Run("adam", 0.1), Run("adam", 0.2, label="mine")), ("Adam", "mine")),
        ((Run("adam", 0.1, label="Adam"), Run("adam", 0.2)), ("Adam", "Adam 2")),
        ((Run("adam", 0.100001), Run("adam", 0.100002)), ("Adam 0.100001", "Adam 0.100002")),
    ],
)
def test_runs_of_one_optimizer_are_told_apart(
    runs: tuple[Run, ...], called: tuple[str, ...]
) -> None:
    assert names(runs) == called
    plan = resolve(Experiment("himmelblau", START, runs))
    assert tuple(run.label for run in plan.runs) == called


def test_any_number_of_equal_runs_have_names_and_looks_of_their_own() -> None:
    runs: tuple[Run, ...] = (Run("adam", 0.1),)
    while len(runs) < MAX_RUNS:
        runs = lineup.duplicate(runs, len(runs) - 1).runs
    assert len(set(names(runs))) == len({run.style for run in runs}) == MAX_RUNS
    with pytest.raises(InputError, match="At most 64 runs fit"):
        lineup.duplicate(runs, 0)
    looks = [style.style(run.style) for run in runs]
    for a, b in combinations(looks, 2):
        assert (a.colour == b.colour) + (a.marker == b.marker) + (a.dash == b.dash) <= 1


def test_the_first_eight_looks_are_those_of_the_palette() -> None:
    assert tuple(style.style(i) for i in range(8)) == style.STYLES
    assert style.style(64) == style.style(0)


def test_a_name_is_cut_so_that_it_can_be_told_apart(qapp: QApplication) -> None:
    metrics = QFontMetrics(QApplication.font())
    name = "Momentum 0.0035"
    whole = metrics.horizontalAdvance(name)
    assert cut_name(metrics, name, whole) == name
    cut = cut_name(metrics, name, whole - 20)
    assert cut.startswith("Mo")
    assert cut.endswith("… 0.0035")
    assert metrics.horizontalAdvance(cut) <= whole - 20
    alone = cut_name(metrics, "Momentum", metrics.horizontalAdvance("Momentum") - 12)
    assert alone.startswith("Mom")
    assert alone.endswith("…")


# -- forks


@pytest.mark.parametrize("key", ["sgd", "adam", "rmsprop", "nelder_mead", "lookahead", "sgld"])
def test_a_fork_is_the_same_to_the_last_bit_up_to_its_step(key: str) -> None:
    runs = lineup.fork((Run(key, 0.02, rate=Rate("cosine", warmup=7)),), 0, 31).runs
    given = Experiment("himmelblau", START, runs, steps=90)
    one, two = runner.run_all(resolve(given))
    assert np.array_equal(one.points[:32], two.points[:32])
    assert np.array_equal(one.loss[:32], two.loss[:32])
    for name, state in one.states.items():
        assert np.array_equal(state[:32], two.states[name][:32], equal_nan=True)
    assert np.array_equal(one.learning_rate[:31], two.learning_rate[:31])
    assert np.allclose(two.learning_rate[31:], 0.5 * one.learning_rate[31:], rtol=1e-15)
    if key != "nelder_mead":  # which knows no learning rate
        assert not np.array_equal(one.points[32], two.points[32])


def test_a_fork_goes_on_as_if_the_rate_had_been_changed_by_hand() -> None:
    """Gradient descent on a bowl by hand: x falls by 2·a·η·x a step, η changes at the fork."""
    spec = catalog().landscape("bowl")
    runs = lineup.fork((Run("sgd", 0.05),), 0, 10).runs
    trace = runner.run_all(resolve(Experiment("bowl", (1.0, 1.0), runs, steps=30)))[1]
    slope = np.empty((2, 1))
    x = np.ones((2, 1))
    for t in range(30):
        values = np.array([h.number(h.default) for h in spec.parameters])
        spec.gradient((values,), x, np.empty(1), slope)
        x = x - (0.05 if t < 10 else 0.025) * slope
        assert np.allclose(trace.points[t + 1], x[:, 0], rtol=1e-12)


def test_a_fork_of_a_fork_keeps_every_rate() -> None:
    runs = lineup.fork((Run("adam", 0.08),), 0, 30).runs
    runs = lineup.fork(runs, 1, 60).runs
    assert runs[2].forks == (Fork(30, 0.08), Fork(60, 0.04))
    assert runs[2].lr == 0.02
    # before its own fork a run is the one that it was forked off
    early = lineup.fork(runs, 2, 20).runs[3]
    assert (early.lr, early.forks) == (0.04, (Fork(20, 0.08),))
    at_start = lineup.fork((Run("adam", 0.08),), 0, 0).runs[1]
    assert (at_start.lr, at_start.forks) == (0.04, ())


def test_a_fork_keeps_the_momentum_that_a_schedule_swings() -> None:
    given = Run("adam", 0.05, rate=Rate("one_cycle"))
    fork = replace(lineup.fork((given,), 0, 20).runs[1], rate=Rate())
    one, two = resolve(Experiment("himmelblau", START, (given, fork), steps=80)).runs
    assert one.cycle.size == two.cycle.size == 80
    assert np.array_equal(one.cycle[:20], two.cycle[:20])
    assert (two.cycle[20:] == 0.9).all()


def test_what_cannot_be_forked_is_refused_in_a_line() -> None:
    runs = (Run("adam", 0.1), Run("sgd", 0.1, rate=Rate("reduce_on_plateau")))
    with pytest.raises(InputError, match="Adam ends at step 40: go to an earlier step"):
        lineup.fork(runs, 0, 40, last=40)
    with pytest.raises(InputError, match="GD cannot be forked: its schedule follows the loss"):
        lineup.fork(runs, 1, 10)
    odd = replace(runs[1], forks=(Fork(10, 0.1),))
    with pytest.raises(InputError, match="follows the loss"):
        resolve(Experiment("himmelblau", START, (odd,)))
    for forks, why in (
        ((Fork(0, 0.1),), "fork=0"),
        ((Fork(9, 0.1), Fork(5, 0.1)), "must rise"),
        ((Fork(9, -1.0),), "up to step 9"),
    ):
        with pytest.raises(InputError, match=why):
            resolve(Experiment("himmelblau", START, (Run("sgd", 0.1, forks=forks),)))


def test_a_training_can_be_forked() -> None:
    learning = Learning(model="mlp", data="moons", epochs=6)
    runs = lineup.fork((Run("adam", 0.02),), 0, 11).runs
    made = answer.answer_once(Request(Experiment("himmelblau", START, runs, learning=learning)))
    assert made.study is not None
    one, two = made.study.traces
    assert np.array_equal(one.points[:12], two.points[:12])
    assert np.array_equal(one.loss[:12], two.loss[:12])
    assert not np.array_equal(one.points[12], two.points[12])
    assert [run.label for run in made.plan.runs] == ["Adam 0.02", "Adam 0.01"]
    assert made.plan.runs[1].forks == (11,)


def test_forks_and_colours_of_paths_come_back_from_a_file() -> None:
    runs = lineup.fork((Run("adam", 0.08, rate=Rate("cosine", every=3)),), 0, 30).runs
    given = Experiment("himmelblau", START, runs, view=View(path_colour="loss"))
    back = loads(dumps(Session(given)))
    assert (back.experiment, back.messages) == (given, ())
    old = dumps(Session(given)).replace('"path_colour": "loss"', '"path_colour": "smell"')
    back = loads(old)
    assert back.experiment.view.path_colour == "optimizer"
    assert back.messages == ("path_colour='smell': the default is used",)
    plain = dumps(Session(replace(given, runs=runs[:1]))).replace('"forks"', '"spoons"')
    assert loads(plain).experiment.runs == runs[:1]
    with pytest.raises(InputError, match="damaged"):
        loads(dumps(Session(given)).replace('"step": 30', '"step": "soon"'))


def test_the_command_line_takes_forks() -> None:
    made = parse.run("adam", {"lr": "0.05", "fork": "30", "before": "0.1"})
    assert (made.lr, made.forks) == (0.05, (Fork(30, 0.1),))
    with pytest.raises(InputError, match="belong together"):
        parse.run("adam", {"fork": "30"})


# -- the list of runs


def test_moving_and_removing_keep_who_is_chosen() -> None:
    runs = tuple(Run(key, 0.1) for key in ("sgd", "momentum", "adam"))
    down = lineup.move(runs, 0, 1)
    assert [run.optimizer for run in down.runs] == ["momentum", "sgd", "adam"]
    assert [down.chosen(runs, at) for at in range(3)] == [1, 0, 2]
    assert lineup.move(runs, 0, -1).runs == runs
    gone = lineup.remove(runs, 1)
    assert [gone.chosen(runs, at) for at in range(3)] == [0, 1, 1]
    assert lineup.remove(runs[:1], 0).chosen(runs[:1], 0) == 0


def test_a_colour_is_taken_with_a_marker_that_is_free() -> None:
    runs = tuple(Run("sgd", 0.1, style=i) for i in range(3))
    made = lineup.recolour(runs, 2, 0).runs[2]
    assert style.style(made.style).colour == style.STYLES[0].colour
    assert style.style(made.style).marker != style.STYLES[0].marker
    other = lineup.next_marker(runs, 0).runs[0]
    assert style.style(other.style).colour == style.STYLES[0].colour
    assert style.style(other.style) != style.STYLES[0]
    assert style.style(lineup.next_colour(runs, 2).runs[2].style) == style.STYLES[3]


# -- the real window


def press(window: Window, qtbot: QtBot, key: Any, modifier: Any = None) -> None:
    qtbot.keyClick(window, key, *([modifier] if modifier is not None else []))
    settled(window, qtbot)


def at_step(window: Window, step: int) -> None:
    window.player.go(step)
    assert window.frame.step == step


def called(window: Window) -> list[str]:
    assert window.frame.plan is not None
    return [run.label for run in window.frame.plan.runs]


def test_f_forks_the_chosen_run_at_the_cursor(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    at_step(window, 25)
    press(window, qtbot, KEY.Key_F)
    assert window.store.undo_name == "Fork Adam at step 25"
    assert window.frame.selected == 4
    runs = window.store.experiment.runs
    assert runs[4].lr == 0.5 * runs[3].lr
    one, two = window.frame.traces[3:]
    assert np.array_equal(one.points[:26], two.points[:26])
    assert not np.array_equal(one.points[26], two.points[26])
    (pane,) = panes(window)
    assert pane._plot is not None
    assert [path.forks for path in pane._plot.paths] == [(), (), (), (), (25,)]
    # every place that names a run names both by their rates
    rates = [f"Adam {run.lr:g}" for run in runs[3:]]
    assert called(window)[3:] == rates
    assert [path.label for path in pane._plot.paths][3:] == rates
    cards: Any = window.views["optimizers"]
    assert [card.head.name() for card in cards.cards][3:] == rates
    assert cards.cards[4].before.text() == f"η {runs[3].lr:g} up to step 25"
    standings: Any = window.views["standings"]
    assert set(rates) < set(labels(standings.ranking))
    curves: Any = window.views["curves"]
    qtbot.waitUntil(lambda: window._shown["curves"] is window.frame, timeout=5000)
    assert {series.label for series in curves._drawn.series} > set(rates)
    assert window.frame.experiment.runs[4].style not in (0, 1, 2, 3)
    press(window, qtbot, KEY.Key_Z, CTRL)
    assert len(window.store.experiment.runs) == 4


def test_the_ring_of_a_fork_is_on_the_map(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    at_step(window, 25)
    press(window, qtbot, KEY.Key_F)
    at_step(window, 60)
    (pane,) = panes(window)
    assert pane._plot is not None
    place = pane.to_pixel(*pane._plot.paths[4].points[25])
    with_ring = pane.grab().toImage()
    paths = tuple(replace(path, forks=()) for path in pane._plot.paths)
    pane.show_map(replace(pane._plot, paths=paths), pane._image)
    without = pane.grab().toImage()
    differ = [
        (x, y)
        for x in range(with_ring.width())
        for y in range(with_ring.height())
        if with_ring.pixel(x, y) != without.pixel(x, y)
    ]
    assert differ
    middle = np.mean(differ, axis=0) / with_ring.devicePixelRatio()
    assert np.hypot(*(middle - (place.x(), place.y()))) < 2
    window.player.go(24)  # before it there is none
    assert panes(window)[0]._plot.paths[4].forks == ()  # type: ignore[union-attr]


def test_a_fork_past_the_end_is_refused_in_the_status_bar(
    launch: Launch,  # noqa: F811
    qtbot: QtBot,
) -> None:
    window = launch.window
    qtbot.keyClick(window, KEY.Key_End)
    last = window.frame.traces[3].stop_step
    qtbot.keyClick(window, KEY.Key_F)
    assert len(window.store.experiment.runs) == 4
    told = window.status._message.text()
    assert told == f"Adam ends at step {last}: go to an earlier step to fork it"


def test_every_change_of_a_run_has_a_key_and_can_be_undone(
    launch: Launch,  # noqa: F811
    qtbot: QtBot,
) -> None:
    window = launch.window
    before = window.store.experiment
    for key, modifier, words in (
        (KEY.Key_D, CTRL, "Duplicate Adam"),
        (KEY.Key_H, None, "Hide Adam"),
        (KEY.Key_H, SHIFT, "Show only Adam"),
        (KEY.Key_C, None, "Recolour Adam"),
        (KEY.Key_C, SHIFT, "Change marker of Adam"),
        (KEY.Key_Up, CTRL, "Move Adam up"),
        (KEY.Key_Delete, None, "Remove Adam"),
    ):
        window.apply(selected=3)
        press(window, qtbot, key, modifier)
        assert window.store.experiment != before
        assert window.store.undo_name == words
        press(window, qtbot, KEY.Key_Z, CTRL)
        assert replace(window.store.experiment, view=before.view) == before
        assert window.store.redo_name == words
    window.apply(selected=0)
    press(window, qtbot, KEY.Key_Down, CTRL)
    assert window.store.undo_name == "Move GD down"
    assert window.frame.selected == 1
    assert called(window)[:2] == ["Momentum", "GD"]


def test_f2_renames_the_chosen_run_everywhere(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    qtbot.keyClick(window, KEY.Key_F2)
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "Baseline")
    QTest.keyClick(field, KEY.Key_Return)
    settled(window, qtbot)
    assert called(window)[3] == "Baseline"
    assert window.store.undo_name == "Change name of Adam"


def pick(menu: QMenu, *texts: str) -> None:
    """Choose an entry of a menu that is open, by the keys."""
    for text in texts[:-1]:
        action = next(a for a in menu.actions() if a.text() == text)
        menu.setActiveAction(action)
        QTest.keyClick(menu, KEY.Key_Right)
        menu = action.menu()  # type: ignore[assignment]
    menu.setActiveAction(next(a for a in menu.actions() if a.text() == texts[-1]))
    QTest.keyClick(menu, KEY.Key_Return)


def test_a_card_s_menu_forks_recolours_and_moves(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    at_step(window, 10)
    view: Any = window.views["optimizers"]
    qtbot.waitUntil(lambda: view._step == 10, timeout=5000)
    for texts, words in (
        (("Fork here with another rate",), "Fork Momentum at step 10"),
        (("Colour", "Green"), "Recolour Momentum 0.0035"),
        (("Move up",), "Move Momentum 0.0035 up"),
    ):
        QTest.mouseClick(view.cards[1].head.menu, LEFT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        pick(menu, *texts)
        settled(window, qtbot)
        assert window.store.undo_name == words
    runs = window.store.experiment.runs
    assert [run.optimizer for run in runs[:3]] == ["momentum", "sgd", "momentum"]
    assert style.style(runs[0].style).colour == style.STYLES[4].colour
    assert runs[2].forks == (Fork(10, runs[0].lr),)


def test_p_colours_paths_by_rate_and_by_loss(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    (pane,) = panes(window)
    plain = pane.grab().toImage()
    seen = []
    for by, name in (("rate", "Learning rate"), ("loss", "Loss, logarithmic")):
        press(window, qtbot, KEY.Key_P)
        assert window.store.experiment.view.path_colour == by
        assert pane._plot is not None
        assert pane._plot.shading is not None
        assert pane._plot.shading.name.startswith(name)
        qtbot.waitUntil(lambda: window.worker._shades, timeout=30_000)
        seen.append(pane.grab().toImage())
        assert name.lower() in pane.describe()
    assert seen[0] != seen[1] != plain
    press(window, qtbot, KEY.Key_P)
    assert pane._plot.shading is None
    assert pane.grab().toImage() == plain
    assert window.store.undo_name == ""  # how it is looked at is nothing to undo


def test_axes_and_pointer_are_linked_side_by_side(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    press(window, qtbot, KEY.Key_S)
    qtbot.waitUntil(lambda: len(panes(window)) == 4, timeout=5000)
    QTest.qWait(300)
    settled(window, qtbot)
    third = panes(window)[2]
    before = third.shown()
    at = third.area().center()
    event = QWheelEvent(
        at, QPointF(third.mapToGlobal(at.toPoint())), QPoint(0, 120), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(third, event)
    assert third.shown() != before
    # at once, while the hand still moves
    assert all(np.allclose(pane.shown(), third.shown()) for pane in panes(window))
    mouse(third, QEvent.Type.MouseButtonPress, pixel(third, 1.0, -1.0), True)
    for x in (1.5, 2.0):
        mouse(third, QEvent.Type.MouseMove, pixel(third, x, -1.0), True)
        assert all(np.allclose(pane.shown(), third.shown()) for pane in panes(window))
    mouse(third, QEvent.Type.MouseButtonRelease, pixel(third, 2.0, -1.0), False)
    qtbot.waitUntil(lambda: window.store.experiment.view.bounds is not None, timeout=5000)
    settled(window, qtbot)
    QTest.qWait(300)
    for pane in panes(window):
        np.testing.assert_allclose(pane.shown(), third.shown(), atol=0.1)
    mouse(third, QEvent.Type.MouseMove, QPoint(90, 60), False)
    crosses = {pane._cross for pane in panes(window)}
    assert len(crosses) == 1
    assert None not in crosses
    window.player.go(7)
    rows = {len(pane._plot.paths[0].points) for pane in panes(window)}  # type: ignore[union-attr]
    assert rows == {8}


def test_a_dozen_panes_scroll_rather_than_overlap(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    window.resize(1280, 720)
    for _ in range(8):
        press(window, qtbot, KEY.Key_D, CTRL)
    window.look(layout="side", path_colour="loss")
    settled(window, qtbot)
    qtbot.waitUntil(lambda: len(panes(window)) == 12, timeout=5000)
    QTest.qWait(200)
    view: Any = window.views["contour"]
    bar = view._bar.mapTo(view, QPoint(0, 0)).x()
    for pane in panes(window):
        assert pane.mapTo(view, QPoint(pane.width(), 0)).x() <= bar
        assert pane.height() >= 130
        assert pane.width() >= 120
    assert view._area.verticalScrollBar().maximum() > 0
    assert view._strip.isVisible()
    assert "loss" in view._strip.accessibleDescription().lower()
    window.look(layout="overlay")
    settled(window, qtbot)
    (pane,) = panes(window)
    assert pane.width() > 0.7 * view.width()
    assert not view._area.isVisible()


# -- colours of paths


def test_the_scale_is_even_in_lightness_and_reads_on_the_halo() -> None:
    def luminance(rgb: Any) -> Any:
        share = np.asarray(rgb) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return linear @ (0.2126, 0.7152, 0.0722)

    found = luminance(shading.ramp())
    halo = luminance([0x10, 0x12, 0x16])
    assert ((found + 0.05) / (halo + 0.05)).min() >= 3.0
    lightness = 116 * np.cbrt(found) - 16
    steps = np.diff(lightness)
    assert (steps > -0.3).all()  # bytes are whole numbers
    assert np.allclose(np.diff(lightness[::51]), np.diff(lightness[::51]).mean(), rtol=0.15)


def test_shades_are_the_rates_that_led_to_the_points() -> None:
    given = four()
    runs = (replace(given.experiment.runs[0], rate=Rate("step", (("step_size", 10.0),))),)
    plan = resolve(replace(given.experiment, runs=runs))
    trace = replace(given.traces[0], learning_rate=plan.runs[0].rates)
    made = compose.map_plot(plan, _field(), _levels(), (trace,), 25, View(path_colour="rate"))
    (path,) = made.paths
    low, high = plan.runs[0].rates.min(), plan.runs[0].rates.max()
    applied = np.concatenate([plan.runs[0].rates[:1], plan.runs[0].rates[:25]])
    wanted = np.log(applied / low) / np.log(high / low)
    assert np.allclose(path.shades, wanted)
    assert path.stepped
    assert made.shading is not None
    assert made.shading.name == "Learning rate, logarithmic"
    assert (made.shading.low, made.shading.high) == ("4.00×10⁻⁸", "0.004")


def _field() -> Any:
    from explorer.core.figure import Field

    x = np.linspace(-6, 6, 21)
    return Field(x, x, np.add.outer(x * x, x * x))


def _levels() -> Any:
    from explorer.core import levels

    return levels.choose(_field().z, "linear", None)


def test_one_scale_is_for_all_runs_and_says_what_is_beyond_it() -> None:
    given = diverging()
    view = View(path_colour="loss")
    parts = given.plan, _field(), _levels(), given.traces, given.step, view
    made = compose.map_plot(*parts)
    tame = given.traces[1].loss
    assert made.shading is not None
    assert made.shading.high.startswith("≥")
    (wild, path), low = made.paths, max(tame.min(), 1e-4 * tame.max())
    high = max(tame.max(), given.traces[0].loss[0])
    wanted = np.log(path.losses.clip(low, high) / low) / np.log(high / low)
    assert np.allclose(path.shades, wanted)
    assert wild.shades.max() == 1.0
    side = compose.side_plots(*parts)
    assert [plot.shading is None for plot in side] == [False, True]
    assert np.array_equal(side[1].paths[0].shades, path.shades)
    plain = compose.map_plot(*parts[:-1], View())
    assert plain.shading is None
    assert not any(path.shades.size for path in plain.paths)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_shaded_line_covers_what_a_plain_one_does_in_the_colours_of_the_scale(
    ratio: float,
) -> None:
    points = np.array([[10.0, 20.0], [110.0, 20.0], [110.0, 90.0]])
    shades = np.array([0.0, 1.0, 0.5])
    line = Stroke(points, ("#FFFFFF", 1.0), 6.0)
    size = round(130 * ratio), round(110 * ratio)
    plain = Strokes()([line], *size, ratio)
    drawn = Strokes()([replace(line, shades=shades)], *size, ratio)
    assert np.array_equal(drawn >> 24, plain >> 24)
    for x, y, shade in ((10, 20, 0.0), (60, 20, 0.5), (35, 20, 0.25), (110, 55, 0.75)):
        found = QColor(int(drawn[round(y * ratio), round(x * ratio)])).getRgb()[:3]
        at = round(shade * 255)
        near = shading.ramp()[max(at - 3, 0) : at + 4].astype(int)
        assert np.abs(near - found).max(axis=1).min() <= 6
    stepped = Strokes()([replace(line, shades=shades, stepped=True)], *size, ratio)
    row = stepped[round(20 * ratio), round(20 * ratio) : round(100 * ratio)]
    assert {QColor(int(v)).getRgb()[:3] for v in row} == {tuple(shading.ramp()[255].tolist())}


def test_plain_lines_are_drawn_without_what_shades_need() -> None:
    """In a process of its own: what draws shades is not even loaded for ordinary paths."""
    import subprocess
    import sys

    code = (
        "import sys, numpy as np\n"
        "from explorer.core.stroke import Stroke\n"
        "from explorer.engine.stroke import Strokes\n"
        "Strokes()([Stroke(np.zeros((2, 2)), ('#FFFFFF', 1.0), 2.0)], 9, 9)\n"
        "assert 'explorer.engine.shade' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_files_show_the_colours_and_their_scale(tmp_path: Path) -> None:
    from PIL import Image

    args = ["--landscape", "himmelblau", "--optimizer", "adam:lr=0.05,fork=20,before=0.1"]
    args += ["--size", "900x700", "--steps", "60"]
    seen = {}
    for by in ("optimizer", "rate", "loss"):
        target = tmp_path / f"{by}.png"
        run_command("export", [*args, "--path-colour", by, "--out", str(target)])
        with Image.open(target) as picture:
            seen[by] = np.asarray(picture.convert("RGB")).astype(int)
    ends = shading.ramp()[[0, 255]].astype(int)
    for tint in ends:
        count = {by: int((np.abs(px - tint).max(axis=2) <= 3).sum()) for by, px in seen.items()}
        assert count["optimizer"] < 20 < count["rate"]
        assert count["optimizer"] < 10 < count["loss"]
    for suffix in ("svg", "pdf"):
        run_command(
            "export", [*args, "--path-colour", "loss", "--out", str(tmp_path / f"p.{suffix}")]
        )
        assert (tmp_path / f"p.{suffix}").stat().st_size > 10_000


# -- standings


def test_what_diverged_is_last_whichever_way(qtbot: QtBot) -> None:
    view = shown(qtbot, diverging(), 450)
    head = view.table.horizontalHeader()
    for column in (1, 2, 3, 4, 5):
        for _ in range(2):
            at = head.sectionViewportPosition(column) + head.sectionSize(column) // 2
            QTest.mouseClick(head.viewport(), LEFT, pos=QPoint(at, 10))
            assert view.ranking.column == column
            assert labels(view.ranking) == ["Momentum", "GD"]
    at = head.sectionViewportPosition(0) + 30
    QTest.mouseClick(head.viewport(), LEFT, pos=QPoint(at, 10))
    assert labels(view.ranking) == ["GD", "Momentum"]


def test_no_number_is_last_whichever_way(qtbot: QtBot) -> None:
    given = four()
    bad = replace(given.traces[2], loss=np.full_like(given.traces[2].loss, np.nan))
    view = shown(qtbot, moved(given, traces=(*given.traces[:2], bad, given.traces[3])))
    for _ in range(2):
        assert labels(view.ranking)[-1] == "RMSProp"
        view.ranking.sort_by(1)


def test_the_keys_sort_by_every_column(qtbot: QtBot) -> None:
    view = shown(qtbot, four(), 450)
    head = view.table.horizontalHeader()
    view.activateWindow()
    head.setFocus()
    qtbot.waitUntil(head.hasFocus)
    QTest.keyClick(head, KEY.Key_Home)
    QTest.keyClick(head, KEY.Key_Space)
    assert (view.ranking.column, view.ranking.ascending) == (0, True)
    assert labels(view.ranking) == ["Adam", "GD", "Momentum", "RMSProp"]
    QTest.keyClick(head, KEY.Key_Return)
    assert not view.ranking.ascending
    for column in (1, 2, 3, 4, 5):
        before = head.grab().toImage()
        QTest.keyClick(head, KEY.Key_Right)
        QTest.keyClick(head, KEY.Key_Space)
        assert (view.ranking.column, view.ranking.ascending) == (column, True)
        up = head.grab().toImage()
        QTest.keyClick(head, KEY.Key_Space)
        assert head.grab().toImage() != up != before  # the direction is shown
        assert ("highest" in view.describe()) == (column < 5)
    # the keys that act here do not move the cursor of the whole window
    event = QKeyEvent(QEvent.Type.ShortcutOverride, KEY.Key_Right, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(head, event)
    assert event.isAccepted()


def test_the_chosen_row_stays_chosen_when_sorted(qtbot: QtBot) -> None:
    given = moved(four(), selected=2)
    view = shown(qtbot, given)
    for column in (0, 0, 2, 1):
        view.ranking.sort_by(column)
        assert view.ranking.entry(view.table.currentIndex().row()).run == 2


def test_t_sorts_the_standings_from_anywhere(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    standings: Any = launch.window.views["standings"]
    ranking, hidden = standings.ranking, standings.table.isColumnHidden(2)
    qtbot.keyClick(launch.window, KEY.Key_T)
    assert (ranking.column, ranking.ascending) == (3 if hidden else 2, True)
    qtbot.keyClick(launch.window, KEY.Key_T, SHIFT)
    assert (ranking.column, ranking.ascending) == (3 if hidden else 2, False)
    assert "highest first" in launch.window.status._message.text()


def test_no_panel_is_left_behind_by_the_rest_of_a_round(launch: Launch, qtbot: QtBot) -> None:  # noqa: F811
    window = launch.window
    hidden = next(key for key in window.views if not window.arrangement.is_open(key))
    window._turns = [hidden]  # a round that is nearly over when something changes
    window.apply(step=3)
    keys = [key for key in window.views if window.arrangement.is_open(key)]
    qtbot.waitUntil(lambda: all(window._shown[key] is window.frame for key in keys), timeout=5000)
