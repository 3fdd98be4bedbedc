"""Chooses a run by its chip and name, from a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from explorer.core.language import tr
from explorer.core.style import Style, style
from explorer.widgets import icons
from explorer.widgets.chips import HEIGHT, WIDTH, marker_path, paint_chip, run_colour
from explorer.widgets.fonts import SEMIBOLD, px, variant
from explorer.widgets.stylesheet import colour, theme_of
from explorer.widgets.toolbutton import NORMAL, paint_fill, paint_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.widgets.theme import Theme


class RunPicker(QAbstractButton):
    """A button that shows the chosen run and opens a menu of all; `picked` carries an index."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[tuple[str, int], ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Choose the run whose steps are explained"))
        self.clicked.connect(self._open)

    def show_runs(self, runs: Sequence[tuple[str, int]], at: int) -> None:
        """Show the runs, each a label and a style, of which `at` is chosen."""
        if (tuple(runs), at) != (self._runs, self._at):
            self._runs, self._at = tuple(runs), at
            self.setAccessibleName(tr("Explained run: {run}", run=self._label()))
            self.updateGeometry()
            self.update()

    def _label(self) -> str:
        return self._runs[self._at][0] if self._at < len(self._runs) else ""

    def menu(self) -> QMenu:
        """The runs to choose from."""
        menu = QMenu(self)
        theme = theme_of(self)
        for index, (label, look) in enumerate(self._runs):
            action = menu.addAction(run_icon(style(look), theme, self.devicePixelRatioF()), label)
            action.triggered.connect(lambda _=False, i=index: self.picked.emit(i))
        return menu

    def _open(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def sizeHint(self) -> QSize:
        """Chip, name and arrow."""
        wide = QFontMetricsF(variant(self.font(), SEMIBOLD)).horizontalAdvance(self._label())
        parts = WIDTH + 8 + 6 + icons.GLYPH
        return QSize(round(wide) + px(self, parts), px(self, NORMAL))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw chip, name and arrow."""
        if not self._runs:
            return
        theme, chip = theme_of(self), QSize(px(self, WIDTH), px(self, HEIGHT))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under = theme.panel
        if self.underMouse() or self.isDown():
            under = theme.chosen if self.isDown() else theme.hover
            paint_fill(painter, QRectF(self.rect()), under, px(self, 6))
        top = (self.height() - chip.height()) / 2
        look = style(self._runs[self._at][1])
        paint_chip(painter, QRectF(0, top, chip.width(), chip.height()), look, theme, under)
        painter.setFont(variant(self.font(), SEMIBOLD))
        painter.setPen(colour(theme.text))
        text = QRectF(self.rect()).adjusted(chip.width() + px(self, 8), 0, 0, 0)
        glyph = px(self, icons.GLYPH)
        text.adjust(0, 0, -glyph, 0)
        room, cut = round(text.width()) + 1, Qt.TextElideMode.ElideRight
        label = painter.fontMetrics().elidedText(self._label(), cut, room)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, label)
        image = icons.pixmap("chevron-down", theme.muted, glyph, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - glyph, (self.height() - glyph) // 2, image)
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()), theme.accent, px(self, 6))
        painter.end()


def run_icon(look: Style, theme: Theme, ratio: float) -> QIcon:
    """A run's marker in its colour, for a menu."""
    side = icons.GLYPH
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(run_colour(look, theme)))
    painter.drawPath(marker_path(look.marker, QPointF(side / 2, side / 2), side / 3.2))
    painter.end()
    return QIcon(picture)
