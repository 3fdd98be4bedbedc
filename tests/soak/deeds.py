"""What a person may do, each as a generator of waits in milliseconds, and how often it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QListView,
    QScrollArea,
    QScrollBar,
    QTableView,
    QWidget,
)

from explorer.core import defaults
from explorer.core.sessionfile import read
from explorer.widgets.mappane import MapPane
from explorer.widgets.numberbox import NumberBox
from explorer.widgets.panel import DockPanel
from explorer.widgets.track import Slider

from .hand import KEY, LEFT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .hand import Hand, Wait

NUMBERS = (
    "0", "1", "-1", "0.5", "0.01", "1e-3", "3", "12", "100", "250", "2000", "1e400", "nan", "",
    "abc", "1,5", "7e-5", "-0.25", "1e9",
)  # fmt: skip
SIZES = ((900, 560), (1000, 620), (1280, 720), (1366, 768), (1500, 950), (1920, 1080))


def drag_start(hand: Hand) -> Wait:
    pane = hand.one(MapPane)
    if pane is not None and pane._plot is not None:
        start = pane.to_pixel(*pane._plot.start).toPoint()
        if pane.rect().contains(start):
            yield from hand.drag(pane, start, hand.spot(pane), hand.rng.randrange(3, 25))


def click_map(hand: Hand) -> Wait:
    pane = hand.one(MapPane)
    if pane is not None:
        hand.click(pane, hand.spot(pane))
    yield 0


def pan(hand: Hand) -> Wait:
    pane = hand.one(MapPane)
    if pane is not None:
        yield from hand.drag(pane, hand.spot(pane), hand.spot(pane), hand.rng.randrange(3, 15))


def wheel(hand: Hand) -> Wait:
    """Mostly over the map, at times over anything else."""
    kind = MapPane if hand.rng.random() < 0.7 else QWidget
    widget = hand.one(kind)
    if widget is not None:
        hand.note(hand.name(widget))
        at, way = hand.spot(widget), hand.rng.choice((1, 1, -1))
        for _ in range(hand.rng.randrange(1, 7)):
            if not hand.seen(kind):
                return
            hand.wheel(widget, at, way)
            yield 15


def hover(hand: Hand) -> Wait:
    for _ in range(hand.rng.randrange(2, 10)):
        widget = hand.one(QWidget)
        if widget is not None:
            hand.mouse(widget, QEvent.Type.MouseMove, hand.spot(widget), False)
        yield 10


def slide(hand: Hand) -> Wait:
    slider = hand.one(Slider)
    if slider is not None:
        start, stop = hand.spot(slider), hand.spot(slider)
        yield from hand.drag(slider, start, stop, hand.rng.randrange(1, 20))


def type_number(hand: Hand) -> Wait:
    box = hand.one(NumberBox)
    if box is not None:
        text = hand.rng.choice(NUMBERS)
        if hand.rng.random() < 0.5:  # a number near the one that is there
            text = f"{box.value() * hand.rng.choice((0.5, 0.9, 1.1, 2.0)):.4g}"
        hand.type(box, text, hand.rng.choice((KEY.Key_Return, KEY.Key_Tab, KEY.Key_Escape)))
        if hand.rng.random() < 0.2:
            hand.press(hand.rng.choice(("Up", "Down", "PgUp", "PgDown")), hand.rng.randrange(1, 6))
    yield 0


def type_words(hand: Hand) -> Wait:
    """In any field that is not a number's: searches, names, formulas."""
    fields = [field for field in hand.seen(QLineEdit) if not isinstance(field, NumberBox)]
    if fields:
        words = ("well", "x", "zzzz", "", "x**2 + y**2", "sin(x)*y", "1/x", "x**", "adam", "é∇")
        end = hand.rng.choice((KEY.Key_Return, KEY.Key_Escape, KEY.Key_Tab, KEY.Key_Down))
        hand.type(hand.rng.choice(fields), hand.rng.choice(words), end)
    yield 0


def menu(hand: Hand) -> Wait:
    hand.open_menu()
    for _ in range(12):
        yield 30
        if QApplication.activePopupWidget() is None:
            return


def key(hand: Hand) -> Wait:
    found = [c for c in hand.launch.actions.commands if c.key and c.name != "Quit"]
    command = hand.rng.choice(found)
    hand.window.setFocus()
    hand.press(hand.rng.choice(command.key.split(" or ")))
    yield 0


def stray_keys(hand: Hand) -> Wait:
    """Keys that walk among controls and move them."""
    for _ in range(hand.rng.randrange(1, 8)):
        names = ("Tab", "Tab", "Shift+Tab", "Down", "Up", "Left", "Right", "Space", "PgDown", "F2")
        hand.press(hand.rng.choice(names))
        yield 5


