"""The parts of the Data panel below each other: picture and key, or a table; then the words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.widgets.panel import INSET
from explorer.widgets.stylesheet import theme_of

from ._datasigns import Key, key_of
from ._datatable import Confusion, RowsTable
from ._metricgrid import MetricGrid

if TYPE_CHECKING:
    from explorer.core.diagnosis import Diagnosis
    from explorer.core.fitting import Judgement
    from explorer.core.plan import RunPlan
    from explorer.core.study import Study

    from ._datapicture import DataPicture, Picture
    from ._datatable import Part


class DataBody(QWidget):
    """Shows what it is given; of picture, confusion matrix and rows one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: DataPicture | None = None
        self.key = Key()
        self.confusion, self.rows = Confusion(), RowsTable()
        self.note, self.verdict = QLabel(), QLabel()
        self.metrics = MetricGrid()
        for label in (self.note, self.verdict):
            label.setWordWrap(True)
            label.hide()
        self.verdict.setTextFormat(Qt.TextFormat.RichText)
        self.verdict.setAccessibleName(tr("Diagnosis"))
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(INSET, 0, INSET, 8)
        column.setSpacing(6)
        column.addWidget(self.key)
        column.addWidget(self.confusion, 1)
        column.addWidget(self.rows, 1)
        column.addWidget(self.note)
        column.addWidget(self.metrics)
        column.addWidget(self.verdict)

    def build(self) -> None:
        """Make the picture, which needs numpy."""
        from ._datapicture import DataPicture

        self.picture = DataPicture()
        self.picture.setAccessibleName(tr("Data and fit"))
        self._column.insertWidget(0, self.picture, 1)

    def dress(self) -> None:
        """Take the colours of the theme."""
        self.note.setStyleSheet(f"color: {theme_of(self).muted}")

    def turn_to(self, part: QWidget | None) -> None:
        """Show the picture, the confusion matrix or the rows, and hide the others."""
        for each in (self.picture, self.confusion, self.rows):
            if each is not None:
                each.setVisible(each is part)
        self.key.setVisible(part is self.picture)

    def show_picture(self, picture: Picture, study: Study, run: RunPlan, words: str) -> None:
        """Draw a picture, explain its signs, and say it in words."""
        assert self.picture is not None
        self.turn_to(self.picture)
        self.picture.show_picture(picture)
        self.picture.setAccessibleDescription(words)
        self.key.show_entries(key_of(picture.scene, study.data, run))

    def show_confusion(self, study: Study, judged: Judgement) -> None:
        """Show which classes are taken for which: of the validation rows where there are any."""
        self.turn_to(self.confusion)
        watched = int(bool(judged.confusion[1].sum()))
        rows = tuple(tuple(row) for row in judged.confusion[watched].tolist())
        part: Part = ("train", "validation")[watched]
        self.confusion.show_counts(part, study.data.classes, rows)

    def show_rows(self, study: Study, run: int, step: int) -> None:
        """Show the first rows of the table with a run's predictions."""
        from explorer.core import fitting

        self.turn_to(self.rows)
        data, few = study.data, fitting.LISTED
        made = fitting.listed(study, run, step)
        heads = data.target, tr("predicted"), *data.names
        columns = [data.y[:few].tolist(), made.tolist(), *data.X[:few].T.tolist()]
        self.rows.rows.show_rows(heads, columns)

    def say(self, found: Diagnosis) -> None:
        """Tell how the training goes."""
        word, colon, rest = found.sentence.partition(":")
        self.verdict.setText(
            f"<span style='font-weight:600'>{escape(word + colon)}</span>{escape(rest)}"
        )
        self.verdict.setAccessibleDescription(found.sentence)
        self.verdict.show()

    def remark(self, text: str) -> None:
        """Say what is left out, if anything."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
