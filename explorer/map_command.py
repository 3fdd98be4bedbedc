"""The command that maps many runs: as a table, or as a figure without a screen."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import maps
from .core import mapping, parse
from .core.catalog import catalog
from .core.errors import InputError
from .core.files import suffix
from .core.language import tr
from .core.mapping import Basins, Sensitivity
from .core.maps import BasinMap
from .core.sessionfile import read
from .core.tablefile import formats as tables
from .core.tablefile import write_map
from .engine.maps import compute

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from .core.experiment import Experiment
    from .core.maps import AnyMap

SHOWN = ("basins", "loss", "steps")


def map_options(parser: argparse.ArgumentParser) -> None:
    """The options besides those that make an experiment."""
    add = parser.add_argument
    add("--out", required=True, metavar="FILE",
        help=tr("a table (.csv, .json, .npz, .parquet) or a figure (.png, .svg, .pdf)"),
        )  # fmt: skip
    words = tr("map two hyperparameters instead of starts: --over lr=1e-5:1e-1, given twice")
    add("--over", action="append", default=[], metavar="NAME=LOW:HIGH", help=words)
    add("--size", metavar="NXxNY", help=tr("how many starts or values across and up (200x200)"))
    add("--bounds", metavar="X0:X1,Y0:Y1",
        help=tr("the part of the plane that starts are in (the landscape's own)"))  # fmt: skip
    words = tr("how near to a minimum a run must end (a hundredth of the longest side)")
    add("--within", metavar="DISTANCE", help=words)
    words = tr("how far above the minimum a loss has arrived (0.001)")
    add("--tolerance", metavar="LOSS", help=words)
    add("--of", choices=SHOWN, help=tr("what a figure shows (basins; of hyperparameters loss)"))
    add("--shade", action="store_true", help=tr("darken basins where runs were slow to arrive"))
    add("--pixels", default="1600x1200", metavar="WxH", help=tr("of a figure (1600x1200)"))
    add("--dpi", default="144", help=tr("pixels an inch (144)"))
    add("--text-size", help=tr("points; follows the size if not given"))
    add("--theme", default="light", help=tr("light, dark or projector"))
    add("--colormap", help=tr("viridis, cividis or grey"))


def run(
    args: argparse.Namespace, make: Callable[[argparse.Namespace], tuple[Experiment, int | None]]
) -> None:
    """Compute the map that the options ask for and write it."""
    from . import export

    known = {**tables(), **export.formats()}
    chosen = suffix(args.out, known)
    figure = chosen in export.formats()
    palette, size = export.palette(args.theme), _pair(args.pixels, "pixels")
    experiment, _ = make(args)
    if args.colormap:
        experiment = replace(experiment, view=replace(experiment.view, colormap=args.colormap))
    asked = _asked(args, experiment)
    shown = args.of or ("basins" if isinstance(asked, Basins) else "loss")
    if figure:
        _check_shown(shown, asked, experiment)
    made = compute(experiment, asked, _progress())
    if not figure:
        write_map(args.out, made)
    else:
        from .core.mapfigure import figure as draw
        from .core.plan import resolve

        export.write(
            draw(made, resolve(experiment), experiment.view.colormap, shown, shade=args.shade),
            args.out,
            size=size,
            dpi=parse.number(args.dpi, "dpi"),
            palette=palette,
            text_size=None if args.text_size is None else parse.number(args.text_size, "text-size"),
            session=made.session,
        )
    print(said(made), file=sys.stderr)


def _asked(args: argparse.Namespace, experiment: Experiment) -> mapping.Asked:
    """The settings of the map: those of a file that has some, changed by the options."""
    old = read(Path(args.session)).map if args.session is not None else None
    size: Any = maps.SIZE
    if args.size is not None:
        size = _numbers(args.size, "size", "x", tr("WIDTHxHEIGHT, such as 200x200"))
        size = [int(n) if n.is_integer() else n for n in size]
    elif old is not None and (isinstance(old, Sensitivity) or not args.over):
        size = old.size
    tolerance = parse.number(args.tolerance, "tolerance") if args.tolerance else (
        old.tolerance if old is not None else maps.TOLERANCE
    )  # fmt: skip
    if args.over or (isinstance(old, Sensitivity) and args.of != "basins"):
        for name, given in (("--bounds", args.bounds), ("--within", args.within)):
            if given is not None:
                raise InputError(tr("{name} is of a map over starts: not with --over", name=name))
        over = [_over(text) for text in args.over or ()]
        if args.over and len(over) != 2:
            given = " ".join(f"--over {text}" for text in args.over)
            raise InputError(tr("{given}: must be given twice, for two settings", given=given))
        if len(experiment.runs) != 1:
            count = len(experiment.runs)
            raise InputError(tr("{count} runs: a map is of one optimizer", count=count))
        if args.over:
            return maps.sensitivity(experiment, over[0], over[1], size, tolerance)
        assert isinstance(old, Sensitivity)
        return replace(old, size=tuple(size), tolerance=tolerance)
    kept = old if isinstance(old, Basins) and not args.landscape else None
    bounds: Any = kept.bounds if kept is not None else experiment.view.bounds
    if args.bounds is not None:
        bounds = [_interval(part, "bounds") for part in args.bounds.split(",")]
    within = kept.within if kept is not None else None
    if args.within is not None:
        within = parse.number(args.within, "within")
    dimension = catalog().landscape(experiment.landscape).dimension
    if isinstance(size, list) and len(size) != dimension:
        allowed = tr("as many numbers as a start has coordinates")
        raise InputError(tr("{name}={text}: must be {allowed}", name="size", text=args.size,
                            allowed=allowed))  # fmt: skip
    return maps.basins(experiment, size, bounds, within, tolerance)


def _check_shown(shown: str, asked: mapping.Asked, experiment: Experiment) -> None:
    """Raise InputError for a figure that there cannot be, before anything is computed."""
    from .core.colormap import NAMES
    from .core.errors import unknown

    if shown == "basins" and isinstance(asked, Sensitivity):
        raise InputError(tr("--of basins is of starts: not with --over"))
    if experiment.view.colormap not in NAMES:
        raise unknown(tr("colormap"), experiment.view.colormap, NAMES)
    if len(asked.size) == 1:
        raise InputError(tr("a figure is of two dimensions; a map of one fits a table"))


def _over(text: str) -> tuple[str, float, float]:
    name, equals, rest = text.partition("=")
    if not equals:
        allowed = tr("NAME=LOW:HIGH")
        raise InputError(tr("--over {text}: must be {allowed}", text=text, allowed=allowed))
    low, high = _interval(rest, name.strip())
    return name.strip(), low, high


def _interval(text: str, name: str) -> tuple[float, float]:
    low, high = _numbers(text, name, ":", tr("LOW:HIGH, such as 0:0.99"), 2)
    return low, high


def _pair(text: str, name: str) -> tuple[int, int]:
    wide, high = _numbers(text, name, "x", tr("WIDTHxHEIGHT, such as 1600x1200"), 2)
    return int(wide), int(high)


def _numbers(text: str, name: str, between: str, allowed: str, count: int = 0) -> list[float]:
    found = [parse.number(part, name, allowed) for part in text.lower().split(between)]
    if count and len(found) != count:
        raise InputError(
            tr("{name}={text}: must be {allowed}", name=name, text=text, allowed=allowed)
        )
    return found


def _progress() -> Callable[[int, int], None]:
    """Tells how many runs are done, on a line of its own where standard error is a terminal."""
    if not (isinstance(sys.stderr, io.TextIOBase) and sys.stderr.isatty()):
        return lambda done, total: None

    def tell(done: int, total: int) -> None:
        words = tr("{done} of {total} runs", done=done, total=total)
        print(f"\r{words}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return tell


def said(made: AnyMap) -> str:
    """What came of a map, in one line."""
    total, lost = made.loss.size, int(made.diverged.sum())
    if isinstance(made, BasinMap):
        ended = int((made.minimum >= 0).sum())
        return tr(
            "{ended} of {total} runs end in a known minimum or saddle point, {lost} diverge",
            ended=ended,
            total=total,
            lost=lost,
        )
    arrived = int((made.steps == made.steps).sum())
    return tr(
        "{arrived} of {total} runs arrive, {lost} diverge", arrived=arrived, total=total, lost=lost
    )
