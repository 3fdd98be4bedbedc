"""The settings: a short list of choices that apply at once and are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.core.language import ENGLISH, languages, tr
from explorer.core.tongue import SYSTEM, place
from explorer.widgets.checkbox import CheckBox
from explorer.widgets.combo import Combo
from explorer.widgets.fonts import px
from explorer.widgets.panel import scrolled

from .actions import colormaps, theme_names
from .preferences import TEXT, WAITS, Preferences
from .steps import SOON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .taste import Taste
    from .window import Window

MOTION = (("system", tr("As the system says")), ("on", tr("On")), ("off", tr("Off")))
WAITING = {
    0: tr("Whenever nothing moves"),
    10: tr("Every 10 seconds at most"),
    60: tr("Every minute at most"),
    300: tr("Every five minutes at most"),
}
NOTES = {
    "theme": tr("Applies at once. Follow the System changes with it."),
    "colormap": tr("Of the picture shown and of new experiments."),
    "text": tr("Of the whole window: Ctrl++ and Ctrl+- change it too."),
    "language": tr("At the next start."),
    "motion": tr("Off: one picture takes another's place without passing into it."),
    "autosave": tr("The next start offers what the last window showed."),
}


def _languages() -> list[tuple[str, str]]:
    """Every language there is, in its own words."""
    others = [code for code in languages() if code != ENGLISH]
    names = [(code, QLocale(code).nativeLanguageName().capitalize()) for code in others]
    return [(SYSTEM, tr("As the system says")), (ENGLISH, "English"), *names]


class SettingsDialog(QDialog):
    """Shows the preferences and changes them; there is nothing to confirm."""

    def __init__(self, window: Window, taste: Taste) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Settings"))
        self._taste = taste
        self._rows: list[QLabel] = []
        page = QWidget()
        self._grid = grid = QGridLayout(page)
        grid.setColumnStretch(1, 1)
        self.theme = self._choice("theme", tr("Theme"), theme_names())
        self.colormap = self._choice("colormap", tr("Colour map"), colormaps())
        self.text = self._choice(
            "text", tr("Text size"), [(str(size), f"{size} %") for size in TEXT]
        )
        self.motion = self._choice("motion", tr("Motion"), MOTION)
        self.language = self._choice("language", tr("Language"), _languages())
        self.autosave = CheckBox(tr("Keep the work unasked"))
        self.autosave.setAccessibleName(tr("Autosave"))
        self.autosave.setToolTip(NOTES["autosave"])
        self.wait = Combo(tr("Autosave interval"), [(str(w), WAITING[w]) for w in WAITS])
        self.wait.setToolTip(tr("How often the work is kept while it changes"))
        self._put("autosave", tr("Autosave"), self.autosave, self.wait)
        self._kept = QLabel(tr("Kept in {file}", file=place()))
        self._kept.setWordWrap(True)
        self._kept.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._kept.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(self._kept, grid.rowCount(), 0, 1, 2)
        grid.setRowStretch(grid.rowCount(), 1)
        restore, close = QPushButton(tr("Restore All")), QPushButton(tr("Close"))
        restore.setToolTip(tr("Put every setting back to what it was at first"))
        restore.setAutoDefault(False)
        restore.clicked.connect(self._restore)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(restore)
        buttons.addStretch(1)
        buttons.addWidget(close)
        self._column = column = QVBoxLayout(self)
        self._page = page
        area = scrolled(page)
        area.setBackgroundRole(QPalette.ColorRole.Window)
        page.setBackgroundRole(QPalette.ColorRole.Window)
        column.addWidget(area, 1)
        column.addLayout(buttons)
        self._connect()
        self._show(taste.now, taste.now)
        taste.changed.connect(self._show)
        self.theme.setFocus()
        self._fit()

    def _choice(self, key: str, label: str, options: Sequence[tuple[str, str]]) -> Combo:
        combo = Combo(label, options, tip=NOTES[key])
        self._put(key, label, combo)
        return combo

    def _put(self, key: str, label: str, *controls: QWidget) -> None:
        """Add a row: its label, its controls, and below them what they do."""
        grid, row = self._grid, self._grid.rowCount()
        name = QLabel(label)
        grid.addWidget(name, row, 0)
        name.setBuddy(controls[0])
        for at, control in enumerate(controls):
            grid.addWidget(control, row + at, 1)
        note = QLabel(NOTES[key])
        note.setWordWrap(True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(note, row + len(controls), 1)
        self._rows.append(note)

    def _connect(self) -> None:
        prefer = self._taste.prefer
        self.theme.changed.connect(lambda key: prefer(theme=key))
        self.colormap.changed.connect(lambda key: prefer(colormap=key))
        self.text.changed.connect(lambda key: prefer(text=int(key)))
        self.motion.changed.connect(lambda key: prefer(motion=key))
        self.language.changed.connect(lambda key: prefer(language=key))
        self.autosave.toggled.connect(lambda on: prefer(autosave=on))
        self.wait.changed.connect(lambda key: prefer(wait=int(key)))

    def _show(self, _old: Preferences, new: Preferences) -> None:
        """Show what is preferred, which other hands may have changed."""
        for combo, key in (
            (self.theme, new.theme),
            (self.colormap, new.colormap),
            (self.text, str(new.text)),
            (self.motion, new.motion),
            (self.language, new.language),
            (self.wait, str(new.wait)),
        ):
            combo.set_value(key)
        self.autosave.setChecked(new.autosave)
        self.wait.setEnabled(new.autosave)

    def _restore(self) -> None:
        first = Preferences()
        names = ("theme", "colormap", "text", "motion", "language", "autosave", "wait")
        self._taste.prefer(**{name: getattr(first, name) for name in names})

    def _fit(self) -> None:
        """Follow the size of text, as far as the screen goes."""
        pad = px(self, 16)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._grid.setContentsMargins(0, 0, pad, 0)
        self._grid.setHorizontalSpacing(px(self, 24))
        self._grid.setVerticalSpacing(px(self, 4))
        for note in self._rows:
            note.setContentsMargins(0, 0, 0, px(self, 12))
        wide = px(self, 500)
        high = self._grid.heightForWidth(wide - 3 * pad)
        free = self.screen().availableGeometry().size()
        wanted = QSize(wide, high + 2 * pad + px(self, 44))
        self.resize(wanted.boundedTo(QSize(free.width() - 40, free.height() - 60)))

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_page"):
            QTimer.singleShot(SOON, self, self._fit)
