"""Metrics of two parts of the rows side by side, in as few words as the panel has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr, trc
from explorer.core.numbers import number
from explorer.widgets.fonts import px
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROW = 19
# name, in short, and what it is
WORDS = {
    "mse": ("MSE", "MSE", tr("mean squared error")),
    "mae": ("MAE", "MAE", tr("mean absolute error")),
    "r2": ("R²", "R²", tr("share of the variance that is explained")),
    "accuracy": (tr("Accuracy"), tr("Acc."), tr("share of rows taken for their own class")),
    "precision": (
        tr("Precision"),
        tr("Prec."),
        tr("share of rows taken for a class that are of it"),
    ),
    "recall": (tr("Recall"), tr("Recall"), tr("share of a class's rows taken for it")),
    "f1": ("F1", "F1", tr("harmonic mean of precision and recall")),
    "roc_auc": ("ROC AUC", "AUC", tr("share of pairs of two classes in the right order")),
}
# in full, in short, and where even that is too long
PARTS = (
    (tr("Training"), trc("short for Training", "Train"), tr("Tr.")),
    (tr("Validation"), tr("Valid."), tr("Val.")),
)
Lines = list[tuple[str, ...]]


class MetricGrid(QWidget):
    """A line for each part and a column for each metric; in narrow panels the other way round."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Metrics"))
        self._values: tuple[dict[str, str], ...] = ()
        self._corner = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_metrics(self, metrics: Sequence[Mapping[str, float]], corner: str = "") -> None:
        """Show metrics by name for the training and the validation rows; none may be there.

        `corner` says whose they are.
        """
        values = tuple({k: number(v) for k, v in part.items()} for part in metrics)
        if (values, corner) != (self._values, self._corner):
            self._corner = corner
            same = [list(part) for part in values] == [list(part) for part in self._values]
            self._values = values
            self.setAccessibleDescription(self.as_text())
            known = (WORDS[name] for name in values[0])
            self.setToolTip("\n".join(f"{full}: {what}" for full, _, what in known))
            if not same:
                self.updateGeometry()
            self.update()

    def as_text(self) -> str:
        """The numbers in words, a line a part."""
        return "\n".join(
            f"{PARTS[i][0]}: " + ", ".join(f"{WORDS[k][0]} {v}" for k, v in part.items())
            for i, part in enumerate(self._values)
            if part
        )

    def lines(self, width: int) -> Lines:
        """The grid's texts, the head first: the longest form that fits into `width`."""
        forms = [self._lines(form) for form in (0, 1, 2)]
        fitting = [made for made in forms if self._width(made) <= width]
        if fitting or not forms[0]:
            return fitting[0] if fitting else []
        return [tuple(line) for line in zip(*forms[0], strict=True)]

    def _lines(self, form: int) -> Lines:
        if not self._values:
            return []
        made: Lines = [("", *(WORDS[name][min(form, 1)] for name in self._values[0]))]
        made += [(PARTS[i][form], *part.values()) for i, part in enumerate(self._values) if part]
        return made

    def _width(self, lines: Lines) -> float:
        """The first column, and all others as wide as the widest: a number may have 7 letters."""
        metrics, gap = QFontMetricsF(self.font()), px(self, 6)
        first = max((metrics.horizontalAdvance(line[0]) for line in lines), default=0.0)
        texts = [text for line in lines for text in line[1:]] + ["0.0000"]
        return first + (len(lines[0]) - 1 if lines else 0) * (
            max(metrics.horizontalAdvance(text) for text in texts) + gap
        )

    def hasHeightForWidth(self) -> bool:
        """In narrow panels there are more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """A row a line."""
        return len(self.lines(width)) * px(self, ROW)

    def sizeHint(self) -> QSize:
        """At the width it has."""
        return QSize(px(self, 240), self.heightForWidth(max(self.width(), px(self, 200))))

    def minimumSizeHint(self) -> QSize:
        """The layout asks for the height by width."""
        return QSize(px(self, 80), px(self, ROW))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the grid, numbers from the right."""
        theme, high = theme_of(self), px(self, ROW)
        lines = self.lines(self.width())
        if not lines:
            return
        painter = QPainter(self)
        metrics = QFontMetricsF(self.font())
        first = max(metrics.horizontalAdvance(line[0]) for line in lines)
        fits = metrics.horizontalAdvance(self._corner) <= first + 1
        corner = self._corner if fits else ""
        column = (self.width() - first) / max(len(lines[0]) - 1, 1)
        column = min(column, px(self, 88))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i, line in enumerate(lines):
            painter.setPen(colour(theme.muted))
            beside = QRectF(0, i * high, first + 1, high)
            painter.drawText(beside, left, line[0] if i else corner)
            painter.setPen(colour(theme.text if i else theme.muted))
            for j, text in enumerate(line[1:]):
                place = QRectF(first + j * column, i * high, column, high)
                painter.drawText(place, right, text)
        painter.end()
