"""The row of controls under the menu: play, step, speed, the timeline, and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from explorer.core.language import tr
from explorer.core.style import style
from explorer.widgets import icons
from explorer.widgets.chips import run_colour
from explorer.widgets.combo import Combo
from explorer.widgets.fonts import MEDIUM, px, scale, variant
from explorer.widgets.segmented import Segmented
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import ToolButton, paint_ring

from .keycaps import in_words
from .launch import NARROW
from .player import SPEEDS

if TYPE_CHECKING:
    from explorer.views.base import Frame

    from .player import Player


TIGHT = 1000  # below it the row has no room for all of its controls
LAYOUTS = (
    ("overlay", tr("Overlay"), tr("All runs on one map (S)")),
    ("side", tr("Side by side"), tr("One map for each run, with linked pointers (S)")),
)
_SHORT = {"overlay": tr("Overlay"), "side": tr("Side")}
FEW_LAYOUTS = tuple((key, _SHORT[key], tip) for key, _, tip in LAYOUTS)


class Timeline(QWidget):
    """A slider over the steps with a mark where each run ended."""

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._step = self._length = 0
        self._ends: tuple[tuple[int, int], ...] = ()  # step, style
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Step"))
        self.setToolTip(
            tr("The step shown: drag to scrub. Left and Right move one step, Shift ten")
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, px(self, 28))

    def set_state(self, step: int, length: int, ends: tuple[tuple[int, int], ...]) -> None:
        """Show a step of `length`, and runs that ended early at (step, style)."""
        if (step, length, ends) != (self._step, self._length, self._ends):
            self._step, self._length, self._ends = step, length, ends
            self.setAccessibleDescription(tr("step {step} of {length}", step=step, length=length))
            self.update()

    def _place(self, step: float) -> float:
        inset = px(self, 8)
        return inset + (self.width() - 2 * inset) * step / max(self._length, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw groove, filled part, marks and thumb."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, thick = self.height() / 2 + px(self, 2), px(self, 4)
        groove = QRectF(self._place(0), middle - thick / 2, 0, thick)
        groove.setRight(self._place(self._length))
        painter.setBrush(colour(theme.groove))
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        groove.setRight(self._place(self._step))
        painter.setBrush(colour(theme.accent))
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        side = px(self, 8)
        for step, index in self._ends:
            painter.setBrush(colour(run_colour(style(index), theme)))
            painter.drawRect(QRectF(self._place(step) - side / 2, 0, side, side))
        radius = px(self, 14) / 2
        at = QPointF(self._place(self._step), middle)
        painter.setBrush(colour(theme.thumb))
        painter.setPen(colour(theme.accent))
        painter.drawEllipse(at, radius, radius)
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()), theme.accent, 6)
        painter.end()

    def _go(self, x: float) -> None:
        inset = px(self, 8)
        share = (x - inset) / max(self.width() - 2 * inset, 1)
        self.moved.emit(round(min(max(share, 0.0), 1.0) * self._length))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the ends; the window has the arrow keys."""
        event.ignore()


class PlayButton(QPushButton):
    """Play or pause, in the accent colour; only its icon where the window is narrow."""

    def __init__(self) -> None:
        super().__init__(tr("Play"))
        self._playing = False
        self._narrow = False
        self.setDefault(True)
        self.setAutoDefault(False)
        self.setToolTip(tr("Play or pause (Space)"))
        self.setAccessibleName(tr("Play"))

    def set_state(self, playing: bool, narrow: bool) -> None:
        """Show what a press would do."""
        self._playing, self._narrow = playing, narrow
        name = tr("Pause") if playing else tr("Play")
        self.setText("" if narrow else name)
        self.setAccessibleName(name)
        # one width for both words; 44 is what is beside them
        words = max(map(self.fontMetrics().horizontalAdvance, (tr("Play"), tr("Pause"))))
        self.setFixedWidth(px(self, 42) if narrow else max(px(self, 84), words + px(self, 44)))
        ink = theme_of(self).on_accent
        self.setIcon(icons.icon("pause" if playing else "play", ink))
        self.setIconSize(QSize(px(self, icons.GLYPH), px(self, icons.GLYPH)))

    def changeEvent(self, event: QEvent) -> None:
        """Take the theme's colours; the window has them earlier than what is in it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_narrow"):
            self.set_state(self._playing, self._narrow)


class PresentButton(QPushButton):
    """Shows the experiment on a whole screen; only its icon where the window is narrow."""

    def __init__(self) -> None:
        super().__init__(tr("Present"))
        self._narrow = False
        self.setToolTip(tr("Show the experiment large on a whole screen, for a lecture hall (F5)"))
        self.setAccessibleName(tr("Present"))

    def set_narrow(self, narrow: bool) -> None:
        """Leave the word out, or not, in the theme's colours."""
        self._narrow = narrow
        self.setText("" if narrow else tr("Present"))
        self.setIcon(icons.icon("presentation", theme_of(self).text))

    def changeEvent(self, event: QEvent) -> None:
        """Take the theme's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_narrow"):
            self.set_narrow(self._narrow)


class Counter(QWidget):
    """The step the cursor is at, of how many; as wide as the longest run's number needs."""

    def __init__(self) -> None:
        super().__init__()
        self._step = self._length = 0
        self._word = tr("step ")

    def text(self) -> str:
        """What it says."""
        return tr("step {step} / {length}", step=self._step, length=self._length)

    def set_short(self, short: bool) -> None:
        """Leave the word out."""
        self._word = "" if short else tr("step ")
        self.updateGeometry()
        self.update()

    def show_step(self, step: int, length: int) -> None:
        """Show another step; only a number with more digits takes more room."""
        if (step, length) != (self._step, self._length):
            wider = len(str(length)) != len(str(self._length))
            self._step, self._length = step, length
            self.setAccessibleName(self.text())
            if wider:
                self.updateGeometry()
            self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        return variant(self.font(), MEDIUM), variant(self.font(), QFont.Weight.Bold)

    def sizeHint(self) -> QSize:
        """Room for the longest number twice."""
        plain, bold = (QFontMetrics(font) for font in self._fonts())
        digits = "8" * len(str(self._length))
        wide = plain.horizontalAdvance(f"{self._word} / {digits}") + bold.horizontalAdvance(digits)
        return QSize(wide + px(self, 12), plain.height())

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write it at the right edge, the step in bold."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        plain, bold = self._fonts()
        right = self.width()
        pieces = ((f" / {self._length}", plain), (str(self._step), bold), (self._word, plain))
        for text, font in pieces:
            painter.setFont(font)
            wide = painter.fontMetrics().horizontalAdvance(text)
            right -= wide
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(right, 0, wide + 1, self.height()), middle, text)
        painter.end()


