"""Paths coloured by a quantity, the scale that explains them, and where runs were forked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from explorer.core import clip
from explorer.core.language import tr
from explorer.core.shading import colour_at, ramp
from explorer.core.stroke import Stroke

from .fonts import px
from .ink import HALO, WHITE, Frame, apart, pen
from .stylesheet import colour, theme_of

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent

    from explorer.core.figure import Path, Shading

    from .ink import Array
    from .theme import Theme

# The scale on the picture: its bar, and the air around it, in logical pixels.
BAR = (132.0, 8.0)
PAD = 8.0
RING = 5.0


def shaded_strokes(
    points: Array, frame: Frame, scale: float = 1.0, *, stepped: bool
) -> list[Stroke]:
    """A trajectory through points (n, 3), the last column its shades: a halo and the colours.

    Neither fades with age nor is dashed, so that colours mean what the scale says.
    """
    halo, over = [], []
    width = 2.5 * scale
    for piece in clip.pieces(points, frame.bounds(8 * scale)):
        pixels = frame.array(piece[:, :2])
        kept = apart(pixels) if len(pixels) > 2 else np.ones(len(pixels), dtype=bool)
        pixels, shades = pixels[kept], piece[kept, 2]
        ink = colour_at(float(shades[-1])), 1.0
        wide, dots = (1.2 * scale, 5 * scale) if frame.flat else (width, width * 2)
        if frame.flat:
            over.append(Stroke(pixels, ink, wide, shades=shades, stepped=stepped))
            over.append(Stroke(pixels, (HALO, 1.0), dots + 2, joined=False))
            over.append(Stroke(pixels, ink, dots, joined=False, shades=shades))
            continue
        halo.append(Stroke(pixels, (frame.halo, 1.0), 6.5 * scale))
        over.append(Stroke(pixels, ink, 3.0 * scale, shades=shades, stepped=stepped))
        gaps = np.hypot(*np.diff(pixels, axis=0).T)
        if len(pixels) > 2 and 2 * np.count_nonzero(gaps >= 12 * scale) >= len(gaps):
            inner = pixels[1:-1]
            over.append(Stroke(inner, (HALO, 1.0), dots + 2, joined=False))
            over.append(Stroke(inner, ink, dots, joined=False, shades=shades[1:-1]))
    return halo + over


@cache
def _bar() -> QImage:
    """The scale's colours, one pixel high."""
    rows = np.ascontiguousarray(ramp())
    made = QImage(rows.data, len(rows), 1, 3 * len(rows), QImage.Format.Format_RGB888)
    return made.copy()


def legend_size(shading: Shading, font: QFont, scale: float = 1.0) -> tuple[float, float]:
    """How wide and high the scale's box is."""
    metrics = QFontMetricsF(font)
    ends = metrics.horizontalAdvance(f"{shading.low}    {shading.high}")
    wide = max(BAR[0] * scale, ends, metrics.horizontalAdvance(shading.name))
    return wide + 2 * PAD * scale, 2 * metrics.height() + (BAR[1] + 6) * scale + PAD * scale


def paint_shading(
    painter: QPainter,
    shading: Shading,
    rect: QRectF,
    theme: Theme,
    font: QFont,
    scale: float = 1.0,
) -> QRectF:
    """Draw the scale in the picture's upper left corner: quantity, colours, range. Returns it."""
    wide, high = legend_size(shading, font, scale)
    box = QRectF(rect.left() + 8 * scale, rect.top() + 8 * scale, wide, high)
    fill = QColor(theme.panel)
    fill.setAlphaF(0.94)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 3 * scale, 3 * scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    metrics, pad = QFontMetricsF(font), PAD * scale
    row = QRectF(box.left() + pad, box.top() + pad / 2, wide - 2 * pad, metrics.height())
    painter.setFont(font)
    painter.setPen(colour(theme.text))
    painter.drawText(row, Qt.AlignmentFlag.AlignLeft, shading.name)
    bar = QRectF(row.left(), row.bottom() + 2 * scale, row.width(), BAR[1] * scale)
    if shading.low == shading.high:
        painter.fillRect(bar, QColor(colour_at(0.5)))
    else:
        painter.drawImage(bar, _bar())
    painter.setPen(pen(theme.input_border, 1))
    painter.drawRect(bar)
    ends = QRectF(row.left(), bar.bottom() + 2 * scale, row.width(), metrics.height())
    painter.setPen(colour(theme.muted))
    painter.drawText(ends, Qt.AlignmentFlag.AlignLeft, shading.low)
    if shading.low != shading.high:
        painter.drawText(ends, Qt.AlignmentFlag.AlignRight, shading.high)
    return box


def paint_forks(painter: QPainter, path: Path, frame: Frame, scale: float = 1.0) -> None:
    """Draw a small ring where a run parts from the one that it was forked off."""
    for row in path.forks:
        here = path.points[row : row + 1]
        if not len(here) or not clip.inside(here, frame.bounds(0))[0]:
            continue
        at, reach = frame.point(*here[0].tolist()), RING * scale
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in ((HALO, 4.5), (WHITE, 3.0), (frame.colour(path.style), 1.5)):
            painter.setPen(pen(ink, width * scale))
            painter.drawEllipse(at, reach, reach)


class ShadeStrip(QWidget):
    """The scale by which paths are coloured, in one line above pictures that are side by side."""

    def __init__(self) -> None:
        super().__init__()
        self._shading: Shading | None = None
        self.setFixedHeight(px(self, 24))
        self.setAccessibleName(tr("Colours of paths"))
        self.hide()

    def show_shading(self, shading: Shading | None) -> None:
        """Show a scale, or nothing."""
        if shading != self._shading:
            self._shading = shading
            if shading is not None:
                name, low, high = shading.name, shading.low, shading.high
                ends = tr("{name}: {low} to {high}", name=name, low=low, high=high)
                self.setAccessibleDescription(ends)
                self.setToolTip(tr("Paths are coloured by {ends}", ends=ends))
            self.setVisible(shading is not None)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, low end, colours and high end."""
        if self._shading is None:
            return
        given, theme = self._shading, theme_of(self)
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        same, gap, least = given.low == given.high, px(self, 10), px(self, 24)
        low, high = (metrics.horizontalAdvance(text) + gap for text in (given.low, given.high))
        # what is left for the name and what is before it; the tip says what is cut
        room = self.width() - low - least - gap - high - gap
        name = metrics.elidedText(given.name, Qt.TextElideMode.ElideRight, room - gap)
        x = max(gap, min(px(self, 40), room - metrics.horizontalAdvance(name)))
        for text, ink in ((name, theme.text), (given.low, theme.muted)):
            painter.setPen(colour(ink))
            wide = metrics.horizontalAdvance(text)
            row = QRectF(x, 0, wide + 2, self.height())
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)
            x += wide + gap
        long = min(px(self, 132), self.width() - x - high - gap)
        bar = QRectF(x, (self.height() - px(self, 8)) / 2, max(long, least), px(self, 8))
        if same:
            painter.fillRect(bar, QColor(colour_at(0.5)))
        else:
            painter.drawImage(bar, _bar())
            at = QRectF(bar.right() + gap, 0, high, self.height())
            painter.drawText(at, Qt.AlignmentFlag.AlignVCenter, given.high)
        painter.setPen(pen(theme.input_border, 1))
        painter.drawRect(bar)
        painter.end()
