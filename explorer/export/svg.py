"""SVG: scalable, its texts are text, with the session in its <metadata>."""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, BinaryIO

from explorer.core import embed
from explorer.core.language import tr

from . import canvas
from .format import Format

if TYPE_CHECKING:
    from explorer.core.figure import Figure

    from .format import Request


def write(figure: Figure, request: Request, stream: BinaryIO) -> None:
    """Draw the figure as an SVG, `request.size` pixels at `request.dpi` large."""
    about = {
        "Title": figure.title,
        "Description": figure.caption,
        "Creator": "Loss Landscape Explorer",
        "Date": None,
    }
    buffer = io.BytesIO()
    with canvas.drawn(figure, request, vector=True) as picture:
        picture.savefig(buffer, format="svg", metadata=about)
    text = buffer.getvalue().decode()
    # screen readers read <desc>, which the drawing library does not write
    text = text.replace("</title>", f"</title>\n <desc>{escape(figure.caption)}</desc>", 1)
    if request.session is not None:
        session = embed.svg_element(request.session)
        text = text.replace("</metadata>", f" {session}\n </metadata>", 1)
    stream.write(text.encode())


SPEC = Format("svg", tr("SVG drawing"), ".svg", True, write)
