"""The table of the Standings: chips, names, numbers and signs, drawn to the design's measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from explorer.core.language import tr
from explorer.core.style import style
from explorer.widgets.chips import paint_chip
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.line import cut_name
from explorer.widgets.markers import paint_end
from explorer.widgets.panel import INSET
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import paint_ring

from ._ranking import COLUMNS, NORM, WAY, Ranking
from ._rankinghead import ROW, Head

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex

WIDTHS = (70, 64, 39, 72, 24)  # loss, gradient, steps, path, sign; the names have the rest
# The least widths of the panel for the gradient and for the length of the path.
NARROW, WIDE = 280, 380


class Cells(QStyledItemDelegate):
    """Draws the cells: chip and name, numbers, the sign of a run's end."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell."""
        table = self.parent()
        assert isinstance(table, RankingTable)
        theme, rect = theme_of(table), QRectF(option.rect)
        entry = table.ranking.entry(index.row())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, colour(theme.chosen))
        ink = theme.text if entry.visible else theme.muted
        painter.setPen(colour(ink))
        strong = chosen and index.column() == 0
        painter.setFont(variant(table.font(), SEMIBOLD) if strong else table.font())
        if index.column() == 0:
            wide, high, left = px(table, 22), px(table, 12), px(table, INSET)
            chip = QRectF(rect.left() + left, rect.center().y() - high / 2, wide, high)
            under = theme.chosen if chosen else theme.panel
            painter.setOpacity(1.0 if entry.visible else 0.45)
            paint_chip(painter, chip, style(entry.style), theme, under)
            painter.setOpacity(1.0)
            room = rect.adjusted(left + wide + px(table, 6), 0, 0, 0)
            text = cut_name(painter.fontMetrics(), entry.label, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        elif index.column() == len(COLUMNS) - 1:
            tone = theme.danger if entry.end in {"diverged", "left_data"} else theme.muted
            under = theme.chosen if chosen else theme.panel
            middle = rect.center()
            middle.setX(rect.right() - px(table, 14))
            paint_end(painter, entry.end, middle, tone, under, px(table, 9))
        else:
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            text = entry.texts()[index.column()]
            if painter.fontMetrics().horizontalAdvance(text) > rect.width() - px(table, 4):
                text = entry.tight()[index.column()]
            painter.drawText(rect, right, text)
        painter.restore()


class RankingTable(QTableView):
    """The table itself, sized to its rows; `picked` carries the run that a person chose."""

    picked = Signal(int)

    def __init__(self, ranking: Ranking) -> None:
        super().__init__()
        self.ranking = ranking
        self._silent = False
        self.setModel(ranking)
        self.setItemDelegate(Cells(self))
        self.setHorizontalHeader(Head(ranking))
        self.horizontalHeader().sectionClicked.connect(ranking.sort_by)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(tr("Standings"))
        self.selectionModel().currentRowChanged.connect(self._changed)
        ranking.modelReset.connect(self._sized)
        self._sized()

    def select(self, run: int) -> None:
        """Show a run as the chosen one, without saying that a person chose it."""
        row = self.ranking.row_of(run)
        if row >= 0 and row != self.currentIndex().row():
            self._silent = True
            self.selectRow(row)
            self._silent = False

    def _changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._silent and index.isValid():
            self.picked.emit(self.ranking.entry(index.row()).run)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out; in a narrow panel the path's column goes, then the gradient's."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        width = self.viewport().width()
        hidden = {NORM: width < px(self, NARROW), WAY: width < px(self, WIDE)}
        for column, gone in hidden.items():
            self.setColumnHidden(column, gone)
        self.ranking.measure(not hidden[WAY])
        widths = [px(self, w) for w in WIDTHS]
        taken = sum(widths) - sum(widths[column - 1] for column, gone in hidden.items() if gone)
        for column, share in enumerate((max(width - taken, px(self, 60)), *widths)):
            self.setColumnWidth(column, share)

    def _sized(self) -> None:
        high = px(self, ROW)
        self.verticalHeader().setMinimumSectionSize(high)
        self.verticalHeader().setDefaultSectionSize(high)
        self.setMaximumHeight(high * (self.ranking.rowCount() + 1))
        self.setMinimumHeight(high * min(self.ranking.rowCount() + 1, 4))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(px(self, 280), self.maximumHeight())

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "ranking"):
            self._sized()
            self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells and, when focused, a ring around the chosen row."""
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            row = self.visualRect(self.currentIndex())
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            around = QRectF(0, row.top(), self.viewport().width(), row.height())
            paint_ring(painter, around, theme_of(self).accent, px(self, 6))
            painter.end()
