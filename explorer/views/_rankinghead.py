"""The head of the Standings: column titles that sort, by the mouse and by the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView

from explorer.core.language import tr
from explorer.widgets.fonts import MEDIUM, SEMIBOLD, px, variant
from explorer.widgets.panel import INSET
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import paint_ring

from ._ranking import COLUMNS, HEADS, Ranking

ROW = 28
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_LAST = len(COLUMNS) - 1
_KEYS = frozenset({
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter,
})  # fmt: skip


class Head(QHeaderView):
    """Column titles; the sorted one darker, with its direction.

    With the keyboard on it, arrows go from title to title, Space or Enter sorts by one.
    """

    def __init__(self, ranking: Ranking) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._ranking = ranking
        self._at = ranking.column
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Columns of the standings"))
        self.setToolTip(tr("Click to sort, click again to turn the order round"))
        ranking.headerDataChanged.connect(self._sorted)
        self._sorted()

    def _sorted(self) -> None:
        self.setAccessibleDescription(self._ranking.order())
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(super().sizeHint().width(), px(self, ROW))

    def event(self, event: QEvent) -> bool:
        """Keep the keys that act here from the window's own commands."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
            and event.modifiers() in (Qt.KeyboardModifier.NoModifier, _KEYPAD)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from title to title, and sort."""
        key = Qt.Key
        shown = [i for i in range(len(COLUMNS)) if not self.isSectionHidden(i)]
        now = shown.index(self._at) if self._at in shown else 0
        if event.key() in (key.Key_Left, key.Key_Right):
            by = 1 if event.key() == key.Key_Right else -1
            self._at = shown[min(max(now + by, 0), len(shown) - 1)]
        elif event.key() in (key.Key_Home, key.Key_End):
            self._at = shown[0 if event.key() == key.Key_Home else -1]
        elif event.key() in (key.Key_Space, key.Key_Return, key.Key_Enter):
            self.sectionClicked.emit(shown[now])
        else:
            super().keyPressEvent(event)
            return
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the column that is sorted by."""
        super().focusInEvent(event)
        self._at = self._ranking.column
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No title is ringed any more."""
        super().focusOutEvent(event)
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one title; the last column is too narrow for more than its direction."""
        theme = theme_of(self)
        sorted_by = section == self._ranking.column
        painter.save()
        painter.setFont(variant(self.font(), SEMIBOLD if sorted_by else MEDIUM))
        painter.setPen(colour(theme.text if sorted_by else theme.muted))
        side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
        inner = QRect(rect)
        if section == 0:
            inner.adjust(px(self, INSET), 0, 0, 0)
        if section == _LAST:
            inner.adjust(0, 0, -px(self, 10), 0)
        if sorted_by:
            self._draw_arrow(painter, inner, HEADS[section], section == 0)
        if section < _LAST:
            cut = Qt.TextElideMode.ElideRight
            title = painter.fontMetrics().elidedText(HEADS[section], cut, inner.width())
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, title)
        if self.hasFocus() and section == self._at:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            around = QRectF(rect).adjusted(2, 2, -1, -2)
            paint_ring(painter, around, theme.accent, px(self, 6))
        painter.restore()

    def _draw_arrow(self, painter: QPainter, inner: QRect, title: str, left: bool) -> None:
        """A small triangle behind the title; a title on the right makes room for it."""
        wide, half, high = px(self, 12), px(self, 4), px(self, 3)
        if left:
            x = inner.left() + painter.fontMetrics().horizontalAdvance(title) + wide - half
        else:
            x = inner.right() - half
            inner.adjust(0, 0, -wide, 0)
        y, way = inner.center().y() + 1, 1 if self._ranking.ascending else -1
        corners = [(-half, high * way), (half, high * way), (0, -high * way)]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(painter.pen().color())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x + a, y + b) for a, b in corners]))
        painter.restore()
