"""MP4 with H.264, which every program and projector plays; the session is the comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from explorer.core.language import tr

from . import _video
from ._film import Format

if TYPE_CHECKING:
    from ._film import Film

_CODEC = _video.Codec("mp4", "libx264", {"crf": "16", "preset": "medium", "tune": "animation"}, {})


def write(film: Film, stream: BinaryIO) -> None:
    """Write the film as H.264 of even sides."""
    _video.write(film, stream, _CODEC)


SPEC = Format(
    "mp4", tr("MP4 video, H.264"), ".mp4", (0.8, 0.03), write, even=True, extra=("video", "av")
)
