"""The title row of the curves, which gives up what has no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

GAP = 8


class CurveHead(QWidget):
    """Controls in a row, of which those that `give` go where there is no room, the first first.

    What goes must be offered elsewhere: `gave` says that it is something else now. The legend,
    `loose`, takes what the others leave.
    """

    gave = Signal()

    def __init__(self, row: Sequence[QWidget], loose: QWidget, give: Sequence[QWidget]) -> None:
        super().__init__()
        self._row, self._loose, self._give = row, loose, give
        self._given: set[QWidget] = set()
        self._unwanted: set[QWidget] = set()
        line = QHBoxLayout(self)
        line.setContentsMargins(GAP, 0, 0, 0)
        line.setSpacing(GAP)
        for widget in row:
            line.addWidget(widget, int(widget is loose))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _needed(self, without: set[QWidget]) -> int:
        away = without | self._unwanted | {self._loose}
        widgets = [w for w in self._row if w not in away]
        # what is neither here nor to give is hidden by its owner
        shown = [w for w in widgets if w in self._give or not w.isHidden()]
        return GAP + sum(w.sizeHint().width() + GAP for w in shown)

    def want(self, widget: QWidget, wanted: bool) -> None:
        """Say whether a control that gives is wanted at all."""
        (self._unwanted.discard if wanted else self._unwanted.add)(widget)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """Room for what stays."""
        return QSize(self._needed(set(self._give)), super().minimumSizeHint().height())

    def given(self, widget: QWidget) -> bool:
        """Whether a control had to go."""
        return widget in self._given

    def has_given(self) -> bool:
        """Whether any had to go."""
        return bool(self._given)

    def fit(self) -> None:
        """Show what there is room for."""
        given: set[QWidget] = set()
        for widget in self._give:
            if widget not in self._unwanted and self._needed(given) > self.width():
                given.add(widget)
        if given != self._given:
            self._given = given
            self.gave.emit()
        for widget in self._give:
            widget.setVisible(widget not in given | self._unwanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()
            self.updateGeometry()
