"""The gallery: cards with a picture and a name, of which one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from .fonts import REGULAR, SEMIBOLD, px, variant
from .panel import OverlayBar
from .stylesheet import colour, theme_of
from .toolbutton import paint_fill, paint_ring

if TYPE_CHECKING:
    from collections.abc import Iterable

CARD = QSize(96, 72)
PICTURE = QSize(88, 44)
GAP = 4
KEY = Qt.ItemDataRole.UserRole
IMAGE = Qt.ItemDataRole.UserRole + 1
CHOSEN = Qt.ItemDataRole.UserRole + 2


class _Painter(QStyledItemDelegate):
    """Draws one card."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The whole cell, so that cards begin where it does."""
        view = self.parent()
        assert isinstance(view, QListView)
        return view.gridSize()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw fill, picture, name and outline."""
        view = self.parent()
        assert isinstance(view, QListWidget)
        theme = theme_of(view)
        state = option.state
        cell: QRect = option.rect
        chosen = bool(index.data(CHOSEN))
        current = view.hasFocus() and view.currentIndex() == index
        card = QRectF(cell.left(), cell.top(), px(view, CARD.width()), px(view, CARD.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            paint_fill(painter, card, theme.chosen if chosen else theme.hover, px(view, 6))
        pad = px(view, 4)
        where = QRectF(
            card.left() + pad,
            card.top() + pad,
            px(view, PICTURE.width()),
            px(view, PICTURE.height()),
        )
        clip = QPainterPath()
        clip.addRoundedRect(where, 3, 3)
        painter.fillPath(clip, colour(theme.grid))
        image = index.data(IMAGE)
        if isinstance(image, QImage):
            painter.setClipPath(clip)
            painter.drawImage(where, image)
            painter.setClipping(False)
        painter.setFont(variant(view.font(), SEMIBOLD if chosen else REGULAR))
        painter.setPen(colour(theme.text))
        words = QRectF(where.left(), where.bottom(), where.width(), px(view, 20))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, round(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if chosen or current:
            # the place of the keys is told from the chosen card by a thinner line
            width = 2.0 if chosen else 1.0
            paint_ring(painter, card, theme.accent, px(view, 6), width)
        painter.restore()


class CardList(QListWidget):
    """Cards in as many columns as fit. `chosen` carries the key of the card a person chose.

    Arrow keys move over the cards; Enter, Space or a click chooses.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(_Painter(self))
        self.itemClicked.connect(self._choose)
        OverlayBar(self)

    def add(self, key: str, title: str, tip: str) -> None:
        """Add a card, without a picture at first."""
        item = QListWidgetItem(title)
        item.setData(KEY, key)
        item.setToolTip(f"{title}: {tip}")
        self.addItem(item)

    def _item(self, key: str) -> QListWidgetItem | None:
        items = (self.item(row) for row in range(self.count()))
        return next((item for item in items if item.data(KEY) == key), None)

    def set_picture(self, key: str, image: QImage) -> None:
        """Show a picture on a card."""
        if (item := self._item(key)) is not None:
            item.setData(IMAGE, image)

    def set_chosen(self, key: str) -> None:
        """Outline a card and bring it into view, without emitting `chosen`."""
        for row in range(self.count()):
            item = self.item(row)
            if bool(item.data(CHOSEN)) != (item.data(KEY) == key):
                item.setData(CHOSEN, item.data(KEY) == key)
        if (found := self._item(key)) is not None:
            self.setCurrentItem(found)
            self.scrollToItem(found)

    def show_only(self, keys: Iterable[str]) -> None:
        """Hide all other cards."""
        kept = set(keys)
        for row in range(self.count()):
            self.item(row).setHidden(self.item(row).data(KEY) not in kept)

    def shown(self) -> list[str]:
        """The keys of the cards that are not hidden."""
        items = [self.item(row) for row in range(self.count())]
        return [str(item.data(KEY)) for item in items if not item.isHidden()]

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(KEY)))

    def columns(self) -> int:
        """How many cards are in a row: one for each 100 pixels of the dock but 12."""
        return max(1, self.width() // px(self, CARD.width() + GAP))

    def content_height(self) -> int:
        """How high the list is with every card in view."""
        rows = -(-max(1, len(self.shown())) // self.columns())
        return rows * px(self, CARD.height() + GAP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter or Space; the rest moves."""
        key = Qt.Key
        item = self.currentItem()
        if event.key() in (key.Key_Return, key.Key_Enter, key.Key_Space) and item is not None:
            self._choose(item)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the columns over the width."""
        high = px(self, CARD.height() + GAP)
        # a row must be narrower than the view
        self.setGridSize(QSize((self.width() - 1) // self.columns(), high))
        super().resizeEvent(event)
