"""The Standings: who is where at the cursor. It is the legend of every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from explorer.core.language import tr
from explorer.widgets.panel import INSET
from explorer.widgets.stylesheet import theme_of

from ._ranking import COLUMNS, Ranking
from ._rankingtable import RankingTable
from .base import Dock, Frame, View

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Standings(View):
    """A table of all runs, sorted by what a person clicks; a click on a row selects its run."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Standings"))
        self.setMinimumWidth(200)
        self.ranking = Ranking(self)
        self.table = RankingTable(self.ranking)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setContentsMargins(INSET, 8, INSET, 8)
        self.empty = QLabel(tr("Add an optimizer to see how it does."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 1, 0)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self.note)
        column.addWidget(self.empty, 1)
        column.addStretch(1)
        self.table.picked.connect(self.selected)
        self._selected = 0
        self.ranking.modelReset.connect(lambda: self.table.select(self._selected))

    def sort_on(self, by: int) -> None:
        """Sort by the column that is `by` further on, round and round; 0 turns the order round."""
        hidden = self.table.isColumnHidden
        column = self.ranking.column
        for _ in range(by):
            column = (column + 1) % len(COLUMNS)
            while hidden(column):
                column = (column + 1) % len(COLUMNS)
        self.ranking.sort_by(column)
        self.said.emit(self.ranking.order())

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Show the runs as they stand at the cursor."""
        if old is None or old.theme is not new.theme:
            theme = theme_of(self)
            for label in (self.note, self.empty):
                label.setStyleSheet(f"color: {theme.muted}")
            self.table.viewport().update()
        if new.plan is None:
            return
        runs = bool(new.plan.runs)
        self.table.setVisible(runs)
        self.empty.setVisible(not runs)
        self.ranking.show_runs(new.plan, new.traces, new.step)
        self.table.setToolTip(self.ranking.note())
        self._make_room()
        self._selected = new.selected
        self.table.select(new.selected)

    def rest(self) -> None:
        """Let go of the frame."""
        self.ranking.forget()

    def _make_room(self) -> None:
        """Show the sentences for which there is room below the rows; the tooltip has them all."""
        room = self.height() - self.table.maximumHeight()
        shown = self.ranking.sentences() if self.ranking.rowCount() else ()
        while shown and self._height_of(" ".join(shown)) > room:
            shown = shown[:-1]
        text = " ".join(shown)
        if self.note.text() != text:
            self.note.setText(text)
        self.note.setVisible(bool(text))

    def _height_of(self, text: str) -> int:
        edges = self.note.contentsMargins()
        wide = self.width() - edges.left() - edges.right() - 2
        flags = Qt.TextFlag.TextWordWrap
        words = self.note.fontMetrics().boundingRect(QRect(0, 0, wide, 10_000), flags, text)
        return words.height() + edges.top() + edges.bottom()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide the sentence."""
        super().resizeEvent(event)
        self._make_room()

    def describe(self) -> str:
        """The table as text, a line a run."""
        rows = [self.ranking.entry(i).words() for i in range(self.ranking.rowCount())]
        return "\n".join([*rows, f"{self.ranking.order()}.", self.ranking.note()])


SPEC = Dock(
    key="standings",
    title=tr("Standings"),
    area="right",
    order=1,
    make=Standings,
    summary=tr("Every run at the cursor: loss, gradient, how soon it was close, why it stopped"),
)
