"""Encodes films by PyAV, which is an extra: 8 bits, 4:2:0, in the colours of BT.709, tagged so."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.core import embed
from explorer.core.errors import InputError
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._film import Film

_BT709 = 1
_LIMITED = 1
# Frames between two from which a player can begin.
_KEYS = 5  # seconds


@dataclass(frozen=True, slots=True)
class Codec:
    """What a video is packed by: PyAV's names of container and codec, and their options."""

    container: str
    codec: str
    options: Mapping[str, str]
    container_options: Mapping[str, str]


class _Watched:
    """A file for PyAV, which tells of a write that failed in a number of its own, if at all."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.wrong: OSError | None = None
        self.seek, self.tell = stream.seek, stream.tell

    def write(self, data: bytes) -> int:
        """Write, and remember what went wrong."""
        try:
            return self._stream.write(data)
        except OSError as error:
            self.wrong = error
            raise


def write(film: Film, stream: BinaryIO, how: Codec) -> None:
    """Write the film, one picture after the other; the session goes into the comment.

    Raises InputError where the codec refuses.
    """
    # by name, as it need not be installed
    av: Any = importlib.import_module("av")
    av.logging.set_level(av.logging.PANIC)  # what goes wrong is raised
    watched = _Watched(stream)
    try:
        with av.open(
            watched, "w", format=how.container, container_options=dict(how.container_options)
        ) as container:
            _fill(film, container, how, av)
    except av.FFmpegError as error:
        if watched.wrong is not None:
            raise watched.wrong from None
        raise InputError(
            tr("{codec} cannot write this film: {why}", codec=how.codec, why=str(error)[:80])
        ) from error


def _fill(film: Film, container: Any, how: Codec, av: Any) -> None:
    container.metadata.update(title=film.title, description=film.description)
    if film.text:
        container.metadata["comment"] = embed.marked(film.text)
    video = container.add_stream(how.codec, rate=film.rate, options=dict(how.options))
    video.width, video.height = film.size
    video.pix_fmt = "yuv420p"
    coder = video.codec_context
    coder.gop_size = max(round(_KEYS * film.rate), 1)
    coder.colorspace = coder.color_primaries = coder.color_trc = _BT709
    coder.color_range = _LIMITED
    place = 0
    for shot, picture in film.pictures():
        made = av.VideoFrame.from_ndarray(picture, format="rgba")
        made = made.reformat(
            format="yuv420p", src_color_range="JPEG", dst_color_range="MPEG",
            dst_colorspace="ITU709", interpolation="ACCURATE_RND",
        )  # fmt: skip
        made.colorspace, made.color_range = _BT709, _LIMITED
        for _ in range(shot.count):
            made.pts, made.time_base = place, 1 / film.rate
            container.mux(video.encode(made))
            place += 1
    container.mux(video.encode(None))
