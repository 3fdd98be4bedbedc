"""Where panels are: docks around the middle, the middle's own panels, and their return."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QTabBar,
    QTabWidget,
    QToolBar,
    QWidget,
)

from explorer.core.language import tr
from explorer.widgets.fonts import px, scale
from explorer.widgets.panel import DockPanel, Panel

from .launch import NARROW
from .steps import SOON

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment
    from explorer.views.base import Dock, View

    from .window import Window

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
LOW = 800
SIDE, SIDE_NARROW, CURVES, CURVES_LOW, SURFACE = 312, 232, 256, 176, 376
SIDE_TIGHT = 228
TIGHT = 1000  # below it, all panels beside the map stand behind each other
VERSION = 4  # of the saved layout: a layout of another is not restored


class Arrangement:
    """Places the panels, remembers where a person put them, and fits them to the window."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.docks: dict[str, DockPanel] = {}
        self.panels: dict[str, Panel] = {}
        self._order: list[tuple[int, str, str]] = []
        self._tabs: dict[str, str] = {}
        self._stay: set[str] = set()
        self._trains: set[str] = set()
        self._panes = ""
        self._roomy: QByteArray | None = None  # the layout before the text was too large for it
        self.centre = QWidget()
        self._row = QHBoxLayout(self.centre)
        self._row.setSpacing(8)
        window.setDockNestingEnabled(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, "left"),
            (Qt.Corner.BottomRightCorner, "right"),
        ):
            window.setCorner(corner, AREAS[area])
        everywhere = Qt.DockWidgetArea.AllDockWidgetAreas
        window.setTabPosition(everywhere, QTabWidget.TabPosition.North)
        bar = QToolBar(tr("Transport"))
        bar.setObjectName("transport")
        bar.setMovable(False)
        bar.addWidget(window.transport)
        bar.toggleViewAction().setVisible(False)
        window.addToolBar(bar)

    def leave_room(self) -> None:
        """Keep the middle where it will be once the docks are around it."""
        narrow, low = self._room() < NARROW, self.window.height() < px(self.window, LOW)
        left, right, high = (
            px(self.window, wide)
            for wide in (SIDE_NARROW if narrow else SIDE, SIDE, CURVES_LOW if low else CURVES)
        )
        if self.is_tight():
            left, right = px(self.window, SIDE_TIGHT), -8
        self._row.setContentsMargins(left + 8, 0, right + 8, high + 8)

    def _room(self) -> float:
        """The width of the window, were its text of the normal size."""
        return self.window.width() / scale(self.window)

    def is_tight(self) -> bool:
        """Whether there is room on one side of the map only."""
        return self._room() < TIGHT

    def add(self, dock: Dock, view: View) -> None:
        """Make a view's panel; one of the middle is there at once, docks when they are placed."""
        if dock.area == "center":
            panel = Panel(dock.title, view, view.header())
            panel.setAccessibleName(dock.title)
            view.titled.connect(panel.title_bar.set_title)
            view.titled.connect(panel.setAccessibleName)
            policy = QSizePolicy.Policy.Expanding
            panel.setSizePolicy(policy, policy)
            panel.setMinimumSize(QSize(240, 160))
            panel.hide()
            self.panels[dock.key] = panel
            self._row.addWidget(panel, 3 if dock.order == 0 else 2)
            self._panes = ""
            return
        made = DockPanel(dock.key, dock.title, view, view.header())
        made.setToolTip("")
        # said outright, or the main window shows it a moment after it was put back as closed
        made.hide()
        self.window.addDockWidget(AREAS[dock.area], made)
        self.docks[dock.key] = made
        self._order.append((dock.order, dock.key, dock.area))
        if dock.tab:
            self._tabs[dock.key] = dock.tab
        if dock.stays:
            self._stay.add(dock.key)
        if dock.trains:
            self._trains.add(dock.key)
        refresh = self.window.refresh
        made.visibilityChanged.connect(lambda shown, key=dock.key: refresh(key) if shown else None)

    def place(self, settings: QSettings) -> None:
        """Put the docks around the middle: where they were, or where they belong."""
        self._order.sort()
        self._row.setContentsMargins(0, 0, 0, 0)
        if self.restore(settings):
            self._show_trained(self.window.store.experiment)
            if self.is_tight():
                self.fit_text()
        else:
            self.reset()
        QTimer.singleShot(SOON, self.window, self._fit_tabs)

    def bring(self, key: str) -> None:
        """Bring a panel to where it is seen."""
        if key in self.docks:
            self.docks[key].show()
            self.docks[key].raise_()

    def is_open(self, key: str) -> bool:
        """Whether a panel is where it can be seen."""
        panel = self.docks.get(key) or self.panels.get(key)
        return panel is not None and panel.isVisible()

    def show_panes(self, experiment: Experiment) -> None:
        """Show the middle's panels that the experiment's view asks for."""
        panes = experiment.view.panes
        if panes == self._panes:
            return
        self._panes = panes
        for key, panel in self.panels.items():
            want = "3d" if key == "surface" else "2d"
            panel.setVisible(panes in ("both", want))
        for key in self.panels:
            QTimer.singleShot(SOON, self.window, partial(self.window.refresh, key))

    def fit_text(self) -> None:
        """Follow the size of text: give up the layout where it has no room, and take it back."""
        self.window.transport.refresh()
        tight = self.is_tight()
        if tight and self._roomy is None:
            self._roomy = self.window.saveState(VERSION)
            self.reset()
        elif tight:
            left = [dock for dock in self.docks.values() if self._is_left(dock.objectName())]
            wide = px(self.window, SIDE_TIGHT)
            self.window.resizeDocks(left, [wide] * len(left), Qt.Orientation.Horizontal)
        else:
            state, self._roomy = self._roomy, None
            if state is None or not self.window.restoreState(state, VERSION):
                self.reset()
        QTimer.singleShot(SOON, self.window, self._fit_tabs)

    def reset(self) -> None:
        """Put every panel where it was at first."""
        window = self.window
        narrow, tight = self._room() < NARROW, self.is_tight()
        low = window.height() < px(window, LOW)
        for _, key, area in self._order:
            dock = self.docks[key]
            dock.setFloating(False)
            window.addDockWidget(AREAS[area], dock)
        for key, host in self._tabs.items():
            window.tabifyDockWidget(self.docks[host], self.docks[key])
        # shown last: tabs of panels that are seen cost ten times as much, 15 ms of a start
        for dock in self.docks.values():
            dock.show()
        own = [(key, area) for _, key, area in self._order if key not in self._tabs]
        left = [self.docks[key] for key, area in own if area == "left"]
        right = [self.docks[key] for key, area in own if area == "right"]
        bottom = [self.docks[key] for key, area in own if area == "bottom"]
        if narrow and len(left) > 1:
            behind = [key for key, host in self._tabs.items() if self.docks[host] is left[0]]
            for dock in (*(self.docks[key] for key in behind), *left[1:]):
                window.tabifyDockWidget(left[0], dock)
            left[-1].raise_()
        if tight:
            front = left[-1]
            beside = [self.docks[key] for _, key, area in self._order if area == "right"]
            for dock in beside:
                window.tabifyDockWidget(front, dock)
            left, right = [*left, *beside], []
            front.raise_()
        self.follow(window.store.experiment)
        wide = px(window, SIDE_TIGHT if tight else SIDE_NARROW if narrow else SIDE)
        window.resizeDocks(
            [*left, *right],
            [wide] * len(left) + [px(window, SIDE)] * len(right),
            Qt.Orientation.Horizontal,
        )
        tall = window.height() - px(window, 110)
        high = min(px(window, CURVES_LOW if low else CURVES), tall // 3 if tight else tall)
        window.resizeDocks(bottom, [high] * len(bottom), Qt.Orientation.Vertical)
        if not narrow and len(left) == 2:
            window.resizeDocks(left, [tall // 2, tall - tall // 2], Qt.Orientation.Vertical)
        if len(right) == 2:
            share = max(px(window, 190), min(px(window, 250), tall // 3))
            window.resizeDocks(right, [tall - share, share], Qt.Orientation.Vertical)

    def _fit_tabs(self) -> None:
        """Let tabs keep their whole names where there are many, and scroll."""
        tight = self.is_tight()
        for bar in self.window.findChildren(QTabBar):
            bar.setElideMode(Qt.TextElideMode.ElideNone if tight else Qt.TextElideMode.ElideRight)
            bar.setUsesScrollButtons(tight)

    def follow(self, experiment: Experiment) -> None:
        """Bring the panels to the front that go with a landscape, or with a model."""
        models = experiment.learning is not None
        narrow = self._room() < NARROW
        self._show_trained(experiment)
        for key, host in self._tabs.items():
            dock = self.docks[key if models and key not in self._stay else host]
            # of all the tabs of a small window that of the optimizers stays where it is
            if not dock.isFloating() and not (narrow and self._is_left(host)):
                dock.raise_()

    def _show_trained(self, experiment: Experiment) -> None:
        """Have the panels that are about a model only where there is one."""
        for key in self._trains:
            self.docks[key].setVisible(experiment.learning is not None)

    def _is_left(self, key: str) -> bool:
        return self.window.dockWidgetArea(self.docks[key]) == Qt.DockWidgetArea.LeftDockWidgetArea

    def save(self, settings: QSettings) -> None:
        """Remember where everything is, apart from the work."""
        settings.setValue("window/geometry", self.window.saveGeometry())
        tight = self.is_tight()
        state = self._roomy if tight else self.window.saveState(VERSION)
        # what text that is too large made of it is no layout to come back to
        settings.setValue("window/state", state)

    def restore(self, settings: QSettings) -> bool:
        """Put the docks where they were; False when there is nothing or it does not fit."""
        state = settings.value("window/state")
        if not isinstance(state, QByteArray):
            return False
        return bool(QMainWindow.restoreState(self.window, state, VERSION))
