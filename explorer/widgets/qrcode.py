"""A square code for cameras, as large as there is room, black on white in every theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

QUIET = 4  # modules of white around the code, which readers need


class QrCode(QWidget):
    """Shows modules: rows of 1 (dark) and 0."""

    def __init__(self, modules: Sequence[Sequence[int]]) -> None:
        super().__init__()
        self.modules = modules
        self.setAccessibleName(tr("QR code"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Large enough to be read from some way off."""
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        """Three px a module."""
        side = 3 * (len(self.modules) + 2 * QUIET)
        return QSize(side, side)

    def place(self) -> tuple[float, float, float]:
        """Left and top of the first module, and how large one is: whole pixels of the screen."""
        count, ratio = len(self.modules) + 2 * QUIET, self.devicePixelRatioF()
        side = int(min(self.width(), self.height()) * ratio / count) / ratio
        left, top = (self.width() - count * side) / 2, (self.height() - count * side) / 2
        return round(left) + QUIET * side, round(top) + QUIET * side, side

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the modules on white."""
        painter = QPainter(self)
        left, top, side = self.place()
        around, whole = QUIET * side, (len(self.modules) + 2 * QUIET) * side
        painter.fillRect(QRectF(left - around, top - around, whole, whole), Qt.GlobalColor.white)
        for y, row in enumerate(self.modules):
            for x, dark in enumerate(row):
                if dark:
                    box = QRectF(left + x * side, top + y * side, side, side)
                    painter.fillRect(box, Qt.GlobalColor.black)
        painter.end()
