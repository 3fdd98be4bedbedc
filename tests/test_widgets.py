"""The controls, driven by real keys and mouse events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QVBoxLayout, QWidget

from explorer.core.catalog import catalog
from explorer.core.numbers import number
from explorer.core.spec import Hyper
from explorer.core.style import STYLES
from explorer.widgets import chips, fonts, icons, scales
from explorer.widgets.checkbox import CheckBox
from explorer.widgets.chips import Chip
from explorer.widgets.combo import Combo
from explorer.widgets.fold import Fold
from explorer.widgets.line import Line
from explorer.widgets.notice import Notice
from explorer.widgets.numberbox import NumberBox
from explorer.widgets.panel import DockPanel, OverlayBar, Panel, scrolled
from explorer.widgets.segmented import Segmented
from explorer.widgets.slider import ParameterRow
from explorer.widgets.sparkline import Sparkline
from explorer.widgets.stylesheet import palette, stylesheet, theme_of
from explorer.widgets.theme import LIGHT, THEMES
from explorer.widgets.toolbutton import ToolButton

if TYPE_CHECKING:
    from explorer.widgets.track import Slider

RATE = Hyper("lr", 1e-3, low=0.0, scale="log", slider=(1e-6, 10.0), symbol="η")
BETA = Hyper("beta", 0.9, low=0.0, high=1.0, high_open=True, scale="one_minus", slider=(0.0, 0.999))
DECAY = Hyper("decay", 0.0, low=0.0, scale="log_zero", slider=(1e-5, 1.0))
SHIFT = Hyper("shift", 0.5, slider=(-2.0, 2.0))
COUNT = Hyper("count", 3, low=1, high=20, slider=(1, 20), integer=True)
STEPS = Hyper("steps", 500, low=1, high=1e7, scale="log", slider=(10, 10_000), integer=True)
EXAMPLES = (RATE, BETA, DECAY, SHIFT, COUNT, STEPS)
LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


def every_number() -> list[Hyper]:
    found = catalog()
    specs = [*found.optimizers.values(), *found.schedules.values()]
    hypers = [h for spec in specs for h in spec.hyper]
    hypers += [h for spec in found.landscapes.values() for h in spec.parameters]
    return [*EXAMPLES, *(h for h in hypers if not h.choices)]


def shown(qtbot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
        widget.activateWindow()
    return widget


def focus(qtbot, widget: QWidget) -> None:
    widget.window().activateWindow()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)


def turn_wheel(widget: QWidget, up: bool = True) -> None:
    """Turn the wheel a notch with the pointer over a widget."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 if up else -120))
    QApplication.processEvents()


def colours_of(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name().upper() for x, y in points}


# --- scales ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hyper", every_number(), ids=lambda h: h.name)
def test_every_position_of_a_slider_is_an_allowed_value_and_rises(hyper):
    values = [scales.value(hyper, at) for at in range(scales.steps(hyper) + 1)]
    for value in values:
        assert hyper.check(value) == value
    assert values == sorted(values)


@pytest.mark.parametrize("hyper", every_number(), ids=lambda h: h.name)
def test_a_slider_stands_where_its_value_belongs(hyper):
    count = scales.steps(hyper)
    for at in range(count + 1):
        value = scales.value(hyper, at)
        back = scales.position(hyper, value)
        # rounding moves a value by less than it moves the thumb a pixel or two, and a whole
        # number stands for all the positions that round to it
        assert scales.value(hyper, back) == pytest.approx(value, rel=0.02, abs=1e-9)
        if not hyper.integer:
            assert abs(back - at) <= count / 50


def test_scales_are_what_their_names_say():
    assert scales.value(RATE, 0) == 1e-6
    assert scales.value(RATE, 1000) == 10.0
    assert scales.value(RATE, 500) == pytest.approx(math.sqrt(1e-6 * 10), rel=0.005)
    # logarithmic in 1 - β: from 1 to 0.001, a third of the way is 0.1
    assert scales.value(BETA, 333) == pytest.approx(0.9, abs=2e-3)
    assert scales.position(BETA, 0.99) == pytest.approx(667, abs=1)
    assert scales.value(DECAY, 0) == 0.0
    assert scales.value(DECAY, 1) == 1e-5
    assert scales.position(DECAY, 0.0) == 0
    assert scales.steps(COUNT) == 19
    assert [scales.value(COUNT, at) for at in (0, 19)] == [1, 20]
    assert scales.value(SHIFT, 500) == 0.0


