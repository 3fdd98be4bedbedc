"""What stands above a map: the values under the pointer, and a pane's own run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.widgets.fonts import px
from explorer.widgets.line import Line
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.figure import MapPlot
    from explorer.views.base import Frame


PLACE = 50
_UNDER = tr("Under the pointer: place, loss, length of the gradient, largest curvature")
_UNDER_FLAT = tr("Under the pointer: place, loss, slope, curvature")


class ReadOut(QWidget):
    """What is under the pointer, in columns of fixed width so that nothing jumps."""

    PLANE = (("x", 50), ("y", 50), (tr("loss"), 52), ("‖∇‖", 56), ("λ₁", 62))
    LINE = (("x", 50), (tr("loss"), 52), ("f ′", 56), ("f ″", 62))

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[tuple[str, int], ...] = self.PLANE
        self._values: tuple[str, ...] = ()
        self.setToolTip(_UNDER)
        self.setAccessibleName(tr("Values under the pointer"))

    def sizeHint(self) -> QSize:
        """All columns beside each other."""
        metrics = QFontMetricsF(self.font())
        names = sum(metrics.horizontalAdvance(name) for name, _ in self.columns)
        return QSize(round(names) + sum(px(self, w + 16) for _, w in self.columns), px(self, 20))

    def set_names(self, flat: bool, axes: tuple[str, str]) -> None:
        """Have the columns of one dimension, or of two with axes of these names."""
        columns: tuple[tuple[str, int], ...] = self.LINE if flat else self.PLANE
        if not flat and axes != ("x", "y"):
            # names of a model's axes are long: here letters stand for them
            letters = ("w", "b") if axes == ("weight", "bias") else ("a", "b")
            columns = tuple((n, PLACE) for n in letters) + self.PLANE[2:]
        if columns != self.columns:
            self.columns, self._values = columns, ()
            self.setToolTip(_UNDER_FLAT if flat else _UNDER)
            self.updateGeometry()
            self.update()

    def set_values(self, values: tuple[str, ...]) -> None:
        """Show texts for the columns, or nothing."""
        if values != self._values:
            self._values = values
            self.setAccessibleDescription(
                ", ".join(f"{n} {v}" for (n, _), v in zip(self.columns, values, strict=False))
            )
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw names muted and values beside them."""
        if not self._values:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        plain, italic = QFont(self.font()), QFont(self.font())
        italic.setItalic(True)
        right = float(self.width())
        for (name, wide), value in reversed(list(zip(self.columns, self._values, strict=False))):
            metrics = QFontMetricsF(plain)
            box = QRectF(right - px(self, wide), 0, px(self, wide), self.height())
            painter.setFont(plain)
            painter.setPen(colour(theme.text))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(box, flags, value)
            advance = metrics.horizontalAdvance(name) + 2
            text = max(metrics.horizontalAdvance(value), px(self, wide) - px(self, 8))
            painter.setFont(italic if name[0] in "xyf" else plain)
            painter.setPen(colour(theme.muted))
            at = QRectF(right - text - advance - px(self, 4), 0, advance, self.height())
            painter.drawText(at, flags, name)
            right = at.left() - px(self, 8)
        painter.end()


_MARGINS = (40, 0, 2, 0)
_GAP = 8
_NARROW = 190  # px: a head narrower than this begins at its left edge


class PaneHead(QWidget):
    """Above a pane that shows one run: its sign, name and rate, and its loss or what went wrong."""

    def __init__(self) -> None:
        super().__init__()
        from explorer.widgets.chips import Chip

        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(*_MARGINS)
        row.setSpacing(_GAP)
        self.chip = Chip(0)
        self.name, self.rate, self.state = Line(cut=True, name=True), Line(), Line(cut=True)
        self.chip.setMinimumWidth(self.chip.sizeHint().width())
        self._wrong = False
        for widget in (self.chip, self.name, self.rate):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.state)
        self.setFixedHeight(px(self, 28))

    def show_run(self, plot: MapPlot, style: int, frame: Frame) -> None:
        """Fill in one run's row."""
        (path,) = plot.paths
        theme = frame.theme
        self.chip.set_style(style)
        self.name.setText(path.label)
        self.rate.setText(plot.title)
        self.rate.set_ink(colour(theme.muted))
        wrong = self._wrong = path.end in {"diverged", "left_data"} or bool(path.note)
        loss = _loss(number(float(path.losses[-1]))) if len(path.losses) else ""
        self.state.setText(f"✕ {path.note}" if wrong else loss)
        self.state.setToolTip(path.note if wrong else "")
        self.state.set_ink(colour(theme.danger if wrong else theme.text))
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(px(self, 28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the rate only where there is room for all; the optimizers' cards have it too."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = _MARGINS[0] if self.width() >= px(self, _NARROW) else _GAP
        self._row.setContentsMargins(left, *_MARGINS[1:])
        # room for the longest loss, so that the rate does not come and go with its digits
        longest = self.state.fontMetrics().horizontalAdvance(_loss("-8.888×10⁻¹⁵"))
        state = max(self.state.sizeHint().width(), longest)
        fixed = sum(widget.sizeHint().width() for widget in (self.chip, self.name, self.rate))
        around = sum(_MARGINS) + 3 * _GAP
        self.rate.setVisible(fixed + state + around <= self.width())
        # of a narrow one, and in large type, the Standings tell the loss
        least = fixed - self.rate.sizeHint().width() + self.state.sizeHint().width()
        self.state.setVisible(self._wrong or least + around - _GAP <= self.width())


def _loss(value: str) -> str:
    return tr("loss {value}", value=value)
