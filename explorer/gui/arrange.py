"""Where panels are: docks around the middle, the middle's own panels, and their return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSizePolicy, QTabWidget, QToolBar, QWidget

from explorer.widgets.panel import DockPanel, Panel

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment
    from explorer.views.base import Dock, View

    from .window import Window

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
NARROW = 1400
LOW = 800
SIDE, SIDE_NARROW, CURVES, CURVES_LOW, SURFACE = 312, 232, 256, 176, 376
VERSION = 1  # of the saved layout: a layout of another is not restored


class Arrangement:
    """Places the panels, remembers where a person put them, and fits them to the window."""

    def __init__(self, window: Window, docks: list[Dock], views: dict[str, View]) -> None:
        self.window = window
        self.docks: dict[str, DockPanel] = {}
        self.panels: dict[str, Panel] = {}
        self._panes = ""
        self.centre = QWidget()
        row = QHBoxLayout(self.centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        window.setDockNestingEnabled(True)
        for corner, area in (
            (Qt.Corner.BottomLeftCorner, "left"),
            (Qt.Corner.BottomRightCorner, "right"),
        ):
            window.setCorner(corner, AREAS[area])
        for dock in docks:
            view = views[dock.key]
            if dock.area == "center":
                panel = Panel(dock.title, view, view.header())
                panel.setAccessibleName(dock.title)
                self.panels[dock.key] = panel
                row.addWidget(panel, 3 if dock.order == 0 else 2)
                policy = QSizePolicy.Policy.Expanding
                panel.setSizePolicy(policy, policy)
                panel.setMinimumSize(QSize(240, 160))
                continue
            made = DockPanel(dock.key, dock.title, view, view.header())
            made.setToolTip("")
            self.docks[dock.key] = made
            window.addDockWidget(AREAS[dock.area], made)
            made.visibilityChanged.connect(
                lambda shown, key=dock.key: window.refresh(key) if shown else None
            )
        everywhere = Qt.DockWidgetArea.AllDockWidgetAreas
        window.setTabPosition(everywhere, QTabWidget.TabPosition.North)
        self._order = [(d.key, d.area) for d in docks if d.area != "center"]
        self.bar = QToolBar("Transport")
        self.bar.setObjectName("transport")
        self.bar.setMovable(False)
        self.bar.addWidget(window.transport)
        self.bar.toggleViewAction().setVisible(False)
        window.addToolBar(self.bar)

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
            QTimer.singleShot(0, lambda key=key: self.window.refresh(key))

    def reset(self) -> None:
        """Put every panel where it was at first."""
        window = self.window
        narrow = window.width() < NARROW
        low = window.height() < LOW
        for key, area in self._order:
            dock = self.docks[key]
            dock.setFloating(False)
            window.addDockWidget(AREAS[area], dock)
            dock.show()
        left = [self.docks[k] for k, area in self._order if area == "left"]
        right = [self.docks[k] for k, area in self._order if area == "right"]
        bottom = [self.docks[k] for k, area in self._order if area == "bottom"]
        if narrow and len(left) > 1:
            for dock in left[1:]:
                window.tabifyDockWidget(left[0], dock)
            left[-1].raise_()
        wide = SIDE_NARROW if narrow else SIDE
        window.resizeDocks(
            [*left, *right], [wide] * len(left) + [SIDE] * len(right), Qt.Orientation.Horizontal
        )
        tall = window.height() - 110
        high = CURVES_LOW if low else CURVES
        window.resizeDocks(bottom, [high] * len(bottom), Qt.Orientation.Vertical)
        if not narrow and len(left) == 2:
            window.resizeDocks(left, [tall // 2, tall - tall // 2], Qt.Orientation.Vertical)
        if len(right) == 2:
            share = max(190, min(250, tall // 3))
            window.resizeDocks(right, [tall - share, share], Qt.Orientation.Vertical)

    def save(self, settings: QSettings) -> None:
        """Remember where everything is, apart from the work."""
        settings.setValue("window/geometry", self.window.saveGeometry())
        settings.setValue("window/state", self.window.saveState(VERSION))

    def restore(self, settings: QSettings) -> bool:
        """Put everything where it was; False when there is nothing or it does not fit."""
        geometry, state = settings.value("window/geometry"), settings.value("window/state")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return False
        self.window.restoreGeometry(geometry)
        return bool(QMainWindow.restoreState(self.window, state, VERSION))