def dock(hand: Hand) -> Wait:
    """Close, float, dock or bring back a panel."""
    docks = list(hand.window.arrangement.docks.values())
    chosen: DockPanel = hand.rng.choice(docks)
    bar, way = chosen.title_bar, hand.rng.random()
    if not chosen.isVisible():
        hand.note(f"reopen {chosen.objectName()}")
        chosen.toggleViewAction().trigger()
    elif way < 0.25:
        hand.click(bar.close_button)
    elif way < 0.6:
        hand.click(bar.float_button)
        yield hand.rng.choice((0, 30, 120))
        if chosen.isFloating():
            hand.note(f"at {chosen.pos().toTuple()}")
            chosen.resize(hand.rng.randrange(200, 700), hand.rng.randrange(150, 700))
    elif way < 0.7:
        hand.trigger("Reset Layout")
    else:
        hand.note(f"raise {chosen.objectName()}")
        chosen.raise_()
    yield 0


def play(hand: Hand) -> Wait:
    hand.click(hand.window.transport.play)
    yield hand.rng.choice((0, 30, 150, 400))
    if hand.rng.random() < 0.5:
        hand.window.setFocus()
        hand.press("Space")


def scrub(hand: Hand) -> Wait:
    line = hand.window.transport.timeline
    if line.isVisible():
        yield from hand.drag(line, hand.spot(line), hand.spot(line), hand.rng.randrange(1, 20))


def choose(hand: Hand) -> Wait:
    """Another item of a list that drops down: schedules, models, data, speed."""
    combo = hand.one(QComboBox)
    if combo is not None and combo.count():
        hand.click(combo)
    yield 60


def card(hand: Hand) -> Wait:
    """Another landscape."""
    lists = hand.seen(QListView)
    if lists:
        view = hand.rng.choice(lists)
        model = view.model()
        index = model.index(hand.rng.randrange(model.rowCount()), 0)
        view.scrollTo(index)
        yield 5
        place = view.visualRect(index).center()
        if view.viewport().rect().contains(place):
            hand.note(str(index.data()))
            QTest.mouseClick(view.viewport(), LEFT, pos=place)


def press_button(hand: Hand) -> Wait:
    """Any button at all: eyes, solos, cards' menus, add, folds, floats."""
    button = hand.one(QAbstractButton)
    if button is not None:
        hand.click(button)
        hand.note(button.text())
    yield 40


def optimizer(hand: Hand) -> Wait:
    """Add one, or open the menu of one: duplicate, rename, remove."""
    under = hand.window.views["optimizers"]
    found = [
        b for b in hand.seen(QAbstractButton, under)
        if any(word in b.accessibleName().lower() for word in ("add", "menu", "more"))
    ]  # fmt: skip
    if found:
        hand.click(hand.rng.choice(found))
    yield 60


def click_anywhere(hand: Hand) -> Wait:
    widget = hand.one(QWidget)
    if widget is not None and widget.window() is hand.window:
        at = hand.spot(widget)
        hit = hand.window.childAt(widget.mapTo(hand.window, at)) or widget
        place = hit.mapFrom(hand.window, widget.mapTo(hand.window, at))
        how = hand.rng.random()
        hand.note(hand.name(hit))
        if how < 0.2:
            QTest.mouseDClick(hit, LEFT, pos=place)
        else:
            button = Qt.MouseButton.RightButton if how < 0.3 else LEFT
            hand.click(hit, place, button=button)
    yield 20


def drag_anything(hand: Hand) -> Wait:
    """The surface, the curves, a splitter, a scroll bar: whatever is there."""
    kinds = (QWidget, QScrollBar, QAbstractSlider)
    widget = hand.one(hand.rng.choice(kinds))
    if widget is not None and not isinstance(widget, DockPanel):
        yield from hand.drag(widget, hand.spot(widget), hand.spot(widget), 6)


def turn_surface(hand: Hand) -> Wait:
    surface = hand.window.views["surface"]
    canvas = getattr(surface, "_canvas", None)
    if canvas is not None and canvas.isVisible():
        yield from hand.drag(canvas, hand.spot(canvas), hand.spot(canvas), 8)
        hand.wheel(canvas, QPoint(20, 20), hand.rng.choice((-2, 1, 3)))


def table(hand: Hand) -> Wait:
    """Sort a table, or click one of its rows."""
    header, view = hand.one(QHeaderView), hand.one(QTableView)
    if header is not None and header.count() and hand.rng.random() < 0.5:
        hand.click(header.viewport(), hand.spot(header.viewport()))
    elif view is not None:
        hand.click(view.viewport(), hand.spot(view.viewport()))
    yield 0


def scroll(hand: Hand) -> Wait:
    area = hand.one(QScrollArea)
    if area is not None:
        bar = area.verticalScrollBar()
        bar.setValue(hand.rng.randrange(bar.maximum() + 1))
    yield 0


