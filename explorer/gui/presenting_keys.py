"""The presenter's keys, a clicker's among them: one table, which the sheet of shortcuts shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from explorer.core.language import tr, trc

from .keycaps import in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

    from .present import Presentation

KEY = Qt.Key


@dataclass(frozen=True, slots=True)
class Press:
    """What a key does. shift: whether it must be held, None where that makes no difference."""

    keys: tuple[Qt.Key, ...]
    name: str
    words: str
    do: Callable[[Presentation], object]
    shift: bool | None = None


PRESSES = (
    Press((KEY.Key_Space, KEY.Key_PageDown), tr("Space, PgDown"),
          tr("Play or pause; reveals what is hidden"), lambda p: p.player.toggle()),
    Press((KEY.Key_PageUp,), trc("key", "PgUp"), tr("To the start; there, hide or show paths"),
          lambda p: p.go_back()),
    Press((KEY.Key_Right,), in_words("Right"), tr("One step on"), lambda p: p.step(1), False),
    Press((KEY.Key_Left,), in_words("Left"), tr("One step back"), lambda p: p.step(-1), False),
    Press((KEY.Key_Right,), in_words("Shift+Right"), tr("Ten steps on"),
          lambda p: p.step(10), True),
    Press((KEY.Key_Left,), in_words("Shift+Left"), tr("Ten steps back"),
          lambda p: p.step(-10), True),
    Press((KEY.Key_Home,), in_words("Home"), tr("To the start"), lambda p: p.step(-p.player.step)),
    Press((KEY.Key_End,), in_words("End"), tr("To the end"), lambda p: p.step(p.player.length)),
    Press((KEY.Key_H,), "H", tr("Hide what is to be guessed, or show it"),
          lambda p: p.hide_paths(not p.hidden)),
    Press((KEY.Key_Z,), "Z", tr("Freeze the picture; the rest goes on"),
          lambda p: p.freeze()),
    Press((KEY.Key_A,), "A", tr("Draw on the picture; what is drawn stays"),
          lambda p: p.take("pen")),
    Press((KEY.Key_X,), tr("X, right button"), tr("Wipe off what is drawn"),
          lambda p: p.sheet.clear()),
    Press((KEY.Key_P,), "P", tr("A laser dot that follows the pointer"),
          lambda p: p.take("laser")),
    Press((KEY.Key_S,), "S", tr("One map for each run, or one for all"),
          lambda p: p.turn_layout()),
    Press((KEY.Key_Plus, KEY.Key_Equal), "+", tr("Larger numbers"), lambda p: p.enlarge(1)),
    Press((KEY.Key_Minus,), "−", tr("Smaller numbers"), lambda p: p.enlarge(-1)),
    Press((KEY.Key_Period,), ".", tr("Black screen; any key ends it"),
          lambda p: p.sheet.blacken(True)),
    Press((KEY.Key_Escape, KEY.Key_F5), "Esc, F5", tr("Leave"), lambda p: p.close()),
)  # fmt: skip
_BUTTONS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def press_of(event: QKeyEvent) -> Press | None:
    """What a key event asks for, if anything."""
    if event.modifiers() & _BUTTONS:
        return None
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    fits = (p for p in PRESSES if event.key() in p.keys and p.shift in (None, shift))
    return next(fits, None)
