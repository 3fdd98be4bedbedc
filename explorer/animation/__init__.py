"""Films as files: the cursor's way over the steps, one module a file format."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from explorer.core.catalog import entries
from explorer.core.errors import InputError
from explorer.core.files import reason, replace_file, suffix
from explorer.core.language import tr
from explorer.export import check
from explorer.export.format import Request
from explorer.export.palette import LIGHT

from ._film import DURATIONS, HOLDS, RATES, Cancelled, Film, Format, Shot, Timing

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from explorer.core.figure import Figure
    from explorer.export import Palette
    from explorer.export.format import Render

__all__ = [
    "DURATIONS",
    "HOLDS",
    "RATES",
    "Cancelled",
    "Film",
    "Format",
    "Shot",
    "Timing",
    "animate",
    "chosen",
    "fits",
    "formats",
    "missing",
    "write",
]


@cache
def formats() -> MappingProxyType[str, Format]:
    """Every format by the suffix of its files; that of a folder of pictures by the empty one."""
    return MappingProxyType({f.suffix: f for f in entries("explorer.animation").values()})


def chosen(path: Path | str) -> Format:
    """The format of a name; InputError lists the suffixes there are if it has another.

    A name that ends with a slash, or is that of a folder, is a folder for pictures.
    """
    if str(path).endswith(("/", os.sep)) or Path(path).is_dir():
        return formats()[""]
    return formats()[suffix(path, filter(None, formats()))]


def missing(which: Format) -> str:
    """What has to be installed before files of a format can be written, in one line, or nothing."""
    if which.extra is None or importlib.util.find_spec(which.extra[1]) is not None:
        return ""
    return tr(
        "{format} needs PyAV: pip install 'loss-landscape-explorer[{extra}]'; GIF, APNG and PNG "
        "work without",
        format=which.suffix[1:].upper() if which.suffix != ".webm" else "WebM",
        extra=which.extra[0],
    )


def fits(which: Format, rate: Fraction) -> None:
    """Raise InputError where files of a format cannot be written so, or not on this machine."""
    if words := missing(which):
        raise InputError(words)
    if rate > which.fastest:
        raise InputError(
            tr(
                "fps={rate:g}: {format} has at most {most:g} pictures a second",
                rate=float(rate),
                format=which.suffix[1:].upper(),
                most=which.fastest,
            )
        )


def animate(
    figure: Callable[[int], Figure],
    path: Path | str,
    last: int,
    timing: Timing,
    *,
    session: Callable[[int], str],
    told: Callable[[int], None],
    size: tuple[int, int] = (1280, 720),
    dpi: float = 144.0,
    palette: Palette = LIGHT,
    text_size: float | None = None,
    render: Render | None = None,
) -> None:
    """Write the figures of the steps from 0 to `last` as a film, each picture as its still is.

    figure(step) is what a picture shows; see Timing, Film and export.Request for the rest. Sides
    that have to be even are made so. Raises InputError and Cancelled as `write` does.
    """
    from explorer.export.moving import moving

    check(size, dpi, text_size)
    which = chosen(path)
    request = Request(which.fitted(size), dpi, palette, text_size, render)
    ends = figure(last)
    with moving(request) as draw:
        film = Film(
            request.size, timing.exact_rate, timing.shots(last), lambda step: draw(figure(step)),
            ends.title, ends.caption, session, told,
        )  # fmt: skip
        write(film, path)


def write(film: Film, path: Path | str) -> None:
    """Write a film to `path`, whole or not at all: a failure leaves what was there as it was.

    Raises InputError where it cannot be written, and Cancelled when its `told` does.
    """
    which = chosen(path)
    fits(which, film.rate)
    if which.fitted(film.size) != film.size:
        width, height = film.size
        raise InputError(
            tr("size={width}x{height}: both must be even here", width=width, height=height)
        )
    if which.write is not None:
        fill = which.write
        replace_file(path, lambda stream: fill(film, stream))
    else:
        _write_folder(which, film, Path(path))


def _write_folder(which: Format, film: Film, path: Path) -> None:
    """Fill a hidden folder beside `path`, which becomes it; only an empty one is replaced."""
    assert which.write_folder is not None
    part: Path | None = None
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise InputError(
                tr("cannot write {file}: only a new or an empty folder is filled", file=path)
            )
        hidden = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
        hidden.mkdir()
        part = hidden
        which.write_folder(film, part)
        if target.exists():
            target.rmdir()
        part.rename(target)
        part = None
    except OSError as error:
        raise InputError(
            tr("cannot write {file}: {reason}", file=path, reason=reason(error))
        ) from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
