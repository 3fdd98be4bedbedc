"""Numbered PNG pictures in a folder, one a picture of the film, each with its own experiment."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from explorer.core import embed
from explorer.core.language import tr

from ._film import Format

if TYPE_CHECKING:
    from pathlib import Path

    from ._film import Film


def write_folder(film: Film, folder: Path) -> None:
    """Write frame-00001.png, frame-00002.png, ...: as many as the film has pictures."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    number = 0
    for shot, picture in film.pictures():
        info = PngInfo()
        info.add_itxt("Title", film.title)
        info.add_itxt("Description", film.description)
        info.add_itxt("Software", "Loss Landscape Explorer")
        if session := film.session(shot.step):
            info.add_itxt(embed.KEY, session)
        made = io.BytesIO()
        Image.fromarray(picture).convert("RGB").save(made, "PNG", pnginfo=info)
        for _ in range(shot.count):
            number += 1
            (folder / f"frame-{number:05}.png").write_bytes(made.getvalue())


SPEC = Format(
    "png", tr("PNG pictures in a folder, numbered"), "", (2.4, 2.4), write_folder=write_folder
)
