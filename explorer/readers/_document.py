"""Reads a JSON file as a whole; of a limited size, as it takes up to thirty times that."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.core.language import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ._source import Source

_LARGEST = 24_000_000


def read(source: Source) -> Any:
    """The document; InputError where it is no JSON, too large or nested too deeply."""
    source.bounded(_LARGEST)
    try:
        return json.loads(source.data)
    except (ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:80]
        raise source.refuse(tr("damaged ({why})", why=why)) from None


def array(source: Source, name: str, given: Any, dimension: int) -> NDArray[np.float64]:
    """A list, or for dimension 2 a list of equally long lists, of numbers; null is missing."""
    rows = given if dimension == 2 else [given]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        words = (
            tr("{name}: must be a list of lists of numbers", name=name)
            if dimension == 2
            else tr("{name}: must be a list of numbers", name=name)
        )
        raise source.refuse(words)
    width = len(rows[0])
    for row in rows:
        if len(row) != width:
            words = tr("{name}: its rows must be equally long, {a} and {b} were found", name=name,
                       a=width, b=len(row))  # fmt: skip
            raise source.refuse(words)
        for value in row:
            # a boolean is an integer too
            if value is not None and type(value) not in (int, float):
                words = tr("{name}: {value!r} is no number; numbers and null are read", name=name,
                           value=str(value)[:40])  # fmt: skip
                raise source.refuse(words)
    try:
        made = np.array([[math.nan if v is None else v for v in row] for row in rows], float)
    except OverflowError:
        raise source.refuse(tr("{name}: a number is beyond 1e308", name=name)) from None
    return made if dimension == 2 else made[0]
