"""The shipped typeface, at the sizes of the design, with figures that line up."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

from explorer.core.paths import resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

BODY = 10.0  # points at 96 dots per inch: 13.33 logical pixels
REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold


@cache
def family() -> str:
    """Load the shipped typeface and return its name; the system's own where it cannot be read."""
    found = [
        name
        for file in ("Inter-Regular", "Inter-SemiBold", "Inter-Medium", "Inter-Italic")
        for name in QFontDatabase.applicationFontFamilies(
            QFontDatabase.addApplicationFont(str(resource(f"fonts/{file}.ttf")))
        )
    ]
    return next(iter(found), QFont().family())


@cache
@cache
def points(size: float = BODY) -> float:
    """The point size that draws `size` points as large as on a screen of 96 dots per inch."""
    screen = QGuiApplication.primaryScreen()
    dots = screen.logicalDotsPerInchY() if screen else 96.0
    return size * 96.0 / dots


def font(
    scale: float = 1.0,
    weight: QFont.Weight = REGULAR,
    size: float = BODY,
    *,
    italic: bool = False,
) -> QFont:
    """The interface's typeface at `size` points times `scale`, with tabular figures."""
    made = QFont(family())
    made.setPointSizeF(points(size) * scale)
    made.setWeight(weight)
    made.setItalic(italic)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def variant(base: QFont, weight: QFont.Weight, *, italic: bool = False) -> QFont:
    """The same typeface and size as `base` in another weight."""
    made = QFont(base)
    made.setWeight(weight)
    made.setItalic(italic)
    return made


def scale(widget: QWidget) -> float:
    """How much larger than 100 % a widget's text is, and so how much larger it is drawn."""
    size = widget.font().pointSizeF()
    return max(1.0, size / points()) if size > 0 else 1.0


def px(widget: QWidget, length: float) -> int:
    """A length of the design in the pixels of a widget that may be drawn larger."""
    return round(length * scale(widget))
