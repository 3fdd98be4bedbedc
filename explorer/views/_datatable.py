"""Tables of the data panel: which classes are taken for which, and rows with their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QSizePolicy, QTableView, QWidget

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.icons import blend
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex

ROW, HIGH = 22, 34  # px of a line: at least, and at most where there is room
_NONE = QModelIndex()
HEAT = 0.45  # the accent's share where all rows of a class are in one cell

Part = Literal["train", "validation"]
# What stands above the counts of a part of the rows, and what is said of them.
HEADS: dict[Part, str] = {
    "train": tr("Training rows: true class ↓ predicted →"),
    "validation": tr("Validation rows: true class ↓ predicted →"),
}
SAID: dict[Part, str] = {
    "train": tr("Training rows, true class and what it was taken for."),
    "validation": tr("Validation rows, true class and what it was taken for."),
}


class Confusion(QWidget):
    """Counts of rows by true class (down) and predicted class (across), warm by their share."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Confusion matrix"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._part: Part = "train"
        self._names: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()

    def show_counts(
        self, part: Part, names: tuple[str, ...], counts: tuple[tuple[int, ...], ...]
    ) -> None:
        """Show the counts of a part of the rows."""
        if (part, names, counts) != (self._part, self._names, self._counts):
            fewer = len(names) != len(self._names)
            self._part, self._names, self._counts = part, names, counts
            self.setAccessibleDescription(self.as_text())
            if fewer:
                self.updateGeometry()
            self.update()

    def as_text(self) -> str:
        """The matrix in words, a line a true class."""
        lines = [
            f"{name}: "
            + ", ".join(
                tr("{n} as {other}", n=n, other=other)
                for n, other in zip(row, self._names, strict=True)
            )
            for name, row in zip(self._names, self._counts, strict=True)
        ]
        return "\n".join([SAID[self._part], *lines])

    def sizeHint(self) -> QSize:
        """A row a class, and two of heads."""
        return QSize(px(self, 240), px(self, ROW * (len(self._names) + 2)))

    def minimumSizeHint(self) -> QSize:
        """All rows: the panel scrolls."""
        return QSize(px(self, 160), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names and cells."""
        theme = theme_of(self)
        painter = QPainter(self)
        metrics, count = QFontMetricsF(self.font()), max(len(self._names), 1)
        room = self.height() / (count + 2)
        high = float(round(min(max(room - 0.5, px(self, ROW)), px(self, HIGH))))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        left = min(widest + 8, self.width() * 0.36)
        wide = (self.width() - left) / count
        flags, elide = Qt.AlignmentFlag, Qt.TextElideMode.ElideRight
        painter.setPen(colour(theme.muted))
        text = metrics.elidedText(HEADS[self._part], elide, self.width())
        painter.drawText(QRectF(0, 0, self.width(), high), flags.AlignVCenter, text)
        for i, name in enumerate(self._names):
            over = QRectF(left + i * wide, high, wide - 1, high)
            text = metrics.elidedText(name, elide, wide - 3)
            painter.drawText(over, flags.AlignCenter, text)
        strong = variant(self.font(), SEMIBOLD)
        for i, (name, row) in enumerate(zip(self._names, self._counts, strict=True)):
            top = (i + 2) * high
            painter.setFont(self.font())
            painter.setPen(colour(theme.muted))
            beside = QRectF(0, top, left - 8, high)
            text = metrics.elidedText(name, elide, left - 8)
            painter.drawText(beside, flags.AlignRight | flags.AlignVCenter, text)
            whole = max(sum(row), 1)
            for j, rows in enumerate(row):
                cell = QRectF(left + j * wide, top, wide - 1, high - 1)
                heat = blend(theme.accent, theme.panel, HEAT * rows / whole)
                painter.fillRect(cell, colour(heat))
                painter.setPen(colour(theme.text if rows else theme.muted))
                painter.setFont(strong if i == j else self.font())
                painter.drawText(cell, flags.AlignCenter, f"{rows:,}")
        painter.end()


class Rows(QAbstractTableModel):
    """The first rows of a regression's table: target, prediction, features."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: tuple[str, ...] = ()
        self._columns: list[list[float]] = []

    def show_rows(self, heads: tuple[str, ...], columns: list[list[float]]) -> None:
        """Show these columns; the second alone is the cursor's, and others are kept."""
        same = heads == self._heads and columns[:1] == self._columns[:1]
        if same and columns[2:] == self._columns[2:]:
            self._columns[1] = columns[1]
            last = self.index(len(columns[1]) - 1, 1)
            self.dataChanged.emit(self.index(0, 1), last)
            return
        self.beginResetModel()
        self._heads, self._columns = heads, columns
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() or not self._columns else len(self._columns[0])

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        """Target, prediction and the features."""
        return 0 if parent.isValid() else len(self._columns)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """One number, from the right."""
        if role == Qt.ItemDataRole.DisplayRole:
            return number(self._columns[index.column()][index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """A column's name, or a row's number from 1."""
        if role == Qt.ItemDataRole.DisplayRole:
            across = orientation == Qt.Orientation.Horizontal
            return self._heads[section] if across else str(section + 1)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class RowsTable(QTableView):
    """The rows, with scroll bars of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows()
        self.setModel(self.rows)
        self.setAccessibleName(tr("First rows of the table"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(px(self, 130))
        self.setCornerWidget(QWidget())  # Qt would fill the corner between the bars
        for part in (self, self.viewport(), self.horizontalHeader().viewport()):
            part.setAutoFillBackground(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.rows.modelReset.connect(self._sized)

    def _sized(self) -> None:
        self.verticalHeader().setDefaultSectionSize(px(self, ROW))
        metrics = QFontMetricsF(self.font())
        for column in range(self.rows.columnCount()):
            name = str(self.rows.headerData(column, Qt.Orientation.Horizontal))
            wide = max(metrics.horizontalAdvance(name), metrics.horizontalAdvance("−9.99×10⁻⁴"))
            self.setColumnWidth(column, round(wide) + px(self, 12))

    def sizeHint(self) -> QSize:
        """What the picture takes."""
        return QSize(px(self, 240), px(self, 170))
