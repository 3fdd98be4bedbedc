"""The legend of the Curves: what the lines and signs mean, and which values are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.language import tr, trc, trn
from explorer.widgets.fonts import px
from explorer.widgets.markers import WORDS, paint_end
from explorer.widgets.panel import INSET
from explorer.widgets.richtext import baseline
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from explorer.core.figure import CurvePlot, EndKind
    from explorer.widgets.theme import Theme

ROW = 24
# The dashes of a sample line, in its own widths.
DASHES: dict[str, tuple[float, ...]] = {
    "train": (3.0, 2.0),
    "validation": (),
    "penalty": (1.0, 1.6),
    "theory": (4.0, 3.0),
}
# What accompanies a run's own curve.
ACCOMPANY: dict[Literal["validation", "penalty"], str] = {
    "validation": tr("validation"),
    "penalty": tr("penalty"),
}
_WIDTHS = {"train": 2.0, "validation": 1.5, "penalty": 1.2, "theory": 1.2}
_BAND = 0.3  # how strong a band's colour is
_SAMPLE, _SIGN, _GAP = 22, 10, 6


@dataclass(frozen=True, slots=True)
class Item:
    """A sample and its word: a line of `part` or a band, the sign of an `end`, or a disc."""

    word: str
    part: Literal["", "train", "validation", "penalty", "theory", "band"] = ""
    end: EndKind = "running"


def items(plot: CurvePlot) -> tuple[Item, ...]:
    """What there is to explain in a plot: lines only where there are several kinds, then signs."""
    parts = {series.part for series in plot.series} - {"theory"}
    first = trc("legend", "data loss") if plot.quantity == "parts" else tr("train")
    found = []
    if len(parts) > 1:
        found.append(Item(first, "train"))
        found += [Item(text, part) for part, text in ACCOMPANY.items() if part in parts]
    if any(series.best for series in plot.series):
        found.append(Item(trc("legend", "best")))
    ends: dict[str, EndKind] = {}
    for series in plot.series:
        if series.early:
            ends.setdefault(WORDS[series.end], series.end)
    if plot.theory:
        found.append(Item(plot.theory, "theory"))
    return (*found, *(Item(word, end=end) for word, end in ends.items()))


def _named(words: Iterable[str]) -> str:
    return tr("Legend: {words}", words=", ".join(words))


def _sample_width(item: Item) -> int:
    return _SAMPLE if item.part else _SIGN


def _paint(painter: QPainter, item: Item, left: float, y: float, widget: QWidget) -> None:
    """Draw an item's sample, its middle at the height y."""
    theme: Theme = theme_of(widget)
    wide, ink = px(widget, _sample_width(item)), colour(theme.muted)
    if item.part == "band":
        high = px(widget, _SIGN)
        painter.setOpacity(_BAND)
        painter.fillRect(QRectF(left, y - high / 2, wide, high), ink)
        painter.setOpacity(1.0)
    elif item.part:
        pen = QPen(ink, _WIDTHS[item.part], Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        if DASHES[item.part]:
            pen.setDashPattern(DASHES[item.part])
        painter.setPen(pen)
        painter.drawLine(QPointF(left, y), QPointF(left + wide, y))
    elif item.end == "running":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        radius = px(widget, 9) / 2
        painter.drawEllipse(QPointF(left + wide / 2, y), radius, radius)
    else:
        middle = QPointF(left + wide / 2, y)
        paint_end(painter, item.end, middle, theme.muted, theme.panel, px(widget, 9))


def _item_width(item: Item, widget: QWidget) -> float:
    words = QFontMetricsF(widget.font()).horizontalAdvance(item.word)
    return px(widget, _sample_width(item) + _GAP) + words


class CurveKey(QWidget):
    """The legend in one line; where it does not fit, only what is left out is said.

    `fitted` says whether all of it is shown.
    """

    fitted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.items: tuple[Item, ...] = ()
        self._omitted = ""
        # what another control beside it takes that goes away when all of it is shown
        self.reserve = 0
        # whether the first items are shown where there is no room for all of them
        self.partly = False

    def show_plot(self, plot: CurvePlot) -> None:
        """Explain a plot."""
        n, words = plot.omitted, ""
        if n and plot.log:
            words = trn("{n} value ≤ 0 not shown on a log axis",
                        "{n} values ≤ 0 not shown on a log axis", n)  # fmt: skip
        elif n:
            words = trn("{n} value beyond 1e300 not shown", "{n} values beyond 1e300 not shown", n)
        self.show_items(items(plot), words)

    def show_items(self, shown: tuple[Item, ...], omitted: str = "") -> None:
        """Explain these, and say what is left out."""
        self.items, self._omitted = shown, omitted
        self.setToolTip(self._omitted)
        words = [item.word for item in self.items] + [self._omitted] * bool(self._omitted)
        self.setAccessibleName(_named(words or [tr("nothing")]))
        self.updateGeometry()
        self.update()
        self.fitted.emit(self.fits())

    def text(self) -> str:
        """What is left out, in words."""
        return self._omitted

    def fits(self) -> bool:
        """Whether there is room for all of it."""
        return not self.items or self.sizeHint().width() <= self.width() + self.reserve

    def shown(self) -> tuple[Item, ...]:
        """The items for which there is room."""
        if self.fits() or not self.partly:
            return self.items if self.fits() else ()
        wide, made = 0.0, []
        for item in self.items:
            wide += _item_width(item, self) + px(self, 14)
            made += [item] if wide + px(self, 8) <= self.width() else []
        return tuple(made)

    def sizeHint(self) -> QSize:
        """Room for all of it; less will do."""
        wide = sum(_item_width(item, self) + px(self, 14) for item in self.items)
        if self._omitted:
            wide += QFontMetricsF(self.font()).horizontalAdvance(self._omitted) + px(self, 16)
        return QSize(round(wide) + px(self, 8), px(self, 28))

    def minimumSizeHint(self) -> QSize:
        """It may vanish."""
        return QSize(0, px(self, 28))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say whether it fits now."""
        super().resizeEvent(event)
        self.fitted.emit(self.fits())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw from the right."""
        theme, metrics = theme_of(self), QFontMetricsF(self.font())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(theme.muted))
        x, y = float(self.width() - px(self, 8)), baseline(0, self.height(), self.font())
        if self._omitted:
            text = metrics.elidedText(self._omitted, Qt.TextElideMode.ElideRight, x)
            x -= metrics.horizontalAdvance(text)
            painter.drawText(QPointF(x, y), text)
            x -= px(self, 16)
        for item in reversed(self.shown()):
            left = x - _item_width(item, self)
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(left + px(self, _sample_width(item) + _GAP), y), item.word)
            _paint(painter, item, left, self.height() / 2, self)
            x = left - px(self, 14)
        painter.end()


class KeyList(QWidget):
    """The legend as a list, for a menu."""

    def __init__(self, shown: tuple[Item, ...]) -> None:
        super().__init__()
        self.items = shown
        self.setAccessibleName(_named(item.word for item in shown))

    def sizeHint(self) -> QSize:
        """A row an item."""
        metrics = QFontMetricsF(self.font())
        wide = max((metrics.horizontalAdvance(item.word) for item in self.items), default=0.0)
        left = px(self, INSET + _SAMPLE + 2 * _GAP)
        return QSize(round(wide) + left + px(self, INSET), px(self, ROW) * len(self.items))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the rows."""
        theme, row = theme_of(self), px(self, ROW)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, item in enumerate(self.items):
            room = px(self, _SAMPLE) - px(self, _sample_width(item))
            _paint(painter, item, px(self, INSET) + room / 2, (i + 0.5) * row, self)
            painter.setPen(colour(theme.text))
            left = px(self, INSET + _SAMPLE + 2 * _GAP)
            painter.drawText(QPointF(left, baseline(i * row, row, self.font())), item.word)
        painter.end()
