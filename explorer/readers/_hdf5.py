"""What an HDF5 file holds at its root, read by h5py (an extra) in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr

from . import _hdf5apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._source import Source

LARGEST = 1_000_000_000  # bytes of a file: directions are as large as two models
_WAIT = 60  # seconds for a process that does not even compute; computing, it has less
_CODE = (
    "import sys; path = sys.argv[1]; sys.path[:] = sys.argv[2:]; "
    "from explorer.readers import _hdf5apart as apart; import numpy; apart.limit(); "
    "apart.tell(path, sys.stdout.buffer)"
)


@dataclass(frozen=True, slots=True)
class Tree:
    """The root of a file: arrays and texts by name; `others` are there but not read.

    `groups` have how many members; those of directions also their lengths. `cosine` is of the
    angle between two directions.
    """

    arrays: dict[str, NDArray[np.float64]]
    texts: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    groups: dict[str, Any] = field(default_factory=dict)
    cosine: float = 0.0

    def length(self, name: str) -> float:
        """Of a direction; 0 where it is none."""
        told = self.groups.get(name)
        return float(told["length"]) if isinstance(told, dict) else 0.0


def read(source: Source) -> Tree:
    """Everything at the root; InputError where h5py is not installed or the file is refused."""
    source.bounded(LARGEST)
    if not source.is_hdf5:
        raise source.refuse(tr("it is no HDF5 file"))
    answer = tell(source)
    size = int.from_bytes(answer[:8], "little")
    try:
        told = json.loads(answer[8 : 8 + size])
        if "refused" in told:
            raise refused(source, *told["refused"])
        place, arrays = 8 + size, {}
        for name, shape in told["numbers"].items():
            count = math.prod(shape)
            if count > _hdf5apart.MOST or place + 8 * count > len(answer):
                raise ValueError(name)
            arrays[name] = np.frombuffer(answer, "<f8", count, place).reshape(shape)
            place += 8 * count
        return Tree(arrays, told["texts"], tuple(told["others"]), told["groups"], told["cosine"])
    except InputError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError):
        raise source.refuse(_broken()) from None


def tell(source: Source) -> bytes:
    """What the process says of the file, see `_hdf5apart.tell`."""
    if importlib.util.find_spec("h5py") is None:
        raise source.refuse(tr("HDF5 needs h5py: pip install 'loss-landscape-explorer[hdf5]'"))
    if getattr(sys, "frozen", False):
        raise source.refuse(tr("HDF5 is read by an installed Python only"))
    # no filters of others, no lock, no more threads than one
    quiet = {"HDF5_PLUGIN_PRELOAD": "::", "HDF5_USE_FILE_LOCKING": "FALSE",
             "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", _CODE, str(source.path), *sys.path],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | quiet,
    )
    assert process.stdout is not None
    timer = threading.Timer(_WAIT, process.kill)
    timer.start()
    try:
        with process, process.stdout as stream:
            answer = stream.read(8 * _hdf5apart.ALL + 10_000_000)
            if stream.read(1):
                process.kill()
    finally:
        timer.cancel()
    if process.returncode:
        raise source.refuse(_broken())
    return answer


def _broken() -> str:
    return tr("damaged, or it takes too long or too much memory: the HDF5 library gave up on it")


def refused(source: Source, why: str, name: str) -> InputError:
    """What a reason of the other process is in words."""
    shown = "".join(c for c in str(name)[:80] if c.isprintable())
    words = {
        "link": tr("{name!r} is a link to elsewhere: no other file is ever opened", name=shown),
        "external": tr("{name!r} has its data in other files: none is ever opened", name=shown),
        "virtual": tr("{name!r} has its data in other files: none is ever opened", name=shown),
        "chunked": tr(
            "{name!r} is stored in chunks or compressed: must be stored plainly, as these tools do "
            "(h5repack -l CONTI -f NONE in.h5 out.h5)",
            name=shown,
        ),
        "many": tr("{name!r} has too many members, at most {most} are taken", name=shown,
                   most=_hdf5apart.LINKS),
        "numbers": tr("with {name!r} it is too large: at most {most} numbers are taken", name=shown,
                      most=_hdf5apart.ALL),
        "tensor": tr("{name!r} is no tensor of numbers", name=shown),
    }  # fmt: skip
    return source.refuse(words.get(why) or tr("damaged ({why})", why=shown))
