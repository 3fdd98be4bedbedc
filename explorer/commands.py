"""The commands: runs as tables, figures without a screen, and the catalogue."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import surfaces
from .core import defaults, parse, recorded
from .core.catalog import catalog, entries
from .core.errors import InputError, unknown
from .core.experiment import (
    Clip,
    Experiment,
    Noise,
    Penalty,
    Stopping,
    Validation,
    View,
    settings,
)
from .core.language import tr
from .core.sessionfile import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .core.figure import Figure
    from .core.grid import Recorded
    from .core.spec import Hyper

VIEWS = ("contour", "surface", "curves", "side-by-side")
LEARNING = ("models", "datasets")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise what the command line prints."""
        raise InputError(message)


def _experiment_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "session", nargs="?", help=tr("an experiment saved by the window, or a picture it exported")
    )
    add("--landscape", metavar="NAME|expr:FORMULA|file:PATH",
        help=tr("a name of `list landscapes`, your own formula: 'expr:(1-x)^2 + b*(y-x^2)^2', or a "
                "surface from a file: file:PATH or file:PATH#LAYER")
        )  # fmt: skip
    add("--param", action="append", default=[], metavar="NAME=VALUE",
        help=tr("a parameter of the landscape; may be repeated"))  # fmt: skip
    add("--optimizer", action="append", default=[], metavar="KEY[:NAME=VALUE,...]",
        help=tr("an optimizer with settings: adam:lr=0.05,beta1=0.9; may be repeated"))  # fmt: skip
    add("--start", metavar="X,Y", help=tr("where all runs start, such as --start=-1.2,1"))
    add("--steps", help=tr("how many steps each run takes (500)"))
    add(
        "--schedule",
        metavar="KEY[:NAME=VALUE,...]",
        help=tr("the learning-rate schedule of all runs"),
    )
    add("--warmup", help=tr("steps of linear warm-up in front of the schedule"))
    add("--seed", help=tr("of the gradient noise (0)"))
    add(
        "--noise",
        metavar="SIGMA",
        help=tr("gradient noise of standard deviation sigma / sqrt(batch)"),
    )
    add("--batch", help=tr("the batch size that divides the noise (1)"))
    add(
        "--noise-kind",
        choices=("normal", "laplace", "student"),
        help=tr("its distribution (normal)"),
    )
    add("--l1", metavar="WEIGHT", help=tr("add this times the sum of |x| to the loss"))
    add("--l2", metavar="WEIGHT", help=tr("add this times the sum of squares to the loss"))
    add("--clip-norm", metavar="MAX", help=tr("shorten longer gradients to this"))
    add("--clip-value", metavar="MAX", help=tr("limit each coordinate of the gradient to this"))
    add("--shift", metavar="X,Y", help=tr("a validation surface: the landscape moved by this"))
    add("--epoch", help=tr("steps of an epoch, after which validation is looked at (1)"))
    add("--early-stopping", metavar="N", help=tr("stop after N epochs without improvement"))
    add("--min-delta", help=tr("what counts as one (0)"))
    add("--restore-best", action="store_true", help=tr("take the best epoch's point as the result"))
    add("--stop-gradient", metavar="EPS", help=tr("stop when the gradient is shorter than this"))
    add("--stop-loss-change", metavar="EPS", help=tr("stop when the loss moves less than this"))
    add("--patience", help=tr("for so many steps on end (1)"))


def _command_parser(command: str) -> argparse.ArgumentParser:
    parser = Parser(prog=f"loss-explorer {command}", description=COMMANDS[command][1])
    if command == "list":
        kinds = ("landscapes", "optimizers", "schedules", *LEARNING, "readers")
        parser.add_argument("kind", choices=kinds)
        parser.add_argument("--json", action="store_true", help=tr("everything, as JSON"))
        return parser
    if command in ("train", "check"):
        from . import learning_commands

        getattr(learning_commands, f"{command}_options")(parser)
        return parser
    if command == "convert":
        from . import convert_commands

        convert_commands.convert_options(parser)
        return parser
    if command == "verify":
        words = tr(
            "a table of `run` or `map`, an experiment saved by the window, or an exported picture"
        )
        parser.add_argument("file", help=words)
        return parser
    _experiment_options(parser)
    if command == "map":
        from . import map_command

        map_command.map_options(parser)
        return parser
    add = parser.add_argument
    if command == "run":
        add(
            "--out",
            default="-",
            metavar="FILE",
            help=tr(".csv, .json, .npz or .parquet; - is standard output"),
        )
        add("--code", metavar="LIBRARY",
            help=tr("write a program that repeats the one run: {names}",
                    names=", ".join(entries("explorer.handover"))))  # fmt: skip
        return parser
    from .export import PRESETS

    animated, size = command == "animate", "1920x1080"
    if animated:
        from . import animation_commands

        animation_commands.options(parser)
        size = animation_commands.SIZE
    else:
        add("--out", required=True, metavar="FILE", help=tr(".png, .svg or .pdf"))
    add(
        "--view",
        default="contour",
        metavar="VIEW[+VIEW...]",
        help=tr("{names}, or several on one page: contour+curves", names=", ".join(VIEWS)),
    )
    if not animated:
        add("--preset", metavar="NAME",
            help=tr("what it is for, which settles the four below: {names}",
                    names=", ".join(PRESETS)))  # fmt: skip
        add("--transparent", action="store_true",
            help=tr("leave the paper out, for light pages or, with --theme dark, for dark ones")
            )  # fmt: skip
    add("--size", metavar="WxH", help=tr("in pixels ({default})", default=size))
    add("--dpi", help=tr("pixels an inch (144)"))
    add("--text-size", help=tr("points; follows the size if not given"))
    add("--theme", help=tr("light, dark or projector"))
    add("--step", help=tr("draw the trajectories up to this step (the last)"))
    add("--levels", choices=("auto", "log", "linear", "equal"), help=tr("how levels are spread"))
    add("--colormap", help=tr("viridis, cividis or grey"))
    add("--path-colour", choices=("optimizer", "rate", "loss"), help=tr("what paths' colours say"))
    return parser


