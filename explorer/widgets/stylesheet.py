"""The look of Qt's own widgets: a palette and a short style sheet made from the theme's tokens.

A palette also tells a widget that paints itself which theme it stands in (`theme_of`), so a part
of the window may be shown in another theme and every repaint is right without being told.
"""

from __future__ import annotations

from functools import cache
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

from .icons import blend
from .theme import LIGHT, THEMES, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# Selectors are few and by class: every widget is matched against all of them when first shown.
_SHEET = Template("""
QMainWindow::separator { width: ${gap}px; height: ${gap}px; background: transparent; }
QMainWindow::separator:hover { background: qlineargradient(x1:0, y1:0, x2:1, y2:0,
  stop:0 transparent, stop:0.37 transparent, stop:0.38 $accent, stop:0.62 $accent,
  stop:0.63 transparent, stop:1 transparent); }
QMainWindow::separator:horizontal:hover { background: qlineargradient(x1:0, y1:0, x2:0, y2:1,
  stop:0 transparent, stop:0.37 transparent, stop:0.38 $accent, stop:0.62 $accent,
  stop:0.63 transparent, stop:1 transparent); }
QMenuBar { background: $window; color: $text; padding: 0 ${pad}px; }
QMenuBar::item { padding: ${four}px ${eight}px; border-radius: ${radius}px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $chosen; color: $accent; }
QMenu { background: $panel; color: $text; border: 1px solid $border; padding: ${four}px; }
QMenu::item { padding: ${five}px ${wide}px ${five}px ${ten}px; border-radius: ${four}px; }
QMenu::item:selected { background: $chosen; }
QMenu::item:disabled { color: $faded; }
QMenu::separator { height: 1px; background: $border; margin: ${four}px ${eight}px; }
QMenu::icon { padding-left: ${eight}px; }
QToolTip { background: $panel; color: $text; border: 1px solid $button_border;
  padding: ${four}px; }
QLineEdit, QComboBox { background: $control; color: $text; border: 1px solid $input_border;
  border-radius: ${radius}px; min-height: ${inner}px; padding: 0 ${eight}px;
  placeholder-text-color: $muted;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QComboBox:focus { border: 2px solid $accent; min-height: ${inner2}px;
  padding: 0 ${seven}px; }
QLineEdit[refused="true"] { border: 2px solid $danger; min-height: ${inner2}px;
  padding: 0 ${seven}px; }
NumberBox, NumberBox:focus, NumberBox[refused="true"] { padding: 0 ${five}px 0 0; }
QLineEdit:disabled, QComboBox:disabled { color: $faded; border-color: $faded_border; }
QComboBox::drop-down { border: none; width: ${wide}px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $border;
  selection-background-color: $chosen; selection-color: $text; outline: none; }
QPushButton { background: $control; color: $text; border: 1px solid $button_border;
  border-radius: ${radius}px; min-height: ${inner}px; padding: 0 ${ten}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $chosen; color: $accent; }
QPushButton:focus { border: 2px solid $accent; min-height: ${inner2}px; padding: 0 ${nine}px; }
QPushButton:disabled { color: $faded; border-color: $faded_border; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:default:hover { background: $accent_hover; }
QPushButton:default:focus { border: 2px solid $text; }
QPushButton:default:disabled { background: $accent_faded; border-color: $accent_faded; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; border: none; padding: 0 ${four}px;
  margin: 0 ${four}px 0 0; height: ${tab}px; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { background: $hover; }
QTabBar::scroller { width: ${tab}px; }
QTabBar::tear { width: 0; border: none; }
QTabBar QToolButton { background: $control; border: 1px solid $button_border;
  border-radius: ${four}px; margin: ${four}px 0; }
QTabWidget::pane { border: none; }
QScrollArea { background: transparent; border: none; }
QScrollBar { background: transparent; width: ${bar}px; height: ${bar}px; margin: 0; }
QScrollBar::handle { background: $button_border; border-radius: ${half_bar}px;
  min-height: ${handle}px; min-width: ${handle}px; }
QScrollBar::handle:hover { background: $filled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $groove; border: none; border-radius: 2px; max-height: ${four}px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QToolBar { border: none; background: $window; padding: 0; spacing: 0; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }
QHeaderView::section { background: transparent; color: $muted; border: none; }
""")
# The sheet's lengths in logical pixels at 100 %.
_LENGTHS = {
    "gap": 8,
    "pad": 8,
    "four": 4,
    "five": 5,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "wide": 24,
    "radius": 6,
    "inner": 26,
    "inner2": 24,
    "tab": 34,
    "bar": 6,
    "half_bar": 3,
    "handle": 32,
}


@cache
def stylesheet(theme: Theme, scale: float = 1.0) -> str:
    """The application's style sheet for a theme, its lengths times `scale`."""
    lengths = {name: round(value * scale) for name, value in _LENGTHS.items()}
    return _SHEET.substitute(
        lengths,
        window=theme.window,
        panel=theme.panel,
        border=theme.border,
        text=theme.text,
        muted=theme.muted,
        accent=theme.accent,
        danger=theme.danger,
        chosen=theme.chosen,
        hover=theme.hover,
        control=theme.control,
        button_border=theme.button_border,
        input_border=theme.input_border,
        groove=theme.groove,
        filled=theme.filled,
        on_accent=theme.on_accent,
        faded=faded(theme, theme.text),
        faded_border=faded(theme, theme.input_border),
        accent_faded=faded(theme, theme.accent),
        accent_hover=blend(theme.accent, theme.text, 0.88),
    )


def faded(theme: Theme, colour: str) -> str:
    """A colour as it looks on a disabled control: at 45 % over the panel."""
    return blend(colour, theme.panel, 0.45)


@cache
def palette(theme: Theme) -> QPalette:
    """The application's palette: Fusion draws from it whatever the style sheet leaves out."""
    role = QPalette.ColorRole
    made = QPalette()
    for entry, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.control,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.Light: theme.panel,
        role.Midlight: theme.hover,
        role.Mid: theme.button_border,
        role.Dark: theme.input_border,
        role.Shadow: theme.border,
    }.items():
        made.setColor(entry, QColor(colour))
    for entry in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, entry, QColor(faded(theme, theme.text)))
    return made


_BY_ACCENT = {QColor(theme.accent).rgb(): theme for theme in THEMES.values()}


def theme_of(widget: QWidget) -> Theme:
    """The theme a widget stands in: that of its palette, or the light one."""
    return _BY_ACCENT.get(widget.palette().color(QPalette.ColorRole.Accent).rgb(), LIGHT)


@cache
def colour(name: str) -> QColor:
    """A colour of the theme, given as '#RRGGBB', for painting."""
    return QColor(name)
