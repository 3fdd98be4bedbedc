"""A path that another program took as a run, written as `recorded:` and all of its points as text.

Like a sampled surface it is the whole content of a name: the optimizer's. An experiment stays one
frozen value that way. The text is long, so it is never put into words: `Optimizer.named` is. NumPy
is not imported before there is a path.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from .errors import InputError
from .experiment import MAX_RUNS, Run
from .language import tr
from .spec import Optimizer
from .style import unused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from .grid import Recorded

PREFIX = "recorded:"
# So many points keep sessions of some megabytes.
MOST = 262_144
_NAME = 60  # characters
_HELD = 64_000_000  # characters of names whose paths are kept in memory
_known: dict[str, Optimizer] = {}
_lock = Lock()  # window, engine and whoever reads files ask


def is_recorded(key: str) -> bool:
    """Whether the name of an optimizer is a recorded path."""
    return key.startswith(PREFIX)


def sentence(name: str) -> str:
    """Why something cannot be had of a recorded path."""
    return tr("{name} was recorded by another program: no rate and no formula is known", name=name)


def pack(path: Recorded) -> str:
    """A path as the name of an optimizer; InputError where it cannot be one.

    What is the same gives the same text.
    """
    from . import packing

    count = len(path.points)
    if not 0 < count <= MOST:
        raise InputError(
            tr("path {name!r} has {count} points: from 1 to {most} are taken",
               name=packing.plain(path.name, _NAME), count=count, most=MOST)
        )  # fmt: skip
    points, losses = packing.narrowed(path.points), packing.narrowed(path.losses)
    header = {
        "name": packing.plain(path.name, _NAME),
        "points": count,
        "dimension": path.points.shape[1],
        "losses": bool(path.losses.size),
        "bytes": [points.itemsize, losses.itemsize],
    }
    return PREFIX + packing.pack(header, [points.T, losses])


def unpack(key: str) -> Recorded:
    """The path in the name of an optimizer; InputError, one line, where it is damaged."""
    from . import packing

    try:
        return _unpacked(key.removeprefix(PREFIX))
    except packing.ERRORS as error:
        why = str(error)[:60]
        raise InputError(tr("the recorded path is damaged ({why})", why=why)) from None


def _unpacked(text: str) -> Recorded:
    from . import packing
    from .grid import Recorded

    header, body = packing.unpack(text, 8 * 3 * MOST + packing.HEADER)
    count, dimension = int(header["points"]), int(header["dimension"])
    wide, narrow = (int(size) for size in header["bytes"])
    if not (0 < count <= MOST and dimension in (1, 2) and {wide, narrow} <= {4, 8}):
        raise ValueError("its size cannot be")
    if not isinstance(header["name"], str):
        raise TypeError("its name must be text")
    end = count * dimension * wide
    points = packing.restored(body[:end], count * dimension, wide).reshape(dimension, count).T
    losses = packing.restored(body[end:], count if header["losses"] else 0, narrow)
    points.flags.writeable = losses.flags.writeable = False
    return Recorded(packing.plain(header["name"], _NAME), points, losses)


def _not_stepped(*_: object) -> NoReturn:
    raise RuntimeError("a recorded path takes no steps of its own")


def optimizer(key: str) -> Optimizer:
    """The optimizer that stands for a path; InputError, one line, where its text is damaged."""
    with _lock:
        made = _known.pop(key, None) or _made(key)
        # one that is followed has another name with every step: what is longest unused goes
        while _known and (len(_known) >= 2 * MAX_RUNS or sum(map(len, _known)) + len(key) > _HELD):
            del _known[next(iter(_known))]
        _known[key] = made
    return made


def _made(key: str) -> Optimizer:
    path = unpack(key)
    return Optimizer(
        key=key,
        title=path.name or tr("recorded"),
        step=_not_stepped,
        lr=0.0,
        summary=tr("A path that another program took, as it recorded it."),
        source=tr("a file"),
        recorded=path,
    )


def run(path: Recorded, style: int = 0) -> Run:
    """A path as a run; InputError where it is too long for one."""
    return Run(pack(path), 0.0, style=style)


def joined(runs: tuple[Run, ...], paths: Iterable[Recorded]) -> tuple[tuple[Run, ...], list[str]]:
    """The runs and the paths as further ones; what had to be left out is said."""
    said = []
    for path in paths:
        try:
            if len(runs) >= MAX_RUNS:
                raise InputError(tr("At most {most} runs fit", most=MAX_RUNS))
            runs = (*runs, run(path, unused(other.style for other in runs)))
        except InputError as error:
            said.append(str(error))
    return runs, said


def without(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs that take steps of their own."""
    return tuple(each for each in runs if not is_recorded(each.optimizer))
