"""The optimizers dock: cards that edit runs, and never fight the frames they cause."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea

from explorer.core.catalog import catalog, hypers
from explorer.core.defaults import experiment, rate_for
from explorer.core.errors import InputError
from explorer.core.experiment import MAX_RUNS, Experiment, Rate, Run, Validation, with_run
from explorer.core.naming import copy_name, own_name
from explorer.core.naming import names as run_names
from explorer.core.plan import resolve
from explorer.core.style import unused
from explorer.core.trace import Trace
from explorer.views.base import Frame
from explorer.views.optimizers import SPEC, Optimizers
from explorer.widgets.runcard import LEARNING_RATE
from explorer.widgets.theme import LIGHT

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dock(qtbot):
    view = SPEC.make()
    view.resize(312, 600)
    qtbot.addWidget(view)
    qtbot.addWidget(view.header())
    view.show_frame(None, Frame(experiment("himmelblau"), LIGHT))
    with qtbot.waitExposed(view):
        view.show()
        view.activateWindow()
    return view


def show(view: Optimizers, new: Experiment, **how) -> Frame:
    """Show an experiment as a first frame."""
    made = Frame(new, LIGHT, **how)
    view.show_frame(None, made)
    QApplication.processEvents()
    return made


def trace(reason: str, step: int) -> Trace:
    rows = np.zeros(step + 1)
    return Trace(np.zeros((step + 1, 2)), rows, rows, rows[1:], {}, reason, step)


def act(menu, text: str) -> None:
    """Trigger the action of that name and close the menu."""
    action = next(action for action in menu.actions() if action.text() == text)
    assert action.isEnabled()
    action.trigger()
    menu.deleteLater()


def names(view: Optimizers) -> list[str]:
    return [card.head.name() for card in view.cards]


def type_into(row, text: str) -> None:
    row.box.setFocus()
    row.box.selectAll()
    QTest.keyClicks(row.box, text)
    QTest.keyClick(row.box, KEY.Key_Return)


def test_every_run_has_a_card_with_its_learning_rate(dock):
    runs = experiment("himmelblau").runs
    assert names(dock) == [own_name(run) for run in runs]
    assert [card.rate.value() for card in dock.cards] == [run.lr for run in runs]
    assert LEARNING_RATE.span == (1e-6, 10.0)


def test_typing_a_learning_rate_edits_its_run_only(qtbot, dock):
    before = experiment("himmelblau")
    with qtbot.waitSignal(dock.edited) as said:
        type_into(dock.cards[1].rate, "0.02")
    new, words, key = said.args
    assert new == with_run(before, 1, lr=0.02)
    assert words == "Change learning rate of Momentum"
    assert key == "run:1:lr"


def test_edits_build_on_each_other_before_a_frame_comes_back(dock):
    said = []
    dock.edited.connect(lambda new, *_: said.append(new))
    type_into(dock.cards[0].rate, "0.5")
    type_into(dock.cards[1].rate, "0.25")
    assert [run.lr for run in said[-1].runs[:2]] == [0.5, 0.25]


def test_dragging_a_rate_is_not_fought_by_the_frames_it_causes(dock):
    shown = [show(dock, experiment("himmelblau"))]

    def redraw(new, *_):
        shown.append(Frame(new, LIGHT))
        dock.show_frame(shown[-2], shown[-1])

    dock.edited.connect(redraw)
    slider = dock.cards[2].rate.slider
    left, right = slider._ends()
    QTest.mousePress(slider, LEFT, pos=QPoint(round(left), 14))
    for share in np.linspace(0, 1, 12):
        QTest.mouseMove(slider, QPoint(round(left + share * (right - left)), 14))
        QApplication.processEvents()
        assert slider.isSliderDown()
    QTest.mouseRelease(slider, LEFT, pos=QPoint(round(right), 14))
    rates = [one.experiment.runs[2].lr for one in shown[1:]]
    assert rates == sorted(rates)
    assert rates[-1] == 10.0
    assert dock.cards[2].rate.box.text() == "10"


def test_a_click_on_a_card_chooses_it(qtbot, dock):
    with qtbot.waitSignal(dock.selected) as said:
        QTest.mouseClick(dock.cards[2].head, LEFT, pos=QPoint(60, 14))
    assert said.args == [2]
    dock.cards[3].head.setFocus()
    with qtbot.waitSignal(dock.selected) as said:
        QTest.keyClick(dock.cards[3].head, KEY.Key_Return)
    assert said.args == [3]


def test_the_chosen_card_is_filled_and_shows_its_folds(qtbot, dock):
    show(dock, experiment("himmelblau"), selected=3)
    chosen, other = dock.cards[3], dock.cards[0]
    assert chosen.grab().toImage().pixelColor(2, 2).name().upper() == LIGHT.chosen
    assert other.grab().toImage().pixelColor(2, 2).name().upper() != LIGHT.chosen
    assert chosen.height() > other.height() == 68
    headings = [fold.heading.text() for fold in (chosen._hyper, chosen._schedule)]
    assert headings == ["Hyperparameters", "Schedule"]


def needs_squares(spec) -> bool:
    return any(state.fill == "gauss_newton" for state in spec.state)


def home_of(spec) -> Experiment:
    """An experiment on a landscape where the optimizer can run."""
    if not needs_squares(spec):
        return experiment("himmelblau")
    fit = [key for key, land in catalog().landscapes.items() if land.gauss_newton is not None]
    if not fit:
        pytest.skip("no landscape is a sum of squares")
    return experiment(fit[0])


def other_number(hyper) -> float:
    """An allowed value that is not the default."""
    low, high = hyper.span
    low, high = max(low, -1e6), min(high, 1e6)
    tried = (0.5 * (low + high), 0.25 * low + 0.75 * high, high, low)
    if hyper.integer:
        tried = tuple(float(round(value)) for value in tried)
    for value in tried:
        try:
            hyper.check(value)
        except InputError:
            continue
        if value != hyper.default:
            return value
    raise AssertionError(f"{hyper.name} has no other value than {hyper.default}")


@pytest.mark.parametrize("key", list(catalog().optimizers))
def test_every_hyperparameter_can_be_set(qtbot, dock, key):
    spec = catalog().optimizer(key)
    before = replace(home_of(spec), runs=(Run(key, 0.1),))
    show(dock, before)
    every = hypers(spec, {})
    assert [row.hyper for row in dock.cards[0]._hyper_rows] == list(every)
    for at, hyper in enumerate(every):
        shown = show(dock, before)
        row = dock.cards[0]._hyper_rows[at]
        if hyper.choices:
            other = next(c for c in hyper.choices if c != row.value())
            with qtbot.waitSignal(dock.edited) as said:
                row._take(other, dragging=False)
            assert dict(said.args[0].runs[0].hyper)[hyper.name] == other
        else:
            wanted = other_number(hyper)
            with qtbot.waitSignal(dock.edited) as said:
                type_into(row, repr(wanted))
            assert dict(said.args[0].runs[0].hyper)[hyper.name] == wanted
        assert resolve(said.args[0]).runs[0].key == key
        dock.show_frame(shown, replace(shown, experiment=said.args[0]))


WRAPPERS = [key for key, spec in catalog().optimizers.items() if spec.wraps]


@pytest.mark.parametrize("key", WRAPPERS)
def test_a_wrapper_shows_what_it_wraps_and_its_settings(qtbot, dock, key):
    spec = catalog().optimizer(key)
    before = Experiment("himmelblau", (0.0, 0.0), (Run(key, 0.1, (("inner", "adam"),)),))
    shown = show(dock, before)
    card = dock.cards[0]
    rows = {row.hyper.name: row for row in card._hyper_rows}
    assert list(rows) == [h.name for h in hypers(spec, {"inner": "adam"})]
    type_into(rows["beta1"], "0.5")
    type_into(rows[spec.hyper[0].name], repr(other_number(spec.hyper[0])))
    with qtbot.waitSignal(dock.edited) as said:
        rows["inner"]._take("momentum", dragging=False)
    new = said.args[0]
    assert said.args[1] == f"Change inner of {own_name(before.runs[0])}"
    # what was set of Adam is gone with it, what was set of the wrapper is not
    assert set(dict(new.runs[0].hyper)) == {"inner", spec.hyper[0].name}
    assert resolve(new).runs[0].optimizer.key == "momentum"
    dock.show_frame(shown, replace(shown, experiment=new))
    names = [row.hyper.name for row in card._hyper_rows]
    assert names == [h.name for h in hypers(spec, {"inner": "momentum"})]
    assert card._hyper.is_open()
    dock.show_frame(replace(shown, experiment=new), shown)
    assert "beta1" in [row.hyper.name for row in card._hyper_rows]


def open_schedule(dock, at: int = 3, **changes):
    """The experiment shown with a schedule's rows open: the frame and the rows."""
    given = replace(experiment("himmelblau"), **changes)
    shown = show(dock, given, selected=at, plan=resolve(given))
    if not dock.cards[at]._schedule.is_open():
        dock.cards[at]._schedule.heading.click()
    return shown, dock.cards[at]._schedule_rows


def named(rows) -> dict:
    return {row.hyper.name: row for row in rows.rows()}


def test_a_schedule_is_chosen_set_and_drawn(qtbot, dock):
    shown, rows = open_schedule(dock)
    card = dock.cards[3]
    assert card._schedule.heading.accessibleDescription() == "constant"
    combo = rows.choice
    keys = list(catalog().schedules)
    combo.setFocus()
    with qtbot.waitSignal(dock.edited) as said:
        combo.setCurrentIndex(keys.index("cosine"))
        combo.activated.emit(keys.index("cosine"))
    new = said.args[0]
    assert new.runs[3].rate == Rate("cosine")
    later = replace(shown, experiment=new, plan=resolve(new))
    dock.show_frame(shown, later)
    assert {h.name for h in catalog().schedule("cosine").hyper} < set(named(rows))
    assert card.head._rates[0] > card.head._rates[-1]
    with qtbot.waitSignal(dock.edited) as said:
        type_into(named(rows)["warm-up"], "25")
    assert said.args[0].runs[3].rate.warmup == 25
    assert isinstance(said.args[0].runs[3].rate.warmup, int)
    dock.show_frame(later, replace(later, experiment=said.args[0]))
    assert card._schedule.heading.accessibleDescription() == "cosine, warm-up"
    undone = replace(later, experiment=experiment("himmelblau"))
    dock.show_frame(replace(later, experiment=said.args[0]), undone)
    assert card._schedule.heading.accessibleDescription() == "constant"
    assert list(named(rows)) == ["warm-up"]