def _whole(text: str | None, name: str, default: int) -> int:
    if text is None:
        return default
    allowed = tr("a whole number")
    value = parse.number(text, name, allowed)
    if not value.is_integer():
        raise InputError(
            tr("{name}={text}: must be {allowed}", name=name, text=text, allowed=allowed)
        )
    return int(value)


def real(text: str | None, name: str, default: float) -> float:
    """Read an option's number; InputError names it where it is none."""
    return default if text is None else parse.number(text, name)


def make_experiment(
    args: argparse.Namespace, *, paths: bool = True
) -> tuple[Experiment, int | None]:
    """The experiment that the options ask for, and the step to show.

    With `paths` those recorded in a surface's file are further runs.
    """
    found: tuple[Recorded, ...] = ()
    if args.landscape and surfaces.is_file(args.landscape):
        _, layer = surfaces.parted(args.landscape)
        grid, args.landscape = surfaces.named(args.landscape)
        for note in (*grid.notes, *(() if layer else surfaces.layers_note(grid))):
            print(f"loss-explorer: {note}", file=sys.stderr)
        found = grid.paths if paths else ()
    if args.session is not None:
        session = read(Path(args.session))
        for message in session.messages:
            print(f"loss-explorer: {message}", file=sys.stderr)
        base, step = session.experiment, session.step
    else:
        landscape = args.landscape or defaults.DEFAULT_LANDSCAPE
        spec = catalog().landscape(landscape)
        base, step = Experiment(spec.key, spec.start, ()), None
    if args.landscape and args.landscape != base.landscape:
        spec = catalog().landscape(args.landscape)
        view = replace(base.view, bounds=None, line=None)
        base = replace(
            base, landscape=spec.key, start=spec.start, parameters=(), view=view, learning=None,
            runs=recorded.without(base.runs),
        )  # fmt: skip
    spec = catalog().landscape(base.landscape)
    given = dict(base.parameters)
    for text in args.param:
        given |= parse.checked(spec.parameters, parse.pairs(text, "--param"), spec.named)
    rate = parse.rate(args.schedule or "constant", args.warmup or 0)
    runs = parse.runs(args.optimizer, rate) or base.runs
    if not args.optimizer and (args.schedule or args.warmup):
        runs = tuple(replace(run, rate=rate) for run in runs)
    if not runs:
        runs = defaults.experiment(base.landscape).runs
        if args.schedule or args.warmup:
            runs = tuple(replace(run, rate=rate) for run in runs)
    runs, said = recorded.joined(runs, found)
    for note in said:
        print(f"loss-explorer: {note}", file=sys.stderr)
    stop, noise = base.stopping, base.noise
    made = replace(
        base,
        parameters=settings(given),
        start=parse.point(args.start) if args.start else base.start,
        runs=runs,
        steps=_whole(args.steps, "steps", base.steps),
        seed=_whole(args.seed, "seed", base.seed),
        noise=Noise(
            real(args.noise, "noise", noise.sigma),
            _whole(args.batch, "batch", noise.batch),
            args.noise_kind or noise.kind,
        ),
        penalty=Penalty(real(args.l1, "l1", base.penalty.l1), real(args.l2, "l2", base.penalty.l2)),
        clip=Clip(
            real(args.clip_norm, "clip-norm", base.clip.norm),
            real(args.clip_value, "clip-value", base.clip.value),
        ),
        validation=Validation(
            parse.point(args.shift, "shift") if args.shift else base.validation.shift,
            _whole(args.epoch, "epoch", base.validation.epoch),
            _whole(args.early_stopping, "early-stopping", base.validation.patience),
            real(args.min_delta, "min-delta", base.validation.min_delta),
            args.restore_best or base.validation.restore_best,
        ),
        stopping=Stopping(
            real(args.stop_gradient, "stop-gradient", stop.gradient_norm),
            real(args.stop_loss_change, "stop-loss-change", stop.loss_change),
            _whole(args.patience, "patience", stop.patience),
            stop.bound,
        ),
    )
    return made, step


