"""Keeps the work on disk: every window writes its experiment beside the user's data.

A window that ended, by whatever way, leaves its file behind, and the next one offers the newest.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from explorer.core.errors import InputError
from explorer.core.files import replace_file
from explorer.core.language import tr
from explorer.core.session import SUFFIX, Session, dumps, load

if TYPE_CHECKING:
    from explorer.core.experiment import Experiment

log = logging.getLogger(__name__)


def folder() -> Path:
    """Where sessions are kept unasked."""
    return Path(platformdirs.user_data_dir("loss-landscape-explorer", appauthor=False)) / "autosave"


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return True
    if os.name == "nt":  # no harmless way to ask: a file in use is offered at worst twice
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _own() -> Path:
    return folder() / f"{os.getpid()}{SUFFIX}"


def save(session: Session) -> None:
    """Write this window's session; raises InputError where that cannot be done."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror
        raise InputError(tr("{path}: cannot be made ({why})", path=folder(), why=why)) from None
    replace_file(_own(), lambda stream: stream.write(dumps(session).encode()))


def discard() -> None:
    """Delete what this window kept."""
    _own().unlink(missing_ok=True)


def _left_behind() -> list[Path]:
    found = []
    with suppress(OSError):  # no folder: nothing was ever kept
        for path in folder().glob(f"*{SUFFIX}"):
            if path.stem.isdigit() and not _alive(int(path.stem)):
                found.append(path)
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def last() -> tuple[Path, Session] | None:
    """The newest session that a window left behind; what cannot be read is logged and skipped."""
    for path in _left_behind():
        try:
            return path, load(path)
        except InputError as error:
            log.warning("%s", error)
    return None


def left_by_another(shown: Experiment) -> Session | None:
    """The newest session that a window left behind, if it is not what is shown; older ones go."""
    found = last()
    if found is None:
        return None
    path, session = found
    same = session.experiment == shown
    forget(keep=None if same else path)
    return None if same else session


def forget(keep: Path | None = None) -> None:
    """Delete what earlier windows left behind, but for `keep`."""
    for path in _left_behind():
        if path != keep:
            path.unlink(missing_ok=True)