@given(st.sampled_from(EXAMPLES), st.floats(0, 1), st.sampled_from([1, -1, 10, -10]))
def test_a_step_moves_within_what_is_allowed(hyper, share, count):
    start = scales.value(hyper, round(share * scales.steps(hyper)))
    after = scales.stepped(hyper, start, count)
    assert hyper.check(after) == after
    moved = (after - start) * count
    assert moved >= 0
    if hyper.low < start < hyper.high and hyper.span[0] < start < hyper.span[1]:
        assert moved > 0


def test_steps_lead_over_plain_numbers():
    assert scales.stepped(SHIFT, 0.5, 1) == 0.52
    assert scales.stepped(COUNT, 3, 1) == 4
    assert scales.stepped(STEPS, 1, 1) == 2
    assert scales.stepped(RATE, 1e-3, 10) == 0.0032
    assert scales.stepped(DECAY, 0.0, 1) == 1e-5
    assert scales.stepped(DECAY, 1e-5, -1) == 0.0
    assert scales.stepped(BETA, 0.9, 10) == pytest.approx(0.968)


# --- the number field -----------------------------------------------------------------------


def test_a_number_is_shown_short_and_edited_in_full(qtbot):
    box = NumberBox(SHIFT, 1 / 3, "shift")
    holder = QWidget()
    row = QVBoxLayout(holder)
    row.addWidget(box)
    other = NumberBox(SHIFT, 0.0)
    row.addWidget(other)
    shown(qtbot, holder)
    focus(qtbot, other)
    assert box.text() == "0.3333"
    focus(qtbot, box)
    assert box.text() == "0.3333333333333333"
    assert box.selectedText() == box.text()
    focus(qtbot, other)
    assert box.text() == "0.3333"
    assert box.value() == 1 / 3


@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Enter, KEY.Key_Tab])
def test_enter_and_tab_commit(qtbot, key):
    holder = QWidget()
    box = NumberBox(RATE, 0.5)
    row = QVBoxLayout(holder)
    row.addWidget(box)
    row.addWidget(NumberBox(RATE, 0.25))
    shown(qtbot, holder)
    focus(qtbot, box)
    with qtbot.waitSignal(box.changed) as said:
        QTest.keyClicks(box, "2×10^-3")
        QTest.keyClick(box, key)
    assert said.args == [0.002]
    assert box.value() == 0.002


def test_leaving_unchanged_emits_nothing(qtbot):
    holder = QWidget()
    box = NumberBox(RATE, 1 / 3)
    row = QVBoxLayout(holder)
    row.addWidget(box)
    row.addWidget(NumberBox(RATE, 0.25))
    shown(qtbot, holder)
    focus(qtbot, box)
    with qtbot.assertNotEmitted(box.changed):
        QTest.keyClick(box, KEY.Key_Tab)
    assert box.value() == 1 / 3


@pytest.mark.parametrize("text", ["-1", "nonsense", "inf", "", "nan"])
def test_what_is_not_allowed_stays_in_place_marked(qtbot, text):
    box = shown(qtbot, NumberBox(RATE, 0.5))
    focus(qtbot, box)
    with qtbot.assertNotEmitted(box.changed), qtbot.waitSignal(box.refused) as said:
        box.selectAll()
        QTest.keyClick(box, KEY.Key_Delete)
        QTest.keyClicks(box, text)
        QTest.keyClick(box, KEY.Key_Return)
    assert said.args == ["Use a number at least 0. Still 0.5."]
    assert box.accessibleDescription() == said.args[0]
    assert box.text() == text
    assert box.value() == 0.5
    assert box.property("refused")
    with qtbot.waitSignal(box.cleared):
        QTest.keyClick(box, KEY.Key_Escape)
    assert box.text() == "0.5"
    assert not box.is_refused()


def test_a_refusal_ends_when_the_number_is_put_right_or_set_anew(qtbot):
    box = shown(qtbot, NumberBox(RATE, 0.5))
    focus(qtbot, box)
    for mend in (lambda: QTest.keyClicks(box, "2"), lambda: box.set_value(0.75)):
        box.selectAll()
        QTest.keyClicks(box, "-3")
        QTest.keyClick(box, KEY.Key_Return)
        assert box.is_refused()
        box.selectAll()
        mend()
        box.setModified(True)
        QTest.keyClick(box, KEY.Key_Return)
        if box.text() == "-3":  # what is typed is left alone until it is left
            QTest.keyClick(box, KEY.Key_Escape)
        assert not box.is_refused()
    assert box.value() == 0.75


