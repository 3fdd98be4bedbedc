"""The colour bar: one block a band, all of one height, with losses beside and the scale above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core import levels as level
from explorer.core.colormap import lut
from explorer.core.language import tr

from .fonts import px, scale
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.figure import Levels

BAR = 12
WIDTH = 66


class ColourBar(QWidget):
    """Shows the levels of a map and how they are spread."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: Levels | None = None
        self._colormap = "viridis"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Colour bar"))

    def sizeHint(self) -> QSize:
        """Wide enough for the longest number of four digits."""
        return QSize(px(self, WIDTH), 100)

    def set_levels(self, levels: Levels, colormap: str) -> None:
        """Show other levels."""
        if levels is self._levels and colormap == self._colormap:
            return
        self._levels, self._colormap = levels, colormap
        self.setToolTip(tr("Contour levels: {name}", name=levels.name))
        said = tr("{count} levels, {name}", count=levels.values.size, name=levels.name)
        self.setAccessibleDescription(said)
        self.update()

    def _heading(self, metrics: QFontMetricsF, width: float) -> list[tuple[str, bool]]:
        """The scale's name broken into lines: the quantity semibold, how it is spread muted."""
        assert self._levels is not None
        quantity, _, spread = self._levels.name.partition(", ")
        spread = spread.partition(" (")[0]  # the tooltip says it in full
        lines: list[tuple[str, bool]] = []
        for text, strong in ((quantity, True), (spread, False)):
            line = ""
            for word in text.split():
                longer = f"{line} {word}".strip()
                if line and metrics.horizontalAdvance(longer) > width:
                    lines.append((line, strong))
                    line = word
                else:
                    line = longer
            if line:
                lines.append((line, strong))
        return lines

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw heading, blocks and ticks."""
        if self._levels is None:
            return
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        line = metrics.height()
        top = 0.0
        for text, strong in self._heading(metrics, self.width()):
            font = self.font()
            font.setWeight(font.Weight.DemiBold if strong else font.Weight.Normal)
            painter.setFont(font)
            painter.setPen(colour(theme.text if strong else theme.muted))
            painter.drawText(QRectF(0, top, self.width(), line), Qt.AlignmentFlag.AlignLeft, text)
            top += line
        painter.setFont(self.font())
        bar = BAR * scale(self)
        area = QRectF(0, top + 6, bar, self.height() - top - 6 - line / 2)
        bands = self._levels.values.size + 1
        pick = np.round(np.arange(bands) / max(bands - 1, 1) * 255).astype(int)
        step = area.height() / bands
        for band, rgb in enumerate(lut(self._colormap)[pick].tolist()):
            bottom = area.bottom() - band * step
            painter.fillRect(QRectF(0, bottom - step, bar, step + 0.5), QColor(*rgb))
        painter.setPen(colour(theme.muted))
        last = float("inf")  # where the last number was written: they must not touch
        for loss, text in self._levels.ticks:
            if not self._levels.values[0] <= loss <= self._levels.values[-1]:
                continue
            at = float(level.band(self._levels, np.array([loss]))[0])
            y = area.bottom() - at * step
            painter.drawLine(int(bar), round(y), int(bar) + px(self, 3), round(y))
            if abs(last - y) < line * 0.8:
                continue
            last = y
            left = bar + px(self, 6)
            box = QRectF(left, y - line / 2, self.width() - left, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()
