"""The status bar: whether the engine is ready, what it did, and what takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from explorer.core.language import tr, trn
from explorer.core.numbers import number
from explorer.widgets.fonts import px
from explorer.widgets.line import Line
from explorer.widgets.stylesheet import colour, theme_of

if TYPE_CHECKING:
    from explorer.core.request import Result

SPOKEN = 8000  # milliseconds a message stays


class Lamp(QWidget):
    """A small disc: good, busy or wrong. The words beside it say the same."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = "muted"

    def sizeHint(self) -> QSize:
        """A disc of 8 px with room around it."""
        return QSize(px(self, 16), px(self, 16))

    def set_kind(self, kind: str) -> None:
        """`kind` is the name of the theme's colour."""
        if kind != self._kind:
            self._kind = kind
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(getattr(theme_of(self), self._kind)))
        centre = QPointF(self.width() / 2, self.height() / 2)
        painter.drawEllipse(centre, px(self, 4), px(self, 4))
        painter.end()


class Message(QLabel):
    """A line that is cut short, with an ellipsis, before anything beside it; whole in its tip."""

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what there is room for."""
        painter, place = QPainter(self), self.contentsRect()
        cut = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(self.text(), cut, place.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        self.setToolTip(self.text() if text != self.text() else "")
        painter.end()


class Status(QStatusBar):
    """One line at the foot of the window."""

    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(0, 0, 4, 0)
        self._lamp, self._engine = Lamp(), Line(tr("Loading the engine…"))
        self._runs, self._place, self._wrong = (Line(inset=12, cut=True) for _ in range(3))
        self._message = Message()
        self._saved = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(160)
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setToolTip(tr("Give up this computation; the picture stays as it is"))
        self._cancel.clicked.connect(self.cancelled)
        for widget in (self._lamp, self._engine, self._bar, self._cancel, self._runs, self._place):
            self.addWidget(widget)
        self.addWidget(self._wrong)
        self.addWidget(self._message, 1)
        self._followed = Line(inset=12)
        self.addPermanentWidget(self._followed)
        self.addPermanentWidget(self._saved)
        self._message.setContentsMargins(12, 0, 0, 0)
        self._bar.hide()
        self._cancel.hide()
        self._refused = False
        self._quiet = QTimer(self, singleShot=True)
        self._quiet.timeout.connect(self._message.clear)

    def say(self, text: str) -> None:
        """Show one line for a while."""
        self._message.setText(text)
        self._quiet.start(SPOKEN)

    def refuse(self, text: str) -> None:
        """Say why the experiment cannot be shown, until one can be."""
        self._lamp.set_kind("danger")
        self._engine.setText(tr("Not shown:"))
        for label in (self._runs, self._place, self._wrong):
            label.clear()
        self._quiet.stop()
        self._message.setText(text)
        self._refused = True

    def compiling(self) -> None:
        """Say why nothing is to be seen yet."""
        if not self._refused:
            self._engine.setText(tr("Compiling, the first time only…"))

    def failed(self, text: str) -> None:
        """Say that the engine has a fault."""
        self._lamp.set_kind("danger")
        self._engine.setText(tr("Engine fault"))
        self._wrong.setText(text)

    def show_result(self, result: Result) -> None:
        """Say what was run, how long it took and on what."""
        self._lamp.set_kind("good")
        self._engine.setText(tr("Engine ready"))
        if self._refused:
            self._refused = False
            self._message.clear()
        plan = result.plan
        count = len(plan.runs)
        took = number(result.seconds * 1000)
        self._runs.setText(
            trn(
                "{n} run × {steps} steps in {took} ms",
                "{n} runs × {steps} steps in {took} ms",
                count,
                steps=plan.steps,
                took=took,
            )
        )
        pairs = zip(plan.landscape.parameters, plan.parameters.tolist(), strict=True)
        values = ", ".join(
            f"{h.symbol or h.name} = {h.choices[int(v)] if h.choices else number(v)}"
            for h, v in pairs
        )
        noise = ""
        if plan.noise:
            drawn = number(plan.noise)
            noise = "   " + tr("Noise σ = {noise}, seed {seed}", noise=drawn, seed=plan.seed)
        self._place.setText(f"{plan.landscape.title} {values}{noise}")
        wild = sum(trace.stop_reason == "diverged" for trace in result.traces)
        left = sum(trace.stop_reason == "left_data" for trace in result.traces)
        said = [trn("{n} run diverged", "{n} runs diverged", wild)] if wild else []
        said += [trn("{n} run left the data", "{n} runs left the data", left)] if left else []
        self._wrong.setText(", ".join(said))
        self._wrong.set_ink(colour(theme_of(self).danger))
        self.setAccessibleDescription(f"{self._runs.text()}, {self._place.text()}")

    def progress(self, done: int, total: int) -> None:
        """Show how far a long computation is; over when done is total."""
        busy = done < total
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        if busy:
            self._engine.setText(tr("Running…"))
            self._bar.setValue(round(100 * done / max(total, 1)))
        else:
            self._engine.setText(tr("Engine ready"))

    def followed(self, text: str) -> None:
        """Say which file is followed, and how far it is."""
        self._followed.setText(text)

    def saved(self, text: str) -> None:
        """Say how the work is kept."""
        self._saved.setText(text)