def test_arrow_keys_step_and_stop_at_the_limit(qtbot):
    box = shown(qtbot, NumberBox(COUNT, 19))
    focus(qtbot, box)
    with qtbot.waitSignal(box.changed) as said:
        QTest.keyClick(box, KEY.Key_Up)
    assert said.args == [20]
    with qtbot.assertNotEmitted(box.changed):
        QTest.keyClick(box, KEY.Key_Up)
    QTest.keyClick(box, KEY.Key_PageDown)
    assert box.value() == 10
    assert box.text() == "10"


def test_the_wheel_steps_only_a_focused_field(qtbot):
    holder = QWidget()
    row = QVBoxLayout(holder)
    box, other = NumberBox(COUNT, 5), NumberBox(COUNT, 7)
    row.addWidget(box)
    row.addWidget(other)
    shown(qtbot, holder)
    focus(qtbot, other)
    turn_wheel(box)
    assert box.value() == 5
    turn_wheel(other, up=False)
    assert other.value() == 6


def test_setting_a_value_is_silent_and_leaves_typing_alone(qtbot):
    box = shown(qtbot, NumberBox(RATE, 0.5))
    with qtbot.assertNotEmitted(box.changed):
        box.set_value(0.25)
        focus(qtbot, box)
        assert box.text() == "0.25"
        QTest.keyClicks(box, "7")
        box.set_value(0.125)
    assert box.text() == "7"
    QTest.keyClick(box, KEY.Key_Escape)
    assert box.text() == "0.125"