@pytest.mark.parametrize("key", list(catalog().schedules))
def test_every_schedule_can_be_chosen_and_set(qtbot, dock, key):
    _, rows = open_schedule(dock, 0)
    if key != "constant":
        rows._choose(key)
    assert list(named(rows)) == [*(h.name for h in catalog().schedule(key).hyper), "warm-up"]
    for hyper in catalog().schedule(key).hyper:
        with qtbot.waitSignal(dock.edited) as said:
            if hyper.choices:
                other = next(c for c in hyper.choices if c != hyper.default)
                named(rows)[hyper.name]._take(other, dragging=False)
            else:
                type_into(named(rows)[hyper.name], repr(other_number(hyper)))
        rate = said.args[0].runs[0].rate
        assert rate.key == key
        assert dict(rate.hyper)[hyper.name] != hyper.default


def test_a_schedule_moves_by_step_or_epoch_where_epochs_are_longer(qtbot, dock):
    shown, rows = open_schedule(dock, validation=Validation((0.1, 0.1), epoch=20))
    moves = named(rows)["schedule moves"]
    assert moves.hyper.choices == ("every step", "every epoch")
    rows._choose("cosine")
    with qtbot.waitSignal(dock.edited) as said:
        named(rows)["schedule moves"]._take("every epoch", dragging=False)
    new = said.args[0]
    assert new.runs[3].rate == Rate("cosine", every=20)
    assert len(set(resolve(new).runs[3].rates.tolist())) == 25
    # with epochs of one step there is nothing to choose
    plain = replace(
        new, validation=Validation(), runs=(*new.runs[:3], replace(new.runs[3], rate=Rate()))
    )
    dock.show_frame(shown, replace(shown, experiment=plain))
    assert "schedule moves" not in named(rows)
    # from a file, it may move at a pace of its own
    odd = replace(plain, runs=(*plain.runs[:3], replace(plain.runs[3], rate=Rate(every=7))))
    dock.show_frame(replace(shown, experiment=plain), replace(shown, experiment=odd))
    assert named(rows)["schedule moves"].value() == "every 7 steps"


