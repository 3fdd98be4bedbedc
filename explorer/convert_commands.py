"""The command `convert`: a surface of another program, or a landscape of ours, as another file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from . import readers, writers
from .core import parse
from .core.catalog import catalog
from .core.errors import InputError
from .core.files import suffix
from .core.grid import MOST, Grid, Layer, checked
from .core.language import tr
from .core.plan import parameter_array

if TYPE_CHECKING:
    import argparse


def convert_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `convert`."""
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE",
        help=tr("the surface to read and the file to write ({types}); with --landscape only the "
                "latter", types=", ".join(writers.writers())))  # fmt: skip
    add("--reader", default="", metavar="KEY",
        help=tr("a key of `list readers`; found by the file's content if not given"))  # fmt: skip
    add("--option", action="append", default=[], metavar="NAME=VALUE",
        help=tr("an option of the reader; may be repeated"))  # fmt: skip
    add("--landscape", metavar="NAME|expr:FORMULA", help=tr("a landscape instead of a file"))
    add("--param", action="append", default=[], metavar="NAME=VALUE",
        help=tr("a parameter of the landscape; may be repeated"))  # fmt: skip
    add("--size", metavar="NXxNY", help=tr("how many points of the landscape (101x101)"))


def convert(args: argparse.Namespace) -> None:
    """Read a surface and write it; what was assumed or left out is said on standard error."""
    wanted = 1 if args.landscape else 2
    if len(args.files) != wanted:
        words = (
            tr("convert --landscape takes one file, the one to write, not {count}",
               count=len(args.files))
            if args.landscape
            else tr("convert takes two files, one to read and one to write, not {count}",
                    count=len(args.files))
        )  # fmt: skip
        raise InputError(words)
    target = args.files[-1]
    suffix(target, writers.writers())  # before anything is read
    if args.landscape:
        if args.reader or args.option:
            raise InputError(tr("--reader and --option are for files, not for --landscape"))
        grid = _sampled(args)
    else:
        if args.param or args.size is not None:
            raise InputError(tr("--param and --size are for --landscape, not for files"))
        grid = readers.read(args.files[0], args.reader, **_options(args.option))
    for note in (*grid.notes, *writers.write(grid, target)):
        print(f"loss-explorer: {note}", file=sys.stderr)


def _options(texts: list[str]) -> dict[str, str]:
    """Each `name=value`; a path may hold commas and equals signs."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(tr("{owner}: {part!r} is not name=value", owner="--option", part=text))
        found[name.strip()] = value.strip()
    return found


def _sampled(args: argparse.Namespace) -> Grid:
    """A landscape over the part of it that is usually looked at."""
    from .engine import fields

    spec = catalog().derived(args.landscape)
    given: dict[str, float] = {}
    for text in args.param:
        checked_pairs = parse.checked(spec.parameters, parse.pairs(text, "--param"), spec.key)
        given |= {name: float(value) for name, value in checked_pairs.items()}
    shape = _size(args.size or "101x101", spec.dimension)
    field = fields.grid(spec, parameter_array(spec, given), spec.bounds, shape)
    assert field is not None  # nobody cancels it
    import numpy as np

    z = np.where(np.isinf(field.z), np.nan, field.z)
    grid = Grid(spec.title, field.x, field.y, (Layer("loss", z),))
    return checked(spec.key, grid)


def _size(text: str, dimension: int) -> tuple[int, int]:
    """`101x51` as (101, 51), of a line `101`."""
    wide, cross, high = text.lower().partition("x")
    parts = (wide, high if cross or dimension > 1 else "2")
    allowed = tr("NXxNY, whole numbers from 2, at most {most} points in all", most=MOST)
    if not all(part.isascii() and part.isdigit() and 2 <= int(part) <= MOST for part in parts):
        raise InputError(tr("{name}={value}: must be {allowed}", name="size", value=text,
                            allowed=allowed))  # fmt: skip
    nx, ny = int(wide), int(high) if dimension > 1 else 1
    if nx * ny > MOST:
        raise InputError(tr("{name}={value}: must be {allowed}", name="size", value=text,
                            allowed=allowed))  # fmt: skip
    return nx, ny


def list_readers(as_json: bool) -> None:
    """Print every kind of file that is read, with its options."""
    import json

    known = readers.readers()
    if as_json:
        made = [
            {
                "key": spec.key,
                "title": spec.title,
                "suffixes": spec.suffixes,
                "options": [
                    {"name": h.name, "default": h.default, "help": h.help}
                    | ({"choices": h.choices} if h.choices else {})
                    for h in spec.options
                ],
            }
            for spec in known.values()
        ]
        print(json.dumps(made, indent=1, ensure_ascii=False))
        return
    wide = max(map(len, known))
    for key, spec in known.items():
        options = ", ".join(h.name for h in spec.options)
        told = f" [{options}]" if options else ""
        print(f"{key:{wide}}  {spec.title}: {' '.join(spec.suffixes)}{told}")
