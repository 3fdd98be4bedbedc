"""Signs of the data panel: how rows and classes are told apart, and the key that names them.

Classes have a shape and a quiet colour each, apart from the optimizers' own; rows of the validation
part are hollow. Past the eighth class shapes repeat in other colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr, trc
from explorer.core.style import style
from explorer.widgets.chips import marker_path, run_colour
from explorer.widgets.fonts import px
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.data import Data
    from explorer.core.fitting import Scene
    from explorer.core.plan import RunPlan
    from explorer.widgets.theme import Theme

MARKERS = (
    "circle", "square", "triangle", "diamond", "pentagon", "star", "triangle-down", "hexagon",
)  # fmt: skip
# All at 3:1 or more on the panel; neighbours differ in lightness or along blue and yellow.
_LIGHT = (
    "#486A92", "#B4753F", "#5C7F58", "#8A6696", "#857C3C", "#47807F", "#A2566A", "#666B73",
    "#34496B", "#74492E",
)  # fmt: skip
_DARK = (
    "#8FB0D8", "#E0AC7E", "#A3C49B", "#C8A9D4", "#CFC588", "#8EC6C4", "#E39FB0", "#BCC2CB",
    "#7291BF", "#BE8F69",
)  # fmt: skip
LINE = 18  # px of one line of the key


def class_colour(index: int, theme: Theme) -> str:
    """The colour of a class on a panel of the theme."""
    return (_DARK if theme.dark else _LIGHT)[index % len(_LIGHT)]


@dataclass(frozen=True, slots=True)
class Sign:
    """What one row looks like: class -1 is that of a row without one."""

    index: int
    hollow: bool

    def ink(self, theme: Theme) -> str:
        """Its colour."""
        return class_colour(self.index, theme) if self.index >= 0 else theme.muted

    @property
    def marker(self) -> str:
        """Its shape."""
        return MARKERS[max(self.index, 0) % len(MARKERS)]

    def paint(self, painter: QPainter, centre: QPointF, radius: float, theme: Theme) -> None:
        """Draw it; the edge of a full sign is the panel's, so that neighbours are told apart."""
        ink, ground = colour(self.ink(theme)), colour(theme.panel)
        inside, edge = (ground, ink) if self.hollow else (ink, ground)
        painter.setPen(QPen(edge, max(radius * 0.42, 1.2) if self.hollow else 0.8))
        painter.setBrush(inside)
        painter.drawPath(marker_path(self.marker, centre, radius * (0.86 if self.hollow else 1.08)))

    def stamp(self, radius: float, theme: Theme, ratio: float) -> QPixmap:
        """It as a picture, its middle in the middle: to be drawn thousands of times."""
        side = 2 * round(radius * 1.8 + 1.5)
        made = QPixmap(round(side * ratio), round(side * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QPointF(side / 2, side / 2), radius, theme)
        painter.end()
        return made


def paint_ring(painter: QPainter, centre: QPointF, radius: float, theme: Theme) -> None:
    """Draw the ring around a wrongly classified row of that radius."""
    reach = radius + 2.6
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour(theme.danger), 1.4))
    painter.drawEllipse(centre, reach, reach)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the key: its sign and its words; `index` is the class, or the run's style."""

    kind: Literal["row", "hollow", "ring", "line", "diagonal"]
    text: str
    index: int = -1


def key_of(scene: Scene, data: Data, run: RunPlan) -> tuple[Entry, ...]:
    """What the signs of a scene mean, of which `run` is explained."""
    kind, held = scene.kind, [Entry("hollow", tr("validation"))] * bool(scene.watched.any())
    line = Entry("line", run.label, run.style)
    if data.task == "regression":
        last = line if kind == "line" else Entry("diagonal", tr("predicted = true"))
        return Entry("row", tr("training")), *held, last
    classes = [Entry("row", name, i) for i, name in enumerate(data.classes)]
    if kind == "components":
        return *classes, *held, Entry("ring", tr("{run} is wrong", run=run.label))
    line = Entry("line", tr("{run}, boundary", run=run.label), run.style)
    return *classes, *held, Entry("ring", tr("wrong")), line


class Key(QWidget):
    """Entries side by side, as many a line as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(trc("legend", "Key"))
        self._entries: tuple[Entry, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Name these signs."""
        if entries != self._entries:
            self._entries = entries
            self.setAccessibleDescription(self.as_text())
            self.updateGeometry()
            self.update()

    def as_text(self) -> str:
        """The key in words."""
        return ", ".join(entry.text for entry in self._entries)

    def _places(self, width: int) -> list[QRectF]:
        metrics, high, gap = QFontMetricsF(self.font()), px(self, LINE), px(self, 12)
        made: list[QRectF] = []
        left = top = 0.0
        for entry in self._entries:
            wide = px(self, self._sign(entry)) + metrics.horizontalAdvance(entry.text) + 1
            if left and left + wide > width:
                left, top = 0.0, top + high
            made.append(QRectF(left, top, min(wide, width), high))
            left += wide + gap
        return made

    @staticmethod
    def _sign(entry: Entry) -> int:
        return 24 if entry.kind in ("line", "diagonal") else 15

    def hasHeightForWidth(self) -> bool:
        """Entries go to further lines in narrow panels."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As many lines as it takes."""
        places = self._places(width)
        return int(places[-1].bottom()) if places else 0

    def sizeHint(self) -> QSize:
        """At the width it has."""
        return QSize(px(self, 240), self.heightForWidth(max(self.width(), px(self, 200))))

    def minimumSizeHint(self) -> QSize:
        """One line; the layout asks for the rest by width."""
        return QSize(px(self, 80), px(self, LINE) if self._entries else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw signs and words."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = px(self, 1000) / 1000
        metrics = QFontMetricsF(self.font())
        for entry, place in zip(self._entries, self._places(self.width()), strict=True):
            middle, wide = place.center().y(), px(self, self._sign(entry))
            centre = QPointF(place.left() + 6 * size, middle)
            if entry.kind in ("line", "diagonal"):
                run = entry.kind == "line"
                ink = run_colour(style(entry.index), theme) if run else theme.muted
                line = Qt.PenStyle.SolidLine if run else Qt.PenStyle.DashLine
                painter.setPen(QPen(colour(ink), (2.2 if run else 1.2) * size, line))
                end = QPointF(place.left() + 18 * size, middle)
                painter.drawLine(QPointF(place.left(), middle), end)
            elif entry.kind == "ring":
                paint_ring(painter, centre, 2.6 * size, theme)
            else:
                Sign(entry.index, entry.kind == "hollow").paint(painter, centre, 3.8 * size, theme)
            painter.setPen(colour(theme.muted))
            words = place.adjusted(wide, 0, 1, 0)
            mode = Qt.TextElideMode.ElideRight
            text = metrics.elidedText(entry.text, mode, words.width() + 1)
            painter.drawText(
                words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
            )
        painter.end()