PLATEAUS = [key for key, spec in catalog().schedules.items() if spec.plateau is not None]


@pytest.mark.parametrize("key", PLATEAUS)
def test_a_schedule_that_reacts_is_drawn_as_it_was_applied(dock, key):
    given = with_run(experiment("himmelblau"), 0, rate=Rate(key))
    plan = resolve(given)
    ends = tuple(trace("max_steps", 500) for _ in range(4))
    rates = np.repeat([0.4, 0.2, 0.1], [200, 200, 100])
    ends = (replace(ends[0], learning_rate=rates), *ends[1:])
    shown = show(dock, given, plan=plan)
    assert set(dock.cards[0].head._rates) == {plan.runs[0].rates[0]}
    dock.show_frame(shown, replace(shown, traces=ends))
    assert sorted(set(dock.cards[0].head._rates)) == [0.1, 0.2, 0.4]
    # a run that was stopped keeps its last rate
    short = (replace(ends[0], learning_rate=rates[:250]), *ends[1:])
    dock.show_frame(shown, replace(shown, traces=short))
    assert dock.cards[0].head._rates[-1] == 0.2


def test_what_is_open_on_one_card_is_open_on_the_next(dock):
    show(dock, experiment("himmelblau"), selected=3)
    dock.cards[3]._schedule.heading.click()
    dock.cards[3]._hyper.heading.click()
    show(dock, experiment("himmelblau"), selected=1)
    assert dock.cards[1]._schedule.is_open()
    assert not dock.cards[1]._hyper.is_open()
    assert not dock.cards[3]._schedule.isVisible()


def test_the_eye_hides_and_shows(qtbot, dock):
    card = dock.cards[1]
    with qtbot.waitSignal(dock.edited) as said:
        QTest.mouseClick(card.head.eye, LEFT)
    assert said.args[0] == with_run(experiment("himmelblau"), 1, visible=False)
    assert said.args[1] == "Hide Momentum"
    show(dock, said.args[0])
    assert card.head.eye.icon_name() == "eye-off"
    assert card.head.eye.accessibleName() == "Show Momentum"
    with qtbot.waitSignal(dock.edited) as said:
        QTest.mouseClick(card.head.eye, LEFT)
    assert said.args[0].runs[1].visible


def test_solo_shows_one_and_then_all_again(qtbot, dock):
    with qtbot.waitSignal(dock.edited) as said:
        QTest.mouseClick(dock.cards[2].head.solo, LEFT)
    assert [run.visible for run in said.args[0].runs] == [False, False, True, False]
    show(dock, said.args[0])
    assert dock.cards[2].head.solo.accessibleName() == "Show all runs again"
    with qtbot.waitSignal(dock.edited) as said:
        QTest.mouseClick(dock.cards[2].head.solo, LEFT)
    assert all(run.visible for run in said.args[0].runs)


def test_duplicate_puts_a_copy_with_another_look_and_name_below(qtbot, dock):
    with qtbot.waitSignals([dock.edited, dock.selected]):
        act(dock.card_menu(3), "Duplicate")
    runs = dock._experiment.runs
    assert len(runs) == 5
    assert run_names(runs)[3:] == ("Adam", "Adam 2")
    assert runs[4].style == 4
    assert replace(runs[4], style=3, label="") == runs[3]
    show(dock, dock._experiment)
    assert names(dock)[3:] == ["Adam", "Adam 2"]


