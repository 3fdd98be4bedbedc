"""Reads trace files of trainings: whole, or what came since last time while they grow."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from . import planes
from .errors import InputError
from .files import reason
from .grid import Recorded
from .language import tr
from .traceformat import Array, Header, Records, header, records

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

# So much is read at a time; a frame that is longer is read whole.
_CHUNK = 8 << 20
# By its beginning a file is known to be still the same one; it has the identity in it.
_BEGINNING = 256


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What came since last time. `restarted`: all that came before is of another file, forget it.

    `trouble` is a sentence where there is no file (any more), or it is damaged; else empty.
    """

    records: Records | None = None
    restarted: bool = False
    trouble: str = ""


class Follower:
    """Reads a trace file bit by bit; it may not be there yet, and may be replaced at any time."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._forget()

    def _forget(self) -> None:
        self.header: Header | None = None
        self._place, self._beginning, self._damaged, self._more = 0, b"", -1, False

    @property
    def more(self) -> bool:
        """Whether asking again at once may say more."""
        return self._more

    def poll(self) -> News:
        """What is new. At most some megabytes at a time: where there is news, ask again.

        Raises InputError, one line, where the file is no trace or cannot be read.
        """
        begun = self.header is not None
        try:
            with self.path.open("rb") as stream:
                return self._new(stream, begun)
        except FileNotFoundError:
            self._forget()
            gone = (
                tr("{file}: there is no such file any more", file=self.path)
                if begun
                else tr("{file}: there is no such file yet", file=self.path)
            )
            return News(restarted=begun, trouble=gone)
        except OSError as error:
            raise InputError(
                tr("cannot read {file}: {reason}", file=self.path, reason=reason(error))
            ) from error

    def _new(self, stream: BinaryIO, begun: bool) -> News:
        size = stream.seek(0, 2)
        stream.seek(0)
        restarted = begun and (
            size < self._place or stream.read(len(self._beginning)) != self._beginning
        )
        if restarted:
            self._forget()
        if self.header is None:
            stream.seek(0)
            data = stream.read(_CHUNK)
            self.header = header(str(self.path), data)
            if self.header is None:
                return News(None, restarted, tr("{file}: nothing is recorded yet", file=self.path))
            self._place = data.index(b"\n") + 1
            self._beginning = data[: min(self._place, _BEGINNING)]
        whole = max(self.header.frame_size(b"V"), self.header.frame_size(b"O"))
        stream.seek(self._place)
        made, used, well = records(self.header, stream.read(max(_CHUNK, whole)))
        self._place += used
        # once may be a frame that is just being written
        damaged, self._damaged = self._damaged == self._place, -1 if well else self._place
        self._more = bool(used) or not (well or damaged)
        if not well and damaged:
            words = tr("{file}: damaged at byte {place}: what follows is left out",
                       file=self.path, place=self._place)  # fmt: skip
            return News(made, restarted, words)
        return News(made, restarted)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A whole trace file, or as much of it as there is.

    `records` are all steps in their order; `notes` are sentences: which parameters were kept, what
    was written while it was recorded, and what is wrong with the file.
    """

    file: str
    header: Header
    records: Records
    notes: tuple[str, ...]

    @property
    def steps(self) -> NDArray[np.uint64]:
        """The steps whose parameters are known (K,)."""
        return self.records.kept if self.header.keeps == "vectors" else self.records.steps

    @property
    def points(self) -> Array:
        """The parameters (K, D) at those steps; of a recording on a plane the places on it."""
        if self.header.keeps == "vectors":
            return self.records.vectors.astype(float)
        return self.records.coordinates

    @property
    def losses(self) -> Array:
        """The losses (K,) at those steps, NaN where none was told."""
        known = dict(zip(self.records.steps.tolist(), self.records.loss.tolist(), strict=True))
        return np.array([known.get(step, np.nan) for step in self.steps.tolist()])

    def recorded(self, theta: Array | None = None, directions: Array | None = None) -> Recorded:
        """The path, in the coordinates of a plane theta + a·d1 + b·d2, directions (1 or 2, D).

        Without a plane: of at most two parameters themselves, or on the plane that it was recorded
        on. Raises InputError where it cannot be had so.
        """
        name = Path(self.file).stem
        if directions is None:
            if self.header.keeps == "vectors" or self.records.coordinates.shape[1] > 2:
                raise InputError(
                    tr("{file}: it has {size} parameters: a plane through them is needed",
                       file=self.file, size=self.header.size)
                )  # fmt: skip
            return Recorded(name, self.points, self.losses)
        if self.header.keeps == "plane":
            raise InputError(
                tr("{file}: it was recorded on a plane of its own, and is known on no other",
                   file=self.file)
            )  # fmt: skip
        origin = np.zeros(self.header.size) if theta is None else theta
        return Recorded(name, planes.project(self.points, origin, directions)[0], self.losses)


def read_trace(path: Path | str | os.PathLike[str]) -> Recording:
    """Read a trace file as far as it goes; a last record that is not whole does not count.

    Raises InputError, one line, where there is no such file or it is no trace.
    """
    follower = Follower(Path(path))
    found: list[Records] = []
    while True:
        news = follower.poll()
        found = ([] if news.restarted else found) + ([news.records] if news.records else [])
        if follower.header is None:
            raise InputError(news.trouble)
        if not follower.more:
            break
    made = joined(found)
    notes = (follower.header.sentence(), *made.texts, *((news.trouble,) if news.trouble else ()))
    return Recording(str(path), follower.header, made, notes)


def joined(pieces: list[Records]) -> Records:
    """Several polls' records as one."""

    def one(name: str) -> Any:
        values = [getattr(piece, name) for piece in pieces]
        if name == "texts":
            return tuple(words for some in values for words in some)
        if name == "plane":
            return np.concatenate(values)[:3]
        return any(values) if name == "ended" else np.concatenate(values)

    return pieces[0] if len(pieces) == 1 else Records(*(one(f.name) for f in fields(Records)))
