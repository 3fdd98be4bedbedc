"""Pictures as files: one display list, one drawing of it, one module a file format."""

from __future__ import annotations

import importlib
import math
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from explorer.core.errors import InputError
from explorer.core.files import replace_file, suffix
from explorer.core.language import tr

from .format import Format, Render, Request
from .palette import LIGHT, PALETTES, Palette, palette
from .presets import PRESETS, Preset, preset

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.core.figure import Figure

__all__ = [
    "PALETTES", "PRESETS", "Format", "Palette", "Preset", "Request", "check", "formats", "load",
    "palette", "preset", "write",
]  # fmt: skip

MAX_PIXELS = 16384
_MIN_PIXELS = 64
_DRAWS = (
    "matplotlib.figure", "matplotlib.patheffects", "matplotlib.collections",
    "matplotlib.backends.backend_agg", "matplotlib.font_manager", "contourpy",
    "PIL.PngImagePlugin",
)  # fmt: skip


@cache
def formats() -> MappingProxyType[str, Format]:
    """Every file format, by the suffix of its files: the modules here that have a SPEC."""
    modules = [
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    specs = [module.SPEC for module in modules if hasattr(module, "SPEC")]
    return MappingProxyType({spec.suffix: spec for spec in specs})


def load() -> None:
    """Import all that drawing needs, so that a program can choose when that is done."""
    for name in _DRAWS:
        importlib.import_module(name)
    formats()


def write(
    figure: Figure,
    path: Path | str,
    *,
    size: tuple[int, int] = (1920, 1080),
    dpi: float = 144.0,
    palette: Palette = LIGHT,
    text_size: float | None = None,
    render: Render | None = None,
    session: str | None = None,
    transparent: bool = False,
) -> None:
    """Draw a figure into the file at `path`, in the format of its suffix, whole or not at all.

    See Request for the settings. Raises InputError where the suffix is unknown, a size is out of
    range, or the file cannot be written.
    """
    chosen = formats()[suffix(path, formats())]
    check(size, dpi, text_size)
    request = Request(size, dpi, palette, text_size, render, session, transparent)
    replace_file(path, lambda stream: chosen.write(figure, request, stream))


def check(size: tuple[int, int], dpi: float, text_size: float | None) -> None:
    """Raise InputError, one line, where a picture cannot be made so."""
    for name, value in zip(("width", "height"), size, strict=True):
        if not (_MIN_PIXELS <= value <= MAX_PIXELS and value == int(value)):
            raise InputError(
                tr(
                    "{name}={value}: must be a whole number of pixels, {low} to {high}",
                    name=name,
                    value=value,
                    low=_MIN_PIXELS,
                    high=MAX_PIXELS,
                )
            )
    if not (math.isfinite(dpi) and 10 <= dpi <= 2400):
        raise InputError(tr("dpi={dpi:g}: must be a number from 10 to 2400", dpi=dpi))
    if text_size is not None and not (math.isfinite(text_size) and 2 <= text_size <= 200):
        raise InputError(
            tr("text_size={size:g}: must be a number of points from 2 to 200", size=text_size)
        )
