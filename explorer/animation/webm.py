"""WebM with VP9, for pages on the web; the session is the comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from explorer.core.language import tr

from . import _video
from ._film import Format

if TYPE_CHECKING:
    from ._film import Film

_CODEC = _video.Codec(
    "webm", "libvpx-vp9", {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4"}, {}
)


def write(film: Film, stream: BinaryIO) -> None:
    """Write the film as VP9 of even sides."""
    _video.write(film, stream, _CODEC)


SPEC = Format(
    "webm", tr("WebM video, VP9"), ".webm", (0.8, 0.03), write, even=True, extra=("video", "av")
)