def _write_code(args: argparse.Namespace) -> None:
    """Write the one run as a program."""
    from .core.files import replace_file
    from .core.plan import resolve

    targets = entries("explorer.handover")
    if args.code not in targets:
        raise unknown("--code", args.code, targets)
    experiment, _ = make_experiment(args, paths=False)
    if experiment.learning is not None:
        raise InputError(tr("no code for a model that is trained: it is for test functions"))
    if len(experiment.runs) != 1:
        count = len(experiment.runs)
        raise InputError(tr("--code is of one run, not {count}: give one --optimizer", count=count))
    text = targets[args.code].code(resolve(experiment), 0)
    if args.out == "-":
        sys.stdout.write(text)
    else:
        replace_file(args.out, lambda stream: stream.write(text.encode()))


def _run(args: argparse.Namespace) -> None:
    """Run optimizers and write every step as a table."""
    if args.code is not None:
        _write_code(args)
        return
    from .core.files import replace_file, suffix
    from .core.session import Session, dumps
    from .core.tablefile import formats as table_formats
    from .engine import answer

    formats = table_formats()
    chosen = formats[".csv" if args.out == "-" else suffix(args.out, formats)]
    experiment, _ = make_experiment(args)
    plan, traces = answer.run_once(experiment)
    session = dumps(Session(experiment))
    if args.out == "-":
        # whoever reads a pipe is handed the table alone, its header first
        chosen.write(sys.stdout.buffer, plan, traces, "")
        sys.stdout.buffer.flush()
        return
    replace_file(args.out, lambda stream: chosen.write(stream, plan, traces, session))
    for run, trace in zip(plan.runs, traces, strict=True):
        end, loss = trace.stop_sentence(), trace.loss[-1]
        words = tr("{label}: {end}, loss {loss:.6g}", label=run.label, end=end, loss=loss)
        print(words, file=sys.stderr)


def in_pixels(text: str) -> tuple[int, int]:
    """Width and height of 1920x1080; InputError where it is no such text."""
    wide, cross, high = text.lower().partition("x")
    if not (cross and wide.isdigit() and high.isdigit()):
        raise InputError(
            tr("size={text}: must be WIDTHxHEIGHT in pixels, such as 1920x1080", text=text)
        )
    return int(wide), int(high)


def pages(text: str) -> tuple[Any, ...]:
    """What is to be drawn on one page: contour+curves."""
    views = tuple(text.split("+"))
    if not set(views) <= set(VIEWS) or len(set(views)) < len(views):
        allowed = tr("one of {names}, or several with + between", names=", ".join(VIEWS))
        raise InputError(tr("view={view}: must be {allowed}", view=text, allowed=allowed))
    return views


def _export(args: argparse.Namespace) -> None:
    """Draw a figure into a file; no screen is needed."""
    from . import export
    from .core.files import suffix
    from .engine.raster import renderer

    suffix(args.out, export.formats())  # before anything is computed
    views = pages(args.view)
    preset = export.preset(args.preset) if args.preset is not None else None
    size = (1920, 1080) if preset is None else preset.pixels(len(views))
    size = size if args.size is None else in_pixels(args.size)
    palette = export.palette(args.theme or ("light" if preset is None else preset.palette))
    figure, session, shown = pictured(args)
    text_size = None if preset is None else preset.text_size
    if args.text_size is not None:
        text_size = real(args.text_size, "text-size", 0)
    export.write(
        figure(shown),
        args.out,
        size=size,
        dpi=real(args.dpi, "dpi", 144 if preset is None else preset.dpi),
        palette=palette,
        text_size=text_size,
        render=renderer(palette.paper, palette.muted),
        session=session(shown),
        transparent=args.transparent,
    )


