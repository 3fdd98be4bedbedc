"""The picture of the data panel: rows as signs, and what a model makes of the space between them.

Needs numpy: imported in `build`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.style import style
from explorer.widgets.chips import run_colour
from explorer.widgets.fonts import px
from explorer.widgets.ink import polygon
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.ticks import linear_labels, linear_ticks

from ._datasigns import Sign, class_colour, paint_ring

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from explorer.core.fitting import Fit, Scene
    from explorer.widgets.theme import Theme


# The share of a class's colour in the ground: where the model is in doubt, and where it is sure.
DOUBT, SURE = 0.05, 0.26
FAR = 1e4  # px beyond which lines are cut, before Qt's numbers overflow


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A scene with a run's fit, the style of that run, and other runs' lines: (style, (k, 2))."""

    scene: Scene
    fit: Fit
    style: int
    others: tuple[tuple[int, NDArray[np.float64]], ...]
    classes: tuple[str, ...]


class DataPicture(QWidget):
    """Paints a Picture: ground, axes, rows, lines."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Picture | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: Picture) -> None:
        """Draw this from now on."""
        self._shown = picture
        self.update()

    def sizeHint(self) -> QSize:
        """Low: it takes what room there is."""
        return QSize(px(self, 240), px(self, 170))

    def minimumSizeHint(self) -> QSize:
        """So much that the axes leave room for the rows."""
        return QSize(px(self, 160), px(self, 170))

    def _ticks(self) -> tuple[list[float], list[str], list[float], list[str]]:
        """Where the axes have numbers, and what they say; classes have their names."""
        assert self._shown is not None
        (x0, x1), (y0, y1) = self._shown.scene.bounds
        line = QFontMetricsF(self.font()).height()
        xs = linear_ticks(x0, x1, max(self.width() / (line * 4.2), 2))
        if self._shown.scene.kind == "strip":
            names = self._shown.classes
            return xs, linear_labels(xs), [float(i) for i in range(len(names))], list(names)
        ys = linear_ticks(y0, y1, max(self.height() / (line * 3.2), 2))
        return xs, linear_labels(xs), ys, linear_labels(ys)

    def area(self) -> QRectF:
        """The part of the widget inside the axes."""
        metrics = QFontMetricsF(self.font())
        line, mark = metrics.height(), px(self, 4)
        labels = self._ticks()[3] if self._shown is not None else []
        widest = max((metrics.horizontalAdvance(text) for text in labels), default=0.0)
        left = min(round(widest) + mark + 4, round(self.width() * 0.3))
        top, below = round(line) + 3, 2 * round(line) + mark + 1
        wide, high = self.width() - left - px(self, 6), self.height() - top - below
        return QRectF(left, top, max(wide, 1), max(high, 1))

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (..., 2) of the scene are in the widget."""
        assert self._shown is not None
        (x0, x1), (y0, y1) = self._shown.scene.bounds
        area = self.area()
        size = area.width() / (x1 - x0), -area.height() / (y1 - y0)
        with np.errstate(all="ignore"):
            made = (points - (x0, y0)) * size + (area.left(), area.bottom())
        return np.asarray(np.clip(made, -FAR, FAR))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it all."""
        theme, shown = theme_of(self), self._shown
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.panel))
        if shown is not None:
            area = self.area()
            self._paint_axes(painter, area, theme)
            painter.save()
            painter.setClipRect(area)
            if shown.fit.guessed.size:
                self._paint_ground(painter, area, theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if shown.scene.kind == "agreement":
                self._paint_diagonal(painter, theme)
            self._paint_boundary(painter, theme)
            painter.restore()
            painter.setClipRect(area.adjusted(-4, -4, 4, 4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_rows(painter, theme)
            painter.setClipRect(area)
            self._paint_lines(painter, theme)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        assert self._shown is not None
        scene, metrics = self._shown.scene, QFontMetricsF(self.font())
        line, mark = metrics.height(), px(self, 4)
        xs, across, ys, up = self._ticks()
        grid = scene.kind not in ("map", "strip")
        flags = Qt.AlignmentFlag
        at = self.pixels(np.column_stack([xs, np.full(len(xs), scene.bounds[1][0])]))[:, 0]
        end = -1e9
        for x, text in zip(np.round(at).tolist(), across, strict=True):
            painter.setPen(colour(theme.grid))
            if grid:
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(colour(theme.muted))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + mark))
            wide = metrics.horizontalAdvance(text) + 2
            left = min(max(x - wide / 2, 0), self.width() - wide)
            if left > end + 4:
                box = QRectF(left, area.bottom() + mark, wide, line)
                painter.drawText(box, flags.AlignCenter, text)
                end = left + wide
        at = self.pixels(np.column_stack([np.full(len(ys), scene.bounds[0][0]), ys]))[:, 1]
        for y, text in zip(np.round(at).tolist(), up, strict=True):
            painter.setPen(colour(theme.grid))
            if grid:
                painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(colour(theme.muted))
            painter.drawLine(QPointF(area.left() - mark, y), QPointF(area.left(), y))
            box = QRectF(0, y - line / 2, area.left() - mark - 2, line)
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
            painter.drawText(box, flags.AlignRight | flags.AlignVCenter, text)
        painter.setPen(colour(theme.border))
        painter.drawRect(area)
        painter.setPen(colour(theme.text))
        names = [
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.width())
            for name in scene.names
        ]
        high = QRectF(0, self.height() - line - 1, area.right(), line)
        painter.drawText(high, flags.AlignRight | flags.AlignVCenter, names[0])
        low = QRectF(0, 0, self.width(), line)
        painter.drawText(low, flags.AlignLeft | flags.AlignVCenter, names[1])

    def _paint_ground(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        """The class each place is taken for, paler where the model is in doubt."""
        assert self._shown is not None
        fit, inks = self._shown.fit, range(len(self._shown.classes))
        tints = [colour(class_colour(i, theme)) for i in inks]
        table = np.array([[c.red(), c.green(), c.blue()] for c in tints], dtype=float)
        panel = colour(theme.panel)
        ground = np.array([panel.red(), panel.green(), panel.blue()], dtype=float)
        share = (DOUBT + (SURE - DOUBT) * fit.sure)[::-1, :, None]
        mixed = np.rint(ground + share * (table[fit.guessed[::-1]] - ground)).astype(np.uint32)
        rows = np.ascontiguousarray(0xFF000000 | mixed @ np.array([65536, 256, 1], np.uint32))
        rows = rows.astype(np.uint32)
        high, wide = rows.shape
        image = QImage(rows.data, wide, high, 4 * wide, QImage.Format.Format_RGB32)
        # A pixel's middle is where the model was asked, the first at the very edge.
        across = area.width() / max(wide - 1, 1) / 2
        up = area.height() / (high - 1) / 2 if high > 1 else 0.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area.adjusted(-across, -up, across, up), image)

    def _paint_boundary(self, painter: QPainter, theme: Theme) -> None:
        assert self._shown is not None
        ends = self.pixels(self._shown.fit.boundary).reshape(-1, 4).tolist()
        pieces = [QLineF(*piece) for piece in ends]
        ink = run_colour(style(self._shown.style), theme)
        for tint, width in ((theme.panel, 4.6), (ink, 2.2)):
            painter.setPen(_pen(tint, px(self, width * 100) / 100))
            painter.drawLines(pieces)

    def _paint_diagonal(self, painter: QPainter, theme: Theme) -> None:
        assert self._shown is not None
        (x0, x1), (y0, y1) = self._shown.scene.bounds
        low, high = min(x0, y0), max(x1, y1)
        a, b = self.pixels(np.array([[low, low], [high, high]])).tolist()
        painter.setPen(QPen(colour(theme.muted), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(*a), QPointF(*b))

    def _paint_rows(self, painter: QPainter, theme: Theme) -> None:
        assert self._shown is not None
        scene, fit = self._shown.scene, self._shown.fit
        at = self.pixels(fit.points)
        sound = np.isfinite(at).all(axis=1)
        many = len(at)
        radius = px(self, 100 * (3.6 if many <= 150 else 3.0 if many <= 800 else 2.4)) / 100
        ratio = self.devicePixelRatioF()
        classes = scene.classes if scene.classes.size else np.full(many, -1)
        for index in range(int(classes.min()), int(classes.max()) + 1):
            for hollow in (False, True):
                rows = (classes == index) & (scene.watched == hollow) & sound
                stamp = Sign(index, hollow).stamp(radius, theme, ratio)
                half = stamp.width() / ratio / 2
                for x, y in (at[rows] - half).tolist():
                    painter.drawPixmap(QPointF(x, y), stamp)
        for x, y in at[fit.wrong & sound].tolist():
            paint_ring(painter, QPointF(x, y), radius, theme)

    def _paint_lines(self, painter: QPainter, theme: Theme) -> None:
        """The fitted lines, the chosen run's wide and on top."""
        assert self._shown is not None
        size = px(self, 100) / 100
        for index, line in self._shown.others:
            pixels = self.pixels(line[np.isfinite(line).all(axis=1)])
            thin = _pen(run_colour(style(index), theme), 1.6 * size)
            if dash := style(index).dash:
                thin.setCapStyle(Qt.PenCapStyle.FlatCap)
                thin.setDashPattern(list(dash))
            painter.setPen(thin)
            painter.drawPolyline(polygon(pixels))
        line = self._shown.fit.curve
        pixels = self.pixels(line[np.isfinite(line).all(axis=1)])
        ink = run_colour(style(self._shown.style), theme)
        for tint, width in ((theme.panel, 5.0), (ink, 2.6)):
            painter.setPen(_pen(tint, width * size))
            painter.drawPolyline(polygon(pixels))


def _pen(tint: str, width: float) -> QPen:
    pen = QPen(colour(tint), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
