"""What a person prefers, applied at once and kept a moment later."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.tongue import SYSTEM
from explorer.widgets import fonts
from explorer.widgets.stylesheet import palette, stylesheet

from . import preferences
from .preferences import TEXT, Preferences

if TYPE_CHECKING:
    from concurrent.futures import Future

    from explorer.core.experiment import Experiment
    from explorer.widgets.theme import Theme

    from .chores import Chores

log = logging.getLogger(__name__)
PAUSE = 300  # milliseconds after the last change until it is written
EFFECTS = (
    Qt.UIEffect.UI_General,
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
)


class Taste(QObject):
    """Holds the preferences. `changed` carries the old and the new, `said` what went wrong."""

    changed = Signal(object, object)
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._stored = preferences.load()
        self._chores: Chores | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self._keep)

    @property
    def now(self) -> Preferences:
        """The preferences."""
        return self._stored.preferences

    @property
    def wrong(self) -> str:
        """What is to be said of the file they were read from, if anything."""
        return self._stored.wrong

    def prefer(self, **changes: Any) -> None:
        """Prefer something else from now on."""
        old, new = self.now, replace(self.now, **changes)
        if new != old:
            self._stored = replace(self._stored, preferences=new)
            self._pause.start()
            self.changed.emit(old, new)

    def resize_text(self, by: int) -> None:
        """Take the next larger or smaller size of text; 0 is the normal one."""
        at = TEXT.index(self.now.text) + by
        self.prefer(text=TEXT[min(max(at, 0), len(TEXT) - 1)] if by else TEXT[0])

    def seen(self, experiment: Experiment) -> Experiment:
        """A new experiment in the colours preferred."""
        return replace(experiment, view=replace(experiment.view, colormap=self.now.colormap))

    def dress(self, app: QApplication, theme: Theme) -> None:
        """Give the whole application a theme, and its text the size preferred."""
        scale = self.now.text / 100
        font = fonts.font(scale)
        if app.font() != font:
            app.setFont(font)
        app.setPalette(palette(theme))
        app.setStyleSheet(stylesheet(theme, scale))

    def move(self) -> None:
        """Have Qt's own lists and tips appear at once where no motion is wanted."""
        if self.now.motion != SYSTEM:
            for effect in EFFECTS:
                QApplication.setEffectEnabled(effect, self.now.motion == "on")

    # -- kept

    def _keep(self) -> None:
        from .chores import Chores

        self._chores = self._chores or Chores(self)
        stored = self._stored
        # what the old file said is put aside once
        self._stored = replace(stored, lost=False)
        self._chores.do(lambda: preferences.save(stored), self._kept)

    def _kept(self, saved: Future[None]) -> None:
        try:
            saved.result()
        except InputError as error:
            self.said.emit(tr("Settings not kept: {error}", error=error))

    def close(self) -> None:
        """Write what was not yet written; there is nobody left to tell of a failure."""
        if self._chores is not None:
            self._chores.close()
        if self._pause.isActive():
            self._pause.stop()
            try:
                preferences.save(self._stored)
            except InputError as error:
                log.warning("settings not kept: %s", error)