def pictured(
    args: argparse.Namespace,
) -> tuple[Callable[[int], Figure], Callable[[int], str], int]:
    """What the options of a picture ask for: the figure and the session of a step, and the step."""
    from .core import compose
    from .core.request import Request
    from .core.session import Session, dumps
    from .engine import answer

    views = pages(args.view)
    experiment, step = make_experiment(args)
    changes: dict[str, Any] = {}
    if args.levels:
        changes["levels"] = args.levels
    if args.colormap:
        changes["colormap"] = _colormap(args.colormap)
    if args.path_colour:
        changes["path_colour"] = args.path_colour
    view: View = replace(experiment.view, **changes)
    experiment = replace(experiment, view=view)
    result = answer.answer_once(Request(experiment))
    last = max((trace.stop_step for trace in result.traces), default=0)
    shown = _whole(args.step, "step", last if step is None else min(step, last))
    if not 0 <= shown <= last:
        raise InputError(
            tr("step={step}: must be a whole number from 0 to {last}", step=shown, last=last)
        )

    def figure(at: int) -> Figure:
        return compose.figure(
            result.plan,
            result.field,
            result.levels,
            result.traces,
            at,
            view,
            views,
            result.regular,
            result.overlays,
            max(len(result.plan.runs) - 1, 0),  # as a window that was just opened
        )

    return figure, lambda at: dumps(Session(experiment, at)), shown


def _colormap(name: str) -> str:
    from .core.colormap import NAMES

    if name not in NAMES:
        raise unknown(tr("colormap"), name, NAMES)
    return name


def _hyper(h: Hyper) -> dict[str, Any]:
    finite = {k: v for k, v in (("low", h.low), ("high", h.high)) if abs(v) != float("inf")}
    choices = {"choices": list(h.choices)} if h.choices else {}
    return {"name": h.name, "default": h.default, **finite, **choices, "help": h.help}


def _list(args: argparse.Namespace) -> None:
    """Print the names in the catalogue."""
    if args.kind == "readers":
        from . import convert_commands

        convert_commands.list_readers(args.json)
        return
    table = getattr(catalog(), args.kind)
    if not args.json:
        wide = max(len(key) for key in table)
        for key, spec in table.items():
            told = spec.teaches if args.kind == "landscapes" else spec.summary
            print(f"{key:{wide}}  {spec.title}: {told}")
        return
    made = []
    for key, spec in table.items():
        item: dict[str, Any] = {"key": key, "title": spec.title, "source": spec.source}
        if args.kind == "landscapes":
            values = tuple(h.number(h.default) for h in spec.parameters)
            item |= {
                "teaches": spec.teaches,
                "dimension": spec.dimension,
                "bounds": spec.bounds,
                "start": spec.start,
                "parameters": [_hyper(h) for h in spec.parameters],
                "minima": [{"x": p.x, "value": p.value} for p in spec.minima(*values)],
                "saddles": [{"x": p.x, "value": p.value} for p in spec.saddles(*values)],
                "rates": dict(spec.rates),
            }
        else:
            item |= {"summary": spec.summary, "hyper": [_hyper(h) for h in spec.hyper]}
        if args.kind == "models":
            item |= {"tasks": spec.tasks}
        if args.kind == "datasets":
            item |= {"task": spec.task, "licence": spec.licence}
        if args.kind == "optimizers":
            item |= {"lr": spec.lr, "state": [s.name for s in spec.state]}
        made.append(item)
    print(json.dumps(made, indent=1, ensure_ascii=False))


def _train(args: argparse.Namespace) -> None:
    from . import learning_commands

    learning_commands.train(args)


def _check(args: argparse.Namespace) -> None:
    from . import learning_commands

    learning_commands.check(args)


def _convert(args: argparse.Namespace) -> None:
    from . import convert_commands

    convert_commands.convert(args)


def _map(args: argparse.Namespace) -> None:
    from . import map_command

    map_command.run(args, partial(make_experiment, paths=False))


def _animate(args: argparse.Namespace) -> int:
    from . import animation_commands

    return animation_commands.animate(args)


def _verify(args: argparse.Namespace) -> int:
    from . import verification

    return verification.verify(Path(args.file))


COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int | None], str]] = {
    "run": (_run, tr("Run optimizers and write every step as a table.")),
    "train": (_train, tr("Train a model on data and write every epoch as a table.")),
    "check": (_check, tr("Compare a model's gradient with central differences.")),
    "map": (_map, tr("Map where very many runs end, as a table or a figure.")),
    "export": (_export, tr("Draw a figure into a file; no screen is needed.")),
    "animate": (_animate, tr("Draw a film of the steps into a file; no screen is needed.")),
    "convert": (
        _convert,
        tr("Write a surface of another program, or a landscape, as another file."),
    ),
    "verify": (_verify, tr("Run a file's experiment again and say whether its numbers agree.")),
    "list": (
        _list,
        tr("Print the landscapes, optimizers, schedules, models, data sets or readers there are."),
    ),
}


def run_command(name: str, arguments: Sequence[str]) -> int:
    """Run one command of the command line; returns the exit status.

    Raises InputError for what it cannot take.
    """
    return COMMANDS[name][0](_command_parser(name).parse_args(arguments)) or 0