class Transport(QWidget):
    """All of the row. What a person chose comes out as signals; `show_frame` fills it in."""

    layout_chosen = Signal(str)
    panes_chosen = Signal(str)

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self._few = False
        self._ends: list[ToolButton] = []
        self.play = PlayButton()
        self.play.clicked.connect(player.toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 8)
        row.setSpacing(8)
        row.addWidget(self.play)
        for icon, name, key, go in (
            ("skip-back", tr("To the start"), "Home", lambda: player.go(0)),
            ("chevron-left", tr("One step back"), "Left", lambda: player.go(player.step - 1)),
            ("chevron-right", tr("One step on"), "Right", lambda: player.go(player.step + 1)),
            ("skip-forward", tr("To the end"), "End", lambda: player.go(player.length)),
        ):
            button = ToolButton(icon, name, f"{name} ({in_words(key)})")
            button.clicked.connect(go)
            row.addWidget(button)
            if key in ("Home", "End"):
                self._ends.append(button)
        self.speed = Combo(
            tr("Speed"),
            [(f"{value:g}", f"{value:g}×") for value in SPEEDS],
            "1",
            tr("Speed of playing: 1× is 60 steps a second"),
        )
        self.speed.changed.connect(self._set_speed)
        row.addWidget(self.speed)
        self.timeline = Timeline()
        self.timeline.moved.connect(self._scrub)
        row.addWidget(self.timeline, 1)
        self.counter = Counter()
        row.addWidget(self.counter)
        row.addSpacing(8)
        self.layouts = Segmented(
            tr("Layout"),
            LAYOUTS,
        )
        self.panes = Segmented(
            tr("Views"),
            (
                ("2d", tr("2D"), tr("The map alone (D)")),
                ("3d", tr("3D"), tr("The surface alone (D)")),
                ("both", tr("Both"), tr("Map and surface (D)")),
            ),
        )
        self.layouts.changed.connect(self.layout_chosen)
        self.panes.changed.connect(self.panes_chosen)
        row.addWidget(self.layouts)
        row.addWidget(self.panes)
        self.present = PresentButton()
        row.addWidget(self.present)
        player.playing.connect(self._playing)
        self._playing(False)

    def _set_speed(self, key: str) -> None:
        self.player.speed = float(key)

    def _scrub(self, step: int) -> None:
        self.player.pause()
        self.player.go(step)

    def _playing(self, playing: bool) -> None:
        self.play.set_state(playing, self._room() < NARROW)

    def _room(self) -> float:
        """The width of the window, were its text of the normal size."""
        return self.window().width() / scale(self)

    def _fit(self) -> None:
        """Where there is little room, do without what the timeline does as well."""
        few = self._room() < TIGHT
        if few != self._few:
            self._few = few
            for button in self._ends:
                button.setVisible(not few)
            self.layouts.set_options(FEW_LAYOUTS if few else LAYOUTS)
            self.counter.set_short(few)

    def show_frame(self, frame: Frame) -> None:
        """Show the cursor, the runs' ends and the choices of a frame."""
        ends: tuple[tuple[int, int], ...] = ()
        if frame.plan is not None and frame.traces:
            ends = tuple(
                (trace.stop_step, run.style)
                for run, trace in zip(frame.plan.runs, frame.traces, strict=False)
                if run.visible and trace.stop_step < frame.plan.steps
            )
        length = self.player.length
        self.timeline.set_state(frame.step, length, ends)
        self.counter.show_step(frame.step, length)
        self.layouts.set_value(frame.experiment.view.layout)
        self.panes.set_value(frame.experiment.view.panes)

    def refresh(self) -> None:
        """Follow a change of theme, width or size of text."""
        self._fit()
        self._playing(self.player.is_playing)
        self.present.set_narrow(self.window().width() < NARROW)
