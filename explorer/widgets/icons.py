"""The one set of icons (Lucide), drawn in any colour and sharp on any screen."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from explorer.core.paths import resource

GLYPH = 16
STROKE = 1.5


@cache
def _source(name: str) -> str:
    return resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, colour: str, size: int = GLYPH, ratio: float = 1.0) -> QPixmap:
    """The icon `name` in `colour` ('#RRGGBB'), `size` logical pixels square at the pixel `ratio`.

    Strokes are 1.5 logical pixels wide at 16 pixels. Raises FileNotFoundError for an unknown name.
    """
    from PySide6.QtSvg import QSvgRenderer

    text = _source(name).replace("currentColor", colour)
    text = text.replace('stroke-width="2"', f'stroke-width="{STROKE * 24 / GLYPH:g}"')
    side = round(size * ratio)
    image = QPixmap(side, side)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@cache
def icon(name: str, colour: str) -> QIcon:
    """The icon `name` in `colour`, for actions and buttons; at 45 % where disabled.

    It holds a picture for each pixel ratio of the screens there are, so that none is scaled.
    """
    made = QIcon()
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} | {1.0}
    for ratio in sorted(ratios):
        image = pixmap(name, colour, GLYPH, ratio)
        made.addPixmap(image)
        made.addPixmap(_faded(image), QIcon.Mode.Disabled)
    return made


def _faded(image: QPixmap) -> QPixmap:
    pale = QPixmap(image.size())
    pale.setDevicePixelRatio(image.devicePixelRatio())
    pale.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pale)
    painter.setOpacity(0.45)
    painter.drawPixmap(0, 0, image)
    painter.end()
    return pale


def glyph_size(scale: float = 1.0) -> QSize:
    """The size icons are shown at, in logical pixels."""
    side = round(GLYPH * scale)
    return QSize(side, side)


def blend(over: str, under: str, share: float) -> str:
    """The colour that `over` makes on `under` where it covers that share, as '#RRGGBB'."""
    a, b = QColor(over), QColor(under)
    parts = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return "#" + "".join(f"{round(share * x + (1 - share) * y):02X}" for x, y in parts)