def undo_burst(hand: Hand) -> Wait:
    hand.window.setFocus()
    count = hand.rng.randrange(1, 15)
    hand.press("Ctrl+Z", count)
    yield hand.rng.choice((0, 0, 40))
    hand.press("Ctrl+Y", hand.rng.randrange(count + 1))


def undo_all(hand: Hand) -> Wait:
    """To the bottom and back to the top: the experiment is the same."""
    yield from _ends(hand)
    store = hand.window.store
    while store.redo_name:
        store.redo()
    yield 60
    top, count = store.experiment, 0
    while store.undo_name:
        store.undo()
        count += 1
        if count % 50 == 0:
            yield 0
    yield hand.rng.choice((0, 60))
    for _ in range(count):
        store.redo()
    hand.note(f"{count} steps")
    if store.experiment != top:
        hand.watch.fault(f"undone and done again, {top} became {store.experiment}")


def save_and_open(hand: Hand) -> Wait:
    """What was saved opens equal."""
    yield from _ends(hand)
    documents, window = hand.launch.documents, hand.window
    window.player.pause()
    path = hand.folder / f"session-{hand.rng.randrange(6)}.lle"
    wanted = documents.session()
    if not documents.save_path(path):
        hand.watch.fault(f"{path.name} could not be saved")
        return
    found = read(path)
    if found != wanted:
        hand.watch.fault(f"{wanted} was read as {found}")
    if hand.rng.random() < 0.5:
        yield from card(hand)
        yield from _ends(hand)
    documents.open_path(path)
    if window.store.experiment != wanted.experiment:
        hand.watch.fault(f"{wanted.experiment} opened as {window.store.experiment}")


def _ends(hand: Hand) -> Wait:
    """Let what is typed be taken over, so that nothing changes by itself from here on."""
    hand.window.setFocus()
    yield 200


def new(hand: Hand) -> Wait:
    hand.window.setFocus()
    hand.press("Ctrl+N")
    yield 20


def model(hand: Hand) -> Wait:
    hand.window.setFocus()
    hand.press("M")
    yield 100


def theme(hand: Hand) -> Wait:
    name = hand.rng.choice(("system", "light", "dark", "projector"))
    hand.note(name)
    hand.launch.choose_theme(name)
    yield 30


def resize(hand: Hand) -> Wait:
    size = hand.rng.choice(SIZES)
    hand.note(str(size))
    hand.window.showNormal()
    hand.window.resize(*size)
    yield 60


def export(hand: Hand) -> Wait:
    hand.window.setFocus()
    hand.press("Ctrl+E")
    yield 60


def many_runs(hand: Hand) -> Wait:
    """Another experiment as a whole, as a lesson or a shared file would bring it."""
    keys = ("rosenbrock", "beale", "ackley", "parabola", "saddle", "ravine", "himmelblau")
    key = hand.rng.choice(keys)
    hand.note(key)
    hand.launch.documents.new(defaults.experiment(key))
    yield 30


def surface(hand: Hand) -> Wait:
    """A surface of another program, perhaps with a hole in it, or a path over it."""
    x, y = np.linspace(-3, 3, 41), np.linspace(-2, 2, 31)[:, None]
    z = np.cos(2 * x) * y**2 + 0.1 * x**2 + hand.rng.random()
    if hand.rng.random() < 0.5:
        z[8:12, 20:26] = np.nan
    path = hand.folder / f"surface-{hand.rng.randrange(4)}.npz"
    parts = {"x": x, "y": y.ravel(), "z": z}
    if hand.rng.random() < 0.5:
        turn = np.linspace(0, 6, 50)
        parts["path"] = np.column_stack([turn * np.cos(turn), turn * np.sin(turn)]) / 3
    np.savez(path, **parts)
    hand.note(path.name)
    hand.launch.documents.open_path(path)
    yield 100


def film(hand: Hand) -> Wait:
    hand.window.setFocus()
    hand.press("Ctrl+Shift+E")
    yield 60


DEEDS: dict[Callable[[Hand], Wait], int] = {
    drag_start: 10, click_map: 5, pan: 5, wheel: 7, hover: 4, slide: 8, type_number: 8,
    type_words: 3, menu: 9, key: 8, stray_keys: 4, dock: 4, play: 4, scrub: 4, choose: 6,
    card: 6, press_button: 9, optimizer: 6, click_anywhere: 6, drag_anything: 4, turn_surface: 4,
    table: 4, scroll: 3, undo_burst: 5, undo_all: 1, save_and_open: 2, new: 3, model: 3,
    theme: 2, resize: 2, export: 1, many_runs: 2, surface: 2, film: 1,
}  # fmt: skip
