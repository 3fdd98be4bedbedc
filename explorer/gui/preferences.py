"""What a person prefers whatever is shown, kept in a small JSON file in their settings folder.

A file that cannot be read, or a value that is not known, is said and ignored, and what it said is
kept: beside the new file under another name, or, of settings this version does not have, in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from explorer.core.errors import InputError
from explorer.core.files import read_file, replace_file
from explorer.core.language import languages, tr
from explorer.core.style import COLORMAPS
from explorer.core.tongue import SYSTEM, place
from explorer.widgets.theme import THEMES

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (100, 110, 125, 150, 175, 200)  # per cent
WAITS = (0, 10, 60, 300)  # seconds
LIMIT = 100_000  # bytes
DAMAGED = tr("The settings file is damaged: all is as at first, and the file is kept")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`text` is in per cent. `wait` is how many seconds go by at least between two autosaves.

    `toured` says that the tour was seen, or skipped. Motion is what the system says, on or off.
    """

    theme: str = SYSTEM
    colormap: str = COLORMAPS[0]
    text: int = TEXT[0]
    motion: str = SYSTEM
    autosave: bool = True
    wait: int = WAITS[0]
    toured: bool = False
    language: str = SYSTEM  # of the next start


CHOICES: dict[str, tuple[object, ...]] = {
    "theme": (SYSTEM, *THEMES),
    "colormap": COLORMAPS,
    "text": TEXT,
    "motion": (SYSTEM, "on", "off"),
    "language": (SYSTEM, *languages()),
    "autosave": (True, False),
    "wait": WAITS,
    "toured": (True, False),
}


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file held: the preferences, what is to be said of it, and what else was in it.

    `lost` says that something in it would be gone with the next save.
    """

    preferences: Preferences = Preferences()
    wrong: str = ""
    lost: bool = False
    others: tuple[tuple[str, Any], ...] = ()


def _allows(key: str, value: object) -> bool:
    # of the same type too: JSON's true is not 1, and 100.0 is nobody's wish
    return any(type(value) is type(one) and value == one for one in CHOICES[key])


def loads(text: bytes) -> Stored:
    """Read the file's content; it never raises."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return Stored(wrong=DAMAGED, lost=True)
    if not isinstance(given, dict):
        return Stored(wrong=DAMAGED, lost=True)
    known = {field.name for field in fields(Preferences)}
    good = {key: value for key, value in given.items() if key in known and _allows(key, value)}
    bad = [f"{key} = {json.dumps(given[key])}" for key in given if key in known - good.keys()]
    others = tuple((key, value) for key, value in given.items() if key not in known)
    strange = [*bad, *(f"{key}" for key, _ in others)]
    listed = ", ".join(one[:40] for one in strange[:3]) + ", …" * (len(strange) > 3)
    wrong = tr("Settings left out as unknown: {listed}", listed=listed) if strange else ""
    made = replace(Preferences(), **good)
    return Stored(made, wrong, bool(bad), others)


def load() -> Stored:
    """Read the file; where there is none, or none that can be read, all is as it is at first."""
    path = place()
    if not path.exists():
        return Stored()
    try:
        return loads(read_file(path, LIMIT))
    except InputError as error:
        return Stored(wrong=tr("Settings: {error}", error=error), lost=True)


def dumps(preferences: Preferences, others: tuple[tuple[str, Any], ...] = ()) -> str:
    """The file's content."""
    return json.dumps({**asdict(preferences), **dict(others)}, indent=2) + "\n"


def _put_aside(path: Path) -> None:
    """Keep a file, of which something could not be used, under a name that is still free."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.unread-{number}{path.suffix}")).exists():
        number += 1
    path.rename(kept)


def save(stored: Stored) -> None:
    """Write the file in one step; raises InputError, one line, where that cannot be done."""
    path = place()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if stored.lost and path.exists():
            _put_aside(path)
    except OSError as error:
        raise InputError(f"{path.parent}: {error.strerror}") from None
    text = dumps(stored.preferences, stored.others).encode()
    replace_file(path, lambda stream: stream.write(text))