def test_rename_is_done_in_place(qtbot, dock):
    head = dock.cards[3].head
    head.setFocus()
    QTest.keyClick(head, KEY.Key_F2)
    field = head.findChild(QLineEdit)
    assert field.selectedText() == "Adam"
    with qtbot.waitSignal(dock.edited) as said:
        QTest.keyClicks(field, "slow")
        QTest.keyClick(field, KEY.Key_Return)
    assert said.args[0].runs[3].label == "slow"
    show(dock, said.args[0])
    assert head.name() == "slow"
    act(dock.card_menu(3), "Rename…")
    with qtbot.waitSignal(dock.edited) as said:
        QTest.keyClicks(head._field, "Adam")
        QTest.keyClick(head._field, KEY.Key_Return)
    assert said.args[0].runs[3].label == ""


def test_a_rename_is_given_up_with_esc_and_taken_on_leaving(qtbot, dock):
    head = dock.cards[3].head
    head.edit_name()
    with qtbot.assertNotEmitted(dock.edited):
        QTest.keyClicks(head._field, "no")
        QTest.keyClick(head._field, KEY.Key_Escape)
    assert head._field is None
    QTest.mouseDClick(head, LEFT, pos=QPoint(70, 14))
    qtbot.waitUntil(lambda: head._field is not None and head._field.hasFocus())
    with qtbot.waitSignal(dock.edited) as said:
        QTest.keyClicks(head._field, "yes")
        dock.cards[0].rate.box.setFocus()
    assert said.args[0].runs[3].label == "yes"


def test_reset_takes_the_landscapes_own_rate(qtbot, dock):
    before = with_run(
        experiment("himmelblau"), 3, lr=5.0, hyper=(("beta1", 0.1),), rate=Rate("cosine")
    )
    show(dock, before)
    with qtbot.waitSignal(dock.edited) as said:
        act(dock.card_menu(3), "Reset to defaults")
    assert said.args[0] == experiment("himmelblau")


def test_remove_keeps_the_choice_on_a_card_that_is_there(qtbot, dock):
    show(dock, experiment("himmelblau"), selected=3)
    with qtbot.waitSignal(dock.selected) as said:
        act(dock.card_menu(3), "Remove")
    assert said.args == [2]
    assert [run.optimizer for run in dock._experiment.runs] == ["sgd", "momentum", "rmsprop"]
    assert len(dock.cards) == 3  # at once: the next frame is some milliseconds away
    show(dock, dock._experiment, selected=2)
    assert len(dock.cards) == 3


def additions(menu) -> dict:
    """The actions of the menu that adds an optimizer, by the title of their group."""
    return {group.text(): group.menu().actions() for group in menu.actions()}


def test_the_menu_groups_optimizers_by_what_they_need(dock):
    menu = dock.add_menu()
    groups = {title: [a.text() for a in found] for title, found in additions(menu).items()}
    menu.deleteLater()
    everything = [title for titles in groups.values() for title in titles]
    assert sorted(everything) == sorted(spec.title for spec in catalog().optimizers.values())
    assert {"Adam", "RMSProp"} <= set(groups["First order"])
    for titles in groups.values():
        assert titles == sorted(titles, key=str.casefold)
    for spec in catalog().optimizers.values():
        assert (spec.title in groups.get("Wrappers", ())) == spec.wraps


@pytest.mark.parametrize("key", list(catalog().optimizers))
def test_every_optimizer_can_be_added(qtbot, dock, key):
    spec = catalog().optimizer(key)
    home = home_of(spec)
    show(dock, home)
    menu = dock.add_menu()
    actions = [action for found in additions(menu).values() for action in found]
    action = next(action for action in actions if action.text() == spec.title)
    assert action.toolTip() == spec.summary
    with qtbot.waitSignal(dock.selected) as said:
        action.trigger()
    menu.deleteLater()
    assert said.args == [4]
    run = dock._experiment.runs[4]
    assert (run.optimizer, run.lr, run.style) == (key, rate_for(home.landscape, key), 4)
    assert len(set(run_names(dock._experiment.runs))) == 5
    resolve(dock._experiment)


SQUARES = [spec.title for spec in catalog().optimizers.values() if needs_squares(spec)]


