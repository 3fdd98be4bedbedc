"""The Curves: loss, gradient norm or learning rate of every run against the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.numbers import number
from explorer.widgets.fonts import px
from explorer.widgets.markers import WORDS, paint_end
from explorer.widgets.richtext import baseline
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import colour, theme_of

from .base import Dock, Frame, View

if TYPE_CHECKING:
    from explorer.core.compose import Quantity
    from explorer.core.figure import CurvePlot, EndKind

    from ._curveplot import CurvesPlot

_QUANTITIES = (
    ("loss", "Loss", "The loss at every step"),
    ("gradient_norm", "‖∇‖", "The length of the gradient that the optimizer was given"),
    ("learning_rate", "Learning rate", "The learning rate η that every step used"),
)
_SCALES = (
    ("log", "Log", "Logarithmic axis: equal factors are equally far apart (L)"),
    ("linear", "Linear", "Linear axis: equal differences are equally far apart (L)"),
)


class Curves(View):
    """One plot, and above it what it shows and how."""

    needs = ("explorer.core.compose", "explorer.views._curveplot")

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(120)
        self.setAccessibleName("Curves")
        self._frame: Frame | None = None
        self._plot: CurvesPlot | None = None
        self._drawn: CurvePlot | None = None
        # by quantity, what a person chose; until then the values decide
        self._chosen: dict[str, bool] = {}
        self.quantity = Segmented("Quantity", _QUANTITIES)
        self.scale = Segmented("Scale", _SCALES)
        self.key = _Key()
        self.quantity.changed.connect(lambda _key: self._draw())
        self.scale.changed.connect(self._choose_scale)
        self._header = QWidget()
        row = QHBoxLayout(self._header)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.quantity)
        row.addWidget(self.key, 1)
        row.addWidget(self.scale)
        self._header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)

    def header(self) -> QWidget:
        """What is drawn and on which scale."""
        return self._header

    def build(self) -> None:
        """Make the plot."""
        from ._curveplot import CurvesPlot

        self._plot = CurvesPlot(theme_of(self))
        self._plot.moved.connect(self.moved)
        self.layout().addWidget(self._plot)  # type: ignore[union-attr]
        if self._frame is not None:
            self._draw()

    def show_frame(self, old: Frame | None, new: Frame) -> None:
        """Draw the curves if they are others, else move the cursor."""
        before, self._frame = self._frame, new
        if self._plot is None or new.plan is None:
            return
        if before is None or before.theme is not new.theme:
            self._plot.set_theme(new.theme)
        if (
            before is None
            or self._drawn is None
            or before.traces is not new.traces
            or before.plan is not new.plan
        ):
            self._draw()
        elif before.step != new.step:
            self._plot.show_cursor(new.step)

    def toggle_log(self) -> None:
        """Change between the logarithmic and the linear scale."""
        self._choose_scale("linear" if self.scale.value() == "log" else "log")

    def _choose_scale(self, key: str) -> None:
        self._chosen[self.quantity.value()] = key == "log"
        self._draw()

    def _draw(self) -> None:
        from explorer.core.compose import curve_plot, log_fits

        frame = self._frame
        if self._plot is None or frame is None or frame.plan is None:
            return
        quantity = cast("Quantity", self.quantity.value())
        log = self._chosen.get(quantity)
        if log is None:
            log = log_fits(frame.plan, frame.traces, quantity)
        self.scale.set_value("log" if log else "linear")
        self._drawn = curve_plot(frame.traces, frame.plan, quantity, frame.step, log)
        self._plot.show_plot(self._drawn)
        ends = {s.end: None for s in self._drawn.series if len(s.x) and s.x[-1] < self._drawn.steps}
        self.key.show_ends(tuple(ends), self._drawn.omitted)

    def describe(self) -> str:
        """Every curve's first and last value."""
        if self._drawn is None or self._frame is None:
            return ""
        scale = "logarithmic" if self._drawn.log else "linear"
        name = {key: text for key, text, _ in _QUANTITIES}[self._drawn.quantity]
        lines = [f"{name} against the step, {scale} scale, cursor at step {self._frame.step}"]
        for series in self._drawn.series:
            if len(series.x):
                first, last = number(float(series.y[0])), number(float(series.y[-1]))
                lines.append(
                    f"{series.label}: from {first} to {last} at step {int(series.x[-1])}, "
                    f"{WORDS.get(series.end, series.end)}"
                )
        return "\n".join(lines)


class _Key(QWidget):
    """Says what the signs at the ends of curves mean, and which values a picture leaves out."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._ends: tuple[EndKind, ...] = ()
        self._omitted = ""

    def show_ends(self, ends: tuple[EndKind, ...], omitted: int) -> None:
        """Name these signs and say how many values are not shown."""
        words: dict[str, EndKind] = {}
        for end in ends:
            words.setdefault(WORDS.get(end, ""), end)
        self._ends = tuple(words.values())
        values = "value" if omitted == 1 else "values"
        self._omitted = f"{omitted} {values} ≤ 0 not shown on a log axis" if omitted else ""
        self.setToolTip(self._omitted)
        self.setAccessibleName(self._omitted or "Signs at the ends of curves")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What is left out, in words."""
        return self._omitted

    def sizeHint(self) -> QSize:
        """Room for all of it; less will do."""
        metrics = QFontMetricsF(self.font())
        texts = [WORDS[end] for end in self._ends]
        wide = sum(metrics.horizontalAdvance(text) + px(self, 28) for text in texts)
        if self._omitted:
            wide += metrics.horizontalAdvance(self._omitted) + px(self, 16)
        return QSize(round(wide) + px(self, 8), px(self, 28))

    def minimumSizeHint(self) -> QSize:
        """It may vanish."""
        return QSize(0, px(self, 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw from the right; what does not fit is left to the tooltip."""
        theme, metrics = theme_of(self), QFontMetricsF(self.font())
        painter = QPainter(self)
        painter.setPen(colour(theme.muted))
        x, y = float(self.width() - px(self, 8)), baseline(0, self.height(), self.font())
        if self._omitted:
            text = metrics.elidedText(self._omitted, Qt.TextElideMode.ElideRight, x)
            x -= metrics.horizontalAdvance(text)
            painter.drawText(QPointF(x, y), text)
            x -= px(self, 16)
        for end in self._ends:
            word = WORDS[end]
            wide = metrics.horizontalAdvance(word) + px(self, 16)
            if x - wide < 0:
                break
            x -= wide
            painter.setPen(colour(theme.muted))
            painter.drawText(QPointF(x + px(self, 16), y), word)
            middle = QPointF(x + px(self, 5), self.height() / 2)
            paint_end(painter, end, middle, theme.muted, theme.panel, px(self, 9))
            x -= px(self, 12)
        painter.end()


SPEC = Dock(
    key="curves",
    title="Curves",
    area="bottom",
    order=0,
    make=Curves,
    summary="Loss, gradient norm or learning rate of every run against the step",
)
