"""The tour: a light veil over the window with a gap around one part of it, and words beside it.

The gap is a hole in the veil's shape, so that what is in it can be used while the tour is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core.language import tr
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import paint_fill, paint_ring

from .steps import SOON

if TYPE_CHECKING:
    from .window import Window

WIDE, GAP, MARGIN = 340, 4, 12
VEIL = 0.45


@dataclass(frozen=True, slots=True)
class Step:
    """One stop: what is pointed at (panels by key, or 'transport', 'menu') and what is said."""

    at: tuple[str, ...]
    title: str
    words: str


STEPS = (
    Step(
        ("contour",),
        tr("Drag the start"),
        tr(
            "The ring is where every optimizer starts. Drag it, or click anywhere on the map: all "
            "paths follow at once. The wheel zooms, a drag beside the ring moves the map."
        ),
    ),
    Step(
        ("optimizers",),
        tr("Optimizers, one card each"),
        tr(
            "The slider is the learning rate. The eye hides a path, the menu duplicates or removes "
            "it, and + adds another method. The chosen card opens to its other settings."
        ),
    ),
    Step(
        ("transport",),
        tr("Play, step and scrub"),
        tr(
            "Space plays, the arrow keys step, and the timeline can be dragged. On the right "
            "choose one map for all or one each, and the map, the surface or both."
        ),
    ),
    Step(
        ("inspector", "standings"),
        tr("See why, and who leads"),
        tr(
            "The inspector writes out the chosen optimizer's step with its numbers. The standings "
            "rank all runs; a click on a column's head sorts by it."
        ),
    ),
    Step(
        ("menu",),
        tr("Take it with you"),
        tr(
            "File > Export Picture writes figures (Ctrl+E). Ctrl+K finds everything there is to "
            "do, ? lists all keys, and Help > Tour shows these words again."
        ),
    ),
)


class Card(QFrame):
    """The words of one step and the buttons that lead on."""

    def __init__(self, tour: Tour) -> None:
        super().__init__(tour)
        self.title, self.words, self.count = QLabel(), QLabel(), QLabel()
        self.words.setWordWrap(True)
        self.count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.skip, self.back, self.next = (
            QPushButton(text) for text in (tr("Skip"), tr("Back"), tr("Next"))
        )
        self.skip.setToolTip(tr("End the tour (Esc); Help > Tour shows it again"))
        self.back.setToolTip(tr("The step before (Left)"))
        self.next.setToolTip(tr("The next step (Right)"))
        self.skip.clicked.connect(tour.end)
        self.back.clicked.connect(lambda: tour.go(tour.step - 1))
        self.next.clicked.connect(lambda: tour.go(tour.step + 1))
        self.next.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        for button in (self.skip, self.back, self.next):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(row)

    def show_step(self, step: Step, number: int, wide: int) -> None:
        """Show a step's words, in a card that wide."""
        pad = px(self, 16)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(pad, px(self, 12), pad, px(self, 12))
        layout.setSpacing(px(self, 8))
        self.title.setFont(variant(self.font(), SEMIBOLD))
        self.title.setText(step.title)
        self.words.setText(step.words)
        self.count.setText(tr("{number} of {count}", number=number + 1, count=len(STEPS)))
        self.back.setEnabled(number > 0)
        self.next.setText(tr("Done") if number == len(STEPS) - 1 else tr("Next"))
        place = self.count.text()
        self.setAccessibleName(tr("Tour, {place}: {title}", place=place, title=step.title))
        self.setAccessibleDescription(step.words)
        wide = max(wide, layout.minimumSize().width())
        self.resize(wide, max(layout.heightForWidth(wide), layout.minimumSize().height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_fill(painter, QRectF(self.rect()), theme.panel, px(self, 8))
        paint_ring(painter, QRectF(self.rect()), theme.input_border, px(self, 8), 1)
        painter.end()


class Tour(QWidget):
    """The veil. Right or Enter goes on, Left back, Esc ends; it goes with the window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.step = 0
        self._hole = QRect()
        self.setAccessibleName(tr("Tour"))
        self.card = Card(self)
        self.hide()

    def start(self) -> None:
        """Show the first step."""
        for other in self._window.findChildren(Tour):
            if other is not self:
                other.end()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)
        self._window.closing.connect(self.end)
        self.show()
        self.raise_()
        self.go(0)

    def end(self) -> None:
        """Go, and leave the window as it is."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()
        self._window.setFocus()
        self.deleteLater()

    def go(self, step: int) -> None:
        """Show a step; past the last the tour ends."""
        if step >= len(STEPS):
            self.end()
            return
        self.step = max(step, 0)
        for key in reversed(STEPS[self.step].at):  # the first in front, should they be tabs
            dock = self._window.arrangement.docks.get(key)
            if dock is not None and not dock.isHidden():
                dock.raise_()  # of its tabs, but also above the veil
        self.raise_()
        self._place()
        self.card.next.setFocus()
        # once what was raised is laid out
        QTimer.singleShot(SOON, self, self._place)

    # -- where

    def _rect(self, key: str) -> QRect:
        """Where a part of the window is, empty where it is not to be seen."""
        window = self._window
        widget: QWidget | None = {"transport": window.transport, "menu": window.menuBar()}.get(key)
        widget = widget or window.arrangement.docks.get(key) or window.arrangement.panels.get(key)
        if widget is None or not widget.isVisible() or widget.window() is not window:
            return QRect()
        # a panel behind another is kept outside the window
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        return place.intersected(window.rect())

    def _place(self) -> None:
        hole = QRect()
        for key in STEPS[self.step].at:
            hole = hole.united(self._rect(key))
        window, gap = self._window.rect(), px(self, GAP)
        if not hole.isEmpty():
            hole = hole.adjusted(-gap, -gap, gap, gap).intersected(window)
        self._hole = hole
        self.setGeometry(window)
        room = window.width() - 2 * px(self, MARGIN)
        self.card.show_step(STEPS[self.step], self.step, min(px(self, WIDE), room))
        self.card.move(self._beside(hole))
        ring = px(self, 2)
        inner = hole.adjusted(ring, ring, -ring, -ring)
        shape = QRegion(window)
        if not hole.isEmpty():
            shape -= QRegion(inner)
        self.setMask(shape | QRegion(self.card.geometry()))
        self.update()

    def _beside(self, hole: QRect) -> QPoint:
        """Where the card goes: beside what is pointed at, or where it covers least of it."""
        size, margin = self.card.size(), px(self, MARGIN)
        free = self.rect().adjusted(margin, margin, -margin, -margin)
        middle = QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        if hole.isEmpty():
            return middle
        level = min(max(hole.center().y() - size.height() // 2, free.top()),
                    max(free.bottom() - size.height(), free.top()))  # fmt: skip
        along = min(max(hole.left(), free.left()), max(free.right() - size.width(), free.left()))
        beside = [
            QPoint(hole.right() + margin, level),
            QPoint(hole.left() - margin - size.width(), level),
            QPoint(along, hole.bottom() + margin),
            QPoint(along, hole.top() - margin - size.height()),
        ]
        right, low = free.right() - size.width(), free.bottom() - size.height()
        corners = [QPoint(x, y) for x in (free.left(), right) for y in (low, free.top())]
        fitting = [at for at in (*beside, *corners) if free.contains(QRect(at, size))]

        def covered(at: QPoint) -> int:
            over = QRect(at, size).intersected(hole)
            return over.width() * over.height()

        return min(fitting, key=covered, default=middle)

    # -- the hand

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that lead on, wherever the focus is but in a field; follow the window."""
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._window:
            self._place()
            QTimer.singleShot(SOON, self, self._place)
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            assert isinstance(event, QKeyEvent)
            if not self._window.isActiveWindow() or QApplication.activePopupWidget():
                return False
            if isinstance(QApplication.focusWidget(), (QLineEdit, QPlainTextEdit)):
                return False
            return self._press(event, kind == QEvent.Type.KeyPress)
        return False

    def _press(self, event: QKeyEvent, pressed: bool) -> bool:
        keys = Qt.Key
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        does = {
            keys.Key_Right: lambda: self.go(self.step + 1),
            keys.Key_Left: lambda: self.go(self.step - 1),
            keys.Key_Escape: self.end,
        }.get(Qt.Key(event.key()))
        if does is None:
            return False
        event.accept()
        if pressed:
            does()
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the veil and the ring around the gap."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = colour(theme.window if theme.dark else theme.text)
        painter.setOpacity(VEIL + 0.2 * theme.dark)
        painter.fillRect(self.rect(), veil)
        painter.setOpacity(1.0)
        if not self._hole.isEmpty():
            paint_ring(painter, QRectF(self._hole), theme.accent, px(self, 6), px(self, 2))
        painter.end()
