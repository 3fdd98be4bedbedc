"""A box at the top of the window with a line to search in and a list of what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from explorer.core.language import tr
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.panel import OverlayBar
from explorer.widgets.search import SearchField
from explorer.widgets.stylesheet import colour, faded, theme_of
from explorer.widgets.toolbutton import paint_fill, paint_ring

from .fuzzy import Match, match
from .keycaps import alternatives, in_words
from .steps import SOON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from explorer.widgets.theme import Theme

WIDE, ROW, ROWS, INSET = 640, 32, 12, 8
ENTRY = Qt.ItemDataRole.UserRole
MATCH = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to do: its name, where it belongs, its keys, more to find it by, why not now."""

    name: str
    do: Callable[[], object]
    place: str = ""
    keys: str = ""
    about: str = ""
    why_not: str = ""


def found(
    entries: Sequence[Entry], query: str, last: Sequence[str] = ()
) -> list[tuple[Entry, Match]]:
    """The entries that match, the best first; of equals those used last, then in their order."""
    recent = {name: at for at, name in enumerate(last)}
    hits = [
        (entry, hit)
        for entry in entries
        if (hit := match(query, entry.name, f"{entry.place} {entry.name} {entry.about}"))
    ]
    hits.sort(key=lambda pair: (pair[1].rank, recent.get(pair[0].name, len(recent))))
    if not query.strip():
        return hits
    # among those never used, closer letters come first
    return sorted(
        hits,
        key=lambda pair: (
            pair[1].rank,
            recent.get(pair[0].name, len(recent)),
            bool(pair[0].why_not),
            pair[1].spread,
        ),
    )


