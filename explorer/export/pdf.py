"""PDF: for papers, with its fonts inside and the session in the document information."""

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
    """Draw the figure as one page, `request.size` pixels at `request.dpi` large."""
    about = {
        "Title": figure.title,
        "Subject": figure.caption,
        "Creator": "Loss Landscape Explorer",
        "CreationDate": None,
    }
    if request.session is not None:
        about["Keywords"] = embed.pdf_keywords(request.session)
    # in memory first: on a full disk matplotlib raises from its compressor, not why
    drawn = io.BytesIO()
    with canvas.drawn(figure, request, vector=True) as picture:
        picture.savefig(drawn, format="pdf", metadata=about)
    stream.write(drawn.getbuffer())


SPEC = Format("pdf", tr("PDF document"), ".pdf", True, write)