@pytest.mark.parametrize("title", SQUARES)
def test_what_needs_a_sum_of_squares_is_refused_elsewhere(dock, title):
    show(dock, experiment("rastrigin"))
    menu = dock.add_menu()
    actions = [action for found in additions(menu).values() for action in found]
    action = next(action for action in actions if action.text() == title)
    assert not action.isEnabled()
    assert "sum of squares, which Rastrigin is not" in action.toolTip()
    menu.deleteLater()


def test_no_more_runs_are_added_than_fit(dock):
    full = replace(experiment("himmelblau"), runs=(Run("sgd", 0.1),) * MAX_RUNS)
    dock._experiment = full
    menu = dock.add_menu()
    actions = [action for found in additions(menu).values() for action in found]
    assert not any(action.isEnabled() for action in actions)
    assert str(MAX_RUNS) in actions[0].toolTip()
    menu.deleteLater()


def test_an_empty_dock_offers_to_add(qtbot, dock):
    show(dock, replace(experiment("himmelblau"), runs=()))
    assert dock.cards == []
    button = next(b for b in dock.findChildren(QPushButton) if b.isVisible())
    QTest.mouseClick(button, LEFT)
    menu = QApplication.activePopupWidget()
    menu.actions()[0].menu().actions()[0].trigger()
    menu.close()
    assert len(dock._experiment.runs) == 1
    show(dock, dock._experiment)
    assert not button.isVisible()


def test_divergence_is_said_on_the_card(dock):
    ends = (trace("diverged", 6), *(trace("max_steps", 500) for _ in range(3)))
    shown = show(dock, experiment("himmelblau"), selected=3, traces=ends)
    assert dock.cards[0].notice.text() == "Diverged at step 6"
    assert dock.cards[0].notice.isVisible()
    assert not any(card.notice.isVisible() for card in dock.cards[1:])
    assert dock.cards[0].height() == 96
    dock.show_frame(shown, replace(shown, traces=(trace("max_steps", 500), *ends[1:])))
    assert not dock.cards[0].notice.isVisible()
    # while the engine works there may be fewer traces than runs
    dock.show_frame(shown, replace(shown, traces=ends[:1]))
    assert dock.cards[0].notice.isVisible()


def test_cards_are_kept_while_the_list_of_optimizers_is(dock):
    cards = list(dock.cards)
    shown = show(dock, experiment("himmelblau"))
    for lr in (0.1, 0.2, 0.3):
        new = replace(shown, experiment=with_run(shown.experiment, 1, lr=lr))
        dock.show_frame(shown, new)
        shown = new
    assert dock.cards == cards
    longer = (*shown.experiment.runs, Run("adam", 0.1, label="second"))
    dock.show_frame(shown, replace(shown, experiment=replace(shown.experiment, runs=longer)))
    assert dock.cards[:4] == cards
    assert names(dock)[4] == "second"


@pytest.mark.parametrize("count", range(9))
def test_an_unused_style_is_found_while_there_is_one(count):
    assert unused(range(count)) == count
    assert unused(range(1, count)) == 0


def test_copies_of_what_has_a_name_are_counted():
    mine = Run("adam", 0.1, label="mine")
    assert copy_name(mine, [mine]) == "mine 2"
    assert copy_name(mine, [mine, replace(mine, label="mine 2")]) == "mine 3"
    assert copy_name(Run("adam", 0.1), [mine]) == ""


@pytest.mark.parametrize(("width", "label", "wide"), [(312, "lr η", True), (232, "η", False)])
def test_narrow_and_wide_docks_fit_what_they_show(qtbot, dock, width, label, wide):
    dock.resize(width, 300)
    show(dock, experiment("himmelblau"), selected=3)
    card = dock.cards[3]
    assert card.rate.label() == label
    assert card.head.is_wide() is wide
    assert dock.minimumSizeHint().width() <= 232
    assert dock.findChild(QScrollArea).verticalScrollBar().maximum() > 0
    for row in (card.rate, *card._hyper_rows):
        if row.box is not None:
            assert row.box.mapTo(dock, QPoint(row.box.width(), 0)).x() <= width - 11
            assert row.slider.width() >= 60
    assert card.head.menu.mapTo(dock, QPoint(24, 0)).x() <= width - 4


def test_the_dock_describes_its_runs(dock):
    assert dock.describe().startswith("GD, learning rate ")
