"""Reads numbers in rows from text: comma, semicolon, tab or blanks between, names above or not."""

from __future__ import annotations

import io
import math
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.grid import MOST
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from explorer.core.errors import InputError

    from ._source import Source

_LONGEST = 8_000_000  # bytes of a line
# What takes three seconds to read: a matrix of MOST cells, or x, y and z of 1.6 million points.
_NUMBERS = 5 * MOST // 4
_LINES = 2_000_000
_NAMES = 1000
_WAYS = 100  # to write that there is no value
_MISSING = {"", "nan", "na", "n/a", "null", "none", "?", "-"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers (rows, columns), nan where a cell is empty; the columns' names, () without any."""

    names: tuple[str, ...]
    values: NDArray[np.float64]


def read(source: Source) -> Rows:
    """All rows; lines that begin with # are passed over, but the last above may name columns."""
    names: tuple[str, ...] = ()
    delimiter: str | None = None
    numbers = array("d")
    width = 0
    comment = ""
    empty: set[str] = set()  # what cells without a value hold in this file
    for place, line in lines(source):
        if line.startswith("#"):
            comment = line if not width else comment
            continue
        if not width and not names:
            delimiter = _delimiter(line)
        if "_" in line and (width or not _is_header(line.split(delimiter))):
            # Python alone would read 1_0 as ten
            cells = line.split(delimiter)
            raise _no_number(source, place, next(cell for cell in cells if "_" in cell))
        if delimiter in (";", "\t"):
            line = line.replace(",", ".")
        cells = line.split(delimiter)
        if not width and not names and _is_header(cells):
            names = _plain(cells)
            continue
        if width and len(cells) != width:
            words = tr("line {line} has {found} cells, the first row {expected}", line=place,
                       found=len(cells), expected=width)  # fmt: skip
            raise source.refuse(words)
        width = len(cells)
        try:
            numbers.extend(map(float, cells))
        except ValueError:
            del numbers[len(numbers) - len(numbers) % width :]
            for cell in cells:
                if cell not in empty:
                    numbers.append(_number(source, place, cell))
                    if math.isnan(numbers[-1]) and len(empty) < _WAYS:
                        empty.add(cell)
                else:
                    numbers.append(math.nan)
        if len(numbers) > _NUMBERS:
            words = tr("more than {limit} numbers: so many are taken", limit=_NUMBERS)
            raise source.refuse(words)
    if not width:
        raise source.refuse(tr("it holds no rows of numbers"))
    if not names and comment:
        above = _plain(comment.lstrip("# ").split(delimiter))
        names = above if len(above) == width and _is_header(above) else ()
    if names and len(names) != width:
        words = tr("its rows have {found} cells, its columns {expected} names", found=width,
                   expected=len(names))  # fmt: skip
        raise source.refuse(words)
    return Rows(names, np.array(numbers).reshape(-1, width))


def lines(source: Source) -> Iterator[tuple[int, str]]:
    """Each line that is not blank with its number; one at a time, as text takes more memory."""
    if (count := source.data.count(b"\n")) > _LINES:
        words = tr("{count} lines, at most {limit} are taken", count=count, limit=_LINES)
        raise source.refuse(words)
    for place, line in enumerate(io.BytesIO(source.data.removeprefix(b"\xef\xbb\xbf")), 1):
        if len(line) > _LONGEST:
            words = tr("line {line} has {count} bytes, at most {limit} are taken", line=place,
                       count=len(line), limit=_LONGEST)  # fmt: skip
            raise source.refuse(words)
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise source.refuse(tr("it is not text in UTF-8")) from None
        if text := text.strip(" \r\n"):
            yield place, text


def _delimiter(line: str) -> str | None:
    """What stands between the cells of the first row; None for blanks."""
    return next((mark for mark in ("\t", ";", ",") if mark in line), None)


def _is_header(cells: list[str] | tuple[str, ...]) -> bool:
    """Whether cells name columns: no number among them."""
    few = len(cells) <= _NAMES
    return few and not any(map(_is_number, cells)) and any(cell.strip() for cell in cells)


def _is_number(cell: str) -> bool:
    plain = cell.strip().lower()
    try:
        float(plain.replace(",", "."))
    except ValueError:
        return plain in _MISSING and plain != ""
    return True


def _plain(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().strip('"').strip() for cell in cells)


def _number(source: Source, place: int, cell: str) -> float:
    plain = cell.strip().strip('"').lower()
    if plain in _MISSING:
        return math.nan
    try:
        return float(plain)
    except ValueError:
        raise _no_number(source, place, cell) from None


def _no_number(source: Source, place: int, cell: str) -> InputError:
    return source.refuse(
        tr("line {line}: {value!r} is no number; numbers, nan and empty cells are read",
           line=place, value=cell.strip()[:40])
    )  # fmt: skip
