"""Writes files whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .errors import InputError
from .language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_REASONS = {
    errno.ENOENT: tr("the folder does not exist"),
    errno.ENOTDIR: tr("part of its path is not a folder"),
    errno.EISDIR: tr("it is a folder"),
    errno.EACCES: tr("no permission"),
    errno.EPERM: tr("no permission"),
    errno.EROFS: tr("the disk is read-only"),
    errno.ENOSPC: tr("the disk is full"),
    errno.EDQUOT: tr("the disk quota is used up"),
    errno.ENAMETOOLONG: tr("the name is too long"),
}


def replace_file(path: Path | str, write: Callable[[BinaryIO], object]) -> None:
    """Give `write` an open file and put what it wrote at `path`, in one step.

    The new content goes to a hidden file beside the old one and takes its place when it is on the
    disk, so that a failure or a crash leaves the old file as it was. Links are followed and an old
    file's permissions kept. Raises InputError, one line with the path and the reason, where the
    file cannot be written; what `write` raises otherwise is passed on.
    """
    import secrets  # late: nothing is written before the first paint, and it needs `hashlib`

    target = Path(path)
    part: Path | None = None
    try:
        target = Path(os.path.realpath(target))
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "is read-only")
        hidden = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
        with hidden.open("xb") as stream:
            part = hidden
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(target)
        part = None
    except OSError as error:
        raise InputError(
            tr("cannot write {file}: {reason}", file=path, reason=reason(error))
        ) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def read_file(path: Path | str, limit: int) -> bytes:
    """The bytes of a file of at most `limit`; InputError, one line, where it cannot be read."""
    source = Path(path)
    try:
        if not source.is_file():
            kind = tr("it is a folder") if source.is_dir() else tr("there is no such file")
            raise InputError(tr("cannot read {file}: {reason}", file=path, reason=kind))
        if (size := source.stat().st_size) > limit:
            raise InputError(
                tr(
                    "cannot read {file}: too large, at most {limit} bytes are taken",
                    file=path,
                    limit=limit,
                )
            )
        with source.open("rb") as stream:
            return stream.read(size + 1)  # asking for the limit would reserve that much
    except OSError as error:
        raise InputError(
            tr("cannot read {file}: {reason}", file=path, reason=reason(error))
        ) from error


def stem(text: str) -> str:
    """A file's name for a landscape's: that itself, of a formula its letters and digits."""
    return re.sub(r"[^0-9A-Za-z_]+", "-", text)[:60].strip("-")


def reason(error: OSError) -> str:
    """Why a file could not be reached, in words."""
    known = _REASONS.get(error.errno or 0)
    return known or (error.strerror or str(error)).strip().lower()


def suffix(path: Path | str, valid: Iterable[str]) -> str:
    """The suffix of a file's name in lower case; InputError lists the valid ones if it is none."""
    found, valid = Path(path).suffix.lower(), tuple(valid)
    if found not in valid:
        names = ", ".join(valid)
        if not found:
            raise InputError(
                tr(
                    "{file}: a name without a file type cannot be written, use {names}",
                    file=path,
                    names=names,
                )
            )
        raise InputError(
            tr(
                "{file}: the file type {suffix} cannot be written, use {names}",
                file=path,
                suffix=found,
                names=names,
            )
        )
    return found
