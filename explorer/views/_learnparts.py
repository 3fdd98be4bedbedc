"""The parts of the Learning curve panel beside its plot: title row, and what is there before."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.language import tr
from explorer.widgets.panel import INSET

from ._curvekey import CurveKey, Item

TRAIN, RENEW, WORKING = tr("Train on growing parts"), tr("Train anew"), tr("Training…")
TIP = tr(
    "Train the chosen run's optimizer on 8 growing parts of the training rows, each size three "
    "times with other rows, and judge each by the same validation rows"
)
KEY = (
    Item(tr("training"), "train"),
    Item(tr("validation"), "validation"),
    Item(tr("lowest to highest"), "band"),
)


class TrainButton(QPushButton):
    """Asks for a curve; says so while one is made."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._text = text
        self.setToolTip(TIP)
        self.setAccessibleName(text)

    def follow(self, *, possible: bool, busy: bool) -> None:
        """Show whether it can be pressed."""
        self.setText(WORKING if busy else self._text)
        self.setEnabled(possible and not busy)


class Header(QWidget):
    """What the lines mean, and the button that makes them anew; empty without a curve."""

    def __init__(self) -> None:
        super().__init__()
        self.key, self.button = CurveKey(), TrainButton(RENEW)
        self.key.partly = True
        self.key.show_items(KEY)
        self.key.setToolTip(tr("Mean losses of parts of one size; the band holds all of them"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.key, 1)
        row.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, shown: bool) -> None:
        """Show or hide all of it."""
        self.key.setVisible(shown)
        self.button.setVisible(shown)


class Offer(QWidget):
    """A sentence and, where there can be a curve, the button that makes it."""

    def __init__(self) -> None:
        super().__init__()
        self.hint, self.button = QLabel(), TrainButton(TRAIN)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, 0, INSET, 0)
        column.setSpacing(10)
        column.addStretch(1)
        column.addWidget(self.hint)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
