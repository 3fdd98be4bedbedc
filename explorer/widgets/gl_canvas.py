"""The surface drawn by OpenGL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph.opengl
from PySide6.QtGui import QMatrix4x4, QPainter
from PySide6.QtOpenGL import QOpenGLPaintDevice

from explorer.core import camera, solids
from explorer.core.colormap import lut
from explorer.core.mesh import surface_mesh

from .gl_items import HeightField, SolidsItem
from .orbit import paint_over

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent
    from PySide6.QtWidgets import QWidget

    from explorer.core.figure import Scene

    from .theme import Theme


def _qt(matrix: camera.Array) -> QMatrix4x4:
    return QMatrix4x4(*matrix.ravel().tolist())


class GLCanvas(pyqtgraph.opengl.GLViewWidget):
    """Shows one scene; what did not change since the last stays on the card."""

    def __init__(self, samples: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        wanted = self.format()
        wanted.setSamples(samples)
        wanted.setDepthBufferSize(24)
        self.setFormat(wanted)
        self._scene: Scene | None = None
        self._theme: Theme | None = None
        self._floor, self._tubes = SolidsItem(deep=True), SolidsItem(deep=True)
        self._surface, self._heads = HeightField(), SolidsItem(deep=False)
        for order, item in enumerate((self._floor, self._surface, self._tubes, self._heads)):
            item.setDepthValue(order)
            self.addItem(item)

    def show_scene(self, scene: Scene, theme: Theme, *, draft: bool = False) -> None:
        """Draw a scene from now on; `draft` makes no difference to OpenGL."""
        old, self._scene = self._scene, scene
        if old is None or any(
            getattr(old, part) is not getattr(scene, part) for part in ("x", "y", "z", "band")
        ):
            mesh = surface_mesh(scene.x, scene.y, scene.z)
            self._surface.set_surface(mesh, scene.band.reshape(-1), scene.bands)
            self._normals = mesh.normals.reshape(*scene.z.shape, 3)
            old = None
        self._surface.set_map(lut(scene.colormap))
        if old is None or old.tubes is not scene.tubes:
            self._tubes.set_solids(tuple(solids.path_solids(scene, self._normals)))
        heads = (solids.head_solids(scene, ball) for ball in solids.far_to_near(scene))
        self._heads.set_solids(tuple(solid for head in heads for solid in head))
        self._theme = theme
        self.setBackgroundColor(theme.panel)
        self.update()

    def projectionMatrix(self, _region: object, viewport: tuple[int, int, int, int]) -> QMatrix4x4:
        """The scene's own lens."""
        assert self._scene is not None
        return _qt(camera.projection_matrix(self._scene, viewport[2] / max(viewport[3], 1)))

    def viewMatrix(self) -> QMatrix4x4:
        """The scene's own camera."""
        assert self._scene is not None
        return _qt(camera.view_matrix(self._scene))

    def paintGL(self) -> None:
        """Draw the items, then the texts over them."""
        scene, theme = self._scene, self._theme
        if scene is None or theme is None:
            return
        ratio = self.devicePixelRatioF()
        self._surface.line = solids.LINE_WIDTH * ratio
        size = self.width() * ratio, self.height() * ratio
        back, ink = solids.colour(theme.panel), solids.colour(theme.muted)
        self._floor.set_solids(solids.floor_solids(scene, *size, ratio, back, ink))
        super().paintGL()
        # onto what OpenGL draws to now, which while the widget is grabbed is not the widget
        device = QOpenGLPaintDevice(round(size[0]), round(size[1]))
        device.setDevicePixelRatio(ratio)
        painter = QPainter(device)
        paint_over(painter, self, scene, theme)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def release(self) -> None:
        """Free what is on the card, while this widget's context can still be made current."""
        if self.isValid():
            self.makeCurrent()
            for item in (self._floor, self._surface, self._tubes, self._heads):
                item.destroy()
            self.doneCurrent()
        self._scene = None
        self.clear()
