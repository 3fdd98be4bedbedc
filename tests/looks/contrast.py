"""The contrast of text, measured from pixels (WCAG 2.2, success criterion 1.4.3).

Of the rectangle that a text stands in, the colour that most pixels have is the ground, and the one
farthest from it the text: glyphs are smoothed, and only their cores have the colour of the pen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from explorer.gui.transport import Counter
from explorer.widgets.cardlist import CardList
from explorer.widgets.checkbox import CheckBox
from explorer.widgets.fold import FoldHeading
from explorer.widgets.line import Line
from explorer.widgets.richtext import RichLabel
from explorer.widgets.segmented import Segmented
from explorer.widgets.slider import ParameterRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ENOUGH, ENOUGH_LARGE = 4.5, 3.0
LARGE, LARGE_BOLD = 18.0, 14.0  # points
# Widgets of our own that paint their text themselves, and nothing darker or lighter than it.
PAINTED = (Segmented, Line, Counter, FoldHeading, RichLabel)


@dataclass(frozen=True)
class Text:
    """A text on a widget: where it stands in the widget, and its font."""

    widget: QWidget
    words: str
    where: QRect
    font: QFont

    @property
    def least(self) -> float:
        """The contrast that it needs."""
        points = self.font.pointSizeF()
        if points <= 0:
            points = self.font.pixelSize() * 0.75
        bold = self.font.weight() >= QFont.Weight.Bold
        large = points >= LARGE or (bold and points >= LARGE_BOLD)
        return ENOUGH_LARGE if large else ENOUGH


def luminance(rgb: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Relative luminance of sRGB colours (..., 3) from 0 to 255."""
    share = np.asarray(rgb, dtype=float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def ratio(one: NDArray[np.floating[Any]], other: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The contrast of colours, from 1 to 21."""
    a, b = luminance(one), luminance(other)
    return np.asarray((np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05))


def pixels(image: QImage) -> NDArray[np.uint8]:
    """An image's colours, (height, width, 3)."""
    made = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : 3 * made.width()].reshape(made.height(), made.width(), 3).copy()


def measured(part: NDArray[np.uint8]) -> tuple[float, str, str]:
    """Contrast of the text in a part of a picture, and the colours of text and ground."""
    colours, counts = np.unique(part.reshape(-1, 3), axis=0, return_counts=True)
    ground = colours[np.argmax(counts)].astype(float)
    against = ratio(colours.astype(float), ground)
    far = int(np.argmax(against))
    names = [QColor(*(int(v) for v in c)).name() for c in (colours[far], ground)]
    return float(against[far]), names[0], names[1]


def texts(top: QWidget) -> Iterator[Text]:
    """All texts that can be seen in a window and are not disabled."""
    for widget in (top, *top.findChildren(QWidget)):
        if widget.isVisible() and widget.isEnabled() and widget.window() is top:
            for text in _of(widget):
                if text.words.strip() and text.where.isValid():
                    yield text


def _of(widget: QWidget) -> Iterator[Text]:
    font, all_of = widget.font(), widget.rect()
    inside = all_of.adjusted(4, 4, -4, -4)
    if isinstance(widget, QLabel):
        yield Text(widget, widget.text(), widget.contentsRect(), font)
    elif isinstance(widget, CheckBox):
        yield Text(widget, widget.text(), all_of.adjusted(26, 0, 0, 0), font)
    elif isinstance(widget, PAINTED):
        yield Text(widget, widget.accessibleName() or "painted", inside, font)
    elif isinstance(widget, QAbstractButton):
        yield Text(widget, widget.text(), inside, font)
    elif isinstance(widget, QLineEdit):
        words = widget.text() or widget.placeholderText()
        yield Text(widget, words, inside, font)
    elif isinstance(widget, QComboBox):
        yield Text(widget, widget.currentText(), inside.adjusted(0, 0, -20, 0), font)
    elif isinstance(widget, QPlainTextEdit):
        yield Text(widget, widget.toPlainText(), inside, font)
    elif isinstance(widget, ParameterRow):
        wide = widget._columns[0] if widget.choice is None or widget.label() else 0
        yield Text(widget, widget.label(), QRect(0, 0, wide - 12, 32), font)
    elif isinstance(widget, (QMenuBar, QMenu)):
        for action in widget.actions():
            if action.isEnabled() and not action.isSeparator():
                where = widget.actionGeometry(action).adjusted(2, 2, -2, -2)
                yield Text(widget, action.text(), where, font)
    elif isinstance(widget, QTabBar):
        for at in range(widget.count()):
            where = widget.tabRect(at).adjusted(4, 2, -4, -4)
            yield Text(widget, widget.tabText(at), where, font)
    elif isinstance(widget, QHeaderView):
        yield Text(widget, "column heads", widget.viewport().rect().adjusted(4, 4, -4, -4), font)
    elif isinstance(widget, QAbstractItemView):
        yield from _cells(widget)


def _cells(view: QAbstractItemView) -> Iterator[Text]:
    model = view.model()
    columns = 1 if isinstance(view, QListView) else model.columnCount()
    for row in range(model.rowCount()):
        for column in range(columns):
            index: QModelIndex = model.index(row, column)
            words = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
            where = view.visualRect(index)
            if isinstance(view, CardList):  # a picture above, its name below
                where.setTop(where.bottom() - 19)
                where = where.adjusted(3, 1, -3, -3)
            else:
                where = where.adjusted(2, 3, -2, -3)
            usable = index.flags() & Qt.ItemFlag.ItemIsEnabled
            if usable and view.viewport().rect().contains(where):
                where.translate(view.viewport().pos())
                yield Text(view, words, where, view.font())


def faint(top: QWidget, image: QImage) -> Iterator[tuple[str, float]]:
    """What has too little contrast in the picture of a window, in words, and every ratio."""
    colours, scale = pixels(image), image.devicePixelRatio()
    height, width = colours.shape[:2]
    for text in texts(top):
        seen = text.widget.visibleRegion().boundingRect().intersected(text.where)
        if seen.width() < 4 or seen.height() < min(text.where.height(), 14):
            continue
        corner = text.widget.mapTo(top, QPoint(seen.left(), seen.top()))
        left, upper = round(corner.x() * scale), round(corner.y() * scale)
        right = min(width, left + round(seen.width() * scale))
        lower = min(height, upper + round(seen.height() * scale))
        part = colours[max(upper, 0) : lower, max(left, 0) : right]
        if part.size == 0:
            continue
        found, pen, ground = measured(part)
        short = " ".join(text.words.split())[:50]
        words = f"{found:.1f} < {text.least}: {pen} on {ground}, {type(text.widget).__name__}"
        yield (f"{words} {short!r}" if found < text.least else ""), found
