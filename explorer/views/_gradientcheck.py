"""What a check of the gradient found: each block of the parameters with its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.widgets import icons
from explorer.widgets.fonts import px
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

LINE = 22
# Central differences of double precision agree to about this.
LARGEST = 1e-6


class GradientCheck(QWidget):
    """A line a block: its name, the relative error, and a tick or a cross. Hidden while empty."""

    def __init__(self) -> None:
        super().__init__()
        self._errors: dict[str, float] = {}
        self._said = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(
            tr(
                "The gradient by formula against central differences of the loss: the largest "
                "relative error of each block"
            )
        )
        self.hide()

    def show_errors(self, errors: Mapping[str, float] | str) -> None:
        """Show the relative error of each block, or a sentence; nothing where it is empty."""
        self._errors = {} if isinstance(errors, str) else dict(errors)
        self._said = errors if isinstance(errors, str) else ""
        self.setAccessibleName(tr("Gradient check"))
        self.setAccessibleDescription(self.words())
        self.setVisible(bool(errors))
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """All of it as text."""
        lines = [
            tr("{name}: relative error {error}, right", name=name, error=number(error))
            if error < LARGEST
            else tr("{name}: relative error {error}, wrong", name=name, error=number(error))
            for name, error in self._errors.items()
        ]
        return self._said or "; ".join(lines)

    def hasHeightForWidth(self) -> bool:
        """A sentence may need more than one line."""
        return True

    def heightForWidth(self, width: int) -> int:
        """A title and a line for each block, or as many as the sentence needs."""
        if self._said:
            flags = int(Qt.TextFlag.TextWordWrap)
            space = QRect(0, 0, width, 10_000)
            return self.fontMetrics().boundingRect(space, flags, self._said).height() + px(self, 8)
        return px(self, LINE) * (len(self._errors) + 1)

    def sizeHint(self) -> QSize:
        """As high as its text."""
        return QSize(px(self, 120), self.heightForWidth(max(self.width(), px(self, 120))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the lines."""
        theme, high = theme_of(self), px(self, LINE)
        glyph, gap = px(self, icons.GLYPH), px(self, 6)
        painter = QPainter(self)
        painter.setPen(colour(theme.muted))
        if self._said:
            painter.drawText(self.rect(), Qt.TextFlag.TextWordWrap, self._said)
            painter.end()
            return
        middle = Qt.AlignmentFlag.AlignVCenter
        left, right = Qt.AlignmentFlag.AlignLeft | middle, Qt.AlignmentFlag.AlignRight | middle
        room = self.width() - glyph - gap
        painter.drawText(QRect(0, 0, room, high), left, tr("Block"))
        painter.drawText(QRect(0, 0, room, high), right, tr("relative error"))
        metrics = self.fontMetrics()
        for at, (name, error) in enumerate(self._errors.items()):
            line = QRect(0, (at + 1) * high, room, high)
            text, good = number(error), error < LARGEST
            painter.setPen(colour(theme.text if good else theme.danger))
            painter.drawText(line, right, text)
            space = room - metrics.horizontalAdvance(text) - gap
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, space)
            painter.drawText(line, left, short)
            ink = theme.good if good else theme.danger
            sign = icons.pixmap("check" if good else "x", ink, glyph, self.devicePixelRatioF())
            painter.drawPixmap(self.width() - glyph, line.top() + (high - glyph) // 2, sign)
        painter.end()
