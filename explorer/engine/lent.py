"""Large arrays whose memory is used again once nothing refers to it any more.

The system clears fresh memory page by page, which takes a fifth of a small network's training. A
training that follows another at the move of a slider finds the memory of one that is gone.
"""

from __future__ import annotations

import math
import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Fewer numbers than this come out of memory that the process has anyway.
WORTH = 100_000
# Numbers that are kept for the next who asks, 64 MB.
MOST = 8_000_000
_spare: dict[int, Array] = {}  # by address; single calls of a dict need no lock


class _Lease:
    """What an array of lent memory refers to, and its views through it."""

    def __init__(self, owner: Array) -> None:
        self.__array_interface__ = owner.__array_interface__


def empty(*shape: int) -> Array:
    """An array of numbers that mean nothing yet, as NumPy's own."""
    size = math.prod(shape)
    if size < WORTH:
        return np.empty(shape)
    owner = _taken(size)
    lease = _Lease(owner)
    weakref.finalize(lease, _put_back, owner).atexit = False
    made: Any = np.asarray(lease)
    return np.asarray(made[:size].reshape(shape))


def forget() -> None:
    """Let go of what nobody uses."""
    _spare.clear()


def _taken(size: int) -> Array:
    for key, owner in list(_spare.items()):
        # much more than is asked for would be held as long as what is asked for
        if size <= owner.size <= 2 * size and _spare.pop(key, None) is not None:
            return owner
    return np.empty(size)


def _put_back(owner: Array) -> None:
    _spare[id(owner)] = owner
    while sum(array.size for array in list(_spare.values())) > MOST:
        _spare.pop(next(iter(list(_spare)), 0), None)  # the one that has waited longest
