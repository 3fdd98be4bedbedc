"""Writes the trace file of a training, a whole frame at a time."""

from __future__ import annotations

import os
import struct
import warnings
from typing import TYPE_CHECKING

from .errors import InputError
from .files import reason, replace_file
from .language import tr
from .traceformat import PLANE, frame, sealed, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .traceformat import Header


class TraceWriter:
    """An open trace file. Another process sees every frame as soon as it was written.

    An old file of that name is replaced when the first line of the new one is on the disk. A disk
    that is full later is told by one warning: it ends the recording, not the training.
    """

    def __init__(
        self, path: Path | str, header: Header, plane: Sequence[NDArray[np.float64]] = ()
    ) -> None:
        self.path, self.header = path, header
        self._end, self._full, self._kept = -1, False, 0
        self._row = struct.Struct(f"<cQ{2 + header.groups + header.coordinates}d")
        first = [frame(k, 0, p.astype("<f8").tobytes()) for k, p in zip(PLANE, plane, strict=False)]
        replace_file(path, lambda stream: stream.write(header.line() + b"".join(first)))
        try:
            self._end = os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise InputError(
                tr("cannot write {file}: {reason}", file=path, reason=reason(error))
            ) from error

    def step(self, step: int, numbers: Sequence[float]) -> None:
        """Write one step: loss, gradient norm, rates, coordinates."""
        self._write(sealed(self._row.pack(b"S", step, *numbers)))

    def wants(self, step: int) -> bool:
        """Whether all parameters are to be written at this step; says so once when it is full."""
        if not self.header.keeps_vector(step):
            return False
        if self._kept < self.header.most:
            return True
        if not self._full:
            self._full = True
            self.tell(
                step,
                tr("from step {step} on no more parameters are recorded but the last: there is "
                   "room for {most}", step=step, most=self.header.most),
            )  # fmt: skip
        return False

    def vector(self, step: int, theta: NDArray[np.floating]) -> None:
        """Write all parameters (D,)."""
        self._kept += 1
        self._write(frame(b"V", step, theta.astype(self.header.vectors, copy=False).tobytes()))

    def tell(self, step: int, words: str) -> None:
        """Write a sentence."""
        self._write(text(step, words))

    def close(self, step: int) -> None:
        """Say that the recording has ended, and close the file; a second time nothing happens."""
        if self._end < 0:
            return
        self._write(text(step, ""))
        if self._end >= 0:
            os.close(self._end)
        self._end = -1

    def _write(self, data: bytes) -> None:
        if self._end < 0:
            return
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._end, rest) :]
        except OSError as error:
            os.close(self._end)
            self._end = -1
            words = tr("{file}: the recording ends here: {reason}", file=self.path,
                       reason=reason(error))  # fmt: skip
            warnings.warn(words, RuntimeWarning, stacklevel=4)
