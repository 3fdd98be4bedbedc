"""What the data sets that are drawn at random have in common; numpy is imported late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .data import Data
from .errors import InputError
from .language import tr
from .spec import Hyper

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

MOST = 1_000_000
# Far above any use, and far below where sums and squares would overflow.
LARGEST = 1e9
SAMPLES = Hyper(
    "samples",
    200,
    low=2,
    high=MOST,
    integer=True,
    scale="log",
    slider=(10, 10_000),
    help="How many rows are drawn.",
)


def noise(default: float, help: str) -> Hyper:
    """The setting for the standard deviation of the noise."""
    return Hyper(
        "noise",
        default,
        low=0.0,
        high=LARGEST,
        scale="log_zero",
        slider=(1e-3, 1.0),
        symbol="σ",
        help=help,
    )


def shares(samples: int, classes: int, key: str) -> list[int]:
    """How many rows each class gets: all the same, one more for the first where it leaves a rest.

    InputError where there are fewer rows than classes.
    """
    if samples < classes:
        raise InputError(
            tr(
                "{key} samples={samples}: must be at least {classes}, one for each of the "
                "{classes} classes",
                key=key,
                samples=samples,
                classes=classes,
            )
        )
    return [samples // classes + (i < samples % classes) for i in range(classes)]


def classified(
    random: np.random.Generator,
    parts: Sequence[NDArray[np.float64]],
    classes: tuple[str, ...],
    sigma: float,
    key: str,
) -> Data:
    """Points (m, 2) of one class after the other, with noise in both coordinates, as shuffled Data.

    Shuffled, because rows that are taken in their order should not be of one class.
    """
    import numpy as np

    X = np.concatenate(parts)
    X += sigma * random.standard_normal(X.shape)
    y = np.repeat(np.arange(len(parts), dtype=np.int64), [len(part) for part in parts])
    order = random.permutation(len(y))
    return Data(
        X[order],
        y[order],
        names=("x1", "x2"),
        task="binary" if len(parts) == 2 else "multiclass",
        classes=classes,
        target="class",
        source=key,
    )


def letters(count: int) -> tuple[str, ...]:
    """Names for classes without any: A, B, C, ..."""
    return tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count])
