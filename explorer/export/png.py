"""PNG: pixels, with the session in an iTXt chunk."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from explorer.core import embed
from explorer.core.language import tr

from . import canvas
from .format import Format

if TYPE_CHECKING:
    from explorer.core.figure import Figure

    from .format import Request


def write(figure: Figure, request: Request, stream: BinaryIO) -> None:
    """Draw the figure as a PNG of exactly the size asked for."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    about = {
        "Title": figure.title,
        "Description": figure.caption,
        "Software": "Loss Landscape Explorer",
    }
    if request.session is not None:
        about[embed.KEY] = request.session
    for key, text in about.items():
        info.add_itxt(key, text)
    with canvas.drawn(figure, request) as picture:
        picture.savefig(stream, format="png", dpi=request.dpi, pil_kwargs={"pnginfo": info})


def rgba(data: bytes) -> bytes:
    """The pixels of a PNG, red, green, blue and alpha, row after row from the top."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA").tobytes()


SPEC = Format("png", tr("PNG picture"), ".png", False, write)
