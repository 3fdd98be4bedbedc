"""Type in files: the shipped font, and how wide a text is."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.paths import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "Inter"
# DejaVu Sans comes with matplotlib and has what the shipped font may lack.
FAMILIES = (FAMILY, "DejaVu Sans")
# Stands for ' = ' while a text is broken into lines.
_TIED = "\x00"
_FACES = (("Regular", "normal", 400), ("Italic", "italic", 400), ("SemiBold", "normal", 600))


@cache
def _install() -> None:
    """Tell matplotlib of the shipped faces, as one family with its weights."""
    import matplotlib
    from matplotlib import font_manager

    faces = [(FAMILY, str(resource("fonts", f"{FAMILY}-{f}.ttf")), s, w) for f, s, w in _FACES]
    # the other family has no semibold: without this matplotlib logs that it takes the bold
    bold = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf")
    faces.append((FAMILIES[1], str(bold), "normal", 600))
    for family, path, slant, weight in faces:
        entry = font_manager.FontEntry(
            fname=path,
            name=family,
            style=slant,
            variant="normal",
            weight=weight,
            stretch="normal",
            size="scalable",
        )
        font_manager.fontManager.ttflist.insert(0, entry)


@contextmanager
def type_settings() -> Iterator[None]:
    """Matplotlib with its own defaults and our type, whatever a person's matplotlibrc says."""
    import matplotlib

    _install()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": list(FAMILIES),
                "svg.fonttype": "none",
                "svg.hashsalt": "loss-landscape-explorer",
                "pdf.fonttype": 42,
                # letters keep the widths they are measured with, at every size
                "text.hinting": "none",
            }
        )
        yield


@lru_cache(maxsize=4096)
def width(text: str, points: float, weight: int = 400) -> float:
    """How wide a line of text is, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    face = FontProperties(family=FAMILIES, weight=weight, size=points)
    return float(text_to_path.get_text_width_height_descent(text, face, ismath=False)[0])


def wrap(text: str, points: float, room: float) -> list[str]:
    """The text in lines no wider than `room` points; a word longer than that stays whole.

    A name and its value, as in 'a = 1', stay on one line.
    """
    lines: list[str] = []
    line = ""
    for part in text.replace(" = ", _TIED).split():
        word = part.replace(_TIED, " = ")
        longer = f"{line} {word}" if line else word
        if line and width(longer, points) > room:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines
