"""Which language the window speaks: settled before any module that speaks is read."""

from __future__ import annotations

import json
from pathlib import Path

import platformdirs

from . import language

SYSTEM = "system"


def place() -> Path:
    """The file that keeps what a person prefers."""
    folder = platformdirs.user_config_dir("loss-landscape-explorer", appauthor=False)
    return Path(folder) / "settings.json"


def preferred() -> str:
    """The language asked for, by the environment or else the settings, or else the system's."""
    if code := language.asked():
        return code
    try:
        given = json.loads(place().read_bytes())["language"]
    except (OSError, ValueError, RecursionError, LookupError, TypeError):
        given = SYSTEM  # what is wrong with the file is said when the rest of it is read
    return given if given in language.languages() else language.system()
