"""The trace file of a person's own training: append-only, whole records, read while it grows.

A line of JSON (`Header`) is followed by frames. A frame is one byte that says its kind, the step as
an unsigned 64-bit number, what is recorded, and the CRC-32 of all before it; all little-endian.

    S   one step: loss, gradient norm, every group's learning rate, the coordinates; float64 each
    V   all parameters at that step, in the header's type
    O   the point that a given plane goes through, A and B its directions: all parameters, float64
    T   a 32-bit length and as much UTF-8: a sentence to be told; an empty one says it has ended

What is recorded at a step belongs together: the loss and the gradient are those at the very
parameters, and the learning rates those of the step that is taken from there. What was not known is
NaN, as for the parameters after the last step. A last frame that is not whole is one that is still
being written, or was when the power failed; it does not count.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

Array = NDArray[np.float64]
FORMAT, VERSION, SUFFIX = "loss-landscape-explorer trace", 1, ".lle-trace"
# Every file begins so; further versions too, so that a reader can say what is the matter.
BEGIN = f'{{"format": "{FORMAT}", "version": '.encode()
# What of the parameters is recorded: each step's, each step's place on a plane, some steps' whole.
Keeps = Literal["all", "plane", "vectors"]
# A file that lies about itself takes no more than this.
_LINE, _TEXT, _SIZE, _GROUPS, _COORDINATES = 4 << 20, 1 << 16, 1 << 31, 1000, 1 << 16
_HEAD, _SUM, _LENGTH = struct.Struct("<cQ"), struct.Struct("<I"), struct.Struct("<I")
PLANE = (b"O", b"A", b"B")


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself, in its first line.

    tensors: name and shape of every tensor, in the order of the parameters. groups: how many
    learning rates a step has. coordinates: how many numbers a step has of the parameters. vectors:
    "<f4" or "<f8", the type of whole parameters. Those are kept at the steps that are multiples
    of `every`; where it is 0, at each of the `first` steps, at every second of as many after these,
    every fourth of twice as many after those, and so on. There are at most `most`, and the last.
    """

    identity: str
    tensors: tuple[tuple[str, tuple[int, ...]], ...]
    keeps: Keeps
    groups: int = 1
    coordinates: int = 0
    vectors: Literal["<f4", "<f8"] = "<f8"
    first: int = 1
    every: int = 0
    most: int = 0

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(math.prod(shape) for _, shape in self.tensors)

    def keeps_vector(self, step: int) -> bool:
        """Whether all parameters are kept at a step, while there is room for them."""
        if self.keeps != "vectors":
            return False
        if self.every:
            return step % self.every == 0
        stride = 1 if step < self.first else 2 << ((step // self.first).bit_length() - 1)
        return step % stride == 0

    def sentence(self) -> str:
        """Which steps' parameters there are, for whoever looks at them."""
        if self.keeps == "all":
            return tr("the parameters of every step are recorded")
        if self.keeps == "plane":
            return tr("of every step its place on the plane that was given is recorded")
        if self.every:
            return tr(
                "all parameters are recorded at every {every}th step, at most {most} times, and "
                "at the last", every=self.every, most=self.most,
            )  # fmt: skip
        return tr(
            "all parameters are recorded at each of the first {first} steps, at every second up to "
            "{double}, at every fourth up to {twice}, and so on, at most {most} times, and at the "
            "last", first=self.first, double=2 * self.first, twice=4 * self.first, most=self.most,
        )  # fmt: skip

    def line(self) -> bytes:
        """The first line of the file."""
        said = {"format": FORMAT, "version": VERSION, "identity": self.identity}
        said |= {name: getattr(self, name) for name in self.__slots__ if name != "identity"}
        return json.dumps(said).encode() + b"\n"

    def frame_size(self, kind: bytes) -> int:
        """The bytes of a frame of a kind; 0 for a text, whose length it says itself."""
        numbers = {
            b"S": 8 * (2 + self.groups + self.coordinates),
            b"V": np.dtype(self.vectors).itemsize * self.size,
            **dict.fromkeys(PLANE, 8 * self.size),
        }
        return _HEAD.size + numbers[kind] + _SUM.size if kind in numbers else 0


def header(file: str, data: bytes) -> Header | None:
    """The header of a file that begins with `data`; None where its first line is not there yet.

    Raises InputError where it is no trace, or says what cannot be.
    """
    start = data[: len(BEGIN)]
    if not BEGIN.startswith(start):
        raise InputError(tr("{file}: it is no trace of a training", file=file))
    line, end, _ = data[:_LINE].partition(b"\n")
    if not end:
        if len(line) == _LINE:
            raise InputError(tr("{file}: its first line has no end", file=file))
        return None
    try:
        said = json.loads(line)
        version = said.pop("version")
        if version != VERSION:
            raise InputError(
                tr("{file}: version {version} of the format is not known here, {known} is",
                   file=file, version=str(version)[:20], known=VERSION)
            )  # fmt: skip
        del said["format"]
        tensors = tuple((str(name), tuple(shape)) for name, shape in said.pop("tensors"))
        made = Header(tensors=tensors, **said)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError(tr("{file}: its first line cannot be read", file=file)) from None
    if not _possible(made):
        raise InputError(tr("{file}: its first line says what cannot be", file=file))
    return made


def _possible(made: Header) -> bool:
    """Whether every value is of its kind and in its bounds."""

    def whole(value: Any, least: int, most: int) -> bool:
        return type(value) is int and least <= value <= most

    return (
        isinstance(made.identity, str)
        and made.keeps in get_args(Keeps)
        and made.vectors in ("<f4", "<f8")
        and all(whole(n, 0, _SIZE) for _, shape in made.tensors for n in shape)
        and all(len(shape) <= 32 for _, shape in made.tensors)
        and 0 < made.size <= _SIZE
        and whole(made.groups, 1, _GROUPS)
        and whole(made.coordinates, 0, _COORDINATES)
        and made.coordinates in {"all": (made.size,), "plane": (1, 2), "vectors": (0,)}[made.keeps]
        and whole(made.first, 1, 2**62)
        and whole(made.every, 0, 2**62)
        and whole(made.most, 0, 2**62)
    )


def frame(kind: bytes, step: int, content: bytes) -> bytes:
    """One frame, with its checksum."""
    return sealed(_HEAD.pack(kind, step) + content)


def sealed(body: bytes) -> bytes:
    """All of a frame but its checksum, with it."""
    return body + _SUM.pack(zlib.crc32(body))


def text(step: int, words: str) -> bytes:
    """The frame of a sentence; of an empty one, which says that the recording has ended."""
    content = words.encode()[:_TEXT]
    return frame(b"T", step, _LENGTH.pack(len(content)) + content)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What frames hold, in their order.

    steps, loss, gradient_norm (n,), rates (n, groups), coordinates (n, coordinates); kept (k,) and
    vectors (k, D), the steps whose parameters are there whole; plane (0 to 3, D), the point and the
    directions of a plane; texts, the sentences; ended, whether the recording was closed.
    """

    steps: NDArray[np.uint64]
    loss: Array
    gradient_norm: Array
    rates: Array
    coordinates: Array
    kept: NDArray[np.uint64]
    vectors: NDArray[np.floating]
    plane: Array
    texts: tuple[str, ...] = ()
    ended: bool = False


def records(head: Header, data: bytes) -> tuple[Records, int, bool]:
    """What the whole frames at the beginning of `data` hold, how long they are, and if all is well.

    It is not where a frame is of no known kind or its checksum is another; what follows is not
    looked at then.
    """
    size, at, well = head.frame_size(b"S"), 0, True
    row = np.dtype(
        {
            "names": ["kind", "step", "numbers"],
            "formats": ["S1", "<u8", ("<f8", (2 + head.groups + head.coordinates,))],
            "offsets": [0, 1, _HEAD.size],
            "itemsize": size,
        }
    )
    rows: list[Any] = []
    kept: list[int] = []
    vectors: list[Any] = []
    plane: list[Any] = []
    texts: list[str] = []
    ended = False
    while well and at < len(data):
        kind = data[at : at + 1]
        if kind == b"S":
            many = np.frombuffer(data, row, (len(data) - at) // size, at)
            others = np.flatnonzero(many["kind"] != b"S")
            count = int(others[0]) if others.size else len(many)
            if not count:
                break
            good = _good(data, at, size, count)
            rows.append(many[:good])
            at, well = at + good * size, good == count
            continue
        length = head.frame_size(kind)
        if kind == b"T":
            place = at + _HEAD.size
            if len(data) < place + _LENGTH.size:
                break
            long = _LENGTH.unpack_from(data, place)[0]
            if long > _TEXT:
                well = False
                break
            length = _HEAD.size + _LENGTH.size + long + _SUM.size
        if not length:
            well = False
        if not well or at + length > len(data):
            break
        if not _good(data, at, length, 1):
            well = False
            break
        start, end = at + _HEAD.size, at + length - _SUM.size
        if kind == b"V":
            kept.append(_HEAD.unpack_from(data, at)[1])
            vectors.append(np.frombuffer(data[start:end], head.vectors))
        elif kind == b"T":
            words = data[start + _LENGTH.size : end].decode(errors="replace")
            texts += [words] if words else []
            ended = ended or not words
        elif len(plane) < 3:
            plane.append(np.frombuffer(data[start:end], "<f8"))
        at += length
    found = np.concatenate(rows) if rows else np.zeros(0, row)
    numbers = np.ascontiguousarray(found["numbers"], dtype=float)
    split = 2 + head.groups
    made = Records(
        found["step"].astype(np.uint64), numbers[:, 0], numbers[:, 1], numbers[:, 2:split],
        numbers[:, split:], np.array(kept, np.uint64),
        stacked(vectors, head.size, head.vectors), stacked(plane, head.size), tuple(texts), ended,
    )  # fmt: skip
    return made, at, well


def _good(data: bytes, at: int, size: int, count: int) -> int:
    """How many of `count` frames of one size are whole, up to the first that is not."""
    view = memoryview(data)
    for n in range(count):
        end = at + size - _SUM.size
        if zlib.crc32(view[at:end]) != _SUM.unpack_from(data, end)[0]:
            return n
        at += size
    return count


def stacked(rows: Iterable[Any], size: int, kind: str = "<f8") -> Any:
    """Rows of `size` numbers as one array (n, size); of no rows (0, size)."""
    rows = list(rows)
    return np.vstack(rows) if rows else np.zeros((0, size), kind)
