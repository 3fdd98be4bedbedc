"""Where the shipped files are: in a wheel, an editable install, a checkout and a frozen bundle."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _candidates() -> list[Path]:
    """The folders that may hold the resources, the likeliest first.

    A bundle unpacks to `sys._MEIPASS`; a wheel carries the folder inside the package; a checkout
    has it beside the package. Looking next to this very file, and not in site-packages, keeps an
    editable install from reading a stale copy.
    """
    places = [_PACKAGE / "_resources", _PACKAGE.parent / "resources"]
    if bundle := getattr(sys, "_MEIPASS", None):
        places.insert(0, Path(bundle) / "explorer" / "_resources")
    return places


@cache
def _root() -> Path:
    places = _candidates()
    for place in places:
        if (place / "fonts").is_dir():
            return place
    raise FileNotFoundError(f"the program's resources are in none of {[str(p) for p in places]}")


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, such as `resource("icons", "play.svg")`.

    Raises FileNotFoundError where the resources as a whole are missing; whether this one exists is
    found out on opening it.
    """
    return _root().joinpath(*parts)