class _Rows(QAbstractListModel):
    """What was found."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[Entry, Match]] = []

    def show(self, rows: list[tuple[Entry, Match]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, _parent: Any = None) -> int:
        return len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        entry, hit = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.why_not or entry.about or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (entry.name, in_words(entry.keys), entry.why_not)))
        return {ENTRY: entry, MATCH: hit}.get(role)


class _Painter(QStyledItemDelegate):
    """Draws one row: the name, the letters that matched in it, and at the right place and keys."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        view = self.parent()
        assert isinstance(view, QWidget)
        return QSize(0, px(view, ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        view = self.parent()
        assert isinstance(view, QWidget)
        theme, row = theme_of(view), QRect(option.rect)
        entry, hit = index.data(ENTRY), index.data(MATCH)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_fill(painter, QRectF(row), theme.chosen, px(view, 6))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint_fill(painter, QRectF(row), theme.hover, px(view, 6))
        pad = px(view, 12)
        right = self._paint_keys(painter, entry, theme, row.adjusted(pad, 0, -pad, 0))
        strong = variant(view.font(), SEMIBOLD)
        ink = faded(theme, theme.text) if entry.why_not else theme.text
        at, end = row.left() + pad, right - pad
        for piece, marked in _pieces(entry.name, hit.marks):
            painter.setFont(strong if marked else view.font())
            painter.setPen(colour(theme.accent if marked and not entry.why_not else ink))
            metrics = QFontMetrics(painter.font())
            text = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, max(end - at, 0))
            place = QRect(at, row.top(), max(end - at, 0), row.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            at += metrics.horizontalAdvance(piece)
        painter.restore()

    def _paint_keys(self, painter: QPainter, entry: Entry, theme: Theme, row: QRect) -> int:
        """Draw keys and place from the right; returns where they begin."""
        view = self.parent()
        assert isinstance(view, QWidget)
        painter.setFont(view.font())
        metrics = painter.fontMetrics()
        right = row.right() + 1
        high = px(view, 22)
        for keys in reversed(alternatives(entry.keys)):
            wide = metrics.horizontalAdvance(keys) + px(view, 12)
            cap = QRectF(right - wide, row.center().y() - high / 2 + 1, wide, high)
            paint_fill(painter, cap, theme.control, px(view, 4))
            paint_ring(painter, cap, theme.button_border, px(view, 4), 1)
            painter.setPen(colour(theme.muted))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, keys)
            right -= wide + px(view, 4)
        place = entry.why_not or entry.place
        room = min(row.width() // 2, max(right - row.left() - px(view, 160), 0))
        text = metrics.elidedText(place, Qt.TextElideMode.ElideRight, room)
        wide = metrics.horizontalAdvance(text)
        right -= wide + px(view, 8) * bool(text)
        painter.setPen(colour(theme.muted))
        where = QRect(right, row.top(), wide + 2, row.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
        return right


def _pieces(name: str, marks: tuple[int, ...]) -> Iterator[tuple[str, bool]]:
    """The name in pieces that are marked or not."""
    begin, kept = 0, set(marks)
    for i in range(1, len(name) + 1):
        if i == len(name) or (i in kept) != (begin in kept):
            yield name[begin:i], begin in kept
            begin = i


class Palette(QFrame):
    """The box. Arrows move, Enter does, Esc or a click elsewhere closes; the focus goes back."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAccessibleName(tr("Command palette"))
        self.hide()
        # nothing below it need be painted for it
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._window = window
        self._entries: Sequence[Entry] = ()
        self._last: Sequence[str] = ()
        self._chosen: Callable[[Entry], object] = lambda entry: entry.do()
        self._before: QWidget | None = None
        self.field = SearchField(tr("Search"), "", tr("Some letters of what is to be done"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.rows = _Rows()
        self.list = QListView()
        self.list.setAccessibleName(tr("What was found"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self.rows)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take)
        OverlayBar(self.list)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        self._column = column

    def open(
        self,
        entries: Sequence[Entry],
        hint: str,
        last: Sequence[str] = (),
        chosen: Callable[[Entry], object] | None = None,
    ) -> None:
        """Show entries to choose from, those in `last` first; `chosen` is called with one."""
        self._entries, self._last = entries, last
        self._chosen = chosen or (lambda entry: entry.do())
        self.field.setPlaceholderText(hint)
        self.field.clear()
        self._search("")
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def close_box(self) -> None:
        """Go, and give the focus back."""
        if not self.isVisible():
            return
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.hide()
        self._entries = ()
        self.rows.show([])
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        else:
            self._window.setFocus()

    def current(self) -> Entry | None:
        """The entry that Enter does."""
        at = self.list.currentIndex()
        return self.rows.rows[at.row()][0] if at.isValid() else None

    def _search(self, query: str) -> None:
        self.rows.show(found(self._entries, query, self._last))
        self._go(0)
        self.list.setVisible(bool(self.rows.rowCount()))
        if self.isVisible():
            self._place()

    def _go(self, row: int) -> None:
        count = self.rows.rowCount()
        if count:
            self.list.setCurrentIndex(self.rows.index(row % count, 0))
        entry = self.current()
        said = entry.name if entry else tr("Nothing found")
        self.field.setAccessibleDescription(said)

    def _place(self) -> None:
        window, pad = self._window, px(self, INSET)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(pad)
        wide = min(px(self, WIDE), window.width() - 4 * pad)
        shown = min(max(self.rows.rowCount(), bool(self._entries)), ROWS)
        high = 3 * pad + self.field.sizeHint().height() + shown * px(self, ROW) + px(self, 2)
        top = px(self, 36)
        self.setGeometry((window.width() - wide) // 2, top, wide,
                         min(high, window.height() - top - 2 * pad))  # fmt: skip

    def _take(self, *_: Any) -> None:
        entry = self.current()
        if entry is None or entry.why_not:
            return
        chosen = self._chosen
        self.close_box()
        # what is done may open a dialog, which is no business of this key's event
        QTimer.singleShot(SOON, self, lambda: chosen(entry))

    def _press(self, key: Qt.Key) -> bool:
        keys, row = Qt.Key, self.list.currentIndex().row()
        fit = max(self.list.viewport().height() // px(self, ROW) - 1, 1)
        last = self.rows.rowCount() - 1
        moves = {
            keys.Key_Down: row + 1,
            keys.Key_Up: row - 1,
            keys.Key_PageDown: min(row + fit, last),
            keys.Key_PageUp: max(row - fit, 0),
        }
        if key in moves:
            self._go(moves[key])
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._take()
        elif key in (keys.Key_Escape, keys.Key_Tab, keys.Key_Backtab):
            self.close_box()
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the field's keys that are for the list; close on a click elsewhere."""
        kind = event.type()
        if watched is self.field and kind == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._press(Qt.Key(event.key()))
        if watched is self.field and kind == QEvent.Type.FocusOut and self.isVisible():
            # gone for good, and not only to another program's window
            if self.window().isActiveWindow():
                self.close_box()
        elif kind == QEvent.Type.Resize and watched is self._window and self.isVisible():
            self._place()
        elif (
            kind == QEvent.Type.MouseButtonPress
            and isinstance(watched, QWidget)
            and watched is not self
            and not self.isAncestorOf(watched)
        ):
            self.close_box()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, and a sentence where nothing was found."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.fillRect(self.rect(), colour(theme.window))
        paint_fill(painter, box, theme.panel, px(self, 8))
        paint_ring(painter, box, theme.input_border, px(self, 8), 1)
        if not self.rows.rowCount() and self._entries:
            painter.setPen(colour(theme.muted))
            where = self.rect().adjusted(0, self.field.geometry().bottom(), 0, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, tr("Nothing found"))
        painter.end()
