"""What records the steps of a training in a trace file."""

from __future__ import annotations

import secrets
from math import isnan
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from explorer.core.errors import InputError
from explorer.core.language import tr
from explorer.core.traceformat import Header, Keeps
from explorer.core.tracewriter import TraceWriter

from .trees import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from .trees import Array, Parameters

# Up to so many parameters are all recorded at every step.
FEW = 64
# So many bytes of whole parameters are recorded at most, unless a person says otherwise.
BUDGET = 256 << 20
# At most a tenth of these is for the first steps, of which each is kept, and so many bytes: large
# models shall not have to wait for the disk. With half a tenth for every doubling after these, a
# training may take 2¹⁸ times as many steps.
_PARTS, _EARLY = 10, 4 << 20


class Watch:
    """A training that is being recorded. Closing it twice does no harm."""

    def __init__(self, held: Parameters, groups: int = 1) -> None:
        self._held, self._groups, self._now = held, groups, 0
        self._file: TraceWriter | None = None
        self._loss, self._silent, self._kept = np.nan, False, -1
        self._origin: Array | None = None
        self._onto: Array | None = None

    @property
    def loss(self) -> float:
        """The loss of the step that is next, NaN until it is set. One number, or a scalar array."""
        return float(self._loss)

    @loss.setter
    def loss(self, value: Any) -> None:
        self._loss = number(value)

    def open(
        self,
        path: Path | str,
        directions: Any,
        origin: Any,
        every: int,
        budget: int,
    ) -> None:
        """Begin the file; see `explorer.watch`."""
        if not (isinstance(every, int) and every >= 0):
            raise InputError(tr("every={every}: must be a whole number at least 0", every=every))
        size, plane = sum(block.size for block in self._held.blocks), []
        keeps: Keeps = "all" if size <= FEW else "vectors"
        coordinates, most, first = size if size <= FEW else 0, 0, 1
        if directions is not None:
            plane = self._plane(directions, origin)
            keeps, coordinates = "plane", len(plane) - 1
        elif origin is not None:
            raise InputError(tr("origin: goes with directions only"))
        if keeps == "vectors":
            each = size * int(self._held.kind[-1])
            most = int(budget) // each
            if most < 2:
                raise InputError(
                    tr("budget={budget}: all parameters take {each} bytes each time: must be at "
                       "least twice as much, or give directions", budget=budget, each=each)
                )  # fmt: skip
            first = max(1, min(most // _PARTS, _EARLY // each))
        head = Header(
            secrets.token_hex(8), tuple((b.name, b.shape) for b in self._held.blocks),
            keeps, self._groups, coordinates, self._held.kind, first, every, most,
        )  # fmt: skip
        self._file = TraceWriter(path, head, plane)

    def _plane(self, directions: Any, origin: Any) -> list[Array]:
        """The origin and the directions, from now on projected onto."""
        start = self._held.vector() if origin is None else self._held.other(origin)
        alone = self._held.other(directions)
        several = [alone] if alone is not None else [self._held.other(d) for d in directions]
        rows = [row for row in several if row is not None]
        if start is None or len(rows) != len(several) or not 1 <= len(rows) <= 2:
            raise InputError(
                tr("directions, origin: must be one or two and one, each of the structure of "
                   "params or a row of {size} numbers", size=self._held.vector().size)
            )  # fmt: skip
        made = np.array(rows)
        if not np.isfinite(made).all() or np.linalg.matrix_rank(made) < len(made):
            raise InputError(tr("directions: must be finite, and two not along one line"))
        self._origin, self._onto = start, np.asarray(np.linalg.pinv(made.T), dtype=float)
        return [start, *made]

    def record(self, loss: float, norm: float, rates: Sequence[float], place: Array | None) -> None:
        """Write one step: place is what `place_of` gave."""
        if self._file is None:
            return
        if isnan(loss) and not self._silent and not isnan(norm):
            self._silent = True
            self._file.tell(
                self._now, tr("no loss was told at step {step}: it is missing", step=self._now)
            )
        seen = [] if place is None else place.tolist()
        self._file.step(self._now, (loss, norm, *rates, *seen))

    def place_of(self, row: Array | None = None) -> Array | None:
        """What is recorded of parameters (D,), those held where None, at every step; may be None.

        All of them are written besides, at the steps that have them.
        """
        if self._file is None:
            return None
        head = self._file.header
        if head.keeps == "vectors":
            if self._kept != self._now and self._file.wants(self._now):
                self.keep(row)
            return None
        values = self._held.vector() if row is None else row
        if self._onto is None or self._origin is None:
            return values
        return np.asarray(self._onto @ (values - self._origin))

    def keep(self, row: Array | None = None) -> None:
        """Write all parameters (D,), those held where None, once a step."""
        if self._file is not None and self._kept != self._now:
            self._kept = self._now
            self._file.vector(self._now, self._held.packed() if row is None else row)

    @property
    def is_open(self) -> bool:
        """Whether it still records."""
        return self._file is not None

    def last(self) -> None:
        """Record where the training ended; what is known of it depends on who tells."""

    def close(self) -> None:
        """Record the end, and let go of what was watched."""
        if self._file is None:
            return
        try:
            self.last()
        finally:
            self._file.close(self._now)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        place: TracebackType | None,
    ) -> None:
        if kind is not None and self._file is not None:
            words = tr("the training was ended by {kind}", kind=kind.__name__)
            self._file.tell(self._now, words)
        self.close()


class TreeWatch(Watch):
    """A training whose steps are told by `step`: of JAX's parameters, or NumPy's."""

    _told: Any = None

    def step(
        self, params: Any, loss: Any = None, *, lr: Any = np.nan, gradient: Any = None
    ) -> None:
        """Record one step, before it is taken: what belongs to these params.

        loss: one number. lr: the rate of the step that is taken from here. gradient: like params,
        or its norm. At the end the last params may be told alone.
        """
        if not self.is_open:
            raise InputError(tr("watch: it is closed"))
        if loss is not None:
            self.loss = loss
        row = None
        later = self._held.frozen and self._file is not None
        if not later or self._needs():
            row = self._row(params, "params")
        norm = np.nan
        if gradient is not None:
            alone = np.ndim(gradient) == 0 if not isinstance(gradient, dict) else False
            norm = (
                number(gradient)
                if alone
                else float(np.linalg.norm(self._row(gradient, "gradient")))
            )
        self.record(self._loss, norm, (number(lr),), self.place_of(row))
        self._told, self._loss = params if row is None else row, np.nan
        self._now += 1

    def _needs(self) -> bool:
        """Whether something is written of this step's parameters."""
        file = self._file
        return file is not None and (
            file.header.keeps != "vectors" or file.header.keeps_vector(self._now)
        )

    def _row(self, tree: Any, name: str) -> Array:
        row = self._held.other(tree)
        if row is None:
            raise InputError(tr("{name}: must be of the structure that was handed to watch",
                                name=name))  # fmt: skip
        return row

    def last(self) -> None:
        """All parameters of the last step that was told, if they are not there yet."""
        if self._file is None or self._file.header.keeps != "vectors" or self._told is None:
            return
        self._now -= 1
        if self._kept != self._now:
            flat = isinstance(self._told, np.ndarray)
            self.keep(self._told if flat else self._row(self._told, "params"))
        self._now += 1
