"""A hand and eyes: it finds what can be clicked in a window, and uses mouse and keys on it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)

from explorer.gui.export_dialog import ExportDialog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QAction

    from explorer.gui.launch import Launch

    from .watch import Watch

    Wait = Iterator[int]  # milliseconds until it goes on

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key
NEVER = ("Quit",)  # what a person does once
TICK = 30  # milliseconds between looks for menus and dialogs
TICKS = 12  # looks after which a menu is closed
LONG = 200  # looks after which a dialog is closed

Kind = TypeVar("Kind", bound=QWidget)


class Hand:
    """Does things in the window of `launch`; whatever it leaves to chance it asks `rng`."""

    def __init__(self, launch: Launch, watch: Watch, folder: Path) -> None:
        self.launch, self.window, self.watch = launch, launch.window, watch
        self.folder = folder
        self.rng = random.Random(0)
        self._chance = random.Random(0)
        self._seen: dict[int, int] = {}
        self._over = False
        self.exported = 0

    def start(self) -> None:
        """Begin to deal with menus and dialogs."""
        QTimer.singleShot(TICK, self._deal)

    def stop(self) -> None:
        """Leave menus and dialogs alone."""
        self._over = True

    def begin(self, seed: str) -> None:
        """Start the next thing to do, with its own chances."""
        self.rng = random.Random(seed)
        self._chance = random.Random(f"{seed} popups")
        random.seed(f"{seed} program")
        self._seen.clear()

    def note(self, words: str) -> None:
        """Say more of what is done."""
        self.watch.more(words)

    # -- eyes

    def seen(self, kind: type[Kind], under: QWidget | None = None) -> list[Kind]:
        """All widgets of a kind that can be seen and used, in the order of the tree."""
        where = under or self.window
        found = where.findChildren(kind)
        return [w for w in found if w.isEnabled() and not w.visibleRegion().isEmpty()]

    def one(self, kind: type[Kind], under: QWidget | None = None) -> Kind | None:
        """One of them."""
        found = self.seen(kind, under)
        return self.rng.choice(found) if found else None

    def name(self, widget: QWidget) -> str:
        """What a widget is called in a report."""
        name = widget.accessibleName() or widget.objectName() or widget.windowTitle()
        return f"{type(widget).__name__} {name!r}"

    def spot(self, widget: QWidget) -> QPoint:
        """Somewhere on what is to be seen of a widget."""
        area = widget.visibleRegion().boundingRect()
        x = area.left() + int(self.rng.random() * area.width())
        return QPoint(x, area.top() + int(self.rng.random() * area.height()))

    # -- mouse and keys

    def click(self, widget: QWidget, at: QPoint | None = None, **more: Any) -> None:
        """Click with the left button, in the middle if not `at` a place."""
        self.note(self.name(widget))
        place = at if at is not None else widget.visibleRegion().boundingRect().center()
        QTest.mouseClick(widget, more.pop("button", LEFT), pos=place, **more)

    def mouse(self, widget: QWidget, kind: QEvent.Type, at: QPoint, held: bool) -> None:
        """One event of the mouse."""
        none, moved = Qt.MouseButton.NoButton, kind == QEvent.Type.MouseMove
        event = QMouseEvent(
            kind, QPointF(at), QPointF(widget.mapToGlobal(at)), none if moved else LEFT,
            LEFT if held else none, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def drag(self, widget: QWidget, start: QPoint, stop: QPoint, moves: int) -> Wait:
        """Drag as a hand does."""
        self.note(f"{self.name(widget)} {start.toTuple()} to {stop.toTuple()} in {moves}")
        self.mouse(widget, QEvent.Type.MouseButtonPress, start, True)
        for i in range(1, moves + 1):
            yield 8
            if not alive(widget):
                return
            between = QPointF(start) + (QPointF(stop) - QPointF(start)) * (i / moves)
            self.mouse(widget, QEvent.Type.MouseMove, between.toPoint(), True)
        self.mouse(widget, QEvent.Type.MouseButtonRelease, stop, False)

    def wheel(self, widget: QWidget, at: QPoint, notches: int) -> None:
        """Turn the wheel over a widget."""
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), turn,
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
            False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def press(self, keys: str, times: int = 1) -> None:
        """Press keys, written as in a menu, in whatever has the focus."""
        from PySide6.QtGui import QKeySequence

        self.note(f"{keys} x {times}")
        pressed = QKeySequence(keys)[0]
        for _ in range(times):
            widget = QApplication.focusWidget() or self.window
            QTest.keyClick(widget, pressed.key(), pressed.keyboardModifiers())

    def type(self, field: QWidget, text: str, end: Qt.Key) -> None:
        """Click a field, and type over what is in it."""
        self.click(field)
        self.note(f"{text!r} {end.name}")
        QTest.keyClick(field, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
        if text.isascii():
            QTest.keyClicks(field, text)
        else:  # which no key has, for QTest
            QApplication.clipboard().setText(text)
            QTest.keyClick(field, KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, end)

    def open_menu(self) -> None:
        """Click a menu of the bar; what it shows is then dealt with."""
        bar = self.window.menuBar()
        action = self.rng.choice([a for a in bar.actions() if a.isVisible()])
        self.note(action.text())
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(action).center())

    def trigger(self, text: str) -> None:
        """Have a command of the menus by its name."""
        self.launch.actions.actions[text].trigger()

    # -- menus and dialogs that came up

    def _deal(self) -> None:
        if self._over:
            return
        # first of all, since what follows may open a dialog and wait for its end
        QTimer.singleShot(TICK, self._deal)
        popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        shown = popup or modal
        if shown is None:
            return
        count = self._seen[id(shown)] = self._seen.get(id(shown), 0) + 1
        if popup is not None:
            if isinstance(popup, QMenu) and count < TICKS and self._chance.random() < 0.85:
                self._choose(popup)
            elif count < TICKS and (view := popup.findChild(QAbstractItemView)):
                for _ in range(self._chance.randrange(5)):
                    QTest.keyClick(view, self._chance.choice((KEY.Key_Down, KEY.Key_Up)))
                self.note(f"> {view.currentIndex().data()}")
                QTest.keyClick(view, KEY.Key_Return)
            else:
                QTest.keyClick(popup, KEY.Key_Escape)
                if count > 2 * TICKS:
                    popup.close()
        elif isinstance(modal, ExportDialog):
            self._export(modal, count)
        elif isinstance(modal, QDialog):
            self._answer(modal, count)

    def _choose(self, menu: QMenu) -> None:
        def fits(action: QAction) -> bool:
            usable = action.isVisible() and action.isEnabled() and not action.isSeparator()
            return usable and action.text().replace("&", "") not in NEVER

        found = [action for action in menu.actions() if fits(action)]
        if not found:
            QTest.keyClick(menu, KEY.Key_Escape)
            return
        action = self._chance.choice(found)
        self.note(f"> {action.text()}")
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

    def _export(self, dialog: ExportDialog, count: int) -> None:
        chance = self._chance
        if count == 1:
            buttons = [b for b in self.seen(QAbstractButton, dialog) if b.isCheckable()]
            if buttons:
                QTest.mouseClick(chance.choice(buttons), LEFT)
        elif count == 3:
            # a film's form is longer than the window may be high, and the field out of sight then
            fields = dialog.findChildren(QLineEdit)
            (path,) = [f for f in fields if f.accessibleName() == "File"]
            suffix = dialog.wish().suffix
            path.setText(str(self.folder / f"picture-{self.exported % 4}{suffix}"))
        elif count > 4 and chance.random() < 0.03:
            self.note("> leave the export")
            dialog.reject()
        elif count > 5 and dialog._export.isEnabled() and chance.random() < 0.3:
            self.exported += 1
            self.note("> export")
            QTest.mouseClick(dialog._export, LEFT)
        elif count > LONG:
            self.note("> leave the export at last")
            dialog.reject()

    def _answer(self, dialog: QDialog, count: int) -> None:
        if isinstance(dialog, QMessageBox) and dialog.icon() in (
            QMessageBox.Icon.Warning,
            QMessageBox.Icon.Critical,
        ):
            self.watch.fault(f"the window complains: {dialog.text()}")
        self.note(f"> {self.name(dialog)}")
        buttons = self.seen(QAbstractButton, dialog)
        if isinstance(dialog, QFileDialog) or not buttons or count > 3:
            dialog.reject()
        else:
            QTest.mouseClick(self._chance.choice(buttons), LEFT)


def alive(widget: QWidget) -> bool:
    """Whether Qt still has it."""
    import shiboken6

    return bool(shiboken6.isValid(widget)) and widget.isVisible()
