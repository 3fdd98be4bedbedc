"""What a target of handing over is: a library in whose words a run can be written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .plan import Plan


@dataclass(frozen=True, slots=True)
class Target:
    """The SPEC of a target: `code(plan, index)` is a program that repeats the run at an index.

    The program keeps `points` (T+1, D). InputError says in one line what cannot be written.
    """

    key: str
    title: str
    code: Callable[[Plan, int], str]
