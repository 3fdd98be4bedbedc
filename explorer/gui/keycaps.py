"""What keys are called on keyboards of the language in use."""

from __future__ import annotations

from explorer.core.language import tr, trc

NAMES = {
    "Ctrl": trc("key", "Ctrl"),
    "Shift": trc("key", "Shift"),
    "Space": trc("key", "Space"),
    "Left": trc("key", "Left"),
    "Right": trc("key", "Right"),
    "Up": trc("key", "Up"),
    "Down": trc("key", "Down"),
    "Home": trc("key", "Home"),
    "End": trc("key", "End"),
    "Delete": trc("key", "Delete"),
}


def alternatives(keys: str) -> list[str]:
    """The alternatives of a shortcut as Qt reads it, "Ctrl+Shift+Z or Ctrl+Y", as they are read."""
    found = [one for one in keys.split(" or ") if one]
    return ["+".join(NAMES.get(key, key) for key in one.split("+")) for one in found]


def in_words(keys: str) -> str:
    """All of them in one line."""
    return tr(" or ").join(alternatives(keys))
