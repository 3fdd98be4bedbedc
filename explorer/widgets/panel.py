"""Panels: the one level of frame there is, with a title row, docked or fixed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from explorer.core.language import tr

from .fonts import SEMIBOLD, px, variant
from .stylesheet import colour, theme_of
from .toolbutton import SMALL, ToolButton

TITLE_HEIGHT = 36
INSET = 12


class TitleBar(QWidget):
    """A panel's title row: its title, its own controls, and the buttons of a dock.

    Mouse events that no control takes go on to the dock, which is moved by its title.
    """

    floated = Signal()
    closed = Signal()

    def __init__(self, title: str, header: QWidget | None = None, *, docked: bool = False) -> None:
        super().__init__()
        self._label = QLabel(title)
        self._label.setFont(variant(self.font(), SEMIBOLD))
        row = QHBoxLayout(self)
        row.setContentsMargins(INSET, 2, INSET if not docked else 6, 0)
        row.setSpacing(4)
        row.addWidget(self._label)
        if header is None:
            row.addStretch(1)
        elif header.sizePolicy().expandingDirections() & Qt.Orientation.Horizontal:
            row.addWidget(header, 1)
        else:
            row.addStretch(1)
            row.addWidget(header)
        if docked:
            tip = tr("Float the {title} panel in its own window, or dock it again", title=title)
            name = tr("Float {title}", title=title)
            self.float_button = ToolButton("external-link", name, tip, size=SMALL)
            tip = tr("Close the {title} panel (View > Panels shows it again)", title=title)
            name = tr("Close {title}", title=title)
            self.close_button = ToolButton("x", name, tip, size=SMALL)
            self.float_button.clicked.connect(self.floated)
            self.close_button.clicked.connect(self.closed)
            row.addWidget(self.float_button)
            row.addWidget(self.close_button)
        self.setFixedHeight(px(self, TITLE_HEIGHT))

    def title(self) -> str:
        """The text shown."""
        return self._label.text()

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._label.setText(title)

    def sizeHint(self) -> QSize:
        """36 high; a dock asks for this and not for the fixed height."""
        return QSize(super().sizeHint().width(), px(self, TITLE_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """36 high, and wide enough for the controls."""
        return QSize(super().minimumSizeHint().width(), px(self, TITLE_HEIGHT))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the text's size."""
        if event.type() == QEvent.Type.FontChange:
            self._label.setFont(variant(self.font(), SEMIBOLD))
            self.setFixedHeight(px(self, TITLE_HEIGHT))
        super().changeEvent(event)


def _paint_frame(widget: QWidget) -> None:
    theme = theme_of(widget)
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(theme.border), 1))
    painter.setBrush(colour(theme.panel))
    radius = px(widget, 6)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()


class Panel(QFrame):
    """A fixed panel: title row (none where `title` is empty) above its content."""

    def __init__(self, title: str, content: QWidget, header: QWidget | None = None) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 4)
        column.setSpacing(0)
        self.title_bar = TitleBar(title, header)
        self.title_bar.setVisible(bool(title))
        column.addWidget(self.title_bar)
        column.addWidget(content, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill and border."""
        _paint_frame(self)


class DockPanel(QDockWidget):
    """A panel that can be moved, floated, tabbed and closed; `key` names it in saved layouts."""

    def __init__(
        self, key: str, title: str, content: QWidget, header: QWidget | None = None
    ) -> None:
        super().__init__(title)
        self.setObjectName(key)
        self.setAccessibleName(title)
        content.setContentsMargins(1, 0, 1, 4)
        self.title_bar = TitleBar(title, header, docked=True)
        self.title_bar.floated.connect(lambda: self.setFloating(not self.isFloating()))
        self.title_bar.closed.connect(self.close)
        self.setTitleBarWidget(self.title_bar)
        self.setWidget(content)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw fill and border; Qt's own frame is not wanted."""
        _paint_frame(self)


class OverlayBar(QScrollBar):
    """A scroll bar that lies over the right margin of an area and takes no width from it.

    It stands in for the area's own vertical bar, which is hidden, and is gone where all fits.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical, area)
        self._own = area.verticalScrollBar()
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._own.rangeChanged.connect(self._follow)
        self._own.valueChanged.connect(self.setValue)
        self.valueChanged.connect(self._own.setValue)
        area.installEventFilter(self)
        self.hide()

    def _follow(self, low: int, high: int) -> None:
        self.setRange(low, high)
        self.setPageStep(self._own.pageStep())
        self.setSingleStep(self._own.singleStep())
        self.setValue(self._own.value())
        self.setVisible(high > low)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the right edge of the area."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            wide = self.sizeHint().width()
            self.setGeometry(watched.width() - wide - 1, 0, wide, watched.height())
        return super().eventFilter(watched, event)


def scrolled(content: QWidget) -> QScrollArea:
    """`content` in an area that scrolls it downwards and adds no frame.

    The bar lies over the last 7 pixels on the right, which content leaves empty.
    """
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # the viewport and the content fill themselves with their parent's role: the panel's colour
    area.setBackgroundRole(QPalette.ColorRole.Base)
    area.setWidget(content)
    OverlayBar(area)
    return area
