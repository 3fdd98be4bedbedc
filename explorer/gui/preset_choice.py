"""What a picture is for: fills in the export dialog's size, resolution, type and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

from explorer.core.language import tr
from explorer.widgets.combo import Combo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.widgets.numberbox import NumberBox

CUSTOM = "custom"


class PresetChoice(QObject):
    """A list of presets over fields that say the same by hand; `about` tells of the chosen one.

    boxes: width, height, resolution and text size; palette: the style; keys: what is offered.
    """

    filled = Signal()

    def __init__(
        self, boxes: Sequence[NumberBox], palette: Combo, parent: QObject, keys: Sequence[str]
    ) -> None:
        from explorer.export import PRESETS

        super().__init__(parent)
        self._boxes, self._palette = boxes, palette
        self._views = 1
        names = ((CUSTOM, tr("Custom")), *((key, PRESETS[key].title) for key in keys))
        self.combo = Combo(tr("Preset"), names, CUSTOM)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.about.hide()
        self.combo.changed.connect(lambda _key: self._fill())
        for box in boxes:
            box.changed.connect(lambda _value: self._by_hand())
        palette.changed.connect(lambda _key: self._by_hand())

    def set_views(self, count: int) -> None:
        """Make room for so many views on the page, where the preset's page is as high as those."""
        if count and count != self._views:
            self._views = count
            self._put()

    def _put(self) -> bool:
        """Fill the fields; whether there was a preset to fill them from."""
        from explorer.export import PRESETS

        preset = PRESETS.get(self.combo.value())
        self.about.setText(preset.about if preset else "")
        self.about.setVisible(preset is not None)
        if preset is None:
            return False
        values = (*preset.pixels(self._views), preset.dpi, preset.text_size)
        for box, value in zip(self._boxes, values, strict=True):
            box.set_value(value)
        self._palette.set_value(preset.palette)
        return True

    def _fill(self) -> None:
        if self._put():
            self.filled.emit()

    def _by_hand(self) -> None:
        """A field was changed by hand: it is no preset any more."""
        self.combo.set_value(CUSTOM)
        self.about.hide()
