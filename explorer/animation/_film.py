"""What a film is, what a file format of films is, and how long either may be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from explorer.core.errors import InputError
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

# What may be asked for: pictures a second, seconds, and seconds that the last picture stays.
RATES = (1.0, 120.0)
DURATIONS = (0.1, 600.0)
HOLDS = (0.0, 60.0)


class Cancelled(Exception):
    """Whoever asked for the film does not want it any more."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a film runs: `rate` pictures a second, `duration` and `hold` in seconds.

    Steps are spread evenly over the duration; then the last picture stays for `hold`. Raises
    InputError where a value is out of range.
    """

    rate: float = 30.0
    duration: float = 8.0
    hold: float = 1.0

    def __post_init__(self) -> None:
        for name, value, (low, high) in (
            ("fps", self.rate, RATES),
            ("duration", self.duration, DURATIONS),
            ("hold", self.hold, HOLDS),
        ):
            if not (math.isfinite(value) and low <= value <= high):
                raise InputError(
                    tr(
                        "{name}={value:g}: must be a number from {low:g} to {high:g}",
                        name=name,
                        value=value,
                        low=low,
                        high=high,
                    )
                )

    @property
    def exact_rate(self) -> Fraction:
        """The rate as files have it: a fraction, such as 30000/1001."""
        return Fraction(self.rate).limit_denominator(1001)

    @property
    def moving(self) -> int:
        """How many pictures play the steps."""
        return max(round(self.exact_rate * Fraction(self.duration)), 1)

    @property
    def held(self) -> int:
        """How many more show the last one."""
        return round(self.exact_rate * Fraction(self.hold))

    @property
    def count(self) -> int:
        """How many pictures there are in all."""
        return self.moving + self.held

    @property
    def seconds(self) -> float:
        """How long the film is."""
        return float(self.count / self.exact_rate)

    def shots(self, last: int) -> tuple[Shot, ...]:
        """The steps from 0 to `last`, each with the number of pictures that show it."""
        spread = max(self.moving - 1, 1)
        steps = [round(Fraction(i * last, spread)) for i in range(self.moving)]
        steps[-1] = last
        steps += self.held * [last]
        made: list[Shot] = []
        for step in steps:
            if made and made[-1].step == step:
                made[-1] = Shot(step, made[-1].count + 1)
            else:
                made.append(Shot(step, 1))
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Shot:
    """A step of the runs, and how many pictures in a row show it."""

    step: int
    count: int


@dataclass(frozen=True, slots=True)
class Film:
    """Pictures in order, drawn when they are asked for, and what is said about them.

    size in pixels; draw(step) gives a picture (height, width, 4) of opaque RGBA; session(step) is
    the text to embed, empty for none; told(done) hears how many pictures are done, and raises
    Cancelled when no more are wanted.
    """

    size: tuple[int, int]
    rate: Fraction
    shots: tuple[Shot, ...]
    draw: Callable[[int], Picture]
    title: str = ""
    description: str = ""
    session: Callable[[int], str] = field(default=lambda _step: "")
    told: Callable[[int], None] = field(default=lambda _done: None)

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return sum(shot.count for shot in self.shots)

    @property
    def text(self) -> str:
        """The session of the last picture."""
        return self.session(self.shots[-1].step)

    def pictures(self) -> Iterator[tuple[Shot, Picture]]:
        """Every shot with its picture, drawn as it is its turn."""
        done = 0
        self.told(done)
        for shot in self.shots:
            yield shot, self.draw(shot.step)
            done += shot.count
            self.told(done)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format of films.

    write(film, stream) fills an open binary file; of a format of many files write_folder(film,
    folder) fills an empty folder instead, and `suffix` is empty. `even`: sides have to be even.
    `fastest` pictures a second are the most. `extra`: what has to be installed, and the module
    that it brings. `bits`: about how many bits a pixel takes, of the first picture and of each
    that differs from the one before it.
    """

    key: str
    title: str
    suffix: str
    bits: tuple[float, float]
    write: Callable[[Film, BinaryIO], None] | None = None
    write_folder: Callable[[Film, Path], None] | None = None
    even: bool = False
    fastest: float = RATES[1]
    extra: tuple[str, str] | None = None

    def fitted(self, size: tuple[int, int]) -> tuple[int, int]:
        """The size that the format can have: each side even where it has to be."""
        return (size[0] - size[0] % 2, size[1] - size[1] % 2) if self.even else size

    def estimate(self, size: tuple[int, int], shots: tuple[Shot, ...]) -> float:
        """About how many bytes a film takes."""
        first, other = self.bits
        pictures = sum(s.count for s in shots) if self.write_folder else len(shots)
        return size[0] * size[1] * (first + other * (pictures - 1)) / 8
