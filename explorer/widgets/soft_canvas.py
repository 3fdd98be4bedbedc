"""The surface without OpenGL: somebody else renders it, this widget shows the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.core.colormap import lut

from .orbit import paint_over
from .stylesheet import colour

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent

    from explorer.core.figure import Scene

    from .theme import Theme

# renderer(scene, width, height, options, done): calls done(picture) in the window's thread, the
# picture being (height, width, 4) bytes. It may drop a request for a newer one. Options are those
# of engine/raster.py.
Renderer = Callable[["Scene", int, int, dict[str, Any], Callable[[Any], None]], None]
# While a hand is on it a picture is drawn with this share of its pixels a side, then smoothed.
_DRAFT = 0.5


class SoftCanvas(QWidget):
    """Shows the newest picture of a scene; texts are painted over it at full sharpness."""

    def __init__(self, renderer: Renderer | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._renderer = renderer
        self._scene: Scene | None = None
        self._theme: Theme | None = None
        self._draft = False
        self._asked = self._shown = 0
        # the picture, the scene it shows and the memory that it is made of
        self._image: QImage | None = None
        self._drawn: Scene | None = None
        self._pixels: object = None

    def show_scene(self, scene: Scene, theme: Theme, *, draft: bool = False) -> None:
        """Have a scene drawn, coarsely where it will change again at once."""
        self._scene, self._theme, self._draft = scene, theme, draft
        self._ask()

    def _ask(self) -> None:
        scene, theme = self._scene, self._theme
        if scene is None or theme is None or self._renderer is None or self.size().isEmpty():
            return
        share = self.devicePixelRatioF() * (_DRAFT if self._draft else 1.0)
        width = max(1, round(self.width() * share))
        height = max(1, round(self.height() * share))
        self._asked += 1
        ticket = self._asked
        options = {
            "background": theme.panel,
            "ink": theme.muted,
            "lut": lut(scene.colormap),
            "supersample": 1 if self._draft else 2,
            "scale": share,
        }

        def done(picture: Any) -> None:
            # the widget may be gone, or a later picture come, by the time this one is ready
            if shiboken6.isValid(self) and ticket > self._shown:
                self._show(picture, scene, ticket)

        self._renderer(scene, width, height, options, done)

    def _show(self, picture: Any, scene: Scene, ticket: int) -> None:
        height, width = picture.shape[:2]
        self._pixels, self._drawn, self._shown = picture, scene, ticket
        self._image = QImage(picture.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the last picture and its texts."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(theme.panel))
        if self._image is not None and self._drawn is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()), self._image)
            paint_over(painter, self, self._drawn, theme)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have it drawn at the new size."""
        super().resizeEvent(event)
        self._ask()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()

    def release(self) -> None:
        """Take no more pictures."""
        self._renderer = None
