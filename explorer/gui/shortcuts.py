"""The sheet of all keys, by menu, which can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from explorer.core.language import tr
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.line import Line
from explorer.widgets.panel import scrolled
from explorer.widgets.search import SearchField
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import paint_fill, paint_ring

from .keycaps import alternatives, in_words
from .presenting_keys import PRESSES
from .sheets import MOUSE
from .window import MENUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .actions import Command

WIDE, COLUMNS = 880, 2


class Keys(QWidget):
    """Keys as they are on a keyboard, each in its cap; alternatives one after the other."""

    def __init__(self, keys: str) -> None:
        super().__init__()
        self._caps = alternatives(keys)
        self.setAccessibleName(in_words(keys))

    def _wide(self, cap: str) -> int:
        return max(self.fontMetrics().horizontalAdvance(cap) + px(self, 12), px(self, 24))

    def sizeHint(self) -> QSize:
        """All caps beside each other."""
        gap = px(self, 4)
        return QSize(sum(self._wide(cap) + gap for cap in self._caps) - gap, px(self, 28))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut off."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the caps, at the right."""
        theme, high = theme_of(self), px(self, 22)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = float(self.width() - self.sizeHint().width())
        for cap in self._caps:
            place = QRectF(left, (self.height() - high) / 2, self._wide(cap), high)
            paint_fill(painter, place, theme.control, px(self, 4))
            paint_ring(painter, place, theme.button_border, px(self, 4), 1)
            painter.setPen(colour(theme.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cap)
            left += place.width() + px(self, 4)
        painter.end()


def _shows_run(command: Command) -> bool:
    """Whether it is one of the nine that show or hide a run by its digit."""
    return not command.menu and command.key.isdigit()


def groups(commands: Sequence[Command]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Titles, and below each keys and what they do; what has no key is in the palette alone."""
    menus: dict[str, list[tuple[str, str]]] = {}
    for command in commands:
        if command.key and not _shows_run(command):
            title = MENUS.get(command.menu, tr("Anywhere"))
            rows = menus.setdefault(title, [])
            rows.append((command.key, command.text.rstrip("…")))
    if any(map(_shows_run, commands)):
        menus.setdefault(MENUS["Run"], []).append(("1 – 9", tr("Show or Hide a Run")))
    presenting = [(press.name, press.words) for press in PRESSES]
    others = (tr("Mouse"), list(MOUSE)), (tr("While Presenting"), presenting)
    return [*menus.items(), *others]


class Shortcuts(QDialog):
    """All groups, in two columns of about one length; in one where there is no room."""

    def __init__(self, parent: QWidget, commands: Sequence[Command]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard Shortcuts"))
        self._groups = [(title, rows) for title, rows in groups(commands) if rows]
        self.search = SearchField(tr("Search shortcuts"), tr("Search keys and what they do"), "")
        self.search.textChanged.connect(self._filter)
        self._nothing = QLabel(tr("No key does that. Ctrl+K finds commands without keys."))
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.parts: list[tuple[QLabel, QWidget, list[tuple[str, Line, Keys]]]] = []
        page = QWidget()
        self._columns = QHBoxLayout(page)
        narrow = px(self, WIDE) > self.screen().availableGeometry().width()
        self._halves = [QVBoxLayout() for _ in range(1 if narrow else COLUMNS)]
        for half in self._halves:
            half.setSpacing(px(self, 8))
            self._columns.addLayout(half, 1)
        self._make()
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        area = scrolled(page)
        area.setBackgroundRole(QPalette.ColorRole.Window)
        page.setBackgroundRole(QPalette.ColorRole.Window)
        column.addWidget(area, 1)
        column.addLayout(buttons)
        self._nothing.hide()
        self.search.setFocus()
        free = self.screen().availableGeometry().size()
        self.resize(QSize(min(px(self, WIDE), free.width() - 40),
                          min(px(self, 760), free.height() - 60)))  # fmt: skip

    def _make(self) -> None:
        count = len(self._halves)
        lengths = [0] * count
        total = sum(len(rows) + 2 for _, rows in self._groups)
        at = 0
        self._columns.setContentsMargins(0, 0, px(self, 12), 0)
        self._columns.setSpacing(px(self, 40))
        for title, rows in self._groups:
            if lengths[at] and lengths[at] + len(rows) / 2 > total / count:
                at = min(at + 1, count - 1)
            lengths[at] += len(rows) + 2
            self._halves[at].addWidget(self._make_group(title, rows))
        for half in self._halves:
            half.addStretch(1)

    def _make_group(self, title: str, rows: list[tuple[str, str]]) -> QWidget:
        group = QWidget()
        group.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 0, 0, px(self, 12))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        heading = QLabel(title)
        heading.setFont(variant(self.font(), SEMIBOLD))
        grid.addWidget(heading, 0, 0, 1, 2)
        lines = []
        for row, (keys, text) in enumerate(rows, 1):
            said, caps = Line(text, cut=True), Keys(keys)
            grid.addWidget(said, row, 0)
            grid.addWidget(caps, row, 1)
            lines.append((f"{title} {in_words(keys)} {text}".casefold(), said, caps))
        self.parts.append((heading, group, lines))
        return group

    def _filter(self, query: str) -> None:
        words = query.casefold().split()
        some = False
        for _, group, lines in self.parts:
            hits = [all(word in text for word in words) for text, _, _ in lines]
            for hit, (_, said, caps) in zip(hits, lines, strict=True):
                said.setVisible(hit)
                caps.setVisible(hit)
            group.setVisible(any(hits))
            some = some or any(hits)
        self._nothing.setVisible(not some)

    def changeEvent(self, event: QEvent) -> None:
        """Headings follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "parts"):
            for heading, _, _ in self.parts:
                heading.setFont(variant(self.font(), SEMIBOLD))


def show_shortcuts(parent: QWidget, commands: Sequence[Command]) -> None:
    """List every key and what the mouse does."""
    dialog = Shortcuts(parent, commands)
    dialog.exec()
    dialog.deleteLater()
