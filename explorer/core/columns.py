"""Reads the columns of a CSV or Parquet file, before anything is decided about them.

CSV is read in pieces, so that a file of millions of rows takes the memory of its numbers only.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import numpy as np

from .errors import InputError
from .files import reason
from .language import tr, trn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

# What a cell without a value may hold, in small letters.
MISSING = frozenset({"", "na", "n/a", "nan", "null", "?"})
_DELIMITERS = ("\t", ";", ",")
_LOOK = 20  # rows that the delimiter is found from
_PIECE = 50_000  # rows read at a time


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of M rows: its numbers (M,), or of text the index (M,) of each cell in `words`.

    Cells without a value are nan. `words` are sorted and empty for numbers.
    """

    name: str
    values: Numbers
    words: tuple[str, ...] = ()


def read_columns(path: Path | str) -> tuple[Column, ...]:
    """Read every column of a file: Parquet, or CSV in UTF-8, compressed with gzip or not.

    The delimiter is a comma, a semicolon (then numbers may have a decimal comma) or a tab. Names
    are in the first row, or x1, x2, ... where that holds numbers only. Rows without any value are
    passed over. A column with a single cell that is no number is text. Raises InputError, one line
    with the file's name.
    """
    file = Path(path)
    with _explained(file):
        if not file.exists():
            raise InputError(tr("cannot read {file}: there is no such file", file=file))
        with file.open("rb") as stream:
            start = stream.read(4)
        if start == b"PAR1" or file.suffix.lower() in {".parquet", ".pq"}:
            return _read_parquet(file)
        return _CsvFile(file, packed=start[:2] == b"\x1f\x8b").columns()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what reading may raise into one line."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise InputError(
            tr(
                "cannot read {file}: it is not text in UTF-8; CSV, .csv.gz and Parquet are read",
                file=path,
            )
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            tr("cannot read {file}: its gzip compression is broken", file=path)
        ) from error
    except OSError as error:
        raise InputError(
            tr("cannot read {file}: {reason}", file=path, reason=reason(error))
        ) from error


class _CsvFile:
    """A CSV file that can be gone through from its start again and again."""

    def __init__(self, path: Path, *, packed: bool) -> None:
        self.path = path
        self.packed = packed
        self.delimiter = self._sniff()
        header = next(self._rows(), [])
        if not header:
            raise InputError(tr("{file}: the file is empty", file=path))
        numeric = [cell for cell in header if self._is_number(cell)]
        self.headless = len(numeric) == len(header)
        # A year may be a name. A measure is none: the header was forgotten, and the row would be.
        decimals = [cell.strip() for cell in numeric if not cell.strip().isdecimal()]
        if decimals and not self.headless:
            raise InputError(
                tr(
                    "{file}: the first row mixes names with numbers such as {number}, must name "
                    "every column or hold numbers only",
                    file=path,
                    number=decimals[0],
                )
            )
        names = [f"x{i + 1}" for i in range(len(header))] if self.headless else header
        self.names = _names(path, names)

    def _open(self) -> TextIO:
        # "utf-8-sig" takes the mark off that some programs put before the first name.
        opened = gzip.open if self.packed else open
        return cast("TextIO", opened(self.path, "rt", encoding="utf-8-sig", newline=""))

    def _sniff(self) -> str:
        """The delimiter that splits the first rows alike; else that which splits the first most."""
        widths = {}
        for delimiter in _DELIMITERS:
            with self._open() as stream:
                reader = csv.reader(stream, delimiter=delimiter, skipinitialspace=True)
                try:
                    found = [len(row) for row in islice(reader, _LOOK) if any(row)]
                except csv.Error:
                    continue
            if found and found[0] > 1 and len(set(found)) == 1:
                return delimiter
            widths[delimiter] = found[0] if found else 1
        return max(reversed(_DELIMITERS), key=lambda delimiter: widths.get(delimiter, 1))

    def _rows(self, width: int = 0) -> Iterator[list[str]]:
        """Every row that has a value in it; InputError where one is not `width` cells wide."""
        with self._open() as stream:
            reader = csv.reader(
                stream, delimiter=self.delimiter, skipinitialspace=True, strict=True
            )
            line = 1
            try:
                for row in reader:
                    if any(row):
                        if width and len(row) != width:
                            raise InputError(
                                tr(
                                    "{file}: line {line} has {cells} cells, the first row "
                                    "{width}: all must have as many, and cells with a delimiter "
                                    "in them stand in double quotes",
                                    file=self.path,
                                    line=line,
                                    cells=len(row),
                                    width=width,
                                )
                            )
                        yield row
                    line = reader.line_num + 1
            except csv.Error as error:
                raise InputError(
                    tr(
                        "{file}: line {line} is no CSV: {error}",
                        file=self.path,
                        line=line,
                        error=error,
                    )
                ) from error

    def _number(self, cell: str) -> float:
        """A cell's number, nan where it has no value, or ValueError."""
        cell = cell.strip()
        if cell.lower() in MISSING:
            return np.nan
        # Python reads 1_000 as a number; in a file it is a word.
        if "_" in cell:
            raise ValueError
        return float(cell.replace(",", ".") if self.delimiter == ";" else cell)

    def _is_number(self, cell: str) -> bool:
        try:
            return not np.isnan(self._number(cell))
        except ValueError:
            return False

    def _numbers(self, cells: Sequence[str]) -> Numbers:
        """The numbers of many cells, or ValueError where one is text."""
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            return np.array([self._number(cell) for cell in cells])
        if "_" in "".join(cells):
            raise ValueError
        return values

    def columns(self) -> tuple[Column, ...]:
        """Every column. One found to be text late makes the file be read from its start again."""
        text: set[int] = set()
        late = True
        while late:
            late = False
            pieces: list[list[Numbers]] = [[] for _ in self.names]
            codes: list[dict[str, int]] = [{} for _ in self.names]
            rows = self._rows(len(self.names))
            if not self.headless:
                next(rows)
            while piece := list(islice(rows, _PIECE)):
                for j, cells in enumerate(zip(*piece, strict=True)):
                    if j not in text:
                        try:
                            pieces[j].append(self._numbers(cells))
                            continue
                        except ValueError:
                            text.add(j)
                            late |= bool(pieces[j])
                    pieces[j].append(_code(cells, codes[j]))
            if not pieces[0]:
                raise InputError(tr("{file}: a header, but no rows below it", file=self.path))
        return tuple(
            _column(name, np.concatenate(parts), words)
            for name, parts, words in zip(self.names, pieces, codes, strict=True)
        )


