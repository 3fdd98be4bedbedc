"""The command that draws films."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .core.language import tr, trn

if TYPE_CHECKING:
    import argparse

INTERRUPTED = 130
SIZE = "1280x720"


def options(parser: argparse.ArgumentParser) -> None:
    """What `animate` is told besides what `export` is."""
    add = parser.add_argument
    add("--out", required=True, metavar="FILE",
        help=tr(".mp4, .webm, .gif or .apng; FOLDER/ for numbered PNG pictures"))  # fmt: skip
    add("--fps", default="30", help=tr("pictures a second (30)"))
    add("--duration", default="8", metavar="SECONDS", help=tr("in which the steps are played (8)"))
    add("--hold", default="1", metavar="SECONDS", help=tr("that the last picture stays (1)"))


def animate(args: argparse.Namespace) -> int:
    """Draw the steps from 0 to the one asked for into a film; returns the exit status."""
    from . import animation, commands, export
    from .engine.raster import renderer

    which = animation.chosen(args.out)  # before anything is computed
    timing = animation.Timing(
        commands.real(args.fps, "fps", 0),
        commands.real(args.duration, "duration", 0),
        commands.real(args.hold, "hold", 0),
    )
    animation.fits(which, timing.exact_rate)
    size, palette = commands.in_pixels(args.size or SIZE), export.palette(args.theme or "light")
    export.check(size, dpi := commands.real(args.dpi, "dpi", 144), None)
    fitted = which.fitted(size)
    if fitted != size:
        words = tr("size={size}: the sides have to be even here, {width}x{height} is drawn",
                   size=args.size or SIZE, width=fitted[0], height=fitted[1])  # fmt: skip
        print(f"loss-explorer: {words}", file=sys.stderr)
    figure, session, last = commands.pictured(args)
    text_size = None if args.text_size is None else commands.real(args.text_size, "text-size", 0)

    def told(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done} / {timing.count}", end="", file=sys.stderr, flush=True)

    try:
        animation.animate(
            figure, args.out, last, timing, session=session, told=told, size=fitted, dpi=dpi,
            palette=palette, text_size=text_size, render=renderer(palette.paper, palette.muted),
        )  # fmt: skip
    except KeyboardInterrupt:
        print("\n" + tr("cancelled: nothing was written"), file=sys.stderr)
        return INTERRUPTED
    if sys.stderr.isatty():
        print(file=sys.stderr)
    words = trn(
        "{file}: {n} picture, {seconds:g} s, steps 0 to {last}",
        "{file}: {n} pictures, {seconds:g} s, steps 0 to {last}",
        timing.count,
        file=args.out,
        seconds=round(timing.seconds, 3),
        last=last,
    )
    print(words, file=sys.stderr)
    return 0
