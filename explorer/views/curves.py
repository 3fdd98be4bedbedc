"""The Curves: loss, gradient norm or learning rate of every run against the step or epoch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from explorer.core.language import tr
from explorer.core.numbers import number
from explorer.widgets.fonts import px
from explorer.widgets.markers import WORDS
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import theme_of
from explorer.widgets.toolbutton import NORMAL, ToolButton

from ._curvehead import CurveHead
from ._curvekey import ACCOMPANY, CurveKey, KeyList
from .base import Dock, Frame, View

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from explorer.core.figure import CurvePlot, Series
    from explorer.core.graphs import Quantity

    from ._curveplot import CurvesPlot

_QUANTITIES = (
    ("loss", tr("Loss"), tr("The loss at every step, penalty included, and the validation loss")),
    ("parts", tr("Parts"), tr("The loss without its penalty, and the penalty alone")),
    ("gradient_norm", "‖∇‖", tr("The length of the gradient that the optimizer was given")),
    ("learning_rate", tr("Learning rate"), tr("The learning rate η that every step used")),
)
_SHORT = {"learning_rate": tr("Rate")}
_UNITS = (
    ("step", tr("Step"), tr("Against the step, with the loss of every one")),
    ("epoch", tr("Epoch"), tr("Against the epoch, with the loss at the end of each")),
)
_SCALES = (
    ("log", tr("Log"), tr("Logarithmic axis: equal factors are equally far apart (L)")),
    ("linear", tr("Linear"), tr("Linear axis: equal differences are equally far apart (L)")),
)
# Narrower than this, names are shortened.
_WIDE = 780


class Curves(View):
    """One plot, and above it what it shows and how."""

    libraries = ("explorer.core.graphs", "pyqtgraph")
    needs = ("explorer.views._curveplot",)
    asks_all = True

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(120)
        self.setAccessibleName(tr("Curves"))
        self._frame: Frame | None = None
        self._plot: CurvesPlot | None = None
        self._drawn: CurvePlot | None = None
        # by quantity, what a person chose; until then the values decide
        self._chosen: dict[str, bool] = {}
        self._unit_chosen = ""
        self.quantity = Segmented(tr("Quantity"), _QUANTITIES)
        self.unit = Segmented(tr("Against"), _UNITS)
        self.scale = Segmented(tr("Scale"), _SCALES)
        self.key = CurveKey()
        self.more = ToolButton("ellipsis", tr("Legend"), tr("What the lines and signs mean"))
        self._offered: tuple[bool, bool] | None = None
        self._offer(parts=False)
        self.quantity.changed.connect(lambda _key: self._draw())
        self.unit.changed.connect(self._choose_unit)
        self.scale.changed.connect(self._choose_scale)
        self.more.clicked.connect(self._pop_legend)
        self.key.fitted.connect(self._show_more)
        self.more.hide()
        row = (self.quantity, self.key, self.unit, self.scale, self.more)
        self._header = CurveHead(row, self.key, (self.scale, self.unit))
        self._header.gave.connect(lambda: self._show_more(self.key.fits()))
        self._header.want(self.unit, False)
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
            or before.selected != new.selected
        ):
            self._draw()
        elif before.step != new.step:
            self._plot.show_cursor(new.step)

    def rest(self) -> None:
        """Let go of the frame and of what was drawn of it."""
        self._frame = self._drawn = None

    def reveal(self, shown: Literal["all", "cursor", "nothing"]) -> None:
        """Show the curves whole, up to the cursor, or not at all, on the same axes."""
        if self._plot is not None and self._frame is not None and shown != self._plot.shown:
            self._plot.shown = shown
            self._plot.show_cursor(self._frame.step)

    def toggle_log(self) -> None:
        """Change between the logarithmic and the linear scale."""
        self._choose_scale("linear" if self.scale.value() == "log" else "log")

    def _choose_scale(self, key: str) -> None:
        self._chosen[self.quantity.value()] = key == "log"
        self._draw()

    def _choose_unit(self, key: str) -> None:
        self._unit_chosen = key
        self._draw()

    def _draw(self) -> None:
        from explorer.core.graphs import curve_plot, log_fits, quantities

        frame = self._frame
        if self._plot is None or frame is None or frame.plan is None:
            return
        self._offer("parts" in quantities(frame.plan))
        epoch = frame.plan.validation.epoch
        self._header.want(self.unit, epoch > 1)
        self.unit.set_value(self._unit_chosen or "epoch")
        every = epoch if self.unit.value() == "epoch" else 1
        quantity = cast("Quantity", self.quantity.value())
        log = self._chosen.get(quantity)
        if log is None:
            log = log_fits(frame.plan, frame.traces, quantity)
        self.scale.set_value("log" if log else "linear")
        self._drawn = curve_plot(
            frame.traces, frame.plan, quantity, frame.step, log, every, frame.selected
        )
        self._plot.show_plot(self._drawn)
        self.key.show_plot(self._drawn)

    def _offer(self, parts: bool) -> None:
        """Offer the quantities there are, by names for which there is room."""
        narrow = self.width() < px(self, _WIDE)
        if self._offered != (parts, narrow):
            self._offered = parts, narrow
            self.quantity.set_options(
                [
                    (key, _SHORT.get(key, text) if narrow else text, tip)
                    for key, text, tip in _QUANTITIES
                    if parts or key != "parts"
                ]
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten names where there is little room."""
        super().resizeEvent(event)
        if self._offered is not None:
            self._offer(self._offered[0])

    def _show_more(self, fits: bool) -> None:
        """Offer as a list the legend that has no room in the title row."""
        self.key.reserve = 0 if fits else px(self, NORMAL + 8)
        self.more.setVisible(not fits or self._header.has_given())

    def _pop_legend(self) -> None:
        menu = self.legend_menu()
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def legend_menu(self) -> QMenu:
        """The legend as a menu."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        action = QWidgetAction(menu)
        action.setDefaultWidget(KeyList(self.key.items))
        menu.addAction(action)
        for control, options, choose in (
            (self.scale, _SCALES, self._choose_scale),
            (self.unit, _UNITS, self._choose_unit),
        ):
            if self._header.given(control):
                menu.addSeparator()
                for key, text, tip in options:
                    one = menu.addAction(text, partial(choose, key))
                    one.setToolTip(tip)
                    one.setCheckable(True)
                    one.setChecked(control.value() == key)
        return menu

    def describe(self) -> str:
        """Every curve's first and last value."""
        if self._drawn is None or self._frame is None:
            return ""
        plot = self._drawn
        scale = tr("logarithmic scale") if plot.log else tr("linear scale")
        name = {key: text for key, text, _ in _QUANTITIES}[plot.quantity]
        epoch = plot.unit == "epoch"
        head = (
            tr("{name} against the epoch", name=name)
            if epoch
            else tr("{name} against the step", name=name)
        )
        cursor = tr("cursor at step {step}", step=self._frame.step)
        lines = [f"{head}, {scale}, {cursor}"]
        told = [series for series in plot.series if len(series.x) and series.part != "theory"]
        lines += [*map(self._describe, told), *filter(None, [plot.theory])]
        return "\n".join(lines)

    def _describe(self, series: Series) -> str:
        assert self._drawn is not None
        label = series.label
        if series.part in ACCOMPANY:
            label += f", {ACCOMPANY[series.part]}"
        words = tr(
            "{label}: from {first} to {last} at {place}",
            label=label,
            first=number(float(series.y[0])),
            last=number(float(series.y[-1])),
            place=self._place(float(series.x[-1])),
        )
        if series.best is not None:
            at, value = series.best
            best = tr("best {value} at {place}", value=number(value), place=self._place(at))
            words += f", {best}"
        return words + (f", {WORDS[series.end]}" if series.end != "running" else "")

    def _place(self, at: float) -> str:
        assert self._drawn is not None
        if self._drawn.unit == "epoch":
            return tr("epoch {epoch}", epoch=number(at))
        return tr("step {step}", step=number(at))


SPEC = Dock(
    key="curves",
    title=tr("Curves"),
    area="bottom",
    order=0,
    make=Curves,
    summary=tr("Loss, its parts, gradient norm or learning rate of every run, by step or epoch"),
)