def _code(cells: Iterable[str], codes: dict[str, int]) -> Numbers:
    """The number of each cell's text in `codes`, which learns new ones; nan for no value."""
    words = map(str.strip, cells)
    return np.array(
        [np.nan if w.lower() in MISSING else codes.setdefault(w, len(codes)) for w in words],
        dtype=np.float64,
    )


def _column(name: str, values: Numbers, codes: dict[str, int]) -> Column:
    """A column with the words of `codes`, if any, in their order."""
    words = sorted(codes)
    if words:
        rank = np.empty(len(words))
        rank[[codes[word] for word in words]] = np.arange(len(words))
        there = ~np.isnan(values)
        values[there] = rank[values[there].astype(np.int64)]
    return Column(name, values, tuple(words))


def _names(path: Path, given: Iterable[str]) -> tuple[str, ...]:
    """The names of all columns, each in one line; InputError where one is empty or comes twice."""
    names = tuple(" ".join(name.split()) for name in given)
    if empty := [str(i + 1) for i, name in enumerate(names) if not name]:
        raise InputError(
            trn(
                "{file}: column {columns} of {all} without a name in the first row: every column "
                "must have one",
                "{file}: columns {columns} of {all} without a name in the first row: every column "
                "must have one",
                len(empty),
                file=path,
                columns=", ".join(empty[:5]),
                all=len(names),
            )
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        where = ", ".join(str(i + 1) for i, name in enumerate(names) if name == twice[0])
        raise InputError(
            tr(
                "{file}: columns {columns} have the same name {name!r}: every column must have "
                "its own",
                file=path,
                columns=where,
                name=twice[0],
            )
        )
    return names


def _read_parquet(path: Path) -> tuple[Column, ...]:
    """Read the columns of a Parquet file through pyarrow, an extra; indices of pandas are left."""
    try:
        # by name, as it need not be installed
        parquet: Any = importlib.import_module("pyarrow.parquet")
        types: Any = importlib.import_module("pyarrow.types")
    except ImportError as error:
        raise InputError(
            tr(
                "cannot read {file}: Parquet needs pyarrow, pip install "
                "'loss-landscape-explorer[parquet]'; CSV works without",
                file=path,
            )
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            table = file.read()
    except (ValueError, NotImplementedError) as error:
        raise InputError(
            tr("cannot read {file}: it is no whole Parquet file", file=path)
        ) from error
    table = table.select([n for n in table.column_names if not n.startswith("__index_level_")])
    if not table.num_columns or not table.num_rows:
        raise InputError(tr("{file}: the file is empty", file=path))
    columns = []
    for name, cells in zip(_names(path, table.column_names), table.columns, strict=True):
        kind = cells.type.value_type if types.is_dictionary(cells.type) else cells.type
        tests = (types.is_integer, types.is_floating, types.is_boolean, types.is_decimal)
        try:
            if any(test(kind) for test in tests):
                values = cells.cast("float64", safe=False).to_numpy()
                columns.append(Column(name, np.array(values, dtype=np.float64)))
                continue
            words = cells.cast("string").to_pylist()
        except (ValueError, NotImplementedError) as error:
            raise InputError(
                tr(
                    "{file}: column {name!r} is of the type {kind}: must be numbers or text",
                    file=path,
                    name=name,
                    kind=kind,
                )
            ) from error
        codes: dict[str, int] = {}
        columns.append(_column(name, _code((word or "" for word in words), codes), codes))
    return tuple(columns)
