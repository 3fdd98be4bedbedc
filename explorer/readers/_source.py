"""A file that is to be read as a surface: its bytes, its kind, and what it is refused with."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from explorer.core.errors import InputError
from explorer.core.files import reason
from explorer.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from explorer.core.grid import Grid
    from explorer.core.spec import Hyper, Value

    from ._archive import Archive
    from ._hdf5 import Tree
    from ._rows import Rows

# How sure a reader is of a file by its content.
NO, PERHAPS, SURELY = 0, 1, 2
LARGEST = 110_000_000  # bytes: 2000×2000 numbers as numpy.savetxt writes them
_HEAD = 4096
# What a pickle of protocol 0 or 1 begins with; later ones name their protocol.
_OLD_PICKLE = re.compile(
    rb"\((?:lp|dp|tp|[lcdt])\d*\n?|c[A-Za-z_][\w.]*\n(?!nan|na\n|null|none|inf)[A-Za-z_]\w*\n|\]q|\}q"
)


@dataclass(frozen=True, slots=True)
class SurfaceReader:
    """One kind of file: `recognise` says by content how sure it is, `read` makes a Grid of it.

    `suffixes` are what such files are usually called; `options` what a person may say about one.
    """

    key: str
    title: str
    suffixes: tuple[str, ...]
    recognise: Callable[[Source], int]
    read: Callable[[Source, Mapping[str, Value]], Grid]
    options: tuple[Hyper, ...] = field(default=())


class Source:
    """A regular file; each thing that is made of it is made, or refused, once."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.stem = self.path.stem[:200] or "surface"
        with _opened(self.path) as stream:
            self.size = os.fstat(stream.fileno()).st_size
            self.head = stream.read(_HEAD)
        self._made: dict[str, Any] = {}

    def _once(self, name: str, make: Callable[[Source], Any]) -> Any:
        if name not in self._made:
            try:
                self._made[name] = make(self)
            except InputError as error:
                self._made[name] = error
        if isinstance(made := self._made[name], InputError):
            raise made
        return made

    def refuse(self, why: str) -> InputError:
        """What is raised where the file cannot be taken; one line that names it."""
        words = tr("cannot read {file}: {reason}", file=self.path, reason=why)
        return InputError(" ".join("".join(c if c.isprintable() else " " for c in words).split()))

    def bounded(self, limit: int = LARGEST) -> None:
        """Raise InputError where the file is larger than so many bytes."""
        if self.size > limit:
            words = tr("{size} bytes, at most {limit} are taken", size=self.size, limit=limit)
            raise self.refuse(words)

    @cached_property
    def data(self) -> bytes:
        """All bytes; InputError where they are too many."""
        self.bounded()
        with _opened(self.path) as stream:
            return stream.read(LARGEST + 1)

    @property
    def archive(self) -> Archive:
        """The arrays of a NumPy file."""
        from . import _archive

        made: Archive = self._once("archive", _archive.read)
        return made

    @property
    def tree(self) -> Tree:
        """What an HDF5 file holds."""
        from . import _hdf5

        made: Tree = self._once("tree", _hdf5.read)
        return made

    @property
    def rows(self) -> Rows:
        """The numbers of a text file in rows."""
        from . import _rows

        made: Rows = self._once("rows", _rows.read)
        return made

    @property
    def document(self) -> Any:
        """A JSON file."""
        from . import _document

        return self._once("document", _document.read)

    @property
    def is_hdf5(self) -> bool:
        """Whether it begins as HDF5 does."""
        return self.head.startswith(b"\x89HDF\r\n\x1a\n")

    @property
    def is_archive(self) -> bool:
        """Whether it begins as an archive (NPZ) does."""
        return self.head.startswith(b"PK\x03\x04")

    @property
    def is_array(self) -> bool:
        """Whether it begins as a NumPy array (NPY) does."""
        return self.head.startswith(b"\x93NUMPY")

    @property
    def is_document(self) -> bool:
        """Whether it begins as a JSON object does."""
        return self.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"

    @property
    def is_pickle(self) -> bool:
        """Whether it begins as a pickle does; nothing of it is carried out to know."""
        head = self.head
        if head[:1] == b"\x80" and len(head) > 1 and head[1] <= 5:
            return True
        return bool(_OLD_PICKLE.match(head))

    @property
    def is_text(self) -> bool:
        """Whether its beginning holds nothing but text."""
        return bool(self.head) and not re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", self.head)

    def no_pickle(self) -> InputError:
        """Why a pickle is refused, and what can be done."""
        return self.refuse(
            tr("it is a pickle or holds one, which can run any program when it is loaded, so none "
               "ever is: save the numbers by numpy.savez(file, x=x, y=y, z=z) or as CSV")
        )  # fmt: skip


def _opened(path: Path) -> BinaryIO:
    """Open a regular file for reading; InputError for folders, pipes, devices and what is not."""

    def refuse(why: str) -> InputError:
        return InputError(tr("cannot read {file}: {reason}", file=path, reason=why))

    try:
        # without waiting, as a pipe would have one wait for its other end
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        number = os.open(path, flags)
    except FileNotFoundError:
        raise refuse(tr("there is no such file")) from None
    except OSError as error:
        raise refuse(tr("it is a folder") if os.path.isdir(path) else reason(error)) from None
    except ValueError:
        raise refuse(tr("there is no such file")) from None
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        folder = stat.S_ISDIR(mode)
        raise refuse(
            tr("it is a folder") if folder else tr("it is a pipe or a device, no regular file")
        )
    return os.fdopen(number, "rb")