def test_a_click_selects_the_whole_number(qtbot):
    holder = QWidget()
    row = QVBoxLayout(holder)
    box, other = NumberBox(RATE, 0.004), NumberBox(RATE, 1)
    row.addWidget(other)
    row.addWidget(box)
    shown(qtbot, holder)
    focus(qtbot, other)
    QTest.mouseClick(box, LEFT, pos=QPoint(box.width() - 12, box.height() // 2))
    assert box.selectedText() == "0.004"


# --- slider and row -------------------------------------------------------------------------


def drag(slider: Slider, shares: list[float]) -> None:
    """Press at the first of the shares of a slider's way, move over the others, hold."""
    left, right = slider._ends()
    places = [QPoint(round(left + s * (right - left)), slider.height() // 2) for s in shares]
    QTest.mousePress(slider, LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(slider, place)
        QApplication.processEvents()


def wide_row(qtbot, hyper: Hyper, value, **how) -> ParameterRow:
    row = ParameterRow(hyper, value, **how)
    row.resize(300, 32)
    return shown(qtbot, row)


def test_a_drag_says_that_it_is_one_and_when_it_ends(qtbot):
    row = wide_row(qtbot, SHIFT, 0.0)
    said = []
    row.changed.connect(lambda value, held: said.append((value, held)))
    drag(row.slider, [0.5, 0.75, 1.0])
    assert [held for _, held in said] == [True] * len(said)
    assert said[-1] == (2.0, True)
    QTest.mouseRelease(row.slider, LEFT)
    assert said[-1] == (2.0, False)
    assert row.box.text() == "2"


def test_frames_that_come_back_do_not_fight_a_drag(qtbot):
    row = wide_row(qtbot, SHIFT, 0.0)
    drag(row.slider, [0.5, 1.0])
    row.set_value(-1.0)
    assert row.value() == 2.0
    assert row.slider.sliderPosition() == row.slider.maximum()
    QTest.mouseRelease(row.slider, LEFT)
    row.set_value(-1.0)
    assert row.slider.value() == row.slider.maximum() // 4
    assert row.box.text() == number(-1.0)


def test_a_click_on_the_groove_goes_there(qtbot):
    row = wide_row(qtbot, SHIFT, 0.0)
    drag(row.slider, [0.25])
    QTest.mouseRelease(row.slider, LEFT)
    assert row.value() == pytest.approx(-1.0, abs=0.05)


def test_grabbing_the_thumb_changes_nothing(qtbot):
    row = wide_row(qtbot, RATE, 0.00123456)
    seen = []
    row.changed.connect(lambda value, _held: seen.append(value))
    QTest.mouseClick(row.slider, LEFT, pos=QPoint(round(row.slider._place()) + 2, 14))
    assert set(seen) <= {0.00123456}
    assert row.value() == 0.00123456


def test_keys_step_a_slider_by_plain_numbers(qtbot):
    row = wide_row(qtbot, STEPS, 10)
    focus(qtbot, row.slider)
    with qtbot.waitSignal(row.changed) as said:
        QTest.keyClick(row.slider, KEY.Key_Right)
    assert said.args == [11.0, False]
    QTest.keyClick(row.slider, KEY.Key_Left)
    assert row.value() == 10
    QTest.keyClick(row.slider, KEY.Key_End)
    assert row.value() == 10_000
    assert row.box.value() == 10_000


def test_the_wheel_over_an_unfocused_slider_scrolls_the_page(qtbot):
    page = QWidget()
    column = QVBoxLayout(page)
    rows = [ParameterRow(SHIFT, 0.0) for _ in range(20)]
    for row in rows:
        column.addWidget(row)
    area = scrolled(page)
    area.resize(300, 200)
    shown(qtbot, area)
    focus(qtbot, rows[9].box)
    area.verticalScrollBar().setValue(0)
    turn_wheel(rows[1].slider, up=False)
    assert rows[1].value() == 0.0
    assert area.verticalScrollBar().value() > 0
    area.verticalScrollBar().setValue(0)
    focus(qtbot, rows[1].slider)
    turn_wheel(rows[1].slider)
    assert rows[1].value() > 0
    assert area.verticalScrollBar().value() == 0


def test_setting_a_row_is_silent(qtbot):
    for hyper, value in ((RATE, 0.1), (COUNT, 7), (Hyper("c", "a", choices=("a", "b")), "b")):
        row = wide_row(qtbot, hyper, hyper.default)
        with qtbot.assertNotEmitted(row.changed):
            row.set_value(value)
        assert row.value() == value


def test_a_refused_number_is_explained_below_and_the_row_grows(qtbot):
    row = wide_row(qtbot, COUNT, 3)
    before = row.height()
    focus(qtbot, row.box)
    QTest.keyClicks(row.box, "99")
    QTest.keyClick(row.box, KEY.Key_Return)
    assert row.height() > before
    assert QColor(LIGHT.danger).name().upper() in colours_of(row)
    assert row.value() == 3
    QTest.keyClick(row.box, KEY.Key_Escape)
    assert row.height() == before


def test_on_and_off_is_a_check_box_and_other_choices_a_list(qtbot):
    switch = wide_row(qtbot, Hyper("amsgrad", "off", choices=("off", "on")), "off")
    assert isinstance(switch.choice, CheckBox)
    with qtbot.waitSignal(switch.changed) as said:
        QTest.mouseClick(switch.choice, LEFT)
    assert said.args == ["on", False]
    kinds = wide_row(qtbot, Hyper("kind", "b", choices=("a", "b", "c")), "b")
    assert isinstance(kinds.choice, Combo)
    focus(qtbot, kinds.choice)
    with qtbot.waitSignal(kinds.changed) as said:
        QTest.keyClick(kinds.choice, KEY.Key_Down)
    assert said.args == ["c", False]


def test_a_list_emits_once_and_heeds_the_wheel_only_when_focused(qtbot):
    holder = QWidget()
    column = QVBoxLayout(holder)
    combo = Combo("Kind", [("a", "A"), ("b", "B")], "a")
    other = NumberBox(RATE, 1)
    column.addWidget(combo)
    column.addWidget(other)
    shown(qtbot, holder)
    said = []
    combo.changed.connect(said.append)
    focus(qtbot, other)
    turn_wheel(combo, up=False)
    assert said == []
    focus(qtbot, combo)
    turn_wheel(combo, up=False)
    assert said == ["b"]


def test_rows_name_themselves_for_screen_readers(qtbot):
    row = wide_row(qtbot, BETA, 0.9)
    assert row.slider.accessibleName() == row.box.accessibleName() == "beta"
    assert "at least 0 and below 1" in row.toolTip()


@pytest.mark.parametrize("width", [200, 280])
def test_nothing_in_a_row_is_cut_off(qtbot, width):
    row = ParameterRow(RATE, 0.0035)
    row.set_columns(24, narrow=width < 250)
    row.resize(width, 32)
    shown(qtbot, row)
    assert row.box.geometry().right() == row.width() - 1
    assert row.slider.geometry().left() >= 0
    assert row.slider.width() >= 60


# --- the small controls ---------------------------------------------------------------------


def test_segments_are_chosen_by_mouse_and_arrows(qtbot):
    bar = Segmented("Layout", [("a", "Overlay"), ("b", "Side by side"), ("c", "Third", "tip")], "b")
    shown(qtbot, bar)
    assert bar.value() == "b"
    with qtbot.waitSignal(bar.changed) as said:
        QTest.mouseClick(bar, LEFT, pos=bar.rects()[0].center().toPoint())
    assert said.args == ["a"]
    focus(qtbot, bar)
    with qtbot.waitSignal(bar.changed) as said:
        QTest.keyClick(bar, KEY.Key_Right)
    assert said.args == ["b"]
    assert bar.accessibleName() == "Layout: Side by side"
    with qtbot.assertNotEmitted(bar.changed):
        QTest.mouseClick(bar, LEFT, pos=bar.rects()[1].center().toPoint())
        bar.set_value("c")
        QTest.keyClick(bar, KEY.Key_Right)
    assert bar.value() == "c"
    metrics = QFontMetricsF(bar.font())
    for rect, text in zip(bar.rects(), ("Overlay", "Side by side", "Third"), strict=True):
        assert rect.width() >= metrics.horizontalAdvance(text) + 16


def test_a_tool_button_shows_its_state(qtbot):
    holder = QWidget()
    holder.resize(60, 60)
    button = ToolButton("eye", "Hide Adam", checkable=True, parent=holder)
    button.setGeometry(10, 10, 28, 28)
    holder.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    shown(qtbot, holder)
    focus(qtbot, holder)
    assert button.accessibleName() == button.toolTip() == "Hide Adam"
    assert LIGHT.accent not in colours_of(button)
    QTest.mouseClick(button, LEFT)
    assert button.isChecked()
    assert {LIGHT.accent, LIGHT.chosen} <= colours_of(button)
    button.setChecked(False)
    focus(qtbot, button)
    assert LIGHT.accent in colours_of(button)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, KEY.Key_Space)


def test_a_segment_under_the_pointer_is_filled(qtbot):
    bar = shown(qtbot, Segmented("Pick", [("a", "One"), ("b", "Two")]))
    assert LIGHT.hover not in colours_of(bar)
    QTest.mouseMove(bar, bar.rects()[1].center().toPoint())
    qtbot.waitUntil(lambda: LIGHT.hover in colours_of(bar))
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert LIGHT.hover not in colours_of(bar)


def test_a_fold_makes_its_content_when_first_opened(qtbot):
    made = []

    def make() -> QWidget:
        made.append(QLabel("inside"))
        return made[-1]

    fold = shown(qtbot, Fold("Schedule", make))
    assert made == []
    QTest.mouseClick(fold.heading, LEFT)
    assert made[0].isVisible()
    QTest.mouseClick(fold.heading, LEFT)
    assert not made[0].isVisible()
    focus(qtbot, fold.heading)
    QTest.keyClick(fold.heading, KEY.Key_Space)
    assert len(made) == 1
    assert fold.is_open()


def test_a_notice_takes_no_room_while_it_is_silent(qtbot):
    holder = QWidget()
    notice = Notice()
    QVBoxLayout(holder).addWidget(notice)
    holder.resize(240, 60)
    shown(qtbot, holder)
    assert not notice.isVisible()
    notice.set_text("Diverged at step 6")
    assert notice.isVisible()
    QApplication.processEvents()
    assert LIGHT.danger in colours_of(notice)
    notice.set_text("")
    assert not notice.isVisible()


# --- panels ---------------------------------------------------------------------------------


def test_a_dock_floats_closes_and_is_moved_by_its_title(qtbot):
    window = QMainWindow()
    window.setCentralWidget(QWidget())
    dock = DockPanel("curves", "Curves", QWidget(), ToolButton("plus", "Add"))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.resize(700, 500)
    shown(qtbot, window)
    assert dock.title_bar.height() == 36
    bar = dock.title_bar
    with qtbot.waitSignal(dock.topLevelChanged):
        QTest.mouseClick(bar.float_button, LEFT)
    assert dock.isFloating()
    QTest.mouseClick(bar.float_button, LEFT)
    assert not dock.isFloating()
    QTest.mousePress(bar, LEFT, pos=QPoint(150, 18))
    for x in (160, 200, 320, 420):
        QTest.mouseMove(bar, QPoint(x, 200))
        QApplication.processEvents()
    assert dock.isFloating()
    QTest.mouseRelease(bar, LEFT)
    QTest.mouseClick(bar.close_button, LEFT)
    assert not dock.isVisible()
    assert bar.close_button.accessibleName() == "Close Curves"


def test_a_panel_frames_its_content(qtbot):
    panel = Panel("Contour", QLabel("content"), ToolButton("plus", "Add"))
    panel.resize(200, 120)
    shown(qtbot, panel)
    panel.setPalette(palette(LIGHT))
    image = panel.grab().toImage()
    assert image.pixelColor(100, 0).name().upper() == LIGHT.border
    assert image.pixelColor(100, 60).name().upper() == LIGHT.panel
    assert panel.title_bar.title() == "Contour"


def test_an_overlay_bar_shows_only_where_there_is_more(qtbot):
    page = QLabel("\n".join("line" for _ in range(60)))
    area = scrolled(page)
    area.resize(200, 150)
    shown(qtbot, area)
    bar = area.findChild(OverlayBar)
    assert bar.isVisible()
    assert area.viewport().width() == area.width()
    bar.setValue(40)
    assert area.verticalScrollBar().value() == 40
    area.verticalScrollBar().setValue(10)
    assert bar.value() == 10
    page.setText("short")
    qtbot.waitUntil(lambda: not bar.isVisible())


# --- look -----------------------------------------------------------------------------------


@pytest.fixture
def dress(qapp):
    """Put the program into a theme for one test."""
    before = qapp.palette()

    def put_on(theme) -> None:
        qapp.setPalette(palette(theme))
        # a sheet that cannot be parsed is warned of, and a warning fails the test
        qapp.setStyleSheet(stylesheet(theme))

    yield put_on
    qapp.setStyleSheet("")
    qapp.setPalette(before)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda t: t.name)
def test_the_sheet_is_whole_and_the_palette_tells_the_theme(qtbot, dress, theme):
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert sheet.count("{") == sheet.count("}")
    dress(theme)
    holder = QWidget()
    column = QVBoxLayout(holder)
    row = ParameterRow(RATE, 0.0035)
    row.set_columns(24, narrow=True)
    column.addWidget(row)
    column.addWidget(NumberBox(RATE, 1.0))
    shown(qtbot, holder)
    assert theme_of(row) is theme
    assert row.box.height() == 28
    assert {theme.control, theme.input_border} <= colours_of(row.box)


def test_a_focused_field_is_ringed_and_a_refused_one_is_red(qtbot, dress):
    dress(LIGHT)
    box = shown(qtbot, NumberBox(RATE, 1.0))
    focus(qtbot, box)
    assert LIGHT.accent in colours_of(box)
    size = box.size()
    QTest.keyClicks(box, "-1")
    QTest.keyClick(box, KEY.Key_Return)
    assert LIGHT.danger in colours_of(box)
    assert box.size() == size


def test_the_narrow_field_shows_five_figures(qtbot, dress):
    dress(LIGHT)
    box = NumberBox(RATE, 0.0035)
    box.setFixedWidth(64)
    box.setFont(fonts.font())
    shown(qtbot, box)
    # what does not fit is scrolled out: the text's first figure must be inside the frame
    box.setCursorPosition(0)
    start = box.cursorRect().left()
    box.setCursorPosition(len(box.text()))
    end = box.cursorRect().right()
    assert end - start >= QFontMetricsF(box.font()).horizontalAdvance("0.0035") - 1
    assert end <= 64


def test_no_two_themes_share_their_accent():
    assert len({theme.accent for theme in THEMES.values()}) == len(THEMES)


def test_lengths_follow_the_scale():
    assert "min-height: 26px" in stylesheet(LIGHT)
    assert "min-height: 52px" in stylesheet(LIGHT, 2.0)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_an_icon_is_drawn_in_its_colour_at_the_screens_own_size(qapp, ratio):
    image = icons.pixmap("x", "#12AB34", 16, ratio).toImage()
    assert image.width() == round(16 * ratio)
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    drawn = [image.pixelColor(x, y) for x, y in points if image.pixelColor(x, y).alpha() > 200]
    assert len(drawn) > 5
    for ink in drawn:
        assert (ink.red(), ink.green(), ink.blue()) == pytest.approx((0x12, 0xAB, 0x34), abs=6)


def test_an_unknown_icon_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon", "#000000")


def test_icons_are_kept(qapp):
    assert icons.icon("x", "#112233") is icons.icon("x", "#112233")
    assert icons.icon("x", "#112233").actualSize(icons.glyph_size()).width() == 16


def test_blending_is_a_weighted_mean():
    assert icons.blend("#FFFFFF", "#000000", 0.45) == "#737373"
    assert icons.blend("#12AB34", "#FFFFFF", 1.0) == "#12AB34"


def test_the_shipped_typeface_has_figures_of_one_width(qapp):
    assert fonts.family() == "Inter"
    metrics = QFontMetricsF(fonts.font())
    assert {metrics.horizontalAdvance(digit) for digit in "0123456789"} == {
        metrics.horizontalAdvance("0")
    }
    assert fonts.font(2.0).pointSizeF() == pytest.approx(2 * fonts.font().pointSizeF())


def test_controls_grow_with_their_text(qtbot):
    row = ParameterRow(RATE, 0.1)
    row.setFont(fonts.font(2.0))
    button = ToolButton("x", "Close")
    button.setFont(fonts.font(2.0))
    for widget in (row, button):
        qtbot.addWidget(widget)
    assert row.sizeHint().height() == 64
    assert button.sizeHint().height() == 56


@pytest.mark.parametrize("index", range(len(STYLES)))
def test_a_chip_has_the_runs_colour_on_either_ground(qtbot, index):
    chip = Chip(index)
    shown(qtbot, chip)
    for theme, expected in ((LIGHT, STYLES[index].ink), (THEMES["dark"], STYLES[index].colour)):
        chip.setPalette(palette(theme))
        assert expected in colours_of(chip)


def test_markers_differ_in_shape_and_are_alike_in_size(qapp):
    middle = QPointF(0, 0)
    paths = {look.marker: chips.marker_path(look.marker, middle, 50) for look in STYLES}
    assert len(paths) == len(STYLES)
    pictures = set()
    for path in paths.values():
        grid = [path.contains(QPointF(x, y)) for x in range(-80, 81, 4) for y in range(-80, 81, 4)]
        pictures.add(tuple(grid))
        area = 16 * sum(grid)
        assert 0.6 <= area / (math.pi * 50**2) <= 1.35
    assert len(pictures) == len(STYLES)


def test_a_sparkline_rises_where_its_values_do(qtbot):
    line = shown(qtbot, Sparkline("Learning rate"))

    def inked(image: QImage, left: int, right: int) -> float:
        """The mean height of the curve's dark pixels between two columns."""
        rows = [
            y
            for x in range(left, right)
            for y in range(image.height() - 2)
            if image.pixelColor(x, y).lightness() < 160
        ]
        return sum(rows) / len(rows)

    line.set_values([i / 99 for i in range(100)])
    image = line.grab().toImage()
    assert inked(image, 2, 12) > inked(image, 28, 38)
    line.set_values([1 - i / 99 for i in range(100)])
    image = line.grab().toImage()
    assert inked(image, 2, 12) < inked(image, 28, 38)


def test_a_line_asks_for_room_only_when_it_needs_it(qtbot) -> None:
    asked: list[str] = []

    class Watched(QWidget):
        def event(self, event: QEvent) -> bool:
            if event.type() == QEvent.Type.LayoutRequest:
                asked.append(line.text())
            return super().event(event)

    window = Watched()
    line = Line("4 runs in 1.208 ms", inset=12)
    column = QVBoxLayout(window)
    column.addWidget(line, alignment=Qt.AlignmentFlag.AlignLeft)
    window.resize(600, 60)
    shown(qtbot, window)
    QApplication.processEvents()
    asked.clear()
    for number_ in range(10):
        line.setText(f"4 runs in 1.{number_}08 ms")
        QApplication.processEvents()
    assert not asked
    line.setText("4 runs × 100000 steps in 1208 ms")
    QApplication.processEvents()
    assert len(asked) == 1
    assert line.width() >= line.fontMetrics().horizontalAdvance(line.text())
    line.clear()
    QApplication.processEvents()
    assert line.sizeHint().width() == 0
    assert line.accessibleName() == ""
